"""L1 expressions to Python expressions.

Where L1 and Python mean the same, the Python operator itself is emitted; where they do not, a call of a helper of
the runtime (``$div``, ``$item``, ``$get``). An anonymous function becomes a ``def`` in the ``prelude``, the
statements that stand ahead of the current one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.compiler.calls import CallCompiler
from l1kernel.language.compiler.emit import (
    LOAD,
    at,
    callee_name,
    constant,
    helper,
    load,
    operator_span,
    python_name,
    store,
)
from l1kernel.language.compiler.native import is_literal
from l1kernel.language.compiler.natives import Library
from l1kernel.language.resolve import Kind, Resolution
from l1kernel.language.source import Source, Span

# CPython's own compiler recurses on the C stack; twice this depth was compiled safely in 8 MB.
MAX_DEPTH = 2_000
CHAIN = 100  # a sum or a chain of calls longer than this is computed link by link, so that it may be of any length

# The operand that an expression computes first, where it may be of the same kind again: `a + b + c`, `a.b().c()`.
_FIRST = {nodes.Binary: "left", nodes.Call: "callee", nodes.Index: "target", nodes.Attribute: "target"}

_BINARY: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
_BINARY_HELPERS = {"*": "mul", "/": "div", "%": "mod", "**": "pow"}
_UNARY: dict[str, type[ast.unaryop]] = {"-": ast.USub, "+": ast.UAdd, "not": ast.Not}
_COMPARE: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "in": ast.In,
    "not in": ast.NotIn,
}


class ExpressionCompiler(CallCompiler):
    """Compiles expressions in ``scope``; the statements' compiler is built on it."""

    def __init__(self, source: Source, resolution: Resolution, library: Library) -> None:
        super().__init__(source, resolution, library)
        self.alone: nodes.Expression | None = None
        """The expression whose value nobody takes: a statement of its own."""
        self.called_locals: set[str] = set()
        self._depth = 0
        self._visit: dict[type, Callable[[Any], ast.expr]] = {
            nodes.Constant: self._constant,
            nodes.FString: self._fstring,
            nodes.Name: self._name,
            nodes.ListLiteral: self._list,
            nodes.DictionaryLiteral: self._dictionary,
            nodes.Unary: self._unary,
            nodes.Binary: self._binary,
            nodes.Compare: self._compare,
            nodes.Logical: self._logical,
            nodes.Conditional: self._conditional,
            nodes.RangeLiteral: self._range,
            nodes.Call: self._call,
            nodes.Index: self._index,
            nodes.Attribute: self._attribute,
            nodes.Function: self.function,
        }

    def expression(self, node: nodes.Expression) -> ast.expr:
        """The Python expression; what must run before it is added to ``prelude``."""
        held = self.computed.get(id(node))
        if held is not None:
            return load(node.span, held)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise L1SyntaxError(
                "This expression is nested too deep",
                hint="split it: give parts of it names with let",
                location=self.source.location(node.span),
            )
        links = self._links(node) if type(node) in _FIRST else []
        result = self._chain(node, links) if links else self._visit[type(node)](node)
        self._depth -= 1
        return result

    def _links(self, node: nodes.Expression) -> list[nodes.Expression]:
        """The operands of a long chain that are computed ahead of it, innermost first; none of a short one."""
        found: list[nodes.Expression] = []
        length = 0
        while (field := _FIRST.get(type(node))) is not None:
            called = isinstance(node, nodes.Call)
            node = getattr(node, field)
            length += 1
            if id(node) in self.computed:
                break
            if length >= CHAIN and not (called and isinstance(node, nodes.Attribute)):  # `x.f` of `x.f()` is no value
                found.append(node)
                length = 0
        return found[::-1]

    def _chain(self, node: nodes.Expression, links: list[nodes.Expression]) -> ast.expr:
        """``(t := link, t := ..., the rest)[-1]``: as the chain itself, in its order, but never deep."""
        parts: list[ast.expr] = []
        for link in links:
            name = self.temporary()
            value = self._visit[type(link)](link)
            parts.append(at(link.span, ast.NamedExpr, target=store(link.span, name), value=value))
            self.computed[id(link)] = name
        parts.append(self._visit[type(node)](node))
        for link in links:
            del self.computed[id(link)]
        whole = at(node.span, ast.Tuple, elts=parts, ctx=LOAD)
        return at(node.span, ast.Subscript, value=whole, slice=constant(node.span, -1), ctx=LOAD)

    def function(self, node: nodes.Function) -> ast.expr:
        raise NotImplementedError

    def kind(self, name: str) -> Kind:
        return self.resolution.kind(name, self.scope)

    # --- values -------------------------------------------------------------------------------------------------

    def _constant(self, node: nodes.Constant) -> ast.expr:
        return constant(node.span, node.value)

    def _fstring(self, node: nodes.FString) -> ast.expr:
        return self._joined(node.span, node.parts)

    def _joined(self, span: Span, parts: tuple[str | nodes.FormattedValue, ...]) -> ast.expr:
        values: list[ast.expr] = []
        for part in parts:
            if isinstance(part, str):
                values.append(constant(span, part))
                continue
            value = self.expression(part.value)
            if part.format:
                text = helper(part.span, "format", value, self._joined(part.span, part.format))
            else:
                text = helper(part.value.span, "text", value)
            values.append(at(part.span, ast.FormattedValue, value=text, conversion=-1, format_spec=None))
        return at(span, ast.JoinedStr, values=values)

    def _name(self, node: nodes.Name) -> ast.expr:
        if node.id.endswith("Error") and not self.resolution.exists(node.id, self.scope):
            return helper(node.span, "error_type", constant(node.span, node.id))
        return self.variable(node.span, node.id)

    def _list(self, node: nodes.ListLiteral) -> ast.expr:
        return at(node.span, ast.List, elts=[self.expression(item) for item in node.items], ctx=LOAD)

    def _dictionary(self, node: nodes.DictionaryLiteral) -> ast.expr:
        keys = [self.expression(key) for key, _ in node.entries]
        return at(node.span, ast.Dict, keys=keys, values=[self.expression(value) for _, value in node.entries])

    def _range(self, node: nodes.RangeLiteral) -> ast.expr:
        start, stop = self.expression(node.start), self.expression(node.stop)
        return helper(node.span, "range", start, stop, constant(node.span, node.closed))

    # --- operators ----------------------------------------------------------------------------------------------

    def _unary(self, node: nodes.Unary) -> ast.expr:
        return at(node.span, ast.UnaryOp, op=_UNARY[node.operator](), operand=self.expression(node.operand))

    def _binary(self, node: nodes.Binary) -> ast.expr:
        span = operator_span(self.source, node.left.span, node.right.span, len(node.operator))
        left, right = self.expression(node.left), self.expression(node.right)
        return self.operation(span, node.operator, node.left, left, node.right, right)

    def operation(
        self,
        span: Span,
        operator: str,
        left_node: nodes.Expression,
        left: ast.expr,
        right_node: nodes.Expression,
        right: ast.expr,
    ) -> ast.expr:
        """``left operator right``: native where no operands can make Python's meaning differ from L1's."""
        kinds, scope = self.kinds, self.scope
        native = _BINARY.get(operator)
        if operator == "*" and kinds.is_plain_product(left_node, right_node, scope):
            native = ast.Mult
        elif operator == "/" and kinds.is_float_quotient(left_node, right_node, scope):
            native = ast.Div
        elif operator == "%":
            native = ast.Mod
            if not kinds.is_number(left_node, scope):
                # `%` on a String would format it; a unary plus refuses a String and leaves numbers as they are.
                left = at(span, ast.UnaryOp, op=ast.UAdd(), operand=left)
        if native is not None:
            return at(span, ast.BinOp, left=left, op=native(), right=right)
        if operator in ("*", "/") and self.often:
            return self.guarded_operation(span, operator, left_node, left, right_node, right)
        return helper(span, _BINARY_HELPERS[operator], left, right)

    def _compare(self, node: nodes.Compare) -> ast.expr:
        operands = [node.first, *node.rest]
        values = [self.expression(operand) for operand in operands]
        if any(not isinstance(middle, nodes.Name | nodes.Constant) for middle in node.rest[:-1]):
            span = operator_span(self.source, operands[0].span, operands[1].span, len(node.operators[0]))
            ops = [_COMPARE[operator]() for operator in node.operators]
            return at(span, ast.Compare, left=values[0], ops=ops, comparators=values[1:])
        tests = [
            self._comparison(operator, operands[i], values[i], operands[i + 1], values[i + 1])
            for i, operator in enumerate(node.operators)
        ]
        return tests[0] if len(tests) == 1 else at(node.span, ast.BoolOp, op=ast.And(), values=tests)

    def _comparison(
        self, operator: str, left_node: nodes.Expression, left: ast.expr, right_node: nodes.Expression, right: ast.expr
    ) -> ast.expr:
        length = 2 if operator == "in" else len(operator.split()[0])
        span = operator_span(self.source, left_node.span, right_node.span, length)
        if operator in ("in", "not in") and not self.kinds.is_native_search(left_node, right_node, self.scope):
            found = self.guarded_search(span, left_node, right_node) if self.often else helper(span, "in", left, right)
            return found if operator == "in" else at(span, ast.UnaryOp, op=ast.Not(), operand=found)
        return at(span, ast.Compare, left=left, ops=[_COMPARE[operator]()], comparators=[right])

    def _logical(self, node: nodes.Logical) -> ast.expr:
        operands: list[nodes.Expression] = [node.right]
        left = node.left
        while isinstance(left, nodes.Logical) and left.operator == node.operator:
            operands.append(left.right)
            left = left.left
        operands.append(left)
        op = ast.And() if node.operator == "and" else ast.Or()
        return at(node.span, ast.BoolOp, op=op, values=[self.expression(operand) for operand in reversed(operands)])

    def _conditional(self, node: nodes.Conditional) -> ast.expr:
        test, then = self.expression(node.test), self.expression(node.then)
        return at(node.span, ast.IfExp, test=test, body=then, orelse=self.expression(node.otherwise))

    # --- calls and members --------------------------------------------------------------------------------------

    def _call(self, node: nodes.Call) -> ast.expr:
        alone = node is self.alone
        if self.often and isinstance(node.callee, nodes.Attribute) and id(node.callee.target) not in self.computed:
            found = self.guarded_method(node, node.callee, lambda callee: self._called(node, callee), alone=alone)
            if found is not None:
                return found
        callee, builtin = self._callee(node.callee)
        if builtin is not None and self.often:
            found = self.guarded_function(node, builtin, lambda: self._called(node, callee), alone=alone)
            if found is not None:
                return found
        return self._called(node, callee, builtin)

    def _called(self, node: nodes.Call, callee: ast.expr, builtin: str | None = None) -> ast.expr:
        arguments = [self.expression(a.value) for a in node.arguments if a.name is None]
        keywords = [
            at(a.span, ast.keyword, arg=python_name(a.name), value=self.expression(a.value))
            for a in node.arguments
            if a.name is not None
        ]
        if builtin in self.library.takes_expressions:
            for keyword in keywords:
                if keyword.arg == "expressions":  # the program's own, which the built-in does not take
                    keyword.arg += "$"
            texts = [self._text_of(a.value) for a in node.arguments if a.name is None]
            value = at(node.span, ast.Tuple, elts=[constant(node.span, text) for text in texts], ctx=LOAD)
            keywords.append(at(node.span, ast.keyword, arg="expressions", value=value))
        return at(node.span, ast.Call, func=callee, args=arguments, keywords=keywords)

    def _callee(self, node: nodes.Expression) -> tuple[ast.expr, str | None]:
        """What is called, and the built-in's name where it is surely one."""
        if isinstance(node, nodes.Attribute):
            target = self.expression(node.target)
            return helper(node.name_span, "method", target, constant(node.name_span, node.name)), None
        if isinstance(node, nodes.Constant | nodes.ListLiteral | nodes.DictionaryLiteral | nodes.FString):
            return helper(node.span, "callee", self.expression(node), constant(node.span, None)), None
        if not isinstance(node, nodes.Name) or node.id not in self.resolution.builtins:
            return self.expression(node), None
        kind = self.kind(node.id)
        if kind is Kind.BUILTIN or (kind is Kind.GLOBAL and node.id not in self.kinds.written):
            return load(node.span, callee_name(node.id)), node.id
        if kind is Kind.LOCAL:
            self.called_locals.add(node.id)
        variable = self.variable(node.span, node.id)
        return helper(node.span, "callee", variable, constant(node.span, node.id)), None

    def _text_of(self, node: nodes.Expression) -> str:
        return " ".join(self.source.text[node.span.start : node.span.end].split())

    def _attribute(self, node: nodes.Attribute) -> ast.expr:
        if self.often and node.name[0] != "_" and not is_literal(node.target):
            return self.guarded_member(node)
        gate = "private" if node.name.startswith("_") else "get"
        return helper(node.name_span, gate, self.expression(node.target), constant(node.name_span, node.name))

    def _index(self, node: nodes.Index) -> ast.expr:
        sliced = len(node.indices) == 1 and isinstance(node.indices[0], nodes.Slice)
        native = self.kinds.is_native_item(node, self.scope)
        if self.often and not native and not sliced and len(node.indices) == 1 and not is_literal(node.target):
            return self.guarded_item(node)
        target = self.expression(node.target)
        if sliced:
            return helper(node.span, "slice", target, *self.bounds(node.indices[0]))  # type: ignore[arg-type]
        index = self.index(node)
        if native:
            return at(node.span, ast.Subscript, value=target, slice=index, ctx=LOAD)
        return helper(node.span, "item", target, index)

    def index(self, node: nodes.Index) -> ast.expr:
        """What stands in the brackets, as one value; ``a[i, j]`` gives a tuple."""
        parts = [
            helper(part.span, "part", *self.bounds(part)) if isinstance(part, nodes.Slice) else self.expression(part)
            for part in node.indices
        ]
        return parts[0] if len(parts) == 1 else at(node.span, ast.Tuple, elts=parts, ctx=LOAD)

    def bounds(self, node: nodes.Slice) -> list[ast.expr]:
        parts = (node.start, node.stop, node.step)
        return [constant(node.span, None) if part is None else self.expression(part) for part in parts]
