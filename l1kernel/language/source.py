"""A piece of L1 text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from l1kernel.errors import L1Error, Location


class Span(NamedTuple):
    """From ``line:column`` up to ``end_line:end_column`` (exclusive), lines and columns from 1, in code points.

    ``start`` and ``end`` are the same places as offsets into the text, from 0.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of the other."""
        return Span(self.line, self.column, other.end_line, other.end_column, self.start, other.end)


# a span is made for each node: past the argument handling of NamedTuple's own constructor
_new_span = tuple.__new__


@dataclass(frozen=True, slots=True)
class Source:
    """A cell, a file or a line of the REPL. ``name`` is also the file name of its code object.

    ``title`` is what a reader sees: ``cell 3``, ``lesson.l1``; ``text`` has ``\\n`` line ends and no byte order mark.
    """

    text: str
    name: str
    title: str
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        object.__setattr__(self, "_starts", starts)

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its end; empty beyond the last one."""
        if not 1 <= line <= len(self._starts):
            return ""
        start = self._starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, both from 1; beyond the text its end."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """The span of the text from offset ``start`` up to ``end``."""
        starts = self._starts
        line = end_line = bisect_right(starts, start)
        if line < len(starts) and end >= starts[line]:
            end_line = bisect_right(starts, end)
        return _new_span(
            Span, (line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1, start, end)
        )

    def location(self, span: Span) -> Location:
        """Where an error at ``span`` is shown: its first line, marked up to the end of the span or of the line."""
        text = self.line_text(span.line)
        end = span.end_column if span.end_line == span.line else len(text) + 1
        return Location(self.title, span.line, span.column, text, max(1, end - span.column))


def read_source(text: str | bytes, name: str, title: str) -> Source:
    """A Source from a file's bytes (UTF-8) or any text: without byte order mark, each line end as ``\\n``.

    Raises UnicodeDecodeError where the bytes are not UTF-8.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    return Source(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), name, title)


def place(error: L1Error) -> tuple[int, int]:
    """Line and column of an error, to sort by; one without a place comes first."""
    return (error.location.line, error.location.column) if error.location else (0, 0)
