"""Runs one L1 program as an attacker would, and says what went wrong with it: nothing else may come out than a value
or an error in L1's words.

Used by the property tests, by the fuzzer and by the inputs kept in ``found/``.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pandas  # noqa: F401  an interrupted import is no fault of L1's
import sklearn.linear_model  # noqa: F401

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import render
from l1kernel.language.parse import completeness
from l1kernel.runtime.display import bundle
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

CONFORMANCE = Path(__file__).parents[1] / "conformance"
FOUND = Path(__file__).parent / "found"
LIMIT = 0.2  # seconds until a program that goes on is interrupted
LATE = 5.0  # seconds from there to its end: the promise is half a second, machines are busy

# Words of Python that no message of L1's needs; quoted parts, which are the program's own, are left out before.
PYTHON = re.compile(
    r"\b(?:NoneType|ndarray|Series|tuple|numpy|pandas|dtype|Traceback|Exception|__\w+__|ssize_t|ufunc|dunder|unhashable"
    r"|unsupported operand|positional argument|keyword argument|not callable|not subscriptable|builtin_function)\b"
    r"|<class|<l1kernel|' object|\.py\b|0x[0-9a-f]{8}|Something went wrong"
)
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")


class Broken(AssertionError):
    """What came out of a program was neither a value nor an error of L1's."""


def check(text: str, limit: float = LIMIT) -> None:
    """Run a program and show its value. Raises Broken."""
    output = CapturedOutput()
    session = Session(output, folder=Path(__file__).parent, read_line=lambda prompt: "7")
    begun = time.monotonic()
    try:
        with interrupted_after(limit):
            completeness(text)
            outcome = session.run(text, name="cell")
            if outcome.error is None:
                try:
                    bundle(outcome.value)
                except Exception as exc:
                    outcome = type(outcome)(error=session.translate(exc))
    except KeyboardInterrupt:
        return
    except BaseException as exc:
        raise Broken(f"{type(exc).__name__}: {exc}") from exc
    finally:
        session.close()
        took = time.monotonic() - begun
    if took > limit + LATE:
        raise Broken(f"it took {took:.1f} s, {LATE} s more than it was given")
    if outcome.error is not None:
        _check_words(outcome.error, text)


def _check_words(error: Any, text: str) -> None:
    shown = render(error)
    if error.location is None and error.type != "Interrupted":
        raise Broken(f"no place: {shown}")
    found = PYTHON.search(QUOTED.sub("", f"{error.message}\n{error.hint or ''}"))
    if found is not None and found[0] not in text:
        raise Broken(f"{found[0]!r} is no word of L1: {shown}")


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """What L1 code runs inside gets KeyboardInterrupt after so long, as from the stop button."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def strike(number: int, frame: FrameType | None) -> None:
        if not armed:
            return
        signal.setitimer(signal.ITIMER_REAL, 0.02)  # a program may catch one
        if frame is not None and frame.f_globals.get("__name__", "l1kernel").startswith("l1kernel"):
            raise KeyboardInterrupt

    armed = True
    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@cache
def seeds() -> tuple[str, ...]:
    """The programs of the conformance suite, but for those that ask, wait or take long by intention."""
    texts = []
    for file in sorted(CONFORMANCE.glob("**/*.l1")):
        text = file.read_bytes().decode("utf-8", "replace")
        if len(text) < 3_000 and not re.search(r"\b(?:sleep|import|write_\w+|distributed_init|exit)\b", text):
            texts.append(text)
    return tuple(texts)


WORDS = (
    "let const function fn return if else elif while for in loop break continue and or not true false null try catch"
    " finally throw raise as import from end project match switch class print len map filter sorted range sum x y f e"
    " Error ValueError KeyError append keys items length upper join __class__ __builtins__ None $get array zeros table"
).split()
SIGNS = (
    "( ) [ ] { } ( ) [ ] { } , ; : . .. ..= = == != < <= > >= + - * / % ** += -= *= => -> ?"
    " | & || && ! # // /* */ \\ \n"
    ' " \' f" f\' """ {{ }} {x} $ @ ` ~ ^ ++ -- === :: “ ” ‘ ’ − （ ） ﬁ \u200b \ufeff \0 \t \r\n é 😀 ² ٣'
).split(" ")
LITERALS = '0 1 2.5 1e308 -1 10 0xff 0b1 1_000 "a" "" \'b\' f"{x}" f"{1:.2f}" [] [1,2] {} {a:1} x=>x'.split()
TOKENS = (*WORDS, *SIGNS, *LITERALS)
