"""Stale results: which cells of a notebook ran with a value that an earlier cell has changed since.

For every cell the ``Dataflow`` keeps what its last run read, from which cell each of these values came, and a mark of
what it was then. A cell is stale when the cell that a value came from has run again and gives another one now, or
is stale itself. What a cell reads through the functions that it calls counts; a value that changes in place counts as
far as its mark shows it (``marks.py``).

Everything here is in memory only and costs a cell some microseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, NamedTuple

from l1kernel.language import nodes
from l1kernel.language.analysis.first_reads import first_reads
from l1kernel.language.compiler.emit import python_name
from l1kernel.language.resolve import Resolution
from l1kernel.runtime.functions import is_l1_function
from l1kernel.runtime.marks import OUTLINE, Mark, mark_of

_SHOWN_CELLS, _SHOWN_NAMES = 10, 3
_FIXED = frozenset({int, float, str, bool, type(None), FunctionType})  # never change in place


class Cell(NamedTuple):
    """A cell of a notebook: the front end's id for it, and the number that the reader sees beside it."""

    id: str
    number: int


@dataclass(slots=True)
class _Run:
    """The last run of a cell. ``reads``: for each global the cell that gave it, and the mark it had."""

    number: int
    text: str
    reads: dict[str, tuple[str, Mark]]


_State = tuple[int, Mark | None]
"""A value's identity, and its mark where it can change in place."""


@dataclass(slots=True)
class Stale:
    """The execution numbers of stale cells, in order, and the names of the values that were older for them."""

    numbers: list[int]
    names: list[str]

    def sentence(self) -> str:
        """The note for readers, one line."""
        cells = _listed([f"[{number}]" for number in self.numbers], _SHOWN_CELLS)
        names = _listed([f"'{name}'" for name in self.names], _SHOWN_NAMES)
        older = "an older" if len(self.names) == 1 else "older"
        many = len(self.numbers) > 1
        return f"note: cell{'s' if many else ''} {cells} ran with {older} {names}; run {'them' if many else 'it'} again"


@dataclass(slots=True)
class Watch:
    """One run of a cell that is under way; ``before`` is how what it may read or change was."""

    cell: Cell
    text: str
    program: nodes.Program | None = None
    resolution: Resolution | None = None
    names: frozenset[str] = frozenset()
    before: dict[str, _State] = field(default_factory=dict)

    def compiled(self, program: nodes.Program, resolution: Resolution, variables: Mapping[str, Any]) -> None:
        """The cell is about to run."""
        self.program, self.resolution = program, resolution
        self.names = resolution.reads | resolution.writes
        names = self.names.union(*_through(self.names, variables).values())
        self.before = {name: _state(value) for name, value in _present(names, variables)}


class Dataflow:
    """Which cell gave each global of a session, and what each cell's last run read."""

    def __init__(self) -> None:
        self.noted = True
        """Whether the reader wants to be told: ``stale_notes(false)``."""
        self._runs: dict[str, _Run] = {}
        self._gave: dict[str, dict[str, Mark]] = {}
        self._giver: dict[str, str] = {}
        self._serial = 0

    def ended(self, watch: Watch, variables: Mapping[str, Any], *, whole: bool) -> None:
        """Take down what a run read and gave; ``whole`` where no error cut it short."""
        cell, last = watch.cell.id, self._runs.pop(watch.cell.id, None)
        if watch.program is None or watch.resolution is None:
            return  # no L1: nothing was read, and what the cell shows is its error
        through = _through(watch.names, variables)
        read, given = first_reads(watch.program, watch.resolution, through)
        reads = self._sources(read, cell, last)
        self._runs[cell] = run = _Run(watch.cell.number, watch.text, reads)
        same_work = last is not None and (last.text, last.reads) == (run.text, run.reads)
        for name, value in _present(watch.names.union(watch.before, *through.values()), variables):
            before, after = watch.before.get(name), _state(value)
            if before != after or (whole and name in given):
                kept = same_work or (before is not None and before[0] == after[0] and self._giver.get(name) == cell)
                self._give(cell, name, after[1] or mark_of(value), kept=kept)

    def _sources(self, names: Iterable[str], cell: str, last: _Run | None) -> dict[str, tuple[str, Mark]]:
        """Where the values that a cell has read came from. Its own from an earlier run count as what that one read."""
        found = {}
        for name in names:
            giver = self._giver.get(name)
            if giver == cell:
                if last is not None and name in last.reads:
                    found[name] = last.reads[name]
            elif giver is not None:
                found[name] = giver, self._gave[giver][name]
        return found

    def _give(self, cell: str, name: str, mark: Mark, *, kept: bool) -> None:
        """The global has this value from now on; ``kept`` where one that only looks the same is taken as the same."""
        gave = self._gave.setdefault(cell, {})
        if mark.serial == OUTLINE:
            old = gave.get(name)
            if old is not None and kept and old[:2] == mark[:2]:
                mark = old
            else:
                self._serial += 1
                mark = mark._replace(serial=self._serial)
        gave[name] = mark
        self._giver[name] = cell

    def forget(self, cells: Iterable[str]) -> None:
        """These cells were deleted: they are not named any more."""
        for cell in cells:
            self._runs.pop(cell, None)
            for name in self._gave.pop(cell, ()):
                if self._giver.get(name) == cell:
                    del self._giver[name]

    def stale(self, cell: str) -> Stale | None:
        """The cells whose last run read, directly or by way of others, what this cell gives otherwise now."""
        gives = self._gave.get(cell, {})
        names: set[str] = set()
        found: list[str] = []
        for other, run in self._runs.items():
            older = [name for name, (giver, mark) in run.reads.items() if giver == cell and gives.get(name) != mark]
            if older and other != cell:
                names.update(older)
                found.append(other)
        for direct in found:  # grows as it goes
            found += [other for other in self._readers(direct) if other != cell and other not in found]
        return Stale(sorted(self._runs[other].number for other in found), sorted(names)) if found else None

    def _readers(self, cell: str) -> list[str]:
        return [other for other, run in self._runs.items() if any(giver == cell for giver, _ in run.reads.values())]


def _state(value: Any) -> _State:
    return id(value), None if type(value) in _FIXED else mark_of(value)


def _present(names: Iterable[str], variables: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The names that are globals now, each with its value."""
    return [(name, variables[key]) for name in names if (key := python_name(name)) in variables]


def _through(names: Collection[str], variables: Mapping[str, Any]) -> dict[str, set[str]]:
    """For each of the names that is a function: the globals that it and the functions it calls read or rebind."""
    return {
        name: _reached(value, variables)
        for name, value in _present(names, variables)
        if type(value) is FunctionType and is_l1_function(value)
    }


def _reached(function: Any, variables: Mapping[str, Any]) -> set[str]:
    names: set[str] = set()
    stack, met = [function], set()
    while stack:
        function = stack.pop()
        if id(function) in met or not is_l1_function(function) or function.__globals__ is not variables:
            continue  # an imported file's globals are its own
        met.add(id(function))
        captured = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        info = function.__dict__["l1"]
        for name in info.reads.union(info.rebinds):
            key = python_name(name)
            if key in captured:
                stack.append(_content(captured[key]))
            else:
                names.add(name)
                stack.append(variables.get(key))
    return names


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # no value yet
        return None


def _listed(words: list[str], most: int) -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``most``, how many more."""
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
