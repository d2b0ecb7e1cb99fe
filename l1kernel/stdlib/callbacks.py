"""Built-ins that call a function of the program: their own Python frames are no calls of the program.

CPython ends a recursion by counting frames. While a built-in calls back, the count may go higher by as many as it
adds, so that ``f`` can call itself through ``map`` as deep as it can directly. It must call from Python code, never
from a C iterator such as ``map``: through C frames CPython 3.12 ends a recursion long before L1's limit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

_MOST = 60_000  # frames; a recursion of nothing but functions without a name ends there


class Calling:
    """``with Calling(function):`` the block calls the function, ``frames`` Python frames below the built-in's caller.

    A function without a name is taken for a part of the built-in's call, as in ``map(xs, x => f(x))``.
    """

    __slots__ = ("_frames",)

    def __init__(self, function: Callable[..., Any], frames: int = 1) -> None:
        self._frames = frames + (getattr(function, "__name__", "") == "function")

    def __enter__(self) -> None:
        limit = sys.getrecursionlimit()
        if limit + self._frames > _MOST:
            self._frames = 0
        sys.setrecursionlimit(limit + self._frames)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        sys.setrecursionlimit(sys.getrecursionlimit() - self._frames)
