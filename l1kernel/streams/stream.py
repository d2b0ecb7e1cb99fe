"""The pull API that every stream has, whether its events are pushed, read or made by a pipeline."""

from __future__ import annotations

import html
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from l1kernel.errors import L1TypeError, StreamError
from l1kernel.runtime.printing import quoted
from l1kernel.runtime.registry import l1_type
from l1kernel.runtime.session import Session
from l1kernel.runtime.settings import Setting, read_setting
from l1kernel.runtime.values import article, as_integer, type_name
from l1kernel.streams.buffer import Buffer, Reader
from l1kernel.streams.calls import check_call
from l1kernel.streams.events import Entry, Events, table
from l1kernel.streams.interrupts import HeldBack
from l1kernel.streams.settings import StreamSettings
from l1kernel.streams.sinks import FunctionSink, open_sink
from l1kernel.streams.windows import WINDOW_SIZE

if TYPE_CHECKING:
    import pandas as pd

    from l1kernel.streams.pipeline import Stage

T = TypeVar("T")
LINGER = 0.05  # seconds that next_batch waits for a batch to fill up
FOREVER = 3600.0  # seconds; waits are taken up again, an interrupt ends them


@l1_type(
    "Stream",
    fields=("name",),
    methods=(
        "is_active", "next_batch", "next", "has_data", "get_latest", "push", "close", "stats", "late",
        "filter", "map", "key_by", "window", "aggregate", "sink",
    ),
)  # fmt: skip
class Stream(ABC):
    """Events in order of arrival, waiting in a buffer. A subclass says how they get there."""

    def __init__(self, session: Session, name: str, settings: StreamSettings, buffer: Buffer) -> None:
        self.session = session
        self.name = name
        self.settings = settings
        self._buffer = buffer
        self._reader = buffer.reader(name)
        self._columns: list[Any] = []
        self._poured = 0

    @abstractmethod
    def _begin(self) -> None:
        """Somebody asks for events: settle where they come from."""

    @abstractmethod
    def _fill(self, timeout: float) -> None:
        """Wait up to ``timeout`` seconds for more in the buffer; may return early."""

    @abstractmethod
    def _ended(self) -> bool:
        """Whether nothing will come after what is in the buffer."""

    @abstractmethod
    def _idle(self) -> bool:
        """Whether nothing is on its way, and only a push can change that."""

    @abstractmethod
    def _check(self) -> None:
        """Raise the error that stands between what was taken and what comes next, if there is one."""

    @abstractmethod
    def _derive(self, stage: Stage) -> Stream:
        """A pipeline with one stage more."""

    @abstractmethod
    def push(self, event: Any) -> None:
        """Add an event at the end."""

    @abstractmethod
    def close(self) -> None:
        """End the input; what has arrived can still be read."""

    @abstractmethod
    def stats(self) -> dict[str, Any]:
        """What happened in this stream so far."""

    @abstractmethod
    def late(self) -> Events:
        """The events that came after their window had closed, where the settings say ``late: "side"``."""

    def is_active(self) -> bool:
        """Whether there is an event to take, or may be: false once the input has ended and all of it was taken.

        Waits until that is known; a stream that is open to pushes is active without waiting.
        """
        self._begin()
        while not self._left():
            if self._ended():
                self._check()
                return False
            if self._idle():
                return True
            self._fill(FOREVER)
        return True

    def next_batch(self) -> pd.DataFrame:
        """Up to ``batch_size`` events as a table: once so many are there, the input ended, or a short time went by."""
        self._use()
        self._keep_busy()
        size = self.settings.batch_size
        until = time.monotonic() + LINGER
        while self._ready() < size and not self._ended():
            left = until - time.monotonic()
            if left <= 0 and (self._ready() or self._idle()):
                break
            self._fill(left if left > 0 else FOREVER)
        items = self._peek(size)
        frame = table(items, self._columns)
        self._columns = list(frame.columns)
        return self._hand_over(len(items), frame)

    def next(self) -> Any:
        """The next event; waits for one, null at the end."""
        self._use()
        while not self._ready():
            if self._ended():
                self._check()
                return None
            self._fill(FOREVER)
        return self._hand_over(1, self._peek(1)[0])

    def has_data(self) -> bool:
        """Whether an event can be taken now, without waiting."""
        if not self._ready():
            self._fill(0)
        return self._ready() > 0

    def get_latest(self, n: int = 1) -> Events:
        """The last ``n`` events that came, oldest first, as a List; they are not taken."""
        return Events(items_of(self._buffer.latest(as_integer(n, "The number of events"))))

    def filter(self, f: Callable[[Any], Any]) -> Stream:
        """A stream of the events for which ``f(event)`` is true."""
        return self._with("filter", f)

    def map(self, f: Callable[[Any], Any]) -> Stream:
        """A stream of what ``f(event)`` gives for each event."""
        return self._with("map", f)

    def key_by(self, f: Callable[[Any], Any]) -> Stream:
        """The same events in groups: those for which ``f(event)`` is equal share their windows."""
        return self._with("key_by", f)

    def window(self, size: Any = None) -> Stream:
        """A stream whose items are windows, Lists of events: a count, or a time such as "10s" of event time."""
        from l1kernel.streams.pipeline import Stage

        if size is None:
            if self.settings.window_size is None:
                raise StreamError(
                    f"Stream {quoted(self.name)} has no window_size",
                    hint='say one: window(10), window("5s"), or window_size in the settings of create_stream',
                )
            return self._derive(Stage("window", size=self.settings.window_size))
        setting = Setting("size", WINDOW_SIZE, None, 'window(10) counts events, window("10s") takes time')
        return self._derive(Stage("window", size=read_setting(setting, size, of="window")))

    def aggregate(self, f: Callable[[Events], Any]) -> Stream:
        """A stream of what ``f(events)`` gives for each window; without a window before it, the settings' one."""
        windowed = self if self._is_windowed() else self.window()
        return windowed._with("aggregate", f)

    def sink(self, target: Any) -> Any:
        """Pour everything up to the end of the stream into a List, a function, or a named sink such as "table"."""
        sink = open_sink(target, self.session, self.name)
        self._use()
        while self.is_active():
            if not self._ready():
                raise StreamError(
                    f"Stream {quoted(self.name)} is open to pushes, so it has no end to wait for",
                    hint="close() it when all is pushed, then pour it",
                )
            if isinstance(sink, FunctionSink):  # runs the program, so an interrupt may break it: the item stays then
                sink.write(self._peek(1), self._poured)
                self._hand_over(1, None)
            else:
                with HeldBack():
                    items = self._peek(self.settings.batch_size)
                    sink.write(items, self._poured)
                    self._taken(self._reader, len(items))
            self._poured += 1
            self._keep_busy()
        self._check()
        return sink.close()

    def l1_text(self) -> str:
        numbers = self.stats()
        return f"<Stream {self.name}: {self._state()}, {numbers['in']} in, {numbers['out']} out>"

    def l1_bundle(self) -> dict[str, str]:
        numbers = self.stats()
        rows = {"Stream": self.name, "State": self._state()} | {
            name.capitalize(): f"{numbers[name]:,}" for name in ("in", "out", "late", "dropped")
        }
        cells = "".join(
            f'<tr><th style="text-align: left">{name}</th><td style="text-align: left">{html.escape(value)}</td></tr>'
            for name, value in rows.items()
        )
        return {"text/plain": self.l1_text(), "text/html": f'<table class="l1-stream">{cells}</table>'}

    def __reduce__(self) -> Any:
        raise StreamError(f"Stream {quoted(self.name)} cannot travel to a task", hint="pass events, not the stream")

    def _state(self) -> str:
        return "ended" if self._ended() and not self._ready() else "open"

    def _is_windowed(self) -> bool:
        return False

    @abstractmethod
    def _keep_busy(self) -> None:
        """Let what works for this stream go on while the program is busy with a batch."""

    def _use(self) -> None:
        """Somebody takes events by this stream's own reader."""
        self._begin()
        self._reader.holding = True

    def _ready(self) -> int:
        """How many items can be taken now."""
        return self._buffer.waiting(self._reader) - self._buffer.missed(self._reader)

    def _left(self) -> int:
        """How many items ``is_active`` sees."""
        return self._ready()

    def _peek(self, count: int) -> list[Any]:
        if not self._ready() or self._buffer.missed(self._reader):
            self._check()
        return items_of(self._buffer.peek(self._reader, count))

    def _taken(self, reader: Reader, count: int) -> None:
        self._buffer.take(reader, count)

    def _hand_over(self, count: int, result: T) -> T:
        """Give a result that takes ``count`` items with it: both or, at an interrupt, none."""
        mark = self._buffer.mark(self._reader)
        try:
            self._taken(self._reader, count)
            return result
        except KeyboardInterrupt:
            self._buffer.back(self._reader, mark)
            raise

    def _with(self, verb: str, f: Any) -> Stream:
        from l1kernel.streams.pipeline import Stage

        if not callable(f):
            raise L1TypeError(
                f"{verb} needs a function, not {article(type_name(f))}", hint=f"as in stream.{verb}(x => ...)"
            )
        given = "a window's events" if verb == "aggregate" else "one event"
        check_call(f, None, what=f"{verb} calls its function with {given}", hint=f"as in stream.{verb}(x => ...)")
        return self._derive(Stage(verb, f))

    def _figures(self, *, arrived: int, late: int, newest: float, since: float | None) -> dict[str, Any]:
        """What ``stats()`` gives.

        ``newest`` is the greatest event time that came in, ``since`` the moment of the first. ``lag`` is in seconds of
        event time, 0 at the end, ``throughput`` in items given for each second since the first came.
        """
        buffer = self._buffer
        behind = buffer.given_time if math.isfinite(buffer.given_time) else buffer.oldest_time(self._reader)
        known = math.isfinite(behind) and math.isfinite(newest) and self._state() == "open"
        elapsed = 0.0 if since is None else time.time() - since
        return {
            "in": arrived,
            "out": buffer.given,
            "late": late,
            "dropped": buffer.dropped,
            "lag": max(0.0, newest - behind) if known else 0.0,
            "throughput": buffer.given / elapsed if elapsed > 0 else 0.0,
        }


def items_of(entries: list[Entry]) -> list[Any]:
    return [entry.item for entry in entries]


def note(session: Session, text: str) -> None:
    """One line for the reader of the running cell."""
    session.output.write(f"note: {text}\n")
