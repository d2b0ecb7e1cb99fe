"""The ``l1`` command as a user meets it: a process, its output, its exit status."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest


def l1(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "l1kernel.cli", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, timeout=60)


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_run_shows_only_what_is_printed(tmp_path: Path) -> None:
    done = l1("run", write(tmp_path, "a.l1", 'print("one")\n1 + 1\n'), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "one\n", "")


def test_run_fails_with_the_error_on_stderr(tmp_path: Path) -> None:
    done = l1("run", write(tmp_path, "a.l1", 'print("before")\nlet x = "a" + 5\n'), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "before\n")
    assert done.stderr.splitlines()[0] == "TypeError: Cannot add String and Integer at line 2, column 13"
    assert "to_string(5)" in done.stderr


def test_nothing_of_a_file_with_a_syntax_error_runs(tmp_path: Path) -> None:
    done = l1("run", write(tmp_path, "a.l1", 'print("before")\nlet = 5\n'), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "SyntaxError" in done.stderr


def test_run_reads_standard_input(tmp_path: Path) -> None:
    done = l1("run", "-", cwd=tmp_path, stdin="print(6 * 7)\n")
    assert (done.returncode, done.stdout) == (0, "42\n")


def test_a_program_asks_for_a_line(tmp_path: Path) -> None:
    name = write(tmp_path, "a.l1", 'let who = input("Who? ")\nprint("Hello " + who)\n')
    assert l1("run", name, cwd=tmp_path, stdin="Ada\n").stdout == "Who? Hello Ada\n"


def test_the_end_of_input_is_an_l1_error(tmp_path: Path) -> None:
    done = l1("run", write(tmp_path, "a.l1", 'input("Who? ")\n'), cwd=tmp_path)
    assert done.returncode == 1
    assert "RuntimeError" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("program", "status"), [("exit(3)", 3), ("exit()", 0), ("exit(0)\nlet x = 1 / 0", 0)])
def test_exit_ends_with_its_status(tmp_path: Path, program: str, status: int) -> None:
    assert l1("run", write(tmp_path, "a.l1", program), cwd=tmp_path).returncode == status


@pytest.mark.parametrize("command", ["run", "check", "notebook"])
def test_a_missing_file_is_said(tmp_path: Path, command: str) -> None:
    done = l1(command, "nowhere.l1", cwd=tmp_path)
    assert done.returncode == 1
    assert "nowhere.l1: cannot be read: No such file or directory" in done.stderr


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.l1").write_bytes(b"print(1)\n\xff\xfe")
    done = l1("check", "a.l1", cwd=tmp_path)
    assert done.returncode == 1
    assert "not UTF-8" in done.stderr


def test_check_names_file_line_and_column(tmp_path: Path) -> None:
    good = write(tmp_path, "good.l1", "let x = 1\n")
    bad = write(tmp_path, "bad.l1", 'let x = 1\nprint("Hello World"\n')
    done = l1("check", good, bad, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("bad.l1:2:20: SyntaxError: Expected ')'")
    assert l1("check", good, cwd=tmp_path).returncode == 0


def test_check_lists_every_mistake_of_every_file(tmp_path: Path) -> None:
    many = "".join(f"function f{n}() {{ return {n} {n} }}\n" for n in range(25))
    one = write(tmp_path, "one.l1", "let x = 1 1\nprint(x\n7 // 2\n")
    two = write(tmp_path, "two.l1", "return 1\nbreak\n7 // 2\n")
    done = l1("check", one, two, write(tmp_path, "many.l1", many), cwd=tmp_path)
    shown = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert shown[:4] == ["one.l1:1:11:", "one.l1:2:8:", "two.l1:1:1:", "two.l1:2:1:"]
    assert shown[4:-1] == [f"many.l1:{n}:{26 + 2 * (n > 10)}:" for n in range(1, 21)]
    assert done.stdout.splitlines()[-1] == "many.l1: 5 more errors"
    assert done.stderr.startswith("two.l1:3:3: warning: // begins a comment")


def test_check_shows_first_what_a_run_shows(tmp_path: Path) -> None:
    program = write(tmp_path, "a.l1", "x = [1, 2\nif x:\n  y = )\nend\n")
    headline = l1("run", program, cwd=tmp_path).stderr.splitlines()[0]
    (first, *_) = l1("check", program, cwd=tmp_path).stdout.splitlines()
    place, _, message = first.partition(": ")
    assert message.startswith(headline.partition(" at line")[0])
    assert headline.endswith("line {}, column {}".format(*place.split(":")[1:]))


def test_check_reads_standard_input(tmp_path: Path) -> None:
    done = l1("check", "-", cwd=tmp_path, stdin="let x = 1\n)\n")
    assert (done.returncode, done.stdout.split(" ")[0]) == (1, "<stdin>:2:1:")


def test_check_runs_nothing(tmp_path: Path) -> None:
    done = l1("check", write(tmp_path, "a.l1", 'print("ran")\n1 / 0\n'), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_bom_and_crlf_are_welcome(tmp_path: Path) -> None:
    (tmp_path / "a.l1").write_bytes(b"\xef\xbb\xbfif true:\r\n  print(1)\r\nend\r\n")
    assert l1("run", "a.l1", cwd=tmp_path).stdout == "1\n"


def test_an_import_is_looked_for_beside_the_script(tmp_path: Path) -> None:
    (tmp_path / "lesson").mkdir()
    write(tmp_path / "lesson", "tools.l1", "function twice(x) { return x * 2 }\n")
    write(tmp_path / "lesson", "main.l1", 'import "tools.l1"\nprint(tools.twice(4))\n')
    assert l1("run", "lesson/main.l1", cwd=tmp_path).stdout == "8\n"


def test_no_command_says_how_to_use_it(tmp_path: Path) -> None:
    done = l1(cwd=tmp_path)
    assert done.returncode == 2
    assert "usage: l1" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
@pytest.mark.parametrize(
    ("program", "shown"),
    [('for i in 1_000_000 { print("line", i) }', "line 0\n"), ('print("x", end = "")', ""), ("1 / 0", "")],
)
def test_a_reader_that_goes_ends_the_program_quietly(tmp_path: Path, program: str, shown: str) -> None:
    command = [sys.executable, "-m", "l1kernel.cli", "run", write(tmp_path, "a.l1", program)]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline() == shown if shown else True
    running.stdout.close()
    errors = running.stderr.read()
    running.stderr.close()
    assert running.wait(30) == (141 if "print" in program else 1)
    assert not any(word in errors for word in ("pipe", "connection", "Traceback"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full")
@pytest.mark.parametrize("program", ['print("x", end = "")', 'print("x")'])
def test_output_that_cannot_be_written_is_said(tmp_path: Path, program: str) -> None:
    command = [sys.executable, "-m", "l1kernel.cli", "run", write(tmp_path, "a.l1", program)]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_line_is_there_as_soon_as_it_is_printed(tmp_path: Path) -> None:
    name = write(tmp_path, "a.l1", 'print("one")\nlet line = input()\nprint("two " + line)')
    command = [sys.executable, "-m", "l1kernel.cli", "run", name]
    running = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "one\n"
    assert running.communicate("Ada\n", timeout=30)[0] == "two Ada\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_a_program_with_130(tmp_path: Path) -> None:
    name = write(tmp_path, "a.l1", 'print("started")\ntry { while true { } } catch { print("never") }')
    command = [sys.executable, "-m", "l1kernel.cli", "run", name]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "started\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert err.startswith("Interrupted: Stopped at line")
    assert "Traceback" not in err


def test_a_warning_goes_to_stderr(tmp_path: Path) -> None:
    done = l1("run", write(tmp_path, "a.l1", "print(7 // 2\n)"), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "7\n")
    assert done.stderr.startswith("warning: // begins a comment")


@pytest.mark.parametrize("asked", [["--debug"], [], ["L1_DEBUG=1"]], ids=str)
def test_pythons_side_of_an_error_is_shown_only_where_it_is_asked_for(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("L1_DEBUG", "0")
    if asked == ["L1_DEBUG=1"]:
        monkeypatch.setenv("L1_DEBUG", "1")
    flags = [flag for flag in asked if flag.startswith("--")]
    done = l1("run", *flags, write(tmp_path, "a.l1", "let x = 1 / 0"), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("ZeroDivisionError: Division by zero at line 1, column 11\n")
    assert ("Traceback (most recent call last)" in done.stderr) == bool(asked)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell")
@pytest.mark.parametrize(
    ("command", "shown"),
    [("run a.l1 >&-", ""), ("run a.l1 <&-", "é\n"), ("run - <&-", ""), ("run a.l1 2>&-", "é\n")],
)
def test_a_closed_stream_is_an_empty_one(tmp_path: Path, command: str, shown: str) -> None:
    write(tmp_path, "a.l1", 'print("é")\nlet x = 7 // 2')
    line = f"{sys.executable} -m l1kernel.cli {command}"
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout) == (0, shown)
    assert "Traceback" not in done.stderr


def test_a_character_that_a_stream_cannot_say_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    name = write(tmp_path, "a.l1", 'print("é")\nprint(input().length)')
    command = [sys.executable, "-m", "l1kernel.cli", "run", name]
    done = subprocess.run(command, cwd=tmp_path, input=b"\xff\n", capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, b"?\n1\n")
