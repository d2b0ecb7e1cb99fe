"""Readings of sensors that do not exist: the same seed gives the same readings."""

from __future__ import annotations

import math
import random
from typing import Any

PACE = 0.1  # seconds between two batches, so that a plot of them moves
LONGEST = 3.0  # seconds that all batches may take
START = 1_750_000_000.0  # event time of the first reading; a batch spans one second of event time
ROUNDING = 1e-6  # of a pace: after `due` seconds the batch is due, whatever the division rounds to
BLOCK = 200  # one reading in so many is an anomaly


class SimulatedSource:
    """Exactly ``batches`` batches of ``size`` readings, a batch every 0.1 s, or faster if there are many.

    A reading is ``{"timestamp": seconds, "sensor": name, "value": number}``. Usual values lie between 25 and 65,
    two anomalies of three above 90, the third below 5.
    """

    def __init__(self, batches: int, size: int, seed: int) -> None:
        self._total = batches * size
        self._size = size
        self._pace = min(PACE, LONGEST / batches)
        self._random = random.Random(seed)
        self._block = min(BLOCK, self._total)
        self._anomaly = self._random.randrange(self._block)
        self._given = 0
        self._started: float | None = None

    def gather(self, limit: int) -> None:
        """Nothing: the events are at hand."""

    def next_batch(self, limit: int, now: float) -> list[Any] | None:
        if self._given >= self._total:
            return None
        if self._started is None:
            self._started = now
        due_batches = 1 + math.floor((now - self._started) / self._pace + ROUNDING)
        count = max(0, min(limit, due_batches * self._size - self._given, self._total - self._given))
        return [self._reading() for _ in range(count)]

    def due(self, now: float) -> float:
        if self._started is None:
            return 0.0
        return max(0.0, self._started + (self._given // self._size) * self._pace - now)

    def snapshot(self) -> int:
        return self._given

    def close(self) -> None:
        self._given = self._total

    def _reading(self) -> dict[str, Any]:
        number = self._given
        self._given += 1
        elapsed = number / self._size
        block, at = divmod(number, self._block)
        value = 45 + 12 * math.sin(elapsed) + max(-6.0, min(6.0, self._random.gauss(0, 2)))
        if at == self._anomaly:
            value = self._random.uniform(0, 4) if block % 3 == 2 else self._random.uniform(92, 120)
        if at == self._block - 1:
            self._anomaly = self._random.randrange(self._block)
        sensor = f"sensor-{self._random.randint(1, 3)}"
        return {"timestamp": START + elapsed, "sensor": sensor, "value": round(value, 2)}
