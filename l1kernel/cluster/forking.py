"""Worker processes as forks of one process that has imported what they need.

Python's own forkserver is a fresh interpreter that imports everything a second time. Here it is a fork of the
supervisor, made while that is still single-threaded: one import serves the supervisor, the forkserver and all workers,
which then share its memory.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Sequence
from multiprocessing import connection, forkserver, resource_tracker
from typing import IO, Any


def start_forkserver(imported: Sequence[str], close_first: Iterable[IO[str]]) -> None:
    """Start the forkserver of this process, which has ``imported`` these modules.

    The forkserver closes the files of ``close_first``, which are none of its business. Where Python's forkserver is
    not the one known here (up to 3.13), and to replace one that was killed, Python's own way is taken.
    """
    forkserver.set_forkserver_preload(list(imported))
    if sys.version_info >= (3, 14):
        forkserver.ensure_running()
        return
    resource_tracker.ensure_running()
    listener = socket.socket(socket.AF_UNIX)
    address = connection.arbitrary_address("AF_UNIX")  # type: ignore[attr-defined]
    listener.bind(address)
    if not address.startswith("\0"):  # an address in the abstract namespace has no file
        os.chmod(address, 0o600)
    listener.listen()
    alive_read, alive_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _serve(listener.detach(), alive_read, alive_write, close_first)
    listener.close()
    os.close(alive_read)
    server: Any = forkserver._forkserver
    server._forkserver_address = address
    server._forkserver_alive_fd = alive_write
    server._forkserver_pid = pid


def _serve(listener: int, alive_read: int, alive_write: int, close_first: Iterable[IO[str]]) -> None:
    status = 1
    try:
        os.close(alive_write)
        for file in close_first:
            os.close(file.fileno())
        forkserver.main(listener, alive_read, [])
    except SystemExit:
        status = 0
    finally:
        os._exit(status)
