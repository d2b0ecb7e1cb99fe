"""Where an L1 operator means something else than Python's, and what it says of operands that do not fit."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 / 5", 2),
        ("7 / 2", 3.5),
        ("-6 / 3", -2),
        ("true / true", 1),
        ("6 / 2.0", 3.0),
        ("10 ** 400 / 10 ** 399", 10),
        ("7 % -3", -2),
        ("-7.5 % 2", 0.5),
        ("true + 1", 2),
        ("2 ** -1", 0.5),
        ("2 ** 10", 1024),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("0 ** 0", 1),
        ('"ab" * 3', "ababab"),
        ('3 * "ab"', "ababab"),
        ('"ab" * 2.0', "abab"),
        ("[0] * 3", [0, 0, 0]),
        ("[1] * -1", []),
        ("[1] + [2]", [1, 2]),
        ('let x = 3\nlet t = "-"\nt * x', "---"),
        ("1 < 2 < 3 > 0", True),
        ("1 < 3 < 2", False),
        ("1 == 1.0 and true == 1", True),
        ('1 == "1"', False),
        ('1 != "1"', True),
        ("[1, {a: 2}] == [1, {a: 2}]", True),
        ("2 in [1, 2] and 3 not in [1, 2]", True),
        ('"b" in "abc"', True),
        ('"a" in {a: 1}', True),
        ("[1] in {a: 1}", False),
        ("let d = {a: 1}\nlet k = [1]\nk in d", False),
        ("3 in 0..3", False),
        ("3 in 0..=3", True),
        ("2 in array([1, 2])", True),
        ('"n" in table({n: [1]})', True),
        ('5 in table({n: [5]})["n"]', True),
        ("0 or 5", 5),
        ('null or "x"', "x"),
        ("[] and 1", []),
        ("1 and 0", 0),
        ("not []", True),
        ('1 > 0 ? "y" : "n"', "y"),
        ('"y" if 0 else "n"', "n"),
    ],
)
def test_value(value: Callable[[str], Any], text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "message", "hint", "column"),
    [
        ('let result = "Hello" + 5', "Cannot add String and Integer", "convert it first: to_string(5)", 22),
        ('5 + "a"', "Cannot add Integer and String", "convert it first: to_string(5)", 3),
        ('let count = 3\n"n: " + count', "Cannot add String and Integer", "convert it first: to_string(count)", 7),
        ('"n: " + len([1])', "Cannot add String and Integer", "convert it first: to_string(len([1]))", 7),
        ('let s = "a"\ns += 1.5', "Cannot add String and Float", "convert it first: to_string(1.5)", 3),
        ("[1] + 2", "Cannot add List and Integer", "put it in a list first: [2]", 5),
        ('"10" - 3', "Cannot subtract Integer from String", 'convert it first: to_number("10")', 6),
        ('"10" / 2', "Cannot divide String by Integer", 'convert it first: to_number("10")', 6),
        ('"5" * "3"', "Cannot multiply String and String", 'convert it first: to_number("5")', 5),
        ('"5" * 0.5', "Cannot multiply String and Float", None, 5),
        ('let x = 0.5\n"a" * x', "The number of repetitions must be a whole number, not 0.5", None, 5),
        ('"%d" % 5', "Cannot take the remainder of String by Integer", 'convert it first: to_number("%d")', 6),
        ('5 % "a"', "Cannot take the remainder of Integer by String", 'convert it first: to_number("a")', 3),
        ('2 ** "a"', "Cannot raise Integer to the power of String", 'convert it first: to_number("a")', 3),
        ('1 < "2"', "Cannot compare Integer and String", 'convert it first: to_number("2")', 3),
        ("1 < 2 < null", "Cannot compare Integer and Null", None, 7),
        ("{} < {}", "Cannot compare Dictionary and Dictionary", None, 4),
        ('-"a"', "Cannot put - before a String", 'convert it first: to_number("a")', 1),
        ("let n = null\nn + 1", "Cannot add Null and Integer", "n is null: a function without return gives null", 3),
        ("print + 1", "Cannot add Function and Integer", "call the function first: print()", 7),
        ("1 in 5", "'in' cannot look into an Integer", None, 3),
        ('5 in "5"', "A String cannot contain an Integer", "convert it first: to_string(5)", 3),
        ("for i in null { }", "A for loop cannot run over null", None, 10),
        ("for i in len { }", "A for loop cannot run over a Function", "call it first: len()", 10),
        ("for i in 2.5 { }", "A count must be a whole number, not 2.5", None, 10),
        ("if array([1, 2]) { }", "An array of several elements is neither true nor false", None, 4),
    ],
)
def test_operands_that_do_not_fit(cells: Cells, text: str, message: str, hint: str | None, column: int) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == ("TypeError", message)
    assert hint is None or error.hint == hint
    assert error.location is not None
    assert error.location.column == column


@pytest.mark.parametrize(
    ("text", "type_", "message"),
    [
        ("1 / 0", "ZeroDivisionError", "Division by zero"),
        ("1 % 0", "ZeroDivisionError", "Division by zero"),
        ("1.5 / 0", "ZeroDivisionError", "Division by zero"),
        ("0 ** -1", "ZeroDivisionError", "Division by zero"),
        ("array([4])[0] / 0", "ZeroDivisionError", "Division by zero"),
        ("9**9**9", "MemoryError", "The result would have about 466,500,759 digits, too many to compute"),
        (
            '"a" * 10**12',
            "MemoryError",
            "The result would have 1,000,000,000,000 characters, more than fit into memory",
        ),
        ("[0] * 10**12", "MemoryError", "The result would have 1,000,000,000,000 items, more than fit into memory"),
        ("10.0 ** 400", "ValueError", "The result is too large for a number with a decimal point"),
        ("(-8) ** 0.5", "ValueError", "-8 ** 0.5 is not a real number"),
        ("let a, b = [1, 2, 3]", "ValueError", "Expected 2 values for 2 variables, but there are 3 values"),
        ("let a, b = 5", "TypeError", "An Integer cannot be taken apart into 2 variables"),
        ("for a, b in [[1, 2, 3]] { }", "ValueError", "Expected 2 values for 2 variables, but there are more"),
        ("for a, b in [1] { }", "TypeError", "An Integer cannot be taken apart"),
        ("array([1, 2]) + array([1, 2, 3])", "ValueError", "Arrays of different sizes: 2 and 3"),
    ],
)
def test_limits_and_impossible_values(cells: Cells, text: str, type_: str, message: str) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == (type_, message)


def test_a_runaway_product_is_stopped(cells: Cells) -> None:
    assert cells.error("let x = 10 ** 1000\nwhile true { x = x * x }").type == "MemoryError"


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for i in 3", "0 1 2"),
        ("for i in 3.0", "0 1 2"),
        ("for i in 1..3", "1 2"),
        ("for i in 1..=3", "1 2 3"),
        ('for i in "ab"', "a b"),
        ("for i in {a: 1, b: 2}", "a b"),
        ("for i in array([1, 2])", "1 2"),
        ("for i in array([1.0, 2.5])", "1.0 2.5"),
        ('for i in table({n: [1, 2], s: ["x", "y"]})', '{"n": 1, "s": "x"} {"n": 2, "s": "y"}'),
        ('for i in table({n: [1, 2]})["n"]', "1 2"),
        ("for i, j in {a: 1}", "a"),
        ("for i, j in [[1, 2], [3, 4]]", "1 3"),
        ("for i, j in enumerate([5, 6])", "0 1"),
    ],
)
def test_what_a_loop_runs_over(cells: Cells, loop: str, expected: str) -> None:
    printed = cells.printed(f'let seen = []\n{loop} {{ append(seen, to_string(i)) }}\nprint(join(seen, " "))')
    assert printed == expected + "\n"


def test_a_dictionary_may_change_while_its_keys_are_looped_over(cells: Cells) -> None:
    assert cells.value("let d = {a: 1, b: 2}\nfor k in d { d.remove(k); d[k + k] = 1 }\nd.keys()") == ["aa", "bb"]


# --- items ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][1.0]", 2),
        ("[1, 2, 3][true]", 2),
        ('"日本語"[1]', "本"),
        ("(0..5)[2]", 2),
        ("[1, 2, 3, 4][1:3]", [2, 3]),
        ("[1, 2, 3, 4][::-1]", [4, 3, 2, 1]),
        ("[1, 2, 3, 4][0:2.9999999999]", [1, 2, 3]),
        ("[1, 2, 3, 4][0:2.9]", [1, 2]),
        ("[1, 2][5:9]", []),
        ('"hello"[1:3]', "el"),
        ("len(table({n: [1, 2, 3]})[0:2.0])", 2),
        ("array([[1, 2], [3, 4]])[1, 0]", 3),
        ("array([[1, 2], [3, 4]])[:, 1][0]", 2),
        ("let a = array([5, 6, 7])\na[a > 5][0]", 6),
        ("array([5, 6])[[1, 0]][0]", 6),
        ("[[1, 2], [3, 4]][1, 0]", 3),
        ('let df = table({n: [3, 1, 2]})\nlet big = df[df["n"] > 1]\nbig["n"][1]', 2),
        ('let df = table({n: [3, 1, 2]})\ndf[1:]["n"][0]', 1),
        ('let df = table({n: [3, 1]})\ndf["n"][0] = 9\ndf["n"][0]', 9),
        ('let df = table({n: [3, 1]})\ndf["n"][0] = 1.5\ndf["n"][0]', 1.5),
        ('let df = table({n: [3, 1]})\ndf["n"][0] += 1\ndf["n"][0]', 4),
        ('let df = table({n: [3, 1]})\ndf["m"] = df["n"] * 2\ndf["m"][1]', 2),
        ("let df = table({n: [3, 1]})\ndf.n[0]", 3),
        ("table({n: [3, 1]})[1]", {"n": 1}),
        ('{a: {b: 1}}["a"]["b"]', 1),
        ("let m = [[1, 2], [3, 4]]\nm[1][0] = 9\nm[0, 1] = 8\nm", [[1, 8], [9, 4]]),
        ("let xs = [1, 2, 3]\nxs[0], xs[2] = xs[2], xs[0]\nxs", [3, 2, 1]),
        ("let xs = [1, 2, 3]\nxs[0:2] = [9]\nxs", [9, 3]),
        ("let xs = [1]\nlet i = 0\nxs[i] += 5\nxs", [6]),
        (
            "let n = 0\nfunction next() { n = n + 1; return n - 1 }\nlet xs = [5, 5]\nxs[next()] += 1\n[xs, n]",
            [[6, 5], 1],
        ),
        ("let a = array([1.0, 2.0])\na[0] = 7\na[0]", 7.0),
        ("let a = array([1, 2, 3])\na[0:2] = 0\nsum(a)", 3),
    ],
)
def test_items(value: Callable[[str], Any], text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "type_", "message", "hint"),
    [
        ("[1, 2, 3][7]", "IndexError", "Index 7 is out of range for a list of length 3", None),
        ("[1, 2][2]", "IndexError", "Index 2 is out of range for a list of length 2", "so the last one is 1"),
        ("[1][-2]", "IndexError", "Index -2 is out of range for a list of length 1", None),
        ('"abc"[5]', "IndexError", "Index 5 is out of range for a string of length 3", None),
        ("array([1])[3]", "IndexError", "Index 3 is out of range for an array of length 1", None),
        ('table({n: [1]})["n"][3]', "IndexError", "Index 3 is out of range for a column of length 1", None),
        ("[1][0.5]", "TypeError", "A list index must be a whole number, not 0.5", "floor(0.5)"),
        ('[1]["a"]', "TypeError", "A list index must be an Integer, not a String", "Dictionary"),
        ('{alpha: 1}["alpa"]', "KeyError", 'No key "alpa" in the dictionary', "did you mean 'alpha'?"),
        ('{a: 1}["x"]', "KeyError", 'No key "x" in the dictionary', None),
        ("{a: 1}[[1]]", "TypeError", "A List cannot be a dictionary key", None),
        ("let d = {}\nlet k = [1]\nd[k] = 1", "TypeError", "A List cannot be a dictionary key", None),
        ("let xs = [1, 2]\nlet i = 1\nxs[i + 4]", "IndexError", "Index 5 is out of range for a list of length 2", None),
        (
            "let xs = [1, 2]\nlet i = 1\nxs[2 * i] = 3",
            "IndexError",
            "Index 2 is out of range for a list of length 2",
            None,
        ),
        ('let d = {alpha: 1}\nlet k = "alpa"\nd[k]', "KeyError", 'No key "alpa" in the dictionary', "'alpha'"),
        ('let d = {alpha: 1}\nd["alpa"] += 1', "KeyError", 'No key "alpa" in the dictionary', "'alpha'"),
        ("{[1]: 1}", "TypeError", "A List cannot be a dictionary key", None),
        ('table({price: [1]})["prize"]', "KeyError", 'No column "prize" in the table', "did you mean 'price'?"),
        ("null[0]", "TypeError", "Null has no items to take with [ ]", None),
        ("5[0]", "TypeError", "An Integer has no items to take with [ ]", None),
        ("let xs = []\nxs[0] = 1", "IndexError", "Index 0 is out of range for a list of length 0", "append(xs, value)"),
        ('let s = "abc"\ns[0] = "x"', "TypeError", "A String cannot be changed in place", "replace"),
        ("let a = array([1, 2])\na[0] = 1.5", "TypeError", "An Integer array cannot hold 1.5", "Float array"),
        ('let a = array([1, 2])\na[0] = "x"', "TypeError", "An array of numbers cannot hold a String", None),
        ("[1][0:1:0]", "ValueError", "The step of a slice cannot be 0", None),
        ('[1]["a":]', "TypeError", "A slice bound must be an Integer, not a String", None),
    ],
)
def test_items_that_are_not_there(cells: Cells, text: str, type_: str, message: str, hint: str | None) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == (type_, message)
    assert hint is None or hint in (error.hint or "")
