"""Points, their bounds, and the patches that carry them. No clock but one that the test moves."""

from __future__ import annotations

import json
import math
import threading
from itertools import count

import pytest

from l1kernel.errors import L1ValueError
from l1kernel.viz.dashboard import MAX_SERIES, Dashboard
from l1kernel.viz.patches import RESENT, RESENT_POINTS, WHOLE_EVERY, PatchWindow, columns, script_json


def ticking(*, kept: int = 100) -> Dashboard:
    """A dashboard whose clock goes one second on at each reading; its first point is at second 1."""
    return Dashboard(clock=count(50.0).__next__, kept=kept)


def test_points_are_taken_once_and_kept() -> None:
    dashboard = ticking()
    dashboard.append(("a", "b"), (1.0, 10.0))
    dashboard.append(("a",), (2.0,))
    assert dashboard.take() == {"a": ([1.0, 2.0], [1.0, 2.0]), "b": ([1.0], [10.0])}
    assert dashboard.take() == {}
    dashboard.append(("b",), (20.0,))
    assert dashboard.take() == {"b": ([3.0], [20.0])}
    dashboard.append(("b",), (30.0,))
    assert dashboard.points()["b"] == ([1.0, 3.0], [10.0, 20.0]), "what was not taken yet is not among them"
    assert dashboard.seconds == 4.0


def test_the_oldest_points_go_first() -> None:
    dashboard = ticking(kept=3)
    for value in range(10):
        dashboard.append(("a",), (float(value),))
        dashboard.take()
    assert dashboard.points() == {"a": ([8.0, 9.0, 10.0], [7.0, 8.0, 9.0])}
    series = dashboard.series["a"]
    assert (series.total, series.last, series.least, series.greatest) == (10, 9.0, 0.0, 9.0)


def test_a_patch_is_no_longer_than_what_is_kept() -> None:
    dashboard = ticking(kept=3)
    for value in range(10):
        dashboard.append(("a",), (float(value),))
    assert dashboard.take() == {"a": ([8.0, 9.0, 10.0], [7.0, 8.0, 9.0])}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_a_gap(value: float) -> None:
    dashboard = ticking()
    dashboard.append(("a",), (value,))
    (sent,) = columns(dashboard.take())
    assert sent == {"name": "a", "time": [1.0], "value": [None]}
    assert math.isnan(dashboard.points()["a"][1][0])


def test_names_made_up_in_a_loop_are_refused() -> None:
    dashboard = ticking()
    dashboard.append([f"s{i}" for i in range(MAX_SERIES)], [0.0] * MAX_SERIES)
    with pytest.raises(L1ValueError, match="at most 50 series") as caught:
        dashboard.append(("one more",), (0.0,))
    assert "same names" in str(caught.value.hint)
    assert len(dashboard.take()) == MAX_SERIES


def test_points_of_many_threads_all_arrive() -> None:
    dashboard = Dashboard(kept=10_000)

    def feed(name: str) -> None:
        for value in range(2_000):
            dashboard.append((name,), (float(value),))

    threads = [threading.Thread(target=feed, args=(f"thread {i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        dashboard.take()
    dashboard.take()
    for _, values in dashboard.points().values():
        assert values == [float(value) for value in range(2_000)]


def test_each_update_carries_the_last_patches_again() -> None:
    dashboard, window = ticking(), PatchWindow()
    sent = []
    for value in range(RESENT + 5):
        dashboard.append(("a",), (float(value),))
        sent.append(window.add(dashboard.take(), dashboard))
    assert [patch["sequence"] for patch in sent[0]] == [1]
    assert [patch["sequence"] for patch in sent[-1]] == list(range(6, RESENT + 6))
    assert sent[-1][-1]["series"] == [{"name": "a", "time": [15.0], "value": [14.0]}]


def test_large_patches_are_not_sent_again() -> None:
    dashboard, window = ticking(kept=10_000), PatchWindow()
    sizes = []
    for _ in range(5):
        for value in range(RESENT_POINTS + 1):
            dashboard.append(("a",), (float(value),))
        sizes.append(len(window.add(dashboard.take(), dashboard)))
    assert sizes == [1] * 5


def test_now_and_then_an_update_carries_all_points() -> None:
    dashboard, window = ticking(kept=1_000), PatchWindow()
    whole = []
    for _ in range(2 * WHOLE_EVERY):
        dashboard.append(("a",), (0.0,))
        whole += [patch for patch in window.add(dashboard.take(), dashboard) if patch["whole"]]
    assert [patch["sequence"] for patch in whole] == [WHOLE_EVERY, 2 * WHOLE_EVERY]
    assert len(whole[1]["series"][0]["time"]) == 2 * WHOLE_EVERY


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028", '"quotes" \\ 💡'])
def test_json_in_a_script_cannot_close_it(text: str) -> None:
    safe = script_json({text: text})
    assert "<" not in safe
    assert json.loads(safe) == {text: text}
