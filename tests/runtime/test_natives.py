"""In loops and functions Python's own operation stands behind a test of types: results and errors are the helper's."""

from __future__ import annotations

import pytest

import l1kernel.stdlib  # noqa: F401
from l1kernel.diagnostics import render
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.session import Session

VALUES = [
    "1", "-2", "2.0", "2.5", "true", "null", "10 ** 30", '"ab"', '""', "[1, 2, 3]", "[]", "[[1, 2], [3, 4]]",
    '{a: 1, "x": [5]}', "{1: 2}", "1..4", "x => x", "print", "array([1, 2, 3])", "zeros([2, 2])", "table({a: [1, 2]})",
    'KeyError("k")', "{add: () => 7, n: 3, get: 4}", "(true ? [4] : 0)",
]  # fmt: skip
OPERATIONS = [
    "x[y]", "x[1]", 'x["a"]', "x[y][0]", "x[y + 1]", "x[len(x) - 1]", "x.a", "x.length", "x.len()", "len(x)", "x * y",
    "x / y", "x % y", "x in y", "not (x in y)", "x.upper()", "x.split(',')", "x.split()", "x.pop()", "x.pop(y)",
    "x.append(y)", "x.append(y);", "x.push(y); x", "x.get(y)", "x.get(y, 0)", 'x.get("a")', "x.has(y)", 'x.has("a")',
    "x.add()", "x.n()", "x.add(1)", "x.unknown(1)", "x[y] = 1; x", "x[0] = y; x", "x.a = y; x", "x[0][1] = y; x",
    "x[y][y] = 1; x", "x[0] += y; x", "x.a += 1; x", "x[y][0] *= 2; x", "append(x, y)", "(x / y) * x",
    "x.insert(0, y); x", "x.starts_with('a')", "x.missing", "x[(() => 0)()]", "(() => x)()[y]",
    "div(x, y)", "div(x, 2)", "x.div(0)", "len(x + x)", "x.trim()[0]", "x.a.b", "x._private", "x.upper(1)",
    "x.append()", "x[0].a = 1",
]  # fmt: skip


def outcome(session: Session, program: str) -> tuple[str, str]:
    """The value as text, and the whole error."""
    found = session.run(program, name="cell")
    value = to_text(session.globals["result"])
    return value, "" if found.error is None else render(found.error).replace(found.error.location.source, "cell")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_in_a_loop_is_the_one_outside(operation: str) -> None:
    text = operation.removesuffix(";")
    first, _, last = text.rpartition("; ")
    if last == text and operation[-1] != ";" and "=" not in text:
        text = f"result = {last}"
    elif last == "x":
        text = f"{first}; result = x"
    session = Session(CapturedOutput())
    for x in VALUES:
        for y in VALUES[:13:2]:
            head = f"let result = 0\nlet x = {x}\nlet y = {y}\n"
            # both blocks run once, and the code stands at the same place
            loop, plain = f"{head}for once in 1:\n{text}\nend", f"{head}if 1 == 1  :\n{text}\nend"
            assert outcome(session, loop) == outcome(session, plain), f"x = {x}, y = {y}"
    session.close()


def test_natives_give_what_the_built_in_gives() -> None:
    names = {name for name, record in builtins().items() if record.natives}
    assert {"append", "push", "pop", "get", "has", "upper", "split", "len"} <= names


def test_a_function_calls_what_a_later_cell_puts_in_the_place_of_a_built_in() -> None:
    output = CapturedOutput()
    session = Session(output)
    for text in (
        "function f(x) { let xs = [1]\nreturn [len(xs), len(x), len([x, x]), div(7, 2)] }\nprint(f([1]))",
        "function len(x) { return 99 }\nlet div = (a, b) => 0",
        "print(f([1]))\nlet len = 5",
        "print(f([1]))",
    ):
        assert session.run(text, name="cell").error is None
    assert output.text == "[1, 1, 2, 3]\n[99, 99, 99, 0]\n[1, 1, 2, 0]\n"
    session.close()


def test_an_operand_is_evaluated_once_and_in_order() -> None:
    program = """
let seen = []
function at(name, value) { seen.append(name); return value }
function run() {
    at("a", [1, 2])[at("b", 0)]
    at("c", 2) * at("d", "x")
    at("e", 6) / at("f", 4)
    at("g", "k") in at("h", {k: 1})
    at("i", {k: 1})[at("j", "k")] = at("k", 3)
    at("l", [[0]])[at("m", 0)][0] = at("n", 3)
    at("o", {}).p = at("p", 1)
    at("q", []).append(at("r", 1))
    at("s", {f: x => x}).f(at("t", 1))
    at("u", [1])[at("v", 0)] += at("w", 1)
    at("x", null) * at("y", 2)
}
try { run() } catch (e) { }
let result = seen.join("")
"""
    session = Session(CapturedOutput())
    assert outcome(session, program)[0] == "abcdefghijklmnopqrstuvwxy"
