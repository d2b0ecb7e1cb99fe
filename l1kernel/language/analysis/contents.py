"""What may be in the lists and dictionaries of a program, and in its variables."""

from __future__ import annotations

from l1kernel.language import nodes
from l1kernel.language.analysis import known
from l1kernel.language.resolve import Scope


class Contents:
    """What the elements of a list, or the values of a dictionary, may be. ``inner``: what is in these in turn."""

    __slots__ = ("_into", "captured", "facts", "inner", "open", "returned", "sources")

    def __init__(self) -> None:
        self._into: Contents | None = None
        self.facts = known.ALL
        self.sources: list[tuple[Scope, nodes.Node]] = []
        self.inner: Contents | None = None
        self.open = False
        self.captured = False
        """An inner function, or one of the session, may still reach it after the function that made it has returned."""
        self.returned = False

    def found(self) -> Contents:
        """The one that stands for all that were joined with it."""
        at = self
        while at._into is not None:
            at = at._into
        if at is not self:
            self._into = at
        return at

    def inside(self) -> Contents:
        """``inner``, made where it is not there yet."""
        at = self.found()
        if at.inner is None:
            at.inner = Contents()
        return at.inner.found()


def unknown() -> Contents:
    """Of a list that the program does not see whole: anything may be in it."""
    made = Contents()
    made.open = True
    return made


def join(one: Contents, other: Contents) -> Contents:
    """Make both the same."""
    work = [(one, other)]
    while work:
        a, b = (each.found() for each in work.pop())
        if a is b:
            continue
        b._into = a
        a.sources += b.sources
        a.open |= b.open
        a.captured |= b.captured
        a.returned |= b.returned
        if a.inner is None:
            a.inner = b.inner
        elif b.inner is not None:
            work.append((a.inner, b.inner))
    return one.found()


class Variable:
    """What a name may hold: ``sources`` are the expressions stored in it, or the ``For`` that it counts in."""

    __slots__ = ("contents", "facts", "sources")

    def __init__(self) -> None:
        self.facts = known.ALL
        self.sources: list[tuple[Scope, nodes.Node]] = []
        self.contents = Contents()
