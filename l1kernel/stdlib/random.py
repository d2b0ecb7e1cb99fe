"""Random numbers. Each session has a generator of its own: `seed(n)` makes its later numbers repeat."""

from __future__ import annotations

from random import Random
from typing import Any

from l1kernel.errors import L1ValueError
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import as_integer


@builtin("random", area="random", example="random() < 1")
def random(session: Session) -> float:
    """Give a random Float from 0 up to but without 1."""
    return session.resource(Random, Random).random()


@builtin("random_int", area="random", example="random_int(1, 6) <= 6")
def random_int(session: Session, low: Any, high: Any) -> int:
    """Give a random Integer from `low` to `high`, both included."""
    first, last = as_integer(low, "The low end of random_int"), as_integer(high, "The high end of random_int")
    if first > last:
        raise L1ValueError(f"random_int has nothing to choose from {first} to {last}", hint="the smaller number first")
    return session.resource(Random, Random).randint(first, last)


@builtin("seed", area="random", example="seed(42)")
def seed(session: Session, number: Any) -> None:
    """Start the random numbers at a fixed place, so that the same ones come again."""
    session.resource(Random, Random).seed(as_integer(number, "The seed"))
