"""Several readers of one buffer, checked against plain lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from l1kernel.streams.buffer import Buffer
from l1kernel.streams.events import Entry


def entry(number: int) -> Entry:
    return Entry(number, float(number), 0.0)


@given(st.integers(1, 8), st.lists(st.tuples(st.sampled_from(["add", "a", "b"]), st.integers(1, 5))))
def test_every_reader_gets_every_event_once_in_order_and_the_buffer_stays_bounded(
    size: int, actions: list[tuple[str, int]]
) -> None:
    buffer = Buffer(size)
    readers = {"a": buffer.reader("a"), "b": buffer.reader("b")}
    got: dict[str, list[int]] = {"a": [], "b": []}
    count = 0
    for action, number in actions:
        if action == "add":
            for _ in range(min(number, buffer.room)):
                buffer.add([entry(count)])
                count += 1
        else:
            items = [e.item for e in buffer.peek(readers[action], number)]
            buffer.take(readers[action], len(items))
            got[action] += items
        assert 0 <= buffer.room <= size
        assert len(buffer.latest(10 * size)) <= size
    for name, reader in readers.items():
        assert got[name] == list(range(len(got[name])))
        assert len(got[name]) + buffer.waiting(reader) == count == buffer.end
    assert buffer.given == max(len(items) for items in got.values())


def test_a_reader_that_nobody_keeps_holds_nothing() -> None:
    buffer = Buffer(2)
    first, second = buffer.reader("first"), buffer.reader("second")
    buffer.add([entry(0), entry(1)])
    buffer.take(first, 2)
    assert buffer.room == 0
    assert buffer.slowest() is second
    del second
    assert buffer.room == 2


def test_a_reader_that_does_not_hold_learns_what_it_missed() -> None:
    buffer = Buffer(2)
    first = buffer.reader("first")
    other = buffer.reader("other", holding=False)
    for number in range(10):
        buffer.add([entry(number)])
        buffer.take(first, 1)
    assert buffer.missed(other) > 0
    assert buffer.missed(first) == 0


def test_dropping_the_oldest_makes_room_and_counts() -> None:
    buffer = Buffer(2)
    reader = buffer.reader("reader")
    buffer.add([entry(0), entry(1)])
    buffer.drop_oldest()
    buffer.add([entry(2)])
    assert [e.item for e in buffer.peek(reader, 5)] == [1, 2]
    assert (buffer.dropped, buffer.room) == (1, 0)


def test_what_was_taken_can_be_given_back() -> None:
    buffer = Buffer(5)
    reader = buffer.reader("reader")
    buffer.add([entry(0), entry(1)])
    mark = buffer.mark(reader)
    buffer.take(reader, 2)
    buffer.back(reader, mark)
    assert [e.item for e in buffer.peek(reader, 5)] == [0, 1]
    assert buffer.given == 0
