"""What a name says that nothing declares, and what was meant by it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from l1kernel.diagnostics import did_you_mean, meant, nearest
from l1kernel.errors import Fix, Hint
from l1kernel.language import nodes
from l1kernel.language.compiler.emit import l1_name
from l1kernel.language.hints.habits import LOOP_WORDS, VALUE_NAMES
from l1kernel.language.hints.numerals import percentage
from l1kernel.language.source import Source
from l1kernel.runtime.explain.elsewhere import FUNCTIONS, LOGGING
from l1kernel.runtime.explain.find import declaration_after, find_node, nodes_of, nodes_within
from l1kernel.runtime.explain.repairs import call_of, edit, inserting, replacing
from l1kernel.runtime.explain.situation import Situation, value_of
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.values import type_name


def name_hint(name: str, situation: Situation) -> str | Hint | None:
    """How to mend an undefined variable, looked for where it stands, among what is known and among habits."""
    assert situation.spot is not None
    source, span = situation.spot.source, situation.spot.span
    percent = _percent(name, situation)
    if percent is not None:
        return percent
    later = declaration_after(source, name, span.start)
    if later is not None:
        return f"'{name}' is declared on line {later}; a name can be used only after that"
    home = _function_with(name, source, outside=span.start)
    passed = None if home is None else _function_to_pass(home, situation)
    if passed is not None:
        return passed
    if home is not None:
        return Hint(f"'{name}' lives only inside {home}; let {home} return it", _returned(name, home, source))
    key = _bare_key(name, situation)
    if key is not None and key[1]:
        return key[0]
    habit = _habit(name, situation)
    if habit is not None:
        return habit
    frame = situation.spot.frame
    known = {l1_name(known) for known in (*frame.f_locals, *frame.f_globals, *situation.names)} - {"", "__builtins__"}
    known |= {"true", "false", "null"}
    near = did_you_mean(name, sorted(known))
    like = FUNCTIONS.get(name) or (FUNCTIONS.get(name.lower()) if name.isupper() else None)
    if near is None and like is not None and situation.node and call_of(source, situation.node):
        near = meant(name, like)
    near = near or did_you_mean(name, _fitting_builtins(situation))
    if near is not None:
        return near
    if key is not None:
        return key[0]
    if find_node(source, span, within=nodes.Throw) is not None:
        return Hint(f"the name of an error type ends in Error: {name}Error", tuple(_renamed_type(name, source)))
    below = did_you_mean(
        name, [part.name for part in nodes_of(source) if isinstance(part, nodes.Function) and part.name]
    )
    return below or _declare(name, situation)


def _percent(name: str, situation: Situation) -> Hint | None:
    """Of ``let y = x * 20%``: the statement went on in the next line, where y has no value yet."""
    source = situation.source
    for part in nodes_of(source):
        target = part.target if isinstance(part, nodes.Let | nodes.Assign) else None
        if not isinstance(target, nodes.Name) or target.id != name or situation.spot is None:
            continue
        text = source.text[part.span.start : situation.spot.span.start]
        sign = text.find("%\n")
        percent = percentage(source.text, part.span.start + sign) if sign >= 0 else None
        if percent is not None:
            return Hint(percent[0], ((edit(source, percent[1][0].start, percent[1][0].end, percent[1][0].text),),))
    return None


def _fitting_builtins(situation: Situation) -> list[str]:
    """The built-ins that can stand where the name does: functions only where one is called or passed to another."""
    node, source = situation.node, situation.source
    called = node is not None and call_of(source, node) is not None
    call = None if node is None else find_node(source, node.span, within=nodes.Call)
    passed = isinstance(call, nodes.Call) and any(given.value is node for given in call.arguments)
    shows = isinstance(call, nodes.Call) and isinstance(call.callee, nodes.Name) and call.callee.id.startswith("print")
    wanted = called or (passed and not shows)
    return sorted(name for name, record in builtins().items() if wanted or record.constant)


def _bare_key(name: str, situation: Situation) -> tuple[Hint, bool] | None:
    """The hint to put a key in quotes, and whether the container has that key; None where the name is no key."""
    node = situation.node
    assert situation.spot is not None
    index = find_node(situation.spot.source, situation.spot.span, within=nodes.Index)
    if node is None or not isinstance(index, nodes.Index) or index.indices[0] is not node:
        return None
    hint = Hint(f'a key is a String in quotes: ["{name}"]', (replacing(situation.spot.source, node, f'"{name}"'),))
    container = value_of(index.target, situation)
    return hint, type_name(container) in ("Dictionary", "DataFrame") and name in container


# Names of modules and classes elsewhere whose functions stand alone here
# fmt: off
_MODULES = frozenset((
    "Array", "Console", "Date", "Double", "Integer", "JSON", "Math", "Number", "Object", "String", "System", "cmath",
    "console", "datetime", "document", "fmt", "json", "logger", "logging", "math", "np", "numpy", "os", "pandas", "pd",
    "random", "statistics", "stats", "std", "sys", "time", "window",
))
# fmt: on
_LOGGERS = ("Console", "System", "console", "logger", "logging")

# --- habits -----------------------------------------------------------------------------------------------------


def _habit(name: str, situation: Situation) -> str | Hint | None:
    """What is written in its place here, for a name that exists in other languages."""
    node = situation.node
    assert situation.spot is not None
    source = situation.spot.source
    whole = None if node is None else _chain(source, node)
    if node is not None and whole is not None:
        function = _function_named(whole.name, of=name)
        if function is not None and name in _MODULES:
            call = call_of(source, whole)
            brackets = "" if call is None else "(x)" if call.arguments else "()"
            old = re.sub(r"\s+", "", source.text[whole.span.start : whole.span.end])
            hint = f"write {function}{brackets} in place of {old}{brackets}"
            return Hint(hint, (replacing(source, whole, function),))
    elsewhere = VALUE_NAMES.get(name) or _loop_word(name, situation)
    if elsewhere is None:
        return None
    if elsewhere.isidentifier():
        return meant(name, elsewhere)
    call = None if node is None else call_of(source, node)
    written = None if call is None else _in_l1(name, call, source)
    if written is None or call is None:
        return elsewhere
    return Hint(f"write {written}", (replacing(source, call, written),))


def _loop_word(name: str, situation: Situation) -> str | None:
    """Of ``stop`` that stands alone in a loop, what it is called here."""
    alone = any(
        isinstance(part, nodes.ExpressionStatement) and part.value is situation.node
        for part in nodes_of(situation.source)
    )
    return LOOP_WORDS.get(name) if alone else None


def _chain(source: Source, node: nodes.Node) -> nodes.Attribute | None:
    """``System.out.println`` around its first name: the outermost member of it."""
    found: nodes.Node = node
    for part in sorted(nodes_of(source), key=lambda part: part.span.end):
        if isinstance(part, nodes.Attribute) and part.target is found:
            found = part
    return found if isinstance(found, nodes.Attribute) else None


def _function_named(name: str, *, of: str) -> str | None:
    """The built-in that is called so elsewhere, as a member of ``of``."""
    if of in _LOGGERS and name in LOGGING:
        return LOGGING[name]
    if name in builtins():
        return name
    return FUNCTIONS.get(name) or nearest(name, [known for known in builtins() if len(known) > 1])


_TYPES = {
    "str": "String",
    "int": "Integer",
    "float": "Float",
    "bool": "Boolean",
    "list": "List",
    "dict": "Dictionary",
}


def _in_l1(name: str, call: nodes.Call, source: Source) -> str | None:
    """What is written for a call that makes or asks for a type elsewhere: ``dict()``, ``isinstance(x, str)``."""
    given = [argument.value for argument in call.arguments]
    texts = [source.text[value.span.start : value.span.end] for value in given]
    if not given:
        return {"list": "[]", "dict": "{}"}.get(name)
    if name == "list" and len(given) == 1:
        return f"map({texts[0]}, x => x)"
    if name == "set" and len(given) == 1:
        return f"unique({texts[0]})"
    if name == "isinstance" and len(given) == 2 and texts[1] in _TYPES:
        return f'type_of({texts[0]}) == "{_TYPES[texts[1]]}"'
    return None


# --- where else the name is -------------------------------------------------------------------------------------


def _renamed_type(name: str, source: Source) -> Iterator[Fix]:
    """Let every throw and catch of the name say the one that an error type has."""
    edits = []
    for node in nodes_of(source):
        if isinstance(node, nodes.Name) and node.id == name:
            edits.append(edit(source, node.span.start, node.span.end, f"{name}Error"))
        elif isinstance(node, nodes.Catch) and node.type == name:
            at = source.text.index(name, node.span.start)
            edits.append(edit(source, at, at + len(name), f"{name}Error"))
    yield tuple(sorted(edits, key=lambda made: made.start))


def _function_with(name: str, source: Source, *, outside: int) -> str | None:
    """The named function to which alone a variable belongs, but not one around the offset."""
    for node in nodes_of(source):
        if not isinstance(node, nodes.Function) or node.span.start <= outside < node.span.end:
            continue
        if node.name is not None and name in own_names(node):
            return node.name
    return None


def _function_to_pass(home: str, situation: Situation) -> Hint | None:
    """Of ``map(xs, double(x))``, where the ``x`` of double is what double is to be called with."""
    source, node = situation.source, situation.node
    calls = [part for part in nodes_of(source) if isinstance(part, nodes.Call)]
    for call in calls:
        given = [argument.value for argument in call.arguments]
        passed = any(argument.value is call for outer in calls for argument in outer.arguments)
        if passed and node in given and isinstance(call.callee, nodes.Name) and call.callee.id == home:
            return Hint(f"pass the function itself: {home}", (replacing(source, call, home),))
    return None


def _returned(name: str, home: str, source: Source) -> tuple[Fix, ...]:
    """Let the function end with ``return name``, and the one statement that calls it keep the result."""
    functions = [part for part in nodes_of(source) if isinstance(part, nodes.Function) and part.name == home]
    calls = [part for part in nodes_of(source) if _calls(part, home)]
    if len(functions) != 1 or len(calls) != 1 or not functions[0].body:
        return ()
    last = functions[0].body[-1]
    returns = any(isinstance(part, nodes.Return) for part in nodes_within(functions[0]))
    line = source.line_text(last.span.line)
    indent = line[: len(line) - len(line.lstrip())]
    statement = next(
        (part for part in nodes_of(source) if isinstance(part, nodes.ExpressionStatement) and part.value is calls[0]),
        None,
    )
    if returns or statement is None or last.span.line == functions[0].span.line or last.span.end > statement.span.start:
        return ()
    end, start = last.span.end, statement.span.start
    return ((edit(source, end, end, f"\n{indent}return {name}"), edit(source, start, start, f"let {name} = ")),)


def _calls(node: nodes.Node, home: str) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.callee, nodes.Name) and node.callee.id == home


def own_names(function: nodes.Function, *, assigned: bool = True) -> set[str]:
    """The variables that a function declares or, where that counts, assigns."""
    giving = nodes.Let | nodes.Assign if assigned else nodes.Let
    found = {parameter.name for parameter in function.parameters}
    for statement in function.body:
        for part in nodes_within(statement):
            target = part.target if isinstance(part, giving) else None
            names = target.targets if isinstance(target, nodes.Pattern) else (target,)
            if isinstance(part, nodes.For):
                names = part.names
            found |= {target.id for target in names if isinstance(target, nodes.Name)}
    return found


def _declare(name: str, situation: Situation) -> str | Hint:
    """The hint to declare a name; one that is counted up, before the loop that does so."""
    source = situation.source
    counted = _counting(name, situation)
    if counted is None:
        quoted = f'; if it is text, put it in quotes: "{name}"' if name[0].isupper() else ""
        return f"declare it first: let {name} = ...{quoted}"
    around, added = counted
    start = {"String": '""', "List": "[]"}.get(type_name(value_of(added, situation)), "0")
    for part in nodes_of(source):
        loop = isinstance(part, nodes.For | nodes.CFor | nodes.While)
        if loop and part.span.start <= around.span.start and part.span.end >= around.span.end:
            around = part
    line = source.line_text(around.span.line)
    indent = line[: len(line) - len(line.lstrip())]
    place = around.span.start
    return Hint(
        f"declare it first: let {name} = {start}",
        (inserting(source, place, f"let {name} = {start}\n{indent}"),),
    )


def _counting(name: str, situation: Situation) -> tuple[nodes.Node, nodes.Expression] | None:
    """The ``x += 1`` or ``x = x + 1`` in which the name stands, and what it adds."""
    node, source, span = situation.node, situation.source, situation.spot.span if situation.spot else None
    if span is None or node is None:
        return None
    changed = find_node(source, span, within=nodes.AugmentedAssign)
    if isinstance(changed, nodes.AugmentedAssign) and changed.target is node and changed.operator in "+-":
        return changed, changed.value
    changed = find_node(source, span, within=nodes.Assign)
    if not isinstance(changed, nodes.Assign) or not isinstance(changed.value, nodes.Binary):
        return None
    value = changed.value
    same = isinstance(changed.target, nodes.Name) and changed.target.id == name
    if not same or value.operator not in "+-" or node not in (value.left, value.right):
        return None
    return changed, value.right if value.left is node else value.left
