"""20,000 runs of the fuzzer, always the same ones; ``make fuzz`` goes on from there for five minutes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.faults
def test_the_fuzzer_breaks_nothing() -> None:
    pytest.importorskip("atheris", reason="it has no wheel for this Python or system")
    program = Path(__file__).with_name("fuzz.py")
    done = subprocess.run(
        [sys.executable, program, "20000", "--seed", "11"], capture_output=True, text=True, timeout=800
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "Done 20000" in done.stderr
