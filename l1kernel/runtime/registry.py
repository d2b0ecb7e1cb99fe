"""The one place where L1's built-ins and object types are declared.

Completion, ``help()``, Shift-Tab, the reference page and the tests all read what ``@builtin`` and ``@l1_type``
record here; nothing is listed a second time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from l1kernel.language.compiler.natives import Native

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)


@dataclass(frozen=True)
class Builtin:
    """One built-in: what a program calls, and all that is said about it.

    ``methods`` names the L1 types (``"String"``) on whose values it is a method too. A function whose first
    parameter is called ``session`` gets the running Session there. With ``takes_expressions`` a call also passes
    ``expressions=``, the source text of each positional argument. A ``constant`` is bound to what one call gives.
    ``settings`` is the table (runtime/settings.py) of a Dictionary that it takes. ``natives`` says where it is
    something of Python's own.
    """

    name: str
    area: str
    function: Callable[..., Any]
    example: str
    aliases: tuple[str, ...]
    methods: tuple[str, ...]
    takes_expressions: bool
    constant: bool = False
    settings: tuple[Any, ...] = ()
    natives: tuple[Native, ...] = ()

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.function) or ""

    @cached_property
    def needs_session(self) -> bool:
        names = self.function.__code__.co_varnames
        return bool(names) and names[0] == "session"

    @cached_property
    def signature(self) -> inspect.Signature:
        """The parameters an L1 program passes."""
        signature = inspect.signature(self.function)
        hidden = {"session", "expressions"}
        return signature.replace(parameters=[p for n, p in signature.parameters.items() if n not in hidden])


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A Python class whose instances L1 programs hold; the members named here are all that they can reach."""

    name: str
    fields: frozenset[str]
    methods: frozenset[str]


_builtins: dict[str, Builtin] = {}
_builtins_view = MappingProxyType(_builtins)
_types: dict[type, ObjectType] = {}


def builtin(
    name: str,
    *,
    area: str,
    example: str = "",
    aliases: Iterable[str] = (),
    methods: Iterable[str] = (),
    takes_expressions: bool = False,
    settings: Iterable[Any] = (),
    natives: Iterable[Native] = (),
) -> Callable[[F], F]:
    """Register a function as the L1 built-in ``name``; ``example`` is one line of L1, run as a test."""

    def register(function: F) -> F:
        called = tuple(aliases), tuple(methods)
        _add(
            Builtin(
                name,
                area,
                function,
                example,
                *called,
                takes_expressions,
                settings=tuple(settings),
                natives=tuple(natives),
            )
        )
        return function

    return register


def constant(name: str, *, area: str, example: str = "") -> Callable[[F], F]:
    """Register a name for the value that the function, called without arguments, gives: ``pi``."""

    def register(function: F) -> F:
        _add(Builtin(name, area, function, example, (), (), takes_expressions=False, constant=True))
        return function

    return register


def _add(record: Builtin) -> None:
    for known in (record.name, *record.aliases):
        if known in _builtins:
            raise ValueError(f"built-in {known!r} is registered twice")
        _builtins[known] = record


def l1_type(name: str, *, fields: Iterable[str] = (), methods: Iterable[str] = ()) -> Callable[[C], C]:
    """Declare a class as the L1 object type ``name`` with these members and no others.

    A class may define ``l1_text()`` (what ``print`` shows) and ``l1_bundle()`` (a MIME bundle for a cell's result).
    """

    def register(cls: C) -> C:
        _types[cls] = ObjectType(name, frozenset(fields), frozenset(methods))
        return cls

    return register


def builtins() -> Mapping[str, Builtin]:
    """Every registered built-in by name, aliases included."""
    return _builtins_view


def builtin_of(value: object) -> Builtin | None:
    """The built-in that a function value is, also bound to a session or to what it is a method of."""
    function = getattr(value, "__func__", None) or getattr(value, "func", value)
    return next((record for record in _builtins.values() if record.function is function), None)


def type_of_class(name: str) -> str | None:
    """The L1 type of the class with this name, declared for it or for a base; None where there is none."""
    for cls, declared in _types.items():
        derived: list[type] = cls.__subclasses__()
        if name in (cls.__name__, *(one.__name__ for one in derived)):
            return declared.name
    return None


def object_type(cls: type) -> ObjectType | None:
    """The declaration of a class or of the nearest of its bases, None where there is none."""
    for base in cls.__mro__:
        found = _types.get(base)
        if found is not None:
            return found
    return None
