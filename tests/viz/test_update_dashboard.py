"""`update_dashboard` as an L1 program meets it, through a session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import l1kernel.library  # noqa: F401
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Outcome, Session


def run(program: str) -> tuple[Outcome, CapturedOutput]:
    output = CapturedOutput()
    session = Session(output)
    outcome = session.run(program, name="cell")
    session.close()
    return outcome, output


def final_text(output: CapturedOutput) -> str:
    """The text of the plot as the notebook keeps it."""
    texts = {}
    for bundle, display_id, _ in output.displays:
        texts[display_id] = bundle["text/plain"]
    (text, slot) = texts.values()
    assert slot == ""
    return str(text)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("update_dashboard(avg_value, max_value)", ["avg_value", "max_value"]),
        ('update_dashboard(batch["value"], avg_value * 2)', ['batch["value"]', "avg_value * 2"]),
        ('update_dashboard({"room 1": 1, b: 2.5})', ["room 1", "b"]),
        ("update_dashboard(level = avg_value)", ["level"]),
        ("update_dashboard(avg_value, {a: 1}, b = 2)", ["avg_value", "a", "b"]),
        ("update_dashboard(avg_value, avg_value)", ["avg_value", "avg_value (2)"]),
        ("update_dashboard(true, mean(array([1, 2])), array([7])[0])", ["true", "mean(array([1, 2]))"]),
        ("update_dashboard(session = 1, expressions = 2)", ["session", "expressions"]),
        ("update_dashboard(\n  avg_value +\n  1)", ["avg_value + 1"]),
    ],
)
def test_series_are_named_after_the_call(call: str, names: list[str]) -> None:
    outcome, output = run(f'let batch = {{"value": 3}}\nlet avg_value = 1\nlet max_value = 2\n{call}')
    assert outcome.error is None, outcome.error
    lines = final_text(output).splitlines()
    assert lines[0].startswith(f"Dashboard of {len(lines) - 1} series, 1 point in ")
    for name, line in zip(names, lines[1:], strict=False):
        assert line.startswith(f"  {name} "), lines


def test_one_plot_for_each_cell() -> None:
    output = CapturedOutput()
    session = Session(output)
    for cell in ("first", "second"):
        assert session.run("for i in 5 { update_dashboard(i) }", name=cell).error is None
    session.close()
    made = [display_id for _, display_id, update in output.displays if not update]
    assert len(made) == len(set(made)) == 4  # a plot and its slot, twice


@pytest.mark.parametrize(
    ("argument", "message", "hint"),
    [
        ('"high"', 'the series "high" is a String', "to_number"),
        ("[1, 2]", "the series [1, 2] is a List", "mean([1, 2])"),
        ("array([1, 2])", "is an Array", "max(array([1, 2]))"),
        ("null", "the series null is null", None),
        ("{level: [1]}", "the series level is a List", "mean(level)"),
        ("", "needs a value to plot", "update_dashboard(x)"),
    ],
)
def test_what_is_no_number_is_refused_by_name(argument: str, message: str, hint: str | None) -> None:
    outcome, output = run(f"update_dashboard({argument})")
    assert outcome.error is not None
    assert outcome.error.type == "TypeError"
    assert message in outcome.error.message
    assert hint is None or hint in str(outcome.error.hint)
    assert output.displays == []


@pytest.mark.parametrize("end", ["[1][5]", 'throw Stop("enough")', "exit(3)"])
def test_the_plot_is_complete_however_the_cell_ends(end: str) -> None:
    outcome, output = run(f"for i in 20 {{ update_dashboard(i) }}\n{end}")
    assert outcome.error is not None or outcome.exit_status == 3
    assert "20 points" in final_text(output)
    assert not [thread for thread in threading.enumerate() if thread.name == "l1-live-plot"]


def test_an_interrupted_cell_still_gets_its_plot() -> None:
    output = CapturedOutput()
    session = Session(output)

    def interrupt() -> None:
        while len(output.displays) < 5:  # the plot is there and has moved
            pass
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    outcome = session.run("let i = 0\nloop { i += 1\nupdate_dashboard(i) }", name="cell")
    thread.join()
    assert outcome.error is not None
    assert outcome.error.type == "Interrupted"
    points = session.globals["i"]
    session.close()
    assert f" {points:,} points" in final_text(output) or f" {points - 1:,} points" in final_text(output)


def test_a_stream_is_poured_into_a_dashboard() -> None:
    outcome, output = run(
        'let stream = create_stream("heat", {"source": [{"v": 1}, {"v": 2}, {"v": 4}]})\n'
        'stream.map(event => event["v"] * 10).sink("dashboard")'
    )
    assert outcome.error is None, outcome.error
    assert "3 points" in final_text(output)
    assert "heat.map  last 40, min 10, max 40" in final_text(output)


def test_numbers_beyond_the_axis_are_gaps() -> None:
    outcome, output = run("for x in [1, 10 ** 400, log(0.5), 1e308 * 10, 5] { update_dashboard(x) }")
    assert outcome.error is None, outcome.error
    assert "5 points" in final_text(output)
    assert "last 5, min -0.693147, max 5" in final_text(output)


def test_the_saved_html_carries_all_points_and_bokeh_itself() -> None:
    _, output = run("for i in 30 { update_dashboard(i) }")
    html = output.displays[-1][0]["text/html"]
    assert "bokeh" in html.lower()
    assert '"value":[' + ",".join(f"{value}.0" for value in range(30)) + "]" in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert len(html) < 600_000


def test_a_script_plots_nowhere_and_never_imports_bokeh(tmp_path: Path) -> None:
    script = tmp_path / "plot.l1"
    script.write_text("for i in 3 { update_dashboard(i) }\nprint(7)\n")
    check = (
        "import sys, runpy; sys.argv = ['l1', 'run', sys.argv[1]]\n"
        "try: runpy.run_module('l1kernel.cli', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'bokeh' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", check, script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("7\n", "", 0)
