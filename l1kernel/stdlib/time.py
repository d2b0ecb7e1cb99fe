"""The clock, and waiting."""

from __future__ import annotations

import math
import time as clock
from datetime import datetime
from threading import Lock
from typing import Any

from l1kernel.errors import L1ValueError
from l1kernel.runtime.registry import builtin
from l1kernel.stdlib.arguments import float_of

_SLICE = 0.1  # seconds; between slices an interrupt or the end of a task is seen, on any thread and system

_lock = Lock()
_latest = 0.0


@builtin("time", area="time", example="time() < time()")
def time() -> float:
    """Give the seconds since 1970, each time a larger number than before."""
    global _latest  # one clock for the whole process, so that any two readings can be compared
    with _lock:
        _latest = max(clock.time_ns() / 1e9, math.nextafter(_latest, math.inf))
        return _latest


@builtin("current_time", area="time", example="len(current_time())")
def current_time() -> str:
    """Give the local date and time as text, like "2026-11-24T09:30:00"."""
    return datetime.now().isoformat(timespec="seconds")


@builtin("sleep", area="time", example="sleep(0.01)")
def sleep(seconds: Any) -> None:
    """Wait so many seconds; stop ends it at once."""
    duration = float_of(seconds, "sleep")
    if math.isnan(duration) or duration < 0:
        raise L1ValueError(f"Cannot sleep for {seconds} seconds", hint="give 0 or more seconds")
    end = clock.monotonic() + duration
    while (left := end - clock.monotonic()) > 0:
        clock.sleep(min(left, _SLICE))
