"""The plot of a running cell: it shows up with its first points, moves, and is complete when the cell ends.

Needs no extension, widget manager or network: two displays that are updated. The first holds the plot. The second,
the slot, stays empty to the eye; a small script put there hands new points to the page. At the end the first is
replaced by the complete plot, which the notebook keeps, and the slot is emptied.
"""

from __future__ import annotations

import sys
import threading
import time
from uuid import uuid4

from l1kernel.runtime.output import Bundle, Output
from l1kernel.viz.dashboard import Dashboard
from l1kernel.viz.patches import PatchWindow, points_in, script_json

PERIOD = 0.05  # seconds between two updates
LONGEST_PERIOD = 1.0  # where they are costly
PATIENCE = 0.2  # seconds that an interrupted cell waits for its plot
PAGE_RATE = 20_000  # points a second that a page draws and still hears its reader
SHARE = 5  # seconds of pause for each second of work, so that the cell keeps the machine

_EMPTY: Bundle = {"text/html": "", "text/plain": ""}


class LivePlot:
    """A dashboard under one cell's output. Points come from any thread, one thread of its own publishes.

    Bokeh, too, is imported by that thread: the cell goes on meanwhile, and an interrupt cannot break the import.
    """

    def __init__(self, output: Output) -> None:
        self.output = output
        self.dashboard = Dashboard()
        self._id = f"l1-plot-{uuid4().hex}"
        self._slot = f"{self._id}-slot"
        self._patches = PatchWindow()
        self._waiting = threading.Event()  # there are points to publish, or the cell has ended
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="l1-live-plot", daemon=True)

    def start(self) -> None:
        """Take the place of the plot in the cell's output."""
        self.output.display(_EMPTY, display_id=self._id)
        self.output.display(_EMPTY, display_id=self._slot)
        self._thread.start()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def add(self, names: tuple[str, ...], values: list[float]) -> None:
        """Plot one point of each named series at this moment."""
        self.dashboard.append(names, values)
        if not self._waiting.is_set():
            self._waiting.set()

    def finish(self) -> None:
        """Publish what is left and the complete plot.

        An interrupted cell ends at once, and its plot is completed a moment later: it may still be loading Bokeh.
        """
        self._ended.set()
        self._waiting.set()
        if self._thread.ident is not None:  # None where an interrupt came before it was started
            interrupted = isinstance(sys.exception(), KeyboardInterrupt)
            self._thread.join(PATIENCE if interrupted else None)

    def _run(self) -> None:
        try:
            self._publish()
        except Exception as error:
            self.output.write_error(f"warning: the dashboard could not be drawn: {error}\n")

    def _publish(self) -> None:
        from l1kernel.viz import static

        shown: set[str] = set()
        pause = 0.0
        while not self._ended.wait(pause):
            self._waiting.wait()
            self._waiting.clear()
            if self._ended.is_set():
                break
            began = time.thread_time()
            arrived = self.dashboard.take()
            if not arrived:
                continue
            patches = self._patches.add(arrived, self.dashboard)
            if shown.issuperset(arrived):
                self.output.display(_hand_over(self._id, patches), display_id=self._slot, update=True)
            else:
                shown.update(arrived)
                plot = static.bundle(self._id, self.dashboard, self._patches.sequence)
                self.output.display(plot, display_id=self._id, update=True)
            work = max(SHARE * (time.thread_time() - began), sum(map(points_in, patches)) / PAGE_RATE)
            pause = min(max(PERIOD, work), LONGEST_PERIOD)
        if arrived := self.dashboard.take():
            self._patches.add(arrived, self.dashboard)
        self.output.display(_EMPTY, display_id=self._slot, update=True)
        if self.dashboard.series:
            plot = static.bundle(self._id, self.dashboard, self._patches.sequence)
            self.output.display(plot, display_id=self._id, update=True)


def _hand_over(plot: str, patches: object) -> Bundle:
    script = f"<script>window.l1Plots?.apply({script_json(plot)}, {script_json(patches)})</script>"
    return {"text/html": script, "text/plain": ""}
