"""Alerts: shown at once under the running cell, and kept."""

from __future__ import annotations

import html
import threading
import time
from typing import Any

from l1kernel.runtime.carried import Carrier, receives
from l1kernel.runtime.output import Output
from l1kernel.runtime.session import Session
from l1kernel.streams.events import Events

_COLOURS = {"INFO": "#1f6feb", "LOW": "#9a6700", "WARNING": "#bc4c00"}
_OTHER = "#cf222e"  # an alert of no known level is better too loud than unseen


class Alerts:
    """What a session's program raised so far, oldest first."""

    def __init__(self) -> None:
        self._kept: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, output: Output, alert: dict[str, Any]) -> None:
        """Keep an alert and show it at once."""
        with self._lock:
            self._kept.append(alert)
        level, message = alert["level"], alert["message"]
        text = f"⚠ {level}: {message}"
        if output.rich:
            output.display({"text/plain": text, "text/html": _html(level, message)})
        else:
            output.write(text + "\n")

    def all(self) -> Events:
        """Copies of the alerts, as a List of Dictionaries."""
        with self._lock:
            return Events(dict(alert) for alert in self._kept)


def raise_alert(session: Session, level: str, message: str, value: Any, timestamp: Any) -> None:
    """Raise an alert now; ``timestamp`` is what the program says, in seconds, null for now.

    In a task or a stage of a pipeline it travels to the kernel, and is shown and kept there.
    """
    now = time.time()
    alert = {
        "level": level,
        "message": message,
        "value": value,
        "timestamp": now if timestamp is None else timestamp,
        "time": now,
    }
    if isinstance(session.output, Carrier):
        session.output.carry("alert", alert)
    else:
        _keep(session, session.output, alert)


@receives("alert")
def _keep(session: Session, output: Output, alert: dict[str, Any]) -> None:
    session.resource(Alerts, Alerts).add(output, alert)


def _html(level: str, message: str) -> str:
    colour = _COLOURS.get(level.upper(), _OTHER)
    return (
        f'<div style="border-left: 4px solid {colour}; padding: 2px 8px; margin: 2px 0">'
        f'<b style="color: {colour}">⚠ {html.escape(level)}</b> {html.escape(message)}</div>'
    )
