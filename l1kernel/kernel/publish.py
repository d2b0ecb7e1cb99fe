"""What a cell shows, published on iopub under that cell, in order, from whatever thread it comes.

Text is gathered and sent a few times a second, since a message costs as much as a hundred prints. Everything
else sends the text gathered so far ahead of itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from itertools import count, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from jupyter_client.session import Session, extract_header

if TYPE_CHECKING:
    from ipykernel.iostream import IOPubThread

    from l1kernel.runtime.output import Bundle

Header = dict[str, Any]

FLUSH_AFTER = 0.05  # seconds from a print to its message


class MessageSession(Session):
    """Jupyter's message maker, with ids that stay unique when several threads send."""

    def __init__(self, **settings: Any) -> None:
        self._numbers = count()
        super().__init__(**settings)

    @property
    def msg_id(self) -> str:
        return f"{self.session}_{self.pid}_{next(self._numbers)}"


class Publisher:
    """Sends iopub messages of all threads in one order."""

    def __init__(self, session: Session, iopub: IOPubThread, topic: str) -> None:
        self.lock = threading.RLock()
        self._session = session
        self._iopub = iopub
        self._topic = topic

    def send(self, kind: str, content: Mapping[str, Any], parent: Header) -> None:
        """Publish one message under the request with the header ``parent``."""
        with self.lock:
            self._session.send(
                self._iopub, kind, sendable(content), parent=parent, ident=f"{self._topic}.{kind}".encode()
            )

    def later(self, action: Callable[[], None]) -> None:
        """Call ``action()`` in the iopub thread, FLUSH_AFTER from now."""
        self._iopub.schedule(lambda: self._iopub.io_loop.call_later(FLUSH_AFTER, action))


class CellOutput:
    """The Output of one execute_request, good for as long as anything holds it, after the reply too."""

    rich = True

    def __init__(self, publisher: Publisher, request: dict[str, Any], *, interactive: bool) -> None:
        self.interactive = interactive
        self._publisher = publisher
        self._parent = extract_header(request)
        self._chunks: list[tuple[str, str]] = []
        self._flush_planned = False

    def write(self, text: str) -> None:
        # append before the test: a flush clears the mark before it takes the chunks, so none is left behind
        self._chunks.append(("stdout", text))
        if not self._flush_planned:
            self._plan_flush()

    def write_error(self, text: str) -> None:
        self._chunks.append(("stderr", text))
        if not self._flush_planned:
            self._plan_flush()

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None:
        transient = {} if display_id is None else {"display_id": display_id}
        content = {"data": dict(bundle), "metadata": {}, "transient": transient}
        self._publish("update_display_data" if update else "display_data", content)

    def result(self, bundle: Bundle, execution_count: int) -> None:
        """Show the value of the cell."""
        self._publish("execute_result", {"data": dict(bundle), "metadata": {}, "execution_count": execution_count})

    def error(self, content: Mapping[str, Any]) -> None:
        """Show the error that ended the cell; ``content`` has ename, evalue, traceback."""
        self._publish("error", content)

    def flush(self) -> None:
        """Send the text gathered so far, a message for each run of one stream."""
        with self._publisher.lock:
            self._flush_planned = False
            # threads append without the lock, so take a counted part of the list that stays in place
            taken = self._chunks[: len(self._chunks)]
            del self._chunks[: len(taken)]
            for name, run in groupby(taken, key=itemgetter(0)):
                text = "".join(map(itemgetter(1), run))
                if text:
                    self._publisher.send("stream", {"name": name, "text": text}, self._parent)

    def _publish(self, kind: str, content: Mapping[str, Any]) -> None:
        with self._publisher.lock:
            self.flush()
            self._publisher.send(kind, content, self._parent)

    def _plan_flush(self) -> None:
        self._flush_planned = True
        self._publisher.later(self.flush)


class MutedOutput:
    """The Output of a silent request and of a user expression: shows nothing."""

    interactive = False
    rich = False

    def write(self, text: str) -> None: ...

    def write_error(self, text: str) -> None: ...

    def display(self, bundle: Bundle, *, display_id: str | None = None, update: bool = False) -> None: ...

    def result(self, bundle: Bundle, execution_count: int) -> None: ...

    def error(self, content: Mapping[str, Any]) -> None: ...

    def flush(self) -> None: ...


def sendable(value: Any) -> Any:
    """The same JSON value with every lone surrogate, which UTF-8 cannot say, as ``?``."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {key: sendable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [sendable(item) for item in value]
    return value
