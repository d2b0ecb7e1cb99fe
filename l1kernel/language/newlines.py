"""Which newlines end a statement: a filter between lexer and parser, with a stack of what is open.

A newline counts at top level and in a block. It does not inside brackets or a dictionary, nor right behind an
operator, a comma or ``=``. A function body inside brackets is a block again.
"""

from __future__ import annotations

from dataclasses import dataclass

from l1kernel.errors import L1SyntaxError

# CPython's own limit for brackets; beyond it its compiler gives up
MAX_NESTING = 200

ASSIGNMENTS = ("EQUAL", "PLUS_EQUAL", "MINUS_EQUAL", "STAR_EQUAL", "SLASH_EQUAL", "PERCENT_EQUAL", "POWER_EQUAL")

# a line cannot end behind one of these
OPERATORS = frozenset(
    [
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "PERCENT",
        "POWER",
        "EQUAL_TO",
        "NOT_EQUAL",
        "LESS",
        "LESS_EQUAL",
        "GREATER",
        "GREATER_EQUAL",
        "AND",
        "OR",
        "NOT",
        "IN",
        "AND_SIGN",
        "OR_SIGN",
        "NOT_SIGN",
        "RANGE",
        "CLOSED_RANGE",
        *ASSIGNMENTS,
        "ARROW",
        "QUESTION",
        "COLON",
        "COMMA",
        "DOT",
        "_LBRACE",
    ]
)
_BRACKETS = {"LPAR": "(", "LSQB": "[", "_LDICT": "{", "_LDICT_KEY": "{", "_FBRACE": "{"}
_STRINGS = {"_FBEGIN_DOUBLE": '"', "_FBEGIN_SINGLE": "'"}
_HEADERS = frozenset(["IF", "WHILE", "FOR", "LOOP", "TRY", "FUNCTION", "FN", "_PROJECT"])
_NEXT_PARTS = frozenset(["_ELSE_COLON", "_ELIF_COLON", "_ELSE_IF_COLON", "_CATCH_COLON", "_FINALLY_COLON"])
_BRACE_ONLY = ("else", "catch", "finally", "project")
_CLOSERS = frozenset(["RPAR", "_RPAR_THEN", "RSQB", "RBRACE", "END", "_FEND_DOUBLE", "_FEND_SINGLE"])

WATCHED = (
    frozenset(_BRACKETS)
    | frozenset(_STRINGS)
    | _HEADERS
    | _NEXT_PARTS
    | _CLOSERS
    | {"_LBRACE", "COLON", "QUESTION", "ELSE", "ARROW", "CATCH", "FINALLY", "_NL", "SEMICOLON"}
)


@dataclass(slots=True)
class Opener:
    """Something open. ``sign`` is ``( [ {`` or a quote for brackets and strings, ``block`` or ``colon`` for blocks.

    ``offset`` is where it stands; a block's ``word`` is the word of its header, at ``word_offset`` (for a later part
    of a chain: the chain's first). ``_header`` is the header now being read inside it, ``_questions`` counts the
    ``?`` whose ``:`` has not come.
    """

    sign: str
    offset: int
    word: str = ""
    word_offset: int = 0
    header: tuple[str, int] | None = None
    questions: int = 0

    @property
    def is_bracket(self) -> bool:
        return self.sign in "([{\"'"


class Newlines:
    """Follows the tokens of one text."""

    def __init__(self) -> None:
        self.open = [Opener("block", 0)]
        self.closed_by_brace: list[tuple[Opener, int]] = []

    def follow(self, kind: str, text: str, offset: int) -> None:
        """Take note of a token whose kind is in WATCHED."""
        here = self.open[-1]
        if kind in _BRACKETS:
            self._push(Opener(_BRACKETS[kind], offset))
        elif kind in _STRINGS:
            self._push(Opener(_STRINGS[kind], offset))
        elif kind in _CLOSERS:
            self._close(kind, offset)
        elif kind in _HEADERS:
            # behind `else` of an `else if:` the chain's first word stays
            if here.header is None or here.header[0] != text:
                here.header, here.questions = (text, offset), 0
        elif kind in _NEXT_PARTS:
            if here.sign == "colon" and len(self.open) > 1:
                first = self.open.pop()
                self.open[-1].header, self.open[-1].questions = (first.word, first.word_offset), 0
        elif kind in ("CATCH", "FINALLY", "ELSE"):
            # `else` also ends the header that the `if` of `a if c else b` seemed to begin
            here.header = (text, offset)
        elif kind == "_LBRACE":
            self._push(Opener("block", offset, *(here.header or ("{", offset))))
            here.header = None
        elif kind == "COLON":
            self._colon(here, offset)
        elif kind == "QUESTION":
            here.questions += 1
        else:  # the header, if there was one, came to nothing
            if kind != "_NL" or not here.is_bracket:
                here.header = None

    def counts(self, previous: str | None) -> bool:
        """Whether a newline here, behind a token of kind ``previous``, ends a statement."""
        return not self.open[-1].is_bracket and previous not in OPERATORS

    def innermost(self) -> Opener | None:
        """What is open, if anything is."""
        return self.open[-1] if len(self.open) > 1 else None

    def _push(self, opener: Opener) -> None:
        if len(self.open) > MAX_NESTING:
            raise TooDeep(opener.offset)
        self.open.append(opener)

    def _colon(self, here: Opener, offset: int) -> None:
        if here.questions:
            here.questions -= 1
        elif here.header is not None and here.header[0] not in _BRACE_ONLY:
            self._push(Opener("colon", offset, *here.header))
            here.header = None

    def _close(self, kind: str, offset: int) -> None:
        if len(self.open) == 1:
            return
        here = self.open[-1]
        if kind == "RBRACE" and here.sign == "colon":
            self.closed_by_brace.append((here, offset))
        elif kind == "END" and here.sign != "colon":
            return
        self.open.pop()


class TooDeep(L1SyntaxError):
    """More open brackets and blocks than MAX_NESTING; ``offset`` is that of the first too many."""

    def __init__(self, offset: int) -> None:
        super().__init__("Too many brackets or blocks inside each other", hint="give the inner part a name of its own")
        self.offset = offset


class TooLong(TooDeep):
    """More words and signs than a program may have."""

    def __init__(self, offset: int) -> None:
        L1SyntaxError.__init__(
            self, "The program is too long", hint="divide it into files: import; data belongs into a file: read_csv"
        )
        self.offset = offset
