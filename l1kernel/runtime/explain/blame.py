"""Which expression of the program a built-in is complaining about: its hints are given that expression's text."""

from __future__ import annotations

import inspect
import re
from types import FrameType
from typing import TYPE_CHECKING

from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.language.resolve import children
from l1kernel.language.source import Source
from l1kernel.runtime.explain.find import find_node, text_of
from l1kernel.runtime.explain.repairs import bare_text, placed

if TYPE_CHECKING:
    from l1kernel.runtime.translate import Spot

_LONGEST = 40  # a longer text makes no hint clearer


def settle_hint(error: L1Error, spot: Spot) -> None:
    """Put the text of the expression that gave the value ``error.about`` in place of the hint's ``x``.

    What the hint proposes becomes the error's fixes, now that its place is known.
    """
    about = error.about
    expression = None if about is None or spot.called is None else _expression(about, spot, spot.called)
    settle(error, spot.source, find_node(spot.source, spot.span), expression)


def settle(error: L1Error, source: Source, at_fault: nodes.Node | None, expression: nodes.Node | None) -> None:
    """The same where the nodes are known: what failed, and the expression that gave the value ``error.about``."""
    error.about = None
    if error.repairs:
        made = tuple(placed(error, source, at_fault, expression))
        shown = [text for _, text in made if text is not None]
        error.hint = f"write {shown[0]}" if shown else error.hint
        error.fixes += tuple(fix for fix, _ in made if fix is not None)
        error.repairs = ()
    text = None if expression is None else bare_text(text_of(source, expression))
    if error.hint is not None and text is not None and len(text) <= _LONGEST:
        error.hint = re.sub(r"\bx\b", lambda _: text, error.hint)


_OPERATIONS = nodes.Binary | nodes.AugmentedAssign | nodes.Compare  # each works at the place of its operator


def _expression(value: object, spot: Spot, called: FrameType) -> nodes.Node | None:
    """The argument or operand whose value the function at work was passed."""
    node = find_node(spot.source, spot.span)
    held = _arguments(called)
    at = next((i for i, (_, argument) in enumerate(held) if argument is value), None)
    if node is None or at is None:
        return None
    passed = held[at][0]
    given: list[nodes.Node | None]
    if isinstance(node, nodes.Call):
        named = next((argument.value for argument in node.arguments if argument.name == passed), None)
        if named is not None:
            return named
        given = [node.callee.target] if isinstance(node.callee, nodes.Attribute) else []
        given += [argument.value for argument in node.arguments if argument.name is None]
    elif isinstance(node, nodes.Index):
        given = _index_parts(node, nested=held[0][0] == "owner")
    elif isinstance(node, nodes.RangeLiteral) or (isinstance(node, _OPERATIONS) and spot.span != node.span):
        given = [*children(node)]
    else:
        given = [node]
    return given[at] if at < len(given) else None


def _arguments(called: FrameType) -> list[tuple[str, object]]:
    """What a function was passed, in the order of its parameters, the session aside."""
    code, held = called.f_code, called.f_locals
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    found = [(name, held.get(name)) for name in names if name != "session"]
    if code.co_flags & inspect.CO_VARARGS:
        name = code.co_varnames[len(names)]
        found[code.co_argcount :] = [(name, argument) for argument in held.get(name, ())]
    return found


def _index_parts(node: nodes.Index, *, nested: bool) -> list[nodes.Node | None]:
    """The container and what stands in the brackets; with ``nested``, of ``df["c"][0] = x`` both pairs of them."""
    inner = node.target
    found: list[nodes.Node | None] = (
        _index_parts(inner, nested=False) if nested and isinstance(inner, nodes.Index) else [inner]
    )
    for part in node.indices:
        found += [part.start, part.stop, part.step] if isinstance(part, nodes.Slice) else [part]
    return found
