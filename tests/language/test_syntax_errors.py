"""What a reader sees for a text that is not L1: message, place and hint, to the letter."""

from __future__ import annotations

import pytest

from l1kernel.errors import L1SyntaxError
from l1kernel.language.parse import parse
from l1kernel.language.source import Source

# text; message; line, column; hint (None: any)
CASES: list[tuple[str, str, tuple[int, int], str | None]] = [
    # brackets, behind the last token of the line that opened them
    ('print("Hello World"', "Expected ')'", (1, 20), "the '(' in line 1, column 6 is still open"),
    ('print("a"\nprint("b")\n', "Expected ')'", (1, 10), None),
    ("xs = [1, 2   # two\nlet y = 3", "Expected ']'", (1, 11), None),
    ("d = {a: 1\nd = 5", "Expected '}'", (1, 10), None),
    ("f(g(1)\nif x: y end", "Expected ')'", (1, 7), None),
    ("x = (1 +\n  2\nprint(x)", "Expected ')'", (1, 9), None),
    ("(1, 2]", "Expected ')' before ']'", (1, 6), "the '(' in line 1, column 1 is still open"),
    ("while (x < 3 {\n}", "Expected ')' before '{'", (1, 14), "the '(' in line 1, column 7 is still open"),
    ("if (x > 1:\n  y\nend", "Expected ')' before ':'", (1, 10), "the '(' in line 1, column 4 is still open"),
    ("f(a b)", "Expected ',' or ')' before 'b'", (1, 5), "a comma stands between two values"),
    ("f(\n  a\n  b\n)", "Expected ',' or ')' before 'b'", (3, 3), None),
    ("[1 2]", "Two numbers side by side", (1, 4), None),
    (
        "print(7 // 2)",
        "Expected ')'",
        (1, 8),
        "// begins a comment that takes the rest of the line; to divide without remainder, write div(a, b)",
    ),
    ("x = )", "')' closes nothing: no bracket is open", (1, 5), None),
    # strings and comments
    ('x = "abc', 'Expected " at the end of the String that begins here', (1, 5), 'a String ends with "'),
    ("print('abc)", "Expected ' at the end of the String that begins here", (1, 7), "a String ends with '"),
    (
        'print("abc)\nprint("def")',
        "Expected ',' or ')' before 'def'",
        (2, 8),
        "the String that began in line 1 ends in line 2: was its closing quote forgotten?",
    ),
    ('f"abc', 'Expected " at the end of the String that begins here', (1, 1), None),
    ('f"{x"', "Expected '}' before the end of the f-string", (1, 5), None),
    ('f"a}"', "A single '}' in an f-string", (1, 4), "write }} for a brace"),
    ('f"{}"', "Expected a value before '}'", (1, 4), None),
    ('"""abc"""', "L1 has no triple quotes", (1, 3), "a String in single or double quotes may run over lines"),
    ('"a" "b"', "Two Strings side by side", (1, 5), None),
    ('"\\q"', "Unknown escape '\\q' in a string", (1, 2), "for a backslash in a string write two: \\\\"),
    ('f"a\\q"', "Unknown escape '\\q' in a string", (1, 4), None),
    ('"\\xZ"', "'\\x' is not a whole escape", (1, 2), None),
    ('"\\u{D800}"', "'\\u{D800}' is no character", (1, 2), None),
    ("x = 1 /* abc\n", "Expected */ at the end of the comment that begins here", (1, 7), None),
    # blocks
    (
        "for i in 3:\n    print(i)\n",
        "Missing 'end' for the 'for' that line 1 opened",
        (2, 13),
        "indentation does not close a block",
    ),
    ("x = 1\nif a {\n  b", "Missing '}' for the 'if' that line 2 opened", (3, 4), None),
    ("if a:\n  b\nelse:\n  c", "Missing 'end' for the 'if' that line 1 opened", (4, 4), None),
    ("function f():\n  if a: b\nend", "Missing 'end' for the 'if' that line 2 opened", (2, 10), None),
    ("print(1) }", "'}' closes nothing: no block or dictionary is open", (1, 10), None),
    ("print(1)\nend", "'end' closes nothing: no block is open", (2, 1), None),
    ("if a: b end end", "'end' closes nothing: no block is open", (1, 13), None),
    ("end = 5", "'end' closes nothing: no block is open", (1, 1), None),
    (
        "for i in 3:\n  if x {\n    y\nend",
        "'end' cannot close the 'if' that line 2 opened with '{'",
        (4, 1),
        "close it with }",
    ),
    ("if x { y end", "'end' cannot close the 'if' that line 1 opened with '{'", (1, 10), "close it with }"),
    ("if x\n  print(1)\nend", "Expected ':' or '{' after this 'if'", (1, 5), None),
    ("while x\n{\n}", "The '{' must stand on the line of its 'while'", (2, 1), "move it to the end of line 1"),
    ("function f(a)\n{ }", "The '{' must stand on the line of its 'function'", (2, 1), None),
    ("if x == 1 print(2)", "Expected ':' or '{' before 'print'", (1, 11), None),
    ("else { }", "'else' belongs to no 'if'", (1, 1), None),
    ("catch (e) { }", "'catch' belongs to no 'try'", (1, 1), None),
    ("elif x: y end", "'elif' belongs to no 'if'", (1, 1), None),
    ("if x { }\nelse:\n  y\nend", "'else' with ':' cannot continue the 'if' in braces", (2, 1), "write else { ... }"),
    (
        "if x:\n  y\nelse {\n}",
        "'else' with '{' cannot continue the 'if' that line 1 opened with ':'",
        (3, 1),
        "write else: and close the whole with end",
    ),
    ("try { x }", "Expected 'catch' or 'finally' after this 'try'", (1, 1), None),
    ("for i { }", "Expected 'in' before '{'", (1, 7), None),
    # '=' and its likes
    ("if x = 5 { }", "'=' stores a value and cannot stand in a condition", (1, 6), "to compare, write =="),
    ("while x = 5: end", "'=' stores a value and cannot stand in a condition", (1, 9), "to compare, write =="),
    ("if (x = 5) { }", "'=' stores a value and cannot stand in an expression", (1, 7), "to compare, write =="),
    ("let x == 5", "Expected '=' before '=='", (1, 7), "= stores a value, == compares two"),
    ("1 + 2 = 3", "Cannot assign to an expression", (1, 1), None),
    ("f(x) = 3", "Cannot assign to the result of a call", (1, 1), None),
    ("5 = x", "Cannot assign to a value", (1, 1), None),
    ("a = b = 3", "A second '=' in one statement", (1, 7), "store one after the other: b = 3, then a = b"),
    ("let a = 1, b = 2", "One '=' for one 'let'", (1, 14), "write a 'let' for each variable"),
    ("d = {a = 1}", "Expected ':' after the key", (1, 8), None),
    ("for i = 1 to 10 { }", "Expected 'in' before '='", (1, 7), "write for i in 1..=10"),
    # words and values
    (
        "x = 1 y = 2",
        "Expected the end of the statement before 'y'",
        (1, 7),
        "write each statement on a line of its own",
    ),
    ("x = ", "Expected a value after '='", (1, 4), None),
    ("let for = 5", "'for' is a word of L1 and cannot be a name", (1, 5), "choose another name: for_"),
    ("x = if", "Expected a value, found 'if'", (1, 5), "a choice between values is written condition ? a : b"),
    ("let 5 = x", "Expected a name, found '5'", (1, 5), None),
    ("12abc", "A name cannot begin with a digit: '12abc'", (1, 1), "to multiply, write 12 * abc"),
    ("x = 1__0", "'1__0' is no number", (1, 5), None),
    ("x = .5", "A number begins with a digit", (1, 5), "write 0.5"),
    ("x = 5.", "Expected a digit after the point", (1, 7), "write 5.0"),
    ("x = 10 000", "Two numbers side by side", (1, 8), "the digits of one number stand together: 10_000"),
    ("x.", "Expected a member's name, found the end of the text", (1, 3), None),
    ("function f(a, a) { }", "Two parameters are called 'a'", (1, 15), None),
    ("(a, 1) => a", "Expected a parameter's name before '=>', found a value", (1, 5), "like this: (a, b) => a + b"),
    ("a ? b", "Expected ':' before the end of the text", (1, 6), "write condition ? a : b"),
    ("x = 1 if c", "Expected 'else' before the end of the text", (1, 11), "write a if condition else b"),
    ('project "X" { a: 1 }', "Expected 'name = value' before 'a'", (1, 15), None),
    # from Python
    (
        "def f(x):\n  return 1",
        "L1 has no 'def'",
        (1, 1),
        "write function: function f(x) { ... } or function f(x): ... end",
    ),
    ("print x", "'print' needs parentheses", (1, 7), "write print(x)"),
    ('print "hello"', "'print' needs parentheses", (1, 7), 'write print("hello")'),
    ("x is null", "L1 has no 'is' between values", (1, 3), "write =="),
    ("f(lambda x: x + 1)", "L1 has no 'lambda'", (1, 3), "write x => x + 1"),
    ("[x for x in xs]", "L1 has no comprehensions", (1, 4), None),
    ("f(*args)", "L1 has no '*' before an argument or a parameter", (1, 3), None),
    ("(1, 2)", "L1 has no tuples", (1, 1), "write a list: [1, 2]"),
    ("x = {1, 2}", "Expected ':' after the key, before ','", (1, 7), "L1 has no sets: a list is [1, 2]"),
    ("import numpy as np", "L1 cannot import 'numpy': it reaches the host only through its own library", (1, 8), None),
    ("from math import sin", "L1 cannot import 'math': it reaches the host only through its own library", (1, 6), None),
    ("except E:", "L1 has no 'except'", (1, 1), "write catch: try { ... } catch (e) { ... }"),
    (
        "@cached\nfunction f() { }",
        "'@' is no sign of L1",
        (1, 1),
        "L1 has no decorators: wrap the function in a call, f = wrap(f)",
    ),
    # from JavaScript
    ("var x = 5", "L1 has no 'var'", (1, 1), "write let: let x = 5"),
    ("if x === 3 { }", "L1 has no '==='", (1, 6), "compare with =="),
    ("x !== 3", "L1 has no '!=='", (1, 3), "compare with !="),
    ("i++", "L1 has no '++'", (1, 2), "write i += 1"),
    ("i++\nprint(i)", "L1 has no '++'", (1, 2), "write i += 1"),
    ("--i", "L1 has no '--'", (1, 1), "write i -= 1"),
    ("for (let i = 0; i < 3; i++) { }", "L1 has no '++'", (1, 25), "write i += 1"),
    ("for (let x in xs) { }", "A 'for' declares its variable without 'let'", (1, 6), "write for (x in ...)"),
    ("for x of xs { }", "L1 has no 'of' between values", (1, 7), "write in"),
    ("console.log(`a`)", "'`' is no sign of L1", (1, 13), 'text with a value in it is f"...{x}..."'),
    ("throw new Error(1)", "L1 has no 'new'", (1, 7), "leave it out"),
    ("x = y ?? z", "L1 has no '??'", (1, 7), None),
    ("a & b", "'&' is no sign of L1", (1, 3), "write and"),
    (
        "let s = 'it's'",
        "The String ended before 's'",
        (1, 13),
        "a ' inside it is written \\', or the String stands in the other quotes",
    ),
    ("let 1x = 5", "A name cannot begin with a digit", (1, 5), None),
    ("if (x) let y = 5", "'let' needs a block here", (1, 8), "write if (...) { ... }"),
    ("and x", "Expected a value before 'and'", (1, 1), "'and' stands between two values"),
    ("{ print(1) }", "A '{' where a statement begins opens a dictionary, not a block", (1, 12), None),
    (
        "if (a) {\n  for i in 3:\n    print(i)\n}",
        "Missing '}' for the 'if' that line 1 opened",
        (4, 2),
        "the } in line 4 closed the 'for' of line 2: write end for it",
    ),
    ("if a:\n  b\nelse:\n  c\nelse:\n  d\nend", "A second 'else' for the 'if' of line 1", (5, 1), None),
    ('f"{x!r}"', "Expected '}' before '!'", (1, 5), "a format is written behind a colon: {x:.2f}"),
    ("const x", "Expected '=' before the end of the text", (1, 8), "a const has a value: const x = 5"),
    # characters that only look right
    ("let s = “abc”", "'“' (U+201C) only looks like '\"'", (1, 9), 'write "'),
    ("x = ‘a’", "'‘' (U+2018) only looks like '''", (1, 5), "write '"),
    ("x = 5 − 3", "'−' (U+2212) only looks like '-'", (1, 7), "write -"),
    ("f（1）", "'（' (U+FF08) only looks like '('", (1, 2), "write ("),
    ("x ＝ 1", "'＝' (U+FF1D) only looks like '='", (1, 3), "write ="),
    ("x\u00a0= 1", "A blank that is none of L1 (U+00A0)", (1, 2), "replace it with an ordinary blank"),
    ("x = 1\u200b", "A blank that is none of L1 (U+200B)", (1, 6), "replace it with an ordinary blank"),
    ("x = 5 § 3", "'§' (U+00A7) is no sign of L1", (1, 7), None),
]


def syntax_error(text: str) -> L1SyntaxError:
    with pytest.raises(L1SyntaxError) as caught:
        parse(Source(text, "cell", "cell 1"))
    return caught.value


@pytest.mark.parametrize(("text", "message", "place", "hint"), CASES, ids=[case[0] for case in CASES])
def test_message_place_and_hint(text: str, message: str, place: tuple[int, int], hint: str | None) -> None:
    error = syntax_error(text)
    assert error.location is not None
    assert (error.message, (error.location.line, error.location.column)) == (message, place)
    assert error.hint
    assert hint in (None, error.hint)


@pytest.mark.parametrize("text", [case[0] for case in CASES])
def test_edits_stand_in_order_within_the_text(text: str) -> None:
    for fix in syntax_error(text).fixes:
        places = [place for edit in fix for place in (edit.start, edit.end)]
        assert places == sorted(places)
        assert 0 <= places[0] <= places[-1] <= len(text)
        assert any(text[edit.start : edit.end] != edit.text for edit in fix)


NOT_IN_L1 = [
    "match x { 1 => 2 }",
    "match x:\n  case 1: y\nend",
    "async function f() { }",
    "await f()",
    "x = await f()",
    "class Dog { }",
    "class Dog:\n  end",
    "struct Point { x: int }",
    "enum Colour { RED }",
    "interface Shape { }",
    "macro m() { }",
    "use math",
    "switch (x) { case 1: y }",
    "do { x } while (y)",
]


@pytest.mark.parametrize("text", NOT_IN_L1)
def test_words_that_are_not_in_l1_are_named_with_the_l1_way(text: str) -> None:
    error = syntax_error(text)
    (word,) = [word for word in text.replace("=", " ").split() if f"L1 has no '{word}'" == error.message]
    assert error.location is not None
    assert error.location.text[error.location.column - 1 :].startswith(word)
    assert error.hint


def test_nothing_but_the_first_error_is_reported_and_it_shows_its_line() -> None:
    error = syntax_error("let a = 1\nlet b = = 2\nlet c = = 3")
    assert error.location is not None
    assert (error.location.source, error.location.text, error.location.line) == ("cell 1", "let b = = 2", 2)
