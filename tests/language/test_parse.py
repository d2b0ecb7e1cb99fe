"""What a text parses to: two texts that must mean the same are compared, spans aside."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.parse import parse
from l1kernel.language.source import Source, read_source


def program(text: str) -> nodes.Program:
    return parse(Source(text, "cell", "cell 1"))


def failure(text: str) -> L1SyntaxError | None:
    try:
        program(text)
    except L1SyntaxError as error:
        return error
    return None


def shape(node: Any) -> Any:
    """A node as nested tuples, without its places."""
    if is_dataclass(node):
        inner = (shape(getattr(node, f.name)) for f in fields(node) if f.name not in ("span", "name_span", "warnings"))
        return (type(node).__name__, *inner)
    return tuple(map(shape, node)) if isinstance(node, tuple) else node


def expression(text: str) -> Any:
    (statement,) = program(text).statements
    assert isinstance(statement, nodes.ExpressionStatement)
    return statement.value


SAME = {
    "colon and brace if": (
        "if a: x elif b: y else: z end",
        "if a { x } elif b { y } else { z }",
        "if a { x } else if (b) { y } else { z }",
        "if (a)\n: x\nelse if b:\ny\nelse:\nz\nend",
        "if (a) x\nelse if (b) y\nelse z",
        "if (a) x; else if (b) y; else z",
    ),
    "blocks inside each other": (
        "if p: if q { x } else { y } else: z end",
        "if p { if q: x else: y end } else { z }",
        "if p { if (q) x else y } else { z }",
    ),
    "a header over lines": (
        "if p: x elif q and r: y end",
        "if p: x\nelif q and\n r: y end",
        "if p: x elif q\n and r: y end",
    ),
    "a colon on the next line": (
        "if p: x else: y end",
        "if p: x\nelse\n: y end",
        "if p\n:\nx\nelse # why\n\n  :\ny\nend",
    ),
    "a finally with its colon on the next line": ("try: x finally: y end", "try: x\nfinally\n  : y end"),
    "a dictionary in a header": (
        "if p: x elif ({a: 1}).a == 1: y end",
        "if p: x elif {a: 1}.a == 1: y end",
        "if p: x\nelse if {a: 1}.a == 1: y end",
    ),
    "a dictionary behind a word": (
        "if p: x elif q or ({}): y end",
        "if p: x elif q or {}: y end",
        "if p { x } elif q or {} { y }",
    ),
    "an else of its own style": ("if p: if q { x } else: z end", "if p { if q { x } } else { z }"),
    "an elif of its own style": ("if p: if q { x } elif r: z end", "if p { if q { x } } elif r { z }"),
    "an else behind a statement": ("if p: if (q) x else: z end", "if p { if (q) x } else { z }"),
    "for": ("for v in xs { f }", "for (v in xs): f end", "for (v in xs) { f }", "for v in xs:\n  f\n}"),
    "for of two": ("for k, v in d { f }", "for (k, v) in d: f end", "for (k, v in d) { f }"),
    "while": ("while x < 1 { f }", "while (x < 1): f end"),
    "loop": ("loop { f }", "loop: f end", "while true { f }"),
    "try": (
        "try { f } catch (e) { g } finally { h }",
        "try: f catch e: g finally: h end",
        "try { f }\ncatch (e) { g }\nfinally { h }",
    ),
    "typed catch": ("try { f } catch (KeyError) { g }", "try: f catch KeyError: g end"),
    "throw": ('throw E("x")', 'raise E("x")'),
    "functions": ("function f(a) { return a }", "fn f(a): return a end", "fn f(a) => a"),
    "anonymous": (
        "g = function(x) { return x }",
        "g = fn(x) => x",
        "g = x => x",
        "g = (x) => x",
        "g = x => { return x }",
    ),
    "statements on a line": ("let a; let b; let c", "let a\nlet b\nlet c", ";let a\n\n;let b;;\nlet c"),
    "after a block": ("if a { x } print(1)", "if a: x end print(1)", "if a { x }\nprint(1)"),
    "words and signs": ("a and b or not c", "a && b || !c"),
    "ternary": ("c ? a : b", "a if c else b"),
    "let": ("let a, b = xs", "let [a, b] = xs"),
    "return of a list": ("function f() { return a, b }", "function f() { return [a, b] }"),
    "assign": ("a, b = b, a", "[a, b] = [b, a]"),
    "continued lines": (
        "x = a + b * (c)\n",
        "x = a +\n b\n * (\n c\n )",
        "x =\n a + # why\n // more\n\n b /* and\n more */ * (c)",
    ),
    "continued chain": ("xs.map(f).filter(g)", "xs\n  .map(f) # first\n\n  // then\n  .filter(g)"),
    "comments": ("x = 1", "x = 1 # one", "x = 1 // a note", "/* a */ x /* b\n c */ = /**/ 1", "# £€😀\nx = 1"),
    "slices": ("a[1:2]", "a[1 : 2]", "a[\n1:\n2]"),
    "keys": ('{"a": 1, "if": 2}', "{a: 1, if: 2}", "{\n a: 1,\n if: 2,\n}"),
    "numbers": ("x = [1000, 255, 5, 15]", "x = [1_000, 0xff, 0b101, 0o17]"),
    "strings": ('"a\'b"', "'a\\'b'", '"\\x61\\u{27}b"', '"a\\u0027b"', '"a\\\n\'b"'),
    "functions in brackets": (
        "f(function(x) { let y = x; return y }, 1)",
        "f(function(x):\n let y = x\n return y\nend,\n 1)",
        "f(\n x => {\n let y = x\n\n return y\n },\n 1)",
    ),
    "signs at the front": ("-x ** 2", "-(x ** 2)"),
    "powers": ("2 ** 3 ** -1", "2 ** (3 ** (-1))"),
    "precedence": ("a or b and not c == d + e * -f ** g", "(a or (b and (not (c == (d + (e * (-(f ** g))))))))"),
    "ranges": ("1..n + 1", "1..(n + 1)"),
    "left to right": ("a - b - c", "(a - b) - c"),
    "ternaries": ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
    "arrow bodies": ("x => x > 1 ? 2 : 3", "x => (x > 1 ? 2 : 3)", "(x) => (x > 1 ? 2 : 3)"),
}


@pytest.mark.parametrize("texts", SAME.values(), ids=SAME.keys())
def test_texts_that_mean_the_same(texts: tuple[str, ...]) -> None:
    first, *others = (shape(program(text).statements) for text in texts)
    for text, other in zip(texts[1:], others, strict=True):
        assert other == first, text


DIFFERENT = [
    ("a - b - c", "a - (b - c)"),
    ("not a in b", "(not a) in b"),
    ("{a: 1}", "{(a): 1}"),
    ("x => {}", "x => ({})"),
    ("a < b < c", "(a < b) < c"),
    ("xs[i, j]", "xs[i][j]"),
    ("a\n- b", "a - b"),
    ("f(a = 1)", "f(a == 1)"),
    ("1..3", "1..=3"),
    ("-2 ** 2", "(-2) ** 2"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_texts_that_mean_different_things(one: str, other: str) -> None:
    assert shape(program(one).statements) != shape(program(other).statements)


def test_braces_after_an_arrow_are_a_block_unless_a_key_and_a_colon_follow() -> None:
    for text in ("x => { a: 1 }", 'x => {"a": 1}', "x => { (a): 1 }", "x => {\n 1: 2}"):
        body = expression(text).body[0]
        assert isinstance(body.value, nodes.DictionaryLiteral), text
    assert isinstance(expression("x => { a }").body[0], nodes.ExpressionStatement)
    assert expression("x => {}").body == ()


def test_reserved_words_are_names_after_a_dot_as_arguments_and_as_keys() -> None:
    words = "let const function fn return if else elif while for in loop break continue and or not true false null"
    words += " try catch finally throw raise as import from end"
    for word in words.split():
        assert expression(f"x.{word}").name == word
        assert expression(f"f({word}=1)").arguments[0].name == word
        assert expression(f"f(2, {word} = 1)").arguments[1].name == word
        assert expression(f"{{{word}: 1, b: 2}}").entries[0][0].value == word


def test_end_is_a_name_where_only_an_operand_or_a_name_can_stand() -> None:
    text = "let end = time()\nx = x - end\nf(a, end, [end], end=end)\nfunction f(start, end) { return end - start }"
    assert len(program(text).statements) == 4
    assert shape(program("if a: x = end - 1 end").statements) == shape(program("if a { x = end - 1 }").statements)


def test_words_that_other_languages_reserve_are_names() -> None:
    for word in [
        "match",
        "async",
        "await",
        "class",
        "struct",
        "enum",
        "interface",
        "macro",
        "use",
        "switch",
        "do",
        "def",
        "var",
        "project",
        "new",
        "is",
        "then",
    ]:
        program(f"{word} = 1\nprint({word})\nlet {word} = {word} + 1")


def test_numbers() -> None:
    values = [number.value for number in expression("[1, 1_000, 0xFF, 0b11, 3.14, 1e-9, 2.5e3, 007]").items]
    assert values == [1, 1000, 255, 3, 3.14, 1e-9, 2500.0, 7]
    assert [type(value) for value in values] == [int, int, int, int, float, float, float, int]
    digits = "7" * 9_000
    assert expression(digits).value % 10**40 == int("7" * 40)


def test_a_string_may_run_over_lines_and_has_escapes() -> None:
    text = expression('"a\nb\\n\\t\\r\\\\\\"\\\'\\0\\x41\\u{1F600}\\u{e9}"').value
    assert text == "a\nb\n\t\r\\\"'\0A😀é"


def test_fstrings_hold_any_expression_and_keep_places_of_the_file() -> None:
    value = expression("""f"a{{b}}{d["k"]}{x + 1:>{width}.2f}{f"{y}"}c\\u{41}\\n{ {a: "}"} }" """)
    kinds = [type(part).__name__ for part in value.parts]
    assert kinds == ["str", "FormattedValue", "FormattedValue", "FormattedValue", "str", "FormattedValue"]
    assert value.parts[0] == "a{b}"
    assert value.parts[4] == "cA\n"
    padded = value.parts[2]
    assert [part if isinstance(part, str) else shape(part.value) for part in padded.format] == [
        ">",
        ("Name", "width"),
        ".2f",
    ]
    assert padded.value.right.span.column == 22


def test_fstrings_may_run_over_lines() -> None:
    (statement,) = program('let s = f"""\n'.replace('"""', '"') + '{x}\n{\n  y\n}"').statements
    parts = statement.value.parts  # type: ignore[attr-defined]
    assert [part if isinstance(part, str) else part.value.span.line for part in parts] == ["\n", 2, "\n", 4]


def test_spans() -> None:
    text = 'let x = 1\nif (a) {\n    f(b.c, "é😀", [d])\n}\nlet g = (p, q = 2) => p'
    let, branch, arrow = program(text).statements
    assert text[let.span.start : let.span.end] == "let x = 1"
    assert text[branch.span.start : branch.span.end] == text[10:-24]
    call = branch.branches[0].body[0].value  # type: ignore[attr-defined]
    assert (call.span.line, call.span.column, call.span.end_line, call.span.end_column) == (3, 5, 3, 22)
    assert text[call.arguments[0].value.name_span.start] == "c"
    assert [(a.span.column, a.span.end_column) for a in call.arguments] == [(7, 10), (12, 16), (18, 21)]
    function = arrow.value  # type: ignore[attr-defined]
    assert text[function.span.start : function.span.end] == "(p, q = 2) => p"


def test_parentheses_belong_to_the_span_of_what_they_hold() -> None:
    value = expression("(a + b) * c")
    assert (value.left.span.column, value.left.span.end_column) == (1, 8)


def test_a_semicolon_hides_an_expression() -> None:
    assert [statement.hidden for statement in program("a; b\nc;").statements] == [True, False, True]  # type: ignore[attr-defined]


def test_a_file_may_have_a_byte_order_mark_and_any_line_ends() -> None:
    source = read_source('\ufeffx = 1\r\ny = "a\r\nb"\r'.encode(), "f", "f")
    assert source.text == 'x = 1\ny = "a\nb"\n'
    assert len(parse(source).statements) == 2


CAUTIONS = [
    ("7 // 2", ["// begins a comment; to divide without remainder, write div(7, 2)"]),
    (
        "x = f(a, b)[1].c // 10 ",
        ["// begins a comment; to divide without remainder, write div(f(a, b)[1].c, 10)"],
    ),
    ("x = a + total //2", ["// begins a comment; to divide without remainder, write div(total, 2)"]),
    ("7; // 2", []),
    ("7 // 2 of them", []),
    ("// 2\n7\n// 3", []),
    ('"7 // 2"', []),
    (
        "x = 1\n+ 2",
        ["This line begins with '+' and does not continue line 1: to continue it, put the '+' at the end of line 1"],
    ),
    (
        "if a:\n    f(x)\n    # a comment\n    - y\nend",
        ["This line begins with '-' and does not continue line 2: to continue it, put the '-' at the end of line 2"],
    ),
    ("if a { x }\n-y", []),
    ("x = 1; -y", []),
    (
        "for i in 3:\n    print(i)\n}",
        ["The '}' in line 3 closes the 'for' that line 1 opened with ':'; write end in its place"],
    ),
    (
        "if a:\n  x\nelse:\n  y\n}",
        ["The '}' in line 5 closes the 'if' that line 1 opened with ':'; write end in its place"],
    ),
]


@pytest.mark.parametrize(("text", "messages"), CAUTIONS)
def test_warnings(text: str, messages: list[str]) -> None:
    assert [caution.message for caution in program(text).warnings] == messages


DEEP = {
    "brackets": "x = " + "[" * 5_000 + "]" * 5_000,
    "parentheses": "x = " + "(" * 5_000,
    "blocks": "if a { " * 1_000,
    "colon blocks": "if a: " * 1_000,
    "dictionaries": "x = " + "{a: " * 1_000,
    "signs": "x = " + "- " * 100_000 + "1",
    "powers": "x = " + "2 ** " * 100_000 + "1",
    "arrows": "f = " + "x => " * 100_000 + "1",
    "ternaries": "f = " + "a ? b : " * 100_000 + "1",
    "f-strings": "x = " + 'f"{' * 1_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_text_nested_too_deep_is_an_error_of_l1(text: str) -> None:
    with pytest.raises(L1SyntaxError) as caught:
        program(text)
    assert caught.value.message == "Too many brackets or blocks inside each other"
    assert caught.value.location is not None


def test_a_hundred_brackets_are_not_too_deep() -> None:
    program("x = " + "[" * 150 + "1" + "]" * 150)


LONG = {
    "string": 'x = "' + "a" * 10**7 + '"',
    "comment": "#" * 10**7,
    "lines": "\n" * 10**7,
    "blanks": " " * 10**7,
    "open string": 'x = "' + "a" * 10**7,
    "open comment": "/*" + " " * 10**7,
    "digits": "1" * 10**7,
    "name": "x = " + "a" * 10**7,
    "brackets": "f((1), " + "(1), " * 20_000 + "1)",
    "chain": "if a { }" + " elif a { }" * 5_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_long_texts_take_time_in_proportion(text: str) -> None:
    error = failure(text)
    assert error is None or error.location is not None


PIECES = """
if else elif for while in loop { } : end ( ) [ ] function fn => return let x y 1 'a' " f" . .. , ; + - = == # // /*
*/ not and catch try finally throw ? ! import project const break \\ “ é f'{ }' 0 from ** as %
"""
WORDS = ["\n", *PIECES.split()]


@settings(max_examples=400, deadline=None, database=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)))
def test_any_text_is_a_program_or_a_syntax_error_with_its_place(text: str) -> None:
    error = failure(text)
    if error is not None:
        assert error.location is not None
        assert error.message
        assert 1 <= error.location.line <= text.count("\n") + 1
        assert 1 <= error.location.column <= len(error.location.text) + 1
