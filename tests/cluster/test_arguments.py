"""What the functions of the cluster say to arguments that they cannot take."""

from __future__ import annotations

from typing import Any

import cluster_jobs
import pytest

from l1kernel.cluster import builtins as l1
from l1kernel.cluster.cluster import current_cluster
from l1kernel.errors import ClusterError
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

from .conftest import wait_until


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cluster_wait([])", "TypeError: A Task or a task's id is needed here, not a List"),
        ("cluster_wait(null)", "TypeError: A Task or a task's id is needed here, not null"),
        ("cluster_wait(t, -1)", 'ValueError: "timeout" of cluster_wait must be a duration'),
        ('cluster_wait(t, "5 apples")', 'ValueError: "timeout" of cluster_wait must be a duration'),
        ("cluster_wait(t, [1])", 'TypeError: "timeout" of cluster_wait must be a duration'),
        ("cluster_wait_all([[t]])", "TypeError: A Task or a task's id is needed here, not a List"),
        ("cluster_wait_all({a: t})", "TypeError: cluster_wait_all takes a List of Tasks, not a Dictionary"),
        ('cluster_wait_all([t, "thee"])', "ClusterError: No task has the id 'thee'"),
        ("cluster_get_progress(5)", "TypeError: cluster_get_progress takes a List of Tasks, not an Integer"),
        ("cluster_task_status(5)", "TypeError: A Task or a task's id is needed here, not an Integer"),
        ("cluster_cancel({})", "TypeError: A Task or a task's id is needed here, not a Dictionary"),
        ("cluster_map(5, [1])", "TypeError: cluster_map calls a Function, not an Integer"),
        ("cluster_map(x => x, 5)", "TypeError: cluster_map goes through a List, not an Integer"),
        ("cluster_nodes()[0].kill(1)", "TypeError: kill() got too many arguments"),
        ("cluster_remove_node(5)", "TypeError: A Node or a node's name is needed here, not an Integer"),
        ('cluster_remove_node("node-9")', "ClusterError: No node is called 'node-9'"),
        ('cluster_submit_task(x => x, 1, {node: ""})', 'ValueError: "node" of cluster_submit_task must be'),
        ("cluster_submit_task(x => x, 1, {node: cluster_nodes()[0]})", 'TypeError: "node" of cluster_submit_task'),
        ("cluster_submit_task(x => x, 1, {resources: {GPU: 0}})", 'ValueError: "resources" of cluster_submit_task'),
        ("cluster_submit_task(x => x, 1, {priority: 0})", 'ValueError: "priority" of cluster_submit_task'),
        ('cluster_submit_task(x => x, 1, {priority: "high"})', 'TypeError: "priority" of cluster_submit_task'),
        ("cluster_submit_task(x => x, 1, {timeout: 0})", 'ValueError: "timeout" of cluster_submit_task'),
        ("cluster_submit_task(null)", "TypeError: cluster_submit_task takes a function"),
        ('distributed_init({mode: "ssh"})', 'ClusterError: This version starts local clusters only, not mode "ssh"'),
        ('distributed_init({scheduler: "tcp://10.0.0.1:8786"})', "ClusterError: This version starts local clusters"),
    ],
)
def test_wrong_arguments_are_said_in_the_readers_words(shared: Session, text: str, shown: str) -> None:
    shared.globals["t"] = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 2, 0)
    shared.output = CapturedOutput()
    outcome = shared.run(text, name="cell")
    assert outcome.error is not None
    assert f"{outcome.error.type}: {outcome.error.message}".startswith(shown)


@pytest.mark.parametrize("name", ["L1_SCHEDULER", "DASK_SCHEDULER_ADDRESS"])
def test_a_scheduler_in_the_environment_is_not_passed_over(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "tcp://10.0.0.1:8786")
    with pytest.raises(ClusterError, match=r"not the scheduler tcp://10\.0\.0\.1:8786"):
        l1.distributed_init(session)
    assert current_cluster(session) is None
    assert l1.distributed_init(session, {"mode": "local"}).mode == "local"


@pytest.mark.parametrize(
    ("config", "named"),
    [
        (None, []),
        ({"max_retries": 5, "replication_factor": 1, "checkpoint_interval": None, "linger": 0}, []),
        ({"replication_factor": 3, "checkpoint_interval": "300s"}, ["replication_factor", "checkpoint_interval"]),
        ({"checkpoint_dir": "saved", "linger": "8s"}, ["checkpoint_dir", "linger"]),
    ],
)
def test_a_setting_that_has_no_effect_is_said_each_time(
    shared: Session, config: dict[str, Any] | None, named: list[str]
) -> None:
    for _ in range(2):
        shared.output = output = CapturedOutput()
        l1.distributed_init(shared, config)
        lines = output.error_text.splitlines()
        assert [line.split()[:2] for line in lines] == [["warning:", name] for name in named]
        assert all("no effect in this version" in line for line in lines)


def test_an_option_that_has_no_effect_is_said(shared: Session) -> None:
    shared.output = output = CapturedOutput()
    l1.cluster_wait(shared, l1.cluster_submit_task(shared, cluster_jobs.big, 3, {"checkpoint": True}))
    assert "checkpoint" in output.error_text


def test_encryption_stays_as_the_cluster_was_started(shared: Session) -> None:
    shared.output = output = CapturedOutput()
    assert l1.distributed_init(shared, {"tls": False}).settings.tls
    assert "tls has no effect" in output.error_text


def test_a_misspelt_built_in_has_a_suggestion(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, "sqrtt", 16)
    assert task.error is not None
    assert task.error.hint == "did you mean 'sqrt'?"


def test_a_wait_takes_a_duration_too(shared: Session) -> None:
    task = l1.cluster_submit_task(shared, cluster_jobs.slow_square, 3, 0.05)
    assert l1.cluster_wait(shared, task, "20s") == 9


def test_tasks_of_a_cluster_that_was_shut_down(session: Session) -> None:
    l1.distributed_init(session)
    l1.cluster_add_node(session, "a:localhost:1:512")
    near = l1.cluster_submit_task(session, cluster_jobs.big, 3)
    far = l1.cluster_submit_task(session, cluster_jobs.big, 1_000_000)
    never = l1.cluster_submit_task(session, cluster_jobs.slow_square, 3, 60)
    wait_until(lambda: far.ended and never.status == "running")
    l1.cluster_shutdown(session)
    l1.distributed_init(session)
    assert l1.cluster_wait(session, near) == b"xxx"
    assert l1.cluster_wait_all(session, [near]) == [b"xxx"]
    for calls in (lambda: l1.cluster_wait(session, far), lambda: far.result, lambda: l1.cluster_wait(session, never)):
        with pytest.raises(ClusterError, match="was shut down"):
            calls()
    with pytest.raises(ClusterError):
        l1.cluster_wait_all(session, [near, never])
    assert l1.cluster_cancel(session, never).status == "failed"
