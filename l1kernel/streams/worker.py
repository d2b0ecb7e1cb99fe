"""The stages of a pipeline as they run on a worker: every function of a fused run, one event after the other."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from l1kernel.cluster.parcels import pack, unpack
from l1kernel.cluster.worker import current_node
from l1kernel.errors import ExitRequest, L1Error, L1RuntimeError, L1TypeError, TaskContext
from l1kernel.runtime.output import Bundle
from l1kernel.runtime.session import Session
from l1kernel.runtime.translate import translate
from l1kernel.runtime.values import article, type_name

Shown = tuple[str, Any]
"""``("out", text)``, ``("err", text)``, or a kind of what is carried home and its content, as ``("alert", fields)``."""


@dataclass(slots=True)
class Outcome:
    """What became of a group of events.

    ``rows`` are (position in the group, item, key) of what went through, in order, up to the event that raised
    ``error``. ``seconds`` is how long the functions ran.
    """

    rows: list[tuple[int, Any, Any]] = field(default_factory=list)
    error: L1Error | None = None
    shown: list[Shown] = field(default_factory=list)
    seconds: float = 0.0


def run_stages(name: str, stages: bytes, items: bytes) -> bytes:
    """The parcel of the Outcome; ``stages`` holds [(verb, function)], ``items`` the events, ``name`` is for errors."""
    session, output = _worker_session()
    outcome = Outcome()
    output.keep_in(outcome.shown)
    try:
        functions: list[tuple[str, Any]] = unpack(stages, session)
        events: list[Any] = unpack(items, session)
        start = time.perf_counter()
        try:
            for position, event in enumerate(events):
                _run(functions, position, event, outcome.rows)
        finally:
            outcome.seconds = time.perf_counter() - start
    except (Exception, ExitRequest) as error:
        outcome.error = _failure(error, name, session)
    finally:
        output.keep_in(None)
    return _packed(outcome, name, session)


def _run(functions: list[tuple[str, Any]], position: int, item: Any, rows: list[tuple[int, Any, Any]]) -> None:
    key = None
    for verb, function in functions:
        if verb == "filter":
            if not function(item):
                return
        elif verb == "key_by":
            key = function(item)
            try:
                hash(key)
            except TypeError:
                raise L1TypeError(
                    f"key_by needs a number, a String or another fixed value, not {article(type_name(key))}",
                    hint="to_string(key) makes a String of it",
                ) from None
        else:
            item = function(item)
    rows.append((position, item, key))


def _failure(error: BaseException, name: str, session: Session) -> L1Error:
    if isinstance(error, ExitRequest):
        exits = L1RuntimeError("exit() ends a script or a cell, not a stage of a stream")
        error = exits.with_traceback(error.__traceback__)
    failure = translate(error, session.sources)
    failure.task = TaskContext(name, current_node(), 1)
    failure.__cause__ = failure.__context__ = None
    return failure


def _packed(outcome: Outcome, name: str, session: Session) -> bytes:
    try:
        return pack(outcome, what=f"What {name} gives")
    except L1Error:
        pass
    for count, row in enumerate(outcome.rows):
        try:
            pack(row, what=f"What {name} gives")
        except L1Error as error:
            outcome.rows = outcome.rows[:count]
            outcome.error = _failure(error, name, session)
            break
    else:
        thrown = outcome.error  # its value cannot travel, and stays behind
        assert thrown is not None
        outcome.error = L1RuntimeError(thrown.message, hint=thrown.hint, location=thrown.location, task=thrown.task)
    return pack(outcome, what=f"What {name} gives")


class _StageOutput:
    """What stages show is kept and goes with the results, so that it appears in their order."""

    interactive = False
    rich = False

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def keep_in(self, shown: list[Shown] | None) -> None:
        """What this thread shows from now on goes there; None: nowhere."""
        self._of_thread.shown = shown

    def write(self, text: str) -> None:
        self._keep("out", text)

    def write_error(self, text: str) -> None:
        self._keep("err", text)

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        text = bundle.get("text/plain")
        if text and not update:
            self._keep("out", f"{text}\n")

    def carry(self, kind: str, content: Any) -> None:
        self._keep(kind, content)

    def _keep(self, kind: str, what: Any) -> None:
        shown: list[Shown] | None = getattr(self._of_thread, "shown", None)
        if shown is not None:
            shown.append((kind, what))


_lock = threading.Lock()
_session: tuple[Session, _StageOutput] | None = None


def _worker_session() -> tuple[Session, _StageOutput]:
    """This process's session for stages, whose threads each keep their own output."""
    global _session
    with _lock:
        if _session is None:
            output = _StageOutput()
            _session = Session(output, folder=Path.cwd()), output
        return _session
