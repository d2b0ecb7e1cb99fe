"""A session with the standard library, and what a reader sees of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import l1kernel.stdlib  # noqa: F401
from l1kernel.errors import L1Error
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Outcome, Session


class Cells:
    """Runs cells one after another in one session."""

    def __init__(self, folder: Path) -> None:
        self.output = CapturedOutput()
        self.session = Session(self.output, folder=folder)
        self._count = 0

    def run(self, text: str) -> Outcome:
        self._count += 1
        return self.session.run(text, name=f"cell-{self._count}", title=f"cell {self._count}")

    def value(self, text: str) -> Any:
        """The value of a cell that must not fail."""
        outcome = self.run(text)
        assert outcome.error is None, str(outcome.error)
        return outcome.value

    def error(self, text: str) -> L1Error:
        """The error of a cell that must fail."""
        outcome = self.run(text)
        assert outcome.error is not None, f"gave {outcome.value!r}"
        return outcome.error

    def printed(self, text: str) -> str:
        """What a cell that must not fail prints."""
        before = len(self.output.text)
        self.value(text)
        return self.output.text[before:]


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[Cells]:
    made = Cells(tmp_path)
    yield made
    made.session.close()


@pytest.fixture
def value(cells: Cells) -> Callable[[str], Any]:
    return cells.value
