"""Pushing and pulling, in L1: nothing here starts a cluster."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from l1kernel.cluster.cluster import current_cluster
from l1kernel.runtime.display import bundle

if TYPE_CHECKING:
    from conftest import Cells


PUSH_THREE = 'let s = create_stream("s")\nfor i in 3: s.push({value: i, timestamp: i}) end\n'


def test_a_loop_over_a_stream_with_no_source_ends_after_twenty_simulated_batches(cells: Cells) -> None:
    cells.run("""
        let s = create_stream("boiler_room", {"buffer_size": 5000, "window_size": "4s", "watermark_delay": "2s"})
        let sizes = []
        let highest = []
        while (s.is_active()) {
            let batch = s.next_batch()
            sizes.append(len(batch))
            highest.append(max(batch["value"]))
        }
        print(sizes == [100] * 20, max(highest) > 75, s.stats().in, s.stats().out)
    """)
    assert cells.output.text.splitlines()[-1] == "true true 2000 2000"
    assert cells.output.text.count("simulated readings") == 1
    assert current_cluster(cells.session) is None


@pytest.mark.parametrize("call", ["is_active", "next", "next_batch"])
def test_asking_before_any_push_makes_it_simulated(cells: Cells, call: str) -> None:
    cells.run(f's = create_stream("s", {{"batches": 2, "batch_size": 3}})\ns.{call}()\ns.{call}()')
    assert cells.output.text.count("note: stream") == 1
    error = cells.error("s.push(1)")
    assert error.type == "StreamError"
    assert "reads from its source" in error.message


def test_stats_has_data_and_pipelines_do_not_make_it_simulated(cells: Cells) -> None:
    cells.run("""
        s = create_stream("s")
        s.stats(); s.has_data(); s.get_latest(3)
        p = s.map(x => x)
        p.stats(); p.has_data()
        s.push(7)
        print(s.is_active(), s.next(), s.has_data())
    """)
    assert cells.output.text == "true 7 false\n"


def test_an_open_stream_of_pushes_is_active_and_gives_what_there_is(cells: Cells) -> None:
    cells.run(PUSH_THREE)
    assert cells.run("[len(s.next_batch()), s.is_active(), len(s.next_batch()), s.has_data()]") == [3, True, 0, False]
    assert cells.run('len(s.next_batch()["value"])') == 0


def test_after_close_what_waits_can_be_read_and_then_it_ends(cells: Cells) -> None:
    cells.run(PUSH_THREE + "s.close()\ns.close()")
    assert cells.error("s.push(1)").message == 'Nothing can be pushed into stream "s": it is closed'
    assert cells.run("[s.is_active(), s.next().value, len(s.next_batch()), s.is_active(), s.next()]") == [
        True, 0, 2, False, None,
    ]  # fmt: skip


def test_a_closed_stream_that_nobody_pushed_to_is_just_empty(cells: Cells) -> None:
    assert cells.run('s = create_stream("s")\ns.close()\n[s.is_active(), s.next(), len(s.next_batch())]') == [
        False, None, 0,
    ]  # fmt: skip


def test_a_batch_is_a_table_and_iterates_as_dictionaries(cells: Cells) -> None:
    cells.run(PUSH_THREE)
    cells.run(
        'let batch = s.next_batch()\nprint(mean(batch["value"]))\nfor e in batch: print(e.value, e["timestamp"]) end'
    )
    assert cells.output.text == "1\n0 0\n1 1\n2 2\n"


def test_events_need_not_be_dictionaries(cells: Cells) -> None:
    cells.run('s = create_stream("s", {"source": [1, 2.5, "x"], "batch_size": 2})')
    cells.run('print(s.next_batch()["value"])\nprint(s.next())\nprint(s.next())')
    assert cells.output.text == "[1.0, 2.5]\nx\nnull\n"


def test_what_was_pushed_does_not_change_with_the_programs_dictionary(cells: Cells) -> None:
    assert cells.run('e = {value: 1}\ns = create_stream("s")\ns.push(e)\ne.value = 2\ns.push(e)\ns.next().value') == 1


def test_the_latest_events_are_a_list_and_stay(cells: Cells) -> None:
    cells.run(PUSH_THREE + "s.next()")
    assert cells.run("s.get_latest(2)[1].value") == 2
    assert cells.run('mean(s.get_latest(3)["value"])') == 1
    assert cells.run("[len(s.get_latest(0)), len(s.get_latest(99)), len(s.next_batch())]") == [0, 3, 2]
    error = cells.error('s.get_latest(3)["valu"]')
    assert (error.type, error.hint) == ("KeyError", "did you mean 'value'?")


def test_a_function_is_asked_for_each_event(cells: Cells) -> None:
    cells.run("""
        let n = 0
        function reading() { n += 1; return n > 250 ? null : {value: n} }
        let s = create_stream("s", {"source": reading})
        let sizes = []
        while s.is_active(): sizes.append(len(s.next_batch())) end
        print(sizes, n)
    """)
    assert cells.output.text == "[100, 100, 50] 251\n"


def test_the_error_of_a_source_function_reaches_the_program_and_the_stream_goes_on(cells: Cells) -> None:
    cells.run('let n = 0\nfunction f() { n += 1\n if (n == 2) { throw SensorError("wet") }\n return n > 3 ? null : n }')
    cells.run('let s = create_stream("s", {"source": f, "batch_size": 1})')
    assert cells.run("s.next()") == 1
    error = cells.error("s.next()")
    assert (error.type, error.message) == ("SensorError", "wet")
    assert cells.run("[s.next(), s.next()]") == [3, None]


def test_a_source_function_takes_no_arguments(cells: Cells) -> None:
    error = cells.error('create_stream("s", {"source": x => x})')
    assert error.message == '"source" of create_stream is called without arguments, which <function(x)> cannot take'


def test_an_event_without_its_time_is_one_error(cells: Cells) -> None:
    cells.run('s = create_stream("s", {"source": [{t: 1}, {}, {t: 3}], "timestamp": "t"})')
    error = cells.error("s.next_batch()")
    assert error.type == "StreamError"
    assert '"t" must be a number' in error.message
    assert cells.run("[s.next().t, s.next().t, s.next()]") == [1, 3, None]


def test_a_full_buffer_refuses_or_drops(cells: Cells) -> None:
    fill = 'let s = create_stream("s", {"buffer_size": 3, "on_full": "%s"})\nfor i in 5: s.push(i) end'
    assert "is full: 3 events wait" in cells.error(fill % "error").message
    cells.run(fill % "drop_oldest")
    assert cells.run("[s.next(), s.next(), s.next(), s.stats().in, s.stats().dropped]") == [2, 3, 4, 5, 2]


def test_a_push_into_a_full_buffer_waits_until_something_is_taken(cells: Cells) -> None:
    stream: Any = cells.run('s = create_stream("s", {"buffer_size": 2})\ns.push(0)\ns.push(1)\ns')
    taken: list[Any] = []

    def take() -> None:
        while len(taken) < 4:
            taken.append(stream.next())

    taker = threading.Thread(target=take)
    threading.Timer(0.1, taker.start).start()
    cells.run("s.push(2)\ns.push(3)")
    deadline = time.monotonic() + 10
    while len(taken) < 4 and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert taken == [0, 1, 2, 3]


def test_stats_count_what_happened(cells: Cells) -> None:
    cells.run('s = create_stream("s", {"timestamp": "t"})\nfor i in 5: s.push({t: i * 10}) end\ns.next()\ns.next()')
    stats = cells.run("s.stats()")
    assert (stats["in"], stats["out"], stats["late"], stats["dropped"], stats["lag"]) == (5, 2, 0, 0, 30)
    assert stats["throughput"] > 0


def test_a_stream_that_is_read_to_its_end_has_no_lag_whatever_the_order_of_its_events(cells: Cells) -> None:
    cells.run('let s = create_stream("s", {"source": [{timestamp: 9}, {timestamp: 2}, {timestamp: 7}]})\ns.has_data()')
    assert cells.run("[s.stats().lag, s.next().timestamp, s.next().timestamp, s.stats().lag]") == [0, 9, 2, 0]
    assert cells.run("[s.next().timestamp, s.stats().lag]") == [7, 0]


def test_a_stream_pours_into_a_list_a_table_and_a_function(cells: Cells) -> None:
    source = '{"source": [{v: 1}, {v: 2}, {v: 3}]}'
    cells.run(f"""
        let seen = []
        create_stream("a", {source}).sink(e => seen.append(e.v))
        let kept = [0]
        create_stream("b", {source}).sink(kept)
        let t = create_stream("c", {source}).sink("table")
        print(seen, len(kept), sum(t["v"]))
    """)
    assert cells.output.text == "[1, 2, 3] 4 6\n"
    assert cells.error(f'create_stream("d", {source}).sink("tabel")').hint == "did you mean 'table'?"
    assert "open to pushes" in cells.error(PUSH_THREE + 's.sink("list")').message


def test_a_stream_is_shown_with_its_figures_and_its_name_is_only_text(cells: Cells) -> None:
    shown = bundle(cells.run('let s = create_stream("<b>x</b>", {"source": 0..3})\ns.next()\ns'))
    assert shown is not None
    assert shown["text/plain"] == "<Stream <b>x</b>: open, 3 in, 1 out>"
    assert "&lt;b&gt;x&lt;/b&gt;" in shown["text/html"]
    assert "<b>" not in shown["text/html"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("s + 1", "Cannot add Stream and Integer"),
        ("2 * s.map(x => x)", "Cannot multiply Integer and Stream"),
        ("s < s", "Stream and Stream"),
        ("-s", "a Stream"),
        ("len(s)", "A Stream has no length"),
        ("s[0]", "A Stream has no items"),
        ("for e in s { }", "cannot run over a Stream"),
        ("{(s): 1}[s.map(x => x)]", "Stream"),
    ],
)
def test_an_error_calls_a_stream_by_its_name_in_l1(cells: Cells, wrong: str, message: str) -> None:
    text = cells.error(f'let s = create_stream("s", {{"source": [1]}})\n{wrong}').message
    assert message in text
    assert "SourceStream" not in text
    assert "Pipeline" not in text


def test_only_the_declared_members_are_reached(cells: Cells) -> None:
    cells.run('s = create_stream("s")')
    assert cells.run("s.name") == "s"
    assert cells.run("to_string(s)") == "<Stream s: open, 0 in, 0 out>"
    for member in ("session", "_buffer", "__class__", "settings"):
        assert "no member" in cells.error(f"s.{member}").message
    assert cells.error("s.next_bach()").hint
