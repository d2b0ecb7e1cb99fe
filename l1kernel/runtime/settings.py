"""Configurations that an L1 program passes: one declared table each, checked in one place.

A room declares ``SETTINGS = (Setting("buffer_size", integer(1), 10_000, "..."), ...)`` and calls ``read_settings``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from l1kernel.diagnostics import setting_meant
from l1kernel.errors import L1Error, L1TypeError, L1ValueError
from l1kernel.runtime.values import article, type_name

_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d)\s*")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting may be: ``wanted`` says it in words, ``read`` gives the checked value.

    ``read`` raises TypeError for a value of the wrong type and ValueError for an impossible one.
    """

    wanted: str
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a configuration. ``unit`` is that of the value as read (``"s"`` for durations), empty for none."""

    name: str
    kind: Kind
    default: Any
    sentence: str
    unit: str = ""


def read_settings(table: Iterable[Setting], given: Any, *, of: str) -> dict[str, Any]:
    """The settings in ``given``, checked, with defaults for the rest; null stands for the default.

    ``of`` names what is configured (``"create_stream"``) in the errors: L1TypeError for something that is no
    dictionary or a value of the wrong type, L1ValueError for an unknown key or an impossible value.
    """
    settings = {setting.name: setting for setting in table}
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        raise L1TypeError(
            f"The settings of {of} are a Dictionary, not {article(type_name(given))}",
            hint=f"known settings: {', '.join(settings)}",
        )
    unknown = next((key for key in given if key not in settings), None)
    if unknown is not None:
        raise L1ValueError(
            f"{of} has no setting {_shown(unknown)}",
            hint=setting_meant(str(unknown), settings) or f"known settings: {', '.join(settings)}",
        )
    return {
        name: setting.default if given.get(name) is None else read_setting(setting, given[name], of=of)
        for name, setting in settings.items()
    }


def read_setting(setting: Setting, value: Any, *, of: str) -> Any:
    """One checked value; the errors name the key and say what it may be."""
    try:
        return setting.kind.read(value)
    except L1Error:
        raise
    except TypeError:
        error: type[L1Error] = L1TypeError
    except ValueError:
        error = L1ValueError
    raise error(
        f'"{setting.name}" of {of} must be {setting.kind.wanted}, not {_shown(value)}',
        hint=f"{setting.name}: {setting.sentence}",
    )


def seconds(value: Any) -> float:
    """A duration, as ``"5s"``, ``"250ms"``, ``"2m"``, ``"1h"``, ``"1d"`` or a number of seconds, in seconds.

    Raises TypeError or ValueError, see ``Kind``.
    """
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if match is None:
            raise ValueError(value)
        return float(_number(float(match[1]) * _SECONDS[match[2]]))
    return float(_number(value, minimum=0))


def duration(*, positive: bool = False) -> Kind:
    """Seconds, read by ``seconds``; with ``positive``, more than 0."""

    def read(value: Any) -> float:
        result = seconds(value)
        if positive and result <= 0:
            raise ValueError(value)
        return result

    more = " above 0" if positive else ""
    return Kind(f'a duration{more} such as "5s", "250ms" or "2m", or a number of seconds', read)


def integer(minimum: int | None = None, maximum: int | None = None) -> Kind:
    """An Integer, or a whole Float, within the bounds."""

    def read(value: Any) -> int:
        return int(_number(value, minimum, maximum, whole=True))

    return Kind("a whole number" + _bounds(minimum, maximum), read)


def number(minimum: float | None = None, maximum: float | None = None) -> Kind:
    """A finite number within the bounds."""
    return Kind("a number" + _bounds(minimum, maximum), lambda value: float(_number(value, minimum, maximum)))


def one_of(*choices: str) -> Kind:
    """One of a few words."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(value)
        if value not in choices:
            raise ValueError(value)
        return value

    return Kind("one of " + ", ".join(f'"{choice}"' for choice in choices), read)


def _typed(wanted: str, kind: type) -> Kind:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(value)
        return value

    return Kind(wanted, read)


TEXT = _typed("a String", str)
FLAG = _typed("true or false", bool)


def _number(value: Any, minimum: float | None = None, maximum: float | None = None, *, whole: bool = False) -> Any:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(value)
    exact: Any = int(value) if isinstance(value, Integral) else float(value)
    if not -sys.float_info.max <= exact <= sys.float_info.max or (whole and exact != int(exact)):
        raise ValueError(value)
    if (minimum is not None and exact < minimum) or (maximum is not None and exact > maximum):
        raise ValueError(value)
    return exact


def _bounds(minimum: float | None, maximum: float | None) -> str:
    if minimum is None:
        return "" if maximum is None else f" of at most {maximum}"
    return f" of at least {minimum}" if maximum is None else f" from {minimum} to {maximum}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:40]}..."'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral | float):
        return str(value)
    return article(type_name(value))
