"""The globals that a program runs with, and beneath them the built-ins: the only names it can reach.

The built-ins live in the globals' ``__builtins__``, so that names resolve natively; nothing of Python's own is in
there. Beside each built-in ``len`` stands ``len()``, the name that a call uses: a variable ``len`` that is no
function leaves it alone, one that is a function replaces it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from l1kernel.language.compiler.emit import callee_name, unreplaced_name
from l1kernel.language.compiler.loops import is_loop
from l1kernel.runtime import attributes, items, operators, positions
from l1kernel.runtime.formatting import formatted
from l1kernel.runtime.functions import mark
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import Builtin, builtins

if TYPE_CHECKING:
    from l1kernel.runtime.session import Session

_HELPERS: Mapping[str, Any] = {
    "$mul": operators.multiply,
    "$div": operators.divide,
    "$pow": operators.power,
    "$in": operators.contains,
    "$range": operators.make_range,
    "$iterate": operators.iterate,
    "$pairs": operators.pairs,
    "$unpack": operators.unpack,
    "$error_type": operators.error_type,
    "$throw": operators.throw,
    "$is_error": operators.is_error,
    "$constant": operators.refuse_constant,
    "$no_argument": operators.no_argument,
    "$counted": operators.counted,
    "$item": items.item,
    "$slice": items.slice_,
    "$part": positions.part,
    "$set_item": items.set_item,
    "$set_slice": items.set_slice,
    "$set_nested_item": items.set_nested_item,
    "$set": attributes.set_member,
    "$private": attributes.refuse_member,
    "$text": to_text,
    "$format": formatted,
    "$function": mark,
    "$Exception": Exception,
    "$missing": object(),
    "$locals": locals,
    "$len": len,
    "$type": type,
    "$int": int,
    "$float": float,
    "$str": str,
    "$list": list,
    "$dict": dict,
    "$L1": FunctionType,
}


class Namespace:
    """``variables`` are the globals of a notebook, script or imported file, ``beneath`` the built-ins under them."""

    def __init__(self, session: Session, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.constants: frozenset[str] = frozenset()
        self.rebound: set[str] = set()
        """Globals that a function of some program run here may rebind."""
        self.shared: set[str] = set()
        """Globals that such a function may read or rebind."""
        self._records = dict(builtins())
        self.library = attributes.library()
        self._bound = {name: _bind(record, session) for name, record in self._records.items()}
        self._calls = {callee_name(name): value for name, value in self._bound.items()}
        self.beneath: dict[str, Any] = {
            **_HELPERS,
            **self._bound,
            **self._calls,
            **dict.fromkeys(map(unreplaced_name, self.library.natives), True),
            "$get": MethodType(attributes.get_member, session),
            "$method": MethodType(attributes.get_method, session),
            "$callee": self._callee,
            "$caught": session.caught,
            "$bound": variables.get,
            "$keep": variables.update,
        }
        self._replaced: set[str] = set()
        variables["__builtins__"] = self.beneath

    @property
    def builtin_names(self) -> Mapping[str, Any]:
        return self._bound

    def names(self) -> list[str]:
        """The program's own globals."""
        return [name for name in self.variables if name != "__builtins__" and "$" not in name]

    def refresh(self) -> None:
        """Bring the globals up to date with a loop of the top level that is under way and keeps some to itself."""
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            if frame.f_globals is self.variables and is_loop(frame.f_code.co_name):
                self.variables.update(frame.f_locals)
            frame = frame.f_back

    def settle(self, constants: frozenset[str] = frozenset()) -> None:
        """After the globals changed: note which are const, and let calls of a built-in's name reach a function of
        that name, if there is one.
        """
        self.constants = constants.intersection(self.variables) if constants else constants
        shadowed = {name for name in self._bound.keys() & self.variables.keys() if callable(self.variables[name])}
        for name in self._replaced - shadowed:
            self.beneath[callee_name(name)] = self._bound[name]
            self.beneath[unreplaced_name(name)] = True
        for name in shadowed:
            function = self.variables[name]
            if name in self.library.takes_expressions and function is not self._bound[name]:
                function = _without_expressions(function)
            self.beneath[callee_name(name)] = function
            self.beneath[unreplaced_name(name)] = False
        self._replaced = shadowed

    def _callee(self, value: Any, name: str | None) -> Any:
        """What a call of a variable with a built-in's name calls."""
        if callable(value) or name is None:
            return value
        return self._bound.get(name, value)


def _bind(record: Builtin, session: Session) -> Any:
    if record.constant:
        return record.function()
    return MethodType(record.function, session) if record.needs_session else record.function


def _without_expressions(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, expressions: Any = None, **named: Any) -> Any:
        return function(*arguments, **named)

    return call
