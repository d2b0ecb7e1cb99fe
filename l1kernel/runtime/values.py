"""What an L1 value is: the name of its type, and the few questions every room asks about one.

Values are plain Python ones wherever Python has the type; NumPy's and pandas' are known by name, so that asking
costs no import. ``Range`` is the one type made here.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any, overload

from l1kernel.errors import Hint, L1Error, L1IndexError, L1TypeError, rewriting
from l1kernel.runtime.registry import object_type

_PLAIN_TYPES: dict[type, str] = {
    int: "Integer",
    float: "Float",
    str: "String",
    bool: "Boolean",
    type(None): "Null",
    list: "List",
    tuple: "List",
    dict: "Dictionary",
    range: "Range",
}

# (package, class) -> L1 type, for classes that may not be imported just to ask
_HOST_TYPES: dict[tuple[str, str], str] = {
    ("numpy", "ndarray"): "Array",
    ("numpy", "bool"): "Boolean",
    ("numpy", "bool_"): "Boolean",
    ("numpy", "integer"): "Integer",
    ("numpy", "floating"): "Float",
    ("numpy", "str_"): "String",
    ("numpy", "datetime64"): "DateTime",
    ("numpy", "timedelta64"): "Duration",
    ("pandas", "DataFrame"): "DataFrame",
    ("pandas", "Series"): "Column",
    ("pandas", "Index"): "Column",
    ("pandas", "Timestamp"): "DateTime",
    ("pandas", "Timedelta"): "Duration",
    ("pandas", "NAType"): "Null",
    ("pandas", "NaTType"): "Null",
    ("datetime", "datetime"): "DateTime",
    ("datetime", "date"): "DateTime",
    ("datetime", "timedelta"): "Duration",
}

_known: dict[type, str] = dict(_PLAIN_TYPES)


def type_name(value: object) -> str:
    """The L1 name of a value's type, as ``type_of`` gives it and errors show it."""
    cls = type(value)
    name = _known.get(cls)
    if name is None:
        name = _known[cls] = _name_of_class(cls)
    return name


def _name_of_class(cls: type) -> str:
    declared = object_type(cls)
    if declared is not None:
        return declared.name
    for base in cls.__mro__:
        host = _HOST_TYPES.get((base.__module__.partition(".")[0], base.__name__))
        if host is not None:
            return host
        if base in _PLAIN_TYPES:
            return _PLAIN_TYPES[base]
    if issubclass(cls, L1Error):
        return "Error"
    return "Function" if any("__call__" in vars(base) for base in cls.__mro__) else "Object"


def is_number(value: object) -> bool:
    """Whether it is an Integer or a Float, NumPy's included; a Boolean is not one."""
    return type_name(value) in ("Integer", "Float")


def is_vector(value: object) -> bool:
    """Whether it is an Array or a Column: arithmetic on it works element by element."""
    return type_name(value) in ("Array", "Column")


def is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def is_array(value: object) -> bool:
    return type_name(value) == "Array"


def is_column(value: object) -> bool:
    return type_name(value) == "Column"


def is_frame(value: object) -> bool:
    return type_name(value) == "DataFrame"


def is_null(value: object) -> bool:
    return value is None or type_name(value) == "Null"


def plain(value: Any) -> Any:
    """A NumPy scalar as the Python number, text or Boolean it stands for, a missing one as null; the rest unchanged.

    An element leaves an array through here: as NumPy's own it would overflow at 64 bits without a word.
    """
    cls = type(value)
    if cls in _PLAIN_TYPES:
        return value
    name = type_name(value)
    if name == "Null":
        return None
    if name in ("Integer", "Float", "Boolean", "String") and hasattr(value, "item"):
        return value.item()
    return value


NO_VALUE = "the value is null: a function without return gives null"  # the hint wherever null is of no use


def as_integer(value: object, what: str) -> int:
    """A whole number from an Integer or a whole Float (``3.0``).

    ``what`` opens the message: ``The count``, ``A list index``.

    Raises:
        L1TypeError: it is no number, or a Float with a fraction; the hint says how to make it whole.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    name = type_name(value)
    if name == "Float":
        number = float(value)  # type: ignore[arg-type]
        if number.is_integer():
            return int(number)
        raise L1TypeError(
            f"{what} must be a whole number, not {number!r}",
            hint=rewriting("make it whole first", "floor(x)", "ceil(x)", "round(x)"),
            about=value,
        )
    hint: str | Hint | None = NO_VALUE if value is None else None
    if name == "String":
        hint = rewriting("convert it first", "to_integer(x)")
    elif name in ("List", "Dictionary", "Range"):
        hint = rewriting("to count what is in it", "len(x)")
    raise L1TypeError(f"{what} must be an Integer, not {article(name)}", hint=hint, about=value)


def article(type_name: str, *, capital: bool = False) -> str:
    """``a List``, ``an Array``, at the start of a sentence ``A List``; ``null`` for Null."""
    if type_name == "Null":
        return "Null" if capital else "null"
    word = "an" if type_name[0] in "AEIOaeio" else "a"
    return f"{word.capitalize() if capital else word} {type_name}"


class Range:
    """``first..stop`` (half-open) or ``first..=last`` (``closed``): whole numbers that are counted, never stored."""

    __slots__ = ("closed", "numbers")

    def __init__(self, numbers: range, closed: bool = False) -> None:
        self.numbers = numbers
        self.closed = closed

    @classmethod
    def between(cls, first: object, last: object, *, closed: bool = False) -> Range:
        """The Range of the operators ``..`` and ``..=``; whole Floats are taken as Integers."""
        low, high = as_integer(first, "The start of a range"), as_integer(last, "The end of a range")
        return cls(range(low, high + 1 if closed else high), closed)

    @property
    def length(self) -> int:
        """How many numbers, also beyond what Python's ``len`` can say."""
        numbers = self.numbers
        return max(0, -((numbers.start - numbers.stop) // numbers.step))

    def __len__(self) -> int:
        return len(self.numbers)

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __reversed__(self) -> Iterator[int]:
        return reversed(self.numbers)

    def __contains__(self, value: object) -> bool:
        return value in self.numbers

    @overload
    def __getitem__(self, index: slice) -> Range: ...
    @overload
    def __getitem__(self, index: int) -> int: ...
    def __getitem__(self, index: int | slice) -> int | Range:
        if isinstance(index, slice):
            return Range(self.numbers[index])
        try:
            return self.numbers[index]
        except IndexError:
            raise L1IndexError(f"Index {index} is out of range for a range of length {self.length}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self.numbers == other.numbers

    def __hash__(self) -> int:
        return hash(self.numbers)

    def __reduce__(self) -> tuple[type[Range], tuple[range, bool]]:
        return Range, (self.numbers, self.closed)

    def l1_text(self) -> str:
        numbers = self.numbers
        if numbers.step != 1:
            return f"range({numbers.start}, {numbers.stop}, {numbers.step})"
        return f"{numbers.start}..={numbers.stop - 1}" if self.closed else f"{numbers.start}..{numbers.stop}"


_PLAIN_TYPES[Range] = "Range"
_known[Range] = "Range"
