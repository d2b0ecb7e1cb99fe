"""The text forms of a task: its specification string and its options, checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from l1kernel.cluster.placement import ANYWHERE
from l1kernel.diagnostics import did_you_mean, setting_meant
from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.runtime.settings import FLAG, Kind, Setting, duration, integer, read_settings

FIELDS = ("id", "type", "name", "args", "node", "priority", "timeout")
TYPES = ("function", "script", "data", "model")
FORM = f'write a task as "{":".join(FIELDS)}", as "task-1:function:analyze:[]:auto:5:60"'
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
DEFAULT_PRIORITY = 5


def _callable_or_name(value: Any) -> Any:
    if not isinstance(value, str) and not callable(value):
        raise TypeError(value)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def _amounts(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    for name, amount in value.items():
        if not isinstance(name, str) or isinstance(amount, bool) or not isinstance(amount, int | float):
            raise TypeError(value)
        if not 0 < amount < float("inf"):
            raise ValueError(value)
    return {name: float(amount) for name, amount in value.items()}


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if not value.strip():
        raise ValueError(value)
    return value


def _task_id(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if not ID.fullmatch(value):
        raise ValueError(value)
    return value


OPTIONS = (
    Setting("function", Kind("a function or its name", _callable_or_name), None, "what the job runs"),
    Setting("args", Kind("a List", _list), None, "the function's arguments"),
    Setting("id", Kind("a word of letters, digits, '-', '_' and '.'", _task_id), None, "the task's name"),
    Setting("max_retries", integer(0), None, "how often it is tried again after the first attempt"),
    Setting("timeout", duration(positive=True), None, "how long one attempt may run", "s"),
    Setting("fallback_node", Kind("a node's name", _word), None, "where it is tried once more when all else failed"),
    Setting("priority", integer(1, 10), DEFAULT_PRIORITY, "1 to 10, higher goes first"),
    Setting("node", Kind("a node's name, a tag, or auto", _word), ANYWHERE, "a node's name, a tag, or auto"),
    Setting(
        "resources",
        Kind('a Dictionary of amounts above 0, as {"MEMORY": 512}', _amounts),
        None,
        "what it needs of its node",
    ),
    Setting("checkpoint", FLAG, False, "whether its result is saved; this version saves none"),
)
OPTION_NAMES = frozenset(option.name for option in OPTIONS)


@dataclass(frozen=True, slots=True)
class Spec:
    """The fields of a specification string, checked."""

    id: str
    type: str
    name: str
    args: tuple[Any, ...]
    node: str
    priority: int
    timeout: float


def read_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every option with its value or default. The errors name the option."""
    return read_settings(OPTIONS, given, of="cluster_submit_task")


def split_options(args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Mapping[str, Any] | None]:
    """Take a last Dictionary off the arguments where it is options.

    It is if every key is an option's name; L1ValueError where only some are.
    """
    if not args or not isinstance(args[-1], Mapping) or not args[-1]:
        return args, None
    known = [key for key in args[-1] if key in OPTION_NAMES]
    if not known:
        return args, None
    unknown = next((key for key in args[-1] if key not in OPTION_NAMES), None)
    if unknown is not None:
        names = ", ".join(option.name for option in OPTIONS)
        near = setting_meant(str(unknown), OPTION_NAMES)
        raise L1ValueError(
            f"cluster_submit_task has no option '{unknown}'",
            hint=near or f"options: {names}; to pass a Dictionary as an argument, put it into the option args",
        )
    return args[:-1], args[-1]


def parse_spec(text: str) -> Spec:
    """A specification string. L1ValueError or L1TypeError name the field that is wrong."""
    head = text.split(":", 3)
    if len(head) < 4:
        raise _missing(text, FIELDS[len(head)])
    id, type, name, rest = head
    if not ID.fullmatch(id):
        raise _bad("id", id, "letters, digits, '-', '_' and '.'")
    if type not in TYPES:
        raise L1ValueError(
            f"Task field type cannot be '{type}'", hint=did_you_mean(type, TYPES) or f"types: {', '.join(TYPES)}"
        )
    if not name or name != name.strip():
        raise _bad("name", name, "the name of a function, or of a file for a script")
    args, tail = _read_args(text, rest)
    fields = tail.split(":")
    if len(fields) < 3:
        raise _missing(text, FIELDS[4 + len(fields)])
    if len(fields) > 3:
        raise L1ValueError(f"Task '{text}' has something after its timeout: '{':'.join(fields[3:])}'", hint=FORM)
    node, priority, timeout = fields
    if not node or node != node.strip():
        raise _bad("node", node, "a node's name, a tag, or auto")
    if not re.fullmatch(r"[0-9]{1,2}", priority) or not 1 <= int(priority) <= 10:
        raise _bad("priority", priority, "a whole number from 1 to 10, higher goes first")
    if not _NUMBER.fullmatch(timeout) or float(timeout) <= 0:
        raise _bad("timeout", timeout, "a number of seconds above 0")
    return Spec(id, type, name, tuple(args), node, int(priority), float(timeout))


def _read_args(text: str, rest: str) -> tuple[list[Any], str]:
    """The JSON list that ``rest`` starts with, and what follows its colon."""
    try:
        args, end = json.JSONDecoder(parse_constant=_no_constant).raw_decode(rest)
    except (ValueError, RecursionError):
        shown = rest if len(rest) <= 60 else f"{rest[:60]}..."
        raise _bad("args", shown, 'a JSON list, as [] or [1, "a"]') from None
    if not isinstance(args, list):
        raise L1TypeError("Task field args must be a JSON list", hint='write [] for none, [1, "a"] for two')
    if not rest[end:].startswith(":"):
        if rest[end:]:
            raise _bad("args", rest[: end + 20], 'a JSON list, as [] or [1, "a"], followed by ":"')
        raise _missing(text, "node")
    return args, rest[end + 1 :]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _missing(text: str, field: str) -> L1ValueError:
    return L1ValueError(f"Task '{text}' has no field {field}", hint=FORM)


def _bad(field: str, value: str, made_of: str) -> L1ValueError:
    return L1ValueError(f"Task field {field} cannot be '{value}'", hint=f"{field} is {made_of}")
