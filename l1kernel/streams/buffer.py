"""Events between their arrival and their being taken, for several readers. Pure: no clock, no lock."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakSet

from l1kernel.streams.events import Entry


class Reader:
    """One who takes events, at its own pace. Positions count the stream's events from 0.

    ``holding``: the buffer keeps for it what it has not taken.
    """

    __slots__ = ("__weakref__", "holding", "label", "position")

    def __init__(self, label: str, position: int, *, holding: bool) -> None:
        self.label = label
        self.position = position
        self.holding = holding


class Buffer:
    """At most ``size`` events that the slowest holding reader has not taken, and some of the latest before those.

    A reader that nobody keeps any more stops holding.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.dropped = 0
        self._entries: list[Entry] = []
        self._start = 0
        self._readers: WeakSet[Reader] = WeakSet()

    def reader(self, label: str, position: int = 0, *, holding: bool = True) -> Reader:
        """A new reader that will take the events from ``position`` on."""
        reader = Reader(label, position, holding=holding)
        self._readers.add(reader)
        return reader

    @property
    def end(self) -> int:
        """How many events have arrived."""
        return self._start + len(self._entries)

    @property
    def taken(self) -> int:
        """How many events the foremost reader has taken."""
        return max((reader.position for reader in self._readers), default=0)

    @property
    def held(self) -> int:
        """The position of the first event that is kept for a reader."""
        holding = [reader.position for reader in self._readers if reader.holding]
        return min(holding, default=self._start)

    @property
    def room(self) -> int:
        """How many events can arrive before one must be taken or dropped."""
        return self.size - (self.end - self.held)

    def slowest(self) -> Reader | None:
        """The holding reader that has taken least."""
        return min((reader for reader in self._readers if reader.holding), key=lambda r: r.position, default=None)

    def add(self, entries: Iterable[Entry]) -> None:
        """Events arrive; the caller has seen to ``room``."""
        self._entries.extend(entries)
        spare = len(self._entries) - 2 * self.size
        if spare > 0:
            self._forget(min(self.held, self.end - self.size))

    def drop_oldest(self) -> None:
        """Make room for one event: the readers that have not taken the oldest one never see it."""
        oldest = self.held
        for reader in self._readers:
            if reader.holding and reader.position == oldest:
                reader.position += 1
        self.dropped += 1

    def waiting(self, reader: Reader) -> int:
        """How many events the reader can take."""
        return self.end - reader.position

    def missed(self, reader: Reader) -> int:
        """How many events went by that the reader has not taken and cannot any more."""
        return max(0, self._start - reader.position)

    def peek(self, reader: Reader, limit: int) -> list[Entry]:
        """The next events for the reader, at most ``limit``; it has not taken them yet."""
        at = reader.position - self._start
        return self._entries[at : at + limit]

    def latest(self, count: int) -> list[Entry]:
        """The last events that arrived, oldest first; at most ``size`` are known."""
        count = min(count, self.size)
        return self._entries[-count:] if count > 0 else []

    def _forget(self, position: int) -> None:
        del self._entries[: position - self._start]
        self._start = position
