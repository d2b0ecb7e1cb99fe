"""A stand-in for a kernel: a process with a session and a cluster, driven by one command a line on stdin."""

from __future__ import annotations

import sys

from l1kernel.cluster import builtins as l1
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    import cluster_jobs

    session = Session(CapturedOutput())
    l1.distributed_init(session)
    for number in (1, 2, 3):
        l1.cluster_add_node(session, f"node-{number}:localhost:1:512")
    l1.cluster_status(session)
    say("ready")
    for line in sys.stdin:
        match line.split():
            case ["run", name, *args]:
                function = getattr(cluster_jobs, name)
                task = l1.cluster_submit_task(session, function, *(float(a) for a in args))
                while task.status not in ("running", "done"):
                    task.job.ended.wait(0.01)
                say(task.status)
            case ["wait", name, *args]:
                function = getattr(cluster_jobs, name)
                say(l1.cluster_wait(session, l1.cluster_submit_task(session, function, *args)))
            case ["pids"]:
                say(*[node.pid for node in l1.cluster_nodes(session)])
            case ["close"]:
                session.close()
                return


main()
