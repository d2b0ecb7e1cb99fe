"""Long runs of faults, for `make test-faults`: races show only in numbers."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import cluster_jobs
import pytest

from l1kernel.cluster import builtins as l1
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

from .conftest import wait_until
from .test_orphans import Kernel

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


def test_fifty_clusters_start_and_end(tmp_path: Path) -> None:
    for _ in range(50):
        session = Session(CapturedOutput(), folder=tmp_path)
        l1.distributed_init(session)
        for number in range(3):
            l1.cluster_add_node(session, f"n{number}:localhost:1:512")
        assert l1.cluster_status(session).online_nodes == 3
        session.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_kills_loses_no_task(session: Session, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    cluster = l1.distributed_init(session, {"max_retries": 50})
    for number in range(3):
        l1.cluster_add_node(session, f"n{number}:localhost:2:512")
    l1.cluster_status(session)
    folder = tmp_path / "starts"
    folder.mkdir()
    tasks = [l1.cluster_submit_task(session, cluster_jobs.counted_square, str(folder), x, 0.1) for x in range(400)]
    kills = 0
    while not all(task.ended for task in tasks):
        online = [node for node in cluster.nodes if node.status == "online" and node.pid is not None]
        if online:
            pid = chance.choice(online).pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            kills += 1
        time.sleep(chance.uniform(0.2, 1.5))
    assert l1.cluster_wait_all(session, tasks) == [x * x for x in range(400)]
    starts = [len(list(folder.glob(f"t{x}-*"))) for x in range(400)]
    lost_before_the_note = [task.attempts - noted for task, noted in zip(tasks, starts, strict=True)]
    assert min(lost_before_the_note) >= 0
    assert sum(lost_before_the_note) <= kills  # a worker may die between taking a task up and the task's first line
    assert sum(starts) > 400


def test_kernels_killed_at_any_moment_leave_nothing() -> None:
    chance = random.Random(7)
    for _ in range(20):
        kernel = Kernel(wait=False)
        with kernel.process:
            time.sleep(chance.uniform(0, 2.5))
            kernel.process.kill()
            wait_until(lambda: not kernel.left(), 10)  # noqa: B023
