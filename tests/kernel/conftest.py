"""Real kernels over ZeroMQ. Every message that a test receives is checked against the protocol's shapes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 20.0  # seconds for anything that has no promise of its own
Message = dict[str, Any]

# https://jupyter-client.readthedocs.io/en/stable/messaging.html
ERROR = {"ename": str, "evalue": str, "traceback": list}
SHAPES: dict[str, dict[str, Any]] = {
    "execute_input": {"code": str, "execution_count": int},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": int},
    "display_data": {"data": dict, "metadata": dict, "transient": dict},
    "update_display_data": {"data": dict, "metadata": dict, "transient": dict},
    "stream": {"name": str, "text": str},
    "error": ERROR,
    "status": {"execution_state": str},
    "iopub_welcome": {"subscription": str},
    "comm_close": {"comm_id": str, "data": dict},
    "input_request": {"prompt": str, "password": bool},
    "debug_reply": {"type": str, "request_seq": int, "success": bool, "command": str},
    "execute_reply": {"status": str, "execution_count": int, "payload": list, "user_expressions": dict},
    "complete_reply": {"status": str, "matches": list, "cursor_start": int, "cursor_end": int, "metadata": dict},
    "inspect_reply": {"status": str, "found": bool, "data": dict, "metadata": dict},
    "history_reply": {"status": str, "history": list},
    "is_complete_reply": {"status": str},
    "connect_reply": {"shell_port": int, "iopub_port": int, "stdin_port": int, "hb_port": int, "control_port": int},
    "comm_info_reply": {"status": str, "comms": dict},
    "kernel_info_reply": {
        "status": str,
        "protocol_version": str,
        "implementation": str,
        "implementation_version": str,
        "language_info": dict,
        "banner": str,
        "help_links": list,
        "supported_features": list,
    },
    "shutdown_reply": {"status": str, "restart": bool},
    "interrupt_reply": {"status": str},
    "usage_reply": {"hostname": str, "pid": int},
}


def validate(message: Message) -> Message:
    """The message, which has the shape that the protocol gives its type."""
    assert {"msg_id", "msg_type", "username", "session", "date", "version"} <= message["header"].keys()
    assert isinstance(message["metadata"], dict)
    content, kind = message["content"], message["msg_type"]
    json.dumps(content, allow_nan=False)
    if content.get("status") == "aborted":
        return message
    failed = kind.endswith("_reply") and content.get("status") == "error"
    shape = ERROR if failed else SHAPES[kind]
    for name, wanted in shape.items():
        assert isinstance(content.get(name), wanted), f"{kind}.{name} is {content.get(name)!r}"
    if kind == "stream":
        assert content["name"] in ("stdout", "stderr")
    if kind == "status":
        assert content["execution_state"] in ("starting", "busy", "idle")
    return message


@dataclass
class Cell:
    """What came back for one execute_request: the reply's content, and the iopub messages in their order."""

    reply: Message
    messages: list[Message]

    def of(self, kind: str) -> list[Message]:
        """The contents of the messages of one type."""
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def text(self, name: str = "stdout") -> str:
        return "".join(content["text"] for content in self.of("stream") if content["name"] == name)

    @property
    def result(self) -> str | None:
        """The text of the cell's value."""
        found = self.of("execute_result")
        return found[0]["data"]["text/plain"] if found else None

    @property
    def kinds(self) -> list[str]:
        """The types of the messages between busy and idle, a run of one type once."""
        kinds = [message["msg_type"] for message in self.messages if message["msg_type"] != "status"]
        return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]


class LiveKernel:
    """A running kernel and its client."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.client()
        self.client.start_channels()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait for the first answer, and for iopub's welcome: from then on no message can be missed."""
        while validate(self.client.get_iopub_msg(timeout=DEADLINE))["msg_type"] != "iopub_welcome":
            pass
        request = self.send("kernel_info_request")
        self.reply(request)
        self.until(request, lambda message: message["content"].get("execution_state") == "idle")

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)

    def send(self, kind: str, content: Message | None = None, channel: str = "shell") -> str:
        """Send any message; gives its id."""
        message = self.client.session.msg(kind, {} if content is None else content)
        getattr(self.client, f"{channel}_channel").send(message)
        return str(message["header"]["msg_id"])

    def reply(self, request: str, channel: str = "shell", timeout: float = DEADLINE) -> Message:
        """The content of the reply to a request, which must be the next message on its channel."""
        message = validate(getattr(self.client, f"{channel}_channel").get_msg(timeout=timeout))
        assert message["parent_header"]["msg_id"] == request
        return dict(message["content"], msg_type=message["msg_type"])

    def ask(self, kind: str, content: Message | None = None, channel: str = "shell") -> Message:
        """Send a request and wait for its reply."""
        return self.reply(self.send(kind, content, channel), channel)

    def start(self, code: str, **flags: Any) -> str:
        """Send a cell without waiting; gives the request's id."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self.send("execute_request", content | flags)

    def iopub(self, request: str, timeout: float = DEADLINE) -> Message:
        """The next iopub message under a request; others are checked and passed over."""
        end = time.monotonic() + timeout
        while True:
            message = validate(self.client.get_iopub_msg(timeout=max(0.0, end - time.monotonic())))
            if message["parent_header"].get("msg_id") == request:
                return message

    def until(self, request: str, wanted: Callable[[Message], bool], timeout: float = DEADLINE) -> list[Message]:
        """The iopub messages under a request up to the first that is wanted."""
        messages = [self.iopub(request, timeout)]
        while not wanted(messages[-1]):
            messages.append(self.iopub(request, timeout))
        return messages

    def until_running(self, request: str) -> None:
        """Wait until the kernel has taken up a cell."""
        self.until(request, lambda message: message["msg_type"] == "execute_input")

    def until_printed(self, request: str, text: str) -> None:
        """Wait until a cell has printed a text."""
        self.until(request, lambda message: text in message["content"].get("text", ""))

    def finish(self, request: str) -> Cell:
        """Wait for a cell's reply and the end of its output."""
        reply = self.reply(request)
        return Cell(reply, self.until(request, lambda message: message["content"].get("execution_state") == "idle"))

    def run(self, code: str, **flags: Any) -> Cell:
        """Run a cell to its end."""
        return self.finish(self.start(code, **flags))


@pytest.fixture(scope="session", autouse=True)
def _kernelspec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The project's kernelspec, found by Jupyter under the name l1 and started from this checkout."""
    data = tmp_path_factory.mktemp("jupyter")
    spec = json.loads((ROOT / "kernelspec" / "kernel.json").read_text())
    spec["argv"][0] = sys.executable
    spec["env"] = {"PYTHONPATH": str(ROOT)}
    folder = data / "kernels" / "l1"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(data))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        yield


@contextmanager
def _started(launch: dict[str, Any] | None = None, **settings: Any) -> Iterator[LiveKernel]:
    manager = KernelManager(kernel_name="l1", **settings)
    manager.start_kernel(**(launch or {}))
    try:
        live = LiveKernel(manager)
        yield live
        live.client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


@pytest.fixture(scope="module")
def kernel(_kernelspec: None) -> Iterator[LiveKernel]:
    """One kernel for the tests of a module."""
    with _started() as live:
        yield live


@pytest.fixture
def start_kernel(_kernelspec: None) -> Iterator[Callable[..., LiveKernel]]:
    """Starts kernels of a test's own: settings are the KernelManager's, ``launch`` its start_kernel's."""
    with ExitStack() as stack:
        yield lambda launch=None, **settings: stack.enter_context(_started(launch, **settings))
