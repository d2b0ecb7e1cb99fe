"""Where values flow in a program: what is stored in its variables and in its lists and dictionaries.

The walk ignores order: a variable holds whatever is ever stored into it. Lists that may be one and the same list
share one ``Contents``, joined with union and find (B. Steensgaard, Points-to Analysis in Almost Linear Time, POPL
1996). What leaves the program's sight, as an argument of an unknown function does, is open: anything may be in it.
``facts`` settles what all this tells.
"""

from __future__ import annotations

from l1kernel.language import nodes
from l1kernel.language.analysis.contents import Contents, join
from l1kernel.language.analysis.holdings import Escape, Holdings
from l1kernel.language.analysis.known import DICTIONARY, NOTHING
from l1kernel.language.resolve import Kind, Resolution, Scope, children, imported_name

_NOTED = frozenset((nodes.Call, nodes.ListLiteral, nodes.DictionaryLiteral, nodes.Function))


class Flow(Holdings):
    """All that one program stores anywhere."""

    def __init__(self, resolution: Resolution) -> None:
        super().__init__(resolution)
        self._kept: list[nodes.Node] = []
        self._mapped: dict[int, tuple[nodes.For, Contents]] = {}
        """By the id of a function that only ``map`` calls: the loop that this is, and what it makes."""
        self._block(resolution.program.statements, resolution.top)

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
                given = self.contents(node.value, scope)
                if given is not None:
                    given.found().returned = True
                if scope.function is not None and id(scope.function) in self._mapped:
                    self.add(self._mapped[id(scope.function)][1], node.value, scope)
            case nodes.Throw() if node.value is not None:
                self._walk(node.value, scope)
                self.open(self.contents(node.value, scope))
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
                    self.open(self.contents(value, scope))

    def _for(self, node: nodes.For, scope: Scope) -> None:
        self._walk(node.iterable, scope)
        within = self.contents(node.iterable, scope)
        if len(node.names) == 1:
            variable = self.variable(node.names[0], scope)
            variable.sources.append((scope, node))
            if within is not None:
                join(variable.contents, within.inside())
        else:
            for name in node.names:
                self._forget(name, scope)
            if within is not None:
                self.open(within.inside())
        self._block(node.body, scope)

    def _store(self, target: nodes.Target, value: nodes.Expression, scope: Scope) -> None:
        match target:
            case nodes.Name():
                variable = self.variable(target, scope)
                variable.sources.append((scope, value))
                given = self.contents(value, scope)
                if given is not None:
                    join(variable.contents, given)
            case nodes.Index(indices=(nodes.Slice(),)):
                self._walk(target, scope)
                into, given = self.contents(target.target, scope), self.contents(value, scope)
                if into is not None:
                    self.open(into if given is None else join(into, given))
                else:
                    self.open(given)
            case nodes.Index() | nodes.Attribute():
                self._walk(target, scope)
                self.add(self.contents(target.target, scope), value, scope)
            case nodes.Pattern():
                if isinstance(value, nodes.ListLiteral) and len(value.items) == len(target.targets):
                    for part, item in zip(target.targets, value.items, strict=True):
                        self._store(part, item, scope)
                    return
                given = self.contents(value, scope)
                if given is not None:
                    self.open(given.inside())
                for part in target.targets:
                    self._forget(part, scope)

    def _forget(self, target: nodes.Target, scope: Scope) -> None:
        """Something is stored of which nothing is known."""
        match target:
            case nodes.Name():
                variable = self.variable(target, scope)
                variable.facts = NOTHING
                self.open(variable.contents)
            case nodes.Index() | nodes.Attribute():
                self._walk(target, scope)
                self.open(self.contents(target.target, scope))
            case nodes.Pattern():
                for part in target.targets:
                    self._forget(part, scope)

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
                within = self.contents(part.target, scope)
                if within is not None:
                    self.escapes.append(Escape(DICTIONARY, scope, part.target, [within]))
            else:
                self.contents(part, scope)  # type: ignore[arg-type]

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
                self.open(self.contents(parameter.default, inner))
        self._block(node.body, inner)

    def _mapping(self, loop: nodes.For, inner: Scope, scope: Scope) -> None:
        """The parameter of such a function holds each item in turn, as the variable of a loop does."""
        variable, within = self.variable(loop.names[0], inner), self.contents(loop.iterable, scope)
        variable.sources.append((scope, loop))
        if within is not None:
            join(variable.contents, within.inside())
