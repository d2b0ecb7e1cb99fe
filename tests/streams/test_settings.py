"""What create_stream refuses, and how it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Cells


REFUSED = [
    ('{"bufer_size": 1}', "ValueError", 'no setting "bufer_size"', "did you mean 'buffer_size'?"),
    ("{1: 2}", "ValueError", "no setting 1", "known settings: buffer_size"),
    ("5", "TypeError", "are a Dictionary, not an Integer", "known settings"),
    ('{"buffer_size": "lots"}', "TypeError", '"buffer_size" of create_stream must be a whole number', "buffer_size:"),
    ('{"buffer_size": 0}', "ValueError", "at least 1, not 0", "buffer_size:"),
    ('{"buffer_size": 2.5}', "ValueError", "not 2.5", "buffer_size:"),
    ('{"buffer_size": true}', "TypeError", "not true", "buffer_size:"),
    ('{"window_size": "5 parsecs"}', "ValueError", 'not "5 parsecs"', "window_size:"),
    ('{"window_size": [5]}', "TypeError", "not a List", "window_size:"),
    ('{"watermark_delay": -1}', "ValueError", '"watermark_delay"', "watermark_delay:"),
    ('{"batch_size": 20, "buffer_size": 10}', "ValueError", '"batch_size" of create_stream must be at most', "larger"),
    ('{"timestamp": 5}', "TypeError", '"timestamp" of create_stream must be a String', "timestamp:"),
    ('{"on_full": "blok"}', "ValueError", '"block", "drop_oldest", "error"', "on_full:"),
    ('{"late": 1}', "TypeError", '"drop", "side"', "late:"),
    ('{"source": 5}', "TypeError", '"source" of create_stream cannot be an Integer', "available: a List"),
    ('{"source": "mqtt://host/topic"}', "StreamError", "mqtt:// sources are not in this version", "available: a List"),
    ('{"source": "file://x.csv"}', "StreamError", "file:// sources are not in this version", "available: a List"),
    ('{"source": "simulatd"}', "ValueError", 'no source "simulatd"', "did you mean 'simulated'?"),
]


@pytest.mark.parametrize(("config", "kind", "message", "hint"), REFUSED)
def test_a_wrong_setting_is_named(cells: Cells, config: str, kind: str, message: str, hint: str) -> None:
    error = cells.error(f'create_stream("s", {config})')
    assert error.type == kind
    assert message in error.message
    assert hint in (error.hint or "")


def test_a_name_must_be_a_string(cells: Cells) -> None:
    assert "must be a String" in cells.error("create_stream(3)").message


@pytest.mark.parametrize("config", ["null", "{}", '{"buffer_size": 10.0, "window_size": 3.0, "source": null}'])
def test_what_is_left_out_has_a_default(cells: Cells, config: str) -> None:
    assert cells.run(f'create_stream("s", {config}).stats().dropped') == 0
