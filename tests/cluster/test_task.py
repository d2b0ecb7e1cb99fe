"""The rules of a task's life, as lists of events; no process is started."""

from __future__ import annotations

import random

import pytest

from l1kernel.cluster.task import (
    ENDED,
    Abandon,
    Announce,
    ArmTimeout,
    Cancel,
    Event,
    Failed,
    Finished,
    Limits,
    Moved,
    NoFallback,
    Progressed,
    Ready,
    Record,
    Refused,
    ResultLost,
    RetryAfter,
    RetryDue,
    RetryNow,
    Started,
    Step,
    Submit,
    TimedOut,
    WorkerLost,
    step,
)
from l1kernel.errors import ClusterError, L1NameError, L1ValueError

ERROR = L1ValueError("no")


def play(task: Record, *events: Event) -> Step:
    """The record after these events, a second apart, and the actions of the last."""
    actions: tuple[object, ...] = ()
    for now, event in enumerate(events):
        task, actions = step(task, event, float(now))
    return task, actions  # type: ignore[return-value]


def new(**limits: object) -> Record:
    return Record("t", Limits(**limits))  # type: ignore[arg-type]


def test_a_task_that_goes_well() -> None:
    task, actions = play(new(), Ready(), Started(1, "a"), Progressed(1, 0.5), Finished(1))
    assert (task.status, task.attempts, task.node, task.progress) == ("done", 1, "a", 1.0)
    assert (task.started, task.finished) == (1.0, 3.0)
    assert actions == (Announce(),)


def test_two_retries_are_three_attempts() -> None:
    task = new(max_retries=2)
    delays = []
    task, _ = step(task, Ready(), 0)
    for serial in (1, 2, 3):
        task, _ = step(task, Started(serial, "a"), 0)
        task, actions = step(task, Failed(serial, ERROR), 0)
        if serial < 3:
            (again,) = actions
            assert isinstance(again, RetryAfter)
            delays.append(again.delay)
            task, actions = step(task, RetryDue(serial), 0)
            assert actions == (Submit(serial + 1),)
    assert (task.status, task.attempts, task.error) == ("failed", 3, ERROR)
    assert delays == [0.1, 0.2]


def test_the_delay_doubles_up_to_five_seconds() -> None:
    task = new(max_retries=20)
    task, _ = step(task, Ready(), 0)
    delays = []
    for serial in range(1, 12):
        task, _ = step(task, Started(serial, "a"), 0)
        task, (again,) = step(task, Failed(serial, ERROR), 0)
        assert isinstance(again, RetryAfter)
        delays.append(again.delay)
        task, _ = step(task, RetryDue(serial), 0)
    assert delays[:4] == [0.1, 0.2, 0.4, 0.8]
    assert delays[-1] == 5.0


def test_the_first_retry_after_a_lost_worker_is_immediate_and_elsewhere() -> None:
    task, actions = play(new(), Ready(), Started(1, "a"), WorkerLost(1, "a", started=True))
    assert (task.status, task.attempts) == ("retrying", 1)
    assert actions == (Submit(2, frozenset({"a"})),)
    task, actions = play(task, Started(2, "b"), WorkerLost(2, "b", started=True))
    assert actions == (RetryAfter(2, 0.2),)


def test_an_attempt_that_was_only_queued_on_a_lost_worker_costs_nothing() -> None:
    task, actions = play(new(max_retries=0), Ready(), WorkerLost(1, "a", started=False))
    assert (task.status, task.attempts, task.failures) == ("queued", 0, 0)
    assert actions == (Submit(2, frozenset({"a"})),)


def test_a_task_that_never_gets_started_is_given_up_in_the_end() -> None:
    task, _ = step(new(max_retries=0), Ready(), 0)
    for serial in range(1, 100):
        task, _ = step(task, WorkerLost(serial, "a", started=False), 0)
        if task.status in ENDED:
            break
    assert task.status == "failed"


def test_a_timeout_abandons_the_attempt_and_tries_elsewhere() -> None:
    task, actions = play(new(timeout=5, max_retries=1), Ready(), Started(1, "a"))
    assert actions == (ArmTimeout(1, 5),)
    task, actions = step(task, TimedOut(1), 9)
    assert actions == (Abandon(1, "a", running=True), Submit(2, frozenset({"a"})))
    task, actions = play(task, Finished(1))  # the late result of the abandoned attempt is fenced off
    assert (task.status, actions) == ("retrying", ())
    task, _ = play(task, Started(2, "b"), TimedOut(2))
    assert task.status == "timeout"
    assert task.error is not None
    assert task.error.type == "TimeoutError"


def test_time_in_the_queue_does_not_count() -> None:
    task, actions = play(new(timeout=5), Ready(), TimedOut(1))
    assert (task.status, actions) == ("queued", ())


def test_an_error_that_would_come_again_is_not_retried() -> None:
    task, _ = play(new(), Ready(), Started(1, "a"), Failed(1, L1NameError("x"), permanent=True))
    assert (task.status, task.attempts) == ("failed", 1)


def test_the_fallback_node_is_the_last_try() -> None:
    task, actions = play(new(max_retries=0, fallback_node="b"), Ready(), Started(1, "a"), Failed(1, ERROR))
    assert actions == (Submit(2, frozenset(), "b"),)
    failed, _ = play(task, Started(2, "b"), Failed(2, ERROR))
    assert (failed.status, failed.attempts) == ("failed", 2)
    missing = ClusterError("no such node")
    gone, _ = play(task, NoFallback(missing))
    assert (gone.status, gone.error) == ("failed", missing)


def test_a_cancelled_task_lets_go_of_its_attempt() -> None:
    task, actions = play(new(), Ready(), Started(1, "a"), Cancel())
    assert task.status == "cancelled"
    assert actions == (Abandon(1, "a", running=True), Announce())
    assert play(task, Finished(1), Failed(1, ERROR), Cancel())[0].status == "cancelled"


def test_a_move_off_a_removed_node_is_no_failure() -> None:
    task, actions = play(new(max_retries=0), Ready(), Started(1, "a"), Moved("a"))
    assert (task.status, task.failures) == ("queued", 0)
    assert actions == (Abandon(1, "a", running=True), Submit(2, frozenset({"a"})))


def test_a_lost_result_that_is_computed_again_counts_as_an_attempt() -> None:
    task, _ = play(new(), Ready(), Started(1, "a"), Finished(1), Started(1, "b"))
    assert (task.status, task.attempts, task.node) == ("done", 2, "b")
    assert "lost" in task.story[-1][1]


def test_a_task_whose_result_is_lost_runs_again_and_nothing_but_one_that_is_done_does() -> None:
    task, actions = play(new(), Ready(), Started(1, "a"), Finished(1), ResultLost())
    assert (task.status, task.serial, actions) == ("queued", 2, (Submit(2),))
    for events in ((Ready(),), (Ready(), Started(1, "a")), (Ready(), Cancel()), (Refused(ERROR),)):
        before, _ = play(new(), *events)
        assert step(before, ResultLost(), 9.0) == (before, ())


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_the_record_stays_sound(seed: int) -> None:
    chance = random.Random(seed)
    task = new(
        max_retries=chance.randrange(4), timeout=chance.choice([None, 1]), fallback_node=chance.choice([None, "f"])
    )
    submitted = 0
    for now in range(300):
        serial = max(1, task.serial - chance.choice([0, 0, 0, 1]))
        node = chance.choice("abc")
        event = chance.choice(
            [
                Ready() if task.status == "pending" else Progressed(serial, chance.random()),
                Started(serial, node),
                Failed(serial, ERROR, permanent=chance.random() < 0.05),
                WorkerLost(serial, node, started=chance.random() < 0.7),
                TimedOut(serial),
                RetryDue(serial) if task.status == "retrying" else Progressed(serial, 0.1),
                RetryNow("asked") if chance.random() < 0.1 else Progressed(serial, 0.2),
                Finished(serial) if chance.random() < 0.1 else Progressed(serial, 0.3),
                Refused(ERROR) if chance.random() < 0.02 else Progressed(serial, 0.4),
            ]
        )
        before, (task, actions) = task, step(task, event, float(now))
        submitted += sum(isinstance(action, Submit) for action in actions)
        assert submitted == task.serial
        assert task.attempts >= before.attempts
        assert 0 <= task.progress <= 1
        assert sum(isinstance(action, Announce) for action in actions) == (
            task.status in ENDED and before.status not in ENDED
        )
        if before.status in ENDED:
            assert (task.status, task.error) == (before.status, before.error)
        if task.status in ("failed", "timeout"):
            assert task.error is not None
