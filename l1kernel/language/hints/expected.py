"""Reasons of failure that lie in what the parser would have taken instead: a header's sign, a value, a comma."""

from __future__ import annotations

import re

from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT, keywords
from l1kernel.language.hints import brackets, habits, layout
from l1kernel.language.hints.failure import CLOSERS, Failure, Reason, put, still_open, swap
from l1kernel.language.hints.numerals import percentage

_COMPARISONS = frozenset(("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL_TO", "NOT_EQUAL", "IN"))
# what may lack before a token, and how it looks
_EXPECTED = {
    "EQUAL": ("'='", "write let x = 5"),
    "LPAR": ("'('", "parameters stand in parentheses: function f(x)"),
    "IN": ("'in'", "write for x in xs"),
    "IMPORT": ("'import'", 'write from "file.l1" import f'),
    "STRING": ("a String", 'the path of a file stands in quotes: "file.l1"'),
}
_VALUES = frozenset(("NUMBER", "STRING", "NAME", "LSQB", "_LDICT", "TRUE", "FALSE", "NULL", "_FBEGIN_DOUBLE"))
_SINGLE = frozenset(("NUMBER", "NAME", "STRING"))
_TYPED = re.compile(r"\s*\w+(?:\[[^\[\]\n]*\])?\s*=(?!=)")
_STORED = re.compile(r"[^\n]*[\w\]]\s*=(?!=)")
_BLOCK_SIGNS = frozenset(("COLON", "_LBRACE", "_LDICT", "_LDICT_KEY"))
_DEFINITION = re.compile(r"[^\W\d]\w*\((?:[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)?\)")


# --- the line ends, but not the statement ------------------------------------------------------------------------


def lines(failure: Failure) -> Reason | None:
    """The line ends where its statement does not."""
    if failure.token.kind not in ("_NL", END_OF_TEXT):
        return None
    header = failure.newlines.open[-1].header
    text = failure.source.text
    next_sign = text[failure.token.end : failure.token.end + 1]
    if header is not None and failure.takes("_LBRACE"):
        word = header[0]
        if next_sign == "{" and failure.token.kind == "_NL":
            brace = failure.token.end
            hint = f"move it to the end of line {failure.line_of(header[1])}"
            return failure.over(
                brace,
                brace + 1,
                f"The '{{' must stand on the line of its '{word}'",
                hint,
                _joined_brace(failure, brace),
            )
        styles = f"write {word} ... : ... end or {word} ... {{ ... }}" if word != "project" else "write project ... { }"
        return failure.here(
            f"Expected ':' or '{{' after this '{word}'",
            styles,
            *block_signs(failure),
        )
    if failure.takes("ELSE") and any(token.kind == "IF" for token in failure.statement()):
        return failure.here(f"Expected 'else' before {failure.found()}", "write a if condition else b")
    if failure.takes("COLON") and any(token.kind == "QUESTION" for token in failure.statement()):
        return failure.here(f"Expected ':' before {failure.found()}", "write condition ? a : b")
    if failure.takes("NUMBER"):
        previous = next((token for token in reversed(failure.tokens) if token.kind != "_NL"), None)
        after = f" after '{failure.text(previous)}'" if previous else ""
        fix = None
        if previous is not None and previous.kind in ("COMMA", "DOT"):
            fix = swap(previous.start, previous.end, "")
        hint = f"put a value behind {failure.text(previous)}, or remove it" if previous else "write a value"
        if previous is not None and previous.kind == "PERCENT":
            percent = percentage(failure.source.text, previous.start)
            hint, fix = percent or (hint, None)
        return failure.here(f"Expected a value{after}", hint, fix)
    return None


def _joined_brace(failure: Failure, brace: int) -> Fix:
    """The brace moves to the end of the line above."""
    text = failure.source.text
    gone = layout.without_line(text, brace, brace + 1)
    if not gone[0].text and text[layout.line_start(text, brace) : layout.line_end(text, brace)].strip() != "{":
        gone = (Edit(brace, brace + 1 + len(text[brace + 1 :]) - len(text[brace + 1 :].lstrip(" ")), ""),)
    return Edit(failure.behind, failure.behind, " {"), *gone


def block_signs(failure: Failure) -> list[Fix]:
    """The sign that a header lacks, as its end or the rest of the text suggests; a body of one line gets its end."""
    text, at = failure.source.text, failure.behind
    end = layout.code_end(text, at)
    inline = text[at:end].strip() and failure.token.kind != "_NL"
    colon, brace = put(at, ":"), put(at, " {")
    if inline:
        body = text[at:end].rstrip("; ")
        if body.endswith("}") and body.count("}") > body.count("{"):
            return [brace]
        if re.search(r"\bend$", body):
            return [colon]
        return [(Edit(at, at, ":"), Edit(end, end, " end")), colon]
    _, after = layout.behind_body(text, at)
    closer = text[after:].lstrip() if after is not None else ""
    if closer.startswith("}"):
        return [brace, colon]
    if re.match(r"end\b|(?:else|finally)\s*:|(?:elif|catch)\b[^{\n]*$", closer, re.MULTILINE):
        return [colon, brace]
    braces = any(token.kind == "_LBRACE" for token in failure.tokens)
    return [brace, colon] if braces and not any(t.kind == "END" for t in failure.tokens) else [colon, brace]


# --- a token that does not fit -----------------------------------------------------------------------------------


def missing(failure: Failure) -> Reason:
    """What the parser would have taken instead."""
    opener, token, previous = failure.innermost, failure.token, failure.previous
    found = failure.found()
    if failure.takes("NUMBER") and failure.takes("LPAR"):
        return _value(failure, found)
    if opener is not None and opener.sign == "(" and token.kind in _BLOCK_SIGNS and not failure.takes("COMMA"):
        hint = still_open(opener, failure.source)
        return failure.here(f"Expected ')' before {found}", hint, put(failure.behind, ")"))
    if failure.takes("NAME"):
        if previous is not None and previous.kind in ("LET", "CONST") and failure.text(token) == "{":
            return _taken_apart(failure)
        kinds = [part.kind for part in failure.statement()[:4]]
        if (
            kinds[:3] in (["LET", "NAME", "COLON"], ["CONST", "NAME", "COLON"])
            and previous
            and previous.kind == "COLON"
        ):
            equal = swap(previous.start, previous.end, "=" if failure.source.text[previous.start - 1] == " " else " =")
            return failure.over(previous.start, previous.end, "Expected '=' before the value", "write let x = 5", equal)
        what = "a member's name" if previous and previous.kind == "DOT" else "a name"
        fix = None
        if previous is not None and previous.kind == "DOT":
            index = token.kind in ("LSQB", "LPAR")
            fix = (
                swap(previous.start, previous.end, "" if index else " + ") if index or token.kind == "STRING" else None
            )
        hint = "like this: xs.length" if what == "a member's name" else "a name begins with a letter or _"
        return failure.here(f"Expected {what}, found {found}", hint, fix)
    if opener is not None and opener.is_bracket:
        return brackets.in_bracket(failure, opener, found)
    header = failure.newlines.open[-1].header
    if header is not None and failure.takes("_LBRACE", "COLON"):
        return _header(failure, header, found)
    if failure.takes("_LBRACE"):
        return _brace(failure, found)
    if failure.takes("EQUAL") and failure.takes("COMMA") and not failure.takes("_NL"):
        hints = {"LET": "write a 'let' for each variable", "CONST": "a const has a value: const x = 5"}
        hint = hints.get(failure.statement()[0].kind, "a list of values is written [a, b]")
        value = token.kind not in ("_NL", END_OF_TEXT, "COMMA")
        return failure.here(f"Expected '=' before {found}", hint, put(failure.behind, " =") if value else None)
    if previous and previous.kind in ("FUNCTION", "FN") and token.kind == "NAME":
        hint = "a function in an expression has no name: function(x) { ... }"
        return failure.here(f"Expected '(' before {found}", hint, swap(failure.behind, token.end, ""))
    return _statement(failure, found)


def _taken_apart(failure: Failure) -> Reason:
    """``let {a, b} = d`` as in JavaScript."""
    text, word = failure.source.text, failure.tokens[-1]
    form = re.compile(r"\{\s*(\w+(?:\s*,\s*\w+)*)\s*\}\s*=\s*(\w+)\s*;?$", re.MULTILINE)
    found = form.match(text, failure.token.start)
    fix = None
    if found is not None:
        blanks, let = layout.indentation(text, word.start), failure.text(word)
        lines = [f"{let} {name.strip()} = {found[2]}.{name.strip()}" for name in found[1].split(",")]
        fix = swap(word.start, found.end(), f"\n{blanks}".join(lines))
    return failure.here("L1 takes no dictionary apart", "read each entry: let a = d.a", fix)


def for_header(failure: Failure) -> Reason | None:
    """A word before the variable of a ``for``: ``let``, ``const``, ``var``, a type, ``each``; ``from`` behind it."""
    token, previous, before, text = failure.token, failure.previous, failure.before(2), failure.source.text
    if previous is None or before is None or previous.kind not in ("NAME", "CONST", "LET"):
        return None
    word, name = failure.text(previous), failure.text(token)
    if token.kind == "IN" and before.kind == "LET":
        message = "A 'for' declares its variable without 'let'"
        return failure.at(before, message, f"write for ({word} in ...)", swap(before.start, previous.start, ""))
    around = failure.before(3)
    if before.kind != "FOR" and (before.kind != "LPAR" or around is None or around.kind != "FOR"):
        return None
    if name == "from" and before.kind == "FOR":
        hint = "write for i in 1..=10"
        return failure.here("Expected 'in' before 'from'", hint, swap(token.start, token.end, "in"))
    if token.kind != "NAME" or word not in {"const", "let", "var", "each", *habits.TYPES}:
        return None
    counts = re.match(r"\s*=", text[token.end :])
    fix = swap(previous.start, previous.end, "let") if counts else swap(previous.start, token.start, "")
    hint = f"write for (let {name} = 0; ...)" if counts else f"write for ({name} in ...)"
    return failure.at(previous, f"A 'for' declares its variable without '{word}'", hint, fix)


def _value(failure: Failure, found: str) -> Reason:
    """A value must stand here."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    word = failure.text(token)
    if word.isidentifier():
        hint = f"{found} is a word of L1 and cannot be a name"
        if word in ("let", "const") and previous is not None and previous.kind == "COMMA":
            return failure.here(f"Expected a value, found {found}", hint, swap(previous.start, previous.end, ""))
        fix = None
        if previous is not None and previous.kind in ("AND", "OR", "AND_SIGN", "OR_SIGN") and word in ("and", "or"):
            fix = swap(failure.behind, token.end, "")
        return failure.here(f"Expected a value, found {found}", hint, fix)
    if token.kind in _COMPARISONS and previous is not None and previous.kind in ("AND", "OR", "AND_SIGN", "OR_SIGN"):
        return _repeated_operand(failure, found)
    if token.kind == "COMMA":
        end = token.end + (text[token.end : token.end + 1] == " " and text[token.start - 1] in " ([{")
        return failure.here(
            f"Expected a value before {found}", "there is one comma too many", swap(token.start, end, "")
        )
    return failure.here(f"Expected a value before {found}", "a number, a text in quotes or a name is missing here")


def _repeated_operand(failure: Failure, found: str) -> Reason:
    """``x > 3 and < 5``: the left side of the second comparison is that of the first."""
    text, tokens = failure.source.text, failure.statement()
    at = next((n for n in range(len(tokens) - 1, -1, -1) if tokens[n].kind in _COMPARISONS), None)
    hint, fix = "each side of 'and' and 'or' is a whole comparison", None
    if at:
        index = len(failure.tokens) - len(tokens) + at - 1
        left = text[failure.operand(index) : failure.tokens[index].end]
        hint += f": {left} {failure.text(failure.token)} ..."
        fix = put(failure.token.start, f"{left} ")
    return failure.here(f"Expected a value before {found}", hint, fix)


def _header(failure: Failure, header: tuple[str, int], found: str) -> Reason:
    """Between a header and its block."""
    token, previous = failure.token, failure.previous
    message, hint = f"Expected ':' or '{{' before {found}", f"a block follows the '{header[0]}'"
    if previous is not None and previous.kind == "ELSE":
        return _brace(failure, found)
    if token.kind == "COMMA" and previous is not None and previous.kind == "NUMBER":
        digits = re.match(r",\d+", failure.source.text[token.start :])
        if digits and previous.end == token.start:
            return failure.here(message, "a number has a point: 3.14", swap(token.start, token.end, "."))
    if token.kind in CLOSERS:
        return failure.here(message, hint, layout.without_line(failure.source.text, token.start, token.end))
    if token.kind in ("SEMICOLON", "COMMA"):
        return failure.here(message, hint, swap(token.start, token.end, ":"))
    if token.kind == "RESULT" or token.kind == "ARROW":
        return failure.here(message, hint, *[swap(failure.behind, token.end, fix) for fix in (":", "")])
    return failure.here(message, hint, *block_signs(failure))


def _brace(failure: Failure, found: str) -> Reason:
    previous, text = failure.previous, failure.source.text
    message, hint = f"Expected '{{' before {found}", "a block in braces stands here: { ... }"
    if previous is not None and previous.kind == "ELSE" and failure.token.kind != "_NL":
        end = layout.code_end(text, failure.token.start)
        if text[end - 1] in "{:":
            return failure.here(message, "a condition stands behind else if", put(previous.end, " if"))
        return failure.here(message, hint, (Edit(failure.behind, failure.behind, " {"), Edit(end, end, " }")))
    return failure.here(message, hint, put(failure.behind, " {"))


def _statement(failure: Failure, found: str) -> Reason:
    token, previous, text = failure.token, failure.previous, failure.source.text
    if not failure.takes("_NL"):
        for kind, (what, hint) in _EXPECTED.items():
            if failure.takes(kind):
                return failure.here(f"Expected {what} before {found}", hint, *_sign_before(failure, kind))
        return failure.here(f"Unexpected {found.removeprefix('the ')}", "it has no meaning here: remove it")
    message, hint = f"Expected the end of the statement before {found}", "write each statement on a line of its own"
    statement = failure.statement()
    first = statement[0] if statement else token
    declared = [t.kind for t in statement] in (["LET", "NAME"], ["CONST", "NAME"])
    if declared and token.kind in ("LSQB", "DOT") and _STORED.match(text, token.start):
        hint = "let declares a name; a place in a list or dictionary is written without it: x[0] = 5"
        return failure.at(first, "'let' takes a name alone", hint, swap(first.start, statement[1].start, ""))
    if declared and token.kind in _VALUES:
        return failure.here(f"Expected '=' before {found}", _EXPECTED["EQUAL"][1], put(failure.behind, " ="))
    head = text[first.start : failure.behind]
    if token.kind in _BLOCK_SIGNS and _DEFINITION.fullmatch(head) and layout.has_body(text, first.start):
        hint = f"a definition begins with function: function {head}"
        return failure.here(message, hint, put(first.start, "function "))
    if token.kind == "COLON" and [t.kind for t in statement] == ["NAME"] and _TYPED.match(text, token.end):
        hint = "a variable with a type is declared with let: let x: int = 5"
        return failure.here(message, hint, put(first.start, "let "))
    if token.kind in ("COLON", "COMMA"):
        return failure.here(message, f"remove the {found}", swap(token.start, token.end, ""))
    if token.kind in CLOSERS or previous is None:
        return failure.here(message, hint, swap(token.start, token.end, ""))
    begins = failure.first_on_line(first)
    end = failure.behind
    line = swap(end, token.start, f"\n{layout.indentation(text, first.start)}") if begins else None
    semicolon = put(end, ";")
    if token.kind in ("NAME", "NUMBER", "STRING") and previous.kind in _SINGLE and end < token.start:
        known = failure.text(previous) in keywords() or habits.STATEMENT_WORDS.get(failure.text(previous))
        if [t.kind for t in statement] == ["NAME"]:
            hint = "two names stand side by side: a sign between them is missing"
            return failure.here(message, hint)
        if not re.match(r"\w+\s*(?:=(?!=)|\(|[-+*/]=|\.)", text[token.start :]) or known:
            return failure.here(message, hint)
    return failure.here(message, hint, line, semicolon)


def _sign_before(failure: Failure, kind: str) -> list[Fix]:
    """``=``, ``in`` or the parentheses of a definition, where they lack."""
    token, text = failure.token, failure.source.text
    if kind == "EQUAL" and token.kind in ("NUMBER", "STRING", "NAME", "LSQB", "MINUS", "TRUE", "FALSE", "NULL"):
        return [put(failure.behind, " =")]
    if kind == "EQUAL" and token.kind == "COLON":
        return [swap(token.start, token.end, " =")]
    if kind == "IN" and token.kind in ("NAME", "NUMBER", "LSQB", "LPAR"):
        return [put(failure.behind, " in")]
    if kind == "IN" and token.kind == "COLON":
        return [swap(token.start, token.end, " in")]
    if kind != "LPAR":
        return []
    if token.kind in ("COLON", "_LBRACE", "_LDICT", "_LDICT_KEY", "_NL"):
        return [put(failure.behind, "()")]
    names = re.match(r"[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*", text[token.start :])
    if token.kind != "NAME" or names is None:
        return []
    end = token.start + names.end()
    if text[end : end + 1] == ")":
        return [swap(failure.behind, token.start, "(")]
    return [(Edit(failure.behind, token.start, "("), Edit(end, end, ")"))]
