"""Each source gives its events once, in order, within the limit; time is passed in."""

from __future__ import annotations

from typing import Any

import pytest

from l1kernel.runtime.values import Range
from l1kernel.streams.sources import Source
from l1kernel.streams.sources.function import FunctionSource
from l1kernel.streams.sources.listing import ListSource
from l1kernel.streams.sources.simulated import LONGEST, PACE, SimulatedSource


def everything(source: Source, limit: int) -> list[Any]:
    """All events, with a clock that jumps to whenever the source says."""
    events: list[Any] = []
    now = 1000.0
    while True:
        source.gather(limit)
        batch = source.next_batch(limit, now)
        if batch is None:
            return events
        assert len(batch) <= limit
        events += batch
        assert source.snapshot() == len(events)
        now += source.due(now)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_list_is_given_item_by_item(limit: int) -> None:
    assert everything(ListSource([5, {"a": 1}, None, "x"]), limit) == [5, {"a": 1}, None, "x"]


def test_a_range_is_never_written_out() -> None:
    numbers = Range(range(10**15))
    source = ListSource(numbers)
    assert source.next_batch(3, now=0.0) == [0, 1, 2]
    assert source.next_batch(2, now=0.0) == [3, 4]


def test_a_list_that_grows_later_does_not_change_the_stream() -> None:
    items = [1, 2]
    source = ListSource(items)
    items.append(3)
    assert everything(source, 10) == [1, 2]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_function_gives_events_lists_of_events_and_null_at_the_end(limit: int) -> None:
    answers = iter([1, [2, 3], [], {"a": 4}, [], [5, 6, 7], None])
    assert everything(FunctionSource(lambda: next(answers)), limit) == [1, 2, 3, {"a": 4}, 5, 6, 7]


def test_an_interrupted_function_loses_nothing() -> None:
    answers = iter([1, 2, KeyboardInterrupt, 3, None])

    def answer() -> Any:
        value = next(answers)
        if value is KeyboardInterrupt:
            raise KeyboardInterrupt
        return value

    source = FunctionSource(answer)
    with pytest.raises(KeyboardInterrupt):
        source.gather(10)
    assert everything(source, 10) == [1, 2, 3]


def test_simulated_readings_are_the_same_for_the_same_seed() -> None:
    first, again, other = (everything(SimulatedSource(20, 100, seed), 70) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 2000
    values = [reading["value"] for reading in first]
    usual = [value for value in values if 25 < value < 65]
    anomalies = [value for value in values if value > 90 or value < 5]
    assert len(usual) + len(anomalies) == len(values)
    assert len(anomalies) == 10
    stamps = [reading["timestamp"] for reading in first]
    assert stamps == sorted(stamps)
    assert stamps[-1] - stamps[0] == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize(("batches", "size"), [(1, 1), (2, 5), (20, 1), (500, 2)])
def test_a_simulated_source_always_has_an_anomaly_above(batches: int, size: int) -> None:
    events = everything(SimulatedSource(batches, size, seed=3), 10)
    assert len(events) == batches * size
    assert max(reading["value"] for reading in events) > 90


@pytest.mark.parametrize("batches", [1, 20, 1000])
def test_simulated_batches_come_at_a_pace_and_all_within_seconds(batches: int) -> None:
    source = SimulatedSource(batches, 10, seed=1)
    assert len(source.next_batch(1000, now=50.0) or ()) == 10
    if batches > 1:
        assert source.next_batch(1000, now=50.0) == []
        pause = source.due(50.0)
        assert 0 < pause <= PACE + 1e-9
        assert len(source.next_batch(1000, now=50.0 + pause) or ()) == 10
    source.next_batch(10 * batches, now=50.0 + LONGEST)
    assert source.next_batch(1, now=50.0 + LONGEST) is None
