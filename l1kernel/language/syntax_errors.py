"""Why a text is not L1: what, where, and how to mend it."""

from __future__ import annotations

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.lalr import Grammar, Unexpected
from l1kernel.language.source import Source


class StrayEnd(L1SyntaxError):
    def __init__(self, offset: int) -> None:
        super().__init__("'end' closes nothing here")
        self.offset = offset


class ReservedWord(L1SyntaxError):
    def __init__(self, word: str, offset: int) -> None:
        super().__init__(f"Unexpected '{word}'")
        self.offset = offset


def describe(node: nodes.Node) -> str:
    return type(node).__name__


def is_unfinished(unexpected: Unexpected, source: Source) -> bool:
    return unexpected.token.kind == "$END"


def explain(unexpected: Unexpected, source: Source, grammar: Grammar) -> L1SyntaxError:
    token = unexpected.token
    text = source.text[token.start:token.end]
    return L1SyntaxError(f"Unexpected {text!r} ({token.kind})", location=source.location(source.span(token.start, token.end)))
