"""Colours for L1 in notebooks' HTML pages: a lexer for Pygments, which finds it by the entry point ``l1``."""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import RegexLexer, include, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from l1kernel.language.grammar import keywords

_CONSTANTS = ("true", "false", "null")
_DECLARATIONS = ("let", "const", "function", "fn")


def _of_kind(listed: tuple[str, ...]) -> words:
    """Whole words, but not after a dot, where each of them is an ordinary name."""
    return words(listed, prefix=r"(?<!\.)\b", suffix=r"\b")


class L1Lexer(RegexLexer):  # type: ignore[misc]
    name = "L1"
    aliases: ClassVar[list[str]] = ["l1"]
    filenames: ClassVar[list[str]] = ["*.l1"]
    mimetypes: ClassVar[list[str]] = ["text/x-l1"]

    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (r"\s+", Whitespace),
            (r"(#|//).*", Comment.Single),
            (r"/\*[\s\S]*?(\*/|\Z)", Comment.Multiline),
            (r'f"', String, "f-double"),
            (r"f'", String, "f-single"),
            (r'"(\\.|[^"\\])*("|\Z)', String),
            (r"'(\\.|[^'\\])*('|\Z)", String),
            (r"0[xX][0-9a-fA-F_]+|0[bB][01_]+", Number),
            (r"\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?", Number),
            (_of_kind(_CONSTANTS), Keyword.Constant),
            (_of_kind(_DECLARATIONS), Keyword.Declaration),
            (_of_kind(tuple(keywords())), Keyword),
            (r"[^\W\d]\w*(?=\()", Name.Function),
            (r"[^\W\d]\w*", Name),
            (r"[(){}\[\],;]", Punctuation),
            (r"[-+*/%=<>!&|?:.]", Operator),
        ],
        "f-double": [(r'"', String, "#pop"), (r'[^"\\{}]+', String), include("f-text")],
        "f-single": [(r"'", String, "#pop"), (r"[^'\\{}]+", String), include("f-text")],
        "f-text": [
            (r"\\[\s\S]|\{\{|\}\}", String.Escape),
            (r"\{", String.Interpol, "interpolation"),
            (r"[\s\S]", String),
        ],
        "interpolation": [(r"\}", String.Interpol, "#pop"), (r"\{", Punctuation, "#push"), include("root")],
    }
