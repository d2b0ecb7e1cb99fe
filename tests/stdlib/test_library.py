"""What holds for every built-in."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

import l1kernel.library  # noqa: F401
from l1kernel.runtime.registry import builtins

STDLIB = {
    name: record for name, record in builtins().items() if record.function.__module__.startswith("l1kernel.stdlib")
}

CORE = [
    "print", "println", "eprint", "input", "read_number", "to_string", "to_number", "to_integer", "to_float",
    "to_boolean", "type_of", "len", "range", "abs", "min", "max", "sum", "round", "floor", "ceil", "div",
    "sqrt", "pow", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pi",
    "e", "upper", "lower", "trim", "split", "join", "replace", "contains", "starts_with", "ends_with",
    "substring", "format", "append", "push", "pop", "insert", "remove", "sort", "sorted", "map", "filter",
    "reduce", "zip", "reverse", "reversed", "enumerate", "any", "all", "keys", "values", "items", "has",
    "array", "arange", "linspace", "zeros", "ones", "mean", "median", "std", "time", "current_time", "sleep",
    "random", "random_int", "seed", "assert", "is_null", "is_number", "is_string", "is_list", "exit", "help",
    "get", "update", "merge", "concatenate", "split_data", "read_csv", "read_parquet", "write_csv",
    "write_parquet", "table", "aggregate_models", "evaluate_model",
]  # fmt: skip


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_there_and_documented(name: str) -> None:
    first_line = builtins()[name].doc.partition("\n")[0]
    assert first_line.endswith(".")


@pytest.mark.parametrize("name", [name for name, record in STDLIB.items() if record.example])
def test_the_example_runs(name: str, shows: Callable[[str], str]) -> None:
    shown = shows(f"let shown = {STDLIB[name].example}\nprint(shown)")
    assert "Error" not in shown


@pytest.mark.parametrize("name", list(STDLIB))
def test_help_says_how_it_is_called(name: str, shows: Callable[[str], str]) -> None:
    shown = shows(f'help("{name}")').splitlines()
    assert shown[0].startswith(name)
    assert shown[1].strip() in STDLIB[name].doc


WRONG = [
    "", "null", '"text"', "5", "2.5", "-1", "[]", "[1]", '["a"]', "{a: 1}", "x => x", "1..3", "arange(3)",
    "table({a: [1]})", "null, null", '"a", 1', "[1], 2, 3", "1, x => x", "x => 1 / 0, [1]", "10 ** 400",
    "1, nothing = 2",
]  # fmt: skip
HOST_WORDS = re.compile(
    r"NoneType|Traceback|'?\b(int|str|dict|tuple|ndarray|DataFrame object|numpy|pandas|kwargs|__\w+__)\b"
)


@pytest.mark.parametrize("name", sorted(STDLIB.keys() - {"exit", "sleep", "help", "pi", "e"}))
def test_wrong_arguments_are_answered_in_the_words_of_l1(name: str, shows: Callable[[str], str]) -> None:
    for arguments in WRONG:
        shown = shows(f"let made = {name}({arguments})")
        assert not HOST_WORDS.search(shown), f"{name}({arguments}): {shown}"
        assert "RuntimeError" not in shown or name in ("input", "read_number") or "folder" in shown, shown


def test_importing_and_a_sum_load_no_heavy_library() -> None:
    program = (
        "import sys, l1kernel.library\n"
        "from l1kernel.runtime.output import CapturedOutput\n"
        "from l1kernel.runtime.session import Session\n"
        "session = Session(CapturedOutput())\n"
        "assert session.run('1+1', name='cell').value == 2\n"
        "assert session.run('print(sum([1, 2.5]), [1], {a: 2})', name='two').error is None\n"
        "heavy = {'numpy', 'pandas', 'bokeh', 'dask', 'distributed', 'sklearn', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")
