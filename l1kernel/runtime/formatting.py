"""Format specifications (``.2f``, ``>10``, ``,``) for f-strings and ``format``: Python's, over L1 values."""

from __future__ import annotations

import re
from typing import Any

from l1kernel.errors import L1ValueError
from l1kernel.runtime.digits import LONG_BITS, long_decimal
from l1kernel.runtime.limits import refuse_large
from l1kernel.runtime.printing import brief, to_text
from l1kernel.runtime.values import plain, type_name

_NUMBERS = re.compile(r"\d{4,}")


def formatted(value: Any, spec: str) -> str:
    """``value`` as text under a format specification; without one as ``print`` shows it.

    Raises:
        L1ValueError: the specification is none, or not one for this type.
        L1MemoryError: its width would take all memory.
    """
    if not spec:
        return to_text(value)
    for number in _NUMBERS.findall(spec):
        refuse_large(int(number[:30]), "characters", size=4)
    simple = plain(value)
    if type(simple) is bool and spec[-1:] not in "bdoxXeEfFgGn%":
        simple = to_text(simple)
    if not isinstance(simple, (int, float, str)):
        own = type_name(simple) == "DateTime" and "%" in spec
        simple = simple if own else to_text(simple)
    if type(simple) is int and simple.bit_length() >= LONG_BITS and not spec.removesuffix("d")[-1:].isalpha():
        simple, spec = long_decimal(simple), spec.removesuffix("d")
    try:
        return format(simple, spec)
    except (ValueError, OverflowError):
        raise L1ValueError(
            f'The format "{spec}" does not fit {_described(value)}',
            hint='for instance "{x:.2f}" for a number with two decimals, "{s:>10}" for a text set to the right',
        ) from None


def _described(value: Any) -> str:
    return f"the {type_name(value)} {value[:40] if isinstance(value, str) else brief(plain(value), 40)}"
