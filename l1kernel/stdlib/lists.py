"""Lists: changing them in place, and the functions that make a new one."""

from __future__ import annotations

from typing import Any

from l1kernel.errors import L1IndexError, L1TypeError, L1ValueError
from l1kernel.language.compiler.natives import Native
from l1kernel.runtime import operators
from l1kernel.runtime.items import slice_
from l1kernel.runtime.positions import no_key, out_of_range
from l1kernel.runtime.printing import brief
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.values import as_integer, type_name
from l1kernel.stdlib.arguments import function_of, items_of, list_of, truth_of
from l1kernel.stdlib.callbacks import Calling
from l1kernel.stdlib.sorting import sorted_list


@builtin(
    "append",
    area="lists",
    example="[1, 2].append(3)",
    methods=("List",),
    natives=[Native("list", "append", ("any",), gives=False)],
)
def append(items: Any, value: Any) -> list[Any]:
    """Add the value at the end of the list, and give the list."""
    changed = list_of(items, "append")
    changed.append(value)
    return changed


@builtin(
    "push",
    area="lists",
    example="[1, 2].push(3)",
    methods=("List",),
    natives=[Native("list", "append", ("any",), gives=False)],
)
def push(items: Any, value: Any) -> list[Any]:
    """Add the value at the end of the list, and give the list: the same as append."""
    changed = list_of(items, "push")
    changed.append(value)
    return changed


@builtin(
    "pop",
    area="lists",
    example="[1, 2, 3].pop()",
    methods=("List", "Dictionary"),
    natives=[Native("list", "pop"), Native("list", "pop", ("integer",))],
)
def pop(items: Any, position: Any = -1) -> Any:
    """Take out the last item, or the one at the position, and give it; of a Dictionary, the value of a key."""
    if isinstance(items, dict):
        if not operators.contains(position, items):
            raise no_key(items, position)
        return items.pop(position)
    items = list_of(items, "pop")
    if not items:
        raise L1IndexError("Cannot pop from an empty list", hint="ask first: len(x) > 0", about=items)
    index = as_integer(position, "The position of pop")
    if not -len(items) <= index < len(items):
        raise out_of_range(index, len(items), "list")
    return items.pop(index)


@builtin(
    "insert",
    area="lists",
    example="[1, 3].insert(1, 2)",
    methods=("List",),
    natives=[Native("list", "insert", ("integer", "any"), gives=False)],
)
def insert(items: Any, position: Any, value: Any) -> list[Any]:
    """Put the value before the item at the position, and give the list."""
    changed = list_of(items, "insert")
    at = as_integer(position, "The position of insert")
    changed.insert(max(-len(changed), min(at, len(changed))), value)
    return changed


@builtin("remove", area="lists", example="[1, 2, 1].remove(1)", methods=("List", "Dictionary"))
def remove(items: Any, value: Any) -> Any:
    """Take the first such value out of the list, or the key out of the Dictionary, and give what is left."""
    if isinstance(items, dict):
        pop(items, value)
        return items
    items = list_of(items, "remove")
    try:
        items.remove(value)
    except ValueError:
        raise L1ValueError(
            f"There is no {brief(value)} in the list to remove", hint="ask first: contains(x, value)", about=items
        ) from None
    return items


@builtin("sort", area="lists", example="[3, 1, 2].sort()", methods=("List", "Array"))
def sort(items: Any, key: Any = None, reverse: Any = False) -> Any:
    """Put the list itself in order, and give it; `key=` says by what, `reverse=true` turns the order."""
    if type_name(items) == "Array":
        items[...] = sorted_(items, key, reverse)
        return items
    items = list_of(items, "sort")
    items[:] = sorted_(items, key, reverse)
    return items


@builtin(
    "sorted",
    area="lists",
    example="sorted([3, 1, 2], reverse = true)",
    methods=("List", "String", "Dictionary", "Array"),
)
def sorted_(items: Any, key: Any = None, reverse: Any = False) -> Any:
    """Give a new list in order; equal ones keep their order; `key=` says by what, `reverse=true` turns the order."""
    if key is None and type_name(items) == "Array" and items.dtype.kind in "iufb" and items.ndim == 1:
        import numpy as np

        return np.sort(items, kind="stable")[:: -1 if truth_of(reverse) else 1].copy()
    by = None if key is None else function_of(key, "key= of sorted")
    return sorted_list(list(items_of(items, "sorted")), by, reverse=truth_of(reverse))


@builtin("reverse", area="lists", example="[1, 2, 3].reverse()", methods=("List",))
def reverse(items: Any) -> list[Any]:
    """Turn the order of the list itself, and give it."""
    if isinstance(items, str):
        raise L1TypeError("reverse needs a List, not a String", hint="reversed(x) gives a new String", about=items)
    changed = list_of(items, "reverse")
    changed.reverse()
    return changed


@builtin("reversed", area="lists", example='reversed("abc")', methods=("List", "String", "Array"))
def reversed_(items: Any) -> Any:
    """Give a new list, text or array in the opposite order."""
    if type_name(items) in ("Array", "Column", "DataFrame"):
        return slice_(items, None, None, -1).copy()
    return items[::-1] if isinstance(items, str) else list(items_of(items, "reversed"))[::-1]


@builtin(
    "map",
    area="lists",
    example="map([1, 2, 3], x => x * 10)",
    methods=("List", "String", "Dictionary", "Range", "Array"),
)
def map_(items: Any, function: Any) -> list[Any]:
    """Give a list of what the function makes of each item."""
    items, function = _function_last(items, function, "map")
    result = []
    with Calling(function):
        for item in items_of(items, "map"):
            result.append(function(item))
    return result


@builtin(
    "filter",
    area="lists",
    example="filter(1..6, x => x % 2 == 0)",
    methods=("List", "String", "Dictionary", "Range", "Array", "DataFrame"),
)
def filter_(items: Any, condition: Any) -> Any:
    """Give a list of the items for which the function gives true; of a table, the table of such rows."""
    items, condition = _function_last(items, condition, "filter")
    kept = []
    with Calling(condition):
        for at, item in enumerate(items_of(items, "filter")):
            if truth_of(condition(item)):
                kept.append((at, item))
    if type_name(items) == "DataFrame":
        return items.iloc[[at for at, _ in kept]].reset_index(drop=True)
    return [item for _, item in kept]


@builtin(
    "reduce", area="lists", example="reduce([1, 2, 3], (a, b) => a + b)", methods=("List", "String", "Range", "Array")
)
def reduce(items: Any, function: Any, *initial: Any) -> Any:
    """Combine the items from left to right into one value, beginning with the initial value if there is one."""
    items, function = _function_last(items, function, "reduce")
    if len(initial) > 1:
        raise L1TypeError(f"reduce takes at most 3 arguments, not {len(initial) + 2}")
    rest = iter(items_of(items, "reduce"))
    if initial:
        result = initial[0]
    else:
        try:
            result = next(rest)
        except StopIteration:
            raise L1ValueError(
                "Cannot reduce an empty list without an initial value", hint="reduce(xs, (a, b) => a + b, 0)"
            ) from None
    with Calling(function):
        for item in rest:
            result = function(result, item)
    return result


def _function_last(items: Any, function: Any, of: str) -> tuple[Any, Any]:
    """The list and the function, in whichever order they were given."""
    if type_name(items) == "Function" and type_name(function) != "Function":
        items, function = function, items
    return items, function_of(function, of)


@builtin("zip", area="lists", example='zip([1, 2], ["a", "b"])', methods=("List",))
def zip_(*lists: Any) -> list[list[Any]]:
    """Give lists of the first items, of the second items, and so on, as far as the shortest reaches."""
    return [list(group) for group in zip(*[items_of(items, "zip") for items in lists], strict=False)]


@builtin("enumerate", area="lists", example='enumerate(["a", "b"])', methods=("List", "String", "Range", "Array"))
def enumerate_(items: Any, start: Any = 0) -> list[list[Any]]:
    """Give lists of position and item, counted from `start`."""
    first = as_integer(start, "The start of enumerate")
    return [[at, item] for at, item in enumerate(items_of(items, "enumerate"), first)]


@builtin("any", area="lists", example="any([0, 1])", methods=("List", "Array"))
def any_(items: Any, condition: Any = None) -> bool:
    """Whether at least one item is true, or fulfils the condition."""
    test = truth_of if condition is None else function_of(condition, "any")
    with Calling(test):
        for item in items_of(items, "any"):
            if truth_of(test(item)):
                return True
    return False


@builtin("all", area="lists", example="all([1, 2])", methods=("List", "Array"))
def all_(items: Any, condition: Any = None) -> bool:
    """Whether every item is true, or fulfils the condition."""
    test = truth_of if condition is None else function_of(condition, "all")
    with Calling(test):
        for item in items_of(items, "all"):
            if not truth_of(test(item)):
                return False
    return True


@builtin(
    "contains",
    area="lists",
    example='"banana".contains("nan")',
    methods=("String", "List", "Dictionary", "Range", "Array"),
    natives=[Native("dict", "in", ("key",)), Native("str", "in", ("text",))],
)
def contains(container: Any, value: Any) -> bool:
    """Whether the text, list or range holds the value, or the Dictionary the key."""
    return operators.contains(value, container)
