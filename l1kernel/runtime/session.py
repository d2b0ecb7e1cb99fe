"""An L1 session: text in, outcome out. The core under kernel, CLI, REPL and worker.

A session owns the globals of a notebook or script, binds the built-ins to itself, and lets the rooms keep their
state in it (a cluster, the alerts of a cell, a dashboard).
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from l1kernel.errors import ExitRequest, Interrupted, L1Error, L1FileNotFoundError, L1RuntimeError, L1ValueError
from l1kernel.language.compile import Compiled, compile_program
from l1kernel.language.compiler.statements import VALUE
from l1kernel.language.parse import parse
from l1kernel.language.resolve import Resolution, imported_name, resolve
from l1kernel.language.source import Source, read_source
from l1kernel.runtime import functions
from l1kernel.runtime.modules import Module
from l1kernel.runtime.namespace import Namespace
from l1kernel.runtime.output import Output
from l1kernel.runtime.stale import Cell, Dataflow, Watch
from l1kernel.runtime.translate import caught, translate

T = TypeVar("T")

# L1 promises 10,000 calls of recursion; the rest is for the front end below and the built-ins above them.
RECURSION_LIMIT = 10_000 + 900


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell: its last expression's value, or the error. ``shown`` False: a `;` hid the value.

    ``traceback`` is Python's side of the error, for who works on L1 itself: only where L1_DEBUG=1 asks for it.
    """

    value: Any = None
    error: L1Error | None = None
    exit_status: int | None = None
    shown: bool = True
    traceback: str | None = None


class Session:
    """``output`` is where the running cell writes; a front end replaces it for each cell."""

    def __init__(
        self,
        output: Output,
        *,
        folder: Path | None = None,
        read_line: Callable[[str], str] | None = None,
    ) -> None:
        self.output = output
        self.folder = folder or Path.cwd()
        self.read_line = read_line or _no_stdin
        self.sources: dict[str, Source] = {}
        self.projects: dict[str, dict[str, Any]] = {}
        self.dataflow = Dataflow()
        self._resources: dict[type, Any] = {}
        self._after_cell: list[Callable[[], None]] = []
        self._modules: dict[Path, Module] = {}
        self.namespace = self.new_namespace({})

    @property
    def globals(self) -> dict[str, Any]:
        """The variables of the notebook or script, as they are at this moment."""
        self.namespace.refresh()
        return self.namespace.variables

    def run(self, text: str, *, name: str, title: str | None = None, cell: Cell | None = None) -> Outcome:
        """Run a cell or file. Never raises: an interrupt, too, is an outcome.

        With ``cell``, it is a cell that may be run again, and ``dataflow`` takes down what it reads and gives.
        """
        allow_recursion()
        try:
            try:
                value, shown = self._run(self._source(text, name, title), self.namespace, cell)
                return Outcome(value, shown=shown)
            finally:
                self._end_cell()
        except ExitRequest as request:
            return Outcome(exit_status=request.status)
        except BaseException as exc:
            asked = os.environ.get("L1_DEBUG", "") not in ("", "0")
            python = "".join(traceback.format_exception(exc)) if asked else None
            return Outcome(error=self._error(exc), traceback=python)

    def _error(self, exc: BaseException) -> L1Error:
        try:
            return self.translate(exc)
        except KeyboardInterrupt:
            return Interrupted("Stopped")
        except Exception:  # a fault of ours in explaining must not hide that the program failed
            return L1RuntimeError("Something went wrong, and what it was cannot be told")
        finally:
            # A traceback holds every frame's variables; the next cell must not pay for this one's.
            exc.__traceback__ = None

    def translate(self, exc: BaseException) -> L1Error:
        """The L1 error for what L1 code raised, with its place."""
        return translate(exc, self.sources, names=self.globals)

    def caught(self, exc: Exception) -> L1Error:
        """The L1 error that a ``catch`` gets."""
        return caught(exc, self.sources, lambda: self.globals)

    def _source(self, text: str | bytes, name: str, title: str | None) -> Source:
        source = read_source(text, name, title or name)
        known = self.sources.get(name)
        if known is not None and known.text != source.text:  # functions of the earlier text keep theirs
            source = replace(source, name=f"{name}#{len(self.sources)}")
        self.sources[source.name] = source
        return source

    def _run(self, source: Source, namespace: Namespace, cell: Cell | None = None) -> tuple[Any, bool]:
        """Run a source in a namespace: the value of its last expression, and whether it is to be shown."""
        watch = None if cell is None else Watch(cell, source.text)
        whole = False
        try:
            compiled = self._compile(source, namespace, watch)
            value = self._execute(compiled, namespace)
            whole = True
            return value, compiled.shows
        finally:
            if watch is not None:
                self.dataflow.ended(watch, namespace.variables, whole=whole)

    def _execute(self, compiled: Compiled, namespace: Namespace) -> Any:
        """Run compiled code: the value of the last expression."""
        variables = namespace.variables
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python's words, of NumPy or pandas, are none for readers of L1
                exec(compiled.code, variables)
            return variables.get(VALUE)
        except Exception as exc:
            if namespace is self.namespace:  # an imported file's error is told with the calls that led there
                with suppress(Exception):
                    self.translate(exc)  # while the temporaries are there that hold the operands
            raise
        finally:
            variables.pop(VALUE, None)
            for name in compiled.temporaries:
                variables.pop(name, None)
            namespace.settle(compiled.constants)

    def _compile(self, source: Source, namespace: Namespace, watch: Watch | None = None) -> Compiled:
        program = parse(source)
        for caution in program.warnings:
            self.warn(f"{caution.message} at line {caution.span.line}, column {caution.span.column}")
        resolution = self._resolve(program, source, namespace)
        compiled = compile_program(program, resolution, source, library=namespace.library)
        functions.register(compiled.functions, source, compiled.constants)
        if watch is not None:
            watch.compiled(program, resolution, namespace.variables)
        return compiled

    def _resolve(self, program: Any, source: Source, namespace: Namespace) -> Resolution:
        resolution = resolve(
            program,
            namespace.variables,
            namespace.builtin_names,
            source=source,
            constants=namespace.constants,
            rebound=namespace.rebound,
            shared=namespace.shared,
        )
        namespace.rebound.update(*(scope.rebound_globals for scope in resolution.scopes.values()))
        namespace.shared |= resolution.taken
        return resolution

    def new_namespace(self, variables: dict[str, Any], *, folder: Path | None = None) -> Namespace:
        """Globals with this session's built-ins beneath them; ``folder`` is where its imports are looked for."""
        namespace = Namespace(self, variables)
        place = folder
        namespace.beneath["$import"] = lambda path: self._import(path, place or self.folder)
        namespace.beneath["$project"] = self._record_project
        return namespace

    def _record_project(self, name: str, entries: dict[str, Any]) -> None:
        self.projects[name] = entries

    def _import(self, path: str, folder: Path) -> Module:
        """The file's Module; it runs at its first import in the session."""
        if not path.endswith(".l1"):
            raise L1ValueError(f'"{path}" is no L1 file', hint=f'such a file ends in .l1: import "{path}.l1"')
        file = next((place for place in (folder / path, self.folder / path) if place.is_file()), None)
        if file is None:
            raise L1FileNotFoundError(
                f'The file "{path}" does not exist', hint=f"it is looked for in the folder {self.folder}"
            )
        file = file.resolve()
        if file.suffix != ".l1":  # an error in it would show a line of what is no program
            raise L1ValueError(f'"{path}" is no L1 file', hint=f"it is a link to {file}")
        found = self._modules.get(file)
        if found is None:
            try:
                source = self._source(file.read_bytes(), str(file), file.name)
            except UnicodeDecodeError:
                raise L1ValueError(f'The file "{path}" is no text in UTF-8') from None
            variables: dict[str, Any] = {}
            found = self._modules[file] = Module(imported_name(path), variables, complete=False)
            try:
                self._run(source, self.new_namespace(variables, folder=file.parent))
                found.complete = True
            except BaseException:
                del self._modules[file]
                raise
        return found

    def _end_cell(self) -> None:
        callbacks, self._after_cell = self._after_cell, []
        with ExitStack() as stack:  # all of them run, also when one is interrupted
            for callback in reversed(callbacks):
                stack.callback(callback)

    def resource(self, kind: type[T], make: Callable[[], T]) -> T:
        """The session's one object of this class, made at first use; closed with the session if it has ``close``."""
        found = self._resources.get(kind)
        if found is None:
            found = self._resources[kind] = make()
        return found

    def after_cell(self, callback: Callable[[], None]) -> None:
        """Call this once when the running cell ends, however it ends."""
        self._after_cell.append(callback)

    def warn(self, text: str) -> None:
        """One line on the cell's stderr."""
        self.output.write_error(f"warning: {text}\n")

    def close(self) -> None:
        """End what the session started, last made first."""
        while self._resources:
            _, resource = self._resources.popitem()
            close = getattr(resource, "close", None)
            if close is not None:
                close()


def allow_recursion() -> None:
    """Let functions of this process call each other as deep as L1 promises."""
    if sys.getrecursionlimit() < RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)


def _no_stdin(prompt: str) -> str:
    raise L1RuntimeError("This run has no stdin, so nothing can be asked", hint="give the value in the program")
