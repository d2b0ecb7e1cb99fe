"""The file name of a cell, which JupyterLab's debugger computes in the same way from the cell's text."""

from __future__ import annotations

import os
import tempfile

HASH_SEED = 0xC70F6907  # ipykernel's, announced to the debugger as hashSeed


def cell_name(code: str) -> str:
    """``<temporary folder>/ipykernel_<pid>/<hash of the text>.py``; the file need not exist."""
    return f"{tempfile.gettempdir()}{os.sep}ipykernel_{os.getpid()}{os.sep}{murmur2(code.encode(), HASH_SEED)}.py"


def murmur2(data: bytes, seed: int) -> int:
    """The 32-bit MurmurHash2 of the data, as a number from 0 to 2**32 - 1."""
    mask, multiplier = 0xFFFFFFFF, 0x5BD1E995
    whole = len(data) & ~3
    state = (seed ^ len(data)) & mask
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        state = (state * multiplier & mask) ^ word
    if whole < len(data):
        state = (state ^ int.from_bytes(data[whole:], "little")) * multiplier & mask
    state = (state ^ state >> 13) * multiplier & mask
    return state ^ state >> 15
