"""Reasons of failure that are numbers, and names that are none: they begin with a digit, or have a blank or ``-``."""

from __future__ import annotations

import re

from l1kernel.errors import Edit, Fix
from l1kernel.language.hints import habits
from l1kernel.language.hints.failure import Failure, Reason, put, swap

_MOST_DIGITS = 30  # of a number that is repeated in a hint


def numbers(failure: Failure) -> Reason | None:
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.kind == "DOT" and previous is not None and previous.kind == "RANGE" and previous.end == token.start:
        hint = "a range is written 1..4 without its last number, 1..=4 with it"
        return failure.here("A range has two dots", hint, swap(token.start, token.end, ""))
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
    if previous.kind == "NUMBER" and token.kind == "NAME" and text[token.start : token.end] == "x":
        return failure.here("L1 has no 'x' between values", "write *", swap(token.start, token.end, "*"))
    if previous.kind == "NUMBER" and token.kind == "NUMBER":
        return _side_by_side(failure)
    before = failure.before(2)
    if previous.kind == "DOT" and before is not None and before.kind == "NUMBER":
        hint = f"write {failure.text(before)}.0"
        return failure.here("Expected a digit after the point", hint, put(previous.end, "0"))
    return None


def names(failure: Failure) -> Reason | None:
    """``let first name = ...``, ``let first-name = ...``: one name of two words."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    before = failure.before(2)
    if previous is None or previous.kind != "NAME" or before is None or before.kind not in ("LET", "CONST"):
        return None
    pattern = re.compile(r"(?P<first>\w+)(?P<sign> |-)(?P<second>\w+)\s*=(?!=)")
    form = pattern.match(text, previous.start)
    if token.kind not in ("NAME", "MINUS") or form is None or form["first"] in habits.STATEMENT_WORDS:
        return None
    name = f"{form['first']}_{form['second']}"
    what = "blank" if form["sign"] == " " else "'-'"
    places = _outside_strings(text, previous.start, rf"{form['first']}{form['sign']}{form['second']}")
    fix = tuple(Edit(at, at + len(name), name) for at in places)
    return failure.over(previous.start, form.end("second"), f"A name has no {what} in it", f"write {name}", fix)


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
    """A name that begins with a digit gets a ``_`` before it, wherever it stands."""
    name = re.compile(r"\w+").match(text, start)
    assert name is not None
    return tuple(Edit(at, at, "_") for at in _outside_strings(text, start, name[0]))


def _outside_strings(text: str, start: int, word: str) -> list[int]:
    """Where a word stands from an offset on, outside Strings and comments."""
    pattern = re.compile(rf'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|(?:#|//).*|(?<![\w.])(?P<word>{word})\b')
    return [match.start() for match in pattern.finditer(text, start) if match["word"]]


def percentage(text: str, sign: int) -> tuple[str, Fix] | None:
    """What to write for ``20%``, whose sign stands at the offset; None where there is no number before it."""
    number = re.search(r"[\d._]+$", text[max(0, sign - _MOST_DIGITS) : sign])
    if number is None:
        return None
    return f"{number[0]} percent of a value is {number[0]} / 100 of it", swap(sign, sign + 1, " / 100")
