"""Built-ins that call back, from several threads."""

from __future__ import annotations

import sys
from threading import Thread

import l1kernel.stdlib  # noqa: F401
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

PROGRAM = "for i in 3000 { map([1, 2], x => map([x], y => y)) }"


def test_the_limit_of_recursion_does_not_drift_between_threads() -> None:
    sessions = [Session(CapturedOutput()) for _ in range(4)]
    sessions[0].run(PROGRAM, name="first")
    before, interval = sys.getrecursionlimit(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=session.run, args=(PROGRAM,), kwargs={"name": "cell"}) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    sessions[0].run(PROGRAM, name="last")
    assert sys.getrecursionlimit() == before
