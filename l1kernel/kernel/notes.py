"""The line under a cell that names the cells which ran with an older value of it. It is kept true: as they run again it
shrinks, and goes with the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from l1kernel.runtime.output import Output
    from l1kernel.runtime.stale import Cell, Dataflow


@dataclass(slots=True)
class _Note:
    display_id: str
    text: str


class StaleNotes:
    """The notes that a notebook shows now, by the cell they stand under."""

    def __init__(self) -> None:
        self._shown: dict[str, _Note] = {}

    def deleted(self, flow: Dataflow, cells: Iterable[str]) -> None:
        """The reader deleted these cells."""
        cells = list(cells)
        flow.forget(cells)
        for cell in cells:
            self._shown.pop(cell, None)

    def ran(self, flow: Dataflow, cell: Cell, output: Output) -> None:
        """A cell has run: note what that made stale, and mend the notes under others."""
        self._shown.pop(cell.id, None)  # its earlier output is gone
        for owner, note in list(self._shown.items()):
            text = _text(flow, owner)
            if text != note.text:
                note.text = text
                output.display({"text/plain": text}, display_id=note.display_id, update=True)
                if not text:
                    del self._shown[owner]
        text = _text(flow, cell.id) if output.interactive else ""
        if text:
            note = self._shown[cell.id] = _Note(f"l1-stale-{uuid4().hex}", text)
            output.display({"text/plain": text}, display_id=note.display_id)


def _text(flow: Dataflow, cell: str) -> str:
    stale = flow.stale(cell) if flow.noted else None
    return "" if stale is None else stale.sentence()
