"""What ``create_stream`` takes, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from l1kernel.errors import L1ValueError
from l1kernel.runtime.settings import TEXT, Kind, Setting, duration, integer, one_of, read_settings
from l1kernel.streams.windows import WINDOW_SIZE, WindowSize

OF = "create_stream"
BATCH_SIZE = 100

SETTINGS = (
    Setting("buffer_size", integer(1), 10_000, "how many events may wait to be taken"),
    Setting("window_size", WINDOW_SIZE, None, "the size of a window that is given none"),
    Setting("watermark_delay", duration(), 0.0, "how long events may come out of order before they are late", "s"),
    Setting("source", Kind("a source", lambda value: value), None, "where events come from; without one, push them"),
    Setting("batch_size", integer(1), None, "the greatest number of events of one batch, 100 unless said"),
    Setting("timestamp", TEXT, None, "the field with an event's time, a number of seconds"),
    Setting("on_full", one_of("block", "drop_oldest", "error"), "block", "what push does when the buffer is full"),
    Setting("late", one_of("drop", "side"), "drop", "whether late events are kept, to be read with late()"),
    Setting("batches", integer(1), 20, "how many batches a simulated source gives"),
    Setting("seed", integer(), 11, "what a simulated source starts its readings from"),
)


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """The checked settings of a stream; durations in seconds."""

    buffer_size: int
    window_size: WindowSize | None
    watermark_delay: float
    source: Any
    batch_size: int
    timestamp: str | None
    on_full: str
    late: str
    batches: int
    seed: int


def parse_settings(config: Any) -> StreamSettings:
    """A program's configuration, checked. L1TypeError or L1ValueError name the setting that is wrong."""
    values = read_settings(SETTINGS, config, of=OF)
    size = values["buffer_size"]
    if values["batch_size"] is None:
        values["batch_size"] = min(BATCH_SIZE, size)
    elif values["batch_size"] > size:
        raise L1ValueError(
            f'"batch_size" of {OF} must be at most "buffer_size", which is {size}, not {values["batch_size"]}',
            hint="make the buffer larger or the batches smaller",
        )
    return StreamSettings(**values)
