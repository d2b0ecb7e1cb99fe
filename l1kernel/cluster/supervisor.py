"""The supervisor: scheduler and nannies of a local cluster, in a process and an OS session of their own.

Its stdin is a pipe from the kernel. The first line brings the credentials, later lines are commands, and its end means
that the kernel is gone: then everything this process started is killed, and so is it. Events go back over what was
its stdout, one JSON object a line. Its log is its stderr.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine
from typing import IO, TYPE_CHECKING, Any

from l1kernel.cluster.forking import start_forkserver
from l1kernel.cluster.processes import adopt_orphans, kill_descendants, kill_group, wake_with_parent_gone

if TYPE_CHECKING:
    from distributed import Nanny, Scheduler

LEAST_MEMORY = 256 << 20  # bytes
ATTEMPT_MARK = "-l1task-"  # in the Dask key of each attempt that the driver counts itself
_STARTS = 5  # tries to start a node before it has failed
_BACK = 10.0  # seconds after which a lost worker should be back
_UNRESPONSIVE = 1.5  # seconds without a heartbeat; a healthy worker sends one every half second

Report = Callable[..., None]


def main(preload: list[str]) -> None:
    """Run until the pipe closes. ``preload`` names the modules that every worker needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    wake_with_parent_gone()
    commands, events = _take_pipes()
    for name in preload:
        importlib.import_module(name)
    start_forkserver(preload, close_first=(commands, events))
    folder = tempfile.mkdtemp(prefix="l1-cluster-")
    lock = threading.Lock()

    def report(event: str, **fields: Any) -> None:
        with lock:
            try:
                events.write(json.dumps({"event": event, **fields}) + "\n")
                events.flush()
            except OSError:  # the kernel is gone; the other pipe says so too
                pass

    asyncio.run(_serve(commands, report, folder))


def _take_pipes() -> tuple[IO[str], IO[str]]:
    """The pipes to the kernel, moved away from 0 and 1, which what tasks start would inherit."""
    commands = os.fdopen(os.dup(0), "r", encoding="utf-8")
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, events


def _end(folder: str) -> None:
    kill_descendants()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


async def _serve(commands: IO[str], report: Report, folder: str) -> None:
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    host = _Host(report, folder)

    def watch() -> None:
        # a thread, so that the end of the kernel is acted on whatever the loop is busy with
        for line in commands:
            loop.call_soon_threadsafe(queue.put_nowait, json.loads(line))
        host.ending = True
        _end(folder)

    threading.Thread(target=watch, name="kernel watch", daemon=True).start()
    first = await queue.get()
    await host.start(first["security"])
    while True:
        await host.perform(await queue.get())


class _Host:
    """Scheduler and nannies, driven by the kernel's commands."""

    def __init__(self, report: Report, folder: str) -> None:
        self.report = report
        self.folder = folder
        self.nannies: dict[str, Any] = {}
        self.starting: dict[str, asyncio.Task[Any]] = {}
        self.leaving: dict[str, Any] = {}
        """Nannies of removed nodes that have not ended yet."""
        self.pids: dict[str, int] = {}
        self.ended_by_us: dict[int, str] = {}
        """Why this process killed a worker, by pid."""
        self.background: set[asyncio.Task[Any]] = set()
        self.ending = False
        """What is killed from now on must not be started again."""

    async def start(self, security: dict[str, Any] | None) -> None:
        import dask
        import distributed.utils
        from distributed import Scheduler, Security

        distributed.utils._forkserver_preload_set = True  # else it imports pandas and more into this process
        dask.config.set(_dask_config(self.folder))
        self.security = Security(**security) if security else Security()
        self.protocol = "tls" if security else "tcp"
        self.scheduler: Scheduler = await Scheduler(
            host="127.0.0.1",
            port=0,
            protocol=self.protocol,
            security=self.security,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
        )
        self.scheduler.add_plugin(_plugin(self))
        self.starts, self.unread = _open_starts(self.folder), b""
        asyncio.get_running_loop().add_reader(self.starts, self.read_starts)
        self.report("scheduler", address=self.scheduler.address, folder=self.folder)

    async def perform(self, command: dict[str, Any]) -> None:
        match command["do"]:
            case "add":
                self.spawn(self.keep(command))
            case "remove":
                self.spawn(self.remove(command["name"]))
            case "restart":
                self.restart(command["name"], "was restarted, as tasks that had run out of time held all its CPUs")
            case "check":
                self.restart_if_unresponsive(command["name"])

    async def keep(self, command: dict[str, Any]) -> None:
        """Start the node that the kernel asked for, again where its worker was killed before it was quite there."""
        name, reason = command["name"], ""
        self.starting[name] = asyncio.current_task()  # type: ignore[assignment]
        for _ in range(_STARTS):
            nanny = self.nannies[name] = self.make_nanny(command)
            try:
                await nanny
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
            else:
                return
            if self.ending or self.nannies.get(name) is not nanny:
                return
        del self.nannies[name]
        self.report("failed", name=name, reason=reason)

    def make_nanny(self, command: dict[str, Any]) -> Any:
        """A nanny that is yet to be started."""
        from distributed.system import MEMORY_LIMIT

        name = command["name"]
        nanny = _nanny_class()(
            self.scheduler.address,
            host="127.0.0.1",
            nthreads=command["cpus"],
            name=name,
            resources=command["resources"],
            memory_limit=max(LEAST_MEMORY, min(command["memory_mb"] << 20, MEMORY_LIMIT // command["nodes"])),
            security=self.security,
            preload=["l1kernel.cluster.worker"],
            local_directory=self.folder,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
        )
        nanny.command = command
        nanny.on_exit = lambda code: self.worker_ended(name, nanny, code)
        return nanny

    def look_after(self, name: str, nanny: Any) -> None:
        """Replace a nanny that has not brought its worker back."""
        replaced = self.nannies.get(name) != nanny
        if self.ending or replaced or name in self.pids:
            return
        if nanny.is_alive():
            asyncio.get_running_loop().call_later(_BACK, self.look_after, name, nanny)
        else:
            self.spawn(nanny.close(timeout=1))
            self.spawn(self.keep(nanny.command))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something run on the loop beside the rest."""
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def remove(self, name: str) -> None:
        """End a node for good, also one that is still starting: then as soon as its worker shows up."""
        nanny = self.nannies.pop(name, None)
        if nanny is not None:
            self.leaving[name] = nanny
            pid = self.pids.pop(name, None)
            await asyncio.wait([self.starting.pop(name)], timeout=_BACK)
            await nanny.close(timeout=1)
            if pid is not None:
                kill_group(pid)
            del self.leaving[name]
        self.report("removed", name=name)

    def restart(self, name: str, reason: str) -> None:
        """The nanny starts a new worker when this one has ended. ``reason`` goes on after "its worker"."""
        if name in self.pids:
            self.ended_by_us[self.pids[name]] = reason
            kill_group(self.pids[name])

    def restart_if_unresponsive(self, name: str) -> None:
        from distributed.metrics import time

        worker = next((w for w in self.scheduler.workers.values() if w.name == name), None)
        if worker is not None and time() - worker.last_seen > _UNRESPONSIVE:
            self.restart(name, "did not respond any more and was restarted")

    def worker_online(self, name: str, address: str, memory_limit: int) -> None:
        leaving = self.leaving.get(name)
        if leaving is not None and leaving.pid is not None:
            kill_group(leaving.pid)  # before the scheduler gives it work
        nanny = self.nannies.get(name)
        if nanny is None or nanny.pid is None:
            return
        self.pids[name] = nanny.pid
        self.report("online", name=name, pid=nanny.pid, address=address, memory_limit=memory_limit)

    def worker_ended(self, name: str, nanny: Any, code: int) -> bool:
        """A worker process is gone; whether another may take its place."""
        if self.ending or self.nannies.get(name) != nanny:
            return False
        self.read_starts()  # what it started must be known before it is known to be gone
        pid = self.pids.pop(name, None)
        if pid is not None:
            kill_group(pid)  # what its tasks had started
            reason = self.ended_by_us.pop(pid, None)
            self.report("lost", name=name, code=code, memory=nanny.too_large == pid, reason=reason)
            asyncio.get_running_loop().call_later(_BACK, self.look_after, name, nanny)
        return True

    def read_starts(self) -> None:
        """Hand on which attempts the workers have started."""
        try:
            self.unread += os.read(self.starts, 1 << 16)
        except BlockingIOError:
            return
        *lines, self.unread = self.unread.split(b"\n")
        names = {pid: name for name, pid in self.pids.items()}
        attempts = [[int(number) for number in line.split()] for line in lines]
        self.report("started", attempts=[[names.get(pid), number, serial] for pid, number, serial in attempts])


def _open_starts(folder: str) -> int:
    from l1kernel.cluster.worker import STARTS

    path = os.path.join(folder, STARTS)
    os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)  # also for writing, so that it never ends


def _nanny_class() -> type[Nanny]:
    from distributed import Nanny

    class NodeNanny(Nanny):  # type: ignore[misc, unused-ignore]
        """A nanny that says how its worker ended, and whether it had to end it for using too much memory."""

        command: dict[str, Any]
        on_exit: Callable[[int], bool]
        too_large: int | None = None

        def log_event(self, topic: str, msg: Any) -> None:
            if topic == "worker-restart-memory":
                self.too_large = msg["pid"]
            super().log_event(topic, msg)

        def _on_worker_exit_sync(self, exitcode: int) -> None:
            if self.on_exit(exitcode):
                super()._on_worker_exit_sync(exitcode)

    return NodeNanny


def _plugin(host: _Host) -> Any:
    from distributed.diagnostics.plugin import SchedulerPlugin

    class Watch(SchedulerPlugin):  # type: ignore[misc, unused-ignore]
        """Tells the kernel of workers; makes the first death of a worker an error of our attempts, of no other key."""

        name = "l1-watch"

        def add_worker(self, scheduler: Scheduler, worker: str) -> None:
            state = scheduler.workers[worker]
            host.worker_online(str(state.name), worker, state.memory_limit)

        def transition(self, key: Any, start: str, finish: str, *args: Any, **kwargs: Any) -> None:
            if finish == "processing" and isinstance(key, str) and ATTEMPT_MARK in key:
                host.scheduler.tasks[key].suspicious = host.scheduler.allowed_failures

    return Watch()


def _dask_config(folder: str) -> dict[str, Any]:
    return {
        "temporary-directory": folder,
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.worker.memory.pause": False,  # tasks on a paused worker would hang without a word
        "distributed.worker.profile.enabled": False,
        "distributed.worker.http.routes": [],
        "distributed.scheduler.http.routes": [],
        "distributed.scheduler.allowed-failures": 1_000_000,
        "distributed.admin.low-level-log-length": 100,
        "distributed.diagnostics.nvml": False,
        "dataframe.convert-string": False,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
