"""Reasons of failure that are quotes: a String without its end, a quote within it, the quotes of other languages."""

from __future__ import annotations

import re

from l1kernel.errors import Edit, Fix
from l1kernel.language.hints import layout, string_ends
from l1kernel.language.hints.failure import Failure, Reason, put, swap


def unclosed(failure: Failure, quote: str) -> Reason:
    """A quote that no other follows."""
    message = f"Expected {quote} at the end of the String that begins here"
    opened = _opening_forgotten(failure, quote)
    if opened is not None:
        return opened
    fixes = string_ends.closings(failure, failure.tokens, failure.token.start)
    return failure.here(message, f"a String ends with {quote}", *fixes)


def fstring(failure: Failure) -> Reason | None:
    """An f-string without its end."""
    opener = failure.innermost
    if opener is None or opener.sign not in "\"'":
        return None
    index = next(n for n, token in enumerate(failure.tokens) if token.start == opener.offset)
    message = f"Expected {opener.sign} at the end of the String that begins here"
    fixes = string_ends.closings(failure, failure.tokens[:index], opener.offset)
    return failure.over(opener.offset, opener.offset + 2, message, f"a String ends with {opener.sign}", *fixes)


def forgotten(failure: Failure) -> tuple[Fix, ...]:
    """The edits for a String over several lines that ends where the text fails: its closing quote was forgotten."""
    found = failure.long_string()
    if found is None:
        return ()
    token, index = found
    return tuple(string_ends.closings(failure, failure.tokens[:index], token.start))


def _opening_forgotten(failure: Failure, quote: str) -> Reason | None:
    """``print(Hello")``: the quote ends a String that none began."""
    previous, text = failure.previous, failure.source.text
    if previous is None or previous.kind not in ("NAME", "NUMBER", "NOT_SIGN", "DOT", "QUESTION"):
        return None
    quoted = re.match(r"[\"'][ \t]*[+,)]", text[failure.token.start :]) and not failure.is_known(failure.text(previous))
    apart = previous.end != failure.token.start and not quoted
    if apart or previous.start < layout.line_start(text, failure.token.start):
        return None
    start = _text_begins(failure)
    message = f"Expected {quote} before the String that ends here"
    return failure.here(message, f"a String begins with {quote}", put(start, quote))


def _text_begins(failure: Failure) -> int:
    """Behind the last bracket, comma or operator of the line."""
    for token in reversed(failure.tokens):
        if token.kind not in ("NAME", "NUMBER", "NOT_SIGN", "DOT", "QUESTION", "NOT", "AND", "OR", "IN", "FOR"):
            following = failure.source.text[token.end : failure.token.start]
            return token.end + len(following) - len(following.lstrip())
    return failure.tokens[0].start


def inside(failure: Failure) -> Reason | None:
    """A quote within a String ended it too early, or Strings stand side by side."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.kind == "STRING" and re.match(r"[\"']\s*(?:[,)\]+:.;]|\n)", failure.text(token)):
        return _opening_forgotten(failure, text[token.start])
    prefix = failure.text(previous) if previous is not None and previous.kind == "NAME" else ""
    if (
        previous is not None
        and token.kind == "STRING"
        and previous.end == token.start
        and prefix.lower() in ("r", "b", "u")
    ):
        content = text[token.start : token.end]
        plain = content.replace("\\", "\\\\") if prefix in "rR" else content
        hint = "leave it out; a backslash in a String is written \\\\"
        return failure.at(
            previous, f"L1 has no '{prefix}' before a String", hint, swap(previous.start, token.end, plain)
        )
    if previous is None or previous.kind not in ("STRING", "_FEND_DOUBLE", "_FEND_SINGLE"):
        return None
    touching, one_line = previous.end == token.start, "\n" not in failure.text(previous)
    if touching and token.kind in ("NAME", "NUMBER") and one_line:
        quote, message = text[previous.end - 1], f"The String ended before '{failure.text(token)}'"
        hint = f"a {quote} inside it is written \\{quote}, or the String stands in the other quotes"
        if previous.kind == "STRING" and _ends_before_value(failure.text(previous)[:-1]):
            hint = f"was a closing {quote} forgotten before it?"
        if quote not in text[token.start : layout.line_end(text, token.start)]:
            hint = "put + or a comma between a String and a value"
            return failure.here(message, hint, put(previous.end, ", "), put(previous.end, " + "))
        return failure.here(message, hint, *_inner_quotes(failure, quote))
    if previous.kind == "STRING" and token.kind == "STRING":
        if touching and previous.end - previous.start == 2:
            hint = "a String in single or double quotes may run over lines"
            return failure.here("L1 has no triple quotes", hint, _triple(text, previous.start))
        return failure.here(
            "Two Strings side by side", "join them with + or put a comma between them", *_side_by_side(failure)
        )
    return None


def _ends_before_value(text: str) -> bool:
    """Whether the text of a String ends like code that a String follows: its own end was forgotten."""
    return re.search(r"(?:[,:+(=]|[=!<>]=|\b(?:and|or))\s*$", text) is not None


def _side_by_side(failure: Failure) -> list[Fix]:
    plus, comma = put(failure.behind, " +"), put(failure.behind, ",")
    if failure.takes("COLON") and any(token.kind == "QUESTION" for token in failure.statement()):
        return [put(failure.behind, " :")]
    opener = failure.innermost
    if opener is None or not opener.is_bracket:
        return [plus]
    if opener.sign == "{" and failure.takes("COLON") and not failure.takes("COMMA"):
        return [put(failure.behind, ":")]
    new_line = failure.first_on_line(failure.token)
    commas = any(t.kind in ("COMMA", "COLON") and t.start > opener.offset for t in failure.tokens)
    return [comma, plus] if new_line or commas or opener.sign != "(" else [plus, comma]


def _inner_quotes(failure: Failure, quote: str) -> list[Fix]:
    """The String in the other quotes, from its first quote to its last on the line; or its inner quotes escaped."""
    text = failure.source.text
    index = len(failure.tokens) - 1
    while not failure.tokens[index].kind.startswith(("STRING", "_FBEGIN")):
        index -= 1
    begin = text.index(quote, failure.tokens[index].start)
    end_of_line = min(layout.line_end(text, begin), begin + string_ends.MOST_TEXT)
    places = [at for at in range(begin + 1, end_of_line) if text[at] == quote and text[at - 1] != "\\"]
    assert failure.previous is not None
    fixes: list[Fix] = []
    if _ends_before_value(text[begin + 1 : failure.previous.end - 1]):
        fixes = string_ends.closings(failure, failure.tokens[:index], failure.tokens[index].start)
    other = '"' if quote == "'" else "'"
    for last in reversed(places[1:]):
        if re.match(r"[ \t]*(?:[)\]},;:+]|$|\{|#|//|and\b|or\b|==|!=|if\b|\.)", text[last + 1 : end_of_line]) is None:
            continue
        content = text[begin + 1 : last]
        escaped = tuple(Edit(at, at, "\\") for at in places if at < last)
        if other in content:
            fixes.append(escaped)
        else:
            fixes += [(Edit(begin, begin + 1, other), Edit(last, last + 1, other)), escaped]
    if not fixes:
        fixes.append(swap(begin, begin + 1, other) if text[failure.behind - 1] == quote else ())
    return fixes[:20]


def _triple(text: str, start: int) -> Fix | None:
    """Three quotes on either side become one, or an apostrophe's kind where the text has the quote."""
    three = text[start] * 3
    end = text.find(three, start + 3)
    if end < 0:
        return None
    content = text[start + 3 : end]
    quote = three[0] if three[0] not in content else {'"': "'", "'": '"'}[three[0]]
    if quote in content:
        return None
    return Edit(start, start + 3, quote), Edit(end, end + 3, quote)


def template(text: str, start: int) -> Fix | None:
    """The edit for JavaScript's text in backticks: an f-string where it has values in it, else a String."""
    end = text.find("`", start + 1)
    if end < 0:
        return None
    content = text[start + 1 : end]
    pieces: list[str] = []
    inside, at = "", 0
    while (dollar := content.find("${", at)) >= 0:
        close = layout.partner(content, dollar + 1)
        if close is None:
            return None
        inside += content[dollar:close]
        pieces += [content[at:dollar].replace("{", "{{").replace("}", "}}"), content[dollar + 1 : close + 1]]
        at = close + 1
    rest = content[at:]
    if pieces:
        rest = rest.replace("{", "{{").replace("}", "}}")
    quote = "'" if '"' in content and "'" not in content else '"'
    plain = [piece if index % 2 else piece.replace(quote, "\\" + quote) for index, piece in enumerate([*pieces, rest])]
    return swap(start, end + 1, ("f" if pieces else "") + quote + "".join(plain) + quote)


def bare_text(failure: Failure) -> Reason | None:
    """``print(Hello World)``: words that nothing declares, side by side; or their closing quote shows it."""
    opener = failure.innermost
    if failure.token.kind not in ("NAME", "NOT_SIGN", "STRING") or opener is None or opener.sign != "(":
        return None
    text, start = failure.source.text, opener.offset + 1
    callee = next((n for n, token in enumerate(failure.tokens) if token.start == opener.offset), 0)
    spoken = re.compile(r"[^\W\d][\w .!?,'-]*(?P<quote>\"|')?").match(text, start)
    if callee == 0 or spoken is None or failure.line_of(start) != failure.line:
        return None
    if spoken["quote"] and re.match(r"[ \t]*(?:[)+,]|$)", text[spoken.end() : layout.line_end(text, start)]):
        quote = spoken["quote"]
        message = f"Expected {quote} before the String that ends here"
        return failure.over(spoken.end() - 1, spoken.end(), message, f"a String begins with {quote}", put(start, quote))
    words = [failure.text(token) for token in failure.tokens[callee + 1 :]]
    known = any(failure.is_known(word) for word in words) or text[spoken.end() : spoken.end() + 1] not in (
        ")",
        "\n",
        "",
    )
    prints = failure.text(failure.tokens[callee - 1]) in ("print", "println", "input")
    if known or not prints or not words or not all(word.isidentifier() or word in ".,!" for word in words):
        return None
    if not words[0][:1].isupper() and len(spoken[0].split()) <= 2:
        return None
    shown = f'"{spoken[0]}"' if len(spoken[0]) <= 40 else '"..."'
    edits = Edit(start, start, '"'), Edit(spoken.end(), spoken.end(), '"')
    message = f"Expected ',' or ')' before {failure.found()}"
    return failure.here(message, f"text stands in quotes: {shown}", edits)
