"""What the values of a program's expressions may be, and what may be in them.

Lists that may be one and the same list share one ``Contents``. What leaves the program's sight, as an argument of an
unknown function does, is open: anything may be in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

from l1kernel.language import nodes
from l1kernel.language.analysis.contents import Contents, Variable, join, unknown
from l1kernel.language.analysis.known import DICTIONARY, LIST, NOTHING, STRING
from l1kernel.language.resolve import Kind, Resolution, Scope

# Built-ins that keep nothing of their arguments and change nothing in them.
_READERS = frozenset((
    "print", "println", "eprint", "len", "abs", "sum", "round", "floor", "ceil", "div", "sqrt", "pow", "exp",
    "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "mean", "median", "std",
    "to_string", "to_number", "to_integer", "to_float", "to_boolean", "type_of", "range", "is_null",
    "is_number", "is_string", "is_list", "upper", "lower", "trim", "split", "join", "replace", "contains",
    "starts_with", "ends_with", "substring", "format", "random", "random_int", "seed", "time", "current_time",
    "sleep", "assert", "input", "read_number", "has", "zeros", "ones", "linspace", "arange", "exit",
))  # fmt: skip
# Methods of the same kind; on a receiver that is a dictionary the name may stand for a function stored there.
_READING_METHODS = frozenset((
    "len", "has", "upper", "lower", "trim", "split", "join", "replace", "contains", "starts_with", "ends_with",
    "substring", "format", "index_of", "count",
))  # fmt: skip
ADDING = {"append": 0, "push": 0, "insert": 1}  # the position of what is added to the list
REARRANGING = frozenset(("sort", "reverse", "sorted", "reversed"))


class Escape(NamedTuple):
    """What a method ``gets`` is open where the receiver is of none of these types."""

    types: int
    scope: Scope
    receiver: nodes.Expression
    gets: list[Contents]


class Holdings:
    """The variables of one program, and the contents of the values of its expressions."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self.variables: dict[tuple[int, str], Variable] = {}
        self.made: dict[int, Contents | None] = {}  # of literals, calls and operations that were walked
        self.escapes: list[Escape] = []

    def add(self, into: Contents | None, value: nodes.Expression, scope: Scope) -> None:
        """The value becomes an element."""
        given = self.contents(value, scope)
        if into is None:
            self.open(given)
            return
        into.found().sources.append((scope, value))
        if given is not None:
            join(into.inside(), given)

    def open(self, contents: Contents | None) -> None:
        if contents is not None:
            contents.found().open = True

    def owner(self, name: str, scope: Scope) -> Scope:
        """The scope whose variable a name means in this one."""
        while scope.function is not None and name not in scope.declared and scope.parent is not None:
            scope = scope.parent
        return scope

    def variable(self, node: nodes.Name, scope: Scope) -> Variable:
        """The variable that a name means in a scope."""
        owner = self.owner(node.id, scope)
        key = id(owner), node.id
        variable = self.variables.get(key)
        if variable is None:
            variable = self.variables[key] = Variable()
            top = owner is self.resolution.top
            if top and (node.id not in owner.declared or node.id in self.resolution.rebound):
                variable.facts = NOTHING
            if top and (node.id not in owner.declared or node.id in self.resolution.shared):
                self.open(variable.contents)
        if owner is not scope:
            variable.contents.found().captured = True
        return variable

    def contents(self, node: nodes.Expression, scope: Scope) -> Contents | None:
        """What is in the value of an expression; None where that is no list or dictionary that anyone else holds."""
        node, steps = _target(node)
        found = self._base(node, scope)
        for _ in range(steps if found is not None else 0):
            found = found.inside()  # type: ignore[union-attr]
        return found

    def _base(self, node: nodes.Expression, scope: Scope) -> Contents | None:
        match node:
            case nodes.Name():
                if scope is self.resolution.top and not self.is_bound_here(node):
                    return unknown()  # the value that an earlier cell gave it
                return self.variable(node, scope).contents.found()
            case nodes.Conditional() | nodes.Logical():
                found: Contents | None = None
                for choice in _choices(node):
                    found = self._either(found, self.contents(choice, scope))
                return found
        if id(node) not in self.made:
            self.made[id(node)] = None  # a list may hold itself
            self.made[id(node)] = self._make(node, scope)
        return self.made[id(node)]

    def _either(self, one: Contents | None, other: Contents | None) -> Contents | None:
        return one or other if one is None or other is None else join(one, other)

    def _make(self, node: nodes.Expression, scope: Scope) -> Contents | None:
        match node:
            case nodes.ListLiteral():
                return self._literal(node.items, scope)
            case nodes.DictionaryLiteral():
                return self._literal([value for _, value in node.entries], scope)
            case nodes.Binary(operator="+" | "*"):
                parts: list[nodes.Expression] = []
                left: nodes.Expression = node
                while isinstance(left, nodes.Binary) and left.operator in ("+", "*"):  # a sum may be long
                    parts.append(left.right)
                    left = left.left
                found = self.contents(left, scope)
                for part in parts:
                    found = self._either(found, self.contents(part, scope))
                return found
            case nodes.Call(callee=nodes.Attribute() as callee):
                return self._method(node, callee, scope)
            case nodes.Call():
                return self._call(node, scope)
        return None

    def _literal(self, items: Iterable[nodes.Expression], scope: Scope) -> Contents:
        made = Contents()
        for item in items:
            self.add(made, item, scope)
        return made.found()

    def _call(self, node: nodes.Call, scope: Scope) -> Contents | None:
        values = [argument.value for argument in node.arguments]
        name = node.callee.id if isinstance(node.callee, nodes.Name) else None
        named = any(argument.name is not None for argument in node.arguments)
        if name is not None and not named and self.resolution.kind(name, scope) is Kind.BUILTIN:
            if name in ADDING and len(values) == ADDING[name] + 2:
                into = self.contents(values[0], scope)
                self.add(into, values[-1], scope)
                return into
            if name in _READERS:
                return _texts() if name == "split" else None
            if name in REARRANGING and len(values) == 1:
                return self.contents(values[0], scope)
            if name in ("min", "max"):  # one of the values, or of the elements
                given = [found for value in values if (found := self.contents(value, scope)) is not None]
                return reduce(join, [each.inside() for each in given] if len(values) == 1 else given) if given else None
        for value in values:
            self.open(self.contents(value, scope))
        return unknown()

    def _method(self, node: nodes.Call, callee: nodes.Attribute, scope: Scope) -> Contents | None:
        values = [argument.value for argument in node.arguments]
        within, name = self.contents(callee.target, scope), callee.name
        given = [found for value in values if (found := self.contents(value, scope)) is not None]
        named = any(argument.name is not None for argument in node.arguments)
        made: Contents | None
        if name in ADDING and len(values) == ADDING[name] + 1 and not named:
            # of a dictionary, it is a function stored there that gets the value
            self.escapes.append(Escape(LIST, scope, callee.target, given))
            self.add(within, values[-1], scope)
            return within
        if name == "get" and len(values) == 2 and not named:
            self.escapes.append(Escape(DICTIONARY, scope, callee.target, given))
            made = None if within is None else within.inside()
            return self._either(made, self.contents(values[1], scope))
        if name == "pop" and len(values) <= 1:
            return None if within is None else within.inside()
        if name in REARRANGING and not values:
            return within
        if name in _READING_METHODS:
            types = LIST | STRING | (DICTIONARY if name in ("len", "has", "contains") else NOTHING)
            self.escapes.append(Escape(types, scope, callee.target, given))
            return _texts() if name == "split" else None
        for each in (within, *given):
            self.open(each)
        return unknown()

    def roots(self) -> list[Contents]:
        """All contents there are, each once."""
        found: dict[int, Contents] = {}
        work = [variable.contents for variable in self.variables.values()] + [
            made for made in self.made.values() if made
        ]
        while work:
            root = work.pop().found()
            if id(root) not in found:
                found[id(root)] = root
                if root.inner is not None:
                    work.append(root.inner)
        return list(found.values())

    def open_returned(self, roots: list[Contents]) -> None:
        """What a function gives back while another one still reaches it is open; and so with what is in either."""
        work = [root for root in roots if root.captured or root.returned]
        while work:
            root = work.pop()
            if root.captured and root.returned:
                root.open = True
            inner = None if root.inner is None else root.inner.found()
            if inner is not None and (root.captured > inner.captured or root.returned > inner.returned):
                inner.captured |= root.captured
                inner.returned |= root.returned
                work.append(inner)

    def spread(self, roots: list[Contents]) -> None:
        """What is in something open is open, and nothing is known of it."""
        work = [root for root in roots if root.open]
        while work:
            root = work.pop().found()
            root.facts = NOTHING
            if root.inner is not None and not root.inner.found().open:
                root.inner.found().open = True
                work.append(root.inner)

    def within(self, node: nodes.Expression, scope: Scope) -> Contents | None:
        """As ``_contents``, when all has been walked."""
        node, steps = _target(node)
        found = self._known_base(node, scope)
        while steps and found is not None:
            found = None if found.inner is None else found.inner.found()
            steps -= 1
        return found

    def _known_base(self, node: nodes.Expression, scope: Scope) -> Contents | None:
        match node:
            case nodes.Name():
                if scope is self.resolution.top and not self.is_bound_here(node):
                    return None
                variable = self.variables.get((id(self.owner(node.id, scope)), node.id))
                return None if variable is None else variable.contents.found()
        made = self.made.get(id(node))
        return None if made is None else made.found()

    def is_bound_here(self, node: nodes.Name) -> bool:
        """Whether a global has, where it is used, a value that this program gave it."""
        found = self.resolution
        if node.id in found.rebound:
            return False
        return node.id not in found.known_globals or found.is_bound(node.id, node.span.start)


def _texts() -> Contents:
    """Of a new list of Strings."""
    made = Contents()
    made.facts = STRING
    return made


def _target(node: nodes.Expression) -> tuple[nodes.Expression, int]:
    """What a chain of indices and members begins with, and how many steps inwards it goes: ``a[0].b`` is a and 2."""
    steps = 0
    while isinstance(node, nodes.Index | nodes.Attribute):
        steps += not (isinstance(node, nodes.Index) and isinstance(node.indices[0], nodes.Slice))
        node = node.target
    return node, steps


def _choices(node: nodes.Expression) -> list[nodes.Expression]:
    """All that the value of nested ``?:``, ``and`` and ``or`` may be the value of."""
    stack, found = [node], []
    while stack:
        part = stack.pop()
        if isinstance(part, nodes.Conditional):
            stack += [part.then, part.otherwise]
        elif isinstance(part, nodes.Logical):
            stack += [part.left, part.right]
        else:
            found.append(part)
    return found
