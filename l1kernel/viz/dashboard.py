"""The points of one dashboard: named series on one time axis, bounded in number, fed from any thread."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence

from l1kernel.errors import L1ValueError

KEPT_POINTS = 20_000  # of each series: what a browser still redraws 20 times a second
MAX_SERIES = 50  # more lines than that are no plot, and names made up in a loop must not fill the memory

Points = tuple[list[float], list[float]]
"""Seconds since the dashboard's first point, and the values; a value that is not finite is a gap (NaN)."""


class Series:
    """The last points of one name. ``total`` counts all that ever came, ``last`` is the newest value as it came."""

    def __init__(self, name: str, kept: int) -> None:
        self.name = name
        self.total = 0
        self.last = math.nan
        self._times: deque[float] = deque(maxlen=kept)
        self._values: deque[float] = deque(maxlen=kept)

    def add(self, seconds: float, value: float) -> None:
        self.total += 1
        self.last = value
        self._times.append(seconds)
        self._values.append(value if math.isfinite(value) else math.nan)

    @property
    def points(self) -> Points:
        return list(self._times), list(self._values)

    @property
    def seconds(self) -> float:
        """The time of the newest point."""
        return self._times[-1]


class Dashboard:
    """``append`` may be called from any thread and costs a microsecond; one thread calls ``take`` and reads ``series``.

    ``clock`` gives seconds that never run backwards.
    """

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter, kept: int = KEPT_POINTS) -> None:
        self.started_at = time.time()  # seconds since 1970, for the axis label
        self.kept = kept
        self.series: dict[str, Series] = {}
        self._clock = clock
        self._start = clock()
        self._names: set[str] = set()
        self._arrived: deque[tuple[float, Sequence[str], Sequence[float]]] = deque()

    def append(self, names: Sequence[str], values: Sequence[float]) -> None:
        """Add one point, at this moment, to each of the named series; L1ValueError past MAX_SERIES names."""
        if not self._names.issuperset(names):
            self._declare(names)
        self._arrived.append((self._clock() - self._start, names, values))

    def take(self) -> dict[str, Points]:
        """Move what arrived since the last call into ``series``, and give it back."""
        taken: dict[str, Points] = {}
        for _ in range(len(self._arrived)):
            seconds, names, values = self._arrived.popleft()
            for name, value in zip(names, values, strict=True):
                series = self.series.get(name)
                if series is None:
                    series = self.series[name] = Series(name, self.kept)
                series.add(seconds, value)
                times, finite = taken.setdefault(name, ([], []))
                times.append(seconds)
                finite.append(value if math.isfinite(value) else math.nan)
        return taken

    @property
    def seconds(self) -> float:
        """The time from the first point to the last one taken."""
        return max((series.seconds for series in self.series.values()), default=0.0)

    def _declare(self, names: Sequence[str]) -> None:
        known = self._names.union(names)
        if len(known) > MAX_SERIES:
            raise L1ValueError(
                f"A dashboard shows at most {MAX_SERIES} series, this would be number {len(known)}",
                hint="give the series the same names in each call",
            )
        self._names = known
