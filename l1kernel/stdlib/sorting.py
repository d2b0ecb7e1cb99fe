"""A stable sort that an interrupt can stop. CPython's own runs to its end in C, seconds for ten million items."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from l1kernel.runtime.values import is_list
from l1kernel.stdlib.arguments import cannot_compare
from l1kernel.stdlib.callbacks import Calling

_RUN = 100_000  # items that CPython sorts in some 50 ms


def sorted_list(items: list[Any], key: Callable[[Any], Any] | None = None, *, reverse: bool = False) -> list[Any]:
    """The items in ascending order of ``key``, equal ones in the order they came in (also with ``reverse``).

    Raises:
        L1TypeError: two of them have no order.
    """
    if key is None:
        return _sorted(items, items, None, reverse)
    keys = []
    with Calling(key, frames=3):  # below `sort` and `sorted`
        for item in items:
            keys.append(key(item))
    return [items[at] for at in _sorted(range(len(items)), keys, keys.__getitem__, reverse)]


def _sorted(items: Any, keys: list[Any], key: Callable[[Any], Any] | None, reverse: bool) -> list[Any]:
    try:
        if len(items) <= 2 * _RUN:
            return sorted(items, key=key, reverse=reverse)
        if reverse:
            return _in_runs(items[::-1], key)[::-1]
        return _in_runs(items, key)
    except TypeError:
        raise _unordered(keys) from None


def _in_runs(items: Any, key: Callable[[Any], Any] | None) -> list[Any]:
    """Sort runs, then merge them a stretch of values at a time, so that no call into C takes long."""
    runs = [sorted(items[at : at + _RUN], key=key) for at in range(0, len(items), _RUN)]
    sample = sorted([key(item) if key else item for run in runs for item in run[:: _RUN // 100]])
    borders = sample[100 :: max(100, len(sample) * _RUN // len(items))]
    result: list[Any] = []
    begun = [0] * len(runs)
    for border in borders:
        stretch: list[Any] = []
        for at, run in enumerate(runs):
            end = bisect_left(run, border, lo=begun[at], key=key)
            stretch += run[begun[at] : end]
            begun[at] = end
        stretch.sort(key=key)
        result += stretch
    rest: list[Any] = []
    for at, run in enumerate(runs):
        rest += run[begun[at] :]
    rest.sort(key=key)
    return result + rest


def _unordered(keys: list[Any]) -> Exception:
    """The first two neighbours that have no order between them."""
    for left, right in pairwise(keys):
        try:
            _ = left < right
        except TypeError:
            if is_list(left) and is_list(right):
                unequal = next(([a, b] for a, b in zip(left, right, strict=False) if a != b), None)
                return cannot_compare(left, right) if unequal is None else _unordered(unequal)
            return cannot_compare(left, right)
    return cannot_compare(keys[0], keys[-1])
