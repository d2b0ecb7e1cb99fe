"""A function of the program, called for each event."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SLICE = 0.02  # seconds of calling before what came so far is handed on
RETRY = 0.02  # seconds until a function that had nothing is asked again


class FunctionSource:
    """Calls ``function()`` in the kernel: it gives an event, a List of events (maybe empty), or null at the end."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._waiting: list[Any] = []
        self._given = 0
        self._ended = False

    def next_batch(self, limit: int, now: float) -> list[Any] | None:
        until = time.monotonic() + SLICE
        while len(self._waiting) < limit and not self._ended:
            event = self._function()
            if event is None:
                self._ended = True
            elif isinstance(event, list):
                self._waiting.extend(event)
            else:
                self._waiting.append(event)
            if event == [] or time.monotonic() > until:
                break
        if self._ended and not self._waiting:
            return None
        events, self._waiting = self._waiting[:limit], self._waiting[limit:]
        self._given += len(events)
        return events

    def due(self, now: float) -> float:
        return RETRY

    def snapshot(self) -> int:
        return self._given

    def close(self) -> None:
        self._ended = True
        self._waiting = []
