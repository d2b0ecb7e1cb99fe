"""Functions of the program that a stream will call: whether they can be is said when they are given."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from l1kernel.errors import L1TypeError
from l1kernel.runtime.printing import to_text


def check_call(f: Callable[..., Any], *arguments: Any, what: str, hint: str) -> None:
    """Raise L1TypeError where a program's function cannot be called with so many arguments; ``what`` says the call."""
    try:
        signature = inspect.signature(f)
    except ValueError:  # a function of C without one
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        raise L1TypeError(f"{what}, which {to_text(f)} cannot take", hint=hint) from None
