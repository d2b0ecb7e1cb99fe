"""The Task that a program holds."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from l1kernel.cluster import task as life
from l1kernel.cluster.job import Job
from l1kernel.cluster.parcels import unpack
from l1kernel.cluster.status import whole
from l1kernel.errors import ClusterError, L1Error
from l1kernel.runtime.registry import l1_type

if TYPE_CHECKING:
    from l1kernel.cluster.cluster import Cluster

_NOTHING = object()


@l1_type(
    "Task",
    fields=("id", "status", "node", "attempts", "progress", "result", "error", "started", "finished"),
)
class Task:
    """A submitted task. ``progress`` goes from 0 to 1; ``started`` and ``finished`` are seconds as ``time()`` gives."""

    def __init__(self, cluster: Cluster, job: Job) -> None:
        self.cluster = cluster
        self.job = job
        self._value: Any = _NOTHING

    @property
    def record(self) -> life.Record:
        return self.job.record

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def status(self) -> str:
        return self.record.status

    @property
    def node(self) -> str | None:
        return self.record.node

    @property
    def attempts(self) -> int:
        return self.record.attempts

    @property
    def progress(self) -> int | float:
        return whole(self.record.progress)

    @property
    def error(self) -> L1Error | None:
        return self.record.error

    @property
    def started(self) -> float | None:
        return self.record.started

    @property
    def finished(self) -> float | None:
        return self.record.finished

    @property
    def ended(self) -> bool:
        return self.job.ended.is_set()

    @property
    def result(self) -> Any:
        """The value of a task that is done, null for any other."""
        if self.status != "done":
            return None
        if self._value is _NOTHING:
            if self.job.result is None:
                self.cluster.fetch([self])
            if self.status != "done":  # its result was lost, and to compute it again has failed
                self.raise_failure()
            assert self.job.result is not None
            self._value = unpack(self.job.result, self.cluster.session)
        return self._value

    def cancel(self) -> None:
        """Give the task up, in a moment; nothing where it has ended."""
        self.cluster.on_loop(self.cluster.driver.apply, self.job, life.Cancel())

    def raise_failure(self) -> None:
        """The error of a task that failed, ran out of time or was cancelled; nothing for one that is done."""
        record = self.record
        if record.status == "cancelled":
            raise ClusterError(f"Task '{record.id}' was cancelled")
        if record.error is not None:
            raise copy.copy(record.error)  # a raised error gets a place and frames of its own

    def story(self) -> str:
        """What happened to the task, a sentence a line."""
        record = self.record
        if not record.story:
            return f"Task '{record.id}' waits for what it needs."
        begin = record.story[0][0]
        lines = [f"Task '{record.id}' is {record.status}."]
        lines += [f"  {when - begin:8.3f} s  {text}" for when, text in record.story]
        return "\n".join(lines)

    def __reduce__(self) -> Any:
        raise ClusterError(
            f"Task '{self.id}' cannot travel inside another task's values", hint="pass it as an argument"
        )

    def l1_text(self) -> str:
        node = f" on {self.node}" if self.node else ""
        attempts = f", attempt {self.attempts}" if self.attempts > 1 else ""
        return f"<Task {self.id}: {self.status}{node}{attempts}>"

    def l1_bundle(self) -> dict[str, str]:
        from l1kernel.cluster.html import render

        return {"text/plain": self.l1_text(), "text/html": render("task.html.j2", task=self)}
