"""Ending process trees for certain: what Linux offers, and what works without it elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36


def die_with_parent() -> None:
    """Let the kernel of the operating system kill this process when its parent ends. Linux only, else nothing."""
    parent = os.getppid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the request was in force
        os.kill(os.getpid(), signal.SIGKILL)


def wake_with_parent_gone() -> None:
    """Let the operating system continue this process, should it be stopped, when its parent ends. Linux only."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGCONT)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none slips away. Linux only."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def kill_group(leader: int) -> None:
    """SIGKILL to the process group that ``leader`` leads; no error where it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def kill_session(leader: int) -> None:
    """SIGKILL to every process of the OS session that ``leader`` led, though it is gone itself."""
    import psutil

    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)


def kill_descendants(seconds: float = 2.0) -> None:
    """SIGKILL every descendant of this process, stopped ones and grandchildren too, and reap them."""
    import psutil

    me = psutil.Process()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        alive = [child for child in me.children(recursive=True) if _running(child)]
        for child in alive:
            with contextlib.suppress(psutil.Error):
                child.kill()
        _reap()
        if not alive:
            return
        time.sleep(0.005)  # a killed process takes a moment to be gone; one that it just forked shows up next time


def _running(process: object) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)  # type: ignore[attr-defined]
    except psutil.Error:
        return False


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _prctl(option: int, value: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
