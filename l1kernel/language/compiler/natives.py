"""Which built-ins are no more than something of Python's own on some types: the registry says it, for the compiler.

``text.upper()`` on a String is ``str.upper``, and a loop that calls it feels whether five functions of the runtime
stand between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Native:
    """What a built-in is where its first argument is exactly a Python ``type``.

    ``code`` is a method's name, ``len`` for the length, ``in`` for a search in it, ``//`` for the floor division.
    ``arguments`` say what the others must be: ``any`` value, a ``text`` that is written out and not empty, an
    ``integer`` for sure, a ``key`` that is surely hashable. With ``gives`` False the result is another than L1's, and
    the call must stand alone.
    """

    type: str
    code: str
    arguments: tuple[str, ...] = ()
    gives: bool = True


@dataclass(frozen=True, eq=False)
class Library:
    """What the compiler is told of the built-ins.

    ``takes_expressions`` are also passed the source text of their arguments. ``entries_hidden`` are the methods of a
    Dictionary: called, they win over an entry of the name. ``lengths`` maps a field that is Python's ``len`` to the
    types where it is. ``size``: how many built-ins there were when this was put together.
    """

    size: int = 0
    takes_expressions: frozenset[str] = frozenset()
    natives: Mapping[str, tuple[Native, ...]] = field(default_factory=dict)
    entries_hidden: frozenset[str] = frozenset()
    lengths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NO_LIBRARY = Library()
