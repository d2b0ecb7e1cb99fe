"""What members and functions are called elsewhere, where the spelling alone would not show which one is meant."""

from __future__ import annotations

from collections.abc import Mapping

# By the member's name in lower case, what it is called here, the first that the value has
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "add": ("append",),
    "push": ("append",),
    "push_back": ("append",),
    "containskey": ("has",),
    "replaceall": ("replace",),
    "size": ("length", "len"),
    "length": ("len",),
    "count": ("length", "len"),
    "touppercase": ("upper",),
    "tolowercase": ("lower",),
    "upcase": ("upper",),
    "uppercase": ("upper",),
    "to_upper": ("upper",),
    "downcase": ("lower",),
    "lowercase": ("lower",),
    "to_lower": ("lower",),
    "trimstart": ("trim",),
    "trimend": ("trim",),
    "rstrip": ("trim",),
    "lstrip": ("trim",),
    "strip": ("trim",),
    "includes": ("contains", "has"),
    "startswith": ("starts_with",),
    "endswith": ("ends_with",),
    "has_key": ("has",),
    "haskey": ("has",),
    "get_or": ("get",),
    "getordefault": ("get",),
    "get_or_default": ("get",),
    "delete": ("remove",),
    "entries": ("items",),
    "average": ("mean",),
    "avg": ("mean",),
    "maximum": ("max",),
    "minimum": ("min",),
    "total": ("sum",),
    "foreach": ("map",),
    "sort_values": ("sort_by",),
    "order_by": ("sort_by",),
    "where": ("filter",),
    "msg": ("message",),
}

# The same of functions: fabs, randint
FUNCTIONS: Mapping[str, str] = {
    "count": "len",
    "size": "len",
    "length": "len",
    "maximum": "max",
    "minimum": "min",
    "total": "sum",
    "writeln": "print",
    "WriteLine": "print",
    "strlen": "len",
    "substr": "substring",
    "uppercase": "upper",
    "lowercase": "lower",
    "toupper": "upper",
    "tolower": "lower",
    "strip": "trim",
    "rand": "random",
    "readline": "input",
    "prompt": "input",
    "ceiling": "ceil",
    "stringify": "to_string",
    "isArray": "is_list",
    "power": "pow",
    "average": "mean",
    "avg": "mean",
    "randint": "random_int",
    "now": "time",
    "parseInt": "to_integer",
    "parseFloat": "to_float",
    "fabs": "abs",
}

# What stands for a member that has no like here: x is the value, a and b are the arguments
RESHAPED: Mapping[str, Mapping[str, str]] = {
    "String": {
        "charat": "x[a]",
        "char_at": "x[a]",
        "at": "x[a]",
        "get": "x[a]",
        "slice": "x[a:b]",
        "substr": "x[a:b]",
        "repeat": "x * a",
        "concat": "x + a",
        "append": "x += a",
        "chars": 'split(x, "")',
        "characters": 'split(x, "")',
        "tochararray": 'split(x, "")',
        "isempty": "len(x) == 0",
        "is_empty": "len(x) == 0",
    },
    "List": {
        "at": "x[a]",
        "get": "x[a]",
        "first": "x[0]",
        "last": "x[-1]",
        "slice": "x[a:b]",
        "concat": "x + a",
        "extend": "x += a",
        "addall": "x += a",
        "shift": "x.pop(0)",
        "unshift": "x.insert(0, a)",
        "isempty": "len(x) == 0",
        "is_empty": "len(x) == 0",
    },
    "Dictionary": {
        "put": "x[a] = b",
        "set": "x[a] = b",
        "add": "x[a] = b",
        "append": "x[a] = b",
        "push": "x[a] = b",
        "is_empty": "len(x) == 0",
        "isempty": "len(x) == 0",
    },
    "Integer": {"is_even": "x % 2 == 0", "is_odd": "x % 2 == 1", "iseven": "x % 2 == 0", "isodd": "x % 2 == 1"},
    "Float": {"tofixed": "round(x, a)"},
}

# Of console, logging and the like, whose names alone mean something else
LOGGING: Mapping[str, str] = {"log": "print", "info": "print", "write": "print", "warn": "eprint", "error": "eprint"}

# What does the work of a member, where it takes more than an expression
WAYS: Mapping[str, str] = {
    "indexof": "contains(x, value) says whether it is there; for i, v in enumerate(x) goes through the positions",
    "index": "contains(x, value) says whether it is there; for i, v in enumerate(x) goes through the positions",
    "find": "contains(x, value) says whether it is there; for i, v in enumerate(x) goes through the positions",
}
