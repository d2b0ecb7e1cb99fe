"""What each name of a program means: the one table behind compiler, hints and the values a function takes along.

``resolve`` walks a program twice. The first walk finds, for every function and the top level, which names it
declares (``let``, parameters, loop variables, catch names, functions, imports), which it only assigns, and which
it reads. The second goes from the outside in and decides, as ``x = e`` asks for "the nearest existing variable":
local, captured from an enclosing function, global, or built-in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property
from pathlib import PurePosixPath

from l1kernel.errors import Hint, L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.hints.misplaced import Place, arrow_as_condition, outside_a_function, outside_a_loop
from l1kernel.language.source import Source, Span, place


class Kind(Enum):
    LOCAL = "local"
    CAPTURED = "captured"
    GLOBAL = "global"
    BUILTIN = "built-in"


@dataclass(slots=True)
class Scope:
    """The names of one function, or of the top level (``function`` None)."""

    function: nodes.Function | None
    parent: Scope | None
    declared: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    constants: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    rebound_globals: set[str] = field(default_factory=set)
    rebound_captured: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    """Names that this function, or one inside it, takes from outside: captured, global or built-in."""


@dataclass
class Resolution:
    """The scope table of a program. ``scopes`` finds a function's scope by the offset at which it starts."""

    program: nodes.Program
    top: Scope
    scopes: dict[int, Scope]
    known_globals: frozenset[str]
    builtins: Collection[str]
    constants: frozenset[str]
    rebound: frozenset[str] = frozenset()
    """Globals that functions of earlier programs may rebind while this one runs."""
    shared: frozenset[str] = frozenset()
    """Globals that functions of earlier programs read or rebind."""
    bound: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """From where to where a top-level name surely has a value that this program gave it, as offsets."""

    def kind(self, name: str, scope: Scope) -> Kind:
        """What ``name`` means in ``scope``; a name that nothing declares counts as a global."""
        if scope.function is not None and name in scope.declared:
            return Kind.LOCAL
        outer = scope.parent
        while outer is not None and outer.function is not None:
            if name in outer.declared:
                return Kind.CAPTURED
            outer = outer.parent
        if name in self.top.declared or name in self.known_globals:
            return Kind.GLOBAL
        return Kind.BUILTIN if name in self.builtins else Kind.GLOBAL

    def exists(self, name: str, scope: Scope) -> bool:
        """Whether anything known when the program is compiled declares the name, built-ins included."""
        kind = self.kind(name, scope)
        return kind is not Kind.GLOBAL or name in self.top.declared or name in self.known_globals

    def is_bound(self, name: str, offset: int) -> bool:
        """Whether this program has surely given the global a value when it comes to the offset."""
        return any(start <= offset < end for start, end in self.bound.get(name, ()))

    @cached_property
    def taken(self) -> frozenset[str]:
        """Globals that a function may read or rebind while this program runs."""
        return self.shared.union(*(child.free for child in self.top.children))

    @property
    def reads(self) -> frozenset[str]:
        """Globals and built-ins that the program reads, its functions included."""
        return frozenset(self.top.read | {name for child in self.top.children for name in child.free})

    @property
    def writes(self) -> frozenset[str]:
        """Globals that the program declares or assigns, its functions included."""
        return frozenset(self.top.declared.union(*(scope.rebound_globals for scope in self.scopes.values())))


def resolve(
    program: nodes.Program,
    session_globals: Collection[str],
    builtins: Collection[str],
    *,
    source: Source,
    constants: Collection[str] = (),
    rebound: Collection[str] = (),
    shared: Collection[str] = (),
) -> Resolution:
    """The scope table of a program that runs in a session with these globals, of which ``constants`` are const.

    ``rebound`` are those that functions of the session may rebind, ``shared`` those that they may read as well.

    Raises:
        L1SyntaxError: ``return`` outside a function, ``break`` or ``continue`` outside a loop, a bare ``throw``
            outside a catch, a name used twice for arguments or loop variables.
    """
    walk, top = _walked(program, source)
    if walk.errors:
        raise min(walk.errors, key=place)
    # At the top level an assignment to an unknown name declares it, so both are globals.
    top.declared |= top.assigned
    found = Resolution(
        program,
        top,
        walk.scopes,
        frozenset(session_globals),
        builtins,
        frozenset(constants),
        frozenset(rebound),
        frozenset(shared),
    )
    for statement in program.statements:
        for name, start, end in _surely_bound(statement, program.span.end + 1):
            found.bound.setdefault(name, []).append((start, end))
    for child in top.children:
        _settle(child, found)
    return found


def _surely_bound(statement: nodes.Statement, end: int) -> Iterator[tuple[str, int, int]]:
    """The names that a statement of the top level gives a value, and from where to where they have it."""
    match statement:
        case nodes.Let() | nodes.Assign():
            for name in _target_names(statement.target):
                yield name.id, statement.span.end, end
        case nodes.For():  # of no items nothing is left behind it
            for name in statement.names:
                yield name.id, statement.iterable.span.end, statement.span.end
        case nodes.CFor(first=nodes.Let() | nodes.Assign() as first):
            yield from _surely_bound(first, end)
        case nodes.FunctionDefinition():
            yield statement.function.name or "", statement.span.end, end
        case nodes.Import():
            for bound in [name.id for name in statement.names] or [imported_name(statement.path)]:
                yield bound, statement.span.end, end


def misplaced(program: nodes.Program, source: Source) -> list[L1SyntaxError]:
    """All that ``resolve`` does not accept in a program, in order of place."""
    walk, _ = _walked(program, source)
    return sorted(walk.errors, key=place)


def _walked(program: nodes.Program, source: Source) -> tuple[_Walk, Scope]:
    walk, top = _Walk(source), Scope(None, None)
    walk.block(program.statements, top, _Place())
    return walk, top


def stored_names(block: nodes.Block) -> set[str]:
    """The variables that the statements of a block give values, those of inner functions apart."""
    found: set[str] = set()
    work: list[nodes.Statement] = [*block]
    while work:
        match work.pop():
            case nodes.Let() | nodes.Assign() as node:
                found.update(name.id for name in _target_names(node.target))
            case nodes.AugmentedAssign(target=nodes.Name(id=name)):
                found.add(name)
            case nodes.FunctionDefinition() as node:
                found.add(node.function.name or "")
            case nodes.If() as node:
                work += [part for branch in node.branches for part in branch.body] + [*node.otherwise]
            case nodes.For() as node:
                found.update(name.id for name in node.names)
                work += node.body
            case nodes.CFor() as node:
                work += [part for part in (node.first, node.step) if part is not None] + [*node.body]
            case nodes.While() as node:
                work += node.body
            case nodes.Try() as node:
                found.update(catch.name.id for catch in node.catches if catch.name is not None)
                work += [*node.body, *node.finally_, *(part for catch in node.catches for part in catch.body)]
            case nodes.Import() as node:
                found.update([name.id for name in node.names] or [imported_name(node.path)])
    return found


def imported_name(path: str) -> str:
    """The variable that ``import "path"`` binds: the file's name without folder and ending."""
    return PurePosixPath(path.replace("\\", "/")).stem


def _settle(scope: Scope, found: Resolution) -> None:
    """Decide the assignments of a function whose enclosing functions are settled, then its inner functions."""
    for name in sorted(scope.assigned - scope.declared):
        kind = found.kind(name, scope)
        if kind is Kind.CAPTURED:
            scope.rebound_captured.add(name)
        elif kind is Kind.GLOBAL and (name in found.top.declared or name in found.known_globals):
            scope.rebound_globals.add(name)
        else:
            scope.declared.add(name)
    for child in scope.children:
        _settle(child, found)
    inner = scope.read | scope.assigned
    for child in scope.children:
        inner |= child.free
    scope.free = inner - scope.declared


@dataclass(frozen=True, slots=True)
class _Place:
    """What may stand here: inside a loop, inside a catch of this function."""

    loop: bool = False
    catch: bool = False


class _Walk:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.scopes: dict[int, Scope] = {}
        self.errors: list[L1SyntaxError] = []
        self._places: list[Place] = []  # the statements around, for hints

    def block(self, block: nodes.Block, scope: Scope, place: _Place) -> None:
        before = None
        for statement in block:
            self._places.append((before, statement))
            self._statement(statement, scope, place)
            self._places.pop()
            before = statement

    def _fail(self, message: str, span: Span, hint: str | Hint | None = None) -> None:
        self.errors.append(L1SyntaxError(message, hint=hint, location=self._source.location(span)))

    def _condition(self, test: nodes.Expression, scope: Scope) -> None:
        if hint := arrow_as_condition(test, self._source):
            self._fail("This condition is a function, which is always true", test.span, hint)
        self._expression(test, scope)

    def _statement(self, node: nodes.Statement, scope: Scope, place: _Place) -> None:
        match node:
            case nodes.ExpressionStatement():
                self._expression(node.value, scope)
            case nodes.Let():
                if node.value is not None:
                    self._expression(node.value, scope)
                for name in _target_names(node.target):
                    scope.declared.add(name.id)
                    if node.constant:
                        scope.constants.add(name.id)
            case nodes.Assign():
                self._expression(node.value, scope)
                self._target(node.target, scope)
            case nodes.AugmentedAssign():
                self._expression(node.value, scope)
                self._target(node.target, scope)
                if isinstance(node.target, nodes.Name):
                    scope.read.add(node.target.id)
            case nodes.FunctionDefinition():
                scope.declared.add(node.function.name or "")
                self._function(node.function, scope)
            case nodes.If():
                for branch in node.branches:
                    self._condition(branch.test, scope)
                    self.block(branch.body, scope, place)
                self.block(node.otherwise, scope, place)
            case nodes.For():
                self._expression(node.iterable, scope)
                self._distinct([(name.id, name.span) for name in node.names], "loop variable")
                for name in node.names:
                    scope.declared.add(name.id)
                self.block(node.body, scope, _Place(True, place.catch))
            case nodes.CFor():
                if node.first is not None:
                    self._statement(node.first, scope, place)
                if node.test is not None:
                    self._expression(node.test, scope)
                if node.step is not None:
                    self._statement(node.step, scope, place)
                self.block(node.body, scope, _Place(True, place.catch))
            case nodes.While():
                self._condition(node.test, scope)
                self.block(node.body, scope, _Place(True, place.catch))
            case nodes.Break() | nodes.Continue():
                if not place.loop:
                    word = "break" if isinstance(node, nodes.Break) else "continue"
                    hint = outside_a_loop(node, self._places, self._source, function=scope.function is not None)
                    self._fail(f"'{word}' outside a loop", node.span, hint)
            case nodes.Return():
                if scope.function is None:
                    hint = outside_a_function(node, self._places, self._source)
                    self._fail("'return' outside a function", node.span, hint)
                if node.value is not None:
                    self._expression(node.value, scope)
            case nodes.Throw():
                if node.value is not None:
                    self._expression(node.value, scope)
                elif not place.catch:
                    self._fail("Nothing to throw here", node.span, 'throw an error: throw ValueError("what is wrong")')
            case nodes.Try():
                self.block(node.body, scope, place)
                for catch in node.catches:
                    if catch.name is not None:
                        scope.declared.add(catch.name.id)
                    self.block(catch.body, scope, _Place(place.loop, True))
                self.block(node.finally_, scope, place)
            case nodes.Import():
                for bound in [name.id for name in node.names] or [imported_name(node.path)]:
                    scope.declared.add(bound)
            case nodes.Project():
                for _, value in node.entries:
                    self._expression(value, scope)

    def _target(self, target: nodes.Target, scope: Scope) -> None:
        match target:
            case nodes.Name():
                scope.assigned.add(target.id)
            case nodes.Pattern():
                for part in target.targets:
                    self._target(part, scope)
            case nodes.Index() | nodes.Attribute():
                self._expression(target, scope)

    def _expression(self, node: nodes.Expression, scope: Scope) -> None:
        # An explicit stack: a sum of thousands of terms is as deep as it is long.
        stack: list[nodes.Node] = [node]
        while stack:
            part = stack.pop()
            if type(part) is nodes.Name:
                scope.read.add(part.id)
            elif type(part) is nodes.Function:
                self._function(part, scope)
            else:
                if type(part) is nodes.Call:
                    self._distinct([(a.name, a.span) for a in part.arguments if a.name is not None], "argument")
                stack.extend(children(part))

    def _function(self, node: nodes.Function, parent: Scope) -> None:
        scope = Scope(node, parent)
        parent.children.append(scope)
        self.scopes[node.span.start] = scope
        for parameter in node.parameters:
            scope.declared.add(parameter.name)
            if parameter.default is not None:
                self._expression(parameter.default, scope)
        self.block(node.body, scope, _Place())

    def _distinct(self, names: list[tuple[str, Span]], what: str) -> None:
        if len(names) > 1:
            seen: set[str] = set()
            for name, span in names:
                if name in seen:
                    self._fail(f"The {what} '{name}' is given twice", span)
                seen.add(name)


def _target_names(target: nodes.Target) -> Iterator[nodes.Name]:
    if isinstance(target, nodes.Name):
        yield target
    elif isinstance(target, nodes.Pattern):
        for part in target.targets:
            yield from _target_names(part)


_CHILD_FIELDS: dict[type, tuple[str, ...]] = {}


def children(node: nodes.Node) -> list[nodes.Node]:
    """The nodes directly inside a node, in the order of its fields."""
    names = _CHILD_FIELDS.get(type(node))
    if names is None:
        names = _CHILD_FIELDS[type(node)] = tuple(f.name for f in fields(node) if f.name not in ("span", "name_span"))
    found: list[nodes.Node] = []
    for name in names:
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            found.append(value)
        elif type(value) is tuple:
            for item in value:
                if isinstance(item, nodes.Node):
                    found.append(item)
                elif type(item) is tuple:
                    found.extend(part for part in item if isinstance(part, nodes.Node))
    return found
