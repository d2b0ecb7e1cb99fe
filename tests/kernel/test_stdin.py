"""input and read_number ask over the stdin channel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

DEADLINE = 20.0


def answer(kernel: Any, text: str) -> str:
    """Wait for the kernel's question, answer it; gives the prompt."""
    question = kernel.client.get_stdin_msg(timeout=DEADLINE)
    assert question["msg_type"] == "input_request"
    assert question["content"]["password"] is False
    kernel.client.input(text)
    return str(question["content"]["prompt"])


def test_a_line_is_asked_for_and_given(kernel: Any) -> None:
    request = kernel.start('print("before")\nlet name = input("Name? ")\nprint("Hello " + name)', allow_stdin=True)
    kernel.until_printed(request, "before")
    assert answer(kernel, "Ada") == "Name? "
    assert kernel.finish(request).text() == "Hello Ada\n"


def test_a_question_waits_for_a_front_end_that_connects_late(start_kernel: Callable[..., Any]) -> None:
    kernel = start_kernel()
    late = BlockingKernelClient()  # with an identity of its own, which the manager's clients share
    late.load_connection_info(kernel.manager.get_connection_info())
    late.start_channels(stdin=False)
    try:
        request = late.execute('print("before")\ninput("Name? ")', allow_stdin=True)
        kernel.until_printed(request, "before")
        assert late.stdin_channel.is_alive()  # connects only now
        question = late.get_stdin_msg(timeout=DEADLINE)
        assert question["content"]["prompt"] == "Name? "
        late.input("Ada")
        assert late.get_shell_msg(timeout=DEADLINE)["content"]["status"] == "ok"
    finally:
        late.stop_channels()


def test_numbers_are_read_as_numbers(kernel: Any) -> None:
    request = kernel.start('read_number("n: ") + 1', allow_stdin=True)
    answer(kernel, "41")
    assert kernel.finish(request).result == "42"


def test_where_nobody_can_answer_the_error_says_so(kernel: Any) -> None:
    reply = kernel.run('input("Name? ")', allow_stdin=False).reply
    assert reply["ename"] == "RuntimeError"
    assert "no stdin" in reply["evalue"]


def test_the_end_of_input_is_an_l1_error(kernel: Any) -> None:
    request = kernel.start("input()", allow_stdin=True)
    answer(kernel, "\x04")
    assert kernel.finish(request).reply["ename"] == "RuntimeError"


def test_an_interrupt_ends_the_waiting(kernel: Any) -> None:
    request = kernel.start("input()", allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=DEADLINE)
    pressed = time.monotonic()
    kernel.manager.interrupt_kernel()
    assert kernel.reply(request, timeout=0.5)["status"] == "error"
    assert time.monotonic() - pressed < 0.5
    assert kernel.run("1 + 1").result == "2"
