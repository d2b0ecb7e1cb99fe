"""Tumbling windows: which events belong together, and when that is settled. Pure: entries in, closed windows out."""

from __future__ import annotations

import math
import sys
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

    A window closes when the watermark reaches its end; windows close in order of time, those of the same time in the
    order in which their keys came.
    """

    def __init__(self, size: float) -> None:
        self.size = size
        self._seen = -math.inf
        self._first_open = -math.inf
        self._open: dict[float, dict[Any, Events]] = {}

    @property
    def watermark(self) -> float:
        """No window that closes from now on begins before this."""
        return self._first_open * self.size

    def add(self, entry: Entry) -> bool:
        """Put an entry into its window; False where that has closed: the entry is late."""
        index = self.index(entry.time)
        if index < self._first_open:
            return False
        self._open.setdefault(index, {}).setdefault(entry.key, Events()).append(entry.item)
        return True

    def advance(self, watermark: float) -> Iterator[Entry]:
        """The windows that close now. An entry's item is the window's events, its time the window's beginning."""
        if watermark <= self._seen:
            return
        self._seen = watermark
        first_open = self.index(watermark)
        if first_open > self._first_open:
            self._first_open = first_open
            for index in sorted(index for index in self._open if index < first_open):
                begin = index * self.size
                for key, events in self._open.pop(index).items():
                    yield Entry(events, begin, begin, key)

    def index(self, time: float) -> float:
        """The number of the window that holds a time, a whole number where the time is finite."""
        if math.isinf(time):
            return time
        ratio = time / self.size
        nearest = round(ratio)
        # 0.3 / 0.1 is a little below 3: what floats cannot tell from a multiple is one
        if abs(ratio - nearest) <= 4 * sys.float_info.epsilon * abs(ratio):
            return nearest
        return math.floor(ratio)


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
