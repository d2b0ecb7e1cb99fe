"""A task's record, and the pure rules of its life.

``step(task, event, now)`` is the only way a record changes: events in, a new record and actions out, no I/O and no
clock. The driver performs the actions. An event of an attempt that is no longer the task's current one changes
nothing: late results of abandoned attempts are fenced off here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from l1kernel.errors import ClusterError, L1Error, L1TimeoutError

FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0  # seconds before a retry; it doubles from the first to the longest
MOST_UNSTARTED = 25  # losses of an attempt that was only queued, before one counts as a failure
ENDED = frozenset({"done", "failed", "timeout", "cancelled"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task was promised: retries after the first attempt, seconds for one attempt, a last resort."""

    max_retries: int = 3
    timeout: float | None = None
    fallback_node: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known of one task. Times are seconds as ``time()`` gives them.

    ``serial`` numbers submissions to Dask, ``attempts`` counts those that started on a worker, ``failures`` those that
    failed. ``avoid`` are nodes that the next attempt should not go to. ``story`` is told by ``explain``.
    """

    id: str
    limits: Limits
    status: str = "pending"
    serial: int = 0
    attempts: int = 0
    failures: int = 0
    unstarted: int = 0
    node: str | None = None
    progress: float = 0.0
    error: L1Error | None = None
    started: float | None = None
    finished: float | None = None
    avoid: frozenset[str] = frozenset()
    on_fallback: bool = False
    story: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """All that the task needs is there: it can be submitted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The task can never run: an unknown function, a failed dependency, a value that does not travel."""

    error: L1Error


@dataclass(frozen=True, slots=True)
class Started:
    serial: int
    node: str


@dataclass(frozen=True, slots=True)
class Progressed:
    serial: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Finished:
    serial: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt raised; ``permanent`` where another try would fail in the same way."""

    serial: int
    error: L1Error
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The attempt's worker is gone. ``started`` is False where the attempt was still queued on it.

    ``reason`` goes on after "its worker".
    """

    serial: int
    node: str
    started: bool
    reason: str = "is gone"


@dataclass(frozen=True, slots=True)
class TimedOut:
    serial: int


@dataclass(frozen=True, slots=True)
class RetryDue:
    serial: int


@dataclass(frozen=True, slots=True)
class RetryNow:
    """Give the current attempt up, as if it had failed, and try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The attempt's node is taken out of the cluster: it runs again elsewhere, and that is no failure."""

    node: str


@dataclass(frozen=True, slots=True)
class NoFallback:
    """The fallback node that is needed now does not exist."""

    error: L1Error


@dataclass(frozen=True, slots=True)
class ResultLost:
    """The task is done, but its result went with a worker before anyone fetched it."""


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


Event: TypeAlias = (
    Ready
    | Refused
    | Started
    | Progressed
    | Finished
    | Failed
    | WorkerLost
    | TimedOut
    | RetryDue
    | RetryNow
    | Moved
    | NoFallback
    | ResultLost
    | Cancel
)


@dataclass(frozen=True, slots=True)
class Submit:
    """Send an attempt to Dask; to ``node`` alone if given, else not to ``avoid`` where other nodes would do."""

    serial: int
    avoid: frozenset[str] = frozenset()
    node: str | None = None


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Raise ``RetryDue`` in about ``delay`` seconds."""

    serial: int
    delay: float


@dataclass(frozen=True, slots=True)
class ArmTimeout:
    serial: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Abandon:
    """Let go of an attempt; ``running`` where its thread may still be busy on ``node``."""

    serial: int
    node: str | None
    running: bool


@dataclass(frozen=True, slots=True)
class Announce:
    """The task ended: tell those who wait for it."""


Action: TypeAlias = Submit | RetryAfter | ArmTimeout | Abandon | Announce
Step: TypeAlias = tuple[Record, tuple[Action, ...]]


def step(task: Record, event: Event, now: float) -> Step:
    """What an event makes of a task, and what is to be done about it."""
    if isinstance(event, Started | Progressed | Finished | Failed | WorkerLost | TimedOut | RetryDue):
        if event.serial != task.serial:
            return task, ()
        if task.status in ENDED and not (isinstance(event, Started) and task.status == "done"):
            return task, ()
    elif (task.status == "done") != isinstance(event, ResultLost) or task.status in ENDED - {"done"}:
        return task, ()
    match event:
        case Ready():
            return _submit(task, now, "queued")
        case Refused(error) | NoFallback(error):
            return _end(task, now, "failed", error, f"failed: {error.message}")
        case Started(serial, node):
            return _started(task, serial, node, now)
        case Progressed(fraction=fraction):
            return replace(task, progress=max(task.progress, min(1.0, fraction))), ()
        case Finished():
            done = replace(task, progress=1.0, error=None)
            return _end(done, now, "done", None, f"finished on {task.node}")
        case Failed(error=error, permanent=permanent):
            return _failed(task, now, error, permanent)
        case WorkerLost():
            return _lost(task, event, now)
        case TimedOut(serial):
            return _timed_out(task, serial, now)
        case RetryDue():
            return _submit(task, now, "retrying")
        case RetryNow(reason):
            abandon = Abandon(task.serial, task.node, task.status == "running")
            task = _tell(replace(task, failures=task.failures + 1), now, reason)
            after, actions = _submit(task, now, "retrying")
            return after, (abandon, *actions)
        case Moved(node):
            abandon = Abandon(task.serial, task.node, task.status == "running")
            task = _tell(replace(task, avoid=frozenset({node})), now, f"moved off {node}, which was taken out")
            after, actions = _submit(task, now, "queued")
            return after, (abandon, *actions)
        case ResultLost():
            return _submit(_tell(task, now, "its result was lost with its worker"), now, "queued")
        case Cancel():
            abandon = Abandon(task.serial, task.node, task.status == "running")
            ended, actions = _end(task, now, "cancelled", None, "was cancelled")
            return ended, (abandon, *actions)


def _started(task: Record, serial: int, node: str, now: float) -> Step:
    again = task.status in ("running", "done")
    said = f"started again on {node}, as what it had done was lost" if again else f"attempt {task.attempts + 1} started"
    running = replace(
        task,
        status="done" if task.status == "done" else "running",
        attempts=task.attempts + 1,
        node=node,
        started=task.started if task.started is not None else now,
    )
    running = _tell(running, now, said if again else f"{said} on {node}")
    timeout = task.limits.timeout
    return running, (ArmTimeout(serial, timeout),) if timeout is not None and not again else ()


def _failed(task: Record, now: float, error: L1Error, permanent: bool) -> Step:
    task = _tell(replace(task, error=error), now, f"attempt {task.attempts} failed on {task.node}: {_reason(error)}")
    if permanent:
        return _end(task, now, "failed", error, "was not tried again: it would fail in the same way")
    return _retry(task, now, "failed", error)


def _lost(task: Record, event: WorkerLost, now: float) -> Step:
    task = replace(task, avoid=frozenset({event.node}))
    if not event.started and task.unstarted < MOST_UNSTARTED:
        task = _tell(replace(task, unstarted=task.unstarted + 1), now, f"left {event.node}, which was lost")
        return _submit(task, now, "queued")
    if not event.started:
        task = replace(task, attempts=task.attempts + 1, node=event.node)
    error = ClusterError(
        f"Task '{task.id}' lost its worker on node '{event.node}' in attempt {task.attempts}: it {event.reason}"
    )
    said = f"attempt {task.attempts} lost its worker on {event.node}, which {event.reason}"
    task = _tell(replace(task, error=error), now, said)
    return _retry(task, now, "failed", error, at_once=True)


def _timed_out(task: Record, serial: int, now: float) -> Step:
    if task.status != "running":
        return task, ()
    seconds = task.limits.timeout or 0.0
    error = L1TimeoutError(
        f"Task '{task.id}' ran longer than its timeout of {seconds:g} s",
        hint='give it more time with the option "timeout", or less work',
    )
    task = replace(task, error=error, avoid=frozenset({task.node} if task.node else ()))
    task = _tell(task, now, f"attempt {task.attempts} was given up on {task.node} after {seconds:g} s")
    after, actions = _retry(task, now, "timeout", error, at_once=True)
    return after, (Abandon(serial, task.node, running=True), *actions)


def _retry(task: Record, now: float, last: str, error: L1Error, *, at_once: bool = False) -> Step:
    """Another attempt where one is left, then one on the fallback node, then the end with status ``last``."""
    task = replace(task, failures=task.failures + 1)
    if task.on_fallback:
        return _end(task, now, last, error, "had no attempt left")
    if task.failures > task.limits.max_retries:
        if task.limits.fallback_node is None:
            return _end(task, now, last, error, "had no attempt left")
        task = _tell(replace(task, on_fallback=True), now, f"goes to its fallback node {task.limits.fallback_node}")
        return _submit(task, now, "retrying")
    if at_once and task.failures == 1:
        return _submit(task, now, "retrying")
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(task.failures - 1, 10))
    task = replace(task, status="retrying", progress=0.0)
    return _tell(task, now, f"tries again in about {delay:g} s"), (RetryAfter(task.serial, delay),)


def _submit(task: Record, now: float, status: str) -> Step:
    queued = replace(task, status=status, serial=task.serial + 1, progress=0.0)
    queued = _tell(queued, now, "queued" if status == "queued" else "queued again")
    node = task.limits.fallback_node if task.on_fallback else None
    return queued, (Submit(queued.serial, queued.avoid, node),)


def _end(task: Record, now: float, status: str, error: L1Error | None, said: str) -> Step:
    ended = replace(task, status=status, error=error, finished=now)
    return _tell(ended, now, said), (Announce(),)


def _tell(task: Record, now: float, text: str) -> Record:
    return replace(task, story=(*task.story, (now, text)))


def _reason(error: L1Error) -> str:
    return f"{error.type}: {error.message}"
