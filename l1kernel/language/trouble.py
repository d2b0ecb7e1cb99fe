"""A failure of the parser with the text around it: where its statement may end.

What is known is the text: where the failed statement begins, which brackets it has open, how its lines are
indented. Indentation decides nothing in L1; here it is a sign of what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from l1kernel.language.lalr import Token
from l1kernel.language.newlines import Opener

_INDENT = re.compile(r"[ \t]*")
NEXT_LINE = re.compile(r"\n(?:[ \t\f\r]*(?:#[^\n]*|//[^\n]*)?\n)*([ \t]*)([^\W\d]\w*|[^\s]|\Z)")
_CONTINUES = re.compile(
    r"\n(?:[ \t\f\r\n]|#[^\n]*|//[^\n]*)*(?:[.*%<>?:/]|==|!=|&&|\|\||(?:and|or|in)\b|not[ \t]+in\b)"
)
_PIECE = re.compile(
    r"""(?P<blank>[ \t\f\r]+|\#[^\n]*|//[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*))
    |(?P<string>\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}|"(?:[^"\\\n]|\\[\s\S])*+"|'(?:[^'\\\n]|\\[\s\S])*+'|`[^`]*`)
    |(?P<quote>["'`])
    |(?P<newline>\n)
    |(?P<word>[^\W\d]\w*)
    |(?P<number>[0-9][\w.]*)
    |(?P<sign>[\s\S])""",
    re.VERBOSE,
)
_LINE_PARTS = re.compile(r"[;}]|\b(?:end|else|elif|catch|finally)\b")
_PAIRS = {")": "(", "]": "[", "}": "{"}
CHAIN_PARTS = frozenset(["else", "elif", "catch", "finally"])
# words that begin the header of a block
HEADERS = frozenset(["if", "while", "for", "loop", "try", "function", "fn", "elif", "else", "catch", "finally"])
_BEGINNINGS = frozenset(["let", "const", "return", "break", "continue", "throw", "raise", "import", "while", "for"])
ON_LINE = 6  # places to go on within a line
_SCANNED = 20_000  # code points behind a failure; a statement that is longer is passed over to there


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure. ``token`` is the one not taken, ``place`` where the error is shown.

    The statement began at ``begin`` and has the ``tokens`` so far; ``open`` is all that is open.
    """

    text: str
    token: Token
    place: int
    begin: int
    tokens: Sequence[Token]
    open: Sequence[Opener]

    @property
    def first_word(self) -> str:
        """The word that the statement begins with; behind one that L1 does not have (``local function``) the next."""
        words = [*self.tokens[:2], self.token][:2]
        texts = [self.text[word.start : word.end] for word in words]
        if len(texts) == 2 and texts[1] in HEADERS and words[0].kind == "NAME":
            return texts[1]
        return texts[0] if texts[0].isidentifier() else ""

    @property
    def at_new_statement(self) -> bool:
        """Whether the token begins a line that is surely a statement of its own."""
        begin = self.text.rfind("\n", 0, self.token.start) + 1
        outer = not self.text[begin : self.token.start].strip() and self.indent(begin) <= self.indent(self.begin)
        return outer and self.text[self.token.start : self.token.end] in _BEGINNINGS

    @property
    def brackets(self) -> list[Opener]:
        """The brackets that the statement has open."""
        return [opener for opener in self.open[1:] if opener.offset >= self.begin and opener.is_bracket]

    def has(self, *kinds: str) -> bool:
        """Whether the statement has a token of these kinds so far."""
        return any(token.kind in kinds for token in self.tokens)

    def long_strings(self) -> list[Token]:
        """The Strings of the statement that run over lines."""
        kinds = ("STRING", "FTEXT_DOUBLE", "FTEXT_SINGLE")
        return [t for t in (*self.tokens, self.token) if t.kind in kinds and "\n" in self.text[t.start : t.end]]

    def ends_line(self, place: int) -> bool:
        """Whether nothing but a comment follows the sign at ``place`` on its line."""
        rest = self.text[place + 1 : self.line_end(place)].lstrip()
        return not rest or rest.startswith(("#", "//"))

    def indent(self, offset: int) -> int:
        """How far the line of an offset is indented; a tab is one."""
        begin = self.text.rfind("\n", 0, offset) + 1
        return _INDENT.match(self.text, begin).end() - begin  # type: ignore[union-attr]

    def line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end


@dataclass(slots=True)
class Scan:
    """What a look at the text behind a failure found.

    ``places`` are where a statement may begin or a separator stands; ``late`` is the end of a String over lines;
    ``openers`` are the ``{`` and ``:`` of the line with the brackets open before them.
    """

    places: list[int] = field(default_factory=list)
    openers: list[tuple[int, str, str]] = field(default_factory=list)
    late: int | None = None


def look(trouble: Trouble) -> Scan:
    """Go over the text behind a failure, up to where its statement ends for sure."""
    text, found = trouble.text, Scan()
    indent = trouble.indent(trouble.begin)
    _earlier_places(trouble, found)
    brackets = "".join(opener.sign for opener in trouble.brackets if opener.sign in "([{")
    if brackets and _of_parameters(trouble):
        brackets = brackets[:-1]
    at = trouble.token.start
    quoted = next((opener for opener in trouble.brackets if opener.sign in "\"'"), None)
    if quoted is not None:
        brackets = "".join(opener.sign for opener in trouble.brackets if opener.offset < quoted.offset)
        at = _fstring_end(text, quoted.offset)
    first_line = True
    on_line = 0
    for match in _PIECE.finditer(text, at, at + _SCANNED):
        kind, word, place = match.lastgroup, match[0], match.start()
        if kind == "newline":
            line = NEXT_LINE.match(text, place)
            if line is None:
                break
            outer = len(line[1]) <= indent and _PAIRS.get(line[2], " ") not in brackets
            if (not brackets or outer) and not _CONTINUES.match(text, place):
                found.places.append(place)
                return found
            first_line = False
        elif kind == "quote":
            found.places.append(trouble.line_end(place))
            closing = text.find(word, match.end())
            if closing >= 0 and not trouble.long_strings():
                found.late = trouble.line_end(closing)
            return found
        elif word in ("(", "[", "{"):
            if word == "{" and first_line:
                found.openers.append((place, word, brackets))
            brackets += word
        elif word in _PAIRS:
            opener = _PAIRS[word]
            if opener in brackets:
                brackets = brackets[: brackets.rindex(opener)]
            if word == "}" and first_line and on_line < ON_LINE:
                found.places.append(place)
                on_line += 1
        elif first_line and word == ":":
            found.openers.append((place, word, brackets))
        elif first_line and (word == ";" or word == "end" or word in CHAIN_PARTS) and on_line < ON_LINE:
            found.places.append(place)
            on_line += 1
    found.places.append(trouble.line_end(min(at + _SCANNED, len(text))))
    return found


def _of_parameters(trouble: Trouble) -> bool:
    """Whether the innermost bracket of a statement opened the parameters of a function without a name."""
    at = trouble.brackets[-1].offset
    return any(
        token.start == at and before.kind in ("FUNCTION", "FN")
        for before, token in zip(trouble.tokens, trouble.tokens[1:], strict=False)
    )


def _earlier_places(trouble: Trouble, found: Scan) -> None:
    """Line ends between the beginning of the statement and the failing token."""
    text, begin, at = trouble.text, trouble.begin, trouble.token.start
    line_start = text.rfind("\n", begin, at)
    if line_start >= 0:
        found.places.append(line_start)
    early = [trouble.place, *(opener.offset for opener in trouble.brackets[-1:])]
    for string in trouble.long_strings()[:2]:
        early.append(string.start)
        # a quote too many hides the end of its line
        ends = _LINE_PARTS.finditer(text, string.start + 1, trouble.line_end(string.start))
        found.places += [match.start() for match, _ in zip(ends, range(ON_LINE), strict=False)]
    found.places += [end for offset in early if begin < (end := trouble.line_end(offset)) < at]


def _fstring_end(text: str, begin: int) -> int:
    """Behind the f-string that begins there, as far as that can be told of its line."""
    quote, depth = text[begin + 1], 0
    for at in range(begin + 2, len(text)):
        sign = text[at]
        if sign == "\n":
            return at
        depth += (sign == "{") - (sign == "}" and depth > 0)
        if sign == quote and not depth:
            return at + 1
    return text.find(quote, begin + 2) + 1 or len(text)
