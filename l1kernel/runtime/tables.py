"""Items of arrays, columns and tables. Positions always count from the first element or row, whatever pandas' own
index says; an element leaves as a plain number; a store never drops a Float's fraction without a word.
"""

from __future__ import annotations

from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1IndexError, L1KeyError, L1TypeError, L1ValueError, rewriting
from l1kernel.runtime.positions import out_of_range, position_of, shown
from l1kernel.runtime.values import article, is_list, plain, type_name

_WIDEST = 2**63  # an Integer of an array or column has 64 bits


def array_index(array: Any, index: Any, axis: int = 0) -> Any:
    """An index as NumPy takes it, positions checked against the length."""
    if isinstance(index, tuple):
        if len(index) > array.ndim:
            raise L1IndexError(f"{len(index)} indices for an array of {array.ndim} dimension" + "s" * (array.ndim != 1))
        return tuple(array_index(array, part, i) for i, part in enumerate(index))
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
        position = position_of(index, "array")
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


def array_item(array: Any, index: Any) -> Any:
    """``array[index]``; an element as a plain value."""
    return plain(array[array_index(array, index)])


def column_item(column: Any, index: Any) -> Any:
    """``column[index]`` by position, mask or slice."""
    if isinstance(index, slice):
        return column.iloc[index].reset_index(drop=True)
    if isinstance(index, tuple):
        raise L1TypeError("A Column has one index")
    name = type_name(index)
    if name in ("Array", "Column", "List", "Range"):
        return column.iloc[array_index(column.to_numpy(), index)].reset_index(drop=True)
    position = position_of(index, "column")
    if not -len(column) <= position < len(column):
        raise out_of_range(position, len(column), "column")
    return plain(column.iloc[position])


def table_item(table: Any, index: Any) -> Any:
    """``table[index]``: a column by its name, a row, some rows, or one value by row and column."""
    name = type_name(index)
    if name == "String":
        return table[column_name(table, index)]
    if isinstance(index, tuple):
        if len(index) != 2:
            raise L1TypeError("A table takes a row and a column: df[row, column]")
        row, column = index if type_name(index[0]) != "String" else (index[1], index[0])
        chosen = column if type_name(column) == "String" else list(table.columns)[position_of(column, "column")]
        return column_item(table[column_name(table, chosen)], row)
    if isinstance(index, slice):
        return table.iloc[index].reset_index(drop=True)
    if name == "List" and index and all(isinstance(part, str) for part in index):
        return table[[column_name(table, part) for part in index]]
    if name in ("List", "Array", "Column", "Range"):
        return table.iloc[array_index(_row_numbers(table), index)].reset_index(drop=True)
    position = position_of(index, "table")
    if not -len(table) <= position < len(table):
        raise out_of_range(position, len(table), "table")
    row = table.iloc[position]
    return {column: plain(row.iloc[i]) for i, column in enumerate(table.columns)}


def _row_numbers(table: Any) -> Any:
    import numpy as np

    return np.arange(len(table))


def column_name(table: Any, name: Any) -> Any:
    if name not in table.columns:
        names = [str(column) for column in table.columns]
        hint = did_you_mean(str(name), names) or (f"its columns are: {', '.join(names[:20])}" if names else None)
        raise L1KeyError(f"No column {shown(name)} in the table", hint=hint)
    return name


def set_array(array: Any, index: Any, value: Any) -> None:
    """``array[index] = value``, the index already NumPy's."""
    import numpy as np

    value = value.to_numpy() if type_name(value) == "Column" else plain(value)
    stored = np.asarray(value)
    if array.dtype.kind == "b" and stored.dtype.kind != "b":
        raise L1TypeError(f"A Boolean array cannot hold {article(type_name(value))}", hint="true or false")
    if stored.dtype.kind == "O" and array.dtype.kind in "iu":
        _refuse_wide(value if is_list(value) else [value], "array")
    if array.dtype.kind in "iu" and stored.dtype.kind == "f":
        if not bool(np.all(np.abs(stored) < _WIDEST)) or bool(np.any(stored != np.trunc(stored))):
            raise L1TypeError(
                f"An Integer array cannot hold {shown(value)}",
                hint="make it a Float array first: x = x * 1.0",
                about=array,
            )
    elif array.dtype.kind in "iuf" and stored.dtype.kind not in "iufb":
        raise L1TypeError(f"An array of numbers cannot hold {article(type_name(value))}")
    try:
        array[index] = stored
    except ValueError:
        places = array[index].size
        raise L1ValueError(f"{stored.size} values do not fit {places} places") from None


def set_column(column: Any, index: Any, value: Any) -> None:
    """``column[index] = value``, by position, mask or slice."""
    column.iloc[places_of(len(column), index, "column")] = storable(column, value)


def places_of(length: int, index: Any, word: str) -> Any:
    import numpy as np

    if isinstance(index, slice):
        return index
    if type_name(index) in ("Array", "Column", "List", "Range"):
        return np.arange(length)[array_index(np.arange(length), index)]
    position = position_of(index, word)
    if not -length <= position < length:
        raise out_of_range(position, length, word)
    return position


def storable(column: Any, value: Any) -> Any:
    kind, name = column.dtype.kind, type_name(value)
    if kind in "iu" and name == "Float" and not _is_whole(value):
        raise L1TypeError(
            f"An Integer column cannot hold {shown(value)}", hint='make it Float first: df["c"] = df["c"] * 1.0'
        )
    if kind in "iu":
        _refuse_wide([value], "column")
    if kind == "b" and name not in ("Boolean", "List", "Array", "Column"):
        raise L1TypeError(f"A column of true and false cannot hold {article(name)}")
    if kind in "iuf" and name not in ("Integer", "Float", "Boolean", "Null", "List", "Array", "Column"):
        raise L1TypeError(f"A column of numbers cannot hold {article(name)}")
    if kind not in "iufbmM" and name in ("Integer", "Float", "Boolean") and column.dtype != object:
        raise L1TypeError(
            f"A column of texts cannot hold {article(name)}",
            hint=rewriting("convert it first", "to_string(x)"),
            about=value,
        )
    return value.to_numpy() if name == "Column" else value


def _is_whole(number: float) -> bool:
    """Whether an Integer of an array or column can be the same."""
    return abs(number) < _WIDEST and float(number).is_integer()


def _refuse_wide(values: Any, what: str) -> None:
    for value in values:
        if type(value) is int and not -_WIDEST <= value < _WIDEST:
            raise L1ValueError(f"The number is too large for the {what}", hint="its Integers have 64 bits")


def set_table(table: Any, index: Any, value: Any) -> None:
    """``table["column"] = values``, or ``table[row, "column"] = value``."""
    if type_name(index) == "String":
        name = type_name(value)
        if name in ("List", "Array", "Column", "Range"):
            if len(value) != len(table) and len(table.columns):
                raise L1ValueError(f"A column of {len(value)} values does not fit a table of {len(table)} rows")
            value = value.to_numpy() if name == "Column" else list(value) if name == "Range" else value
        table[index] = value
    elif isinstance(index, tuple) and len(index) == 2:
        row, column = index if type_name(index[0]) != "String" else (index[1], index[0])
        set_table_value(table, column, row, value)
    else:
        raise L1TypeError(
            "A table stores whole columns or single values", hint='df["column"] = values, df["column"][row] = x'
        )


def set_table_value(table: Any, key: Any, index: Any, value: Any) -> None:
    """``table[key][index] = value`` as one store; a Float makes an Integer column Float."""
    name = column_name(table, key)
    column = table[name]
    places = places_of(len(table), index, "column")
    if (column.dtype.kind in "iu" and type_name(value) == "Float" and not _is_whole(value)) or (
        column.dtype.kind in "iub" and value is None
    ):
        table[name] = column.astype(float)
    else:
        value = storable(column, value)
    table.iloc[places, list(table.columns).index(name)] = value
