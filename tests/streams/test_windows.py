"""Tumbling windows against a model that sees all events at once."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l1kernel.streams.clock import EventClock
from l1kernel.streams.events import Batch, Entry
from l1kernel.streams.steps import WindowStep
from l1kernel.streams.windows import WINDOW_SIZE, CountWindows, TimeWindows, WindowSize

SIZES = st.sampled_from([0.1, 0.25, 0.3, 1.0, 5.0, 60.0])
EVENTS = st.lists(st.tuples(st.floats(-50, 50), st.sampled_from("ab")), max_size=60)


def entries(times: list[tuple[float, str]], delay: float) -> tuple[list[Entry], float]:
    clock = EventClock("t", delay)
    made = []
    for number, (time, key) in enumerate(times):
        stamp, watermark = clock.stamp({"t": time}, now=0)
        made.append(Entry(number, stamp, watermark, key))
    return made, clock.watermark


@given(SIZES, st.floats(-1e6, 1e6))
def test_a_time_lies_in_its_window(size: float, time: float) -> None:
    index = TimeWindows(size).index(time)
    rounding = 1e-9 + 1e-15 * abs(time)
    assert index * size - rounding <= time < (index + 1) * size


@pytest.mark.parametrize(
    ("size", "time", "index"),
    [(0.1, 0.3, 3), (0.1, 1_750_000_000.3, 17_500_000_003), (5, 4.999, 0), (5, 5, 1), (5, -0.001, -1)],
)
def test_windows_are_aligned_to_multiples_of_their_size(size: float, time: float, index: int) -> None:
    assert TimeWindows(size).index(time) == index


def test_a_window_closes_when_the_watermark_reaches_its_end_and_not_before() -> None:
    windows = TimeWindows(5)
    windows.add(Entry("a", 1, -math.inf))
    windows.add(Entry("b", 6, 1))
    assert list(windows.advance(4.999)) == []
    assert [entry.item for entry in windows.advance(5)] == [["a"]]
    assert not windows.add(Entry("late", 4.9, 5))
    assert windows.add(Entry("in time", 5, 5))
    assert [entry.item for entry in windows.advance(math.inf)] == [["b", "in time"]]


def test_a_window_of_windows_counts_a_window_as_its_own() -> None:
    inner, outer = TimeWindows(5), TimeWindows(10)
    for time in (1, 6, 11):
        inner.add(Entry(time, time, -math.inf))
    for closed in inner.advance(math.inf):
        assert outer.add(closed)
    assert [entry.item for entry in outer.advance(math.inf)] == [[[1], [6]], [[11]]]


@given(EVENTS, SIZES, st.sampled_from([0.0, 1.0, 10.0]), st.lists(st.integers(1, 7), min_size=1))
def test_windows_and_late_events_do_not_depend_on_how_events_are_batched(
    times: list[tuple[float, str]], size: float, delay: float, cuts: list[int]
) -> None:
    made, watermark = entries(times, delay)
    step = WindowStep(WindowSize(seconds=size), appetite=1000, keep_late=True)
    got: list[list[int]] = []
    rest, turn = made, 0
    while rest:
        cut = cuts[turn % len(cuts)]
        part, rest = rest[:cut], rest[cut:]
        step.offer(Batch(part, rest[0].watermark if rest else watermark))
        turn += 1
        while step.ready():
            got += [list(entry.item) for entry in step.collect()[0].entries]
    step.finish()
    got += [list(entry.item) for entry in step.collect()[0].entries]

    model: dict[tuple[float, str], list[int]] = defaultdict(list)
    late = []
    windows = TimeWindows(size)
    for entry in made:
        index = windows.index(entry.time)
        if windows.index(entry.watermark) > index:
            late.append(entry.item)
        else:
            model[index, entry.key].append(entry.item)
    assert list(step.late) == late
    assert step.late_count == len(late)
    assert sorted(got) == sorted(model.values())
    order = [windows.index(made[window[0]].time) for window in got]
    assert order == sorted(order)
    assert step.done


@given(EVENTS, st.integers(1, 9))
def test_count_windows_lose_and_double_nothing(times: list[tuple[float, str]], size: int) -> None:
    windows = CountWindows(size)
    made, watermark = entries(times, 0)
    closed: list[Entry] = []
    for entry in made:
        assert windows.add(entry)
        closed += windows.advance(entry.watermark)
    closed += windows.advance(watermark)
    full = len(closed)
    closed += windows.advance(math.inf)
    assert all(len(entry.item) == size for entry in closed[:full])
    assert all(0 < len(entry.item) < size for entry in closed[full:])
    for key in "ab":
        got = [number for entry in closed if entry.key == key for number in entry.item]
        assert got == [entry.item for entry in made if entry.key == key]


@pytest.mark.parametrize(
    ("size", "read"),
    [
        (10, WindowSize(events=10)),
        (10.0, WindowSize(events=10)),
        ("5s", WindowSize(seconds=5)),
        ("250ms", WindowSize(seconds=0.25)),
        ("2m", WindowSize(seconds=120)),
        (" 1.5 h ", WindowSize(seconds=5400)),
    ],
)
def test_a_size_is_a_count_or_a_duration(size: object, read: WindowSize) -> None:
    assert WINDOW_SIZE.read(size) == read


@pytest.mark.parametrize(
    "size", [0, -1, 2.5, "0s", "-5s", "lots", "5", "5 parsecs", "", math.nan, math.inf, -(10**400)]
)
def test_an_impossible_size_is_refused(size: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text is made by read_setting
        WINDOW_SIZE.read(size)


@pytest.mark.parametrize("size", [True, [5], {}])
def test_a_size_of_another_type_is_refused(size: object) -> None:
    with pytest.raises(TypeError):
        WINDOW_SIZE.read(size)


def test_a_smaller_window_behind_a_larger_one_finds_nothing_late() -> None:
    first = WindowStep(WindowSize(seconds=5), appetite=100, keep_late=True)
    second = WindowStep(WindowSize(seconds=3), appetite=100, keep_late=True)
    made, _ = entries([(time, "a") for time in range(40)], 0)
    for entry in made:
        first.offer(Batch([entry], entry.time))
        second.offer(first.collect()[0])
    first.finish()
    second.offer(first.collect()[0])
    assert second.late_count == 0
