"""Alerts are shown at once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from l1kernel.runtime.output import StreamOutput

if TYPE_CHECKING:
    from conftest import Cells


def test_an_alert_is_shown_at_once_in_colour_and_as_text(cells: Cells) -> None:
    cells.run('emit_alert("High value: " + to_string(97))\nprint("after")')
    bundle, _, _ = cells.output.displays[0]
    assert bundle["text/plain"] == "⚠ ALERT: High value: 97"
    assert "High value: 97" in bundle["text/html"]
    assert "color" in bundle["text/html"]
    assert cells.output.text == "after\n"


def test_markup_in_an_alert_stays_text(cells: Cells) -> None:
    cells.run('emit_alert("<script>x</script>")')
    assert "<script>" not in cells.output.displays[0][0]["text/html"]


def test_a_script_prints_its_alerts(cells: Cells, capsys: pytest.CaptureFixture[str]) -> None:
    cells.session.output = StreamOutput()
    outcome = cells.session.run('emit_alert("wet")\nsend_alert("LOW", 5, 0)', name="x", title="x")
    assert outcome.error is None
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "⚠ ALERT: wet"
    assert lines[1].startswith("⚠ LOW: 5 at ")


def test_alerts_are_kept_in_order(cells: Cells) -> None:
    cells.run('emit_alert("first")\nsend_alert("HIGH", 104.5, 1000)')
    cells.run('send_alert("LOW", {a: 1}, null)')
    assert cells.run('[alerts()["level"][0], alerts()[1].value, alerts()[1].timestamp, len(alerts())]') == [
        "ALERT", 104.5, 1000, 3,
    ]  # fmt: skip
    cells.run("alerts()[0].level = 5\nalerts().append(1)")
    assert cells.run("[alerts()[0].level, len(alerts())]") == ["ALERT", 3]


@pytest.mark.parametrize("timestamp", ["1e300", '"noon"', "true", "-1e15"])
def test_any_timestamp_is_shown(cells: Cells, timestamp: str) -> None:
    cells.run(f'send_alert("HIGH", 1, {timestamp})')
    assert cells.output.displays[0][0]["text/plain"].startswith("⚠ HIGH: 1 at ")


def test_a_level_is_a_string(cells: Cells) -> None:
    assert cells.error("send_alert(1, 2, 3)").message == "The level of send_alert must be a String, not an Integer"
