"""What would take all memory or all time, through ``l1 run``: an error in L1's words and status 1; through a kernel
tests/kernel/test_limits.py tries more.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

L1 = Path(sys.executable).with_name("l1")


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("9 ** 9 ** 9", "MemoryError: The result would have about"),
        ('"a" * 10 ** 12', "MemoryError: The result would have 1,000,000,000,000 characters"),
        ('to_float("1" * 10 ** 6 + "x")', "ValueError: Cannot read"),
        ("function f(n) { return f(n) + 1 }\nf(0)", "RuntimeError: 'f' calls itself more than 10,000 calls deep"),
        ("(" * 100_000, "SyntaxError: Too many brackets"),
        ("x = [" + "1, " * 3_000_000 + "]", "SyntaxError: The program is too long"),
        ("print(" + "a" * 5_000_000 + ")", "NameError: Undefined variable 'aaa"),
        ('throw "x" * 10 ** 7', "RuntimeError: xxx"),
        ("\0" * 100_000, "SyntaxError: This character (U+0000)"),
    ],
    ids=lambda text: text[:20].encode("unicode_escape").decode(),
)
def test_a_script_ends_in_an_error(program: str, error: str) -> None:
    done = subprocess.run([L1, "run", "-"], input=program, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(error), done.stderr[:500]
    assert len(done.stderr) < 5_000
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's data")
def test_a_cell_may_add_four_gigabytes_and_no_more() -> None:
    program = (
        "import resource\n"
        "from l1kernel.runtime.limits import GROWTH, cap_memory\n"
        "held = bytearray(300 << 20)\n"
        "cap_memory()\n"
        "first = resource.getrlimit(resource.RLIMIT_DATA)[0]\n"
        "more = bytearray(300 << 20)\n"
        "cap_memory()\n"
        "second = resource.getrlimit(resource.RLIMIT_DATA)[0]\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, resource.RLIM_INFINITY))\n"
        "cap_memory()\n"
        "print(first >> 20, second - first >> 20, resource.getrlimit(resource.RLIMIT_DATA)[0] >> 20)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    first, added, foreign = map(int, done.stdout.split())
    assert foreign == 1_024
    if first > 4_200:  # a machine with memory for it
        assert 4_096 < first < 4_800
        assert 290 <= added <= 310
