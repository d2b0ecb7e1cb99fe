"""A text that failed to parse, with what there is to ask about the failure, and the reason that is found for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints.layout import code_end, depth
from l1kernel.language.lalr import Grammar, Token, Unexpected
from l1kernel.language.newlines import Opener
from l1kernel.language.source import Source

CLOSING = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "block": "}", "colon": "end"}
CLOSERS = {"RPAR": ")", "_RPAR_THEN": ")", "RSQB": "]", "RBRACE": "}", "END": "end"}
OPENING = frozenset(("LPAR", "LSQB", "_LDICT", "_LDICT_KEY"))
_SEPARATORS = frozenset(("_NL", "SEMICOLON", "_LBRACE"))


@dataclass(frozen=True, slots=True)
class Reason:
    """What an error says, the offsets that it marks, and the edits that do what its hint says, most likely first."""

    message: str
    hint: str
    start: int
    end: int
    fixes: tuple[Fix, ...] = ()


def put(at: int, text: str) -> Fix:
    """The text comes in at an offset."""
    return (Edit(at, at, text),)


def swap(start: int, end: int, text: str) -> Fix:
    """The text takes the place of another."""
    return (Edit(start, end, text),)


def fixes_of(fixes: Iterable[Fix | None]) -> tuple[Fix, ...]:
    """The fixes that there are, each once."""
    return tuple(dict.fromkeys(fix for fix in fixes if fix))


class Failure:
    """A failure with what the checks ask about it."""

    def __init__(self, unexpected: Unexpected, source: Source, grammar: Grammar) -> None:
        token = unexpected.token
        # where no brace fits, the lexer has no reason to prefer one of its kinds
        self.token = token._replace(kind="_LBRACE") if token.kind == "_FBRACE" else token
        self.tokens = unexpected.tokens
        self.states = unexpected.states
        self.source = source
        self.grammar = grammar
        self.newlines = unexpected.newlines
        self.innermost = unexpected.newlines.innermost()
        self.previous = unexpected.tokens[-1] if unexpected.tokens else None
        self.line = source.span(self.token.start, self.token.start).line
        # right behind the last token that is no line end
        self.behind = next((token.end for token in reversed(self.tokens) if token.kind != "_NL"), self.token.start)

    def text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]

    def line_of(self, offset: int) -> int:
        return self.source.span(offset, offset).line

    def takes(self, *kinds: str) -> bool:
        """Whether the parser would have taken one of these terminals."""
        return any(self.grammar.accepts(self.states, self.grammar.numbers[kind]) for kind in kinds)

    def here(self, message: str, hint: str, *fixes: Fix | None) -> Reason:
        """At the token; at the end of a line or of the text, right behind the token before it."""
        if self.token.kind in ("_NL", END_OF_TEXT):
            return self.over(self.behind, self.behind + 1, message, hint, *fixes)
        return self.at(self.token, message, hint, *fixes)

    def at(self, token: Token, message: str, hint: str, *fixes: Fix | None) -> Reason:
        return self.over(token.start, token.end, message, hint, *fixes)

    def over(self, start: int, end: int, message: str, hint: str, *fixes: Fix | None) -> Reason:
        """At the text between two offsets."""
        return Reason(message, hint, start, end, fixes_of(fixes))

    def found(self) -> str:
        """The token as a message names it."""
        if self.token.kind == "_NL":
            return "the end of the line"
        if self.token.kind == END_OF_TEXT:
            return "the end of the text"
        text = self.text(self.token)
        if self.token.kind == "STRING":
            return "a String"
        return f"'{text}'" if len(text) <= 30 and "\n" not in text else f"'{text[:20].splitlines()[0]}...'"

    def before(self, count: int) -> Token | None:
        """The token that stands ``count`` before the failing one."""
        return self.tokens[-count] if len(self.tokens) >= count else None

    def statement(self) -> list[Token]:
        """The tokens of the statement that failed, so far."""
        nested, begun = 0, len(self.tokens)
        for at in range(len(self.tokens) - 1, -1, -1):
            kind = self.tokens[at].kind
            if kind in CLOSERS and kind != "END":
                nested += 1
            elif kind in OPENING or (kind == "_LBRACE" and nested):
                nested = max(0, nested - 1)
            elif nested == 0 and (kind in _SEPARATORS or (kind == "COLON" and self._opened_block(self.tokens[at]))):
                break
            begun = at
        return self.tokens[begun:]

    def statement_from(self, opener: Opener) -> list[Token]:
        """The tokens of the statement that an opener begins; none if it stands within one."""
        at = next((n for n, token in enumerate(self.tokens) if token.start == opener.offset), 0)
        before = self.tokens[at - 1] if at else None
        begins = before is None or before.kind in _SEPARATORS or before.kind in ("RBRACE", "END")
        return self.tokens[at:] if begins or (before and self._opened_block(before)) else []

    def operand(self, at: int) -> int:
        """Where the operand begins that ends with the token of that index: back over calls, indices and members."""
        nested = 0
        for index in range(at, -1, -1):
            kind = self.tokens[index].kind
            nested += (kind in ("RPAR", "_RPAR_THEN", "RSQB")) - (kind in ("LPAR", "LSQB"))
            if nested < 0:
                return self.tokens[min(index + 1, at)].start
            earlier = self.tokens[index - 1].kind if index else ""
            member = kind in ("LPAR", "LSQB") and earlier in ("NAME", "RPAR", "RSQB")
            if nested == 0 and kind != "DOT" and earlier != "DOT" and not member:
                return self.tokens[index].start
        return self.tokens[0].start

    def is_known(self, name: str) -> bool:
        """Whether the text has this name before the line of the failure."""
        begin = self.source.offset(self.line, 1)
        return any(token.kind == "NAME" and token.start < begin and self.text(token) == name for token in self.tokens)

    def rest_of_line(self) -> str:
        """The text from the token to the end of its line, without a comment."""
        return self.source.text[self.token.start : code_end(self.source.text, self.token.start)]

    def _opened_block(self, colon: Token) -> bool:
        return any(opener.sign == "colon" and opener.offset == colon.start for opener in self.newlines.open)

    def first_on_line(self, token: Token) -> bool:
        begin = self.source.text.rfind("\n", 0, token.start) + 1
        return not self.source.text[begin : token.start].strip()

    def stands_behind(self, opener: Opener) -> bool:
        """Whether the token begins a line that is indented no deeper than the one of an opener."""
        return self.first_on_line(self.token) and self.line_stands_behind(opener)

    def line_stands_behind(self, opener: Opener) -> bool:
        """Whether the line of the token is a later one than that of an opener, and indented no deeper."""
        later = self.line_of(opener.offset) < self.line
        return later and depth(self.source.text, self.token.start) <= depth(self.source.text, opener.offset)

    def swallowed_if(self, opener: Opener) -> bool:
        """Whether a line of its own that begins with ``if`` was read as part of an open bracket."""
        for token in reversed(self.tokens):
            if token.start < opener.offset or token.kind in ("RBRACE", "END"):
                return False
            if token.kind == "IF" and self.first_on_line(token):
                return True
        return False

    def end_of_line(self, offset: int) -> int:
        """Right behind the last token of the line of ``offset``."""
        line = self.line_of(offset)
        ends = [token.end for token in self.tokens if token.start >= offset and self.line_of(token.start) == line]
        return ends[-1] if ends else offset + 1

    def adjacent(self) -> tuple[int, str]:
        """The signs without blanks around the token, and where they start."""
        start = self.token.start
        while start > 0 and self.source.text[start - 1] in "+-*=!<>:.?&|":
            start -= 1
        end = self.token.end
        while end < len(self.source.text) and self.source.text[end] in "+-=:.?>":
            end += 1
        return start, self.source.text[start:end]

    def long_string(self) -> tuple[Token, int] | None:
        """The String over several lines that ends on the failing line, with its index among the tokens.

        Its closing quote was probably forgotten. Of an f-string, it is the token with the opening quote.
        """
        for index in range(len(self.tokens) - 1, max(-1, len(self.tokens) - 9), -1):
            token = self.tokens[index]
            if token.kind not in ("STRING", "FTEXT_DOUBLE", "FTEXT_SINGLE"):
                continue
            if self.line_of(token.start) < self.line_of(token.end) == self.line:
                while not self.tokens[index].kind.startswith(("STRING", "_FBEGIN")):
                    index -= 1
                return self.tokens[index], index
        return None


def still_open(opener: Opener, source: Source) -> str:
    """A hint that says where a bracket was opened."""
    span = source.span(opener.offset, opener.offset)
    return f"the '{opener.sign}' in line {span.line}, column {span.column} is still open"
