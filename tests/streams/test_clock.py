"""Event time and the watermark; time is moved, never waited for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l1kernel.errors import StreamError
from l1kernel.streams.clock import EventClock


def test_the_watermark_is_the_greatest_time_seen_less_the_delay() -> None:
    clock = EventClock("t", delay=2)
    assert [clock.stamp({"t": t}, now=0) for t in (10, 15, 12, 20)] == [
        (10, -math.inf),
        (15, 8),
        (12, 13),
        (20, 13),
    ]
    assert clock.watermark == 18


def test_without_a_field_the_timestamp_or_the_arrival_counts() -> None:
    clock = EventClock()
    assert clock.stamp({"timestamp": 3.5}, now=100)[0] == 3.5
    assert clock.stamp({"timestamp": "noon"}, now=101)[0] == 101
    assert clock.stamp({"timestamp": True}, now=102)[0] == 102
    assert clock.stamp(7, now=103)[0] == 103


def test_arrivals_keep_their_order_when_the_machine_clock_is_set_back() -> None:
    clock = EventClock()
    assert [clock.stamp(1, now)[0] for now in (50, 40, 60)] == [50, 50, 60]


@pytest.mark.parametrize("event", [{}, {"t": "noon"}, {"t": math.nan}, {"t": math.inf}, {"t": True}, 5])
def test_an_event_without_its_time_is_refused_and_moves_nothing(event: object) -> None:
    clock = EventClock("t")
    clock.stamp({"t": 1}, now=0)
    with pytest.raises(StreamError, match='"t" must be a number of seconds'):
        clock.stamp(event, now=99)
    assert clock.watermark == 1


@given(st.lists(st.floats(-1e9, 1e9)), st.floats(0, 1e6))
def test_the_watermark_never_runs_backwards(times: list[float], delay: float) -> None:
    clock = EventClock("t", delay)
    seen = []
    for time in times:
        clock.stamp({"t": time}, now=0)
        seen.append(clock.watermark)
    assert seen == sorted(seen)
    if times:
        assert clock.watermark == max(times) - delay
