"""Killed, stopped and stuck workers: real signals to real processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import cluster_jobs
import psutil
import pytest

from l1kernel.cluster import builtins as l1
from l1kernel.cluster.cluster import Cluster
from l1kernel.errors import ClusterError, L1TimeoutError
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

from .conftest import wait_until


def start(session: Session, *cpus: int) -> Cluster:
    """A cluster of nodes a, b, ... with these CPUs, all online."""
    cluster = l1.distributed_init(session)
    for name, count in zip("abcdef", cpus, strict=False):
        l1.cluster_add_node(session, f"{name}:localhost:{count}:512")
    l1.cluster_status(session)
    return cluster


def starts_of(folder: Path, name: str) -> int:
    return len(list(folder.glob(f"{name}-*")))


def test_a_killed_worker_costs_a_retry_and_nothing_else(session: Session, tmp_path: Path) -> None:
    cluster = start(session, 1, 1, 1)
    folder = tmp_path / "starts"
    folder.mkdir()
    tasks = [l1.cluster_submit_task(session, cluster_jobs.counted_square, str(folder), x) for x in range(200)]
    wait_until(lambda: sum(task.ended for task in tasks) >= 40)
    victim = cluster.node("b")
    assert victim is not None
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    assert l1.cluster_wait_all(session, tasks) == [x * x for x in range(200)]
    told = [task.attempts - starts_of(folder, f"t{x}") for x, task in enumerate(tasks)]
    assert set(told) <= {0, 1}
    assert sum(told) <= 1  # the kill may come between an attempt's start and its first line
    assert sum(task.attempts for task in tasks) <= 201
    assert isinstance(session.output, CapturedOutput)
    assert session.output.error_text.count("Node 'b' was lost") == 1
    assert "SIGKILL" in session.output.error_text
    wait_until(lambda: victim.status == "online")
    assert l1.cluster_status(session).online_nodes == 3


def test_a_task_whose_worker_dies_six_times_still_succeeds(session: Session, tmp_path: Path) -> None:
    start(session, 1, 1)
    folder = tmp_path / "starts"
    folder.mkdir()
    task = l1.cluster_submit_task(session, cluster_jobs.die_first, str(folder), 6, {"max_retries": 9})
    assert l1.cluster_wait(session, task, 60) == "alive"
    assert (task.attempts, starts_of(folder, "die")) == (7, 7)
    assert task.story().count("lost its worker") == 6


def test_a_task_that_kills_every_worker_fails_in_plain_words(session: Session, tmp_path: Path) -> None:
    start(session, 1, 1)
    options = {"max_retries": 1, "id": "deadly"}
    with pytest.raises(ClusterError, match=r"'deadly' lost its worker on node '[ab]' in attempt 2") as caught:
        l1.cluster_wait(session, l1.cluster_submit_task(session, cluster_jobs.die_first, str(tmp_path), 99, options))
    assert "Dask" not in str(caught.value)


def test_a_killed_node_hands_its_task_to_another(session: Session) -> None:
    start(session, 1, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.slow_square, 6, 0.5)
    wait_until(lambda: task.status == "running")
    first = task.node
    next(node for node in l1.cluster_nodes(session) if node.name == first).kill()
    assert l1.cluster_wait(session, task) == 36
    assert (task.attempts, task.node != first) == (2, True)
    assert f"lost its worker on {first}" in l1.explain(session, task)


def test_an_error_is_tried_again_and_the_last_one_is_told(session: Session, tmp_path: Path) -> None:
    start(session, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.fail_first, str(tmp_path), 2, {"max_retries": 2})
    assert l1.cluster_wait(session, task) == 3
    assert task.attempts == 3


def test_a_timeout_goes_elsewhere_and_frees_a_node_whose_slots_are_all_stuck(session: Session) -> None:
    cluster = start(session, 1, 1)
    pids = {node.name: node.pid for node in cluster.nodes}
    options = {"timeout": 0.5, "max_retries": 1}
    task = l1.cluster_submit_task(session, cluster_jobs.slow_square, 1, 60, options)
    begin = time.monotonic()
    with pytest.raises(L1TimeoutError, match=r"timeout of 0.5 s"):
        l1.cluster_wait(session, task)
    assert time.monotonic() - begin < 5
    assert (task.status, task.attempts) == ("timeout", 2)
    wait_until(lambda: all(node.status == "online" and node.pid != pids[node.name] for node in cluster.nodes))
    quick = [l1.cluster_submit_task(session, cluster_jobs.slow_square, x, 0) for x in range(4)]
    assert l1.cluster_wait_all(session, quick) == [0, 1, 4, 9]


def test_a_timeout_leaves_a_node_alone_that_has_slots_left(session: Session) -> None:
    cluster = start(session, 2)
    pid = cluster.nodes[0].pid
    neighbour = l1.cluster_submit_task(session, cluster_jobs.slow_square, 3, 1.5, {"max_retries": 0})
    stuck = l1.cluster_submit_task(session, cluster_jobs.slow_square, 1, 2.5, {"timeout": 0.3, "max_retries": 0})
    with pytest.raises(L1TimeoutError):
        l1.cluster_wait(session, stuck)
    assert l1.cluster_wait(session, neighbour) == 9
    assert cluster.nodes[0].pid == pid


@pytest.mark.parametrize("function", ["hold_gil", "stop_self"])
def test_a_worker_that_does_not_respond_is_replaced(session: Session, function: str) -> None:
    cluster = start(session, 2, 2)
    arguments = (60,) if function == "hold_gil" else ()
    options = {"timeout": 2, "max_retries": 0}
    task = l1.cluster_submit_task(session, getattr(cluster_jobs, function), *arguments, options)
    with pytest.raises(L1TimeoutError):
        l1.cluster_wait(session, task)
    lost = next(node for node in cluster.nodes if node.name == task.node)
    wait_until(lambda: lost.losses and lost.status == "online", 15)
    tasks = [l1.cluster_submit_task(session, cluster_jobs.slow_square, x, 0.05) for x in range(12)]
    assert l1.cluster_wait_all(session, tasks) == [x * x for x in range(12)]


def test_the_fallback_node_is_tried_after_everything_else(session: Session, tmp_path: Path) -> None:
    start(session, 1, 1)
    options = {"max_retries": 0, "node": "a", "fallback_node": "b"}
    task = l1.cluster_submit_task(session, cluster_jobs.fail_first, str(tmp_path), 1, options)
    assert l1.cluster_wait(session, task) == 2
    assert (task.node, task.attempts) == ("b", 2)
    options["fallback_node"] = "backup-1"
    lost = l1.cluster_submit_task(session, cluster_jobs.fail_first, str(tmp_path), 99, options)
    with pytest.raises(ClusterError, match="'backup-1' does not exist") as caught:
        l1.cluster_wait(session, lost)
    assert "a, b" in str(caught.value.hint)


def test_a_large_result_lost_with_its_worker_is_computed_again(session: Session) -> None:
    cluster = start(session, 1, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.big, 2_000_000)
    wait_until(lambda: task.ended)
    node = next(node for node in cluster.nodes if node.name == task.node)
    node.kill()
    wait_until(lambda: node.losses)
    assert len(l1.cluster_wait(session, task)) == 2_000_000
    assert task.attempts == 2


def test_a_large_result_of_large_arguments_is_computed_again_too(session: Session) -> None:
    cluster = start(session, 1, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.doubled, b"x" * 3_000_000)
    wait_until(lambda: task.ended)
    node = next(node for node in cluster.nodes if node.name == task.node)
    node.kill()
    wait_until(lambda: node.losses)
    behind = l1.cluster_submit_task(session, len, task)
    assert l1.cluster_wait(session, behind) == 6_000_000
    assert len(l1.cluster_wait(session, task)) == 6_000_000
    assert task.attempts == 2
    assert "its result was lost" in l1.explain(session, task)


def test_an_interrupt_breaks_the_wait_and_nothing_else(session: Session) -> None:
    cluster = start(session, 1, 1)
    pids = [node.pid for node in cluster.nodes]
    task = l1.cluster_submit_task(session, cluster_jobs.slow_square, 7, 1.0)
    for wait in (lambda: l1.cluster_wait(session, task), lambda: l1.cluster_wait_all(session, [task])):
        pressed: list[float] = []

        def press() -> None:
            pressed.append(time.monotonic())  # noqa: B023
            os.kill(os.getpid(), signal.SIGINT)

        threading.Timer(0.1, press).start()
        with pytest.raises(KeyboardInterrupt):
            wait()
        assert time.monotonic() - pressed[0] < 0.5
    assert l1.cluster_wait(session, task) == 49
    assert task.attempts == 1
    assert [node.pid for node in cluster.nodes] == pids


def test_an_interrupted_map_leaves_no_work_behind(session: Session) -> None:
    cluster = start(session, 1)
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        l1.cluster_map(session, cluster_jobs.pid_after, [0.2] * 50)
    wait_until(lambda: all(task.ended for task in cluster.tasks.values()), 1)
    assert {task.status for task in cluster.tasks.values()} == {"done", "cancelled"}
    wait_until(lambda: l1.cluster_status(session).utilization == 0, 2)


def test_a_node_removed_while_it_starts_is_gone_for_good(session: Session) -> None:
    cluster = l1.distributed_init(session)
    for _ in range(3):
        l1.cluster_add_node(session, "a:localhost:2:512")
        l1.cluster_remove_node(session, "a")
    for name in ("a", "b"):
        l1.cluster_add_node(session, f"{name}:localhost:1:512")
    l1.cluster_remove_node(session, "b")
    l1.cluster_add_node(session, "c:localhost:1:512")
    tasks = [l1.cluster_submit_task(session, l1.current_node) for _ in range(20)]
    assert set(l1.cluster_wait_all(session, tasks)) == {"a", "c"}
    workers = cluster.client().run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.workers))
    assert workers == 2
    assert l1.cluster_status(session).total_nodes == 2


def test_a_node_removed_while_its_worker_is_replaced(session: Session) -> None:
    cluster = start(session, 1, 1)
    cluster.nodes[0].kill()
    l1.cluster_remove_node(session, "a")
    tasks = [l1.cluster_submit_task(session, l1.current_node) for _ in range(20)]
    assert set(l1.cluster_wait_all(session, tasks)) == {"b"}


def test_the_cluster_is_in_no_process_group_of_the_kernel(session: Session) -> None:
    cluster = start(session, 1, 1)
    workers = [node.pid for node in cluster.nodes]
    assert all(os.getsid(pid) != os.getsid(0) for pid in workers if pid is not None)
    assert len({os.getpgid(pid) for pid in workers if pid is not None}) == 2
    for pid in workers:
        assert pid is not None
        os.kill(pid, signal.SIGINT)  # even one sent to a worker itself does no harm
    assert l1.cluster_wait(session, l1.cluster_submit_task(session, cluster_jobs.slow_square, 2, 0)) == 4
    assert [node.pid for node in cluster.nodes] == workers


def test_what_a_task_started_ends_with_its_worker(session: Session) -> None:
    cluster = start(session, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.start_program, 60, False)
    program = psutil.Process(l1.cluster_wait(session, task))
    cluster.nodes[0].kill()
    wait_until(lambda: not program.is_running() or program.status() == psutil.STATUS_ZOMBIE)


def test_a_forkserver_that_is_gone_is_replaced(session: Session) -> None:
    start(session, 1)
    task = l1.cluster_submit_task(session, cluster_jobs.slow_square, 2, 0.5)
    wait_until(lambda: task.status == "running")
    psutil.Process(session_worker(session)).parent().kill()  # type: ignore[union-attr]
    assert l1.cluster_wait(session, task, 30) == 4
    assert task.attempts == 2


def session_worker(session: Session) -> int:
    pid = l1.cluster_nodes(session)[0].pid
    assert pid is not None
    return pid


def test_a_supervisor_that_is_gone_is_reported_and_can_be_replaced(session: Session) -> None:
    cluster = start(session, 2)
    program = l1.cluster_wait(session, l1.cluster_submit_task(session, cluster_jobs.start_program, 100, 0))
    task = l1.cluster_submit_task(session, cluster_jobs.slow_square, 2, 30)
    wait_until(lambda: task.status == "running")
    worker = psutil.Process(cluster.nodes[0].pid)
    folder = Path(cluster.client().run_on_scheduler(lambda: __import__("dask").config.get("temporary-directory")))
    assert folder.is_dir()
    supervisor = [p for p in worker.parents() if "l1kernel.cluster.supervisor" in p.cmdline()][-1]
    supervisor.kill()
    with pytest.raises(ClusterError, match="supervisor"):
        l1.cluster_wait(session, task, 10)
    wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    wait_until(lambda: not psutil.pid_exists(program) or psutil.Process(program).status() == psutil.STATUS_ZOMBIE)
    wait_until(lambda: not folder.exists())
    with pytest.raises(ClusterError):
        l1.cluster_status(session)
    start(session, 1)
    assert l1.cluster_wait(session, l1.cluster_submit_task(session, cluster_jobs.slow_square, 2, 0)) == 4


def test_a_worker_that_takes_too_much_memory_is_ended_and_that_is_said(session: Session) -> None:
    cluster = l1.distributed_init(session)
    l1.cluster_add_node(session, "small:localhost:1:1")
    assert l1.cluster_nodes(session)[0].memory_limit == 256 << 20
    task = l1.cluster_submit_task(session, cluster_jobs.hoard, 300 << 20, {"max_retries": 0})
    with pytest.raises(ClusterError, match="used more memory than the 256 MB"):
        l1.cluster_wait(session, task, 30)
    assert isinstance(session.output, CapturedOutput)
    assert "used more memory" in session.output.error_text
    wait_until(lambda: cluster.nodes[0].status == "online")


def test_more_data_than_the_workers_can_hold_at_once(session: Session) -> None:
    cluster = start(session, 1, 1)
    data = b"x" * (40 << 20)
    tasks = [l1.cluster_submit_task(session, cluster_jobs.size_after, data, number, 0.01) for number in range(18)]
    assert l1.cluster_wait_all(session, tasks) == [len(data) + number for number in range(18)]
    assert [node.losses for node in cluster.nodes] == [[], []]
    assert {task.node for task in tasks} == {"a", "b"}


def test_a_worker_killed_while_data_travels_to_it(session: Session) -> None:
    cluster = start(session, 1, 1)
    data = b"x" * (8 << 20)
    tasks = [l1.cluster_submit_task(session, cluster_jobs.size_after, data, number, 0.1) for number in range(20)]
    for count in (3, 9):
        wait_until(lambda: sum(task.ended for task in tasks) >= count)  # noqa: B023
        wait_until(lambda: cluster.nodes[0].status == "online")
        cluster.nodes[0].kill()
    assert l1.cluster_wait_all(session, tasks) == [len(data) + number for number in range(20)]
    assert max(task.attempts for task in tasks) <= 3
