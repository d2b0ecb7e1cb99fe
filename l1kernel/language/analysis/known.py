"""Facts about a value that hold before a program runs, and what operators make of them.

A set of facts is an int, a bit for each fact; what holds of either of two values is ``a & b``. Facts only get
fewer where less is known, so that ``flow`` can begin with all of them and take away.

The size of an Integer is known in degrees: degree 1 is what literals and counters reach, sums keep the degree,
products add the degrees. A variable that is multiplied into itself climbs beyond every degree, so a product of known
degree never runs away and needs no look at its size.
"""

from __future__ import annotations

NOTHING = 0
NUMBER = 1  # an Integer or a Float
INTEGER = 2
FLOAT = 4
LIST = 8
DICTIONARY = 16
STRING = 32

DEGREES = 16  # a degree is at most 64 bits
_BASE = 6
_ALL_DEGREES = ((1 << DEGREES) - 1) << _BASE
_NUMERIC = NUMBER | INTEGER | FLOAT | _ALL_DEGREES
ALL = NUMBER | INTEGER | FLOAT | LIST | DICTIONARY | STRING | _ALL_DEGREES


def of_degree(degree: int) -> int:
    """The fact that an Integer has at most this degree, which holds for every higher one as well."""
    return (_ALL_DEGREES << (degree - 1)) & _ALL_DEGREES


COUNTER = NUMBER | INTEGER | _ALL_DEGREES
REAL = NUMBER | FLOAT | _ALL_DEGREES
ROUNDED = NUMBER | INTEGER | of_degree(DEGREES)
"""An Integer made of a Float: of 1,024 bits at most."""


def degree(facts: int) -> int:
    """The least degree known; beyond ``DEGREES`` where none is."""
    bits = (facts & _ALL_DEGREES) >> _BASE
    return (bits & -bits).bit_length() if bits else DEGREES + 1


def of_constant(value: object) -> int:
    """The facts of a literal."""
    if type(value) is int:
        return NUMBER | INTEGER | of_degree(value.bit_length() // 64 + 1)
    if type(value) is float:
        return REAL
    return STRING if type(value) is str else NOTHING


def of_sign(operand: int) -> int:
    """The facts of ``-x`` and ``+x``."""
    return operand & _NUMERIC


def of_operation(operator: str, left: int, right: int) -> int:
    """The facts of ``left operator right``."""
    both = left & right
    made = NOTHING
    if both & NUMBER:
        made = NUMBER | ((left | right) & FLOAT)
        if operator in ("+", "-"):
            made |= both & (INTEGER | _ALL_DEGREES)
        elif operator == "*":
            made |= (both & INTEGER) | of_degree(degree(left) + degree(right))
        elif operator == "%":
            made |= (both & INTEGER) | (right & _ALL_DEGREES)
        elif operator == "/":
            made |= left & _ALL_DEGREES
    if operator == "+":
        made |= both & (LIST | STRING)
    elif operator == "*":
        made |= ((left if right & INTEGER else 0) | (right if left & INTEGER else 0)) & (LIST | STRING)
    return made


def is_plain_product(left: int, right: int) -> bool:
    """Whether ``left * right`` is of numbers and needs no look at its size."""
    if not left & right & NUMBER:
        return False
    return bool((left | right) & FLOAT) or degree(left) + degree(right) <= DEGREES
