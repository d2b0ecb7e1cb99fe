"""When an interrupt may strike: only while a cell's own code runs.

An interrupt is SIGINT, from the stop button or from a control message. Between cells and in the kernel's own
bookkeeping it is not raised, so that no reply is ever lost to it.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REPEAT_AFTER = 0.3  # seconds; a storm of signals counts as one, a reader who presses stop again is heard
RETRY_AFTER = 0.01  # seconds
SHIELDED = frozenset({"importlib._bootstrap", "_frozen_importlib", "l1kernel.kernel.publish"})


class Interrupts:
    """The process's SIGINT handler; made in the main thread, where Python runs signal handlers."""

    def __init__(self) -> None:
        self._armed = False
        self._waiting = False
        self._struck = 0.0
        self._heard = 0.0
        self._runs = 0
        signal.signal(signal.SIGINT, self._handle)
        self._signals, self._arrivals = socket.socketpair()
        self._arrivals.setblocking(False)
        signal.set_wakeup_fd(self._arrivals.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._insist, daemon=True).start()

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
                return
            self._heard = self._struck = now
            raise KeyboardInterrupt
        self._heard = now

    def _insist(self) -> None:
        """Repeat a signal that struck nothing: it came in a shielded place, or so deep in a recursion that there was
        no call left for the handler, which then raised a RecursionError that the program may have caught.
        """
        while self._signals.recv(4096):
            run, arrived = self._runs, time.monotonic()
            time.sleep(RETRY_AFTER)
            if self._armed and self._runs == run and self._heard < arrived - RETRY_AFTER:
                interrupt_main()  # which arrives here again


def _is_shielded(frame: FrameType | None) -> bool:
    """Whether an exception here would break what cannot be mended: a half-imported library, a half-sent message."""
    while frame is not None:
        if frame.f_globals.get("__name__") in SHIELDED:
            return True
        frame = frame.f_back
    return False
