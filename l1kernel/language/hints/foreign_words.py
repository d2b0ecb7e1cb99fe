"""Reasons of failure that are words: of another language, or words of L1 misspelt. What stands for what: habits.py."""

from __future__ import annotations

import re

from l1kernel.diagnostics import nearest
from l1kernel.errors import Edit, Fix
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.hints import habits, layout
from l1kernel.language.hints.failure import Failure, Reason, put, swap
from l1kernel.language.lalr import Token
from l1kernel.language.newlines import OPERATORS

_OPERANDS = frozenset(("NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "RPAR", "_RPAR_THEN", "RSQB", "RBRACE"))
_BLOCK_SIGNS = frozenset(("_LBRACE", "_LDICT", "_LDICT_KEY", "COLON"))


def words(failure: Failure) -> Reason | None:
    """A word of another language, where the statement fails because of it."""
    statement, previous = failure.statement(), failure.previous
    reason = _between_values(failure) or _type_of_parameter(failure) or _block_word_behind_end(failure)
    if reason is not None or previous is None or previous.kind == "_NL" or not statement:
        return reason
    first = statement[0]
    second = statement[1] if len(statement) > 1 else failure.token
    for token, follower in ((first, second), (previous, failure.token)):
        word = failure.text(token)
        if token.kind == "NAME" and word in habits.STATEMENT_WORDS and _fails_as_word(word, follower, failure):
            if first.kind in ("LET", "CONST") and habits.STATEMENT_WORDS[word].instead in ("let", "const"):
                return failure.at(token, f"L1 has no '{word}'", "leave it out", _without(failure, token))
            hint, fixes = _instead(failure, token, word)
            return failure.at(token, f"L1 has no '{word}'", hint, *fixes)
    array = [token.kind for token in statement] == ["NAME", "LSQB"] and failure.token.kind == "RSQB"
    if array and failure.text(first) in habits.TYPES:
        fix = swap(first.start, failure.token.end, "let")
        return failure.over(first.start, failure.token.end, "L1 has no types before names", "write let", fix)
    return (
        _call_without_parentheses(failure, statement)
        or _import(failure, first)
        or _declarations(failure, statement)
        or _misspelt(failure, first, second)
        or _misspelt(failure, previous, failure.token)
    )


def _between_values(failure: Failure) -> Reason | None:
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.kind != "NAME" or previous is None or previous.kind not in _OPERANDS:
        return None
    word = failure.text(token)
    if word == "from" or word not in habits.OPERATOR_WORDS:
        return None
    hint, instead = habits.OPERATOR_WORDS[word]
    let = statement[-2] if len(statement := failure.statement()) > 1 else previous
    if word == "of" and let.kind == "LET":
        message, hint = "L1 has no 'of' between values", f"write for ({failure.text(previous)} in ...)"
        edits = Edit(let.start, previous.start, ""), Edit(token.start, token.end, "in")
        return failure.here(message, hint, edits)
    if instead == ":":
        brace = re.match(r"\s*\{", text[token.end : layout.line_end(text, token.end)])
        fix = swap(previous.end, token.end, "" if brace else ":")
    elif instead == "..=":
        after = len(text[token.end :]) - len(text[token.end :].lstrip(" "))
        fix = swap(previous.end, token.end + after, instead)
    elif word == "is" and (contained := re.match(r"\s+(?:not\s+)?in\b", text[token.end :])):
        hint, fix = f"write{contained[0]}", swap(token.start, token.end + 1, "")
    elif word == "is" and (negated := re.match(r"\s+not\b", text[token.end :])):
        hint, fix = "write !=", swap(token.start, token.end + negated.end(), "!=")
    elif word == "div":
        number = re.match(r"\s*([\w.]+(?:\([^()]*\))?|\([^()]*\))", text[token.end :])
        begin = failure.operand(len(failure.tokens) - 1)
        call = f"div({text[begin : previous.end]}, {number[1]})" if number else ""
        return failure.here(
            f"L1 has no '{word}' between values", hint, swap(begin, token.end + number.end(), call) if number else None
        )
    else:
        fix = swap(token.start, token.end, instead) if instead is not None else ()
    return failure.here(f"L1 has no '{word}' between values", hint, fix)


def _type_of_parameter(failure: Failure) -> Reason | None:
    """``function f(int a)``, ``catch (Exception e)``."""
    previous, before = failure.previous, failure.before(2)
    if failure.token.kind != "NAME" or previous is None or previous.kind != "NAME" or before is None:
        return None
    if failure.line_of(previous.start) != failure.line:
        return None
    statement = failure.statement()
    word, name = failure.text(previous), failure.text(failure.token)
    if before.kind in ("LPAR", "CATCH", "_CATCH_COLON") and any(t.kind in ("CATCH", "_CATCH_COLON") for t in statement):
        if word in habits.ANY_ERROR:
            fix = swap(previous.start, failure.token.start, "")
            return failure.at(previous, f"L1 has no '{word}'", f"catch ({name}) takes every error", fix)
        return failure.here(f"Expected 'as' before '{name}'", f"write {word} as {name}", put(previous.end, " as"))
    if before.kind not in ("LPAR", "COMMA") or word not in habits.TYPES or statement[0].kind == "FOR":
        return None
    hint = f"leave '{word}' out: a parameter or variable needs no type before its name"
    return failure.at(previous, f"L1 has no types before names: '{word} {name}'", hint, _without(failure, previous))


def _block_word_behind_end(failure: Failure) -> Reason | None:
    """``end if``, ``end function f``: the word behind ``end`` began a new statement."""
    for back in (1, 2):
        word, end = failure.before(back), failure.before(back + 1)
        if (
            word is None
            or end is None
            or end.kind != "END"
            or failure.line_of(end.start) != failure.line_of(word.start)
        ):
            continue
        if word.kind in ("IF", "FOR", "WHILE", "FUNCTION", "FN", "LOOP", "TRY"):
            last = layout.code_end(failure.source.text, end.start)
            message = f"'end' stands alone, without '{failure.text(word)}'"
            return failure.at(word, message, "write end", swap(end.end, last, ""))
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


def _without(failure: Failure, token: Token) -> Fix:
    """The word goes, and the blanks behind it."""
    text = failure.source.text
    return swap(token.start, token.end + len(text[token.end :]) - len(text[token.end :].lstrip(" ")), "")


def _instead(failure: Failure, token: Token, word: str) -> tuple[str, list[Fix | None]]:
    """The hint for a word, and the edits that do it."""
    hint, instead = habits.STATEMENT_WORDS[word]
    text, line = failure.source.text, layout.line_end(failure.source.text, token.start)
    rest = text[token.end : layout.code_end(text, token.end)]
    if instead == "catch" and (every := re.match(rf"\s+(?:{'|'.join(habits.ANY_ERROR)})\b(?:\s+as\b)?", rest)):
        return hint, [swap(token.start, token.end + every.end(), "catch")]
    if word == "lambda":
        return hint, [_lambda(text, token)]
    if word in ("global", "nonlocal"):
        return hint, [layout.without_line(text, token.start, layout.code_end(text, token.start))]
    if instead == "let" and re.match(r"\s+(?:function|fn|let|const)\b", rest):
        return "leave it out", [_without(failure, token)]
    if instead == "let" and re.match(r"\s+\w+\s*\([^=]*\)\s*(?:\{|:|$)", rest):
        return habits.STATEMENT_WORDS["def"].hint, [swap(token.start, token.end, "function")]
    if word == "foreach" or (word == "for" and rest.startswith(" each")):
        return hint, [swap(token.start, token.end, "for")]
    if word in ("puts", "echo", "println!", "say", "disp", "write", "Print", "PRINT") and not rest.startswith("("):
        start, end = token.start, _end_of_arguments(failure, token.end)
        inner = text[token.end : end].strip()
        return hint, [swap(start, end, f"print({inner})")]
    if word == "typeof":
        operand = re.match(r"[ (]*([\w.]+)\)?", rest)
        return hint, [swap(token.start, token.end + operand.end(), f"type_of({operand[1]})")] if operand else []
    if word == "unless" or word == "until":
        condition = re.match(r"\s*(.*?)\s*([:{]?)$", text[token.end : layout.code_end(text, token.end)])
        if condition and re.search(r"\b(?:and|or)\b|&&|\|\|", condition[1]) and not condition[1].startswith("("):
            end = token.end + condition.end(1)
            return hint, [(Edit(token.start, token.end, f"{instead} ("), Edit(end, end, ")"))]
    if word in ("elsif", "elseif", "elseIf", "ELSEIF") and text[: token.start].rstrip().endswith("}"):
        return hint, [swap(token.start, token.end, "else if")]
    if word == "del":
        gone = re.match(r"\s+([\w.]+)\[(.+)\]$", rest)
        method = "remove" if gone and gone[2][0] in "\"'" else "pop"
        return hint, [swap(token.start, token.end + len(rest), f"{gone[1]}.{method}({gone[2]})")] if gone else []
    if word == "int" and rest.startswith("[]"):
        return hint, []
    if instead == "":
        return hint, [_without(failure, token)]
    del line
    return hint, [swap(token.start, token.end, instead)] if instead is not None else []


def _lambda(text: str, token: Token) -> Fix | None:
    head = re.compile(r"lambda\s*([\w\s,=.\"']*?)\s*:\s*").match(text, token.start)
    if head is None:
        return None
    names = head[1]
    parameters = names if re.fullmatch(r"\w+", names) else f"({names})"
    return swap(head.start(), head.end(), f"{parameters} => ")


def _end_of_arguments(failure: Failure, start: int) -> int:
    """Where the rest of a statement ends on its line: before what closes a block around it."""
    text = failure.source.text
    end = layout.code_end(text, start)
    openers = [opener for opener in failure.newlines.open[1:] if opener.offset > layout.line_start(text, start)]
    for opener in openers:
        closer = "end" if opener.sign == "colon" else "}"
        if text[start:end].endswith(closer):
            end = start + len(text[start : end - len(closer)].rstrip())
    return start + len(text[start:end].rstrip("; "))


def _call_without_parentheses(failure: Failure, statement: list[Token]) -> Reason | None:
    """``print x``."""
    callee, token, text = failure.previous, failure.token, failure.source.text
    if callee is None or callee.kind != "NAME" or (callee.end == token.start and token.kind != "STRING"):
        return None
    word = failure.text(callee)
    begins = callee == statement[0] or failure.before(2) is None or statement[-2:][0].kind in ("EQUAL", "_RPAR_THEN")
    defined = any(
        a.kind in ("FUNCTION", "FN") and failure.text(b) == word
        for a, b in zip(failure.tokens, failure.tokens[1:], strict=False)
    )
    if (
        not begins
        or not (word in habits.CALLED or defined)
        or token.kind in ("_NL", END_OF_TEXT, "EQUAL", *_BLOCK_SIGNS)
    ):
        return None
    end = _end_of_arguments(failure, token.start)
    inner = text[token.start : end]
    if inner.endswith(")") and inner.count(")") > inner.count("("):
        return failure.here(f"'{word}' needs parentheses", f"write {word}({inner}", swap(callee.end, token.start, "("))
    edits = Edit(callee.end, token.start, "("), Edit(end, end, ")")
    return failure.here(f"'{word}' needs parentheses", f"write {word}({inner})", edits)


def _import(failure: Failure, first: Token) -> Reason | None:
    previous, token, text = failure.previous, failure.token, failure.source.text
    if first.kind in ("IMPORT", "FROM") and previous == first and token.kind == "NAME":
        module = failure.text(token)
        hint = f'an L1 file is imported by its path: import "{module}.l1"; everything else is built in'
        fix = layout.without_line(text, first.start, layout.code_end(text, first.start))
        if text[layout.line_end(text, first.start) - 1] in "\"'":
            fix = put(token.start, text[layout.line_end(text, first.start) - 1])
            return failure.here(f"Expected a String, found '{module}'", "the path of a file stands in quotes", fix)
        return failure.here(f"L1 cannot import '{module}': it reaches the host only through its own library", hint, fix)
    if first.kind == "IMPORT" and token.kind == "AS":
        assert previous is not None
        fix = swap(previous.end, layout.code_end(text, token.start), "")
        return failure.here("An imported file has no other name", "it is known by its name without .l1", fix)
    if first.kind == "FROM" and previous is not None and previous.kind == "IMPORT" and token.kind == "STAR":
        return failure.here("L1 imports names one by one", 'write from "file.l1" import f, g')
    return None


def _declarations(failure: Failure, statement: list[Token]) -> Reason | None:
    """What goes wrong behind ``let``: several at once, a word too many, no ``=``."""
    first, previous, token, text = statement[0], failure.previous, failure.token, failure.source.text
    if first.kind not in ("LET", "CONST") or previous is None:
        return None
    if failure.innermost is not None and failure.innermost.is_bracket:
        return None
    word = failure.text(first)
    blanks = layout.indentation(text, first.start)
    if token.kind == "EQUAL" and [t.kind for t in statement[1:]] == ["NAME", "EQUAL", "NAME"]:
        inner, outer = failure.text(previous), failure.text(statement[1])
        end = layout.code_end(text, token.end)
        lines = f"{inner} ={text[token.end : end]}\n{blanks}{word} {outer} = {inner}"
        hint = f"store one after the other: {word} {inner} = ..., then {word} {outer} = {inner}"
        return failure.here("A second '=' in one statement", hint, swap(statement[1].start, end, lines))
    if token.kind == "EQUAL" and any(t.kind == "EQUAL" for t in statement):
        comma = statement[-2] if len(statement) > 1 and statement[-2].kind == "COMMA" else None
        if comma is None:
            fix = swap(token.start, token.end, "==")
            return failure.here("'=' stores a value and cannot stand in an expression", "to compare, write ==", fix)
        fix = swap(comma.start, previous.start, f"\n{blanks}{word} ")
        return failure.here(f"One '=' for one '{word}'", f"write a '{word}' for each variable", fix)
    return None


def _misspelt(failure: Failure, first: Token, second: Token) -> Reason | None:
    """A word that begins a statement, misspelt or in capitals."""
    word, index = failure.text(first), failure.tokens.index(first)
    if index and failure.tokens[index - 1].kind not in ("_NL", "SEMICOLON", "RBRACE", "END", "COLON", "_LBRACE"):
        return None
    if first.kind != "NAME" or len(word) < 2 or failure.is_known(word) or not _fails_as_word(word, second, failure):
        return None
    if second.kind in ("DOT", "STRING") and word.casefold() not in habits.BEGINNINGS:
        return None
    meant = nearest(word, habits.BEGINNINGS)
    swapped = next((b for b in habits.BEGINNINGS if sorted(b) == sorted(word.casefold())), None)
    meant = swapped or meant
    if meant is None or meant == word or meant == "print":
        return None
    return failure.at(first, f"L1 has no '{word}'", f"did you mean '{meant}'?", swap(first.start, first.end, meant))


# --- whole forms of other languages ------------------------------------------------------------------------------


def comprehensions(failure: Failure) -> Reason | None:
    opener, token = failure.innermost, failure.token
    if token.kind != "FOR" or opener is None or not opener.is_bracket or failure.stands_behind(opener):
        return None
    hint = "write map(xs, x => ...), filter(xs, x => ...), or a loop"
    return failure.here("L1 has no comprehensions", hint, _as_map(failure.source.text, opener.offset, token.start))


def _as_map(text: str, opened: int, loop: int) -> Fix | None:
    """``[f(x) for x in xs if c]`` as ``map(filter(xs, x => c), x => f(x))``."""
    close = layout.partner(text, opened)
    if close is None:
        return None
    item = text[opened + 1 : loop].strip()
    form = re.fullmatch(r"for\s+(\w+)\s+in\s+(.*?)(?:\s+if\s+((?:(?!\bif\b|\bfor\b).)*?))?\s*", text[loop:close])
    if form is None or re.search(r"\bfor\b|\bif\b", form[2]) or not item:
        return None
    name, source, condition = form[1], form[2], form[3]
    if condition:
        source = f"filter({source}, {name} => {condition})"
    made = source if condition and item == name else f"map({source}, {name} => {item})"
    if text[opened] == "(":
        made = f"({made})"
    return swap(opened, close + 1, made)


def conditions_behind(failure: Failure) -> Reason | None:
    """``print(x) if c``: a statement with its condition behind it."""
    if failure.token.kind not in ("_NL", END_OF_TEXT) or not failure.takes("ELSE"):
        return None
    statement = failure.statement()
    at = next((n for n, token in enumerate(statement) if token.kind == "IF"), None)
    if not at or statement[0].kind != "NAME" or any(token.kind == "EQUAL" for token in statement[:at]):
        return None
    text = failure.source.text
    begin, action_end = statement[0].start, statement[at - 1].end
    condition = text[statement[at].end : failure.behind].strip()
    if statement[at - 1].kind not in ("RPAR", "_RPAR_THEN"):
        return None
    new = f"if ({condition}) {text[begin:action_end]}"
    return failure.here(f"Expected 'else' before {failure.found()}", f"write {new}", swap(begin, failure.behind, new))


def tuples(failure: Failure) -> Reason | None:
    """Parentheses that could only be a parameter list, and no ``=>`` follows."""
    if failure.token.kind == "RESULT" and failure.previous is not None and failure.previous.kind == "NAME":
        member = failure.previous.end == failure.token.start
        hint = "a member is written x.y, a function x => x + 1"
        fix = swap(failure.token.start, failure.token.end, "." if member else "=>")
        return failure.here("Expected '=>' before '->'", hint, fix)
    if failure.previous is None or failure.previous.kind not in ("RPAR", "_RPAR_THEN") or not failure.takes("ARROW"):
        return None
    if failure.takes("PLUS", "_LBRACE", "COLON"):
        return None
    if failure.token.kind == "RESULT":
        fix = swap(failure.token.start, failure.token.end, "=>")
        return failure.here("Expected '=>' before '->'", "like this: (a, b) => a + b", fix)
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
        hint = "to compare, write =="
        fix = swap(equal.start, equal.end, "==")
        return failure.at(equal, "'=' stores a value and cannot stand in an expression", hint, fix)
    text = failure.source.text
    if (arrow := next((token for token in tokens if token.kind == "ARROW"), None)) is not None:
        message, hint = "Expected ')' before '=>'", "parameters stand in parentheses: (a, b) => a + b"
        return failure.at(arrow, message, hint, put(len(text[: arrow.start].rstrip()), ")"))
    inside = text[opening.end : failure.previous.start].strip().rstrip(",")
    hint = f"write a list: [{inside}]" if len(inside) <= 40 and "\n" not in inside else "write a list: [a, b]"
    closing = failure.previous
    fix = Edit(opening.start, opening.end, "["), Edit(closing.start, closing.end, "]")
    return failure.over(opening.start, closing.end, "L1 has no tuples", hint, fix)
