"""The points of one dashboard: named series on one time axis, bounded in number, fed from any thread."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from math import isfinite

from l1kernel.errors import L1ValueError

KEPT_POINTS = 20_000  # of each series: what a browser still redraws 20 times a second
MAX_SERIES = 50  # more lines than that are no plot, and names made up in a loop must not fill the memory

Points = tuple[list[float], list[float]]
"""Seconds since the dashboard's first point, and the values; a value that is not finite is a gap (NaN)."""


class Series:
    """The last points of one name. ``total``, ``least`` and ``greatest`` are of all points that ever came."""

    def __init__(self, name: str, kept: int) -> None:
        self.name = name
        self.total = 0
        self.least = math.inf
        self.greatest = -math.inf
        self._points: deque[tuple[float, float]] = deque(maxlen=kept)

    def add(self, seconds: float, value: float) -> None:
        if not isfinite(value):
            value = math.nan
        elif value < self.least or value > self.greatest:
            self.least, self.greatest = min(value, self.least), max(value, self.greatest)
        self.total += 1
        self._points.append((seconds, value))

    def newest(self, count: int) -> Points:
        """The last ``count`` points, or as many as are kept."""
        skipped = max(0, len(self._points) - count)
        points = list(islice(self._points, skipped, None))
        return [seconds for seconds, _ in points], [value for _, value in points]

    def until(self, total: int) -> Points:
        """The points that were kept when there were ``total``, and still are."""
        seconds, values = self.newest(self.total)
        end = max(0, len(values) - (self.total - total))
        return seconds[:end], values[:end]

    @property
    def seconds(self) -> float:
        """The time of the newest point."""
        return self._points[-1][0]

    @property
    def last(self) -> float:
        """The newest value."""
        return self._points[-1][1]


class Dashboard:
    """``append`` may be called from any thread, and costs a few microseconds however much has come before."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter, kept: int = KEPT_POINTS) -> None:
        """``clock`` gives seconds that never run backwards; ``kept`` bounds the points of each series."""
        self.started_at = 0.0  # when the first point came, in seconds since 1970
        self.kept = kept
        self.series: dict[str, Series] = {}
        self._clock = clock
        self._start = 0.0
        self._taken: dict[str, int] = {}  # of each series: how many points take() has given
        self._lock = threading.Lock()

    def append(self, names: Sequence[str], values: Sequence[float]) -> None:
        """Add one point, at this moment, to each of the named series; L1ValueError past MAX_SERIES names."""
        with self._lock:
            if not self.series.keys() >= set(names):
                self._declare(names)
            seconds = self._clock() - self._start
            for name, value in zip(names, values, strict=True):
                self.series[name].add(seconds, value)

    def take(self) -> dict[str, Points]:
        """What arrived since the last call, by series: of each no more than is kept."""
        with self._lock:
            arrived = {}
            for name, series in self.series.items():
                fresh = series.total - self._taken.get(name, 0)
                if fresh:
                    arrived[name] = series.newest(fresh)
                    self._taken[name] = series.total
            return arrived

    def points(self) -> dict[str, Points]:
        """All points that are kept, but for those that ``take`` has yet to give."""
        with self._lock:
            return {name: self.series[name].until(taken) for name, taken in self._taken.items()}

    @property
    def seconds(self) -> float:
        """The time from the first point to the last."""
        with self._lock:
            return max((series.seconds for series in self.series.values()), default=0.0)

    def _declare(self, names: Sequence[str]) -> None:
        if not self.series:
            self._start, self.started_at = self._clock(), time.time()
        fresh = [name for name in names if name not in self.series]
        count = len(self.series) + len(fresh)
        if count > MAX_SERIES:
            raise L1ValueError(
                f"A dashboard shows at most {MAX_SERIES} series, this would be number {count}",
                hint="give the series the same names in each call",
            )
        self.series = {**self.series, **{name: Series(name, self.kept) for name in fresh}}
