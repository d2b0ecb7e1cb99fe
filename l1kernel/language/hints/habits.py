"""What readers bring from Python and JavaScript, and the L1 way: words, signs, characters that only look right."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Habit(NamedTuple):
    """What to do in L1, and the text that takes the place of the word or sign where it is as simple as that."""

    hint: str
    instead: str | None = None


_FUNCTION = Habit("write function: function f(x) { ... } or function f(x): ... end", "function")
_LET = Habit("write let: let x = 5", "let")
_NUMBER = Habit("write let: let x = 5; a variable needs no type", "let")
_TEXT = Habit('write let: let x = "text"; a variable needs no type', "let")
_ELIF = Habit("write elif, or else if with a blank", "elif")
_PRINT = Habit("write print(x)", "print")
_DICTIONARY = "keep the values in a dictionary and write functions that take it"
_CHOICE = Habit("write if ... elif ... else")
_LOOP = Habit("write while condition { ... } or loop { ... if done { break } }")
_IMPORT = Habit('write import "file.l1"')

# Words that begin a statement elsewhere, not in L1. Each is an ordinary name here, so one counts only where the
# text around it fails to parse.
STATEMENT_WORDS = {
    **dict.fromkeys(("def", "func", "fun", "sub", "proc", "procedure", "void", "define", "method"), _FUNCTION),
    "lambda": Habit("write x => x + 1"),
    **dict.fromkeys(("var", "val", "auto", "local", "dim", "Dim", "VAR", "set", "global_var"), _LET),
    **dict.fromkeys(("int", "Integer", "long", "short", "number", "Number"), _NUMBER),
    "float": Habit("write let: let x = 5.0; a variable needs no type", "let"),
    "double": Habit("write let: let x = 5.0; a variable needs no type", "let"),
    **dict.fromkeys(("string", "String", "str", "char"), _TEXT),
    **dict.fromkeys(("bool", "boolean", "Boolean"), Habit("write let: let x = true; a variable needs no type", "let")),
    "final": Habit("write const: const x = 5", "const"),
    **dict.fromkeys(("match", "switch", "case", "when"), _CHOICE),
    "async": Habit("leave it out: a task runs on the cluster with cluster_submit_task(f, x)", ""),
    "await": Habit("leave it out: cluster_wait(task) waits for a task", ""),
    "class": Habit(_DICTIONARY),
    "struct": Habit('keep the values in a dictionary: {name: "Ada", age: 36}'),
    "enum": Habit("use strings or a dictionary of constants"),
    "interface": Habit("write functions; any value that fits can be passed"),
    "macro": Habit("write a function"),
    **dict.fromkeys(("use", "include", "require", "using", "library"), _IMPORT),
    "do": _LOOP,
    "repeat": Habit("write for i in 10 { ... } to do it 10 times", "for i in"),
    "until": Habit("write while not condition { ... }", "while not"),
    "unless": Habit("write if not condition { ... }", "if not"),
    "foreach": Habit("write for x in xs { ... }", "for"),
    "forever": Habit("write loop { ... }", "loop"),
    **dict.fromkeys(("elsif", "elseif", "elsif", "elif_", "elseIf", "ELSEIF"), _ELIF),
    "except": Habit("write catch: try { ... } catch (e) { ... }", "catch"),
    "rescue": Habit("write catch: try { ... } catch (e) { ... }", "catch"),
    "ensure": Habit("write finally: it runs in any case", "finally"),
    "with": Habit("call the function and keep its result: let x = f()"),
    "del": Habit("write d.remove(key) or xs.remove(value)"),
    "global": Habit("leave it out: x = 1 inside a function changes the global x"),
    "nonlocal": Habit("leave it out: x = 1 changes the variable of the function around it"),
    "yield": Habit("collect the values in a list and return it"),
    "new": Habit("leave it out", ""),
    "mut": Habit("leave it out: every let can change", ""),
    "typeof": Habit("write type_of(x)", "type_of"),
    "delete": Habit("write d.remove(key)"),
    "export": Habit('leave it out: import "file.l1" sees every name of the file', ""),
    **dict.fromkeys(("public", "private", "static"), Habit("leave it out: every name of a file can be seen", "")),
    "begin": Habit("write { ... } or : ... end"),
    **dict.fromkeys(("echo", "puts", "println!", "say", "disp", "write", "Print", "PRINT"), _PRINT),
}

# The words with which a statement of L1 begins, for those who misspell them
BEGINNINGS = (
    "let",
    "const",
    "function",
    "return",
    "if",
    "else",
    "elif",
    "while",
    "for",
    "loop",
    "try",
    "catch",
    "finally",
    "throw",
    "raise",
    "import",
    "from",
    "print",
)

# What is called in every program, to tell a call without its parentheses
CALLED = frozenset(
    (
        *("print", "println", "eprint", "input", "assert", "exit", "sleep", "len", "sqrt", "round", "sum", "mean"),
        *("max", "min", "abs", "range", "upper", "lower", "to_string", "to_number", "to_integer", "type_of"),
    )
)

# Words that stand alone where a block ends elsewhere
END_WORDS = frozenset(
    [
        "endif",
        "end_if",
        "EndIf",
        "endfor",
        "end_for",
        "endwhile",
        "end_while",
        "endfunction",
        "end_function",
        "endtry",
        "enddef",
        "fi",
        "done",
        "od",
        "esac",
        "wend",
        "next",
        "End",
        "END",
    ]
)

# What catches every error elsewhere; in L1 that is a catch without a type
ANY_ERROR = ("Exception", "BaseException", "Throwable")

# Types before the name of a parameter or a variable
TYPES = frozenset(
    [
        "int",
        "float",
        "double",
        "long",
        "short",
        "string",
        "String",
        "str",
        "char",
        "bool",
        "boolean",
        "Boolean",
        "Integer",
        "number",
        "Number",
        "auto",
        "var",
        "object",
        "Object",
        "list",
        "List",
        "dict",
        "any",
    ]
)

# Words that stand between two operands elsewhere, and what stands there in L1
OPERATOR_WORDS = {
    "is": Habit("write ==", "=="),
    "mod": Habit("write %", "%"),
    "div": Habit("write div(a, b)"),
    "xor": Habit("write !=", "!="),
    "then": Habit("write :", ":"),
    "of": Habit("write in", "in"),
    "to": Habit("write ..= for a range with its last number, .. for one without", "..="),
    "do": Habit("write :", ":"),
    "instanceof": Habit("write type_of(x) =="),
    "plus": Habit("write +", "+"),
    "minus": Habit("write -", "-"),
    "times": Habit("write *", "*"),
    "equals": Habit("write ==", "=="),
    "AND": Habit("write and", "and"),
    "OR": Habit("write or", "or"),
    "NOT": Habit("write not", "not"),
}

# Names of values elsewhere: they parse, and fail as undefined names. What is meant, or what to do.
VALUE_NAMES = {
    "True": "true",
    "False": "false",
    "None": "null",
    "nil": "null",
    "undefined": "null",
    "nullptr": "null",
    "str": "to_string",
    "String": "to_string",
    "int": "to_integer",
    "parseInt": "to_integer",
    "float": "to_float",
    "parseFloat": "to_float",
    "Number": "to_number",
    "bool": "to_boolean",
    "Boolean": "to_boolean",
    "type": "type_of",
    "typeof": "type_of",
    "alert": "print",
    "puts": "print",
    "echo": "print",
    "printf": "print",
    "NaN": 'write to_float("nan")',
    "Infinity": 'write to_float("inf")',
    "pass": "leave it out: a block may be empty",
    "console": "write print(x) in place of console.log(x)",
    "Math": "write the function alone: sqrt(x), floor(x)",
    "math": "write the function alone: sqrt(x), floor(x)",
    "np": "write the function alone: mean(x), array(x)",
    "pd": 'write the function alone: read_csv("data.csv"), table({...})',
    "self": "pass a dictionary as a parameter: L1 has no objects with methods of their own",
    "this": "pass a dictionary as a parameter: L1 has no objects with methods of their own",
    "list": "a list is written [1, 2, 3]; of a Range or an Array, map(r, x => x) makes one",
    "dict": 'a dictionary is written {"a": 1, "b": 2}',
    "tuple": "write a list: [1, 2]",
    "set": "write a dictionary whose keys are the elements: {a: true}",
    "isinstance": 'write type_of(x) == "String"',
    "lambda": "write x => x + 1",
}

# Statements of one word elsewhere: they parse, and fail as undefined names
LOOP_WORDS = {"stop": "break", "leave": "break", "last": "break", "skip": "continue", "next": "continue"}

# Signs elsewhere, by their text
SIGNS = {
    "===": Habit("compare with ==", "=="),
    "!==": Habit("compare with !=", "!="),
    "++": Habit("write i += 1"),
    "--": Habit("write i -= 1"),
    "::": Habit("write . to reach a member", "."),
    "**kwargs": Habit("write the parameters one by one; a dictionary can hold the rest"),
    "...": Habit("join lists with +"),
    "?.": Habit("write . and catch the error, or test with if", "."),
    "??": Habit("write a if a != null else b"),
    "<>": Habit("compare with !=", "!="),
    ":=": Habit("write =", "="),
    "<<": Habit("print(x) shows a value, xs.append(x) puts one into a list"),
    ">>": Habit("print(x) shows a value"),
    "&": Habit("write and", "and"),
    "|": Habit("write or", "or"),
    "^": Habit("a power is **", "**"),
    "~": Habit("write not", "not "),
    "$": Habit('a name has letters, digits and _ only; text with a value in it is f"{x}"', ""),
    "@": Habit("L1 has no decorators: wrap the function in a call, f = wrap(f)"),
    "`": Habit('text with a value in it is f"...{x}..."'),
    "\\": Habit("a line goes on by itself behind an operator, a comma or an open bracket"),
}

# what is meant, and the characters that look like it
_LOOK_ALIKES = {
    "-": "−–—‐‑‒",
    "*": "×·∗",
    "/": "÷∕⁄",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "..": "…",
    "->": "→",
    "=>": "⇒",
    '"': "“”„‟«»″",
    "'": "‘’‚‛′´",
    "!": "¬",
    "and": "∧",
    "or": "∨",
    ".": "。",
    ",": "、",
}


def looks_like(character: str) -> str | None:
    """What a reader probably meant by a character that L1 does not have; a blank for one that is seen as one."""
    for meant, alikes in _LOOK_ALIKES.items():
        if character in alikes:
            return meant
    if character.isspace() or unicodedata.category(character) == "Cf":
        return " "
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain != character and plain.isascii() and plain.isprintable() else None
