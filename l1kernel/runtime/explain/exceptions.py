"""What a Python exception says to a reader of L1: the message and the hint, from the L1 code where it arose.

Where the operands are at hand (in a helper's frame, or as variables and literals), they are looked at; else their
types are taken from the exception. Python's own message is only ever matched, never shown.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping

from l1kernel import errors
from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.language.compiler.emit import l1_name
from l1kernel.runtime.explain.again import asked_again
from l1kernel.runtime.explain.calls import call_error, callback_error
from l1kernel.runtime.explain.find import find_node
from l1kernel.runtime.explain.names import name_hint, own_names
from l1kernel.runtime.explain.operators import TWO_TYPES, binary_error, compare_error, unary_error
from l1kernel.runtime.explain.situation import Situation, host_type
from l1kernel.runtime.operators import COUNT_HINT
from l1kernel.runtime.values import article


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


def _name_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = getattr(situation.exc, "name", None) or _quoted(situation.exc)
    if name is None or situation.spot is None:
        return None
    name = l1_name(name.removesuffix("()"))
    return kind(f"Undefined variable '{name}'", hint=name_hint(name, situation))


def _unbound(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = _quoted(situation.exc)
    if name is None:
        return None
    spot = situation.spot
    if spot is not None and spot.function is None:  # a loop's variables are the top level's
        return _name_error(kind, situation)
    name = l1_name(name)
    function = None if spot is None else find_node(spot.source, spot.span, within=nodes.Function)
    if isinstance(function, nodes.Function) and name not in own_names(function, assigned=False):
        return _name_error(kind, situation)  # it only occurs in x += 1 or x = x + 1
    return kind(f"Undefined variable '{name}'", hint=f"'{name}' is used before its let in this function")


def _quoted(exc: BaseException) -> str | None:
    found = re.search(r"'([^']*)'", str(exc))
    return found.group(1) if found else None


def _type_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    node, text = situation.node, str(situation.exc)
    found = re.search(r"unhashable type: '([\w.]+)'", text)
    if found:
        host = host_type(found.group(1))
        return asked_again(situation) or errors.L1TypeError(
            f"{article(host, capital=True)} cannot be a dictionary key", hint="use a String or a number"
        )
    made: L1Error | None = None
    if isinstance(node, nodes.Binary | nodes.AugmentedAssign):
        made = binary_error(node, situation)
    elif isinstance(node, nodes.Compare):
        made = compare_error(node, situation)
    elif isinstance(node, nodes.Unary):
        made = unary_error(node, situation)
    elif isinstance(node, nodes.Call) and situation.native:
        made = call_error(node, situation)
    if made is None and not situation.native:
        made = callback_error(situation, _called(situation))
    if made is not None:
        return made
    found = re.search(r"cannot unpack non-iterable ([\w.]+) object", text)
    if found:
        return errors.L1TypeError(f"{article(host_type(found.group(1)), capital=True)} cannot be taken apart")
    for pattern in TWO_TYPES:
        found = pattern.search(text)
        if found:
            pair = host_type(found["left"]), host_type(found["right"])
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
        return kind(
            f"Expected {found[1]} values for {found[1]} variables, but {got}",
            hint=COUNT_HINT,
        )
    if "could not be broadcast" in text or "shape mismatch" in text or "Lengths must match" in text:
        shapes = re.findall(r"\(([\d, ]+)\)", text)
        shown = " and ".join(" x ".join(re.findall(r"\d+", shape)) for shape in shapes[:2])
        sizes = f": {shown}" if len(shapes) >= 2 else ""
        return kind(f"Arrays of different sizes{sizes}", hint="arrays in one expression need the same length")
    if isinstance(situation.node, nodes.Binary | nodes.AugmentedAssign | nodes.Compare):
        return kind("Arrays or tables whose sizes or columns do not match")
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
    made = asked_again(situation)
    return made if isinstance(made, errors.L1IndexError) else None


def _key_error(kind: type[L1Error], situation: Situation) -> L1Error | None:
    made = asked_again(situation)
    return made if isinstance(made, errors.L1KeyError) else None


def _memory(kind: type[L1Error], situation: Situation) -> L1Error | None:
    return kind("The result does not fit into memory", hint="work on smaller parts")


def _recursion(kind: type[L1Error], situation: Situation) -> L1Error | None:
    name = None if situation.spot is None else situation.spot.function
    if situation.depth < _RECURSION:
        return errors.L1RuntimeError(
            "The values are nested too deep in each other", hint="a list in a list in a list ... has its limits"
        )
    subject = "This function calls itself" if name == "function" else f"'{name}' calls itself"
    subject = subject if name else "Functions call each other"
    return errors.L1RuntimeError(
        f"{subject} more than 10,000 calls deep", hint="does every path reach a case that ends the recursion?"
    )


_RECURSION = 1_000  # with fewer calls under way it is a value that is deep: a list in a list in a list

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
    return kind(f"The output {words}") if exc.errno == errno.ENOSPC else kind("The system refused this")


def _fixed(words: str, hint: str | None = None) -> Callable[[type[L1Error], Situation], L1Error | None]:
    return lambda kind, situation: kind(words, hint=hint)


_DESCRIBE: Mapping[str, Callable[[type[L1Error], Situation], L1Error | None]] = {
    "NameError": _name_error,
    "UnboundLocalError": _unbound,
    "TypeError": _type_error,
    "NotImplementedError": _type_error,
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
