"""The bricks of the compiler: Python ``ast`` nodes that carry L1 positions, and the names they use.

Names that L1 cannot spell keep the two worlds apart: a helper of the runtime is called ``$div``, a temporary
``$1``, a built-in in the place of a callee ``len()``. No L1 program can write, read or shadow one of them.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from l1kernel.language.source import Source, Span

A = TypeVar("A", bound=ast.AST)

LOAD, STORE = ast.Load(), ast.Store()

# Words that Python's compiler treats specially as names, and L1 does not.
_PYTHON_WORDS = frozenset({"None", "True", "False", "__debug__", "__builtins__"})


def at(span: Span, kind: type[A], **fields: Any) -> A:
    """A Python node that stands at this place of the L1 source; columns count code points."""
    make: Any = kind
    node: A = make(
        lineno=span.line,
        col_offset=span.column - 1,
        end_lineno=span.end_line,
        end_col_offset=span.end_column - 1,
        **fields,
    )
    return node


def python_name(name: str) -> str:
    """The Python name of an L1 variable."""
    return name + "$" if name in _PYTHON_WORDS else name


def l1_name(name: str) -> str:
    """The L1 variable or function behind a Python name: what stands before a ``$``."""
    return name.partition("$")[0]


def callee_name(name: str) -> str:
    """The name under which a call finds the built-in ``name``, whatever a variable of that name holds."""
    return name + "()"


def unreplaced_name(name: str) -> str:
    """The name that is true while a call of the built-in ``name`` finds the built-in itself."""
    return name + "()?"


def held_name(span: Span) -> str:
    """The temporary that holds the value of the expression at this place."""
    return f"${span.start}:{span.end}"


def load(span: Span, name: str) -> ast.Name:
    return at(span, ast.Name, id=name, ctx=LOAD)


def store(span: Span, name: str) -> ast.Name:
    return at(span, ast.Name, id=name, ctx=STORE)


def constant(span: Span, value: object) -> ast.Constant:
    return at(span, ast.Constant, value=value)


def helper(span: Span, name: str, *arguments: ast.expr) -> ast.Call:
    """A call of the runtime's helper ``$name``; an error in it is shown at ``span``."""
    return at(span, ast.Call, func=load(span, "$" + name), args=list(arguments), keywords=[])


def operator_span(source: Source, left: Span, right: Span, length: int) -> Span:
    """Where the operator between two operands stands: after blanks, closing brackets and comments."""
    text, place = source.text, left.end
    while place < right.start:
        character = text[place]
        if character == "#" or text.startswith("//", place):
            place = text.find("\n", place)
        elif text.startswith("/*", place):
            place = text.find("*/", place) + 1
        elif not character.isspace() and character not in ")\\":
            return source.span(place, place + length)
        if place <= 0:
            break
        place += 1
    return left.to(right)


# --- tests and choices ----------------------------------------------------------------------------------------------


def is_type(span: Span, value: ast.expr, type_: str) -> ast.expr:
    """``value is $type_``."""
    return at(span, ast.Compare, left=value, ops=[ast.Is()], comparators=[load(span, "$" + type_)])


def is_some(span: Span, value: ast.expr) -> ast.expr:
    """True, when the value has been evaluated."""
    return at(span, ast.Compare, left=value, ops=[ast.IsNot()], comparators=[constant(span, None)])


def every(span: Span, *tests: ast.expr) -> ast.expr:
    return tests[0] if len(tests) == 1 else at(span, ast.BoolOp, op=ast.And(), values=list(tests))


def either(span: Span, *tests: ast.expr) -> ast.expr:
    return at(span, ast.BoolOp, op=ast.Or(), values=list(tests))


def choice(span: Span, test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return at(span, ast.IfExp, test=test, body=then, orelse=otherwise)


def subscript(span: Span, target: ast.expr, index: ast.expr, context: ast.expr_context = LOAD) -> ast.expr:
    return at(span, ast.Subscript, value=target, slice=index, ctx=context)


def assign(span: Span, target: ast.expr, value: ast.expr) -> ast.stmt:
    return at(span, ast.Assign, targets=[target], value=value)
