"""What compiled code calls where an L1 operator means something else than Python's.

The usual case comes first in each function, because loops pay for it. On operands that do not fit, Python's own
TypeError leaves the function, whose ``left`` and ``right`` ``translate`` then reads to say it in L1's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from l1kernel import errors
from l1kernel.errors import (
    Hint,
    L1Error,
    L1MemoryError,
    L1RuntimeError,
    L1TypeError,
    L1ValueError,
    UserError,
    rewriting,
)
from l1kernel.runtime.limits import refuse_large
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import object_type
from l1kernel.runtime.values import NO_VALUE, Range, article, as_integer, is_vector, plain, type_name

INTEGER_BITS = 4_000_000  # computing with larger Integers soon takes seconds
_LEAST, _MOST = -(1 << 64), 1 << 64  # two factors between them have a product that is made at once
_ELEMENTS = frozenset(["Integer", "Float", "Boolean", "String", "DateTime", "Duration", "Null"])
_WIDEST = 2.0**63  # where the Integers of an array end
_CHUNK = 65_536  # elements of an array that are turned into plain numbers at a time


def multiply(left: Any, right: Any) -> Any:
    """``left * right``: also text and lists by a count, which may be a whole Float.

    Raises:
        L1MemoryError: the result would not fit into memory.
    """
    kind, other = type(left), type(right)
    if kind is float and (other is float or other is int):
        return left * right
    if kind is int:
        if other is int:
            if _LEAST < left < _MOST and _LEAST < right < _MOST:
                return left * right
            _refuse_digits(left.bit_length() + right.bit_length())
        elif other is float:
            return left * right
    return _multiply_others(left, right)


COUNT_HINT = "name as many variables as there are values, or take a part of them with [a:b]"


def reads_as_number(text: str) -> bool:
    """Whether a text holds nothing but a number: one that was read or split off, to be computed with."""
    return _NUMBER.fullmatch(text) is not None


_NUMBER = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*")


def _multiply_others(left: Any, right: Any) -> Any:
    left, right = plain(left), plain(right)
    if isinstance(right, (str, list)):
        left, right = right, left
    if isinstance(left, (str, list)) and isinstance(right, (int, float)):
        if isinstance(right, float) and not right.is_integer() and isinstance(left, str) and reads_as_number(left):
            raise TypeError("a text that was to be a number")
        count = max(0, as_integer(right, "The number of repetitions"))
        size = 8 if isinstance(left, list) else 1 if left.isascii() else 4
        what = "items" if isinstance(left, list) else "characters"
        refuse_large(len(left) * count, what, size=size)
        return left * count
    if is_vector(left) or is_vector(right):
        _refuse_overflow("multiply", left, right)
    return left * right


def divide(left: Any, right: Any) -> Any:
    """``left / right``: an Integer where both are Integers and it is whole, else a Float; arrays as NumPy does."""
    if type(left) is int and type(right) is int:
        return left / right if left % right else left // right
    if type(left) is float and type(right) is float:
        return left / right
    left, right = plain(left), plain(right)
    if isinstance(left, int) and isinstance(right, int):
        return left / right if left % right else left // right
    return left / right


def power(left: Any, right: Any) -> Any:
    """``left ** right``.

    Raises:
        L1MemoryError: an Integer of more than ``INTEGER_BITS`` bits.
        L1ValueError: a fractional power of a negative number.
    """
    left, right = plain(left), plain(right)
    if isinstance(left, int) and isinstance(right, int):
        if right > 0 and not -2 < left < 2:
            _refuse_digits(left.bit_length() * right)
        return left**right
    if is_vector(left) or is_vector(right):
        return _element_powers(left, right)
    result = left**right
    if type(result) is complex:
        raise L1ValueError(
            f"{to_text(left)} ** {to_text(right)} is not a real number",
            hint="a negative number has only whole powers; abs(x) drops the sign",
        )
    return result


def _element_powers(base: Any, exponent: Any) -> Any:
    """``base ** exponent`` of arrays: as for numbers, a negative power of Integers is a Float."""
    import numpy as np

    if _are_integers(base, exponent):
        if np.any(np.less(exponent, 0)):
            return np.float_power(base, exponent)
        _refuse_overflow("float_power", base, exponent)
    return base**exponent


def _refuse_overflow(operation: str, left: Any, right: Any) -> None:
    """An error where NumPy would wrap Integers of 64 bits around; ``operation`` is its name for Floats."""
    import numpy as np

    if _are_integers(left, right) and np.size(left) and np.size(right):
        highest = [float(max(abs(int(np.min(side))), abs(int(np.max(side))))) for side in (left, right)]
        calculate = getattr(np, operation)
        if calculate(*highest) >= _WIDEST and np.any(
            np.abs(calculate(np.asarray(left, dtype="float64"), np.asarray(right, dtype="float64"))) >= _WIDEST
        ):
            raise L1ValueError(
                "The result is too large for an array of Integers",
                hint="its Integers have 64 bits; Floats go further: x * 1.0",
                about=left if is_vector(left) else right,
            )


def _are_integers(left: Any, right: Any) -> bool:
    return all(
        side.dtype.kind in "iu" if is_vector(side) else type_name(side) in ("Integer", "Boolean")
        for side in (left, right)
    )


def _refuse_digits(bits: int) -> None:
    if bits > INTEGER_BITS:
        digits = bits * 30_103 // 100_000
        shown = f"{digits:,}" if digits < 10**15 else "more than 10 ** 15"
        raise L1MemoryError(
            f"The result would have about {shown} digits, too many to compute",
            hint="use Floats where an approximate number is enough: 9.0 instead of 9",
        )


def contains(item: Any, container: Any) -> bool:
    """``item in container``: elements, dictionary keys, a part of a text, table columns."""
    name = type_name(container)
    if name == "Dictionary":
        try:
            return item in container
        except TypeError:  # not hashable, so no key
            return False
    if name == "String":
        if type_name(item) != "String":
            raise L1TypeError(
                f"A String cannot contain {article(type_name(item))}",
                hint=rewriting("convert it first", "to_string(x)"),
                about=item,
            )
        return str(item) in str(container)
    if name in ("List", "Range"):
        return item in container
    if name == "DataFrame":
        return item in list(container.columns)
    if name in ("Array", "Column"):
        return type_name(item) in _ELEMENTS and bool((container == item).any())
    if object_type(type(container)) is not None and hasattr(type(container), "__contains__"):
        return item in container
    raise L1TypeError(
        f"'in' cannot look into {article(name)}", hint="it works on a List, Dictionary, String, Range, Array or table"
    )


def make_range(start: Any, stop: Any, closed: bool) -> Range:
    """``start..stop``, closed ``start..=stop``."""
    return Range.between(start, stop, closed=closed)


def iterate(value: Any) -> Iterable[Any]:
    """What ``for v in value`` runs over: a count, a text's characters, a dictionary's keys, a table's rows.

    Raises:
        L1TypeError: the value holds nothing to run over.
    """
    kind = type(value)
    if kind is list or kind is str:
        return value  # type: ignore[no-any-return]
    if kind is Range:
        return value.numbers  # type: ignore[no-any-return]
    if kind is int:
        return range(value)
    name = type_name(value)
    if name == "Dictionary":
        return list(value)  # a program may change it meanwhile
    if name in ("Integer", "Float"):
        return range(as_integer(value, "A count"))
    if name == "Array":
        return _elements(value) if value.ndim == 1 else iter(value)
    if name == "Column":
        return _elements(value)
    if name == "DataFrame":
        return _rows(value)
    if name in ("List", "Range", "String"):
        return value  # type: ignore[no-any-return]
    if object_type(kind) is not None and hasattr(kind, "__iter__"):
        return value  # type: ignore[no-any-return]
    hint: str | Hint | None = None
    if name == "Null":
        hint = NO_VALUE
    elif name == "Function":
        hint = rewriting("call it first", "x()")
    raise L1TypeError(f"A for loop cannot run over {article(name)}", hint=hint, about=value)


def _elements(vector: Any) -> Iterator[Any]:
    """Of an Array or Column, as plain numbers and texts."""
    for start in range(0, len(vector), _CHUNK):
        chunk = (
            vector[start : start + _CHUNK] if vector.__class__.__name__ == "ndarray" else vector.iloc[start:][:_CHUNK]
        )
        for item in chunk.tolist():
            yield plain(item)


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    names = list(table.columns)
    columns = [_elements(table[name]) for name in names]
    if not columns:
        return
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def pairs(value: Any) -> Iterable[Any]:
    """What ``for a, b in value`` takes apart: a dictionary's keys and values, else two-element items."""
    if isinstance(value, dict):
        return list(value.items())
    name = type_name(value)
    if name in ("DataFrame", "Range", "Integer", "Float"):
        what = "row numbers and rows" if name == "DataFrame" else "positions and values"
        raise L1TypeError(
            f"The items of {article(name)} cannot be taken apart into two variables",
            hint=f"for {what} write: for i, v in enumerate(...)",
        )
    return iterate(value)


def unpack(value: Any, count: int) -> tuple[Any, ...]:
    """The ``count`` items of ``let a, b = value``.

    Raises:
        L1ValueError: it has another number of items.
        L1TypeError: it is nothing with items in order.
    """
    name = type_name(value)
    if name not in ("List", "Array", "Column", "Range", "String"):
        raise L1TypeError(f"{article(name, capital=True)} cannot be taken apart into {count} variables")
    length = value.length if isinstance(value, Range) else len(value)
    if length != count:
        held = "there is 1 value" if length == 1 else f"there are {length} values"
        raise L1ValueError(
            f"Expected {count} values for {count} variables, but {held}",
            hint=COUNT_HINT,
        )
    return tuple(iterate(value))


# --- errors -----------------------------------------------------------------------------------------------------

ERROR_TYPES: dict[str, type[L1Error]] = {
    kind.type_name: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, L1Error) and kind not in (L1Error, UserError, errors.Interrupted)
}


@lru_cache(maxsize=256)
def error_type(name: str) -> Any:
    """What the name of an error type means in L1: a function that makes such an error from its message."""
    known = ERROR_TYPES.get(name)

    def make(message: Any = "", value: Any = None) -> L1Error:
        text = to_text(message)
        made = UserError(text, name=name) if known is None else known(text)
        if value is not None:
            made.value = value  # type: ignore[attr-defined]
        return made

    make.__name__ = make.__qualname__ = name
    return make


def throw(value: Any) -> L1Error:
    """The error that ``throw value`` raises; what is none is wrapped in a RuntimeError."""
    if isinstance(value, L1Error):
        return value
    return L1RuntimeError(to_text(value), value=value)


def is_error(error: L1Error, name: str) -> bool:
    """Whether ``catch (name)`` takes the error."""
    return error.type == name


def refuse_constant(name: str) -> None:
    """An assignment to a const."""
    raise L1TypeError(f"'{name}' is a const and cannot be changed", hint="choose another name, or declare it with let")


def no_argument(function: str | None, parameter: str) -> None:
    """A call without an argument for a parameter that stands behind one with a default."""
    raise L1TypeError(f"{function or 'the function'}() is missing the argument '{parameter}'")


def counted() -> None:
    """Called first in a function with defaults where Python would not count its recursion."""
