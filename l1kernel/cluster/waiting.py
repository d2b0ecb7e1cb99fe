"""Waiting for tasks: interruptible, with a progress bar where someone may be watching."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from l1kernel.cluster.cluster import Cluster
from l1kernel.cluster.status import whole
from l1kernel.cluster.task_object import Task
from l1kernel.errors import ClusterError, L1TimeoutError
from l1kernel.runtime.output import Output

_BAR_AFTER = 2.0  # seconds of waiting before a progress bar is worth showing
_BAR_EVERY = 0.25
_FAILURES_SHOWN = 20


def wait_one(task: Task, timeout: float | None) -> Any:
    """The task's result, or its own error. L1TimeoutError if it has not ended after ``timeout`` seconds."""
    task.cluster.flush()
    if not task.job.ended.wait(timeout):
        raise L1TimeoutError(
            f"Task '{task.id}' is still {task.status} after {timeout:g} s", hint="it goes on; wait longer"
        )
    task.raise_failure()
    return task.result


def wait_all(tasks: Sequence[Task], output: Output) -> list[Any]:
    """The results in order. One ClusterError that lists every task which did not end well."""
    clusters: list[Cluster] = list({id(task.cluster): task.cluster for task in tasks}.values())
    for cluster in clusters:
        cluster.flush()
    bar = _Bar(tasks, output)
    for task in tasks:
        while not task.job.ended.wait(bar.due_in()):
            bar.show()
    bar.end()
    bad = [task for task in tasks if task.status != "done"]
    if bad:
        raise _failures(bad, len(tasks))
    for cluster in clusters:
        cluster.fetch([task for task in tasks if task.cluster is cluster])
    return [task.result for task in tasks]


def percent_done(tasks: Sequence[Task]) -> int | float:
    """How much of these tasks is done, in percent; one that ended badly counts as over."""
    if not tasks:
        return 100
    parts = [1.0 if task.ended else task.record.progress for task in tasks]
    return whole(round(100 * sum(parts) / len(parts), 1))


def _failures(bad: Sequence[Task], total: int) -> ClusterError:
    lines = [f"{task.id}: {_reason(task)}" for task in bad[:_FAILURES_SHOWN]]
    if len(bad) > _FAILURES_SHOWN:
        lines.append(f"and {len(bad) - _FAILURES_SHOWN} more")
    count = f"{len(bad)} of {total} tasks" if total > 1 else "The task"
    first = next((task.error for task in bad if task.error is not None), None)
    return ClusterError(
        f"{count} did not end well\n  " + "\n  ".join(lines),
        hint=first.hint if first is not None and len(bad) == 1 else "explain(task) tells what happened to one",
        task=first.task if first is not None and len(bad) == 1 else None,
    )


def _reason(task: Task) -> str:
    error = task.error
    if task.status == "cancelled" or error is None:
        return f"was {task.status}"
    where = f" (node {error.task.node}, attempt {error.task.attempt})" if error.task is not None else ""
    line = f" at line {error.location.line}" if error.location is not None else ""
    return f"{error.type}: {error.message}{line}{where}"


class _Bar:
    """A bar that appears only in a long wait; its text/plain is empty, so that a saved notebook stays quiet."""

    def __init__(self, tasks: Sequence[Task], output: Output) -> None:
        self.tasks = tasks
        self.output = output
        self.next = time.monotonic() + _BAR_AFTER if output.interactive else None
        self.id: str | None = None

    def due_in(self) -> float | None:
        return None if self.next is None else max(0.0, self.next - time.monotonic())

    def show(self) -> None:
        if self.next is None or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + _BAR_EVERY
        self._draw()

    def end(self) -> None:
        if self.id is not None:
            self._draw()

    def _draw(self) -> None:
        from l1kernel.cluster.html import render

        ended = sum(task.ended for task in self.tasks)
        page = render("progress.html.j2", ended=ended, total=len(self.tasks), fraction=percent_done(self.tasks) / 100)
        update, self.id = self.id is not None, self.id or f"l1-progress-{id(self)}-{time.time_ns()}"
        self.output.display({"text/html": page, "text/plain": ""}, display_id=self.id, update=update)
