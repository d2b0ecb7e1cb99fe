"""L1 programs on a cluster: what a reader of a notebook sees."""

from __future__ import annotations

from typing import Any

import pytest

from l1kernel.diagnostics import render
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


def run(session: Session, text: str) -> Any:
    """The value of a cell that must go well; its output is in ``session.output``."""
    session.output = CapturedOutput()
    outcome = session.run(text, name=f"cell-{abs(hash(text))}", title="cell")
    assert outcome.error is None, render(outcome.error)
    return outcome.value


def failure(session: Session, text: str) -> str:
    """The error of a cell as it is shown."""
    session.output = CapturedOutput()
    outcome = session.run(text, name=f"cell-{abs(hash(text))}", title="cell")
    assert outcome.error is not None
    return render(outcome.error)


def output_of(session: Session) -> CapturedOutput:
    assert isinstance(session.output, CapturedOutput)
    return session.output


def test_a_function_takes_along_what_it_reads(shared: Session) -> None:
    text = """
        let offset = 10
        function helper(x) { return x + offset }
        function work(x) { return x <= 1 ? helper(x) : work(x - 1) + 1 }
        let tasks = []
        for i in range(1, 21) { tasks.append(cluster_submit_task(work, i)) }
        cluster_wait_all(tasks)
    """
    assert run(shared, text) == [10 + i for i in range(1, 21)]
    assert run(shared, "cluster_map(x => x * offset, [1, 2, 3])") == [10, 20, 30]
    assert run(shared, 'cluster_wait(cluster_submit_task("w:function:work:[5]:auto:5:60"))') == 15


def test_a_function_may_come_back_from_a_task(shared: Session) -> None:
    assert run(shared, "let add = cluster_wait(cluster_submit_task(a => (b => a + b), 5))\nadd(6)") == 11


def test_a_failure_shows_line_task_node_and_attempt(shared: Session) -> None:
    text = 'function bad(x) {\n  let y = x + "a"\n  return y\n}\n'
    text += 'cluster_wait(cluster_submit_task(bad, 1, {"max_retries": 1, "node": "node-2", "id": "b1"}))'
    shown = failure(shared, text)
    assert shown.splitlines()[:5] == [
        "TypeError: Cannot add Integer and String at line 2, column 13",
        '  2 |   let y = x + "a"',
        "    |             ^",
        "  hint: convert it first: to_string(x)",
        "  in task b1 on node node-2, attempt 2",
    ]
    assert "Traceback" not in shown
    assert run(shared, 'try { cluster_wait("b1") } catch (TypeError as e) { print(e.message, e.line) }') is None
    assert output_of(shared).text == "Cannot add Integer and String 2\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cluster_wait(cluster_submit_task(x => nothing_such, 1))", "NameError: Undefined variable 'nothing_such'"),
        ("cluster_wait(cluster_submit_task(x => x))", "TypeError: The task calls"),
        ("cluster_wait(cluster_submit_task(() => exit(3), {max_retries: 0}))", "RuntimeError: exit() ends a script"),
        ("cluster_wait(cluster_submit_task(() => cluster_status(), {max_retries: 0}))", "ClusterError: A task cannot"),
        ("cluster_wait(cluster_submit_task(() => distributed_init(), {max_retries: 0}))", "ClusterError: A task"),
        (
            'cluster_wait(cluster_submit_task(() => input("?"), {max_retries: 0}))',
            "RuntimeError: This run has",
        ),
        ("let c = distributed_init()\ncluster_wait(cluster_submit_task(() => c.id))", "ClusterError: A Cluster"),
        ("cluster_submit_task(sqrt, 4, {max_retry: 1, timeout: 2})", "ValueError: cluster_submit_task has no option"),
        (
            'cluster_submit_task("t:function:sqrt:[4]:node-8:1:5")',
            "ClusterError: No node and no tag is called",
        ),
        ('cluster_add_node("node-1:localhost:9:1024")', "ClusterError: Node 'node-1' is there already, with cpus 2"),
        ("cluster_wait(5)", "TypeError: A Task or a task's id is needed here, not an Integer"),
    ],
)
def test_errors_are_in_the_readers_words(shared: Session, text: str, shown: str) -> None:
    assert failure(shared, text).startswith(shown)


def test_a_result_that_cannot_travel_is_not_tried_again(shared: Session) -> None:
    text = 'let t = cluster_submit_task(() => create_stream("s", {}), {id: "no-travel"})\ncluster_wait(t)'
    assert 'Stream "s" cannot travel' in failure(shared, text)
    assert run(shared, "t.attempts") == 1


def test_what_a_task_prints_appears_in_its_cell(shared: Session) -> None:
    run(shared, 'function says(x) { print("task", x) }\ncluster_wait(cluster_submit_task(says, 7))')
    assert output_of(shared).text == "task 7\n"


def test_a_task_that_would_change_a_global_is_told_so(shared: Session) -> None:
    run(shared, "let total = 1\nfunction adds(x) { total = total + x\n return total }")
    assert run(shared, "cluster_wait(cluster_submit_task(adds, 5))") == 6
    assert "adds changes 'total'" in output_of(shared).error_text
    assert run(shared, "total") == 1


def test_deep_recursion_works_on_a_worker_too(shared: Session) -> None:
    text = "function deep(n) { if (n == 0) return 0\n return 1 + deep(n - 1) }\n"
    assert run(shared, text + "cluster_wait(cluster_submit_task(deep, 9000))") == 9000
    assert "calls itself" in failure(shared, "cluster_wait(cluster_submit_task(deep, 10 ** 7, {max_retries: 0}))")


def test_registered_functions_do_real_work_on_arrays_and_tables(shared: Session) -> None:
    text = """
        let data = arange(0, 100000)
        let tasks = []
        for i in range(0, len(data), 25000): tasks.append(cluster_submit_task("process_chunk", data[i:i + 25000])) end
        len(concatenate(cluster_wait_all(tasks)))
    """
    assert run(shared, text) == 100_000
    text = """
        let frame = table({"count": [2, 2, 2], "revenue": [10, 20, 30]})
        let found = cluster_wait(cluster_submit_task("analyze", frame))
        [found.count, found.revenue]
    """
    assert run(shared, text) == [3, 60]


def test_a_function_of_the_session_goes_before_a_registered_one(shared: Session) -> None:
    text = (
        'function analyze(x) { return "mine" }\ncluster_wait(cluster_submit_task("mine:function:analyze:[1]:auto:5:9"))'
    )
    assert run(shared, text) == "mine"


def test_a_bar_shows_only_where_someone_may_be_watching(shared: Session) -> None:
    class Watched(CapturedOutput):
        interactive = True

    slow = "cluster_wait_all([cluster_submit_task(() => sleep(2.6))])"
    shared.output = quiet = CapturedOutput()
    shared.run(slow, name="quiet")
    assert quiet.displays == []
    shared.output = watched = Watched()
    shared.run(slow, name="watched")
    bundles = [bundle for bundle, _, _ in watched.displays]
    assert "1 of 1 tasks" in bundles[-1]["text/html"]
    assert {bundle["text/plain"] for bundle in bundles} == {""}
    assert [update for _, _, update in watched.displays] == [False] + [True] * (len(bundles) - 1)
