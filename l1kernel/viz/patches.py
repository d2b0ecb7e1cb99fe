"""What travels to the page while a cell runs: small numbered patches, each sent several times.

A front end that is busy skips display updates and shows the newest only, so each update carries the patches of the
last few as well, and now and then all points: the page applies what it has not seen.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Mapping
from typing import Any

from l1kernel.viz.dashboard import Dashboard, Points

RESENT = 10  # patches in each update, fewer where they are large
RESENT_POINTS = 2_000  # in all, of the patches that are sent again
WHOLE_EVERY = 100  # patches between two updates that carry all points, for a page that was hidden

Patch = dict[str, Any]
Columns = dict[str, Any]


class PatchWindow:
    """Numbers patches from 1 and keeps the last ones. ``sequence`` is the number of the newest."""

    def __init__(self) -> None:
        self.sequence = 0
        self._recent: deque[Patch] = deque()

    def add(self, arrived: Mapping[str, Points], dashboard: Dashboard) -> list[Patch]:
        """The patches to send now that these points arrived."""
        self.sequence += 1
        while len(self._recent) >= RESENT or sum(map(points_in, self._recent)) > RESENT_POINTS:
            self._recent.popleft()
        self._recent.append({"sequence": self.sequence, "whole": False, "series": columns(arrived)})
        if self.sequence % WHOLE_EVERY == 0:
            return [{"sequence": self.sequence, "whole": True, "series": columns(dashboard.points())}]
        return list(self._recent)


def columns(points: Mapping[str, Points]) -> list[Columns]:
    """Points as JSON: name, a column of seconds and one of values of each series, None for a gap."""
    return [
        {
            "name": name,
            "time": [round(seconds, 6) for seconds in times],
            "value": [None if math.isnan(value) else value for value in values],
        }
        for name, (times, values) in points.items()
    ]


def script_json(value: Any) -> str:
    """JSON that is safe inside a script element: no text in it can close the element or open a comment."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def points_in(patch: Patch) -> int:
    """How many points a patch holds, of all its series."""
    return sum(len(columns["time"]) for columns in patch["series"])
