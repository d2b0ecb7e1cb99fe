"""Arithmetic beyond the operators. Every function works on a number, and element by element on arrays and columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError, L1ZeroDivisionError
from l1kernel.language.compiler.natives import Native
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import builtin, constant
from l1kernel.runtime.values import article, as_integer, is_vector, plain, type_name
from l1kernel.stdlib.arguments import float_of, number_of

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP, Emax=10_000, Emin=-10_000)


@constant("pi", area="math", example="pi")
def pi() -> float:
    """The circumference of a circle of diameter 1."""
    return math.pi


@constant("e", area="math", example="e")
def e() -> float:
    """The base of the natural logarithm."""
    return math.e


@builtin("abs", area="math", example="abs(-3)", methods=("Integer", "Float", "Array", "Column"))
def abs_(number: Any) -> Any:
    """Give the number without its sign."""
    if is_vector(number):
        return _vectorised("abs", "absolute", number)
    return abs(number_of(number, "abs"))


@builtin("round", area="math", example="round(2.5)", methods=("Integer", "Float", "Array", "Column"))
def round_(number: Any, digits: Any = None) -> Any:
    """Give the nearest Integer, or with `digits` so many decimals; a half goes away from zero."""
    places = 0 if digits is None else as_integer(digits, "The digits of round")
    if is_vector(number):
        return _rounded_elements(number, places, whole=digits is None)
    number = number_of(number, "round")
    if isinstance(number, int) and places >= 0:
        return int(number)
    if isinstance(number, float) and places >= 0 and number.is_integer():
        return int(number) if digits is None else number
    if isinstance(number, float) and not math.isfinite(number):
        if digits is None:
            raise L1ValueError(f"Cannot round {number!r} to an Integer")
        return number
    if isinstance(number, float) and places > 330:
        return number
    if places < -400 or (isinstance(number, int) and number.bit_length() > 1_300):
        return _rounded_integer(int(number), -places) if isinstance(number, int) else 0.0
    exact = Decimal(repr(number) if isinstance(number, float) else number)
    try:
        rounded = exact.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    except DecimalException:
        return number
    return int(rounded) if digits is None or isinstance(number, int) else float(rounded)


def _rounded_integer(number: int, zeros: int) -> int:
    """A large Integer to a multiple of ``10 ** zeros``, a half away from zero."""
    if zeros > number.bit_length():  # 10 ** zeros is more than twice the number
        return 0
    unit: int = 10**zeros
    size = (abs(number) + unit // 2) // unit * unit
    return -size if number < 0 else size


def _rounded_elements(numbers: Any, places: int, *, whole: bool) -> Any:
    import numpy as np

    _need_numbers("round", numbers)
    if numbers.dtype.kind in "iub" and places >= 0:
        return numbers.copy()
    with np.errstate(all="ignore"):
        factor = 10.0**places
        size = np.abs(numbers) * factor
        # a decimal half such as 2.675 lies a hair below itself in binary; a number is rounded by how it prints
        rounded = np.copysign(np.floor(size + 0.5 + size * 2**-51) / factor, numbers)
    return _whole_elements(rounded) if whole else rounded


def _whole_elements(numbers: Any) -> Any:
    """A Float array of whole numbers as an Integer one, where each of them fits."""
    import numpy as np

    with np.errstate(all="ignore"):
        fits = bool(np.all(np.abs(numbers) < 2.0**63))
    return numbers.astype("int64") if fits else numbers


@builtin("floor", area="math", example="floor(2.7)", methods=("Integer", "Float", "Array", "Column"))
def floor(number: Any) -> Any:
    """Give the largest Integer that is not above the number."""
    return _to_whole("floor", math.floor, number)


@builtin("ceil", area="math", example="ceil(2.1)", methods=("Integer", "Float", "Array", "Column"))
def ceil(number: Any) -> Any:
    """Give the smallest Integer that is not below the number."""
    return _to_whole("ceil", math.ceil, number)


def _to_whole(name: str, scalar: Callable[[Any], int], number: Any) -> Any:
    if is_vector(number):
        return number.copy() if number.dtype.kind in "iub" else _whole_elements(_vectorised(name, name, number))
    number = number_of(number, name)
    if isinstance(number, float) and not math.isfinite(number):
        raise L1ValueError(f"{number!r} has no {name}: it is no finite number")
    return scalar(number)


@builtin(
    "div",
    area="math",
    example="div(7, 2)",
    methods=("Integer", "Float", "Array", "Column"),
    natives=[Native("int", "//", ("integer",))],
)
def div(dividend: Any, divisor: Any) -> Any:
    """Divide and give the whole part, rounded down."""
    if is_vector(dividend) or is_vector(divisor):
        import numpy as np

        with np.errstate(all="ignore"):
            integers = all(getattr(side, "dtype", np.dtype(type(side))).kind in "iub" for side in (dividend, divisor))
            if integers and not np.any(np.equal(divisor, 0)):
                return dividend // divisor
            return np.floor(np.true_divide(dividend, divisor))
    left, right = number_of(dividend, "div"), number_of(divisor, "div")
    if right == 0:
        raise L1ZeroDivisionError("Division by zero", hint="check that the divisor is not 0 first")
    quotient = left // right
    if isinstance(quotient, float) and not math.isfinite(quotient):
        raise L1ValueError(f"div({left!r}, {right!r}) is no finite number")
    return int(quotient)


@builtin("pow", area="math", example="pow(2, 10)", methods=("Integer", "Float", "Array", "Column"))
def pow_(base: Any, exponent: Any) -> Any:
    """Raise to a power: the same as base ** exponent."""
    from l1kernel.runtime.operators import power

    return power(base, exponent)


def _float_function(name: str, scalar: Callable[[Any], float], vector: str, number: Any, domain: str) -> Any:
    """One Float from a number, or an array from an array; ``domain`` says what the function is defined for."""
    if is_vector(number):
        return _vectorised(name, vector, number)
    number = number_of(number, name)
    try:
        return scalar(number)
    except ValueError:
        raise L1ValueError(f"{name}({_shown(number)}) is not defined", hint=f"{name} needs {domain}") from None
    except OverflowError:
        raise L1ValueError(f"{name}({_shown(number)}) is too large for a Float") from None


def _shown(number: float) -> str:
    return to_text(number) if isinstance(number, float) or abs(number) < 10**15 else "a very large number"


def _vectorised(name: str, vector: str, numbers: Any) -> Any:
    import numpy as np

    _need_numbers(name, numbers)
    with np.errstate(all="ignore"):
        return getattr(np, vector)(numbers)


def _need_numbers(name: str, vector: Any) -> None:
    if vector.dtype.kind not in "iufb":
        kind = type_name(plain(vector.tolist()[0])) if len(vector) else "text"
        raise L1TypeError(f"{name} needs numbers, but the {type_name(vector)} holds {article(kind)}")


def square_root(number: float) -> float:
    """The square root as a Float, also of an Integer beyond the range of Floats."""
    if isinstance(number, int) and number.bit_length() > 1_000:
        return float(math.isqrt(number)) if number > 0 else math.sqrt(-1.0)
    return math.sqrt(number)


_METHODS = ("Integer", "Float", "Array", "Column")
_ANY = "a finite number"
_UNIT = "a number from -1 to 1"
_POSITIVE = "a number above 0"


@builtin("sqrt", area="math", example="sqrt(16)", methods=_METHODS)
def sqrt(number: Any) -> Any:
    """Give the square root, a Float."""
    return _float_function("sqrt", square_root, "sqrt", number, "a number that is not negative")


@builtin("exp", area="math", example="exp(1)", methods=_METHODS)
def exp(number: Any) -> Any:
    """Give e to the power of the number."""
    return _float_function("exp", math.exp, "exp", number, _ANY)


@builtin("log", area="math", example="log(e)", methods=_METHODS)
def log(number: Any, base: Any = None) -> Any:
    """Give the natural logarithm, or the one to the base."""
    result = _float_function("log", math.log, "log", number, _POSITIVE)
    if base is None:
        return result
    divisor = _float_function("log", math.log, "log", base, _POSITIVE)
    if not is_vector(divisor) and divisor == 0:
        raise L1ValueError("There is no logarithm to the base 1")
    if not is_vector(result) and base in (2, 10):
        return (math.log2 if base == 2 else math.log10)(number)
    return result / divisor


@builtin("log2", area="math", example="log2(8)", methods=_METHODS)
def log2(number: Any) -> Any:
    """Give the logarithm to the base 2."""
    return _float_function("log2", math.log2, "log2", number, _POSITIVE)


@builtin("log10", area="math", example="log10(1000)", methods=_METHODS)
def log10(number: Any) -> Any:
    """Give the logarithm to the base 10."""
    return _float_function("log10", math.log10, "log10", number, _POSITIVE)


@builtin("sin", area="math", example="sin(0)", methods=_METHODS)
def sin(angle: Any) -> Any:
    """Give the sine of an angle in radians."""
    return _float_function("sin", math.sin, "sin", angle, _ANY)


@builtin("cos", area="math", example="cos(0)", methods=_METHODS)
def cos(angle: Any) -> Any:
    """Give the cosine of an angle in radians."""
    return _float_function("cos", math.cos, "cos", angle, _ANY)


@builtin("tan", area="math", example="tan(0)", methods=_METHODS)
def tan(angle: Any) -> Any:
    """Give the tangent of an angle in radians."""
    return _float_function("tan", math.tan, "tan", angle, _ANY)


@builtin("asin", area="math", example="asin(1)", methods=_METHODS)
def asin(number: Any) -> Any:
    """Give the angle in radians whose sine is the number."""
    return _float_function("asin", math.asin, "arcsin", number, _UNIT)


@builtin("acos", area="math", example="acos(1)", methods=_METHODS)
def acos(number: Any) -> Any:
    """Give the angle in radians whose cosine is the number."""
    return _float_function("acos", math.acos, "arccos", number, _UNIT)


@builtin("atan", area="math", example="atan(1)", methods=_METHODS)
def atan(number: Any) -> Any:
    """Give the angle in radians whose tangent is the number."""
    return _float_function("atan", math.atan, "arctan", number, _ANY)


@builtin("atan2", area="math", example="atan2(1, 1)")
def atan2(y: Any, x: Any) -> Any:
    """Give the angle in radians from the x-axis to the point (x, y)."""
    if is_vector(y) or is_vector(x):
        import numpy as np

        return np.arctan2(y, x)
    return math.atan2(float_of(y, "atan2"), float_of(x, "atan2"))
