"""A stand-in for a kernel: a process with a session and a cluster, driven by one command a line on stdin."""

from __future__ import annotations

import os
import signal
import sys

import cluster_jobs

from l1kernel.cluster import builtins as l1
from l1kernel.cluster.task_object import Task
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    session = Session(CapturedOutput())
    l1.distributed_init(session)
    for number in (1, 2, 3):
        l1.cluster_add_node(session, f"node-{number}:localhost:1:512")
    l1.cluster_status(session)
    # a handler, not a KeyboardInterrupt: that could strike while the last one is still being told
    signal.signal(signal.SIGINT, lambda number, frame: os.write(1, b"interrupted\n"))
    say("ready")
    while (line := sys.stdin.readline()) not in ("", "close\n"):
        perform(session, line.split())
    if line:
        session.close()


def perform(session: Session, command: list[str]) -> None:
    match command:
        case ["run", name, *args]:
            task = submit(session, name, args)
            while task.status != "running" and not task.ended:
                task.job.ended.wait(0.01)
            say("running" if task.status == "done" else task.status, *filter(None, [task.error]))
        case ["wait", name, *args]:
            say(l1.cluster_wait(session, submit(session, name, args)))
        case ["pids"]:
            say(*[node.pid for node in l1.cluster_nodes(session)])


def submit(session: Session, name: str, args: list[str]) -> Task:
    return l1.cluster_submit_task(session, getattr(cluster_jobs, name), *(float(text) for text in args))


main()
