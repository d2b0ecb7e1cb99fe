"""``l1 notebook``: a Markdown tutorial becomes a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from l1kernel.notebook import NoCode, from_markdown

LESSON = """\
# Doubling

Some *prose*.

```l1
let two = 1 + 1
```

| a | b |
|---|---|
| 1 | 2 |

```python
not_l1()
```

<details>
<summary>A  solution</summary>

First think.

```l1
print(two * 2)
```
</details>

<details><summary>Answer</summary>Four</details>

The end.
"""


def cells(text: str) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in from_markdown(text).cells]


def test_prose_and_code_keep_their_order_and_text() -> None:
    assert cells(LESSON) == [
        ("markdown", "# Doubling\n\nSome *prose*."),
        ("code", "let two = 1 + 1"),
        ("markdown", "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nnot_l1()\n```"),
        ("markdown", "**A solution**"),
        ("markdown", "First think."),
        ("code", "print(two * 2)"),
        ("markdown", "<details><summary>Answer</summary>Four</details>\n\nThe end."),
    ]


def test_only_the_code_of_a_solution_is_folded() -> None:
    folded = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in from_markdown(LESSON).cells]
    assert folded == [False, False, False, False, False, True, False]


def test_the_notebook_is_valid_and_names_its_kernel() -> None:
    notebook = from_markdown(LESSON)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "l1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~~l1\nprint(1)\n~~~", [("code", "print(1)")]),
        ("```l1 title=x\na\n```", [("code", "a")]),
        ("```l1\nlet fence = '```'\n```", [("code", "let fence = '```'")]),
        ("````l1\n```\n````", [("code", "```")]),
        ("```l1\nnever closed", [("code", "never closed")]),
        ("```l1\n\n```", [("code", "")]),
        ("1. A\n\n   ```l1\n   b\n   ```\n\n   c", [("markdown", "1. A"), ("code", "b"), ("markdown", "c")]),
        ("<details open>\n\n```l1\na\n```\n\n</details>", [("code", "a")]),
        ("\ufeff# T\n\n```l1\na\n```", [("markdown", "# T"), ("code", "a")]),
    ],
    ids=["tildes", "info string", "fence in text", "longer fence", "unclosed", "empty", "in a list", "open", "bom"],
)  # fmt: skip
def test_forms_of_markdown(text: str, expected: list[tuple[str, str]]) -> None:
    assert cells(text.lstrip("\ufeff")) == expected


def test_a_document_without_l1_is_refused() -> None:
    with pytest.raises(NoCode):
        from_markdown("# Only prose\n\n    indented\n")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "lesson.md").write_text(LESSON, encoding="utf-8")
    made = []
    for name in ("one.ipynb", "two.ipynb"):
        command = [sys.executable, "-m", "l1kernel.cli", "notebook", "lesson.md", "-o", name]
        assert subprocess.run(command, cwd=tmp_path, timeout=60).returncode == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def notebook(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``l1 notebook lesson.md ...`` on a lesson whose second cell fails."""
    (folder / "lesson.md").write_text("```l1\nprint(6 * 7)\n```\n\n```l1\n1 / 0\n```\n", encoding="utf-8")
    command = [sys.executable, "-m", "l1kernel.cli", "notebook", "lesson.md", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)


def test_an_executed_notebook_keeps_what_its_cells_showed(tmp_path: Path) -> None:
    done = notebook(tmp_path, "--execute")
    assert done.returncode == 1
    assert "ZeroDivisionError: Division by zero at line 1, column 3" in done.stderr
    assert "\x1b" not in done.stderr
    first, second = nbformat.read(tmp_path / "lesson.ipynb", as_version=4).cells
    assert first.outputs[0].text == "42\n"
    assert second.outputs[0].ename == "ZeroDivisionError"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = notebook(tmp_path, "-o", "nowhere/lesson.ipynb")
    assert (done.returncode, done.stderr) == (1, "nowhere/lesson.ipynb: cannot be written: No such file or directory\n")
