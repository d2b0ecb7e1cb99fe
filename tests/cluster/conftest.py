"""A session with real nodes, and the folder of test functions on every path."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import l1kernel.library  # noqa: F401  # registers the built-ins
from l1kernel.cluster import builtins as l1
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH")]))


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Return as soon as the condition holds, fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(CapturedOutput(), folder=tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One cluster for the tests of a module that leave its nodes alone: 2 CPUs, 1 CPU, 1 CPU with the tag GPU."""
    made = Session(CapturedOutput(), folder=tmp_path_factory.mktemp("notebook"))
    l1.distributed_init(made)
    for spec in ("node-1:localhost:2:1024", "node-2:localhost:1:1024", "gpu-1:localhost:1:1024:GPU"):
        l1.cluster_add_node(made, spec)
    l1.cluster_status(made)
    yield made
    made.close()
