"""A function of the program, called for each event."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

SLICE = 0.02  # seconds of calling before what came so far is handed on
RETRY = 0.02  # seconds until a function that had nothing is asked again


class FunctionSource:
    """Calls ``function()`` in the kernel: it gives an event, a List of events (maybe empty), or null at the end."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self._answers: deque[Any] = deque()
        self._waiting: list[Any] = []
        self._given = 0
        self._ended = False

    def gather(self, limit: int) -> None:
        until = time.monotonic() + SLICE
        answers = self._answers
        while not self._ended and len(self._waiting) + len(answers) < limit:
            # straight into the deque: between the two an interrupt would lose the event
            answers.append(self._function())
            last = answers[-1]
            if last is None or isinstance(last, list) or time.monotonic() > until:
                break

    def next_batch(self, limit: int, now: float) -> list[Any] | None:
        while self._answers:
            answer = self._answers.popleft()
            if answer is None:
                self._ended = True
            elif isinstance(answer, list):
                self._waiting.extend(answer)
            else:
                self._waiting.append(answer)
        if self._ended and not self._waiting:
            return None
        events, self._waiting = self._waiting[:limit], self._waiting[limit:]
        self._given += len(events)
        return events

    def due(self, now: float) -> float:
        return 0.0 if self._waiting or self._answers else RETRY

    def snapshot(self) -> int:
        return self._given

    def close(self) -> None:
        self._ended = True
        self._answers.clear()
        self._waiting.clear()
