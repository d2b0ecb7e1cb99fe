"""The L1 face of streams."""

from __future__ import annotations

import math
from datetime import datetime
from numbers import Real
from typing import Any

from l1kernel.errors import L1TypeError
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name
from l1kernel.streams.alerts import Alerts, raise_alert
from l1kernel.streams.events import Events
from l1kernel.streams.settings import SETTINGS, parse_settings
from l1kernel.streams.source_stream import SourceStream
from l1kernel.streams.stream import Stream


@builtin(
    "create_stream",
    area="streams",
    example='create_stream("sensors", {"source": [1, 2, 3]}).next()',
    settings=SETTINGS,
)
def create_stream(session: Session, name: str, config: dict[str, Any] | None = None) -> Stream:
    """Make a stream of events that are pushed to it, or come from a source.

    The settings: buffer_size, window_size ("5s" or a count), watermark_delay, source (a List, a function, or
    "simulated"), batch_size, timestamp (the field with an event's time, in seconds), on_full ("block", "drop_oldest"
    or "error"), late ("drop" or "side"), and batches and seed of a simulated source.
    """
    return SourceStream(session, _text("create_stream", "name", name), parse_settings(config))


@builtin("emit_alert", area="streams", example='emit_alert("High value detected: 97")')
def emit_alert(session: Session, message: Any) -> None:
    """Show an alert at once and keep it in alerts()."""
    raise_alert(session, "ALERT", to_text(message), None, None)


@builtin("send_alert", area="streams", example='send_alert("HIGH", 104, time())')
def send_alert(session: Session, level: str, value: Any, timestamp: float | None = None) -> None:
    """Show an alert of a level such as "HIGH" or "LOW" at once and keep it in alerts(); the time is in seconds."""
    level = _text("send_alert", "level", level)
    message = to_text(value)
    if timestamp is not None:
        message += f" at {_clock_text(timestamp)}"
    raise_alert(session, level, message, value, timestamp)


@builtin("alerts", area="streams", example="alerts()")
def alerts(session: Session) -> Events:
    """The alerts so far, oldest first: Dictionaries with level, message, value, timestamp and time."""
    return session.resource(Alerts, Alerts).all()


def _text(function: str, parameter: str, value: Any) -> str:
    if not isinstance(value, str):
        raise L1TypeError(f"The {parameter} of {function} must be a String, not {article(type_name(value))}")
    return value


def _clock_text(timestamp: Any) -> str:
    """A time in seconds as local time of day; whatever else a program keeps its times in, as it prints."""
    if isinstance(timestamp, Real) and not isinstance(timestamp, bool) and math.isfinite(timestamp):
        try:
            return datetime.fromtimestamp(float(timestamp)).strftime("%H:%M:%S")
        except (OverflowError, ValueError, OSError):
            pass
    return to_text(timestamp)
