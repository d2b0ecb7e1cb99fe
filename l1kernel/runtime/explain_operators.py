"""What operators say of operands that do not fit them."""

from __future__ import annotations

import re

from l1kernel import errors
from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.runtime.situation import UNKNOWN, Situation, host_type, value_of
from l1kernel.runtime.values import article, type_name

_VERBS = {
    "+": "add {} and {}",
    "-": "subtract {1} from {0}",
    "*": "multiply {} and {}",
    "/": "divide {} by {}",
    "%": "take the remainder of {} by {}",
    "**": "raise {} to the power of {}",
}
TWO_TYPES = (
    re.compile(r"unsupported operand type\(s\) for [^:]+: '(?P<left>[\w.]+)' and '(?P<right>[\w.]+)'"),
    re.compile(r"'[^']+' not supported between instances of '(?P<left>[\w.]+)' and '(?P<right>[\w.]+)'"),
    re.compile(r"can only concatenate (?P<left>\w+) \(not \"(?P<right>[\w.]+)\"\)"),
)


def binary_error(node: nodes.Binary | nodes.AugmentedAssign, situation: Situation) -> L1Error | None:
    """Of `+ - * / % **` and their assignments."""
    left = node.target if isinstance(node, nodes.AugmentedAssign) else node.left
    right = node.value if isinstance(node, nodes.AugmentedAssign) else node.right
    types = _operand_types(situation, left, right)
    if types is None and node.operator == "%":
        found = re.search(r"bad operand type for unary \+: '([\w.]+)'", str(situation.exc))
        if found:
            other = value_of(right, situation)
            types = host_type(found.group(1)), "a value" if other is UNKNOWN else type_name(other)
    if types is None:
        return errors.L1TypeError(f"These values do not go together with '{node.operator}'")
    message = f"Cannot {_VERBS[node.operator].format(*types)}"
    return errors.L1TypeError(message, hint=_operand_hint(node.operator, types, (left, right), situation))


def compare_error(node: nodes.Compare, situation: Situation) -> L1Error | None:
    """Of `<` and its kin."""
    operands = [node.first, *node.rest]
    assert situation.spot is not None
    at = next((i for i in range(1, len(operands)) if operands[i].span.start > situation.spot.span.start), 1)
    pair = operands[at - 1], operands[at]
    types = _operand_types(situation, *pair)
    if types is None:
        return errors.L1TypeError("These values cannot be compared")
    hint: str | None = None
    for i, kind in enumerate(types):
        if kind == "String" and types[1 - i] in ("Integer", "Float"):
            hint = f"convert it first: to_number({situation.text(pair[i])})"
        elif kind == "Null":
            hint = _null_hint(pair[i], situation)
    return errors.L1TypeError(f"Cannot compare {types[0]} and {types[1]}", hint=hint)


def unary_error(node: nodes.Unary, situation: Situation) -> L1Error | None:
    """Of a sign before a value that is no number."""
    found = re.search(r"bad operand type for unary [-+~]+: '([\w.]+)'", str(situation.exc))
    if found is None:
        held = value_of(node.operand, situation)
        what = "these values" if held is UNKNOWN else article(type_name(held))
        return errors.L1TypeError(f"Cannot put {node.operator} before {what}")
    kind = host_type(found.group(1))
    hint = f"convert it first: to_number({situation.text(node.operand)})" if kind == "String" else None
    return errors.L1TypeError(f"Cannot put {node.operator} before {article(kind)}", hint=hint)


def _operand_types(situation: Situation, left: nodes.Node, right: nodes.Node) -> tuple[str, str] | None:
    held = situation.helper_values
    if len(held) == 2:
        return type_name(held["left"]), type_name(held["right"])
    for pattern in TWO_TYPES:
        found = pattern.search(str(situation.exc))
        if found:
            return host_type(found["left"]), host_type(found["right"])
    values = value_of(left, situation), value_of(right, situation)
    if any(value is UNKNOWN for value in values):
        return None
    return type_name(values[0]), type_name(values[1])


def _operand_hint(
    operator: str, types: tuple[str, str], operands: tuple[nodes.Node, nodes.Node], situation: Situation
) -> str | None:
    for i, kind in enumerate(types):
        other, node = types[1 - i], operands[i]
        if kind == "Null":
            return _null_hint(node, situation)
        if kind == "Function":
            return f"call the function first: {situation.text(node)}()"
        if operator == "+" and other == "String" and kind != "String":
            return f"convert it first: to_string({situation.text(node)})"
        if operator == "+" and other == "List":
            return f"put it in a list first: [{situation.text(node)}]"
        if operator != "+" and kind == "String" and other in ("Integer", "Float", "String"):
            return f"convert it first: to_number({situation.text(node)})"
    return None


def _null_hint(node: nodes.Node, situation: Situation) -> str:
    if isinstance(node, nodes.Constant):
        return "null stands for no value, so nothing can be computed with it"
    return f"{situation.text(node)} is null: a function without return gives null"
