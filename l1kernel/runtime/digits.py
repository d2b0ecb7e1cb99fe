"""Long Integers to decimal digits and back, in time that hardly grows faster than their length.

CPython's own conversions take time squared, refuse more than 4,300 digits in one call, and cannot be interrupted.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from l1kernel.errors import L1MemoryError

if TYPE_CHECKING:
    from decimal import Decimal

DIGITS_LIMIT = 1_000_000  # more would take over a second
LONG_BITS = 13_000  # below, CPython converts in one call
_LONG_DIGITS = 4_000


def long_decimal(number: int) -> Decimal:
    """An Integer as a Decimal, which has its digits at hand.

    Raises:
        L1MemoryError: it has more than ``DIGITS_LIMIT`` digits.
    """
    import decimal

    digits = number.bit_length() * 30_103 // 100_000
    if digits > DIGITS_LIMIT:
        raise L1MemoryError(
            f"A number of about {digits:,} digits is too long to show",
            hint="print a part of it, for instance number % 10 ** 20",
        )

    @cache
    def power_of_two(bits: int) -> Decimal:
        if bits < LONG_BITS:
            return decimal.Decimal(1 << bits)
        return power_of_two(bits >> 1) * power_of_two(bits - (bits >> 1))

    def converted(part: int, bits: int) -> Decimal:
        if bits < LONG_BITS:
            return decimal.Decimal(part)
        low = bits >> 1
        high = part >> low
        return converted(part - (high << low), low) + converted(high, bits - low) * power_of_two(low)

    exact = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    with decimal.localcontext(exact):
        return converted(number, number.bit_length())


def integer_of(digits: str) -> int:
    """The Integer that a text of decimal digits, without a sign, is.

    Raises:
        L1MemoryError: there are more than ``DIGITS_LIMIT`` of them.
    """
    if len(digits) > DIGITS_LIMIT:
        raise L1MemoryError(f"A number of {len(digits):,} digits is too long to read")

    @cache
    def power_of_ten(exponent: int) -> int:
        power: int = 5**exponent << exponent
        return power

    def converted(part: str) -> int:
        if len(part) <= _LONG_DIGITS:
            return int(part)
        low = len(part) // 2
        return converted(part[:-low]) * power_of_ten(low) + converted(part[-low:])

    return converted(digits)
