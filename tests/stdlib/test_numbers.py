"""Arithmetic and statistics at the edges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

SHOWN = [
    ("round(-0.5)", "-1"),
    ("round(1.005, 2)", "1.01"),
    ("round(2.345, 2)", "2.35"),
    ("round(1234.5, -2)", "1200.0"),
    ("round(1250, -2)", "1300"),
    ("round(-1250, -2)", "-1300"),
    ("round(0.1, 500)", "0.1"),
    ("round(10 ** 30 + 0.0)", "1000000000000000019884624838656"),
    ("round(array([0.5, 1.5, -0.5]))", "[1, 2, -1]"),
    ("round(array([2.675, 1.005]), 2)", "[2.68, 1.01]"),
    ("round(7, 2)", "7"),
    ("5.round()", "5"),
    ("type_of(floor(2.0))", "Integer"),
    ("ceil(-0.5)", "0"),
    ("div(7.5, 2)", "3"),
    ("div(10 ** 30, 7)", "142857142857142857142857142857"),
    ("div(array([7, 8]), 2)", "[3, 4]"),
    ("div(array([7.5]), 0)", "[inf]"),
    ("sqrt(10 ** 400)", "1e+200"),
    ("log(10 ** 400)", "921.0340371976182"),
    ("log(8, 2)", "3.0"),
    ("log(1000, 10)", "3.0"),
    ("max(3, 7.5, 5)", "7.5"),
    ('max(["pear", "fig"], key = x => len(x))', "pear"),
    ("max(array([1, 2]), array([2, 1]))", "[2, 2]"),
    ("min(1..10)", "1"),
    ("max(true, false)", "true"),
    ("sum([1e308, 1e308, -1e308])", "1e+308"),
    ("sum([2 ** 60 + 1, 0.5, 0.5])", "1.152921504606847e+18"),
    ("sum(0..10 ** 15)", "499999999999999500000000000000"),
    ("sum([])", "0"),
    ("sum([true, true])", "2"),
    ("sum([array([1, 2]), array([3, 4])])", "[4, 6]"),
    ("mean(1, 2, 6)", "3"),
    ("mean([0.1] * 10)", "0.1"),
    ("mean([10 ** 400, 10 ** 400])", "1" + "0" * 400),
    ("mean(arange(4))", "1.5"),
    ("median([3, 1, 2, 10])", "2.5"),
    ("median(arange(5))", "2"),
    ("median([1, 2.0])", "1.5"),
    ("std([5, 5])", "0.0"),
    ("std(array([1, 3]))", "1.0"),
    ('mean(table({a: [1, null, 3]})["a"])', "2.0"),
    ("sqrt(array([4, -1]))", "[2.0, nan]"),
    ("log(array([0.0]))", "[-inf]"),
    ("atan2(1, 1) * 4 == pi", "true"),
    ("to_integer(\"-0b101\")", "-5"),
    ("to_number(\" 1e3 \")", "1000.0"),
    ("to_number(\".5\")", "0.5"),
    ("to_number(\"1_000\")", "1000"),
    ("to_integer(\"3.0\")", "3"),
    ("len(to_string(to_number(\"9\" * 9000)))", "9000"),
]  # fmt: skip

REFUSED = [
    ("round(to_float(\"nan\"))", "ValueError: Cannot round nan to an Integer"),
    ("floor(array([1.0])[0] / 0)", "ZeroDivisionError"),
    ("sqrt(-1)", "ValueError: sqrt(-1) is not defined"),
    ("log(0)", "ValueError: log(0) is not defined"),
    ("exp(1000)", "ValueError: exp(1000) is too large for a Float"),
    ("asin(2)", "ValueError: asin(2) is not defined"),
    ("div(1, 0)", "ZeroDivisionError: Division by zero"),
    ("abs(\"a\")", "TypeError: abs needs a number, not a String"),
    ("abs([1])", "TypeError: abs needs a number, not a List"),
    ("sqrt(array([\"a\"]))", "TypeError: sqrt needs numbers"),
    ("max([])", "ValueError: max of an empty list"),
    ("max([1, \"a\"])", "TypeError: Cannot compare Integer and String"),
    ("max()", "TypeError: max needs a list or values"),
    ("max(array([1, 2]), array([1, 2, 3]))", "ValueError: max cannot go through Array and Array element by element"),
    ("sum([1, \"a\"])", "TypeError: sum needs numbers, but the list holds a String"),
    ("sum({a: 1})", "TypeError: sum needs numbers, not a Dictionary"),
    ("mean(table({a: [1]}))", "TypeError: mean needs numbers, not a DataFrame"),
    ("median([1, null])", "TypeError: median needs numbers, but the list holds null"),
    ("to_float(10 ** 400)", "ValueError: The number is too large for a Float"),
    ("to_integer(\"1,5\")", "ValueError: Cannot read \"1,5\" as an Integer"),
    ("range(0, 1, 0)", "ValueError: The step of range cannot be 0"),
    ("range(0.5)", "TypeError: The end of range must be a whole number, not 0.5"),
    ("9 ** 9 ** 9", "MemoryError"),
    ("pow(9, 9 ** 9)", "MemoryError"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text"), SHOWN)
def test_shown(expression: str, text: str, shows: Callable[[str], str]) -> None:
    assert shows(f"print({expression})") == text


@pytest.mark.parametrize(("expression", "text"), REFUSED)
def test_refused(expression: str, text: str, shows: Callable[[str], str]) -> None:
    assert shows(f"print({expression})").startswith(text)
