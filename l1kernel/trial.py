"""Running a program to see whether it fails: in a process of its own, with its output discarded, for a limited time.

One child process runs one program after the other, each in a fresh session. It is ended when a program takes too long,
and a new one is started for the next.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from l1kernel.errors import ExitRequest, L1RuntimeError
from l1kernel.fix import Run
from l1kernel.runtime.output import Bundle

PATIENCE = 20.0  # seconds that a program may run: starting a cluster takes some of them
_KEPT = 100_000  # code points of its output that are compared
_HEADER = 8  # bytes of the length before each message


class Trial:
    """Runs programs one after the other: ``with Trial(title, folder) as run: run(text)``.

    ``folder`` is where the program finds its files and imports; what it writes goes to a folder that is then removed.
    """

    def __init__(self, title: str, folder: Path, *, patience: float = PATIENCE) -> None:
        self._title, self._folder, self._patience = title, folder, patience
        self._scratch = tempfile.TemporaryDirectory(prefix="l1-fix-", ignore_cleanup_errors=True)
        self._child: subprocess.Popen[bytes] | None = None

    def __call__(self, text: str) -> Run:
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Timer(self._patience, child.kill)
        late.start()
        try:
            _send(child.stdin, (text, tempfile.mkdtemp(dir=self._scratch.name)))
            answer: Run | None = _receive(child.stdout)
        except BrokenPipeError:
            answer = None
        finally:
            in_time = late.is_alive()
            late.cancel()
        if answer is not None:
            return answer
        self._stop()
        if in_time:
            return Run(L1RuntimeError("The program ended its whole process"))
        return Run(note=f"the program was stopped after {self._patience:g} seconds; what it does later was not tried")

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "l1kernel.trial", self._title, str(self._folder)]
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            with child:
                child.kill()

    def close(self) -> None:
        """End the child process, remove what programs wrote."""
        self._stop()
        self._scratch.cleanup()

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _send(stream: IO[bytes], message: Any) -> None:
    data = pickle.dumps(message)
    stream.write(len(data).to_bytes(_HEADER, "big") + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """The next message; None where there is none any more."""
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        return None
    data = stream.read(int.from_bytes(header, "big"))
    return pickle.loads(data)


# --- the child --------------------------------------------------------------------------------------------------


class _Discarded:
    """An Output of which only the beginning is kept."""

    interactive = False
    rich = False

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = _KEPT

    def write(self, text: str) -> None:
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)

    def write_error(self, text: str) -> None:
        """Warnings are no part of what the program does."""

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        """Nothing is shown."""

    @property
    def text(self) -> str:
        return "".join(self._parts)


class _Asks(ExitRequest):
    """The program asks its reader, and here is none. No ``catch`` sees it."""


def attempt(text: str, title: str, folder: Path, *, scratch: Path | None = None) -> Run:
    """Run a program here, up to where it asks for input. With ``scratch``, it writes its files there."""
    import l1kernel.library  # noqa: F401  registers the built-ins
    from l1kernel.runtime.session import Session
    from l1kernel.stdlib.files import Scratch

    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        raise _Asks

    output = _Discarded()
    session = Session(output, folder=folder, read_line=ask)
    session.resource(Scratch, lambda: Scratch(scratch))
    try:
        error = session.run(text, name=title, title=title).error
    finally:
        session.close()
    note = "the program asks for input, and here is none; what it does later was not tried" if asked else None
    return Run(error, output.text, note)


def _serve(title: str, folder: Path) -> None:
    """Answer each program on stdin with its Run on stdout."""
    from l1kernel.runtime.limits import cap_memory

    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    cap_memory()
    while (request := _receive(requests)) is not None:
        text, scratch = request
        _send(answers, attempt(text, title, folder, scratch=Path(scratch)))


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]))
