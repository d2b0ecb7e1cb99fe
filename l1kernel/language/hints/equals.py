"""Reasons of failure that are equal signs: one for two, two for one, several in one statement."""

from __future__ import annotations

import re

from l1kernel.language.hints import layout
from l1kernel.language.hints.failure import Failure, Reason, put, still_open, swap


def equals(failure: Failure) -> Reason | None:
    token, statement = failure.token, failure.statement()
    if token.kind == "EQUAL_TO" and statement and statement[0].kind in ("LET", "CONST") and failure.takes("EQUAL"):
        fix = swap(token.start, token.end, "=")
        return failure.here("Expected '=' before '=='", "= stores a value, == compares two", fix)
    if token.kind != "EQUAL":
        return None
    if (
        failure.innermost is not None
        and failure.innermost.sign in "([{"
        and failure.line_stands_behind(failure.innermost)
    ):
        return None  # the bracket is unclosed
    compare = swap(token.start, token.end, "==")
    if statement and statement[0].kind == "FOR":
        return _counting(failure)
    if failure.previous is not None and failure.previous.kind == "EQUAL":
        hint = "= stores a value, == compares two"
        return failure.here("Expected a value before '='", hint, swap(failure.behind, token.end, ""))
    headers = [opener.header for opener in failure.newlines.open if opener.header is not None]
    if any(word in ("if", "while") for word, _ in headers):
        return failure.here("'=' stores a value and cannot stand in a condition", "to compare, write ==", compare)
    if failure.innermost is None or not failure.innermost.is_bracket:
        if any(token.kind == "EQUAL" for token in statement):
            return _second_equal(failure)
        if statement:
            hint = "a value is stored in a variable, x[i] or x.name; to compare, write =="
            return failure.over(statement[0].start, statement[-1].end, "Cannot assign to an expression", hint)
    opener = failure.innermost
    indexed = failure.source.text[: opener.offset][-1:] if opener is not None and opener.sign == "[" else ""
    first = statement[:1] and statement[0].kind == "NAME" and not any(t.kind == "EQUAL" for t in statement)
    if opener is not None and first and (indexed.isalnum() or indexed in ("_", "]")) and indexed:
        return failure.here("Expected ']' before '='", still_open(opener, failure.source), put(failure.behind, "]"))
    if failure.innermost is not None and failure.innermost.sign == "{":
        if failure.newlines.open[-2].sign in "\"'":
            return failure.here("Expected '}' before '='", "a format is written behind a colon: {x:.2f}")
        fix = swap(failure.behind if failure.source.text[token.end :][:1] == " " else token.start, token.end, ":")
        return failure.here("Expected ':' after the key", "a dictionary is {key: value}", fix)
    return failure.here("'=' stores a value and cannot stand in an expression", "to compare, write ==", compare)


def _second_equal(failure: Failure) -> Reason:
    """``a = b = 3``: the last value is stored first."""
    token, statement, text = failure.token, failure.statement(), failure.source.text
    message, hint = "A second '=' in one statement", "store one after the other: b = 3, then a = b"
    names = [failure.text(t) for t in statement if t.kind == "NAME"]
    if [t.kind for t in statement] != ["NAME", "EQUAL", "NAME"]:
        return failure.here(message, hint)
    end = layout.code_end(text, token.end)
    line = f"{names[1]} ={text[token.end : end]}\n{layout.indentation(text, token.start)}{names[0]} = {names[1]}"
    return failure.here(message, hint, swap(statement[0].start, end, line))


def _counting(failure: Failure) -> Reason:
    """``for i = 1 to 10`` and ``for i = 1, 10``, their last number counts too."""
    text, token = failure.source.text, failure.token
    message, hint = "Expected 'in' before '='", "write for i in 0..10 { ... }"
    form = re.match(r"=\s*([\w.]+(?:\([^()]*\))?)\s*(?:to|,|:|\.\.)\s*([\w.]+(?:\([^()]*\))?)", failure.rest_of_line())
    if form is not None:
        counted = f"in {form[1]}..={form[2]}"
        name = failure.text(failure.statement()[-1])
        return failure.here(
            message, f"write for {name} {counted}", swap(token.start, token.start + form.end(), counted)
        )
    fix = swap(token.start, token.end, "in") if text[token.start - 1] == " " else None
    return failure.here(message, hint, fix)
