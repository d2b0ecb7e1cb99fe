"""What is known of the values of a program's expressions before it runs.

Settled from the flows of the program: at first every fact holds of every variable, then fewer until all of them agree
with whatever is stored there. So a variable that is only ever counted up is known as an Integer, and a list of lists
of such numbers as that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from l1kernel.language import nodes
from l1kernel.language.analysis import known
from l1kernel.language.analysis.contents import Contents, Variable
from l1kernel.language.analysis.flow import Flow
from l1kernel.language.analysis.holdings import ADDING, REARRANGING
from l1kernel.language.analysis.known import DICTIONARY, LIST, NOTHING, STRING
from l1kernel.language.resolve import Kind, Resolution, Scope

Given = Sequence[int]  # the facts of the arguments


def _rounded(given: Given) -> int:
    if len(given) != 1 or not given[0] & known.NUMBER:
        return NOTHING
    return known.ROUNDED if given[0] & known.FLOAT else known.INTEGER | (given[0] & known.COUNTER)


def _real(given: Given) -> int:
    return known.REAL if given and given[0] & known.NUMBER else NOTHING


def _least(given: Given) -> int:
    facts = known.ALL if len(given) > 1 else NOTHING
    for other in given:
        facts &= other
    return known.of_sign(facts)


def _quotient(given: Given) -> int:
    both = given[0] & given[1] if len(given) == 2 else NOTHING
    return given[0] & known.COUNTER if both & known.INTEGER else NOTHING


_RESULTS: dict[str, Callable[[Given], int]] = {
    "len": lambda given: known.COUNTER,
    "abs": lambda given: known.of_sign(given[0]) if given else NOTHING,
    "min": _least,
    "max": _least,
    "div": _quotient,
    **dict.fromkeys(("round", "floor", "ceil"), _rounded),
    **dict.fromkeys(("sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log2", "log10", "to_float"), _real),
    **dict.fromkeys(("to_string", "input", "type_of", "current_time"), lambda given: STRING),
    **dict.fromkeys(("map", "zip", "enumerate"), lambda given: LIST),
    **dict.fromkeys(("random", "time"), lambda given: known.REAL if not given else NOTHING),
}
_STRING_METHODS: dict[str, int] = {
    **dict.fromkeys(("upper", "lower", "trim", "replace", "substring"), STRING),
    "split": LIST,
    "len": known.COUNTER,
}

_DEPTH = 100  # of an expression nested deeper than this nothing is known


class Facts:
    """The facts of ``known`` of every expression of one program."""

    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution
        self._flow = Flow(resolution)
        self._found: dict[int, int] = {}  # of operations, once the variables are settled
        self._kept: list[nodes.Node] = []
        self._settled = False
        self._depth = 0
        self._settle()

    def _settle(self) -> None:
        roots = self._flow.roots()
        self._flow.open_returned(roots)
        self._flow.spread(roots)
        holders: list[Variable | Contents] = [*self._flow.variables.values(), *roots]
        changed = True
        while changed:
            changed = self._open_escapes(roots)
            for holder in holders:
                before = holder.facts
                if before:
                    for scope, source in holder.sources:
                        holder.facts &= self.of(source, scope)
                    changed = changed or holder.facts != before
        self._settled = True

    def _open_escapes(self, roots: list[Contents]) -> bool:
        """Whether a method turned out to be of an unknown type, and what it gets was opened."""
        escapes = self._flow.escapes
        kept = [escape for escape in escapes if self.of(escape.receiver, escape.scope) & escape.types]
        if len(kept) == len(escapes):
            return False
        for escape in escapes:
            if escape not in kept:
                for contents in escape.gets:
                    contents.found().open = True
        self._flow.escapes = kept
        self._flow.spread(roots)
        return True

    def of(self, node: nodes.Node, scope: Scope) -> int:
        """The facts of an expression's value."""
        if self._depth > _DEPTH:
            return NOTHING
        self._depth += 1
        facts = self._facts(node, scope)
        self._depth -= 1
        return facts

    def _facts(self, node: nodes.Node, scope: Scope) -> int:
        match node:
            case nodes.Constant():
                return known.of_constant(node.value)
            case nodes.Name():
                if scope is self._resolution.top and not self._flow.is_bound_here(node):
                    return NOTHING
                return self._name(node, scope)
            case nodes.Binary():
                return self._operation(node, scope)
            case nodes.Index():
                return self._element(node, scope)
            case nodes.Call():
                return self._result(node, scope)
            case nodes.ListLiteral():
                return LIST
            case nodes.DictionaryLiteral():
                return DICTIONARY
            case nodes.FString():
                return STRING
            case nodes.Unary() if node.operator != "not":
                return known.of_sign(self.of(node.operand, scope))
            case nodes.Conditional():
                return self.of(node.then, scope) & self.of(node.otherwise, scope)
            case nodes.Logical():
                return self.of(node.left, scope) & self.of(node.right, scope)
            case nodes.Attribute():
                target = self.of(node.target, scope)
                if target & DICTIONARY:
                    return self._facts_in(node.target, scope)
                return known.COUNTER if node.name == "length" and target & (LIST | STRING) else NOTHING
            case nodes.For():
                return self._counted(node.iterable, scope)
        return NOTHING

    def _name(self, node: nodes.Name, scope: Scope) -> int:
        owner = self._flow.owner(node.id, scope)
        if owner is self._resolution.top and scope is not owner:
            return NOTHING  # a function may be called when the global has changed
        variable = self._flow.variables.get((id(owner), node.id))
        return NOTHING if variable is None else variable.facts

    def _operation(self, node: nodes.Binary, scope: Scope) -> int:
        """From the innermost operation of a long sum outwards; remembered once the variables are settled."""
        chain: list[nodes.Binary] = []
        left: nodes.Expression = node
        facts = -1
        while isinstance(left, nodes.Binary):
            facts = self._found.get(id(left), -1)
            if facts >= 0:
                break
            chain.append(left)
            left = left.left
        if facts < 0:
            facts = self.of(left, scope)
        for operation in reversed(chain):
            facts = known.of_operation(operation.operator, facts, self.of(operation.right, scope))
            if self._settled:
                self._kept.append(operation)
                self._found[id(operation)] = facts
        return facts

    def _element(self, node: nodes.Index, scope: Scope) -> int:
        target = self.of(node.target, scope)
        if len(node.indices) != 1:
            return NOTHING
        if isinstance(node.indices[0], nodes.Slice):
            return target & (LIST | STRING)
        if target & STRING:
            return STRING | (self._facts_in(node.target, scope) if target & (LIST | DICTIONARY) else NOTHING)
        return self._facts_in(node.target, scope) if target & (LIST | DICTIONARY) else NOTHING

    def _counted(self, iterable: nodes.Expression, scope: Scope) -> int:
        """The facts of the variable of ``for v in iterable``."""
        if isinstance(iterable, nodes.RangeLiteral):
            return self._counted_from(iterable.start, scope)
        if isinstance(iterable, nodes.Call) and isinstance(iterable.callee, nodes.Name):
            name, given = iterable.callee.id, iterable.arguments
            if name == "range" and given and self._resolution.kind(name, scope) is Kind.BUILTIN:
                return known.COUNTER if len(given) == 1 else self._counted_from(given[0].value, scope)
        facts = self.of(iterable, scope)
        found = NOTHING
        if facts & LIST:
            found |= self._facts_in(iterable, scope)
        if facts & known.INTEGER:
            found |= known.COUNTER
        return found | (facts & STRING)

    def _counted_from(self, start: nodes.Expression, scope: Scope) -> int:
        """Of what counts from a number: it is no larger than where it began and what can be counted."""
        facts = self.of(start, scope)
        return known.NUMBER | known.INTEGER | (facts & known.COUNTER if facts & known.INTEGER else NOTHING)

    def _result(self, node: nodes.Call, scope: Scope) -> int:
        callee = node.callee
        if isinstance(callee, nodes.Attribute):
            return self._of_method(node, callee, scope)
        if not isinstance(callee, nodes.Name) or self._resolution.kind(callee.id, scope) is not Kind.BUILTIN:
            return NOTHING
        given = [self.of(argument.value, scope) for argument in node.arguments if argument.name is None]
        if len(given) != len(node.arguments):
            return NOTHING
        if callee.id in _STRING_METHODS and given and given[0] & STRING and callee.id != "len":
            return _STRING_METHODS[callee.id]
        make = _RESULTS.get(callee.id)
        return NOTHING if make is None else make(given)

    def _of_method(self, node: nodes.Call, callee: nodes.Attribute, scope: Scope) -> int:
        target, name = self.of(callee.target, scope), callee.name
        found = NOTHING
        if target & STRING:
            found |= _STRING_METHODS.get(name, NOTHING)
        if target & LIST:
            if name in ADDING or name in REARRANGING:
                found |= LIST
            elif name == "pop":
                found |= self._facts_in(callee.target, scope)
            elif name == "len":
                found |= known.COUNTER
        if target & DICTIONARY:
            if name == "get" and len(node.arguments) == 2:
                found |= self._facts_in(callee.target, scope) & self.of(node.arguments[1].value, scope)
            elif name == "len":
                found |= known.COUNTER
            elif name == "keys":
                found |= LIST
        return found

    def _facts_in(self, node: nodes.Expression, scope: Scope) -> int:
        """The facts of the elements of an expression's value."""
        within = self._flow.within(node, scope)
        return NOTHING if within is None else within.facts
