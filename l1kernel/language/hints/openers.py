"""Where a bracket should have opened: what stands before a closer that closes nothing, or touches a value."""

from __future__ import annotations

import re

from l1kernel.errors import Fix
from l1kernel.language.hints import habits, layout
from l1kernel.language.hints.failure import CLOSERS, CLOSING, OPENING, Failure, Reason, fixes_of, put, swap

_LONGEST_NAME = 60
_OPENERS = {")": "(", "]": "[", "}": "{"}
_STRINGS = frozenset(("STRING", "_FBEGIN_DOUBLE", "_FBEGIN_SINGLE"))
_VALUES = _STRINGS | {"NAME", "NUMBER", "LSQB", "MINUS", "TRUE", "FALSE", "NULL", "NOT"}
# an expression begins behind one of these
_BEFORE_VALUE = frozenset(("EQUAL", "RETURN", "IN", "COLON", "ARROW", "QUESTION", "IF", "WHILE", "ELIF", "PLUS_EQUAL"))


def touching(failure: Failure) -> Reason | None:
    """``phone"ada"]``, ``sqrt x)``: a value behind a name, and a closer too many behind it."""
    token, previous = failure.token, failure.previous
    if previous is None or previous.kind not in ("NAME", "RSQB", "RPAR") or token.kind not in _VALUES:
        return None
    word = failure.text(previous)
    if word in habits.CALLED and failure.statement()[:1] == [previous]:
        return None  # foreign_words says it
    apart = previous.end < token.start
    if apart and not (previous.kind == "NAME" and word not in habits.STATEMENT_WORDS and _is_called(failure, word)):
        return None
    closer = _too_many(failure)
    if closer is None or (apart and closer != ")"):
        return None
    sign = _OPENERS[closer]
    if token.kind in _STRINGS and re.match(r"[\"']\s*[.,)\]]", failure.text(token)):
        return None  # the quote ends a String that has no beginning
    hint = f"a call has parentheses: {word}(...)" if sign == "(" else 'an index or a key stands in brackets: d["key"]'
    formatted = word[:-1] if token.kind == "STRING" and word.endswith("f") and not apart else ""
    start = previous.end - 1 if formatted and _is_called(failure, formatted) else previous.end
    fix = swap(start, token.start, sign) if apart else put(start, sign)
    return failure.here(f"Expected '{sign}' before {failure.found()}", hint, fix)


def braces(failure: Failure) -> Reason | None:
    """``let d = a: 1}``: a key and a colon where no dictionary is open, and its end behind them."""
    token, previous, opener = failure.token, failure.previous, failure.innermost
    if token.kind != "COLON" or previous is None or previous.kind not in ("NAME", "STRING", "NUMBER"):
        return None
    in_braces = opener is not None and opener.sign == "{"
    if in_braces or "}" not in layout.unmatched(failure.source.text, token.start):
        return None
    if opener is not None and opener.sign == "block" and failure.line_of(opener.offset) == failure.line:
        return None
    return failure.here("Expected '{' before the key", "a dictionary is {key: value}", put(previous.start, "{"))


def forgotten(failure: Failure, closer: str) -> tuple[Fix | None, Fix | None]:
    """The opener for a closer: one that is likely, and one that is only possible."""
    token, text = failure.token, failure.source.text
    sign = _OPENERS[closer]
    begin = _begin(failure)
    names = [t for t in failure.tokens[begin:] if t.kind == "NAME" and t.start >= layout.line_start(text, token.start)]
    for name in reversed(names):
        at = parting(failure, failure.text(name), sign, is_last=name == failure.previous)
        if at is not None:
            return put(name.start + at, sign), None
    first = failure.tokens[begin].start if begin < len(failure.tokens) else token.start
    opening = put(first, sign)
    goes_on = re.match(r"\s*(?:[-+*/%.<>]|==|!=|and\b|or\b)", text[token.end :]) is not None
    condition = begin > 0 and failure.tokens[begin - 1].kind in ("IF", "ELIF", "WHILE")
    if sign == "[" or goes_on or condition:
        return opening, None
    return None, opening


def _begin(failure: Failure) -> int:
    """The index of the token with which the expression begins that the failing closer ends."""
    nested = 0
    statement = len(failure.tokens) - len(failure.statement())
    for index in range(len(failure.tokens) - 1, statement - 1, -1):
        kind = failure.tokens[index].kind
        if kind in CLOSERS and kind != "END":
            nested += 1
        elif kind in OPENING:
            nested -= 1
            if nested < 0:
                return index + 1
        elif nested == 0 and kind in _BEFORE_VALUE:
            return index + 1
    return statement


def parting(failure: Failure, name: str, sign: str, *, is_last: bool) -> int | None:
    """Where ``printx`` or ``name0`` falls into a name that is called or known, and what is put into its brackets."""
    if len(name) > _LONGEST_NAME or failure.is_known(name):
        return None
    for at in range(len(name) - (not is_last), 0, -1):
        head, rest = name[:at], name[at:]
        fits = not rest or rest.isdigit() or re.search(rf"(?<!\w){re.escape(rest)}(?!\w)", failure.source.text)
        if fits and (_is_called(failure, head) if sign == "(" else failure.is_known(head)):
            return at
    return None


def _is_called(failure: Failure, name: str) -> bool:
    """Whether the text calls the name, or it is one that everybody calls."""
    return name in habits.CALLED or re.search(rf"(?<!\w){re.escape(name)}\(", failure.source.text) is not None


def _too_many(failure: Failure) -> str | None:
    """The first closer of the rest of the line that fits none of the open brackets."""
    text, start = failure.source.text, failure.token.start
    opened = [CLOSING[opener.sign] for opener in failure.newlines.open[1:] if opener.sign in "([{"]
    for sign in layout.unmatched(text, start):
        if not opened or opened.pop() != sign:
            return sign if sign != "}" else None
    return None


def is_balanced_behind(failure: Failure) -> bool:
    """Whether the brackets that are open close on the rest of the line, behind the failing closer."""
    opened = [CLOSING[opener.sign] for opener in reversed(failure.newlines.open[1:]) if opener.sign in "([{"]
    return layout.unmatched(failure.source.text, failure.token.end)[: len(opened)] == opened


def fixes_for(failure: Failure, closer: str, *others: Fix | None) -> tuple[Fix, ...]:
    """The edits for a closer without an opener, others in their place between the likely and the possible one."""
    likely, possible = forgotten(failure, closer)
    return fixes_of((likely, *others, possible))
