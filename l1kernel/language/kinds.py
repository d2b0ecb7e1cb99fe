"""What can be known of a value before a program runs, so that Python's own operator may stand in for a helper.

Everything here is about names whose every assignment is in sight: variables of a function, and globals that only
this cell assigns. A wrong "no" costs a helper call, so whatever is not plain is a no.
"""

from __future__ import annotations

from enum import Flag

from l1kernel.language import nodes
from l1kernel.language.resolve import Resolution, Scope

_SMALL = 10_000


class Known(Flag):
    NOTHING = 0
    SMALL = 1  # a number that a program of any length cannot make huge: a literal, a loop counter
    NUMBER = 2
    LIST = 4
    DICTIONARY = 8


class Kinds:
    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution
        self.written = resolution.writes

    def is_float(self, node: nodes.Expression) -> bool:
        """Whether it is a Float literal."""
        return isinstance(node, nodes.Constant) and type(node.value) is float

    def is_small(self, node: nodes.Expression, scope: Scope) -> bool:
        """Whether a product with it stays a reasonable size: a small number, but no whole Float, which may count."""
        if isinstance(node, nodes.Constant):
            value = node.value
            return (type(value) is float and not value.is_integer()) or (type(value) is int and abs(value) <= _SMALL)
        return False

    def is_number(self, node: nodes.Expression, scope: Scope) -> bool:
        return isinstance(node, nodes.Constant) and type(node.value) in (int, float)

    def is_container(self, node: nodes.Expression, scope: Scope) -> bool:
        """Whether ``in`` means on it what it means in Python: a list."""
        return isinstance(node, nodes.ListLiteral)

    def is_native_item(self, node: nodes.Index, scope: Scope) -> bool:
        """Whether ``target[index]`` is a list at an Integer, or a dictionary at a key."""
        return False
