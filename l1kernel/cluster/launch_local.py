"""The kernel's end of a local cluster: starts the supervisor, sends it commands, hands on its events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import l1kernel
from l1kernel.cluster.node import NodeSpec
from l1kernel.cluster.processes import kill_session
from l1kernel.errors import ClusterError
from l1kernel.runtime.registry import builtins

if TYPE_CHECKING:
    from distributed import Security

_START = 60.0  # seconds that a machine under load may take to start a process and import Dask
_SHUTDOWN = 2.5  # seconds for a clean end
_KEEP_LOGS = 7 * 86400.0  # seconds
_TLS_FIELDS = (
    "tls_ca_file",
    "tls_client_key",
    "tls_client_cert",
    "tls_scheduler_key",
    "tls_scheduler_cert",
    "tls_worker_key",
    "tls_worker_cert",
)

Event = dict[str, Any]


class LocalLauncher:
    """One supervisor process. All methods run on the cluster's event loop.

    ``on_event`` gets each event of the supervisor, and ``{"event": "ended"}`` when it ended unasked.
    """

    def __init__(self, folder: Path, *, tls: bool, on_event: Callable[[Event], None]) -> None:
        self.folder = folder
        self.tls = tls
        self.on_event = on_event
        self.security: Security | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._unsent: list[Event] | None = []
        self._folder: str | None = None
        self._closing = False

    async def start(self) -> str:
        """Start the supervisor and its scheduler; gives the scheduler's address."""
        loop = asyncio.get_running_loop()
        self._address: asyncio.Future[str] = loop.create_future()
        self._log = _log_file()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "l1kernel.cluster.supervisor", *_preload()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,
            )
        self._reader = threading.Thread(
            target=self._read, args=(self._process, loop), name="l1-supervisor", daemon=True
        )
        self._reader.start()
        self.security = await asyncio.to_thread(_make_security, self.tls)
        unsent, self._unsent = self._unsent or [], None
        fields = {name: getattr(self.security, name) for name in _TLS_FIELDS}
        self._send({"do": "start", "security": {**fields, "require_encryption": True} if self.tls else None})
        for command in unsent:
            self._send(command)
        return await asyncio.wait_for(self._address, _START)

    def add(self, spec: NodeSpec, nodes: int) -> None:
        """Start a worker for this node; ``nodes`` are declared so far, they share the machine's memory."""
        self._send(
            {
                "do": "add",
                "name": spec.name,
                "cpus": spec.cpus,
                "memory_mb": spec.memory_mb,
                "resources": spec.resources(),
                "nodes": nodes,
            }
        )

    def remove(self, name: str) -> None:
        """End the node's worker for good."""
        self._send({"do": "remove", "name": name})

    def restart(self, name: str) -> None:
        """Kill the node's worker; a new one takes its place."""
        self._send({"do": "restart", "name": name})

    def check(self, name: str) -> None:
        """Restart the node's worker if it does not respond."""
        self._send({"do": "check", "name": name})

    async def close(self) -> None:
        """End the supervisor and all that it started."""
        self._closing = True
        if self._process is None or self._reader is None:
            return
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # the end of this pipe is the end of all that the supervisor started
        try:
            await asyncio.to_thread(self._process.wait, _SHUTDOWN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._clear_up()
        await asyncio.to_thread(self._reader.join)
        self._log.unlink(missing_ok=True)

    def _send(self, command: Event) -> None:
        if self._unsent is not None:
            self._unsent.append(command)
        elif self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # it ended; the reader says so
                self._process.stdin.write(json.dumps(command).encode() + b"\n")
                self._process.stdin.flush()

    def _read(self, process: subprocess.Popen[bytes], loop: asyncio.AbstractEventLoop) -> None:
        assert process.stdout is not None
        with process.stdout, contextlib.suppress(RuntimeError):  # the loop may be closed before the last word
            for line in process.stdout:
                loop.call_soon_threadsafe(self._on_line, line)
            loop.call_soon_threadsafe(self._on_end)

    def _on_line(self, line: bytes) -> None:
        event = json.loads(line)
        if event["event"] != "scheduler":
            self.on_event(event)
        elif not self._address.done():
            self._folder = event["folder"]
            self._address.set_result(event["address"])

    def _on_end(self) -> None:
        if self._closing:
            return
        self._clear_up()
        if self._address.done():
            self.on_event({"event": "ended"})
        else:
            failed = ClusterError("The local cluster did not start", hint=f"its log says why: {self._log}")
            self._address.set_exception(failed)

    def _clear_up(self) -> None:
        """What a supervisor that was killed would have ended and removed."""
        if self._process is not None:
            kill_session(self._process.pid)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _make_security(tls: bool) -> Security:
    from distributed import Security

    return Security.temporary() if tls else Security()


def _preload() -> list[str]:
    """What a worker needs: Dask, our worker side, and the modules in which the built-ins of this process live."""
    own = {record.function.__module__ for record in builtins().values()}
    return ["distributed", "distributed.nanny", "l1kernel.cluster.worker", *sorted(own)]


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    root = str(Path(l1kernel.__file__).parents[1])
    if root not in _installed_paths():
        env["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [env.get("PYTHONPATH")])])
    env["PYTHONSAFEPATH"] = "1"  # a random.py beside the notebook must not stand in for Python's own
    env.setdefault("MALLOC_TRIM_THRESHOLD_", "65536")  # Dask's own values; they work only if set before the start
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        env.setdefault(name, "1")
    return env


def _installed_paths() -> Iterable[str]:
    return [*site.getsitepackages(), site.getusersitepackages()]


def _log_file() -> Path:
    """A new log, readable by its owner alone. Logs of clusters whose kernel died stay for a week."""
    handle, name = tempfile.mkstemp(prefix="cluster-", suffix=".log", dir=_log_folder())
    os.close(handle)
    return Path(name)


def _log_folder() -> Path | None:
    """The user's folder for logs, None for the one of temporary files where there is no home to write to."""
    import platformdirs

    try:
        folder = platformdirs.user_log_path("l1kernel")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            return None
    except (OSError, RuntimeError):
        return None
    for old in folder.glob("cluster-*.log"):
        with contextlib.suppress(OSError):  # another kernel may be cleaning up too
            if time.time() - old.stat().st_mtime > _KEEP_LOGS:
                old.unlink()
    return folder
