"""The L1 face of viz."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any

from l1kernel.errors import L1RuntimeError, L1TypeError
from l1kernel.language.compiler.emit import l1_name
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name
from l1kernel.streams.sinks import register_sink

if TYPE_CHECKING:
    from l1kernel.viz.live import LivePlot


@builtin(
    "update_dashboard",
    area="plots",
    example='update_dashboard({"temperature": 21.5})',
    takes_expressions=True,
)
def update_dashboard(session: Session, /, *values: Any, expressions: tuple[str, ...] = (), **named: Any) -> None:
    """Plot each number against time, live under the running cell.

    A series has the name of the expression in the call (`avg_value`); `update_dashboard({"name": x})` and
    `update_dashboard(name=x)` name it themselves. A number that is not finite is a gap in the line.
    """
    named = {l1_name(name): value for name, value in named.items()}
    if values and not named and len(expressions) == len(values) and dict not in map(type, values):
        names = _distinct(expressions)
    else:
        names, values = _flat(values, expressions, named)
    numbers = [
        value if type(value) is float else _number(name, value) for name, value in zip(names, values, strict=True)
    ]
    if names and session.output.rich:
        session.resource(Plots, Plots).of_cell(session).add(names, numbers)
    elif not session.output.rich:
        _refuse_inside_tasks()


@register_sink("dashboard")
class DashboardSink:
    """Plots a stream's items: a number under the stream's name, a dictionary's entries under theirs."""

    def __init__(self, session: Session, stream: str) -> None:
        self._session = session
        self._stream = stream

    def write(self, items: list[Any], batch: int) -> None:
        for item in items:
            update_dashboard(self._session, item if isinstance(item, dict) else {self._stream: item})

    def close(self) -> None:
        """The plot stays as it is."""


class Plots:
    """The live plot of a session's running cell: one for each cell, made at its first point."""

    def __init__(self) -> None:
        self._plot: LivePlot | None = None
        self._lock = threading.Lock()

    def of_cell(self, session: Session) -> LivePlot:
        output = session.output
        plot = self._plot
        if plot is not None and plot.output is output and not plot.ended:
            return plot
        from l1kernel.viz.live import LivePlot

        with self._lock:
            plot = self._plot
            if plot is None or plot.output is not output or plot.ended:
                self.close()
                session.after_cell(self.close)  # first: an interrupt here must leave nothing running
                plot = self._plot = LivePlot(output)
                plot.start()
            return plot

    def close(self) -> None:
        """Complete the plot that is running, if any."""
        if self._plot is not None:
            self._plot.finish()


@lru_cache
def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, with a number behind each that came before."""
    distinct: dict[str, None] = {}
    for name in names:
        free, count = name, 1
        while free in distinct:
            count += 1
            free = f"{name} ({count})"
        distinct[free] = None
    return tuple(distinct)


def _flat(
    values: tuple[Any, ...], expressions: tuple[str, ...], named: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The names and values of one call's series, dictionaries taken apart."""
    if not values and not named:
        raise L1TypeError("update_dashboard needs a value to plot", hint="give it a number: update_dashboard(x)")
    pairs: list[tuple[str, Any]] = []
    for number, value in enumerate(values):
        if isinstance(value, dict):
            pairs.extend((str(key), entry) for key, entry in value.items())
        else:
            name = expressions[number] if number < len(expressions) else f"value {number + 1}"
            pairs.append((name, value))
    pairs.extend(named.items())
    return _distinct(tuple(name for name, _ in pairs)), tuple(value for _, value in pairs)


def _refuse_inside_tasks() -> None:
    from l1kernel.cluster.worker import KERNEL, current_node

    if current_node() != KERNEL:
        raise L1RuntimeError(
            "A task has no dashboard: that is under a cell of the notebook",
            hint='give the numbers back and plot them there; a stream\'s go by stream.sink("dashboard")',
        )


def _number(name: str, value: Any) -> float:
    if getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, Real):
        try:
            return float(value)
        except OverflowError:
            return math.nan  # an Integer beyond every axis
    kind = type_name(value)
    hint = None
    if kind in ("List", "Array", "Column", "Range"):
        hint = f"plot one number of it: mean({name}), max({name}) or the last one, {name}[-1]"
    elif kind == "String":
        hint = f"convert it first: to_number({name})"
    raise L1TypeError(f"A dashboard plots numbers, but the series {name} is {article(kind)}", hint=hint)
