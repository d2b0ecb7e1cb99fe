"""The items of a list, an array or a table's rows, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from l1kernel.runtime.values import Range, is_frame, plain


class ListSource:
    """Gives what was there when the stream was made, as fast as it is taken."""

    def __init__(self, items: Any) -> None:
        if isinstance(items, Range):
            self._items: Sequence[Any] = items.numbers  # never written out: it may be longer than memory
        else:
            self._items = items.to_dict("records") if is_frame(items) else [plain(item) for item in items]
        self._given = 0

    def gather(self, limit: int) -> None:
        """Nothing: the events are at hand."""

    def next_batch(self, limit: int, now: float) -> list[Any] | None:
        if self._given >= len(self._items):
            return None
        events = list(self._items[self._given : self._given + limit])
        self._given += len(events)
        return events

    def due(self, now: float) -> float:
        return 0.0

    def snapshot(self) -> int:
        return self._given

    def close(self) -> None:
        self._items = []
