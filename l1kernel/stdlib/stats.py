"""Sums, extremes and averages: of a list, an array, a column, or of the arguments themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from l1kernel.errors import Hint, L1TypeError, L1ValueError, Rewrite, rewriting
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.values import Range, article, is_vector, plain, type_name
from l1kernel.stdlib.arguments import cannot_compare, function_of, items_of
from l1kernel.stdlib.math import square_root
from l1kernel.stdlib.sorting import sorted_list

_METHODS = ("List", "Range", "Array", "Column")


@builtin("min", area="math", example="min([3, 1, 2])", methods=_METHODS)
def min_(*values: Any, key: Any = None) -> Any:
    """Give the smallest: of a list, array or column, or of several values; with an array, element by element."""
    return _extreme("min", values, key, lambda new, best: new < best)


@builtin("max", area="math", example="max(3, 7, 5)", methods=_METHODS)
def max_(*values: Any, key: Any = None) -> Any:
    """Give the largest: of a list, array or column, or of several values; with an array, element by element."""
    return _extreme("max", values, key, lambda new, best: new > best)


def _extreme(of: str, values: tuple[Any, ...], key: Any, better: Callable[[Any, Any], Any]) -> Any:
    if not values:
        raise L1TypeError(f"{of} needs a list or values", hint=f"{of}([1, 2, 3]) or {of}(1, 2, 3)")
    if len(values) > 1 and any(is_vector(value) for value in values):
        return _elementwise(of, values)
    items: Any = values[0] if len(values) == 1 else list(values)
    if key is None and len(values) == 1 and is_vector(items) and items.dtype.kind in "iufb":
        if items.size == 0:
            raise _empty(of, items)
        return plain(items.min() if of == "min" else items.max())
    if isinstance(items, Range) and key is None:
        if not items:
            raise _empty(of, items)
        return (min if of == "min" else max)(items[0], items[-1])
    if len(values) == 1 and type_name(items) in ("Integer", "Float"):
        return items
    measure = None if key is None else function_of(key, f"key= of {of}")
    best, best_key, empty = None, None, True
    for item in items_of(items, of):
        item_key = item if measure is None else measure(item)
        try:
            if empty or better(item_key, best_key):
                best, best_key, empty = item, item_key, False
        except TypeError:
            raise cannot_compare(best_key, item_key) from None
    if empty:
        raise _empty(of, items)
    return best


def _elementwise(of: str, values: tuple[Any, ...]) -> Any:
    import numpy as np

    choose = np.minimum if of == "min" else np.maximum
    result = values[0]
    for value in values[1:]:
        try:
            result = choose(result, value)
        except (TypeError, ValueError, NotImplementedError):
            names = " and ".join(type_name(v) for v in (result, value))
            raise L1ValueError(
                f"{of} cannot go through {names} element by element", hint="both need the same number of elements"
            ) from None
    return result


@builtin("sum", area="math", example="sum([0.1] * 10)", methods=_METHODS)
def sum_(*values: Any) -> Any:
    """Add up a list, array, column or several numbers; a list with Floats is rounded only once, at the end."""
    items = _numbers_of("sum", values)
    if isinstance(items, Range):
        return _range_sum(items)
    if is_vector(items):
        return sum(items.ravel().tolist()) if _may_overflow(items) else plain(items.sum())
    return _list_sum(items, "sum")


def _may_overflow(integers: Any) -> bool:
    """Whether the sum of an array or column might not fit 64 bits."""
    if integers.dtype.kind not in "iu" or not integers.size:
        return False
    return bool(max(abs(int(integers.min())), abs(int(integers.max()))) * integers.size >= 2**63)


def _range_sum(items: Range) -> int:
    return (items[0] + items[-1]) * items.length // 2 if items else 0


def _list_sum(items: list[Any], of: str) -> Any:
    """Integers exactly, Floats exactly rounded, arrays element by element."""
    floats = False
    for item in items:
        kind = type(item)
        if kind is float:
            floats = True
        elif kind is not int and kind is not bool:
            return _other_sum(items, of)
    return _float_sum(items) if floats else sum(items)


def _other_sum(items: list[Any], of: str) -> Any:
    """A list with NumPy's numbers or arrays in it, or with what cannot be added at all."""
    for item in items:
        if not is_vector(item) and not isinstance(plain(item), (int, float)):
            name = type_name(item)
            readable = all(isinstance(text, str) and text.strip().isdigit() for text in items)
            convert = rewriting("convert them first", "map(x, to_number)")
            hint: str | Hint | None = {
                "String": convert if readable or of != "sum" else 'to put texts together: join(x, "")',
                "List": "to put lists together: concatenate(x)" if of == "sum" else None,
                "Null": rewriting("leave them out first", "filter(x, v => not is_null(v))"),
            }.get(name)
            raise L1TypeError(f"{of} needs numbers, but the list holds {article(name)}", hint=hint, about=items)
    if not any(is_vector(item) for item in items):
        return _list_sum([plain(item) for item in items], of)
    total: Any = 0
    for item in items:
        total = total + item
    return total


def _float_sum(items: list[Any]) -> float:
    if not all(math.isfinite(item) for item in items if type(item) is float):
        return sum(float(item) for item in items)
    try:
        if all(type(item) is float or -(2**53) <= item <= 2**53 for item in items):
            return math.fsum(items)
    except OverflowError:  # a partial sum left the range of a Float, the total may not
        pass
    try:
        return float(sum(map(Fraction, items), Fraction()))
    except OverflowError:
        return math.inf if sum(map(Fraction, items), Fraction()) > 0 else -math.inf


def _numbers_of(of: str, values: tuple[Any, ...]) -> Any:
    """A Range, array or column as it is; anything else as a list."""
    if not values:
        raise L1TypeError(f"{of} needs a list or numbers", hint=f"{of}([1, 2, 3]) or {of}(1, 2, 3)")
    if len(values) > 1:
        return list(values)
    items = values[0]
    if isinstance(items, Range):
        return items
    name = type_name(items)
    if name in ("Array", "Column"):
        if items.dtype.kind not in "iufb":
            return [plain(item) for item in items]
        return items
    if name in ("Integer", "Float", "Boolean"):
        return [items]
    if name in ("String", "Dictionary", "DataFrame"):
        hints: dict[str, str | Hint] = {
            "Dictionary": Hint(f"for its values: {of}(values(x))", repairs=(Rewrite("values(x)"),)),
            "DataFrame": f'for one column: {of}(x["name"])',
        }
        raise L1TypeError(f"{of} needs numbers, not {article(name)}", hint=hints.get(name), about=items)
    return items if type(items) is list else list(items_of(items, of))


@builtin("mean", area="math", example="mean([1, 2, 4])", methods=_METHODS)
def mean(*values: Any) -> Any:
    """Give the average of a list, array, column or of several numbers."""
    items = _filled("mean", values)
    if isinstance(items, Range):
        return _over(_range_sum(items), items.length)
    if is_vector(items):
        average = plain(items.mean())
        if items.dtype.kind in "iub" and average.is_integer() and abs(average) * len(items) < 2**53:
            return _over(int(items.sum()), items.size)
        return average
    return _over(_list_sum(items, "mean"), len(items))


@builtin("median", area="math", example="median([5, 1, 3])", methods=_METHODS)
def median(*values: Any) -> Any:
    """Give the middle number in order, or the average of the two in the middle."""
    items = _filled("median", values)
    if is_vector(items):
        middle = plain(items.median() if hasattr(items, "median") else _numpy().median(items))
        return int(middle) if items.dtype.kind in "iub" and middle.is_integer() else middle
    _list_sum([] if isinstance(items, Range) else items, "median")
    ordered = items if isinstance(items, Range) else sorted_list(items)
    length = ordered.length if isinstance(ordered, Range) else len(ordered)
    low, high = ordered[(length - 1) // 2], ordered[length // 2]
    return low if length % 2 else _over(_list_sum(sorted([low, high]), "median"), 2)


@builtin("std", area="math", example="std([2, 4, 4, 4, 5, 5, 7, 9])", methods=_METHODS)
def std(*values: Any) -> Any:
    """Give the standard deviation of the whole population."""
    items = _filled("std", values)
    if is_vector(items):
        return plain(items.std(ddof=0))
    items = list(items_of(items, "std"))
    total = _list_sum(items, "std")
    count = len(items)
    if isinstance(total, int):
        return square_root(count * sum(item * item for item in items) - total * total) / count
    centre = total / count
    # the deviations add up to what rounding did to the centre, and its share is taken out again
    deviations = [float(item - centre) for item in items]
    offset = math.fsum(deviations)
    squares = math.fsum(deviation * deviation for deviation in deviations) - offset * offset / count
    return math.sqrt(max(0.0, squares) / count) if not math.isnan(squares) else squares


def _filled(of: str, values: tuple[Any, ...]) -> Any:
    items = _numbers_of(of, values)
    if (items.size == 0) if is_vector(items) else not items:
        raise _empty(of, items)
    return items


def _over(total: Any, count: int) -> Any:
    """Division as L1's ``/``: whole if both are Integers and the result is."""
    if isinstance(total, int) and total % count == 0:
        return total // count
    return total / count


def _empty(of: str, items: Any) -> L1ValueError:
    what = {"Array": "array", "Column": "column", "Range": "range", "String": "text"}.get(type_name(items), "list")
    return L1ValueError(
        f"{of} of an empty {what}", hint="ask first whether there is anything in it: len(x) > 0", about=items
    )


def _numpy() -> Any:
    import numpy

    return numpy
