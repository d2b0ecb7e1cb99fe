"""The live plot in a real JupyterLab: a server, a kernel, a browser; then the saved notebook with the network off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
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
def folder(tmp_path: Path) -> Path:
    """A home for Jupyter, with our kernel as this interpreter runs it and one notebook to open."""
    spec = {
        "argv": [sys.executable, "-m", "l1kernel", "-f", "{connection_file}"],
        "display_name": "L1",
        "language": "l1",
    }
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "l1", "display_name": "L1", "language": "l1"}})
    notebook.cells = [nbformat.v4.new_code_cell(PROGRAM.strip())]
    files = {
        "share/kernels/l1/kernel.json": json.dumps(spec),
        "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": json.dumps(quiet),
        "notebooks/live.ipynb": nbformat.writes(notebook),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JUPYTER_PATH": str(folder / "share"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def server(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of a JupyterLab of our own."""
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--expose-app-in-browser"]
    options = ["--IdentityProvider.token=secret", "--ServerApp.port=0", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    log = folder / "server.log"
    with log.open("w") as sink:
        process = subprocess.Popen([*command, *options], env=environment, stdout=sink, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + DEADLINE
        while not (found := list((folder / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield json.loads(found[0].read_text())["url"]
    finally:
        process.terminate()
        process.wait(DEADLINE)


def open_notebook(page: Page, server: str) -> None:
    page.set_default_timeout(DEADLINE * 1000)
    page.goto(f"{server}lab/tree/live.ipynb?token=secret")
    page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content")
    page.evaluate(
        """async () => {
            const { sessionContext } = jupyterapp.shell.currentWidget.context;
            await sessionContext.ready;
            await sessionContext.session.kernel.info;
        }"""
    )


def outputs(notebook: Path) -> list[Any]:
    return list(nbformat.read(notebook, as_version=4).cells[0].outputs)


def test_a_plot_moves_while_its_cell_runs_and_is_whole_in_the_saved_notebook(
    browser: Browser, server: str, folder: Path, environment: dict[str, str], points: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    open_notebook(page, server)
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

    plot, slot, text = outputs(folder / "notebooks/live.ipynb")
    assert f"2 series, {POINTS} points" in plot.data["text/plain"]
    assert (slot.data["text/html"], text.text) == ("", "finished\n")
    assert len(plot.data["text/html"]) < 600_000

    convert = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "live.ipynb"]
    subprocess.run(
        convert, cwd=folder / "notebooks", env=environment, check=True, capture_output=True, timeout=DEADLINE
    )
    offline = browser.new_context(offline=True)
    page = offline.new_page()
    page.goto((folder / "notebooks/live.html").as_uri())
    page.wait_for_function(f"JSON.stringify(({points})()) === '[[{POINTS},{POINTS}]]'")
    page.wait_for_selector(".l1-plot canvas", state="attached")
    page.wait_for_function(INKED)
    offline.close()
