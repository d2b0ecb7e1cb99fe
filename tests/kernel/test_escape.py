"""Attempts to reach Python, or the reader's page, through the protocol; more of them: tests/safety/test_escape.py."""

from __future__ import annotations

from typing import Any

import pytest

HOST = ("<class", "Traceback", "' object", "0x7f", "<function get", "site-packages", "/usr/lib/python", "$get", "$div")
SETUP = """
let x = 1
let d = {"__class__": 1, a: {"__init__": 2}}
let f = v => v
let e = KeyError("k")
let t = table({"__class__": [1], b: [2]})
"""
ASKED = [
    "x.__class__", "d.__class__", "f.__globals__", "e.__traceback__", "t.__class__", "__builtins__", "print.__self__",
    "__import__", "$get", "$callee", "len()", "None$", "help", "(1).__class__.__mro__", "d.a.__init__", "t.query",
    'format("{0.__class__}", 1)', "[].append.__self__", "\0", "x" * 100_000, "(" * 10_000, "😀" * 1_000, "x." * 10_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def prepared(kernel: Any) -> Any:
    assert kernel.run(SETUP).reply["status"] == "ok"
    return kernel


def harmless(content: object) -> None:
    shown = repr(content)
    assert not [word for word in HOST if word in shown], shown[:2_000]


@pytest.mark.parametrize("code", ASKED, ids=lambda code: code[:30].encode("unicode_escape").decode())
def test_help_and_completion_tell_nothing_of_the_host(prepared: Any, code: str) -> None:
    for place in len(code), len(code) - 1, 0, -1, 10**9:
        for text in code, f"{code}.", f"{code}(":
            asked = {"code": text, "cursor_pos": place, "detail_level": 1}
            shown = prepared.ask("inspect_request", asked)
            if "$" not in code:
                harmless(shown)
            completed = prepared.ask("complete_request", {"code": text, "cursor_pos": place})
            matches = completed.get("matches", [])
            assert not [name for name in matches if name.startswith("__") or "$" in name]
    assert prepared.ask("is_complete_request", {"code": code})["status"] in ("complete", "incomplete", "invalid")


@pytest.mark.parametrize(
    "expression",
    [
        "x.__class__",
        "__builtins__",
        "print.__self__",
        'format("{0.__class__}", 1)',
        "import os",
        "exit(3)",
        "(",
    ],
)
def test_user_expressions_are_l1(prepared: Any, expression: str) -> None:
    reply = prepared.run("1", user_expressions={"shown": expression}).reply
    shown = reply["user_expressions"]["shown"]
    assert reply["status"] == "ok"
    assert shown["status"] == "error" or shown["data"] == {"text/plain": "null"}
    harmless(shown)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("comm_open", {"comm_id": "c", "target_name": "__import__", "data": {"x": "os"}}),
        ("comm_open", {"comm_id": "c", "target_name": "jupyter.widget", "target_module": "os", "data": {}}),
        ("comm_msg", {"comm_id": "nobody", "data": {"method": "request_state"}}),
        ("comm_close", {"comm_id": "nobody", "data": {}}),
    ],
)
def test_a_comm_reaches_nothing(prepared: Any, kind: str, content: dict[str, Any]) -> None:
    request = prepared.send(kind, content)
    messages = prepared.until(request, lambda message: message["content"].get("execution_state") == "idle")
    harmless([message["content"] for message in messages])
    assert prepared.run("1 + 1").result == "2"


@pytest.mark.parametrize(
    "request_",
    [
        ("execute_request", {"code": 5}),
        ("execute_request", {"code": "1", "user_expressions": ["x"]}),
        ("complete_request", {"code": None, "cursor_pos": "a"}),
        ("inspect_request", {}),
        ("history_request", {"hist_access_type": "search", "pattern": "[" * 1_000, "output": False, "raw": True}),
        ("debug_request", {"command": "evaluate", "arguments": {"expression": "1"}, "seq": 1}),
        ("no_such_request", {}),
    ],
    ids=lambda request: request[0],
)
def test_a_wrong_request_is_answered(prepared: Any, request_: tuple[str, dict[str, Any]]) -> None:
    kind, content = request_
    channel = "control" if kind == "debug_request" else "shell"
    prepared.client.session.send(getattr(prepared.client, f"{channel}_channel").socket, kind, content)
    getattr(prepared.client, f"{channel}_channel").get_msg(timeout=10)
    assert prepared.run("1 + 1").result == "2"


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "code",
    [
        f'"{SCRIPT}"',
        f'["{SCRIPT}"]',
        f'print("{SCRIPT}")',
        f'throw "{SCRIPT}"',
        f'throw ScriptError("{SCRIPT}")',
        f'table({{"{SCRIPT}": ["{SCRIPT}"]}})',
        f'{{"{SCRIPT}": 1}}["x"]',
        f'create_stream("{SCRIPT}", {{source: "simulated"}})',
        f'emit_alert("{SCRIPT}"); alerts()',
        f'Error("{SCRIPT}")',
    ],
)
def test_nothing_shown_is_markup_of_the_program(prepared: Any, code: str) -> None:
    cell = prepared.run(code)
    for message in cell.messages:
        for kind, text in message["content"].get("data", {}).items():
            if "html" in kind or "javascript" in kind or "svg" in kind:
                assert "<script>alert" not in text
                assert "<img" not in text
