"""Reasons of failure that are signs: of another language, or characters that only look like those of L1.

Each check looks at one kind and gives the reason, or None. What stands for what is said in habits.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints import habits, layout, quotes
from l1kernel.language.hints.failure import Failure, Reason, put, still_open, swap
from l1kernel.language.lalr import UNKNOWN

_MOST_SIGNS = 500  # that one fix replaces
_OUTSIDE_STRINGS = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»|(?:\#|//).*|(?P<sign>[^\x00-\x7f])"""
)
_PARTNERS = {"“": "”“", "„": "“”", "”": "”", "‘": "’‘", "‚": "‘’", "’": "’", "«": "»", "»": "«", "″": "″", "′": "′"}
_PARTNERS |= {"´": "´", "‟": "”"}


def characters(failure: Failure) -> Reason | None:
    """A character with which no token begins."""
    if failure.token.kind != UNKNOWN:
        return None
    start, end = failure.token.start, failure.token.end
    sign = failure.source.text[start]
    opener = failure.innermost
    if opener is not None and opener.sign in "\"'" and sign == "}":
        return failure.here("A single '}' in an f-string", "write }} for a brace", swap(start, end, "}}"))
    if opener is not None and opener.sign == "{" and failure.newlines.open[-2].sign == sign:
        hint = still_open(opener, failure.source)
        return failure.here("Expected '}' before the end of the f-string", hint, put(failure.behind, "}"))
    if sign in "\"'":
        return quotes.unclosed(failure, sign)
    alike = habits.looks_like(sign)
    code = f"U+{ord(sign):04X}"
    if alike == " ":
        hint = "replace it with an ordinary blank"
        return failure.here(f"A blank that is none of L1 ({code})", hint, _plain(failure, start, whole_text=True))
    if unicodedata.category(sign) == "No" and alike is not None:
        hint = f"a power is written **: x ** {alike}"
        return failure.here(f"'{sign}' ({code}) only looks like a power", hint, swap(start, end, f" ** {alike}"))
    if alike is not None:
        fix = _quotes(failure.source.text, start) if alike in "\"'" else _plain(failure, start, whole_text=False)
        return failure.here(f"'{sign}' ({code}) only looks like '{alike}'", f"write {alike}", fix)
    if sign in habits.SIGNS:
        return failure.here(f"'{sign}' is no sign of L1", *_sign(failure, sign))
    shown = f"'{sign}'" if sign.isprintable() else "This character"
    return failure.here(f"{shown} ({code}) is no sign of L1", "it can stand only in a String or a comment")


def _sign(failure: Failure, sign: str) -> tuple[str, Fix | None]:
    text, start, end = failure.source.text, failure.token.start, failure.token.end
    hint, instead = habits.SIGNS[sign]
    if sign == "`":
        return hint, quotes.template(text, start)
    if sign == "\\":
        line = re.compile(r"[ \t]*\\[ \t]*\n[ \t]*").match(text, len(text[:start].rstrip(" \t")))
        return hint, swap(line.start(), line.end(), " ") if line else None
    if sign == "&" and (_is_text(failure.behind - 1, text) or _is_text(end, text)):
        return "join Strings with +", swap(start, end, "+")
    if instead is None:
        return hint, None
    if instead.isalpha():
        before = "" if text[start - 1 : start].isspace() else " "
        after = "" if text[end : end + 1].isspace() else " "
        return hint, swap(start, end, f"{before}{instead}{after}")
    return hint, swap(start, end, instead)


def _is_text(at: int, text: str) -> bool:
    return text[at : at + 2].strip()[:1] in ('"', "'")


def _quotes(text: str, start: int) -> Fix:
    """The quotes that look right, of a whole String, become plain ones."""
    line = text[start + 1 : layout.line_end(text, start)]
    plain = habits.looks_like(text[start]) or '"'
    ends = [at for at, sign in enumerate(line) if sign in _PARTNERS.get(text[start], "") or sign == plain]
    if not ends:
        return swap(start, start + 1, plain)
    # an apostrophe within ‘...’ is no end
    at = next((at for at in ends if not line[at + 1 : at + 2].isalnum()), ends[-1])
    if plain in line[:at]:
        plain = "'" if plain == '"' else '"'
    return Edit(start, start + 1, plain), Edit(start + 1 + at, start + 2 + at, plain)


def _plain(failure: Failure, start: int, *, whole_text: bool) -> Fix:
    """The signs that only look right, outside Strings, become what they look like: on the line or in all the text."""
    text = failure.source.text
    edits = []
    signs = _signs(text, start, len(text) if whole_text else layout.line_end(text, start))
    for at, sign in islice(signs, _MOST_SIGNS):
        meant = habits.looks_like(sign)
        if meant is None or meant in "\"'" or whole_text != (meant == " "):
            continue
        if meant == " " and unicodedata.category(sign) == "Cf":
            meant = ""
        if meant.isalpha():
            before = "" if text[at - 1 : at].isspace() else " "
            meant = f"{before}{meant}" + ("" if text[at + 1 : at + 2].isspace() else " ")
        edits.append(Edit(at, at + 1, meant))
    return tuple(edits)


def _signs(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for match in _OUTSIDE_STRINGS.finditer(text, start, end):
        if match["sign"]:
            yield match.start(), match["sign"]


# --- signs of two or more characters -----------------------------------------------------------------------------


def signs(failure: Failure) -> Reason | None:
    """A sign of another language, made of signs of L1."""
    statement, text = failure.statement(), failure.source.text
    if [token.kind for token in statement[:2]] == ["MINUS", "MINUS"] and text.startswith("-- ", statement[0].start):
        fix = swap(statement[0].start, statement[0].end + 1, "#")
        return failure.over(statement[0].start, statement[1].end, "L1 has no '--'", "a comment begins with #", fix)
    start, signs = failure.adjacent()
    for sign in ("===", "!==", "++", "--", "...", "::", ":=", "<>", "??", "?.", "<<", ">>"):
        if sign in signs and failure.token.kind not in ("_NL", "NAME", END_OF_TEXT):
            return _foreign_sign(failure, sign, start + signs.index(sign))
    for sign in ("++", "--"):
        # behind them the line went on, as behind any operator
        if failure.previous and failure.source.text[failure.previous.end - 2 : failure.previous.end] == sign:
            return _foreign_sign(failure, sign, failure.previous.end - 2)
    stars = failure.token.kind in ("STAR", "POWER") and failure.previous is not None
    if stars and failure.previous and failure.previous.kind in ("LPAR", "COMMA"):
        hint = "name each argument; a list of values is one argument"
        return failure.here(f"L1 has no '{failure.text(failure.token)}' before an argument or a parameter", hint)
    return _parted_sign(failure)


def _foreign_sign(failure: Failure, sign: str, at: int) -> Reason:
    hint, instead = habits.SIGNS[sign]
    end = at + len(sign)
    fix = swap(at, end, instead) if instead is not None else None
    index = max((n for n, token in enumerate(failure.tokens) if token.end <= at), default=None)
    if sign in ("++", "--"):
        fix = step(failure.source.text, sign, at)
    elif sign in ("<<", ">>") and any(t.kind in ("IF", "ELIF", "WHILE", "RBRACE") for t in failure.statement()[:1]):
        hint, fix = f"compare with {sign[0]}", swap(at, end, sign[0])
    elif sign == "..." and index is not None and failure.tokens[index].kind in ("NAME", "NUMBER", "RPAR", "RSQB"):
        hint, fix = "a range is written a..b", swap(at, end, "..")
    elif sign == ":=" and index is not None:
        first = next(iter(failure.statement()), None)
        fix = swap(at, end, "=")
        if (
            first is not None
            and first.kind == "NAME"
            and first == failure.tokens[index]
            and not failure.is_known(failure.text(first))
        ):
            hint, fix = "write let x = 5", (Edit(first.start, first.start, "let "), *fix)
    elif sign == "??" and index is not None:
        left = failure.source.text[failure.operand(index) : failure.tokens[index].end]
        fix = swap(at, end, f"if {left} != null else")
    return failure.over(at, end, f"L1 has no '{sign}'", hint, fix)


_VARIABLE = r"[^\W\d][\w.]*(?:\[[^\[\]\n]*\])*"
_BEFORE_STEP = re.compile(rf"(?:^|[;{{:)]|\belse)\s*({_VARIABLE})?\s*$")


def step(text: str, sign: str, at: int) -> Fix | None:
    """The edit for ``i++`` and ``++i``, where they are statements; ``at`` is the offset of the sign."""
    before = _BEFORE_STEP.search(text[layout.line_start(text, at) : at])
    if before is None:
        return None
    if before[1]:
        return swap(at - len(before[0]) + before.end(1) - before.start(), at + 2, f" {sign[0]}= 1")
    name = re.compile(_VARIABLE).match(text, at + 2)
    return swap(at, name.end(), f"{name[0]} {sign[0]}= 1") if name else None


def _parted_sign(failure: Failure) -> Reason | None:
    """``> =``, ``= =``, ``+ =``: one sign with a blank in it; ``=<``, ``=!``: its parts the wrong way round."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.kind == "EQUAL" and previous is not None and not text[previous.end : token.start].strip(" \t"):
        sign = failure.text(previous) + "="
        if previous.end < token.start and sign in ("<=", ">=", "!=", "==", "+=", "-=", "*=", "/=", "%="):
            return failure.over(
                previous.start,
                token.end,
                f"'{text[previous.start : token.end]}' is one sign",
                f"write {sign} without a blank",
                swap(previous.start, token.end, sign),
            )
    for wrong, right in (("=<", "<="), ("=!", "!="), ("=>", ">="), ("= =", "==")):
        at = token.start
        if token.kind in ("EQUAL", "ARROW") and text.startswith(wrong, at) and failure.takes("LESS"):
            message = f"'{wrong}' compares nothing"
            return failure.over(at, at + len(wrong), message, f"write {right}", swap(at, at + len(wrong), right))
        at = token.start - 1
        if token.kind == "LESS" and wrong == "=<" and text.startswith(wrong, at):
            return failure.over(at, at + 2, f"'{wrong}' compares nothing", f"write {right}", swap(at, at + 2, right))
    return None
