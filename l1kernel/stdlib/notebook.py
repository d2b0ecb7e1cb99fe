"""What a reader chooses for a notebook."""

from __future__ import annotations

from typing import Any

from l1kernel.errors import L1TypeError
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name


@builtin("stale_notes", area="notebook", example="stale_notes(false)")
def stale_notes(session: Session, shown: Any = True) -> None:
    """Choose whether a notebook notes which cells ran with an older value: stale_notes(false) ends these notes."""
    if type_name(shown) != "Boolean":
        raise L1TypeError(
            f"stale_notes takes true or false, not {article(type_name(shown))}",
            hint="stale_notes(false) ends the notes",
        )
    session.dataflow.noted = bool(shown)
