"""How values read: text, HTML, and the limits of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import l1kernel.stdlib  # noqa: F401
from l1kernel.errors import L1KeyError, L1MemoryError
from l1kernel.runtime.display import bundle
from l1kernel.runtime.printing import integer_text, to_repr, to_text
from l1kernel.runtime.values import Range, type_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (["quoted", 'with "quotes"\n\t\\'], '["quoted", "with \\"quotes\\"\\n\\t\\\\"]'),
        (["é🚀"], '["é🚀"]'),
        ([True, False, None, 1, 1.0, 1e20, 0.1], "[true, false, null, 1, 1.0, 1e+20, 0.1]"),
        ({"a": {"b": []}, 1: "x", None: 2.5}, '{"a": {"b": []}, 1: "x", null: 2.5}'),
        (Range(range(1, 4)), "1..4"),
        (Range(range(4), closed=True), "0..=3"),
        (Range(range(0, 10, 2)), "range(0, 10, 2)"),
        (L1KeyError('No key "x"'), 'KeyError: No key "x"'),
        (float("nan"), "nan"),
        (-(10**50), "-1" + "0" * 50),
        (np.int64(5), "5"),
        ([np.float64(0.5), np.bool_(True), np.str_("s")], '[0.5, true, "s"]'),
        (np.zeros(3), "[0, 0, 0]"),
        (np.array([-0.0, 2.0]), "[0, 2]"),
        (np.array([0.5, 1.0]), "[0.5, 1.0]"),
        (np.array([1.0, np.nan]), "[1.0, nan]"),
        (np.array([1.0, np.inf]), "[1.0, inf]"),
        (np.array([0.1], dtype="float32"), "[0.1]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2],\n [3, 4]]"),
        ([np.array([[1, 2], [3, 4]])], "[[[1, 2], [3, 4]]]"),
        (np.zeros((2, 1, 2)), "[[[0, 0]],\n [[0, 0]]]"),
        (np.array([]), "[]"),
        (np.array([True]), "[true]"),
        (np.array(["a"], dtype=object), '["a"]'),
        (pd.Series([1, 2]), "[1, 2]"),
        (pd.Series(["a", None]), '["a", null]'),
        (pd.Series([1.5, None]), "[1.5, nan]"),
        (pd.Series(pd.to_datetime(["2026-01-02", None])), "[2026-01-02 00:00:00, null]"),
        (pd.DataFrame(), "(0 rows, 0 columns)"),
    ],
)
def test_print_form(value: Any, text: str) -> None:
    assert to_text(value) == text


def test_a_long_array_shows_both_ends() -> None:
    assert to_text(np.arange(1000)).count(",") == 999
    shown = to_text(np.arange(100_000))
    assert shown.startswith("[0, 1, 2")
    assert "499, ..., 99500" in shown
    assert shown.endswith("99999]")


@pytest.mark.parametrize("shape", [(5000, 2), (2, 5000), (300, 300), (40, 40, 40)])
def test_an_array_of_any_shape_prints_about_a_thousand_items_at_most(shape: tuple[int, ...]) -> None:
    assert to_text(np.zeros(shape)).count("0") <= 1000


def test_lists_that_hold_themselves_or_are_very_deep_print() -> None:
    loop: list[Any] = [1]
    loop.append({"me": loop})
    assert to_text(loop) == '[1, {"me": [...]}]'
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    assert to_text(deep) == "[" * 20_001 + "]" * 20_001


def test_what_would_print_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("l1kernel.runtime.printing.TEXT_LIMIT", 1_000_000)
    doubled: list[Any] = [1, 1]
    for _ in range(60):
        doubled = [doubled, doubled]
    with pytest.raises(L1MemoryError, match="too large to print"):
        to_text(doubled)


def test_integers_of_any_length_print() -> None:
    assert integer_text(10**100_000) == "1" + "0" * 100_000
    assert integer_text(-(10**5_000) - 7) == "-1" + "0" * 4_999 + "7"
    with pytest.raises(L1MemoryError, match="digits is too long to show"):
        integer_text(1 << 10_000_000)


def test_a_table_is_text_and_escaped_html() -> None:
    frame = pd.DataFrame({"<b>": ["<script>", None], "n": [1, 2], "x": [1 / 3, np.nan], "ok": [True, False]})
    shown = bundle(frame)
    assert shown is not None
    assert shown["text/plain"].splitlines() == [
        "   <b>       n         x  ok",
        "0  <script>  1  0.333333  true",
        "1  null      2       nan  false",
        "(2 rows, 4 columns)",
    ]
    assert "&lt;script&gt;" in shown["text/html"]
    assert "<script>" not in shown["text/html"]
    assert "<th>0</th>" in shown["text/html"]


def test_a_large_table_shows_its_ends_and_its_size() -> None:
    lines = to_text(pd.DataFrame({"n": range(10_001)})).splitlines()
    assert len(lines) == 23
    assert lines[1].split() == ["0", "0"]
    assert lines[-2].split() == ["10000", "10000"]
    assert lines[-1] == "(10001 rows, 1 column)"
    wide = to_text(pd.DataFrame(np.zeros((1, 500)))).splitlines()
    assert "..." in wide[0]
    assert len(wide[0]) < 200


@pytest.mark.parametrize(("value", "shown"), [(None, None), ("text", "text"), ([1], "[1]"), (5, "5")])
def test_a_result_shows_as_print_does_and_null_shows_nothing(value: Any, shown: str | None) -> None:
    assert bundle(value) == (None if shown is None else {"text/plain": shown})


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (pd.Timestamp("2026-01-01"), "DateTime"),
        (pd.NaT, "Null"),
        (pd.NA, "Null"),
        (pd.Timedelta("1s"), "Duration"),
        (np.float32(1), "Float"),
        (len, "Function"),
        (object(), "Object"),
    ],
)
def test_type_names_of_what_libraries_give(value: Any, name: str) -> None:
    assert type_name(value) == name
    assert "object at" not in to_repr(value)
