"""What a result may take: one that would fill the memory is refused before a byte of it is made."""

from __future__ import annotations

import os

from l1kernel.errors import L1MemoryError

LIST_ITEM = 40  # bytes of a list's slot and a small number in it
_MOST = 2 * 2**30  # also on a large machine: more takes seconds to make


def memory_limit() -> int:
    """The bytes that one result may take: half of this machine's memory, at most 2 GiB."""
    try:
        installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not every system tells
        return _MOST
    return min(_MOST, installed // 2)


def refuse_large(count: int, what: str, *, size: int = LIST_ITEM) -> None:
    """Raise L1MemoryError if ``count`` pieces of ``size`` bytes are too many.

    ``what`` completes "The result would have 1,000,000,000,000 ...": ``items``, ``characters``.
    """
    if count * size > memory_limit():
        shown = f"{count:,}" if count < 10**30 else f"about 10 ** {count.bit_length() * 30_103 // 100_000}"
        raise L1MemoryError(
            f"The result would have {shown} {what}, more than fit into memory", hint="work on smaller parts"
        )
