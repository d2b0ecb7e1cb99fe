"""What a program raises on a worker and its notebook keeps: it is carried home, to the room that knows it.

The worker's Output is a Carrier; at home ``receive`` hands it over, with the Output of the cell that it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from l1kernel.runtime.output import Output
    from l1kernel.runtime.session import Session


@runtime_checkable
class Carrier(Protocol):
    """An Output from which more than text travels home."""

    def carry(self, kind: str, content: Any) -> None:
        """Send content of a registered kind to the notebook."""


Receiver = Callable[["Session", "Output", Any], None]
"""Gets the notebook's session, the Output of the cell, the content; from any thread."""

_receivers: dict[str, Receiver] = {}


def receives(kind: str) -> Callable[[Receiver], Receiver]:
    """Register the function that takes what is carried home under ``kind``."""

    def register(receiver: Receiver) -> Receiver:
        if kind in _receivers:
            raise ValueError(f"{kind!r} is received twice")
        _receivers[kind] = receiver
        return receiver

    return register


def receive(session: Session, output: Output, kind: str, content: Any) -> None:
    """Hand content over to who receives its kind."""
    _receivers[kind](session, output, content)
