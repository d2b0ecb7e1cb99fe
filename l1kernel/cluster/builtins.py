"""The L1 face of clusters. Light: Dask is imported only when a cluster starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from l1kernel.cluster.settings import SETTINGS
from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import ClusterError, L1TypeError, L1ValueError
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.settings import Setting, duration, read_setting
from l1kernel.runtime.values import article, is_number, type_name

if TYPE_CHECKING:
    from l1kernel.cluster.cluster import Cluster
    from l1kernel.cluster.node import Node
    from l1kernel.cluster.status import ClusterStatus
    from l1kernel.cluster.task_object import Task

_AREA = "cluster"
_TIMEOUT = Setting("timeout", duration(), None, "how long to wait; the task goes on after that", "s")
_REMOTE = ("L1_SCHEDULER", "DASK_SCHEDULER_ADDRESS")


@builtin("distributed_init", area=_AREA, example="let cluster = distributed_init()", settings=SETTINGS)
def distributed_init(session: Session, config: Mapping[str, Any] | None = None) -> Cluster:
    """Give this session a cluster; a second call gives the same one, with its nodes, under the new settings.

    A setting that is unknown or wrong is an error that names it; one that this version cannot follow, a warning.
    """
    import os
    from dataclasses import replace

    from l1kernel.cluster.cluster import current_cluster, start_cluster
    from l1kernel.cluster.settings import parse_settings, unmet

    _refuse_inside_tasks()
    settings = parse_settings(config)
    asked_for_mode = bool(config) and config is not None and "mode" in config
    remote = settings.scheduler or next((os.environ[n] for n in _REMOTE if os.environ.get(n)), None)
    if settings.mode != "local" or settings.scheduler is not None or (remote and not asked_for_mode):
        where = f"the scheduler {remote}" if remote else f'mode "{settings.mode}"'
        raise ClusterError(
            f"This version starts local clusters only, not {where}",
            hint='distributed_init({"mode": "local"}) starts one on this machine',
        )
    for line in unmet(config):
        session.warn(line)
    cluster = current_cluster(session)
    if cluster is None or cluster.status in ("failed", "closed"):
        return start_cluster(session, settings)
    if config:
        if settings.tls != cluster.settings.tls:
            session.warn("tls has no effect on a cluster that runs: cluster_shutdown() first")
        cluster.settings = replace(settings, tls=cluster.settings.tls)
    cluster.output = session.output
    return cluster


@builtin("cluster_add_node", area=_AREA, example='let node = cluster_add_node("node-1:localhost:2:1024")')
def cluster_add_node(session: Session, spec: Any) -> Node:
    """Add a node, "name:host:cpus:memory_mb" or with a tag behind, and start its worker; returns at once.

    A Dictionary with name, host, cpus, memory_mb and tags does as well. The same node again is the node that is there.
    """
    from l1kernel.cluster.node import parse_node

    return _cluster(session).add_node(parse_node(spec))


@builtin("cluster_remove_node", area=_AREA, example='cluster_remove_node("node-1")')
def cluster_remove_node(session: Session, node: Any) -> None:
    """Take a node out of the cluster: what runs there moves to other nodes, and its name is free again."""
    _cluster(session).remove_node(_node_name(node))


@builtin("cluster_nodes", area=_AREA, example="for node in cluster_nodes(): print(node.name, node.status) end")
def cluster_nodes(session: Session) -> list[Node]:
    """The nodes of the cluster, after those that are starting have started."""
    cluster = _cluster(session)
    cluster.wait_nodes()
    return cluster.nodes


@builtin("cluster_status", area=_AREA, example="print(cluster_status().online_nodes)", aliases=("cluster_get_status",))
def cluster_status(session: Session) -> ClusterStatus:
    """How the cluster is now: total_nodes, online_nodes, utilization in percent, tasks by status, and each node."""
    return _cluster(session).take_status()


@builtin("cluster_get_metrics", area=_AREA, example='print(cluster_get_metrics()["retries"])')
def cluster_get_metrics(session: Session) -> dict[str, Any]:
    """Counts and times of the cluster so far.

    tasks, tasks_by_status, attempts, retries, mean_seconds, tasks_per_second, lost_workers, cpus, memory_mb.
    """
    return _cluster(session).take_metrics()


@builtin("cluster_submit_task", area=_AREA, example="let task = cluster_submit_task(sqrt, 16)")
def cluster_submit_task(session: Session, work: Any, *args: Any) -> Task:
    """Send work to the cluster and go on; the Task tells how it fares.

    The work is a function or a function's name with its arguments; or a String
    "id:type:name:args:node:priority:timeout" with one of the types function, script, data and model; or the name of a
    job with options. A last Dictionary of options may have function, args, id, max_retries, timeout, fallback_node,
    priority, node, resources and checkpoint.
    """
    from l1kernel.cluster.submission import submit

    return submit(session, _cluster(session), work, args)


@builtin("cluster_map", area=_AREA, example="print(cluster_map(x => x * x, [1, 2, 3]))")
def cluster_map(session: Session, function: Any, items: Any) -> list[Any]:
    """Call the function with each item, on the cluster, and give the results in the items' order."""
    from l1kernel.cluster.submission import submit
    from l1kernel.cluster.waiting import wait_all

    if not callable(function) and callable(items):
        function, items = items, function
    if not callable(function):
        raise L1TypeError(
            f"cluster_map calls a Function, not {article(type_name(function))}",
            hint="as in cluster_map(x => x * x, [1, 2, 3])",
        )
    if not isinstance(items, Iterable):
        raise L1TypeError(f"cluster_map goes through a List, not {article(type_name(items))}")
    cluster = _cluster(session)
    tasks: list[Task] = []
    try:
        for item in items:
            tasks.append(submit(session, cluster, function, (item,)))
        return wait_all(tasks, session.output)
    except KeyboardInterrupt:
        for task in tasks:  # nobody holds them
            task.cancel()
        raise


@builtin(
    "cluster_task_status",
    area=_AREA,
    example='print(cluster_task_status("task-1").status)',
    aliases=("task_get_status",),
)
def cluster_task_status(session: Session, task: Any) -> Task:
    """The Task of this id, with status, node, attempts, progress, result and error."""
    return _task(session, task)


@builtin("cluster_wait", area=_AREA, example="print(cluster_wait(cluster_submit_task(sqrt, 16)))")
def cluster_wait(session: Session, task: Any, timeout: Any = None) -> Any:
    """Wait for a task and give its result; a task that failed raises its own error."""
    from l1kernel.cluster.waiting import wait_one

    return wait_one(_task(session, task), _seconds(timeout))


@builtin("cluster_wait_all", area=_AREA, example="let results = cluster_wait_all(tasks)")
def cluster_wait_all(session: Session, tasks: Any) -> list[Any]:
    """Wait for tasks and give their results in order; one error lists every task that failed."""
    from l1kernel.cluster.waiting import wait_all

    return wait_all(_tasks(session, tasks, "cluster_wait_all"), session.output)


@builtin("cluster_get_progress", area=_AREA, example="print(cluster_get_progress(tasks))")
def cluster_get_progress(session: Session, tasks: Any) -> int | float:
    """How much of these tasks is done, in percent."""
    from l1kernel.cluster.waiting import percent_done

    return percent_done(_tasks(session, tasks, "cluster_get_progress"))


@builtin("cluster_cancel", area=_AREA, example="cluster_cancel(task)")
def cluster_cancel(session: Session, task: Any) -> Task:
    """Give a task up. What it has begun on a worker may still run to its end; its result is dropped."""
    found = _task(session, task)
    found.cancel()
    found.job.ended.wait(5)
    return found


@builtin("explain", area=_AREA, example="print(explain(task))")
def explain(session: Session, task: Any) -> str:
    """What happened to a task, line by line: where it queued and ran, what it lost, how it was tried again."""
    return _task(session, task).story()


@builtin("report_progress", area=_AREA, example="report_progress(0.5)")
def report_progress(fraction: Any) -> None:
    """Inside a task: report how much of it is done, from 0 to 1."""
    if not is_number(fraction) or not 0 <= fraction <= 1:
        raise L1ValueError(f"report_progress takes a number from 0 to 1, not {fraction}")
    from l1kernel.cluster import worker

    worker.report_progress(float(fraction))


@builtin("current_node", area=_AREA, example="print(current_node())")
def current_node() -> str:
    """The name of the node that runs this, "kernel" outside of tasks."""
    from l1kernel.cluster import worker

    return worker.current_node()


@builtin("cluster_shutdown", area=_AREA, example="cluster_shutdown()")
def cluster_shutdown(session: Session) -> None:
    """End the cluster and all its processes; nothing happens where there is none."""
    from l1kernel.cluster.cluster import shut_down

    shut_down(session)


def _cluster(session: Session) -> Cluster:
    from l1kernel.cluster.cluster import current_cluster

    _refuse_inside_tasks()
    cluster = current_cluster(session)
    if cluster is None:
        raise ClusterError("There is no cluster yet", hint="start one first: distributed_init()")
    cluster.output = session.output
    return cluster


def _refuse_inside_tasks() -> None:
    from l1kernel.cluster import worker

    if worker.current_node() != worker.KERNEL:
        raise ClusterError("A task cannot use the cluster", hint="give results back, and submit more from the notebook")


def _task(session: Session, task: Any) -> Task:
    from l1kernel.cluster.task_object import Task

    if isinstance(task, Task):
        return task
    if not isinstance(task, str):
        several = isinstance(task, list | tuple)
        raise L1TypeError(
            f"A Task or a task's id is needed here, not {article(type_name(task))}",
            hint="cluster_wait_all and cluster_get_progress take one List of Tasks" if several else None,
        )
    tasks = _cluster(session).tasks
    if task not in tasks:
        known = f"known tasks: {', '.join(list(tasks)[-10:])}" if tasks else "no task was submitted yet"
        raise ClusterError(f"No task has the id '{task}'", hint=did_you_mean(task, tasks) or known)
    return tasks[task]


def _tasks(session: Session, tasks: Any, of: str) -> list[Task]:
    from l1kernel.cluster.task_object import Task

    if isinstance(tasks, Task | str):
        tasks = [tasks]
    if not isinstance(tasks, list | tuple):
        raise L1TypeError(f"{of} takes a List of Tasks, not {article(type_name(tasks))}")
    return [_task(session, task) for task in tasks]


def _seconds(timeout: Any) -> float | None:
    return None if timeout is None else read_setting(_TIMEOUT, timeout, of="cluster_wait")


def _node_name(node: Any) -> str:
    from l1kernel.cluster.node import Node

    if isinstance(node, Node):
        return node.name
    if not isinstance(node, str):
        raise L1TypeError(f"A Node or a node's name is needed here, not {article(type_name(node))}")
    return node
