"""Why a text is not L1: what, where, and how to mend it.

The parser says only which token it could not take. The modules of ``hints`` look for the reason: in habits from other
languages (foreign.py, foreign_words.py), in quotes (quotes.py), in what is open (closers.py), in what the parser would
have taken instead (expected.py). ``explain`` asks them in that order. A reason is said once, with its hint and the
edits that do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from l1kernel.errors import Edit, Fix, L1SyntaxError
from l1kernel.language import nodes
from l1kernel.language.grammar import END_OF_TEXT, keywords
from l1kernel.language.hints import (
    closers,
    equals,
    expected,
    foreign,
    foreign_words,
    habits,
    layout,
    numerals,
    openers,
    quotes,
    string_ends,
)
from l1kernel.language.hints.failure import Failure, Reason, fixes_of, put, swap
from l1kernel.language.hints.numerals import percentage
from l1kernel.language.lalr import UNKNOWN, Grammar, Token, Unexpected
from l1kernel.language.newlines import OPERATORS, Newlines, Opener
from l1kernel.language.source import Source


def explain(unexpected: Unexpected, source: Source, grammar: Grammar) -> L1SyntaxError:
    """The error that a reader sees for a token that the grammar did not take."""
    failure = Failure(unexpected, source, grammar)
    reason = next(reason for check in _CHECKS if (reason := check(failure)) is not None)
    long_string = failure.long_string()
    if long_string is None:
        single = string_ends.single_quote(failure)
        hint = reason.hint if "String" in reason.message or not single else 'a " in this line has no partner'
        return _error(replace(reason, hint=hint, fixes=fixes_of((*reason.fixes, *single))), source)
    begun = failure.line_of(long_string[0].start)
    hint = f"the String that began in line {begun} ends in line {failure.line}: was its closing quote forgotten?"
    fixes = fixes_of((*quotes.forgotten(failure), *reason.fixes))
    return _error(Reason(reason.message, hint, reason.start, reason.end, fixes), source)


def _error(reason: Reason, source: Source) -> L1SyntaxError:
    place = source.location(source.span(reason.start, reason.end))
    return L1SyntaxError(reason.message, hint=reason.hint, location=place, fixes=reason.fixes)


def is_unfinished(unexpected: Unexpected, source: Source) -> bool:
    """Whether more text could mend it: something is open, or the text ends behind an operator."""
    token = unexpected.token
    if token.kind == UNKNOWN:
        return source.text[token.start] in "\"'"
    if token.kind == END_OF_TEXT and source.text.rstrip().endswith(("++", "--")):
        return False
    if _open_comment(source, token) is not None:
        return True
    behind_operator = bool(unexpected.tokens) and unexpected.tokens[-1].kind in OPERATORS
    return token.kind == END_OF_TEXT and (unexpected.newlines.innermost() is not None or behind_operator)


# --- what the builder finds, where the grammar takes more than L1 does -------------------------------------------


def stray_end(newlines: Newlines, source: Source, start: int) -> L1SyntaxError:
    """An ``end`` where a statement begins and no colon block is open."""
    return _error(closers.stray("end", newlines, source, start), source)


def reserved_word(word: str, newlines: Newlines, source: Source, start: int) -> L1SyntaxError:
    """A word of L1 where a value must stand."""
    return _error(_as_value(word, newlines.innermost(), source.text, start), source)


def reserved_name(word: str, source: Source, start: int) -> L1SyntaxError:
    """A word of L1 where a name is declared."""
    message, hint = f"'{word}' is a word of L1 and cannot be a name", f"choose another name: {word}_"
    return _error(Reason(message, hint, start, start + len(word), (_renamed(word, source.text, start),)), source)


def doubled_sign(sign: str, source: Source, start: int) -> L1SyntaxError:
    """``++i`` and ``--i``, or a comment as Lua and SQL have it."""
    text, hint = source.text, habits.SIGNS[sign].hint
    fix = foreign.step(text, sign, start)
    if sign == "--" and not text[layout.line_start(text, start) : start].strip() and text[start + 2 : start + 3] == " ":
        hint, fix = "a comment begins with #", swap(start, start + 2, "#")
    return _error(Reason(f"L1 has no '{sign}'", hint, start, start + 2, fixes_of([fix])), source)


def lone_try(source: Source, start: int, end: int) -> L1SyntaxError:
    """A ``try`` from offset to offset without a ``catch`` or ``finally``."""
    text = source.text
    hint = "add what is to happen on an error: catch (e) { print(e.message) }"
    message = "Expected 'catch' or 'finally' after this 'try'"
    fix = (Edit(end, end, " catch (e) { print(e.message) }"),)
    word = re.compile(r"\s*(except|rescue|ensure)\b").match(text, end)
    if word is not None:
        hint, instead = habits.STATEMENT_WORDS[word[1]]
        fix = (Edit(word.start(1), word.end(1), instead or ""),)
    elif text[:end].endswith("end"):
        blanks = layout.indentation(text, start)
        several = "\n" in text[start:end]
        catch = f"catch e:\n{blanks}    print(e.message)\n{blanks}" if several else "catch e: print(e.message) "
        fix = (Edit(end - 3, end - 3, catch),)
    return _error(Reason(message, hint, start, start + len("try"), (fix,)), source)


def bad_literal(message: str, hint: str, source: Source, start: int, end: int) -> L1SyntaxError:
    """An escape in a String that is none: its backslash is meant."""
    fixes = ((Edit(start, start, "\\"),),) if message.startswith("Unknown escape") else ()
    return _error(Reason(message, hint, start, end, fixes), source)


def describe(node: nodes.Node) -> str:
    """A node in a reader's words."""
    return _KINDS.get(type(node), "an expression")


_KINDS: dict[type[nodes.Node], str] = {
    nodes.Constant: "a value",
    nodes.FString: "a String",
    nodes.Call: "the result of a call",
    nodes.ListLiteral: "an empty list",
    nodes.DictionaryLiteral: "a dictionary",
    nodes.Function: "a function",
}


def _as_value(word: str, opener: Opener | None, text: str, start: int) -> Reason:
    fixes: tuple[Fix, ...] = ()
    hint = f"'{word}' is a word of L1 and cannot be a name"
    message = f"Expected a value, found '{word}'"
    if word in closers.CHAINS and (opener is None or not opener.is_bracket):
        chain = closers.CHAINS[word]
        message, hint = f"'{word}' belongs to no '{chain}'", f"it follows the block of the '{chain}' directly"
        if opener is not None and opener.sign == "block" and opener.word == chain:
            fixes = (put(start, "} "),)
        if early := re.search(r"(?:^|\n)[ \t]*end\s*$", text[:start]):
            end = start - len(early[0]) + early[0].index("end")
            hint = f"remove the end before it: one end closes the whole '{chain}'"
            fixes = (layout.without_line(text, end, end + len("end")),)
    elif word in ("and", "or", "in"):
        message, hint = f"Expected a value before '{word}'", f"'{word}' stands between two values"
    elif (line := text[:start].rstrip()) and "\n" in text[len(line) : start] and line[-1] in "=,+-*/%<>":
        sign = re.findall(r"[-=,+*/%<>!.]+$", line)[0]
        hint = f"put a value behind {sign}, or remove it"
        if sign == ",":
            hint = "behind a comma the statement goes on in the next line: remove the comma"
            fixes = (swap(len(line) - 1, len(line), ""),)
        percent = percentage(text, len(line) - 1) if sign == "%" else None
        if percent is not None:
            hint, fixes = percent[0], (percent[1],)
        return Reason(f"Expected a value after '{sign}'", hint, len(line), len(line) + 1, fixes)
    elif word == "if":
        hint, fixes = "a choice between values is written condition ? a : b", fixes_of([_choice(text, start)])
    return Reason(message, hint, start, start + len(word), fixes)


def _choice(text: str, start: int) -> Fix | None:
    """``if c then a else b``, ``if c { a } else { b }`` and ``if c: a else: b end`` as values."""
    line = text[start : layout.code_end(text, start)]
    for form in (
        r"if\s+(.+?)\s+then\s+(.+?)\s+else\s+(.+?)(?:\s+end)?",
        r"if\s+(.+?)\s*\{\s*(.+?)\s*\}\s*else\s*\{\s*(.+?)\s*\}",
        r"if\s+(.+?):\s*(.+?)\s+else:\s*(.+?)(?:\s+end)?",
    ):
        found = re.fullmatch(form, line)
        if found:
            condition = found[1][1:-1] if re.fullmatch(r"\([^()]*\)", found[1]) else found[1]
            return swap(start, start + len(line), f"{condition} ? {found[2]} : {found[3]}")
    return None


def _renamed(word: str, text: str, start: int) -> Fix:
    """The name with a ``_`` behind it, where it is declared and where it can only be that name."""
    edits = [Edit(start + len(word), start + len(word), "_")]
    value = re.compile(rf'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|(?:#|//).*|(?<![\w.])(?P<name>{word})\b(?!\s*:)')
    for match in value.finditer(text, start + len(word)):
        if match["name"] is None:
            continue
        before = text[layout.line_start(text, match.start()) : match.start()].rstrip()
        assigned = re.match(r"\s*(?:[-+*/%]|\*\*)?=(?!=)", text[match.end() :])
        if assigned or re.search(r"(?:[-=(,\[+*/%<>]|\b(?:return|and|or|not|in|if|while|elif|print))$", before):
            edits.append(Edit(match.end(), match.end(), "_"))
    return tuple(edits)


# --- checks of one reason each that belong to no other module ----------------------------------------------------


def _reserved(failure: Failure) -> Reason | None:
    """A word of L1 that the lexer took for a name, as only a name could stand there."""
    previous, before = failure.previous, failure.before(2)
    if previous is None or previous.kind != "NAME" or (before is not None and before.kind == "DOT"):
        return None
    word = failure.text(previous)
    if word == "end":
        first = failure.statement()
        if first and first[0] == previous:
            return closers.stray("end", failure.newlines, failure.source, previous.start)
        return None
    if word not in keywords():
        return None
    if before is not None and before.kind == "_RPAR_THEN":
        text, at = failure.source.text, previous.start
        end = layout.code_end(text, at)
        fix = (Edit(at, at, "{ "), Edit(end, end, " }"))
        return failure.at(previous, f"'{word}' needs a block here", "write if (...) { ... }", fix)
    reason = _as_value(word, failure.innermost, failure.source.text, previous.start)
    if word in closers.CHAINS:
        forgotten = layout.joined(layout.missing_ends(failure.source, failure.tokens[:-1], previous))
        return replace(reason, fixes=fixes_of((forgotten, *reason.fixes)))
    return reason


def _project(failure: Failure) -> Reason | None:
    if failure.innermost is None or failure.innermost.word != "project" or failure.token.kind == END_OF_TEXT:
        return None
    fix = None
    if failure.token.kind == "NAME" and (colon := re.match(r"\w+(\s*:)", failure.rest_of_line())):
        start = failure.token.start
        fix = swap(start + colon.start(1), start + colon.end(1), " =")
    hint = "a project's block holds only such lines"
    return failure.here(f"Expected 'name = value' before {failure.found()}", hint, fix)


def _comments(failure: Failure) -> Reason | None:
    at = _open_comment(failure.source, failure.token)
    if at is None:
        return None
    end = len(failure.source.text[: layout.line_end(failure.source.text, at)].rstrip())
    message = "Expected */ at the end of the comment that begins here"
    return failure.over(at, at + 2, message, "add */", (Edit(end, end, " */"),))


def _open_comment(source: Source, token: Token) -> int | None:
    for at in (token.start, token.start - 1):
        if at >= 0 and source.text.startswith("/*", at) and source.text.find("*/", at + 2) < 0:
            return at
    return None


_CHECKS: tuple[Callable[[Failure], Reason | None], ...] = (
    foreign.characters,
    _comments,
    openers.touching,
    openers.braces,
    quotes.inside,
    quotes.bare_text,
    numerals.numbers,
    numerals.names,
    foreign.signs,
    foreign_words.comprehensions,
    closers.header,
    expected.for_header,
    _reserved,
    _project,
    foreign_words.words,
    foreign_words.tuples,
    equals.equals,
    closers.strays,
    quotes.fstring,
    closers.unclosed,
    closers.parts,
    foreign_words.conditions_behind,
    expected.lines,
    expected.missing,
)
