"""One table for every benchmark: what was measured, beside what, and whether the goal is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Two medians of the same run, in ``unit``; ``goal`` is the largest ratio ours / reference that is good."""

    name: str
    ours: float
    reference: float
    goal: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal


def report(title: str, rows: Iterable[Row]) -> bool:
    """Print the table; whether every goal is met."""
    rows = list(rows)
    width = max(len(row.name) for row in rows)
    print(title)
    print(f"  {'':{width}}  {'ours':>12}  {'reference':>12}  {'ratio':>6}  goal")
    for row in rows:
        ours, reference = f"{row.ours:.2f} {row.unit}", f"{row.reference:.2f} {row.unit}"
        verdict = "met" if row.met else "MISSED"
        print(f"  {row.name:{width}}  {ours:>12}  {reference:>12}  {row.ratio:6.2f}  <= {row.goal:.2f} {verdict}")
    print(flush=True)
    return all(row.met for row in rows)
