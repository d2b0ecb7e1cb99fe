"""Errors as a front end gets them."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ('let result = "Hello" + 5', "TypeError", "Cannot add String and Integer at line 1, column 22"),
        ("print(unknown_variable)", "NameError", "Undefined variable 'unknown_variable' at line 1, column 7"),
        ('print("Hello World"', "SyntaxError", "Expected ')' at line 1, column 20"),
        ("1 / 0", "ZeroDivisionError", "Division by zero at line 1, column 3"),
        ('throw ValidationError("too old")', "ValidationError", "too old at line 1, column 1"),
    ],
)
def test_an_error_is_told_alike_in_the_reply_and_on_iopub(kernel: Any, code: str, name: str, text: str) -> None:
    cell = kernel.run(code)
    reply, shown = cell.reply, cell.of("error")[0]
    assert (reply["status"], reply["ename"], reply["evalue"]) == ("error", name, text)
    assert shown == {key: reply[key] for key in ("ename", "evalue", "traceback")}
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(shown["traceback"]))
    assert plain.startswith(f"{name}: {text}\n")
    assert code in plain
    assert "\x1b[" in shown["traceback"][0]


@pytest.mark.parametrize(
    ("code", "name", "hint"),
    [
        ("%matplotlib inline", "SyntaxError", "everything L1 offers is built in"),
        ("%%time\nprint(1)", "SyntaxError", "let start = time()"),
        ("%pip install numpy", "SyntaxError", "built in"),
        ("pip install numpy", "SyntaxError", "built in"),
        ("!pip install numpy", "SyntaxError", "built in"),
        ("print(1)\n!ls", "NameError", "runs no programs"),
        ("!ls -l data", "SyntaxError", "runs no programs"),
        ("print?", "SyntaxError", "write help(print)"),
        ("?print", "SyntaxError", "write help(print)"),
        ("xs.append??", "SyntaxError", "write help(append)"),
        ("let x = !ls", "NameError", "declare it first"),
        ("let x = true ?", "SyntaxError", ""),
    ],
)
def test_commands_of_other_notebooks_get_the_l1_way(kernel: Any, code: str, name: str, hint: str) -> None:
    reply = kernel.run(code).reply
    assert reply["ename"] == name
    hints = [line for line in reply["traceback"] if "hint: " in line]
    assert hint in "".join(hints)
    if not hint:
        assert "help" not in "".join(hints)


def test_a_call_stack_names_the_cells(kernel: Any) -> None:
    count = kernel.run("function halve(x) {\n  return x / 0\n}").reply["execution_count"]
    report = "\n".join(kernel.run("\nhalve(3)").reply["traceback"])
    assert f"in halve, cell {count}, line 2" in report
    assert f"cell {count + 1}, line 2" in report
    assert "Traceback" not in report
    assert ".py" not in report


def test_what_a_cell_made_before_its_error_is_kept(kernel: Any) -> None:
    assert kernel.run("let kept = 5\n1 / 0").reply["status"] == "error"
    assert kernel.run("kept").result == "5"


def test_nothing_of_a_cell_with_a_syntax_error_runs(kernel: Any) -> None:
    cell = kernel.run('print("ran")\nlet = 5')
    assert cell.reply["ename"] == "SyntaxError"
    assert cell.text() == ""


@pytest.mark.parametrize("status", [0, 3])
def test_exit_ends_the_cell_with_a_message_and_never_the_kernel(kernel: Any, status: int) -> None:
    cell = kernel.run(f'print("before")\nexit({status})\nprint("after")')
    assert cell.reply["status"] == "ok"
    assert "before" in cell.text()
    assert "after" not in cell.text()
    assert f"exit({status})" in cell.text()
    assert kernel.run("1 + 1").result == "2"


def test_endless_recursion_is_an_error_and_the_kernel_goes_on(kernel: Any) -> None:
    cell = kernel.run("function down(n) { return down(n + 1) }\ndown(0)")
    assert cell.reply["ename"] == "RuntimeError"
    assert "down" in cell.reply["evalue"]
    assert kernel.run("1 + 1").result == "2"


def test_a_value_too_large_to_show_is_the_error_of_its_cell(kernel: Any) -> None:
    cell = kernel.run("let n = 2 ** 300_000\nlet m = n ** 10\nm * n * n * n")
    assert cell.reply["ename"] == "MemoryError"
    assert "too long to show" in cell.reply["evalue"]
    assert kernel.run("m > n").result == "true"
