"""Colours in HTML pages."""

from __future__ import annotations

from pygments.token import Comment, Error, Keyword, Name, Number, String

from l1kernel.language.highlight import L1Lexer

PROGRAM = """\
# hash, // not twice
let xs = [1, 0xff, 2.5e-3]  // slashes
/* over
   lines */
function f(a, b = "x\\"y"): return f'{a}' end
if xs.end > 1 && !false { print(f(1)) } else { throw E("no") }
"""


def kinds(text: str) -> list[tuple[object, str]]:
    return [(kind, piece) for kind, piece in L1Lexer().get_tokens(text) if piece.strip()]


def test_the_pieces_make_up_the_text_and_none_is_an_error() -> None:
    assert "".join(piece for _, piece in L1Lexer().get_tokens(PROGRAM)) == PROGRAM
    assert not [piece for kind, piece in kinds(PROGRAM) if kind in Error]


def test_each_kind_is_told_apart() -> None:
    found = kinds(PROGRAM)
    assert (Comment.Single, "# hash, // not twice") in found
    assert (Comment.Multiline, "/* over\n   lines */") in found
    assert (Number, "0xff") in found
    assert (String, '"x\\"y"') in found
    assert (Keyword.Declaration, "function") in found
    assert (Keyword, "throw") in found
    assert (Name, "end") in found
    assert (Keyword, "end") in found


def test_an_expression_in_an_f_string_is_coloured_as_code() -> None:
    text = """f"{sum(day["late"])} of {{all}}" + 'x'"""
    tokens = [(str(kind), value) for kind, value in L1Lexer().get_tokens(text) if value.strip()]
    assert ("Token.Name.Function", "sum") in tokens
    assert ("Token.Literal.String", '"late"') in tokens
    assert tokens[-1] == ("Token.Literal.String", "'x'")
