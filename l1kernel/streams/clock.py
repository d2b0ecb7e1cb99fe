"""Event time. Pure: ``now`` is passed in, so a test moves it and never waits."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from l1kernel.errors import StreamError
from l1kernel.runtime.printing import to_repr

DEFAULT_FIELD = "timestamp"


class EventClock:
    """Gives each event its time, in order of arrival, and keeps the watermark.

    The watermark is the greatest event time seen less ``delay``: what is older than it is not expected any more.
    ``field`` names the entry with an event's time, in seconds. Without one, an event's number under ``timestamp``
    is its time if it has that, else the moment of its arrival.
    """

    def __init__(self, field: str | None = None, delay: float = 0.0) -> None:
        self.field = field
        self.delay = delay
        self.watermark = -math.inf
        self.latest = -math.inf
        self._now = -math.inf

    def stamp(self, event: Any, now: float) -> tuple[float, float]:
        """The event's time and the watermark at its arrival, before the event itself moves that.

        ``now`` is in seconds, as ``time()``. Raises StreamError where ``field`` is set and gives no number.
        """
        self._now = max(self._now, now)  # the machine's clock may be set back; arrivals keep their order
        time = self._time_of(event)
        before = self.watermark
        self.latest = max(self.latest, time)
        self.watermark = self.latest - self.delay
        return time, before

    def _time_of(self, event: Any) -> float:
        if isinstance(event, dict):
            stamp = event.get(self.field or DEFAULT_FIELD)
            if isinstance(stamp, Real) and not isinstance(stamp, bool) and math.isfinite(stamp):
                return float(stamp)
        if self.field is None:
            return self._now
        raise StreamError(
            f'The event {to_repr(event)[:80]} has no time: "{self.field}" must be a number of seconds',
            hint='"timestamp" in the stream\'s settings names the field; without it the moment of arrival counts',
        )
