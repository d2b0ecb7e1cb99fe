"""Reading and storing ``a[i]``, ``a[i:j]`` and ``a[i, j]`` on every L1 type that has items.

The usual case, a list at an Integer or a dictionary at a key, comes first in each function: loops pay for it.
"""

from __future__ import annotations

from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError, rewriting
from l1kernel.runtime.positions import no_items, no_key, not_a_key, out_of_range, part, position_of
from l1kernel.runtime.registry import object_type
from l1kernel.runtime.tables import (
    array_index,
    array_item,
    column_item,
    set_array,
    set_column,
    set_table,
    set_table_value,
    table_item,
)
from l1kernel.runtime.values import Range, article, plain, type_name

_EXACT = 1 << 53  # the Integers that a Float holds exactly


def item(target: Any, index: Any) -> Any:
    """``target[index]``.

    Raises:
        L1IndexError: a position outside; the message names index and length.
        L1KeyError: no such key or column, with the nearest one as hint.
        L1TypeError: a value without items, or an index of the wrong type.
    """
    kind = type(target)
    if kind is list or kind is str:
        if type(index) is int:
            try:
                return target[index]
            except IndexError:
                raise out_of_range(index, len(target), "list" if kind is list else "string") from None
    elif kind is dict:
        try:
            return target[index]
        except KeyError:
            raise no_key(target, index) from None
        except TypeError:
            raise not_a_key(index) from None
    if type_name(target) == "Array" and _is_position(index):
        try:
            found = target[index]
        except IndexError:
            return array_item(target, index)  # which says what is wrong
        return found if type(found) is kind else plain(found)
    return _other_item(target, index)


def _is_position(index: Any) -> bool:
    """Whether it is an Integer, or two of them."""
    kind = type(index)
    return kind is int or (kind is tuple and len(index) == 2 and type(index[0]) is type(index[1]) is int)


def _other_item(target: Any, index: Any) -> Any:
    name = type_name(target)
    if name in ("List", "String"):
        if isinstance(index, tuple):
            for part in index:
                target = item(target, part)
            return target
        if name == "String":
            return item(str(target), position_of(index, "string"))
        column = getattr(type(target), "l1_column", None)  # a List of records that knows its columns by name
        if column is not None and type_name(index) == "String":
            return column(target, index)
        position = position_of(index, "list")
        try:
            return target[position]
        except IndexError:
            raise out_of_range(position, len(target), "list") from None
    if name == "Range":
        return target[position_of(index, "range")]
    if name == "Array":
        return array_item(target, index)
    if name == "Column":
        return column_item(target, index)
    if name == "DataFrame":
        return table_item(target, index)
    if object_type(type(target)) is not None and hasattr(type(target), "__getitem__"):
        return target[index]
    raise no_items(name)


def slice_(target: Any, start: Any, stop: Any, step: Any) -> Any:
    """``target[start:stop:step]`` on whatever has an order, a table's rows too; bounds are cut to fit."""
    bounds = part(start, stop, step)
    kind = type(target)
    if kind is list or kind is str or kind is Range:
        return target[bounds]
    name = type_name(target)
    if name in ("List", "String", "Array"):
        return target[bounds]
    if name in ("Column", "DataFrame"):
        return target.iloc[bounds].reset_index(drop=True)
    if object_type(kind) is not None and hasattr(kind, "__getitem__"):
        return target[bounds]
    raise L1TypeError(f"{article(name, capital=True)} cannot be sliced with [a:b]")


def set_item(target: Any, index: Any, value: Any) -> None:
    """``target[index] = value``; errors as ``item``'s, and L1TypeError for a text, which cannot be changed."""
    kind = type(target)
    if kind is list:
        if type(index) is int:
            try:
                target[index] = value
                return
            except IndexError:
                hint = "append(xs, value) adds to the end" if index == len(target) else None
                error = out_of_range(index, len(target), "list")
                error.hint = hint or error.hint
                raise error from None
    elif kind is dict:
        try:
            target[index] = value
            return
        except TypeError:
            raise not_a_key(index) from None
    _set_other(target, index, value)


def _set_other(target: Any, index: Any, value: Any) -> None:
    name = type_name(target)
    if name == "List":
        if isinstance(index, tuple):
            for part_ in index[:-1]:
                target = item(target, part_)
            index = index[-1]
        position = position_of(index, "list")
        try:
            target[position] = value
        except IndexError:
            raise out_of_range(position, len(target), "list") from None
        except TypeError:
            raise L1TypeError("This List cannot be changed") from None
    elif name == "Array":
        if target.dtype.char == "d" and _is_position(index):
            kind = type(value)
            if kind is float or (kind is int and -_EXACT < value < _EXACT):
                try:
                    target[index] = value
                    return
                except IndexError:
                    pass  # what is wrong is said below
        set_array(target, array_index(target, index), value)
    elif name == "Column":
        set_column(target, index, value)
    elif name == "DataFrame":
        set_table(target, index, value)
    elif name == "String":
        raise _text_is_fixed()
    elif object_type(type(target)) is not None and hasattr(type(target), "__setitem__"):
        target[index] = value
    elif name == "Range":
        hint = rewriting("make a List of it first", "map(x, i => i)")
        raise L1TypeError("A Range cannot be changed", hint=hint, about=target)
    else:
        raise no_items(name)


def _text_is_fixed() -> L1TypeError:
    return L1TypeError("A String cannot be changed in place", hint="make a new one: replace(text, old, new)")


def set_slice(target: Any, start: Any, stop: Any, step: Any, value: Any) -> None:
    """``target[start:stop:step] = value``: a list's part is replaced, an array's or column's elements are stored."""
    bounds = part(start, stop, step)
    name = type_name(target)
    if name == "List":
        items = list(_items_of(value))
        count = len(range(*bounds.indices(len(target))))
        if bounds.step not in (None, 1) and len(items) != count:
            raise L1ValueError(f"{len(items)} values do not fit {count} places")
        target[bounds] = items
    elif name == "Array":
        set_array(target, bounds, value)
    elif name == "Column":
        set_column(target, bounds, value)
    elif name == "String":
        raise _text_is_fixed()
    else:
        raise L1TypeError(f"{article(name, capital=True)} has no part that could be replaced with [a:b] =")


def _items_of(value: Any) -> Any:
    name = type_name(value)
    if name == "Array" or name == "Column":
        return value.tolist()
    if name in ("List", "Range"):
        return value
    raise L1TypeError(f"Only a List can replace a part of a list, not {article(name)}", hint="put it in brackets: [x]")


def set_nested_item(owner: Any, key: Any, index: Any, value: Any) -> None:
    """``owner[key][index] = value``: in a table one store, because its column is a copy."""
    if type_name(owner) == "DataFrame" and type_name(key) == "String":
        set_table_value(owner, key, index, value)
    else:
        set_item(item(owner, key), index, value)
