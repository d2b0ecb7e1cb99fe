"""Where a stream can be poured: a table of named sinks. Rooms above this one register theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name
from l1kernel.streams.calls import check_call
from l1kernel.streams.events import table


class Sink(Protocol):
    """Takes a stream's items in order; numbers of batches count from 0 and never repeat."""

    def write(self, items: list[Any], batch: int) -> None:
        """Take one batch."""

    def close(self) -> Any:
        """The stream has ended; what ``stream.sink(...)`` gives."""


Opener = Callable[[Session, str], Sink]
"""Makes a sink for a stream; gets the session and the stream's name."""

_openers: dict[str, Opener] = {}


def register_sink(name: str) -> Callable[[Opener], Opener]:
    """Register a function or class that opens the sink of that name."""

    def register(opener: Opener) -> Opener:
        if name in _openers:
            raise ValueError(f"sink {name!r} is registered twice")
        _openers[name] = opener
        return opener

    return register


def open_sink(target: Any, session: Session, stream: str) -> Sink:
    """A named sink, a List to fill, or a function to call for each item."""
    if isinstance(target, str):
        opener = _openers.get(target)
        if opener is None:
            hint = did_you_mean(target, _openers) or f"known sinks: {', '.join(sorted(_openers))}"
            raise L1ValueError(f'There is no sink "{target}"', hint=hint)
        return opener(session, stream)
    if isinstance(target, list):
        return ListSink(session, stream, into=target)
    if callable(target):
        check_call(target, None, what="sink calls its function with one item", hint="as in stream.sink(x => print(x))")
        return FunctionSink(target)
    raise L1TypeError(
        f"A stream cannot be poured into {article(type_name(target))}",
        hint=f"give a List, a function, or one of {', '.join(sorted(_openers))}",
    )


@register_sink("list")
class ListSink:
    """Appends every item to a List."""

    def __init__(self, session: Session, stream: str, into: list[Any] | None = None) -> None:
        self._items = [] if into is None else into

    def write(self, items: list[Any], batch: int) -> None:
        self._items.extend(items)

    def close(self) -> list[Any]:
        return self._items


@register_sink("table")
class TableSink:
    """Gathers the items as rows of a DataFrame."""

    def __init__(self, session: Session, stream: str) -> None:
        self._items: list[Any] = []

    def write(self, items: list[Any], batch: int) -> None:
        self._items.extend(items)

    def close(self) -> Any:
        return table(self._items)


class FunctionSink:
    """Calls a function of the program with every item, in the kernel."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def write(self, items: list[Any], batch: int) -> None:
        for item in items:
            self._function(item)

    def close(self) -> None:
        return None
