"""Python's own operation behind a test of the operands' types, where it then means what L1 means; else the helper.

``xs[i]`` becomes ``xs[i] if type(xs) is list and type(i) is int else $item(xs, i)``. That is done where code may run
often: in functions and loops. An operand is evaluated once and in L1's order; one that is more than a variable is held
in a temporary named after its place, where the explanation of an error finds its value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from l1kernel.language import nodes
from l1kernel.language.analysis.kinds import Kinds
from l1kernel.language.compiler.emit import (
    STORE,
    assign,
    at,
    choice,
    constant,
    either,
    every,
    held_name,
    helper,
    is_some,
    is_type,
    load,
    python_name,
    store,
    subscript,
)
from l1kernel.language.compiler.loops import Globals
from l1kernel.language.compiler.natives import Library
from l1kernel.language.resolve import Resolution, Scope
from l1kernel.language.source import Source, Span

SMALL = 10**9  # an Integer below it makes no product large by itself, and compares fast
_LEVELS = 3  # an expression no deeper than this may be written down twice


class NativeCompiler:
    """What the parts of the compiler share, and the operations that are native behind a test."""

    def __init__(self, source: Source, resolution: Resolution, library: Library) -> None:
        self.source = source
        self.resolution = resolution
        self.library = library
        self.scope: Scope = resolution.top
        self.prelude: list[ast.stmt] = []
        self.temporaries: list[str] = []
        self.used = Globals()
        self.in_loop = False
        """Whether the code is in a loop of the top level that is a function of its own."""
        self.kinds = Kinds(resolution)
        self.computed: dict[int, str] = {}
        """Expressions whose value is held in a temporary already, by the id of their node."""
        self.steady: frozenset[str] = frozenset()
        """Variables that keep one value while this code runs: a test of the type is made once, ahead of it."""
        self.tested: set[str] = set()

    def expression(self, node: nodes.Expression) -> ast.expr:
        """The Python expression of an L1 one."""
        raise NotImplementedError

    def temporary(self) -> str:
        """A fresh name that L1 cannot spell."""
        name = f"${len(self.temporaries)}"
        self.temporaries.append(name)
        return name

    def variable(self, span: Span, name: str) -> ast.Name:
        """An L1 variable whose value is read."""
        if self.scope.function is None:
            self.used.read.add(name)
        return load(span, python_name(name))

    def place(self, span: Span, name: str) -> ast.Name:
        """An L1 variable that gets a value."""
        if self.scope.function is None:
            self.used.written.add(name)
        return store(span, python_name(name))

    # --- operands -----------------------------------------------------------------------------------------------

    @property
    def often(self) -> bool:
        """Whether this code may run so often that a test is worth its space."""
        return self.in_loop or self.scope.function is not None

    def is_settled(self, node: nodes.Node) -> bool:
        """Whether it can be read twice: a constant, or a variable that nobody else can change in between."""
        if isinstance(node, nodes.Constant):
            return True
        if not isinstance(node, nodes.Name):
            return False
        if node.id[0] == "$":
            return True
        if self.scope.function is None:
            return node.id not in self.resolution.taken
        return node.id in self.scope.declared and not any(node.id in inner.free for inner in self.scope.children)

    def is_light(self, node: nodes.Expression, levels: int = _LEVELS) -> bool:
        """Whether it can be written down twice, of which one runs: it is short, and calls nothing."""
        if isinstance(node, nodes.Name | nodes.Constant):
            return True
        if isinstance(node, nodes.Unary) and levels:
            return self.is_light(node.operand, levels - 1)
        if isinstance(node, nodes.Binary) and levels and node.operator in ("+", "-"):
            return self.is_light(node.left, levels - 1) and self.is_light(node.right, levels - 1)
        return False

    def operand(self, node: nodes.Expression) -> tuple[ast.expr, ast.expr]:
        """An operand where it is evaluated, and where its value is used again."""
        return self.held(node, self.expression(node))

    def held(self, node: nodes.Expression, value: ast.expr) -> tuple[ast.expr, ast.expr]:
        """As ``operand``, of an expression that is compiled already."""
        if self.is_settled(node):
            return value, value
        name = self.noted(held_name(node.span))
        first = at(node.span, ast.NamedExpr, target=store(node.span, name), value=value)
        return first, load(node.span, name)

    def noted(self, name: str) -> str:
        if self.scope.function is None:
            self.temporaries.append(name)
        return name

    def _type(self, span: Span, value: ast.expr, name: str) -> tuple[ast.expr, ast.expr]:
        """``(name := $type(value))``, and ``name`` for later tests."""
        kind = self.type_of(span, value)
        if isinstance(kind, ast.Name):
            return kind, kind
        return at(span, ast.NamedExpr, target=store(span, self.noted(name)), value=kind), load(span, name)

    def type_of(self, span: Span, value: ast.expr) -> ast.expr:
        """``$type(value)``; of a steady variable, what was found ahead of the code."""
        if isinstance(value, ast.Name) and value.id in self.steady:
            self.tested.add(value.id)
            return load(span, type_name(value.id))
        return helper(span, "type", value)

    def types_ahead(self, span: Span) -> list[ast.stmt]:
        """The types of steady variables that the code asks for."""
        return [
            assign(span, store(span, self.noted(type_name(name))), helper(span, "type", load(span, name)))
            for name in sorted(self.tested)
        ]

    # --- items and entries --------------------------------------------------------------------------------------

    def guarded_item(self, node: nodes.Index) -> ast.expr:
        """``target[index]`` of one index: of a list at an Integer, or of a dictionary at a key."""
        span = node.span
        test, first, target, index = self._item_test(node)
        if test is None:
            return subscript(span, first, index)
        return choice(span, test, subscript(span, target, index), helper(span, "item", target, index))

    def guarded_item_store(
        self, node: nodes.Index, value: ast.expr, value_node: nodes.Expression | None
    ) -> list[ast.stmt]:
        """``target[index] = value`` of one index."""
        span = node.span
        test, first, target, index = self._item_test(node)
        if test is None:
            return [assign(span, subscript(span, first, index, STORE), value)]
        return self._store_either(
            span,
            test,
            lambda given: assign(span, subscript(span, target, index, STORE), given),
            lambda given: at(span, ast.Expr, value=helper(span, "set_item", target, index, given)),
            value,
            value_node,
        )

    def guarded_nested_store(
        self, node: nodes.Index, inner: nodes.Index, value: ast.expr, value_node: nodes.Expression | None
    ) -> list[ast.stmt] | None:
        """``owner[key][index] = value`` where that is a list in a list or dictionary; None where the index is long."""
        index_node = node.indices[0]
        if len(node.indices) > 1 or len(inner.indices) > 1 or not self._is_light_index(index_node):
            return None
        span = node.span
        outer, first, owner, key = self._item_test(inner)
        name = self.noted(held_name(inner.span))
        row = subscript(span, first if outer is None else owner, key)
        held = at(span, ast.NamedExpr, target=store(span, name), value=row)
        index = self.expression(index_node)  # type: ignore[arg-type]
        tests = [is_type(span, helper(span, "type", held), "list")]
        if not self.kinds.is_integer(index_node, self.scope):  # type: ignore[arg-type]
            tests.append(is_type(span, self.type_of(span, index), "int"))
        place = subscript(span, load(span, name), index, STORE)
        return self._store_either(
            span,
            every(span, *([] if outer is None else [outer]), *tests),
            lambda given: assign(span, place, given),
            lambda given: at(span, ast.Expr, value=helper(span, "set_nested_item", owner, key, index, given)),
            value,
            value_node,
        )

    def guarded_member_store(
        self, node: nodes.Attribute, value: ast.expr, value_node: nodes.Expression | None
    ) -> list[ast.stmt]:
        """``target.name = value``."""
        span, key = node.name_span, constant(node.name_span, node.name)
        first, target = self.operand(node.target)
        return self._store_either(
            span,
            is_type(span, self.type_of(span, first), "dict"),
            lambda given: assign(span, subscript(span, target, key, STORE), given),
            lambda given: at(span, ast.Expr, value=helper(span, "set", target, key, given)),
            value,
            value_node,
        )

    def _store_either(
        self,
        span: Span,
        test: ast.expr,
        native: Callable[[ast.expr], ast.stmt],
        other: Callable[[ast.expr], ast.stmt],
        value: ast.expr,
        value_node: nodes.Expression | None,
    ) -> list[ast.stmt]:
        """One of two ways to store. The place is evaluated first, then the value; a value without a node of its own is
        made of what was at the place, so that comes first.
        """
        if value_node is not None and self.is_light(value_node):
            return [at(span, ast.If, test=test, body=[native(value)], orelse=[other(value)])]
        chosen, given = self.temporary(), self.temporary()
        before = [assign(span, store(span, given), value)]
        if value_node is not None:
            before.insert(0, assign(span, store(span, chosen), test))
            test = load(span, chosen)
        body, otherwise = [native(load(span, given))], [other(load(span, given))]
        return [*before, at(span, ast.If, test=test, body=body, orelse=otherwise)]

    def _is_light_index(self, node: nodes.Expression | nodes.Slice) -> bool:
        if isinstance(node, nodes.Slice):
            return False
        return self.is_settled(node) or (self.is_light(node) and self.kinds.is_integer(node, self.scope))

    def _item_test(self, node: nodes.Index) -> tuple[ast.expr | None, ast.expr, ast.expr, ast.expr]:
        """Whether ``target[index]`` is native, None where that is sure; the target where it is evaluated and again,
        and the index.
        """
        span, index_node = node.span, node.indices[0]
        assert not isinstance(index_node, nodes.Slice)
        first, target = self.operand(node.target)
        if isinstance(index_node, nodes.Constant) and type(index_node.value) is str:
            return is_type(span, self.type_of(span, first), "dict"), first, target, self.expression(index_node)
        if self.is_light(index_node) and self.kinds.is_integer(index_node, self.scope):
            index = self.expression(index_node)
            if self.kinds.is_list(node.target, self.scope):
                return None, first, target, index
            kind, again = self._type(span, first, "$t")
            test = either(span, is_type(span, kind, "list"), is_type(span, again, "dict"))
            return test, first, target, index
        index_first, index = self.operand(index_node)
        whole = is_type(span, self.type_of(span, index_first), "int")
        if self.is_settled(index_node):
            kind, again = self._type(span, first, "$t")
            listed = every(span, is_type(span, kind, "list"), whole)
        else:  # it is evaluated whatever the target is
            kind, again = self._type(span, first, held_name(span) + "t")
            listed = every(span, is_some(span, kind), whole, is_type(span, again, "list"))
        return either(span, listed, is_type(span, again, "dict")), first, target, index

    def guarded_member(self, node: nodes.Attribute) -> ast.expr:
        """``target.name`` that is read: an entry of a dictionary, or a length."""
        span, key = node.name_span, constant(node.name_span, node.name)
        first, target = self.operand(node.target)
        otherwise = helper(span, "get", target, key)
        lengths = self.library.lengths.get(node.name)
        if lengths is None and self.kinds.is_dictionary(node.target, self.scope):
            return subscript(span, first, key)
        if lengths is None:
            test = is_type(span, self.type_of(span, first), "dict")
            return choice(span, test, subscript(span, target, key), otherwise)
        if self.kinds.is_list(node.target, self.scope) or self.kinds.is_text(node.target, self.scope):
            return helper(span, "len", first)
        return choice(span, self.is_one_of(span, first, lengths), helper(span, "len", target), otherwise)

    def is_one_of(self, span: Span, value: ast.expr, types: Sequence[str]) -> ast.expr:
        if len(types) == 1:
            return is_type(span, self.type_of(span, value), types[0])
        kind, again = self._type(span, value, "$t")
        kinds = [kind, *[again] * (len(types) - 1)]
        return either(span, *(is_type(span, kind, type_) for kind, type_ in zip(kinds, types, strict=True)))

    # --- operators ----------------------------------------------------------------------------------------------

    def guarded_search(self, span: Span, item_node: nodes.Expression, container_node: nodes.Expression) -> ast.expr:
        """``item in container``: a String in a dictionary."""
        item_first, item = self.operand(item_node)
        known = self.kinds.is_dictionary(container_node, self.scope)
        container_first, container = self.operand(container_node)
        text = is_type(span, self.type_of(span, item_first), "str")
        if known and self.is_settled(container_node):
            test = text
        elif self.is_settled(container_node):
            test = every(span, text, is_type(span, self.type_of(span, container), "dict"))
        else:  # it is evaluated whatever the item is
            kind, again = self._type(span, item_first, held_name(span) + "t")
            in_dictionary = is_type(span, self.type_of(span, container_first), "dict")
            test = every(span, is_some(span, kind), in_dictionary, is_type(span, again, "str"))
        found = at(span, ast.Compare, left=item, ops=[ast.In()], comparators=[container])
        return choice(span, test, found, helper(span, "in", item, container))

    def guarded_operation(
        self,
        span: Span,
        operator: str,
        left_node: nodes.Expression,
        left: ast.expr,
        right_node: nodes.Expression,
        right: ast.expr,
    ) -> ast.expr:
        """``left * right`` and ``left / right`` of numbers."""
        left_first, left = self.held(left_node, left)
        right_first, right = self.held(right_node, right)
        kind, of_left = self._type(span, left_first, held_name(span) + "t")
        if operator == "*":
            low, high = constant(span, -SMALL), constant(span, SMALL)
            small = at(span, ast.Compare, left=low, ops=[ast.Lt(), ast.Lt()], comparators=[left, high])
            # both are evaluated, whatever the first is
            alike = at(span, ast.Compare, left=kind, ops=[ast.Is()], comparators=[self.type_of(span, right_first)])
            numbers = either(span, every(span, is_type(span, of_left, "int"), small), is_type(span, of_left, "float"))
            product = at(span, ast.BinOp, left=left, op=ast.Mult(), right=right)
            return choice(span, every(span, alike, numbers), product, helper(span, "mul", left, right))
        whole = at(
            span,
            ast.IfExp,
            test=at(span, ast.BinOp, left=left, op=ast.Mod(), right=right),
            body=at(span, ast.BinOp, left=left, op=ast.Div(), right=right),
            orelse=at(span, ast.BinOp, left=left, op=ast.FloorDiv(), right=right),
        )
        sure = self.kinds.is_number(left_node, self.scope) and self.kinds.is_number(right_node, self.scope)
        if sure and left_first is left and right_first is right:
            return whole
        right_kind, of_right = self._type(span, right_first, "$t")
        integers = every(span, is_some(span, kind), is_type(span, right_kind, "int"), is_type(span, of_left, "int"))
        numbers = every(
            span,
            either(span, is_type(span, of_left, "float"), is_type(span, of_left, "int")),
            either(span, is_type(span, of_right, "float"), is_type(span, of_right, "int")),
        )
        quotient = at(span, ast.BinOp, left=left, op=ast.Div(), right=right)
        return choice(span, integers, whole, choice(span, numbers, quotient, helper(span, "div", left, right)))


def type_name(name: str) -> str:
    """The temporary that holds the type of a steady variable."""
    return "$:" + name


def is_literal(node: nodes.Expression) -> bool:
    """Whether it is a number or text that is written out: Python warns of an index behind one."""
    return isinstance(node, nodes.Constant | nodes.FString)
