"""Completion and help, for every front end; all of it read from the grammar, the registry and the session."""

from __future__ import annotations

import inspect as host
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1NameError
from l1kernel.language.compiler.emit import python_name
from l1kernel.language.grammar import keywords
from l1kernel.runtime.attributes import members
from l1kernel.runtime.output import Bundle
from l1kernel.runtime.printing import brief, parameter_text, to_text
from l1kernel.runtime.registry import Builtin, builtin_of, builtins, object_type
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name

_PREVIEW = 200  # characters of a value that help shows


@dataclass(frozen=True, slots=True)
class Completion:
    """``matches`` may stand for the text from ``start`` up to ``end``, offsets in code points."""

    matches: list[str]
    start: int
    end: int


def complete(session: Session, text: str, cursor: int) -> Completion:
    """What the word before the cursor may become: a member behind a dot, a setting's key, else a name or keyword."""
    start = _word_start(text, cursor)
    word = text[start:cursor]
    place = _place(text[:start])
    keys = _setting_keys(text[:start], place)
    if place.quoted == "comment" or (place.quoted == "text" and not keys):
        return Completion([], cursor, cursor)
    if text[:start].endswith(".") and place.quoted is None:
        candidates = _members_before(session, text, start - 1)
    else:
        names = [*sorted(session.namespace.names()), *sorted(builtins()), *sorted(keywords())]
        candidates = keys if place.quoted else [*keys, *names]
    return Completion(_fitting(word, candidates), start, cursor)


def _fitting(word: str, candidates: Iterable[str]) -> list[str]:
    """Those that begin with the word; where none does, those that do but for capitals. The host's names never."""
    known = [name for name in dict.fromkeys(candidates) if not name.startswith("_") or word.startswith("_")]
    exact = [name for name in known if name.startswith(word)]
    return exact or [name for name in known if name.casefold().startswith(word.casefold())]


def _word_start(text: str, cursor: int) -> int:
    start = cursor
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cursor is. ``quoted`` is ``text`` or ``comment`` in a string or comment that opens at ``since``;
    ``brackets`` are the offsets of the open ones, from the outside in."""

    quoted: str | None
    since: int
    brackets: tuple[int, ...]


def _place(before: str) -> _Place:
    at, end = 0, len(before)
    brackets: list[int] = []
    while at < end:
        character, since = before[at], at
        closing = None
        if character in "\"'":
            closing = character
        elif character == "#" or before.startswith("//", at):
            closing = "\n"
        elif before.startswith("/*", at):
            closing = "*/"
        elif character in "([{":
            brackets.append(at)
        elif character in ")]}" and brackets:
            brackets.pop()
        at += 2 if closing == "*/" else 1
        if closing is None:
            continue
        while not before.startswith(closing, at):
            if at >= end:
                return _Place("text" if closing in "\"'" else "comment", since, tuple(brackets))
            at += 2 if before[at] == "\\" and closing in "\"'" else 1
        at += len(closing)
    return _Place(None, end, tuple(brackets))


def _setting_keys(before: str, place: _Place) -> list[str]:
    """The settings of a built-in, where the cursor is at a key of the Dictionary in its call."""
    if len(place.brackets) < 2 or before[place.brackets[-1]] != "{" or before[place.brackets[-2]] != "(":
        return []
    if not before[: place.since].rstrip().endswith(("{", ",")):
        return []
    call = place.brackets[-2]
    record = builtins().get(before[_word_start(before, call) : call])
    return [setting.name for setting in record.settings] if record is not None else []


def _members_before(session: Session, text: str, dot: int) -> list[str]:
    """The members of what stands before a dot; where that is not known, every method there is."""
    found, value = _value_before(session, text, dot)
    if found:
        return members(value)
    return sorted({name for name, record in builtins().items() if record.methods})


def _value_before(session: Session, text: str, dot: int) -> tuple[bool, Any]:
    """What stands before a dot, or a value like it, where that is known without running anything."""
    if text[:dot].rstrip().endswith(('"', "'")):
        return True, ""
    if text[:dot].rstrip().endswith("]"):
        return True, []
    path, at = [], dot
    while True:
        start = _word_start(text, at)
        path.append(text[start:at])
        if start == 0 or text[start - 1] != ".":
            break
        at = start - 1
    return _lookup(session, path[::-1])


def _lookup(session: Session, path: list[str]) -> tuple[bool, Any]:
    """The value of ``name.key.key``, through Dictionaries only: reading a field of an object may start work."""
    variable = python_name(path[0])
    if variable not in session.globals:
        return False, None
    value = session.globals[variable]
    for name in path[1:]:
        if not isinstance(value, dict) or name not in value:
            return False, None
        value = value[name]
    return True, value


def inspect(session: Session, text: str, cursor: int) -> Bundle | None:
    """Help for the name at the cursor, else for the function whose call the cursor is in; None where there is none."""
    for start, end in _names_around(text, cursor):
        name, member = text[start:end], text[:start].endswith(".")
        try:
            shown = _member_help(session, text, start, name) if member else help_text(session, name)
        except L1NameError:
            continue
        if shown is not None:
            return {"text/plain": shown}
    return None


def _names_around(text: str, cursor: int) -> Iterable[tuple[int, int]]:
    """The name that the cursor touches, then those of the calls around it, from the inside out."""
    end = cursor
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    start = _word_start(text, end)
    if start < end and not text[start].isdigit():
        yield start, end
    depth = 0
    for at in range(cursor - 1, -1, -1):
        if text[at] == ")":
            depth += 1
        elif text[at] == "(":
            if depth == 0 and (begin := _word_start(text, at)) < at:
                yield begin, at
            depth = max(0, depth - 1)


def _member_help(session: Session, text: str, start: int, name: str) -> str | None:
    found, value = _value_before(session, text, start - 1)
    declared = object_type(type(value)) if found else None
    if declared is not None:
        return _method_help(declared.name, getattr(type(value), name)) if name in declared.methods else None
    known = _members_before(session, text, start - 1)
    record = builtins().get(name)
    return builtin_help(record) if record is not None and record.methods and name in known else None


def _method_help(owner: str, method: Callable[..., Any]) -> str:
    """How a method of an object is called and what it does."""
    _, *parameters = host.signature(method).parameters.values()
    lines = [f"{method.__name__}({', '.join(map(parameter_text, parameters))})"]
    lines += [f"  {line}".rstrip() for line in (host.getdoc(method) or "").replace("``", "`").splitlines()]
    return "\n".join([*lines, f"  a method of {owner}"])


def help_text(session: Session, name: str | None, value: Any = None) -> str:
    """What ``help(name)`` prints; without a name, all built-ins by area.

    Raises:
        L1NameError: nothing has this name.
    """
    if name is None:
        return _overview()
    name = name.strip().rpartition(".")[2]
    if python_name(name) in session.globals:
        return _value_help(name, session.globals[python_name(name)])
    record = builtins().get(name)
    if record is not None:
        return builtin_help(record)
    if name in keywords():
        return f"{name} is a keyword of L1"
    if value is not None and not isinstance(value, str):
        return _value_help(name, value)
    known = [*session.namespace.names(), *builtins(), *keywords()]
    raise L1NameError(f"There is no help for {brief(name)}", hint=did_you_mean(name, known))


def builtin_help(record: Builtin) -> str:
    """How a built-in is called, what it does, and an example."""
    call = ", ".join(parameter_text(parameter) for parameter in record.signature.parameters.values())
    lines = [record.name if record.constant else f"{record.name}({call})"]
    lines += [f"  {line}".rstrip() for line in record.doc.splitlines()]
    lines += [f"  {setting.name}: {setting.sentence}" for setting in record.settings]
    if record.example and record.example != record.name:
        lines.append(f"  example: {record.example}")
    if record.methods:
        lines.append(f"  also a method of {', '.join(record.methods)}")
    if record.aliases:
        lines.append(f"  also called {', '.join(record.aliases)}")
    return "\n".join(lines)


def _value_help(name: str, value: Any) -> str:
    if type_name(value) == "Function":
        record = builtin_of(value)
        info = getattr(value, "__dict__", {}).get("l1")
        if record is not None:
            return builtin_help(record)
        return to_text(value) if info is None else f"{info.signature}\n\n{info.text}"
    if value is None:
        return f"{name} is null"
    shown = f"\n{to_text(value)}" if type_name(value) == "DataFrame" else f" {brief(value, _PREVIEW)}"
    lines = [f"{name} is {article(type_name(value))}:{shown}"]
    declared = object_type(type(value))
    if declared is not None:
        lines.append(f"  fields: {', '.join(sorted(declared.fields))}")
        lines.append(f"  methods: {', '.join(sorted(declared.methods))}")
    return "\n".join(lines)


def _overview() -> str:
    areas: dict[str, list[str]] = {}
    for name, record in builtins().items():
        areas.setdefault(record.area, []).append(name)
    width = max(map(len, areas))
    lines = [f"{area.ljust(width)}  {' '.join(sorted(names))}" for area, names in sorted(areas.items())]
    return "\n".join([*lines, "help(name) says what one of them does"])
