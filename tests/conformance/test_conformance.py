"""Every program under this folder, run in a session; it says itself what it shows.

A file is one program, or several split by lines of ``---``, each run in a session of its own. In a program

    # expect: text       is the next line of its output
    # warning: text      is the beginning of the next warning
    # error: Type: text  is the error that ends it, raised on this very line; text is its beginning or all of it
    # input: text        is what is typed at the next question

and output, warning or error that no comment names is a failure. Beside ``case.l1``, ``case.err`` holds the error as it
is rendered, with caret, hint and calls, chunk after chunk; ``L1_UPDATE_GOLDEN=1`` writes these files anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import headline, render
from l1kernel.errors import L1Error
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

HERE = Path(__file__).parent
MARK = re.compile(r"(?:#|//) (expect|warning|error|input): ?(.*)$")


@dataclass(frozen=True)
class Case:
    """One program. ``marks`` are its comments: kind, text, line."""

    file: Path
    number: int
    text: str

    def marks(self, kind: str) -> list[tuple[str, int]]:
        lines = self.text.split("\n")
        found = [(MARK.search(line), at) for at, line in enumerate(lines, 1)]
        return [(match[2], at) for match, at in found if match is not None and match[1] == kind]

    def __str__(self) -> str:
        return f"{self.file.relative_to(HERE).with_suffix('')}:{self.number}"


def cases() -> Iterator[Case]:
    for file in sorted(HERE.glob("**/*.l1")):
        if file.parent.name == "imported":
            continue
        for number, text in enumerate(re.split(r"^---\n", file.read_text(encoding="utf-8"), flags=re.M), 1):
            yield Case(file, number, text)


def run(case: Case) -> tuple[CapturedOutput, L1Error | None, int | None]:
    output, typed = CapturedOutput(), iter([text for text, _ in case.marks("input")])

    def read_line(prompt: str) -> str:
        output.write(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    session = Session(output, folder=case.file.parent, read_line=read_line)
    try:
        outcome = session.run(case.text, name=str(case), title=case.file.name)
    finally:
        session.close()
    return output, outcome.error, outcome.exit_status


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_program(case: Case) -> None:
    output, error, _ = run(case)
    wanted = case.marks("error")
    if error is not None and not wanted:
        pytest.fail(render(error))
    assert output.text.splitlines() == [text for text, _ in case.marks("expect")]
    warnings = output.error_text.splitlines()
    expected = [text for text, _ in case.marks("warning")]
    assert len(warnings) == len(expected), warnings
    for line, text in zip(warnings, expected, strict=True):
        assert line.removeprefix("warning: ").startswith(text)
    if wanted:
        (text, line), *_ = wanted
        assert error is not None, f"no error, but expected {text}"
        assert headline(error).startswith(text), render(error)
        assert error.location is not None
        assert error.location.line == line, render(error)


@pytest.mark.parametrize("golden", sorted(HERE.glob("**/*.err")), ids=lambda path: str(path.relative_to(HERE)))
def test_rendered_error(golden: Path) -> None:
    errors = [run(case)[1] for case in cases() if case.file == golden.with_suffix(".l1")]
    text = "\n---\n".join("no error" if error is None else render(error) for error in errors) + "\n"
    if os.environ.get("L1_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
