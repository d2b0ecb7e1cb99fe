"""The task functions that are there without a program defining them, by name.

They live in the standard library; a worker imports them by reference.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from l1kernel.runtime.registry import builtins

_MODULES = {
    "analyze": "l1kernel.stdlib.analysis",
    "analyze_dataset": "l1kernel.stdlib.analysis",
    "calculate_stats": "l1kernel.stdlib.analysis",
    "process_chunk": "l1kernel.stdlib.analysis",
    "train": "l1kernel.stdlib.models",
}


def task_function(name: str) -> Callable[..., Any] | None:
    """The registered task function, else the built-in of this name that needs no session, else None."""
    if name in _MODULES:
        function: Callable[..., Any] = getattr(importlib.import_module(_MODULES[name]), name)
        return function
    record = builtins().get(name)
    return record.function if record is not None and not record.needs_session else None


def task_function_names() -> list[str]:
    """The names of the registered task functions, built-ins not counted."""
    return list(_MODULES)
