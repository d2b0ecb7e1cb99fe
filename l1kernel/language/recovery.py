"""All independent syntax errors of a text: what to do behind an error so that it brings forth no other.

A parser that failed is set back to the beginning of the statement in which it failed. From there several ways lead
on (``ways.py``): to close what is open, to pass over the rest of the statement, to open the block whose header was
wrong. Each is tried up to its next error. The way that gets furthest is taken, of equals the first.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes, syntax_errors
from l1kernel.language.builder import Builder
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints.failure import CLOSERS
from l1kernel.language.lalr import Action, Grammar, Parser, Stack, Token, Unexpected
from l1kernel.language.newlines import TooDeep
from l1kernel.language.source import Source, place
from l1kernel.language.trouble import CHAIN_PARTS, Trouble
from l1kernel.language.ways import Way, closed_by_indentation, opens_block, ways, word_at

# one way is tried over so much text: what differs between two ways shows before
HORIZON = 60_000
# no reader wants more, and a file in another language has one a line
MAX_ERRORS = 200

_END = re.compile(r"^[ \t]*end\b|\bend[ \t]*(?:#.*|//.*)?$", re.MULTILINE)

# how far a trial came: where it failed, then how few blocks it left open at the end of the text
_Reach = tuple[int, int]


def syntax_errors_of(source: Source, grammar: Grammar) -> list[L1SyntaxError]:
    """The syntax errors of a text in order of place, at most MAX_ERRORS; first the one that ``parse`` raises."""
    recovery = _Recovery(source, grammar)
    position: int | None = 0
    while position is not None and len(recovery.errors) < MAX_ERRORS:
        position = recovery.run(position)
    return _in_order(recovery.errors)


def _in_order(errors: list[L1SyntaxError]) -> list[L1SyntaxError]:
    """Without those said twice; what stops the parser first stays first, as a run shows it."""
    unique = {(error.message, error.location): error for error in errors}
    first, *others = unique.values()
    return [first, *sorted(others, key=place)]


class _Recovery:
    """One text with errors, being read."""

    def __init__(self, source: Source, grammar: Grammar) -> None:
        self.source = source
        self.grammar = grammar
        self.parser = Parser(grammar, _ACTIONS)
        self.builder = _Tolerant(source)
        self.errors = self.builder.errors
        self.stack = self.parser.begin()
        names = grammar.tables.nonterminals
        self._lines = names.index("_lines")
        # whether blocks that indentation alone closes have been reported: all of them are one mistake
        self._indented = False
        # blocks whose headers were passed over: so many closers have nothing to close
        self._owed = 0

    def run(self, position: int) -> int | None:
        """Read on up to the next error and note it; where to go on behind it, None at the end."""
        try:
            self.parser.run(self.source.text, self.builder, self.builder.newlines, self.stack, position)
            return None
        except Unexpected as unexpected:
            error = syntax_errors.explain(unexpected, self.source, self.grammar)
            token = unexpected.token
        except _Refused as refused:
            error, token = refused.error, refused.token
        except TooDeep as deep:
            deep.location = self.source.location(self.source.span(deep.offset, deep.offset + 1))
            self.errors.append(deep)
            return None
        trouble = self._trouble(token, error)
        if not self._follows(error, trouble):
            self.errors.append(error)
        if self.source.text.startswith("/*", trouble.place):
            return None  # a comment without end takes all the rest
        return self._go_on(trouble)

    def _follows(self, error: L1SyntaxError, trouble: Trouble) -> bool:
        """Whether an error is there only because of an earlier one."""
        text, newlines, word = self.source.text, self.builder.newlines, trouble.first_word
        if not self.errors:
            return False
        if error.location and word_at(text, self.source.offset(*place(error))) in self.builder.misnamed:
            return True
        if word in CHAIN_PARTS and (self._is_behind_dropped(trouble) or self.builder.lone_try_end is not None):
            self.builder.lone_try_end = None
            return True
        if trouble.token.kind in CLOSERS and newlines.innermost() is None and self._owed:
            self._owed -= 1
            return True
        if trouble.token.kind == END_OF_TEXT and newlines.open[-1].sign == "colon" and self._indented:
            # blocks that indentation alone closes are one mistake, however many they are
            return not _END.search(text)
        return False

    def _is_behind_dropped(self, trouble: Trouble) -> bool:
        """Whether a statement was passed over right before the failed one."""
        before = [token for token in self.stack.tokens[-3 - len(trouble.tokens) :] if token.start <= trouble.begin]
        return any(token.kind == "SEMICOLON" and token.start == token.end for token in before[-3:])

    def _go_on(self, trouble: Trouble) -> int | None:
        """Take the best way behind an error; None if there is none."""
        mark = _Mark(self.stack, self.builder, len(trouble.tokens))
        best: tuple[_Reach, Way] | None = None
        soon = trouble.line_end(trouble.line_end(trouble.token.start) + 1)
        for way in ways(trouble):
            reach = self._try(way)
            mark.restore(self.stack, self.builder)
            if reach is None or (way.late and best is not None and best[0][0] > soon):
                continue
            if best is None or reach > best[0]:
                best = reach, way
        if best is None:
            return None
        way = best[1]
        self._indented = self._indented or trouble.token.kind == END_OF_TEXT or closed_by_indentation(trouble)
        self._owed += way.drop is not None and not way.tokens and opens_block(trouble)
        self._take(way)
        return way.position

    def _trouble(self, token: Token, error: L1SyntaxError) -> Trouble:
        begin = self._begin(token)
        tokens = []
        for earlier in reversed(self.stack.tokens):
            if earlier.start < begin:
                break
            if earlier.kind != "SEMICOLON" or earlier.end > earlier.start:
                tokens.append(earlier)
        newlines = self.builder.newlines
        return Trouble(self.source.text, token, self.source.offset(*place(error)), begin, tokens[::-1], newlines.open)

    def _begin(self, token: Token) -> int:
        """Where the innermost statement that is being read begins."""
        begun = self.stack.starts[self._level() + 1 :]
        return min(begun[0], token.start) if begun else token.start

    def _level(self) -> int:
        """The index of the innermost state in which a list of statements has begun and nothing behind it."""
        states = self.stack.states
        return next(
            at
            for at in range(len(states) - 1, -1, -1)
            if (listed := self.grammar.goto_row(states[at]).get(self._lines)) is not None
            and (len(states) <= at + 2 or states[at + 1] == listed)
        )

    def _drop(self, begin: int) -> None:
        """Forget the statement that is being read."""
        stack, level, newlines = self.stack, self._level(), self.builder.newlines
        listed = self.grammar.goto(stack.states[level], self._lines)
        if stack.states[level + 1 : level + 2] == [listed]:
            level += 1
        del stack.states[level + 1 :], stack.values[level:], stack.starts[level:]
        if stack.states[level] != listed:
            stack.states.append(listed)
            stack.values.append([])
            stack.starts.append(begin)
        while stack.tokens and stack.tokens[-1].start >= begin:
            stack.tokens.pop()
        while len(newlines.open) > 1 and newlines.open[-1].offset >= begin:
            newlines.open.pop()
        newlines.open[-1].header, newlines.open[-1].questions = None, 0

    def _take(self, way: Way) -> bool:
        """Bring the parser onto a way; False where it does not take it."""
        if way.drop is not None:
            self._drop(way.drop)
            end = way.drop if way.tokens else way.position
            self.stack.tokens.append(Token("SEMICOLON", end, end))  # so that no message looks further back
        for kind, word, offset in way.tokens:
            token = Token(kind, offset, offset + len(word) * self.source.text.startswith(word, offset))
            if not self.parser.feed(self.stack, self.builder, self.builder.newlines, token, word):
                return False
        return True

    def _try(self, way: Way) -> _Reach | None:
        """How far a way leads; None if it is none."""
        text = self.source.text
        horizon = len(text)
        if horizon - way.position > HORIZON:
            horizon = text.rfind("\n", 0, way.position + HORIZON) + 1
            if horizon <= way.position:
                horizon = len(text)
        known = len(self.errors)
        newlines = self.builder.newlines
        try:
            taken = self._take(way)
        except (_Refused, TooDeep):
            taken = False
        if not taken:
            return None
        try:
            self.parser.run(
                text[:horizon] if horizon < len(text) else text, self.builder, newlines, self.stack, way.position
            )
            reach = (len(text) + 1, 0)
        except Unexpected as unexpected:
            reach = unexpected.token.start, 0
            if unexpected.token.kind == END_OF_TEXT:
                reach = len(text), 1 - len(newlines.open)
        except (_Refused, TooDeep) as refused:
            reach = refused.offset, 0
        if len(self.errors) > known:
            reach = min(reach, (self.source.offset(*place(self.errors[known])), 0))
        return reach if reach[0] < horizon else (horizon, reach[1])


class _Mark:
    """A state of the parser to which it can come back. Lists of values only grow, so their lengths are enough."""

    def __init__(self, stack: Stack, builder: _Tolerant, changing: int) -> None:
        """``changing``: of the tokens, so many at the end may be taken away."""
        self._stack = Stack(list(stack.states), list(stack.values), list(stack.starts), [], [])
        self._lengths = [(value, len(value)) for value in stack.values if type(value) is list]
        self._open = [copy(opener) for opener in builder.newlines.open]
        self._sure = len(stack.tokens) - changing
        self._tokens = stack.tokens[self._sure :]
        self._counts = len(stack.comments), len(builder.errors), len(builder.cautions)
        self._closed = len(builder.newlines.closed_by_brace)

    def restore(self, stack: Stack, builder: _Tolerant) -> None:
        for value, length in self._lengths:
            del value[length:]
        stack.states[:], stack.values[:], stack.starts[:] = self._stack.states, self._stack.values, self._stack.starts
        stack.tokens[self._sure :] = self._tokens
        comments, errors, cautions = self._counts
        del stack.comments[comments:], builder.errors[errors:], builder.cautions[cautions:]
        del builder.newlines.closed_by_brace[self._closed :]
        builder.newlines.open[:] = [copy(opener) for opener in self._open]


class _Refused(Exception):
    """What an action does not accept, and the statement goes no further: the token at which it stopped."""

    def __init__(self, error: L1SyntaxError, token: Token) -> None:
        super().__init__(error.message)
        self.error = error
        self.token = token
        self.offset = token.start


class _Tolerant(Builder):
    """Notes what its actions do not accept and goes on with something in its place."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.errors: list[L1SyntaxError] = []
        self.misnamed: set[str] = set()  # words of L1 that the text uses as names

    def refusal(self, name: str, error: L1SyntaxError, parts: list[Any], start: int, end: int) -> Any:
        """What stands in for the node that ``name`` would have made. Raises _Refused where nothing can."""
        if name in ("variable", "sign") or start in self._names_end:
            kind = "END" if start in self._names_end else "NAME"
            raise _Refused(error, Token(kind, start, min(end, start + len("end")))) from None
        self.errors.append(error)
        span = self.span(start, end)
        match name:
            case "name":
                self.misnamed.add(parts[0])
                return nodes.Name(span, parts[0])
            case "parameters":
                return tuple(parts)
            case "covered_default" | "covered_typed" | "covered_typed_default" | "lambda_name":
                self.misnamed.add(parts[0])
                return nodes.Parameter(span, parts[0], None, None)
            case "fstring_text":
                return ""
            case "number" | "string" | "arrow_parameters":
                return nodes.Constant(span, None)
        return nodes.ExpressionStatement(span, nodes.Constant(span, None))


def _tolerant(name: str, action: Action) -> Action:
    def act(builder: _Tolerant, parts: list[Any], start: int, end: int) -> Any:
        try:
            return action(builder, parts, start, end)
        except L1SyntaxError as error:
            return builder.refusal(name, error, parts, start, end)

    return act


_ACTIONS: dict[str, Action] = {
    name: _tolerant(name, action) for name, action in vars(Builder).items() if callable(action) and name[0] != "_"
}
