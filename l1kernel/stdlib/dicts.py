"""Dictionaries: keys in the order in which they were first put in."""

from __future__ import annotations

from typing import Any

from l1kernel.language.compiler.natives import Native
from l1kernel.runtime.operators import contains
from l1kernel.runtime.positions import not_a_key
from l1kernel.runtime.registry import builtin
from l1kernel.stdlib.arguments import dictionary_of


@builtin("keys", area="dictionaries", example="{a: 1, b: 2}.keys()", methods=("Dictionary",))
def keys(dictionary: Any) -> list[Any]:
    """Give the list of the keys."""
    return list(dictionary_of(dictionary, "keys"))


@builtin("values", area="dictionaries", example="{a: 1, b: 2}.values()", methods=("Dictionary",))
def values(dictionary: Any) -> list[Any]:
    """Give the list of the values."""
    return list(dictionary_of(dictionary, "values").values())


@builtin("items", area="dictionaries", example="{a: 1, b: 2}.items()", methods=("Dictionary",))
def items(dictionary: Any) -> list[list[Any]]:
    """Give a list of the entries, each a list of key and value."""
    return [[key, value] for key, value in dictionary_of(dictionary, "items").items()]


@builtin(
    "has",
    area="dictionaries",
    example='{a: 1}.has("a")',
    methods=("Dictionary", "List", "String"),
    natives=[Native("dict", "in", ("key",)), Native("str", "in", ("text",))],
)
def has(container: Any, key: Any) -> bool:
    """Whether the Dictionary has the key, or the list or text the value."""
    return contains(key, container)


@builtin(
    "get",
    area="dictionaries",
    example='{a: 1}.get("b", 0)',
    methods=("Dictionary",),
    natives=[Native("dict", "get", ("any",)), Native("dict", "get", ("any", "any"))],
)
def get(dictionary: Any, key: Any, default: Any = None) -> Any:
    """Give the value of the key, and the default (null without one) if there is none."""
    try:
        return dictionary_of(dictionary, "get").get(key, default)
    except TypeError:
        raise not_a_key(key) from None


@builtin("update", area="dictionaries", example="{a: 1}.update({b: 2})", methods=("Dictionary",))
def update(dictionary: Any, other: Any) -> dict[Any, Any]:
    """Put the entries of the other Dictionary into this one, and give it."""
    changed = dictionary_of(dictionary, "update")
    changed.update(dictionary_of(other, "update"))
    return changed


@builtin("merge", area="dictionaries", example="{a: 1}.merge({b: 2})", methods=("Dictionary",))
def merge(dictionary: Any, other: Any) -> dict[Any, Any]:
    """Give a new Dictionary with the entries of both; where both have a key, the other's value counts."""
    return {**dictionary_of(dictionary, "merge"), **dictionary_of(other, "merge")}
