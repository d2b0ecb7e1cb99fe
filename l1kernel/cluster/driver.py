"""Performs on a Dask Client what ``task.step`` decides.

Everything here runs on the cluster's event loop; other threads only call what ``Cluster`` hands over to it. One Dask
key for each attempt, carrying the session's id: a late result of an abandoned attempt cannot be taken for a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from l1kernel.cluster import task as life
from l1kernel.cluster.job import Job
from l1kernel.cluster.node import Node
from l1kernel.cluster.placement import place
from l1kernel.cluster.sending import Sender, plain
from l1kernel.errors import ClusterError, L1Error, L1RuntimeError, TaskContext
from l1kernel.runtime.output import Output

if TYPE_CHECKING:
    from distributed import Client, Future

COLLECT = 0.002  # seconds for which submissions are gathered into one graph
_RESTORED = 0.01  # seconds between two looks at a task that computes a lost result again
_JITTER = (0.75, 1.25)
_NEWS_WAIT = 2.0  # seconds to wait at most for the supervisor's word on a lost worker


class Driver:
    """Drives every job of one cluster."""

    def __init__(self, session_id: str, nodes: dict[str, Node]) -> None:
        self.topic = f"l1-{session_id}"
        self.session_id = session_id
        self.nodes = nodes
        self.jobs: dict[int, Job] = {}
        self.client: Client | None = None
        self.on_stuck: Callable[[str], None] = lambda node: None
        self.on_timeout: Callable[[str], None] = lambda node: None
        self.on_carried: Callable[[Output, str, bytes], None] = lambda output, kind, content: None
        self.broken: L1Error | None = None
        self._waiting: dict[int, Job] = {}
        self._ready: list[tuple[Job, life.Submit]] = []
        self._flush_handle: asyncio.TimerHandle | None = None
        self._running: dict[str, dict[tuple[int, int], bool]] = defaultdict(dict)
        """By node: the attempts whose threads are busy there, True for the abandoned ones."""
        self._keys: dict[str, tuple[Job, int]] = {}
        self._early: set[tuple[int, int, str]] = set()
        """Attempts whose start was inferred from what came later; the news of it is still on its way."""
        self._undecided: dict[str, list[tuple[Job, int]]] = defaultdict(list)
        self._background: set[asyncio.Task[None]] = set()
        self._sender = Sender(self)

    def connect(self, client: Client) -> None:
        """Use this client from now on."""
        self.client = client
        client.subscribe_topic(self.topic, self._on_event)
        self.nodes_changed()

    def add(self, job: Job) -> None:
        """Take a new job; it is submitted when its dependencies and nodes are there."""
        self.jobs[job.number] = job
        if self.broken is not None:
            self.apply(job, life.Refused(self.broken))
            return
        for dependency in job.dependencies:
            dependency.dependents.append(job)
        self._waiting[job.number] = job
        self._try_start(job)

    def apply(self, job: Job, event: life.Event) -> None:
        """Let an event change the job, and perform what follows."""
        job.record, actions = life.step(job.record, event, time.time())
        for action in actions:
            self._perform(job, action)

    def nodes_changed(self) -> None:
        """Nodes came, went or failed: see who can start now."""
        for job in list(self.jobs.values()):
            if job.number in self._waiting:
                self._try_start(job)
            elif job.future is not None and not self._possible(job):
                self.apply(job, life.Refused(_no_node(job)))

    def started(self, node: str, number: int, serial: int) -> None:
        """An attempt has started on a node."""
        job = self.jobs.get(number)
        if job is None or (number, serial, node) in self._early:
            self._early.discard((number, serial, node))
            return
        self._running[node][number, serial] = serial != job.record.serial
        self.apply(job, life.Started(serial, node))

    def node_lost(self, name: str) -> None:
        """The node's worker is gone with all its threads; all that it started was told before."""
        self._running.pop(name, None)
        self._decide(name)

    def fail_all(self, error: L1Error) -> None:
        """Nothing can run any more."""
        self.broken = error
        for job in list(self.jobs.values()):
            self.apply(job, life.Refused(error))

    async def drain(self, name: str) -> None:
        """Move what runs or queues on a node to other nodes, and results that live there too."""
        for job in list(self.jobs.values()):
            if job.record.status in life.ENDED:
                continue
            if not self._possible(job):
                self.apply(job, life.Refused(_no_node(job)))
            elif job.record.status == "running" and job.record.node == name:
                self.apply(job, life.Moved(name))
        address = self.nodes[name].address
        if self.client is not None and address is not None:
            await self.client.retire_workers([address], close_workers=False, asynchronous=True)

    async def fetch(self, jobs: Iterable[Job]) -> None:
        """Bring results that stayed on workers into this process; those that were lost are computed again."""
        jobs = list(jobs)
        while far := [job for job in jobs if _is_far(job)]:
            assert self.client is not None, "a job whose result is far was sent by it"
            try:
                parcels = await self.client.gather([job.future for job in far], asynchronous=True)
            except Exception:
                if not await self.restore(far):
                    raise
                continue
            for job, parcel in zip(far, parcels, strict=True):
                job.result, job.parcel = parcel, b""

    async def restore(self, jobs: Iterable[Job]) -> bool:
        """Compute again what Dask has lost and cannot compute; False where it has lost nothing."""
        lost = [job for job in jobs if _is_far(job) and job.future is not None and job.future.status != "finished"]
        for job in lost:
            job.ended.clear()
            self.apply(job, life.ResultLost())
        while not all(job.record.status in life.ENDED for job in lost):
            await asyncio.sleep(_RESTORED)
        return bool(lost)

    def flush(self) -> None:
        """Send what was collected so far, as one graph for each kind of placement."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if self.client is None or not self._ready:
            return
        ready, self._ready = self._ready, []
        self._sender.send(ready)

    def _perform(self, job: Job, action: life.Action) -> None:
        loop = asyncio.get_running_loop()
        match action:
            case life.Submit(node=fallback):
                if fallback is not None and not self._go_to_fallback(job, fallback):
                    return
                self._release(job)
                self._ready.append((job, action))
                if self._flush_handle is None:
                    self._flush_handle = loop.call_later(COLLECT, self.flush)
            case life.RetryAfter(serial, delay):
                self._release(job)
                wait = delay * random.uniform(*_JITTER)
                job.timer = loop.call_later(wait, self.apply, job, life.RetryDue(serial))
            case life.ArmTimeout(serial, seconds):
                if job.timer is not None:
                    job.timer.cancel()
                job.timer = loop.call_later(seconds, self.apply, job, life.TimedOut(serial))
            case life.Abandon(serial, node, running):
                self._release(job)
                if running and node is not None:
                    self._abandon(job.number, serial, node)
            case life.Announce():
                self._ended(job)

    def _go_to_fallback(self, job: Job, node: str) -> bool:
        try:
            job.placement = place(node, {}, [n.spec for n in self.nodes.values()])
            job.target = node
        except ClusterError as missing:
            last = job.record.error
            where = last.task if last is not None else None
            tried = f"Task '{job.record.id}' failed and its fallback node '{node}' does not exist"
            reason = f": {last.type}: {last.message}" if last is not None else ""
            self.apply(job, life.NoFallback(ClusterError(tried + reason, hint=missing.hint, task=where)))
            return False
        return True

    def _abandon(self, number: int, serial: int, node: str) -> None:
        """Its thread cannot be stopped: when a node has no other slot left, only a new worker helps."""
        busy = self._running[node]
        if (number, serial) in busy:
            busy[number, serial] = True
        if sum(busy.values()) >= self.nodes[node].cpus:
            self.on_stuck(node)
        else:
            self.on_timeout(node)

    def _release(self, job: Job) -> None:
        if job.timer is not None:
            job.timer.cancel()
            job.timer = None
        if job.future is not None:
            self._keys.pop(job.future.key, None)
            job.future.release()
            job.future = None
        self._sender.over(job)

    def _ended(self, job: Job) -> None:
        record = job.record
        self._waiting.pop(job.number, None)
        if not _is_far(job):
            job.parcel = b""
        if record.error is not None and record.attempts:
            record.error.task = TaskContext(record.id, record.node, record.attempts)
        job.ended.set()
        if record.status != "done" or job.result is not None:
            self._release(job)
        elif job.timer is not None:
            job.timer.cancel()
            job.timer = None
        self._sender.over(job)
        for dependent in job.dependents:
            if record.status == "done":
                self._try_start(dependent)
            else:
                self.apply(dependent, life.Refused(_dependency_failed(dependent, record)))

    def _try_start(self, job: Job) -> None:
        if job.number not in self._waiting or self.client is None:
            return
        if any(dependency.record.status != "done" for dependency in job.dependencies):
            for dependency in job.dependencies:
                if dependency.record.status in life.ENDED - {"done"}:
                    self.apply(job, life.Refused(_dependency_failed(job, dependency.record)))
                    return
            return
        if not self._possible(job):
            self.apply(job, life.Refused(_no_node(job)))
            return
        if any(self.nodes[name].status == "starting" for name in job.placement.nodes):
            return  # wait for all, or the first node up would get everything
        del self._waiting[job.number]
        self.apply(job, life.Ready())

    def _possible(self, job: Job) -> bool:
        """Whether a node is left that the job can run on; nodes that came later count."""
        if job.record.status in life.ENDED:
            return True
        left = [node.spec for node in self.nodes.values() if node.status not in ("failed", "removed")]
        try:
            job.placement = place(job.target, job.placement.resources, left)
        except ClusterError:
            return False
        return True

    def watch(self, job: Job, serial: int, future: Future) -> None:
        job.future = future
        self._keys[future.key] = (job, serial)
        loop = asyncio.get_running_loop()

        def tell(done: Future) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the cluster was shut down
                loop.call_soon_threadsafe(self._on_done, done.key, done)

        future.add_done_callback(tell)

    def _on_done(self, key: str, future: Any) -> None:
        """Dask is through with a key. What a task gave or raised comes as an event; here it is about lost workers."""
        if key not in self._keys:
            return
        job, serial = self._keys[key]
        if job.future is None or job.future is not future:
            return
        if future.status == "finished":  # a result too large for the news; now it is safe with Dask
            self.apply(job, life.Finished(serial))
            return
        error: Any = future._state.exception if future.status == "error" else None
        worker = getattr(error, "last_worker", None)
        if error is not None and worker is None:
            self.apply(job, life.Failed(serial, L1RuntimeError(f"The task could not be run: {plain(error)}")))
            return
        name = str(worker.name) if worker is not None else job.record.node or "?"
        node = self.nodes.get(name)
        if node is not None and node.address == getattr(worker, "address", None):
            # whether it had started, and why the worker ended, the supervisor tells in a moment
            self._undecided[name].append((job, serial))
            asyncio.get_running_loop().call_later(_NEWS_WAIT, self._decide, name)
        else:
            self._lose(job, serial, name)

    def _lose(self, job: Job, serial: int, name: str) -> None:
        node = self.nodes.get(name)
        reason = node.losses[-1] if node is not None and node.losses else "is gone"
        self.apply(job, life.WorkerLost(serial, name, job.record.status == "running", reason))

    def _decide(self, node: str) -> None:
        for job, serial in self._undecided.pop(node, ()):
            self._lose(job, serial, node)

    def _on_event(self, event: tuple[float, dict[str, Any]]) -> None:
        """News of an attempt from its worker, see ``worker.emit``."""
        message = event[1]
        job = self.jobs.get(message["number"])
        if job is None:
            return
        serial, node, kind = message["serial"], message["node"], message["event"]
        if kind == "started":
            self.started(node, job.number, serial)
            return
        if (job.number, serial) not in self._running[node]:
            self.started(node, job.number, serial)
            self._early.add((job.number, serial, node))
        if kind in ("finished", "failed"):
            del self._running[node][job.number, serial]
        if serial != job.record.serial:
            return
        match kind:
            case "progress":
                self.apply(job, life.Progressed(serial, message["fraction"]))
            case "finished":
                job.result = message.get("result")
                if job.result is not None:
                    self.apply(job, life.Finished(serial))
            case "failed":
                error = _read_error(message["error"])
                self.apply(job, life.Failed(serial, error, message["permanent"] or error.type == "NameError"))
            case "output" if job.output is not None and job.record.status == "running":
                write = job.output.write_error if message.get("error") else job.output.write
                write(message["text"])
            case "carried" if job.output is not None and job.record.status == "running":
                self.on_carried(job.output, message["what"], message["content"])

    def spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _is_far(job: Job) -> bool:
    """Whether its result is with Dask alone."""
    return job.record.status == "done" and job.result is None and job.future is not None


def _dependency_failed(job: Job, dependency: life.Record) -> ClusterError:
    reason = f": {dependency.error.type}: {dependency.error.message}" if dependency.error is not None else ""
    return ClusterError(
        f"Task '{job.record.id}' needs the result of task '{dependency.id}', which ended as {dependency.status}{reason}"
    )


def _no_node(job: Job) -> ClusterError:
    return ClusterError(f"Task '{job.record.id}' has no node left that could run it: {', '.join(job.placement.nodes)}")


def _read_error(parcel: bytes) -> L1Error:
    import pickle

    error = pickle.loads(parcel)
    return error if isinstance(error, L1Error) else L1RuntimeError(str(error))
