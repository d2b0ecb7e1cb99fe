"""Mistakes that beginners make: each has a hint that names the cause, and most are mended by ``l1 fix``.

A case is a file ``<kind>/<name>.txt``::

    the broken program
    === error: the beginning of the headline
    === hint: a part of the hint
    === right
    the program that was meant

``=== right, by hand`` marks one that the fix cannot be expected to find. A case whose error is no SyntaxError is run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.diagnostics import headline
from l1kernel.errors import L1Error, L1SyntaxError
from l1kernel.fix import fix_source
from l1kernel.language.parse import parse
from l1kernel.language.source import Source
from l1kernel.trial import Trial, attempt

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.txt"))
NAMES = [f"{case.parent.name}/{case.stem}" for case in CASES]


class Case(NamedTuple):
    broken: str
    error: str
    hint: str
    right: str
    by_hand: bool

    @property
    def runs(self) -> bool:
        return not self.error.startswith("SyntaxError")


def read(path: Path) -> Case:
    broken, _, rest = path.read_text(encoding="utf-8").partition("=== error: ")
    error, _, rest = rest.partition("\n=== hint: ")
    hint, _, rest = rest.partition("\n=== right")
    mark, _, right = rest.partition("\n")
    assert mark in ("", ", by hand"), f"{path}: unknown mark {mark!r}"
    assert broken, path
    assert right, path
    return Case(broken, error, hint, right, mark == ", by hand")


def first_error(case: Case) -> L1Error | None:
    source = Source(case.broken, "program.l1", "program.l1")
    try:
        parse(source)
    except L1SyntaxError as error:
        return error
    return attempt(case.broken, "program.l1", HERE).error


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with Trial("program.l1", HERE) as running:
        yield running


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_the_hint_names_the_cause(path: Path) -> None:
    case = read(path)
    error = first_error(case)
    assert error is not None
    assert headline(error).startswith(case.error)
    assert case.hint in (error.hint or "")


@pytest.mark.parametrize("path", [path for path in CASES if not read(path).by_hand], ids=lambda path: path.stem)
def test_the_fix_gives_the_right_program(path: Path, trial: Trial) -> None:
    case = read(path)
    assert fix_source(case.broken, title="program.l1", run=trial if case.runs else None).text == case.right


@pytest.mark.parametrize("path", [path for path in CASES if read(path).by_hand], ids=lambda path: path.stem)
def test_what_is_mended_by_hand_is_not_mended_wrongly(path: Path, trial: Trial) -> None:
    """Either it is left as it is, or the case is no longer one for the hand."""
    case = read(path)
    mended = fix_source(case.broken, title="program.l1", run=trial if case.runs else None)
    assert mended.text == case.broken or mended.error is not None


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_the_right_program_has_no_mistake(path: Path) -> None:
    case = read(path)
    assert first_error(case._replace(broken=case.right)) is None


def test_there_are_many_and_most_are_mended() -> None:
    cases = [read(path) for path in CASES]
    for some in (cases, [case for case in cases if case.runs], [case for case in cases if not case.runs]):
        assert len(some) >= 120
        assert sum(not case.by_hand for case in some) >= 0.85 * len(some)


@pytest.mark.parametrize("path", CASES[:: max(1, len(CASES) // 4)], ids=lambda path: path.stem)
def test_the_command_says_the_same(path: Path, tmp_path: Path) -> None:
    case = read(path)
    (tmp_path / "program.l1").write_text(case.broken, encoding="utf-8")
    command = [sys.executable, "-m", "l1kernel.cli", "fix", *(["--run"] if case.runs else []), "program.l1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    as_it_is = case.broken if case.runs else ""
    assert done.stdout == (as_it_is if case.by_hand else case.right)
