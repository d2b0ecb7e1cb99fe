"""Lists, dictionaries and texts at the edges."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

import l1kernel.stdlib  # noqa: F401
from l1kernel.errors import L1TypeError
from l1kernel.stdlib import sorting

SHOWN = [
    ('join([1, null, true], "-")', "1-null-true"),
    ('"-".join("abc")', "a-b-c"),
    ('join(["a"], "-")', "a"),
    ('split("", "")', "[]"),
    ('split("")', "[]"),
    ('"a,,b".split(",")', '["a", "", "b"]'),
    ('substring("hello", -3, 100)', "llo"),
    ('substring("hello", 2.0)', "llo"),
    ('"ß".upper()', "SS"),
    ('"x".contains("")', "true"),
    ('format("{1}{0}", "a", "b")', "ba"),
    ('format("{n:>{w}}", n = 5, w = 3)', "  5"),
    ('format("{{}} {}", 1)', "{} 1"),
    ('format("{}", [1, "a"])', '[1, "a"]'),
    ('format("ab", ">4")', "  ab"),
    ("[1, 2, 3].pop(-2)", "2"),
    ("[1].insert(100, 2)", "[1, 2]"),
    ("[1].insert(-100, 0)", "[0, 1]"),
    ("[1, 2].pop(1.0)", "2"),
    ("sorted({b: 1, a: 2})", '["a", "b"]'),
    ("sorted(arange(3), reverse = true)", "[2, 1, 0]"),
    ("sorted([[2, 1], [1, 9], [1, 2]])", "[[1, 2], [1, 9], [2, 1]]"),
    ("sorted([2, 1.5, true])", "[true, 1.5, 2]"),
    ('sorted(["b1", "a1", "b0"], key = x => x[0])', '["a1", "b1", "b0"]'),
    ('sorted(["b1", "a1", "b0"], key = x => x[0], reverse = true)', '["b1", "b0", "a1"]'),
    ("reversed(1..=3)", "[3, 2, 1]"),
    ("map({a: 1}, k => k)", '["a"]'),
    ('map("ab", upper)', '["A", "B"]'),
    ("map(arange(3), type_of)", '["Integer", "Integer", "Integer"]'),
    ("filter([0, 1, \"\", \"a\", null], x => x)", '[1, "a"]'),
    ("reduce(1..=5, (a, b) => a * b)", "120"),
    ("zip([1, 2, 3], [4, 5], \"abc\")", '[[1, 4, "a"], [2, 5, "b"]]'),
    ("zip()", "[]"),
    ("enumerate(\"ab\", 1)", '[[1, "a"], [2, "b"]]'),
    ("any([1, 2], x => x > 1)", "true"),
    ("all([], x => false)", "true"),
    ("any(arange(2) > 0)", "true"),
    ("contains(arange(3), 2)", "true"),
    ("has(1..5, 4)", "true"),
    ("{a: 1}.has([1])", "false"),
    ("{a: 1}.pop(\"a\")", "1"),
    ("len(0..10 ** 30)", "1" + "0" * 30),
    ("unique([1, 1.0, 2])", "[1, 2]"),
]  # fmt: skip

REFUSED = [
    ('"abc".reverse()', "TypeError: A String has no member 'reverse'"),
    ('reverse("abc")', "TypeError: reverse needs a List, not a String"),
    ("append(arange(3), 1)", "TypeError: append needs a List, not an Array"),
    ("append(1..3, 1)", "TypeError: append needs a List, not a Range"),
    ("sorted([1, \"a\"])", "TypeError: Cannot compare Integer and String"),
    ("sorted([{a: 1}, {a: 2}])", "TypeError: Cannot compare Dictionary and Dictionary"),
    ("sorted([[1, 2], [\"a\", 1]])", "TypeError: Cannot compare Integer and String"),
    ("sorted([1, null])", "TypeError: Cannot compare Integer and Null"),
    ("sorted([1], key = 5)", "TypeError: key= of sorted needs a Function"),
    ("map(5, x => x)", "TypeError: map needs a List, not an Integer"),
    ("map([1], [2])", "TypeError: map needs a Function, not a List"),
    ("filter([arange(2)], x => x)", "TypeError: An Array of several elements is neither true nor false"),
    ("reduce([], (a, b) => a)", "ValueError: Cannot reduce an empty list"),
    ("pop([])", "IndexError: Cannot pop from an empty list"),
    ("pop([1], 5)", "IndexError: Index 5 is out of range for a list of length 1"),
    ("remove([1], 5)", "ValueError: There is no 5 in the list to remove"),
    ("{ab: 1}.pop(\"ac\")", 'KeyError: No key "ac" in the dictionary'),
    ("get({}, [1])", "TypeError: A List cannot be a dictionary key"),
    ("upper(5)", "TypeError: upper needs a String, not an Integer"),
    ('"a".replace("", "b")', "ValueError: replace cannot look for an empty text"),
    ('("a" * 10 ** 5).replace("a", "b" * 10 ** 6)', "MemoryError"),
    ('join(["a"] * 10 ** 6, "b" * 10 ** 6)', "MemoryError"),
    ('format("{0.__class__}", 1)', "ValueError: The template asks for '0.__class__'"),
    ('format("{x.y}", x = 1)', "ValueError: The template asks for 'x.y'"),
    ('format("{}")', "ValueError: The template asks for value 1, but there are 0"),
    ('format("{", 1)', "ValueError: The template has a brace without its partner"),
    ('format("{:10000000000000}", 1)', "MemoryError"),
    ("len(5)", "TypeError: An Integer has no length"),
    ("contains(\"abc\", 1)", "TypeError: A String cannot contain an Integer"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), SHOWN)
def test_shown(expression: str, text: str | None, shows: Callable[[str], str]) -> None:
    shown = shows(f"print({expression})")
    assert shown == text if text is not None else "Error: " in shown


@pytest.mark.parametrize(("expression", "text"), REFUSED)
def test_refused(expression: str, text: str, shows: Callable[[str], str]) -> None:
    assert shows(f"print({expression})").startswith(text)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("different", [1, 2, 7, 1000, 10**9])
def test_a_long_sort_is_stable_and_loses_nothing(
    different: int, reverse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "_RUN", 500)
    numbers = random.Random(different)
    pairs = [(numbers.randrange(different), at) for at in range(20_000)]
    by_first = sorting.sorted_list(pairs, lambda pair: pair[0], reverse=reverse)
    assert by_first == sorted(pairs, key=lambda pair: pair[0], reverse=reverse)
    assert sorting.sorted_list(pairs, reverse=reverse) == sorted(pairs, reverse=reverse)


def test_a_long_sort_keeps_every_item_also_where_nan_has_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_RUN", 500)
    numbers = random.Random(1)
    items = [float("nan") if at % 7 == 0 else numbers.random() for at in range(5_000)]
    assert sorted(map(id, sorting.sorted_list(items))) == sorted(map(id, items))


def test_a_long_sort_of_unlike_types_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_RUN", 500)
    with pytest.raises(L1TypeError, match="Cannot compare Integer and String"):
        sorting.sorted_list([*range(2_000), "a", *range(2_000)])


def test_a_failed_sort_leaves_the_list_as_it_was(shows: Callable[[str], str]) -> None:
    assert shows('let xs = [2, "a", 1]\ntry { xs.sort() } catch e { }\nprint(xs)') == '[2, "a", 1]'
