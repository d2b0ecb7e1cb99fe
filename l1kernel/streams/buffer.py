"""Events between their arrival and their being taken, for several readers. Pure: no clock, no lock."""

from __future__ import annotations

import math
from collections.abc import Iterable
from weakref import WeakSet

from l1kernel.streams.events import Entry


class Reader:
    """One who takes events, at its own pace. Positions count the stream's events from 0.

    ``holding``: the buffer keeps for it what it has not taken. ``outstanding``: what it took and is still working on.
    """

    __slots__ = ("__weakref__", "holding", "label", "outstanding", "position", "taken")

    def __init__(self, label: str, position: int, *, holding: bool) -> None:
        self.label = label
        self.position = position
        self.holding = holding
        self.taken = 0
        self.outstanding = 0


class Buffer:
    """At most ``size`` events that the slowest holding reader has not taken, and some of the latest before those.

    A reader that nobody keeps any more stops holding. ``dropped`` counts events that were thrown away, ``given`` those
    that the foremost reader has taken, ``given_time`` is the greatest time of those.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.dropped = 0
        self.given = 0
        self.given_time = -math.inf
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
    def held(self) -> int:
        """The position of the first event that must be kept: no reader, or a holding one not, has taken it."""
        holding = [reader.position for reader in self._readers if reader.holding]
        return min(holding) if holding else max((reader.position for reader in self._readers), default=self._start)

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

    def take(self, reader: Reader, count: int) -> None:
        """The reader has the next ``count`` events."""
        if count:
            self.given_time = max(self.given_time, *(entry.time for entry in self.peek(reader, count)))
        reader.position += count
        reader.taken += count
        self.given = max(self.given, reader.taken)

    def mark(self, reader: Reader) -> tuple[int, int, int]:
        """Where the reader stands, for ``back``."""
        return reader.position, reader.taken, self.given

    def back(self, reader: Reader, mark: tuple[int, int, int]) -> None:
        """Undo what the reader took since ``mark``."""
        reader.position, reader.taken, self.given = mark

    def oldest_time(self, reader: Reader) -> float:
        """The time of the next event for the reader; infinite where there is none."""
        at = reader.position - self._start
        return self._entries[at].time if 0 <= at < len(self._entries) else math.inf

    def latest(self, count: int) -> list[Entry]:
        """The last events that arrived, oldest first; at most ``size`` are known."""
        count = min(count, self.size)
        return self._entries[-count:] if count > 0 else []

    def _forget(self, position: int) -> None:
        del self._entries[: position - self._start]
        self._start = position
