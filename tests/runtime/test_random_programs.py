"""Programs put together at random: whatever they do, a reader meets values or L1 errors, in L1's words, at a place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import l1kernel.stdlib  # noqa: F401
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.session import Session

VALUES = [
    "0", "1", "-1", "2.5", "-0.0", "1e308", "10 ** 20", "true", "null", '""', '"abc"', "'é😀'", "[]", "[1, 2, 3]",
    '[1.5, "a", null]', "[[1, 2], [3, 4]]", "{}", "{a: 1, b: [2]}", "1..4", "5..2", "x => x", "(a, b) => a", "() => 1",
    "print", "array([1, 2, 3])", "array([1.5, 2.5])", "array([])", "zeros([2, 2])", 'array(["a", "b"])',
    "array([true, false])", 'table({a: [1, 2], b: ["x", "y"]})', "table({a: [1, 2]}).a", 'KeyError("k")', "pi",
]  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "%", "**", "==", "<", ">=", "and", "or", "in", "not in", ".."]
MEMBERS = ["length", "a", "keys", "append", "sort", "map", "upper", "message", "columns", "foo", "get", "sum"]
LEFT_OUT = {"input", "read_number", "sleep", "exit", "help"}  # they ask, wait, end or print much
FUNCTIONS = [
    name
    for name, record in sorted(builtins().items())
    if name not in LEFT_OUT and record.function.__module__.startswith("l1kernel.stdlib") and record.area != "files"
]
PYTHON = re.compile(
    r"\b(?:int|str|NoneType|dict|float|ndarray|Series|tuple|numpy|pandas|dtype|None|True|False|object)\b"
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(st.sampled_from(FUNCTIONS), arguments).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, st.sampled_from(MEMBERS), arguments).map(lambda p: f"({p[0]}).{p[1]}({p[2]})"),
        st.tuples(inner, st.sampled_from(MEMBERS)).map(lambda p: f"({p[0]}).{p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]})[{p[1]}:{p[2]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
    )


EXPRESSIONS = st.recursive(st.sampled_from(VALUES), _larger, max_leaves=5)
FRAMES = ["{}", "for v in {} {{ v }}", "let a, b = {}", "let xs = [1, 2]; xs[{}] = 3", "let xs = {}; xs += 1", "-{}"]


@pytest.mark.filterwarnings("ignore:The recursion limit will not be reset")  # a session raises it, and so it stays
@settings(max_examples=1_500, deadline=None, derandomize=True, database=None)
@given(EXPRESSIONS, st.sampled_from(FRAMES))
def test_only_values_and_l1_errors_come_out(expression: str, frame: str) -> None:
    session = Session(CapturedOutput())
    outcome = session.run(frame.format(expression), name="cell")
    session.close()
    error = outcome.error
    if error is None:
        assert isinstance(to_text(outcome.value), str)
        return
    assert error.location is not None
    assert not error.message.startswith("Something went wrong")
    assert not PYTHON.search(re.sub(r'"[^"]*"', "", error.message)), error.message
