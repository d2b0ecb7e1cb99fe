"""What a pipeline is made of in the kernel: runs of stages whose work is in flight on the cluster, and open windows.

A step is offered batches, and what becomes of them is collected in the same order.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
import math
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from l1kernel.cluster.cluster import Cluster, ensure_cluster
from l1kernel.cluster.parcels import pack, unpack
from l1kernel.errors import ClusterError, L1Error, L1RuntimeError
from l1kernel.runtime.session import Session
from l1kernel.streams.events import Batch, Entry
from l1kernel.streams.interrupts import HeldBack
from l1kernel.streams.stream import items_of
from l1kernel.streams.windows import WindowSize, windows
from l1kernel.streams.worker import Outcome, Shown, run_stages

if TYPE_CHECKING:
    from distributed import Future

BRIEF = 0.02  # seconds; a group that took less may be larger next time
LONG = 0.05  # seconds; a group that took more is halved
FEWEST, MOST = 4, 16  # groups in flight
_unique = itertools.count()


@dataclass(eq=False, slots=True)
class Group:
    """Entries that went to the cluster together; ``outcome`` is set where it is known without asking a worker."""

    batch: Batch
    node: str | None = None
    handle: concurrent.futures.Future[bytes] | None = None
    outcome: Outcome | None = None


class WorkStep:
    """Consecutive stages fused into one function that runs on the workers, over groups of events.

    Groups start at one event, so that the first few already spread over the nodes, and grow until one takes 20 to
    50 ms. A group whose worker dies runs again; its result is taken once, when its turn has come. What is in flight
    when nobody holds the step any more is cancelled: it must not keep the nodes from the program's next pipeline.
    """

    def __init__(
        self,
        session: Session,
        name: str,
        stages: Sequence[tuple[str, Any]],
        *,
        largest: int,
        wake: Callable[[], None],
    ) -> None:
        self.session = session
        self.name = name
        self.load = 0
        self.late: list[Any] = []
        self.late_count = 0
        self.error: L1Error | None = None
        self.finishing = False
        self._stages = pack(list(stages), what=f"A function of {name}")
        self._wake = wake
        self._largest = largest
        self._size = 1
        self._limit = FEWEST
        self._turn = 0
        self._pending: deque[Batch] = deque()
        self._in_flight: deque[Group] = deque()
        weakref.finalize(self, _cancel, self._in_flight).atexit = False

    @property
    def appetite(self) -> int:
        """How many entries make a good batch now."""
        return self._size

    @property
    def in_flight(self) -> bool:
        """Whether workers have something to do for this step."""
        return bool(self._in_flight)

    @property
    def done(self) -> bool:
        """Whether the input has ended and all of it was collected."""
        return self.finishing and not self._pending and not self._in_flight

    def accepts(self) -> bool:
        """Whether it can be offered a batch now."""
        return not self._pending and len(self._in_flight) < self._limit

    def offer(self, batch: Batch) -> None:
        self._pending.append(batch)
        self.load += len(batch.entries)

    def finish(self) -> None:
        """There will be no more batches."""
        self.finishing = True

    def send(self) -> None:
        """Submit what is pending as far as the bound on work in flight allows."""
        while self._pending and len(self._in_flight) < self._limit:
            batch = self._pending[0]
            entries, rest = batch.entries[: self._size], batch.entries[self._size :]
            # what the watermark reached is known only behind the last entry
            group = Group(Batch(entries, -math.inf if rest else batch.watermark))
            self._submit(group)
            with HeldBack():
                self._in_flight.append(group)
                if rest:
                    self._pending[0] = Batch(rest, batch.watermark)
                else:
                    self._pending.popleft()
        self._rescue()

    def ready(self) -> bool:
        """Whether the first group's outcome is there."""
        if not self._in_flight:
            return False
        group = self._in_flight[0]
        if group.outcome is None and group.handle is not None and group.handle.done():
            self._settle(group)
        return group.outcome is not None

    def collect(self) -> tuple[Batch, list[Shown]]:
        """What came of the first group, and what it showed. Where a stage failed, ``error`` is set."""
        group = self._in_flight[0]
        outcome = group.outcome
        assert outcome is not None
        entries = group.batch.entries
        batch = Batch(
            [Entry(item, entries[at].time, entries[at].watermark, key) for at, item, key in outcome.rows],
            group.batch.watermark,
        )
        self._in_flight.popleft()
        self.load -= len(entries)
        self.error = outcome.error
        if outcome.seconds > LONG:
            self._size = max(1, self._size // 2)
        elif outcome.seconds < BRIEF and len(entries) >= self._size:
            self._size = min(self._largest, self._size * 2)
        return batch, outcome.shown

    def cancel(self) -> None:
        """Nobody wants the rest."""
        _cancel(self._in_flight)
        self._in_flight.clear()
        self._pending.clear()
        self.load = 0

    def _submit(self, group: Group) -> None:
        if not group.batch.entries:
            group.outcome = Outcome()
            return
        try:
            parcel = pack(items_of(group.batch.entries), what=f"An event of {self.name}")
        except L1Error as error:
            group.outcome = Outcome(error=error)
            return
        cluster = ensure_cluster(self.session)
        group.node = self._choose_node(cluster)
        future = cluster.submit_work(
            run_stages,
            self.name,
            self._stages,
            parcel,
            key=f"{cluster.id}-stream-{self.name}-{next(_unique)}",
            node=group.node,
        )
        handle = asyncio.run_coroutine_threadsafe(_result(future), future.client.loop.asyncio_loop)
        wake = self._wake  # not self: the cluster's loop would hold the step as long as the work is in flight
        handle.add_done_callback(lambda _: wake())
        group.handle = handle

    def _choose_node(self, cluster: Cluster) -> str | None:
        """The next node in turn that has a CPU free, so that even a few groups spread; None where all are busy."""
        cluster.wait_nodes()
        nodes = [node for node in cluster.nodes if node.status in ("online", "lost")]
        if not nodes:
            raise ClusterError(
                f"No node is there to work on {self.name}", hint='add one: cluster_add_node("node-1:localhost:2:1024")'
            )
        self._limit = max(FEWEST, min(MOST, 2 * len(nodes)))
        busy: dict[str | None, int] = {}
        for group in self._in_flight:
            busy[group.node] = busy.get(group.node, 0) + 1
        for task in list(cluster.tasks.values()):
            if task.status == "running":
                busy[task.node] = busy.get(task.node, 0) + 1
        for _ in nodes:
            node = nodes[self._turn % len(nodes)]
            self._turn += 1
            if node.status == "online" and busy.get(node.name, 0) < node.cpus:
                return node.name
        return None

    def _rescue(self) -> None:
        """Send again what waits for a node that was taken out of the cluster."""
        for group in self._in_flight:
            if group.node is not None and group.handle is not None and not group.handle.done():
                cluster = ensure_cluster(self.session)
                node = cluster.node(group.node)
                if node is None or node.status in ("removed", "failed"):
                    group.handle.cancel()
                    self._submit(group)

    def _settle(self, group: Group) -> None:
        """Take the outcome from a finished handle, or send the group again if the cluster went away under it."""
        assert group.handle is not None
        try:
            parcel = group.handle.result(0)
        except concurrent.futures.CancelledError:
            self._submit(group)
        except Exception as error:
            if ensure_cluster(self.session).status != "running":
                self._submit(group)
            else:
                group.outcome = Outcome(error=L1RuntimeError(f"A worker could not do its part of {self.name}: {error}"))
        else:
            group.outcome = unpack(parcel, self.session)


def _cancel(groups: Iterable[Group]) -> None:
    for group in groups:
        if group.handle is not None:
            group.handle.cancel()


class WindowStep:
    """Puts entries into windows and gives the windows that close."""

    def __init__(self, size: WindowSize, *, appetite: int, keep_late: bool) -> None:
        self.appetite = appetite
        self.load = 0
        self.late: deque[Any] = deque(maxlen=appetite if keep_late else 0)
        self.late_count = 0
        self.error: L1Error | None = None
        self.in_flight = False
        self.finishing = False
        self._windows = windows(size)
        self._closed: deque[Batch] = deque()

    @property
    def done(self) -> bool:
        """Whether the input has ended and all windows were collected."""
        return self.finishing and not self._closed

    def accepts(self) -> bool:
        return not self._closed

    def offer(self, batch: Batch) -> None:
        closed: list[Entry] = []
        for entry in batch.entries:
            closed.extend(self._windows.advance(entry.watermark))
            if not self._windows.add(entry):
                self.late_count += 1
                self.late.append(entry.item)
        closed.extend(self._windows.advance(batch.watermark))
        self._close(closed)

    def finish(self) -> None:
        """There will be no more batches: every open window closes."""
        self.finishing = True
        self._close(list(self._windows.advance(math.inf)))

    def send(self) -> None:
        """Nothing to send: windows are kept in the kernel, where no worker's death can touch them."""

    def ready(self) -> bool:
        return bool(self._closed)

    def collect(self) -> tuple[Batch, list[Shown]]:
        """The windows that closed with one batch."""
        batch = self._closed.popleft()
        self.load -= len(batch.entries)
        return batch, []

    def cancel(self) -> None:
        self._closed.clear()

    def _close(self, closed: list[Entry]) -> None:
        self._closed.append(Batch(closed, self._windows.watermark))
        self.load += len(closed)


async def _result(future: Future) -> bytes:
    """What the work gave. Cancelled before it is done, it lets the work go; after that, the result still arrives:
    a Dask client shares one request among all who gather, and a cancelled one would fail them for ever.
    """
    await future.exception()
    result: bytes = await asyncio.shield(asyncio.ensure_future(future))
    return result
