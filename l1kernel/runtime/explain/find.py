"""The L1 node at a place of a source: what an error happened in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.language.compiler.emit import operator_span
from l1kernel.language.parse import parse
from l1kernel.language.resolve import children
from l1kernel.language.source import Source, Span


def find_node(source: Source, span: Span, *, within: type[nodes.Node] | None = None) -> nodes.Node | None:
    """The node whose code stands at ``span``: an operator's node is found at its operator.

    With ``within``, the innermost node of that class around the span.
    """
    index = _index(source)
    if within is None:
        return index.by_place.get((span.start, span.end))
    around = [node for node in index.all if isinstance(node, within) and node.span.start <= span.start < node.span.end]
    return min(around, key=lambda node: node.span.end - node.span.start, default=None)


def declaration_after(source: Source, name: str, start: int) -> int | None:
    """The line of the first ``let``, ``const`` or ``function`` of a name behind an offset, None where there is none."""
    lines = []
    for node in _index(source).all:
        if node.span.start <= start:
            continue
        if isinstance(node, nodes.Let):
            targets = [node.target] if isinstance(node.target, nodes.Name) else node.target.targets
            if any(isinstance(target, nodes.Name) and target.id == name for target in targets):
                lines.append(node.span.line)
        elif isinstance(node, nodes.FunctionDefinition) and node.function.name == name:
            lines.append(node.span.line)
    return min(lines, default=None)


def text_of(source: Source, node: nodes.Node) -> str:
    """The source text of a node in one line."""
    return " ".join(source.text[node.span.start : node.span.end].split())


_parsed: dict[str, nodes.Program] = {}
_shifts: dict[str, int] = {}


def remember(source: Source, program: nodes.Program, shift: int) -> None:
    """Keep the program of a source whose text alone is no program: a travelled function's lines.

    ``shift`` leads from an offset in it to that in the text it was taken from.
    """
    _parsed[source.name] = program
    _shifts[source.name] = shift


def shift_of(source: Source) -> int:
    """What an offset in the source lacks to be one in the whole text."""
    return _shifts.get(source.name, 0)


def nodes_of(source: Source) -> Sequence[nodes.Node]:
    """Every node of the source."""
    return _index(source).all


def nodes_within(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and what it is made of, in the order of the text."""
    yield node
    for child in children(node):
        yield from nodes_within(child)


class _Index:
    def __init__(self, source: Source) -> None:
        self.all: list[nodes.Node] = []
        self.by_place: dict[tuple[int, int], nodes.Node] = {}
        try:
            stack: list[nodes.Node] = [_parsed.get(source.name) or parse(source)]
        except L1Error:  # a program with syntax errors has no nodes
            return
        while stack:
            node = stack.pop()
            self.all.append(node)
            for place in _places(source, node):
                self.by_place[place.start, place.end] = node
            self.by_place.setdefault((node.span.start, node.span.end), node)
            stack.extend(children(node))


def _places(source: Source, node: nodes.Node) -> list[Span]:
    match node:
        case nodes.Binary():
            return [operator_span(source, node.left.span, node.right.span, len(node.operator))]
        case nodes.AugmentedAssign():
            return [operator_span(source, node.target.span, node.value.span, len(node.operator) + 1)]
        case nodes.Compare():
            operands = [node.first, *node.rest]
            return [
                operator_span(source, operands[i].span, operands[i + 1].span, 2 if op == "in" else len(op.split()[0]))
                for i, op in enumerate(node.operators)
            ]
        case nodes.Attribute():
            return [node.name_span]
        case nodes.Expression():
            return [node.span]
    return []


@lru_cache(maxsize=64)
def _index(source: Source) -> _Index:
    return _Index(source)
