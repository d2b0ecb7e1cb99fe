"""What a call with the wrong arguments, or of no function, says."""

from __future__ import annotations

import inspect
import re
from types import FunctionType, MethodType
from typing import Any

from l1kernel import errors
from l1kernel.diagnostics import did_you_mean, meant
from l1kernel.errors import Hint, L1Error
from l1kernel.language import nodes
from l1kernel.language.compiler.emit import l1_name
from l1kernel.runtime.explain.repairs import edit
from l1kernel.runtime.explain.situation import UNKNOWN, Situation, host_type, value_of
from l1kernel.runtime.functions import is_l1_function
from l1kernel.runtime.registry import builtin_of, builtins
from l1kernel.runtime.values import article


def call_error(node: nodes.Call, situation: Situation) -> L1Error | None:
    """None where the exception is not about the call itself."""
    text = str(situation.exc)
    name = _callee_text(node, situation)
    found = re.search(r"'([\w.]+)' object is not callable", text)
    if found:
        kind = host_type(found.group(1))
        return errors.L1TypeError(
            f"{article(kind, capital=True)} cannot be called", hint=_no_call_hint(node, name, kind, situation)
        )
    expected = _signature(node, situation)
    hint = "" if expected is None else f"it is called as {name}({expected[0]})"
    count = sum(1 for argument in node.arguments if argument.name is None)
    return _wrong_arguments(text, name, expected, count, hint)


def _no_call_hint(node: nodes.Call, name: str, kind: str, situation: Situation) -> str | Hint:
    """What was meant by brackets behind a value that is no function."""
    source, end = situation.source, node.callee.span.end
    opening = source.text.find("(", end)
    has_items = kind in ("List", "Dictionary", "String", "Array", "DataFrame", "Column") and not isinstance(
        node.callee, nodes.Call
    )
    if has_items and len(node.arguments) == 1:
        index = situation.text(node.arguments[0])
        brackets = edit(source, opening, opening + 1, "["), edit(source, node.span.end - 1, node.span.end, "]")
        return Hint(f"an item is taken with [ ]: {name}[{index}]", (brackets,))
    if kind in ("Integer", "Float") and len(node.arguments) == 1:
        times = (edit(source, end, opening, " * "),)
        what = "" if isinstance(node.callee, nodes.Constant) else f"'{name}' is {article(kind)} here; "
        return Hint(f"{what}to multiply, write {name} * (...)", (times,))
    return f"'{name}' is {article(kind)} here; a variable may have taken the name of a function"


def callback_error(situation: Situation, caller: str | None) -> L1Error | None:
    """A function that was passed to another, which calls it with arguments that do not fit it."""
    text = str(situation.exc)
    found = re.match(r"(\w+)\(\) (?:missing|takes|got) ", text)
    function = None if found is None else _passed_function(found.group(1), situation)
    if function is None:
        return None
    record = builtin_of(function)
    signature = inspect.signature(function) if record is None else record.signature
    name = function.__name__ if record is None else record.name
    names = [l1_name(parameter) for parameter in signature.parameters]
    needed = sum(1 for parameter in signature.parameters.values() if parameter.default is inspect.Parameter.empty)
    missing = re.search(r"missing (\d+) required", text)
    given = re.search(r"(\d+) (?:was|were) given", text)
    hidden = 0 if record is None else int(record.needs_session)
    count = int(given[1]) - hidden if given else needed - int(missing[1]) if missing else 0
    hint = f"it is called as {name}({', '.join(names)})"
    if caller is not None and caller != name:
        hint += f"; {caller} calls it with {count} argument{'s' * (count != 1)}"
    return _wrong_arguments(text, name, (", ".join(names), names), count, hint)


def _passed_function(name: str, situation: Situation) -> Any:
    """The L1 function or built-in that Python calls ``name``, among the values of the frames at work."""
    traceback = situation.exc.__traceback__
    while traceback is not None:
        for value in traceback.tb_frame.f_locals.values():
            function = value.__func__ if isinstance(value, MethodType) else value
            if not isinstance(function, FunctionType) or function.__name__ != name:
                continue
            if is_l1_function(function) or builtin_of(value) is not None:
                return value
        traceback = traceback.tb_next
    return None


def _wrong_arguments(
    text: str, name: str, expected: tuple[str, list[str]] | None, count: int, hint: str
) -> L1Error | None:
    """What Python's ``text`` says of a call, in L1's words; ``count`` arguments without a name were given."""
    found = re.search(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)", text)
    if found:
        missing = re.findall(r"'([^']+)'", found.group(1))
        shown = " and ".join(f"'{l1_name(argument)}'" for argument in missing)
        plural = "s" * (len(missing) > 1)
        return errors.L1TypeError(f"{name}() is missing the argument{plural} {shown}", hint=hint or None)
    found = re.search(r"got an unexpected keyword argument '([^']+)'", text)
    if found:
        given = l1_name(found.group(1))
        near = None if expected is None else did_you_mean(given, expected[1]) or _begun(given, expected[1])
        return errors.L1TypeError(f"{name}() has no parameter '{given}'", hint=near or hint or None)
    found = re.search(r"got multiple values for (?:keyword )?argument '([^']+)'", text)
    if found and found.group(1) in ("session", "expressions"):  # what the runtime passes is no parameter of L1's
        return errors.L1TypeError(f"{name}() has no parameter '{found.group(1)}'", hint=hint or None)
    if found:
        return errors.L1TypeError(f"{name}() got the argument '{l1_name(found.group(1))}' twice", hint=hint or None)
    if re.search(r"takes (?:from )?\d+ .*positional arguments?.* given", text) or "takes no arguments" in text:
        if expected is None:
            return errors.L1TypeError(f"{name}() got too many arguments ({count})")
        most = len(expected[1])
        takes = "no arguments" if most == 0 else f"{most} argument{'s' * (most > 1)}"
        extra = f"'{expected[1][-1]}' is the last parameter; " if most else ""
        were = "was" if count == 1 else "were"
        return errors.L1TypeError(f"{name}() takes {takes}, but {count} {were} given", hint=extra + hint)
    return None


def _begun(given: str, parameters: list[str]) -> Hint | None:
    """The one parameter whose short name begins what was written: ``height`` for ``h``."""
    begun = [name for name in parameters if given.startswith(name)]
    return meant(given, begun[0]) if len(begun) == 1 else None


def _callee_text(node: nodes.Call, situation: Situation) -> str:
    if isinstance(node.callee, nodes.Attribute):
        return node.callee.name
    text = situation.text(node.callee)
    return text if len(text) <= 40 else "the function"


def _signature(node: nodes.Call, situation: Situation) -> tuple[str, list[str]] | None:
    """The parameters that a program passes to the callee, as text and by name."""
    if isinstance(node.callee, nodes.Attribute):
        record = builtins().get(node.callee.name)
        if record is None or not record.methods:
            return None
        names = list(record.signature.parameters)[1:]
        return ", ".join(names), names
    function = value_of(node.callee, situation)
    if isinstance(node.callee, nodes.Name) and (function is UNKNOWN or not callable(function)):
        record = builtins().get(node.callee.id)
        function = UNKNOWN if record is None else record.function
    if type(function) is MethodType:
        function = function.__func__
    if type(function) is not FunctionType:
        return None
    names = [l1_name(name) for name in inspect.signature(function).parameters if name not in ("session", "expressions")]
    return ", ".join(names), names
