"""Pipelines on real worker processes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from l1kernel.cluster.cluster import current_cluster
from l1kernel.streams import steps

if TYPE_CHECKING:
    from conftest import Cells


@pytest.fixture(scope="module")
def nodes(make_cells: Callable[[], Cells]) -> Cells:
    """A session with three nodes, two of them with one CPU."""
    cells = make_cells()
    cells.run("""
        distributed_init()
        cluster_add_node("a:localhost:1:512")
        cluster_add_node("b:localhost:1:512")
        cluster_add_node("c:localhost:2:512")
        cluster_status().online_nodes
    """)
    return cells


def drain(cells: Cells, pipeline: str) -> list[Any]:
    result: list[Any] = cells.run(f'({pipeline}).sink("list")')
    return result


@pytest.mark.parametrize("count", [8, 1000])
def test_stages_run_on_the_nodes_and_results_come_in_order(nodes: Cells, count: int) -> None:
    got = drain(nodes, f'create_stream("s", {{"source": 0..{count}}}).map(x => [x, current_node()])')
    assert [x for x, _ in got] == list(range(count))
    assert len({node for _, node in got}) >= 2
    assert {node for _, node in got} <= {"a", "b", "c"}


def test_work_that_is_cancelled_while_its_result_travels_harms_no_other(nodes: Cells) -> None:
    cluster = current_cluster(nodes.session)
    assert cluster is not None

    async def cancel_after(turns: int) -> None:
        future = cluster.submit_work(len, "work", key=f"{cluster.id}-cancelled-{turns}")
        asking = asyncio.ensure_future(steps._result(future))
        await future.exception()
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    loop = cluster.client().loop.asyncio_loop
    for turns in range(12):
        asyncio.run_coroutine_threadsafe(cancel_after(turns), loop).result(20)
    assert drain(nodes, 'create_stream("s", {"source": 0..20}).map(x => x + 1)') == list(range(1, 21))


def test_a_paced_stream_spreads_too(nodes: Cells) -> None:
    got = drain(nodes, 'create_stream("s", {"batches": 4, "batch_size": 2}).map(e => current_node())')
    assert len(got) == 8
    assert len(set(got)) >= 2


def test_consecutive_stages_do_what_each_alone_would(nodes: Cells) -> None:
    nodes.run("let offset = 100\nfunction shift(x) { return x + offset }")
    got = drain(nodes, 'create_stream("s", {"source": 0..50}).filter(x => x % 3 == 0).map(shift).filter(x => x > 110)')
    assert got == [x + 100 for x in range(0, 50, 3) if x + 100 > 110]


def test_a_built_in_is_a_stage_too(nodes: Cells) -> None:
    assert drain(nodes, 'create_stream("s", {"source": [-1, 4, -9]}).map(abs).map(sqrt)') == [1, 2, 3]


def test_the_pull_api_of_a_pipeline_is_that_of_a_stream(nodes: Cells) -> None:
    nodes.run("""
        let p = create_stream("s", {"source": 0..10, "batch_size": 4}).map(x => {value: x * 2})
        print(p.is_active(), p.next().value)
        let values = []
        while p.is_active():
            let batch = p.next_batch()
            assert(len(batch) <= 4 and len(batch) > 0)
            for e in batch: values.append(e.value) end
        end
        print(values, p.next(), len(p.next_batch()), p.has_data(), p.get_latest(1)[0].value)
        print(p.stats().in, p.stats().out)
    """)
    assert nodes.output.text.splitlines() == ["true 0", "[2, 4, 6, 8, 10, 12, 14, 16, 18] null 0 false 18", "10 10"]


def test_time_windows_by_key_against_a_model(nodes: Cells) -> None:
    chance = random.Random(3)
    events = [{"t": i / 10 + chance.uniform(-0.4, 0.4), "k": chance.choice("xy"), "v": i} for i in range(300)]
    nodes.session.globals["events"] = events
    nodes.run("""
        let s = create_stream("s", {"source": events, "timestamp": "t", "watermark_delay": "1s"})
        let w = s.key_by(e => e.k).window("2s").aggregate(es => [es[0].k, sum(es["v"]), len(es)])
        let got = w.sink("list")
    """)
    model: dict[tuple[int, str], list[int]] = {}
    for event in events:
        model.setdefault((int(event["t"] // 2), str(event["k"])), []).append(int(str(event["v"])))
    expected = [[key, sum(values), len(values)] for (_, key), values in model.items()]
    assert sorted(nodes.session.globals["got"]) == sorted(expected)
    assert nodes.run("w.stats().late") == 0


@pytest.mark.parametrize(("late", "kept"), [("drop", []), ("side", [3])])
def test_late_events_are_counted_and_kept_on_the_side_if_asked(nodes: Cells, late: str, kept: list[int]) -> None:
    nodes.run(f"""
        let events = map([1, 2, 12, 3, 13], t => {{t: t}})
        let s = create_stream("s", {{"source": events, "timestamp": "t", "late": "{late}"}})
        let w = s.window("10s").aggregate(es => es["t"][0])
        let got = w.sink("list")
        let kept = map(w.late(), e => e.t)
    """)
    assert nodes.session.globals["got"] == [1, 12]
    assert nodes.run("w.stats().late") == 1
    assert nodes.session.globals["kept"] == kept


def test_the_watermark_counts_events_that_a_filter_took_out(nodes: Cells) -> None:
    nodes.run("""
        let s = create_stream("s", {"source": [{t: 1}, {t: 12}, {t: 3}], "timestamp": "t"})
        let w = s.filter(e => e.t < 10).window("10s").aggregate(es => len(es))
        let got = w.sink("list")
    """)
    assert (nodes.session.globals["got"], nodes.run("w.stats().late")) == ([1], 1)


@pytest.mark.parametrize(
    ("config", "stages", "expected"),
    [
        ('"window_size": 4', ".aggregate(xs => sum(xs))", [6, 22, 17]),
        ('"window_size": 4.0', ".window().aggregate(xs => len(xs))", [4, 4, 2]),
        ("", ".window(5)", [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]),
        ("", ".key_by(x => x % 2).window(3)", [[0, 2, 4], [1, 3, 5], [6, 8], [7, 9]]),
        ("", ".window(2).aggregate(xs => sum(xs)).window(3).aggregate(xs => xs)", [[1, 5, 9], [13, 17]]),
        ("", '.window(5).map(xs => xs["value"][0]).filter(x => x > 0)', [5]),
    ],
)
def test_count_windows(nodes: Cells, config: str, stages: str, expected: list[Any]) -> None:
    source = f'"source": 0..10{", " if config else ""}{config}'
    assert drain(nodes, f'create_stream("s", {{{source}}}){stages}') == expected


def test_work_in_flight_is_bounded_down_to_the_source(nodes: Cells) -> None:
    """The source counts what it gave while the program takes little, or nothing."""
    nodes.run("""
        let given = 0
        function reading() { given += 1; return given > 5000 ? null : given }
        let p = create_stream("s", {"source": reading, "buffer_size": 50, "batch_size": 5}).map(x => x)
        let taken = 0
    """)
    ahead = []
    for _ in range(60):
        nodes.run("for i in 20: p.is_active(); p.has_data() end")
        nodes.run("taken += len(p.next_batch())")
        ahead.append(nodes.run("given - taken"))
    assert max(ahead) <= 50
    assert max(ahead) > 20


def test_several_pipelines_each_see_every_event(nodes: Cells) -> None:
    nodes.run("""
        let s = create_stream("s", {"source": 0..200, "buffer_size": 300})
        let even = s.filter(x => x % 2 == 0)
        let odd = s.filter(x => x % 2 == 1)
        let a = even.sink("list")
        let b = odd.sink("list")
    """)
    assert nodes.session.globals["a"] == list(range(0, 200, 2))
    assert nodes.session.globals["b"] == list(range(1, 200, 2))


def test_a_pipeline_that_is_left_behind_is_named(nodes: Cells) -> None:
    nodes.run("""
        let s = create_stream("s", {"source": 0..100, "buffer_size": 20})
        let slow = s.map(x => x)
        let fast = s.filter(x => true)
    """)
    error = nodes.error('fast.sink("list")')
    assert error.type == "StreamError"
    assert '"s.map" has not taken' in error.message


def test_a_step_in_between_holds_nothing_back(nodes: Cells) -> None:
    nodes.run('let s = create_stream("s", {"source": 0..100, "buffer_size": 20})\nlet between = s.map(x => x + 1)')
    assert drain(nodes, "between.map(x => x * 2)") == [2 * (x + 1) for x in range(100)]


def test_a_loop_may_ask_the_stream_at_the_head(nodes: Cells) -> None:
    nodes.run("""
        let s = create_stream("s", {"source": 0..300, "batch_size": 40})
        let p = s.map(x => x)
        let got = []
        while s.is_active(): for e in p.next_batch(): got.append(e.value) end end
    """)
    assert nodes.session.globals["got"] == list(range(300))


def test_pushes_go_through_a_pipeline(nodes: Cells) -> None:
    nodes.run('let s = create_stream("s")\nlet p = s.map(x => x * x)\nfor i in 5: s.push(i) end')
    assert nodes.run("[p.is_active(), p.next(), p.next(), p.next(), p.next(), p.next(), len(p.next_batch())]") == [
        True, 0, 1, 4, 9, 16, 0,
    ]  # fmt: skip
    assert "come from" in nodes.error("p.push(1)").message
    assert nodes.run("s.push(9)\np.close()\n[p.next(), p.next(), p.is_active()]") == [81, None, False]
    assert nodes.error("s.push(1)").type == "StreamError"


def test_an_error_in_a_stage_comes_after_what_was_before_it(nodes: Cells) -> None:
    nodes.run('let p = create_stream("s", {"source": 0..100}).map(x => 10 / (x - 7))\nlet got = []')
    loop = "while p.is_active(): got.append(p.next()) end"
    error = nodes.error(loop)
    assert (error.type, error.message) == ("ZeroDivisionError", "Division by zero")
    assert error.location is not None
    assert error.task is not None
    assert (error.task.task, error.task.node in ("a", "b", "c")) == ("s.map", True)
    assert len(nodes.session.globals["got"]) == 7
    assert nodes.error(loop).type == "ZeroDivisionError"
    assert nodes.error('p.sink("list")').type == "ZeroDivisionError"


@pytest.mark.parametrize(
    ("stage", "kind", "message"),
    [
        ("map(5)", "TypeError", "map needs a function, not an Integer"),
        ("window(0)", "ValueError", '"size" of window must be'),
        ("window()", "StreamError", "has no window_size"),
        ("aggregate(x => x)", "StreamError", "has no window_size"),
        ("key_by(x => [x]).next()", "TypeError", "key_by needs a number"),
        ("map(x => exit(1)).next()", "RuntimeError", "exit()"),
        ("map(x => cluster_status()).next()", "ClusterError", "A task cannot use the cluster"),
        ("map(x => update_dashboard(x)).next()", "RuntimeError", "A task has no dashboard"),
        ('map(x => input("?")).next()', "RuntimeError", "has no stdin"),
        ("sink((a, b) => a)", "TypeError", "sink calls its function with one item, which <function"),
        ("map(x => nothing_of_the_kind).next()", "NameError", "nothing_of_the_kind"),
        ("map((a, b) => a)", "TypeError", "map calls its function with one event, which <function"),
        ("window(2).aggregate(() => 1)", "TypeError", "aggregate calls its function with a window's events"),
        ("filter(x => s.next()).next()", "StreamError", "cannot travel"),
    ],
)
def test_wrong_stages(nodes: Cells, stage: str, kind: str, message: str) -> None:
    error = nodes.error(f'let s = create_stream("s", {{"source": [1, 2]}})\ns.{stage}')
    assert error.type == kind, error
    assert message in error.message


def test_a_stage_that_changes_a_global_is_told_that_it_changes_a_copy(nodes: Cells) -> None:
    nodes.run(
        'let count = 0\nfunction f(x) { count += 1; return x }\nlet p = create_stream("s", {"source": [1]}).map(f)'
    )
    nodes.run("p.next()")
    assert "changes 'count'" in nodes.output.error_text
    assert nodes.run("count") == 0


def test_what_stages_print_appears_once_in_order(nodes: Cells) -> None:
    nodes.run("function f(x) { print(x) }")
    nodes.run('create_stream("s", {"source": 0..40}).map(f).sink("list")')
    assert nodes.output.text.split() == [str(x) for x in range(40)]


def test_alerts_of_stages_are_shown_and_kept(nodes: Cells) -> None:
    nodes.run('function f(x) { if (x > 7) { send_alert("HIGH", x, 0) } }')
    nodes.run('create_stream("s", {"source": 0..10}).map(f).sink("list")')
    assert [bundle["text/html"].count("HIGH") for bundle, _, _ in nodes.output.displays] == [1, 1]
    assert nodes.run("map(alerts(), a => a.value)") == [8, 9]


def test_alerts_of_tasks_are_shown_and_kept(nodes: Cells) -> None:
    """Under the cell that submitted the task, whose text goes on."""
    before = nodes.run("len(alerts())")
    nodes.run("function f(x) { emit_alert(x)\nsend_alert('LOW', y => y * x, 0)\nprint('after') }")
    nodes.run("cluster_wait(cluster_submit_task(f, 21))")
    assert [bundle["text/plain"][:11] for bundle, _, _ in nodes.output.displays] == ["⚠ ALERT: 21", "⚠ LOW: <fun"]
    assert nodes.output.text == "after\n"
    assert nodes.run(f"[len(alerts()), alerts()[{before + 1}].value(2)]") == [before + 2, 42]


def test_exit_in_a_stage_is_shown_where_it_stands(nodes: Cells) -> None:
    error = nodes.error('create_stream("s", {"source": [1]}).map(x => exit(1)).next()')
    assert error.location is not None
    assert error.location.column == 46


def test_the_error_of_a_source_comes_after_the_results_of_what_it_gave(nodes: Cells) -> None:
    nodes.run("""
        let count = 0
        function read() { count += 1; if (count % 4 == 0) { throw "unplugged" }; return count < 10 ? count : null }
        let p = create_stream("s", {"source": read}).map(x => 10 * x)
        let got = []
    """)
    loop = "while p.is_active() { got.append(p.next()) }"
    for given in ([10, 20, 30], [10, 20, 30, 50, 60, 70]):
        assert nodes.error(loop).message == "unplugged"
        assert nodes.session.globals["got"] == given
    nodes.run(loop)
    assert nodes.session.globals["got"] == [10, 20, 30, 50, 60, 70, 90]


def test_a_pipeline_that_nobody_holds_frees_the_nodes(nodes: Cells, tmp_path: Path) -> None:
    """Six groups are in flight for four CPUs: the last two never start."""
    nodes.run(f"""
        function slow(x) {{ write_csv(table({{x: [x]}}), "{tmp_path}/" + to_string(x) + ".csv")\nsleep(0.5) }}
        let p = create_stream("s", {{"source": 0..100}}).map(slow)
        p.has_data()
        p = null
    """)
    assert drain(nodes, 'create_stream("s", {"source": 0..8}).map(x => x)') == list(range(8))
    assert len(list(tmp_path.iterdir())) <= 4


def test_a_killed_worker_loses_and_doubles_nothing(nodes: Cells) -> None:
    """Workers die, one after the other, while their groups of events run."""
    nodes.run("""
        function slow(x) { sleep(0.002); return x }
        let s = create_stream("s", {"source": 0..700})
        let p = s.map(slow).filter(x => x % 5 != 0).window(7).aggregate(xs => xs)
        let got = []
    """)
    killed: list[int] = []
    for turn in range(3):
        nodes.run("for i in 6: if (p.is_active()) got.append(p.next()) end")
        cluster = current_cluster(nodes.session)
        assert cluster is not None
        pid = cluster.nodes[turn % 2].pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
    nodes.run("while p.is_active(): got.append(p.next()) end")
    numbers = [x for window in nodes.session.globals["got"] for x in window]
    assert numbers == [x for x in range(700) if x % 5]
    assert len(killed) >= 2


def test_an_interrupt_of_a_wait_on_workers_loses_nothing(nodes: Cells) -> None:
    nodes.run("""
        function slow(x) { sleep(0.05); return x }
        let p = create_stream("s", {"source": 0..60}).map(slow)
        let got = []
    """)
    loop = "while p.is_active(): got = got + [p.next()] end"
    for _ in range(4):
        struck = []
        timer = threading.Timer(
            0.12, lambda s=struck: (s.append(time.monotonic()), os.kill(os.getpid(), signal.SIGINT))
        )
        timer.start()
        assert nodes.error(loop).type == "Interrupted"
        assert time.monotonic() - struck[0] < 0.5
    nodes.run(loop)
    assert nodes.session.globals["got"] == list(range(60))


def test_a_stream_survives_a_node_taken_out_and_a_new_cluster(make_cells: Callable[[], Cells]) -> None:
    cells = make_cells()
    cells.run("""
        distributed_init()
        cluster_add_node("a:localhost:1:512")
        cluster_add_node("b:localhost:1:512")
        function slow(x) { sleep(0.005); return x }
        let p = create_stream("s", {"source": 0..100}).map(slow)
        let got = []
        for i in 20: got.append(p.next()) end
        cluster_remove_node("a")
        for i in 20: got.append(p.next()) end
        cluster_shutdown()
        while p.is_active(): got.append(p.next()) end
    """)
    assert cells.session.globals["got"] == list(range(100))
