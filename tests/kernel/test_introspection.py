"""Help while typing, over the protocol."""

from __future__ import annotations

from typing import Any

import pytest


def complete(kernel: Any, code: str, cursor: int | None = None) -> tuple[list[str], str]:
    """The matches, and the text that they replace."""
    reply = kernel.ask("complete_request", {"code": code, "cursor_pos": len(code) if cursor is None else cursor})
    assert reply["status"] == "ok"
    return reply["matches"], code[reply["cursor_start"] : reply["cursor_end"]]


def test_names_of_the_session_and_built_ins_are_completed(kernel: Any) -> None:
    kernel.run("let temperature_limit = 5")
    assert complete(kernel, "print(temperature_l") == (["temperature_limit"], "temperature_l")
    assert "println" in complete(kernel, "prin")[0]
    assert "function" in complete(kernel, "func")[0]


def test_members_are_completed_after_a_dot(kernel: Any) -> None:
    kernel.run('let word = "abc"')
    matches, replaced = complete(kernel, "word.upp")
    assert "upper" in matches[0]
    assert replaced.endswith("upp")


def test_positions_count_code_points(kernel: Any) -> None:
    kernel.run("let temperature_limit = 5")
    assert complete(kernel, 'let s = "🙂🙂"; temperature_l')[1] == "temperature_l"


@pytest.mark.parametrize("code", ["sqrt", "sqrt(2", "sqrt(2, "])
def test_shift_tab_shows_a_built_ins_help(kernel: Any, code: str) -> None:
    reply = kernel.ask("inspect_request", {"code": code, "cursor_pos": len(code), "detail_level": 0})
    assert reply["found"] is True
    assert "sqrt" in reply["data"]["text/plain"]


@pytest.mark.parametrize("code", ["readings.map", "readings.map(", "kept.of.map(x => "])
def test_shift_tab_shows_the_help_of_an_objects_own_method(kernel: Any, code: str) -> None:
    """Not that of the built-in with the same name, a method of lists."""
    kernel.run('let readings = create_stream("s", {"source": [1]})\nlet kept = {of: readings}')
    reply = kernel.ask("inspect_request", {"code": code, "cursor_pos": len(code), "detail_level": 0})
    assert reply["data"]["text/plain"].startswith("map(f)\n  A stream of what `f(event)` gives")


def test_nothing_is_known_of_an_unknown_name(kernel: Any) -> None:
    reply = kernel.ask("inspect_request", {"code": "no_such_thing", "cursor_pos": 5, "detail_level": 0})
    assert (reply["status"], reply["found"], reply["data"]) == ("ok", False, {})


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("1 + 1", "complete"),
        ("", "complete"),
        ("if x > 1 { print(1) }", "complete"),
        ("if x > 1 {", "incomplete"),
        ("for i in 3:\n  print(i)", "incomplete"),
        ("print(1,", "incomplete"),
        ("let x =", "incomplete"),
        ('let s = "open', "incomplete"),
        ("let = 5", "invalid"),
        ("1 + )", "invalid"),
    ],
)
def test_completeness_comes_from_the_parser(kernel: Any, code: str, status: str) -> None:
    assert kernel.ask("is_complete_request", {"code": code})["status"] == status


def test_an_incomplete_block_says_how_to_indent(kernel: Any) -> None:
    assert kernel.ask("is_complete_request", {"code": "if true {"})["indent"].strip() == ""


def test_history_gives_the_cells_of_this_kernel(kernel: Any) -> None:
    kernel.run("let first_of_two = 1")
    count = kernel.run("let second_of_two = 2").reply["execution_count"]
    flags = {"output": False, "raw": True}
    tail = kernel.ask("history_request", {"hist_access_type": "tail", "n": 2, **flags})["history"]
    assert tail == [[1, count - 1, "let first_of_two = 1"], [1, count, "let second_of_two = 2"]]
    found = kernel.ask("history_request", {"hist_access_type": "search", "pattern": "*first_of*", "n": 1, **flags})
    assert found["history"] == tail[:1]
    piece = {"hist_access_type": "range", "session": 0, "start": count, "stop": count + 1}
    assert kernel.ask("history_request", {**piece, **flags})["history"] == tail[1:]
