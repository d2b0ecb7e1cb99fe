"""Nodes to Python code: positions, native operators, limits."""

import ast
import dis
import sys
import time
from collections.abc import Callable, Iterator
from types import CodeType

import pytest

from l1kernel.errors import L1Error, L1SyntaxError
from l1kernel.language.compile import Compiled, compile_program
from l1kernel.language.compiler.emit import operator_span
from l1kernel.language.compiler.natives import Library
from l1kernel.language.compiler.statements import StatementCompiler
from l1kernel.language.parse import parse
from l1kernel.language.resolve import resolve
from l1kernel.language.source import Source

BUILTINS = ("print", "sum", "len", "dash")


def compiled(text: str, globals_: tuple[str, ...] = ()) -> Compiled:
    source = Source(text, "cell", "cell 1")
    program = parse(source)
    resolution = resolve(program, globals_, BUILTINS, source=source)
    return compile_program(program, resolution, source, library=Library(takes_expressions=frozenset({"dash"})))


def opcodes(code: CodeType) -> list[str]:
    return [instruction.opname for instruction in dis.get_instructions(code)]


def names(text: str, globals_: tuple[str, ...] = ()) -> tuple[str, ...]:
    return compiled(text, globals_).code.co_names


def test_plain_arithmetic_needs_no_helper() -> None:
    assert not [name for name in names("let c = a + b - 1 < 2 * a") if name.startswith("$")]


@pytest.mark.parametrize(
    ("text", "helper"),
    [
        ("a / b", "$div"),
        ("a ** b", "$pow"),
        ("a * b", "$mul"),
        ("a.b", "$get"),
        ("a.b()", "$method"),
        ("a[b]", "$item"),
    ],
)
def test_a_helper_stands_where_l1_differs(text: str, helper: str) -> None:
    assert helper in names(text)


def test_division_by_a_float_literal_is_native() -> None:
    assert "$div" not in names("a / 2.0")


def test_a_remainder_cannot_format_a_string() -> None:
    plus = {"UNARY_POSITIVE", "CALL_INTRINSIC_1"}  # the second since Python 3.12
    assert plus.intersection(opcodes(compiled("a % b").code))


def test_a_call_of_a_builtin_does_not_look_at_variables() -> None:
    assert "len()" in names("len(a)", ("len",))


def test_a_builtin_that_asks_gets_the_texts_of_its_arguments() -> None:
    constants = compiled("dash(a  +  1, b)").code.co_consts
    assert ("a + 1", "b") in constants


def test_positions_count_code_points() -> None:
    code = compiled('let s = "日本語" + missing').code
    load = next(i for i in dis.get_instructions(code) if i.argval == "missing")
    assert load.positions is not None
    assert (load.positions.lineno, load.positions.col_offset, load.positions.end_col_offset) == (1, 16, 23)


@pytest.mark.parametrize(
    ("text", "column"),
    [("a + b", 3), ("a+b", 2), ("(a) + (b)", 5), ("a /* + */ + b", 11), ("(a # +\n) + b", 3)],
)
def test_an_operator_is_found_between_its_operands(text: str, column: int) -> None:
    source = Source(text, "cell", "cell 1")
    statement = parse(source).statements[0]
    node = statement.value  # type: ignore[attr-defined]
    assert operator_span(source, node.left.span, node.right.span, 1).column == column


def test_no_name_of_the_program_is_one_of_pythons() -> None:
    code = compiled("let None = 1\nlet True = 2\nlet __debug__ = 3\nlet __builtins__ = 4").code
    assert set(code.co_names) == {"None$", "True$", "__debug__$", "__builtins__$"}


def test_the_last_expression_is_shown_unless_hidden() -> None:
    assert compiled("1").shows
    assert not compiled("1;").shows
    assert not compiled("let a = 1").shows


@pytest.fixture
def recursion_limit() -> Iterator[Callable[[int], None]]:
    before = sys.getrecursionlimit()
    yield sys.setrecursionlimit
    sys.setrecursionlimit(before)


DEEP = {
    "loops": "for i in 1 { " * 60 + "}" * 60,
    "tries": "try { " * 30 + "} catch { }" * 30,
    "powers": "a" + " ** a" * 3_000,
    "brackets": "(" * 1_000 + "1" + ")" * 1_000,
    "elif": "if a { 1 }" + " else if a { 1 }" * 20_000,
    "lambdas": "x => " * 3_000 + "1",
}


@pytest.mark.parametrize("case", DEEP)
def test_source_that_is_too_deep_is_an_l1_error(case: str, recursion_limit: Callable[[int], None]) -> None:
    recursion_limit(1_000)
    with pytest.raises(L1SyntaxError) as caught:
        compiled(DEEP[case])
    assert caught.value.location is not None
    assert "Python" not in caught.value.message


LONG = {
    "sum": "+".join(["a"] * 5_000),
    "product": "*".join(["a"] * 5_000),
    "index": "a" + "[0]" * 5_000,
    "store": "a" + "[0]" * 5_000 + " += 1",
    "members": "a" + ".b" * 5_000,
    "methods": "a" + ".b()" * 5_000,
    "calls": "a" + "()" * 5_000,
    "logic": " and ".join(["a"] * 10_000),
    "comparison": " < ".join(["a"] * 5_000),
    "elif": "if a { 1 }" + " else if a { 1 }" * 1_000,
    "one-line else if": "if (a) b" + "\nelse if (a) b" * 1_000,
}


@pytest.mark.parametrize("case", LONG)
def test_what_is_long_is_not_deep(case: str, recursion_limit: Callable[[int], None]) -> None:
    recursion_limit(10_900)
    started = time.perf_counter()
    assert isinstance(compiled(LONG[case]).code, CodeType)
    assert time.perf_counter() - started < 60  # a deadline: it takes well below a second


@pytest.mark.parametrize("text", ["5(3)", "5[1]", '"a"("b")', "null()", "[1](2)", "{}(1)", "(x => x)(1)(2)"])
def test_no_warning_in_pythons_words(text: str) -> None:
    try:
        assert isinstance(compiled(text).code, CodeType)  # a SyntaxWarning would be an error in this test run
    except L1Error as error:
        pytest.fail(str(error))


def test_python_nodes_are_all_placed() -> None:
    source = Source("let a = 1\nfor i in 3 { if i > 1: a = a + i end }", "cell", "cell 1")
    program = parse(source)
    compiler = StatementCompiler(source, resolve(program, (), BUILTINS, source=source), Library())
    for statement in compiler.program(program):
        for node in ast.walk(statement):
            if isinstance(node, ast.expr | ast.stmt):
                assert node.lineno >= 1
