"""Kernels without the wait: a process with everything imported, which is forked for each kernel that is asked for.

A kernel spends nearly all of its start in imports, a third of a second, and the conformance run needs some hundred.
Each line on stdin names a folder and a connection file; the child that serves it is a kernel like any other, with
globals, session and sockets of its own.
"""

from __future__ import annotations

import os
import sys

import l1kernel.library  # what a kernel loads for its first cell
import l1kernel.runtime.session  # noqa: F401
from l1kernel.kernel.app import main


def serve(folder: str, connection_file: str) -> None:
    """Be the kernel of a connection file, at home in the folder, to the end of the process."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.chdir(folder)
    main(["-f", connection_file])
    os._exit(0)


def run() -> None:
    """Fork a kernel for each line, until the lines end."""
    for line in iter(sys.stdin.buffer.readline, b""):
        folder, connection_file = os.fsdecode(line).rstrip("\n").split("\t")
        if os.fork() == 0:
            serve(folder, connection_file)
        while True:  # forget the children that have ended
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    run()
