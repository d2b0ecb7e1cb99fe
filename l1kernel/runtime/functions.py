"""An L1 function: a plain Python function that knows its L1 source, and that travels as that source.

A function goes to another process as text, place and the values it reads, never as bytecode; there it is compiled
once and then kept. A function that it calls travels along, so does itself, and functions that shared their globals
share them again on the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from l1kernel.language import nodes
from l1kernel.language.compile import compile_program
from l1kernel.language.compiler.emit import python_name
from l1kernel.language.compiler.functions import CompiledFunction
from l1kernel.language.compiler.natives import Library
from l1kernel.language.compiler.statements import VALUE
from l1kernel.language.parse import parse
from l1kernel.language.resolve import resolve
from l1kernel.language.source import Source, Span
from l1kernel.runtime.explain.find import remember
from l1kernel.runtime.modules import Module
from l1kernel.runtime.registry import builtins

if TYPE_CHECKING:
    from l1kernel.runtime.session import Session


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """What is known of an L1 function; found on it as ``function.__dict__["l1"]``.

    ``reads`` are the names it takes from outside, ``rebinds`` the globals and captured variables it assigns,
    ``constants`` those it assigns in vain, because they are const.
    """

    source: Source
    span: Span
    name: str | None
    parameters: tuple[str, ...]
    signature: str
    reads: frozenset[str]
    rebinds: tuple[str, ...]
    constants: frozenset[str]

    @property
    def text(self) -> str:
        """The function as it was written."""
        return self.source.text[self.span.start : self.span.end]


_infos: dict[tuple[str, str], FunctionInfo] = {}


def register(functions: Sequence[CompiledFunction], source: Source, constants: frozenset[str] = frozenset()) -> None:
    """Keep what the compiler knows of a program's functions until they are made."""
    for made in functions:
        node, scope = made.node, made.scope
        assigned = scope.rebound_globals | scope.rebound_captured
        _infos[source.name, made.code_name] = FunctionInfo(
            source=source,
            span=node.span,
            name=node.name,
            parameters=tuple(parameter.name for parameter in node.parameters),
            signature=_signature(source, made),
            reads=frozenset(scope.free),
            rebinds=tuple(sorted(assigned - constants)),
            constants=constants & assigned,
        )


def _signature(source: Source, made: CompiledFunction) -> str:
    texts = [" ".join(source.text[p.span.start : p.span.end].split()) for p in made.node.parameters]
    result = f" -> {made.node.result}" if made.node.result else ""
    return f"{made.node.name or 'function'}({', '.join(texts)}){result}"


def mark(function: FunctionType) -> FunctionType:
    """Give a function that compiled code has just made its L1 side."""
    code = function.__code__
    info = _infos[code.co_filename, code.co_name]
    function.__dict__["l1"] = info
    function.__name__ = function.__qualname__ = info.name or "function"
    return function


def is_l1_function(value: object) -> bool:
    """Whether it is a function that an L1 program defined."""
    return type(value) is FunctionType and isinstance(value.__dict__.get("l1"), FunctionInfo)


def info_of(code: CodeType) -> FunctionInfo | None:
    """The L1 side of a code object, None where it is a program's top level or no L1 at all."""
    return _infos.get((code.co_filename, code.co_name))


# --- travelling -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class TravellingFunction:
    """A function on its way to another process; pickles.

    ``lines`` are the source lines it stands on, ``span`` its place in the whole text. ``captured`` are the values it
    reads, by name, L1 functions among them as TravellingFunction. Functions of one ``home`` share their globals.
    """

    lines: str
    source_name: str
    title: str
    span: Span
    name: str | None
    rebinds: tuple[str, ...]
    constants: frozenset[str]
    home: int | None
    captured: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TravellingBuiltin:
    """A built-in on its way: the other process has its own."""

    name: str


@dataclass(slots=True)
class TravellingModule:
    """An imported file on its way."""

    name: str
    variables: dict[str, Any] = field(default_factory=dict)


def travel_form(function: Callable[..., Any]) -> TravellingFunction:
    """What to send in place of an L1 function.

    Raises:
        TypeError: it is no L1 function.
    """
    if not is_l1_function(function):
        raise TypeError("not an L1 function")
    made: TravellingFunction = _pack(function, {})
    return made


def travel_value(value: Any) -> Any:
    """A value with each L1 function in it, also inside lists and dictionaries, in its travel form."""
    return _pack(value, {})


def _pack(value: Any, packed: dict[int, Any]) -> Any:
    if id(value) in packed:
        return packed[id(value)][0]
    kind = type(value)
    if is_l1_function(value):
        return _pack_function(value, packed)
    if kind is FunctionType or kind is MethodType or kind is partial:
        name = _builtin_name(value)
        return value if name is None else TravellingBuiltin(name)
    if kind is Module:
        module = TravellingModule(value.name)
        packed[id(value)] = (module, value)
        module.variables.update((name, _pack(value.variables[name], packed)) for name in value.names())
        return module
    if kind is list and any(_may_hold_functions(item) for item in value):
        items: list[Any] = []
        packed[id(value)] = (items, value)
        items.extend(_pack(item, packed) for item in value)
        return items
    if kind is dict and any(_may_hold_functions(item) for item in value.values()):
        entries: dict[Any, Any] = {}
        packed[id(value)] = (entries, value)
        entries.update((key, _pack(item, packed)) for key, item in value.items())
        return entries
    return value


def _may_hold_functions(value: Any) -> bool:
    return type(value) in (list, dict, FunctionType, MethodType, partial, Module)


def _builtin_name(value: Any) -> str | None:
    function = value.__func__ if type(value) is MethodType else value.func if type(value) is partial else value
    for name, record in builtins().items():
        if record.function is function:
            return name
    return None


def _pack_function(function: Any, packed: dict[int, Any]) -> TravellingFunction:
    info: FunctionInfo = function.__dict__["l1"]
    lines = info.source.text.split("\n")[info.span.line - 1 : info.span.end_line]
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    made = TravellingFunction(
        lines="\n".join(lines),
        source_name=info.source.name,
        title=info.source.title,
        span=info.span,
        name=info.name,
        rebinds=info.rebinds,
        constants=info.constants,
        home=None if cells else id(function.__globals__),
    )
    packed[id(function)] = (made, function)
    for name in sorted(info.reads):
        place = python_name(name)
        try:
            if place in cells:
                made.captured[name] = _pack(cells[place].cell_contents, packed)
            elif place in function.__globals__:
                made.captured[name] = _pack(function.__globals__[place], packed)
        except ValueError:  # a captured variable that has no value yet
            continue
    return made


def revive(travelling: TravellingFunction, session: Session) -> Any:
    """The function again, in this process; it reads the values that came with it and the session's built-ins."""
    return _Arrival(session).unpack(travelling)


def revive_value(value: Any, session: Session) -> Any:
    """What ``travel_value`` packed, with its functions callable in this process."""
    return _Arrival(session).unpack(value)


class _Arrival:
    """One parcel of values that came together; functions of one home share their globals."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._homes: dict[int, Any] = {}
        self._done: dict[int, Any] = {}

    def unpack(self, value: Any) -> Any:
        if id(value) in self._done:
            return self._done[id(value)]
        kind = type(value)
        if kind is TravellingFunction:
            return self._function(value)
        if kind is TravellingBuiltin:
            return self._session.namespace.builtin_names.get(value.name)
        if kind is TravellingModule:
            variables: dict[str, Any] = {}
            self._done[id(value)] = module = Module(value.name, variables)
            variables.update((name, self.unpack(item)) for name, item in value.variables.items())
            return module
        if kind is list and any(_has_arrived(item) for item in value):
            items: list[Any] = []
            self._done[id(value)] = items
            items.extend(self.unpack(item) for item in value)
            return items
        if kind is dict and any(_has_arrived(item) for item in value.values()):
            entries: dict[Any, Any] = {}
            self._done[id(value)] = entries
            entries.update((key, self.unpack(item)) for key, item in value.items())
            return entries
        return value

    def _function(self, travelling: TravellingFunction) -> Any:
        namespace = self._homes.get(travelling.home) if travelling.home is not None else None
        if namespace is None:
            namespace = self._session.new_namespace({})
            if travelling.home is not None:
                self._homes[travelling.home] = namespace
        known = travelling.constants.union(travelling.captured, travelling.rebinds)
        source, code = _compiled(
            travelling.lines,
            travelling.source_name,
            travelling.title,
            travelling.span,
            known,
            travelling.constants,
            frozenset(namespace.builtin_names),
            namespace.library,
        )
        self._session.sources[source.name] = source
        exec(code, namespace.variables)
        function = namespace.variables.pop(VALUE)
        self._done[id(travelling)] = function
        if travelling.name is not None and travelling.name in travelling.captured:
            namespace.variables.setdefault(python_name(travelling.name), function)
        for name, item in travelling.captured.items():
            namespace.variables[python_name(name)] = self.unpack(item)
        namespace.settle()
        return function


def _has_arrived(value: Any) -> bool:
    return type(value) in (list, dict, TravellingFunction, TravellingBuiltin, TravellingModule)


@lru_cache(maxsize=1024)
def _compiled(
    lines: str,
    source_name: str,
    title: str,
    span: Span,
    known: frozenset[str],
    constants: frozenset[str],
    builtin_names: frozenset[str],
    library: Library,
) -> tuple[Source, CodeType]:
    """The code that makes the function, with the positions it had in its cell."""
    above = "\n" * (span.line - 1)
    whole = Source(above + lines, f"{source_name}:{span.start}", title)
    start = len(above) + span.column - 1
    text = above + " " * (span.column - 1) + whole.text[start : start + span.end - span.start]
    program = parse(Source(text, whole.name, title))
    remember(whole, program, shift=span.start - start)
    resolution = resolve(program, known, builtin_names, source=whole, constants=constants)
    compiled = compile_program(_as_value(program), resolution, whole, library=library)
    register(compiled.functions, whole, constants)
    return whole, compiled.code


def _as_value(program: nodes.Program) -> nodes.Program:
    """The program with a function definition as the expression it ends in."""
    statement = program.statements[0]
    if isinstance(statement, nodes.FunctionDefinition):
        statement = nodes.ExpressionStatement(statement.span, statement.function)
    return replace(program, statements=(statement,))
