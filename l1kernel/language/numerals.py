"""Reasons of failure that are numbers, and names that begin like one."""

from __future__ import annotations

import re

from l1kernel.errors import Edit, Fix
from l1kernel.language.failure import Failure, Reason, put, swap


def numbers(failure: Failure) -> Reason | None:
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.kind == "DOT" and text[token.end : token.end + 1].isdigit() and failure.takes("NUMBER"):
        digits = re.compile(r"\.[\d_]+").match(text, token.start)
        hint = f"write 0{digits[0] if digits else ''}"
        return failure.here("A number begins with a digit", hint, put(token.start, "0"))
    behind = text[token.end : token.end + 1]
    if token.kind == "NUMBER" and (behind.isalpha() or behind == "_"):
        fix = _renamed(text, token.start)
        return failure.here("A name cannot begin with a digit", "begin it with a letter or _", fix)
    if previous is None or (previous.kind != "NUMBER" and previous.kind != "DOT"):
        return None
    if previous.kind == "NUMBER" and previous.end == token.start:
        return _touching(failure)
    if previous.kind == "NUMBER" and token.kind == "NUMBER":
        return _side_by_side(failure)
    before = failure.before(2)
    if previous.kind == "DOT" and before is not None and before.kind == "NUMBER":
        hint = f"write {failure.text(before)}.0"
        return failure.here("Expected a digit after the point", hint, put(previous.end, "0"))
    return None


def _touching(failure: Failure) -> Reason | None:
    """``12abc``, ``1__0``."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    follower = failure.text(token)
    if previous is None or not (follower[:1].isalnum() or follower[:1] == "_"):
        return None
    both = text[previous.start : token.end]
    prefixed = both[0] == "0" and both[1:2] in tuple("xXbBoO")
    if prefixed or follower[:1] == "_" or token.kind == "NUMBER":
        plain = re.sub(r"_+", "_", both).rstrip("_")
        fix = swap(previous.start, token.end, plain) if re.fullmatch(r"\d+(?:_\d+)*", plain) else None
        return failure.over(
            previous.start, token.end, f"'{both}' is no number", "its digits have single _ between them", fix
        )
    number, name = failure.text(previous), follower
    message, hint = f"A name cannot begin with a digit: '{both}'", f"to multiply, write {number} * {name}"
    return failure.over(previous.start, token.end, message, hint, put(previous.end, " * "))


def _side_by_side(failure: Failure) -> Reason:
    token, previous = failure.token, failure.previous
    assert previous is not None
    one, other = failure.text(previous), failure.text(token)
    hint, fix = f"the digits of one number stand together: {one}_{other}", swap(previous.end, token.start, "_")
    if failure.innermost is not None and failure.innermost.is_bracket:
        hint, fix = f"put a comma between them: {one}, {other}", put(previous.end, ",")
    return failure.here("Two numbers side by side", hint, fix)


def _renamed(text: str, start: int) -> Fix:
    """A name that begins with a digit gets a ``_`` before it, wherever it stands outside Strings."""
    name = re.compile(r"\w+").match(text, start)
    assert name is not None
    pattern = re.compile(rf'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|(?:#|//).*|(?<![\w.])(?P<name>{name[0]})\b')
    places = [match.start() for match in pattern.finditer(text, start) if match["name"]]
    return tuple(Edit(at, at, "_") for at in places)
