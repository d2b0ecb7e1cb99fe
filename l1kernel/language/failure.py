"""A text that failed to parse, with what there is to ask about the failure."""

from __future__ import annotations

from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.lalr import Grammar, Token, Unexpected
from l1kernel.language.newlines import Opener
from l1kernel.language.source import Source

CLOSING = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "block": "}", "colon": "end"}
CLOSERS = {"RPAR": ")", "_RPAR_THEN": ")", "RSQB": "]", "RBRACE": "}", "END": "end"}
_SEPARATORS = frozenset(("_NL", "SEMICOLON", "_LBRACE"))

Reason = tuple[str, str | None, int, int]  # message, hint, from offset, up to offset


class Failure:
    """A failure with what the checks ask about it."""

    def __init__(self, unexpected: Unexpected, source: Source, grammar: Grammar) -> None:
        self.token = unexpected.token
        self.tokens = unexpected.tokens
        self.states = unexpected.states
        self.source = source
        self.grammar = grammar
        self.newlines = unexpected.newlines
        self.innermost = unexpected.newlines.innermost()
        self.previous = unexpected.tokens[-1] if unexpected.tokens else None
        self.line = source.span(self.token.start, self.token.start).line

    def text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]

    def line_of(self, offset: int) -> int:
        return self.source.span(offset, offset).line

    def takes(self, *kinds: str) -> bool:
        """Whether the parser would have taken one of these terminals."""
        return any(self.grammar.accepts(self.states, self.grammar.numbers[kind]) for kind in kinds)

    def here(self, message: str, hint: str | None = None) -> Reason:
        """At the token; at the end of a line or of the text, right behind the token before it."""
        if self.token.kind in ("_NL", END_OF_TEXT):
            at = next((token.end for token in reversed(self.tokens) if token.kind != "_NL"), self.token.start)
            return message, hint, at, at + 1
        return message, hint, self.token.start, self.token.end

    def at(self, token: Token, message: str, hint: str | None = None) -> Reason:
        return message, hint, token.start, token.end

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

    def statement(self) -> list[Token]:
        """The tokens of the statement that failed, so far."""
        depth, begun = 0, len(self.tokens)
        for at in range(len(self.tokens) - 1, -1, -1):
            kind = self.tokens[at].kind
            if kind in CLOSERS and kind != "END":
                depth += 1
            elif kind in ("LPAR", "LSQB", "_LDICT", "_LDICT_KEY"):
                depth = max(0, depth - 1)
            elif depth == 0 and (kind in _SEPARATORS or (kind == "COLON" and self._opened_block(self.tokens[at]))):
                break
            begun = at
        return self.tokens[begun:]

    def statement_from(self, opener: Opener) -> list[Token]:
        """The tokens of the statement that an opener begins; none if it stands within one."""
        at = next((n for n, token in enumerate(self.tokens) if token.start == opener.offset), 0)
        before = self.tokens[at - 1] if at else None
        begins = before is None or before.kind in _SEPARATORS or before.kind in ("RBRACE", "END")
        return self.tokens[at:] if begins or (before and self._opened_block(before)) else []

    def _opened_block(self, colon: Token) -> bool:
        return any(opener.sign == "colon" and opener.offset == colon.start for opener in self.newlines.open)

    def first_on_line(self, token: Token) -> bool:
        begin = self.source.text.rfind("\n", 0, token.start) + 1
        return not self.source.text[begin : token.start].strip()

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

    def string_hint(self) -> str | None:
        """Where a String that runs over lines ends on the failing line, it is probably the reason."""
        for token in reversed(self.tokens[-8:]):
            begun, ended = self.line_of(token.start), self.line_of(token.end)
            if token.kind in ("STRING", "FTEXT_DOUBLE", "FTEXT_SINGLE") and begun < ended == self.line:
                return f"the String that began in line {begun} ends in line {ended}: was its closing quote forgotten?"
        return None


def still_open(opener: Opener, source: Source) -> str:
    """A hint that says where a bracket was opened."""
    span = source.span(opener.offset, opener.offset)
    return f"the '{opener.sign}' in line {span.line}, column {span.column} is still open"


def stray(closer: str, opener: Opener | None, source: Source) -> tuple[str, str]:
    """Message and hint for a closer that does not fit what is open."""
    if opener is None:
        what = {"end": "no block", "}": "no block or dictionary"}.get(closer, "no bracket")
        return f"'{closer}' closes nothing: {what} is open", f"remove it, or look for one {closer} too many above"
    if opener.is_bracket:
        return f"Expected '{CLOSING[opener.sign]}' before '{closer}'", still_open(opener, source)
    line = source.span(opener.word_offset, opener.word_offset).line
    right = CLOSING[opener.sign]
    with_sign = "{" if opener.sign == "block" else ":"
    what = "block" if opener.word in ("", "{") else f"'{opener.word}'"
    return f"'{closer}' cannot close the {what} that line {line} opened with '{with_sign}'", f"close it with {right}"
