"""A task as the driver keeps it: the record, what to send, and what came back."""

from __future__ import annotations

import asyncio
import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from l1kernel.cluster.placement import Placement
from l1kernel.cluster.task import ENDED, Record
from l1kernel.runtime.output import Output

if TYPE_CHECKING:
    from distributed import Future


@dataclass(eq=False)
class Job:
    """The driver alone changes it, on the cluster's event loop; ``ended`` is what other threads wait for."""

    record: Record
    label: str
    parcel: bytes
    placement: Placement
    target: str
    priority: int
    fingerprint: str
    dependencies: tuple[Job, ...] = ()
    output: Output | None = None
    number: int = field(default_factory=itertools.count(1).__next__)
    """Unique in this process: an id may be used again, what was sent under it before must not be taken for it."""
    ended: threading.Event = field(default_factory=threading.Event)
    result: bytes | None = None
    future: Future | None = None
    """Of the current attempt; after a result too large to be reported, its owner."""
    timer: asyncio.TimerHandle | None = None
    dependents: list[Job] = field(default_factory=list)

    def is_current(self, serial: int) -> bool:
        """Whether this attempt is still the one that the task is about."""
        return self.record.serial == serial and self.record.status not in ENDED
