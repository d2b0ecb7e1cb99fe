"""A resolved program to a Python code object."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from types import CodeType

from l1kernel.errors import L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.compiler.functions import CompiledFunction
from l1kernel.language.compiler.natives import NO_LIBRARY, Library
from l1kernel.language.compiler.statements import StatementCompiler
from l1kernel.language.resolve import Resolution
from l1kernel.language.source import Source

NESTED_BLOCKS = 20  # CPython's own limit of loops and tries inside each other


@dataclass(frozen=True, slots=True)
class Compiled:
    """``code`` runs with the session's globals. ``constants``: the const globals once it has run.

    ``temporaries`` are globals that the program leaves behind and that no L1 name can reach.
    """

    code: CodeType
    functions: tuple[CompiledFunction, ...]
    constants: frozenset[str]
    temporaries: tuple[str, ...]
    shows: bool
    """Whether the program ends in an expression whose value a cell shows."""


def compile_program(
    program: nodes.Program, resolution: Resolution, source: Source, *, library: Library = NO_LIBRARY
) -> Compiled:
    """The code of a program; its file name is ``source.name``, its positions are those of the L1 text.

    Raises:
        L1SyntaxError: the program is nested too deep for the compiler.
    """
    try:
        compiler, code = _compile(program, resolution, source, library, fast_loops=True)
    except (SyntaxError, RecursionError, MemoryError):
        try:  # a fast loop is itself one block more
            compiler, code = _compile(program, resolution, source, library, fast_loops=False)
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise _too_deep(error, program, source) from None
    last = program.statements[-1] if program.statements else None
    shows = isinstance(last, nodes.ExpressionStatement) and not last.hidden
    return Compiled(code, tuple(compiler.functions), frozenset(compiler.constants), tuple(compiler.temporaries), shows)


def _compile(
    program: nodes.Program,
    resolution: Resolution,
    source: Source,
    library: Library,
    *,
    fast_loops: bool,
) -> tuple[StatementCompiler, CodeType]:
    compiler = StatementCompiler(source, resolution, library, fast_loops=fast_loops)
    module = ast.Module(body=compiler.program(program), type_ignores=[])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's doubts, of `5(3)` for one, are no words for readers of L1
        return compiler, compile(module, source.name, "exec", dont_inherit=True)


def _too_deep(error: BaseException, program: nodes.Program, source: Source) -> L1SyntaxError:
    span = program.span
    if isinstance(error, SyntaxError) and error.lineno is not None:
        start = source.offset(error.lineno, max(1, error.offset or 1))
        span = source.span(start, start + 1)
    return L1SyntaxError(
        f"This is nested too deep: more than {NESTED_BLOCKS} loops or tries inside each other, or too many brackets",
        hint="move the inner part into a function",
        location=source.location(span),
    )
