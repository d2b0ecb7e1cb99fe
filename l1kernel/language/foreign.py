"""Reasons of failure that readers bring along: habits of other languages, characters that only look right.

Each check looks at one kind and gives the message, the hint and the place, or None. The words and signs themselves
stand in habits.py.
"""

from __future__ import annotations

from l1kernel.language import habits
from l1kernel.language.failure import Failure, Reason, still_open, stray
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.lalr import UNKNOWN, Token
from l1kernel.language.newlines import OPERATORS

_OPERANDS = frozenset(("NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "RPAR", "_RPAR_THEN", "RSQB", "RBRACE"))


def characters(failure: Failure) -> Reason | None:
    if failure.token.kind != UNKNOWN:
        return None
    sign = failure.source.text[failure.token.start]
    opener = failure.innermost
    if opener is not None and opener.sign in "\"'" and sign == "}":
        return failure.here("A single '}' in an f-string", "write }} for a brace")
    if opener is not None and opener.sign == "{" and failure.newlines.open[-2].sign == sign:
        return failure.here("Expected '}' before the end of the f-string", still_open(opener, failure.source))
    if sign in "\"'":
        return failure.here(f"Expected {sign} at the end of the String that begins here", f"a String ends with {sign}")
    alike = habits.looks_like(sign)
    code = f"U+{ord(sign):04X}"
    if alike == " ":
        return failure.here(f"A blank that is none of L1 ({code})", "replace it with an ordinary blank")
    if alike is not None:
        return failure.here(f"'{sign}' ({code}) only looks like '{alike}'", f"write {alike}")
    if sign in habits.SIGNS:
        return failure.here(f"'{sign}' is no sign of L1", habits.SIGNS[sign])
    shown = f"'{sign}'" if sign.isprintable() else "This character"
    return failure.here(f"{shown} ({code}) is no sign of L1", "it can stand only in a String or a comment")


def literals(failure: Failure) -> Reason | None:
    token, previous = failure.token, failure.previous
    if token.kind == "DOT" and failure.source.text[token.end : token.end + 1].isdigit() and failure.takes("NUMBER"):
        return failure.here(
            "A number begins with a digit", f"write 0{failure.source.text[token.start : token.end + 1]}"
        )
    behind = failure.source.text[token.end : token.end + 1]
    if token.kind == "NUMBER" and (behind.isalpha() or behind == "_"):
        return failure.here("A name cannot begin with a digit", "begin it with a letter or _")
    if previous is None:
        return None
    touching = previous.end == token.start
    if previous.kind == "STRING" and touching and token.kind == "NAME" and "\n" not in failure.text(previous):
        quote = failure.text(previous)[0]
        hint = f"a {quote} inside it is written \\{quote}, or the String stands in the other quotes"
        return failure.here(f"The String ended before '{failure.text(token)}'", hint)
    if previous.kind == "NUMBER" and touching and (failure.text(token)[:1].isalnum() or failure.text(token)[:1] == "_"):
        both = failure.source.text[previous.start : token.end]
        if (
            (both[0] == "0" and both[1:2] in tuple("xXbBoO"))
            or failure.text(token)[:1] == "_"
            or token.kind == "NUMBER"
        ):
            return f"'{both}' is no number", None, previous.start, token.end
        number, name = failure.text(previous), failure.text(token)
        return (
            f"A name cannot begin with a digit: '{both}'",
            f"to multiply, write {number} * {name}",
            previous.start,
            token.end,
        )
    if previous.kind == "STRING" and token.kind == "STRING":
        if touching and previous.end - previous.start == 2:
            return failure.here("L1 has no triple quotes", "a String in single or double quotes may run over lines")
        return failure.here("Two Strings side by side", "join them with + or put a comma between them")
    if previous.kind == "NUMBER" and token.kind == "NUMBER":
        one, other = failure.text(previous), failure.text(token)
        hint = f"the digits of one number stand together: {one}_{other}"
        if failure.innermost is not None and failure.innermost.is_bracket:
            hint = f"put a comma between them: {one}, {other}"
        return failure.here("Two numbers side by side", hint)
    before = failure.tokens[-2] if len(failure.tokens) > 1 else None
    if previous.kind == "DOT" and before is not None and before.kind == "NUMBER":
        return failure.here("Expected a digit after the point", f"write {failure.text(before)}.0")
    return None


def signs(failure: Failure) -> Reason | None:
    start, signs = failure.adjacent()
    for sign in ("===", "!==", "++", "--", "...", "::", ":=", "<>", "??", "?."):
        if sign in signs and failure.token.kind not in ("_NL", "NAME", END_OF_TEXT):
            at = start + signs.index(sign)
            return f"L1 has no '{sign}'", habits.SIGNS[sign], at, at + len(sign)
    for sign in ("++", "--"):
        # behind them the line went on, as behind any operator
        if failure.previous and failure.source.text[failure.previous.end - 2 : failure.previous.end] == sign:
            return f"L1 has no '{sign}'", habits.SIGNS[sign], failure.previous.end - 2, failure.previous.end
    stars = failure.token.kind in ("STAR", "POWER") and failure.previous is not None
    if stars and failure.previous and failure.previous.kind in ("LPAR", "COMMA"):
        hint = "name each argument; a list of values is one argument"
        return failure.here(f"L1 has no '{failure.text(failure.token)}' before an argument or a parameter", hint)
    return None


def comprehensions(failure: Failure) -> Reason | None:
    if failure.token.kind == "FOR" and failure.innermost is not None and failure.innermost.is_bracket:
        return failure.here("L1 has no comprehensions", "write map(xs, x => ...), filter(xs, x => ...), or a loop")
    return None


def words(failure: Failure) -> Reason | None:
    """A word of another language, where the statement fails because of it."""
    statement = failure.statement()
    previous = failure.previous
    if failure.token.kind == "NAME" and previous is not None and previous.kind in _OPERANDS:
        word = failure.text(failure.token)
        if word in habits.OPERATOR_WORDS:
            return failure.here(f"L1 has no '{word}' between values", f"write {habits.OPERATOR_WORDS[word]}")
    if previous is None or previous.kind == "_NL" or not statement:
        return None
    first = statement[0]
    second = statement[1] if len(statement) > 1 else failure.token
    for token, follower in ((first, second), (previous, failure.token)):
        word = failure.text(token)
        if token.kind == "NAME" and word == "end" and token == first:
            message, hint = stray("end", failure.innermost, failure.source)
            return failure.at(token, message, hint)
        if token.kind == "NAME" and word in habits.STATEMENT_WORDS and _fails_as_word(word, follower, failure):
            return failure.at(token, f"L1 has no '{word}'", habits.STATEMENT_WORDS[word])
    if previous == first and first.kind == "NAME" and failure.text(first) in ("print", "println", "eprint", "input"):
        end_of_line = failure.source.text.find("\n", failure.token.start)
        line = failure.source.text[failure.token.start : end_of_line if end_of_line >= 0 else None].strip()
        return failure.here(f"'{failure.text(first)}' needs parentheses", f"write {failure.text(first)}({line})")
    if first.kind in ("IMPORT", "FROM") and previous == first and failure.token.kind == "NAME":
        module = failure.text(failure.token)
        hint = f'an L1 file is imported by its path: import "{module}.l1"; everything else is built in'
        return failure.here(f"L1 cannot import '{module}': it reaches the host only through its own library", hint)
    if first.kind == "IMPORT" and failure.token.kind == "AS":
        return failure.here("An imported file has no other name", "it is known by its name without .l1")
    if first.kind == "FROM" and previous.kind == "IMPORT" and failure.token.kind == "STAR":
        return failure.here("L1 imports names one by one", 'write from "file.l1" import f, g')
    if first.kind in ("LET", "CONST") and failure.token.kind == "EQUAL" and any(t.kind == "EQUAL" for t in statement):
        return failure.here(
            f"One '=' for one '{failure.text(first)}'", f"write a '{failure.text(first)}' for each variable"
        )
    return None


def _fails_as_word(word: str, follower: Token, failure: Failure) -> bool:
    if follower.kind == "LPAR":
        return failure.token.kind in ("_LBRACE", "_LDICT", "_LDICT_KEY", "COLON", "_NL", "SEMICOLON") or word in (
            "def",
            "lambda",
        )
    return follower.kind not in OPERATORS - {"_LBRACE", "COLON"} and follower.kind not in (
        "_NL", "SEMICOLON", "RPAR", "RSQB", "LSQB", "RBRACE", END_OF_TEXT, "EQUAL",
    )  # fmt: skip


def tuples(failure: Failure) -> Reason | None:
    """Parentheses that could only be a parameter list, and no ``=>`` follows."""
    if failure.previous is None or failure.previous.kind not in ("RPAR", "_RPAR_THEN") or not failure.takes("ARROW"):
        return None
    if failure.takes("PLUS", "_LBRACE", "COLON"):
        return None
    if failure.token.kind == "RESULT":
        return failure.here("Expected '=>' before '->'", "like this: (a, b) => a + b")
    depth, tokens = 0, []
    for token in reversed(failure.tokens):
        tokens.append(token)
        depth += (token.kind in ("RPAR", "_RPAR_THEN")) - (token.kind == "LPAR")
        if depth == 0:
            break
    tokens.reverse()
    opening = tokens[0]
    equal = next((token for token in tokens if token.kind == "EQUAL"), None)
    if equal is not None:
        return failure.at(equal, "'=' stores a value and cannot stand in an expression", "to compare, write ==")
    inside = failure.source.text[opening.end : failure.previous.start].strip().rstrip(",")
    hint = f"write a list: [{inside}]" if len(inside) <= 40 and "\n" not in inside else "write a list: [a, b]"
    return "L1 has no tuples", hint, opening.start, failure.previous.end
