"""A program that grows without end meets an L1 error, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
import l1kernel.library
from l1kernel.diagnostics import headline
from l1kernel.runtime.limits import cap_memory
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

cap_memory(1_500 * 2**20)
session = Session(CapturedOutput())
print(headline(session.run(sys.argv[1], name="cell").error))
print(session.run("x = null; 6 * 7", name="next").value)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's data")
@pytest.mark.parametrize(
    "text",
    [
        'let x = "ab"; loop { x = x + x }',
        'let x = "ab"; loop { x += x }',
        "let x = [1]; loop { x += x }",
        "let x = []; loop { x.append(zeros(1_000_000)) }",
        "let x = {}; let i = 0; loop { x[i] = [i] * 100_000; i += 1 }",
    ],
)
def test_what_grows_without_end_is_a_memory_error(text: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, text], capture_output=True, text=True, timeout=60)
    first, second = done.stdout.splitlines()
    assert first.startswith("MemoryError: The result does not fit into memory at line 1")
    assert second == "42"
