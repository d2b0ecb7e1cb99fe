"""The clock, waiting, interrupts, questions, random numbers."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from l1kernel.runtime.session import Outcome, Session


def interrupted(session: Session, program: str, *, after: float) -> tuple[Outcome, float]:
    """Run a program, press stop, and say how long it took from then to the outcome."""
    main = threading.main_thread().ident
    assert main is not None
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        signal.pthread_kill(main, signal.SIGINT)

    timer = threading.Timer(after, press)
    timer.start()
    try:
        outcome = session.run(program, name=program)
    finally:
        timer.cancel()
    assert pressed, "the program ended before it was stopped"
    return outcome, time.monotonic() - pressed[0]


@pytest.mark.parametrize(
    "program", ["sleep(60)", "let ys = sorted(xs)", "xs.sort()", "let t = to_string(xs)", "let s = std(xs)"]
)
def test_stop_ends_what_takes_long_and_the_session_goes_on(program: str, session: Session) -> None:
    xs = session.globals["xs"] = [random.random() for _ in range(4_000_000 if "xs" in program else 0)]
    before = xs[:100]
    outcome, delay = interrupted(session, program, after=0.2)
    assert outcome.error is not None
    assert outcome.error.type == "Interrupted"
    assert delay < 0.5
    assert xs[:100] == before
    assert session.run("len(xs)", name="next").value == len(xs)


def test_time_always_grows_and_is_one_clock(shows: Callable[[str], str]) -> None:
    assert shows("let ts = map(0..10000, i => time())\nprint(all(1..10000, i => ts[i] > ts[i - 1]))") == "true"
    ask = "from l1kernel.stdlib.time import time; print(repr(time()))"
    before = time.time()
    there = float(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout)
    assert before <= there <= time.time()


def test_sleep_takes_its_time(shows: Callable[[str], str]) -> None:
    assert shows("let t = time()\nsleep(0.25)\nprint(time() - t >= 0.25, time() - t < 5)") == "true true"
    assert shows("sleep(-1)").startswith("ValueError: Cannot sleep for -1 seconds")
    assert shows("sleep(null)").startswith("TypeError: sleep needs a number, not null")


def test_current_time_reads_as_iso(shows: Callable[[str], str]) -> None:
    assert (
        shows('print(current_time().substring(4, 5), len(current_time()), current_time().contains("T"))') == "- 19 true"
    )


def test_the_same_seed_gives_the_same_numbers(shows: Callable[[str], str]) -> None:
    draw = "map(0..5, i => random_int(1, 1000))"
    assert shows(f"seed(7)\nlet a = {draw}\nseed(7)\nprint(a == {draw}, a == {draw})") == "true false"
    assert shows("print(all(0..1000, i => random() >= 0 and random() < 1), random_int(3, 3))") == "true 3"
    assert shows("random_int(6, 1)").startswith("ValueError: random_int has nothing to choose")


def test_a_run_without_stdin_says_so(shows: Callable[[str], str]) -> None:
    assert shows('input("name? ")').startswith("RuntimeError: This run has no stdin")
    assert shows("read_number()").startswith("RuntimeError: This run has no stdin")


@pytest.mark.parametrize(
    ("typed", "program", "shown"),
    [
        ("Ada", 'print("Hi", input("? "))', "? Hi Ada\n"),
        (" 3.50 ", "print(read_number())", "3.5\n"),
        ("1_000", "print(read_number() + 1)", "1001\n"),
    ],
)
def test_questions_are_answered(typed: str, program: str, shown: str, session: Session) -> None:
    output: Any = session.output

    def answer(prompt: str) -> str:
        output.write(prompt)
        return typed

    session.read_line = answer
    assert session.run(program, name="cell").error is None
    assert output.text == shown


def test_exit_ends_the_program_with_its_status(session: Session) -> None:
    outcome = session.run('try { exit(3) } catch e { print("caught") } print("after")', name="cell")
    assert (outcome.exit_status, outcome.error) == (3, None)
