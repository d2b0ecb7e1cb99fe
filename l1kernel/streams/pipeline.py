"""A stream made of another one's events, stage by stage, on the cluster.

Work moves only while somebody asks for results: each ask takes up what workers have finished, in order, and sends on
what the bounds allow. Those bounds reach the source: it is not read while too much is under way.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from l1kernel.errors import L1Error, StreamError
from l1kernel.runtime.carried import receive
from l1kernel.runtime.functions import is_l1_function, travel_form
from l1kernel.runtime.printing import quoted
from l1kernel.streams.buffer import Buffer, Reader
from l1kernel.streams.events import Batch, Events
from l1kernel.streams.interrupts import HeldBack
from l1kernel.streams.stream import FOREVER, Stream
from l1kernel.streams.windows import WindowSize

if TYPE_CHECKING:
    from l1kernel.streams.source_stream import SourceStream
    from l1kernel.streams.steps import WindowStep, WorkStep

LOOK_AGAIN = 0.2  # seconds; how soon a wait notices that a node was taken away


class Stage(NamedTuple):
    """``filter``, ``map``, ``key_by`` and ``aggregate`` have a function, ``window`` a size."""

    verb: str
    function: Callable[[Any], Any] | None = None
    size: WindowSize | None = None


class Pipeline(Stream):
    """``origin`` is the stream at its head, ``parent`` the stream it was made from."""

    def __init__(self, origin: SourceStream, stages: tuple[Stage, ...], parent: Stream) -> None:
        name = f"{parent.name}.{stages[-1].verb}"
        super().__init__(origin.session, name, origin.settings, Buffer(origin.settings.buffer_size))
        self._origin = origin
        self._stages = stages
        self._input: Reader = origin.reader(name, parent._input if isinstance(parent, Pipeline) else None)
        self._steps: list[WorkStep | WindowStep] = []
        self._fed = False
        self._failure: L1Error | None = None
        self._first: float | None = None
        self._news = threading.Event()

    def push(self, event: Any) -> None:
        """Refused: events are pushed into the stream that this one is made from."""
        raise StreamError(
            f"Nothing can be pushed into {quoted(self.name)}, whose events come from {quoted(self._origin.name)}",
            hint="push into that stream",
        )

    def close(self) -> None:
        """End the input, that is the stream at the head; what is under way can still be read."""
        self._origin.close()

    def stats(self) -> dict[str, Any]:
        """Events that went in, results that were taken, events that were late for their window, lag, throughput."""
        late = sum(step.late_count for step in self._steps)
        return self._figures(arrived=self._input.taken, late=late, newest=self._origin.newest, since=self._first)

    def late(self) -> Events:
        """The events that came after their window had closed, where the settings say ``late: "side"``."""
        return Events(item for step in self._steps for item in step.late)

    def _begin(self) -> None:
        self._origin.settle()
        self._input.holding = True
        if not self._steps:
            self._steps = self._make_steps()

    def _make_steps(self) -> list[WorkStep | WindowStep]:
        from l1kernel.streams.steps import WindowStep, WorkStep

        size = self.settings.buffer_size
        steps: list[WorkStep | WindowStep] = []
        run: list[tuple[str, Any]] = []
        for stage in (*self._stages, None):
            if stage is not None and stage.size is None:
                self._warn_of_rebinding(stage)
                run.append((stage.verb, stage.function))
                continue
            if run:
                steps.append(WorkStep(self.session, self.name, run, largest=size, wake=self._news.set))
                run = []
            if stage is not None and stage.size is not None:
                steps.append(WindowStep(stage.size, appetite=size, keep_late=self.settings.late == "side"))
        return steps

    def _warn_of_rebinding(self, stage: Stage) -> None:
        if stage.function is not None and is_l1_function(stage.function):
            for name in travel_form(stage.function).rebinds:
                self.session.warn(
                    f"the function of {stage.verb} changes '{name}': a stage works on copies, the notebook's stays"
                )

    def _keep_busy(self) -> None:
        if not self._ended():
            self._pump()

    def _fill(self, timeout: float) -> None:
        if not self._steps:
            if self._origin.untouched:
                return
            self._begin()
        self._news.clear()
        if self._pump() or self._ended() or timeout <= 0:
            return
        if not any(step.in_flight for step in self._steps):
            if not self._ready():
                self._origin.check_source()
            self._origin.check_room(self._input)
            self._origin.wait(timeout)
            return
        due = max(0.001, self._origin.due()) if self._hungry() else FOREVER
        self._news.wait(min(timeout, due, LOOK_AGAIN))

    def _pump(self) -> bool:
        """Move everything that can move, the last step first; whether anything did."""
        moved = False
        steps = self._steps
        for at in range(len(steps) - 1, -1, -1):
            steps[at].send()
            while steps[at].ready() and (at + 1 == len(steps) or steps[at + 1].accepts()):
                self._move(at)
                moved = True
        moved |= self._feed()
        for at, step in enumerate(steps):
            if self._failure is None and not step.finishing and (steps[at - 1].done if at else self._fed):
                with HeldBack():
                    step.finish()
                moved = True
        self._note_outstanding()
        return moved

    def _move(self, at: int) -> None:
        """Take what came of a step's first batch to the next step, or to the buffer behind the last one."""
        step = self._steps[at]
        with HeldBack():
            batch, shown = step.collect()
            if at + 1 < len(self._steps):
                self._steps[at + 1].offer(batch)
            else:
                self._buffer.add(batch.entries)
            if step.error is not None:
                # what later steps already have comes before the error, and still goes its way
                self._failure = step.error
                for behind in self._steps[: at + 1]:
                    behind.cancel()
        for kind, what in shown:
            self._show(kind, what)
        if at + 1 < len(self._steps):
            self._steps[at + 1].send()

    def _show(self, kind: str, what: Any) -> None:
        """Show in the running cell what a stage showed on its worker."""
        if kind == "out":
            self.session.output.write(what)
        elif kind == "err":
            self.session.output.write_error(what)
        else:
            receive(self.session, self.session.output, kind, what)

    def _feed(self) -> bool:
        """Take events from the origin as far as the bounds allow; whether any came, or their end."""
        moved = False
        first = self._steps[0]
        while self._hungry():
            limit = min(first.appetite, self.settings.buffer_size - self._load())
            if not self._origin.poll(self._input, limit):
                if self._origin.no_more():
                    self._fed = moved = True
                break
            if self._first is None:
                self._first = time.time()
            with HeldBack():
                entries = self._origin.entries(self._input, limit)
                first.offer(Batch(entries, self._origin.watermark_after(entries[-1])))
                self._origin.taken(self._input, len(entries))
            moved = True
            first.send()
            if first.ready():
                break
        return moved

    def _hungry(self) -> bool:
        if self._fed or self._failure is not None:
            return False
        return self._steps[0].accepts() and self._load() < self.settings.buffer_size

    def _load(self) -> int:
        """How many entries are under way or wait to be taken."""
        return sum(step.load for step in self._steps) + self._ready()

    def _note_outstanding(self) -> None:
        self._input.outstanding = self._load()

    def _taken(self, reader: Reader, count: int) -> None:
        super()._taken(reader, count)
        self._note_outstanding()

    def _ended(self) -> bool:
        if self._failure is not None:
            return not any(step.load for step in self._steps)
        return bool(self._steps) and self._steps[-1].done

    def _idle(self) -> bool:
        return self._origin.waits_for_push() and not self._origin.waiting(self._input) and self._load() == self._ready()

    def _check(self) -> None:
        if self._failure is not None and not self._ready():
            raise copy.copy(self._failure)  # each time afresh: a raised error gathers where it passed

    def _derive(self, stage: Stage) -> Stream:
        return Pipeline(self._origin, (*self._stages, stage), self)

    def _is_windowed(self) -> bool:
        return self._stages[-1].verb == "window"
