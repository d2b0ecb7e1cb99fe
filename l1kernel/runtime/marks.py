"""A mark of a value: two equal marks mean that nothing a reader would notice has changed.

Small values are marked by what they are. Of anything larger only the kind and the size are looked at, so that a mark
never costs more than a few microseconds and keeps no value alive.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from l1kernel.runtime.functions import is_l1_function
from l1kernel.runtime.values import Range

_ITEMS = 64  # of Lists and Dictionaries, those inside them included, that are looked at
_BYTES = 4096  # of an array
_DIGITS = 100_000  # bits of an Integer, characters of a String

EXACT, OUTLINE = 0, -1


class Mark(NamedTuple):
    """``detail`` tells one value of a ``kind`` from another: wholly where ``serial`` is EXACT.

    Where ``serial`` is OUTLINE, values that differ may have this mark too.
    """

    kind: type
    detail: Hashable
    serial: int = EXACT


def mark_of(value: Any) -> Mark:
    """The mark of an L1 value."""
    kind = type(value)
    if kind is float:
        return Mark(kind, "nan" if value != value else value)
    if kind is bool or value is None:
        return Mark(kind, value)
    if kind is int:
        size = value.bit_length()
        return Mark(kind, value if size < 64 else (size, hash(value)), EXACT if size < _DIGITS else OUTLINE)
    if kind is str:
        long = len(value) > _DIGITS
        return Mark(kind, len(value) if long else hash(value), OUTLINE if long else EXACT)
    if kind is list or kind is dict:
        return _container(kind, value)
    if kind is Range:
        return Mark(kind, (value.numbers, value.closed))
    if is_l1_function(value):
        # a closure may hold other values under the same text
        return Mark(kind, value.__dict__["l1"].text, OUTLINE if value.__closure__ else EXACT)
    if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
        return _host(kind, value)
    return Mark(kind, None, OUTLINE)


def _container(kind: type, value: list[Any] | dict[Any, Any]) -> Mark:
    seen: list[Hashable] = []
    try:
        small = len(value) <= _ITEMS and _look_into(value, seen)
    except RuntimeError:  # a thread of a task or stream changes it at this moment
        small = False
    return Mark(kind, tuple(seen)) if small else Mark(kind, len(value), OUTLINE)


def _look_into(value: list[Any] | dict[Any, Any], seen: list[Hashable]) -> bool:
    """Add the marks of all items to ``seen``; False where there are too many or one is no small value."""
    for item in tuple(value.items()) if isinstance(value, dict) else tuple(value):
        for part in item if isinstance(value, dict) else (item,):
            if len(seen) > _ITEMS:
                return False
            if type(part) is list or type(part) is dict:
                seen.append((type(part), len(part)))
                if not _look_into(part, seen):
                    return False
            else:
                mark = mark_of(part)
                if mark.serial != EXACT:
                    return False
                seen.append(mark)
    return True


def _host(kind: type, value: Any) -> Mark:
    """Of an array, a column, a table, a number of NumPy."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if kind.__module__ == "numpy" and dtype is not None and not dtype.hasobject and value.nbytes <= _BYTES:
        return Mark(kind, (shape, dtype.str, hash(value.tobytes())))
    return Mark(kind, shape, OUTLINE)
