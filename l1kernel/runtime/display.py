"""A cell's result as a MIME bundle, the form in which every front end takes it."""

from __future__ import annotations

from typing import Any

from l1kernel.runtime.output import Bundle
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.values import is_frame


def bundle(value: Any) -> Bundle | None:
    """What a cell shows for its last expression: text always, HTML where the value has a richer form; null nothing."""
    if value is None:
        return None
    own = getattr(type(value), "l1_bundle", None)
    if own is not None:
        return {"text/plain": to_text(value), **own(value)}
    if is_frame(value):
        from l1kernel.runtime.frames import frame_html

        return {"text/plain": to_text(value), "text/html": frame_html(value)}
    return {"text/plain": to_text(value)}
