"""A stream whose events are pushed by the program or read from a source."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from l1kernel.errors import StreamError
from l1kernel.runtime.printing import quoted
from l1kernel.runtime.session import Session
from l1kernel.streams.buffer import Buffer, Reader
from l1kernel.streams.clock import EventClock
from l1kernel.streams.events import Entry, Events
from l1kernel.streams.interrupts import HeldBack
from l1kernel.streams.settings import StreamSettings
from l1kernel.streams.sources import open_source
from l1kernel.streams.stream import FOREVER, Stream, note

if TYPE_CHECKING:
    from l1kernel.streams.pipeline import Stage

CHUNK = 1000  # events that arrive before an interrupt may strike
PATIENCE = 2.0  # seconds that a push waits before it says why


class SourceStream(Stream):
    """A source is read only when somebody asks, so nothing runs behind the program's back.

    A stream with no source is open to pushes; asked for events before the first push it becomes a simulated one.
    """

    def __init__(self, session: Session, name: str, settings: StreamSettings) -> None:
        super().__init__(session, name, settings, Buffer(settings.buffer_size))
        self._source = open_source(settings)
        self._clock = EventClock(settings.timestamp, settings.watermark_delay)
        self._unstamped: deque[Any] = deque()
        self._closed = False
        self._exhausted = False
        self._failure: Exception | None = None
        self._first: float | None = None
        self._changed = threading.Condition()

    @property
    def newest(self) -> float:
        """The greatest event time seen."""
        return self._clock.latest

    @property
    def untouched(self) -> bool:
        """Whether nothing says yet where events come from."""
        return self._source is None and not self._closed and self._buffer.end == 0

    def settle(self) -> None:
        """Somebody wants events: an untouched stream becomes a simulated one, and says so."""
        if self.untouched:
            self._source = open_source(replace(self.settings, source="simulated"))
            note(
                self.session,
                f"stream {quoted(self.name)} has no source and nothing was pushed: it gives simulated readings",
            )

    def reader(self, label: str, parent: Reader | None = None) -> Reader:
        """One more reader, from where this stream itself stands; events are kept for it instead of for the parent."""
        (parent or self._reader).holding = False
        return self._buffer.reader(label, self._reader.position)

    def no_more(self) -> bool:
        """Whether nothing will arrive any more."""
        return (self._closed or self._exhausted) and not self._unstamped and self._failure is None

    def waits_for_push(self) -> bool:
        """Whether only a push can make something arrive."""
        return self._source is None and not self._closed

    def poll(self, reader: Reader, limit: int) -> int:
        """Ask the source, without waiting, so that up to ``limit`` events are there for the reader; gives how many."""
        self.check_missed(reader)
        missing = limit - self._buffer.waiting(reader)
        self._read(min(missing, self._buffer.room))
        return self._buffer.waiting(reader)

    def check_source(self) -> None:
        """Raise the error of a source, once, when all that came before it was taken; the next call goes on."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def check_room(self, reader: Reader) -> None:
        """Raise StreamError where this reader cannot get on: another one has not taken what fills the buffer."""
        if self._buffer.room > 0 or self._buffer.waiting(reader) or self.waits_for_push() or self.no_more():
            return
        slowest = self._buffer.slowest()
        raise StreamError(
            f"Stream {quoted(self.name)} cannot go on: its buffer of {self.settings.buffer_size} events is full "
            f"of what {quoted(slowest.label if slowest else self.name)} has not taken",
            hint="take from both in turn, or raise buffer_size",
        )

    def waiting(self, reader: Reader) -> int:
        """How many events the reader can take."""
        return self._buffer.waiting(reader)

    def due(self) -> float:
        """In how many seconds it is worth asking the source again; for ever where there is none to ask."""
        return FOREVER if self._source is None or self.no_more() else self._source.due(time.time())

    def entries(self, reader: Reader, limit: int) -> list[Entry]:
        """The reader's next events, which it has not taken yet."""
        return self._buffer.peek(reader, limit)

    def taken(self, reader: Reader, count: int) -> None:
        """The reader has its next ``count`` events."""
        self._taken(reader, count)

    def wait(self, timeout: float) -> None:
        """Sleep until something is pushed, taken or closed, or it is time to ask the source again."""
        with self._changed:
            self._changed.wait(min(timeout, self.due()))

    def watermark_after(self, entry: Entry) -> float:
        return max(entry.watermark, entry.time - self._clock.delay)

    def check_missed(self, reader: Reader) -> None:
        """Raise StreamError, once, where events went by that the reader should have had."""
        missed = self._buffer.missed(reader)
        if missed:
            reader.position += missed
            raise StreamError(
                f"{missed} events of stream {quoted(self.name)} went by before {quoted(reader.label)} took them",
                hint="take from it earlier, or raise buffer_size; the next call goes on with what is there",
            )

    def push(self, event: Any) -> None:
        """Add an event at the end. StreamError after close, or where the stream has a source."""
        self._check_open()
        if self._source is not None:
            raise StreamError(
                f"Nothing can be pushed into stream {quoted(self.name)}: it reads from its source",
                hint="a stream without a source takes pushes, if the first one comes before the first event is taken",
            )
        if isinstance(event, dict):
            event = dict(event)  # the program may change its own afterwards
        if self._buffer.room <= 0:
            self._make_room()
        with HeldBack(), self._changed:
            self._unstamped.append(event)
            self._arrive(1)
            self._changed.notify_all()

    def close(self) -> None:
        """End the input; what has arrived can still be read."""
        with self._changed:
            self._closed = True
            if self._source is not None:
                self._source.close()
            self._changed.notify_all()

    def stats(self) -> dict[str, Any]:
        """Events in and out, dropped because the buffer was full, lag in seconds of event time, events per second.

        An event is late only in a window, so ``late`` counts in the windows' own streams.
        """
        return self._figures(arrived=self._buffer.end, late=0, newest=self.newest, since=self._first)

    def late(self) -> Events:
        """Always empty: an event is late only in a window."""
        return Events()

    def _check_open(self) -> None:
        if self._closed:
            raise StreamError(
                f"Nothing can be pushed into stream {quoted(self.name)}: it is closed",
                hint="create_stream makes a new one",
            )

    def _make_room(self) -> None:
        if self.settings.on_full == "error":
            raise StreamError(
                f"The buffer of stream {quoted(self.name)} is full: {self.settings.buffer_size} events wait",
                hint='take some with next_batch(), raise buffer_size, or set on_full to "drop_oldest"',
            )
        patience = PATIENCE
        with self._changed:
            while self._buffer.room <= 0:
                if self.settings.on_full == "drop_oldest":
                    self._buffer.drop_oldest()
                elif not self._changed.wait(patience):
                    if patience == PATIENCE:
                        note(self.session, f"a push into stream {quoted(self.name)} waits: its buffer is full")
                    patience = FOREVER
                self._check_open()

    def _read(self, limit: int) -> None:
        """Take what the source has now, at most ``limit`` events, into the buffer."""
        if limit <= 0:
            return
        if not self._unstamped and self._source is not None and not self._closed and not self._exhausted:
            try:
                if self._failure is None:
                    self._source.gather(limit)
            except Exception as error:
                self._failure = error
            with HeldBack():
                events = self._source.next_batch(limit, time.time())
                self._unstamped.extend(events or ())
                self._exhausted = events is None
        while limit > 0 and self._unstamped:
            with HeldBack():
                self._arrive(min(limit, CHUNK))
            limit -= CHUNK

    def _arrive(self, count: int) -> None:
        """Put the next ``count`` events into the buffer; one without a time is an error once and stops no other."""
        now = time.time()
        events, clock, entries = self._unstamped, self._clock, []
        try:
            for _ in range(min(count, len(events))):
                event = events.popleft()
                stamp, watermark = clock.stamp(event, now)
                entries.append(Entry(event, stamp, watermark))
        finally:
            if self._first is None:
                self._first = now
            self._buffer.add(entries)

    def _keep_busy(self) -> None:
        """Nothing works for this stream: its source is asked when somebody asks it."""

    def _front(self) -> Reader:
        """The reader that ``is_active`` speaks of: this stream's own, or a pipeline's if only pipelines take."""
        return self._reader if self._reader.holding else self._buffer.slowest() or self._reader

    def _left(self) -> int:
        front = self._front()
        return self._buffer.waiting(front) + front.outstanding

    def _begin(self) -> None:
        self.settle()

    def _ended(self) -> bool:
        return self.no_more()

    def _idle(self) -> bool:
        return self.waits_for_push()

    def _fill(self, timeout: float) -> None:
        reader = self._front()
        before = self._buffer.waiting(reader)
        if self.poll(reader, before + self.settings.batch_size) > before or self.no_more():
            return
        if not self._buffer.waiting(reader):
            self.check_source()
        self.check_room(reader)
        if timeout > 0:
            self.wait(timeout)

    def _check(self) -> None:
        self.check_missed(self._reader)

    def _taken(self, reader: Reader, count: int) -> None:
        with self._changed:
            self._buffer.take(reader, count)
            self._changed.notify_all()

    def _derive(self, stage: Stage) -> Stream:
        from l1kernel.streams.pipeline import Pipeline

        return Pipeline(self, (stage,), self)
