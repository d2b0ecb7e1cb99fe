"""Where the output of one cell goes.

Each run of a cell has an Output of its own. Code that outlives the call (a task's prints, a live plot) keeps the
Output it started with, so that what it shows lands under the cell that asked for it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from l1kernel.errors import ExitRequest

Bundle = Mapping[str, Any]  # MIME type -> data, https://jupyter-client.readthedocs.io/en/stable/messaging.html


class Output(Protocol):
    """Safe to use from any thread."""

    interactive: bool
    """Whether a person may be watching: progress and notes are shown only then."""

    rich: bool
    """Whether ``display`` shows anything: what is costly to draw is left undrawn where it is False."""

    def write(self, text: str) -> None:
        """Add text to the cell's standard output."""

    def write_error(self, text: str) -> None:
        """Add text to the cell's standard error."""

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        """Show a MIME bundle; with ``update``, replace what was shown under ``display_id``."""


CLOSED_PIPE = 141  # the exit status of a program whose reader has gone: 128 + SIGPIPE


class StreamOutput:
    """Output of a script: text to stdout and stderr line by line, rich output nowhere.

    Where nobody reads any more (``l1 run x.l1 | head``), writing ends the script.
    """

    rich = False

    def __init__(self) -> None:
        self.interactive = sys.stdout.isatty()

    def write(self, text: str) -> None:
        self._write(sys.stdout, text, flush="\n" in text)

    def write_error(self, text: str) -> None:
        self._write(sys.stderr, text, flush=True)

    def _write(self, stream: TextIO, text: str, *, flush: bool) -> None:
        try:
            stream.write(text)
            if flush:
                stream.flush()
        except BrokenPipeError:
            raise ExitRequest(CLOSED_PIPE) from None

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        """A script shows only what it prints."""


class CapturedOutput:
    """Output kept in memory: for workers and tests."""

    interactive = False
    rich = True

    def __init__(self) -> None:
        self.out: list[str] = []
        self.err: list[str] = []
        self.displays: list[tuple[Bundle, str | None, bool]] = []

    def write(self, text: str) -> None:
        self.out.append(text)

    def write_error(self, text: str) -> None:
        self.err.append(text)

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        self.displays.append((bundle, display_id, update))

    @property
    def text(self) -> str:
        return "".join(self.out)

    @property
    def error_text(self) -> str:
        return "".join(self.err)
