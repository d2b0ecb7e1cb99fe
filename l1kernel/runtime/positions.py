"""Positions, keys and slice bounds: how L1 reads them, and what it says of those that are not there."""

from __future__ import annotations

from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import Hint, L1IndexError, L1KeyError, L1TypeError, L1ValueError, Rename, Rewrite, rewriting
from l1kernel.runtime.printing import to_repr, to_text
from l1kernel.runtime.values import article, as_integer, plain, type_name

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
    hint = None
    if length and index == length:
        hint = f"positions count from 0, so the last one is {length - 1}"
    return L1IndexError(f"Index {index} is out of range for {article(word)} of length {length}", hint=hint)


def no_key(dictionary: dict[Any, Any], key: Any) -> L1KeyError:
    """The error of a key that a dictionary does not have."""
    hint: Hint | None = None
    about = None
    if isinstance(key, str):
        names = [known for known in dictionary if isinstance(known, str)]
        hint = did_you_mean(key, names)
        if hint is None and key.isdigit() and int(key) in dictionary:
            about = key
            hint = _other_key(f"the key is the Integer {key}, without quotes", f'"{key}"', key, "to_integer(x)")
    elif str(key) in dictionary:
        about = key
        hint = _other_key(f'the key is the String "{key}", in quotes', str(key), f'"{key}"', "to_string(x)")
    return L1KeyError(f"No key {shown(key)} in the dictionary", hint=hint, about=about)


def _other_key(text: str, written: str, right: str, converted: str) -> Hint:
    return Hint(text, repairs=(Rename(written, right), Rewrite(converted)))


def no_items(name: str) -> L1TypeError:
    """The error of ``[ ]`` behind a value that has no items."""
    hint = "a function without return gives null" if name == "Null" else None
    return L1TypeError(f"{article(name, capital=True)} has no items to take with [ ]", hint=hint)


def not_a_key(key: Any) -> L1TypeError:
    """The error of a List or the like as a dictionary's key."""
    return L1TypeError(
        f"{article(type_name(key), capital=True)} cannot be a dictionary key", hint="use a String or a number"
    )


def shown(key: Any) -> str:
    """A value in a message: as it reads back, cut where it is long."""
    text = to_repr(key)
    return text if len(text) <= 60 else text[:57] + "..."


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
