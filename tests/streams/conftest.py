"""Sessions that run L1 text, as a reader's cells do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.errors import L1Error
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


class Cells:
    """Runs L1 cells one after the other; each has an output of its own."""

    def __init__(self) -> None:
        self.output = CapturedOutput()
        self.session = Session(self.output)
        self._count = 0

    def run(self, text: str) -> Any:
        """The value of the cell's last expression; raises the cell's error."""
        outcome = self._run(text)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def error(self, text: str) -> L1Error:
        """The error that the cell ends with."""
        outcome = self._run(text)
        assert outcome.error is not None, f"no error, but {outcome.value!r}"
        return outcome.error

    def _run(self, text: str) -> Any:
        self._count += 1
        self.output = self.session.output = CapturedOutput()
        return self.session.run(text, name=f"cell-{self._count}", title=f"cell {self._count}")


@pytest.fixture
def cells() -> Iterator[Cells]:
    cells = Cells()
    yield cells
    cells.session.close()


@pytest.fixture(scope="module")
def make_cells() -> Iterator[Callable[[], Cells]]:
    made: list[Cells] = []

    def make() -> Cells:
        made.append(Cells())
        return made[-1]

    yield make
    for cells in made:
        cells.session.close()
