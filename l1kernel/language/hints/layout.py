"""How a text is laid out: where its code ends on a line, what its indentation says about blocks.

The indentation of L1 never matters to the parser. It is evidence for what a reader meant once a text does not parse:
a line that is indented no deeper than the header of an open block stands behind that block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.lalr import Token
from l1kernel.language.newlines import WATCHED, Newlines, Opener
from l1kernel.language.source import Source

_CLOSERS = frozenset(("END", "RBRACE"))
_PARTS = frozenset(
    (
        "ELSE",
        "ELIF",
        "CATCH",
        "FINALLY",
        "_ELSE_COLON",
        "_ELIF_COLON",
        "_ELSE_IF_COLON",
        "_CATCH_COLON",
        "_FINALLY_COLON",
    )
)
_PART_WORDS = re.compile(r"(?:else|elif|catch|finally)\b")

# a line up to a comment, over whole Strings and quotes without a partner
_CODE = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?!//|/\*|\#).)*""")
_BRACKETS = re.compile(r"""[()\[\]{}]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?:#|//).*""")


def code_end(text: str, offset: int) -> int:
    """Where the code of a line ends, seen from an offset outside Strings: before a comment and blanks."""
    end = text.find("\n", offset)
    code = _CODE.match(text, offset, len(text) if end < 0 else end)
    return offset + len((code[0] if code else "").rstrip())


def partner(text: str, offset: int) -> int | None:
    """Where the bracket closes that stands at an offset; None if it does not."""
    depth = 0
    for match in _BRACKETS.finditer(text, offset):
        depth += (match[0] in tuple("([{")) - (match[0] in tuple(")]}"))
        if depth == 0:
            return match.start()
    return None


def unmatched(text: str, offset: int) -> list[str]:
    """The closers between an offset and the end of its line whose openers do not stand there."""
    found, nested = [], 0
    for match in _BRACKETS.finditer(text, offset, line_end(text, offset)):
        if match[0] in ("(", "[", "{"):
            nested += 1
        elif match[0] in (")", "]", "}"):
            found += [match[0]] if nested == 0 else []
            nested -= nested > 0
    return found


def line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def indentation(text: str, offset: int) -> str:
    """The blanks at the beginning of the line of an offset."""
    line = text[line_start(text, offset) : line_end(text, offset)]
    return line[: len(line) - len(line.lstrip())]


def depth(text: str, offset: int) -> int:
    """How far the line of an offset is indented, a tab as far as to the next multiple of eight."""
    return len(indentation(text, offset).expandtabs(8))


def without_line(text: str, start: int, end: int) -> Fix:
    """The text between two offsets goes, and its whole line where nothing else stands on it."""
    first, last = line_start(text, start), line_end(text, end)
    if text[first:start].strip() or text[end:last].strip():
        while start > first and text[start - 1] in " \t":
            start -= 1
        return (Edit(start, end, ""),)
    return (Edit(first, min(last + 1, len(text)), "") if last < len(text) else Edit(max(0, first - 1), last, ""),)


def next_line(text: str, offset: int) -> int | None:
    """Where the next line begins that is neither blank nor a comment; None behind the last one."""
    at = line_end(text, offset) + 1
    while at < len(text):
        line = text[at : line_end(text, at)].strip()
        if line and not line.startswith(("#", "//")):
            return at
        at = line_end(text, at) + 1
    return None


def has_body(text: str, header: int) -> bool:
    """Whether the next line is indented deeper than that of a header."""
    after = next_line(text, header)
    return after is not None and depth(text, after) > depth(text, header)


def behind_body(text: str, header: int) -> tuple[int, int | None]:
    """Where the indented lines behind a header end, and where the line begins that follows them."""
    limit, last, at = depth(text, header), code_end(text, line_start(text, header)), next_line(text, header)
    while at is not None and depth(text, at) > limit:
        last = line_end(text, at)
        at = next_line(text, at)
    return last, at


class Gap(NamedTuple):
    """A block that has no end, and where its end belongs."""

    opener: Opener
    edit: Edit


def missing_ends(source: Source, tokens: Sequence[Token], failed: Token) -> list[Gap]:
    """The blocks without an end before the failing token, as the indentation shows them, in order of their places."""
    text = source.text
    newlines = Newlines()
    indented: dict[int, bool] = {}
    gaps: list[Gap] = []
    for token in (*tokens, failed):
        top = newlines.innermost()
        if top is not None and not top.is_bracket and token.kind != "_NL":
            starts = not text[line_start(text, token.start) : token.start].strip()
            if token.kind == END_OF_TEXT:
                while (top := newlines.innermost()) is not None and not top.is_bracket:
                    gaps.append(Gap(newlines.open.pop(), closing(text, top, len(text))))
            elif starts:
                _leave(text, newlines, token, indented, gaps)
        if token is not failed and token.kind in WATCHED:
            newlines.follow(token.kind, text[token.start : token.end], token.start)
    return gaps


def _leave(text: str, newlines: Newlines, token: Token, indented: dict[int, bool], gaps: list[Gap]) -> None:
    """Close the blocks that the line of a token stands behind."""
    here = depth(text, token.start)
    ends = token.kind in _CLOSERS or (token.kind == "NAME" and text[token.start : token.end] == "end")
    goes_on = ends or token.kind in _PARTS or _PART_WORDS.match(text, token.start) is not None
    while (top := newlines.innermost()) is not None and not top.is_bracket:
        header = depth(text, top.word_offset)
        one_line = text[top.offset + 1 : code_end(text, top.offset + 1)].strip() != ""
        body = indented.setdefault(top.offset, one_line or here > header)
        belongs = goes_on and not ends and top.sign == "block" and top.word in ("if", "try")
        if belongs and here >= header and token.kind == "NAME":
            gaps.append(Gap(newlines.open.pop(), Edit(token.start, token.start, "} ")))
            return
        if here > header or (not body and not goes_on):
            return
        if top.sign == "block" and here == header and goes_on and not ends:
            gaps.append(Gap(newlines.open.pop(), Edit(token.start, token.start, "} ")))
            return
        if goes_on and (here == header or not any(depth(text, o.word_offset) == here for o in newlines.open[1:])):
            return
        gaps.append(Gap(newlines.open.pop(), closing(text, top, line_start(text, token.start))))


def closing(text: str, opener: Opener, before: int) -> Edit:
    """What closes a block behind its last line before an offset."""
    sign = "end" if opener.sign == "colon" else "}"
    one_line = text[opener.offset + 1 : code_end(text, opener.offset + 1)].strip()
    limit = depth(text, opener.word_offset)
    at, several_lines = line_end(text, opener.offset), False
    line = line_start(text, before - 1) if before else 0
    while line > opener.offset:
        stripped = text[line : line_end(text, line)].strip()
        if stripped and not (stripped.startswith(("#", "//")) and depth(text, line) <= limit):
            at = line_end(text, line)
            several_lines = True
            break
        line = line_start(text, line - 1)
    if one_line and not several_lines:
        at = code_end(text, opener.offset + 1)
        return Edit(at, at, f" {sign}")
    return Edit(at, at, f"\n{indentation(text, opener.word_offset)}{sign}")


def joined(gaps: Sequence[Gap]) -> Fix:
    """One fix for all gaps; what goes to the same place in one edit."""
    edits: list[Edit] = []
    for _, edit in gaps:
        if edits and edits[-1].start == edit.start:
            edits[-1] = Edit(edit.start, edit.end, edits[-1].text + edit.text)
        else:
            edits.append(edit)
    return tuple(sorted(edits, key=lambda edit: edit.start))
