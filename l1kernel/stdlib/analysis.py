"""The data work behind the registered task functions: plain functions over a table, an array or a list.

Each takes the data as one argument, or several numbers that are the data; without any it raises
``L1ValueError("no data given")``. Averages and deviations leave missing values out.
"""

from __future__ import annotations

import math
from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.runtime.values import Range, article, is_list, plain, type_name
from l1kernel.stdlib.arrays import array
from l1kernel.stdlib.tables import table


def analyze(*data: Any) -> dict[str, Any]:
    """``count``, the number of rows, and the sum of each other numeric column (of a list: ``sum``)."""
    values = _given(data)
    if type_name(values) != "DataFrame":
        return {"count": len(values), "sum": _total(_numbers(values))}
    sums = {str(name): _total(column) for name, column in _numeric_columns(values).items() if str(name) != "count"}
    return {"count": len(values), **sums}


def calculate_stats(*data: Any) -> dict[str, Any]:
    """count, mean, std, min, max and median of each numeric column; of a list, of its numbers."""
    values = _given(data)
    if type_name(values) != "DataFrame":
        return _statistics(_numbers(values))
    return {str(name): _statistics(column) for name, column in _numeric_columns(values).items()}


def analyze_dataset(*data: Any) -> dict[str, Any]:
    """``rows`` and, for each of the ``columns``, its type, the missing values and the statistics of a numeric one."""
    values = _given(data)
    frame = values if type_name(values) == "DataFrame" else table({"value": values})
    numeric = _numeric_columns(frame)
    columns = {
        str(name): {
            "type": _column_type(frame[name]),
            "missing": int(frame[name].isna().sum()),
            **(_statistics(numeric[name]) if name in numeric else {}),
        }
        for name in frame.columns
    }
    return {"rows": len(frame), "columns": columns}


def process_chunk(*data: Any) -> Any:
    """The values standardised to mean 0 and deviation 1, as many as there were; of a table, its numeric columns."""
    values = _given(data)
    if type_name(values) != "DataFrame":
        return _standardised(_numbers(values))
    result = values.copy()
    for name, column in _numeric_columns(values).items():
        result[name] = _standardised(column)
    return result


def _given(data: tuple[Any, ...]) -> Any:
    """The one table, array or list that the arguments are."""
    if not data or (len(data) == 1 and data[0] is None):
        raise L1ValueError("no data given", hint="pass a table, an array or a list")
    values = data[0] if len(data) == 1 else list(data)
    if is_list(values) and values and all(isinstance(row, dict) for row in values):
        return table(values)
    if isinstance(values, dict):
        return table(values)
    if not is_list(values) and not isinstance(values, Range) and type_name(values) not in _TABULAR:
        raise L1TypeError(f"Cannot analyse {article(type_name(values))}", hint="pass a table, an array or a list")
    return values


_TABULAR = ("DataFrame", "Array", "Column")


def _numbers(values: Any) -> Any:
    """A Column as it is, anything else as an Array of numbers; null in a list is a missing one."""
    if is_list(values) and None in values:
        values = [math.nan if value is None else value for value in values]
    numbers = values if type_name(values) in ("Array", "Column") else array(values)
    if numbers.dtype.kind not in "iufb" and len(numbers):
        raise L1TypeError("The data holds something that is no number", hint="leave such values out first")
    return numbers


def _numeric_columns(frame: Any) -> dict[Any, Any]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return {
        name: frame[name]
        for name in frame.columns
        if is_numeric_dtype(frame[name].dtype) and not is_bool_dtype(frame[name].dtype)
    }


def _statistics(numbers: Any) -> dict[str, Any]:
    import numpy as np

    flat = np.asarray(numbers, dtype=float).ravel()
    present = flat[~np.isnan(flat)]
    if not present.size:
        return {"count": 0, "mean": None, "std": None, "min": None, "max": None, "median": None}
    return {
        "count": int(present.size),
        "mean": float(present.mean()),
        "std": float(present.std()),
        "min": _as_stored(numbers, present.min()),
        "max": _as_stored(numbers, present.max()),
        "median": float(np.median(present)),
    }


def _as_stored(numbers: Any, value: Any) -> Any:
    return int(value) if numbers.dtype.kind in "iub" else float(value)


def _total(numbers: Any) -> Any:
    """The sum; of Integers exactly, also where 64 bits are too few."""
    if numbers.dtype.kind in "iub" and len(numbers) and float(abs(numbers).max()) * numbers.size >= 2.0**62:
        return sum(numbers.ravel().tolist() if hasattr(numbers, "ravel") else numbers.tolist())
    return plain(numbers.sum())


def _standardised(numbers: Any) -> Any:
    import numpy as np

    values = np.asarray(numbers, dtype=float)
    if not values.size:
        return values
    with np.errstate(all="ignore"):
        if np.isnan(values).all():
            return values
        if np.nanmin(values) == np.nanmax(values):
            return values * 0.0
        return (values - np.nanmean(values)) / np.nanstd(values)


def _column_type(column: Any) -> str:
    """The L1 type of a column's elements."""
    present = column.dropna()
    return type_name(plain(present.iloc[0])) if len(present) else "Null"
