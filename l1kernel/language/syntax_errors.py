"""Why a text is not L1: what, where, and how to mend it.

The parser says only which token it could not take. The reason lies in what is open there (newlines.py), in what the
parser would have taken instead, and in habits from other languages (habits.py): ``explain`` asks them in that order.
"""

from __future__ import annotations

from collections.abc import Callable

from l1kernel.errors import L1SyntaxError
from l1kernel.language import foreign, nodes
from l1kernel.language.failure import CLOSERS, CLOSING, Failure, Reason, still_open, stray
from l1kernel.language.grammar import END_OF_TEXT, keywords
from l1kernel.language.lalr import UNKNOWN, Grammar, Token, Unexpected
from l1kernel.language.newlines import ASSIGNMENTS, OPERATORS, Newlines, Opener
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

_CHAINS = {"else": "if", "elif": "if", "catch": "try", "finally": "try"}


def explain(unexpected: Unexpected, source: Source, grammar: Grammar) -> L1SyntaxError:
    """The error that a reader sees for a token that the grammar did not take."""
    failure = Failure(unexpected, source, grammar)
    message, hint, start, end = next(reason for check in _CHECKS if (reason := check(failure)) is not None)
    hint = failure.string_hint() or hint
    return L1SyntaxError(message, hint=hint, location=source.location(source.span(start, end)))


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


def stray_end(newlines: Newlines, source: Source, start: int) -> L1SyntaxError:
    """An ``end`` where a statement begins and no colon block is open."""
    message, hint = stray("end", newlines.innermost(), source)
    return L1SyntaxError(message, hint=hint, location=source.location(source.span(start, start + len("end"))))


def reserved_word(word: str, newlines: Newlines, source: Source, start: int) -> L1SyntaxError:
    """A word of L1 where a value must stand."""
    message, hint = _as_value(word, newlines.innermost())
    return L1SyntaxError(message, hint=hint, location=source.location(source.span(start, start + len(word))))


def _as_value(word: str, opener: Opener | None) -> tuple[str, str]:
    if word in _CHAINS and (opener is None or not opener.is_bracket):
        chain = _CHAINS[word]
        return f"'{word}' belongs to no '{chain}'", f"it follows the block of the '{chain}' directly"
    if word in ("and", "or", "in"):
        return f"Expected a value before '{word}'", f"'{word}' stands between two values"
    hint = "a choice between values is written condition ? a : b" if word == "if" else None
    return f"Expected a value, found '{word}'", hint or f"'{word}' is a word of L1 and cannot be a name"


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


# --- the checks, each for one reason -----------------------------------------------------------------------------


def _reserved(failure: Failure) -> Reason | None:
    """A word of L1 that the lexer took for a name, as only a name could stand there."""
    previous = failure.previous
    if previous is None or previous.kind != "NAME" or (len(failure.tokens) > 1 and failure.tokens[-2].kind == "DOT"):
        return None
    word = failure.text(previous)
    if word == "end" or word not in keywords():
        return None
    if len(failure.tokens) > 1 and failure.tokens[-2].kind == "_RPAR_THEN":
        return failure.at(previous, f"'{word}' needs a block here", "write if (...) { ... }")
    return failure.at(previous, *_as_value(word, failure.innermost))


def _project(failure: Failure) -> Reason | None:
    if failure.innermost is None or failure.innermost.word != "project" or failure.token.kind == END_OF_TEXT:
        return None
    return failure.here(f"Expected 'name = value' before {failure.found()}", "a project's block holds only such lines")


def _comments(failure: Failure) -> Reason | None:
    at = _open_comment(failure.source, failure.token)
    return None if at is None else ("Expected */ at the end of the comment that begins here", "add */", at, at + 2)


def _open_comment(source: Source, token: Token) -> int | None:
    for at in (token.start, token.start - 1):
        if at >= 0 and source.text.startswith("/*", at) and source.text.find("*/", at + 2) < 0:
            return at
    return None


def _equals(failure: Failure) -> Reason | None:
    statement = failure.statement()
    if (
        failure.token.kind == "EQUAL_TO"
        and statement
        and statement[0].kind in ("LET", "CONST")
        and failure.takes("EQUAL")
    ):
        return failure.here("Expected '=' before '=='", "= stores a value, == compares two")
    if failure.token.kind != "EQUAL":
        return None
    if statement and statement[0].kind == "FOR":
        return failure.here("Expected 'in' before '='", "write for i in 0..10 { ... }")
    headers = [opener.header for opener in failure.newlines.open if opener.header is not None]
    if any(word in ("if", "while") for word, _ in headers):
        return failure.here("'=' stores a value and cannot stand in a condition", "to compare, write ==")
    if failure.innermost is None or not failure.innermost.is_bracket:
        if any(token.kind == "EQUAL" for token in statement):
            return failure.here("A second '=' in one statement", "store one after the other: b = 3, then a = b")
        if statement:
            hint = "a value is stored in a variable, x[i] or x.name; to compare, write =="
            return "Cannot assign to an expression", hint, statement[0].start, statement[-1].end
    if failure.innermost is not None and failure.innermost.sign == "{":
        if failure.newlines.open[-2].sign in "\"'":
            return failure.here("Expected '}' before '='", "a format is written behind a colon: {x:.2f}")
        return failure.here("Expected ':' after the key", "a dictionary is {key: value}")
    return failure.here("'=' stores a value and cannot stand in an expression", "to compare, write ==")


def _strays(failure: Failure) -> Reason | None:
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
        return failure.here(*stray(closer, opener, failure.source))
    if closer == "end" or failure.line_of(opener.offset) < failure.line:
        return None
    return failure.here(f"Expected '{CLOSING[opener.sign]}' before '{closer}'", still_open(opener, failure.source))


def _parts(failure: Failure) -> Reason | None:
    """An ``else`` or ``catch`` that belongs to nothing."""
    if failure.token.kind == "COLON" and failure.previous is not None and failure.previous.kind in _PARTS:
        word = failure.text(failure.previous)
        chain = _CHAINS[word]
        message = f"'{word}' with ':' cannot continue the '{chain}' in braces"
        return failure.at(failure.previous, message, f"write {word} {{ ... }}")
    header = failure.newlines.open[-1].header
    if failure.token.kind == "COLON" and header is not None and header[0] == "catch":
        return failure.here("'catch' with ':' cannot continue the 'try' in braces", "write catch (e) { ... }")
    part = _PARTS.get(failure.token.kind)
    if part is None or (failure.innermost is not None and failure.innermost.is_bracket):
        return None
    word = part.split()[0].rstrip(":")
    chain, opener = _CHAINS[word], failure.innermost
    if failure.token.kind.startswith("_"):
        message = f"'{word}' with ':' belongs to no open '{chain}' with ':'"
        return failure.here(message, f"in braces the '{chain}' goes on with {word} {{ ... }}")
    if opener is not None and opener.sign == "colon" and opener.word == chain:
        line = failure.line_of(opener.word_offset)
        line_rest = failure.source.text[failure.token.end :].split("\n", 1)[0]
        if line_rest.lstrip().startswith(":"):
            return failure.here(f"A second '{word}' for the '{chain}' of line {line}", f"an '{chain}' has one '{word}'")
        if "{" not in line_rest:
            return failure.here(
                f"Expected ':' in the line of this '{word}'", f"the '{chain}' of line {line} has one too"
            )
        message = f"'{word}' with '{{' cannot continue the '{chain}' that line {line} opened with ':'"
        return failure.here(message, f"write {word}: and close the whole with end")
    return failure.here(f"'{word}' belongs to no '{chain}'", f"it follows the block of the '{chain}' directly")


def _unclosed(failure: Failure) -> Reason | None:
    """A bracket or a block without its end."""
    opener = failure.innermost
    if opener is None:
        return None
    at_end = failure.token.kind == END_OF_TEXT
    closer = CLOSING[opener.sign]
    if opener.sign in "\"'":
        begin = opener.offset
        return f"Expected {closer} at the end of the String that begins here", None, begin, begin + 2
    if opener.is_bracket:
        if CLOSERS.get(failure.token.kind) == closer:
            return None
        later = failure.line_of(opener.offset) < failure.line
        begins = failure.token.kind in _BEGINNINGS or (
            failure.first_on_line(failure.token) and failure.token.kind != "COLON"
        )
        whole_line = failure.end_of_line(opener.offset) > opener.offset + 1
        swallowed = failure.swallowed_if(opener)
        if at_end or (later and (swallowed or (begins and (whole_line or failure.token.kind in _BEGINNINGS)))):
            at = failure.end_of_line(opener.offset)
            return f"Expected '{closer}'", _slash_hint(failure, opener) or None, at, at + 1
        return None
    if not at_end:
        return None
    line = failure.line_of(opener.word_offset)
    what = "block" if opener.word in ("", "{", "=>") else f"'{opener.word}'"
    hint = "indentation does not close a block" if opener.sign == "colon" else None
    for closed, brace in failure.newlines.closed_by_brace:
        if closed.offset > opener.offset:
            begun = failure.line_of(closed.word_offset)
            hint = (
                f"the }} in line {failure.line_of(brace)} closed the '{closed.word}' of line {begun}: write end for it"
            )
    return failure.here(f"Missing '{closer}' for the {what} that line {line} opened", hint)


def _slash_hint(failure: Failure, opener: Opener) -> str | None:
    """`//` inside brackets took their closer away."""
    line = failure.source.line_text(failure.line_of(opener.offset))
    before, slashes, after = line.partition("//")
    if (
        not slashes
        or not after.strip()
        or opener.offset - (failure.source.text.rfind("\n", 0, opener.offset) + 1) > len(before)
    ):
        return None
    return "// begins a comment that takes the rest of the line; to divide without remainder, write div(a, b)"


def _lines(failure: Failure) -> Reason | None:
    """The line ends where its statement does not."""
    if failure.token.kind not in ("_NL", END_OF_TEXT):
        return None
    header = failure.newlines.open[-1].header
    next_sign = failure.source.text[failure.token.end : failure.token.end + 1]
    if header is not None and failure.takes("_LBRACE"):
        word = header[0]
        if next_sign == "{" and failure.token.kind == "_NL":
            line = failure.line_of(header[1])
            brace = failure.token.end
            return (
                f"The '{{' must stand on the line of its '{word}'",
                f"move it to the end of line {line}",
                brace,
                brace + 1,
            )
        return failure.here(
            f"Expected ':' or '{{' after this '{word}'", f"write {word} ... : ... end or {word} ... {{ ... }}"
        )
    if failure.takes("ELSE") and any(token.kind == "IF" for token in failure.statement()):
        return failure.here(f"Expected 'else' before {failure.found()}", "write a if condition else b")
    if failure.takes("COLON") and any(token.kind == "QUESTION" for token in failure.statement()):
        return failure.here(f"Expected ':' before {failure.found()}", "write condition ? a : b")
    if failure.takes("NUMBER"):
        after = f" after '{failure.text(failure.previous)}'" if failure.previous else ""
        return failure.here(f"Expected a value{after}")
    return None


def _missing(failure: Failure) -> Reason:
    """What the parser would have taken instead."""
    opener = failure.innermost
    found = failure.found()
    if (
        failure.token.kind == "IN"
        and failure.previous
        and failure.previous.kind == "NAME"
        and failure.tokens[-2].kind == "LET"
    ):
        name = failure.text(failure.previous)
        return failure.at(
            failure.tokens[-2], "A 'for' declares its variable without 'let'", f"write for ({name} in ...)"
        )
    if failure.takes("NUMBER") and failure.takes("LPAR"):
        if failure.text(failure.token).isidentifier():
            return failure.here(f"Expected a value, found {found}", f"{found} is a word of L1 and cannot be a name")
        return failure.here(f"Expected a value before {found}")
    if failure.takes("NAME"):
        what = "a member's name" if failure.previous and failure.previous.kind == "DOT" else "a name"
        return failure.here(f"Expected {what}, found {found}")
    if opener is not None and opener.is_bracket:
        return _in_bracket(failure, opener, found)
    header = failure.newlines.open[-1].header
    if header is not None and failure.takes("_LBRACE", "COLON"):
        return failure.here(f"Expected ':' or '{{' before {found}", f"a block follows the '{header[0]}'")
    if failure.takes("_LBRACE"):
        return failure.here(f"Expected '{{' before {found}")
    if failure.takes("EQUAL") and failure.takes("COMMA") and not failure.takes("_NL"):
        hints = {"LET": "write a 'let' for each variable", "CONST": "a const has a value: const x = 5"}
        hint = hints.get(failure.statement()[0].kind, "a list of values is written [a, b]")
        return failure.here(f"Expected '=' before {found}", hint)
    if failure.previous and failure.previous.kind in ("FUNCTION", "FN") and failure.token.kind == "NAME":
        return failure.here(
            f"Expected '(' before {found}", "a function in an expression has no name: function(x) { ... }"
        )
    for kind, sign in (("EQUAL", "="), ("LPAR", "("), ("IN", "in"), ("IMPORT", "import"), ("STRING", "a String")):
        if not failure.takes("_NL") and failure.takes(kind):
            return failure.here(
                f"Expected '{sign}' before {found}" if kind != "STRING" else f"Expected a String before {found}"
            )
    if failure.takes("_NL"):
        return failure.here(
            f"Expected the end of the statement before {found}", "write each statement on a line of its own"
        )
    return failure.here(f"Unexpected {found.removeprefix('the ')}")


def _in_bracket(failure: Failure, opener: Opener, found: str) -> Reason:
    closer = CLOSING[opener.sign]
    if failure.newlines.open[-2].sign in "\"'":
        return failure.here(f"Expected '}}' before {found}", "a format is written behind a colon: {x:.2f}")
    statement = failure.statement_from(opener)
    if opener.sign == "{" and statement and statement[0].start == opener.offset and not failure.takes("COMMA"):
        hint = "a block stands behind if, for, while, function, ...; a dictionary is {key: value}"
        return failure.here("A '{' where a statement begins opens a dictionary, not a block", hint)
    if opener.sign == "{" and failure.takes("COLON") and not failure.takes("COMMA"):
        a_set = failure.token.kind in ("COMMA", "RBRACE")
        hint = "L1 has no sets: a list is [1, 2]" if a_set else "a dictionary is {key: value}"
        return failure.here(f"Expected ':' after the key, before {found}", hint)
    kinds = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
    if failure.takes("COMMA") and failure.token.kind not in ("_LBRACE", "_LDICT", "_LDICT_KEY", "COLON", "SEMICOLON"):
        return failure.here(f"Expected ',' or '{closer}' before {found}")
    if failure.takes(kinds[closer]):
        return failure.here(f"Expected '{closer}' before {found}", still_open(opener, failure.source))
    for kind, sign in (("IN", "in"), ("ELSE", "else"), ("COLON", ":"), ("SEMICOLON", ";")):
        if failure.takes(kind):
            return failure.here(f"Expected '{sign}' before {found}")
    return failure.here(f"Unexpected {found.removeprefix('the ')}")


_CHECKS: tuple[Callable[[Failure], Reason | None], ...] = (
    foreign.characters,
    _comments,
    foreign.literals,
    foreign.signs,
    foreign.comprehensions,
    _reserved,
    _project,
    foreign.words,
    foreign.tuples,
    _equals,
    _strays,
    _unclosed,
    _parts,
    _lines,
    _missing,
)
