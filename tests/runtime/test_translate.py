"""Every exception of the libraries beneath has its place in L1, and none of their words gets through."""

import builtins
import importlib
import inspect
import pkgutil
import warnings
from types import ModuleType

import pytest

from l1kernel.errors import Interrupted, L1Error, L1RuntimeError, L1ValueError
from l1kernel.runtime.translate import MOST_FRAMES, l1_type_of, translate

from .conftest import Cells


def exceptions_of(module: ModuleType) -> set[type[BaseException]]:
    return {
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, BaseException) and found.__module__.partition(".")[0] == module.__name__.partition(".")[0]
    }


def library_exceptions() -> set[type[BaseException]]:
    found = exceptions_of(builtins)
    for name in ("numpy.exceptions", "numpy.linalg", "pandas.errors"):
        found |= exceptions_of(importlib.import_module(name))
    import distributed

    for module in pkgutil.iter_modules(distributed.__path__):
        if module.name in ("tests", "cli", "http", "dashboard", "_ipython_utils", "pytest_resourceleaks", "utils_test"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found |= exceptions_of(importlib.import_module(f"distributed.{module.name}"))
            except ImportError:
                continue
    return found - {BaseException, Exception}


@pytest.mark.parametrize(
    "kind", sorted(library_exceptions(), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
)
def test_every_exception_is_placed(kind: type[BaseException]) -> None:
    assert l1_type_of(kind) is not None, f"{kind.__module__}.{kind.__qualname__} is not in translate.TABLE"


class Unknown(Exception):
    """A library's own exception that the table has never heard of."""


@pytest.mark.parametrize(
    "exc",
    [
        Unknown("'NoneType' object has no attribute 'shape'"),
        ValueError("invalid literal for int() with base 10: 'x'"),
        TypeError("unsupported thing of type <class 'int'>"),
        AttributeError("'list' object has no attribute 'shape'"),
        RuntimeError("dictionary changed size during iteration"),
        OSError("[Errno 5] Input/output error"),
        ImportError("No module named 'torch'"),
        StopIteration(),
        KeyError("k"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ],
)
def test_a_librarys_words_never_reach_the_reader(exc: Exception) -> None:
    error = translate(exc, {})
    assert isinstance(error, L1Error)
    shown = f"{error.type}: {error.message} {error.hint or ''}"
    for word in ("NoneType", "object has no", "<class", "Errno", "literal", "torch", "codec", type(exc).__name__):
        assert word not in shown or word == error.type


def test_an_l1_error_is_given_back_itself() -> None:
    error = L1ValueError("no")
    assert translate(error, {}) is error
    assert isinstance(translate(KeyboardInterrupt(), {}), Interrupted)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "print(unknown_variable)",
            "Undefined variable 'unknown_variable'",
            "declare it first: let unknown_variable = ...",
        ),
        ("let counter = 1\nprint(countr)", "Undefined variable 'countr'", "did you mean 'counter'?"),
        ("prnt(1)", "Undefined variable 'prnt'", "did you mean 'print'?"),
        ("print(late)\nlet late = 1", "Undefined variable 'late'", "'late' is declared on line 2"),
        ("late()\nfunction late() { }", "Undefined variable 'late'", "'late' is declared on line 2"),
        ("function f() { print(x); let x = 1 }\nf()", "Undefined variable 'x'", "'x' is used before its let"),
        ("let d = {name: 1}\nd[name]", "Undefined variable 'name'", 'a key is a String in quotes: ["name"]'),
        ("True", "Undefined variable 'True'", "did you mean 'true'?"),
        ("None", "Undefined variable 'None'", "did you mean 'null'?"),
    ],
)
def test_undefined_names(cells: Cells, text: str, message: str, hint: str) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == ("NameError", message)
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("function f(a, b = 1) { }\nf()", "f() is missing the argument 'a'", "it is called as f(a, b)"),
        ("function f(a, b) { }\nf()", "f() is missing the arguments 'a' and 'b'", "it is called as f(a, b)"),
        ("function f(a) { }\nf(1, 2)", "f() takes 1 argument, but 2 were given", "it is called as f(a)"),
        ("function f() { }\nf(1)", "f() takes no arguments, but 1 was given", "it is called as f()"),
        ("function f(alpha) { }\nf(alpa = 1)", "f() has no parameter 'alpa'", "did you mean 'alpha'?"),
        ("function f(a) { }\nf(1, a = 2)", "f() got the argument 'a' twice", "it is called as f(a)"),
        ("let o = {f: (x, y) => x}\no.f(1)", "f() is missing the argument 'y'", None),
        ("function f(a = 1, b) { return b }\nf(2)", "f() is missing the argument 'b'", None),
        ("sqrt()", "sqrt() is missing the argument 'number'", "it is called as sqrt(number)"),
        ("[1].append()", "append() is missing the argument 'value'", "it is called as append(value)"),
        ("[1].append(1, 2)", "append() takes 1 argument, but 2 were given", "it is called as append(value)"),
        ("let q = 5\nq(3)", "An Integer cannot be called", "'q' is an Integer here"),
        ("5(3)", "An Integer cannot be called", "to multiply, write 5 * (...)"),
        ("let n = null\nn()", "Null cannot be called", None),
    ],
)
def test_wrong_calls(cells: Cells, text: str, message: str, hint: str | None) -> None:
    error = cells.error(text)
    assert (error.type, error.message) == ("TypeError", message)
    assert hint is None or hint in (error.hint or "")


def test_the_call_stack_has_functions_places_and_the_top_level(cells: Cells) -> None:
    cells.value("function inner(x) { return x + null }\nfunction outer(x) {\n    return inner(x)\n}")
    error = cells.error("let a = 1\nouter(a)")
    assert [(f.function, f.location.source, f.location.line) for f in error.frames] == [
        ("inner", "cell 1", 1),
        ("outer", "cell 1", 3),
        (None, "cell 2", 2),
    ]
    assert error.location == error.frames[0].location


def test_an_error_at_top_level_lists_no_calls(cells: Cells) -> None:
    assert cells.error("1 / 0").frames == ()
    assert cells.error('try { throw "x" } catch (e) { throw e }').frames == ()


def test_a_call_in_which_an_error_is_thrown_again_is_listed_once(cells: Cells) -> None:
    error = cells.error("function f() {\n    try { 1 / 0 } catch (e) {\n        throw e\n    }\n}\nf()")
    assert [(frame.function, frame.location.line) for frame in error.frames] == [("f", 2), (None, 6)]


@pytest.mark.parametrize("body", ["return f(n + 1)", "return 1 + f(n + 1)", "return map([n], f)"])
def test_recursion_without_end_names_the_function(cells: Cells, body: str) -> None:
    error = cells.error(f"function f(n) {{ {body} }}\nf(0)")
    assert isinstance(error, L1RuntimeError)
    assert error.message == "'f' calls itself more than 10,000 calls deep"
    assert len(error.frames) <= MOST_FRAMES
    assert error.frames[-1].function is None
    assert cells.value("1 + 1") == 2


@pytest.mark.parametrize(
    "call",
    [
        "map([n - 1], f)[0]",
        "map([n - 1], m => f(m))[0]",
        "len(filter([n - 1], f)) * 0 + n - 1",
        "reduce([0, n - 1], (a, m) => f(m))",
        "sorted([n - 1], key = f)[0]",
        "[n - 1].sort(f)[0]",
        "(any([n - 1], f) ? n - 1 : 0)",
        "(all([n - 1], f) ? n - 1 : 0)",
    ],
)
def test_a_recursion_through_a_built_in_goes_as_deep(cells: Cells, call: str) -> None:
    cells.value(f"let most = 0\nfunction f(n) {{ most += 1; return n == 1 ? 1 : {call} }}")
    cells.value("f(9990)")
    assert cells.value("most") == 9990
    error = cells.error("f(50000)")
    assert error.message.endswith("calls itself more than 10,000 calls deep")
    assert cells.value("f(100)") >= 1


def test_a_caught_error_is_still_the_same_when_thrown_again(cells: Cells) -> None:
    error = cells.error('try {\n    throw ValidationError("x")\n} catch (e) {\n    throw\n}')
    assert (error.type, error.location and error.location.line) == ("ValidationError", 2)
