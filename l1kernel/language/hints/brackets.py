"""Reasons of failure inside brackets: a comma, a colon or a closer that lacks, a dictionary where a block was meant."""

from __future__ import annotations

import re

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints import layout
from l1kernel.language.hints.failure import CLOSERS, CLOSING, Failure, Reason, put, still_open, swap
from l1kernel.language.newlines import Opener

_BRACES = frozenset(("_LBRACE", "_LDICT", "_LDICT_KEY"))
_COMPARISONS = frozenset(("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL_TO", "NOT_EQUAL"))
_QUOTES = frozenset(("STRING", "_FBEGIN_DOUBLE", "_FBEGIN_SINGLE", "_FEND_DOUBLE", "_FEND_SINGLE"))


def in_bracket(failure: Failure, opener: Opener, found: str) -> Reason:
    closer, token, text = CLOSING[opener.sign], failure.token, failure.source.text
    if failure.newlines.open[-2].sign in "\"'":
        formats = token.kind in ("PERCENT", "NOT_SIGN", "DOT", "NOT_EQUAL", "EQUAL") or text[token.start] == "!"
        hint = "a format is written behind a colon: {x:.2f}" if formats else still_open(opener, failure.source)
        closed = layout.unmatched(text, token.start)[:1] == ["}"]
        fix = _format(failure) if formats else None if closed else put(failure.behind, "}")
        return failure.here(f"Expected '}}' before {found}", hint, fix)
    statement = failure.statement_from(opener)
    if opener.sign == "{" and statement and statement[0].start == opener.offset and not failure.takes("COMMA"):
        return _brace_of_block(failure, opener)
    if opener.sign == "{" and failure.takes("COLON") and not failure.takes("COMMA"):
        a_set = token.kind in ("COMMA", "RBRACE")
        hint = "L1 has no sets: a list is [1, 2]" if a_set else "a dictionary is {key: value}"
        fix = _as_list(text, opener.offset) if a_set else put(failure.behind, ":")
        return failure.here(f"Expected ':' after the key, before {found}", hint, _key(failure, opener), fix)
    kinds = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
    if failure.takes("COMMA") and token.kind == "SEMICOLON":
        comma = swap(token.start, token.end, ",") if layout.partner(text, opener.offset) else None
        hint = "a comma stands between two values" if comma else still_open(opener, failure.source)
        return failure.here(f"Expected '{closer}' before {found}", hint, comma, put(token.start, closer))
    in_header = failure.newlines.open[-2].header is not None
    if failure.takes("COMMA") and token.kind != "COLON" and not (in_header and token.kind in _BRACES):
        closes = token.kind in CLOSERS or token.kind == END_OF_TEXT
        hint = still_open(opener, failure.source) if closes else "a comma stands between two values"
        return failure.here(f"Expected ',' or '{closer}' before {found}", hint, *_comma(failure, opener))
    if failure.takes(kinds[closer]):
        pairs = _as_dictionary(text, opener) if token.kind == "COLON" and opener.sign == "[" else None
        hint = "a dictionary is {key: value}" if pairs else still_open(opener, failure.source)
        closing = (
            _before_last_item(failure) if token.kind == "COLON" and failure.newlines.open[-2].sign == "{" else None
        )
        fixes = closing, _before_comparison(failure, opener), pairs, put(failure.behind, closer)
        return failure.here(f"Expected '{closer}' before {found}", hint, *fixes)
    for kind, sign in (("IN", "in"), ("ELSE", "else"), ("COLON", ":"), ("SEMICOLON", ";")):
        if failure.takes(kind):
            fix = put(failure.behind, ";") if kind == "SEMICOLON" else None
            if kind == "SEMICOLON" and token.kind == "COMMA":
                fix = swap(token.start, token.end, ";")
            return failure.here(f"Expected '{sign}' before {found}", still_open(opener, failure.source), fix)
    return failure.here(f"Unexpected {found.removeprefix('the ')}", still_open(opener, failure.source))


def _brace_of_block(failure: Failure, opener: Opener) -> Reason:
    """``{`` where a statement begins; behind a header's colon, one of the two signs is too many."""
    text = failure.source.text
    colon = next((token for token in failure.tokens if token.end <= opener.offset < token.end + 2), None)
    hint = "a block stands behind if, for, while, function, ...; a dictionary is {key: value}"
    message = "A '{' where a statement begins opens a dictionary, not a block"
    if colon is not None and colon.kind == "COLON":
        between = "" if text[colon.end : colon.end + 1] == " " else " "
        return failure.here(message, "a block has ':' or '{', not both", swap(colon.start, colon.end, between))
    return failure.here(message, hint)


def _comma(failure: Failure, opener: Opener) -> list[Fix]:
    token, previous = failure.token, failure.previous
    if token.kind == "END":
        return [put(failure.behind, CLOSING[opener.sign])]
    fixes = [put(failure.behind, ",")]
    typed = any(earlier.kind == "COLON" and earlier.start > opener.offset for earlier in failure.tokens)
    if typed and failure.takes("COLON") and token.kind == "NAME" and opener.sign == "(":
        return [put(failure.behind, ":")]
    if token.kind == "ARROW":
        return [put(failure.behind, ")")]
    callee = failure.tokens[0]
    for index, earlier in enumerate(failure.tokens):
        if earlier.start == opener.offset and index:
            callee = failure.tokens[index - 1]
    names_text = callee.kind == "NAME" and failure.text(callee) in ("upper", "lower", "len", "input")
    if names_text and _QUOTES & {token.kind, previous.kind if previous else ""}:
        fixes = [put(failure.behind, " +"), *fixes]
    if token.kind in CLOSERS:
        fixes.append(swap(token.start, token.end, CLOSING[opener.sign]))
    return fixes


def _format(failure: Failure) -> Fix | None:
    """``{x.2f}`` and ``{x%.2f}`` with a colon before the format."""
    form = re.match(r"%?(?=\.\d+f)", failure.source.text[failure.token.start :])
    return swap(failure.token.start, failure.token.start + form.end(), ":") if form else None


def _as_list(text: str, opened: int) -> Fix | None:
    close = layout.partner(text, opened)
    return None if close is None else (Edit(opened, opened + 1, "["), Edit(close, close + 1, "]"))


def _as_dictionary(text: str, opener: Opener) -> Fix | None:
    """``["a": 1]`` in braces; not an index."""
    close = layout.partner(text, opener.offset)
    before = text[: opener.offset].rstrip()[-1:]
    if close is None or before.isalnum() or before in tuple("_)]"):
        return None
    return Edit(opener.offset, opener.offset + 1, "{"), Edit(close, close + 1, "}")


def _key(failure: Failure, opener: Opener) -> Fix | None:
    """``{age [36, 41]}``: the value was read as an index of the key."""
    begin = next((n for n, token in enumerate(failure.tokens) if token.start > opener.offset), len(failure.tokens))
    for token, after in zip(failure.tokens[begin:], failure.tokens[begin + 1 :], strict=False):
        ends_key = token.kind in ("NAME", "STRING", "NUMBER") and after.kind in ("LSQB", "LPAR")
        if ends_key and token.end < after.start and failure.operand(len(failure.tokens) - 1) == token.start:
            return put(token.end, ":")
    return None


def _before_last_item(failure: Failure) -> Fix | None:
    """``{a: [1, 2, b: [3]}``: the list ends before its last comma."""
    comma = failure.before(2)
    return put(comma.start, "]") if comma is not None and comma.kind == "COMMA" else None


def _before_comparison(failure: Failure, opener: Opener) -> Fix | None:
    """``if len(xs > 0 {``: in a condition the call ends before the comparison."""
    header = failure.newlines.open[-2].header
    index = next((n for n, token in enumerate(failure.tokens) if token.start == opener.offset), 0)
    if header is None or header[0] not in ("if", "while") or index == 0 or failure.tokens[index - 1].kind != "NAME":
        return None
    compared = next((token for token in failure.tokens[index:] if token.kind in _COMPARISONS), None)
    if compared is None:
        return None
    text = failure.source.text[: compared.start].rstrip()
    return put(len(text), ")")
