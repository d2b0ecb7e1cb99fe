"""The stop button. The deadline of half a second is the promise itself."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

PROMISE = 0.5  # seconds from an interrupt to the error reply
DEADLINE = 20.0  # seconds, to tell late from never


def interrupt_after_start(kernel: Any, code: str) -> Any:
    request = kernel.start(code)
    kernel.until_running(request)
    pressed = time.monotonic()
    kernel.manager.interrupt_kernel()
    reply = kernel.reply(request, timeout=PROMISE)
    assert time.monotonic() - pressed < PROMISE
    assert reply["status"] == "error"
    kernel.until(request, lambda message: message["content"].get("execution_state") == "idle")
    return reply


@pytest.mark.parametrize(
    "code",
    [
        "while true { }",
        "loop: \n let x = 1\nend",
        "sleep(60)",
        "while true { print(1) }",
        'while true { try { sleep(10) } catch { print("no") } }',
        "function f(n) { return f2(n) }\nfunction f2(n) { return n == 0 ? 0 : f2(n - 1) }\nloop { f(500) }",
        "let xs = []\nfor i in 300000 { append(xs, random()) }\nloop { sorted(xs) }",
        "map(range(100000000), x => x)",
    ],
)
def test_a_cell_stops_and_the_session_stays(kernel: Any, code: str) -> None:
    kernel.run("let kept = [1, 2, 3]")
    interrupt_after_start(kernel, code)
    assert kernel.run("kept").result == "[1, 2, 3]"


LARGE = """
let xs = map(0..1000, i => i * 7919 % 1009) * 10000
let words = map(xs[0:1000], x => to_string(x)) * 1000
let big = 10 ** 900000
let text = "9" * 900000
let d = {}
for i in 100000 { d[i] = i }
"""


@pytest.fixture(scope="module")
def large(kernel: Any) -> Any:
    """The kernel, with a list of 10^7 numbers, a million words, an Integer of 900,001 digits."""
    reply = kernel.run(LARGE).reply
    assert reply["status"] == "ok", reply
    return kernel


@pytest.mark.parametrize(
    "code",
    [
        "sorted(xs)", "xs.sort()", "sorted(xs, reverse = true)", "sorted(xs, key = x => -x)", "sorted(words)",
        "sum(xs)",
        "map(xs, x => x)", "filter(xs, x => x > 3)", "print(xs)", "to_string(xs)", 'f"{xs}"', 'join(xs, ",")',
        "reversed(xs)", "-1 in xs", "contains(xs, -1)", "xs.remove(-1)", "xs == reversed(xs)", "enumerate(xs)",
        "zip(xs, xs)", "min(xs)", "max(xs, key = x => -x)", "any(xs, x => x < 0)", "reduce(xs, (a, b) => a + b)",
        "unique(xs)", "median(xs)", "std(xs)", "array(xs)", "xs + xs", "xs[1:]", "xs",
        "to_string(big)", "to_integer(text)", "div(big, 10 ** 400000)", "random_int(0, big)", "to_string(d)",
        "for x in xs { let y = x }", "let n = 0\nfor x in xs { for y in xs { n += y } }", "zeros(10 ** 7)",
    ],
)  # fmt: skip
def test_work_on_ten_million_items_stops(large: Any, code: str) -> None:
    request = large.start(f'loop {{\nprint("go")\n{code}\n}}')
    large.until_printed(request, "go")
    pressed = time.monotonic()
    large.manager.interrupt_kernel()
    assert large.reply(request, timeout=DEADLINE)["ename"] in ("Interrupted", "ValueError")
    assert time.monotonic() - pressed < PROMISE
    large.until(request, lambda message: message["content"].get("execution_state") == "idle")
    assert large.run("len(xs)").result == "10000000"


@pytest.mark.parametrize(
    "code",
    [
        "function f(n) { return f(n + 1) }\nloop { try { f(0) } catch { } }",
        "function f(n) { return g(n) }\nfunction g(n) { return map([n], f) }\nloop { try { f(0) } catch { } }",
        "function f() { try { f() } catch { f() } }\nf()",
        "let f = x => sorted([x, x], key = f)\nloop { try { f(0) } catch { } }",
        "loop { try { loop { } } catch { } finally { } }",
        'let s = "1 + " * 60000 + "1"\nloop { }',
    ],
)
def test_a_recursion_stops_however_deep(kernel: Any, code: str) -> None:
    interrupt_after_start(kernel, code)
    assert kernel.run("1 + 1").result == "2"


def test_a_long_parse_stops(kernel: Any) -> None:
    request = kernel.start("1 + " * 2_500_000 + "1")  # ten megabytes
    kernel.until_running(request)
    pressed = time.monotonic()
    kernel.manager.interrupt_kernel()
    assert kernel.reply(request)["status"] == "error"
    assert time.monotonic() - pressed < PROMISE
    kernel.until(request, lambda message: message["content"].get("execution_state") == "idle")
    assert kernel.run("1 + 1").result == "2"


@pytest.mark.parametrize(
    "loop",
    [
        "while true { a += 1; b += 1 }",
        "loop {\n a = a + 1\n b = b + 1\n}",
        "for i in 10 ** 12: a += 1; b += 1 end",
        "for i in 10 ** 12 { for j in 3 { a += 1; b += 1; if (j == 1) break } }",
        "for (let i = 0; i < 10 ** 12; i = i + 1) { a += 1; b += 1 }",
        "while true { try { a += 1 } finally { b += 1 } }",
        "function step() { a += 1; b += 1 }\nloop { step() }",
        "while true { a, c = a + 1, a; b = c + 1 }",
    ],
)
def test_an_interrupt_loses_no_variable(kernel: Any, loop: str) -> None:
    kernel.run("let a = 0; let b = 0; let c = 0")
    before = 0
    for _ in range(12):
        interrupt_after_start(kernel, loop)
        a, b = (int(text) for text in (kernel.run("[a, b]").result or "").strip("[]").split(","))
        assert a - 1 <= b <= a
        assert a > before or a == b == before
        before = a
        kernel.run("b = a")
    assert before > 0


def test_a_hundred_interrupts_in_a_row_lose_no_reply(kernel: Any) -> None:
    for _ in range(100):
        interrupt_after_start(kernel, "while true { }")
    assert kernel.run("1 + 1").result == "2"


def test_a_storm_of_signals_loses_no_reply(kernel: Any) -> None:
    over = threading.Event()

    def storm() -> None:
        chance = random.Random(7)
        while not over.wait(chance.uniform(0.0005, 0.008)):
            os.kill(kernel.pid, signal.SIGINT)

    thread = threading.Thread(target=storm)
    thread.start()
    try:
        replies = [kernel.run("for i in 3000 { }\nprint(1)\n1 + 1").reply["status"] for _ in range(150)]
    finally:
        over.set()
        thread.join()
    assert set(replies) <= {"ok", "error"}
    assert "error" in replies
    assert kernel.run("1 + 1").result == "2"


def test_an_interrupt_between_cells_harms_none(kernel: Any) -> None:
    for _ in range(20):
        kernel.manager.interrupt_kernel()
        kernel.ask("kernel_info_request")
        assert kernel.run("1 + 1").result == "2"


def test_an_interrupt_while_a_library_loads_does_not_break_it(start_kernel: Callable[..., Any]) -> None:
    kernel = start_kernel()
    for _ in range(5):
        request = kernel.start("mean(zeros(5))")
        kernel.until_running(request)
        kernel.manager.interrupt_kernel()
        kernel.finish(request)
    assert kernel.run("sum(ones(5))").result in ("5", "5.0")


def test_by_control_message_as_well(kernel: Any) -> None:
    request = kernel.start("while true { }")
    kernel.until_running(request)
    assert kernel.ask("interrupt_request", channel="control")["status"] == "ok"
    assert kernel.reply(request, timeout=PROMISE)["status"] == "error"
