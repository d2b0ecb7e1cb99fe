"""An L1 session: text in, outcome out. The core under kernel, CLI, REPL and worker.

A session owns the globals of a notebook or script, binds the built-ins to itself, and lets the rooms keep their
state in it (a cluster, the alerts of a cell, a dashboard).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from l1kernel.errors import L1Error, L1RuntimeError
from l1kernel.language.source import Source
from l1kernel.runtime.output import Output

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell: its last expression's value, or the error. ``shown`` False: a `;` hid the value."""

    value: Any = None
    error: L1Error | None = None
    exit_status: int | None = None
    shown: bool = True


class Session:
    """``output`` is where the running cell writes; a front end replaces it for each cell."""

    def __init__(
        self,
        output: Output,
        *,
        folder: Path | None = None,
        read_line: Callable[[str], str] | None = None,
    ) -> None:
        self.output = output
        self.folder = folder or Path.cwd()
        self.read_line = read_line or _no_stdin
        self.globals: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self._resources: dict[type, Any] = {}
        self._after_cell: list[Callable[[], None]] = []

    def run(self, text: str, *, name: str, title: str | None = None) -> Outcome:
        """Run a cell or file. Never raises: an interrupt, too, is an outcome."""
        raise NotImplementedError

    def resource(self, kind: type[T], make: Callable[[], T]) -> T:
        """The session's one object of this class, made at first use; closed with the session if it has ``close``."""
        found = self._resources.get(kind)
        if found is None:
            found = self._resources[kind] = make()
        return found

    def after_cell(self, callback: Callable[[], None]) -> None:
        """Call this once when the running cell ends, however it ends."""
        self._after_cell.append(callback)

    def warn(self, text: str) -> None:
        """One line on the cell's stderr."""
        self.output.write_error(f"warning: {text}\n")

    def close(self) -> None:
        """End what the session started, last made first."""
        while self._resources:
            _, resource = self._resources.popitem()
            close = getattr(resource, "close", None)
            if close is not None:
                close()


def _no_stdin(prompt: str) -> str:
    raise L1RuntimeError("This run has no stdin, so nothing can be asked", hint="give the value in the program")
