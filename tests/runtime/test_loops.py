"""A loop of the top level keeps its variables to itself while it runs, and nobody can tell."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import l1kernel.stdlib  # noqa: F401
from l1kernel.diagnostics import render
from l1kernel.errors import Interrupted
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.session import Session

from .conftest import Cells

NAMES = ["a", "b", "c", "xs", "d", "max"]
# A function that reads every name, so that all of them stay globals; and one that lets them become the loop's own.
SLOW = f"function see() {{ return [{', '.join(NAMES)}] }}"
FAST = "function see() { return 0 }"


def shown(first: str, *texts: str) -> list[str]:
    """All that a reader of these cells sees: output, values, whole errors, and the variables that are left."""
    output = CapturedOutput()
    session = Session(output)
    seen = []
    for at, text in enumerate([first, *texts]):
        outcome = session.run(text, name=f"cell-{at}", title=f"cell {at}")
        seen.append("null" if outcome.error is None else render(outcome.error))
    variables = {name: value for name, value in sorted(session.globals.items()) if name not in ("see", "__builtins__")}
    session.close()
    return [output.text, output.error_text, *seen, to_text(variables)]


PROGRAMS = {
    "counts": "let a = 0\nlet b = 0\nwhile a < 5 { b += a; a += 1 }\nprint(a, b)",
    "leaves its variables": "for a in 3 { let b = a * 2 }\nprint(a, b)",
    "no round": "for a in [] { let b = 1 }\nprint(a)",
    "used before it is bound": "for a in 3 {\n  print(b)\n  let b = 1\n}",
    "bound in a branch before": "if a_ == 1 { let b = 5 }\nfor a in 3 { b += a }\nprint(b)",
    "not bound in a branch before": "if a_ == 2 { let b = 5 }\nfor a in 3 { b += a }\nprint(b)",
    "error keeps what was reached": "for a in 5 {\n  let b = a\n  if a == 3 { 1 / 0 }\n}",
    "caught": "for a in 3 { try { 1 / (1 - a) } catch (c) { print(c, c.line, c.hint) } }\nprint(c)",
    "caught outside": "try {\n  while true { a_ += 1; [1][a_] }\n} catch (c) { print(c, c.line) }\nprint(a_)",
    "hint": "for a in 2 {\n  let count = a\n  try { print(coutn) } catch (c) { print(c.hint) }\n}",
    "hint in a function": (
        "for a in 2 {\n  function f() { return coutn }\n  let count = a\n  try { f() } catch (c) { print(c.hint) }\n}"
    ),
    "a built-in until it is bound": "for a in 2 { print(max(1, 2)); let max = 7 }\nprint(max, max(3, 4))",
    "a built-in's name": "let max = 1\nfor a in 4 { if a > max { max = a } }\nprint(max)",
    "a closure": "let xs = []\nfor a in 3 { xs.append(() => a) }\nprint(map(xs, f => f()))",
    "a function rebinds": "let a = 0\nfunction f() { a += 1 }\nfor b in 3 { f() }\nprint(a)",
    "const": "const a = 1\nfor b in 2 { a = b }",
    "const in the loop": "for b in 2 { const a = b }\na = 3",
    "destructuring": "for a, b in {x: 1, y: 2} { let [c, xs] = [b, a]; print(c, xs) }\nprint(c, xs)",
    "C-style": "for (let a = 0; a < 5; a += 1) { if a == 2 { continue }; if a == 4 { break }; print(a) }\nprint(a)",
    "nested": "for a in 3 { for b in 3 { if b == 2 { break }; loop { c = a * b; break } } }\nprint(a, b, c)",
    "finally": "try { for a in 3 { try { 1 / 0 } finally { b = a } } } finally { print(a, b) }",
    "prelude in a test": "let xs = [1, 2]\nwhile any(xs, x => x > 1) { xs.pop() }\nprint(xs)",
    "augmented item": "let xs = [0, 0]\nlet d = {n: 0}\nfor a in 4 { xs[a % 2] += a; d.n += a }\nprint(xs, d)",
    "long chain": "for a in 2 { b = " + " + ".join(["a"] * 250) + " }\nprint(b)",
    "exit": "for a in 3 { b = a; if a == 1 { exit() } }",
    "help": "for a in 2 { help(a); help('a') }",
    "f-string": 'for a in 3 { print(f"{a:>3} {max(a, 1)}") }',
    "import": 'for a in 2 { import "missing.l1" }',
    "deep": "for a in 1 {" * 20 + "b = a" + "}" * 20 + "\nprint(b)",
    "recursion": "function f(n) { return n == 0 ? 1 / 0 : f(n - 1) }\nfor a in 2 { f(20) }",
    "endless": "function f(n) { return f(n + 1) }\nfor a in 2 { f(0) }",
    "thrown on": "for a in 2 { try { throw 'x' } catch (c) { throw c } }",
    "host names": "let None = 1\nfor True in 3 { None = None + True; __debug__ = None }\nprint(None, True)",
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_fast_loop_does_what_a_slow_one_does(program: str) -> None:
    cells = ["let a_ = 0", PROGRAMS[program], PROGRAMS[program], "print(a, b)"]
    assert shown(FAST, *cells) == shown(SLOW, *cells)


def test_an_error_in_a_loop_is_one_at_the_top_level(cells: Cells) -> None:
    assert cells.error("for i in 3 { i / 0 }").frames == ()
    cells.value("function f(x) { return x / 0 }")
    error = cells.error("for i in 3 {\n    f(i)\n}")
    assert [(frame.function, frame.location.line) for frame in error.frames] == [("f", 1), (None, 2)]


def test_what_was_reached_is_there_in_the_next_cell(cells: Cells) -> None:
    cells.error("for i in 10 { let seen = i\nif i == 4 { throw 'stop' } }")
    assert cells.value("[i, seen]") == [4, 4]


def test_a_loop_does_not_copy_what_it_is_given(cells: Cells) -> None:
    cells.value("let xs = [0] * 1000\nlet same = xs\nfor i in 10 { xs[i] = i }")
    assert cells.value("same[9]") == 9
    variables = cells.session.globals
    assert variables["xs"] is variables["same"]


def test_a_loop_leaves_no_name_of_its_own(cells: Cells) -> None:
    cells.value("for i in 3 { for (let j = 0; j < 2; j += 1) { if j == 1 { continue } } }")
    assert set(cells.session.globals) == {"i", "j", "__builtins__"}


@pytest.fixture
def alarm() -> Iterator[None]:
    def strike(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGVTALRM, strike)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize(
    "loop",
    ["while true { i += 1; seen[0] = i }", "loop { i += 1; seen[0] = i }", "for i in 10 ** 9 { seen[0] = i }"],
)
def test_an_interrupt_leaves_what_was_reached(loop: str, cells: Cells, alarm: None) -> None:
    for round_ in range(40):
        cells.value("let i = 0\nlet seen = [0]")
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.004 + round_ * 0.000_137)
        assert isinstance(cells.error(loop), Interrupted)
        i, seen = cells.value("[i, seen[0]]")
        assert abs(i - seen) <= 1
    assert seen > 0


# --- programs put together at random --------------------------------------------------------------------------------

_ATOMS = st.sampled_from(["0", "1", "7", "2.5", '"s"', "null", "[1, 2]", "{a: 1}", *NAMES, "unknown"])
_EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "and"]), inner).map(" ".join),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        inner.map(lambda e: f"(() => {e})()"),
        inner.map(lambda e: f"max({e}, 1)"),
    ),
    max_leaves=4,
)
_NAME = st.sampled_from(NAMES)
_SIMPLE = st.one_of(
    st.tuples(_NAME, _EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(_NAME, _EXPRESSIONS).map(lambda p: f"let {p[0]} = {p[1]}"),
    st.tuples(_NAME, st.sampled_from(["+", "-", "*"]), _EXPRESSIONS).map(lambda p: f"{p[0]} {p[1]}= {p[2]}"),
    st.tuples(_NAME, _EXPRESSIONS, _EXPRESSIONS).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(_NAME, _NAME).map(lambda p: f"{p[0]}, {p[1]} = [{p[1]}, {p[0]}]"),
    st.tuples(_NAME, _EXPRESSIONS).map(lambda p: f"function f() {{ {p[0]} = {p[1]} }}; f()"),
    _EXPRESSIONS.map(lambda e: f"print({e})"),
    st.sampled_from(["break", "continue", "const c = 3", "print(a, b, c)"]),
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    return st.one_of(
        st.tuples(_NAME, body).map(lambda p: f"for {p[0]} in 3 {{\n{p[1]}\n}}"),
        st.tuples(_NAME, _NAME, body).map(lambda p: f"for {p[0]}, {p[1]} in {{p: 1, q: 2}} {{\n{p[2]}\n}}"),
        body.map(lambda b: f"for (let i = 0; i < 3; i += 1) {{\n{b}\n}}"),
        st.tuples(_EXPRESSIONS, body).map(lambda p: f"if {p[0]} {{\n{p[1]}\n}}"),
        st.tuples(body, _NAME, body).map(lambda p: f"try {{\n{p[0]}\n}} catch ({p[1]}) {{\n{p[2]}\n}}"),
    )


_PROGRAMS = st.lists(st.recursive(_SIMPLE, _compound, max_leaves=8), min_size=1, max_size=4).map("\n".join)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(_PROGRAMS, _PROGRAMS)
def test_random_loops_are_alike(first: str, second: str) -> None:
    assert shown(FAST, first, second) == shown(SLOW, first, second)
