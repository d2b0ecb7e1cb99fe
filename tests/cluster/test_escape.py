"""What a task tries on a worker is refused as in the notebook; more attempts: tests/safety/test_escape.py."""

from __future__ import annotations

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import render
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session


def failure(session: Session, text: str) -> str:
    session.output = CapturedOutput()
    outcome = session.run(text, name=f"cell-{abs(hash(text))}", title="cell")
    assert outcome.error is not None, outcome.value
    return render(outcome.error)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("(1).__class__", "TypeError: An Integer has no member '__class__'"),
        ("work.__globals__", "TypeError: A Function has no member '__globals__'"),
        ("print.__self__", "TypeError: A Function has no member '__self__'"),
        ("report_progress.__self__", "TypeError: A Function has no member '__self__'"),
        ("current_node().__class__", "TypeError: A String has no member '__class__'"),
        ("value.__class__", "TypeError: A Dictionary has no member '__class__'"),
        ("value.t.query", "TypeError: A DataFrame has no member 'query'"),
        ("value.e.__traceback__", "TypeError: An Error has no member '__traceback__'"),
        ("__builtins__", "NameError: Undefined variable '__builtins__'"),
        ("__import__", "NameError: Undefined variable '__import__'"),
        ("get_worker()", "NameError: Undefined variable 'get_worker'"),
        ("os", "NameError: Undefined variable 'os'"),
        ('format("{0.__class__}", 1)', "ValueError: The template asks for '0.__class__'"),
        ('f"{[].__class__}"', "TypeError: A List has no member '__class__'"),
        ('read_csv("/proc/self/environ")', "ValueError: /proc/self/environ is no proper CSV file"),
        ('"a" * 10 ** 12', "MemoryError: "),
        ("9 ** 9 ** 9", "MemoryError: "),
        ("work(value)", "RuntimeError: 'work' calls itself more than"),
    ],
)
def test_a_task_is_refused_what_a_cell_is(shared: Session, body: str, error: str) -> None:
    program = (
        'let value = {t: table({a: [1]}), e: KeyError("k")}\n'
        f"function work(value) {{ return {body} }}\n"
        "cluster_wait(cluster_submit_task(work, value))"
    )
    shown = failure(shared, program)
    assert error in shown, shown
    for word in "Traceback", "<class", "' object", ".py", "distributed", "dask":
        assert word not in shown


@pytest.mark.parametrize(
    "name",
    ["__class__", "_record", "__dict__", "client", "driver", "scheduler", "future", "nanny", "session", "parcel"],
)
def test_the_clusters_objects_hide_the_host(shared: Session, name: str) -> None:
    shared.run("let task = cluster_submit_task(x => x, 1); cluster_wait(task)", name="submit")
    for value in "task", "cluster_nodes()[0]", "cluster_status()", "cluster_status", "distributed_init":
        assert f"has no member '{name}'" in failure(shared, f"{value}.{name}"), value
