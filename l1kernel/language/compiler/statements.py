"""L1 statements to Python statements.

A block opens no scope in L1 as in Python, so variables are plain Python ones; ``global`` and ``nonlocal`` are
written from the resolver's table. What a statement needs beforehand (a function without a name, a value used
twice) goes into the prelude, ahead of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar

from l1kernel.language import nodes
from l1kernel.language.compiler.emit import (
    LOAD,
    STORE,
    at,
    constant,
    held_name,
    helper,
    load,
    operator_span,
    store,
)
from l1kernel.language.compiler.functions import FunctionCompiler
from l1kernel.language.compiler.loops import LOOP, Globals, loop_function, steady_globals
from l1kernel.language.compiler.natives import Library
from l1kernel.language.resolve import Resolution, Scope, imported_name
from l1kernel.language.source import Source, Span

L = TypeVar("L", bound=nodes.Statement)
VALUE = "$value"  # the global that holds the value of a cell's last expression


class StatementCompiler(FunctionCompiler):
    """Compiles a program, statement by statement."""

    def __init__(self, source: Source, resolution: Resolution, library: Library, *, fast_loops: bool = True) -> None:
        super().__init__(source, resolution, library)
        self.constants = set(resolution.constants)
        self._fast_loops = fast_loops
        """Whether a loop that begins here becomes a function: at the top level, outside any other loop."""
        self._statements: dict[type, Callable[[Any], list[ast.stmt]]] = {
            nodes.ExpressionStatement: self._expression_statement,
            nodes.Let: self._let,
            nodes.Assign: self._assign,
            nodes.AugmentedAssign: self._augmented,
            nodes.FunctionDefinition: self._function_definition,
            nodes.If: self._if,
            nodes.For: lambda node: self._loop(node, self._for),
            nodes.CFor: lambda node: self._loop(node, self._c_for),
            nodes.While: lambda node: self._loop(node, self._while),
            nodes.Break: lambda node: [at(node.span, ast.Break)],
            nodes.Continue: lambda node: [at(node.span, ast.Continue)],
            nodes.Return: self._return,
            nodes.Throw: self._throw,
            nodes.Try: self._try,
            nodes.Import: self._import,
            nodes.Project: self._project,
        }

    def program(self, program: nodes.Program) -> list[ast.stmt]:
        """The module's body; the last expression's value is left in ``VALUE``."""
        *before, last = program.statements or (None,)
        body = self.statements(tuple(node for node in before if node is not None))
        if isinstance(last, nodes.ExpressionStatement):
            prelude, value = self.with_prelude(last.value)
            body += [*prelude, at(last.span, ast.Assign, targets=[store(last.span, VALUE)], value=value)]
        elif last is not None:
            body += self.statement(last)
        return body

    def statements(self, block: nodes.Block) -> list[ast.stmt]:
        return [made for node in block for made in self.statement(node)]

    def block(self, span: Span, block: nodes.Block) -> list[ast.stmt]:
        """As ``statements``, but never empty: Python has no empty block."""
        return self.statements(block) or [at(span, ast.Pass)]

    def statement(self, node: nodes.Statement) -> list[ast.stmt]:
        """The Python statements of one L1 statement, its prelude first."""
        outer, self.prelude = self.prelude, []
        try:
            made = self._statements[type(node)](node)
            return self.prelude + made
        finally:
            self.prelude = outer

    # --- simple statements --------------------------------------------------------------------------------------

    def _expression_statement(self, node: nodes.ExpressionStatement) -> list[ast.stmt]:
        if isinstance(node.value, nodes.Constant):
            return []  # a String on top of a function would become Python's docstring
        self.alone = node.value
        value = self.expression(node.value)
        return [at(node.span, ast.Expr, value=value)]

    def _let(self, node: nodes.Let) -> list[ast.stmt]:
        value = constant(node.span, None) if node.value is None else self.expression(node.value)
        made = self._store(node.target, value, node.value, declares=True)
        names = [node.target] if isinstance(node.target, nodes.Name) else node.target.targets
        for name in names:
            if isinstance(name, nodes.Name):
                self._declare(name.id, node.constant)
        return made

    def _declare(self, name: str, constant: bool = False) -> None:
        """Note, at the top level, whether a name is const from here on."""
        if self.scope.function is None:
            (self.constants.add if constant else self.constants.discard)(name)

    def _assign(self, node: nodes.Assign) -> list[ast.stmt]:
        return self._store(node.target, self.expression(node.value), node.value)

    def _store(
        self, target: nodes.Target, value: ast.expr, value_node: nodes.Expression | None, *, declares: bool = False
    ) -> list[ast.stmt]:
        """``target = value``; ``value`` is evaluated once."""
        match target:
            case nodes.Name() if not declares and self._is_constant(target.id):
                refusal = helper(target.span, "constant", constant(target.span, target.id))
                return [at(target.span, ast.Expr, value=refusal)]
            case nodes.Name():
                return [at(target.span, ast.Assign, targets=[self.place(target.span, target.id)], value=value)]
            case nodes.Attribute() if self.often and target.name[0] != "_":
                return self.guarded_member_store(target, value, value_node)
            case nodes.Attribute():
                member = constant(target.name_span, target.name)
                call = helper(target.name_span, "set", self.expression(target.target), member, value)
                return [at(target.span, ast.Expr, value=call)]
            case nodes.Index():
                return self._store_item(target, value, value_node)
            case nodes.Pattern():
                return self._unpack(target, value, value_node, declares)

    def _store_item(self, target: nodes.Index, value: ast.expr, value_node: nodes.Expression | None) -> list[ast.stmt]:
        span = target.span
        if self.kinds.is_native_place(target, self.scope):
            place = at(span, ast.Subscript, value=self.expression(target.target), slice=self.index(target), ctx=STORE)
            return [at(span, ast.Assign, targets=[place], value=value)]
        inner = target.target
        if len(target.indices) == 1 and isinstance(target.indices[0], nodes.Slice):
            call = helper(span, "set_slice", self.expression(inner), *self.bounds(target.indices[0]), value)
        elif isinstance(inner, nodes.Index) and not _has_slice(inner):
            # df["c"][0] = x must reach the table, not a copy of its column.
            made = self.guarded_nested_store(target, inner, value, value_node) if self.often else None
            if made is not None:
                return made
            owner, key = self.expression(inner.target), self.index(inner)
            call = helper(span, "set_nested_item", owner, key, self.index(target), value)
        elif self.often and len(target.indices) == 1:
            return self.guarded_item_store(target, value, value_node)
        else:
            call = helper(span, "set_item", self.expression(inner), self.index(target), value)
        return [at(span, ast.Expr, value=call)]

    def _unpack(
        self, target: nodes.Pattern, value: ast.expr, value_node: nodes.Expression | None, declares: bool
    ) -> list[ast.stmt]:
        count = len(target.targets)
        if isinstance(value_node, nodes.ListLiteral) and len(value_node.items) == count:
            source: ast.expr = at(value_node.span, ast.Tuple, elts=value.elts, ctx=LOAD)  # type: ignore[attr-defined]
        else:
            source = helper(target.span, "unpack", value, constant(target.span, count))
        places: list[ast.expr] = []
        later: list[ast.stmt] = []
        for part in target.targets:
            if isinstance(part, nodes.Name) and (declares or not self._is_constant(part.id)):
                places.append(self.place(part.span, part.id))
            else:
                name = self.temporary()
                places.append(store(part.span, name))
                later += self._store(part, load(part.span, name), None, declares=declares)
        tuple_ = at(target.span, ast.Tuple, elts=places, ctx=STORE)
        return [at(target.span, ast.Assign, targets=[tuple_], value=source), *later]

    def _augmented(self, node: nodes.AugmentedAssign) -> list[ast.stmt]:
        target = node.target
        span = operator_span(self.source, target.span, node.value.span, len(node.operator) + 1)
        before: list[ast.stmt] = []
        if isinstance(target, nodes.Index):
            target = nodes.Index(
                target.span,
                self._once(target.target, before),
                tuple(part if isinstance(part, nodes.Slice) else self._once(part, before) for part in target.indices),
            )
        elif isinstance(target, nodes.Attribute):
            target = nodes.Attribute(target.span, self._once(target.target, before), target.name, target.name_span)
        old, value = self.expression(target), self.expression(node.value)
        new = self.operation(span, node.operator, target, old, node.value, value)
        return before + self._store(target, new, None)

    def _once(self, node: nodes.Expression, before: list[ast.stmt]) -> nodes.Expression:
        """An expression that can be used twice though the program says it once."""
        if isinstance(node, nodes.Name | nodes.Constant):
            return node
        if isinstance(node, nodes.Index) and not _has_slice(node):
            parts = tuple(self._once(part, before) for part in node.indices if isinstance(part, nodes.Expression))
            return nodes.Index(node.span, self._once(node.target, before), parts)
        name = self.noted(held_name(node.span))
        before.append(at(node.span, ast.Assign, targets=[store(node.span, name)], value=self.expression(node)))
        return nodes.Name(node.span, name)

    def _is_constant(self, name: str) -> bool:
        scope: Scope | None = self.scope
        while scope is not None and scope.function is not None:
            if name in scope.declared:
                return name in scope.constants
            scope = scope.parent
        inside = self.scope.function is not None
        return name in self.constants or (inside and name in self.resolution.top.constants)

    def _return(self, node: nodes.Return) -> list[ast.stmt]:
        return [at(node.span, ast.Return, value=None if node.value is None else self.expression(node.value))]

    def _throw(self, node: nodes.Throw) -> list[ast.stmt]:
        if node.value is None:
            return [at(node.span, ast.Raise, exc=None, cause=None)]
        error = helper(node.span, "throw", self.expression(node.value))
        return [at(node.span, ast.Raise, exc=error, cause=None)]

    def _import(self, node: nodes.Import) -> list[ast.stmt]:
        module = helper(node.span, "import", constant(node.span, node.path))
        if not node.names:
            target = self.place(node.span, imported_name(node.path))
            return [at(node.span, ast.Assign, targets=[target], value=module)]
        name = self.temporary()
        made: list[ast.stmt] = [at(node.span, ast.Assign, targets=[store(node.span, name)], value=module)]
        for wanted in node.names:
            member = helper(wanted.span, "get", load(node.span, name), constant(wanted.span, wanted.id))
            target = self.place(wanted.span, wanted.id)
            made.append(at(wanted.span, ast.Assign, targets=[target], value=member))
        return made

    def _project(self, node: nodes.Project) -> list[ast.stmt]:
        keys = [constant(node.span, name) for name, _ in node.entries]
        values = [self.expression(value) for _, value in node.entries]
        entries = at(node.span, ast.Dict, keys=keys, values=values)
        return [at(node.span, ast.Expr, value=helper(node.span, "project", constant(node.span, node.name), entries))]

    # --- blocks -------------------------------------------------------------------------------------------------

    def _if(self, node: nodes.If) -> list[ast.stmt]:
        otherwise = self.statements(node.otherwise)
        for branch in reversed(node.branches):
            body = self.block(branch.span, branch.body)
            test = self.expression(branch.test)
            otherwise = [at(branch.test.span, ast.If, test=test, body=body, orelse=otherwise)]
        return otherwise

    def _loop(self, node: L, compile_: Callable[[L], list[ast.stmt]]) -> list[ast.stmt]:
        """A loop; at the top level as a function of its own, whose variables are faster than globals."""
        if self.scope.function is not None or not self._fast_loops:
            return compile_(node)
        before, self.used, self._fast_loops, self.in_loop = self.used, Globals(), False, True
        self.steady = steady_globals(node, self.resolution)
        try:
            body = compile_(node)
            code_name = f"{LOOP}{node.span.start}"
            self.temporaries.append(code_name)
            ahead = self.types_ahead(node.span)
            return loop_function(node.span, code_name, ahead, body, self.used, before, self.resolution)
        finally:
            self.steady, self.tested = frozenset(), set()
            before.written |= self.used.written
            self.used, self._fast_loops, self.in_loop = before, True, False

    def _for(self, node: nodes.For) -> list[ast.stmt]:
        places: list[ast.expr] = [self.place(name.span, name.id) for name in node.names]
        if len(places) == 1:
            target, iterable = places[0], self._iterable(node.iterable)
        else:
            target = at(node.names[0].span.to(node.names[-1].span), ast.Tuple, elts=places, ctx=STORE)
            iterable = helper(node.iterable.span, "pairs", self.expression(node.iterable))
        for name in node.names:
            self._declare(name.id)
        body = self.block(node.span, node.body)
        return [at(node.span, ast.For, target=target, iter=iterable, body=body, orelse=[])]

    def _iterable(self, node: nodes.Expression) -> ast.expr:
        return helper(node.span, "iterate", self.expression(node))

    def _while(self, node: nodes.While) -> list[ast.stmt]:
        test = self.expression(node.test)
        return [at(node.span, ast.While, test=test, body=self.block(node.span, node.body), orelse=[])]

    def _c_for(self, node: nodes.CFor) -> list[ast.stmt]:
        first = [] if node.first is None else self.statement(node.first)
        test = constant(node.span, True) if node.test is None else self.expression(node.test)
        body = self.statements(node.body)
        step = [] if node.step is None else self.statement(node.step)
        if not step or not _continues(node.body):
            block = body + step or [at(node.span, ast.Pass)]
            return [*first, at(node.span, ast.While, test=test, body=block, orelse=[])]
        # A `continue` must pass through the step, also out of a try: so the step leads every round but the first.
        started = self.temporary()
        flag = at(node.span, ast.Assign, targets=[store(node.span, started)], value=constant(node.span, False))
        mark = at(node.span, ast.Assign, targets=[store(node.span, started)], value=constant(node.span, True))
        lead = at(node.span, ast.If, test=load(node.span, started), body=step, orelse=[mark])
        leave = at(
            node.span,
            ast.If,
            test=at(node.span, ast.UnaryOp, op=ast.Not(), operand=test),
            body=[at(node.span, ast.Break)],
            orelse=[],
        )
        loop = at(node.span, ast.While, test=constant(node.span, True), body=[lead, leave, *body], orelse=[])
        return [*first, flag, loop]

    def _try(self, node: nodes.Try) -> list[ast.stmt]:
        span = node.span
        body = self.block(span, node.body)
        if isinstance(body[0], ast.While):
            # CPython 3.11 blames an interrupt of a loop on the instruction ahead of it: that must lie inside the try.
            body.insert(0, at(span, ast.Assign, targets=[store(span, self.temporary())], value=constant(span, None)))
        handlers = [self._handler(span, node.catches)] if node.catches else []
        final = self.statements(node.finally_)
        if not handlers and not final:
            return body
        return [at(span, ast.Try, body=body, handlers=handlers, orelse=[], finalbody=final)]

    def _handler(self, span: Span, catches: tuple[nodes.Catch, ...]) -> ast.excepthandler:
        caught, error = self.temporary(), self.temporary()
        choice: list[ast.stmt] = [at(span, ast.Raise, exc=None, cause=None)]
        for catch in reversed(catches):
            body: list[ast.stmt] = []
            if catch.name is not None:
                self._declare(catch.name.id)
                target = self.place(catch.name.span, catch.name.id)
                body.append(at(catch.span, ast.Assign, targets=[target], value=load(catch.span, error)))
            body += self.statements(catch.body)
            body = body or [at(catch.span, ast.Pass)]
            if catch.type in (None, "Error"):
                choice = body
            else:
                test = helper(catch.span, "is_error", load(catch.span, error), constant(catch.span, catch.type))
                choice = [at(catch.span, ast.If, test=test, body=body, orelse=choice)]
        translated = helper(span, "caught", load(span, caught))
        body = [at(span, ast.Assign, targets=[store(span, error)], value=translated), *choice]
        return at(span, ast.ExceptHandler, type=load(span, "$Exception"), name=caught, body=body)

    def _function_definition(self, node: nodes.FunctionDefinition) -> list[ast.stmt]:
        name = node.function.name or ""
        self._declare(name)
        target = self.place(node.span, name)
        return [at(node.span, ast.Assign, targets=[target], value=self.function(node.function))]


def _has_slice(node: nodes.Index) -> bool:
    return any(isinstance(part, nodes.Slice) for part in node.indices)


def _continues(block: nodes.Block) -> bool:
    """Whether a ``continue`` in the block belongs to the loop whose body it is."""
    for node in block:
        match node:
            case nodes.Continue():
                return True
            case nodes.If():
                inner = [*(branch.body for branch in node.branches), node.otherwise]
            case nodes.Try():
                inner = [node.body, *(catch.body for catch in node.catches), node.finally_]
            case _:
                continue
        if any(_continues(part) for part in inner):
            return True
    return False
