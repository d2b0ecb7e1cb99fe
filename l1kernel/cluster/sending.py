"""Puts attempts on a Dask Client: small ones together as graphs, those with much data one by one, in turns."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from l1kernel.cluster import task as life
from l1kernel.cluster.job import Job
from l1kernel.cluster.placement import prefer
from l1kernel.cluster.supervisor import ATTEMPT_MARK
from l1kernel.cluster.turns import Turns
from l1kernel.cluster.worker import Attempt, run_attempt
from l1kernel.errors import L1RuntimeError

if TYPE_CHECKING:
    from l1kernel.cluster.driver import Driver

LARGE = 1 << 20  # bytes; a larger parcel is scattered instead of standing in the graph
_SCATTERS, _SCATTER_AGAIN = 50, 0.2  # tries to send large arguments, and seconds between two


class Sender:
    """Sends for one driver, on its loop, through its client."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._turns = Turns(lambda job, submit: driver.spawn(self._submit_large(job, submit)), self._cpus_of)

    def send(self, ready: Iterable[tuple[Job, life.Submit]]) -> None:
        """Send these attempts, as one graph for each kind of placement."""
        groups: dict[Any, list[tuple[Job, life.Submit]]] = defaultdict(list)
        for job, submit in ready:
            if not job.is_current(submit.serial):
                continue
            if len(job.parcel) > LARGE:
                self._turns.ask(job, submit)
                continue
            if job.dependencies:
                self.driver.spawn(self._submit_dependent(job, submit, job.parcel))
                continue
            groups[self._where(job, submit)].append((job, submit))
        # those with the narrowest choice first, so that Dask does not give their slots to tasks that can go anywhere
        for where, members in sorted(groups.items(), key=lambda group: -len(group[0][0])):
            self._submit_group(where, members)

    def over(self, job: Job) -> None:
        """The job's attempt is over, or was given up: another may have its turn."""
        self._turns.over(job)

    def _where(self, job: Job, submit: life.Submit) -> tuple[Any, ...]:
        online = {name for name, node in self.driver.nodes.items() if node.status == "online"}
        preferred = prefer(job.placement, submit.avoid, online)
        addresses = tuple(self.driver.nodes[name].address for name in preferred)
        return tuple(sorted(job.placement.resources.items())), addresses, job.priority

    def _submit_group(self, where: tuple[Any, ...], members: list[tuple[Job, life.Submit]]) -> None:
        assert self.driver.client is not None
        attempts = [Attempt(job.record.id, job.number, submit.serial, self.driver.topic) for job, submit in members]
        keys = [self._key(job, submit.serial) for job, submit in members]
        futures = self.driver.client.map(
            run_attempt,
            attempts,
            [job.parcel for job, _ in members],
            key=keys,
            pure=False,
            **_annotations(where),
        )
        for (job, submit), future in zip(members, futures, strict=True):
            self.driver.watch(job, submit.serial, future)

    async def _submit_large(self, job: Job, submit: life.Submit) -> None:
        """An attempt with large arguments: they go straight to a worker, not through the scheduler in a graph."""
        assert self.driver.client is not None
        for _ in range(_SCATTERS):
            try:
                (parcel,) = await self.driver.client.scatter([job.parcel], hash=False, direct=True, asynchronous=True)
            except Exception as error:  # the worker that was to take it is gone
                reason = plain(error)
                await asyncio.sleep(_SCATTER_AGAIN)
            else:
                await self._submit_dependent(job, submit, parcel)
                return
            if not job.is_current(submit.serial):
                return
        failed = L1RuntimeError(f"The arguments of task '{job.record.id}' could not be sent to a worker: {reason}")
        self.driver.apply(job, life.Failed(submit.serial, failed, permanent=True))

    async def _submit_dependent(self, job: Job, submit: life.Submit, parcel: Any) -> None:
        """An attempt that gets data by reference: its own large arguments, results of other tasks."""
        assert self.driver.client is not None
        await self.driver.restore(job.dependencies)
        if not job.is_current(submit.serial) or any(d.record.status != "done" for d in job.dependencies):
            return  # a dependency that failed has failed this one too
        future = self.driver.client.submit(
            run_attempt,
            Attempt(job.record.id, job.number, submit.serial, self.driver.topic),
            parcel,
            *[d.future if d.future is not None else d.result for d in job.dependencies],
            key=self._key(job, submit.serial),
            pure=False,
            **_annotations(self._where(job, submit)),
        )
        self.driver.watch(job, submit.serial, future)

    def _cpus_of(self, name: str) -> int:
        return self.driver.nodes[name].cpus if name in self.driver.nodes else 0

    def _key(self, job: Job, serial: int) -> str:
        return f"{job.label}{ATTEMPT_MARK}{self.driver.session_id}-{job.record.id}-{job.number}-{serial}"


def _annotations(where: tuple[Any, ...]) -> dict[str, Any]:
    resources, addresses, priority = where
    chosen: dict[str, Any] = {"resources": dict(resources), "priority": priority, "fifo_timeout": 0}
    if addresses:
        chosen.update(workers=list(addresses), allow_other_workers=True)
    return chosen


def plain(error: BaseException) -> str:
    """The error's message on one line."""
    return re.sub(r"\s+", " ", str(error)).strip() or type(error).__name__
