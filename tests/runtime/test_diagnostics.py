"""The one renderer: source line, caret, hint, call stack; and the one spelling help."""

import pickle

import pytest

from l1kernel.diagnostics import did_you_mean, nearest, render, render_html
from l1kernel.errors import Frame, L1TypeError, Location, Rename, TaskContext, UserError

from .conftest import Cells

HELLO = Location("cell 1", 1, 22, 'let result = "Hello" + 5')


def test_an_error_as_text() -> None:
    error = L1TypeError("Cannot add String and Integer", hint="convert it first: to_string(5)", location=HELLO)
    assert render(error).split("\n") == [
        "TypeError: Cannot add String and Integer at line 1, column 22",
        '  1 | let result = "Hello" + 5',
        "    |                      ^",
        "  hint: convert it first: to_string(5)",
    ]


def test_colour_adds_nothing_but_colour() -> None:
    error = L1TypeError("m", hint="h", location=HELLO)
    coloured = render(error, colour=True)
    assert "\x1b[" in coloured
    for code in ("1;31", "32", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == render(error)


def test_html_escapes_what_the_program_says() -> None:
    error = UserError("<script>alert(1)</script>", name="E<b>", hint="<i>")
    html = render_html(error)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html.startswith("<pre")


def test_without_a_place_there_is_no_line() -> None:
    assert render(L1TypeError("m")) == "TypeError: m"


def test_task_and_calls_are_listed() -> None:
    place = Location("cell 2", 3, 1, "f()")
    error = L1TypeError("m", location=place, task=TaskContext("t-1", "node-1", 2))
    error.frames = (Frame("f", place), Frame("f", place), Frame(None, place))
    assert render(error).split("\n")[3:] == [
        "  in task t-1 on node node-1, attempt 2",
        "  in f, cell 2, line 3, 2 calls of it",
        "  at top level, cell 2, line 3",
    ]


def test_a_long_line_is_cut_around_the_caret() -> None:
    text = "x" * 500 + "!" + "y" * 500
    lines = render(L1TypeError("m", location=Location("c", 1, 501, text))).split("\n")
    assert len(lines[1]) < 200
    assert lines[1][lines[2].index("^")] == "!"


def test_a_tab_keeps_the_caret_in_place() -> None:
    lines = render(L1TypeError("m", location=Location("c", 1, 2, "\t!"))).split("\n")
    assert lines[1][lines[2].index("^")] == "!"


def test_an_error_is_the_same_after_a_journey(cells: Cells) -> None:
    error = cells.error('function f(x) { return x + "a" }\nf(1)')
    assert render(pickle.loads(pickle.dumps(error))) == render(error)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prnt", "print"),
        ("Print", "print"),
        ("pritn", "print"),
        ("tostring", "to_string"),
        ("toString", "to_string"),
        ("lenght", "length"),
        ("zzz", None),
        ("p", None),
    ],
)
def test_nearest(name: str, expected: str | None) -> None:
    assert nearest(name, ["print", "println", "to_string", "length", "len"]) == expected


def test_did_you_mean() -> None:
    hint = did_you_mean("prnt", ["print"])
    assert hint is not None
    assert hint.text == "did you mean 'print'?"
    assert hint.repairs == (Rename("prnt", "print"),)
    assert did_you_mean("zzz", ["print"]) is None


def test_two_letters_that_changed_places_are_near_in_a_short_word() -> None:
    assert nearest("oen", ["one", "two"]) == "one"
    assert nearest("ab", ["ba"]) is None
