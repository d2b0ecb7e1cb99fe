"""Whether a console should run what its reader typed, wait for more, or let the error show."""

from __future__ import annotations

import pytest

from l1kernel.language.parse import completeness

COMPLETE = [
    "",
    "1 + 1",
    "x = 5;",
    "# only a comment",
    "for i in 3:\n    print(i)\nend",
    "for i in 3 {\n    print(i)\n}",
    "if (x) print(1)",
    "if a: x }",
    "function f(a) { return a }",
    "try { f() } catch (e) { }",
    'print("a\nb")',
    "f(function(x):\n  return x\nend)",
]
INCOMPLETE = [
    ("for i in 3:", "    "),
    ("for i in 3 {\n    if x:", "        "),
    ("function f(a) {", "    "),
    ("print(1,", "    "),
    ("x = [\n    1,", "    "),
    ("x = {a: [", "        "),
    ("if x:\n    y\nelse:", "    "),
    ("try { f() }", ""),
    ("try: f()", "    "),
    ("x =", ""),
    ("a +", ""),
    ("a and", ""),
    ('print("open', "    "),
    ("'open", ""),
    ('f"{x} and', ""),
    ("/* open", ""),
    ("f(function(x):", "        "),
    ("x => {", "    "),
]
INVALID = [
    ")",
    "end",
    "}",
    "if x: y }}",
    "1 +* 2",
    "let = 5",
    "x = 5 y",
    "def f(x):",
    "for i in 3:\n    )",
    "“",
    "i++",
    '"\\q"',
    "if x",
]


@pytest.mark.parametrize("text", COMPLETE)
def test_complete(text: str) -> None:
    assert completeness(text).status == "complete"
    assert completeness(text + "\n").status == "complete"


@pytest.mark.parametrize(("text", "indent"), INCOMPLETE)
def test_incomplete(text: str, indent: str) -> None:
    assert (completeness(text).status, completeness(text).indent) == ("incomplete", indent)
    assert completeness(text + "\n").status == "incomplete"


@pytest.mark.parametrize("text", INVALID)
def test_invalid(text: str) -> None:
    assert completeness(text).status == "invalid"


def test_every_beginning_of_a_program_can_be_asked_about() -> None:
    text = 'for i in range(0, 3):\n    if i { print(f"{i:>3}") } else { f(x => [i, {a: 1}]) }\nend\n'
    for length in range(len(text)):
        assert completeness(text[:length]).status in ("complete", "incomplete", "invalid")
