"""``l1 repl`` in a terminal, as a person drives it, and at the end of a pipe."""

from __future__ import annotations

import os
import signal
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


def history(folder: Path) -> Path:
    return folder / "l1kernel" / "history"


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


def test_a_block_is_indented_as_it_is_typed(terminal: Terminal, tmp_path: Path) -> None:
    for line in ("for i in 2 {", "if i > 0:", 'print("pos" + "itive")', "else:", 'print("ze" + "ro")', "end"):
        terminal.begin(line)
    terminal.type("}", "zero", "positive")
    typed = [line[1:] for line in history(tmp_path).read_text().splitlines() if line.startswith("+")]
    assert typed == [
        "for i in 2 {",
        "    if i > 0:",
        '        print("pos" + "itive")',
        "    else:",
        '        print("ze" + "ro")',
        "    end",
        "}",
    ]


def test_an_else_may_stand_on_a_line_of_its_own(terminal: Terminal, tmp_path: Path) -> None:
    terminal.begin("if 1 > 2 {")
    terminal.begin('print("mo" + "re")')
    terminal.begin("}")
    terminal.begin("else {")
    terminal.begin('print("le" + "ss")')
    terminal.type("}", "less")
    terminal.begin("if 2 > 1 {")
    terminal.begin('print("mo" + "re")')
    terminal.begin("}")
    terminal.type("", "more")  # an empty line: no else comes
    terminal.type('if 2 > 1 { print("at " + "once") }', "at once")
    typed = [line[1:] for line in history(tmp_path).read_text().splitlines() if line.startswith("+")]
    assert typed[3:9] == ["else {", '    print("le" + "ss")', "}", "if 2 > 1 {", '    print("mo" + "re")', "}"]
    assert len(typed) == 10


def test_what_is_typed_has_colours_and_so_has_an_error(terminal: Terminal) -> None:
    terminal.press("let ", "\x1b[0;38;5;28;1mlet")
    terminal.press("\x03", "l1>")
    terminal.type("1 / 0", "\x1b[1;31mZeroDivisionError: Division by zero")


def test_completion_of_members_and_settings(terminal: Terminal) -> None:
    terminal.type("let box = {width: 3, height: 4}")
    terminal.press("box.wid\t", "th")
    terminal.press("\x03", "l1>")
    terminal.press('create_stream("s", {"buff\t', "er_size")
    terminal.press("\x03", "l1>")
    terminal.press("whi\t", "while")
    terminal.press("\x03", "l1>")


def test_warnings_tables_and_the_end(terminal: Terminal) -> None:
    terminal.type("let x = 7 // 2", "warning: // begins a comment")
    terminal.type('table({"a": [1, 2]})', "a", "1", "2")
    terminal.type('"text"', "ltext\r\n")
    terminal.type("x;")
    terminal.type("raise Odd" + 'Error("why")', "OddError: why")
    assert terminal.end("\x04") == 0


def test_history_is_its_owners_alone(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("let secret = 41; secret + 1", "42")
    file = history(tmp_path)
    assert "let secret = 41" in file.read_text()
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent)] == [0o600, 0o700]


def pipe(text: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | changes
    return subprocess.run(COMMAND, input=text, capture_output=True, text=True, timeout=60, env=environment)


def test_lines_from_a_pipe() -> None:
    done = pipe("let x = 5\nx + 1\nfor i in 2 {\nprint(i)\n}\nlet line = input()\ntyped\nline\nx;\nlet y = 7 // 2")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["6", "0", "1", "typed"]
    assert (
        done.stderr
        == "warning: // begins a comment; to divide without remainder, write div(7, 2) at line 1, column 11\n"
    )


def test_an_else_below_its_block_in_a_pipe() -> None:
    lines = ("if 1 > 2 {", "print(1)", "}", "else {", "print(2)", "}", "try { 1 / 0 } catch (e) { print(3) }")
    done = pipe("\n".join((*lines, "finally { print(4) }", "if true { print(5) }", "", "if true { print(6) }")))
    assert (done.stdout.split(), done.stderr) == (["2", "3", "4", "5", "6"], "")


def test_a_line_looked_at_for_an_else_is_still_there_to_read() -> None:
    done = pipe('let name = ""\nif 2 > 1 {\nname = input("Who? ")\n}\nAda\nname')
    assert (done.stdout.splitlines(), done.stderr) == (["Who? Ada"], "")


def test_an_error_in_a_pipe_goes_to_stderr_and_into_the_status() -> None:
    done = pipe("let x = 5\nx / 0\nx\nfor i in 3 {\n")
    assert (done.returncode, done.stdout) == (1, "5\n")
    assert done.stderr.startswith("ZeroDivisionError: Division by zero at line 1, column 3\n")
    assert "SyntaxError: Missing '}'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("text", "status"), [("exit(3)\n1 / 0", 3), ("1 / 0\nexit()", 0), ("", 0)])
def test_the_status_of_a_pipe(text: str, status: int) -> None:
    assert pipe(text).returncode == status


def test_ctrl_c_ends_a_pipe() -> None:
    running = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write('print("started"); while true { }\nprint("never")\n')
    running.stdin.flush()
    assert running.stdout.readline() == "started\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err.startswith("Interrupted: Stopped")
