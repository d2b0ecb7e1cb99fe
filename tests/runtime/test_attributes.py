"""The gate to members: what is listed is reached, nothing else of the host is."""

from collections.abc import Callable
from typing import Any

import pytest

from l1kernel.runtime.attributes import members
from l1kernel.runtime.registry import l1_type

from .conftest import Cells


@l1_type("Gauge", fields=("level",), methods=("raise_by",))
class Gauge:
    """An object as the rooms give them to programs."""

    secret = "host"

    def __init__(self) -> None:
        self.level = 1

    def raise_by(self, amount: int) -> int:
        self.level += amount
        return self.level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"ab".upper()', "AB"),
        ('"abc".length', 3),
        ("[1, 2].length", 2),
        ("(0..5).length", 5),
        ("let xs = [1]\nxs.append(2)\nxs", [1, 2]),
        ("let f = [3, 1].append\nf(2)", [3, 1, 2]),
        ("{a: 1}.a", 1),
        ("let d = {a: 1}\nd.b = 2\nd.a += 5\nd", {"a": 6, "b": 2}),
        ("{f: x => x + 1}.f(2)", 3),
        ("{keys: 5}.keys", 5),
        ("{keys: 5}.keys()", ["keys"]),
        ("let d = {a: {b: [1, 2]}}\nd.a.b[1]", 2),
        ("array([[1, 2], [3, 4]]).shape", [2, 2]),
        ("table({n: [1], s: [2]}).columns", ["n", "s"]),
        ("table({n: [5]}).n[0]", 5),
        ('let m = ""\ntry { throw "x" } catch (e) { m = e.type + e.message + to_string(e.line) }\nm', "RuntimeErrorx2"),
    ],
)
def test_members(value: Callable[[str], Any], text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "type_", "message", "hint", "column"),
    [
        ("[1].add(2)", "TypeError", "A List has no member 'add'", "did you mean 'append'?", 5),
        ('"a".uper()', "TypeError", "A String has no member 'uper'", "did you mean 'upper'?", 5),
        ("[1].upper()", "TypeError", "A List has no member 'upper'", "'upper' is a method of String", 5),
        ("{alpha: 1}.alpa", "KeyError", 'No key "alpa" in the dictionary', "did you mean 'alpha'?", 12),
        ("{a: 1}.kes()", "KeyError", 'No key "kes" in the dictionary', "a method is called with brackets: .keys()", 8),
        ("null.x", "TypeError", "Null has no member 'x'", "the value is null: a function without return gives null", 6),
        ("[1].length()", "TypeError", "'length' is an Integer and cannot be called", "write .length without ()", 5),
        ("{a: 1}.a()", "TypeError", "'a' is an Integer and cannot be called", None, 8),
        ("let xs = [1]\nxs.length = 2", "TypeError", "The members of a List cannot be changed", None, 4),
    ],
)
def test_unknown_members(cells: Cells, text: str, type_: str, message: str, hint: str | None, column: int) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == (type_, message)
    assert hint is None or error.hint == hint
    assert error.location is not None
    assert error.location.column == column


SUBJECTS = (
    '"text"', "1", "1.5", "true", "null", "[1]", "{a: 1}", "0..3", "print", "(x => x)", "array([1])", "table({n: [1]})",
    'table({n: [1]})["n"]', "ValueError", "gauge", "error", "[1].append", "gauge.raise_by",
)  # fmt: skip
HOST_NAMES = (
    "__class__", "__dict__", "__globals__", "__self__", "__func__", "__code__", "__closure__", "__builtins__",
    "__subclasses__", "__reduce__", "__module__", "_private", "_session", "func_globals", "gi_frame", "tofile",
    "to_pickle", "secret", "with_traceback", "args", "func", "keywords", "numerator", "dtype", "ctypes", "eval",
)  # fmt: skip


@pytest.mark.parametrize("name", HOST_NAMES)
def test_nothing_of_the_host_is_a_member(cells: Cells, name: str) -> None:
    cells.session.globals["gauge"] = Gauge()
    cells.run("let error = null\ntry { throw 1 } catch (e) { error = e }")
    for subject in SUBJECTS:
        for form in (f"({subject}).{name}", f"({subject}).{name}()"):
            error = cells.error(form)
            assert error.type in ("TypeError", "KeyError"), form
            assert name in error.message, form


def test_private_entries_of_a_dictionary_are_reached_by_key_alone(cells: Cells) -> None:
    assert cells.value('let d = {"_a": 1}\nd["_a"]') == 1
    assert cells.error("d._a").type == "TypeError"
    assert cells.error("d._b = 1").type == "TypeError"


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os")',
        "__builtins__",
        "eval",
        "exec",
        "open",
        "globals",
        "getattr",
        "type",
        "object",
        'f"{print:{"__class__"}}"',
        'format("{0.__class__}", 1)',
        '"%s" % print',
        "print(session = 1)",
        'import "/etc/passwd"\npasswd.root',
    ],
)
def test_no_way_around_the_gate(cells: Cells, text: str) -> None:
    error = cells.error(text)
    assert error.type in ("NameError", "TypeError", "ValueError", "SyntaxError")
    assert "object at 0x" not in error.message


def test_a_declared_type_gives_what_it_declares(cells: Cells) -> None:
    cells.session.globals["gauge"] = Gauge()
    assert cells.value("gauge.raise_by(2) + gauge.level") == 6
    assert cells.error("gauge.levl").hint == "did you mean 'level'?"
    assert members(Gauge()) == ["level", "raise_by"]
