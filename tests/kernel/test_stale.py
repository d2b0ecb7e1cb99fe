"""The note under a cell whose value others ran with before it changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

NOTE = "note: cell [{}] ran with an older 'rate'; run it again"


class Notebook:
    """Cells with ids of their own, run as JupyterLab runs them."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._prefix = uuid.uuid4().hex

    def run(self, cell: str | None, code: str, deleted: tuple[str, ...] = (), **flags: Any) -> Any:
        message = self._kernel.client.session.msg(
            "execute_request",
            {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True} | flags,
            metadata={"cellId": self._prefix + cell, "deletedCells": [self._prefix + one for one in deleted]}
            if cell
            else {},
        )
        self._kernel.client.shell_channel.send(message)
        return self._kernel.finish(message["header"]["msg_id"])


@pytest.fixture
def notebook(kernel: Any) -> Notebook:
    return Notebook(kernel)


def shown(cell: Any) -> list[str]:
    return [content["data"]["text/plain"] for content in cell.of("display_data")]


def test_a_note_shrinks_and_goes_as_its_cells_run_again(notebook: Notebook) -> None:
    assert shown(notebook.run("a", "let rate = 0.1")) == []
    two = notebook.run("b", "rate * 10").reply["execution_count"]
    three = notebook.run("c", "print(rate)").reply["execution_count"]
    edited = notebook.run("a", "rate = 0.2\nrate")
    assert edited.kinds == ["execute_input", "execute_result", "display_data"]
    assert shown(edited) == [f"note: cells [{two}] and [{three}] ran with an older 'rate'; run them again"]
    (note,) = edited.of("display_data")

    again = notebook.run("b", "rate * 10")
    (update,) = again.of("update_display_data")
    assert (update["data"], update["transient"]) == ({"text/plain": NOTE.format(three)}, note["transient"])
    last = notebook.run("c", "print(rate)")
    assert [content["data"] for content in last.of("update_display_data")] == [{"text/plain": ""}]
    assert shown(notebook.run("a", "rate = 0.2")) == []


def test_a_failed_cell_notes_what_it_changed(notebook: Notebook) -> None:
    notebook.run("a", "let rate = 0.1")
    two = notebook.run("b", "rate * 10").reply["execution_count"]
    assert shown(notebook.run("a", "rate = 0.2\n1 / 0")) == [NOTE.format(two)]


def test_a_deleted_cell_is_not_named(notebook: Notebook) -> None:
    notebook.run("a", "let rate = 0.1")
    notebook.run("b", "rate * 10")
    assert shown(notebook.run("a", "rate = 0.2", deleted=("b",))) == []


@pytest.mark.parametrize(
    "flags", [{"allow_stdin": False}, {"silent": True, "store_history": False}, {"store_history": False}], ids=str
)
def test_nobody_to_note_it_for(notebook: Notebook, flags: dict[str, bool]) -> None:
    notebook.run("a", "let rate = 0.1")
    notebook.run("b", "rate * 10")
    assert shown(notebook.run("a", "rate = 0.2", **flags)) == []


def test_a_front_end_that_names_no_cells(notebook: Notebook) -> None:
    for code in ("let rate = 0.1", "rate * 10", "rate = 0.2"):
        assert shown(notebook.run(None, code)) == []


def test_one_setting_ends_the_notes(start_kernel: Callable[..., Any]) -> None:
    notebook = Notebook(start_kernel())
    notebook.run("a", "let rate = 0.1")
    notebook.run("b", "rate * 10")
    assert shown(notebook.run("a", "rate = 0.2")) == [NOTE.format(2)]
    off = notebook.run("c", "stale_notes(false)")
    assert [content["data"] for content in off.of("update_display_data")] == [{"text/plain": ""}]
    assert shown(notebook.run("a", "rate = 0.3")) == []
    notebook.run("c", "stale_notes()")
    assert shown(notebook.run("a", "rate = 0.4")) == [NOTE.format(2)]
