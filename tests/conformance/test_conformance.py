"""Every program under this folder, run as a file by ``l1 run`` and as a cell by a kernel; it says itself what it shows.

A file is one program; its folder is the section of the language it belongs to. In it

    # expect: text       is the next line of its output
    # stderr: text       is the next line of its error output
    # warning: text      is the beginning of the next warning
    # error: Type: text  is the beginning of the error that ends it, raised on this line or called from it
    # shows: text        is the next line of what the value of its last expression reads like below a cell
    # input: text        is what is typed at the next question
    # exit: 2            is the status it ends with by ``exit``

and what no comment names is a failure. Beside a program that ends in an error, ``.err`` holds that error as it is
rendered, with caret, hint and calls; ``L1_UPDATE_GOLDEN=1`` writes these files anew. ``imported`` folders hold what
programs import.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file

HERE = Path(__file__).parent
L1 = Path(sys.executable).with_name("l1")
MARK = re.compile(r"(?:#|//) (expect|stderr|warning|error|shows|input|exit): ?(.*)$")
PLACE = re.compile(r" at line (\d+), column \d+$", re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
DEADLINE = 60.0  # seconds for one program; the slowest, 10,000 calls deep, needs one
WORKERS = (os.cpu_count() or 1) + 1  # a program more than processors, since each waits now and then


@dataclass(frozen=True)
class Program:
    """One file, and what its comments say."""

    file: Path

    def __str__(self) -> str:
        return str(self.file.relative_to(HERE).with_suffix(""))

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode("utf-8")

    @property
    def golden(self) -> Path:
        return self.file.with_suffix(".err")

    def marks(self, kind: str) -> list[str]:
        return [text for found, text, _ in self._marks() if found == kind]

    def line_of_error(self) -> int:
        return next(line for kind, _, line in self._marks() if kind == "error")

    def _marks(self) -> list[tuple[str, str, int]]:
        lines = self.text.replace("\r\n", "\n").split("\n")
        found = [(MARK.search(line), at) for at, line in enumerate(lines, 1)]
        return [(match[1], match[2], at) for match, at in found if match is not None]


@dataclass
class Outcome:
    """What a reader saw of one run."""

    output: str = ""
    error_output: str = ""
    error: str | None = None
    value: str | None = None
    status: int = 0
    questions: list[str] = field(default_factory=list)


PROGRAMS = [Program(file) for file in sorted(HERE.glob("*/*.l1"))]


def run_as_file(program: Program) -> Outcome:
    """``l1 run``, from the folder of the program."""
    typed = "".join(f"{text}\n" for text in program.marks("input"))
    done = subprocess.run(
        [L1, "run", program.file.name],
        cwd=program.file.parent,
        input=typed.encode(),
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    outcome = Outcome(done.stdout.decode(), done.stderr.decode(), status=done.returncode)
    if program.marks("error"):
        lines = outcome.error_output.split("\n")
        before = len(program.marks("warning")) + len(program.marks("stderr"))
        outcome.error_output = "".join(f"{line}\n" for line in lines[:before])
        outcome.error = _portable("\n".join(lines[before:]).removesuffix("\n"), program)
    return outcome


def _portable(text: str, program: Program) -> str:
    return text.replace(str(program.file.parent), "FOLDER")


class Kernels:
    """Gives each program a new kernel, and talks to it over ZeroMQ as a front end does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = 0
        self._nursery = subprocess.Popen(
            [sys.executable, HERE / "nursery.py"], stdin=subprocess.PIPE, start_new_session=True
        )
        self._asking = threading.Lock()

    def close(self) -> None:
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        os.killpg(self._nursery.pid, signal.SIGKILL)
        self._nursery.wait()

    def run_as_cell(self, program: Program) -> Outcome:
        """The program as the first cell of a kernel."""
        return asyncio.run(self._run_as_cell(program))

    async def _run_as_cell(self, program: Program) -> Outcome:
        client = await self._connect(program)
        outcome, typed = Outcome(), iter(program.marks("input"))

        def answer(question: dict[str, Any]) -> None:
            outcome.questions.append(question["content"]["prompt"])
            client.input(next(typed, "\x04"))

        try:
            await client.execute_interactive(
                program.text,
                allow_stdin=True,
                stdin_hook=answer,
                output_hook=lambda message: _collect(outcome, message["msg_type"], message["content"]),
                timeout=DEADLINE,
            )
            client.shutdown()
        finally:
            client.stop_channels()
            client.context.destroy(linger=1000)
        if outcome.error is not None:
            outcome.error = _portable(
                outcome.error.replace(", cell 1, line ", f", {program.file.name}, line "), program
            )
        return outcome

    async def _connect(self, program: Program) -> AsyncKernelClient:
        with self._asking:
            self._started += 1
            address = str(self._folder / str(self._started))
            file, ports = write_connection_file(f"{address}.json", transport="ipc", ip=address, key=b"conformance")
            assert self._nursery.stdin is not None
            self._nursery.stdin.write(f"{program.file.parent}\t{file}\n".encode())
            self._nursery.stdin.flush()
        iopub = Path(f"{address}-{ports['iopub_port']}")  # the last socket that a kernel binds
        async with asyncio.timeout(DEADLINE):
            while not iopub.exists():
                await asyncio.sleep(0.005)
            client = AsyncKernelClient()
            client.load_connection_file(file)
            client.start_channels(hb=False)
            while not await client.iopub_channel.msg_ready():  # subscribed once the kernel's states arrive
                client.kernel_info()
                await client.get_shell_msg(timeout=DEADLINE)
        return client


def _collect(outcome: Outcome, kind: str, content: dict[str, Any]) -> None:
    if kind == "stream" and content["name"] == "stdout":
        outcome.output += content["text"]
    elif kind == "stream":
        outcome.error_output += content["text"]
    elif kind == "execute_result":
        outcome.value = content["data"]["text/plain"]
    elif kind == "error":
        outcome.error = ANSI.sub("", "\n".join(content["traceback"]))


Runs = dict[tuple[str, Program], "Future[Outcome]"]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """The outcome of each run that a selected test needs; as many at a time as there are processors."""
    needed = [(item.callspec.params["way"], item.callspec.params["program"]) for item in _items(request)]
    with tempfile.TemporaryDirectory(prefix="l1") as folder:
        kernels = Kernels(Path(folder))
        ways: dict[str, Callable[[Program], Outcome]] = {"file": run_as_file, "cell": kernels.run_as_cell}
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                yield {(way, program): pool.submit(ways[way], program) for way, program in needed}
                pool.shutdown(cancel_futures=True)
        finally:
            kernels.close()


def _items(request: pytest.FixtureRequest) -> list[Any]:
    return [item for item in request.session.items if getattr(item, "originalname", "") == test_program.__name__]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
@pytest.mark.parametrize("way", ["file", "cell"])
def test_program(way: str, program: Program, runs: Runs) -> None:
    outcome = runs[way, program].result()
    if not program.marks("error"):
        assert outcome.error is None
    output = "".join(f"{line}\n" for line in program.marks("expect"))
    status = [int(text) for text in program.marks("exit")]
    if way == "cell":
        for question in outcome.questions:
            assert question in output
            output = output.replace(question, "", 1)
        assert _lines(outcome.value or "") == program.marks("shows")
        output += "".join(f"exit({number}) ended this cell; the kernel goes on.\n" for number in status)
    else:
        assert outcome.status == (1 if program.marks("error") else sum(status)), outcome.error_output
    assert _lines(outcome.output) == _lines(output)
    _check_error_output(program, outcome.error_output)
    if program.marks("error"):
        _check_error(program, outcome, writes=way == "file" and "L1_UPDATE_GOLDEN" in os.environ)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _check_error_output(program: Program, text: str) -> None:
    warnings = [line.removeprefix("warning: ") for line in _lines(text) if line.startswith("warning: ")]
    assert [line for line in _lines(text) if not line.startswith("warning: ")] == program.marks("stderr")
    beginnings = program.marks("warning")
    assert len(warnings) == len(beginnings), warnings
    assert [line[: len(text)] for line, text in zip(warnings, beginnings, strict=True)] == beginnings


def _check_error(program: Program, outcome: Outcome, *, writes: bool) -> None:
    (wanted,), line = program.marks("error"), program.line_of_error()
    assert outcome.error is not None, f"no error, but expected {wanted}"
    assert outcome.error.startswith(wanted)
    place = PLACE.search(outcome.error)
    assert place is not None, outcome.error
    assert int(place[1]) == line or f", {program.file.name}, line {line}" in outcome.error, outcome.error
    if writes:
        program.golden.write_text(outcome.error + "\n", encoding="utf-8")
    assert outcome.error + "\n" == program.golden.read_text(encoding="utf-8")


def test_each_golden_file_has_its_program() -> None:
    ending_in_errors = {program.golden for program in PROGRAMS if program.marks("error")}
    assert set(HERE.glob("**/*.err")) == ending_in_errors


def test_there_are_programs_enough() -> None:
    assert len(PROGRAMS) >= 360
