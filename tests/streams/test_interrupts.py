"""An interrupt ends every wait within half a second and loses no event."""

from __future__ import annotations

import gc
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from l1kernel.streams.events import table
from l1kernel.streams.interrupts import HeldBack

if TYPE_CHECKING:
    from conftest import Cells


WAITS = {
    "next": 's = create_stream("s")\ns.push(1)\ns.next()\ns.next()',
    "push": 's = create_stream("s", {"buffer_size": 1})\ns.push(1)\ns.push(2)',
    "is_active": 's = create_stream("s", {"source": () => []})\ns.is_active()',
    "loop": 's = create_stream("s", {"batches": 100000})\nwhile s.is_active(): s.next_batch() end',
}


class Strikes:
    """SIGINT raises only while a cell runs, as in the kernel."""

    def __init__(self) -> None:
        self.armed = False
        self.at = 0.0

    def handle(self, number: int, frame: FrameType | None) -> None:
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt

    def run(self, cells: Cells, text: str, after: float) -> str | None:
        """Run a cell and interrupt it; the type of the error it ended with."""
        timer = threading.Timer(after, self._strike)
        timer.start()
        self.armed = True
        outcome = cells.session.run(text, name="loop", title="loop")
        self.armed = False
        timer.join()
        return None if outcome.error is None else outcome.error.type

    def _strike(self) -> None:
        self.at = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def strikes() -> Iterator[Strikes]:
    strikes = Strikes()
    before = signal.signal(signal.SIGINT, strikes.handle)
    yield strikes
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("wait", WAITS)
def test_every_wait_can_be_interrupted(cells: Cells, strikes: Strikes, wait: str) -> None:
    assert strikes.run(cells, WAITS[wait], after=0.2) == "Interrupted"
    assert time.monotonic() - strikes.at < 0.5
    assert cells.run("s.stats().in") >= 0


def test_an_interrupt_at_any_moment_of_next_batch_loses_and_doubles_nothing(cells: Cells) -> None:
    numbers = iter(range(1, 4001))
    cells.session.globals["reading"] = lambda: next(numbers, None)
    stream: Any = cells.run('create_stream("s", {"source": reading, "batch_size": 7})')
    inside = type(stream).next_batch.__code__
    raised = 0

    def strike(number: int, frame: FrameType | None) -> None:
        nonlocal raised
        while frame is not None and frame.f_code is not inside:
            frame = frame.f_back
        if frame is not None:
            raised += 1
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, strike)
    timer_before = signal.signal(signal.SIGALRM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    table([])  # imports pandas: the kernel shields imports
    gc.disable()  # an exception in a callback of the collector reaches nobody
    chance = random.Random(5)
    got: list[int] = []
    try:
        while stream.is_active():
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00005, 0.0008))
            try:
                batch = stream.next_batch()
            except KeyboardInterrupt:
                continue
            got += batch["value"].tolist()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, timer_before)
        signal.signal(signal.SIGINT, before)
        gc.enable()
    assert got == list(range(1, 4001))
    assert raised > 20


def test_a_held_back_interrupt_strikes_after_the_block() -> None:
    steps: list[str] = []

    def work() -> None:
        with HeldBack():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("done")
        steps.append("behind")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["done"]
