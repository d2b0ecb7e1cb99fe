"""Tumbling windows: which events belong together, and when that is settled. Pure: entries in, closed windows out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from numbers import Real
from typing import Any, NamedTuple

from l1kernel.runtime.settings import Kind, integer, seconds
from l1kernel.streams.events import Entry, Events


class WindowSize(NamedTuple):
    """A number of events, or a span of event time in seconds; one of them is set."""

    events: int | None = None
    seconds: float | None = None


def _read_size(value: Any) -> WindowSize:
    if isinstance(value, str):
        span = seconds(value)
        if span <= 0:
            raise ValueError(value)
        return WindowSize(seconds=span)
    if isinstance(value, Real):
        return WindowSize(events=_COUNT.read(value))
    raise TypeError(value)


_COUNT = integer(1)
WINDOW_SIZE = Kind('a duration above 0 such as "5s" or "250ms", or a whole number of events of at least 1', _read_size)


class TimeWindows:
    """Windows ``[k * size, (k + 1) * size)`` of event time, one for each key.

    A window closes when the watermark reaches its end; windows close in order of their ends, those with the same end
    in the order in which their keys came.
    """

    def __init__(self, size: float) -> None:
        self.size = size
        self.watermark = -math.inf
        self._open: dict[int, dict[Any, Events]] = {}

    def add(self, entry: Entry) -> bool:
        """Put an entry into its window; False where that has closed: the entry is late."""
        index = self.index(entry.time)
        if self.end(index) <= self.watermark:
            return False
        self._open.setdefault(index, {}).setdefault(entry.key, Events()).append(entry.item)
        return True

    def advance(self, watermark: float) -> Iterator[Entry]:
        """The windows that close now. An entry's item is the window's events."""
        if watermark <= self.watermark:
            return
        for index in sorted(self._open):
            end = self.end(index)
            if end > watermark:
                break
            # just below its end, so that a window of windows still counts it as its own
            time = math.nextafter(end, -math.inf)
            for key, events in self._open.pop(index).items():
                yield Entry(events, time, self.watermark, key)
            self.watermark = end
        self.watermark = watermark

    def index(self, time: float) -> int:
        """The number of the window that holds a time."""
        index = math.floor(time / self.size)
        # the division rounds: 0.3 / 0.1 is below 3
        if self.end(index) <= time:
            return index + 1
        return index - 1 if index * self.size > time else index

    def end(self, index: int) -> float:
        return (index + 1) * self.size


class CountWindows:
    """Windows of ``size`` consecutive events, for each key; the last ones may be smaller."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.watermark = -math.inf
        self._open: dict[Any, list[Entry]] = {}
        self._full: list[Entry] = []

    def add(self, entry: Entry) -> bool:
        """Put an entry into its key's window. No entry is late."""
        window = self._open.setdefault(entry.key, [])
        window.append(entry)
        if len(window) == self.size:
            self._full.append(_closed(self._open.pop(entry.key)))
        return True

    def advance(self, watermark: float) -> Iterator[Entry]:
        """The windows that are full; with an infinite watermark, the input's end, all."""
        self.watermark = max(self.watermark, watermark)
        full, self._full = self._full, []
        yield from full
        if watermark == math.inf:
            remaining, self._open = self._open, {}
            for window in remaining.values():
                yield _closed(window)


def _closed(window: list[Entry]) -> Entry:
    last = window[-1]
    events = Events(entry.item for entry in window)
    return Entry(events, max(entry.time for entry in window), last.watermark, last.key)


def windows(size: WindowSize) -> TimeWindows | CountWindows:
    """Empty windows of that size."""
    if size.seconds is not None:
        return TimeWindows(size.seconds)
    assert size.events is not None
    return CountWindows(size.events)
