"""The AST of L1: immutable dataclasses, each with the span of its text.

``Expression`` and ``Statement`` are the two kinds. A block is a tuple of statements.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar, dataclass_transform

from l1kernel.language.source import Span

T = TypeVar("T")


@dataclass_transform(eq_default=False, frozen_default=True)
def node(cls: type[T]) -> type[T]:
    """A class of the AST. The type checker keeps it immutable: at run time that would cost every start 13 ms."""
    return dataclass(slots=True, eq=False, repr=False)(cls)


@node
class Node:
    span: Span

    def __repr__(self) -> str:
        inner = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self)[1:])
        return f"{type(self).__name__}({inner})"


class Expression(Node):
    __slots__ = ()


class Statement(Node):
    __slots__ = ()


Block = tuple[Statement, ...]

# --- expressions ------------------------------------------------------------------------------------------------


@node
class Constant(Expression):
    """A number, a string, ``true``, ``false`` or ``null``."""

    value: int | float | str | bool | None


@node
class FormattedValue(Node):
    """``{value:format}`` in an f-string; the format is an f-string of its own (``parts``)."""

    value: Expression
    format: tuple[str | FormattedValue, ...]


@node
class FString(Expression):
    parts: tuple[str | FormattedValue, ...]


@node
class Name(Expression):
    id: str


@node
class ListLiteral(Expression):
    items: tuple[Expression, ...]


@node
class DictionaryLiteral(Expression):
    """Keys are expressions: a bare name stands here as the Constant it means."""

    entries: tuple[tuple[Expression, Expression], ...]


@node
class Unary(Expression):
    """``operator`` is ``-``, ``+`` or ``not``."""

    operator: str
    operand: Expression


@node
class Binary(Expression):
    """``operator`` is one of ``+ - * / % **``."""

    operator: str
    left: Expression
    right: Expression


@node
class Compare(Expression):
    """``first op1 rest1 op2 rest2``: chained as in Python. Operators: ``== != < <= > >= in``, ``not in``."""

    first: Expression
    operators: tuple[str, ...]
    rest: tuple[Expression, ...]


@node
class Logical(Expression):
    """``operator`` is ``and`` or ``or``; gives the deciding operand."""

    operator: str
    left: Expression
    right: Expression


@node
class Conditional(Expression):
    """``test ? then : otherwise``, or ``then if test else otherwise``."""

    test: Expression
    then: Expression
    otherwise: Expression


@node
class RangeLiteral(Expression):
    """``start..stop``, or with ``closed`` ``start..=stop``."""

    start: Expression
    stop: Expression
    closed: bool


@node
class Argument(Node):
    """``value`` or ``name=value`` in a call."""

    name: str | None
    value: Expression


@node
class Call(Expression):
    callee: Expression
    arguments: tuple[Argument, ...]


@node
class Slice(Node):
    """``start:stop:step`` inside brackets; a missing part is None."""

    start: Expression | None
    stop: Expression | None
    step: Expression | None


@node
class Index(Expression):
    """``target[i]``, ``target[i, j]``, ``target[i:j]``."""

    target: Expression
    indices: tuple[Expression | Slice, ...]


@node
class Attribute(Expression):
    """``target.name``; ``name_span`` is the name's own."""

    target: Expression
    name: str
    name_span: Span


@node
class Parameter(Node):
    name: str
    annotation: str | None
    default: Expression | None


@node
class Function(Expression):
    """A function of any form; ``name`` is None for an anonymous one. ``fn(x) => e`` has the body ``return e``.

    ``span`` covers the whole text of the function, so that it can travel to a worker as source.
    """

    name: str | None
    parameters: tuple[Parameter, ...]
    result: str | None
    body: Block


# --- targets ----------------------------------------------------------------------------------------------------


@node
class Pattern(Node):
    """``a, b`` or ``[a, b]`` on the left of ``=``."""

    targets: tuple[Target, ...]


Target = Name | Index | Attribute | Pattern

# --- statements -------------------------------------------------------------------------------------------------


@node
class ExpressionStatement(Statement):
    """``hidden`` where a ``;`` follows: as the last of a cell it shows nothing."""

    value: Expression
    hidden: bool = False


@node
class Let(Statement):
    """``let target = value``; ``constant`` for ``const``. ``value`` None: ``let x`` (null)."""

    target: Name | Pattern
    value: Expression | None
    constant: bool = False


@node
class Assign(Statement):
    target: Target
    value: Expression


@node
class AugmentedAssign(Statement):
    """``target += value``; ``operator`` is the binary one, without ``=``."""

    target: Name | Index | Attribute
    operator: str
    value: Expression


@node
class FunctionDefinition(Statement):
    """``function f(...) ...``: declares ``function.name``."""

    function: Function


@node
class Branch(Node):
    test: Expression
    body: Block


@node
class If(Statement):
    branches: tuple[Branch, ...]
    otherwise: Block


@node
class For(Statement):
    """``for a in xs``, or with two names ``for k, v in xs``."""

    names: tuple[Name, ...]
    iterable: Expression
    body: Block


@node
class CFor(Statement):
    """``for (let i = 0; i < n; i = i + 1)``; each part may be missing."""

    first: Let | Assign | None
    test: Expression | None
    step: Statement | None
    body: Block


@node
class While(Statement):
    """``while test``; ``loop`` is ``while`` with the Constant true."""

    test: Expression
    body: Block


@node
class Break(Statement):
    pass


@node
class Continue(Statement):
    pass


@node
class Return(Statement):
    value: Expression | None


@node
class Throw(Statement):
    """``throw e`` and ``raise e``; with no value, inside a catch, the same error again."""

    value: Expression | None


@node
class Catch(Node):
    """``catch (type as name)``; without ``type`` it takes all errors."""

    type: str | None
    name: Name | None
    body: Block


@node
class Try(Statement):
    body: Block
    catches: tuple[Catch, ...]
    finally_: Block


@node
class Import(Statement):
    """``import "path"``: binds the file's stem; with ``names``, ``from "path" import names``."""

    path: str
    names: tuple[Name, ...]


@node
class Project(Statement):
    """``project "Name" { key = value }``: recorded, does nothing else."""

    name: str
    entries: tuple[tuple[str, Expression], ...]


@node
class Caution(Node):
    """Something legal that is probably not meant; shown on stderr, one line."""

    message: str


@node
class Program(Node):
    statements: Block
    warnings: tuple[Caution, ...] = ()
