"""Requests and replies: https://jupyter-client.readthedocs.io/en/stable/messaging.html"""

from __future__ import annotations

from typing import Any

import pytest


def test_kernel_info_announces_only_what_is_there(kernel: Any) -> None:
    info = kernel.ask("kernel_info_request")
    assert info["implementation"] == "l1kernel"
    assert info["language_info"]["name"] == "l1"
    assert info["language_info"]["file_extension"] == ".l1"
    assert info["supported_features"] == []
    assert info["debugger"] is False


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ('print("a")\n1 + 1', ["execute_input", "stream", "execute_result"]),
        ('print("a")\neprint("b")\nprint("c")', ["execute_input", "stream"]),
        ('print("a")\n1 / 0', ["execute_input", "stream", "error"]),
        ("let x = 1", ["execute_input"]),
        ("x;", ["execute_input"]),
        ("null", ["execute_input"]),
        ("", ["execute_input"]),
        ("  \n# nothing", ["execute_input"]),
    ],
)
def test_messages_come_in_the_order_of_the_cell(kernel: Any, code: str, kinds: list[str]) -> None:
    kernel.run("let x = 1")
    cell = kernel.run(code)
    assert cell.kinds == kinds
    states = [content["execution_state"] for content in cell.of("status")]
    assert states == ["busy", "idle"]
    assert cell.messages[0]["msg_type"] == cell.messages[-1]["msg_type"] == "status"


def test_stdout_and_stderr_keep_their_order(kernel: Any) -> None:
    cell = kernel.run('print("a")\neprint("b")\nprint("c")\nprint("d")')
    assert [(content["name"], content["text"]) for content in cell.of("stream")] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("stdout", "c\nd\n"),
    ]


def test_a_value_is_shown_as_l1_prints_it(kernel: Any) -> None:
    assert kernel.run('[1, 2.5, "a", true, null]').result == '[1, 2.5, "a", true, null]'
    assert kernel.run('"text"').result == "text"


def test_the_count_goes_up_by_one_for_a_stored_cell_only(kernel: Any) -> None:
    before = kernel.run("1").reply["execution_count"]
    assert kernel.run("2", store_history=False).reply["execution_count"] == before
    assert kernel.run("3", silent=True).reply["execution_count"] == before
    cell = kernel.run("4")
    assert cell.reply["execution_count"] == before + 1
    assert cell.of("execute_result")[0]["execution_count"] == before + 1


def test_a_silent_cell_runs_and_shows_nothing(kernel: Any) -> None:
    cell = kernel.run('let quiet = 41\nprint("a")\nquiet', silent=True)
    assert cell.reply["status"] == "ok"
    assert cell.kinds == []
    assert kernel.run("quiet + 1").result == "42"
    assert kernel.run("1 / 0", silent=True).kinds == []


def test_user_expressions_are_evaluated_after_the_cell(kernel: Any) -> None:
    reply = kernel.run(
        "let n = 20", user_expressions={"twice": "n * 2", "bad": "missing_name", "nothing": "null"}
    ).reply
    answers = reply["user_expressions"]
    assert answers["twice"] == {"status": "ok", "data": {"text/plain": "40"}, "metadata": {}}
    assert answers["bad"]["status"] == "error"
    assert answers["bad"]["ename"] == "NameError"
    assert answers["nothing"]["data"] == {"text/plain": "null"}


def test_an_error_aborts_the_cells_that_were_already_waiting(kernel: Any) -> None:
    first = kernel.start("sleep(0.3)\n1 / 0")
    waiting = [kernel.start("print(1)"), kernel.start("print(2)")]
    info = kernel.send("kernel_info_request")
    assert kernel.finish(first).reply["status"] == "error"
    for request in waiting:
        cell = kernel.finish(request)
        assert cell.reply["status"] == "aborted"
        assert cell.kinds == []
    assert kernel.reply(info)["status"] == "ok"
    assert kernel.run("1 + 1").result == "2"


def test_without_stop_on_error_the_next_cell_runs(kernel: Any) -> None:
    first = kernel.start("sleep(0.3)\n1 / 0", stop_on_error=False)
    second = kernel.start("print(2)")
    assert kernel.finish(first).reply["status"] == "error"
    assert kernel.finish(second).text() == "2\n"


def test_a_cell_sent_after_an_error_is_never_aborted(kernel: Any) -> None:
    for _ in range(50):
        assert kernel.run("1 / 0").reply["status"] == "error"
        assert kernel.run("1 + 1").reply["status"] == "ok"


@pytest.mark.parametrize(
    ("kind", "content", "channel"),
    [
        ("execute_request", {}, "shell"),
        ("execute_request", {"code": 7}, "shell"),
        ("execute_request", {"code": "1", "user_expressions": 5}, "shell"),
        ("execute_request", {"code": "1"}, "control"),
        ("complete_request", {}, "shell"),
        ("complete_request", {"code": "pri", "cursor_pos": "x"}, "shell"),
        ("inspect_request", {"code": None, "cursor_pos": 0}, "shell"),
        ("is_complete_request", {}, "shell"),
        ("history_request", {"what": 1}, "shell"),
        ("shutdown_request", {}, "shell"),
        ("create_subshell_request", {}, "control"),
        ("delete_subshell_request", {}, "control"),
        ("list_subshell_request", {}, "control"),
        ("debug_request", {}, "shell"),
        ("made_up_request", {"a": 1}, "shell"),
        ("made_up_request", {"a": 1}, "control"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_reply(
    kernel: Any, kind: str, content: dict[str, Any], channel: str
) -> None:
    reply = kernel.ask(kind, content, channel)
    assert reply["msg_type"] == kind.replace("_request", "_reply")
    assert reply["status"] == "error"
    assert kernel.run("1 + 1").result == "2"


def test_a_request_for_a_subshell_is_refused(kernel: Any) -> None:
    message = kernel.client.session.msg("execute_request", {"code": "1"})
    message["header"]["subshell_id"] = "nobody"
    kernel.client.shell_channel.send(message)
    assert kernel.reply(message["header"]["msg_id"])["status"] == "error"


def test_a_debug_request_gets_a_refusal_in_its_own_words(kernel: Any) -> None:
    request = {"type": "request", "command": "initialize", "seq": 3, "arguments": {}}
    reply = kernel.ask("debug_request", request, "control")
    assert (reply["success"], reply["request_seq"], reply["command"]) == (False, 3, "initialize")


def test_the_control_channel_answers_while_a_cell_runs(kernel: Any) -> None:
    request = kernel.start("sleep(30)")
    kernel.until_running(request)
    assert kernel.ask("kernel_info_request", channel="control")["status"] == "ok"
    assert kernel.ask("usage_request", channel="control")["pid"] == kernel.pid
    assert kernel.ask("interrupt_request", channel="control")["status"] == "ok"
    assert kernel.finish(request).reply["status"] == "error"


def test_a_comm_is_closed_since_nothing_listens(kernel: Any) -> None:
    request = kernel.send("comm_open", {"comm_id": "c1", "target_name": "jupyter.widget", "data": {}})
    messages = kernel.until(request, lambda message: message["content"].get("execution_state") == "idle")
    assert [message["content"]["comm_id"] for message in messages if message["msg_type"] == "comm_close"] == ["c1"]
    assert kernel.ask("comm_info_request")["comms"] == {}


def test_connect_request_names_the_ports(kernel: Any) -> None:
    reply = kernel.ask("connect_request")
    assert reply["shell_port"] == kernel.manager.shell_port
    assert reply["iopub_port"] == kernel.manager.iopub_port


def test_the_file_name_of_a_cell_is_what_jupyterlabs_debugger_computes() -> None:
    from ipykernel.compiler import get_file_name

    from l1kernel.kernel.cells import cell_name

    for text in ("", "a", "ab", "abc", "print(1)", "let é = '🙂'\n" * 50):
        assert cell_name(text) == get_file_name(text)


def test_forged_and_broken_messages_are_dropped_and_the_kernel_goes_on(kernel: Any) -> None:
    socket = kernel.client.shell_channel.socket
    socket.send_multipart([b"garbage"])
    socket.send_multipart([b"<IDS|MSG>", b"0" * 64, b"{}", b"{}", b"{}", b"{}"])
    assert kernel.run("1 + 1").result == "2"
