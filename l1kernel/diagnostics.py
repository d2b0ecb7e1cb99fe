"""The one place where an error becomes text: source line, caret, hint, call stack; as text, ANSI or HTML.

Here too is the one spelling help: ``nearest`` and ``did_you_mean``.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from l1kernel.errors import Frame, Hint, L1Error, Location, Rename

_MESSAGE_LENGTH = 2_000  # characters; more of a message or a hint is not shown
_MOST_CALLS = 10_000  # where a recursion ends differs by a few calls from Python to Python
_ENOUGH = 4  # letters that a word and its beginning have in common
_NAME_LENGTH, _NAMES = 100, 2_000  # spelling help is for names, and looks at so many: its cost grows with both
_LINE_WIDTH = 160  # a longer source line is cut to a window around the caret
_ANSI = {"type": "1;31", "place": "36", "caret": "1;31", "hint": "32", "plain": ""}


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``name`` was probably meant to be, None where none is close."""
    if len(name) > _NAME_LENGTH:
        return None
    known = [other for other in islice(candidates, _NAMES) if other != name and len(other) <= _NAME_LENGTH]
    folded = name.casefold()
    for candidate in known:
        if candidate.casefold() == folded:
            return candidate
    swapped = [candidate for candidate in known if len(name) > 2 and _swaps(name, candidate)]
    if swapped:
        return swapped[0]
    cutoff = 0.75 if len(name) <= 4 else 0.7
    close = difflib.get_close_matches(name, known, n=3, cutoff=cutoff)
    if not close:
        bare = folded.replace("_", "")
        same = [other for other in known if other.casefold().replace("_", "") == bare]
        return next(iter(same or _shortened(folded, known) or _same_words(folded, known)), None)
    same_start = [candidate for candidate in close if candidate[:1] == name[:1]]
    return next(iter(same_start or difflib.get_close_matches(name, close, n=1, cutoff=0.8)), None)


def _shortened(name: str, known: list[str]) -> list[str]:
    """The one that is the beginning of the name, or begins with it: ``temp`` and ``temperature``."""
    found = [
        other
        for other in known
        if min(len(name), len(other)) >= _ENOUGH
        and (name.startswith(other.casefold()) or other.casefold().startswith(name))
        and "_" not in name[len(other) :] + other[len(name) :]
    ]
    return found if len(found) == 1 else []


def _same_words(name: str, known: list[str]) -> list[str]:
    """The one with the same words in another order, or with one more before them: ``add_node``."""
    words = sorted(name.split("_"))
    if len(words) < 2:
        return []
    found = [other for other in known if sorted(other.casefold().split("_")) == words]
    found = found or [other for other in known if other.casefold().endswith(f"_{name}")]
    return found if len(found) == 1 else []


def _swaps(name: str, other: str) -> bool:
    """Whether two neighbouring letters changed places, the commonest slip that leaves a short word unlike itself."""
    differing = [i for i, (one, two) in enumerate(zip(name, other, strict=False)) if one != two]
    return len(name) == len(other) and len(differing) == 2 and _neighbours_swapped(name, other, *differing)


def _neighbours_swapped(name: str, other: str, first: int, second: int) -> bool:
    return second == first + 1 and name[first] == other[second] and name[second] == other[first]


def did_you_mean(name: str, candidates: Iterable[str]) -> Hint | None:
    """A hint that names the nearest candidate and writes it in place of ``name``, None where none is close."""
    close = nearest(name, candidates)
    return None if close is None else meant(name, close)


def setting_meant(name: str, known: Iterable[str]) -> Hint | None:
    """As ``did_you_mean``; a word that only one of the settings has will do: ``retries`` of ``max_retries``."""
    settings = [*known]
    close = did_you_mean(name, settings)
    if close is not None:
        return close
    found = [other for other in settings if name.casefold() in other.split("_")]
    return meant(name, found[0]) if len(found) == 1 else None


def meant(written: str, right: str, *, called: bool | None = None) -> Hint:
    """The hint that ``right`` was meant; for ``called`` see ``Rename``."""
    return Hint(f"did you mean '{right}'?", repairs=(Rename(written, right, called),))


def headline(error: L1Error) -> str:
    """``Type: message at line L, column C``."""
    said = f"{error.type}: {_cut(error.message)}"
    if error.location is None:
        return said
    return f"{said} at line {error.location.line}, column {error.location.column}"


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE_LENGTH else text[:_MESSAGE_LENGTH] + "..."


def render(error: L1Error, *, colour: bool = False) -> str:
    """The whole error as lines of text, without a newline at the end; ``colour`` adds ANSI escapes."""
    lines = []
    for style, text in _lines(error):
        code = _ANSI[style] if colour else ""
        lines.append(f"\x1b[{code}m{text}\x1b[0m" if code else text)
    return "\n".join(lines)


def render_html(error: L1Error) -> str:
    """The whole error as one ``<pre>`` element; all text is escaped."""
    lines = [f'<span class="l1-error-{style}">{html.escape(text)}</span>' for style, text in _lines(error)]
    return '<pre class="l1-error">' + "\n".join(lines) + "</pre>"


def _lines(error: L1Error) -> Iterator[tuple[str, str]]:
    """Each line with what it is: ``type``, ``place``, ``caret``, ``hint`` or ``plain``."""
    for line in headline(error).split("\n"):
        yield "type", line
    if error.location is not None and error.location.text.strip():
        yield from _source_lines(error.location)
    if error.hint:
        first, *more = _cut(error.hint).split("\n")
        yield "hint", f"  hint: {first}"
        for line in more:
            yield "hint", f"        {line}"
    if error.task is not None:
        where = f" on node {error.task.node}" if error.task.node else ""
        yield "plain", f"  in task {error.task.task}{where}, attempt {error.task.attempt}"
    for text, group in groupby(error.frames, _frame_text):
        frames = list(group)
        count = sum(frame.calls for frame in frames)
        yield "plain", f"  {text}" + (f", {_number(count)} calls of it" if count > 1 else "")
        left_out = sum(frame.left_out for frame in frames)
        if left_out:
            yield "plain", f"  ... {_number(left_out)} more calls ..."


def _number(calls: int) -> str:
    return f"{calls:,}" if calls <= _MOST_CALLS else f"more than {_MOST_CALLS:,}"


def _source_lines(location: Location) -> Iterator[tuple[str, str]]:
    text, column = location.text.replace("\t", " "), location.column
    start = 0
    if len(text) > _LINE_WIDTH:
        start = min(max(0, column - _LINE_WIDTH // 2), len(text) - _LINE_WIDTH)
        text = text[start : start + _LINE_WIDTH]
    column -= start
    width = max(1, min(location.width, len(text) - column + 1))
    gutter = len(str(location.line))
    yield "plain", f"  {location.line} | {text}".rstrip()
    yield "caret", f"  {' ' * gutter} | {' ' * (column - 1)}{'^' * width}"


def _frame_text(frame: Frame) -> str:
    where = "at top level" if frame.function is None else f"in {frame.function}"
    return f"{where}, {frame.location.source}, line {frame.location.line}"
