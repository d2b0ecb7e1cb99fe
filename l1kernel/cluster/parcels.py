"""How functions, arguments and results travel between kernel and workers: pickled once, by us.

An L1 function goes as its source and captured values and is compiled where it arrives; everything else is pickled as
usual. Pickling at the call gives a task the values of that moment, whatever the program does to them later.
"""

from __future__ import annotations

import io
import pickle
import threading
from typing import Any

from l1kernel.errors import L1Error, L1TypeError
from l1kernel.runtime.functions import is_l1_function, revive_value, travel_value
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import type_name

_arriving = threading.local()


def pack(value: Any, *, what: str) -> bytes:
    """The value's parcel. L1TypeError, naming ``what``, where a value inside cannot travel."""
    buffer = io.BytesIO()
    try:
        _Packer(buffer, protocol=5).dump(travel_value(value))
    except L1Error:
        raise
    except RecursionError:
        raise L1TypeError(f"{what} is nested too deep to travel between kernel and workers") from None
    except Exception as error:
        raise L1TypeError(
            f"{what} cannot travel between kernel and workers: it holds {_culprit(value)}",
            hint="send numbers, Strings, Lists, Dictionaries, arrays or tables",
        ) from error
    return buffer.getvalue()


def unpack(parcel: bytes, session: Session) -> Any:
    """The value of a parcel; its L1 functions come alive in ``session``."""
    outer = getattr(_arriving, "session", None)
    _arriving.session = session
    try:
        return revive_value(pickle.loads(parcel), session)
    finally:
        _arriving.session = outer


class _Packer(pickle.Pickler):
    """Takes along the L1 functions that ``travel_value`` does not look for: those inside objects of the library."""

    def reducer_override(self, value: Any) -> Any:
        if is_l1_function(value):
            return _arrive, (travel_value(value),)
        return NotImplemented


def _arrive(travelling: Any) -> Any:
    return revive_value(travelling, _arriving.session)


def _culprit(value: Any) -> str:
    """The L1 type of the first value inside that does not pickle by itself."""
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple):
        inner = list(value)
    else:
        return f"a value of type {type_name(value)}"
    for item in inner:
        try:
            _Packer(io.BytesIO(), protocol=5).dump(travel_value(item))
        except Exception:
            return _culprit(item)
    return f"a value of type {type_name(value)}"
