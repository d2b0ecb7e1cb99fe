"""What a Python exception says to a reader of L1: the message and the hint, from the L1 code where it arose.

Where the operands are at hand (in a helper's frame, or as variables and literals), they are looked at; else their
types are taken from the exception. Python's own message is only ever matched, never shown.
"""

from __future__ import annotations

import errno
import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from l1kernel import errors
from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.language.emit import l1_name, python_name
from l1kernel.runtime import operators
from l1kernel.runtime.find import find_node, text_of
from l1kernel.runtime.items import item, not_a_key
from l1kernel.runtime.registry import builtins
from l1kernel.runtime.values import article, type_name

if TYPE_CHECKING:
    from l1kernel.runtime.translate import Spot


@dataclass(frozen=True, slots=True)
class Situation:
    """An exception and where it was met. ``native``: it arose in compiled L1 code itself, not in a built-in."""

    exc: BaseException
    spot: Spot | None
    native: bool
    names: Collection[str]

    @property
    def node(self) -> nodes.Node | None:
        """The L1 expression that was at work, None where it cannot be told."""
        return None if self.spot is None else find_node(self.spot.source, self.spot.span)

    @property
    def helper_values(self) -> dict[str, Any]:
        """``left`` and ``right`` of a helper of ``operators`` in which the exception arose."""
        traceback = self.exc.__traceback__
        if traceback is None:
            return {}
        while traceback.tb_next is not None:
            traceback = traceback.tb_next
        frame = traceback.tb_frame
        if frame.f_code.co_filename != operators.__file__:
            return {}
        return {name: frame.f_locals[name] for name in ("left", "right") if name in frame.f_locals}

    def text(self, node: nodes.Node) -> str:
        """The source text of a node, for hints."""
        return "" if self.spot is None else text_of(self.spot.source, node)


def explain(kind: type[L1Error], situation: Situation) -> L1Error:
    """The L1 error for the exception, without its place."""
    exc = situation.exc
    for base in type(exc).__mro__:
        describe = _DESCRIBE.get(base.__name__) if base.__module__ == "builtins" else None
        if describe is not None:
            made = describe(kind, situation)
            if made is not None:
                return made
    return _generic(kind, situation)


def _generic(kind: type[L1Error], situation: Situation) -> L1Error:
    called = _called(situation)
    where = f" in {called}()" if called else ""
    words = _GENERIC.get(kind, "Something went wrong")
    return kind(words + where)


_GENERIC: Mapping[type[L1Error], str] = {
    errors.L1TypeError: "A value of the wrong type",
    errors.L1ValueError: "A value that does not fit",
    errors.L1IndexError: "A position out of range",
    errors.L1KeyError: "A key or name that is not there",
    errors.ClusterError: "The cluster could not do this",
}


def _called(situation: Situation) -> str | None:
    """The name of the built-in at work, None in native code."""
    node = situation.node
    if situation.native or not isinstance(node, nodes.Call):
        return None
    if isinstance(node.callee, nodes.Name):
        return node.callee.id
    return node.callee.name if isinstance(node.callee, nodes.Attribute) else None


# --- values at the place of the error ---------------------------------------------------------------------------

_UNKNOWN = object()


def _value(node: nodes.Node, situation: Situation) -> Any:
    """The value of an expression without side effects, ``_UNKNOWN`` for any other."""
    match node:
        case nodes.Constant():
            return node.value
        case nodes.Name():
            if situation.spot is None:
                return _UNKNOWN
            frame, name = situation.spot.frame, python_name(node.id)
            for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
                if name in names:
                    return names[name]
            return _UNKNOWN
        case nodes.Index() if len(node.indices) == 1:
            target, index = _value(node.target, situation), _value(node.indices[0], situation)
            if type(target) not in (list, dict, str) or index is _UNKNOWN:
                return _UNKNOWN
            try:
                return item(target, index)
            except L1Error:
                return _UNKNOWN
        case nodes.FString():
            return ""
        case nodes.ListLiteral():
            return []
        case nodes.DictionaryLiteral():
            return {}
        case nodes.Function():
            return _value
    return _UNKNOWN


# --- names ------------------------------------------------------------------------------------------------------


def _name_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = getattr(situation.exc, "name", None) or _quoted(situation.exc)
    if name is None or situation.spot is None:
        return None
    name = l1_name(name.removesuffix("()"))
    return kind(f"Undefined variable '{name}'", hint=_name_hint(name, situation))


def _unbound(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = _quoted(situation.exc)
    if name is None:
        return None
    name = l1_name(name)
    return kind(f"Undefined variable '{name}'", hint=f"'{name}' is used before its let in this function")


def _quoted(exc: BaseException) -> str | None:
    found = re.search(r"'([^']*)'", str(exc))
    return found.group(1) if found else None


_ELSEWHERE = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null", "this": "self"}


def _name_hint(name: str, situation: Situation) -> str | None:
    assert situation.spot is not None
    if name in _ELSEWHERE:
        return f"did you mean '{_ELSEWHERE[name]}'?"
    source, span = situation.spot.source, situation.spot.span
    later = _declared_later(source, name, span.start)
    if later is not None:
        return f"'{name}' is declared on line {later}; a name can be used only after that"
    frame = situation.spot.frame
    known = {l1_name(known) for known in (*frame.f_locals, *frame.f_globals, *situation.names)} - {"", "__builtins__"}
    hint = did_you_mean(name, sorted(known)) or did_you_mean(name, sorted(builtins()))
    if hint is not None:
        return hint
    index = find_node(source, span, within=nodes.Index)
    if isinstance(index, nodes.Index) and isinstance(index.indices[0], nodes.Name):
        return f'a key is a String in quotes: ["{name}"]'
    return f"declare it first: let {name} = ..."


def _declared_later(source: Any, name: str, start: int) -> int | None:
    from l1kernel.runtime.find import declaration_after

    return declaration_after(source, name, start)


# --- operators --------------------------------------------------------------------------------------------------

_VERBS = {
    "+": "add {} and {}",
    "-": "subtract {1} from {0}",
    "*": "multiply {} and {}",
    "/": "divide {} by {}",
    "%": "take the remainder of {} by {}",
    "**": "raise {} to the power of {}",
}
_HOST_TYPES = {
    "int": "Integer",
    "float": "Float",
    "str": "String",
    "bool": "Boolean",
    "NoneType": "Null",
    "list": "List",
    "tuple": "List",
    "dict": "Dictionary",
    "function": "Function",
    "method": "Function",
    "builtin_function_or_method": "Function",
    "functools.partial": "Function",
    "numpy.ndarray": "Array",
    "DataFrame": "DataFrame",
    "Series": "Column",
}
_TWO_TYPES = (
    re.compile(r"unsupported operand type\(s\) for [^:]+: '(?P<left>[\w.]+)' and '(?P<right>[\w.]+)'"),
    re.compile(r"'[^']+' not supported between instances of '(?P<left>[\w.]+)' and '(?P<right>[\w.]+)'"),
    re.compile(r"can only concatenate (?P<left>\w+) \(not \"(?P<right>[\w.]+)\"\)"),
)


def _host_type(name: str) -> str:
    short = name.rpartition(".")[2]
    return _HOST_TYPES.get(name) or _HOST_TYPES.get(short) or short


def _operand_types(situation: Situation, left: nodes.Node, right: nodes.Node) -> tuple[str, str] | None:
    held = situation.helper_values
    if len(held) == 2:
        return type_name(held["left"]), type_name(held["right"])
    for pattern in _TWO_TYPES:
        found = pattern.search(str(situation.exc))
        if found:
            return _host_type(found["left"]), _host_type(found["right"])
    values = _value(left, situation), _value(right, situation)
    if _UNKNOWN in values:
        return None
    return type_name(values[0]), type_name(values[1])


def _binary_error(node: nodes.Binary | nodes.AugmentedAssign, situation: Situation) -> L1Error | None:
    left = node.target if isinstance(node, nodes.AugmentedAssign) else node.left
    right = node.value if isinstance(node, nodes.AugmentedAssign) else node.right
    types = _operand_types(situation, left, right)
    if types is None and node.operator == "%":
        found = re.search(r"bad operand type for unary \+: '([\w.]+)'", str(situation.exc))
        if found:
            other = _value(right, situation)
            types = _host_type(found.group(1)), "a value" if other is _UNKNOWN else type_name(other)
    if types is None:
        return None
    message = f"Cannot {_VERBS[node.operator].format(*types)}"
    return errors.L1TypeError(message, hint=_operand_hint(node.operator, types, (left, right), situation))


def _operand_hint(
    operator: str, types: tuple[str, str], operands: tuple[nodes.Node, nodes.Node], situation: Situation
) -> str | None:
    for i, kind in enumerate(types):
        other, node = types[1 - i], operands[i]
        if kind == "Null":
            return _null_hint(node, situation)
        if kind == "Function":
            return f"call the function first: {situation.text(node)}()"
        if operator == "+" and other == "String" and kind != "String":
            return f"convert it first: to_string({situation.text(node)})"
        if operator == "+" and other == "List":
            return f"put it in a list first: [{situation.text(node)}]"
        if operator != "+" and kind == "String" and other in ("Integer", "Float", "String"):
            return f"convert it first: to_number({situation.text(node)})"
    return None


def _null_hint(node: nodes.Node, situation: Situation) -> str:
    if isinstance(node, nodes.Constant):
        return "null stands for no value, so nothing can be computed with it"
    return f"{situation.text(node)} is null: a function without return gives null"


def _compare_error(node: nodes.Compare, situation: Situation) -> L1Error | None:
    operands = [node.first, *node.rest]
    assert situation.spot is not None
    at = next((i for i in range(1, len(operands)) if operands[i].span.start > situation.spot.span.start), 1)
    pair = operands[at - 1], operands[at]
    types = _operand_types(situation, *pair)
    if types is None:
        return None
    hint: str | None = None
    for i, kind in enumerate(types):
        if kind == "String" and types[1 - i] in ("Integer", "Float"):
            hint = f"convert it first: to_number({situation.text(pair[i])})"
        elif kind == "Null":
            hint = _null_hint(pair[i], situation)
    return errors.L1TypeError(f"Cannot compare {types[0]} and {types[1]}", hint=hint)


def _unary_error(node: nodes.Unary, situation: Situation) -> L1Error | None:
    found = re.search(r"bad operand type for unary [-+~]+: '([\w.]+)'", str(situation.exc))
    if found is None:
        return None
    kind = _host_type(found.group(1))
    hint = f"convert it first: to_number({situation.text(node.operand)})" if kind == "String" else None
    return errors.L1TypeError(f"Cannot put {node.operator} before {article(kind)}", hint=hint)


# --- calls ------------------------------------------------------------------------------------------------------


def _call_error(node: nodes.Call, situation: Situation) -> L1Error | None:
    text = str(situation.exc)
    name = _callee_text(node, situation)
    found = re.search(r"'([\w.]+)' object is not callable", text)
    if found:
        kind = _host_type(found.group(1))
        if isinstance(node.callee, nodes.Constant):
            reason = f"to multiply, write {name} * (...)"
        else:
            reason = f"'{name}' is {article(kind)} here; a variable may have taken the name of a function"
        return errors.L1TypeError(f"{article(kind, capital=True)} cannot be called", hint=reason)
    expected = _signature(node, situation)
    hint = None if expected is None else f"it is called as {name}({expected[0]})"
    found = re.search(r"missing \d+ required (?:positional|keyword-only) arguments?: (.*)", text)
    if found:
        missing = re.findall(r"'([^']+)'", found.group(1))
        shown = " and ".join(f"'{l1_name(argument)}'" for argument in missing)
        plural = "s" * (len(missing) > 1)
        return errors.L1TypeError(f"{name}() is missing the argument{plural} {shown}", hint=hint)
    found = re.search(r"got an unexpected keyword argument '([^']+)'", text)
    if found:
        given = l1_name(found.group(1))
        near = None if expected is None else did_you_mean(given, expected[1])
        return errors.L1TypeError(f"{name}() has no parameter '{given}'", hint=near or hint)
    found = re.search(r"got multiple values for (?:keyword )?argument '([^']+)'", text)
    if found and found.group(1) in ("session", "expressions"):  # what the runtime passes is no parameter of L1's
        return errors.L1TypeError(f"{name}() has no parameter '{found.group(1)}'", hint=hint)
    if found:
        return errors.L1TypeError(f"{name}() got the argument '{l1_name(found.group(1))}' twice", hint=hint)
    if re.search(r"takes (?:from )?\d+ .*positional arguments?.* given", text) or "takes no arguments" in text:
        count = sum(1 for argument in node.arguments if argument.name is None)
        if expected is None:
            return errors.L1TypeError(f"{name}() got too many arguments ({count})")
        most = len(expected[1])
        takes = "no arguments" if most == 0 else f"{most} argument{'s' * (most > 1)}"
        extra = f"'{expected[1][-1]}' is the last parameter; " if most else ""
        shown = f"it is called as {name}({expected[0]})"
        return errors.L1TypeError(f"{name}() takes {takes}, but {count} were given", hint=extra + shown)
    return None


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
    function = _value(node.callee, situation)
    if isinstance(node.callee, nodes.Name) and (function is _UNKNOWN or not callable(function)):
        record = builtins().get(node.callee.id)
        function = _UNKNOWN if record is None else record.function
    if type(function) is MethodType:
        function = function.__func__
    if type(function) is not FunctionType:
        return None
    names = [l1_name(name) for name in inspect.signature(function).parameters if name not in ("session", "expressions")]
    return ", ".join(names), names


# --- the other types --------------------------------------------------------------------------------------------


def _type_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    node, text = situation.node, str(situation.exc)
    made: L1Error | None = None
    if isinstance(node, nodes.Binary | nodes.AugmentedAssign):
        made = _binary_error(node, situation)
    elif isinstance(node, nodes.Compare):
        made = _compare_error(node, situation)
    elif isinstance(node, nodes.Unary) and situation.native:
        made = _unary_error(node, situation)
    elif isinstance(node, nodes.Call) and situation.native:
        made = _call_error(node, situation)
    if made is not None:
        return made
    found = re.search(r"unhashable type: '([\w.]+)'", text)
    if found:
        host = _host_type(found.group(1))
        return errors.L1TypeError(
            f"{article(host, capital=True)} cannot be a dictionary key", hint="use a String or a number"
        )
    found = re.search(r"cannot unpack non-iterable ([\w.]+) object", text)
    if found:
        return errors.L1TypeError(f"{article(_host_type(found.group(1)), capital=True)} cannot be taken apart")
    for pattern in _TWO_TYPES:
        found = pattern.search(text)
        if found:
            pair = _host_type(found["left"]), _host_type(found["right"])
            verb = "compare" if "instances" in text else "combine"
            called = _called(situation)
            return errors.L1TypeError(f"Cannot {verb} {pair[0]} and {pair[1]}" + (f" in {called}()" if called else ""))
    return None


def _value_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    text = str(situation.exc)
    if "truth value of" in text:
        return errors.L1TypeError(
            "An array of several elements is neither true nor false", hint="ask for any(xs) or all(xs)"
        )
    found = re.search(r"(?:not enough|too many) values to unpack \(expected (\d+)(?:, got (\d+))?\)", text)
    if found:
        got = f"there are only {found[2]}" if found[2] else "there are more"
        return kind(f"Expected {found[1]} values for {found[1]} variables, but {got}")
    if "could not be broadcast" in text or "shape mismatch" in text or "Lengths must match" in text:
        shapes = re.findall(r"\(([\d, ]+)\)", text)
        shown = " and ".join(" x ".join(re.findall(r"\d+", shape)) for shape in shapes[:2])
        sizes = f": {shown}" if len(shapes) >= 2 else ""
        return kind(f"Arrays of different sizes{sizes}", hint="arrays in one expression need the same length")
    if "Integers to negative integer powers" in text:
        return kind("An Integer array has no negative powers", hint="make it a Float array first: xs * 1.0")
    if "integer string conversion" in text:
        return kind("This number has too many digits to be written or read")
    return None


def _zero_division(kind: type[L1Error], situation: Situation) -> L1Error | None:
    return kind("Division by zero", hint="check that the divisor is not 0 first")


def _overflow(kind: type[L1Error], situation: Situation) -> L1Error | None:
    return kind("The result is too large for a number with a decimal point")


def _index_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    made = _item_again(situation)
    return made if isinstance(made, errors.L1IndexError) else None


def _key_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    made = _item_again(situation)
    return made if isinstance(made, errors.L1KeyError) else None


def _item_again(situation: Situation) -> L1Error | None:
    """A native ``a[i]`` that failed, asked again in L1's way, which says what is wrong."""
    node = situation.node
    if not situation.native or not isinstance(node, nodes.Index):
        return None
    target, index = _value(node.target, situation), _value(node.indices[0], situation)
    if target is _UNKNOWN or index is _UNKNOWN:
        return None
    try:
        item(target, index)
    except L1Error as error:
        return error
    except TypeError:
        return not_a_key(index)
    return None


def _memory(kind: type[L1Error], situation: Situation) -> L1Error | None:
    return kind("The result does not fit into memory", hint="work on smaller parts")


def _recursion(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = None if situation.spot is None else situation.spot.function
    subject = f"'{name}' calls itself" if name else "Functions call each other"
    return errors.L1RuntimeError(
        f"{subject} more than 10,000 calls deep", hint="does every path reach a case that ends the recursion?"
    )


_FILE_WORDS = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "may not be opened: no permission",
    errno.EPERM: "may not be opened: no permission",
    errno.EISDIR: "is a folder",
    errno.ENOTDIR: "is not in a folder",
    errno.EEXIST: "exists already",
    errno.ENOSPC: "cannot be written: the disk is full",
    errno.ENAMETOOLONG: "has a name that is too long",
}


def _os_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    exc = situation.exc
    assert isinstance(exc, OSError)
    words = _FILE_WORDS.get(exc.errno or 0)
    if words is not None and exc.filename is not None:
        return kind(f"The file {str(exc.filename)!r} {words}".replace("'", '"'))
    if isinstance(exc, ConnectionError):
        return kind("The connection was lost or refused")
    if isinstance(exc, TimeoutError):
        return kind("This took too long")
    return kind("The system refused this: " + words) if words else kind("The system refused this")


def _fixed(words: str, hint: str | None = None) -> Callable[[type[L1Error], Situation], L1Error | None]:
    return lambda kind, situation: kind(words, hint=hint)


_DESCRIBE: Mapping[str, Callable[[type[L1Error], Situation], L1Error | None]] = {
    "NameError": _name_error,
    "UnboundLocalError": _unbound,
    "TypeError": _type_error,
    "ValueError": _value_error,
    "UnicodeError": _fixed("The text is not valid UTF-8"),
    "ZeroDivisionError": _zero_division,
    "OverflowError": _overflow,
    "IndexError": _index_error,
    "KeyError": _key_error,
    "MemoryError": _memory,
    "RecursionError": _recursion,
    "OSError": _os_error,
    "AssertionError": _fixed("An assertion failed"),
    "KeyboardInterrupt": _fixed("Stopped"),
    "ImportError": _fixed("A library that this needs is not installed", "run l1 doctor to see which one"),
    "EOFError": _fixed("The input ended too early"),
    "TimeoutError": _fixed("This took too long"),
}
