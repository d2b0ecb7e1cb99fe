"""What operators say of operands that do not fit them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import FunctionType

from l1kernel import errors
from l1kernel.errors import Hint, L1Error
from l1kernel.language import nodes
from l1kernel.language.source import Source
from l1kernel.runtime.explain.find import nodes_of, nodes_within, text_of
from l1kernel.runtime.explain.repairs import bare_text, inserting, replaced, replacing, wrapping
from l1kernel.runtime.explain.situation import UNKNOWN, Situation, host_type, value_of
from l1kernel.runtime.operators import reads_as_number
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
    return errors.L1TypeError(message, hint=_operand_hint(node, types, (left, right), situation))


def compare_error(node: nodes.Compare, situation: Situation) -> L1Error | None:
    """Of `<` and its kin."""
    operands = [node.first, *node.rest]
    assert situation.spot is not None
    at = next((i for i in range(1, len(operands)) if operands[i].span.start > situation.spot.span.start), 1)
    pair = operands[at - 1], operands[at]
    types = _operand_types(situation, *pair)
    if types is None:
        return errors.L1TypeError("These values cannot be compared")
    hint: str | Hint | None = None
    for i, kind in enumerate(types):
        if kind == "String" and types[1 - i] in ("Integer", "Float"):
            hint = wrapping(situation.source, pair[i], "to_number(x)")
        elif kind == "Null":
            hint = _null_hint(pair[i], situation)
        elif kind == "Task":
            hint = wrapping(situation.source, pair[i], "cluster_wait(x)", "wait for the task's result")
        elif kind in ("List", "Dictionary") and types[1 - i] in _NUMBERS:
            hint = wrapping(situation.source, pair[i], "len(x)", "to compare how many there are")
    return errors.L1TypeError(f"Cannot compare {types[0]} and {types[1]}", hint=hint)


def unary_error(node: nodes.Unary, situation: Situation) -> L1Error | None:
    """Of a sign before a value that is no number."""
    found = re.search(r"bad operand type for unary [-+~]+: '([\w.]+)'", str(situation.exc))
    if found is None:
        held = value_of(node.operand, situation)
        what = "these values" if held is UNKNOWN else article(type_name(held))
        return errors.L1TypeError(f"Cannot put {node.operator} before {what}")
    kind = host_type(found.group(1))
    hint = wrapping(situation.source, node.operand, "to_number(x)") if kind == "String" else None
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
    node: nodes.Binary | nodes.AugmentedAssign,
    types: tuple[str, str],
    operands: tuple[nodes.Node, nodes.Node],
    situation: Situation,
) -> str | Hint | None:
    operator, source = node.operator, situation.source
    for i, kind in enumerate(types):
        if kind == "Null":
            return _shown(operands[i], types, operator, situation) or _null_hint(operands[i], situation)
        if kind == "Task":
            return wrapping(source, operands[i], "cluster_wait(x)", "wait for the task's result")
        if kind == "Function" and _needs_arguments(operands[i], situation):
            return f"call the function first: {situation.text(operands[i])}(...)"
        if kind == "Function":
            return wrapping(source, operands[i], "x()", "call the function first")
    texts = [i for i, kind in enumerate(types) if kind == "String"]
    others = [i for i, kind in enumerate(types) if kind in _NUMBERS]
    lists = [i for i, kind in enumerate(types) if kind == "List"]
    if operator == "+" and lists == [0]:
        return wrapping(source, operands[1], "[x]", "put it in a list first")
    if operator == "+" and len(texts) == 1:
        number = _is_number_in_disguise(operands[texts[0]], situation)
        if others and (number or (isinstance(node, nodes.AugmentedAssign) and others == [0])):
            return wrapping(source, operands[texts[0]], "to_number(x)")
        if isinstance(node, nodes.AugmentedAssign) and texts == [1]:
            return None
        return wrapping(source, operands[1 - texts[0]], "to_string(x)")
    if operator == "+" and len(lists) == 1 and not (isinstance(node, nodes.AugmentedAssign) and lists == [1]):
        return wrapping(source, operands[1 - lists[0]], "[x]", "put it in a list first")
    if operator == "-" and types == ("List", "List"):
        return _difference(operands, source)
    if operator == "+" and types == ("Dictionary", "Dictionary") and isinstance(node, nodes.Binary):
        return _merged(operands, source)
    if operator != "+" and len(lists) == len(others) == 1:
        return wrapping(source, operands[lists[0]], "array(x)", "to compute with each element, make it an array first")
    if operator != "+" and texts and len(texts) + len(others) == 2:
        return _text_hint(operator, [operands[i] for i in texts], operands, situation)
    return None


def _difference(operands: tuple[nodes.Node, nodes.Node], source: Source) -> Hint:
    left, right = (bare_text(source.text[node.span.start : node.span.end]) for node in operands)
    written = f"filter({left}, v => not (v in {right}))"
    return Hint(f"to leave out what the other holds: {written}", (replaced(source, operands, written),))


def _merged(operands: tuple[nodes.Node, nodes.Node], source: Source) -> Hint:
    left, right = (bare_text(source.text[node.span.start : node.span.end]) for node in operands)
    written = f"merge({left}, {right})"
    return Hint(f"to put both into one: {written}", (replaced(source, operands, written),))


def _needs_arguments(node: nodes.Node, situation: Situation) -> bool:
    function = value_of(node, situation)
    return type(function) is FunctionType and function.__code__.co_argcount > len(function.__defaults__ or ())


_NUMBERS = ("Integer", "Float")


def _is_number_in_disguise(node: nodes.Node, situation: Situation) -> bool:
    """Whether a text that is no literal holds a number: it was read or split off, and was to be computed with."""
    value = value_of(node, situation)
    return isinstance(value, str) and not isinstance(node, nodes.Constant | nodes.FString) and reads_as_number(value)


def _text_hint(
    operator: str, texts: Sequence[nodes.Node], operands: tuple[nodes.Node, nodes.Node], situation: Situation
) -> Hint:
    """Of `- * / % **` with one text or two: texts that hold numbers are read as such."""
    values = [value_of(node, situation) for node in texts]
    numbers = all(isinstance(held, str) and reads_as_number(held) for held in values)
    if operator == "-" and len(texts) == 2 and not numbers:
        left, right = (situation.source.text[node.span.start : node.span.end] for node in operands)
        whole = replaced(situation.source, operands, f'replace({left}, {right}, "")')
        return Hint(f'to take a part out of a text: replace({left}, {right}, "")', (whole,))
    if operator == "*" and len(texts) == 1 and not numbers:
        other = next(node for node in operands if node is not texts[0])
        return wrapping(situation.source, other, "floor(x)", "make it whole first")
    literal = isinstance(texts[0], nodes.Constant)
    if len(texts) == 1 and isinstance(values[0], str) and not numbers and not literal:
        return Hint(f"{situation.text(texts[0])} is a text that holds no number")
    readable = [
        node for node, held in zip(texts, values, strict=True) if isinstance(held, str) and reads_as_number(held)
    ]
    hints = [wrapping(situation.source, node, "to_number(x)") for node in readable or texts]
    together = tuple(made for hint in hints for made in hint.fixes[0])
    return Hint(hints[0].text, (together,))


def _shown(node: nodes.Node, types: tuple[str, str], operator: str, situation: Situation) -> Hint | None:
    """Of ``"Sum: " + print(sum)``: print shows its value and gives none."""
    if not isinstance(node, nodes.Call) or not isinstance(node.callee, nodes.Name) or len(node.arguments) != 1:
        return None
    if node.callee.id not in ("print", "println") or operator != "+" or "String" not in types:
        return None
    value = text_of(situation.source, node.arguments[0])
    text = f"to_string({value})"
    return Hint(f"print shows a value and gives none: write {text}", (replacing(situation.source, node, text),))


def _null_hint(node: nodes.Node, situation: Situation) -> str | Hint:
    if isinstance(node, nodes.Constant):
        return "null stands for no value, so nothing can be computed with it"
    last = _last_value(node, situation)
    if last is not None:
        text = text_of(situation.source, last)
        words = f"{situation.text(node)} is null: a function gives back what it returns: return {text}"
        return Hint(words, (inserting(situation.source, last.span.start, "return "),))
    return f"{situation.text(node)} is null: a function without return gives null"


def _last_value(node: nodes.Node, situation: Situation) -> nodes.Expression | None:
    """The expression with which the function ends that gave null, where it returns nothing."""
    parts = nodes_of(situation.source)
    if isinstance(node, nodes.Name):
        given = [
            part.value
            for part in parts
            if isinstance(part, nodes.Let | nodes.Assign)
            and isinstance(part.target, nodes.Name)
            and part.target.id == node.id
        ]
        node = given[0] if len(given) == 1 and given[0] is not None else node
    if not isinstance(node, nodes.Call) or not isinstance(node.callee, nodes.Name):
        return None
    called = node.callee.id
    functions = [part for part in parts if isinstance(part, nodes.Function) and part.name == called]
    if len(functions) != 1 or not functions[0].body:
        return None
    returns = any(isinstance(part, nodes.Return) for part in nodes_within(functions[0]))
    last = functions[0].body[-1]
    if returns or not isinstance(last, nodes.ExpressionStatement):
        return None
    shown = isinstance(last.value, nodes.Call) and isinstance(last.value.callee, nodes.Name)
    return None if shown and text_of(situation.source, last.value).startswith("print") else last.value
