"""Reading and storing ``a[i]``, ``a[i:j]`` and ``a[i, j]`` on every L1 type that has items.

Positions always count from the first item, also in a table's column; an element of an array is read as a plain
number; Float positions that are whole are taken as Integers.
"""

from __future__ import annotations

from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1IndexError, L1KeyError, L1TypeError, L1ValueError
from l1kernel.runtime.printing import to_repr, to_text
from l1kernel.runtime.registry import object_type
from l1kernel.runtime.values import Range, article, as_integer, plain, type_name

_NEARLY_WHOLE = 1e-9  # partitions computed by division must lose no row


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
    return _other_item(target, index)


def _other_item(target: Any, index: Any) -> Any:
    name = type_name(target)
    if name in ("List", "String"):
        if isinstance(index, tuple):
            for part in index:
                target = item(target, part)
            return target
        if name == "String":
            return item(str(target), _position(index, "string"))
        column = getattr(type(target), "l1_column", None)  # a List of records that knows its columns by name
        if column is not None and type_name(index) == "String":
            return column(target, index)
        position = _position(index, "list")
        try:
            return target[position]
        except IndexError:
            raise out_of_range(position, len(target), "list") from None
    if name == "Range":
        return target[_position(index, "range")]
    if name == "Array":
        return _array_item(target, index)
    if name == "Column":
        return _column_item(target, index)
    if name == "DataFrame":
        return _table_item(target, index)
    if object_type(type(target)) is not None and hasattr(type(target), "__getitem__"):
        return target[index]
    raise _no_items(name)


def _no_items(name: str) -> L1TypeError:
    hint = "a function without return gives null" if name == "Null" else None
    return L1TypeError(f"{article(name, capital=True)} has no items to take with [ ]", hint=hint)


def _position(index: Any, word: str) -> int:
    if type(index) is int:
        return index
    if type_name(index) == "String":
        raise L1TypeError(
            f"{article(word, capital=True)} index must be an Integer, not a String",
            hint="only a Dictionary or a table has names for items",
        )
    return as_integer(index, f"{article(word, capital=True)} index")


def out_of_range(index: int, length: int, word: str) -> L1IndexError:
    """The error of a position outside a list, text, array or table."""
    hint = None
    if length and index == length:
        hint = f"positions count from 0, so the last one is {length - 1}"
    return L1IndexError(f"Index {index} is out of range for {article(word)} of length {length}", hint=hint)


def no_key(dictionary: dict[Any, Any], key: Any) -> L1KeyError:
    """The error of a key that a dictionary does not have."""
    hint = None
    if isinstance(key, str):
        names = [known for known in dictionary if isinstance(known, str)]
        hint = did_you_mean(key, names)
        if hint is None and key.isdigit() and int(key) in dictionary:
            hint = f"the key is the Integer {key}, without quotes"
    elif str(key) in dictionary:
        hint = f'the key is the String "{key}", in quotes'
    return L1KeyError(f"No key {_shown(key)} in the dictionary", hint=hint)


def _shown(key: Any) -> str:
    text = to_repr(key)
    return text if len(text) <= 60 else text[:57] + "..."


def not_a_key(key: Any) -> L1TypeError:
    """The error of a List or the like as a dictionary's key."""
    return L1TypeError(
        f"{article(type_name(key), capital=True)} cannot be a dictionary key", hint="use a String or a number"
    )


# --- arrays, columns, tables ------------------------------------------------------------------------------------


def _array_index(array: Any, index: Any, axis: int = 0) -> Any:
    """An index as NumPy takes it, positions checked against the length."""
    if isinstance(index, tuple):
        if len(index) > array.ndim:
            raise L1IndexError(f"{len(index)} indices for an array of {array.ndim} dimension" + "s" * (array.ndim != 1))
        return tuple(_array_index(array, part, i) for i, part in enumerate(index))
    if isinstance(index, slice):
        return index
    name = type_name(index)
    if name == "Column":
        index = index.to_numpy()
    elif name == "List":
        import numpy as np

        index = np.array(index) if index else np.array([], dtype=int)
    elif name == "Range":
        import numpy as np

        index = np.array(index.numbers)
    elif name != "Array":
        if array.ndim == 0:
            raise L1IndexError("This array is a single number and has no items")
        position = _position(index, "array")
        if not -array.shape[axis] <= position < array.shape[axis]:
            raise out_of_range(position, array.shape[axis], "array")
        return position
    if index.dtype.kind == "b" and index.shape != array.shape[axis : axis + index.ndim]:
        raise L1IndexError(f"A mask of {len(index)} items does not fit an array of length {array.shape[axis]}")
    if index.dtype.kind == "f":
        whole = index.astype(int)
        if (whole != index).any():
            raise L1TypeError("Array positions must be whole numbers")
        index = whole
    elif index.dtype.kind not in "bui":
        raise L1TypeError("An array is indexed by Integers or by a mask of Booleans")
    if index.dtype.kind in "ui" and index.size:
        for position in (int(index.min()), int(index.max())):
            if not -array.shape[axis] <= position < array.shape[axis]:
                raise out_of_range(position, array.shape[axis], "array")
    return index


def _array_item(array: Any, index: Any) -> Any:
    return plain(array[_array_index(array, index)])


def _column_item(column: Any, index: Any) -> Any:
    if isinstance(index, slice):
        return column.iloc[index].reset_index(drop=True)
    if isinstance(index, tuple):
        raise L1TypeError("A Column has one index")
    name = type_name(index)
    if name in ("Array", "Column", "List", "Range"):
        return column.iloc[_array_index(column.to_numpy(), index)].reset_index(drop=True)
    position = _position(index, "column")
    if not -len(column) <= position < len(column):
        raise out_of_range(position, len(column), "column")
    return plain(column.iloc[position])


def _table_item(table: Any, index: Any) -> Any:
    name = type_name(index)
    if name == "String":
        return table[_column_name(table, index)]
    if isinstance(index, tuple):
        if len(index) != 2:
            raise L1TypeError("A table takes a row and a column: df[row, column]")
        row, column = index if type_name(index[0]) != "String" else (index[1], index[0])
        chosen = column if type_name(column) == "String" else list(table.columns)[_position(column, "column")]
        return _column_item(table[_column_name(table, chosen)], row)
    if isinstance(index, slice):
        return table.iloc[index].reset_index(drop=True)
    if name == "List" and index and all(isinstance(part, str) for part in index):
        return table[[_column_name(table, part) for part in index]]
    if name in ("List", "Array", "Column", "Range"):
        return table.iloc[_array_index(_row_numbers(table), index)].reset_index(drop=True)
    position = _position(index, "table")
    if not -len(table) <= position < len(table):
        raise out_of_range(position, len(table), "table")
    row = table.iloc[position]
    return {column: plain(row.iloc[i]) for i, column in enumerate(table.columns)}


def _row_numbers(table: Any) -> Any:
    import numpy as np

    return np.arange(len(table))


def _column_name(table: Any, name: Any) -> Any:
    if name not in table.columns:
        names = [str(column) for column in table.columns]
        hint = did_you_mean(str(name), names) or (f"its columns are: {', '.join(names[:20])}" if names else None)
        raise L1KeyError(f"No column {_shown(name)} in the table", hint=hint)
    return name


# --- slices -----------------------------------------------------------------------------------------------------


def part(start: Any, stop: Any, step: Any) -> slice:
    """A slice as one of several indices."""
    if step is not None and _bound(step) == 0:
        raise L1ValueError("The step of a slice cannot be 0")
    return slice(_bound(start), _bound(stop), _bound(step))


def _bound(value: Any) -> int | None:
    if value is None or type(value) is int:
        return value
    value = plain(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise L1ValueError(f"A slice bound must be a number, not {to_text(value)}")
        nearest = round(value)
        return nearest if abs(value - nearest) < _NEARLY_WHOLE else int(value)
    return as_integer(value, "A slice bound")


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


# --- storing ----------------------------------------------------------------------------------------------------


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
        position = _position(index, "list")
        try:
            target[position] = value
        except IndexError:
            raise out_of_range(position, len(target), "list") from None
        except TypeError:
            raise L1TypeError("This List cannot be changed") from None
    elif name == "Array":
        _set_array(target, _array_index(target, index), value)
    elif name == "Column":
        _set_column(target, index, value)
    elif name == "DataFrame":
        _set_table(target, index, value)
    elif name == "String":
        raise L1TypeError("A String cannot be changed in place", hint="make a new one: replace(text, old, new)")
    elif object_type(type(target)) is not None and hasattr(type(target), "__setitem__"):
        target[index] = value
    elif name == "Range":
        raise L1TypeError("A Range cannot be changed", hint="make a List of it first: [x for ...] or list(range)")
    else:
        raise _no_items(name)


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
        _set_array(target, bounds, value)
    elif name == "Column":
        _set_column(target, bounds, value)
    elif name == "String":
        raise L1TypeError("A String cannot be changed in place", hint="make a new one: replace(text, old, new)")
    else:
        raise L1TypeError(f"{article(name, capital=True)} has no part that could be replaced with [a:b] =")


def _items_of(value: Any) -> Any:
    name = type_name(value)
    if name == "Array" or name == "Column":
        return value.tolist()
    if name in ("List", "Range"):
        return value
    raise L1TypeError(f"Only a List can replace a part of a list, not {article(name)}", hint="put it in brackets: [x]")


def _set_array(array: Any, index: Any, value: Any) -> None:
    import numpy as np

    value = value.to_numpy() if type_name(value) == "Column" else plain(value)
    stored = np.asarray(value)
    if array.dtype.kind in "iub" and stored.dtype.kind == "f":
        if not bool(np.all(np.isfinite(stored))) or bool(np.any(stored != np.trunc(stored))):
            raise L1TypeError(
                f"An Integer array cannot hold {_shown(value)}", hint="make it a Float array first: xs = xs * 1.0"
            )
    elif array.dtype.kind in "iufb" and stored.dtype.kind not in "iufb":
        raise L1TypeError(f"An array of numbers cannot hold {article(type_name(value))}")
    try:
        array[index] = stored
    except ValueError:
        places = array[index].size
        raise L1ValueError(f"{stored.size} values do not fit {places} places") from None


def _set_column(column: Any, index: Any, value: Any) -> None:
    column.iloc[_places(len(column), index, "column")] = _storable(column, value)


def _places(length: int, index: Any, word: str) -> Any:
    import numpy as np

    if isinstance(index, slice):
        return index
    if type_name(index) in ("Array", "Column", "List", "Range"):
        return np.arange(length)[_array_index(np.arange(length), index)]
    position = _position(index, word)
    if not -length <= position < length:
        raise out_of_range(position, length, word)
    return position


def _storable(column: Any, value: Any) -> Any:
    kind, name = column.dtype.kind, type_name(value)
    if kind in "iu" and name == "Float" and float(value) != int(value):
        raise L1TypeError(
            f"An Integer column cannot hold {_shown(value)}", hint='make it Float first: df["c"] = df["c"] * 1.0'
        )
    if kind in "iuf" and name not in ("Integer", "Float", "Boolean", "Null", "List", "Array", "Column"):
        raise L1TypeError(f"A column of numbers cannot hold {article(name)}")
    if kind not in "iufbmM" and name in ("Integer", "Float", "Boolean") and column.dtype != object:
        raise L1TypeError(f"A column of texts cannot hold {article(name)}", hint="convert it first: to_string(x)")
    return value.to_numpy() if name == "Column" else value


def _set_table(table: Any, index: Any, value: Any) -> None:
    if type_name(index) == "String":
        name = type_name(value)
        if name in ("List", "Array", "Column", "Range"):
            if len(value) != len(table) and len(table.columns):
                raise L1ValueError(f"A column of {len(value)} values does not fit a table of {len(table)} rows")
            value = value.to_numpy() if name == "Column" else list(value) if name == "Range" else value
        table[index] = value
    elif isinstance(index, tuple) and len(index) == 2:
        row, column = index if type_name(index[0]) != "String" else (index[1], index[0])
        set_nested_item(table, column, row, value)
    else:
        raise L1TypeError(
            "A table stores whole columns or single values", hint='df["column"] = values, df["column"][row] = x'
        )


def set_nested_item(owner: Any, key: Any, index: Any, value: Any) -> None:
    """``owner[key][index] = value``: in a table one store, because its column is a copy."""
    if type_name(owner) != "DataFrame" or type_name(key) != "String":
        set_item(item(owner, key), index, value)
        return
    name = _column_name(owner, key)
    column = owner[name]
    places = _places(len(owner), index, "column")
    if (column.dtype.kind in "iu" and type_name(value) == "Float" and float(value) != int(value)) or (
        column.dtype.kind in "iub" and value is None
    ):
        owner[name] = column.astype(float)
    else:
        value = _storable(column, value)
    owner.iloc[places, list(owner.columns).index(name)] = value
