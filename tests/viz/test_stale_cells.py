"""JupyterLab tells the kernel which cell runs, so that a cell can name those that ran with its older value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page

CELLS = ["let rate = 0.1", "let tax = rate * 50", "print(tax)", 'print("finished")']

# The texts of a notebook's outputs, one an item.
OUTPUTS = (
    """() => jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.outputArea.node.innerText.trim())"""
)


def command(page: Page, name: str) -> None:
    page.evaluate(f"jupyterapp.commands.execute('notebook:{name}')")


def choose(page: Page, cell: int, text: str | None = None) -> None:
    """Make a cell the active one; with ``text``, change it."""
    page.evaluate(
        """([cell, text]) => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = cell;
            if (text !== null) notebook.activeCell.model.sharedModel.setSource(text);
        }""",
        [cell, text],
    )


def test_the_cells_to_run_again(
    browser: Browser, server: str, folder: Path, open_notebook: Callable[[Page, str], None]
) -> None:
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "l1", "display_name": "L1", "language": "l1"}})
    made.cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    (folder / "notebooks/cells.ipynb").write_text(nbformat.writes(made))
    context = browser.new_context()
    page = context.new_page()

    def wait_for(*outputs: str) -> None:
        wanted = json.dumps(outputs, separators=(",", ":"))
        page.wait_for_function(f"(wanted) => JSON.stringify(({OUTPUTS})()) === wanted", arg=wanted)

    open_notebook(page, f"{server}lab/tree/cells.ipynb?token=secret")
    command(page, "run-all-cells")
    wait_for("", "", "5.0", "finished")
    choose(page, 0, "let rate = 0.2")
    command(page, "run-cell")
    wait_for("note: cells [2] and [3] ran with an older 'rate'; run them again", "", "5.0", "finished")
    choose(page, 1)
    command(page, "run-cell")
    wait_for("", "note: cell [3] ran with an older 'tax'; run it again", "5.0", "finished")
    command(page, "run-all-cells")
    wait_for("", "", "10.0", "finished")
    choose(page, 2)
    command(page, "delete-cell")
    choose(page, 0, "let rate = 0.3")
    command(page, "run-cell")
    wait_for("note: cell [8] ran with an older 'rate'; run it again", "", "finished")
    context.close()
