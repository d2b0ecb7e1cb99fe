"""Every notebook of the project runs through nbconvert on the installed kernel, as CI and readers run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The executed notebook and what nbconvert said on stderr."""
    folder = tmp_path_factory.mktemp(request.param.stem)
    shutil.copy(request.param, folder)
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


def test_no_cell_fails_or_shows_python(executed: tuple[Path, str]) -> None:
    notebook = nbformat.read(executed[0], as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert [output for output in outputs if output.output_type == "error"] == []
    texts = "\n".join(output.get("text", "") for output in outputs)
    for word in ("Traceback", "site-packages", "l1kernel."):
        assert word not in texts


def test_a_committed_notebook_has_no_output(executed: tuple[Path, str]) -> None:
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert not any(cell.get("outputs") for cell in cells if cell.cell_type == "code")
