"""Built-ins that call a function of the program: their own Python frames are no calls of the program.

CPython ends a recursion by counting frames. While a built-in calls back, the count may go higher by as many as it
adds, so that ``f`` can call itself through ``map`` as deep as it can directly. It must call from Python code, never
from a C iterator such as ``map``: through C frames CPython 3.12 ends a recursion long before L1's limit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import get_ident
from types import TracebackType
from typing import Any

from l1kernel.runtime.session import RECURSION_LIMIT

_MOST = 60_000 - RECURSION_LIMIT  # frames; a recursion of nothing but functions without a name ends there
_added: dict[int, int] = {}
"""By thread, the frames of built-ins that are under way. CPython has one limit for all threads, so it is set from the
whole table: read and changed step by step it would drift.
"""


class Calling:
    """``with Calling(function):`` the block calls the function, ``frames`` Python frames below the built-in's caller.

    A function without a name is taken for a part of the built-in's call, as in ``map(xs, x => f(x))``.
    """

    __slots__ = ("_before", "_frames")

    def __init__(self, function: Callable[..., Any], frames: int = 1) -> None:
        self._frames = frames + (getattr(function, "__name__", "") == "function")

    def __enter__(self) -> None:
        thread = get_ident()
        self._before = _added.get(thread, 0)
        frames = min(self._before + self._frames, _MOST)
        sys.setrecursionlimit(RECURSION_LIMIT + max([frames, *_added.values()]))
        _added[thread] = frames  # last: an interrupt before it leaves nothing behind

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before:
            _added[get_ident()] = self._before
        else:
            _added.pop(get_ident(), None)
        sys.setrecursionlimit(RECURSION_LIMIT + max(_added.values(), default=0))
