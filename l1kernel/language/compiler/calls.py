"""Calls of built-ins and methods that are Python's own on some types, and of functions that a dictionary holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from l1kernel.language import nodes
from l1kernel.language.compiler.emit import (
    LOAD,
    at,
    choice,
    constant,
    every,
    held_name,
    helper,
    is_some,
    is_type,
    load,
    store,
    subscript,
    unreplaced_name,
)
from l1kernel.language.compiler.native import NativeCompiler, is_literal
from l1kernel.language.compiler.natives import Native
from l1kernel.language.resolve import Kind
from l1kernel.language.source import Span


class CallCompiler(NativeCompiler):
    """Compiles calls that are native behind a test; the expressions' compiler is built on it."""

    def guarded_method(
        self, node: nodes.Call, callee: nodes.Attribute, call: Callable[[ast.expr], ast.expr], *, alone: bool
    ) -> ast.expr | None:
        """``target.name(...)``: what is Python's own, or a function in a dictionary; None for any other.

        ``call`` calls what it is given with the arguments; with ``alone`` nobody takes the result.
        """
        span, name = callee.name_span, constant(callee.name_span, callee.name)
        may_be_entry = callee.name not in self.library.entries_hidden and not is_literal(callee.target)
        values = [argument.value for argument in node.arguments]
        natives = self._natives(callee.name, node.arguments, alone=alone)
        if not natives and not may_be_entry:
            return None
        first, target = self.operand(callee.target)
        sure = self._is_sure(natives, callee.target)
        long = not sure and not all(map(self.is_light, values))
        if long and natives and natives[0].code in ("in", "len"):
            natives = []
        test = self.is_one_of(span, first, [native.type for native in natives]) if natives and not sure else None
        native = None
        if natives and not long:
            native = self._native_call(node.span, natives[0], target if test is not None else first, values)
            if test is None:
                return native
        found = first if test is None else target
        method: ast.expr = helper(span, "method", found, name)
        if may_be_entry:
            # (f if type(d) is dict and name in d and type(f := d[name]) is function else $method(d, name))
            entry = self.noted("$f")
            value = at(span, ast.NamedExpr, target=store(span, entry), value=subscript(span, target, name))
            held = every(
                span,
                is_type(span, self.type_of(span, found), "dict"),
                at(span, ast.Compare, left=name, ops=[ast.In()], comparators=[target]),
                is_type(span, helper(span, "type", value), "L1"),
            )
            method = choice(span, held, load(span, entry), helper(span, "method", target, name))
        if test is not None and native is None:  # the arguments are too long to be written down twice
            own = at(span, ast.Attribute, value=target, attr=natives[0].code, ctx=LOAD)
            return call(choice(span, test, own, method))
        return call(method) if test is None or native is None else choice(node.span, test, native, call(method))

    def guarded_function(
        self, node: nodes.Call, name: str, call: Callable[[], ast.expr], *, alone: bool
    ) -> ast.expr | None:
        """``name(target, ...)`` of a built-in that is Python's own on some types; None for any other."""
        if not node.arguments or node.arguments[0].name is not None:
            return None
        if self.resolution.kind(name, self.scope) is not Kind.BUILTIN:
            return None
        target_node, values = node.arguments[0].value, [argument.value for argument in node.arguments[1:]]
        natives = self._natives(name, node.arguments[1:], alone=alone)
        if not natives:
            return None
        if not all(map(self.is_light, values)):
            return None  # they would be written down twice
        span, sure = node.span, self._is_sure(natives, target_node)
        if sure and self.scope.function is None:
            return self._native_call(span, natives[0], self.expression(target_node), values)
        first, target = self.operand(target_node)
        tests: list[ast.expr] = []
        if not sure:
            tests.append(self.is_one_of(span, first, [native.type for native in natives]))
        elif first is not target:
            tests.append(is_some(span, first))
        if self.scope.function is not None:  # a later cell may put a function in the place of the built-in
            tests.append(load(span, unreplaced_name(name)))
        if first is not target:
            self.computed[id(target_node)] = held_name(target_node.span)
        other = call()
        self.computed.pop(id(target_node), None)
        return choice(span, every(span, *tests), self._native_call(span, natives[0], target, values), other)

    def _natives(self, name: str, arguments: Sequence[nodes.Argument], *, alone: bool) -> list[Native]:
        """What a built-in may be, called so; more than one only where they are the same but for the type."""
        if any(argument.name is not None for argument in arguments):
            return []
        fitting = [
            native
            for native in self.library.natives.get(name, ())
            if len(native.arguments) == len(arguments)
            and (alone or native.gives)
            and all(self._fits(a.value, what) for a, what in zip(arguments, native.arguments, strict=True))
        ]
        return [native for native in fitting if native.code == fitting[0].code]

    def _fits(self, node: nodes.Expression, what: str) -> bool:
        match what:
            case "text":
                return isinstance(node, nodes.Constant) and type(node.value) is str and node.value != ""
            case "integer":
                return self.kinds.is_integer(node, self.scope) and self.is_light(node)
            case "key":
                return isinstance(node, nodes.Constant | nodes.FString) or self.kinds.is_number(node, self.scope)
        return True

    def _is_sure(self, natives: list[Native], target: nodes.Expression) -> bool:
        known = {
            "list": self.kinds.is_list,
            "dict": self.kinds.is_dictionary,
            "str": self.kinds.is_text,
            "int": self.kinds.is_integer,
        }
        return any(native.type in known and known[native.type](target, self.scope) for native in natives)

    def _native_call(self, span: Span, native: Native, target: ast.expr, values: list[nodes.Expression]) -> ast.expr:
        arguments = [self.expression(value) for value in values]
        if native.code == "len":
            return helper(span, "len", target)
        if native.code == "//":
            return at(span, ast.BinOp, left=target, op=ast.FloorDiv(), right=arguments[0])
        if native.code == "in":
            return at(span, ast.Compare, left=arguments[0], ops=[ast.In()], comparators=[target])
        method = at(span, ast.Attribute, value=target, attr=native.code, ctx=LOAD)
        return at(span, ast.Call, func=method, args=arguments, keywords=[])
