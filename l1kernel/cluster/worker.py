"""All that runs on a worker: its setup, one attempt of a task, and what a task may ask of the worker around it."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from l1kernel.cluster.parcels import pack, unpack
from l1kernel.cluster.processes import die_with_parent
from l1kernel.errors import ExitRequest, L1Error, L1RuntimeError, L1TypeError, TaskContext
from l1kernel.runtime.output import Bundle
from l1kernel.runtime.session import Session, allow_recursion
from l1kernel.runtime.translate import translate

INLINE = 32 << 10  # bytes; a result up to this size comes with the news that it is there
KERNEL = "kernel"
STARTS = "starts"  # the named pipe in the supervisor's folder over which workers tell what they start
_PROGRESS_EVERY = 0.05  # seconds between two progress reports of one task

_running = threading.local()
_session: Session | None = None
_starts: int | None = None  # file descriptor of the pipe to the supervisor
_session_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a task, as it is sent to Dask. ``topic`` is where its events go, by the task's ``number``."""

    task: str
    number: int
    serial: int
    topic: str


def dask_setup(worker: Any) -> None:
    """Dask calls this in each new worker process (it is the worker's preload module)."""
    import dask

    global _starts
    with contextlib.suppress(PermissionError):  # a session leader has its own group already
        os.setpgid(0, 0)
    die_with_parent()
    _starts = os.open(Path(dask.config.get("temporary-directory")) / STARTS, os.O_WRONLY)
    if "numpy" in sys.modules:  # workers are forks of one process; Python's own generator reseeds itself
        sys.modules["numpy"].random.seed()


def run_attempt(attempt: Attempt, parcel: bytes, *dependencies: bytes) -> bytes | None:
    """Run one attempt and report how it went; a result too large to report is returned and stays on this worker.

    ``parcel`` holds (function, arguments); a ``Slot(i)`` among the arguments stands for the i-th dependency's result.
    """
    _running.attempt, _running.last_progress = attempt, 0.0
    _tell_start(attempt)
    try:
        session = worker_session()
        function, arguments = unpack(parcel, session)
        arguments = [unpack(dependencies[a.index], session) if isinstance(a, Slot) else a for a in arguments]
        wrong_call = _wrong_call(function, arguments)
        if wrong_call is not None:
            _fail(attempt, wrong_call, permanent=True)
            return None
        value = function(*arguments)
        try:
            result = pack(value, what=f"The result of task '{attempt.task}'")
        except L1Error as error:  # it would not travel the next time either
            _fail(attempt, error, permanent=True)
            return None
    except (Exception, ExitRequest) as error:
        _fail(attempt, error)
        return None
    finally:
        _running.attempt = None
    if len(result) <= INLINE:
        _emit(attempt, "finished", result=result)
        return None
    _emit(attempt, "finished", size=len(result))
    return result


def _tell_start(attempt: Attempt) -> None:
    """Over a pipe, which works at once: an event waits for this process to get round to it.

    A task may kill its process or hold the GIL for minutes as the first thing that it does.
    """
    if _starts is None:
        emit("started")
    else:
        os.write(_starts, b"%d %d %d\n" % (os.getpid(), attempt.number, attempt.serial))


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a dependency's result among a task's arguments."""

    index: int


def _wrong_call(function: Callable[..., Any], arguments: list[Any]) -> L1Error | None:
    """The error of a call that can never work: another try would fail in the same way."""
    try:
        inspect.signature(function).bind(*arguments)
    except ValueError:  # a function of C without a signature
        return None
    except TypeError:
        count = "1 argument" if len(arguments) == 1 else f"{len(arguments)} arguments"
        info = getattr(function, "l1", None)
        signature = info.signature if info is not None else f"{getattr(function, '__name__', 'the function')}"
        return L1TypeError(f"The task calls {signature} with {count}", hint="pass the arguments behind the function")
    return None


def _fail(attempt: Attempt, error: BaseException, permanent: bool = False) -> None:
    if isinstance(error, ExitRequest):
        exits = L1RuntimeError("exit() ends a script or a cell, not a task", hint="use return")
        error = exits.with_traceback(error.__traceback__)
    failure = translate(error, worker_session().sources)
    failure.task = TaskContext(attempt.task, current_node(), attempt.serial)
    failure.__cause__ = failure.__context__ = None
    try:
        parcel = pack(failure, what="The error")
    except L1Error:
        parcel = pack(L1RuntimeError(failure.message, hint=failure.hint, location=failure.location), what="The error")
    _emit(attempt, "failed", error=parcel, permanent=permanent)


def emit(kind: str, **fields: Any) -> None:
    """Send an event of the attempt that runs in this thread; outside of one, nothing."""
    attempt = getattr(_running, "attempt", None)
    if attempt is not None:
        _emit(attempt, kind, **fields)


def _emit(attempt: Attempt, kind: str, **fields: Any) -> None:
    from distributed import get_worker

    worker = get_worker()
    event = {"event": kind, "number": attempt.number, "serial": attempt.serial, "node": str(worker.name), **fields}
    worker.log_event(attempt.topic, event)


def report_progress(fraction: float) -> None:
    """Report how much of the running task is done, from 0 to 1."""
    now = time.monotonic()
    if fraction < 1 and now - getattr(_running, "last_progress", 0.0) < _PROGRESS_EVERY:
        return
    _running.last_progress = now
    emit("progress", fraction=fraction)


def current_node() -> str:
    """The name of the node that runs this, ``kernel`` outside of tasks."""
    if "distributed" not in sys.modules:  # no import just to find that this is no worker
        return KERNEL
    from distributed import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return KERNEL


def worker_session() -> Session:
    """This worker process's session: what revived L1 functions run in. Its folder is the notebook's."""
    global _session
    with _session_lock:
        if _session is None:
            allow_recursion()
            _session = Session(TaskOutput(), folder=Path.cwd())
        return _session


class TaskOutput:
    """What a task prints goes to the cell that submitted it; outside of a task, nowhere."""

    interactive = False
    rich = False

    def write(self, text: str) -> None:
        emit("output", text=text)

    def write_error(self, text: str) -> None:
        emit("output", text=text, error=True)

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        text = bundle.get("text/plain")
        if text and not update:
            emit("output", text=f"{text}\n")

    def carry(self, kind: str, content: Any) -> None:
        emit("carried", what=kind, content=pack(content, what=f"What the {kind} holds"))


def run_script(text: str, name: str) -> Any:
    """Run an L1 file's text in a session of its own and give the value of its last expression."""
    session = Session(TaskOutput(), folder=Path.cwd())
    try:
        outcome = session.run(text, name=name)
    finally:
        session.close()
    if outcome.error is not None:
        raise outcome.error
    if outcome.exit_status:
        raise L1RuntimeError(f"The script ended with exit({outcome.exit_status})")
    return outcome.value


def self_test() -> dict[str, Any]:
    """The job that a task runs when nothing else was asked for: a checksum of 10^6 seeded numbers, and where it ran."""
    import distributed
    import numpy

    numbers = numpy.random.default_rng(11).random(1_000_000)
    return {
        "checksum": hashlib.sha256(numbers.tobytes()).hexdigest()[:16],
        "sum": float(numbers.sum()),
        "node": current_node(),
        "pid": os.getpid(),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "dask": distributed.__version__,
    }
