"""Sections that an interrupt may not cut in half: an event that left its source must be in the stream."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class HeldBack:
    """``with HeldBack():`` an interrupt that comes inside strikes when the block is done. For short blocks."""

    def __enter__(self) -> None:
        self._came: list[tuple[int, FrameType | None]] = []
        self._handler = None
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if callable(handler):
                self._handler = handler
                signal.signal(signal.SIGINT, lambda number, frame: self._came.append((number, frame)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handler is None:
            return
        signal.signal(signal.SIGINT, self._handler)
        if self._came and error is None:
            self._handler(*self._came[0])
