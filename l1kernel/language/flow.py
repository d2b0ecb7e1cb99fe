"""Where values flow in a program: what is stored in its variables and in its lists and dictionaries.

The walk ignores order: a variable holds whatever is ever stored into it. Lists that may be one and the same list
share one ``Contents``, joined with union and find (B. Steensgaard, Points-to Analysis in Almost Linear Time, POPL
1996). What leaves the program's sight, as an argument of an unknown function does, is open: anything may be in it.
``facts`` settles what all this tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

from l1kernel.language import nodes
from l1kernel.language.contents import Contents, Variable, join
from l1kernel.language.known import DICTIONARY, LIST, NOTHING, STRING
from l1kernel.language.resolve import Kind, Resolution, Scope, children, imported_name

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


_NOTED = frozenset((nodes.Call, nodes.ListLiteral, nodes.DictionaryLiteral, nodes.Function))


class Escape(NamedTuple):
    """What a method ``gets`` is open where the receiver is of none of these types."""

    types: int
    scope: Scope
    receiver: nodes.Expression
    gets: list[Contents]


class Flow:
    """All that one program stores anywhere."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self.variables: dict[tuple[int, str], Variable] = {}
        self.made: dict[int, Contents | None] = {}  # of literals, calls and operations that were walked
        self._kept: list[nodes.Node] = []
        self.escapes: list[Escape] = []
        self._mapped: dict[int, tuple[nodes.For, Contents]] = {}
        """By the id of a function that only ``map`` calls: the loop that this is, and what it makes."""
        self._block(resolution.program.statements, resolution.top)

    # --- the walk -----------------------------------------------------------------------------------------------

    def _block(self, block: nodes.Block, scope: Scope) -> None:
        for statement in block:
            self._statement(statement, scope)

    def _statement(self, node: nodes.Statement, scope: Scope) -> None:
        match node:
            case nodes.ExpressionStatement():
                self._walk(node.value, scope)
            case nodes.Let():
                if node.value is None:
                    self._forget(node.target, scope)
                else:
                    self._walk(node.value, scope)
                    self._store(node.target, node.value, scope)
            case nodes.Assign():
                self._walk(node.value, scope)
                self._store(node.target, node.value, scope)
            case nodes.AugmentedAssign():
                self._walk(node.value, scope)
                made = nodes.Binary(node.span, node.operator, node.target, node.value)
                self._kept.append(made)  # so that its id stays its own
                self._store(node.target, made, scope)
            case nodes.FunctionDefinition():
                self._forget(nodes.Name(node.span, node.function.name or ""), scope)
                self._walk(node.function, scope)
            case nodes.If():
                for branch in node.branches:
                    self._walk(branch.test, scope)
                    self._block(branch.body, scope)
                self._block(node.otherwise, scope)
            case nodes.For():
                self._for(node, scope)
            case nodes.CFor():
                for part in (node.first, node.step):
                    if part is not None:
                        self._statement(part, scope)
                if node.test is not None:
                    self._walk(node.test, scope)
                self._block(node.body, scope)
            case nodes.While():
                self._walk(node.test, scope)
                self._block(node.body, scope)
            case nodes.Return() if node.value is not None:
                self._walk(node.value, scope)
                given = self._contents(node.value, scope)
                if given is not None:
                    given.found().returned = True
                if scope.function is not None and id(scope.function) in self._mapped:
                    self._add(self._mapped[id(scope.function)][1], node.value, scope)
            case nodes.Throw() if node.value is not None:
                self._walk(node.value, scope)
                self._open(self._contents(node.value, scope))
            case nodes.Try():
                self._block(node.body, scope)
                for catch in node.catches:
                    if catch.name is not None:
                        self._forget(catch.name, scope)
                    self._block(catch.body, scope)
                self._block(node.finally_, scope)
            case nodes.Import():
                for bound in [name.id for name in node.names] or [imported_name(node.path)]:
                    self._forget(nodes.Name(node.span, bound), scope)
            case nodes.Project():
                for _, value in node.entries:
                    self._walk(value, scope)
                    self._open(self._contents(value, scope))

    def _for(self, node: nodes.For, scope: Scope) -> None:
        self._walk(node.iterable, scope)
        within = self._contents(node.iterable, scope)
        if len(node.names) == 1:
            variable = self._variable(node.names[0], scope)
            variable.sources.append((scope, node))
            if within is not None:
                join(variable.contents, within.inside())
        else:
            for name in node.names:
                self._forget(name, scope)
            if within is not None:
                self._open(within.inside())
        self._block(node.body, scope)

    def _store(self, target: nodes.Target, value: nodes.Expression, scope: Scope) -> None:
        match target:
            case nodes.Name():
                variable = self._variable(target, scope)
                variable.sources.append((scope, value))
                given = self._contents(value, scope)
                if given is not None:
                    join(variable.contents, given)
            case nodes.Index(indices=(nodes.Slice(),)):
                self._walk(target, scope)
                into, given = self._contents(target.target, scope), self._contents(value, scope)
                if into is not None:
                    self._open(into if given is None else join(into, given))
                else:
                    self._open(given)
            case nodes.Index() | nodes.Attribute():
                self._walk(target, scope)
                self._add(self._contents(target.target, scope), value, scope)
            case nodes.Pattern():
                if isinstance(value, nodes.ListLiteral) and len(value.items) == len(target.targets):
                    for part, item in zip(target.targets, value.items, strict=True):
                        self._store(part, item, scope)
                    return
                given = self._contents(value, scope)
                if given is not None:
                    self._open(given.inside())
                for part in target.targets:
                    self._forget(part, scope)

    def _forget(self, target: nodes.Target, scope: Scope) -> None:
        """Something is stored of which nothing is known."""
        match target:
            case nodes.Name():
                variable = self._variable(target, scope)
                variable.facts = NOTHING
                self._open(variable.contents)
            case nodes.Index() | nodes.Attribute():
                self._walk(target, scope)
                self._open(self._contents(target.target, scope))
            case nodes.Pattern():
                for part in target.targets:
                    self._forget(part, scope)

    def _add(self, into: Contents | None, value: nodes.Expression, scope: Scope) -> None:
        """The value becomes an element."""
        given = self._contents(value, scope)
        if into is None:
            self._open(given)
            return
        into.found().sources.append((scope, value))
        if given is not None:
            join(into.inside(), given)

    def _open(self, contents: Contents | None) -> None:
        if contents is not None:
            contents.found().open = True

    def _walk(self, node: nodes.Expression, scope: Scope) -> None:
        """Note what the calls, literals and functions in an expression do to contents."""
        stack: list[nodes.Node] = [node]
        found: list[nodes.Node] = []
        called: set[int] = set()
        while stack:
            part = stack.pop()
            if type(part) is not nodes.Function:
                stack.extend(children(part))
            if type(part) is nodes.Call:
                self._note_map(part, scope)
                called.add(id(part.callee))
            kept = type(part) is nodes.Attribute and part.name in self.resolution.builtins and id(part) not in called
            if kept or type(part) in _NOTED:
                found.append(part)
        for part in reversed(found):  # the inner ones first: a chain of calls may be long
            if isinstance(part, nodes.Function):
                self._function(part, scope)
            elif isinstance(part, nodes.Attribute):  # a method as a value, which may be called at any time
                within = self._contents(part.target, scope)
                if within is not None:
                    self.escapes.append(Escape(DICTIONARY, scope, part.target, [within]))
            else:
                self._contents(part, scope)  # type: ignore[arg-type]

    def _note_map(self, node: nodes.Call, scope: Scope) -> None:
        """``map(items, x => ...)``: of a function that stands there and nowhere else, all calls are known."""
        callee, values = node.callee, [argument.value for argument in node.arguments if argument.name is None]
        if not isinstance(callee, nodes.Name) or callee.id != "map" or len(values) != 2 or len(node.arguments) != 2:
            return
        items, function = values if isinstance(values[1], nodes.Function) else reversed(values)
        if not isinstance(function, nodes.Function) or len(function.parameters) != 1 or function.parameters[0].default:
            return
        if self.resolution.kind("map", scope) is Kind.BUILTIN:
            name = nodes.Name(function.parameters[0].span, function.parameters[0].name)
            made = self.made[id(node)] = Contents()
            self._mapped[id(function)] = nodes.For(function.span, (name,), items, ()), made

    def _function(self, node: nodes.Function, scope: Scope) -> None:
        inner = self.resolution.scopes[node.span.start]
        if id(node) in self._mapped:
            self._mapping(self._mapped[id(node)][0], inner, scope)
            self._block(node.body, inner)
            return
        for parameter in node.parameters:
            self._forget(nodes.Name(parameter.span, parameter.name), inner)
            if parameter.default is not None:
                self._walk(parameter.default, inner)
                self._open(self._contents(parameter.default, inner))
        self._block(node.body, inner)

    def _mapping(self, loop: nodes.For, inner: Scope, scope: Scope) -> None:
        """The parameter of such a function holds each item in turn, as the variable of a loop does."""
        variable, within = self._variable(loop.names[0], inner), self._contents(loop.iterable, scope)
        variable.sources.append((scope, loop))
        if within is not None:
            join(variable.contents, within.inside())

    def owner(self, name: str, scope: Scope) -> Scope:
        """The scope whose variable a name means in this one."""
        while scope.function is not None and name not in scope.declared and scope.parent is not None:
            scope = scope.parent
        return scope

    def _variable(self, node: nodes.Name, scope: Scope) -> Variable:
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
                self._open(variable.contents)
        if owner is not scope:
            variable.contents.found().captured = True
        return variable

    # --- contents -----------------------------------------------------------------------------------------------

    def _contents(self, node: nodes.Expression, scope: Scope) -> Contents | None:
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
                    before = Contents()  # the value that an earlier cell gave it
                    before.open = True
                    return before
                return self._variable(node, scope).contents.found()
            case nodes.Conditional() | nodes.Logical():
                found: Contents | None = None
                for choice in _choices(node):
                    found = self._either(found, self._contents(choice, scope))
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
                found = self._contents(left, scope)
                for part in parts:
                    found = self._either(found, self._contents(part, scope))
                return found
            case nodes.Call(callee=nodes.Attribute() as callee):
                return self._method(node, callee, scope)
            case nodes.Call():
                return self._call(node, scope)
        return None

    def _literal(self, items: Iterable[nodes.Expression], scope: Scope) -> Contents:
        made = Contents()
        for item in items:
            self._add(made, item, scope)
        return made.found()

    def _call(self, node: nodes.Call, scope: Scope) -> Contents | None:
        values = [argument.value for argument in node.arguments]
        name = node.callee.id if isinstance(node.callee, nodes.Name) else None
        named = any(argument.name is not None for argument in node.arguments)
        if name is not None and not named and self.resolution.kind(name, scope) is Kind.BUILTIN:
            if name in ADDING and len(values) == ADDING[name] + 2:
                into = self._contents(values[0], scope)
                self._add(into, values[-1], scope)
                return into
            if name in _READERS:
                return self._fresh(node) if name == "split" else None
            if name in REARRANGING and len(values) == 1:
                return self._contents(values[0], scope)
            if name in ("min", "max"):  # one of the values, or of the elements
                given = [found for value in values if (found := self._contents(value, scope)) is not None]
                return reduce(join, [each.inside() for each in given] if len(values) == 1 else given) if given else None
        for value in values:
            self._open(self._contents(value, scope))
        made = Contents()
        made.open = True
        return made

    def _fresh(self, node: nodes.Call) -> Contents:
        """A new list of Strings."""
        made = Contents()
        made.facts = STRING
        return made

    def _method(self, node: nodes.Call, callee: nodes.Attribute, scope: Scope) -> Contents | None:
        values = [argument.value for argument in node.arguments]
        within, name = self._contents(callee.target, scope), callee.name
        given = [found for value in values if (found := self._contents(value, scope)) is not None]
        named = any(argument.name is not None for argument in node.arguments)
        made: Contents | None
        if name in ADDING and len(values) == ADDING[name] + 1 and not named:
            # of a dictionary, it is a function stored there that gets the value
            self.escapes.append(Escape(LIST, scope, callee.target, given))
            self._add(within, values[-1], scope)
            return within
        if name == "get" and len(values) == 2 and not named:
            self.escapes.append(Escape(DICTIONARY, scope, callee.target, given))
            made = None if within is None else within.inside()
            return self._either(made, self._contents(values[1], scope))
        if name == "pop" and len(values) <= 1:
            return None if within is None else within.inside()
        if name in REARRANGING and not values:
            return within
        if name in _READING_METHODS:
            types = LIST | STRING | (DICTIONARY if name in ("len", "has", "contains") else NOTHING)
            self.escapes.append(Escape(types, scope, callee.target, given))
            return self._fresh(node) if name == "split" else None
        for each in (within, *given):
            self._open(each)
        made = Contents()
        made.open = True
        return made

    # --- once all is walked ---------------------------------------------------------------------------------------

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
