"""What built-ins ask of their arguments, and how they say no. ``of`` is the built-in's name in every message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from l1kernel.errors import Hint, L1TypeError, L1ValueError, rewriting
from l1kernel.runtime.limits import refuse_large
from l1kernel.runtime.operators import iterate
from l1kernel.runtime.values import NO_VALUE, Range, article, is_list, plain, type_name


def _null_hint(value: Any) -> str | None:
    return NO_VALUE if value is None else None


def items_of(value: Any, of: str) -> Iterable[Any]:
    """The elements of anything that can be gone through: a Dictionary gives its keys, a table its rows."""
    if isinstance(value, (list, tuple, str)):
        return value
    if isinstance(value, dict):
        return list(value)  # a function that is called meanwhile may change it
    if isinstance(value, Range):
        refuse_large(value.length, "items")
        return value
    name = type_name(value)
    if name not in ("Array", "Column", "DataFrame") and not hasattr(type(value), "__iter__"):
        hint = rewriting("to count up to it", "0..x") if name == "Integer" else _null_hint(value)
        raise L1TypeError(f"{of} needs a List, not {article(name)}", hint=hint, about=value)
    return iterate(value)


def list_of(value: Any, of: str) -> list[Any]:
    """The List that a built-in changes in place."""
    if isinstance(value, list):
        return value
    name = type_name(value)
    hints: dict[str, str | Hint] = {
        "String": "a String does not change; build a new one: x + more",
        "Array": "an Array keeps its size; build a new one: concatenate([a, b])",
        "Range": rewriting("make it a List first", "map(x, i => i)"),
    }
    raise L1TypeError(f"{of} needs a List, not {article(name)}", hint=hints.get(name) or _null_hint(value), about=value)


def text_of(value: Any, of: str) -> str:
    if isinstance(value, str):
        return value
    name = type_name(value)
    simple = name in ("Integer", "Float", "Boolean")
    hint = rewriting("convert it first", "to_string(x)") if simple else _null_hint(value)
    raise L1TypeError(f"{of} needs a String, not {article(name)}", hint=hint, about=value)


def dictionary_of(value: Any, of: str) -> dict[Any, Any]:
    if isinstance(value, dict):
        return value
    hint = "a List has positions: 0..len(x)" if is_list(value) else _null_hint(value)
    raise L1TypeError(f"{of} needs a Dictionary, not {article(type_name(value))}", hint=hint, about=value)


def function_of(value: Any, of: str) -> Callable[..., Any]:
    if type_name(value) == "Function":
        return value  # type: ignore[no-any-return]
    raise L1TypeError(f"{of} needs a Function, not {article(type_name(value))}", hint="for instance x => x * 2")


def number_of(value: Any, of: str) -> int | float:
    """An Integer or Float as Python's own; a Boolean counts as 0 or 1."""
    simple = plain(value)
    if isinstance(simple, (int, float)):
        return simple
    name = type_name(value)
    hint: str | Hint | None = _null_hint(value)
    if name == "String":
        hint = rewriting("convert it first", "to_number(x)")
    elif is_list(value):
        hint = f"for each element: map(x, {of}), or make it an array: array(x)"
    raise L1TypeError(f"{of} needs a number, not {article(name)}", hint=hint, about=value)


def truth_of(value: Any) -> bool:
    """Whether a value counts as true: null, false, 0 and what is empty do not."""
    try:
        return bool(value)
    except ValueError:
        raise L1TypeError(
            f"{article(type_name(value), capital=True)} of several elements is neither true nor false",
            hint="ask any(x) or all(x)",
            about=value,
        ) from None


def float_of(value: Any, of: str) -> float:
    """A number as a Float.

    Raises:
        L1ValueError: it is too large for one.
    """
    try:
        return float(number_of(value, of))
    except OverflowError:
        raise L1ValueError(f"The number is too large for {of}", hint="the largest Float is about 1.8e308") from None


def frame_of(value: Any, of: str) -> Any:
    if type_name(value) == "DataFrame":
        return value
    raise L1TypeError(
        f"{of} needs a DataFrame, not {article(type_name(value))}", hint="make one with table({...}) or read_csv(...)"
    )


def cannot_compare(left: Any, right: Any) -> L1TypeError:
    """The error for ``<`` between values that have no order."""
    names = type_name(left), type_name(right)
    hint = "say what to compare by: key = x => x[0]" if names[0] == names[1] else "make them of one type first"
    return L1TypeError(f"Cannot compare {names[0]} and {names[1]}", hint=hint)
