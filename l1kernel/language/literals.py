"""What the text of a number or a string means."""

from __future__ import annotations

import re

MAX_DIGITS = 100_000
_CHUNK = 4000  # below the length at which Python refuses to read an integer

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|([\s\S]))")


class BadLiteral(ValueError):
    """``offset`` and ``length`` mark the wrong part within the literal's text."""

    def __init__(self, message: str, hint: str, offset: int, length: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.length = length


def number(text: str) -> int | float:
    """The value of a number as the grammar's NUMBER has it."""
    digits = text.replace("_", "")
    if digits.isdigit():
        return int(digits) if len(digits) <= _CHUNK else _long_integer(digits)
    prefix = digits[:2].lower()
    if prefix in ("0x", "0b", "0o"):
        return int(digits, 0)
    return float(digits)


def _long_integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        message = f"A number of {len(digits)} digits is too long to be written out"
        raise BadLiteral(message, "compute it: 10 ** 1000", 0, len(digits))
    value = 0
    for at in range(0, len(digits), _CHUNK):
        chunk = digits[at : at + _CHUNK]
        value = value * 10 ** len(chunk) + int(chunk)
    return value


def string(text: str) -> str:
    """The value of a string with its quotes."""
    return unescape(text[1:-1], 1) if "\\" in text else text[1:-1]


def fstring_text(text: str) -> str:
    """The value of the text between the braces of an f-string: ``{{`` is one brace."""
    if "{" not in text and "}" not in text:
        return unescape(text, 0) if "\\" in text else text
    pieces = re.split(r"(\\u\{[^}]*\}|\\[\s\S]|\{\{|\}\})", text)
    offset, values = 0, []
    for piece in pieces:
        values.append(piece[0] if piece in ("{{", "}}") else unescape(piece, offset))
        offset += len(piece)
    return "".join(values)


def unescape(text: str, offset: int) -> str:
    """A text with its escapes replaced; ``offset`` is where it stands in the literal."""

    def value(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        at = offset + match.start()
        if code is not None:
            point = int(code, 16)
            if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
                raise BadLiteral(
                    f"'{match[0]}' is no character", "a code is at most 10FFFF, without D800 to DFFF", at, len(match[0])
                )
            return chr(point)
        if match[4] in ("x", "u"):
            shape = (
                "two hexadecimal digits: \\x41" if match[4] == "x" else "braces round hexadecimal digits: \\u{1F600}"
            )
            raise BadLiteral(f"'\\{match[4]}' is not a whole escape", f"it takes {shape}", at, 2)
        if match[4] not in _ESCAPES:
            raise BadLiteral(
                f"Unknown escape '{match[0]}' in a string", "for a backslash in a string write two: \\\\", at, 2
            )
        return _ESCAPES[match[4]]

    return _ESCAPE.sub(value, text)
