"""What each name means, decided before code is made."""

import pytest

from l1kernel.errors import L1SyntaxError
from l1kernel.language.parse import parse
from l1kernel.language.resolve import Kind, Resolution, Scope, resolve
from l1kernel.language.source import Source

BUILTINS = ("print", "sum", "len")


def resolved(text: str, globals_: tuple[str, ...] = ()) -> Resolution:
    source = Source(text, "cell", "cell 1")
    return resolve(parse(source), globals_, BUILTINS, source=source)


def scope_of(found: Resolution, name: str) -> Scope:
    return next(scope for scope in found.scopes.values() if scope.function and scope.function.name == name)


@pytest.mark.parametrize(
    ("text", "globals_", "name", "kind"),
    [
        ("function f(a) { return a }", (), "a", Kind.LOCAL),
        ("function f() { let a = 1 }", ("a",), "a", Kind.LOCAL),
        ("function f() { a = 1 }", (), "a", Kind.LOCAL),
        ("function f() { a = 1 }", ("a",), "a", Kind.GLOBAL),
        ("function f() { a = 1 }\nlet a = 2", (), "a", Kind.GLOBAL),
        ("function f() { for a in 3 { } }", ("a",), "a", Kind.LOCAL),
        ("function f() { for (let a = 0; a < 1; a = a + 1) { } }", ("a",), "a", Kind.LOCAL),
        ("function f() { try { } catch (a) { } }", ("a",), "a", Kind.LOCAL),
        ("function f() { function a() { } }", ("a",), "a", Kind.LOCAL),
        ("function f() { let [a, b] = [1, 2] }", ("a",), "a", Kind.LOCAL),
        ("function f() { return sum([1]) }", (), "sum", Kind.BUILTIN),
        ("function f() { return sum([1]) }", ("sum",), "sum", Kind.GLOBAL),
        ("function f() { sum = 1 }", (), "sum", Kind.LOCAL),
        ("function f() { return nowhere }", (), "nowhere", Kind.GLOBAL),
        ("function g(a) { function f() { a = 2 } }", ("a",), "a", Kind.CAPTURED),
        ("function g() { a = 1; function f() { a = 2 } }", (), "a", Kind.CAPTURED),
        ("function g() { function f() { a = 2 }\nlet a = 1 }", (), "a", Kind.CAPTURED),
    ],
)
def test_kind(text: str, globals_: tuple[str, ...], name: str, kind: Kind) -> None:
    found = resolved(text, globals_)
    assert found.kind(name, scope_of(found, "f")) is kind


def test_a_function_knows_what_it_takes_from_outside_and_what_it_rebinds() -> None:
    found = resolved("let t = 0\nlet c = 1\nfunction f(x) { t = t + x; return y => y + c + len([x]) }")
    scope = scope_of(found, "f")
    assert scope.free == {"t", "c", "len"}
    assert scope.rebound_globals == {"t"}


def test_a_cell_knows_the_globals_it_reads_and_writes() -> None:
    found = resolved("let a = b\nfunction f() { g = c }", ("b", "c", "g"))
    assert found.reads >= {"b", "c"}
    assert found.writes == {"a", "f", "g"}


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("return 1", "'return' outside a function", 1),
        ("break", "'break' outside a loop", 1),
        ("for i in 3 { fn() { continue } }", "'continue' outside a loop", 21),
        ("throw", "Nothing to throw here", 1),
        ("print(end = 1, end = 2)", "The argument 'end' is given twice", 16),
        ("for a, a in [] { }", "The loop variable 'a' is given twice", 8),
    ],
)
def test_what_stands_in_the_wrong_place_is_a_syntax_error(text: str, message: str, column: int) -> None:
    with pytest.raises(L1SyntaxError) as caught:
        resolved(text)
    assert caught.value.message == message
    assert caught.value.location is not None
    assert caught.value.location.column == column
