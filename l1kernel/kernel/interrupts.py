"""When an interrupt may strike: only while a cell's own code runs.

An interrupt is SIGINT, from the stop button or from a control message. Between cells and in the kernel's own
bookkeeping it is not raised, so that no reply is ever lost to it.
"""

from __future__ import annotations

import signal
import threading
import time
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REPEAT_AFTER = 0.3  # seconds; a storm of signals counts as one, a reader who presses stop again is heard
RETRY_AFTER = 0.02  # seconds
SHIELDED = frozenset({"importlib._bootstrap", "_frozen_importlib", "l1kernel.kernel.publish"})


class Interrupts:
    """The process's SIGINT handler; made in the main thread, where Python runs signal handlers."""

    def __init__(self) -> None:
        self._armed = False
        self._waiting = False
        self._struck = 0.0
        self._runs = 0
        signal.signal(signal.SIGINT, self._handle)

    def forget(self) -> None:
        """A new request: what was pressed before it does not concern it."""
        self._waiting = False

    @contextmanager
    def armed(self) -> Iterator[None]:
        """User code runs inside. Raises KeyboardInterrupt there, or at once if stop was pressed since ``forget``."""
        self._struck = 0.0
        self._runs += 1
        self._armed = True
        try:
            if self._waiting:
                raise KeyboardInterrupt
            yield
        finally:
            self._armed = False
            self._waiting = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self._armed:
            self._waiting = True
        elif now - self._struck >= REPEAT_AFTER:
            if _is_shielded(frame):
                retry = threading.Timer(RETRY_AFTER, self._retry, (self._runs,))
                retry.daemon = True
                retry.start()
            else:
                self._struck = now
                raise KeyboardInterrupt

    def _retry(self, run: int) -> None:
        if self._armed and self._runs == run:
            interrupt_main()


def _is_shielded(frame: FrameType | None) -> bool:
    """Whether an exception here would break what cannot be mended: a half-imported library, a half-sent message."""
    while frame is not None:
        if frame.f_globals.get("__name__") in SHIELDED:
            return True
        frame = frame.f_back
    return False
