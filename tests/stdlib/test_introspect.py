"""Completion and help, as a front end asks for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import l1kernel.library  # noqa: F401
from l1kernel.runtime.introspect import complete, inspect
from l1kernel.runtime.session import Session

SETUP = """
let temperature = 5
let words = ["a"]
let person = {name: "Ada", address: {city: "Rom"}}
function double_it(x, times = 2) { return x * times }
let t = table({revenue: [1]})
"""


@pytest.fixture
def prepared(session: Session) -> Session:
    assert session.run(SETUP, name="setup").error is None
    return session


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tempe", "temperature"),
        ("prin", "print"),
        ("funct", "function"),
        ("let x = wor", "words"),
        ("double_", "double_it"),
        ("TEMPERAT", "temperature"),
        ("words.app", "append"),
        ("person.na", "name"),
        ("person.address.ci", "city"),
        ('"abc".upp', "upper"),
        ("[1].rev", "reverse"),
        ("t.reven", "revenue"),
        ("f(sq", "sqrt"),
    ],
)
def test_completed(text: str, first: str, prepared: Session) -> None:
    found = complete(prepared, text, len(text))
    assert found.matches[0] == first
    assert text[found.start : found.end] == text[found.start :]


@pytest.mark.parametrize("text", ["# pri", '"pri', "/* pri", "zzz", "words.zzz", "temperature.__cla"])
def test_nothing_to_complete(text: str, prepared: Session) -> None:
    assert complete(prepared, text, len(text)).matches == []


@pytest.mark.parametrize("text", ["distributed_init({max_", 'distributed_init({"mode": "local", "max_'])
def test_settings_are_completed_as_keys(text: str, prepared: Session) -> None:
    assert complete(prepared, text, len(text)).matches == ["max_retries"]


def test_settings_are_no_values(prepared: Session) -> None:
    text = 'distributed_init({"mode": "max_'
    assert complete(prepared, text, len(text)).matches == []
    help_ = inspect(prepared, "distributed_init(", 17)
    assert help_ is not None
    assert "max_retries: how often" in help_["text/plain"]


def test_help_of_a_huge_value_is_short_and_quick(prepared: Session) -> None:
    prepared.globals["xs"] = list(range(3_000_000))
    found = inspect(prepared, "xs", 1)
    assert found is not None
    assert len(found["text/plain"]) < 300


def test_completion_stands_in_the_middle_of_text(prepared: Session) -> None:
    found = complete(prepared, "🙂 = tempe + 1", 9)
    assert (found.matches, found.start, found.end) == (["temperature"], 4, 9)


def test_no_name_of_the_host_is_offered(prepared: Session) -> None:
    offered = complete(prepared, "", 0).matches
    assert {"temperature", "print", "while"} <= set(offered)
    assert not [name for name in offered if name.startswith("_") or "$" in name]


@pytest.mark.parametrize(
    ("text", "cursor", "shown"),
    [
        ("sqrt", 2, "sqrt(number)"),
        ("sqrt(16", 7, "sqrt(number)"),
        ("max(sqrt(2), 1", 13, "max(values...,"),
        ("words.append(", 13, "append(items, value)"),
        ("temperature", 3, "temperature is an Integer: 5"),
        ("double_it(1)", 4, "double_it(x, times = 2)"),
        ("while", 2, "while is a keyword of L1"),
        ("pi", 1, "pi"),
    ],
)
def test_inspected(text: str, cursor: int, shown: str, prepared: Session) -> None:
    found = inspect(prepared, text, cursor)
    assert found is not None
    assert found["text/plain"].startswith(shown)


@pytest.mark.parametrize("text", ["nothing_here", "", "1 + 2", "words.zzz"])
def test_nothing_to_inspect(text: str, prepared: Session) -> None:
    assert inspect(prepared, text, len(text)) is None


def test_help_shows_what_there_is(shows: Callable[[str], str]) -> None:
    assert "sort sorted" in shows("help()").replace("\n", " ") or "sorted" in shows("help()")
    assert "also a method of String" in shows('help("upper")')
    assert shows("help(sorted)").startswith("sorted(items, key = null, reverse = false)")
    assert shows('help("uper")').startswith('NameError: There is no help for "uper"')
    assert "did you mean 'upper'?" in shows('help("uper")')
    assert "return 1" in shows("function mine(a) { return 1 }\nhelp(mine)")
