"""Why a text is not L1: what, where, and how to mend it.

The parser says only which token it could not take. The reason lies in what is open there (newlines.py), in what the
parser would have taken instead, and in habits from other languages (habits.py): ``explain`` asks them in that order.
"""

from __future__ import annotations

from collections.abc import Callable

from l1kernel.errors import L1SyntaxError
from l1kernel.language import habits, nodes
from l1kernel.language.grammar import END_OF_TEXT
from l1kernel.language.lalr import UNKNOWN, Grammar, Token, Unexpected
from l1kernel.language.newlines import OPERATORS, Newlines, Opener
from l1kernel.language.source import Source

_CLOSING = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "block": "}", "colon": "end"}
_CLOSERS = {"RPAR": ")", "_RPAR_THEN": ")", "RSQB": "]", "RBRACE": "}", "END": "end"}
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
        "EQUAL",
        "PLUS_EQUAL",
        "MINUS_EQUAL",
        "STAR_EQUAL",
        "SLASH_EQUAL",
        "PERCENT_EQUAL",
        "POWER_EQUAL",
    ]
)
_SEPARATORS = frozenset(("_NL", "SEMICOLON", "_LBRACE"))
_OPERANDS = frozenset(("NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "RPAR", "_RPAR_THEN", "RSQB", "RBRACE"))
_PARTS = {
    "ELSE": "else", "_ELSE_COLON": "else:", "_ELSE_IF_COLON": "else if", "ELIF": "elif", "_ELIF_COLON": "elif",
    "CATCH": "catch", "_CATCH_COLON": "catch", "FINALLY": "finally", "_FINALLY_COLON": "finally",
}  # fmt: skip

_CHAINS = {"else": "if", "elif": "if", "catch": "try", "finally": "try"}

Reason = tuple[str, str | None, int, int]  # message, hint, from offset, up to offset


def explain(unexpected: Unexpected, source: Source, grammar: Grammar) -> L1SyntaxError:
    """The error that a reader sees for a token that the grammar did not take."""
    case = _Case(unexpected, source, grammar)
    message, hint, start, end = next(reason for check in _CHECKS if (reason := check(case)) is not None)
    hint = case.string_hint() or hint
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
    message, hint = _stray("end", newlines.innermost(), source)
    return L1SyntaxError(message, hint=hint, location=source.location(source.span(start, start + len("end"))))


def reserved_word(word: str, newlines: Newlines, source: Source, start: int) -> L1SyntaxError:
    """A word of L1 where a value must stand."""
    message, hint = _as_value(word, newlines.innermost())
    return L1SyntaxError(message, hint=hint, location=source.location(source.span(start, start + len(word))))


def _as_value(word: str, opener: Opener | None) -> tuple[str, str]:
    if word in _CHAINS and (opener is None or not opener.is_bracket):
        chain = _CHAINS[word]
        return f"'{word}' belongs to no '{chain}'", f"it follows the block of the '{chain}' directly"
    return f"Expected a value, found '{word}'", f"'{word}' is a word of L1 and cannot be a name"


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


class _Case:
    """A failure with what the checks ask about it."""

    def __init__(self, unexpected: Unexpected, source: Source, grammar: Grammar) -> None:
        self.token = unexpected.token
        self.tokens = unexpected.tokens
        self.states = unexpected.states
        self.source = source
        self.grammar = grammar
        self.newlines = unexpected.newlines
        self.innermost = unexpected.newlines.innermost()
        self.previous = unexpected.tokens[-1] if unexpected.tokens else None
        self.line = source.span(self.token.start, self.token.start).line

    def text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]

    def line_of(self, offset: int) -> int:
        return self.source.span(offset, offset).line

    def takes(self, *kinds: str) -> bool:
        """Whether the parser would have taken one of these terminals."""
        return any(self.grammar.accepts(self.states, self.grammar.numbers[kind]) for kind in kinds)

    def here(self, message: str, hint: str | None = None) -> Reason:
        """At the token; at the end of a line or of the text, right behind the token before it."""
        if self.token.kind in ("_NL", END_OF_TEXT):
            at = next((token.end for token in reversed(self.tokens) if token.kind != "_NL"), self.token.start)
            return message, hint, at, at + 1
        return message, hint, self.token.start, self.token.end

    def at(self, token: Token, message: str, hint: str | None = None) -> Reason:
        return message, hint, token.start, token.end

    def found(self) -> str:
        """The token as a message names it."""
        if self.token.kind == "_NL":
            return "the end of the line"
        if self.token.kind == END_OF_TEXT:
            return "the end of the text"
        text = self.text(self.token)
        if self.token.kind == "STRING":
            return "a String"
        return f"'{text}'" if len(text) <= 30 and "\n" not in text else f"'{text[:20].splitlines()[0]}...'"

    def statement(self) -> list[Token]:
        """The tokens of the statement that failed, so far."""
        depth, begun = 0, len(self.tokens)
        for at in range(len(self.tokens) - 1, -1, -1):
            kind = self.tokens[at].kind
            if kind in _CLOSERS and kind != "END":
                depth += 1
            elif kind in ("LPAR", "LSQB", "_LDICT", "_LDICT_KEY"):
                depth = max(0, depth - 1)
            elif depth == 0 and (kind in _SEPARATORS or (kind == "COLON" and self._opened_block(self.tokens[at]))):
                break
            begun = at
        return self.tokens[begun:]

    def _opened_block(self, colon: Token) -> bool:
        return any(opener.sign == "colon" and opener.offset == colon.start for opener in self.newlines.open)

    def first_on_line(self, token: Token) -> bool:
        begin = self.source.text.rfind("\n", 0, token.start) + 1
        return not self.source.text[begin : token.start].strip()

    def swallowed_if(self, opener: Opener) -> bool:
        """Whether a line of its own that begins with ``if`` was read as part of an open bracket."""
        for token in reversed(self.tokens):
            if token.start < opener.offset or token.kind in ("RBRACE", "END"):
                return False
            if token.kind == "IF" and self.first_on_line(token):
                return True
        return False

    def end_of_line(self, offset: int) -> int:
        """Right behind the last token of the line of ``offset``."""
        line = self.line_of(offset)
        ends = [token.end for token in self.tokens if token.start >= offset and self.line_of(token.start) == line]
        return ends[-1] if ends else offset + 1

    def adjacent(self) -> str:
        """The signs without blanks that end with the token."""
        start = self.token.start
        while start > 0 and self.source.text[start - 1] in "+-*=!<>:.?&|":
            start -= 1
        end = self.token.end
        while end < len(self.source.text) and self.source.text[end] in "+-=:.?>":
            end += 1
        return self.source.text[start:end]

    def string_hint(self) -> str | None:
        """Where a String that runs over lines ends on the failing line, it is probably the reason."""
        for token in reversed(self.tokens[-8:]):
            begun, ended = self.line_of(token.start), self.line_of(token.end)
            if token.kind in ("STRING", "FTEXT_DOUBLE", "FTEXT_SINGLE") and begun < ended == self.line:
                return f"the String that began in line {begun} ends in line {ended}: was its closing quote forgotten?"
        return None


# --- the checks, each for one reason -----------------------------------------------------------------------------


def _characters(case: _Case) -> Reason | None:
    if case.token.kind != UNKNOWN:
        return None
    sign = case.source.text[case.token.start]
    opener = case.innermost
    if opener is not None and opener.sign in "\"'" and sign == "}":
        return case.here("A single '}' in an f-string", "write }} for a brace")
    if opener is not None and opener.sign == "{" and case.newlines.open[-2].sign == sign:
        return case.here("Expected '}' before the end of the f-string", _still_open(opener, case.source))
    if sign in "\"'":
        return case.here(f"Expected {sign} at the end of the String that begins here", f"a String ends with {sign}")
    alike = habits.looks_like(sign)
    code = f"U+{ord(sign):04X}"
    if alike == " ":
        return case.here(f"A blank that is none of L1 ({code})", "replace it with an ordinary blank")
    if alike is not None:
        return case.here(f"'{sign}' ({code}) only looks like '{alike}'", f"write {alike}")
    if sign in habits.SIGNS:
        return case.here(f"'{sign}' is no sign of L1", habits.SIGNS[sign])
    shown = f"'{sign}'" if sign.isprintable() else "This character"
    return case.here(f"{shown} ({code}) is no sign of L1", "it can stand only in a String or a comment")


def _reserved(case: _Case) -> Reason | None:
    """A word of L1 that the lexer took for a name, as only a name could stand there."""
    previous = case.previous
    if previous is None or previous.kind != "NAME" or (len(case.tokens) > 1 and case.tokens[-2].kind == "DOT"):
        return None
    word = case.text(previous)
    if word == "end" or word not in case.grammar.words:
        return None
    return case.at(previous, *_as_value(word, case.innermost))


def _project(case: _Case) -> Reason | None:
    if case.innermost is None or case.innermost.word != "project" or case.token.kind == END_OF_TEXT:
        return None
    return case.here(f"Expected 'name = value' before {case.found()}", "a project's block holds only such lines")


def _comments(case: _Case) -> Reason | None:
    at = _open_comment(case.source, case.token)
    return None if at is None else ("Expected */ at the end of the comment that begins here", "add */", at, at + 2)


def _open_comment(source: Source, token: Token) -> int | None:
    for at in (token.start, token.start - 1):
        if at >= 0 and source.text.startswith("/*", at) and source.text.find("*/", at + 2) < 0:
            return at
    return None


def _literals(case: _Case) -> Reason | None:
    token, previous = case.token, case.previous
    if token.kind == "DOT" and case.source.text[token.end : token.end + 1].isdigit() and case.takes("NUMBER"):
        return case.here("A number begins with a digit", f"write 0{case.source.text[token.start : token.end + 1]}")
    if previous is None:
        return None
    touching = previous.end == token.start
    if previous.kind == "NUMBER" and touching and (case.text(token)[:1].isalnum() or case.text(token)[:1] == "_"):
        both = case.source.text[previous.start : token.end]
        if (both[0] == "0" and both[1:2] in tuple("xXbBoO")) or case.text(token)[:1] == "_" or token.kind == "NUMBER":
            return f"'{both}' is no number", None, previous.start, token.end
        number, name = case.text(previous), case.text(token)
        return (
            f"A name cannot begin with a digit: '{both}'",
            f"to multiply, write {number} * {name}",
            previous.start,
            token.end,
        )
    if previous.kind == "STRING" and token.kind == "STRING":
        if touching and previous.end - previous.start == 2:
            return case.here("L1 has no triple quotes", "a String in single or double quotes may run over lines")
        return case.here("Two Strings side by side", "join them with + or put a comma between them")
    if previous.kind == "NUMBER" and token.kind == "NUMBER":
        number = case.text(previous) + "_" + case.text(token)
        return case.here("Two numbers side by side", f"the digits of one number stand together: {number}")
    before = case.tokens[-2] if len(case.tokens) > 1 else None
    if previous.kind == "DOT" and before is not None and before.kind == "NUMBER":
        return case.here("Expected a digit after the point", f"write {case.text(before)}.0")
    return None


def _signs(case: _Case) -> Reason | None:
    signs = case.adjacent()
    for sign in ("===", "!==", "++", "--", "...", "::", ":=", "<>", "??", "?."):
        if sign in signs and case.token.kind not in ("_NL", "NAME"):
            at = case.source.text.index(sign, max(0, case.token.start - 4))
            return f"L1 has no '{sign}'", habits.SIGNS[sign], at, at + len(sign)
    for sign in ("++", "--"):
        # behind them the line went on, as behind any operator
        if case.previous and case.source.text[case.previous.end - 2 : case.previous.end] == sign:
            return f"L1 has no '{sign}'", habits.SIGNS[sign], case.previous.end - 2, case.previous.end
    stars = case.token.kind in ("STAR", "POWER") and case.previous is not None
    if stars and case.previous and case.previous.kind in ("LPAR", "COMMA"):
        hint = "name each argument; a list of values is one argument"
        return case.here(f"L1 has no '{case.text(case.token)}' before an argument or a parameter", hint)
    return None


def _words(case: _Case) -> Reason | None:
    """A word of another language, where the statement fails because of it."""
    statement = case.statement()
    previous = case.previous
    if case.token.kind == "NAME" and previous is not None and previous.kind in _OPERANDS:
        word = case.text(case.token)
        if word in habits.OPERATOR_WORDS:
            return case.here(f"L1 has no '{word}' between values", f"write {habits.OPERATOR_WORDS[word]}")
    if previous is None or previous.kind == "_NL" or not statement:
        return None
    first = statement[0]
    second = statement[1] if len(statement) > 1 else case.token
    for token, follower in ((first, second), (previous, case.token)):
        word = case.text(token)
        if token.kind == "NAME" and word == "end" and token == first:
            message, hint = _stray("end", case.innermost, case.source)
            return case.at(token, message, hint)
        if token.kind == "NAME" and word in habits.STATEMENT_WORDS and _fails_as_word(word, follower, case):
            return case.at(token, f"L1 has no '{word}'", habits.STATEMENT_WORDS[word])
    if previous == first and first.kind == "NAME" and case.text(first) in ("print", "println", "eprint", "input"):
        end_of_line = case.source.text.find("\n", case.token.start)
        line = case.source.text[case.token.start : end_of_line if end_of_line >= 0 else None].strip()
        return case.here(f"'{case.text(first)}' needs parentheses", f"write {case.text(first)}({line})")
    if first.kind in ("IMPORT", "FROM") and previous == first and case.token.kind == "NAME":
        module = case.text(case.token)
        hint = f'an L1 file is imported by its path: import "{module}.l1"; everything else is built in'
        return case.here(f"L1 cannot import '{module}': it reaches the host only through its own library", hint)
    if first.kind in ("LET", "CONST") and case.token.kind == "EQUAL" and any(t.kind == "EQUAL" for t in statement):
        return case.here(f"One '=' for one '{case.text(first)}'", f"write a '{case.text(first)}' for each variable")
    return None


def _fails_as_word(word: str, follower: Token, case: _Case) -> bool:
    if follower.kind == "LPAR":
        return case.token.kind in ("_LBRACE", "_LDICT", "_LDICT_KEY", "COLON", "_NL", "SEMICOLON") or word in (
            "def",
            "lambda",
        )
    return follower.kind not in OPERATORS - {"_LBRACE", "COLON"} and follower.kind not in (
        "_NL", "SEMICOLON", "RPAR", "RSQB", "LSQB", "RBRACE", END_OF_TEXT, "EQUAL",
    )  # fmt: skip


def _arrow_only(case: _Case) -> Reason | None:
    """Parentheses that could only be a parameter list, and no ``=>`` follows."""
    if case.previous is None or case.previous.kind not in ("RPAR", "_RPAR_THEN") or not case.takes("ARROW"):
        return None
    if case.takes("PLUS", "_LBRACE", "COLON"):
        return None
    depth, tokens = 0, []
    for token in reversed(case.tokens):
        tokens.append(token)
        depth += (token.kind in ("RPAR", "_RPAR_THEN")) - (token.kind == "LPAR")
        if depth == 0:
            break
    tokens.reverse()
    opening = tokens[0]
    equal = next((token for token in tokens if token.kind == "EQUAL"), None)
    if equal is not None:
        return case.at(equal, "'=' stores a value and cannot stand in an expression", "to compare, write ==")
    inside = case.source.text[opening.end : case.previous.start].strip().rstrip(",")
    hint = f"write a list: [{inside}]" if len(inside) <= 40 and "\n" not in inside else "write a list: [a, b]"
    return "L1 has no tuples", hint, opening.start, case.previous.end


def _equals(case: _Case) -> Reason | None:
    statement = case.statement()
    if case.token.kind == "EQUAL_TO" and statement and statement[0].kind in ("LET", "CONST") and case.takes("EQUAL"):
        return case.here("Expected '=' before '=='", "= stores a value, == compares two")
    if case.token.kind != "EQUAL":
        return None
    if statement and statement[0].kind == "FOR":
        return case.here("Expected 'in' before '='", "write for i in 0..10 { ... }")
    headers = [opener.header for opener in case.newlines.open if opener.header is not None]
    if any(word in ("if", "while") for word, _ in headers):
        return case.here("'=' stores a value and cannot stand in a condition", "to compare, write ==")
    if case.innermost is None or not case.innermost.is_bracket:
        if any(token.kind == "EQUAL" for token in statement):
            return case.here("A second '=' in one statement", "store one after the other: b = 3, then a = b")
        if statement:
            hint = "a value is stored in a variable, x[i] or x.name; to compare, write =="
            return "Cannot assign to an expression", hint, statement[0].start, statement[-1].end
    if case.innermost is not None and case.innermost.sign == "{":
        return case.here("Expected ':' after the key", "a dictionary is {key: value}")
    return case.here("'=' stores a value and cannot stand in an expression", "to compare, write ==")


def _comprehensions(case: _Case) -> Reason | None:
    if case.token.kind == "FOR" and case.innermost is not None and case.innermost.is_bracket:
        return case.here("L1 has no comprehensions", "write map(xs, x => ...), filter(xs, x => ...), or a loop")
    return None


def _strays(case: _Case) -> Reason | None:
    """A closer that does not fit what is open."""
    closer = _CLOSERS.get(case.token.kind)
    if closer is None:
        return None
    opener = case.innermost
    if opener is not None and _CLOSING[opener.sign] == closer:
        return None
    if opener is None or not opener.is_bracket:
        if closer == "}" and opener is not None:
            return None
        return case.here(*_stray(closer, opener, case.source))
    if closer == "end" or case.line_of(opener.offset) < case.line:
        return None
    return case.here(f"Expected '{_CLOSING[opener.sign]}' before '{closer}'", _still_open(opener, case.source))


def _stray(closer: str, opener: Opener | None, source: Source) -> tuple[str, str]:
    if opener is None:
        what = {"end": "no block", "}": "no block or dictionary"}.get(closer, "no bracket")
        return f"'{closer}' closes nothing: {what} is open", f"remove it, or look for one {closer} too many above"
    if opener.is_bracket:
        return f"Expected '{_CLOSING[opener.sign]}' before '{closer}'", _still_open(opener, source)
    line = source.span(opener.word_offset, opener.word_offset).line
    right = _CLOSING[opener.sign]
    with_sign = "{" if opener.sign == "block" else ":"
    what = "block" if opener.word in ("", "{") else f"'{opener.word}'"
    return f"'{closer}' cannot close the {what} that line {line} opened with '{with_sign}'", f"close it with {right}"


def _still_open(opener: Opener, source: Source) -> str:
    span = source.span(opener.offset, opener.offset)
    return f"the '{opener.sign}' in line {span.line}, column {span.column} is still open"


def _parts(case: _Case) -> Reason | None:
    """An ``else`` or ``catch`` that belongs to nothing."""
    if case.token.kind == "COLON" and case.previous is not None and case.previous.kind in _PARTS:
        word = case.text(case.previous)
        chain = _CHAINS[word]
        message = f"'{word}' with ':' cannot continue the '{chain}' in braces"
        return case.at(case.previous, message, f"write {word} {{ ... }}")
    part = _PARTS.get(case.token.kind)
    if part is None or (case.innermost is not None and case.innermost.is_bracket):
        return None
    word = part.split()[0].rstrip(":")
    chain, opener = _CHAINS[word], case.innermost
    if case.token.kind.startswith("_"):
        message = f"'{word}' with ':' belongs to no open '{chain}' with ':'"
        return case.here(message, f"in braces the '{chain}' goes on with {word} {{ ... }}")
    if opener is not None and opener.sign == "colon" and opener.word == chain:
        line = case.line_of(opener.word_offset)
        if "{" not in case.source.text[case.token.start :].split("\n", 1)[0]:
            return case.here(f"Expected ':' in the line of this '{word}'", f"the '{chain}' of line {line} has one too")
        message = f"'{word}' with '{{' cannot continue the '{chain}' that line {line} opened with ':'"
        return case.here(message, f"write {word}: and close the whole with end")
    return case.here(f"'{word}' belongs to no '{chain}'", f"it follows the block of the '{chain}' directly")


def _unclosed(case: _Case) -> Reason | None:
    """A bracket or a block without its end."""
    opener = case.innermost
    if opener is None:
        return None
    at_end = case.token.kind == END_OF_TEXT
    closer = _CLOSING[opener.sign]
    if opener.sign in "\"'":
        begin = opener.offset
        return f"Expected {closer} at the end of the String that begins here", None, begin, begin + 2
    if opener.is_bracket:
        later = case.line_of(opener.offset) < case.line
        begins = case.token.kind in _BEGINNINGS or (case.first_on_line(case.token) and case.token.kind != "COLON")
        whole_line = case.end_of_line(opener.offset) > opener.offset + 1
        swallowed = case.swallowed_if(opener)
        if at_end or (later and (swallowed or (begins and (whole_line or case.token.kind in _BEGINNINGS)))):
            at = case.end_of_line(opener.offset)
            return f"Expected '{closer}'", _slash_hint(case, opener) or None, at, at + 1
        return None
    if not at_end:
        return None
    line = case.line_of(opener.word_offset)
    what = "block" if opener.word in ("", "{", "=>") else f"'{opener.word}'"
    hint = "indentation does not close a block" if opener.sign == "colon" else None
    return case.here(f"Missing '{closer}' for the {what} that line {line} opened", hint)


def _slash_hint(case: _Case, opener: Opener) -> str | None:
    """`//` inside brackets took their closer away."""
    line = case.source.line_text(case.line_of(opener.offset))
    before, slashes, after = line.partition("//")
    if (
        not slashes
        or not after.strip()
        or opener.offset - (case.source.text.rfind("\n", 0, opener.offset) + 1) > len(before)
    ):
        return None
    return "// begins a comment that takes the rest of the line; to divide without remainder, write div(a, b)"


def _lines(case: _Case) -> Reason | None:
    """The line ends where its statement does not."""
    if case.token.kind not in ("_NL", END_OF_TEXT):
        return None
    header = case.newlines.open[-1].header
    next_sign = case.source.text[case.token.end : case.token.end + 1]
    if header is not None and case.takes("_LBRACE"):
        word = header[0]
        if next_sign == "{" and case.token.kind == "_NL":
            line = case.line_of(header[1])
            brace = case.token.end
            return (
                f"The '{{' must stand on the line of its '{word}'",
                f"move it to the end of line {line}",
                brace,
                brace + 1,
            )
        return case.here(
            f"Expected ':' or '{{' after this '{word}'", f"write {word} ... : ... end or {word} ... {{ ... }}"
        )
    if case.takes("ELSE") and any(token.kind == "IF" for token in case.statement()):
        return case.here(f"Expected 'else' before {case.found()}", "write a if condition else b")
    if case.takes("COLON") and any(token.kind == "QUESTION" for token in case.statement()):
        return case.here(f"Expected ':' before {case.found()}", "write condition ? a : b")
    if case.takes("NUMBER"):
        after = f" after '{case.text(case.previous)}'" if case.previous else ""
        return case.here(f"Expected a value{after}")
    return None


def _missing(case: _Case) -> Reason:
    """What the parser would have taken instead."""
    opener = case.innermost
    found = case.found()
    if case.token.kind == "IN" and case.previous and case.previous.kind == "NAME" and case.tokens[-2].kind == "LET":
        name = case.text(case.previous)
        return case.at(case.tokens[-2], "A 'for' declares its variable without 'let'", f"write for ({name} in ...)")
    if case.takes("NUMBER") and case.takes("LPAR"):
        if case.text(case.token).isidentifier():
            return case.here(f"Expected a value, found {found}", f"{found} is a word of L1 and cannot be a name")
        return case.here(f"Expected a value before {found}")
    if case.takes("NAME"):
        what = "a member's name" if case.previous and case.previous.kind == "DOT" else "a name"
        return case.here(f"Expected {what}, found {found}")
    if opener is not None and opener.is_bracket:
        return _in_bracket(case, opener, found)
    header = case.newlines.open[-1].header
    if header is not None and case.takes("_LBRACE", "COLON"):
        return case.here(f"Expected ':' or '{{' before {found}", f"a block follows the '{header[0]}'")
    if case.takes("_LBRACE"):
        return case.here(f"Expected '{{' before {found}")
    if case.takes("EQUAL") and case.takes("COMMA") and not case.takes("_NL"):
        return case.here(f"Expected '=' before {found}", "a list of values is written [a, b]")
    for kind, sign in (("EQUAL", "="), ("LPAR", "("), ("IN", "in"), ("IMPORT", "import"), ("STRING", "a String")):
        if not case.takes("_NL") and case.takes(kind):
            return case.here(
                f"Expected '{sign}' before {found}" if kind != "STRING" else f"Expected a String before {found}"
            )
    if case.takes("_NL"):
        return case.here(
            f"Expected the end of the statement before {found}", "write each statement on a line of its own"
        )
    return case.here(f"Unexpected {found.removeprefix('the ')}")


def _in_bracket(case: _Case, opener: Opener, found: str) -> Reason:
    closer = _CLOSING[opener.sign]
    if opener.sign == "{" and case.takes("COLON") and not case.takes("COMMA"):
        hint = "L1 has no sets: a list is [1, 2]" if case.token.kind in ("COMMA", "RBRACE") else None
        return case.here(f"Expected ':' after the key, before {found}", hint or "a dictionary is {key: value}")
    kinds = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}
    if case.takes("COMMA") and case.token.kind not in ("_LBRACE", "_LDICT", "_LDICT_KEY", "COLON", "SEMICOLON"):
        return case.here(f"Expected ',' or '{closer}' before {found}")
    if case.takes(kinds[closer]):
        return case.here(f"Expected '{closer}' before {found}", _still_open(opener, case.source))
    for kind, sign in (("IN", "in"), ("ELSE", "else"), ("COLON", ":"), ("SEMICOLON", ";")):
        if case.takes(kind):
            return case.here(f"Expected '{sign}' before {found}")
    return case.here(f"Unexpected {found.removeprefix('the ')}")


_CHECKS: tuple[Callable[[_Case], Reason | None], ...] = (
    _characters, _comments, _literals, _signs, _comprehensions, _reserved, _project, _words, _arrow_only, _equals, _strays, _unclosed,
    _parts, _lines, _missing,
)  # fmt: skip
