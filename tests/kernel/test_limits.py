"""What would take all memory or all time ends in an L1 error or its result; the kernel lives, the next cell works."""

from __future__ import annotations

import time
from typing import Any

import pytest

WITHIN = 15.0  # seconds, on a busy machine; alone each takes one or two

BIG = "9" * 2_000_000
NEST = 10_000


@pytest.mark.parametrize(
    ("code", "ends_in"),
    [
        ("9 ** 9 ** 9", "MemoryError"),
        ("pow(10, 10 ** 7)", "MemoryError"),
        ("let x = 10; x **= 10 ** 7", "MemoryError"),
        ("let x = 10; loop { x = x * x }", "MemoryError"),
        ("let x = 10; loop { x *= x }", "MemoryError"),
        ("to_string(10 ** 1100000)", "MemoryError"),
        ("len(to_string(10 ** 999999))", "1000000"),
        ("len(to_string(-(10 ** 999999)))", "1000001"),
        ('len(f"{10 ** 100000:>200000}")', "200000"),
        ('len(f"{10 ** 100000:d}")', "100001"),
        ('to_integer("9" * 10 ** 7)', "MemoryError"),
        ('to_integer("9" * 10 ** 6) % 7', "3"),
        ('to_integer("1" * 10 ** 6 + "x")', "ValueError"),
        ('to_float("1" * 10 ** 6 + "x")', "ValueError"),
        ('to_float("1." + "1" * 10 ** 6 + "x")', "ValueError"),
        ('"1" * 10 ** 6 + 1', "TypeError"),
        ("random_int(0, 10 ** 1000000) >= 0", "true"),
        ("1.5 + 10 ** 1000", "ValueError"),
        ('"a" * 10 ** 12', "MemoryError"),
        ('"a" * -(10 ** 30)', ""),
        ("[0] * 10 ** 12", "MemoryError"),
        ('("a" * 10 ** 5).replace("a", "b" * 10 ** 6)', "MemoryError"),
        ('join(["a"] * 10 ** 5, "b" * 10 ** 6)', "MemoryError"),
        ('split("a" * 10 ** 9, "")', "MemoryError"),
        ('f"{1:1000000000000}"', "MemoryError"),
        ('f"{1.5:.999999999f}"', "MemoryError"),
        ('format("{:{}}", 1, 10 ** 12)', ""),
        ('format("{0:{1}}", 1, 10 ** 12)', "MemoryError"),
        ('format("{0:" + "{0:" * 10000 + "}" * 10001, 1)', "ValueError"),
        ('format("{" + "9" * 10000 + "}", 1)', "ValueError"),
        ("zeros([10 ** 6, 10 ** 6])", "MemoryError"),
        ("zeros([2] * 40)", "ValueError"),
        ("linspace(0, 1, 10 ** 12)", "MemoryError"),
        ("arange(0, 1, 10 ** -12)", "MemoryError"),
        ("map(0..10 ** 12, x => x)", "MemoryError"),
        ("table({a: 0..10 ** 10})", "MemoryError"),
        ("let a, b = 0..10 ** 30", "ValueError"),
        ("[1].insert(10 ** 30, 2)", "[1, 2]"),
        ("median(0..10 ** 30) > 1", "true"),
        ("(0..10 ** 30)[10 ** 29]", "1" + "0" * 29),
        ("for i in 10 ** 30 { if (i == 3) break }\ni", "3"),
        ("let xs = []; xs.append(xs); xs", "[[...]]"),
        ("let xs = [1]; xs.append(xs); let ys = [1]; ys.append(ys); xs == ys", "RuntimeError"),
        ("let xs = []; xs.append(xs); let ys = []; ys.append(ys); sorted([xs, ys])", "RuntimeError"),
        ("let xs = []; xs.append(xs); array(xs)", "ValueError"),
        ("let d = {}; d.d = d; [d, table(d)[0], d == d]", ""),
        ("let xs = []; for i in 200000 { xs = [xs] }\nlen(to_string(xs))", "400002"),
        ("let xs = []; let ys = []; for i in 200000 { xs = [xs]; ys = [ys] }\nxs == ys", "RuntimeError"),
        ("let xs = []; for i in 60 { xs = [xs, xs] }\narray(xs)", "MemoryError"),
        ("let xs = [1]; for i in 28 { xs = [xs, xs] }\narray(xs)", "MemoryError"),
        ("let xs = []; for i in 60 { xs = [xs, xs] }\n[].remove(xs)", "ValueError"),
        ("let d = {}; for i in 100000 { d[to_string(i)] = i }\nd.missing", "KeyError"),
        ('{a: 1}["a" * 10 ** 8]', "KeyError"),
        ("{a: 1}[10 ** 10000]", "KeyError"),
        ('{a: 1}["²"]', "KeyError"),
        ('throw "x" * 10 ** 7', "RuntimeError"),
        ("function f(n) { return f(n + 1) }\nf(0)", "RuntimeError"),
        ("function f(n) { return g(n) }\nfunction g(n) { return f(n) }\nf(0)", "RuntimeError"),
        ("function f(n) { return map([n], f) }\nf(0)", "RuntimeError"),
        ("function f(n) { return sorted([n, n], key = f) }\nf(0)", "RuntimeError"),
        ("function f(a, b) { return reduce([a, b], f) }\nf(0, 1)", "RuntimeError"),
        ("function f(n = f()) { return n }\nf()", "RuntimeError"),
        ("function f(n) { try { return f(n) } catch (e) { throw e } }\nf(0)", "RuntimeError"),
        ("let d = {}; d.f = () => d.f()\nd.f()", "RuntimeError"),
        ('let f = x => f"{f(x)}"\nf(1)', "RuntimeError"),
        ("let f = x => x\nfor i in 50000 { let g = f; f = (h => x => h(x))(g) }\nf(1)", "RuntimeError"),
    ],
)
def test_a_limit_is_an_error_and_no_end_of_the_kernel(kernel: Any, code: str, ends_in: str) -> None:
    kernel.run("let kept = 42")
    begun = time.monotonic()
    request = kernel.start(code)
    reply = kernel.reply(request, timeout=2 * WITHIN)
    messages = kernel.until(request, lambda message: message["content"].get("execution_state") == "idle")
    assert time.monotonic() - begun < WITHIN
    if ends_in.endswith("Error"):
        assert reply.get("ename") == ends_in, reply
        assert len("\n".join(reply["traceback"])) < 5_000
    else:
        assert reply["status"] == "ok", reply
        results = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "execute_result"]
        assert not ends_in or results == [ends_in]
    kernel.run("xs = null; ys = null; x = null; d = null; f = null")
    assert kernel.run("kept").result == "42"


@pytest.mark.parametrize(
    "code",
    [
        "(" * NEST, "[" * NEST + "]" * NEST, "{a:" * NEST, "f(" * NEST, "x[" * NEST, 'f"{' * NEST, "(x => " * NEST,
        "if (1) { " * NEST + "}" * NEST, "if 1:\n" * NEST + "end\n" * NEST, "while (0) { " * NEST,
        "function f() { " * NEST, "try { " * NEST, "for i in 1 { " * 50 + "}" * 50, "loop {" * 30 + "break" + "}" * 30,
        "-" * NEST + "1", "not " * NEST + "1", "1 ** " * NEST + "1", "1 ? 1 : " * NEST + "1", "x => " * NEST + "1",
        "1 if 1 else " * NEST + "1", "a = " * NEST + "1",
        "let x = " + BIG, "1 + " * 1_000_000 + "1", ";" * 1_000_000, "[" + "1," * 1_000_000 + "]",
        "print" + "()" * 500_000, "x" + ".a" * 500_000, "x" + "[0]" * 500_000, 'f"' + "{1}" * 500_000 + '"',
        "x = = 1\n" * 50_000, "let " + "a" * 1_000_000 + "$", "print(" + "a" * 1_000_000 + ")", '"' + "a" * 5_000_000,
        "'" * 1_000_001, "/*" + "*" * 5_000_000, "\0" * 1_000_000, "§" * 1_000_000, '"' + "\\q" * 500_000 + '"',
        "x = 1\n" * 30_000 + "if (x) {\n", "{ a: 1, b: 2 " * 2_000, "if x:\n" * 150 + "y = 1\n", "end\n" * 50_000,
        "}" * 100_000, "else\n" * 50_000, "1 <" * 100_000, ", " * 100_000, "var x = 1\n" * 10_000, "x++\n" * 50_000,
    ],
    ids=lambda code: code[:20].encode("unicode_escape").decode(),
)  # fmt: skip
def test_an_endless_source_is_a_syntax_error(kernel: Any, code: str) -> None:
    begun = time.monotonic()
    request = kernel.start(code)
    reply = kernel.reply(request, timeout=3 * WITHIN)
    kernel.until(request, lambda message: message["content"].get("execution_state") == "idle")
    assert time.monotonic() - begun < WITHIN
    assert reply.get("ename") in ("SyntaxError", "NameError"), reply
    assert len("\n".join(reply["traceback"])) < 5_000
    assert kernel.run("6 * 7").result == "42"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("len(" + '"' + "a" * 2_000_000 + '")', "2000000"),
        ("# " + "a" * 5_000_000 + "\n1", "1"),
        ("/*" + "a*" * 2_000_000 + "*/1", "1"),
        ("\n" * 1_000_000 + "1", "1"),
        ("let " + "a" * 1_000_000 + " = 1\n1", "1"),
        ("0x" + "f" * 1_000_000 + " % 7", "1"),
        ("1." + "1" * 1_000_000 + " < 2", "true"),
        ("1" + " + 1" * 20_000, "20001"),
        ("x = 1\n" * 10_000 + "x", "1"),
        ("(" * 190 + "1" + ")" * 190, "1"),
        ("if (1) {" * 190 + "}" * 190 + "\n1", "1"),
        ("let f = " + "(x => " * 90 + "1" + ")" * 90 + "\n1", "1"),
    ],
    ids=lambda code: code[:20].encode("unicode_escape").decode(),
)
def test_a_long_source_runs(kernel: Any, code: str, value: str) -> None:
    cell = kernel.run(code)
    assert cell.reply["status"] == "ok", cell.reply["traceback"]
    assert cell.result == value
