"""Python functions that tests send to workers; conftest puts this folder on the workers' path."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def slow_square(x: float, seconds: float = 0.05) -> float:
    time.sleep(seconds)
    return x * x


def note_start(folder: str, name: str) -> int:
    """Leave a file for this start; gives how many there are now."""
    mine = Path(folder)
    (mine / f"{name}-{time.time_ns()}-{os.getpid()}").touch()
    return len(list(mine.glob(f"{name}-*")))


def counted_square(folder: str, x: int, seconds: float = 0.02) -> int:
    note_start(folder, f"t{x}")
    time.sleep(seconds)
    return x * x


def die_first(folder: str, times: int) -> str:
    """Kill the worker at once in the first ``times`` starts."""
    if note_start(folder, "die") <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def fail_first(folder: str, times: int) -> int:
    count = note_start(folder, "fail")
    if count <= times:
        raise ValueError(f"failure {count}")
    return count


def hold_gil(seconds: float) -> None:
    """A long C call that keeps the GIL: nothing else of the process runs."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def stop_self() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(0.01)


def start_program(seconds: float, new_session: float) -> int:
    """Start a program that outlives the task, in this process group or in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep({seconds})"], start_new_session=bool(new_session)
    ).pid


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def big(size: int) -> bytes:
    return b"x" * size


def report_half() -> str:
    from l1kernel.cluster.worker import report_progress

    report_progress(0.5)
    time.sleep(1.0)
    return "done"


def needs_two(a: int, b: int) -> int:
    return a + b


def undefined() -> None:
    from l1kernel.errors import L1NameError

    raise L1NameError("Undefined variable 'nothing'")


def hoard(size: int) -> int:
    data = bytearray(size)
    data[:: os.sysconf("SC_PAGE_SIZE")] = b"x" * len(data[:: os.sysconf("SC_PAGE_SIZE")])
    time.sleep(30)
    return len(data)


def size_after(data: bytes, more: int, seconds: float) -> int:
    time.sleep(seconds)
    return len(data) + more


def doubled(data: bytes) -> bytes:
    return data + data
