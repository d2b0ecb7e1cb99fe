"""The AST of L1: frozen dataclasses, each with the span of its text.

``Expression`` and ``Statement`` are the two kinds. A block is a tuple of statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from l1kernel.language.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span


class Expression(Node):
    __slots__ = ()


class Statement(Node):
    __slots__ = ()


Block = tuple[Statement, ...]

# --- expressions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number, a string, ``true``, ``false`` or ``null``."""

    value: int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class FormattedValue(Node):
    """``{value:format}`` in an f-string; the format is an f-string of its own (``parts``)."""

    value: Expression
    format: tuple[str | FormattedValue, ...]


@dataclass(frozen=True, slots=True)
class FString(Expression):
    parts: tuple[str | FormattedValue, ...]


@dataclass(frozen=True, slots=True)
class Name(Expression):
    id: str


@dataclass(frozen=True, slots=True)
class ListLiteral(Expression):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DictionaryLiteral(Expression):
    """Keys are expressions: a bare name stands here as the Constant it means."""

    entries: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """``operator`` is ``-``, ``+`` or ``not``."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """``operator`` is one of ``+ - * / % **``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    """``first op1 rest1 op2 rest2``: chained as in Python. Operators: ``== != < <= > >= in``, ``not in``."""

    first: Expression
    operators: tuple[str, ...]
    rest: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Logical(Expression):
    """``operator`` is ``and`` or ``or``; gives the deciding operand."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    """``test ? then : otherwise``, or ``then if test else otherwise``."""

    test: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class RangeLiteral(Expression):
    """``start..stop``, or with ``closed`` ``start..=stop``."""

    start: Expression
    stop: Expression
    closed: bool


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """``value`` or ``name=value`` in a call."""

    name: str | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    callee: Expression
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """``start:stop:step`` inside brackets; a missing part is None."""

    start: Expression | None
    stop: Expression | None
    step: Expression | None


@dataclass(frozen=True, slots=True)
class Index(Expression):
    """``target[i]``, ``target[i, j]``, ``target[i:j]``."""

    target: Expression
    indices: tuple[Expression | Slice, ...]


@dataclass(frozen=True, slots=True)
class Attribute(Expression):
    """``target.name``; ``name_span`` is the name's own."""

    target: Expression
    name: str
    name_span: Span


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: str
    annotation: str | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """A function of any form; ``name`` is None for an anonymous one. ``fn(x) => e`` has the body ``return e``.

    ``span`` covers the whole text of the function, so that it can travel to a worker as source.
    """

    name: str | None
    parameters: tuple[Parameter, ...]
    result: str | None
    body: Block


# --- targets ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """``a, b`` or ``[a, b]`` on the left of ``=``."""

    targets: tuple[Target, ...]


Target = Name | Index | Attribute | Pattern

# --- statements -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExpressionStatement(Statement):
    """``hidden`` where a ``;`` follows: as the last of a cell it shows nothing."""

    value: Expression
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Let(Statement):
    """``let target = value``; ``constant`` for ``const``. ``value`` None: ``let x`` (null)."""

    target: Name | Pattern
    value: Expression | None
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Assign(Statement):
    target: Target
    value: Expression


@dataclass(frozen=True, slots=True)
class AugmentedAssign(Statement):
    """``target += value``; ``operator`` is the binary one, without ``=``."""

    target: Name | Index | Attribute
    operator: str
    value: Expression


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Statement):
    """``function f(...) ...``: declares ``function.name``."""

    function: Function


@dataclass(frozen=True, slots=True)
class Branch(Node):
    test: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class If(Statement):
    branches: tuple[Branch, ...]
    otherwise: Block


@dataclass(frozen=True, slots=True)
class For(Statement):
    """``for a in xs``, or with two names ``for k, v in xs``."""

    names: tuple[Name, ...]
    iterable: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class CFor(Statement):
    """``for (let i = 0; i < n; i = i + 1)``; each part may be missing."""

    first: Let | Assign | None
    test: Expression | None
    step: Statement | None
    body: Block


@dataclass(frozen=True, slots=True)
class While(Statement):
    """``while test``; ``loop`` is ``while`` with the Constant true."""

    test: Expression
    body: Block


@dataclass(frozen=True, slots=True)
class Break(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Continue(Statement):
    pass


@dataclass(frozen=True, slots=True)
class Return(Statement):
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Throw(Statement):
    """``throw e`` and ``raise e``; with no value, inside a catch, the same error again."""

    value: Expression | None


@dataclass(frozen=True, slots=True)
class Catch(Node):
    """``catch (type as name)``; without ``type`` it takes all errors."""

    type: str | None
    name: Name | None
    body: Block


@dataclass(frozen=True, slots=True)
class Try(Statement):
    body: Block
    catches: tuple[Catch, ...]
    finally_: Block


@dataclass(frozen=True, slots=True)
class Import(Statement):
    """``import "path"``: binds the file's stem; with ``names``, ``from "path" import names``."""

    path: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Project(Statement):
    """``project "Name" { key = value }``: recorded, does nothing else."""

    name: str
    entries: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Caution(Node):
    """Something legal that is probably not meant; shown on stderr, one line."""

    message: str


@dataclass(frozen=True, slots=True)
class Program(Node):
    statements: Block
    warnings: tuple[Caution, ...] = ()
