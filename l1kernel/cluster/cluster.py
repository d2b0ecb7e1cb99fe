"""The Cluster that a session holds: nodes, tasks, and the threads' meeting point.

All state changes on one event loop in a thread of its own; the program's thread hands work over to it and waits on
plain events, so that an interrupt of a cell breaks the wait and nothing else.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import copy
import itertools
import signal
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from l1kernel.cluster.connect import connect, import_dask
from l1kernel.cluster.driver import COLLECT, Driver
from l1kernel.cluster.job import Job
from l1kernel.cluster.launch_local import Event, LocalLauncher
from l1kernel.cluster.node import Node, NodeSpec, node_resource
from l1kernel.cluster.parcels import unpack
from l1kernel.cluster.settings import Settings
from l1kernel.cluster.status import ClusterStatus, take_metrics, take_status
from l1kernel.cluster.task_object import Task
from l1kernel.errors import ClusterError, L1Error
from l1kernel.runtime.carried import receive
from l1kernel.runtime.output import Output
from l1kernel.runtime.registry import l1_type
from l1kernel.runtime.session import Session

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
_CLOSE = 5.0  # seconds for closing client and supervisor
_MAIN_WAIT = 0.2  # seconds between looks at what may have failed while the program waits


@l1_type("Cluster", fields=("id", "nodes", "mode", "status"))
class Cluster:
    """The session's nodes and tasks. ``status`` is starting, running, failed or closed."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.id = f"l1-{uuid.uuid4().hex[:8]}"
        self.session = session
        self.settings = settings
        self.status = "starting"
        self.output: Output = session.output
        self.tasks: dict[str, Task] = {}
        self.numbers: defaultdict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1))
        """For the ids of tasks that are given none, by what they run."""
        self._inbox: deque[Job] = deque()
        self._inbox_lock = threading.Lock()
        self._nodes: dict[str, Node] = {}
        self._reported_in: Output | None = None
        self._reported: set[str] = set()
        self._changed = threading.Condition()
        self._error: L1Error | None = None
        self.driver = Driver(self.id.removeprefix("l1-"), self._nodes)
        self.launcher = LocalLauncher(session.folder, tls=settings.tls, on_event=self._on_event)
        self.driver.on_stuck = self.launcher.restart
        self.driver.on_timeout = self.launcher.check
        self.driver.on_carried = self._receive
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name="l1-cluster", daemon=True)
        self._thread.start()
        self._starting = self._hand_over(self._start())

    def _receive(self, output: Output, kind: str, content: bytes) -> None:
        receive(self.session, output, kind, unpack(content, self.session))

    @property
    def mode(self) -> str:
        return self.settings.mode

    @property
    def nodes(self) -> list[Node]:
        return list(self._nodes.values())

    def node(self, name: str) -> Node | None:
        """The session's node of this name."""
        return self._nodes.get(name)

    def specs(self) -> list[NodeSpec]:
        """The declarations of all nodes."""
        return [node.spec for node in self._nodes.values()]

    def add_node(self, spec: NodeSpec) -> Node:
        """Declare a node and start its worker; returns at once. The same node again is the node that is there.

        ClusterError if its name is taken by a node with other fields.
        """
        self._check_usable()
        there = self._nodes.get(spec.name)
        if there is not None and there.status == "removed":
            self._wait(self._hand_over(self._gone(spec.name)))
            there = None
        if there is not None and there.status != "failed":
            if there.spec == spec:
                return there
            other = next(f for f in ("host", "cpus", "memory_mb", "tags") if getattr(there, f) != _shown(spec, f))
            raise ClusterError(
                f"Node '{spec.name}' is there already, with {other} {getattr(there, other)} and not "
                f"{_shown(spec, other)}",
                hint=f'take another name, or first cluster_remove_node("{spec.name}")',
            )
        node = self._nodes[spec.name] = Node(spec)
        self._loop.call_soon_threadsafe(self.launcher.add, spec, len(self._nodes))
        return node

    def remove_node(self, name: str) -> None:
        """Take a node out: what runs there moves to other nodes, then its worker ends and the name is free again."""
        self._check_usable()
        if name not in self._nodes:
            raise ClusterError(f"No node is called '{name}'", hint=f"known nodes: {', '.join(self._nodes) or 'none'}")
        self._wait(self._hand_over(self._remove(name)))

    def wait_nodes(self, names: Iterable[str] | None = None, timeout: float | None = None) -> None:
        """Wait until these nodes (default all) have started or failed. The cluster's own error if it broke."""
        nodes = [self._nodes[name] for name in names] if names is not None else self.nodes
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while any(node.status == "starting" for node in nodes):
                self._check_usable()
                if deadline is not None and time.monotonic() >= deadline:
                    return
                self._changed.wait(_MAIN_WAIT)
        self._check_usable()

    def take_status(self) -> ClusterStatus:
        """The status now, after the nodes that are starting have started."""
        self.wait_nodes()
        busy = self._wait(self._hand_over(self._busy(self.client())))  # a node may be online before the client is
        return take_status(self.nodes, [task.record for task in self.tasks.values()], busy)

    def take_metrics(self) -> dict[str, Any]:
        """Counts and times over the session so far."""
        self.wait_nodes()
        return take_metrics(self.nodes, [task.record for task in self.tasks.values()])

    def submit(self, task: Task) -> None:
        """Take a task; it goes off with the others that are submitted in these milliseconds."""
        self._check_usable()
        self.tasks[task.id] = task
        with self._inbox_lock:
            self._inbox.append(task.job)
            first = len(self._inbox) == 1
        if first:  # wake the loop once, not for each task: two threads in turns are slow
            self._loop.call_soon_threadsafe(self._loop.call_later, COLLECT, self._take_inbox)

    def latest_tasks(self, count: int) -> list[Task]:
        """The tasks submitted last, the newest first."""
        return list(self.tasks.values())[: -count - 1 : -1]

    def flush(self) -> None:
        """Send what was submitted without waiting for more."""
        self.on_loop(self._take_inbox)

    def fetch(self, tasks: Iterable[Task]) -> None:
        """Bring the results of ended tasks into this process; ClusterError if they went with the cluster."""
        far = [task.job for task in tasks if task.status == "done" and task.job.result is None]
        if far:
            self._check_usable()
            self._wait(self._hand_over(self.driver.fetch(far)))

    def on_loop(self, call: Callable[..., Any], *args: Any) -> None:
        """Call something on the cluster's loop, without waiting; nothing once the cluster is closed."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *args)

    def client(self) -> Client:
        """The Dask client, once the scheduler is up."""
        self._wait(self._starting)
        self._check_usable()
        assert self._client is not None
        return self._client

    def submit_work(self, function: Callable[..., Any], *args: Any, key: str, node: str | None = None) -> Future[Any]:
        """Run a module-level Python function on a CPU of any node, or of ``node``; again if its worker dies.

        ``key`` must be new and carry the session's id (``cluster.id``).
        """
        resources = {"CPU": 1.0}
        if node is not None:
            resources[node_resource(node)] = 1.0
        future: Future[Any] = self.client().submit(function, *args, key=key, resources=resources, pure=False)
        return future

    def close(self) -> None:
        """End everything that the cluster started; nothing is left after 3 s."""
        if self.status == "closed":
            return
        self.status = "closed"
        self._error = self._error or ClusterError("The cluster was shut down", hint="distributed_init() starts another")
        closing = self._hand_over(self._close())
        with contextlib.suppress(concurrent.futures.TimeoutError):
            closing.result(_CLOSE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE)
        with self._changed:
            self._changed.notify_all()

    def l1_text(self) -> str:
        online = sum(node.status == "online" for node in self.nodes)
        return f"<Cluster {self.id}: {self.status}, {online} of {len(self.nodes)} nodes online>"

    def l1_bundle(self) -> dict[str, str]:
        from l1kernel.cluster.html import render

        return {"text/plain": self.l1_text(), "text/html": render("cluster.html.j2", cluster=self)}

    def __reduce__(self) -> Any:
        raise ClusterError("A Cluster cannot travel to a task", hint="tasks run on its nodes; pass them plain values")

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _hand_over(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _wait(self, future: concurrent.futures.Future[T]) -> T:
        while True:
            try:
                return future.result(_MAIN_WAIT)
            except concurrent.futures.TimeoutError:
                if future.done():
                    raise
                self._check_usable()

    def _check_usable(self) -> None:
        if self._error is not None:
            raise copy.copy(self._error)  # a raised error gets a place and frames of its own

    def _take_inbox(self) -> None:
        while self._inbox:
            self.driver.add(self._inbox.popleft())
        self.driver.flush()

    async def _start(self) -> None:
        try:
            launching = asyncio.create_task(self.launcher.start())
            await asyncio.to_thread(import_dask)
            self._client = await connect(await launching, self.launcher.security, self.id)
            self.driver.connect(self._client)
            if self.status == "starting":
                self.status = "running"
        except asyncio.CancelledError:
            raise
        except L1Error as error:
            self._break(error)
        except Exception as error:
            self._break(ClusterError(f"The cluster did not start: {error}"))

    async def _close(self) -> None:
        self.driver.fail_all(self._error or ClusterError("The cluster was shut down"))
        self._starting.cancel()
        if self._client is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._client.close(timeout=0.5), 1.0)
        await self.launcher.close()
        for node in self.nodes:
            node.status, node.pid = "removed", None
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _busy(self, client: Client) -> dict[str, int]:
        processing = await client.scheduler.processing(workers=None)
        by_address = {node.address: node.name for node in self.nodes}
        return {by_address[a]: len(keys) for a, keys in processing.items() if a in by_address}

    async def _remove(self, name: str) -> None:
        self._nodes[name].status = "removed"
        await self.driver.drain(name)
        self.launcher.remove(name)
        await self._gone(name)

    async def _gone(self, name: str) -> None:
        while name in self._nodes:
            await asyncio.sleep(0.01)

    def _on_event(self, event: Event) -> None:
        name = event.get("name", "")
        node = self._nodes.get(name)
        match event["event"]:
            case "started":
                for where, number, serial in event["attempts"]:
                    if where is not None:
                        self.driver.started(where, number, serial)
                return
            case "online" if node is not None:
                node.pid, node.address, node.memory_limit = event["pid"], event["address"], event["memory_limit"]
                node.status = "online"
            case "lost" if node is not None and node.status != "removed":
                node.status, node.pid, node.address = "lost", None, None
                reason = event["reason"] or _how_it_ended(node, event["code"], event["memory"])
                node.losses.append(reason)
                self.driver.node_lost(name)
                self._report(name, f"Node '{name}' was lost: its worker {reason}. It gets a new one.")
            case "failed" if node is not None:
                node.status, node.pid = "failed", None
                self._report(name, f"Node '{name}' did not start: {event['reason']}")
            case "removed":
                self._nodes.pop(name, None)
            case "ended":
                self._break(
                    ClusterError("The cluster ended: its supervisor process is gone", hint="distributed_init()")
                )
        self.driver.nodes_changed()
        with self._changed:
            self._changed.notify_all()

    def _break(self, error: L1Error) -> None:
        if self.status != "closed":
            self.status = "failed"
        self._error = error
        for node in self.nodes:
            node.status, node.pid = "failed", None
        self.driver.fail_all(error)
        with self._changed:
            self._changed.notify_all()

    def _report(self, name: str, text: str) -> None:
        """Once for each node and cell, in the cell that used the cluster last."""
        output = self.output
        if output is not self._reported_in:
            self._reported_in, self._reported = output, set()
        if name not in self._reported:
            self._reported.add(name)
            output.write_error(text + "\n")


def _shown(spec: NodeSpec, field: str) -> Any:
    return list(spec.tags) if field == "tags" else getattr(spec, field)


def _how_it_ended(node: Node, code: int, memory: bool) -> str:
    if memory:
        return f"used more memory than the {(node.memory_limit or 0) >> 20} MB that it may"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"was killed by signal {-code} ({signal.Signals(-code).name})"
    return f"ended with status {code}"


class _Current:
    """Which Cluster a session has."""

    def __init__(self) -> None:
        self.cluster: Cluster | None = None

    def close(self) -> None:
        if self.cluster is not None:
            self.cluster.close()
            self.cluster = None


def current_cluster(session: Session) -> Cluster | None:
    """The session's cluster, None before ``distributed_init`` and after ``cluster_shutdown``."""
    return session.resource(_Current, _Current).cluster


def start_cluster(session: Session, settings: Settings) -> Cluster:
    """Give the session a new cluster without nodes, in place of one that it had."""
    current = session.resource(_Current, _Current)
    current.close()
    current.cluster = Cluster(session, settings)
    return current.cluster


def shut_down(session: Session) -> None:
    """End the session's cluster, if it has one."""
    session.resource(_Current, _Current).close()


def ensure_cluster(session: Session) -> Cluster:
    """The session's cluster; where there is none, or none with nodes, a local one, and one line that says so."""
    cluster = current_cluster(session)
    if cluster is None or cluster.status in ("failed", "closed"):
        cluster = start_cluster(session, Settings())
    cluster.output = session.output
    if not cluster.nodes:
        count = _embedded_nodes()
        for number in range(1, count + 1):
            cluster.add_node(NodeSpec(f"local-{number}", "localhost", 1, 1024))
        if session.output.interactive:
            session.output.write(f"Started a local cluster with {count} nodes of 1 CPU\n")
    return cluster


def _embedded_nodes() -> int:
    import os

    return max(2, min(4, os.cpu_count() or 2))
