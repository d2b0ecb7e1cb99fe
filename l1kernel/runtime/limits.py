"""What a result may take: one that would fill the memory is refused before a byte of it is made.

What grows bit by bit (a list in an endless loop) is met by ``cap_memory``: the process is refused more memory, and
its program gets a MemoryError, while the machine still has some.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from l1kernel.errors import L1MemoryError

LIST_ITEM = 40  # bytes of a list's slot and a small number in it
GROWTH = 4 * 2**30  # bytes that one cell may add to what its session holds
_MOST = 2 * 2**30  # also on a large machine: more takes seconds to make


def memory_limit() -> int:
    """The bytes that one result may take: half of this machine's memory, at most 2 GiB."""
    installed = _installed()
    return _MOST if installed is None else min(_MOST, installed // 2)


def cap_memory(most: int | None = None) -> None:
    """Let this process hold ``most`` bytes; where the system cannot, do nothing.

    Without ``most``, ``GROWTH`` more than it holds now, at most three quarters of what there is: called before each
    cell, so that a session may hold much and one cell that grows without end is stopped within seconds. A limit that
    someone else has set is never raised.
    """
    global _own_limit
    if most is None:
        held, installed = _held(), _installed()
        if held is None or installed is None:
            return
        most = min(held + GROWTH, installed * 3 // 4)
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft in (resource.RLIM_INFINITY, _own_limit) or soft > most:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
            _own_limit = most
    except (ImportError, AttributeError, ValueError, OSError):
        return


_own_limit: int | None = None


def _held() -> int | None:
    """The bytes of data that this process holds, as the limit counts them; None where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError, IndexError):
        return None


@cache
def _installed() -> int | None:
    """The bytes of memory of this machine, or of the container that it is; None where the system does not tell."""
    try:
        installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        allowed = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return installed
    return min(installed, int(allowed)) if allowed.isdigit() else installed


def refuse_large(count: int, what: str, *, size: int = LIST_ITEM) -> None:
    """Raise L1MemoryError if ``count`` pieces of ``size`` bytes are too many.

    ``what`` completes "The result would have 1,000,000,000,000 ...": ``items``, ``characters``.
    """
    if count * size > memory_limit():
        shown = f"{count:,}" if count < 10**30 else f"about 10 ** {count.bit_length() * 30_103 // 100_000}"
        raise L1MemoryError(
            f"The result would have {shown} {what}, more than fit into memory", hint="work on smaller parts"
        )
