"""Source text to a program of nodes, or to the reason why it is none; and whether a text is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Literal, NamedTuple

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.builder import Builder
from l1kernel.language.grammar import load_tables
from l1kernel.language.lalr import Grammar, Parsed, Parser, Token, Unexpected
from l1kernel.language.newlines import TooDeep
from l1kernel.language.source import Source, read_source


def parse(source: Source) -> nodes.Program:
    """The program that a text is. Raises L1SyntaxError, with its location."""
    builder = Builder(source)
    try:
        parsed = _parser().run(source.text, builder, builder.newlines)
    except Unexpected as unexpected:
        from l1kernel.language import syntax_errors  # loaded when the first text needs it

        raise syntax_errors.explain(unexpected, source, _parser().grammar) from None
    except TooDeep as deep:
        deep.location = source.location(source.span(deep.offset, deep.offset + 1))
        raise
    program: nodes.Program = parsed.value
    return replace(program, warnings=_cautions(parsed, builder))


class ParseResult(NamedTuple):
    """``program`` is None where the text is none; ``errors`` stand in order of place."""

    program: nodes.Program | None
    errors: list[L1SyntaxError]
    warnings: tuple[nodes.Caution, ...]


def parse_all(source: Source) -> ParseResult:
    """A program with all that is wrong with it: errors that are there only because of earlier ones are left out.

    The first error is the one that ``parse`` raises or, where the text parses, ``resolve``.
    """
    from l1kernel.language.recovery import syntax_errors_of
    from l1kernel.language.resolve import misplaced

    try:
        program = parse(source)
    except L1SyntaxError as first:
        return ParseResult(None, [first, *syntax_errors_of(source, _parser().grammar)[1:]], ())
    return ParseResult(program, misplaced(program, source), program.warnings)


class Completeness(NamedTuple):
    """What a console asks while its reader types. ``indent`` is for the next line of an incomplete text."""

    status: Literal["complete", "incomplete", "invalid"]
    indent: str = ""


def completeness(text: str) -> Completeness:
    """Whether a text is a whole program, the beginning of one, or neither."""
    source = read_source(text, "<input>", "input")
    builder = Builder(source)
    try:
        _parser().run(source.text, builder, builder.newlines)
    except Unexpected as unexpected:
        from l1kernel.language import syntax_errors

        if not syntax_errors.is_unfinished(unexpected, source):
            return Completeness("invalid")
        blocks = sum(1 for opener in unexpected.newlines.open[1:] if opener.sign not in "\"'")
        return Completeness("incomplete", "    " * blocks)
    except L1SyntaxError:
        # the next line may bring the `catch`
        end = builder.lone_try_end
        waits = end is not None and source.text[end - 1] == "}" and not source.text[end:].strip()
        return Completeness("incomplete" if waits else "invalid")
    return Completeness("complete")


@cache
def _parser() -> Parser:
    return Parser(Grammar(load_tables()), vars(Builder))


# --- warnings ---------------------------------------------------------------------------------------------------


def _cautions(parsed: Parsed, builder: Builder) -> tuple[nodes.Caution, ...]:
    source = builder.source
    cautions = list(builder.cautions)
    for opener, offset in builder.newlines.closed_by_brace:
        brace, header = source.span(offset, offset + 1), source.span(opener.word_offset, opener.word_offset)
        message = (
            f"The '}}' in line {brace.line} closes the '{opener.word}' that line {header.line} opened with ':';"
            " write end in its place"
        )
        cautions.append(nodes.Caution(brace, message))
    for start, end, count in parsed.comments:
        divided = _division(source, parsed.tokens[:count], source.text[start:end]) if count else None
        if divided is not None:
            span = source.span(start, end)
            message = f"// begins a comment; to divide without remainder, write {divided}"
            cautions.append(nodes.Caution(span, message))
    return tuple(sorted(cautions, key=lambda caution: caution.span.start))


_NUMBER_ALONE = r"//\s*([0-9][0-9_.]*)\s*"


def _division(source: Source, before: list[Token], comment: str) -> str | None:
    """``div(7, 2)`` for the comment of ``7 // 2``, where code stands before it on its line; else None."""
    number = re.fullmatch(_NUMBER_ALONE, comment)
    last = before[-1]
    if number is None or last.kind not in _ENDS_OPERAND - {"DOT"}:
        return None
    if "\n" in source.text[last.end : source.text.index(comment, last.end)]:
        return None
    operand = _operand(source, before)
    return f"div({'a' if chr(10) in operand else operand}, {number[1].rstrip('.')})"


def _operand(source: Source, tokens: list[Token]) -> str:
    """The text of the operand that the tokens end with: back over brackets and members."""
    depth, start = 0, tokens[-1].start
    for token, earlier in zip(reversed(tokens), [*reversed(tokens[:-1]), None], strict=True):
        depth += (token.kind in ("RPAR", "_RPAR_THEN", "RSQB")) - (token.kind in ("LPAR", "LSQB"))
        start = token.start
        follows = earlier is not None and (token.kind in ("LPAR", "LSQB", "DOT") or earlier.kind == "DOT")
        if depth <= 0 and not (follows and earlier is not None and earlier.kind in _ENDS_OPERAND):
            break
    return source.text[start : tokens[-1].end]


_ENDS_OPERAND = frozenset(("NAME", "RPAR", "RSQB", "STRING", "NUMBER", "DOT"))
