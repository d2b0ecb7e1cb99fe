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
