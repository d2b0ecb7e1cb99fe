"""Every notebook of the project runs through nbconvert on the installed kernel, as CI and readers run it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

TELLING = {
    "language": [
        "1267650600228229401496703205376",
        "Ada owes 5.33",
        " Rhine  1233 km",
        "pleasant\npleasant again",
        "[9, 1, 16, 1, 25, 81]",
        "hint: convert it first: to_string(age)",
        "hint: did you mean 'temperature'?",
        "SyntaxError: Missing '}'",
        "ZeroDivisionError in line 3: Division by zero\ndivided 1 by 0",
        "in check_age, cell 21, line 2\n  in register, cell 21, line 7",
        "a square of 9 with 4 corners",
    ],
}
"""What the outputs of a notebook must have in them, in this order."""


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The executed notebook and what nbconvert said on stderr."""
    folder = tmp_path_factory.mktemp(request.param.stem)
    for file in (request.param, *FOLDER.glob("*.l1")):
        shutil.copy(file, folder)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", "done.ipynb"]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [*command, request.param.name], cwd=folder, env=environment, capture_output=True, text=True, timeout=115
    )
    assert done.returncode == 0, done.stderr
    return folder / "done.ipynb", done.stderr


def test_a_good_run_leaves_only_nbconverts_own_lines_on_stderr(executed: tuple[Path, str]) -> None:
    _, stderr = executed
    assert [line for line in stderr.splitlines() if not line.startswith("[NbConvertApp]")] == []


def shown(output: Any) -> str:
    """The text of an output, without colours."""
    text = output.get("text") or "\n".join(output.get("traceback", ())) or output.get("data", {}).get("text/plain", "")
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_cells_fail_only_where_they_are_to_and_none_shows_python(executed: tuple[Path, str]) -> None:
    cells = [cell for cell in nbformat.read(executed[0], as_version=4).cells if cell.cell_type == "code"]
    assert any(cell.outputs for cell in cells)
    for cell in cells:
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", ())), cell.source
    texts = "\n".join(shown(output) for cell in cells for output in cell.outputs)
    for word in ("Traceback", "site-packages", "l1kernel."):
        assert word not in texts


def test_the_outputs_tell_what_the_prose_says(executed: tuple[Path, str], request: pytest.FixtureRequest) -> None:
    cells = [cell for cell in nbformat.read(executed[0], as_version=4).cells if cell.cell_type == "code"]
    texts = "\n".join(shown(output).rstrip("\n") for cell in cells for output in cell.outputs)
    at = 0
    for wanted in TELLING.get(request.node.callspec.params["executed"].stem, []):
        at = texts.find(wanted, at)
        assert at >= 0, f"{wanted!r} is missing, or not in its place"


def test_a_committed_notebook_has_no_output(executed: tuple[Path, str]) -> None:
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert not any(cell.get("outputs") for cell in cells if cell.cell_type == "code")
