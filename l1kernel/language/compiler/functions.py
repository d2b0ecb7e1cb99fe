"""L1 functions, of every form, to Python's ``def``."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass

from l1kernel.language import nodes
from l1kernel.language.compiler.emit import at, callee_name, constant, helper, load, python_name, store
from l1kernel.language.compiler.expressions import ExpressionCompiler
from l1kernel.language.compiler.natives import Library
from l1kernel.language.resolve import Resolution, Scope, stored_names
from l1kernel.language.source import Source

# CPython 3.13 counts no call that leaves out a default among those of a recursion, which then has no end but the
# memory's; the call of a helper that has no defaults is counted, and finds the limit passed.
UNCOUNTED_CALLS = sys.version_info[:2] == (3, 13)


@dataclass(frozen=True, slots=True)
class CompiledFunction:
    """A function of the program; ``code_name`` is the name of its Python code object, unique in the program."""

    code_name: str
    node: nodes.Function
    scope: Scope


class FunctionCompiler(ExpressionCompiler):
    """Compiles functions; their bodies are for ``statements``."""

    def __init__(self, source: Source, resolution: Resolution, library: Library) -> None:
        super().__init__(source, resolution, library)
        self.functions: list[CompiledFunction] = []

    def statements(self, block: nodes.Block) -> list[ast.stmt]:
        """The Python statements of a block."""
        raise NotImplementedError

    def with_prelude(self, node: nodes.Expression) -> tuple[list[ast.stmt], ast.expr]:
        """An expression, and the statements that must run before it."""
        outer, self.prelude = self.prelude, []
        try:
            value = self.expression(node)
            return self.prelude, value
        finally:
            self.prelude = outer

    def function(self, node: nodes.Function) -> ast.expr:
        """Adds a ``def`` to the prelude and gives the expression that stands for the function."""
        span = node.span
        scope = self.resolution.scopes[span.start]
        code_name = f"{node.name or 'function'}${span.start}"
        self.functions.append(CompiledFunction(code_name, node, scope))
        if self.scope.function is None:
            self.temporaries.append(code_name)

        outer = self.scope, self.prelude, self.called_locals, self._depth, self.steady, self.tested
        self.scope, self.prelude, self.called_locals, self._depth = scope, [], set(), 0
        self.steady, self.tested = frozenset(), set()
        arguments, checks = self._parameters(node)
        self.steady = self._steady(node)
        statements = self.statements(node.body)
        head: list[ast.stmt] = []
        for word, names in ((ast.Global, scope.rebound_globals), (ast.Nonlocal, scope.rebound_captured)):
            if names:
                head.append(at(span, word, names=[python_name(name) for name in sorted(names)]))
        parameters = {parameter.name for parameter in node.parameters}
        for name in sorted(self.called_locals - parameters):
            # `let zeros = zeros(5)` in a function: until then the name means the built-in.
            target = store(span, python_name(name))
            head.append(at(span, ast.Assign, targets=[target], value=load(span, callee_name(name))))
        body = head + checks + self.types_ahead(span) + statements or [at(span, ast.Pass)]
        self.scope, self.prelude, self.called_locals, self._depth, self.steady, self.tested = outer

        self.prelude.append(
            at(span, ast.FunctionDef, name=code_name, args=arguments, body=body, decorator_list=[], returns=None)
        )
        return helper(span, "function", load(span, code_name))

    def _steady(self, node: nodes.Function) -> frozenset[str]:
        """The parameters that no code of the function gives another value, as Python names."""
        names = {parameter.name for parameter in node.parameters} - stored_names(node.body)
        inside = [child.free for child in self.scope.children]
        return frozenset(python_name(name) for name in names.difference(*inside))

    def _parameters(self, node: nodes.Function) -> tuple[ast.arguments, list[ast.stmt]]:
        """Python's parameters, and the statements that evaluate defaults: at each call, as L1 has it."""
        arguments = [at(p.span, ast.arg, arg=python_name(p.name), annotation=None) for p in node.parameters]
        defaults: list[ast.expr] = []
        checks: list[ast.stmt] = []
        for parameter in node.parameters:
            default, span = parameter.default, parameter.span
            if isinstance(default, nodes.Constant):
                defaults.append(self.expression(default))
                continue
            if default is None and not defaults:
                continue
            defaults.append(load(span, "$missing"))
            name = python_name(parameter.name)
            if default is None:
                value: ast.expr = helper(span, "no_argument", constant(span, node.name), constant(span, parameter.name))
                prelude: list[ast.stmt] = []
            else:
                prelude, value = self.with_prelude(default)
            test = at(span, ast.Compare, left=load(span, name), ops=[ast.Is()], comparators=[load(span, "$missing")])
            assign = at(span, ast.Assign, targets=[store(span, name)], value=value)
            checks.append(at(span, ast.If, test=test, body=[*prelude, assign], orelse=[]))
        if defaults and UNCOUNTED_CALLS:
            checks.insert(0, at(node.span, ast.Expr, value=helper(node.span, "counted")))
        made = ast.arguments(
            posonlyargs=[], args=arguments, vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=defaults
        )
        return made, checks
