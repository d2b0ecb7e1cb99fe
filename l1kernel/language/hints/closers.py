"""Reasons of failure that lie in what is open: brackets and blocks without an end, ends without a beginning."""

from __future__ import annotations

import re
from dataclasses import replace

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints import habits, layout, openers
from l1kernel.language.hints.failure import CLOSERS, CLOSING, OPENING, Failure, Reason, put, still_open, swap
from l1kernel.language.lalr import Token
from l1kernel.language.newlines import ASSIGNMENTS, Newlines, Opener
from l1kernel.language.source import Source

# a line that begins with one of these is no continuation of an open bracket
_BEGINNINGS = frozenset(
    [
        "LET",
        "CONST",
        "FUNCTION",
        "FN",
        "IF",
        "WHILE",
        "FOR",
        "LOOP",
        "TRY",
        "RETURN",
        "BREAK",
        "CONTINUE",
        "THROW",
        "RAISE",
        "IMPORT",
        "FROM",
        "END",
        "RBRACE",
        *ASSIGNMENTS,
    ]
)
_PARTS = {
    "ELSE": "else", "_ELSE_COLON": "else:", "_ELSE_IF_COLON": "else if", "ELIF": "elif", "_ELIF_COLON": "elif",
    "CATCH": "catch", "_CATCH_COLON": "catch", "FINALLY": "finally", "_FINALLY_COLON": "finally",
}  # fmt: skip
CHAINS = {"else": "if", "elif": "if", "catch": "try", "finally": "try"}
_HEADER = re.compile(r"(?:\}\s*)?(?:if|for|while|loop|try|else|elif|catch|finally)\b|.*\b(?:function|fn)\b")


# --- ends that fit nothing ---------------------------------------------------------------------------------------


def strays(failure: Failure) -> Reason | None:
    """A closer that does not fit what is open."""
    closer = CLOSERS.get(failure.token.kind)
    if closer is None:
        return None
    opener = failure.innermost
    if opener is not None and CLOSING[opener.sign] == closer:
        return None
    if opener is None or not opener.is_bracket:
        if closer == "}" and opener is not None:
            return None
        reason = stray(closer, failure.newlines, failure.source, failure.token.start)
        if closer == "}" and failure.takes("_LBRACE"):
            return replace(reason, fixes=(put(failure.behind, " {"), *reason.fixes))
        if closer in (")", "]"):
            return replace(reason, fixes=openers.fixes_for(failure, closer, *reason.fixes))
        return reason
    if closer == "end" or failure.line_of(opener.offset) < failure.line:
        return None
    right = CLOSING[opener.sign]
    fits_outside = any(CLOSING[outer.sign] == closer for outer in failure.newlines.open[1:-1])
    mend = put(failure.behind, right) if fits_outside else swap(failure.token.start, failure.token.end, right)
    fixes: tuple[Fix, ...] = (mend,)
    if closer != "}" and openers.is_balanced_behind(failure):
        fixes = (*openers.fixes_for(failure, closer), mend)
    return failure.here(f"Expected '{right}' before '{closer}'", still_open(opener, failure.source), *fixes)


def stray(closer: str, newlines: Newlines, source: Source, start: int) -> Reason:
    """The reason for a closer at an offset that does not fit what is open."""
    opener, end = newlines.innermost(), start + len(closer)
    if opener is None:
        what = {"end": "no block", "}": "no block or dictionary"}.get(closer, "no bracket")
        early = _early_closer(source.text, closer, start)
        fixes = (early, layout.without_line(source.text, start, end)) if early else None
        hint = f"remove it, or look for one {closer} too many above"
        message = f"'{closer}' closes nothing: {what} is open"
        return Reason(message, hint, start, end, fixes or (layout.without_line(source.text, start, end),))
    right = CLOSING[opener.sign]
    if opener.is_bracket:
        return Reason(
            f"Expected '{right}' before '{closer}'", still_open(opener, source), start, end, (swap(start, end, right),)
        )
    line = source.span(opener.word_offset, opener.word_offset).line
    with_sign = "{" if opener.sign == "block" else ":"
    what = "block" if opener.word in ("", "{") else f"'{opener.word}'"
    message = f"'{closer}' cannot close the {what} that line {line} opened with '{with_sign}'"
    if closer not in ("end", "}"):
        outer = any(CLOSING[around.sign] == closer for around in newlines.open[1:-1])
        fix = put(start, right) if outer else layout.without_line(source.text, start, end)
        return Reason(message, f"close it with {right} first", start, end, (fix,))
    instead, before = swap(start, end, right), _closer_before(newlines, source.text, start)
    return Reason(message, f"close it with {right}", start, end, (before, instead) if before else (instead,))


def _early_closer(text: str, closer: str, start: int) -> Fix | None:
    """The line above with a closer of its own that ends no block of its indentation goes."""
    if closer not in ("end", "}"):
        return None
    at = layout.line_start(text, start)
    while at > 0:
        at = layout.line_start(text, at - 1)
        if text[at : layout.line_end(text, at)].strip() == closer and not _has_header(text, at):
            return layout.without_line(text, text.index(closer, at), layout.line_end(text, at))
    return None


def _has_header(text: str, closer: int) -> bool:
    """Whether the nearest line above that is indented no deeper begins a block."""
    at = closer
    while at > 0:
        at = layout.line_start(text, at - 1)
        line = text[at : layout.line_end(text, at)].strip()
        if line and layout.depth(text, at) <= layout.depth(text, closer):
            return layout.depth(text, at) == layout.depth(text, closer) and _HEADER.match(line) is not None
    return False


def _closer_before(newlines: Newlines, text: str, start: int) -> Fix | None:
    """What closes the blocks that are indented deeper than a closer which fits a block around them."""
    here, blocks = layout.depth(text, start), newlines.open[1:]
    if text[layout.line_start(text, start) : start].strip():
        return None
    gaps = []
    for opener in reversed(blocks):
        if opener.is_bracket or layout.depth(text, opener.word_offset) <= here:
            break
        gaps.append(layout.Gap(opener, layout.closing(text, opener, layout.line_start(text, start))))
    outer = blocks[len(blocks) - len(gaps) - 1] if len(gaps) < len(blocks) else None
    fits = outer is not None and layout.depth(text, outer.word_offset) == here and outer.sign == "colon"
    return layout.joined(gaps) if gaps and fits else None


# --- parts of a chain --------------------------------------------------------------------------------------------


def parts(failure: Failure) -> Reason | None:
    """An ``else`` or ``catch`` that belongs to nothing."""
    token, text = failure.token, failure.source.text
    if token.kind == "COLON" and failure.previous is not None and failure.previous.kind in _PARTS:
        word = failure.text(failure.previous)
        message = f"'{word}' with ':' cannot continue the '{CHAINS[word]}' in braces"
        return failure.at(failure.previous, message, f"write {word} {{ ... }}", _other_style(text, token.start, "{"))
    header = failure.newlines.open[-1].header
    if token.kind == "COLON" and header is not None and header[0] == "catch":
        mend = _other_style(text, token.start, "{")
        return failure.here("'catch' with ':' cannot continue the 'try' in braces", "write catch (e) { ... }", mend)
    part = _PARTS.get(token.kind)
    if part is None or (failure.innermost is not None and failure.innermost.is_bracket):
        return None
    word = part.split()[0].rstrip(":")
    chain, opener = CHAINS[word], failure.innermost
    forgotten = layout.joined(layout.missing_ends(failure.source, failure.tokens, token))
    early = _ended_early(failure)
    if early is not None and not forgotten:
        hint = f"remove the end before it: one end closes the whole '{chain}'"
        return failure.here(f"'{word}' belongs to no '{chain}'", hint, early)
    if token.kind.startswith("_"):
        message = f"'{word}' with ':' belongs to no open '{chain}' with ':'"
        colon = text.find(":", token.end, layout.line_end(text, token.end))
        other = _other_style(text, colon, "{") if colon >= 0 else None
        return failure.here(message, f"in braces the '{chain}' goes on with {word} {{ ... }}", forgotten, other)
    if opener is not None and opener.sign == "colon" and opener.word == chain:
        return _within_chain(failure, word, chain, opener, forgotten)
    hint = f"it follows the block of the '{chain}' directly"
    return failure.here(f"'{word}' belongs to no '{chain}'", hint, forgotten)


def _within_chain(failure: Failure, word: str, chain: str, opener: Opener, forgotten: Fix) -> Reason:
    text, token, line = failure.source.text, failure.token, failure.line_of(opener.word_offset)
    rest = failure.rest_of_line()[len(word) :]
    if rest.lstrip().startswith(":"):
        message = f"A second '{word}' for the '{chain}' of line {line}"
        return failure.here(message, f"an '{chain}' has one '{word}'", forgotten)
    if "{" not in rest:
        if word == "else" and rest.rstrip().endswith(":"):
            message = "'else' takes no condition"
            return failure.here(message, "write elif for one more condition", swap(token.start, token.end, "elif"))
        end = layout.code_end(text, token.start) if word != "else" or rest.lstrip().startswith("if ") else token.end
        message = f"Expected ':' in the line of this '{word}'"
        return failure.over(end, end + 1, message, f"the '{chain}' of line {line} has one too", put(end, ":"))
    message = f"'{word}' with '{{' cannot continue the '{chain}' that line {line} opened with ':'"
    brace = text.index("{", token.end)
    hint = f"write {word}: and close the whole with end"
    return failure.here(message, hint, forgotten, _other_style(text, brace, ":"))


def _ended_early(failure: Failure) -> Fix | None:
    """The ``end`` right before a part of a chain goes."""
    before = next((token for token in reversed(failure.tokens) if token.kind != "_NL"), None)
    if before is None or before.kind != "END":
        return None
    return layout.without_line(failure.source.text, before.start, before.end)


def _other_style(text: str, sign: int, style: str) -> Fix:
    """A block's sign is that of the other style, and so is its end."""
    closer, other = ("}", "end") if style == "{" else ("end", "}")
    begin = sign
    while text[begin - 1] in " \t":
        begin -= 1
    opening = Edit(begin, sign + 1, " {" if style == "{" else ":")
    inside = text[sign + 1 : layout.code_end(text, sign + 1)]
    if inside.strip():
        end = layout.code_end(text, sign + 1)
        if inside.rstrip().endswith(other):
            return opening, Edit(end - len(other), end, closer)
        return opening, Edit(end, end, f" {closer}")
    last, after = layout.behind_body(text, sign)
    if after is not None:
        first = after + len(layout.indentation(text, after))
        if re.match(rf"{other}(?!\w)", text[first:]):
            return opening, Edit(first, first + len(other), closer)
    return opening, Edit(last, last, f"\n{layout.indentation(text, sign)}{closer}")


def header(failure: Failure) -> Reason | None:
    """``function f(a:`` and its body on the next line, which was read as the type of the parameter."""
    opener, around = failure.innermost, failure.newlines.open[-2] if len(failure.newlines.open) > 1 else None
    if opener is None or opener.sign != "(" or around is None or around.header is None:
        return None
    line = failure.line_of(opener.offset)
    last = next((t for t in reversed(failure.tokens) if failure.line_of(t.start) == line), None)
    if last is None or last.kind != "COLON" or failure.line == line:
        return None
    return failure.at(last, "Expected ')' before ':'", still_open(opener, failure.source), put(last.start, ")"))


# --- beginnings without an end -----------------------------------------------------------------------------------


def unclosed(failure: Failure) -> Reason | None:
    """A bracket or a block without its end."""
    opener = failure.innermost
    if opener is None or opener.sign in "\"'":
        return None
    if opener.is_bracket:
        return _unclosed_bracket(failure, opener)
    if failure.token.kind != END_OF_TEXT:
        return None
    return _other_ends(failure, opener) or _unclosed_block(failure, opener)


def _unclosed_bracket(failure: Failure, opener: Opener) -> Reason | None:
    closer, token = CLOSING[opener.sign], failure.token
    if CLOSERS.get(token.kind) == closer:
        return None
    inner = _opened_inside(failure, opener)
    if inner is not None:
        at = failure.end_of_line(inner.start)
        place = at - 1 if failure.source.text[at - 1] == "," else at
        sign = CLOSING[failure.text(inner)]
        outer = f"the '{opener.sign}' of line {failure.line_of(opener.offset)}"
        why = f"by its indentation, the {sign} below it closes {outer}"
        return failure.over(at, at + 1, f"Expected '{sign}'", why, put(place, sign), _close_brackets(failure, opener))
    if token.kind != END_OF_TEXT:
        if failure.line_of(opener.offset) == failure.line:
            return None
        behind = failure.stands_behind(opener)
        swallowed = failure.swallowed_if(opener)
        if not swallowed and token.kind not in _BEGINNINGS and not (behind and token.kind not in ("COLON", "COMMA")):
            return None
    at = failure.end_of_line(opener.offset)
    hint, divided = _slashes(failure, opener)
    hint = hint or still_open(opener, failure.source)
    fixes = divided, _close_parameters(failure, opener), _close_brackets(failure, opener)
    return failure.over(at, at + 1, f"Expected '{closer}'", hint, *fixes)


def _close_parameters(failure: Failure, opener: Opener) -> Fix | None:
    """``(a, b => a + b``: the names before ``=>`` are its parameters."""
    if opener.sign != "(" or failure.source.text[: opener.offset].rstrip()[-1:].isalnum():
        return None
    arrow = next((token for token in failure.tokens if token.kind == "ARROW" and token.start > opener.offset), None)
    before = failure.source.text[opener.offset : arrow.start].rstrip() if arrow else ""
    return put(opener.offset + len(before), ")") if "," in before else None


def _opened_inside(failure: Failure, opener: Opener) -> Token | None:
    """The bracket that a later line closes, though by its indentation it ends the bracket around it."""
    text = failure.source.text
    stack: list[Token] = []
    for token in failure.tokens:
        if token.start < opener.offset:
            continue
        if token.kind in OPENING:
            stack.append(token)
        elif token.kind in CLOSERS and token.kind != "END" and stack:
            inner = stack.pop()
            same = [outer for outer in stack if failure.text(outer) == failure.text(inner)]
            here = layout.depth(text, token.start)
            if failure.first_on_line(token) and here < layout.depth(text, inner.start):
                return inner if any(layout.depth(text, outer.start) == here for outer in same) else None
    return None


def _close_brackets(failure: Failure, innermost: Opener) -> Fix:
    """Close all brackets that opened on the line of the innermost one: before a line that stands behind them."""
    text, line = failure.source.text, failure.line_of(innermost.offset)
    closing = ""
    for opener in reversed(failure.newlines.open):
        if opener.sign not in "([{" or failure.line_of(opener.offset) != line:
            break
        closing += CLOSING[opener.sign]
    limit, last = layout.depth(text, innermost.offset), innermost.offset + 1
    for token in (*failure.tokens, failure.token):
        if token.start <= innermost.offset or token.kind == "_NL":
            continue
        if token.kind == END_OF_TEXT:
            break
        if failure.first_on_line(token) and layout.depth(text, token.start) <= limit:
            break
        last = token.end
    hanging = layout.code_end(text, innermost.offset + 1) == innermost.offset + 1
    if hanging and failure.line_of(last - 1) > line:
        return put(last, f"\n{layout.indentation(text, innermost.offset)}{closing}")
    return put(last, closing)


def _slashes(failure: Failure, opener: Opener) -> tuple[str | None, Fix | None]:
    """`//` inside brackets took their closer away: the hint, and the division as a call."""
    text = failure.source.text
    start, end = opener.offset + 1, layout.line_end(text, opener.offset)
    slashes = layout.code_end(text, start)
    found = re.match(r"\s*//\s*(?P<divisor>[\w.]+(?:\([^()]*\))?|\([^()]*\))", text[slashes:end])
    if not text[slashes:end].lstrip().startswith("//") or not text[slashes:end].strip().strip("/").strip():
        return None, None
    hint = "// begins a comment that takes the rest of the line; to divide without remainder, write div(a, b)"
    last = max((n for n, token in enumerate(failure.tokens) if token.end <= slashes), default=None)
    if found is None or last is None or failure.tokens[last].start < start:
        return hint, None
    dividend = failure.operand(last)
    call = f"div({text[dividend : failure.tokens[last].end]}, {found['divisor']})"
    return hint, swap(dividend, slashes + found.end(), call)


def _unclosed_block(failure: Failure, opener: Opener) -> Reason:
    gaps = layout.missing_ends(failure.source, failure.tokens, failure.token)
    text, at = failure.source.text, failure.behind
    ends = [layout.Gap(o, layout.closing(text, o, len(text))) for o in reversed(failure.newlines.open[1:])]
    fixes = layout.joined(gaps), layout.joined(ends)
    hint = "indentation does not close a block" if opener.sign == "colon" else "write } behind its last line"
    for closed, brace in failure.newlines.closed_by_brace:
        if closed.offset > opener.offset:
            begun = failure.line_of(closed.word_offset)
            hint = (
                f"the }} in line {failure.line_of(brace)} closed the '{closed.word}' of line {begun}: write end for it"
            )
            return failure.over(at, at + 1, _missing_end(failure, opener), hint, *fixes)
    if gaps and all(gap.opener.offset != opener.offset for gap in gaps):
        # an end further down was meant for a block around it
        opener, at = gaps[0].opener, gaps[0].edit.start
        hint = "by their indentation, the ends below it close the blocks around it"
    return failure.over(at, at + 1, _missing_end(failure, opener), hint, *fixes)


def _missing_end(failure: Failure, opener: Opener) -> str:
    what = "block" if opener.word in ("", "{", "=>") else f"'{opener.word}'"
    return f"Missing '{CLOSING[opener.sign]}' for the {what} that line {failure.line_of(opener.word_offset)} opened"


def _other_ends(failure: Failure, opener: Opener) -> Reason | None:
    """A word alone on its line that closes a block elsewhere, or is ``end`` misspelt."""
    right = CLOSING[opener.sign]
    for token, after in zip(failure.tokens, (*failure.tokens[1:], failure.token), strict=True):
        if token.kind == "NAME" and after.kind in ("_NL", "SEMICOLON", END_OF_TEXT) and failure.first_on_line(token):
            word = failure.text(token)
            if word in habits.END_WORDS or _is_end_misspelt(failure, word):
                mend = swap(token.start, token.end, right)
                return failure.at(token, f"'{word}' does not close a block", f"write {right}", mend)
    return None


def _is_end_misspelt(failure: Failure, word: str) -> bool:
    return word != "end" and sorted(word.casefold()) == sorted("end") and not failure.is_known(word)
