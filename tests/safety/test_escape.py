"""Attempts to reach Python through L1: refused by an L1 error, or harmless, and then this says what they give.

``tests/safety/test_escape_kernel.py`` tries the protocol, the notebook's page and a worker.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import render
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.session import Outcome, Session

VALUES = {
    "1": "An Integer",
    "(1.5)": "A Float",
    "true": "A Boolean",
    "null": "Null",
    '"a"': "A String",
    "[1]": "A List",
    "{a: 1}": "A Dictionary",
    "(0..3)": "A Range",
    "(x => x)": "A Function",
    "print": "A Function",
    "len": "A Function",
    '"a".upper': "A Function",
    "[1].append": "A Function",
    "KeyError": "A Function",
    'KeyError("k")': "An Error",
    'OwnError("k")': "An Error",
    "array([1])": "An Array",
    "zeros([2, 2])": "An Array",
    "table({a: [1]})": "A DataFrame",
    "table({a: [1]}).a": "A Column",
    "pi": "A Float",
    "helper": "A Module",
    "helper.function_of_it": "A Function",
    'create_stream("s", {source: "simulated"})': "A Stream",
    "train_model({label: [1, 2], a: [1, 2]})": "A Model",
    "train_model({label: [1, 2], a: [1, 2]}).predict": "A Function",
    "distributed_init": "A Function",
}
PRIVATE = ["__class__", "__dict__", "__globals__", "__self__", "__reduce__", "__init__", "_private", "__ｃlass__"]
OF_THE_HOST = {
    "1": ["real", "to_bytes", "bit_length"],
    '"a"': ["encode", "format_map", "translate"],
    "[1]": ["copy", "extend", "clear"],
    "(0..3)": ["numbers", "closed", "l1_text"],
    "(x => x)": ["l1", "func_globals", "gi_frame", "cr_frame"],
    "print": ["func", "args"],
    'KeyError("k")': ["args", "with_traceback", "add_note", "location", "frames", "about", "fixes", "task"],
    "array([1])": ["dtype", "base", "ctypes", "data", "tofile", "tobytes", "view", "T"],
    "table({a: [1]})": ["query", "eval", "apply", "pipe", "to_pickle", "iloc", "values", "style", "attrs"],
    "table({a: [1]}).a": ["str", "dt", "values", "apply", "iloc", "to_pickle"],
    "helper": ["variables", "names", "l1_text"],
    "train_model({label: [1, 2], a: [1, 2]})": ["members"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebook's folder, with an L1 file, a table, and a link to a file of the host."""
    (tmp_path / "helper.l1").write_text("let open = 2\nlet _hidden = 3\nfunction function_of_it() { return open }\n")
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "passwd.l1").symlink_to("/etc/passwd")
    return tmp_path


def run(folder: Path, text: str) -> tuple[str, str | None, Outcome]:
    """What a program prints, and its error as a reader sees it."""
    output = CapturedOutput()
    session = Session(output, folder=folder)
    try:
        outcome = session.run(text, name="cell")
    finally:
        session.close()
    return output.text, render(outcome.error) if outcome.error else None, outcome


@pytest.mark.parametrize("value", VALUES)
def test_no_value_shows_what_it_is_to_the_host(folder: Path, value: str) -> None:
    for name in [*PRIVATE, *OF_THE_HOST.get(value, ())]:
        for use in f"{value}.{name}", f"{value}.{name}()", f"let f = x => x.{name}; f({value})":
            _, error, _ = run(folder, f'import "helper.l1"\n{use}')
            assert error is not None, use
            assert error.startswith(f"TypeError: {VALUES[value]} has no member '{name}'"), error
        _, error, _ = run(folder, f'import "helper.l1"\n{value}.{name} = 1')
        if value == "table({a: [1]})" and not name.startswith("_"):
            assert error is None  # a column of that name
            continue
        assert error is not None
        assert error.startswith("TypeError: "), error


@pytest.mark.parametrize(
    "name",
    [
        "__builtins__", "__import__", "__name__", "__file__", "__debug__", "__class__", "None", "True", "Exception",
        "BaseException", "NotImplemented", "type", "object", "getattr", "setattr", "globals", "locals", "vars", "dir",
        "eval", "exec", "compile", "open", "super", "memoryview", "id", "iter", "breakpoint", "sys", "os", "builtins",
        "_", "ｌｅｎ", "session", "self",
    ],
)  # fmt: skip
def test_no_name_of_the_host_is_there(folder: Path, name: str) -> None:
    assert name not in builtins()
    for use in name, f"{name}(1)", f"let f = () => {name}; f()", f'f"{{{name}}}"', f"let d = {{(x => {name})(1): 1}}":
        _, error, _ = run(folder, use)
        assert error is not None, use
        assert error.startswith(f"NameError: Undefined variable '{name}'"), error


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("$div(1, 2)", "SyntaxError: '$' is no sign of L1"),
        ("let $type = 1", "SyntaxError: '$' is no sign of L1"),
        ("len()()", "TypeError: len() is missing the argument 'value'"),
        ("`ls`", "SyntaxError: '`' is no sign of L1"),
        ("let __ｃlass＿＿ = 1", "SyntaxError: '＿' (U+FF3F) only looks like '_'"),
        ('f"{(1).__class__}"', "TypeError: An Integer has no member '__class__'"),
        ('f"{1:{(2).__class__}}"', "TypeError: An Integer has no member '__class__'"),
        ('f"{[].__class__:>10}"', "TypeError: A List has no member '__class__'"),
        ('f"{1!r}"', "SyntaxError: "),
        ('f"{1:{2!r}}"', "SyntaxError: "),
        ('format("{0.__class__}", 1)', "ValueError: The template asks for '0.__class__'"),
        ('format("{0[__class__]}", {a: 1})', "ValueError: The template asks for '0[__class__]'"),
        ('format("{x.__init__.__globals__}", x = print)', "ValueError: The template asks for 'x.__init__.__globals__'"),
        ('format("{0!r}", 1)', "ValueError: A template has no conversion !r"),
        ('format("{0:{1.__class__}}", 1, 2)', "ValueError: The template asks for '1.__class__'"),
        ('"{0.__class__.__mro__}".format(1)', "ValueError: The template asks for '0.__class__.__mro__'"),
        ('"%(a)s" % {a: 1}', "TypeError: Cannot take the remainder of String by Dictionary"),
        ('{}["__class__"]', 'KeyError: No key "__class__" in the dictionary'),
        ('table({a: [1]})["__class__"]', 'KeyError: No column "__class__" in the table'),
        ('table({"__class__": [1]}).__class__', "TypeError: A DataFrame has no member '__class__'"),
        ("let d = {}; d.__init__ = 1", "TypeError: A Dictionary has no member '__init__'"),
        ("try { 1 / 0 } catch (e) { e.__traceback__.tb_frame }", "TypeError: An Error has no member '__traceback__'"),
        ("try { 1 / 0 } catch (e) { e.__cause__ }", "TypeError: An Error has no member '__cause__'"),
        ("try { throw print } catch (e) { e.value.__self__ }", "TypeError: A Function has no member '__self__'"),
        ("try { [1].f() } catch (e) { e.about }", "TypeError: An Error has no member 'about'"),
        ("throw KeyError", "RuntimeError: "),
        ("catch (x) { }", "SyntaxError: "),
        ("import os", "SyntaxError: L1 cannot import 'os'"),
        ("from os import system", "SyntaxError: "),
        ('import "os"', 'ValueError: "os" is no L1 file'),
        ('import "../../../../etc/passwd"', 'ValueError: "../../../../etc/passwd" is no L1 file'),
        ('import "/etc/passwd"', 'ValueError: "/etc/passwd" is no L1 file'),
        ('import "/proc/self/environ"', 'ValueError: "/proc/self/environ" is no L1 file'),
        ('import "passwd.l1"', 'ValueError: "passwd.l1" is no L1 file'),
        ('from "passwd.l1" import root', 'ValueError: "passwd.l1" is no L1 file'),
        ('import "helper.l1\\0.l1"', "FileNotFoundError: "),
        ('import "http://localhost:1/x.l1"', "FileNotFoundError: "),
        ('from "helper.l1" import _hidden', "TypeError: A Module has no member '_hidden'"),
        ('from "helper.l1" import __builtins__', "TypeError: A Module has no member '__builtins__'"),
        ('import "helper.l1"; helper["__builtins__"]', "TypeError: A Module has no items"),
        ('import "helper.l1"; helper.get("__builtins__")', "TypeError: A Module has no member 'get'"),
        ('read_csv("http://localhost:1/x.csv")', "FileNotFoundError: No file http://localhost:1/x.csv"),
        ('read_csv("file:///etc/hosts")', "FileNotFoundError: No file file:///etc/hosts"),
        ('read_csv("s3://bucket/x.csv")', "FileNotFoundError: No file s3://bucket/x.csv"),
        ('read_parquet("http://localhost:1/x")', "FileNotFoundError: No file http://localhost:1/x"),
        ('read_parquet("t.csv")', "ValueError: t.csv is no proper Parquet file"),
        ('read_csv("/dev/zero")', "ValueError: /dev/zero is no proper CSV file"),
        ('read_csv("/proc/self/environ")', "ValueError: /proc/self/environ is no proper CSV file"),
        ('read_csv("/proc/self/mem")', "RuntimeError: "),
        ('read_csv("x\\0y")', "ValueError: read_csv needs the name of a file"),
        ('read_csv("t.csv", engine = "python")', "TypeError: read_csv() has no parameter 'engine'"),
        ('read_csv("t.csv", separator = "\\\\s+")', "ValueError: The separator of a CSV file is one character"),
        ('write_csv({a: [1]}, "/proc/self/x")', ""),
        ("print(session = 1)", "TypeError: print() has no parameter 'session'"),
        ("map([1], x => x, session = 1)", "TypeError: map() has no parameter 'session'"),
        ('assert(false, expressions = ["x"])', "TypeError: assert() has no parameter 'expressions'"),
        ("help(expressions = 1)", "TypeError: help() has no parameter 'expressions'"),
        ('help("__class__")', 'NameError: There is no help for "__class__"'),
        ("help((1).__class__)", "TypeError: An Integer has no member '__class__'"),
        ('help("__builtins__")', 'NameError: There is no help for "__builtins__"'),
        ("help(__builtins__)", "NameError: Undefined variable '__builtins__'"),
        ('create_stream("s", {source: "__import__"})', 'ValueError: There is no source "__import__"'),
        ('project "p" { a = __builtins__ }', "NameError: Undefined variable '__builtins__'"),
        ("update_dashboard(print)", "TypeError: "),
        ("reduce([{}, 1], (a, b) => a.__class__)", "TypeError: A Dictionary has no member '__class__'"),
        ('cluster_submit_task("__import__", "os")', ""),
    ],
)  # fmt: skip
def test_a_way_out_is_refused(folder: Path, program: str, error: str) -> None:
    output, shown, _ = run(folder, program)
    assert output == ""
    assert shown is not None, program
    assert shown.startswith(error), shown
    for word in "Traceback", "<class", "' object", ".py", "0x", "root:":
        assert word not in shown


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ('let d = {}; d["__class__"] = 5; print(d["__class__"], d)', '5 {"__class__": 5}'),
        ("let d = {__init__: 1, None: 2}; print(d)", '{"__init__": 1, "None": 2}'),
        ('print(table({"__class__": [7]})["__class__"][0])', "7"),
        ("let __builtins__ = {}; print(len([1]), __builtins__)", "1 {}"),
        ("__builtins__ = null; for i in [1] { }; print(len([1]), i / 1)", "1 1"),
        ("for __builtins__ in [1] { }; print(len([1]), __builtins__)", "1 1"),
        ("function __builtins__() { return 1 }; print(__builtins__(), len([1]))", "1 1"),
        ("try { 1 / 0 } catch (__builtins__) { print(__builtins__.type) }; print(len([1]))", "ZeroDivisionError\n1"),
        ("let __debug__ = 1; let __class__ = 2; print(__debug__, __class__)", "1 2"),
        ("let None = 1; let True = 0; print(None, True, true, null)", "1 0 true null"),
        ("function f(None, True = 2) { return [None, True] }; print(f(None = 1))", "[1, 2]"),
        ("let lambda = 1; let yield = 2; let del = 3; let async = 4; print(lambda, yield, del, async)", "1 2 3 4"),
        ("let nonlocal = 1; function f() { nonlocal = 2 }; f(); print(nonlocal)", "2"),
        ("let ﬁ = 1; let fi = 2; print(ﬁ, fi)", "1 2"),
        ("let K = 1; let \u212a = 2; print(K, \u212a)", "1 2"),
        ("function f(ﬁ, fi) { return [ﬁ, fi] }; print(f(fi = 1, ﬁ = 2))", "[2, 1]"),
        ("let d = {ﬁ: 1, fi: 2}; d.ﬁ = 3; print(d.ﬁ, d.fi, d)", '3 2 {"ﬁ": 3, "fi": 2}'),
        ("let ｌｅｎ = 5; print(ｌｅｎ, len([1]))", "5 1"),
        ('print(format("{session} {self}", session = 1, self = 2))', "1 2"),
        ("print(print, [print])", "<function print(values, sep, end)> [<function print(values, sep, end)>]"),
        ("print(x => x, KeyError)", "<function(x)> <function KeyError>"),
        ("print(type_of(print), type_of(x => x), type_of(KeyError))", "Function Function Function"),
        ('import "helper.l1"; print(helper, helper.open)', "<module helper> 2"),
        ("try { 1 / 0 } catch (e) { print(e.value, e) }", "null ZeroDivisionError: Division by zero"),
        ('read_csv("t.csv"); print(1)', "1"),
        ("let xs = [print]; print(array(xs)[0])", "<function print(values, sep, end)>"),
    ],
)
def test_what_is_harmless(folder: Path, program: str, output: str) -> None:
    printed, error, _ = run(folder, program)
    assert error is None
    assert printed == output + "\n"


def test_completion_and_help_never_look_behind_a_value(folder: Path) -> None:
    from l1kernel.runtime.introspect import complete, inspect

    session = Session(CapturedOutput(), folder=folder)
    session.run(
        'import "helper.l1"\nlet x = 1\nlet t = table({"__a": [1], b: [2]})\nlet e = KeyError("k")', name="cell"
    )
    for text in "x.", "t.", "e.", "helper.", "print.", "", "_", "__", "x.__", "helper._", "t._":
        matches = complete(session, text, len(text)).matches
        assert not [match for match in matches if match.startswith("_")], text
    for text in "x.__class__", "__builtins__", "helper._hidden", "print.__self__", "(1).__class__", "e.args":
        assert inspect(session, text, len(text)) is None, text
    assert session.globals.keys() >= {"x"}
