"""A local cluster beside Dask's own: the start of three nodes, and tasks a second. Each start is a fresh process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import Row, report

STARTS = 7
TASKS = 1000
ROUNDS = 3
ROOT = Path(__file__).resolve().parents[1]


def main() -> bool:
    """Measure in turns and print the table; whether every goal is met."""
    ours, theirs, theirs_imported = [], [], []
    for _ in range(STARTS):
        ours.append(_seconds_of("l1"))
        theirs.append(_seconds_of("dask"))
        theirs_imported.append(_seconds_of("dask-imported"))
    rates = [_seconds_of("tasks").split() for _ in range(ROUNDS)]
    rows = [
        Row("init and three nodes online", _median(ours), _median(theirs), 1.0, "s"),
        Row("the same, Dask imported before", _median(ours), _median(theirs_imported), 1.0, "s"),
        Row(
            f"{TASKS} tasks beside client.submit", _median(r[0] for r in rates), _median(r[1] for r in rates), 1.5, "s"
        ),
        Row(f"{TASKS} submits, cell blocked", _median(r[2] for r in rates), _median(r[3] for r in rates), 1.5, "s"),
    ]
    return report("Cluster (both with TLS on loopback)", rows)


def _median(values: object) -> float:
    return statistics.median(float(value) for value in values)  # type: ignore[attr-defined]


def _seconds_of(what: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cluster", what], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def start_l1() -> None:
    """From the call of ``distributed_init`` to three nodes online."""
    import l1kernel.library  # noqa: F401  # what a kernel has loaded
    from l1kernel.cluster import builtins as l1
    from l1kernel.runtime.output import CapturedOutput
    from l1kernel.runtime.session import Session

    session = Session(CapturedOutput())
    begin = time.perf_counter()
    l1.distributed_init(session)
    for number in range(3):
        l1.cluster_add_node(session, f"node-{number}:localhost:1:1024")
    assert l1.cluster_status(session).online_nodes == 3
    print(time.perf_counter() - begin)
    session.close()


def start_dask(imported: bool) -> None:
    """The same of Dask: three nannies that spawn their workers, with temporary credentials."""
    if imported:
        import distributed  # noqa: F401
    begin = time.perf_counter()
    from distributed import Client, LocalCluster, Security

    security = Security.temporary()
    with (
        LocalCluster(
            n_workers=3, threads_per_worker=1, security=security, protocol="tls", dashboard_address=None
        ) as cluster,
        Client(cluster, security=security) as client,
    ):
        client.wait_for_workers(3)
        print(time.perf_counter() - begin)


def tasks() -> None:
    """Seconds for TASKS small tasks to results, ours and Dask's, and how long the submitting took; on one cluster."""
    import math

    import l1kernel.library  # noqa: F401
    from l1kernel.cluster import builtins as l1
    from l1kernel.runtime.output import CapturedOutput
    from l1kernel.runtime.session import Session

    session = Session(CapturedOutput())
    cluster = l1.distributed_init(session)
    for number in range(3):
        l1.cluster_add_node(session, f"node-{number}:localhost:1:1024")
    client = cluster.client()
    l1.cluster_status(session)
    l1.cluster_map(session, math.sqrt, range(10))

    begin = time.perf_counter()
    mine = [l1.cluster_submit_task(session, math.sqrt, x) for x in range(TASKS)]
    submitted = time.perf_counter()
    l1.cluster_wait_all(session, mine)
    ours, our_submit = time.perf_counter() - begin, submitted - begin

    begin = time.perf_counter()
    futures = [client.submit(math.sqrt, x, pure=False) for x in range(TASKS)]
    submitted = time.perf_counter()
    client.sync(client._gather, futures)
    print(ours, time.perf_counter() - begin, our_submit, submitted - begin)
    session.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["l1"]:
            start_l1()
        case ["dask"]:
            start_dask(imported=False)
        case ["dask-imported"]:
            start_dask(imported=True)
        case ["tasks"]:
            tasks()
        case _:
            sys.exit(0 if main() else 1)
