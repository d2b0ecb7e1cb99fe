"""What can be known of a value before a program runs, so that Python's own operator may stand in for a helper.

Everything here is about names whose every binding is in sight: variables of a function, and at the top level those
globals that this program binds before it uses them and that no function of an earlier one rebinds. Whatever is not
plain is unknown: that costs a helper call and nothing else.
"""

from __future__ import annotations

from enum import Flag

from l1kernel.language import nodes
from l1kernel.language.resolve import Kind, Resolution, Scope

_SMALL = 10_000


class Known(Flag):
    """Facts about a value; a value has all of those that hold."""

    NOTHING = 0
    NUMBER = 1
    INTEGER = 2
    SMALL = 4  # only sums and counters, so no product with it runs away
    LIST = 8
    DICTIONARY = 16
    ALL = 31


_COUNTER = Known.NUMBER | Known.INTEGER | Known.SMALL


class Kinds:
    """Answers the compiler's questions about the expressions of one program."""

    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution
        self._names: dict[tuple[int, str], Known] | None = None
        self._settled = False
        self._found: dict[int, tuple[nodes.Node, Known]] = {}  # of operations, once the variables are settled
        self.written = resolution.writes

    def is_float(self, node: nodes.Expression) -> bool:
        """Whether it is a Float literal."""
        return isinstance(node, nodes.Constant) and type(node.value) is float

    def is_plain_product(self, left: nodes.Expression, right: nodes.Expression, scope: Scope) -> bool:
        """Whether ``left * right`` needs no look at its size: a small factor, or numbers of which one is small."""
        if _is_small_factor(left) or _is_small_factor(right):
            return True
        both = (self.of(left, scope), self.of(right, scope))
        return Known.NUMBER in both[0] & both[1] and Known.SMALL in both[0] | both[1]

    def is_number(self, node: nodes.Expression, scope: Scope) -> bool:
        return Known.NUMBER in self.of(node, scope)

    def is_list(self, node: nodes.Expression, scope: Scope) -> bool:
        return Known.LIST in self.of(node, scope)

    def is_native_search(self, item: nodes.Expression, container: nodes.Expression, scope: Scope) -> bool:
        """Whether ``item in container`` means what it means in Python: in a list, or a hashable in a dictionary."""
        found = self.of(container, scope)
        hashable = isinstance(item, nodes.Constant | nodes.FString) or self.is_number(item, scope)
        return Known.LIST in found or (Known.DICTIONARY in found and hashable)

    def is_native_item(self, node: nodes.Index, scope: Scope) -> bool:
        """Whether ``target[index]`` is a list at an Integer or a dictionary at a key, both without side effects."""
        if not isinstance(node.target, nodes.Name) or len(node.indices) != 1:
            return False
        index = node.indices[0]
        if isinstance(index, nodes.Slice) or not _is_pure(index):
            return False
        target = self.of(node.target, scope)
        return Known.DICTIONARY in target or (Known.LIST in target and Known.INTEGER in self.of(index, scope))

    def of(self, node: nodes.Node, scope: Scope) -> Known:
        """All that is known of an expression's value."""
        match node:
            case nodes.Constant():
                if type(node.value) is int:
                    return _COUNTER if abs(node.value) <= _SMALL else Known.NUMBER | Known.INTEGER
                return Known.NUMBER if type(node.value) is float else Known.NOTHING
            case nodes.Name():
                return self._name(node, scope)
            case nodes.ListLiteral():
                return Known.LIST
            case nodes.DictionaryLiteral():
                return Known.DICTIONARY
            case nodes.Unary() if node.operator != "not":
                return self.of(node.operand, scope) & _COUNTER
            case nodes.Binary():
                return self._binary(node, scope)
            case nodes.Conditional():
                return self.of(node.then, scope) & self.of(node.otherwise, scope)
            case nodes.Call(callee=nodes.Name(id="len")) if self._resolution.kind("len", scope) is Kind.BUILTIN:
                return _COUNTER
            case nodes.For():
                return self._counter(node.iterable, scope)
        return Known.NOTHING

    def _binary(self, node: nodes.Binary, scope: Scope) -> Known:
        """Asked again for each operation of a long sum, so it is remembered."""
        known = self._found.get(id(node))
        if known is not None:
            return known[1]
        found = _result(node.operator, self.of(node.left, scope), self.of(node.right, scope))
        if self._settled:
            self._found[id(node)] = node, found
        return found

    def _counter(self, iterable: nodes.Expression, scope: Scope) -> Known:
        if isinstance(iterable, nodes.RangeLiteral) or Known.INTEGER in self.of(iterable, scope):
            return _COUNTER
        if isinstance(iterable, nodes.Call) and isinstance(iterable.callee, nodes.Name):
            name = iterable.callee.id
            if name == "range" and self._resolution.kind(name, scope) is Kind.BUILTIN:
                return _COUNTER
        return Known.NOTHING

    def _name(self, node: nodes.Name, scope: Scope) -> Known:
        owner: Scope | None = scope
        while owner is not None and owner.function is not None and node.id not in owner.declared:
            owner = owner.parent
        top = self._resolution.top
        if owner is None or owner is top:
            if scope is not top or not self._is_bound_here(node):
                return Known.NOTHING
            owner = top
        if self._names is None:
            self._names = {}
            self._settle()
            self._settled = True
        return self._names.get((id(owner), node.id), Known.NOTHING)

    def _is_bound_here(self, node: nodes.Name) -> bool:
        """Whether a global has, where it is used, a value that this program gave it."""
        found = self._resolution
        if node.id in found.rebound:
            return False
        return node.id not in found.known_globals or found.is_bound(node.id, node.span.start)

    def _settle(self) -> None:
        """The facts of every variable: at first all, then fewer until they agree with every binding."""
        assert self._names is not None
        scopes = [self._resolution.top, *self._resolution.scopes.values()]
        for scope in scopes:
            for name in scope.values:
                if scope.function is None or name in scope.declared:
                    self._names[id(scope), name] = Known.ALL
        changed = True
        while changed:
            changed = False
            for scope in scopes:
                for name, values in scope.values.items():
                    before: Known = self._names.get((id(scope), name), Known.NOTHING)
                    if before is Known.NOTHING:
                        continue
                    after: Known = before
                    for place, value in values:
                        after &= Known.NOTHING if value is None else self.of(value, place)
                    if after != before:
                        self._names[id(scope), name] = after
                        changed = True


def _result(operator: str, left: Known, right: Known) -> Known:
    both = left & right
    if operator in ("+", "-"):
        return both & (_COUNTER | Known.LIST) if operator == "+" else both & _COUNTER
    if operator == "*":
        if (Known.LIST in left and Known.INTEGER in right) or (Known.INTEGER in left and Known.LIST in right):
            return Known.LIST
        return both & (Known.NUMBER | Known.INTEGER)
    if operator == "%":
        return both & (Known.NUMBER | Known.INTEGER) | (right & Known.SMALL if Known.INTEGER in both else Known.NOTHING)
    return both & Known.NUMBER


def _is_small_factor(node: nodes.Expression) -> bool:
    """A literal that makes no product large; a whole Float may also count how often a text is repeated."""
    if not isinstance(node, nodes.Constant):
        return False
    value = node.value
    return (type(value) is float and not value.is_integer()) or (type(value) is int and abs(value) <= _SMALL)


def _is_pure(node: nodes.Expression) -> bool:
    """Whether an error in it can be explained by evaluating it again."""
    match node:
        case nodes.Name() | nodes.Constant():
            return True
        case nodes.Unary():
            return node.operator != "not" and _is_pure(node.operand)
        case nodes.Binary():
            return node.operator in ("+", "-", "*", "%") and _is_pure(node.left) and _is_pure(node.right)
    return False
