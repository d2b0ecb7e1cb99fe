"""Turns of attempts that bring much data along: a worker must hold what waits for it, so few may wait there."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable

from l1kernel.cluster.job import Job
from l1kernel.cluster.task import Submit


class Turns:
    """Starts attempts by priority, then in order; at one time as many as their nodes can use and one more a node.

    ``begin`` starts one; ``cpus`` counts the CPUs of a node.
    """

    def __init__(self, begin: Callable[[Job, Submit], None], cpus: Callable[[str], int]) -> None:
        self.begin = begin
        self.cpus = cpus
        self._waiting: dict[tuple[str, ...], list[tuple[int, int, int, Job, Submit]]] = defaultdict(list)
        self._under_way: dict[int, tuple[str, ...]] = {}
        self._counts: Counter[tuple[str, ...]] = Counter()

    def ask(self, job: Job, submit: Submit) -> None:
        """Start this attempt when its turn comes."""
        nodes = job.placement.nodes
        heapq.heappush(self._waiting[nodes], (-job.priority, job.number, submit.serial, job, submit))
        self._go_on(nodes)

    def over(self, job: Job) -> None:
        """The job's attempt is over, or was given up."""
        nodes = self._under_way.pop(job.number, None)
        if nodes is not None:
            self._counts[nodes] -= 1
            self._go_on(nodes)

    def _go_on(self, nodes: tuple[str, ...]) -> None:
        waiting = self._waiting[nodes]
        while waiting and self._counts[nodes] < sum(self.cpus(name) + 1 for name in nodes):
            *_, job, submit = heapq.heappop(waiting)
            if job.is_current(submit.serial):
                self._under_way[job.number] = nodes
                self._counts[nodes] += 1
                self.begin(job, submit)
