"""A local cluster as a program meets it; every task runs on a real worker process."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import cluster_jobs
import pytest

from l1kernel.cluster import builtins as l1
from l1kernel.cluster.cluster import current_cluster, ensure_cluster
from l1kernel.errors import ClusterError, L1Error, L1NameError, L1TimeoutError, L1TypeError, L1ValueError
from l1kernel.runtime.session import Session

from .conftest import wait_until


def test_three_nodes_are_online_and_known(shared: Session) -> None:
    status = l1.cluster_status(shared)
    assert (status.total_nodes, status.online_nodes, status.utilization) == (3, 3, 0)
    nodes = l1.cluster_nodes(shared)
    assert [(n.name, n.cpus, n.memory_mb, n.tags) for n in nodes] == [
        ("node-1", 2, 1024, []),
        ("node-2", 1, 1024, []),
        ("gpu-1", 1, 1024, ["GPU"]),
    ]
    assert len({n.pid for n in nodes}) == 3
    assert all(n.memory_limit == 1024 << 20 for n in nodes)


def test_the_scheduler_listens_on_this_machine_only_and_wants_credentials(shared: Session) -> None:
    from distributed import Client

    cluster = current_cluster(shared)
    assert cluster is not None
    address = cluster.client().scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    with pytest.raises((OSError, TypeError, RuntimeError)):
        Client(address, timeout="2s", set_as_default=False)


def test_more_tasks_than_cpus_queue_and_come_back_in_order(shared: Session) -> None:
    tasks = [l1.cluster_submit_task(shared, cluster_jobs.slow_square, x, 0.02) for x in range(60)]
    assert l1.cluster_wait_all(shared, tasks) == [x * x for x in range(60)]
    assert {task.node for task in tasks} == {"node-1", "node-2", "gpu-1"}
    assert {task.attempts for task in tasks} == {1}


def test_a_task_runs_on_the_node_and_the_tag_that_it_names(shared: Session) -> None:
    here = l1.cluster_submit_task(shared, l1.current_node, {"node": "node-2"})
    there = l1.cluster_submit_task(shared, l1.current_node, {"node": "GPU"})
    assert l1.cluster_wait_all(shared, [here, there]) == ["node-2", "gpu-1"]


def test_the_scheduler_lists_what_each_task_needs(shared: Session) -> None:
    def restrictions(dask_scheduler: Any) -> list[dict[str, float]]:
        return [ts.resource_restrictions for key, ts in dask_scheduler.tasks.items() if "slow_square" in key]

    cluster = current_cluster(shared)
    assert cluster is not None
    tasks = [
        l1.cluster_submit_task(shared, cluster_jobs.slow_square, 2, 1.0),
        l1.cluster_submit_task(shared, cluster_jobs.slow_square, 2, 1.0, {"node": "node-2"}),
        l1.cluster_submit_task(shared, cluster_jobs.slow_square, 2, 1.0, {"node": "GPU", "resources": {"MEMORY": 64}}),
    ]
    wait_until(lambda: all(task.status == "running" for task in tasks))
    found = cluster.client().run_on_scheduler(restrictions)
    assert sorted(found, key=len) == [
        {"CPU": 1},
        {"CPU": 1, "node:node-2": 1},
        {"CPU": 1, "GPU": 1, "MEMORY": 64},
    ]
    assert l1.cluster_status(shared).utilization == 75
    assert l1.cluster_status(shared).tasks["running"] == 3
    l1.cluster_wait_all(shared, tasks)


def test_priorities_decide_the_order_in_a_queue(shared: Session, tmp_path: Path) -> None:
    first = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 1, 0.5, {"node": "node-2"})
    wait_until(lambda: first.status == "running")
    tasks = [
        l1.cluster_submit_task(shared, cluster_jobs.note_start, str(tmp_path), "p", {"node": "node-2", "priority": p})
        for p in (1, 10, 5)
    ]
    assert l1.cluster_wait_all(shared, tasks) == [3, 1, 2]


@pytest.mark.parametrize(
    ("work", "args", "kind", "text"),
    [
        ("t:function:analyze:[]:node-7:3:60", (), ClusterError, "node-7"),
        ("t:function:analyze:[]:gpu:3:60", (), ClusterError, "gpu"),
        ("t:function:analyze:[]:auto:3", (), L1ValueError, "timeout"),
        ("t:function:analyze:[]:auto:3:60", (1,), L1TypeError, "nothing beside"),
        (math.sqrt, (4, {"node": "mars"}), ClusterError, "mars"),
        (math.sqrt, (4, {"resources": {"TPU": 1}}), ClusterError, "TPU"),
        (math.sqrt, (4, {"resources": {"CPU": 3}}), ClusterError, "CPU 3"),
        (math.sqrt, (4, {"args": [4]}), L1TypeError, "twice"),
        ("not a word", (), L1ValueError, "not a word"),
        (5, (), L1TypeError, "takes a function"),
    ],
)
def test_a_wrong_call_submits_nothing(
    shared: Session, work: Any, args: tuple[Any, ...], kind: type[L1Error], text: str
) -> None:
    cluster = current_cluster(shared)
    assert cluster is not None
    before = list(cluster.tasks)
    with pytest.raises(kind, match=text):
        l1.cluster_submit_task(shared, work, *args)
    assert list(cluster.tasks) == before


def test_an_unknown_function_fails_the_task_and_not_the_cell(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, "nobody:function:calculate_stat:[1]:auto:3:60")
    assert (task.status, task.attempts) == ("failed", 0)
    with pytest.raises(L1NameError, match="calculate_stat") as caught:
        l1.cluster_wait(shared, task)
    assert caught.value.hint == "did you mean 'calculate_stats'?"


def test_no_data_fails_the_task_at_once(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, "empty:function:calculate_stats:[]:auto:5:60")
    with pytest.raises(L1ValueError, match="no data given"):
        l1.cluster_wait(shared, task)
    assert task.attempts == 0


def test_data_tasks_take_their_partition(shared: Session) -> None:
    shared.globals["partitions"] = [[1, 2, 3], [4, 5, 6]]
    tasks = [l1.cluster_submit_task(shared, f"part-partition-{i}:data:analyze:[]:auto:3:60") for i in range(3)]
    assert l1.cluster_wait_all(shared, tasks[:2]) == [{"count": 3, "sum": 6}, {"count": 3, "sum": 15}]
    assert "no partition 2 of 2" in str(tasks[2].error)


def test_arguments_name_tasks_and_variables(shared: Session) -> None:
    shared.globals["needs_two"] = cluster_jobs.needs_two
    shared.globals["seven"] = 7
    l1.cluster_submit_task(shared, math.sqrt, 16, {"id": "root"})
    task = l1.cluster_submit_task(shared, 'both:function:needs_two:["root", "seven"]:auto:3:60')
    assert l1.cluster_wait(shared, task) == 11
    assert l1.cluster_wait(shared, l1.cluster_submit_task(shared, cluster_jobs.needs_two, task, task)) == 22


def test_a_failed_dependency_fails_what_needs_it(shared: Session) -> None:
    bad = l1.cluster_submit_task(shared, cluster_jobs.undefined)
    after = l1.cluster_submit_task(shared, math.sqrt, bad)
    with pytest.raises(ClusterError, match=f"needs the result of task '{bad.id}'"):
        l1.cluster_wait(shared, after)
    assert after.attempts == 0


def test_large_arguments_and_results_travel(shared: Session) -> None:
    data = b"x" * 3_000_000
    task = l1.cluster_submit_task(shared, len, data)
    large = l1.cluster_submit_task(shared, cluster_jobs.big, 5_000_000)
    behind = l1.cluster_submit_task(shared, len, large)
    assert l1.cluster_wait_all(shared, [task, behind]) == [3_000_000, 5_000_000]
    assert len(large.result) == 5_000_000


def test_a_task_gets_the_values_of_the_moment_of_the_call(shared: Session) -> None:
    numbers = [1, 2, 3]
    task = l1.cluster_submit_task(shared, sum, numbers)
    numbers.append(100)
    assert l1.cluster_wait(shared, task) == 6


def test_the_same_id_again(shared: Session) -> None:
    first = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 3, 0.4, {"id": "again"})
    assert l1.cluster_submit_task(shared, cluster_jobs.slow_square, 3, 0.4, {"id": "again"}) is first
    with pytest.raises(ClusterError, match="'again' is still"):
        l1.cluster_submit_task(shared, cluster_jobs.slow_square, 4, 0.4, {"id": "again"})
    assert l1.cluster_wait(shared, first) == 9
    second = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 4, 0, {"id": "again"})
    assert second is not first
    assert l1.cluster_wait(shared, "again") == 16
    assert first.result == 9


def test_a_named_job_runs_its_function_or_the_self_test(shared: Session) -> None:
    shared.globals["my_job"] = cluster_jobs.big
    assert l1.cluster_wait(shared, l1.cluster_submit_task(shared, "my-job", {"args": [3]})) == b"xxx"
    named = l1.cluster_submit_task(shared, "other", {"function": "my_job", "args": [2]})
    assert (named.id, l1.cluster_wait(shared, named)) == ("other", b"xx")
    options = {"max_retries": 4, "timeout": 90, "fallback_node": "attic"}
    report = l1.cluster_wait(shared, l1.cluster_submit_task(shared, "night-audit", options))
    again = l1.cluster_wait(shared, l1.cluster_submit_task(shared, "night-audit", options))
    assert report["checksum"] == again["checksum"]
    assert report["node"] in ("node-1", "node-2", "gpu-1")


def test_a_script_gives_its_last_value(shared: Session) -> None:
    (shared.folder / "sums.l1").write_text("let total = 0\nfor i in range(0, 1000): total = total + i end\ntotal\n")
    assert l1.cluster_wait(shared, l1.cluster_submit_task(shared, "s1:script:sums.l1:[]:node-1:3:60")) == 499500
    (shared.folder / "wrong.l1").write_text("let x = 1\nprint(y)\n")
    with pytest.raises(L1NameError) as caught:
        l1.cluster_wait(shared, l1.cluster_submit_task(shared, "s2:script:wrong.l1:[]:node-1:3:60"))
    assert caught.value.location is not None
    assert caught.value.location.line == 2
    missing = l1.cluster_submit_task(shared, "s3:script:missing.l1:[]:node-1:3:60")
    with pytest.raises(L1Error, match=r"missing\.l1"):
        l1.cluster_wait(shared, missing)


def test_progress_is_reported_while_a_task_runs(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.report_half)
    wait_until(lambda: task.progress == 0.5)
    assert l1.cluster_get_progress(shared, [task]) == 50
    assert l1.cluster_wait(shared, task) == "done"
    assert l1.cluster_get_progress(shared, [task, task.id]) == 100


def test_a_failure_says_task_node_and_attempt(shared: Session, tmp_path: Path) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.fail_first, str(tmp_path), 9, {"max_retries": 1})
    with pytest.raises(L1ValueError) as caught:
        l1.cluster_wait(shared, task)
    assert caught.value.task is not None
    assert (caught.value.task.task, caught.value.task.attempt) == (task.id, 2)
    assert caught.value.task.node in ("node-1", "node-2", "gpu-1")
    assert len(list(tmp_path.iterdir())) == 2


def test_failures_of_many_tasks_are_one_error_that_lists_them(shared: Session) -> None:
    good = l1.cluster_submit_task(shared, math.sqrt, 4)
    bad = [l1.cluster_submit_task(shared, cluster_jobs.undefined) for _ in range(2)]
    with pytest.raises(ClusterError, match="2 of 3 tasks") as caught:
        l1.cluster_wait_all(shared, [good, *bad])
    assert all(f"{task.id}: NameError" in str(caught.value) for task in bad)


def test_a_wait_may_run_out_of_patience_and_the_task_goes_on(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 5, 0.5)
    with pytest.raises(L1TimeoutError, match="still"):
        l1.cluster_wait(shared, task, 0.05)
    assert l1.cluster_wait(shared, task) == 25


def test_a_cancelled_task_is_over_at_once(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 5, 0.5, {"node": "node-1"})
    wait_until(lambda: task.status == "running")
    assert l1.cluster_cancel(shared, task).status == "cancelled"
    with pytest.raises(ClusterError, match="was cancelled"):
        l1.cluster_wait(shared, task)
    assert task.result is None


def test_a_call_with_wrong_arguments_is_not_tried_again(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.needs_two, 1)
    with pytest.raises(L1TypeError, match="needs_two with 1 argument"):
        l1.cluster_wait(shared, task)
    assert task.attempts == 1


def test_map_keeps_the_order(shared: Session) -> None:
    assert l1.cluster_map(shared, math.sqrt, [1, 4, 9]) == [1, 2, 3]
    assert l1.cluster_map(shared, [1, 4, 9], math.sqrt) == [1, 2, 3]
    assert l1.cluster_map(shared, math.sqrt, []) == []


def test_a_node_again_with_the_same_fields_is_the_node_that_is_there(shared: Session) -> None:
    cluster = current_cluster(shared)
    assert cluster is not None
    assert l1.distributed_init(shared) is cluster
    node = l1.cluster_add_node(shared, "node-1:localhost:2:1024")
    assert node is cluster.node("node-1")
    with pytest.raises(ClusterError, match="cpus 2 and not 4"):
        l1.cluster_add_node(shared, "node-1:localhost:4:1024")
    with pytest.raises(L1ValueError, match="memory_mb"):
        l1.cluster_add_node(shared, "node-9:localhost:4:lots")
    assert len(l1.cluster_nodes(shared)) == 3


def test_new_settings_go_to_new_tasks(shared: Session) -> None:
    cluster = l1.distributed_init(shared, {"max_retries": 0, "checkpoint_interval": "300s", "replication_factor": 3})
    assert (cluster.settings.max_retries, cluster.settings.checkpoint_interval) == (0, 300)
    task = l1.cluster_submit_task(shared, math.sqrt, "x")
    with pytest.raises(L1TypeError):
        l1.cluster_wait(shared, task)
    assert task.attempts == 1
    assert l1.distributed_init(shared).settings.max_retries == 0
    l1.distributed_init(shared, {"max_retries": 3})


def test_an_unknown_setting_has_a_suggestion(shared: Session) -> None:
    with pytest.raises(L1ValueError, match="max_retrys") as caught:
        l1.distributed_init(shared, {"max_retrys": 5})
    assert caught.value.hint == "did you mean 'max_retries'?"


def test_unknown_tasks_are_named(shared: Session) -> None:
    l1.cluster_submit_task(shared, math.sqrt, 4, {"id": "task-known"})
    with pytest.raises(ClusterError, match="task-knwon") as caught:
        l1.cluster_task_status(shared, "task-knwon")
    assert caught.value.hint == "did you mean 'task-known'?"


def test_objects_show_as_text_and_as_escaped_html(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, math.sqrt, 4, {"id": "shown"})
    l1.cluster_wait(shared, task)
    cluster, status, (node, *_) = l1.distributed_init(shared), l1.cluster_status(shared), l1.cluster_nodes(shared)
    for thing, word in ((task, "shown"), (cluster, cluster.id), (status, "3 of 3"), (node, "node-1")):
        bundle = thing.l1_bundle()
        assert word in bundle["text/html"]
        assert word in bundle["text/plain"]
        assert "&lt;table" not in bundle["text/html"]


def test_a_removed_node_hands_its_work_on(session: Session) -> None:
    l1.distributed_init(session)
    for name in ("a", "b"):
        l1.cluster_add_node(session, f"{name}:localhost:1:512")
    l1.cluster_status(session)
    tasks = [l1.cluster_submit_task(session, cluster_jobs.slow_square, x, 0.3, {"max_retries": 0}) for x in range(4)]
    wait_until(lambda: any(task.node == "a" for task in tasks))
    l1.cluster_remove_node(session, "a")
    assert l1.cluster_wait_all(session, tasks) == [0, 1, 4, 9]
    assert [node.name for node in l1.cluster_nodes(session)] == ["b"]
    assert l1.cluster_add_node(session, "a:localhost:2:512").cpus == 2
    with pytest.raises(ClusterError, match="'zz'"):
        l1.cluster_remove_node(session, "zz")


def test_adding_a_node_returns_at_once_and_nodes_start_side_by_side(session: Session) -> None:
    l1.distributed_init(session)
    begin = time.monotonic()
    for number in range(3):
        l1.cluster_add_node(session, f"n{number}:localhost:1:512")
    assert time.monotonic() - begin < 2
    assert [node.status for node in l1.distributed_init(session).nodes] == ["starting"] * 3
    task = l1.cluster_submit_task(session, math.sqrt, 4)  # waits for them by itself
    assert l1.cluster_wait(session, task) == 2
    assert l1.cluster_status(session).online_nodes == 3


def test_without_a_cluster_the_hint_starts_one(session: Session) -> None:
    for call in (l1.cluster_status, l1.cluster_nodes, l1.cluster_get_metrics):
        with pytest.raises(ClusterError) as caught:
            call(session)
        assert "distributed_init()" in str(caught.value.hint)
    l1.cluster_shutdown(session)
    l1.distributed_init(session)
    with pytest.raises(ClusterError, match="no nodes yet"):
        l1.cluster_submit_task(session, math.sqrt, 4)


def test_pipelines_get_a_cluster_of_their_own_accord(session: Session) -> None:
    cluster = ensure_cluster(session)
    assert ensure_cluster(session) is cluster
    future = cluster.submit_work(cluster_jobs.slow_square, 4, 0.01, key=f"work-{cluster.id}-1")
    assert future.result() == 16
    pinned = cluster.submit_work(l1.current_node, key=f"work-{cluster.id}-2", node="local-2")
    assert pinned.result() == "local-2"
    l1.cluster_shutdown(session)
    assert current_cluster(session) is None


def test_tasks_start_in_the_order_of_their_submission(shared: Session, tmp_path: Path) -> None:
    kinds: list[Any] = [cluster_jobs.note_start, cluster_jobs.counted_square]
    tasks = [
        l1.cluster_submit_task(shared, kinds[x % 2], str(tmp_path), (str(x), x)[x % 2], {"node": "node-2"})
        for x in range(16)
    ]
    l1.cluster_wait_all(shared, tasks)
    made = sorted(tmp_path.iterdir(), key=lambda path: int(path.name.split("-")[1]))
    assert [path.name.split("-")[0].removeprefix("t") for path in made] == [str(x) for x in range(16)]
