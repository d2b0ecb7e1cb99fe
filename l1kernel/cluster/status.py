"""What ``cluster_status`` and ``cluster_get_metrics`` give: figures taken at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from l1kernel.cluster.node import Node
from l1kernel.cluster.task import Record
from l1kernel.runtime.registry import l1_type

MB = 1 << 20


@l1_type("ClusterStatus", fields=("total_nodes", "online_nodes", "utilization", "tasks", "nodes"))
@dataclass(frozen=True)
class ClusterStatus:
    """``utilization`` is the percentage of the declared CPUs that are busy; ``tasks`` counts tasks by status;
    ``nodes`` has a Dictionary for each node, memory in MB."""

    total_nodes: int
    online_nodes: int
    utilization: int | float
    tasks: dict[str, int]
    nodes: list[dict[str, Any]]

    def l1_text(self) -> str:
        tasks = ", ".join(f"{count} {status}" for status, count in self.tasks.items()) or "none"
        return (
            f"<ClusterStatus: {self.online_nodes} of {self.total_nodes} nodes online, "
            f"{self.utilization}% busy, tasks: {tasks}>"
        )

    def l1_bundle(self) -> dict[str, str]:
        from l1kernel.cluster.html import render

        return {"text/plain": self.l1_text(), "text/html": render("status.html.j2", status=self)}


def take_status(nodes: Iterable[Node], records: Iterable[Record], busy: Mapping[str, int]) -> ClusterStatus:
    """The status of these nodes and tasks; ``busy`` is the number of work items by node, running or queued there."""
    nodes = list(nodes)
    used = {node.name: min(busy.get(node.name, 0), node.cpus) if node.status == "online" else 0 for node in nodes}
    slots = sum(node.cpus for node in nodes)
    return ClusterStatus(
        total_nodes=len(nodes),
        online_nodes=sum(node.status == "online" for node in nodes),
        utilization=whole(round(100 * sum(used.values()) / slots, 1)) if slots else 0,
        tasks=dict(Counter(record.status for record in records)),
        nodes=[_row(node, used[node.name]) for node in nodes],
    )


def take_metrics(nodes: Iterable[Node], records: Iterable[Record]) -> dict[str, Any]:
    """Counts and times over the session so far; times in seconds."""
    records, nodes = list(records), list(nodes)
    times = [r.finished - r.started for r in records if r.status == "done" and r.finished and r.started]
    begun = [r.started for r in records if r.started]
    ended = [r.finished for r in records if r.finished and r.status == "done"]
    span = max(ended) - min(begun) if begun and ended else 0.0
    return {
        "tasks": len(records),
        "tasks_by_status": dict(Counter(r.status for r in records)),
        "attempts": sum(r.attempts for r in records),
        "retries": sum(max(0, r.attempts - 1) for r in records),
        "mean_seconds": sum(times) / len(times) if times else None,
        "tasks_per_second": len(ended) / span if span > 0 else None,
        "lost_workers": sum(len(node.losses) for node in nodes),
        "cpus": sum(node.cpus for node in nodes),
        "memory_mb": sum(node.memory_mb for node in nodes),
    }


def whole(number: float) -> int | float:
    """An Integer where the number is whole, as L1 shows it."""
    return int(number) if number == int(number) else number


def _row(node: Node, busy: int) -> dict[str, Any]:
    return {
        "name": node.name,
        "host": node.host,
        "status": node.status,
        "cpus": node.cpus,
        "busy": busy,
        "memory_mb": node.memory_mb,
        "memory_limit_mb": None if node.memory_limit is None else node.memory_limit // MB,
        "tags": node.tags,
        "pid": node.pid,
        "losses": len(node.losses),
    }
