"""The script in the page: patches that come twice, late, or not at all; a plot that moves; several on one page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from l1kernel.viz import patches, static
from l1kernel.viz.dashboard import Dashboard


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    yield page
    context.close()
    assert faults == []


class Plot:
    """A plot as the kernel makes it, put into a page as a front end does it."""

    def __init__(self, page: Page, name: str, *series: str) -> None:
        self.page = page
        self.name = name
        self.dashboard = Dashboard()
        self.series = series
        self.sequence = 0

    def add(self, *values: float) -> dict[str, Any]:
        """One more point of each series; the patch that carries it."""
        self.sequence += 1
        self.dashboard.append(self.series, values)
        (*columns,) = patches.columns(self.dashboard.take())
        return {"sequence": self.sequence, "whole": False, "series": columns}

    def show(self) -> None:
        """Replace the output: the old node goes, the new one's script runs in its place."""
        html = static.bundle(self.name, self.dashboard, self.sequence)["text/html"]
        self.page.evaluate(
            """([name, html]) => {
                const output = document.createElement("div");
                output.id = name;
                document.getElementById(name)?.remove();
                document.body.append(output);
                output.append(document.createRange().createContextualFragment(html));
            }""",
            [self.name, html],
        )

    def send(self, *patches: dict[str, Any]) -> None:
        self.page.evaluate("([name, patches]) => l1Plots.apply(name, patches)", [self.name, list(patches)])

    @property
    def values(self) -> list[list[float | None]]:
        """The values of each series in the page, None for a gap, once the plot is drawn."""
        self.page.wait_for_selector(f"#{self.name} canvas", state="attached")
        values: list[list[float | None]] = self.page.evaluate(
            """(name) => {
                const element = document.querySelector(`#${name} .l1-plot > div`);
                const views = Bokeh.documents.map((one) => one.views_manager.roots[0]);
                const figure = views.find((view) => element.contains(view.el)).model;
                return figure.renderers.filter((_, i) => i % 2 === 0)
                    .map((line) => Array.from(line.data_source.data.value, (v) => Number.isNaN(v) ? null : v));
            }""",
            self.name,
        )
        return values


def test_patches_are_applied_once_and_in_order(page: Page) -> None:
    plot = Plot(page, "plot", "a", "b")
    plot.add(1, 10)
    plot.show()
    assert plot.values == [[1], [10]]
    second, third = plot.add(2, math.nan), plot.add(3, 30)
    plot.send(second)
    plot.send(second, third)
    plot.send(second, third)
    assert plot.values == [[1, 2, 3], [10, None, 30]]


def test_patches_that_come_before_the_plot_is_drawn_wait_for_it(page: Page) -> None:
    plot = Plot(page, "plot", "a")
    plot.add(1)
    plot.show()
    plot.send(plot.add(2))
    plot.send(plot.add(3))
    assert plot.values == [[1, 2, 3]]


def test_the_final_output_mends_a_gap_and_moves_the_living_plot(page: Page, points: str) -> None:
    plot = Plot(page, "plot", "a")
    plot.add(1)
    plot.show()
    assert plot.values == [[1]]
    page.evaluate("window.living = document.querySelector('.l1-plot > div')")
    plot.add(2)  # never sent
    plot.send(plot.add(3))
    assert plot.values == [[1, 3]]
    plot.show()
    page.wait_for_function("document.querySelector('.l1-plot > div') === window.living")
    assert plot.values == [[1, 2, 3]]
    assert page.evaluate(points) == [[3]]


def test_a_whole_patch_mends_a_gap_while_the_cell_runs(page: Page) -> None:
    plot = Plot(page, "plot", "a")
    plot.add(1)
    plot.show()
    assert plot.values == [[1]]
    plot.add(2)
    plot.send(plot.add(3))
    fourth = plot.add(4)
    plot.send({**fourth, "whole": True, "series": patches.columns(plot.dashboard.points())})
    plot.send(fourth, plot.add(5))
    assert plot.values == [[1, 2, 3, 4, 5]]


def test_a_new_series_replaces_the_plot_and_loses_no_point(page: Page, points: str) -> None:
    plot = Plot(page, "plot", "a")
    plot.add(1)
    plot.show()
    assert plot.values == [[1]]
    plot.series = ("a", "b")
    plot.add(2, 20)
    plot.show()
    plot.send(plot.add(3, 30))
    page.wait_for_function(f"JSON.stringify(({points})()) === '[[3,2]]'")
    assert plot.values == [[1, 2, 3], [20, 30]]


def test_plots_side_by_side_share_one_bokeh(page: Page) -> None:
    names = ["__proto__", "constructor", "</script>", "7"]
    plots = [Plot(page, f"plot-{i}", *names) for i in range(3)]
    for number, plot in enumerate(plots):
        plot.add(*[number] * 4)
        plot.show()
    for number, plot in enumerate(plots):
        assert plot.values == [[number]] * 4
    assert len(page.evaluate("Object.keys(Bokeh).filter((key) => /^\\d/.test(key))")) == 1


def test_another_version_of_bokeh_in_the_page_is_left_alone(page: Page) -> None:
    page.evaluate("window.Bokeh = { version: '0.1', __bokeh__: true, mark: 1 }")
    plot = Plot(page, "plot", "a")
    plot.add(1)
    plot.show()
    page.wait_for_selector("#plot canvas", state="attached")
    assert page.evaluate("[Bokeh.mark, Bokeh.version]") == [1, "0.1"]


@pytest.mark.parametrize(("count", "marked"), [(20, True), (400, False)])
def test_the_legend_is_on_and_switches_a_series_with_its_markers(page: Page, count: int, marked: bool) -> None:
    """An item of the legend looks switched off where one of its renderers is hidden."""
    plot = Plot(page, "plot", "a")
    for value in range(count):
        plot.add(value)
    plot.show()
    assert len(plot.values[0]) == count
    look = """() => {
        const [line, markers] = Bokeh.documents[0].roots()[0].renderers;
        const [item] = Bokeh.documents[0].roots()[0].above.find((one) => one.items !== undefined).items;
        return [line.visible, markers.visible, item.renderers.every((one) => one.visible)];
    }"""
    assert page.evaluate(look) == [True, marked, True]
    page.evaluate("Bokeh.documents[0].roots()[0].renderers[0].visible = false")  # what a click on the legend does
    assert page.evaluate(look) == [False, False, False]
    page.evaluate("Bokeh.documents[0].roots()[0].renderers[0].visible = true")
    assert page.evaluate(look) == [True, marked, True]
