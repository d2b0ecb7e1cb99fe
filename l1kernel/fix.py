"""A program with mistakes to the program that was meant: the edits of its errors, applied one after the other.

An error proposes its edits itself (``L1Error.fixes``); here they are tried. A syntax error counts as mended when the
text then parses further, a run-time error when the program, run again, gets past it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

from l1kernel.errors import Fix, L1Error, L1SyntaxError
from l1kernel.language.parse import parse
from l1kernel.language.resolve import misplaced
from l1kernel.language.source import Source

_MOST_PARSES = 400  # of one program; each mistake costs one for each candidate that is tried
_MOST_TEXT = 4_000_000  # code points parsed in all: a long program gets fewer tries, not more time
_MOST_RUNS = 60


@dataclass(frozen=True, slots=True)
class Repair:
    """One mistake that was mended: its error, placed in the text as it was given, and the edits that were done."""

    error: L1Error
    fix: Fix


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a program.

    ``text`` is the mended program, or the given one where it could not be made to parse. ``error`` is the first error
    that is left, placed in the given text. ``note`` says why a run did not see the whole program.
    """

    text: str
    repairs: tuple[Repair, ...] = ()
    error: L1Error | None = None
    note: str | None = None

    @property
    def parses(self) -> bool:
        """Whether ``text`` is L1; only then it is offered."""
        return not isinstance(self.error, L1SyntaxError)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to. ``printed`` is what the program wrote until then, of much text the beginning.

    ``note`` says why the run was broken off; the program was not at fault then.
    """

    error: L1Error | None = None
    printed: str = ""
    note: str | None = None


def fix_source(text: str, *, title: str, run: Callable[[str], Run] | None = None) -> Mended:
    """Mend a program's syntax and, with ``run``, what fails when it runs. ``text`` has ``\\n`` line ends and no BOM."""
    draft = _Draft(Source(text, title, title))
    error = _syntax_error(draft.source)
    if error is not None:
        draft, error = _mend_syntax(draft, error, _Budget(max(20, min(_MOST_PARSES, _MOST_TEXT // len(text)))))
    if error is not None:
        return Mended(text, draft.repairs, draft.placed(error))
    if run is None:
        return Mended(draft.source.text, draft.repairs)
    draft, outcome = _mend_runs(draft, run)
    left = None if outcome.error is None else draft.placed(outcome.error)
    return Mended(draft.source.text, draft.repairs, left, outcome.note)


def apply(text: str, fix: Fix) -> str:
    """The text with the edits done."""
    for edit in reversed(fix):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text on the way, and the repairs that led to it."""

    source: Source
    given: Source | None = None
    repairs: tuple[Repair, ...] = ()

    def edited(self, error: L1Error, fix: Fix) -> _Draft:
        given = self.given or self.source
        source = replace(self.source, text=apply(self.source.text, fix))
        return _Draft(source, given, (*self.repairs, Repair(self.placed(error), fix)))

    def placed(self, error: L1Error) -> L1Error:
        """The error with the place that it has in the given text, where it is one of this program."""
        offset, location = _offset(error, self.source), error.location
        if offset is None or location is None or self.given is None:
            return error
        for repair in reversed(self.repairs):
            offset = _before(offset, repair.fix)
        span = self.given.span(offset, offset + 1)
        error = copy(error)  # the error itself still counts in this draft's text
        text = self.given.line_text(span.line)
        error.location = replace(location, line=span.line, column=span.column, text=text)
        return error


def _offset(error: L1Error, source: Source) -> int | None:
    """Where the error stands in the source; None if it stands in another, an imported file."""
    at = error.location
    if at is None or at.source != source.title or at.text != source.line_text(at.line):
        return None
    return source.offset(at.line, at.column)


def _before(offset: int, fix: Fix) -> int:
    """The offset before the edits of a place after them; text that an edit put in counts as its beginning."""
    shift = 0  # of the edits so far
    for edit in fix:
        start = edit.start + shift
        if offset < start:
            break
        if offset < start + len(edit.text):
            return edit.start
        shift += len(edit.text) - (edit.end - edit.start)
    return offset - shift


def _is_inside(offset: int, fix: Fix, *, names_too: bool = False) -> bool:
    """Whether a place lies in text that the edits put in, other than a mere name."""
    shift = 0
    for edit in fix:
        if edit.start + shift <= offset < edit.start + shift + len(edit.text):
            return names_too or not edit.text.isidentifier()
        shift += len(edit.text) - (edit.end - edit.start)
    return False


# --- syntax -----------------------------------------------------------------------------------------------------


class _Budget:
    """How often may still be tried, over all branches of the search."""

    def __init__(self, tries: int) -> None:
        self._left = tries

    def take(self) -> bool:
        self._left -= 1
        return self._left >= 0


def _mend_syntax(draft: _Draft, error: L1SyntaxError, budget: _Budget) -> tuple[_Draft, L1SyntaxError | None]:
    """The first candidates, in the errors' order, with which the whole text parses; else the furthest that was met."""
    best: tuple[_Draft, L1SyntaxError | None] = draft, error
    for fix in error.fixes:
        if not budget.take():
            break
        changed = draft.edited(error, fix)
        following = _syntax_error(changed.source)
        if following is not None and not _is_later(following, changed.source, error, draft.source, fix):
            continue
        reached = (changed, None) if following is None else _mend_syntax(changed, following, budget)
        if reached[1] is None:
            return reached
        if _behind(*reached) < _behind(*best):
            best = reached
    return best


def _syntax_error(source: Source) -> L1SyntaxError | None:
    try:
        found = misplaced(parse(source), source)
    except L1SyntaxError as error:
        return error
    return next(iter(found), None)


def _is_later(error: L1Error, source: Source, mended: L1Error, before: Source, fix: Fix) -> bool:
    """Whether what follows an edit is another mistake: behind the mended one, or another of the same place."""
    now, then = _offset(error, source), _offset(mended, before)
    if now is None or then is None:
        return False
    place = _before(now, fix)
    if _is_inside(now, fix, names_too=True):  # text that was put in is no place for a new mistake
        return False
    return place > then or (place == then and (now > then or error.message != mended.message))


def _behind(draft: _Draft, error: L1SyntaxError | None) -> int:
    """How much text stands behind the error, which no edit before it changes."""
    offset = None if error is None else _offset(error, draft.source)
    return 0 if offset is None else len(draft.source.text) - offset


# --- runs -------------------------------------------------------------------------------------------------------


def _mend_runs(draft: _Draft, run: Callable[[str], Run]) -> tuple[_Draft, Run]:
    """Mend one run-time error after the other, as long as an edit gets the program past it."""
    budget = _Budget(_MOST_RUNS)
    budget.take()
    outcome = run(draft.source.text)
    while outcome.error is not None:
        further = _past(draft, outcome, run, budget)
        if further is None:
            break
        draft, outcome = further
    return draft, outcome


def _past(draft: _Draft, outcome: Run, run: Callable[[str], Run], budget: _Budget) -> tuple[_Draft, Run] | None:
    """The first of the error's edits with which the program gets past it, and how far it gets; None without one."""
    error = outcome.error
    if error is None or _offset(error, draft.source) is None:
        return None
    for fix in error.fixes:
        changed = draft.edited(error, fix)
        if _syntax_error(changed.source) is not None or not budget.take():
            continue
        again = run(changed.source.text)
        if _gets_past(outcome, draft.source, again, changed.source, fix):
            return changed, again
    return None


def _gets_past(first: Run, before: Source, again: Run, after: Source, fix: Fix) -> bool:
    """Whether the second run came further than the first: it did all that the first did, and met no error sooner.

    What was printed is the witness of what was done; numbers in it may differ (a clock, chance). An error in the same
    place and of the same type is the same one, whatever its words: in a loop it may even have come sooner.
    """
    if not _printed_as_much(first, again):
        return False
    error, mended = again.error, first.error
    if error is None or mended is None:
        return True
    place, then = _offset(error, after), _offset(mended, before)
    if place is None or then is None:
        return True
    if _before(place, fix) == then and error.type == mended.type:
        return False
    if _is_inside(place, fix):
        return False
    return _statement(error, after) >= _statement(mended, before)


def _printed_as_much(first: Run, again: Run) -> bool:
    """Whether the second run printed what the first did; one that ends well may also have printed other things."""
    if again.error is None and again.note is None:
        return again.printed.count("\n") >= first.printed.count("\n")
    return _blurred(again.printed).startswith(_blurred(first.printed))


def _blurred(printed: str) -> str:
    return re.sub(r"\d+", "0", printed)


def _statement(error: L1Error, source: Source) -> int:
    """The number of the top-level statement that was under way."""
    outermost = error.frames[-1].location if error.frames else error.location
    if outermost is None:
        return 0
    return sum(1 for statement in parse(source).statements if statement.span.line <= outermost.line)
