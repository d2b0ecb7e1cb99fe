"""``l1 repl`` in a terminal, as a person drives it, and at the end of a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

COMMAND = [sys.executable, "-m", "l1kernel.cli", "repl"]


class Terminal:
    """A console in a pseudo terminal. What is typed is echoed, so what is waited for must not be in it."""

    def __init__(self, folder: Path) -> None:
        # this end answers no question for the cursor's position, and prompt_toolkit would wait a second for it
        mine = {"HOME": str(folder), "XDG_STATE_HOME": str(folder), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        environment = {**os.environ, **mine}
        self._process = pexpect.spawn(
            COMMAND[0], COMMAND[1:], env=environment, encoding="utf-8", timeout=30, dimensions=(24, 100)
        )
        self._process.delaybeforesend = None
        self._process.expect("l1>")

    def type(self, text: str, *shown: str) -> None:
        """Type a line and wait for what must show, in its order, and then for the prompt."""
        self._process.send(text + "\r")
        for part in (*shown, "l1>"):
            self._process.expect_exact(part)

    def begin(self, text: str, shown: str = "...") -> None:
        """Type a line that does not end the text, or that keeps the program busy."""
        self._process.send(text + "\r")
        self._process.expect_exact(shown)

    def press(self, key: str, shown: str) -> None:
        self._process.send(key)
        self._process.expect_exact(shown)

    def close(self) -> None:
        self._process.close(force=True)

    def end(self, typed: str) -> int:
        self._process.send(typed)
        self._process.expect(pexpect.EOF)
        self._process.close()
        status: int = self._process.exitstatus
        return status


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_a_session_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("let x = 40")
    terminal.type("x + 2", "42")
    terminal.begin("for i in 3 {")
    terminal.begin("print(i * 111)")
    terminal.type("}", "222")
    terminal.begin("if x > 3:")
    terminal.begin('print("b" + "ig")')
    terminal.type("end", "big")
    terminal.press("to_stri\t", "to_string")
    terminal.type("(x * 2) + 'kg'", "80kg")
    terminal.type("x / 0", "ZeroDivisionError", "hint")
    terminal.begin("print(3 * 37); while true { }", "111")
    terminal.press("\x03", "Stopped")
    terminal.press("let x = 0\x03", "l1>")
    terminal.type("x + 3", "43")
    terminal.type("\x1b[A", "43")
    terminal.begin('let name = input("Na" + "me? ")', "Name? ")
    terminal.type("Ada")
    terminal.type("name.upper()", "ADA")
    assert terminal.end("\x04") == 0
    again = Terminal(tmp_path)
    again.type("\x1b[A", "Undefined variable 'name'")
    assert again.end("exit(3)\r") == 3


def test_a_value_too_large_to_show_ends_nothing(terminal: Terminal) -> None:
    terminal.type("let many = 7 ** 5_000_000")
    terminal.type("many", "Error")
    terminal.type("many % 1_000", "1")


def test_lines_from_a_pipe() -> None:
    typed = "let x = 5\nx + 1\nfor i in 2 {\nprint(i)\n}\nx / 0\nlet line = input()\ntyped\nline"
    done = subprocess.run(COMMAND, input=typed, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.splitlines()[:4] == ["6", "0", "1", "ZeroDivisionError: Division by zero at line 1, column 3"]
    assert done.stdout.splitlines()[-1] == "typed"
    assert done.stderr == ""
