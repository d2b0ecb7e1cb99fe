"""How a DataFrame looks, as text and as HTML: at most ``ROWS`` rows and ``COLUMNS`` columns, both ends of each."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from l1kernel.runtime.printing import missing_as_null, to_repr
from l1kernel.runtime.values import is_number, plain

ROWS = 20
COLUMNS = 20
_CELL_WIDTH = 50  # characters of a cell before it is cut
_GAP = "..."


class _Grid(NamedTuple):
    """The part of a table that is shown, each cell as text. Row numbers count from 0, as indexing does."""

    columns: list[str]
    numbers: list[str]
    rows: list[list[str]]
    right: list[bool]
    size: str


def frame_text(frame: Any) -> str:
    """The table in aligned columns, with the number of rows where not all are shown."""
    grid = _grid(frame)
    if not grid.columns:
        return f"({grid.size})"
    lines = [["", *grid.columns], *([number, *row] for number, row in zip(grid.numbers, grid.rows, strict=True))]
    right = [True, *grid.right]
    widths = [max(len(line[at]) for line in lines) for at in range(len(right))]
    text = [
        "  ".join(
            cell.rjust(width) if on_right else cell.ljust(width)
            for cell, width, on_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*text, f"({grid.size})"])


def frame_html(frame: Any) -> str:
    """The table as HTML, every cell escaped; the class is the one that notebooks style."""
    grid = _grid(frame)
    align = ['style="text-align: right"' if right else 'style="text-align: left"' for right in grid.right]
    head = "".join(f"<th {side}>{escape(name)}</th>" for name, side in zip(grid.columns, align, strict=True))
    body = "".join(
        f"<tr><th>{number}</th>"
        + "".join(f"<td {side}>{escape(cell)}</td>" for cell, side in zip(row, align, strict=True))
        + "</tr>"
        for number, row in zip(grid.numbers, grid.rows, strict=True)
    )
    return (
        f'<table class="dataframe"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table><p>{grid.size}</p>"
    )


def _grid(frame: Any) -> _Grid:
    count, width = frame.shape
    row_at, column_at = _ends(count, ROWS), _ends(width, COLUMNS)
    columns: list[str] = []
    right: list[bool] = []
    cells: list[list[str]] = []
    shown = [at for at in row_at if at is not None]
    for at in column_at:
        if at is None:
            columns.append(_GAP)
            right.append(False)
            cells.append([_GAP] * len(row_at))
            continue
        series = frame.iloc[:, at]
        numeric = series.dtype.kind in "iuf"
        values = iter([_cell(value, numeric) for value in series.iloc[shown].tolist()])
        columns.append(_cut(str(frame.columns[at])))
        right.append(numeric)
        cells.append([_GAP if row is None else next(values) for row in row_at])
    numbers = [_GAP if row is None else str(row) for row in row_at]
    rows = [[column[at] for column in cells] for at in range(len(row_at))]
    return _Grid(columns, numbers, rows, right, f"{_counted(count, 'row')}, {_counted(width, 'column')}")


def _ends(count: int, limit: int) -> list[int | None]:
    if count <= limit:
        return list(range(count))
    return [*range(limit // 2), None, *range(count - limit // 2, count)]


def _cell(value: Any, numeric: bool) -> str:
    simple = plain(value)
    if isinstance(simple, str):
        return _cut(simple.replace("\n", "\\n"))
    if numeric and is_number(simple):
        return _short(simple) if isinstance(simple, float) else to_repr(simple)
    return _cut(missing_as_null(simple))


def _short(number: float) -> str:
    """A Float in at most six decimals, so that columns stay narrow; very small and large ones as six digits."""
    text = repr(number)
    if len(text) <= 9:
        return text
    if 1e-4 <= abs(number) < 1e15:
        return f"{number:.6f}".rstrip("0").removesuffix(".") if number != int(number) else text
    return f"{number:.6g}"


def _cut(text: str) -> str:
    return text if len(text) <= _CELL_WIDTH else text[: _CELL_WIDTH - 1] + "…"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
