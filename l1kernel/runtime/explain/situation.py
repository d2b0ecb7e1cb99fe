"""An exception, where it arose in L1 code, and what can be told of the values there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from l1kernel.errors import L1Error
from l1kernel.language import nodes
from l1kernel.language.compiler.emit import held_name, python_name
from l1kernel.language.source import Source
from l1kernel.runtime import operators
from l1kernel.runtime.explain.find import find_node, text_of
from l1kernel.runtime.items import item
from l1kernel.runtime.registry import type_of_class

if TYPE_CHECKING:
    from l1kernel.runtime.translate import Spot


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
    def source(self) -> Source:
        """The L1 text in which the exception was met; an empty one where there is none."""
        return Source("", "", "") if self.spot is None else self.spot.source

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

    @property
    def depth(self) -> int:
        """How many calls were under way, the host's included."""
        frame: FrameType | None = None if self.spot is None else self.spot.frame
        count = 0
        while frame is not None:
            count += 1
            frame = frame.f_back
        return count

    def text(self, node: nodes.Node) -> str:
        """The source text of a node, for hints."""
        return "" if self.spot is None else text_of(self.spot.source, node)


UNKNOWN = object()
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operators.multiply,
    "%": operator.mod,
}


def value_of(node: nodes.Node, situation: Situation) -> Any:
    """The value of an expression without side effects, ``UNKNOWN`` for any other."""
    held = UNKNOWN if situation.spot is None else situation.spot.frame.f_locals.get(held_name(node.span), UNKNOWN)
    if held is not UNKNOWN:
        return held
    match node:
        case nodes.Constant():
            return node.value
        case nodes.Name():
            if situation.spot is None:
                return UNKNOWN
            frame, name = situation.spot.frame, python_name(node.id)
            for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
                if name in names:
                    return names[name]
            return UNKNOWN
        case nodes.Index() if len(node.indices) == 1:
            target, index = value_of(node.target, situation), value_of(node.indices[0], situation)
            if type(target) not in (list, dict, str) or index is UNKNOWN:
                return UNKNOWN
            try:
                return item(target, index)
            except L1Error:
                return UNKNOWN
        case nodes.Attribute():
            target = value_of(node.target, situation)
            return target.get(node.name, UNKNOWN) if type(target) is dict else UNKNOWN
        case nodes.Unary() if node.operator != "not":
            operand = value_of(node.operand, situation)
            if type(operand) not in (int, float):
                return UNKNOWN
            return -operand if node.operator == "-" else operand
        case nodes.Binary() if node.operator in _ARITHMETIC:
            left, right = value_of(node.left, situation), value_of(node.right, situation)
            if type(left) not in (int, float) or type(right) not in (int, float) or right == 0:
                return UNKNOWN
            return _ARITHMETIC[node.operator](left, right)
        case nodes.FString():
            return ""
        case nodes.ListLiteral():
            return []
        case nodes.DictionaryLiteral():
            return {}
        case nodes.Function():
            return value_of
    return UNKNOWN


def host_type(name: str) -> str:
    """The L1 type for the name of a type in one of Python's messages."""
    short = name.rpartition(".")[2]
    return _HOST_TYPES.get(name) or _HOST_TYPES.get(short) or type_of_class(short) or short
