"""What was meant by a ``break``, ``continue``, ``return`` or ``=>`` that stands where it can do nothing."""

from __future__ import annotations

from collections.abc import Sequence

from l1kernel.errors import Edit, Fix, Hint
from l1kernel.language import nodes
from l1kernel.language.source import Source

_LOOPS = nodes.For | nodes.CFor | nodes.While

Place = tuple[nodes.Statement | None, nodes.Statement]
"""A statement around the misplaced one, or it itself, and what stands before it in its block."""


def outside_a_loop(
    node: nodes.Break | nodes.Continue, places: Sequence[Place], source: Source, *, function: bool
) -> Hint:
    """The hint for a ``break`` or ``continue``; ``places`` from the outermost in, ``function``: it stands in one."""
    word = "break" if isinstance(node, nodes.Break) else "continue"
    closed = next((place for place in reversed(places) if isinstance(place[0], _LOOPS)), None)
    moved = _closed_too_early(closed, source)
    if moved is not None:
        return moved
    what = "leaves a loop" if word == "break" else "goes on with the next round of a loop"
    if function and word == "break":
        return Hint(f"{word} {what}; return leaves a function", ((_instead(node, "return"),),))
    if function:
        return Hint(f"{word} {what}, and none is around it")
    return Hint(f"{word} {what}, and none is around it; exit() ends a program")


def outside_a_function(node: nodes.Return, places: Sequence[Place], source: Source) -> Hint:
    """The hint for a ``return``; ``places`` as for ``outside_a_loop``."""
    closed = next((place for place in reversed(places) if isinstance(place[0], nodes.FunctionDefinition)), None)
    moved = _closed_too_early(closed, source)
    if moved is not None:
        return moved
    if node.value is None:
        return Hint("return leaves a function; exit() ends a program", ((_instead(node, "exit()"),),))
    shown = f"print({source.text[node.value.span.start : node.value.span.end]})"
    return Hint(f"to show a value, write {' '.join(shown.split())}", ((_instead(node, shown),),))


def arrow_as_condition(test: nodes.Expression, source: Source) -> Hint | None:
    """Of ``if age => 18``, a function, which is always true; None of any other condition."""
    if not isinstance(test, nodes.Function) or test.name is not None or len(test.parameters) != 1:
        return None
    body, text = test.body[0] if test.body else None, source.text[test.span.start : test.span.end]
    between = text.partition("=>")
    if not isinstance(body, nodes.Return) or between[0].strip() != test.parameters[0].name:
        return None
    at = test.span.start + len(between[0])
    return Hint("greater or equal is written >=", ((Edit(at, at + 2, ">="),),))


def _instead(node: nodes.Node, text: str) -> Edit:
    return Edit(node.span.start, node.span.end, text)


def _closed_too_early(place: Place | None, source: Source) -> Hint | None:
    """Where the statement is indented as a part of the block before it, close that block behind it."""
    if place is None or place[0] is None:
        return None
    block, statement = place[0], place[1]
    if _indent(source, statement.span.line) <= _indent(source, block.span.line):
        return None
    fix = _closed_later(block, statement, source)
    closer = _closer(block, source)
    if fix is None:
        return None
    line = block.span.end_line
    return Hint(f"the '{closer}' in line {line} closes the block of line {block.span.line} too early", (fix,))


def _closer(block: nodes.Statement, source: Source) -> str:
    return "}" if source.text[block.span.end - 1] == "}" else "end"


def _closed_later(block: nodes.Statement, statement: nodes.Statement, source: Source) -> Fix | None:
    closer, text, depth = _closer(block, source), source.text, _indent(source, block.span.line)
    line = block.span.end_line
    if source.line_text(line).strip() != closer:
        return None
    start = source.offset(line, 1)
    last = statement.span.end_line
    for number in range(last + 1, source.text.count("\n") + 2):
        if source.line_text(number).strip() and _indent(source, number) <= depth:
            break
        if source.line_text(number).strip():
            last = number
    end = source.offset(last, 1) + len(source.line_text(last))
    closing = "\n" + text[start : start + len(source.line_text(line)) - len(closer)] + closer
    return Edit(start, start + len(source.line_text(line)) + 1, ""), Edit(end, end, closing)


def _indent(source: Source, line: int) -> int:
    text = source.line_text(line)
    return len(text) - len(text.lstrip())
