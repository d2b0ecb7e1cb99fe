"""The L1 kernel beside ipykernel: start, round trips, printing, memory. Both are measured in turns."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from benchmarks.report import Row, report

STARTS = 15
ROUND_TRIPS = 300
PRINT_RUNS = 7
PRINTS = 100_000
DEADLINE = 60.0  # seconds for any one reply
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Kernel:
    """How one kernel is started, and how its language prints PRINTS lines."""

    module: str
    printing: str


L1 = Kernel("l1kernel", f"for i in {PRINTS} {{ print(i) }}")
IPYKERNEL = Kernel("ipykernel_launcher", f"for i in range({PRINTS}): print(i)")


@dataclass(frozen=True, slots=True)
class Running:
    """A kernel that has answered `1+1` once: after how many ms, and its resident memory in MiB then."""

    client: BlockingKernelClient
    started: float
    memory: float

    def run(self, code: str) -> float:
        """Milliseconds from the request to its reply and its last output."""
        begin = time.perf_counter()
        request = self.client.execute(code)
        reply = self.client.get_shell_msg(timeout=DEADLINE)
        while True:
            message = self.client.get_iopub_msg(timeout=DEADLINE)
            if (
                message["parent_header"].get("msg_id") == request
                and message["content"].get("execution_state") == "idle"
            ):
                break
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{code!r} failed: {reply['content']}")
        return (time.perf_counter() - begin) * 1000


@contextlib.contextmanager
def running(kernel: Kernel, compiled: str) -> Iterator[Running]:
    """A started kernel, ended at exit. The clock runs from its process's creation to the reply.

    ``compiled`` is a folder for compiled modules, which both kernels have once they were started from it.
    """
    environment = os.environ | {"PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        path, connection = write_connection_file(str(Path(folder) / "connection.json"))
        context = zmq.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 2)  # ms; the default of 100 would be most of what is measured
        client = BlockingKernelClient(context=context, connection_file=path)
        client.load_connection_info(connection | {"key": connection["key"]})
        client.start_channels(hb=False)
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", kernel.module, "-f", path],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            client.execute("1+1")
            client.get_shell_msg(timeout=DEADLINE)
            started = (time.perf_counter() - begin) * 1000
            memory = psutil.Process(process.pid).memory_info().rss / 2**20
            yield Running(client, started, memory)
        finally:
            process.kill()
            process.wait()
            client.stop_channels()
            context.destroy(linger=0)


def measure() -> list[Row]:
    """All rows, medians of alternating runs."""
    starts: dict[Kernel, list[Running]] = {L1: [], IPYKERNEL: []}
    trips: dict[tuple[Kernel, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as compiled:
        for turn in range(1 + STARTS):
            for kernel, found in starts.items():
                with running(kernel, compiled) as one:
                    if turn > 0:  # the first start compiles the modules
                        found.append(one)
        with running(L1, compiled) as ours, running(IPYKERNEL, compiled) as theirs:
            _take_turns(ours, theirs, trips)

    def row(name: str, goal: float, ours: list[float], theirs: list[float], unit: str = "ms") -> Row:
        return Row(name, statistics.median(ours), statistics.median(theirs), goal, unit)

    return [
        row("start to the reply of 1+1", 0.9, *([one.started for one in found] for found in starts.values())),
        row("round trip of an empty cell", 0.95, trips[L1, ""], trips[IPYKERNEL, ""]),
        row("round trip of 1+1", 0.75, trips[L1, "1+1"], trips[IPYKERNEL, "1+1"]),
        row(f"{PRINTS:,} prints", 0.7, trips[L1, L1.printing], trips[IPYKERNEL, IPYKERNEL.printing]),
        row("memory after start", 1.0, *([one.memory for one in found] for found in starts.values()), unit="MiB"),
    ]


def _take_turns(ours: Running, theirs: Running, trips: dict[tuple[Kernel, str], list[float]]) -> None:
    """Run the cells in both kernels, one after the other; adds the milliseconds to ``trips``."""
    pair = ((L1, ours), (IPYKERNEL, theirs))
    for turn in range(ROUND_TRIPS):
        for code in ("", "1+1"):
            for kernel, one in pair:
                trips.setdefault((kernel, code), []).append(one.run(code))
        if turn < PRINT_RUNS:
            for kernel, one in pair:
                trips.setdefault((kernel, kernel.printing), []).append(one.run(kernel.printing))


def main() -> bool:
    """Whether every goal is met."""
    return report("L1 kernel beside ipykernel, medians of alternating runs", measure())


if __name__ == "__main__":
    sys.exit(not main())
