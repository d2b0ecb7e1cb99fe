"""A notebook run without a person: what CI and `make run` do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat


def convert(tmp_path: Path, *cells: str) -> subprocess.CompletedProcess[str]:
    """Run a notebook of these cells to out.ipynb and out.html."""
    spec = {"name": "l1", "display_name": "L1", "language": "l1"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": spec}
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = ["-m", "nbconvert", "--execute", "--to", "notebook", "--output", "out.ipynb", "in.ipynb"]
    return subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=60)


def foreign_lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What stands on stderr beside nbconvert's own lines."""
    return [line for line in done.stderr.splitlines() if not line.startswith("[NbConvertApp]")]


def test_a_good_notebook_leaves_only_nbconverts_own_lines(tmp_path: Path) -> None:
    done = convert(tmp_path, 'print("hello")', "6 * 7")
    assert done.returncode == 0, done.stderr
    assert foreign_lines(done) == []
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert cells[0].outputs[0].text == "hello\n"
    assert cells[1].outputs[0].data["text/plain"] == "42"
    page = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "out.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert page.returncode == 0
    assert foreign_lines(page) == []


def test_an_l1_error_fails_the_run_and_is_shown(tmp_path: Path) -> None:
    done = convert(tmp_path, 'let result = "Hello" + 5', 'print("never")')
    assert done.returncode != 0
    assert "TypeError: Cannot add String and Integer at line 1, column 22" in done.stderr
    assert "to_string(5)" in done.stderr
