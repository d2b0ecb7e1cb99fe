"""What readers bring from Python and JavaScript, and the L1 way: words, signs, characters that only look right."""

from __future__ import annotations

import unicodedata

# Words that begin a statement elsewhere, not in L1. Each is an ordinary name here, so one counts only where the
# text around it fails to parse. They say what to write instead.
STATEMENT_WORDS = {
    "def": "write function: function f(x) { ... } or function f(x): ... end",
    "func": "write function: function f(x) { ... } or function f(x): ... end",
    "fun": "write function: function f(x) { ... } or function f(x): ... end",
    "lambda": "write x => x + 1",
    "var": "write let: let x = 5",
    "val": "write let: let x = 5",
    "int": "write let: let x = 5; a variable needs no type",
    "float": "write let: let x = 5.0; a variable needs no type",
    "string": 'write let: let x = "text"; a variable needs no type',
    "match": "write if ... elif ... else",
    "switch": "write if ... elif ... else",
    "case": "write if ... elif ... else",
    "async": "leave it out: a task runs on the cluster with cluster_submit_task(f, x)",
    "await": "leave it out: cluster_wait(task) waits for a task",
    "class": "keep the values in a dictionary and write functions that take it",
    "struct": 'keep the values in a dictionary: {name: "Ada", age: 36}',
    "enum": "use strings or a dictionary of constants",
    "interface": "write functions; any value that fits can be passed",
    "macro": "write a function",
    "use": 'write import "file.l1"',
    "include": 'write import "file.l1"',
    "require": 'write import "file.l1"',
    "do": "write while condition { ... } or loop { ... if done { break } }",
    "repeat": "write while condition { ... } or loop { ... if done { break } }",
    "until": "write while not condition { ... }",
    "unless": "write if not condition { ... }",
    "foreach": "write for x in xs { ... }",
    "elsif": "write elif",
    "elseif": "write elif, or else if with a blank",
    "except": "write catch: try { ... } catch (e) { ... }",
    "with": "call the function and keep its result: let x = f()",
    "del": "write d.remove(key) or xs.remove(value)",
    "global": "leave it out: x = 1 inside a function changes the global x",
    "nonlocal": "leave it out: x = 1 changes the variable of the function around it",
    "yield": "collect the values in a list and return it",
    "new": "leave it out",
    "typeof": "write type_of(x)",
    "delete": "write d.remove(key)",
    "export": 'leave it out: import "file.l1" sees every name of the file',
    "begin": "write { ... } or : ... end",
    "echo": "write print(x)",
    "puts": "write print(x)",
    "println!": "write print(x)",
}

# Words that stand between two operands elsewhere, and what stands there in L1
OPERATOR_WORDS = {
    "is": "==",
    "mod": "%",
    "div": "div(a, b)",
    "xor": "!=",
    "then": ":",
    "of": "in",
    "to": "..",
    "do": ":",
    "instanceof": "type_of(x) ==",
    "plus": "+",
    "equals": "==",
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

# Signs elsewhere, by their text, longest first
SIGNS = {
    "===": "compare with ==",
    "!==": "compare with !=",
    "++": "write i += 1",
    "--": "write i -= 1",
    "::": "write . to reach a member",
    "**kwargs": "write the parameters one by one; a dictionary can hold the rest",
    "...": "join lists with +",
    "?.": "write . and catch the error, or test with if",
    "??": "write a if a != null else b",
    "<>": "compare with !=",
    ":=": "write =",
    "&": "write and",
    "|": "write or",
    "^": "a power is **",
    "~": "write not",
    "$": 'a name has letters, digits and _ only; text with a value in it is f"{x}"',
    "@": "L1 has no decorators: wrap the function in a call, f = wrap(f)",
    "`": 'text with a value in it is f"...{x}..."',
    "\\": "a line goes on by itself behind an operator, a comma or an open bracket",
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
