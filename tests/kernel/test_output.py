"""What a cell shows: at once, whole, in order, under the cell that it belongs to."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import zmq
from ipykernel.iostream import IOPubThread

from l1kernel.kernel.publish import CellOutput, MessageSession, Publisher


def test_prints_arrive_while_the_cell_runs(kernel: Any) -> None:
    request = kernel.start('print("first")\nsleep(30)')
    kernel.until_printed(request, "first")
    kernel.manager.interrupt_kernel()
    assert kernel.finish(request).reply["status"] == "error"


def test_a_hundred_thousand_prints_arrive_whole(kernel: Any) -> None:
    cell = kernel.run("for i in 100000 { print(i) }")
    assert cell.text() == "".join(f"{i}\n" for i in range(100_000))


@pytest.fixture
def published() -> Iterator[tuple[Publisher, Any]]:
    """A publisher on a real iopub thread, and a function that receives the next (parent id, type, content)."""
    context = zmq.Context()
    socket = context.socket(zmq.XPUB)
    port = socket.bind_to_random_port("tcp://127.0.0.1")
    session = MessageSession(key=b"key")
    thread = IOPubThread(socket, session=session)
    thread.start()
    reader = context.socket(zmq.SUB)
    reader.subscribe(b"")
    reader.connect(f"tcp://127.0.0.1:{port}")
    reader.rcvtimeo = 10_000

    def receive() -> tuple[str, str, dict[str, Any]]:
        frames = reader.recv_multipart()
        frames = frames[frames.index(b"<IDS|MSG>") + 2 :]
        header, parent, _, content = (json.loads(frame) for frame in frames[:4])
        return parent.get("msg_id", ""), header["msg_type"], content

    assert receive()[1] == "iopub_welcome"
    yield Publisher(session, thread, "kernel.test"), receive
    asyncio.run_coroutine_threadsafe(_end_gc(thread), thread.io_loop.asyncio_loop).result()
    thread.stop()
    thread.close()
    reader.close(linger=0)
    context.term()


async def _end_gc(thread: IOPubThread) -> None:
    """ipykernel would leave this task pending, and asyncio complains of that when the tests end."""
    thread._event_pipe_gc_task.cancel()
    await asyncio.sleep(0)


def _request(name: str) -> dict[str, Any]:
    return {"header": {"msg_id": name, "msg_type": "execute_request"}}


def test_a_thread_prints_under_its_own_cell_after_the_next_began(published: Any) -> None:
    publisher, receive = published
    first = CellOutput(publisher, _request("one"), interactive=True)
    second = CellOutput(publisher, _request("two"), interactive=True)
    second.write("second\n")
    second.flush()
    thread = threading.Thread(target=first.write, args=("late\n",))
    thread.start()
    thread.join()
    assert receive() == ("two", "stream", {"name": "stdout", "text": "second\n"})
    assert receive() == ("one", "stream", {"name": "stdout", "text": "late\n"})


def test_no_text_is_lost_or_doubled_between_threads(published: Any) -> None:
    publisher, receive = published
    output = CellOutput(publisher, _request("one"), interactive=True)
    writers, lines = 4, 5000
    threads = [
        threading.Thread(target=lambda name=name: [output.write(f"{name} {n}\n") for n in range(lines)])
        for name in range(writers)
    ]
    for thread in threads:
        thread.start()
    got = ""
    end = time.monotonic() + 30
    while got.count("\n") < writers * lines and time.monotonic() < end:
        got += receive()[2]["text"]
    for thread in threads:
        thread.join()
    for name in range(writers):
        mine = [line for line in got.splitlines() if line.startswith(f"{name} ")]
        assert mine == [f"{name} {n}" for n in range(lines)]


def test_a_display_and_its_updates_come_after_the_text_before_them(published: Any) -> None:
    publisher, receive = published
    output = CellOutput(publisher, _request("one"), interactive=True)
    output.write("before\n")
    output.display({"text/plain": "shown"}, display_id="d")
    output.write("between\n")
    output.display({"text/plain": "again"}, display_id="d", update=True)
    output.result({"text/plain": "7"}, 3)
    assert [receive()[1] for _ in range(5)] == [
        "stream",
        "display_data",
        "stream",
        "update_display_data",
        "execute_result",
    ]


def test_text_that_utf8_cannot_say_costs_nothing_but_itself(published: Any) -> None:
    publisher, receive = published
    output = CellOutput(publisher, _request("one"), interactive=True)
    output.write("a\ud800b é\n")
    output.display({"text/plain": "\udc00", "application/json": {"x": ["é\ud800"]}})
    assert receive()[2]["text"] == "a?b é\n"
    assert receive()[2]["data"] == {"text/plain": "?", "application/json": {"x": ["é?"]}}
