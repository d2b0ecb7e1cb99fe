"""The kernel's process: how it starts, what it loads, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("dask", "distributed", "pandas", "numpy", "bokeh", "sklearn", "pyarrow")


def wait_gone(pid: int, within: float) -> None:
    """Fails if the process is still there after ``within`` seconds."""
    process = psutil.Process(pid)
    try:
        psutil.wait_procs([process], timeout=within)
    finally:
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_one_plus_one_loads_no_heavy_library(start_kernel: Callable[..., Any], tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    with open(tmp_path / "imports", "w") as stderr:
        kernel = start_kernel({"stderr": stderr, "env": environment})
        assert kernel.run("1 + 1").result == "2"
    lines = (tmp_path / "imports").read_text().splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert "l1kernel.library" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []


def test_a_quiet_run_leaves_nothing_on_stderr(start_kernel: Callable[..., Any], tmp_path: Path) -> None:
    with open(tmp_path / "stderr", "w") as stderr:
        kernel = start_kernel({"stderr": stderr})
        kernel.run('print("a")\n1 + 1')
        kernel.run("1 / 0")
        kernel.manager.shutdown_kernel()
    assert (tmp_path / "stderr").read_text() == ""


@pytest.mark.parametrize("busy", [False, True])
def test_a_shutdown_request_is_answered_and_ends_the_process(start_kernel: Callable[..., Any], busy: bool) -> None:
    kernel = start_kernel()
    if busy:
        kernel.until_running(kernel.start("while true { }"))
    reply = kernel.ask("shutdown_request", {"restart": False}, "control")
    assert (reply["status"], reply["restart"]) == ("ok", False)
    wait_gone(kernel.pid, 3)


def test_a_restart_gives_a_fresh_session(start_kernel: Callable[..., Any]) -> None:
    kernel = start_kernel()
    kernel.run("let x = 1")
    kernel.manager.restart_kernel()
    kernel.wait_until_ready()
    cell = kernel.run("x")
    assert cell.reply["ename"] == "NameError"
    assert cell.reply["execution_count"] == 1


def test_sigterm_ends_the_kernel_even_in_a_cell(start_kernel: Callable[..., Any]) -> None:
    kernel = start_kernel()
    kernel.until_running(kernel.start("while true { }"))
    os.kill(kernel.pid, signal.SIGTERM)
    wait_gone(kernel.pid, 3)


def test_the_kernel_ends_with_its_front_end(tmp_path: Path) -> None:
    program = (
        "import os, time\n"
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='l1')\n"
        "print(manager.provisioner.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    front_end = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert front_end.stdout is not None
    pid = int(front_end.stdout.readline())
    front_end.kill()
    front_end.communicate()
    wait_gone(pid, 5)


@pytest.mark.parametrize("settings", [{"transport_encryption": "required"}, {"transport": "ipc"}])
def test_other_transports_work_alike(
    start_kernel: Callable[..., Any], settings: dict[str, str], tmp_path: Path
) -> None:
    if settings.get("transport") == "ipc":
        settings = settings | {"ip": str(tmp_path / "k")}
    kernel = start_kernel(**settings)
    assert kernel.run('print("a")\n1 + 1').result == "2"
    assert kernel.ask("kernel_info_request", channel="control")["status"] == "ok"


def test_the_heartbeat_beats_while_a_cell_runs(kernel: Any) -> None:
    request = kernel.start("while true { }")
    kernel.until_running(request)
    kernel.client.hb_channel.unpause()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        assert kernel.client.hb_channel.is_beating()
    kernel.manager.interrupt_kernel()
    assert kernel.finish(request).reply["status"] == "error"


def test_install_registers_a_spec_that_starts_this_python(tmp_path: Path) -> None:
    from l1kernel.kernel.install import install

    folder = install(prefix=str(tmp_path))
    assert folder == tmp_path / "share/jupyter/kernels/l1"
    spec = json.loads((folder / "kernel.json").read_text())
    assert spec["argv"] == [sys.executable, "-m", "l1kernel", "-f", "{connection_file}"]
    assert {"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} <= {path.name for path in folder.iterdir()}
    assert json.loads((ROOT / "kernelspec/kernel.json").read_text())["argv"][0] == "python"


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_DATA"), reason="this system has no limit of a process's memory")
def test_a_cell_that_grows_without_end_costs_itself_and_not_the_kernel(start_kernel: Callable[..., Any]) -> None:
    kernel = start_kernel()
    assert kernel.run("1 + 1").result == "2"
    process = psutil.Process(kernel.pid)
    most, hard = process.rlimit(psutil.RLIMIT_DATA)
    assert 0 < most <= psutil.virtual_memory().total
    process.rlimit(psutil.RLIMIT_DATA, (512 << 20, hard))  # a small machine, so that the test is short
    cell = kernel.run('let xs = []\nloop { xs.append(("ab" * 1000000) + "c") }')
    assert cell.reply["ename"] == "MemoryError"
    assert kernel.run("xs = []\n1 + 1").result == "2"
