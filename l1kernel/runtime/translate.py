"""Any exception to the L1 error that a reader sees: type, words, place, call stack.

One table says what each Python exception is in L1. The words come from ``explain``; a message that Python, NumPy or
pandas wrote never goes through. The place is that of the innermost L1 code in the traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import FrameType, TracebackType
from typing import NamedTuple

from l1kernel import errors
from l1kernel.errors import Frame, L1Error, Location
from l1kernel.language.compiler.emit import l1_name
from l1kernel.language.compiler.loops import is_loop
from l1kernel.language.source import Source, Span
from l1kernel.runtime.explain.blame import settle_hint
from l1kernel.runtime.explain.exceptions import explain
from l1kernel.runtime.explain.places import clearer_hint
from l1kernel.runtime.explain.situation import Situation

MOST_FRAMES = 10  # of a longer call stack the outermost and the innermost are kept

# What a Python exception is in L1: by its qualified name, else by that of its nearest base named here.
TABLE: Mapping[str, type[L1Error]] = {
    "builtins.NameError": errors.L1NameError,
    "builtins.TypeError": errors.L1TypeError,
    "builtins.AttributeError": errors.L1TypeError,
    "builtins.ValueError": errors.L1ValueError,
    "builtins.ArithmeticError": errors.L1ValueError,
    "builtins.ZeroDivisionError": errors.L1ZeroDivisionError,
    "builtins.LookupError": errors.L1KeyError,
    "builtins.IndexError": errors.L1IndexError,
    "builtins.KeyError": errors.L1KeyError,
    "builtins.MemoryError": errors.L1MemoryError,
    "builtins.AssertionError": errors.L1AssertionError,
    "builtins.OSError": errors.L1RuntimeError,
    "builtins.FileNotFoundError": errors.L1FileNotFoundError,
    "builtins.TimeoutError": errors.L1TimeoutError,
    "builtins.RuntimeError": errors.L1RuntimeError,
    "builtins.NotImplementedError": errors.L1TypeError,
    "builtins.EOFError": errors.L1RuntimeError,
    "builtins.ImportError": errors.L1RuntimeError,
    "builtins.SyntaxError": errors.L1RuntimeError,
    "builtins.SystemError": errors.L1RuntimeError,
    "builtins.BufferError": errors.L1RuntimeError,
    "builtins.ReferenceError": errors.L1RuntimeError,
    "builtins.StopIteration": errors.L1RuntimeError,
    "builtins.StopAsyncIteration": errors.L1RuntimeError,
    "builtins.Warning": errors.L1RuntimeError,
    "builtins.BaseExceptionGroup": errors.L1RuntimeError,
    "builtins.GeneratorExit": errors.L1RuntimeError,
    "builtins.SystemExit": errors.L1RuntimeError,
    "builtins.KeyboardInterrupt": errors.Interrupted,
    "asyncio.exceptions.CancelledError": errors.ClusterError,
    "concurrent.futures._base.Error": errors.ClusterError,
    "numpy.linalg.LinAlgError": errors.L1ValueError,
    "numpy.exceptions.TooHardError": errors.L1RuntimeError,
    "pandas.errors.OptionError": errors.L1RuntimeError,
    "pandas.errors.AbstractMethodError": errors.L1RuntimeError,
    "pandas.errors.ParserError": errors.L1ValueError,
    "pandas.errors.MergeError": errors.L1ValueError,
    "pandas.errors.DatabaseError": errors.L1RuntimeError,
    "pandas.errors.DataError": errors.L1ValueError,
    "pandas.errors.SpecificationError": errors.L1ValueError,
    "pandas.errors.NoBufferPresent": errors.L1RuntimeError,
    "pandas.errors.ClosedFileError": errors.L1RuntimeError,
    "pandas.errors.PossibleDataLossError": errors.L1RuntimeError,
    "pandas.errors.NumbaUtilError": errors.L1RuntimeError,
    "pandas.errors.IndexingError": errors.L1IndexError,
    "pandas.errors.InvalidIndexError": errors.L1IndexError,
    "pandas.errors.InvalidComparison": errors.L1TypeError,
    "pandas.errors.LossySetitemError": errors.L1TypeError,
    "distributed.client.FutureCancelledError": errors.ClusterError,
    "distributed.client.FuturesCancelledError": errors.ClusterError,
    "distributed.exceptions.Reschedule": errors.ClusterError,
    "distributed.exceptions.WorkerStartTimeoutError": errors.ClusterError,
    "distributed.scheduler.KilledWorker": errors.ClusterError,
    "distributed.scheduler.NoValidWorkerError": errors.ClusterError,
    "distributed.comm.core.CommClosedError": errors.ClusterError,
    "distributed.comm.core.FatalCommClosedError": errors.ClusterError,
    "distributed.core.RPCClosed": errors.ClusterError,
    "distributed.client.AllExit": errors.ClusterError,
    "distributed.client.ClosedClientError": errors.ClusterError,
    "distributed.scheduler.NoWorkerError": errors.ClusterError,
    "distributed.spill.HandledError": errors.L1MemoryError,
    "distributed.spill.MaxSpillExceeded": errors.L1MemoryError,
    "distributed.worker_state_machine.InvalidTaskState": errors.ClusterError,
    "distributed.worker_state_machine.InvalidTransition": errors.ClusterError,
    "distributed.worker_state_machine.RecommendationsConflict": errors.ClusterError,
    "distributed.worker_state_machine.TransitionCounterMaxExceeded": errors.ClusterError,
}
_TRANSLATED = "l1_error"  # where a Python exception keeps its L1 error
_FALLBACK = errors.L1RuntimeError
_OF_PLACES = (errors.L1IndexError, errors.L1KeyError, errors.L1TypeError)


class Spot(NamedTuple):
    """One L1 frame of a traceback: its source, the span of what ran, and the Python frame."""

    source: Source
    span: Span
    frame: FrameType
    called: FrameType | None = None
    """What it had called: a built-in or another L1 function, None where the error arose in the frame itself."""
    calls: int = 1
    left_out: int = 0
    """How many calls that it led to are not listed."""

    @property
    def function(self) -> str | None:
        """The L1 function's name, None at top level."""
        name = self.frame.f_code.co_name
        return None if name == "<module>" or is_loop(name) else l1_name(name)

    def as_frame(self) -> Frame:
        return Frame(self.function, self.source.location(self.span), self.calls, self.left_out)


def l1_type_of(kind: type[BaseException]) -> type[L1Error] | None:
    """The L1 error type for a Python exception class, None where neither it nor a base is in the table."""
    for base in kind.__mro__:
        found = TABLE.get(f"{base.__module__}.{base.__qualname__}")
        if found is not None:
            return found
    return None


def translate(exc: BaseException, sources: Mapping[str, Source], *, names: Collection[str] = ()) -> L1Error:
    """The L1 error for any exception, with its location and call stack.

    ``sources`` are the L1 texts by code file name, ``names`` the variables known where it happened, for hints.
    An L1Error is given back itself, with what it lacks filled in.
    """
    spots, innermost_is_l1 = _spots(exc.__traceback__, sources)
    if isinstance(exc, L1Error):
        error = exc
    elif _TRANSLATED in exc.__dict__:
        error = exc.__dict__[_TRANSLATED]
    else:
        kind = l1_type_of(type(exc)) or _FALLBACK
        situation = Situation(exc, spots[-1] if spots else None, innermost_is_l1, names)
        error = explain(kind, situation)
    if spots:
        if error.about is not None or error.repairs:
            settle_hint(error, spots[-1])
        if error.location is None:
            _look_around(error, spots[-1])
        _place(error, spots)
    return error


def _look_around(error: L1Error, spot: Spot) -> None:
    """Where the loop or statement around a missing position or key tells the slip, say that."""
    hint = clearer_hint(error, spot.source, spot.span) if isinstance(error, _OF_PLACES) else None
    if hint is not None:
        error.hint, error.fixes = hint.text, (*hint.fixes, *error.fixes)


def caught(exc: Exception, sources: Mapping[str, Source], names: Callable[[], Collection[str]]) -> L1Error:
    """What a ``catch`` gets. An error on its way up is translated once, however many catches let it pass.

    ``names`` gives the variables known; it is asked only then, since it looks at every call that is under way.
    """
    if isinstance(exc, L1Error):
        return exc if exc.location is not None else translate(exc, sources, names=names())
    known = exc.__dict__.get(_TRANSLATED)
    if known is None:
        known = exc.__dict__[_TRANSLATED] = translate(exc, sources, names=names())
    found: L1Error = known
    return found


def _place(error: L1Error, spots: list[Spot]) -> None:
    innermost = spots[-1].source.location(spots[-1].span)
    if error.location is None:
        error.location = innermost
    elif isinstance(error, errors.L1SyntaxError) and not error.frames and error.location.source != innermost.source:
        # of an imported file, whose name the reader must learn
        error.frames = _ends((Frame(None, error.location), *_frames(spots)))
        return
    if _same_line(error.location, innermost) and len(spots) >= len(error.frames):
        inside = len(spots) > 1 or spots[0].function is not None
        error.frames = _ends(_frames(spots)) if inside else ()
        return
    # thrown again by the function that caught it, or by one it called: the calls around it were not known then
    for i, spot in enumerate(reversed(spots), 1):
        if error.frames and error.frames[-1].function == spot.function is not None:
            error.frames = _ends((*error.frames, *_frames(spots[:-i])))
            return


def _same_line(one: Location, other: Location) -> bool:
    return one.source == other.source and one.line == other.line


def _frames(spots: Sequence[Spot]) -> tuple[Frame, ...]:
    return tuple(spot.as_frame() for spot in reversed(spots))


def _ends(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    if len(frames) <= MOST_FRAMES:
        return frames
    half = MOST_FRAMES // 2
    before, between = frames[half - 1], frames[half:-half]
    left_out = before.left_out + sum(frame.calls + frame.left_out for frame in between)
    return *frames[: half - 1], replace(before, left_out=left_out), *frames[-half:]


def _spots(traceback: TracebackType | None, sources: Mapping[str, Source]) -> tuple[list[Spot], bool]:
    """The L1 frames, outermost first, and whether the error arose in L1 code itself, not in a built-in."""
    raw: list[tuple[Source, TracebackType]] = []
    last_is_l1 = False
    while traceback is not None:
        source = sources.get(traceback.tb_frame.f_code.co_filename)
        last_is_l1 = source is not None
        if source is not None:
            frame = traceback.tb_frame
            # Thrown again where it was caught; and a loop of the top level is one place with what is around it.
            if raw and (raw[-1][1].tb_frame is frame or is_loop(frame.f_code.co_name)):
                raw.pop()
            raw.append((source, traceback))
        traceback = traceback.tb_next
    calls: list[tuple[Source, TracebackType, int]] = []
    for _, group in groupby(raw, lambda call: (call[1].tb_frame.f_code, call[1].tb_lasti)):
        alike = [*group]
        calls.append((*alike[-1], len(alike)))
    left_out = sum(count for _, _, count in calls[MOST_FRAMES:-MOST_FRAMES])
    if left_out:
        calls = calls[:MOST_FRAMES] + calls[-MOST_FRAMES:]
    spots = [
        Spot(source, _span(source, tb), tb.tb_frame, tb.tb_next and tb.tb_next.tb_frame, count)
        for source, tb, count in calls
    ]
    if left_out:
        spots[-MOST_FRAMES] = spots[-MOST_FRAMES]._replace(left_out=left_out)
    return spots, last_is_l1


def _span(source: Source, traceback: TracebackType) -> Span:
    line, end_line, column, end_column = _position(traceback)
    start, end = source.offset(line, column + 1), source.offset(end_line, end_column + 1)
    return Span(line, column + 1, end_line, end_column + 1, start, end)


def _position(traceback: TracebackType) -> tuple[int, int, int, int]:
    code, at = traceback.tb_frame.f_code, traceback.tb_lasti // 2
    for i, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if i == at:
            if line is None:
                break
            end_line = line if end_line is None else end_line
            if column is None or end_column is None:
                return line, end_line, 0, 1
            return line, end_line, column, end_column
    line = traceback.tb_lineno or 1
    return line, line, 0, 1
