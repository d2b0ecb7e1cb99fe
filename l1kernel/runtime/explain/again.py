"""A native operation that failed, asked again of L1's own helper: that says what is wrong in L1's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.runtime.attributes import get_member
from l1kernel.runtime.explain.blame import settle_hint
from l1kernel.runtime.explain.situation import UNKNOWN, Situation, value_of
from l1kernel.runtime.items import item, set_item
from l1kernel.runtime.registry import builtins


def asked_again(situation: Situation) -> L1Error | None:
    """The error that the helper raises for the same operands; None where they are not known, or it raises none."""
    node = situation.node
    if not situation.native or situation.spot is None or node is None:
        return None
    function, *arguments = _work(node, situation)
    if function is None or any(argument is UNKNOWN for argument in arguments):
        return None
    try:
        function(*arguments)
    except L1Error as error:
        inside = error.__traceback__.tb_next if error.__traceback__ is not None else None
        settle_hint(error, situation.spot._replace(called=inside and inside.tb_frame))
        return error.with_traceback(None)
    except TypeError:
        return None
    return None


def _work(node: nodes.Node, situation: Situation) -> tuple[Callable[..., Any] | None, *tuple[Any, ...]]:
    """The helper that an expression would have called, and what with."""
    match node:
        case nodes.Index() if len(node.indices) == 1:
            target, index = value_of(node.target, situation), value_of(node.indices[0], situation)
            if target is UNKNOWN and isinstance(node.target, nodes.Index):  # `a[i][j] = x` stands at one place
                return _work(node.target, situation)
            if type(situation.exc) is KeyError and type(target) is dict:
                index = situation.exc.args[0]
            elif "assignment" in str(situation.exc):
                return set_item, target.copy() if isinstance(target, list) else target, index, None
            return item, target, index
        case nodes.Attribute():
            target = value_of(node.target, situation)
            return (get_member, None, target, node.name) if isinstance(target, dict) else (None,)
        case nodes.Call(callee=nodes.Attribute() as callee):
            return _builtin(callee.name, [callee.target, *_given(node)], situation)
        case nodes.Call(callee=nodes.Name() as callee):
            return _builtin(callee.id, _given(node), situation)
    return (None,)


def _given(node: nodes.Call) -> list[nodes.Expression]:
    return [argument.value for argument in node.arguments]


def _builtin(
    name: str, given: list[nodes.Expression], situation: Situation
) -> tuple[Callable[..., Any] | None, *tuple[Any, ...]]:
    record = builtins().get(name)
    if record is None or not record.natives:
        return (None,)
    return record.function, *(value_of(node, situation) for node in given)
