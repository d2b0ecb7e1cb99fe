"""The live plot in a real JupyterLab: a server, a kernel, a browser; then the saved notebook with the network off."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page

DEADLINE = 60.0  # seconds for a step; a whole run takes about 20

POINTS = 100
PROGRAM = f"""
for i in {POINTS} {{
    let wave = sin(i / 8)
    update_dashboard(wave, i / {POINTS})
    sleep(0.05)
}}
print("finished")
"""

# Notes each state of the plots' data that the page goes through, and each element that held a plot.
WATCH = """(points) => {
    const read = eval(points);
    window.states = [];
    window.elements = new Set();
    setInterval(() => {
        const element = document.querySelector(".l1-plot > div");
        if (element) elements.add(element);
        const state = JSON.stringify(read());
        if (states.at(-1) !== state) states.push(state);
    }, 2);
}"""

# Whether the plot's canvas has anything on it. BokehJS draws inside shadow roots.
INKED = """() => {
    const canvases = (node) => [...node.querySelectorAll("*")].flatMap((one) =>
        [...(one.tagName === "CANVAS" ? [one] : []), ...(one.shadowRoot ? canvases(one.shadowRoot) : [])]);
    return canvases(document.querySelector(".l1-plot")).some((canvas) => canvas.width > 300 && canvas
        .getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0));
}"""


@pytest.fixture
def notebook(folder: Path) -> Path:
    """The notebook to open."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "l1", "display_name": "L1", "language": "l1"}})
    made.cells = [nbformat.v4.new_code_cell(PROGRAM.strip())]
    path = folder / "notebooks/live.ipynb"
    path.write_text(nbformat.writes(made))
    return path


def outputs(notebook: Path) -> list[Any]:
    return list(nbformat.read(notebook, as_version=4).cells[0].outputs)


def test_a_plot_moves_while_its_cell_runs_and_is_whole_in_the_saved_notebook(
    browser: Browser,
    server: str,
    notebook: Path,
    environment: dict[str, str],
    points: str,
    open_notebook: Callable[[Page, str], None],
) -> None:
    context = browser.new_context()
    page = context.new_page()
    open_notebook(page, f"{server}lab/tree/live.ipynb?token=secret")
    page.evaluate(WATCH, points)
    page.click(".jp-Notebook .jp-Cell .cm-content")
    page.keyboard.press("Shift+Enter")

    page.wait_for_function("states.length > 10")
    assert "finished" not in page.inner_text(".jp-OutputArea"), "the plot moved only after its cell had ended"
    page.wait_for_function(f"states.at(-1) === '[[{POINTS},{POINTS}]]'")
    page.wait_for_function("document.querySelector('.jp-OutputArea').innerText.includes('finished')")
    page.wait_for_function("document.querySelector('.jp-InputPrompt').innerText.trim() === '[1]:'")
    states = [json.loads(state) for state in page.evaluate("states")]
    drawn = [state[0][0] for state in states if state]
    assert drawn == sorted(set(drawn)), "points went back or came twice"
    assert len(drawn) >= 10
    assert page.evaluate("elements.size") == 1, "the plot was drawn more than once"
    page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    context.close()

    plot, slot, text = outputs(notebook)
    assert f"2 series, {POINTS} points" in plot.data["text/plain"]
    assert (slot.data["text/html"], text.text) == ("", "finished\n")
    assert len(plot.data["text/html"]) < 600_000

    convert = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "live.ipynb"]
    subprocess.run(convert, cwd=notebook.parent, env=environment, check=True, capture_output=True, timeout=DEADLINE)
    offline = browser.new_context(offline=True)
    page = offline.new_page()
    page.goto(notebook.with_suffix(".html").as_uri())
    page.wait_for_function(f"JSON.stringify(({points})()) === '[[{POINTS},{POINTS}]]'")
    page.wait_for_selector(".l1-plot canvas", state="attached")
    page.wait_for_function(INKED)
    offline.close()
