"""Tables: pandas DataFrames, with the few functions a first course needs."""

from __future__ import annotations

from itertools import islice
from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1KeyError, L1TypeError, L1ValueError
from l1kernel.runtime.operators import iterate
from l1kernel.runtime.printing import quoted, to_text
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.values import Range, article, as_integer, is_list, plain, type_name
from l1kernel.stdlib.arguments import frame_of, items_of, truth_of

_AT_ONCE = 100_000


@builtin("table", area="tables", example='table({name: ["Ada", "Bo"], age: [36, 41]})')
def table(data: Any) -> Any:
    """Make a table: of a Dictionary of columns, or of a list of rows, each a Dictionary."""
    import pandas as pd

    if type_name(data) == "DataFrame":
        return data.copy()
    if isinstance(data, dict):
        return pd.DataFrame(_columns(data))
    if is_list(data) and all(isinstance(row, dict) for row in data):
        return pd.DataFrame(list(data))
    raise L1TypeError(
        f"table needs a Dictionary of columns or a List of rows, not {article(type_name(data))}",
        hint='table({name: ["Ada", "Bo"], age: [36, 41]})',
    )


def _columns(data: dict[Any, Any]) -> dict[str, Any]:
    """The columns, a single value repeated as far as the others reach."""
    columns: dict[str, Any] = {}
    lengths: dict[str, int] = {}
    for key, value in data.items():
        name = to_text(key)
        many = is_list(value) or isinstance(value, Range) or type_name(value) in ("Array", "Column")
        columns[name] = list(items_of(value, "table")) if is_list(value) or isinstance(value, Range) else value
        if type_name(value) == "Column":
            columns[name] = value.reset_index(drop=True)
        if many:
            lengths[name] = len(value)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise L1ValueError(f"The columns need the same length: {listed}", hint="fill the shorter ones up with null")
    count = next(iter(lengths.values()), 1)
    return {name: value if name in lengths else [value] * count for name, value in columns.items()}


@builtin("columns", area="tables", example="columns(table({a: [1], b: [2]}))", methods=("DataFrame",))
def columns(table: Any) -> list[str]:
    """Give the names of the table's columns."""
    return [to_text(plain(name)) for name in frame_of(table, "columns").columns]


@builtin("column", area="tables", example='column(table({a: [1, 2]}), "a")', methods=("DataFrame",))
def column(table: Any, name: Any) -> Any:
    """Give one column of the table: the same as table["name"]."""
    frame = frame_of(table, "column")
    return frame[known_column(frame, name)]


@builtin("rows", area="tables", example="rows(table({a: [1, 2]}))", methods=("DataFrame",))
def rows(table: Any) -> list[dict[Any, Any]]:
    """Give the rows of the table as a list of Dictionaries."""
    return list(iterate(frame_of(table, "rows")))


@builtin("head", area="tables", example="head(table({a: [1, 2, 3]}), 2)", methods=("DataFrame",))
def head(table: Any, count: Any = 5) -> Any:
    """Give the first rows of the table."""
    return frame_of(table, "head").iloc[: max(0, as_integer(count, "The count of head"))]


@builtin("tail", area="tables", example="tail(table({a: [1, 2, 3]}), 2)", methods=("DataFrame",))
def tail(table: Any, count: Any = 5) -> Any:
    """Give the last rows of the table."""
    frame = frame_of(table, "tail")
    return frame.iloc[max(0, len(frame) - max(0, as_integer(count, "The count of tail"))) :].reset_index(drop=True)


@builtin("select", area="tables", example='select(table({a: [1], b: [2]}), ["b"])', methods=("DataFrame",))
def select(table: Any, names: Any) -> Any:
    """Give a table of only these columns, in this order."""
    frame = frame_of(table, "select")
    wanted = names if is_list(names) else [names]
    return frame[[known_column(frame, name) for name in wanted]].copy()


@builtin("sort_by", area="tables", example='sort_by(table({a: [2, 1]}), "a")', methods=("DataFrame",))
def sort_by(table: Any, name: Any, reverse: Any = False) -> Any:
    """Give the table with its rows in order of a column; equal ones keep their order."""
    frame = frame_of(table, "sort_by")
    try:
        ordered = frame.sort_values(known_column(frame, name), ascending=not truth_of(reverse), kind="stable")
    except TypeError:
        raise L1TypeError(f"The column {quoted(to_text(name))} holds values that have no order between them") from None
    return ordered.reset_index(drop=True)


@builtin("group_by", area="tables", example='group_by(table({a: [1, 2, 1]}), "a")', methods=("DataFrame",))
def group_by(table: Any, name: Any) -> dict[Any, Any]:
    """Give a Dictionary with a table for each value of the column: `for value, part in group_by(t, "city")`."""
    frame = frame_of(table, "group_by")
    groups = frame.groupby(known_column(frame, name), sort=False, dropna=False)
    return {_group_key(key): part.reset_index(drop=True) for key, part in groups}


def _group_key(key: Any) -> Any:
    """A missing value as null, so that it can be asked for."""
    simple = plain(key)
    return None if isinstance(simple, float) and simple != simple else simple


@builtin("unique", area="tables", example='unique(["a", "b", "a"])', methods=("List", "Array", "Column"))
def unique(items: Any) -> list[Any]:
    """Give the list of the different values, in the order in which they first come."""
    try:
        found: dict[Any, None] = {}
        rest = iter(items_of(items, "unique"))
        while part := list(islice(rest, _AT_ONCE)):  # an interrupt can strike between two parts
            found.update(dict.fromkeys(part))
        return list(found)
    except TypeError:
        raise L1TypeError("unique needs values such as numbers and texts, not Lists or Dictionaries") from None


def known_column(frame: Any, name: Any) -> Any:
    """The name, if the table has such a column.

    Raises:
        L1KeyError: it has none; a near one is the hint, else all of them are.
    """
    if name in list(frame.columns):
        return name
    known = [str(column) for column in frame.columns]
    hint = did_you_mean(name, known) if isinstance(name, str) else None
    listed = ", ".join(known[:20]) or "none"
    raise L1KeyError(f"No column {quoted(to_text(name))} in the table", hint=hint or f"its columns: {listed}")
