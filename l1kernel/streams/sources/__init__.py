"""Where a stream's events come from, a file each.

A source answers ``gather``, ``next_batch``, ``due``, ``snapshot`` and ``close``; ``open_source`` makes the one that a
stream's settings ask for. To add one: a class in a file of its own, and a line in ``_NAMED``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1TypeError, L1ValueError, StreamError
from l1kernel.runtime.values import Range, article, is_frame, is_vector, type_name
from l1kernel.streams.calls import check_call
from l1kernel.streams.settings import OF, StreamSettings
from l1kernel.streams.sources.function import FunctionSource
from l1kernel.streams.sources.listing import ListSource
from l1kernel.streams.sources.simulated import SimulatedSource

AVAILABLE = 'a List, a function, or "simulated"; without a source, events are pushed'


class Source(Protocol):
    """``now`` is in seconds and is passed in; events are given in order, each once."""

    def gather(self, limit: int) -> None:
        """Do what takes time or runs the program: the only method that an interrupt may break."""

    def next_batch(self, limit: int, now: float) -> list[Any] | None:
        """At most ``limit`` events that are there now, maybe none; None when there will be no more."""

    def due(self, now: float) -> float:
        """In how many seconds it is worth asking again."""

    def snapshot(self) -> int:
        """How many events were given: the offset from which to go on."""

    def close(self) -> None:
        """Let go of what the source holds; it is not asked again."""


def open_source(settings: StreamSettings) -> Source | None:
    """The source that the settings name, None where events are pushed. L1 errors say what is available."""
    source = settings.source
    if source is None:
        return None
    if isinstance(source, str):
        return _named(source, settings)
    if isinstance(source, list | tuple | Range) or is_vector(source) or is_frame(source):
        return ListSource(source)
    if callable(source):
        check_call(source, what=f'"source" of {OF} is called without arguments', hint="as in () => random()")
        return FunctionSource(source)
    raise L1TypeError(f'"source" of {OF} cannot be {article(type_name(source))}', hint=f"available: {AVAILABLE}")


def _named(name: str, settings: StreamSettings) -> Source:
    scheme, separator, _ = name.partition("://")
    opener = _NAMED.get(scheme)
    if opener is not None:
        return opener(settings)
    if separator:
        raise StreamError(f"{scheme}:// sources are not in this version", hint=f"available: {AVAILABLE}")
    hint = did_you_mean(name, _NAMED) or f"available: {AVAILABLE}"
    raise L1ValueError(f'There is no source "{name}"', hint=hint)


_NAMED: dict[str, Callable[[StreamSettings], Source]] = {
    "simulated": lambda settings: SimulatedSource(settings.batches, settings.batch_size, settings.seed),
}
"""By the word, or by the scheme in front of ``://``."""
