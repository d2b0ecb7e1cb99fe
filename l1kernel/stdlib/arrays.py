"""Arrays: NumPy's, with L1's limits and words."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.runtime.items import slice_
from l1kernel.runtime.limits import refuse_large
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.values import Range, article, as_integer, is_list, type_name
from l1kernel.stdlib.arguments import float_of, items_of, number_of

_ELEMENT = 8  # bytes of an Integer or Float in an array
_DIMENSIONS = 32


@builtin("array", area="arrays", example="array([1, 2, 3]) * 2", methods=("List", "Range", "Column"))
def array(items: Any) -> Any:
    """Make an array of a list; a list of lists of the same length gives a 2-D array."""
    import numpy as np

    if type_name(items) == "Array":
        return items.copy()
    if isinstance(items, Range):
        refuse_large(items.length, "items", size=_ELEMENT)
        return arange(items.numbers.start, items.numbers.stop, items.numbers.step)
    if type_name(items) == "Column":
        return items.to_numpy(copy=True)
    if type_name(items) == "DataFrame":
        return items.to_numpy()
    if not is_list(items):
        raise L1TypeError(f"array needs a List, not {article(type_name(items))}", hint="array([1, 2, 3])")
    _refuse_deep(items)
    kinds = _kinds(items)
    if len(kinds) > 1 and not kinds <= {"Integer", "Float", "Boolean"}:
        raise L1TypeError(
            f"The elements of an array need one type, not {' and '.join(sorted(kinds))}",
            hint="keep mixed values in a List",
        )
    try:
        made = np.array(items)
    except ValueError:
        raise L1ValueError("The rows of an array need the same length", hint="fill the shorter ones up") from None
    if kinds <= {"Integer", "Float", "Boolean"} and ("Float" in kinds or made.dtype.kind in "ib" or not made.size):
        return made
    return np.array(items, dtype=object)  # texts, and Integers beyond 64 bits


def _refuse_deep(items: Any) -> None:
    """Lists of the same lists, over and over, are small themselves and would make an array without end."""
    count = 1
    for _ in range(_DIMENSIONS + 1):
        if not is_list(items) or not items:
            return
        count *= len(items)
        refuse_large(count, "items")
        items = items[0]
    raise L1ValueError(f"An array has at most {_DIMENSIONS} dimensions", hint="use nested Lists as they are")


def _kinds(items: Any) -> set[str]:
    """The types of the elements of nested lists."""
    kinds: set[str] = set()
    unread = [items]
    seen = {id(items)}
    while unread:
        for item in unread.pop():
            if is_list(item):
                if id(item) not in seen:
                    seen.add(id(item))
                    unread.append(item)
            elif type_name(item) == "Array":
                kinds.add({"f": "Float", "b": "Boolean", "O": "String"}.get(item.dtype.kind, "Integer"))
            else:
                kinds.add(type_name(item))
    return kinds


@builtin("arange", area="arrays", example="arange(0, 10, 2)")
def arange(*bounds: Any) -> Any:
    """Give an array that counts: arange(5) is 0 to 4, arange(0, 1, 0.25) goes in steps of 0.25."""
    import numpy as np

    if not 1 <= len(bounds) <= 3:
        raise L1TypeError(f"arange takes 1 to 3 arguments, not {len(bounds)}", hint="arange(start, end, step)")
    numbers = [number_of(bound, "arange") for bound in bounds]
    start, end = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    step = numbers[2] if len(numbers) == 3 else 1
    if step == 0:
        raise L1ValueError("The step of arange cannot be 0")
    if not all(math.isfinite(number) for number in (start, end, step)):
        raise L1ValueError("arange needs finite numbers")
    whole = all(isinstance(number, int) for number in (start, end, step))
    count = -((start - end) // step)
    refuse_large(max(0, int(count)) if math.isfinite(count) else 10**30, "items", size=_ELEMENT)
    try:
        return np.arange(start, end, step, dtype="int64" if whole else "float64")
    except OverflowError:
        raise L1ValueError("The numbers are too large for an array", hint="its Integers have 64 bits") from None


@builtin("linspace", area="arrays", example="linspace(0, 1, 5)")
def linspace(start: Any, end: Any, count: Any = 50) -> Any:
    """Give an array of `count` numbers at equal distances from `start` to `end`, both included."""
    import numpy as np

    number = as_integer(count, "The count of linspace")
    if number < 0:
        raise L1ValueError(f"linspace cannot give {number} numbers")
    refuse_large(number, "items", size=_ELEMENT)
    return np.linspace(float_of(start, "linspace"), float_of(end, "linspace"), number)


@builtin("zeros", area="arrays", example="zeros([2, 3])")
def zeros(*size: Any) -> Any:
    """Give an array of zeros: zeros(5) has five, zeros([2, 3]) two rows of three."""
    import numpy as np

    return np.zeros(_shape(size, "zeros"))


@builtin("ones", area="arrays", example="ones(3)")
def ones(*size: Any) -> Any:
    """Give an array of ones: ones(5) has five, ones([2, 3]) two rows of three."""
    import numpy as np

    return np.ones(_shape(size, "ones"))


def _shape(size: tuple[Any, ...], of: str) -> tuple[int, ...]:
    if not size:
        raise L1TypeError(f"{of} needs a size", hint=f"{of}(5) or {of}([2, 3])")
    parts = size[0] if len(size) == 1 and is_list(size[0]) else size
    shape = tuple(as_integer(part, f"The size of {of}") for part in parts)
    if any(part < 0 for part in shape):
        raise L1ValueError(f"The size of {of} cannot be negative: {min(shape)}")
    if len(shape) > _DIMENSIONS:
        raise L1ValueError(f"An array has at most {_DIMENSIONS} dimensions, not {len(shape)}")
    refuse_large(math.prod(shape), "items", size=_ELEMENT)
    refuse_large(max(shape, default=0), "items", size=1)
    return shape


@builtin("shape", area="arrays", example="shape(zeros([2, 3]))", methods=("Array", "DataFrame"))
def shape(array: Any) -> list[int]:
    """Give the size of an array or table in each direction: rows first."""
    if type_name(array) not in ("Array", "DataFrame", "Column"):
        raise L1TypeError(
            f"shape needs an Array or a DataFrame, not {article(type_name(array))}", hint="len(x)", about=array
        )
    return list(array.shape)


@builtin("concatenate", area="arrays", example="concatenate([array([1, 2]), array([3])])")
def concatenate(*parts: Any) -> Any:
    """Put lists, arrays or tables one behind the other: concatenate(parts) or concatenate(a, b)."""
    pieces = list(items_of(parts[0], "concatenate")) if len(parts) == 1 else list(parts)
    names = {type_name(piece) for piece in pieces}
    if names <= {"List", "Range"}:
        refuse_large(sum(len(piece) for piece in pieces), "items", size=_ELEMENT)
        return [item for piece in pieces for item in piece]
    if names == {"DataFrame"}:
        return _stacked(pieces)
    if names <= {"List", "Range", "Array", "Column"}:
        return _joined(pieces)
    wrong = sorted(names - {"List", "Range", "Array", "Column"})[0]
    hint = {
        "String": 'to put texts together: join(xs, "")',
        "Dictionary": "to put dictionaries together: merge(a, b)",
        "DataFrame": "tables go only with tables",
    }.get(wrong, "give the parts in a list: concatenate([a, b])")
    raise L1TypeError(f"concatenate needs lists, arrays or tables, not {article(wrong)}", hint=hint)


def _joined(pieces: list[Any]) -> Any:
    import numpy as np

    arrays = [piece if type_name(piece) == "Array" else array(piece) for piece in pieces]
    filled = [piece for piece in arrays if piece.size] or arrays[:1]  # an empty list has no type of its own
    if len({piece.shape[1:] for piece in filled}) > 1:
        shapes = " and ".join(sorted({str(list(piece.shape)) for piece in filled}))
        raise L1ValueError(f"Arrays of sizes {shapes} do not go together", hint="all need rows of the same length")
    refuse_large(sum(piece.size for piece in filled), "items", size=_ELEMENT)
    return np.concatenate(filled)


def _stacked(frames: list[Any]) -> Any:
    import pandas as pd

    first = list(frames[0].columns)
    for frame in frames[1:]:
        if set(frame.columns) != set(first):
            differing = sorted(map(str, set(frame.columns) ^ set(first)))
            raise L1ValueError(
                "The tables have different columns: " + ", ".join(differing), hint="give all of them the same columns"
            )
    return pd.concat(frames, ignore_index=True)


@builtin("split_data", area="arrays", example="split_data([1, 2, 3, 4, 5], 2)", methods=("List", "Array", "DataFrame"))
def split_data(data: Any, parts: Any) -> list[Any]:
    """Cut a table, array or list into so many parts of nearly equal length, in order and without losing a row."""
    count = as_integer(parts, "The number of parts")
    if count < 1:
        raise L1ValueError(f"Cannot split into {count} parts", hint="give 1 or more parts")
    refuse_large(count, "parts")
    name = type_name(data)
    if name not in ("List", "Range", "Array", "Column", "DataFrame"):
        raise L1TypeError(f"split_data needs a DataFrame, an Array or a List, not {article(name)}")
    size, longer = divmod(len(data), count)
    borders = [at * size + min(at, longer) for at in range(count + 1)]
    return [slice_(data, low, high, None) for low, high in pairwise(borders)]
