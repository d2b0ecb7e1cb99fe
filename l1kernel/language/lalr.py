"""Lexer and LALR parser in one loop over the grammar's tables.

Lark makes the tables and judges this loop in tests/language/test_grammar.py. The loop is here because a cell is
parsed while its reader waits: it takes a quarter of the time of Lark's own.

As in Lark's contextual lexer, the parser's state says what a word or a sign means (``end`` is a name where only a
name can stand). Here one regular expression cuts the text, and the state chooses among the terminals of that core.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from l1kernel.language.grammar import END_OF_TEXT, Rule, Tables, Terminal
from l1kernel.language.newlines import WATCHED, Newlines, TooDeep, TooLong

# an action gets the builder, the children, and where the rule's text starts and ends
Action = Callable[[Any, list[Any], int, int], Any]

Look = Callable[[str, int], Any]
# the terminal that a text means in a state, or those it may mean, each with its look-ahead
Choice = int | tuple[tuple[int, Look | None], ...]

# signs, powers, `? :` and `=>` nest without a bracket: that deep at most, as the compiler walks them
MAX_DEPTH = 3000

# some 30,000 lines; CPython's compiler cannot be interrupted, and takes half a second for so much
MAX_TOKENS = 250_000

NAME, NEWLINE, COMMENT, BLANKS = "NAME", "_NL", "COMMENT", "BLANKS"
UNKNOWN = "?"


class Token(NamedTuple):
    kind: str
    start: int
    end: int


# past the argument handling of NamedTuple's own constructor
_new_token = tuple.__new__


class Unexpected(Exception):
    """A token that the grammar does not take there. ``kind`` is ``$END`` at the end, ``?`` where no token begins.

    ``tokens`` are those before it, ``states`` the parser's stack, ``newlines`` what is open.
    """

    def __init__(self, token: Token, tokens: list[Token], states: list[int], newlines: Newlines) -> None:
        super().__init__(token.kind, token.start)
        self.token = token
        self.tokens = tokens
        self.states = states
        self.newlines = newlines


class Parsed(NamedTuple):
    """``value`` is what the start rule's action gave. ``comments`` are (start, end, number of tokens before it)."""

    value: Any
    tokens: list[Token]
    comments: list[tuple[int, int, int]]


@dataclass(slots=True)
class Stack:
    """A parse under way: the states, for each but the first the value of its symbol and where its text starts.

    Whoever holds the Stack of a run that failed can change it and run on.
    """

    states: list[int]
    values: list[Any] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    comments: list[tuple[int, int, int]] = field(default_factory=list)


class Grammar:
    """The tables, ready to run: what costs time (rows, regular expressions) is made when it is first needed."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.names = [terminal.name for terminal in tables.terminals]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.watched = {number: name for number, name in enumerate(self.names) if name in WATCHED}
        self.ignored = frozenset(number for number, terminal in enumerate(tables.terminals) if terminal.ignored)
        self.newline = self.numbers[NEWLINE]
        self.end = self.numbers[END_OF_TEXT]
        self.rows: list[dict[int, int] | None] = [None] * len(tables.shifts)
        self.gotos: list[dict[int, int] | None] = [None] * len(tables.gotos)
        self.choices: list[dict[str | int, Choice]] = [{} for _ in tables.shifts]
        self.scanners: list[Scanner | None] = [None] * len(tables.shifts)
        # all terminals that begin with a text or, for words without one of their own, a class of texts
        self.candidates: dict[str | int, list[int]] = {}
        self.looks: dict[int, Look] = {}
        self._classes: dict[str, int] = {}
        self.name_class = self.class_of(tables.terminals[self.numbers[NAME]].core)
        self.blanks = tables.terminals[self.numbers[BLANKS]].core
        self._collect()
        self.outside = Scanner(self, [t for t in tables.terminals if not t.inside])
        self._insides: dict[frozenset[int], Scanner] = {}
        self.chains: dict[tuple[int, int, int], int] = {}

    def _collect(self) -> None:
        for number, terminal in enumerate(self.tables.terminals[:-1]):
            key = terminal.core if terminal.literal else self.class_of(terminal.core)
            self.candidates.setdefault(key, []).append(number)
        names = self.candidates[self.name_class]
        for key, numbers in self.candidates.items():
            if isinstance(key, str) and key.isidentifier():
                # a word is also a name where the state takes no such word
                before = [number for number in names if self.tables.terminals[number].look]
                numbers[:0] = before
                numbers += [number for number in names if number not in before]

    def class_of(self, core: str) -> int:
        """The number, from 1, of the class of the texts that a regular expression matches."""
        return self._classes.setdefault(core, len(self._classes) + 1)

    def row(self, state: int) -> dict[int, int]:
        """Terminal to action."""
        row = self.rows[state]
        if row is None:
            flat = self.tables.shifts[state]
            row = self.rows[state] = dict(zip(flat[::2], flat[1::2], strict=True))
        return row

    def goto(self, state: int, nonterminal: int) -> int:
        """The state after a nonterminal."""
        return self.goto_row(state)[nonterminal]

    def goto_row(self, state: int) -> dict[int, int]:
        """Nonterminal to state."""
        row = self.gotos[state]
        if row is None:
            flat = self.tables.gotos[state]
            row = self.gotos[state] = dict(zip(flat[::2], flat[1::2], strict=True))
        return row

    def scanner(self, state: int) -> Scanner:
        """What cuts the text in this state: in most of them the one for all that stands outside f-strings."""
        row = self.row(state)
        if any(self.tables.terminals[number].inside for number in row):
            accepted = frozenset(row)
            if accepted not in self._insides:
                self._insides[accepted] = Scanner(self, [self.tables.terminals[number] for number in sorted(accepted)])
            found = self._insides[accepted]
        else:
            found = self.outside
        self.scanners[state] = found
        return found

    def choose(self, state: int, key: str | int) -> Choice:
        """The terminal that a text means in a state, or those that it may mean with their look-aheads, best first.

        A row takes more than the parser does, as states are merged: of several terminals one is proved on the stack.
        """
        row = self.row(state)
        accepted = [n for n in self.candidates[key] if n in row or n in self.ignored or n == self.newline]
        plain = next(n for n in self.candidates[key] if not self.tables.terminals[n].look)  # for an error
        if not accepted:
            return plain
        chosen: list[tuple[int, Look | None]] = []
        for number in accepted:
            look = self._look(number)
            chosen.append((number, look))
            if look is None and row.get(number, -1) >= 0:
                break
        if chosen[-1][1] is not None:
            chosen.append((plain, None))
        sure = (len(chosen) == 1 and chosen[0][1] is None) or (chosen[0][1] is None and row.get(chosen[0][0], -1) >= 0)
        found = chosen[0][0] if sure else tuple(chosen)
        self.choices[state][key] = found
        return found

    def prove(self, states: list[int], among: tuple[tuple[int, Look | None], ...], text: str, end: int) -> int:
        """The first of several terminals whose look-ahead holds behind ``end`` and that the parser takes next."""
        last = among[-1][0]
        for number, look in among:
            if (look is None or look(text, end)) and (
                number == last or number in self.ignored or number == self.newline or self.accepts(states, number)
            ):
                return number
        return last

    def _look(self, number: int) -> Look | None:
        look = self.tables.terminals[number].look
        if look is None:
            return None
        if number not in self.looks:
            self.looks[number] = re.compile(look).match
        return self.looks[number]

    def chain(self, below: int, rule: int, kind: int) -> int:
        """The state after a reduction of one symbol to one, and all such that follow it at once."""
        state = self.goto(below, self.tables.rules[rule].origin)
        action = self.row(state).get(kind)
        if action is not None and action < 0 and is_link(self.tables.rules[~action]):
            state = self.chain(below, ~action, kind)
        self.chains[below, rule, kind] = state
        return state

    def accepts(self, states: list[int], kind: int) -> bool:
        """Whether a parser with this stack of states takes the terminal next."""
        action = self.row(states[-1]).get(kind)
        if action is None or action >= 0:
            return action is not None
        stack = list(states)
        while True:
            action = self.row(stack[-1]).get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = self.tables.rules[~action]
            if rule.size:
                del stack[-rule.size :]
            stack.append(self.goto(stack[-1], rule.origin))
            if kind == self.end and stack[-1] == self.tables.end:
                return True


class Scanner:
    """One regular expression for a set of terminals.

    ``keys[group]`` is the class of that group's texts; None where the text itself may be a literal.
    """

    def __init__(self, grammar: Grammar, terminals: list[Terminal]) -> None:
        signs = sorted((t.core for t in terminals if t.literal and not t.core.isidentifier()), key=len, reverse=True)
        groups: list[tuple[str, int | None]] = []
        for terminal in terminals:
            key = grammar.class_of(terminal.core)
            if not terminal.literal and terminal.name != BLANKS and (terminal.core, key) not in groups:
                groups.append((terminal.core, key))
        # comments begin like signs and come first; an f-string begins like a name, so signs come before names
        groups.sort(key=lambda group: group[1] == grammar.name_class)
        at = len(groups) - (len(groups) > 0 and groups[-1][1] == grammar.name_class)
        groups.insert(at, ("|".join(map(re.escape, filter(None, signs))) or "(?!)", None))
        groups.append((r"\Z", None))
        blanks = "" if any(terminal.inside for terminal in terminals) else f"(?:{grammar.blanks})?"
        self.keys = [None, *(None if key == grammar.name_class else key for _, key in groups)]
        self.end_group = len(groups)
        self.match = re.compile(f"{blanks}(?:{'|'.join(f'({core})' for core, _ in groups)})").match


class Parser:
    """A grammar with an action for each rule, by the rule's name."""

    def __init__(self, grammar: Grammar, actions: Mapping[str, Action]) -> None:
        self.grammar = grammar
        self._rules = [
            (
                rule.size,
                rule.origin,
                None if rule.spliced else actions.get(rule.action),
                _shape(rule),
                is_link(rule),
                rule.transparent,
            )
            for rule in grammar.tables.rules
        ]

    def begin(self) -> Stack:
        """The stack of a parse that has read nothing."""
        return Stack([self.grammar.tables.start])

    def run(self, text: str, builder: Any, newlines: Newlines, stack: Stack | None = None, position: int = 0) -> Parsed:
        """Parse a text, or go on with one at ``position``. Raises Unexpected, TooDeep, and what an action raises."""
        grammar, rules = self.grammar, self._rules
        rows, gotos, choices = grammar.rows, grammar.gotos, grammar.choices
        scanners, chains = grammar.scanners, grammar.chains
        watched, ignored, names, literals = grammar.watched, grammar.ignored, grammar.names, grammar.candidates
        newline, end_kind, name_class = grammar.newline, grammar.end, grammar.name_class
        comment, end_state = grammar.numbers[COMMENT], grammar.tables.end
        stack = stack or self.begin()
        states, values, starts, tokens, comments = (
            stack.states, stack.values, stack.starts, stack.tokens, stack.comments
        )  # fmt: skip
        state = states[-1]
        previous, last_end = (tokens[-1].kind, tokens[-1].end) if tokens else (None, 0)
        while True:
            scanner = scanners[state] or grammar.scanner(state)
            match = scanner.match(text, position)
            if match is None:
                raise Unexpected(_unknown(text, position), tokens, states, newlines)
            group = match.lastindex or scanner.end_group
            start, end = match.span(group)
            if group == scanner.end_group:
                kind, word = end_kind, ""
            else:
                word = text[start:end]
                key = scanner.keys[group] or (word if word in literals else name_class)
                choice = choices[state].get(key)
                if choice is None:
                    choice = grammar.choose(state, key)
                kind = grammar.prove(states, choice, text, end) if isinstance(choice, tuple) else choice
                if kind in ignored:
                    if kind == comment:
                        comments.append((start, end, len(tokens)))
                    position = end
                    continue
                if kind == newline and not newlines.counts(previous):
                    position = end
                    continue
            row = rows[state] or grammar.row(state)
            while True:
                action = row.get(kind)
                if action is None:
                    raise Unexpected(Token(names[kind], start, end), tokens, states, newlines)
                if action >= 0:
                    break
                size, origin, act, shape, link, transparent = rules[~action]
                if link:
                    below = states[-2]
                    reached = chains.get((below, ~action, kind))
                    state = grammar.chain(below, ~action, kind) if reached is None else reached
                    states[-1] = state
                    row = rows[state] or grammar.row(state)
                    continue
                if size:
                    children = values[-size:]
                    first = starts[-size]
                    del values[-size:], starts[-size:], states[-size:]
                else:
                    children, first = [], start
                if shape is not None:
                    children = shape(children)
                if act is None:
                    value = children[0] if transparent else children
                elif transparent and len(children) == 1:
                    value = children[0]
                else:
                    value = act(builder, children, first, last_end)
                below = states[-1]
                state = (gotos[below] or grammar.goto_row(below))[origin]
                if kind == end_kind and state == end_state:
                    return Parsed(value, tokens, comments)
                states.append(state)
                values.append(value)
                starts.append(first)
                row = rows[state] or grammar.row(state)
            state = action
            states.append(state)
            if len(states) > MAX_DEPTH:
                raise TooDeep(start)
            values.append(word)
            starts.append(start)
            previous = names[kind]
            tokens.append(_new_token(Token, (previous, start, end)))
            if len(tokens) > MAX_TOKENS:
                raise TooLong(start)
            if kind in watched:
                newlines.follow(previous, word, start)
            last_end = position = end

    def feed(self, stack: Stack, builder: Any, newlines: Newlines, token: Token, word: str) -> bool:
        """Take a token that does not stand in the text; False, and nothing is changed, where the parser takes none."""
        kind = self.grammar.numbers[token.kind]
        if not self.grammar.accepts(stack.states, kind):
            return False
        while (action := self.grammar.row(stack.states[-1])[kind]) < 0:
            self._reduce(stack, builder, ~action, token.start)
        stack.states.append(action)
        stack.values.append(word)
        stack.starts.append(token.start)
        stack.tokens.append(token)
        if kind in self.grammar.watched:
            newlines.follow(token.kind, word, token.start)
        return True

    def _reduce(self, stack: Stack, builder: Any, number: int, start: int) -> None:
        """One reduction of ``run``, on its own."""
        size, origin, act, shape, _, transparent = self._rules[number]
        children: list[Any] = []
        if size:
            children, start = stack.values[-size:], stack.starts[-size]
            del stack.values[-size:], stack.starts[-size:], stack.states[-size:]
        if shape is not None:
            children = shape(children)
        if transparent and (act is None or len(children) == 1):
            value = children[0]
        else:
            end = stack.tokens[-1].end if stack.tokens else 0
            value = children if act is None else act(builder, children, start, end)
        stack.states.append(self.grammar.goto(stack.states[-1], origin))
        stack.values.append(value)
        stack.starts.append(start)


def is_link(rule: Rule) -> bool:
    """One symbol becomes one, unchanged."""
    return rule.size == 1 and rule.transparent and rule.kept == ((0, False),)


def _shape(rule: Rule) -> Callable[[list[Any]], list[Any]] | None:
    """What makes of a rule's values the children of its action; None where they are the same."""
    kept = rule.kept
    if kept == tuple((index, False) for index in range(rule.size)):
        return None
    if not any(spliced for _, spliced in kept):
        indices = [index for index, _ in kept]
        return lambda values: [values[index] for index in indices]
    return lambda values: _splice(values, kept)


def _splice(values: list[Any], kept: tuple[tuple[int, bool], ...]) -> list[Any]:
    children: list[Any] | None = None
    for index, spliced in kept:
        if children is None:
            # a list that grows from the left is taken over, or long lists would cost their length squared
            children = values[index] if spliced else [values[index]]
        elif spliced:
            children += values[index]
        else:
            children.append(values[index])
    return children or []


def _unknown(text: str, position: int) -> Token:
    """The sign that no token begins with."""
    while text[position] in " \t\f\r":
        position += 1
    return Token(UNKNOWN, position, position + 1)
