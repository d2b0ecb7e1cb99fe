"""A dashboard as a MIME bundle that shows by itself: in a saved notebook, in nbconvert's page, with the network off.

The HTML carries the plot, all its points and BokehJS; the text says the figures where no script may run.
"""

from __future__ import annotations

import base64
import gzip
import time
from functools import cache
from pathlib import Path
from typing import Any

import bokeh
from bokeh.embed import json_item
from bokeh.models.annotations import Legend, LegendItem
from bokeh.models.axes import LinearAxis
from bokeh.models.formatters import BasicTickFormatter
from bokeh.models.glyphs import Line, Scatter
from bokeh.models.grids import Grid
from bokeh.models.plots import Plot
from bokeh.models.ranges import DataRange1d
from bokeh.models.renderers import GlyphRenderer
from bokeh.models.sources import ColumnDataSource
from bokeh.models.tools import BoxZoomTool, HoverTool, PanTool, ResetTool, SaveTool, WheelZoomTool
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from l1kernel.runtime.output import Bundle
from l1kernel.viz.dashboard import Dashboard, Series
from l1kernel.viz.patches import columns, script_json

HEIGHT = 340  # CSS pixels; the width follows the page
GREY = "#7f8489"  # readable on a white page and on a dark one
# told apart with any colour vision, readable on white and on black; a dash pattern tells round two from round one
COLOURS = ("#2f86d6", "#e0701a", "#149a70", "#c9509a", "#8a6fd1", "#b08a00", "#3aa6b9")
DASHES = ("solid", "dashed", "dotted", "dotdash", "dashdot", "solid", "dashed", "dotted")
NAME_WIDTH = 40  # characters of a name in the legend
LEGEND_WIDTH = 90  # characters of a row of it

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def bundle(plot: str, dashboard: Dashboard, sequence: int) -> Bundle:
    """The whole dashboard as text/html and text/plain.

    ``plot`` names it in the page: where the page already shows the plot of that name with the same series, that one
    moves into the new place and keeps its zoom. ``sequence`` is the number of the last patch contained.
    """
    points = dashboard.points()
    names = tuple(points)
    state = {
        "id": plot,
        "bokeh": bokeh.__version__,
        "sequence": sequence,
        "kept": dashboard.kept,
        "names": names,
        "item": _item(names, dashboard.started_at),
        "series": columns(points),
    }
    html = _templates.get_template("plot.html.j2").render(
        plot=plot, height=HEIGHT, state=script_json(state), bokehjs=_bokehjs(), note=_note(dashboard)
    )
    return {"text/html": html, "text/plain": text(dashboard)}


def text(dashboard: Dashboard) -> str:
    """The dashboard in a few lines: how many points, and each series' last, least and greatest value."""
    series = list(dashboard.series.values())
    if not series:
        return "Dashboard without points"
    most = max(one.total for one in series)
    head = f"Dashboard of {len(series)} series, {most:,} point{'s'[: most != 1]} in {dashboard.seconds:.1f} s"
    width = max(len(_short(one.name)) for one in series)
    return "\n".join([head, *(f"  {_short(one.name):{width}}  {_range(one)}" for one in series)])


def _range(series: Series) -> str:
    if series.least > series.greatest:
        return "no finite value"
    return f"last {series.last:g}, min {series.least:g}, max {series.greatest:g}"


def _note(dashboard: Dashboard) -> str:
    most = max((series.total for series in dashboard.series.values()), default=0)
    return f"The last {dashboard.kept:,} of {most:,} points" if most > dashboard.kept else ""


@cache
def _bokehjs() -> str:
    """BokehJS, gzipped, in base64: 0.47 MB instead of 1.27."""
    script = Path(bokeh.__file__).parent / "server/static/js/bokeh.min.js"
    return base64.b64encode(gzip.compress(script.read_bytes(), mtime=0)).decode("ascii")


@cache
def _item(names: tuple[str, ...], started_at: float) -> dict[str, Any]:
    """The Bokeh document of a plot with these series, as JSON and without points: the page fills them in."""
    x_axis = LinearAxis(axis_label=f"seconds since {time.strftime('%H:%M:%S', time.localtime(started_at))}")
    y_axis = LinearAxis(formatter=BasicTickFormatter(use_scientific=True, power_limit_high=6, power_limit_low=-4))
    plot = Plot(
        x_range=DataRange1d(range_padding=0.02),
        y_range=DataRange1d(range_padding=0.1),
        height=HEIGHT,
        sizing_mode="stretch_width",
        background_fill_alpha=0,
        border_fill_alpha=0,
        outline_line_color=None,
    )
    plot.toolbar.update(logo=None, autohide=True)
    for axis, side in ((x_axis, "below"), (y_axis, "left")):
        axis.update(
            axis_line_color=GREY,
            major_tick_line_color=GREY,
            minor_tick_line_color=None,
            major_label_text_color=GREY,
            axis_label_text_color=GREY,
            axis_label_text_font_style="normal",
        )
        plot.add_layout(axis, side)
        plot.add_layout(
            Grid(axis=axis, dimension=1 if side == "left" else 0, grid_line_color=GREY, grid_line_alpha=0.25)
        )
    items = [_add_series(plot, number, name) for number, name in enumerate(names)]
    legend = Legend(
        items=items,
        orientation="horizontal",
        ncols=max(1, min(len(items), LEGEND_WIDTH // (5 + max(len(_short(name)) for name in names)))),
        location="left",
        click_policy="hide",
        background_fill_alpha=0,
        border_line_color=None,
        label_text_color=GREY,
        padding=4,
        spacing=14,
    )
    plot.add_layout(legend, "above")
    lines = [item.renderers[0] for item in items]
    hover = HoverTool(renderers=lines, tooltips="$name: @value at @time s")
    pan, wheel = PanTool(), WheelZoomTool()
    plot.add_tools(pan, BoxZoomTool(), wheel, hover, SaveTool(), ResetTool())
    plot.toolbar.active_drag = pan
    item: dict[str, Any] = json_item(plot)
    return item


def _add_series(plot: Plot, number: int, name: str) -> LegendItem:
    colour = COLOURS[number % len(COLOURS)]
    source = ColumnDataSource({"time": [], "value": []}, name=name)
    line = Line(
        x="time",
        y="value",
        line_color=colour,
        line_width=2,
        line_dash=DASHES[number // len(COLOURS)],
        line_join="round",
    )
    marker = Scatter(x="time", y="value", size=5, fill_color=colour, line_color=None)
    renderers = [GlyphRenderer(data_source=source, glyph=glyph, name=_short(name)) for glyph in (line, marker)]
    plot.renderers.extend(renderers)
    # the line alone: an item with a hidden renderer looks switched off, and the page hides markers where there are many
    return LegendItem(label={"value": _short(name)}, renderers=renderers[:1])


def _short(name: str) -> str:
    name = " ".join(name.split())  # a key may run over lines
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"
