"""Output, input, conversions and questions about a value."""

from __future__ import annotations

import math
import re
from typing import Any

from l1kernel.errors import (
    ExitRequest,
    Hint,
    L1AssertionError,
    L1RuntimeError,
    L1TypeError,
    L1ValueError,
    Rename,
    Rewrite,
)
from l1kernel.language.compiler.natives import Native
from l1kernel.runtime.digits import integer_of
from l1kernel.runtime.introspect import help_text
from l1kernel.runtime.printing import brief, to_text
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import NO_VALUE, Range, article, as_integer, plain, type_name
from l1kernel.runtime.values import is_null as _is_null
from l1kernel.stdlib.arguments import text_of, truth_of

_INTEGER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9](?:_?[0-9])*)", re.ASCII)
_DIGITS = "[0-9](?:_?[0-9])*"
_FLOAT = re.compile(
    rf"[+-]?(?:(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?[0-9]+)?|inf|nan)", re.ASCII | re.IGNORECASE
)


@builtin("print", area="core", example='print("x is", 3)')
def print_(session: Session, *values: Any, sep: Any = " ", end: Any = "\n") -> None:
    """Print the values, joined with one space, and end the line; `sep=` and `end=` change that."""
    session.output.write(_line(values, sep, end, "print"))


@builtin("println", area="core", example='println("a line")')
def println(session: Session, *values: Any, sep: Any = " ", end: Any = "\n") -> None:
    """Print the values, joined with one space, and end the line: the same as print."""
    session.output.write(_line(values, sep, end, "println"))


@builtin("eprint", area="core", example='eprint("careful")')
def eprint(session: Session, *values: Any, sep: Any = " ", end: Any = "\n") -> None:
    """Print the values to the error output instead of the standard one."""
    session.output.write_error(_line(values, sep, end, "eprint"))


def _line(values: tuple[Any, ...], sep: Any, end: Any, of: str) -> str:
    between = " " if sep is None else text_of(sep, f"sep= of {of}")
    last = "\n" if end is None else text_of(end, f"end= of {of}")
    if len(values) == 1:
        return to_text(values[0]) + last
    return between.join([to_text(value) for value in values]) + last


@builtin("input", area="core")
def input_(session: Session, prompt: Any = "") -> str:
    """Ask the user for a line of text and give it as a String."""
    try:
        return session.read_line(to_text(prompt))
    except EOFError:
        raise L1RuntimeError("There is no more input to read", hint="give the value in the program") from None


@builtin("read_number", area="core")
def read_number(session: Session, prompt: Any = "") -> int | float:
    """Ask the user for a number; anything else they type is a ValueError."""
    text = input_(session, prompt)
    number = _parsed(text)
    if number is None:
        raise L1ValueError(f"Expected a number, but {brief(text)} was typed", hint="type digits, like 12 or 3.5")
    return number


@builtin(
    "to_string",
    area="core",
    example="to_string(12)",
    methods=("Integer", "Float", "Boolean", "String", "List", "Dictionary", "Array"),
)
def to_string(value: Any) -> str:
    """Give the value as text, as print shows it."""
    return to_text(value)


@builtin("to_number", area="core", example='to_number("3.5")', methods=("String",))
def to_number(value: Any) -> int | float:
    """Read a text as an Integer or a Float; a number stays as it is."""
    simple = plain(value)
    if isinstance(simple, str):
        number = _parsed(simple)
        if number is None:
            raise L1ValueError(f"Cannot read {brief(simple)} as a number", hint=_number_hint(simple))
        return number
    if isinstance(simple, (int, float)):
        return simple if not isinstance(simple, bool) else int(simple)
    raise _cannot_convert(value, "a number")


@builtin("to_integer", area="core", example='to_integer("12")', methods=("String", "Float"))
def to_integer(value: Any) -> int:
    """Read a text as an Integer; of a Float, drop what stands behind the point."""
    simple = plain(value)
    if isinstance(simple, str):
        number = _parsed(simple)
        if number is None or (isinstance(number, float) and not number.is_integer()):
            hint = (
                Hint("to_integer(to_float(x)) drops what stands behind the point", repairs=(Rewrite("to_float(x)"),))
                if number and math.isfinite(number)
                else _number_hint(simple)
            )
            raise L1ValueError(f"Cannot read {brief(simple)} as an Integer", hint=hint, about=value)
        return int(number)
    if isinstance(simple, (int, float)):
        if isinstance(simple, float) and not math.isfinite(simple):
            raise L1ValueError(f"{simple!r} is no whole number")
        return int(simple)
    raise _cannot_convert(value, "an Integer")


@builtin("to_float", area="core", example='to_float("3")', methods=("String", "Integer"))
def to_float(value: Any) -> float:
    """Read a text or a number as a Float."""
    simple = plain(value)
    number = _parsed(simple) if isinstance(simple, str) else simple
    if isinstance(simple, str) and number is None:
        raise L1ValueError(f"Cannot read {brief(simple)} as a Float", hint=_number_hint(simple))
    if not isinstance(number, (int, float)):
        raise _cannot_convert(value, "a Float")
    try:
        return float(number)
    except OverflowError:
        raise L1ValueError("The number is too large for a Float", hint="the largest is about 1.8e308") from None


@builtin("to_boolean", area="core", example='to_boolean("true")', methods=("String",))
def to_boolean(value: Any) -> bool:
    """Give true or false: the texts "true" and "false" as they read, anything else by its truth."""
    simple = plain(value)
    if isinstance(simple, str) and simple.strip().lower() in ("true", "false"):
        return simple.strip().lower() == "true"
    return truth_of(simple)


def _parsed(text: str) -> int | float | None:
    """The number that a text is, with blanks around it allowed; None where it is none."""
    text = text.strip()
    if _INTEGER.fullmatch(text):
        return _whole(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return None


def _whole(text: str) -> int:
    if text.lstrip("+-")[:2].lower() in ("0x", "0b"):
        return int(text, 0)
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    return sign * integer_of(digits)


def _number_hint(text: str) -> str | Hint:
    if re.fullmatch(r"\s*[+-]?[0-9]+,[0-9]+\s*", text):
        right = text.strip().replace(",", ".")
        return Hint(f'write the decimal point as ".": {right}', repairs=(Rename(text, right),))
    return 'only digits, a sign and a decimal point make a number, like "12" or "-3.5"'


def _cannot_convert(value: Any, to: str) -> L1TypeError:
    hint = NO_VALUE if value is None else None
    return L1TypeError(f"Cannot make {to} of {article(type_name(value))}", hint=hint)


@builtin("type_of", area="core", example="type_of([1, 2])")
def type_of(value: Any) -> str:
    """Give the name of the value's type, like "Integer" or "List"."""
    return type_name(value)


@builtin(
    "len",
    area="core",
    example='len("word")',
    methods=("String", "List", "Dictionary", "Range", "Array"),
    natives=[Native("list", "len"), Native("str", "len"), Native("dict", "len")],
)
def len_(value: Any) -> int:
    """Count the characters of a String, the items of a List, the entries of a Dictionary or the rows of a table."""
    if isinstance(value, Range):
        return value.length
    if hasattr(type(value), "__len__"):
        return len(value)
    name = type_name(value)
    digits = Hint("to count its digits: len(to_string(x))", repairs=(Rewrite("to_string(x)"),))
    hint = digits if name in ("Integer", "Float") else NO_VALUE if value is None else None
    raise L1TypeError(f"{article(name, capital=True)} has no length", hint=hint, about=value)


@builtin("range", area="core", example="range(0, 10, 2)")
def range_(*bounds: Any) -> Range:
    """Count: range(5) is 0 to 4, range(2, 5) is 2 to 4, range(0, 10, 2) goes in steps of 2."""
    if not 1 <= len(bounds) <= 3:
        raise L1TypeError(
            f"range takes 1 to 3 arguments, not {len(bounds)}", hint="range(end), range(start, end, step)"
        )
    names = ("end",) if len(bounds) == 1 else ("start", "end", "step")
    numbers = [as_integer(bound, f"The {name} of range") for name, bound in zip(names, bounds, strict=False)]
    if len(numbers) == 3 and numbers[2] == 0:
        raise L1ValueError("The step of range cannot be 0", hint="1 counts up, -1 counts down")
    return Range(range(*numbers))


@builtin("is_null", area="core", example="is_null(null)")
def is_null(value: Any) -> bool:
    """Whether the value is null."""
    return _is_null(value)


@builtin("is_number", area="core", example="is_number(3.5)")
def is_number(value: Any) -> bool:
    """Whether the value is an Integer or a Float."""
    return type_name(value) in ("Integer", "Float")


@builtin("is_string", area="core", example='is_string("a")')
def is_string(value: Any) -> bool:
    """Whether the value is a String."""
    return isinstance(value, str)


@builtin("is_list", area="core", example="is_list([1])")
def is_list(value: Any) -> bool:
    """Whether the value is a List."""
    return isinstance(value, (list, tuple))


@builtin("assert", area="core", example='assert(1 + 1 == 2, "sums work")', takes_expressions=True)
def assert_(condition: Any, message: Any = None, *, expressions: tuple[str, ...] = ()) -> None:
    """Do nothing if the condition holds, else fail with an AssertionError and the message."""
    if truth_of(condition):
        return
    if message is None:
        message = f"Assertion failed: {expressions[0]}" if expressions else "Assertion failed"
    raise L1AssertionError(to_text(message))


@builtin("exit", area="core")
def exit_(status: Any = 0) -> None:
    """End a script with this status; in a notebook, end the cell."""
    number = as_integer(status, "The status of exit")
    if not 0 <= number <= 255:
        raise L1ValueError(f"The status of exit is 0 to 255, not {brief(number)}", hint="0 says that all went well")
    raise ExitRequest(number)


@builtin("help", area="core", example='help("len")', takes_expressions=True)
def help_(session: Session, *names: Any, expressions: tuple[str, ...] = ()) -> None:
    """Print what a built-in does, with an example; without a name, print the names of all of them."""
    if len(names) > 1:
        raise L1TypeError(f"help takes one name, not {len(names)}", hint="help(len)")
    name = names[0] if names and isinstance(names[0], str) else (expressions[0] if expressions else None)
    session.output.write(help_text(session, name, names[0] if names else None) + "\n")
