"""A loop of the top level as a function of its own: there, variables are several times faster than globals.

What no L1 function can see while the loop runs becomes a variable of that function. It is passed in where it may have
a value before, and all of them are stored back into the globals when the loop ends, however it ends. So nothing but
the clock can tell: an error or an interrupt leaves the values that were reached, and the next cell finds them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from l1kernel.language import nodes
from l1kernel.language.compiler.emit import at, constant, helper, load, python_name, store
from l1kernel.language.resolve import Resolution, stored_names
from l1kernel.language.source import Span

LOOP = "$loop"  # the code name of such a function begins so


def is_loop(code_name: str) -> bool:
    """Whether code of this name is a loop of the top level."""
    return code_name.startswith(LOOP)


@dataclass(slots=True)
class Globals:
    """The globals that some code of the top level reads and writes."""

    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)


def loop_function(
    span: Span,
    code_name: str,
    ahead: list[ast.stmt],
    body: list[ast.stmt],
    used: Globals,
    before: Globals,
    resolution: Resolution,
) -> list[ast.stmt]:
    """The definition of the function and its call, in place of a loop, with ``ahead`` before it.

    ``used`` are the globals of the loop, ``before`` those of the program up to it.
    """
    local, passed = _variables(span, used, before, resolution)
    parameters: list[ast.arg] = []
    arguments: list[ast.expr] = []
    head: list[ast.stmt] = []
    for name in sorted(passed):
        place = python_name(name)
        parameters.append(at(span, ast.arg, arg=place, annotation=None))
        if _is_bound(name, span, resolution):
            arguments.append(load(span, place))
        else:
            arguments.append(helper(span, "bound", constant(span, place), load(span, "$missing")))
            head.append(_without_value(span, place))
    others = [python_name(name) for name in sorted(used.written - local) if name[0] != "$"]
    if others:
        head.insert(0, at(span, ast.Global, names=others))
    # CPython 3.11 blames an interrupt of a loop on the instruction before it: that must lie inside the try.
    first = at(span, ast.Assign, targets=[store(span, code_name)], value=constant(span, None))
    whole = [*head, *ahead, at(span, ast.Try, body=[first, *body], handlers=[], orelse=[], finalbody=_store_back(span))]
    function = at(
        span,
        ast.FunctionDef,
        name=code_name,
        args=ast.arguments(posonlyargs=[], args=parameters, kwonlyargs=[], kw_defaults=[], defaults=[]),
        body=whole,
        decorator_list=[],
        returns=None,
    )
    call = at(span, ast.Call, func=load(span, code_name), args=arguments, keywords=[])
    return [function, at(span, ast.Expr, value=call)]


def steady_globals(loop: nodes.Statement, resolution: Resolution) -> frozenset[str]:
    """The globals, as Python names, that surely have one value all through a loop."""
    bound = resolution.known_globals | {name for name in resolution.bound if _is_bound(name, loop.span, resolution)}
    return frozenset(python_name(name) for name in bound - resolution.taken - stored_names((loop,)))


def _variables(span: Span, used: Globals, before: Globals, resolution: Resolution) -> tuple[set[str], set[str]]:
    """Which of its globals the loop may keep to itself, and those of them that it is passed."""
    local: set[str] = set()
    passed: set[str] = set()
    for name in used.read | used.written:
        if name[0] == "$" or name in resolution.taken:
            continue
        if _is_bound(name, span, resolution):
            local.add(name)
            passed.add(name)
        elif name in used.written and name not in resolution.builtins:  # until then its name means the built-in
            local.add(name)
            if name in before.written:
                passed.add(name)
    return local, passed


def _is_bound(name: str, span: Span, resolution: Resolution) -> bool:
    """Whether the global surely has a value when the loop begins."""
    return python_name(name) in resolution.known_globals or resolution.is_bound(name, span.start)


def _without_value(span: Span, place: str) -> ast.stmt:
    """A variable that was passed as missing has no value."""
    test = at(span, ast.Compare, left=load(span, place), ops=[ast.Is()], comparators=[load(span, "$missing")])
    delete = at(span, ast.Delete, targets=[at(span, ast.Name, id=place, ctx=ast.Del())])
    return at(span, ast.If, test=test, body=[delete], orelse=[])


def _store_back(span: Span) -> list[ast.stmt]:
    """Twice, as an interrupt may strike between the two calls that it takes."""
    store_ = at(span, ast.Expr, value=helper(span, "keep", helper(span, "locals")))
    return [at(span, ast.Try, body=[store_], handlers=[], orelse=[], finalbody=[store_])]
