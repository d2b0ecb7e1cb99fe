"""Every error that an L1 program can meet. A leaf: all rooms import it, it imports none.

    L1Error
    ├── L1SyntaxError            the text is not L1
    ├── L1NameError              a name that nothing declares
    ├── L1TypeError              an operation on a value of the wrong type, a wrong call
    ├── L1ValueError             the right type, an impossible value
    ├── L1IndexError             a position outside a list, text or array
    ├── L1KeyError               a key that a dictionary or table does not have
    ├── L1ZeroDivisionError
    ├── L1FileNotFoundError
    ├── L1TimeoutError
    ├── L1MemoryError            a result that would take all memory
    ├── L1AssertionError
    ├── L1RuntimeError           everything else that fails while running
    ├── ClusterError             nodes, tasks, the scheduler
    ├── StreamError              sources, windows, closed streams
    ├── UserError                `throw ValidationError("...")`: the program's own types
    └── Interrupted              the reader pressed stop

    ExitRequest (BaseException)  `exit(n)`: ends a script or a cell, no `catch` sees it

An error carries fields; ``diagnostics`` alone makes text of them. Errors pickle, so one that was raised
on a worker arrives whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Location:
    """A place in L1 source, with the line itself, so that it can be shown without the source.

    ``line`` and ``column`` count from 1, columns in code points; ``width`` is the number of code points to mark.
    """

    source: str
    line: int
    column: int
    text: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One L1 call: the function's name (``None`` at top level) and where it stood.

    ``calls`` is how often it called itself there; ``left_out`` counts calls between this and the next, not kept.
    """

    function: str | None
    location: Location
    calls: int = 1
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in the place of ``start`` up to ``end``, offsets in code points into the text of the source."""

    start: int
    end: int
    text: str


Fix = tuple[Edit, ...]
"""Edits of one source that mend one mistake together; they do not overlap and stand in order."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Write ``meant`` where the expression at fault says ``written``: a member, an argument's name, a key.

    Of a member, ``called`` says whether brackets belong behind it, None where either will do.
    """

    written: str
    meant: str
    called: bool | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Write ``code`` in the place of the expression whose value is the error's ``about``, its text for ``x``."""

    code: str


@dataclass(frozen=True, slots=True)
class Unmethod:
    """Write ``function(x, ...)`` for ``x.member(...)``; with ``bare``, without the ``x``."""

    function: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Reshape:
    """Write ``code`` for the whole of ``x.member(a, b)``, whose parts its ``x``, ``a`` and ``b`` stand for.

    Once it is placed, the hint says what comes out.
    """

    code: str


Repair = Rename | Rewrite | Unmethod | Reshape
"""An edit whose place in the source is not known yet: what built-ins propose, which see values only."""


@dataclass(frozen=True, slots=True)
class Hint:
    """How to mend an error, in words and as what ``l1 fix`` may do; of several the most likely first."""

    text: str
    fixes: tuple[Fix, ...] = ()
    repairs: tuple[Repair, ...] = ()

    def and_more(self, words: str) -> Hint:
        """The hint with more words behind a semicolon."""
        return replace(self, text=f"{self.text}; {words}")


def rewriting(words: str, *codes: str) -> Hint:
    """``words: code``, as of "convert it first: to_string(x)"; of several codes, any one is said to do."""
    listed = " or ".join([", ".join(codes[:-1]), codes[-1]]) if len(codes) > 1 else codes[0]
    return Hint(f"{words}: {listed}", repairs=tuple(Rewrite(code) for code in codes))


@dataclass(frozen=True, slots=True)
class TaskContext:
    """Where on the cluster an error happened."""

    task: str
    node: str | None
    attempt: int


class L1Error(Exception):
    """Base of the tree. ``message`` has no "at line" tail; ``hint`` says how to mend it.

    ``about`` is the value that an ``x`` in the hint stands for; once the error is placed, the value's source text
    stands there: ``to_string(x)`` becomes ``to_string(count)``.

    ``fixes`` do to the source what the hint says, most likely first; none where the hint is no edit. A ``Hint`` brings
    its own, and ``repairs``, which become fixes once the error is placed.
    """

    type_name: ClassVar[str] = "Error"

    def __init__(
        self,
        message: str,
        *,
        hint: str | Hint | None = None,
        about: object = None,
        location: Location | None = None,
        frames: Iterable[Frame] = (),
        task: TaskContext | None = None,
        fixes: Iterable[Fix] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint.text if isinstance(hint, Hint) else hint
        self.about = about
        self.location = location
        self.frames = tuple(frames)
        self.task = task
        self.fixes = (*fixes, *(hint.fixes if isinstance(hint, Hint) else ()))
        self.repairs = hint.repairs if isinstance(hint, Hint) else ()

    @property
    def type(self) -> str:
        """The name that L1 shows and that ``catch (Name)`` compares."""
        return self.type_name

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__ | {"about": None})

    def __str__(self) -> str:
        return self.message


def _rebuild(kind: type[L1Error], args: tuple[Any, ...], fields: dict[str, Any]) -> L1Error:
    error = kind.__new__(kind, *args)
    Exception.__init__(error, *args)
    error.__dict__.update(fields)
    return error


class L1SyntaxError(L1Error):
    type_name = "SyntaxError"


class L1NameError(L1Error):
    type_name = "NameError"


class L1TypeError(L1Error):
    type_name = "TypeError"


class L1ValueError(L1Error):
    type_name = "ValueError"


class L1IndexError(L1Error):
    type_name = "IndexError"


class L1KeyError(L1Error):
    type_name = "KeyError"


class L1ZeroDivisionError(L1Error):
    type_name = "ZeroDivisionError"


class L1FileNotFoundError(L1Error):
    type_name = "FileNotFoundError"


class L1TimeoutError(L1Error):
    type_name = "TimeoutError"


class L1MemoryError(L1Error):
    type_name = "MemoryError"


class L1AssertionError(L1Error):
    type_name = "AssertionError"


class L1RuntimeError(L1Error):
    """``value`` is what an L1 ``throw`` threw, where that was not an error."""

    type_name = "RuntimeError"

    def __init__(self, message: str, *, value: Any = None, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.value = value


class ClusterError(L1Error):
    type_name = "ClusterError"


class StreamError(L1Error):
    type_name = "StreamError"


class UserError(L1Error):
    """An error type of the program's own; ``name`` is what the program called it."""

    def __init__(self, message: str, *, name: str, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.name = name

    @property
    def type(self) -> str:
        return self.name


class Interrupted(L1Error):
    type_name = "Interrupted"


class ExitRequest(BaseException):
    """``exit(status)``. Not an L1Error: a program cannot catch it."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status
