from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import l1kernel.stdlib  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import headline
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(CapturedOutput(), folder=tmp_path)
    yield made
    made.close()


@pytest.fixture
def shows(session: Session) -> Callable[[str], str]:
    """What a reader sees of a program: its output, and last the headline of the error that ended it, with its hint."""

    def run(program: str) -> str:
        session.output = output = CapturedOutput()
        outcome = session.run(program, name=f"cell-{len(session.sources)}", title="cell")
        error = outcome.error
        ending = "" if error is None else f"{headline(error)}\n{error.hint or ''}".rstrip() + "\n"
        return (output.text + output.error_text + ending).rstrip("\n")

    return run
