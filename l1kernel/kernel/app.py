"""The kernel's process: from a connection file to sockets, threads and a loop, and back down.

A small stand-in for ipykernel's IPKernelApp, which imports IPython's shell and takes a third longer to start.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import zmq
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from tornado.ioloop import IOLoop

from l1kernel.kernel.kernel import L1Kernel
from l1kernel.kernel.publish import MessageSession

LINGER = 1000  # milliseconds for the last messages to leave
EXIT_WITHIN = 2.0  # seconds from the end of the loop to the end of the process
PARENT_POLL = 1.0  # seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a shutdown request."""
    parser = argparse.ArgumentParser(prog="python -m l1kernel", description="Run an L1 kernel for a Jupyter front end.")
    parser.add_argument(
        "-f", required=True, type=Path, metavar="CONNECTION_FILE", help="JSON, written by the front end"
    )
    given = parser.parse_args(arguments)
    run(json.loads(given.f.read_text(encoding="utf-8")))


def run(connection: dict[str, Any]) -> None:
    """Serve on the addresses of a connection file's contents."""
    logging.basicConfig(format="[l1kernel] %(levelname)s %(message)s", level=logging.WARNING)
    session = MessageSession(
        key=connection.get("key", "").encode(), signature_scheme=connection.get("signature_scheme", "hmac-sha256")
    )
    context = zmq.Context()
    shell, control, stdin = (_bind(context, zmq.ROUTER, connection, name) for name in ("shell", "control", "stdin"))
    iopub = IOPubThread(_bind(context, zmq.XPUB, connection, "iopub"), session=session)
    iopub.start()
    heartbeat = Heartbeat(
        zmq.Context(), (connection["transport"], connection["ip"], connection["hb_port"]), **_curve_keys(connection)
    )
    heartbeat.start()
    control_thread = ControlThread(daemon=True)
    kernel = L1Kernel(
        shell_socket=shell,
        control_socket=control,
        stdin_socket=stdin,
        session=session,
        iopub_thread=iopub,
        iopub_socket=iopub.background_socket,
        control_thread=control_thread,
        log=logging.getLogger("l1kernel"),
    )
    kernel.record_ports({name: port for name, port in connection.items() if name.endswith("_port")})
    _end_with(kernel.close_session)
    control_thread.start()
    kernel.start()
    IOLoop.current().start()

    _exit_anyway()
    # ipykernel's iopub thread leaves a task pending, which is no news to a reader of stderr
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    control_thread.stop()
    control_thread.join()
    iopub.stop()
    iopub.close()
    for socket in (shell, control, stdin):
        socket.close()
    heartbeat.context.term()
    context.term()


def _bind(
    context: zmq.Context[zmq.Socket[bytes]], kind: int, connection: dict[str, Any], name: str
) -> zmq.Socket[bytes]:
    """A bound socket of one channel, encrypted where the connection file has keys."""
    socket = context.socket(kind)
    socket.linger = LINGER
    # without a limit: a slow front end delays messages, it never loses them
    socket.sndhwm = 0
    if kind == zmq.ROUTER:
        socket.router_handover = True
        # a question to a front end that has not connected yet is an error, asked again; else it would be lost
        socket.router_mandatory = name == "stdin"
    keys = _curve_keys(connection)
    if keys:
        socket.curve_secretkey, socket.curve_publickey = keys["curve_secretkey"], keys["curve_publickey"]
        socket.curve_server = True
    separator = ":" if connection["transport"] == "tcp" else "-"
    socket.bind(f"{connection['transport']}://{connection['ip']}{separator}{connection[f'{name}_port']}")
    return socket


def _curve_keys(connection: dict[str, Any]) -> dict[str, bytes]:
    """The CurveZMQ key pair of a connection file; empty where it has none."""
    names = ("curve_publickey", "curve_secretkey")
    return {name: connection[name].encode() for name in names if connection.get(name)}


def _end_with(close: Callable[[], None]) -> None:
    """Close the session when the process is told to end or its front end is gone."""

    def end(status: int) -> None:
        close()
        os._exit(status)

    def watch_parent(parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL)
        end(1)

    def on_sigterm(number: int, frame: object) -> None:
        threading.Thread(target=end, args=(128 + number,), daemon=True).start()

    signal.signal(signal.SIGTERM, on_sigterm)
    # set by the front end's KernelManager; process 1 never goes away
    if os.environ.get("JPY_PARENT_PID", "0") not in ("0", "1") and os.getppid() != 1:
        threading.Thread(target=watch_parent, args=(os.getppid(),), daemon=True).start()


def _exit_anyway() -> None:
    """A thread that some library left running must not keep the process."""
    timer = threading.Timer(EXIT_WITHIN, os._exit, (0,))
    timer.daemon = True
    timer.start()
