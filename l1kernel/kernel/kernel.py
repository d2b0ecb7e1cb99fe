"""A request in, exactly one reply out. https://jupyter-client.readthedocs.io/en/stable/messaging.html

The requests that are about L1 are the ``do_*`` methods. Everything a message can be wrong about, and every
exception, is answered in ``answer``.
"""

from __future__ import annotations

import threading
import time
from _thread import interrupt_main
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

import zmq
import zmq.asyncio
from ipykernel._version import kernel_protocol_version
from ipykernel.kernelbase import Kernel
from tornado.ioloop import IOLoop

from l1kernel import __version__
from l1kernel.errors import Interrupted, L1Error, L1RuntimeError
from l1kernel.kernel.cells import cell_name
from l1kernel.kernel.commands import explained
from l1kernel.kernel.interrupts import Interrupts
from l1kernel.kernel.notes import StaleNotes
from l1kernel.kernel.publish import CellOutput, MutedOutput, Publisher

if TYPE_CHECKING:
    from l1kernel.runtime.output import Bundle
    from l1kernel.runtime.session import Outcome, Session
    from l1kernel.runtime.stale import Cell

Content = dict[str, Any]

NEEDS_SESSION = ("execute_request", "complete_request", "inspect_request", "is_complete_request")
CLOSE_WITHIN = 3.0  # seconds for the session's end, then the kernel goes without it
STOP_WITHIN = 0.5  # seconds for a running cell to end at shutdown
CONNECT_TRIES, CONNECT_PAUSE = 500, 0.02  # questions to a front end whose stdin channel is not there yet; seconds


class L1Kernel(Kernel):  # type: ignore[misc]
    """The L1 session of a notebook behind ipykernel's message handlers."""

    implementation = "l1kernel"
    implementation_version = __version__
    banner = f"L1 {__version__}"
    language_info: ClassVar[dict[str, object]] = {
        "name": "l1",
        "version": __version__,
        "mimetype": "text/x-l1",
        "file_extension": ".l1",
        "pygments_lexer": "l1",
        # no mode of JupyterLab's own knows both L1's comments and its words; of those with # for a comment, this one
        # colours the most of them and indents as L1 is written (Julia's, which knows let and end, indents after let)
        "codemirror_mode": "python",
    }
    profile_dir = None  # IPython's, whose class would be imported for nothing

    def __init__(self, shell_socket: zmq.Socket[bytes], control_socket: zmq.Socket[bytes], **fields: Any) -> None:
        """Made in the main thread; ``control_socket`` is served by ``fields["control_thread"]``."""
        super().__init__(**fields)
        self.shell_handlers["comm_open"] = self.comm_open
        for kind in NEEDS_SESSION:
            del self.control_handlers[kind]
        self.publisher = Publisher(self.session, self.iopub_thread, f"kernel.{self.ident}")
        self.interrupts = Interrupts()
        self._sockets = {"shell": shell_socket, "control": control_socket}
        self._queue: deque[tuple[list[bytes], bool]] = deque()
        self._history: list[tuple[int, str]] = []
        self._notes = StaleNotes()
        self._cell_ended = threading.Event()
        self._cell_ended.set()
        self._closing = threading.Lock()

    @cached_property
    def l1_session(self) -> Session:
        """The notebook's session. Loads the language, so it is left until it is needed or the kernel idles."""
        import l1kernel.library  # noqa: F401  registers the built-ins
        from l1kernel.runtime.session import Session

        return Session(CellOutput(self.publisher, {}, interactive=False))

    # Messages

    def start(self) -> None:
        """Say that the kernel is there and serve both channels, once the main thread's loop runs."""
        self.io_loop = IOLoop.current()
        self.io_loop.add_callback(self.serve, "shell")
        self.control_thread.io_loop.add_callback(self.serve, "control")
        self._publish_status("starting", "shell")

    async def serve(self, channel: str) -> None:
        """Answer a channel's messages one after another."""
        socket = zmq.asyncio.Socket.from_socket(self._sockets[channel])
        while True:
            if channel == "shell" and self._queue:
                frames, aborted = self._queue.popleft()
            else:
                frames, aborted = await socket.recv_multipart(), False
            await self.answer(channel, frames, aborted=aborted)

    async def answer(self, channel: str, frames: list[bytes], *, aborted: bool = False) -> None:
        """Handle one message between "busy" and "idle". A request gets one reply, whatever becomes of it."""
        try:
            identities, parts = self.session.feed_identities(frames)
            message = self.session.deserialize(parts)
        except Exception:
            self.log.warning("a message that is malformed or wrongly signed was dropped", exc_info=True)
            return
        if channel == "shell":
            self.interrupts.forget()
        self.set_parent(identities, message, channel)
        self._publish_status("busy", channel, message)
        reply = Reply(self._sockets[channel])
        try:
            failure = await self._handle(channel, reply, identities, message, aborted)
            kind = message["msg_type"]
            if not reply.sent and kind.endswith("_request"):
                self.session.send(reply, f"{kind.removesuffix('_request')}_reply", failure, message, identities)
        finally:
            self._publish_status("idle", channel, message)

    async def _handle(
        self, channel: str, reply: Reply, identities: list[bytes], message: Content, aborted: bool
    ) -> Content:
        """Call the handler of a message; gives what to answer where that sends no reply of its own."""
        kind = message["msg_type"]
        handler = (self.shell_handlers if channel == "shell" else self.control_handlers).get(kind)
        if aborted and kind == "execute_request":
            return {"status": "aborted"}
        if handler is None or message["header"].get("subshell_id") is not None:
            return _failure("NotSupported", f"This kernel does not support {kind} here")
        try:
            await handler(reply, identities, message)
        except Exception as error:
            self.log.warning("%s failed", kind, exc_info=True)
            return _failure(type(error).__name__, str(error)) | {"execution_count": self.execution_count}
        return _failure("NotSupported", f"This kernel does not support {kind}")

    def _abort_queue(self) -> None:
        """After an error, mark the execute requests that have arrived by now; the rest of the queue stays."""
        self._queue = deque((frames, True) for frames, _ in self._queue)
        while True:
            try:
                self._queue.append((self._sockets["shell"].recv_multipart(zmq.NOBLOCK), True))
            except zmq.Again:
                return

    # Cells

    async def execute_request(self, stream: Reply, ident: list[bytes], parent: Content) -> None:
        """Run a cell; https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute"""
        content = parent["content"]
        code, silent = content["code"], bool(content.get("silent", False))
        expressions, allow_stdin = content.get("user_expressions") or {}, bool(content.get("allow_stdin", False))
        if not isinstance(code, str) or not isinstance(expressions, dict):
            raise TypeError("code must be a string, user_expressions an object")
        stored = not silent and bool(content.get("store_history", True))
        started = datetime.now(UTC)
        self.execution_count += stored
        if not silent:
            self._publish_execute_input(code, parent, self.execution_count)
        meta = parent.get("metadata") or {}
        cell_id = meta.get("cellId")
        reply = await self.do_execute(
            code, silent, stored, expressions, allow_stdin, cell_meta=meta, cell_id=str(cell_id) if cell_id else None
        )
        if reply["status"] == "error" and not silent and content.get("stop_on_error", True):
            # ahead of the reply: what a front end sends once it knows of the error is meant
            self._abort_queue()
        metadata = {"started": started, "status": reply["status"]}
        self.session.send(stream, "execute_reply", reply, parent, ident, metadata=metadata)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: Content | None = None,
        cell_id: str | None = None,
    ) -> Content:
        """Run a cell and publish what it shows; the content of its reply.

        ``cell_id`` and the ``deletedCells`` of ``cell_meta`` are what JupyterLab and Notebook tell of a cell.
        """
        if store_history:
            self._history.append((self.execution_count, code))
        self._allow_stdin = allow_stdin
        output = (
            MutedOutput() if silent else CellOutput(self.publisher, self.get_parent("shell"), interactive=allow_stdin)
        )
        title = f"cell {self.execution_count}" if store_history else "cell"
        cell = self._cell(cell_id, cell_meta or {}) if store_history else None
        bundle, error = self._run(code, output, title, cell)
        reply: Content = {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }
        if error is not None:
            reply |= {"status": "error", **_error_content(error)}
            output.error(_error_content(error))
        elif bundle is not None:
            output.result(bundle, self.execution_count)
        if cell is not None:
            self._notes.ran(self.l1_session.dataflow, cell, output)
        output.flush()
        if error is None:
            reply["user_expressions"] = {name: self._evaluate(text) for name, text in (user_expressions or {}).items()}
        return reply

    def _cell(self, cell_id: str | None, meta: Content) -> Cell | None:
        """The cell as the session knows it again; None where the front end does not say which one runs."""
        from l1kernel.runtime.stale import Cell

        deleted = meta.get("deletedCells")
        if isinstance(deleted, list) and deleted:
            self._notes.deleted(self.l1_session.dataflow, map(str, deleted))
        return Cell(cell_id, self.execution_count) if cell_id else None

    def _run(
        self, code: str, output: CellOutput | MutedOutput, title: str, cell: Cell | None = None
    ) -> tuple[Bundle | None, L1Error | None]:
        """Run text in the session: what to show of its value, or the error."""
        session = self.l1_session
        from l1kernel.runtime.limits import cap_memory

        cap_memory()
        before = session.output
        self._cell_ended.clear()
        try:
            with self.interrupts.armed():
                session.output, session.read_line = output, partial(self._read_line, output)
                outcome = session.run(code, name=cell_name(code), title=title, cell=cell)
                if outcome.traceback:
                    output.write_error(outcome.traceback)
                return _shown(outcome, output), outcome.error and explained(outcome.error)
        except KeyboardInterrupt:
            return None, Interrupted("The cell was interrupted")
        except L1Error as failure:  # the value is too large to show
            return None, failure
        except Exception:
            self.log.exception("the session failed on a cell")
            return None, L1RuntimeError("This cell met a fault of the L1 kernel", hint="please report it with the cell")
        finally:
            if isinstance(output, MutedOutput):
                session.output = before  # what still runs of earlier cells goes on showing there
            self._cell_ended.set()

    def _evaluate(self, expression: str) -> Content:
        """One of a request's user_expressions: a bundle, or an error that ends nothing."""
        bundle, error = self._run(expression, MutedOutput(), "user expression")
        if error is not None:
            return {"status": "error", **_error_content(error)}
        return {"status": "ok", "data": bundle or {"text/plain": "null"}, "metadata": {}}

    def _read_line(self, output: CellOutput | MutedOutput, prompt: str) -> str:
        """Ask the front end for a line; EOFError where its reader ends the input, an L1RuntimeError where nobody is."""
        if not self._allow_stdin:
            raise L1RuntimeError("This run has no stdin, so nothing can be asked", hint="give the value in the program")
        output.flush()
        for _ in range(CONNECT_TRIES):
            try:
                return str(self.raw_input(prompt))
            except zmq.ZMQError as error:
                if error.errno != zmq.EHOSTUNREACH:
                    raise
                time.sleep(CONNECT_PAUSE)
        raise L1RuntimeError("The front end has no connection for answers, so nothing can be asked")

    # Help while typing

    async def do_complete(self, code: str, cursor_pos: int) -> Content:
        """https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion"""
        from l1kernel.runtime.introspect import complete

        found = complete(self.l1_session, code, cursor_pos)
        return {
            "status": "ok",
            "matches": found.matches,
            "cursor_start": found.start,
            "cursor_end": found.end,
            "metadata": {},
        }

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Sequence[str] = ()
    ) -> Content:
        """https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection"""
        from l1kernel.runtime.introspect import inspect

        bundle = inspect(self.l1_session, code, cursor_pos)
        return {"status": "ok", "found": bundle is not None, "data": bundle or {}, "metadata": {}}

    async def do_is_complete(self, code: str) -> Content:
        """https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness"""
        from l1kernel.language.parse import completeness

        found = completeness(code)
        return (
            {"status": found.status, "indent": found.indent}
            if found.status == "incomplete"
            else {"status": found.status}
        )

    async def do_history(
        self,
        hist_access_type: str,
        output: bool,
        raw: bool,
        session: int | None = None,
        start: int | None = None,
        stop: int | None = None,
        n: int | None = None,
        pattern: str | None = None,
        unique: bool = False,
    ) -> Content:
        """The cells of this kernel; earlier ones are not kept. Outputs neither: each is null."""
        cells = self._history
        if hist_access_type == "range":
            cells = [cell for cell in cells if (start or 1) <= cell[0] and (stop is None or cell[0] < stop)]
        elif hist_access_type == "search":
            cells = [cell for cell in cells if fnmatchcase(cell[1], pattern or "*")]
            if unique:
                cells = sorted({code: (count, code) for count, code in cells}.values())
        if hist_access_type != "range" and n is not None:
            cells = cells[-n:] if n > 0 else []
        return {"status": "ok", "history": [(1, count, (code, None) if output else code) for count, code in cells]}

    # The kernel itself

    @property
    def kernel_info(self) -> Content:
        """What is announced: neither a debugger nor subshells, which the base class would promise."""
        return {
            "protocol_version": kernel_protocol_version,
            "implementation": self.implementation,
            "implementation_version": self.implementation_version,
            "language_info": self.language_info,
            "banner": self.banner,
            "help_links": [],
            "supported_features": [],
            "debugger": False,
        }

    async def kernel_info_request(self, stream: Reply, ident: list[bytes], parent: Content) -> None:
        """https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info"""
        await super().kernel_info_request(stream, ident, parent)
        self.io_loop.add_callback(lambda: self.l1_session)

    async def do_debug_request(self, msg: Content) -> Content:
        """There is no debugger: a refusal in the debug adapter's words."""
        return {
            "type": "response",
            "request_seq": msg.get("seq", 0),
            "command": msg.get("command", ""),
            "success": False,
            "message": "The L1 kernel has no debugger",
        }

    async def comm_open(self, stream: Reply, ident: list[bytes], parent: Content) -> None:
        """Nothing in this kernel listens to comms, so each is closed at once, as the protocol asks."""
        self.publisher.send("comm_close", {"comm_id": parent["content"]["comm_id"], "data": {}}, parent)

    async def do_shutdown(self, restart: bool) -> Content:
        """End the session, and with it the cluster, before the reply goes out."""
        if threading.current_thread() is not threading.main_thread():
            interrupt_main()
            self._cell_ended.wait(STOP_WITHIN)
        self.close_session()
        return {"status": "ok", "restart": restart}

    def close_session(self) -> None:
        """End what the cells started, within CLOSE_WITHIN; from any thread, more than once."""
        session = self.__dict__.get("l1_session")
        if session is None:
            return
        closing = threading.Thread(target=self._close_once, args=(session,), daemon=True)
        closing.start()
        closing.join(CLOSE_WITHIN)

    def _close_once(self, session: Session) -> None:
        with self._closing:
            session.close()


class Reply:
    """A request's way back: ipykernel's handlers send to it as to a socket, and it knows whether they did."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.sent = False
        self._socket = socket

    def send_multipart(self, frames: list[bytes], copy: bool = True) -> None:
        self.sent = True
        self._socket.send_multipart(frames, copy=copy)


def _shown(outcome: Outcome, output: CellOutput | MutedOutput) -> Bundle | None:
    """The bundle of a cell's value. Says so where the cell ended by ``exit``."""
    from l1kernel.runtime.display import bundle

    if outcome.exit_status is not None:
        output.write(f"exit({outcome.exit_status}) ended this cell; the kernel goes on.\n")
        return None
    if outcome.error is not None or not outcome.shown:
        return None
    return bundle(outcome.value)


def _error_content(error: L1Error) -> Content:
    """An error as messages carry it: its type, its text with the place, and the whole report in colours."""
    from l1kernel.diagnostics import headline, render

    text = headline(error).removeprefix(f"{error.type}: ")
    return {"ename": error.type, "evalue": text, "traceback": render(error, colour=True).split("\n")}


def _failure(name: str, text: str) -> Content:
    return {"status": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
