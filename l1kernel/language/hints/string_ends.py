"""Where a String may end, or begin, whose quote was forgotten: the places on its line, most likely first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from l1kernel.errors import Fix
from l1kernel.language.hints import layout
from l1kernel.language.hints.failure import CLOSERS, OPENING, Failure, put, swap
from l1kernel.language.lalr import Token

_MOST_TRIES = 16
MOST_TEXT = 1000  # code points of a line that are searched; longer ones are no beginner's work
_SIGNS = {"LPAR": ")", "LSQB": "]", "_LDICT": "}", "_LDICT_KEY": "}", "_LBRACE": "}"}
_HEADERS = frozenset(("IF", "ELIF", "WHILE", "FOR", "_ELIF_COLON"))
# what can stand behind a String, and before one
_BEHIND = re.compile(r"\s*(?:[)\]},:;+]|[=!<>]=|[*<>]|\{|\.\w+\(|\b(?:and|or|else|if|in|end|import)\b|$)")
_BEFORE = re.compile(r"(?:[([{,:=+]|\b(?:return|throw|in|import|from|and|or))\s*$")


def closings(failure: Failure, tokens: Sequence[Token], start: int) -> list[Fix]:
    """The edits that end the String which begins at an offset; ``tokens`` stand before it."""
    text = failure.source.text
    begin = text.index('"' if '"' in text[start : start + 2] else "'", start, start + 2)
    quote, rest = text[begin], text[begin + 1 : layout.line_end(text, start)]
    if len(rest) > MOST_TEXT:
        return [put(begin + 1 + len(rest), quote)]
    other = '"' if quote == "'" else "'"
    fixes: list[Fix] = []
    for place in _places(failure, tokens, start, rest):
        if place and rest[place - 1] == other and rest[:place].count(other) % 2:
            fixes.append(swap(begin + place, begin + place + 1, quote))
        else:
            fixes.append(put(begin + 1 + place, quote))
    return fixes


def _places(failure: Failure, tokens: Sequence[Token], start: int, rest: str) -> list[int]:
    line = [t for t in tokens if t.start >= layout.line_start(failure.source.text, start) and t.kind != "_NL"]
    opened = _open(line)
    before = line[-1].kind if line else ""
    likely: list[int] = []
    if before in ("_LDICT", "_LDICT_KEY") or (before == "COMMA" and opened[-1:] == ["}"]):
        likely += [match.start() for match in re.finditer(r"\s*:", rest)][:1]
    if line and line[0].kind == "FROM":
        likely += [match.start() for match in re.finditer(r"\s+import\b", rest)][:1]
    # a name that the text has, behind + or a comma, is probably no part of the String
    for match in re.finditer(r"\s*(?P<sign>[+,])\s*(?:(?:to_string\()?(?P<name>[^\W\d]\w*)|[\"'])", rest):
        if match["sign"] == "+" or match["name"] is None or failure.is_known(match["name"]):
            likely.append(match.start())
            break
    closing = opened[::-1]
    for match in re.finditer(re.escape(closing[0]) if closing else r"\s*;?\s*$", rest):
        place = match.start()
        if layout.unmatched(rest, place) == closing:
            likely.append(place)
    if line and line[0].kind in _HEADERS and "{" not in rest[:-1] and "}" not in closing:
        likely.insert(0, len(re.sub(r"\s*[:{]\s*$", "", rest)))
    if not closing and not (line and line[0].kind in _HEADERS):
        called = re.search(r"\s*(?:[=!<>]=|[*<>]|\.)\s*[^\W\d]\w*\(", rest)
        likely = [called.start(), *likely] if called else likely
    end = len(rest.rstrip("; "))
    for sign in opened:
        end = len(rest[:end].rstrip()) - 1 if rest[:end].rstrip().endswith(sign) else end
    everywhere = [at for at in range(1, len(rest)) if rest[at - 1] != " " and _BEHIND.match(rest, at)]
    return list(dict.fromkeys([*likely, end, *everywhere]))[:_MOST_TRIES]


def _open(line: Sequence[Token]) -> list[str]:
    """What closes the brackets and braces that are open behind the tokens, outermost first."""
    signs: list[str] = []
    for token in line:
        if token.kind in OPENING or token.kind == "_LBRACE":
            signs.append(_SIGNS[token.kind])
        elif token.kind in CLOSERS and token.kind != "END" and signs:
            signs.pop()
    return signs


def single_quote(failure: Failure) -> list[Fix]:
    """The edits for a line with a quote that has no partner: one more where a String could begin or end."""
    text = failure.source.text
    start = layout.line_start(text, failure.token.start)
    line = text[start : layout.line_end(text, start)]
    if len(line) > MOST_TEXT or line.replace('\\"', "").count('"') % 2 == 0:
        return []
    ends = [at for at in range(1, len(line)) if line[at - 1] not in ' "' and _BEHIND.match(line, at)]
    begins = [at for at in range(len(line)) if line[at] not in ' "' and _BEFORE.search(line, 0, at)]
    return [put(start + at, '"') for at in [*begins, *ends] if line[at : at + 1] != '"'][:_MOST_TRIES]
