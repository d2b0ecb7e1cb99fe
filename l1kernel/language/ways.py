"""Where a parser may go on behind an error: the ways that ``recovery`` tries, the most likely first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints.failure import CLOSERS, CLOSING
from l1kernel.language.trouble import CHAIN_PARTS, HEADERS, NEXT_LINE, ON_LINE, Scan, Trouble, look

Fed = tuple[str, str, int]  # kind, text, offset of a token that does not stand in the text


@dataclass(frozen=True, slots=True)
class Way:
    """Go on at ``position``. ``drop``: the statement that began there is forgotten; ``tokens`` are taken first.

    One that is ``late`` passes over much and counts only where the others soon fail.
    """

    position: int
    drop: int | None = None
    tokens: tuple[Fed, ...] = ()
    late: bool = False


_BRACE_BELOW = re.compile(r"(?:[ \t]*(?:#[^\n]*|//[^\n]*)?\n)+[ \t]*\{")
_CLOSING_KINDS = {")": "RPAR", "]": "RSQB", "}": "RBRACE", "end": "END"}
_PART_KINDS = frozenset(["ELSE", "ELIF", "_ELSE_COLON", "_ELIF_COLON", "_ELSE_IF_COLON", "CATCH", "_CATCH_COLON"])
_PART_KINDS |= {"FINALLY", "_FINALLY_COLON"}
# words that begin the header of a block elsewhere
_FOREIGN = frozenset(["def", "func", "fun", "foreach", "unless", "until", "elsif", "elseif", "except", "do", "repeat"])
_FOREIGN |= {"with", "async", "case", "default"}
# the next part of a chain, as it is called here or elsewhere, and the right beginning of it
_PART_WORDS = {
    "else": (("_ELSE_COLON", "else"), ("COLON", ":")),
    "elif": (("_ELIF_COLON", "elif"), ("TRUE", "true"), ("COLON", ":")),
    "catch": (("_CATCH_COLON", "catch"), ("COLON", ":")),
    "finally": (("_FINALLY_COLON", "finally"), ("COLON", ":")),
}
_PART_WORDS |= {"elsif": _PART_WORDS["elif"], "elseif": _PART_WORDS["elif"], "except": _PART_WORDS["catch"]}
_PART_WORDS |= {"default": _PART_WORDS["else"], "otherwise": _PART_WORDS["else"], "rescue": _PART_WORDS["catch"]}
# the inside of these blocks is no L1
_FOREIGN_INSIDE = frozenset(["class", "struct", "enum", "interface", "switch", "match", "macro", "trait", "impl"])


def ways(trouble: Trouble) -> Iterator[Way]:
    """The ways behind a failure, the most likely first."""
    if trouble.token.kind in CLOSERS or trouble.token.kind in _PART_KINDS or trouble.first_word in CHAIN_PARTS:
        yield from _closed(trouble)
    scan = look(trouble)
    header = trouble.first_word
    opened = list(_opened(trouble, scan, header))
    passed = [Way(place, trouble.begin) for place in sorted(set(scan.places)) if place > trouble.begin]
    if header in _FOREIGN_INSIDE or header == "project":
        yield from _past_block(trouble)
    yield from _next_part(trouble, header)
    if _begins_block(trouble, scan, header):
        # a way past the whole block would miss the errors in it
        end = trouble.line_end(max(trouble.token.start, trouble.begin))
        passed = [way for way in passed if way.position <= end]
        yield from passed + opened if _by_indentation(trouble, end) else opened + passed
        if header == "if":
            yield from _without_block(trouble, passed)
    else:
        line = trouble.line_end(trouble.place)
        if line < trouble.token.start and (not trouble.brackets or trouble.at_new_statement):
            passed = [way for way in passed if way.position <= line] or passed
        yield from passed
        yield from opened
        if scan.late is not None:
            yield Way(scan.late, trouble.begin, late=True)
        if _is_indented(trouble, trouble.line_end(trouble.begin)):
            yield from (replace(way, late=True) for way in _past_block(trouble))
    if trouble.token.kind in CLOSERS:
        yield Way(trouble.token.end)
    if trouble.token.kind == END_OF_TEXT:
        yield from _closed(trouble)


def _begins_block(trouble: Trouble, scan: Scan, header: str) -> bool:
    if header in HEADERS or header in _FOREIGN:
        return True
    return trouble.has("FUNCTION", "FN", "ARROW") and any(trouble.ends_line(place) for place, _, _ in scan.openers)


def _by_indentation(trouble: Trouble, end: int) -> bool:
    """Whether the lines below are a block that nothing but indentation closes, as Python's."""
    return _is_indented(trouble, end) and _closer_below(trouble, end) not in ("end", "}", *CHAIN_PARTS)


def closed_by_indentation(trouble: Trouble) -> bool:
    """Whether the failed statement is the header of a block as Python has it: a colon, indented lines, no end."""
    end = trouble.line_end(trouble.token.start)
    return (
        _has_header(trouble)
        and trouble.text[trouble.begin : end].rstrip().endswith(":")
        and _by_indentation(trouble, end)
    )


def _has_header(trouble: Trouble) -> bool:
    return trouble.first_word in HEADERS or trouble.first_word in _FOREIGN


def opens_block(trouble: Trouble) -> bool:
    """Whether the failed statement would open a block that a closer closes."""
    return _has_header(trouble) and not closed_by_indentation(trouble)


def word_at(text: str, offset: int) -> str:
    """The word or number that begins there."""
    match = re.compile(r"\w*").match(text, offset)
    return match[0] if match else ""


def _is_indented(trouble: Trouble, end: int) -> bool:
    """Whether the line behind a line's end is indented more than the statement."""
    line = NEXT_LINE.match(trouble.text, end)
    return line is not None and len(line[1]) > trouble.indent(trouble.begin)


def _closed(trouble: Trouble) -> Iterator[Way]:
    """The innermost open brackets and blocks closed before the token, or the innermost by it."""
    fed: list[Fed] = []
    # such a word is read as a name where a statement begins
    part = trouble.begin if trouble.first_word in CHAIN_PARTS else None
    at = trouble.token.start if part is None else part
    if trouble.first_word in ("else", "elif"):
        yield Way(at + 4, part)
    for opener in list(reversed(trouble.open[1:]))[:8]:
        closer = CLOSING[opener.sign]
        if closer not in _CLOSING_KINDS:
            return
        fed.append((_CLOSING_KINDS[closer], closer, at))
        yield Way(at, part, tuple(fed))
        if trouble.token.kind == END_OF_TEXT:
            return
    if fed and trouble.token.kind in CLOSERS:
        yield Way(trouble.token.end, None, tuple(fed[:1]))


def _next_part(trouble: Trouble, header: str) -> Iterator[Way]:
    """The next part of a colon chain, begun with a wrong word or without its colon."""
    part = _PART_WORDS.get(header)
    if part is None or trouble.open[-1].sign != "colon":
        return
    at = trouble.begin
    end = trouble.line_end(at)
    colon = trouble.text.rfind(":", at, end)
    position = colon + 1 if colon >= 0 and trouble.ends_line(colon) else end
    yield Way(position, at, tuple((kind, word, at) for kind, word in part))


def _opened(trouble: Trouble, scan: Scan, header: str) -> Iterator[Way]:
    """The block of a wrong header opened."""
    known = header in HEADERS or header in _FOREIGN
    function = trouble.has("FUNCTION", "FN", "ARROW")
    openers = [scan.openers[0], scan.openers[-1]] if len(scan.openers) > 1 else scan.openers
    below = _BRACE_BELOW.match(trouble.text, trouble.token.start)
    if known and below is not None:
        openers = [(below.end() - 1, "{", "")]
    for place, sign, brackets in dict.fromkeys(openers):
        if known or function or trouble.ends_line(place):
            for tokens in _headers(trouble, header, brackets, place, sign):
                yield Way(place + 1, trouble.begin, tokens)
    if known:
        end = trouble.line_end(trouble.place)
        for place in dict.fromkeys((end, trouble.token.start)):
            if place > trouble.begin:
                for sign in ("{", ":") if _closer_below(trouble, end) == "}" else (":", "{"):
                    for tokens in _headers(trouble, header, "", place, sign):
                        yield Way(place, trouble.begin, tokens)


def _without_block(trouble: Trouble, passed: list[Way]) -> Iterator[Way]:
    """An ``if`` whose statement stands behind its condition, on the same line: an ``else`` may follow."""
    at = trouble.begin
    condition = (("IF", "if", at), ("LPAR", "(", at), ("TRUE", "true", at), ("_RPAR_THEN", ")", at))
    line = trouble.text[at : trouble.line_end(trouble.token.start)]
    for match in list(re.finditer(r"\)(?=[ \t]*[^\W\d])", line))[-ON_LINE:]:
        if at + match.end() >= trouble.token.start:
            yield Way(at + match.end(), at, condition)
    for way in passed:
        yield Way(way.position, at, (*condition, ("TRUE", "true", at)))


def _closer_below(trouble: Trouble, offset: int) -> str:
    """The word that begins the first line below which is indented no more than the statement."""
    indent = trouble.indent(trouble.begin)
    for line in NEXT_LINE.finditer(trouble.text, offset):
        if len(line[1]) <= indent:
            return line[2]
    return ""


def _past_block(trouble: Trouble) -> Iterator[Way]:
    """The block of the header passed over, as its lines are indented."""
    indent = trouble.indent(trouble.begin)
    for line in NEXT_LINE.finditer(trouble.text, trouble.line_end(trouble.token.start)):
        if len(line[1]) <= indent:
            closes = line[2] in ("}", "end")
            yield Way(line.end() if closes else line.start(), trouble.begin)
            return
    yield Way(len(trouble.text), trouble.begin)


def _headers(trouble: Trouble, header: str, brackets: str, place: int, sign: str) -> Iterator[tuple[Fed, ...]]:
    """Right headers that could stand for the wrong one."""
    at = trouble.begin
    opener = ("_LBRACE", "{", place) if sign == "{" else ("COLON", ":", place)
    kinds = {token.kind for token in trouble.tokens} | {trouble.token.kind}
    if header == "try" and kinds & {"CATCH", "_CATCH_COLON", "FINALLY", "_FINALLY_COLON"}:
        if sign == "{":
            yield (("TRY", "try", at), ("_LBRACE", "{", at), ("RBRACE", "}", at), ("CATCH", "catch", at), opener)
        else:
            yield (("TRY", "try", at), ("COLON", ":", at), ("_CATCH_COLON", "catch", at), opener)
    elif header == "try":
        yield (("TRY", "try", at), opener)
    elif header in ("for", "while", "loop", "foreach", "until", "do", "repeat"):
        yield (("LOOP", "loop", at), opener)
    elif header in ("function", "fn", "def", "func", "fun"):
        yield (
            ("FUNCTION", "function", at), ("NAME", "_", at), ("LPAR", "(", at), ("RPAR", ")", at), opener
        )  # fmt: skip
    elif header in HEADERS or header in _FOREIGN or not (brackets or kinds & {"FUNCTION", "FN", "ARROW"}):
        yield (("IF", "if", at), ("TRUE", "true", at), opener)
    else:
        for count in range(len(brackets), max(-1, len(brackets) - 3), -1):
            outer: list[Fed] = []
            for bracket in brackets[:count]:
                if bracket == "(":
                    outer += [("NAME", "_", at), ("LPAR", "(", at)]
                elif bracket == "[":
                    outer += [("LSQB", "[", at)]
                else:
                    outer += [("_LDICT", "{", at), ("KEY", "_", at), ("COLON", ":", at)]
            yield (*outer, ("FN", "fn", at), ("LPAR", "(", at), ("RPAR", ")", at), opener)
