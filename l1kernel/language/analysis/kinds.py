"""Where Python's own operator can stand in for a helper, because the operands leave no room for another meaning.

The facts come from ``facts``, which looks at a program only when it is first asked. Whatever is not plain is unknown:
that costs a helper call and nothing else.
"""

from __future__ import annotations

from functools import cached_property

from l1kernel.language import nodes
from l1kernel.language.analysis import known
from l1kernel.language.analysis.facts import Facts
from l1kernel.language.resolve import Resolution, Scope

_SMALL = 10_000


class Kinds:
    """Answers the compiler's questions about the expressions of one program."""

    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution
        self.written = resolution.writes

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._resolution)

    def of(self, node: nodes.Expression, scope: Scope) -> int:
        """All that is known of an expression's value, as facts of ``known``."""
        if isinstance(node, nodes.Constant):
            return known.of_constant(node.value)
        return self._facts.of(node, scope)

    def is_plain_product(self, left: nodes.Expression, right: nodes.Expression, scope: Scope) -> bool:
        """Whether ``left * right`` needs no look at its size: a small factor, or numbers of known size."""
        if _is_small_factor(left) or _is_small_factor(right):
            return True
        return known.is_plain_product(self.of(left, scope), self.of(right, scope))

    def is_float_quotient(self, left: nodes.Expression, right: nodes.Expression, scope: Scope) -> bool:
        """Whether ``left / right`` is a Float in L1 as in Python."""
        if _is_float(left) or _is_float(right):
            return True
        both = self.of(left, scope), self.of(right, scope)
        return bool(both[0] & both[1] & known.NUMBER and (both[0] | both[1]) & known.FLOAT)

    def is_number(self, node: nodes.Expression, scope: Scope) -> bool:
        return bool(self.of(node, scope) & known.NUMBER)

    def is_list(self, node: nodes.Expression, scope: Scope) -> bool:
        return bool(self.of(node, scope) & known.LIST)

    def is_dictionary(self, node: nodes.Expression, scope: Scope) -> bool:
        return bool(self.of(node, scope) & known.DICTIONARY)

    def is_text(self, node: nodes.Expression, scope: Scope) -> bool:
        return bool(self.of(node, scope) & known.STRING)

    def is_integer(self, node: nodes.Expression, scope: Scope) -> bool:
        return bool(self.of(node, scope) & known.INTEGER)

    def is_native_search(self, item: nodes.Expression, container: nodes.Expression, scope: Scope) -> bool:
        """Whether ``item in container`` means what it means in Python: in a list, or a hashable in a dictionary."""
        found = self.of(container, scope)
        if found & known.LIST:
            return True
        hashable = isinstance(item, nodes.Constant) or self.of(item, scope) & (known.NUMBER | known.STRING)
        return bool(found & known.DICTIONARY and hashable)

    def is_native_item(self, node: nodes.Index, scope: Scope) -> bool:
        """Whether ``target[index]`` is a list or text at an Integer, or a dictionary at a key, without side effects."""
        if len(node.indices) != 1 or not _is_pure(node.target):
            return False
        index = node.indices[0]
        if isinstance(index, nodes.Slice) or not _is_pure(index):
            return False
        target = self.of(node.target, scope)
        if target & known.DICTIONARY:
            return True
        return bool(target & (known.LIST | known.STRING) and self.of(index, scope) & known.INTEGER)

    def is_native_place(self, node: nodes.Index, scope: Scope) -> bool:
        """As ``is_native_item``, where a value is stored."""
        return self.is_native_item(node, scope) and not self.of(node.target, scope) & known.STRING


def _is_float(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Constant) and type(node.value) is float


def _is_small_factor(node: nodes.Expression) -> bool:
    """A literal that makes no product large; a whole Float may also count how often a text is repeated."""
    if not isinstance(node, nodes.Constant):
        return False
    value = node.value
    return (type(value) is float and not value.is_integer()) or (type(value) is int and abs(value) <= _SMALL)


def _is_pure(node: nodes.Expression | nodes.Slice, levels: int = 8) -> bool:
    """Whether an error in it can be explained by evaluating it again; what is nested deeper is not looked at."""
    levels -= 1
    if not levels:
        return False
    match node:
        case nodes.Name() | nodes.Constant():
            return True
        case nodes.Unary():
            return node.operator != "not" and _is_pure(node.operand, levels)
        case nodes.Binary():
            return (
                node.operator in ("+", "-", "*", "%") and _is_pure(node.left, levels) and _is_pure(node.right, levels)
            )
        case nodes.Index():
            return _is_pure(node.target, levels) and all(_is_pure(part, levels) for part in node.indices)
    return False
