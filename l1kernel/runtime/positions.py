"""Positions, keys and slice bounds: how L1 reads them, and what it says of those that are not there."""

from __future__ import annotations

from itertools import islice
from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import (
    Hint,
    L1IndexError,
    L1KeyError,
    L1TypeError,
    L1ValueError,
    Rename,
    Reshape,
    Rewrite,
    rewriting,
)
from l1kernel.runtime.printing import brief, to_text
from l1kernel.runtime.values import NO_VALUE, article, as_integer, plain, type_name

_NEARLY_WHOLE = 1e-9  # partitions computed by division must lose no row


def position_of(index: Any, word: str) -> int:
    """An index as an Integer; ``word`` is what is indexed: ``list``."""
    if type(index) is int:
        return index
    if type_name(index) == "String":
        number = rewriting("convert it first", "to_integer(x)") if index.strip().lstrip("-").isdigit() else None
        raise L1TypeError(
            f"{article(word, capital=True)} index must be an Integer, not a String",
            hint=number or "only a Dictionary or a table has names for items",
            about=index,
        )
    return as_integer(index, f"{article(word, capital=True)} index")


def out_of_range(index: int, length: int, word: str) -> L1IndexError:
    """The error of a position outside a list, text, array or table."""
    if length == 0:
        hint = f"the {word} is empty"
    elif index >= 0:
        hint = f"positions count from 0, so the last one is {length - 1}"
    else:
        hint = f"positions count back from -1 at the end to -{length} at the beginning"
    return L1IndexError(f"Index {index} is out of range for {article(word)} of length {length}", hint=hint)


def no_key(dictionary: dict[Any, Any], key: Any) -> L1KeyError:
    """The error of a key that a dictionary does not have."""
    hint: str | Hint | None = None
    about = None
    if isinstance(key, str):
        names = [known for known in dictionary if isinstance(known, str)]
        hint = did_you_mean(key, names)
        if hint is None and _is_short_number(key) and int(key) in dictionary:
            about = key
            hint = _other_key(f"the key is the Integer {key}, without quotes", f'"{key}"', key, "to_integer(x)")
    elif type_name(key) in ("Integer", "Float", "Boolean") and brief(key) in dictionary:
        about = key
        hint = _other_key(
            f'the key is the String "{brief(key)}", in quotes', brief(key), f'"{brief(key)}"', "to_string(x)"
        )
    if hint is None:
        listed = [shown(known) for known in islice(dictionary, 10)]
        more = ", ..." if len(dictionary) > len(listed) else ""
        hint = f"its keys are {', '.join(listed)}{more}" if listed else "the dictionary is empty"
    return L1KeyError(f"No key {shown(key)} in the dictionary", hint=hint, about=about)


def _is_short_number(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) < 30


def _other_key(text: str, written: str, right: str, converted: str) -> Hint:
    return Hint(text, repairs=(Rename(written, right), Rewrite(converted)))


def no_items(name: str) -> L1TypeError:
    """The error of ``[ ]`` behind a value that has no items."""
    hint: str | Hint | None = NO_VALUE if name == "Null" else None
    if name in ("Integer", "Float"):
        hint = "a number has no parts; its digits are those of to_string(number)"
    if name == "Function":
        hint = Hint("a function is called with ( )", repairs=(Reshape("x(a)"),))
    return L1TypeError(f"{article(name, capital=True)} has no items to take with [ ]", hint=hint)


def not_a_key(key: Any) -> L1TypeError:
    """The error of a List or the like as a dictionary's key."""
    return L1TypeError(
        f"{article(type_name(key), capital=True)} cannot be a dictionary key", hint="use a String or a number"
    )


def shown(key: Any) -> str:
    """A value in a message: as it reads back, cut where it is long."""
    return brief(key)


def part(start: Any, stop: Any, step: Any) -> slice:
    """A slice as one of several indices."""
    if step is not None and bound_of(step) == 0:
        raise L1ValueError("The step of a slice cannot be 0")
    return slice(bound_of(start), bound_of(stop), bound_of(step))


def bound_of(value: Any) -> int | None:
    """A slice bound as an Integer: a Float is truncated, one within 1e-9 of a whole number counts as it."""
    if value is None or type(value) is int:
        return value
    value = plain(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise L1ValueError(f"A slice bound must be a number, not {to_text(value)}")
        nearest = round(value)
        return nearest if abs(value - nearest) < _NEARLY_WHOLE else int(value)
    return as_integer(value, "A slice bound")
