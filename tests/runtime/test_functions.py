"""L1 functions: what they know of themselves, and how they go to another process."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from l1kernel.errors import L1Error
from l1kernel.runtime.functions import is_l1_function, revive_value, travel_form, travel_value

from .conftest import Cells

# What a worker does: it knows nothing but what stands in the parcel.
WORKER = """
import pickle, sys
import l1kernel.stdlib
from l1kernel.runtime.functions import revive, revive_value, travel_value
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

session = Session(CapturedOutput())
answers = []
for function, arguments in pickle.load(sys.stdin.buffer):
    try:
        answers.append(travel_value(revive(function, session)(*revive_value(arguments, session))))
    except Exception as exc:
        answers.append(session.translate(exc))
sys.stdout.buffer.write(pickle.dumps(answers))
"""

CELL = """
function fact(n) { return n <= 1 ? 1 : n * fact(n - 1) }
function even(n) { return n == 0 ? true : odd(n - 1) }
function odd(n) { return n == 0 ? false : even(n - 1) }
let total = 100
function bump(n) { total = total + n; return total }
function bump_twice(n) { bump(n); bump(n); return total }
let table = {inc: x => x + 1, more: [fn(x) { return fact(x) }]}
function stored(n) { return table.inc(n) + table["more"][0](n) }
function fail(s) {
    return deeper(s) }
function deeper(s) { return s + 5 }
function square(x) { return x * x }
function apply(f, xs) { return map(xs, f) }
function counter() { let c = 10; function step(n) { c = c + n; return c }; return step }
let step = counter()
function adder(n) { return x => x + n }
function with_default(a, b = a * total) { return a + b }
function uses_builtins(xs) { let s = sum(xs); return [s, upper("x"), root(4)] }
let root = sqrt
const LIMIT = 3
function keeps_const() { try { LIMIT = 4 } catch (e) { return e.message } }
  let shifted = (a,
    b) => a - b
let len = 5
function shadowed() { return [len, len([1, 2])] }
function user_error() { throw ValidationError("no") }
"""


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each function's answer from another process, by name of the case."""
    cells = Cells(Path(tmp_path_factory.mktemp("cells")))
    cells.value(CELL)
    names = cells.session.globals
    calls = {
        "fact": [10], "even": [9], "bump": [1], "bump_twice": [1], "stored": [3], "fail": ["a"],
        "apply": [names["square"], [1, 2, 3]], "step": [5], "adder": [4], "with_default": [1],
        "uses_builtins": [[1, 2]], "keeps_const": [], "shifted": [5, 3], "shadowed": [], "user_error": [],
    }  # fmt: skip
    parcel = pickle.dumps([(travel_form(names[name]), travel_value(arguments)) for name, arguments in calls.items()])
    done = subprocess.run([sys.executable, "-c", WORKER], input=parcel, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers = revive_value(pickle.loads(done.stdout), cells.session)
    return dict(zip(calls, answers, strict=True))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fact", 3628800),
        ("even", False),
        ("bump", 101),
        ("bump_twice", 102),
        ("stored", 10),
        ("apply", [1, 4, 9]),
        ("step", 15),
        ("with_default", 101),
        ("uses_builtins", [3, "X", 2.0]),
        ("keeps_const", "'LIMIT' is a const and cannot be changed"),
        ("shifted", 2),
        ("shadowed", [5, 2]),
    ],
)
def test_a_function_runs_in_another_process(travelled: dict[str, Any], name: str, expected: Any) -> None:
    assert travelled[name] == expected


def test_a_function_comes_back_as_a_result(travelled: dict[str, Any]) -> None:
    assert travelled["adder"](10) == 14


def test_an_error_keeps_its_place_in_the_cell(travelled: dict[str, Any]) -> None:
    error = travelled["fail"]
    assert isinstance(error, L1Error)
    assert error.message == "Cannot add String and Integer"
    assert error.hint == "convert it first: to_string(5)"
    assert error.location is not None
    assert (error.location.source, error.location.line, error.location.column) == ("cell 1", 12, 31)
    assert error.location.text == "function deeper(s) { return s + 5 }"
    assert [(frame.function, frame.location.line) for frame in error.frames] == [("deeper", 12), ("fail", 11)]


def test_a_users_error_keeps_its_type(travelled: dict[str, Any]) -> None:
    assert travelled["user_error"].type == "ValidationError"


def test_a_function_tells_what_it_rebinds(cells: Cells) -> None:
    cells.value(CELL)
    names = cells.session.globals
    assert travel_form(names["bump"]).rebinds == ("total",)
    assert travel_form(names["step"]).rebinds == ("c",)
    assert travel_form(names["fact"]).rebinds == ()
    assert travel_form(names["keeps_const"]).rebinds == ()


def test_it_takes_only_what_it_reads(cells: Cells) -> None:
    cells.value("let big = [1] * 1000\nlet small = 2\nfunction f(x) { return x + small + len([x]) }")
    assert travel_form(cells.session.globals["f"]).captured == {"small": 2}


def test_lists_without_functions_travel_as_they_are() -> None:
    value = [1, [2, {"a": 3}]]
    assert travel_value(value) == value


def test_a_host_function_does_not_travel() -> None:
    assert not is_l1_function(len)
    with pytest.raises(TypeError):
        travel_form(len)


def test_a_module_travels(cells: Cells) -> None:
    (cells.session.folder / "tools.l1").write_text("let base = 10\nfunction plus(n) { return base + n }")
    cells.value('import "tools.l1"\nfunction f(n) { return tools.plus(n) }')
    parcel = pickle.loads(pickle.dumps(travel_value(cells.session.globals["f"])))
    assert revive_value(parcel, cells.session)(5) == 15


def test_what_a_function_knows_of_itself(cells: Cells) -> None:
    cells.value("function f(a: int, b = 2) -> int { return a }")
    info = cells.session.globals["f"].__dict__["l1"]
    assert info.name == "f"
    assert info.parameters == ("a", "b")
    assert info.signature == "f(a: int, b = 2) -> int"
    assert info.text == "function f(a: int, b = 2) -> int { return a }"
