"""What is left when a kernel goes: nothing. The kernel's processes are found by a mark in their environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from .conftest import wait_until


class Kernel:
    """A process with a cluster, driven line by line."""

    def __init__(self, *, wait: bool = True, home: str | None = None) -> None:
        self.mark = uuid.uuid4().hex
        here = Path(__file__)
        root = str(here.parents[2])
        env = {**os.environ, "L1_TEST_MARK": self.mark}
        if home is not None:
            env.update(HOME=home, XDG_CACHE_HOME=home, XDG_STATE_HOME=home)
        env["PYTHONPATH"] = os.pathsep.join([str(here.parent), root])
        self.process = subprocess.Popen(
            [sys.executable, str(here.with_name("kernel_process.py"))],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if wait:
            assert self.answer() == "ready"

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ask(self, command: str) -> str:
        self.tell(command)
        return self.answer()

    def errors(self) -> str:
        """What it wrote on stderr in its life."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def left(self) -> list[psutil.Process]:
        """Every live process that carries the mark."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("L1_TEST_MARK") == self.mark and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    with made.process:
        yield made
        for process in made.left():
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself since
                process.kill()


def test_nothing_outlives_a_killed_kernel(kernel: Kernel) -> None:
    assert kernel.ask("run start_program 100 0") == "running"
    assert kernel.ask("run start_program 100 1") == "running"
    assert kernel.ask("run hold_gil 60") == "running"
    assert kernel.ask("run stop_self") == "running"
    wait_until(lambda: any(process.status() == psutil.STATUS_STOPPED for process in kernel.left()))
    assert len(kernel.left()) >= 7
    kernel.process.kill()
    kernel.process.wait()
    wait_until(lambda: not kernel.left(), 10)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing can wake a stopped supervisor")
def test_a_stopped_supervisor_outlives_no_killed_kernel(kernel: Kernel) -> None:
    (supervisor,) = psutil.Process(kernel.process.pid).children()
    supervisor.suspend()
    kernel.process.kill()
    kernel.process.wait()
    wait_until(lambda: not kernel.left(), 10)


def test_a_cluster_needs_no_home() -> None:
    kernel = Kernel(home="/proc/no-home")
    with kernel.process:
        kernel.tell("close")
        assert kernel.process.wait() == 0
        assert kernel.errors() == ""


def test_nothing_outlives_a_clean_shutdown(kernel: Kernel) -> None:
    kernel.tell("close")
    wait_until(lambda: not kernel.left(), 3)
    assert kernel.process.wait() == 0
    assert kernel.errors() == ""


def test_nothing_outlives_a_kernel_that_ends_without_closing(kernel: Kernel) -> None:
    assert kernel.process.stdin is not None
    kernel.process.stdin.close()
    wait_until(lambda: not kernel.left(), 10)
    assert kernel.process.wait() == 0
    assert kernel.errors() == ""


def test_an_interrupt_of_the_kernels_group_does_not_reach_the_workers(kernel: Kernel) -> None:
    workers = kernel.ask("pids")
    for _ in range(3):
        os.killpg(kernel.process.pid, signal.SIGINT)
        assert kernel.answer() == "interrupted"
    assert kernel.ask("wait pid_after 0") in workers
    assert kernel.ask("pids") == workers
