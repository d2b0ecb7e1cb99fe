"""The one gate to members: what ``value.name`` can reach is listed here or declared in the registry.

The members of a value are the built-ins registered as methods of its type, the fields and methods that
``@l1_type`` names, the few fields of ``_FIELDS``, and, for dictionaries, tables and imported files, their entries.
Anything else is refused whatever the value is, so nothing of the host can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from types import MethodType
from typing import TYPE_CHECKING, Any

from l1kernel.diagnostics import meant, nearest
from l1kernel.errors import Hint, L1Error, L1KeyError, L1TypeError, Rename, Reshape, Unmethod
from l1kernel.language.compiler.natives import Library
from l1kernel.runtime.explain.elsewhere import FUNCTIONS, MEMBERS, RESHAPED, WAYS
from l1kernel.runtime.modules import Module
from l1kernel.runtime.positions import no_key
from l1kernel.runtime.registry import Builtin, ObjectType, builtins, object_type
from l1kernel.runtime.values import NO_VALUE, article, plain, type_name

if TYPE_CHECKING:
    from l1kernel.runtime.session import Session

_Field = Callable[[Any], Any]

_FIELDS: Mapping[str, Mapping[str, _Field]] = {
    "String": {"length": len},
    "List": {"length": len},
    "Range": {"length": lambda value: value.length},
    "Array": {
        "length": len,
        "shape": lambda value: list(value.shape),
        "size": lambda value: int(value.size),
    },
    "Column": {"length": len, "name": lambda value: plain(value.name)},
    "DataFrame": {
        "length": len,
        "columns": lambda value: [str(name) for name in value.columns],
        "shape": lambda value: list(value.shape),
    },
    "Error": {
        "message": lambda value: value.message,
        "type": lambda value: value.type,
        "line": lambda value: None if value.location is None else value.location.line,
        "value": lambda value: getattr(value, "value", None),
        "hint": lambda value: value.hint,
    },
}

_methods: dict[str, dict[str, Builtin]] = {}
_plain_methods: dict[type, dict[str, Callable[..., Any]]] = {}
"""By class, the methods that were called and need no more than the value: loops find them here."""
_readers: dict[type, dict[str, _Field]] = {}
"""By class, the fields that were read."""
_PLAIN = {"List": "list", "String": "str"}  # L1 types that are exactly a class of Python's
_library: Library | None = None
_NONE_YET: dict[str, Any] = {}
_counted = 0


def methods_of(type_: str) -> Mapping[str, Builtin]:
    """The built-ins that are methods of an L1 type, by the names under which they are called."""
    global _counted
    known = builtins()
    if len(known) != _counted:
        _methods.clear()
        _counted = len(known)
    found = _methods.get(type_)
    if found is None:
        found = _methods[type_] = {name: record for name, record in known.items() if type_ in record.methods}
    return found


def library() -> Library:
    """What the compiler is told of the built-ins that exist now."""
    global _library
    known = builtins()
    if _library is None or len(known) != _library.size:
        _library = Library(
            size=len(known),
            takes_expressions=frozenset(name for name, record in known.items() if record.takes_expressions),
            natives={name: record.natives for name, record in known.items() if record.natives},
            entries_hidden=frozenset(methods_of("Dictionary")),
            lengths={"length": tuple(short for name, short in _PLAIN.items() if _FIELDS[name].get("length") is len)},
        )
    return _library


def members(value: Any) -> list[str]:
    """Every member that a program can reach on the value, in order of name: for completion and hints."""
    name, declared = type_name(value), object_type(type(value))
    names = {*_FIELDS.get(name, ()), *methods_of(name)}
    if declared is not None:
        names |= declared.fields | declared.methods
    if isinstance(value, dict):
        names |= {key for key in value if isinstance(key, str) and key.isidentifier()}
    elif isinstance(value, Module):
        names |= set(value.names())
    elif name == "DataFrame":
        names |= {column for column in value.columns if isinstance(column, str) and column.isidentifier()}
    return sorted(known for known in names if not known.startswith("_"))


def get_member(session: Session, target: Any, name: str) -> Any:
    """``target.name`` that is not called.

    Raises:
        L1TypeError: the type has no such member; the hint names the nearest.
        L1KeyError: a dictionary without this entry.
    """
    if type(target) is dict:  # the compiler lets no name with a leading _ come here
        try:
            return target[name]
        except KeyError:
            raise _no_entry(target, name) from None
    read = _readers.get(type(target), _NONE_YET).get(name)
    if read is not None:
        return read(target)
    declared = object_type(type(target))
    if declared is not None and name in declared.fields:
        return _remember(type(target), name, attrgetter(name))(target)
    if name[0] != "_":
        found = _field(target, name)
        if found is not _NONE:
            return found
        method = _method(session, target, name, declared)
        if method is not None:
            return method
    raise unknown_member(target, name)


def get_method(session: Session, target: Any, name: str) -> Any:
    """``target.name`` in the place of a callee: a method first, then what is stored under the name."""
    kind = type(target)
    function = _plain_methods.get(kind, _NONE_YET).get(name)
    if function is not None:
        return MethodType(function, target)
    if kind is dict and name in target and name not in methods_of("Dictionary"):
        return _callable_entry(target[name], name)
    return _find_method(session, target, name)


def _find_method(session: Session, target: Any, name: str) -> Any:
    if name[0] != "_":
        method = _method(session, target, name, object_type(type(target)))
        if method is not None:
            return method
        if isinstance(target, dict) and name not in target:
            raise _no_entry(target, name)
        found = _field(target, name)
        if found is not _NONE:
            return _callable_entry(found, name)
    return get_member(session, target, name)


def _callable_entry(value: Any, name: str) -> Any:
    if not callable(value):
        kind = type_name(value)
        hint = Hint(f"write .{name} without ()", repairs=(Rename(name, name, called=False),))
        raise L1TypeError(f"'{name}' is {article(kind)} and cannot be called", hint=hint)
    return value


def _remember(kind: type, name: str, read: _Field) -> _Field:
    _readers.setdefault(kind, {})[name] = read
    return read


def set_member(target: Any, name: str, value: Any) -> None:
    """``target.name = value``: a dictionary's entry or a table's column."""
    if name[0] == "_":
        raise unknown_member(target, name)
    if isinstance(target, dict):
        target[name] = value
    elif type_name(target) == "DataFrame":
        from l1kernel.runtime.items import set_item

        set_item(target, name, value)
    else:
        raise L1TypeError(
            f"The members of {article(type_name(target))} cannot be changed",
            hint="a Dictionary has members that can be changed",
        )


_NONE = object()


def _field(target: Any, name: str) -> Any:
    if isinstance(target, dict):
        return target.get(name, _NONE)
    if isinstance(target, Module):
        return target.get(name, _NONE)
    kind = "Error" if isinstance(target, L1Error) else type_name(target)
    read = _FIELDS.get(kind, {}).get(name)
    if read is not None:
        return _remember(type(target), name, read)(target)
    if kind == "DataFrame" and name in target.columns:
        return target[name]
    return _NONE


def _method(session: Session, target: Any, name: str, declared: ObjectType | None) -> Any:
    if declared is not None and name in declared.methods:
        return getattr(target, name)
    record = methods_of(type_name(target)).get(name)
    if record is None:
        return None
    if record.needs_session:
        return partial(record.function, session, target)
    _plain_methods.setdefault(type(target), {})[name] = record.function
    return MethodType(record.function, target)


def refuse_member(target: Any, name: str) -> Any:
    """``target._name``: refused whatever the value is."""
    raise unknown_member(target, name)


def unknown_member(target: Any, name: str) -> L1TypeError:
    """The error of a member that the value does not have."""
    kind = type_name(target)
    message = f"{article(kind, capital=True)} has no member '{name}'"
    return L1TypeError(message, hint=_member_hint(target, name))


def _member_hint(target: Any, name: str) -> str | Hint | None:
    if target is None:
        return NO_VALUE
    if name[0] == "_":
        return None
    if isinstance(target, Module) and not target.complete:
        return "its file has not run to its end: do the two files import each other?"
    known = members(target)
    other = next((other for other in MEMBERS.get(name.lower(), ()) if other in known), None)
    reshaped = _reshaped(target, name)
    if other is None and reshaped is not None:
        return reshaped
    if other is None and name.lower() in WAYS and type_name(target) in ("List", "String"):
        return WAYS[name.lower()]
    other = other or nearest(name, known)
    if other is not None:
        return meant(name, other, called=_is_method(target, other))
    if type_name(target) == "Function":
        return _module_hint(name)
    record = builtins().get(name)
    if record is not None and record.methods:
        return f"'{name}' is a method of {_listed(record.methods)}"
    if record is not None and not record.constant:
        return Hint(f"'{name}' is a function: {name}(...)", repairs=(Unmethod(name),))
    return f"it has: {', '.join(known[:12])}" if known else None


def _reshaped(target: Any, name: str) -> Hint | None:
    code = RESHAPED.get(type_name(target), {}).get(name.lower())
    return None if code is None else Hint(f"write {code}", repairs=(Reshape(code),))


def _is_method(target: Any, name: str) -> bool:
    declared = object_type(type(target))
    if declared is not None and (name in declared.fields or name in declared.methods):
        return name in declared.methods
    return name not in _FIELDS.get(type_name(target), ()) and name in methods_of(type_name(target))


def _module_hint(name: str) -> Hint | None:
    """Of a member of a built-in that is a module elsewhere: ``random.randint``."""
    function = name if name in builtins() else FUNCTIONS.get(name)
    if function is None:
        return None
    return Hint(f"write the function alone: {function}(...)", repairs=(Unmethod(function, bare=True),))


def _listed(types: tuple[str, ...]) -> str:
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} and {types[-1]}"


def _no_entry(dictionary: dict[Any, Any], name: str) -> L1Error:
    if name[0] == "_":
        return unknown_member(dictionary, name)
    error: L1KeyError = no_key(dictionary, name)
    if error.repairs:
        return error
    methods = methods_of("Dictionary")
    other = name if name in methods else None
    other = other or next((like for like in MEMBERS.get(name.lower(), ()) if like in methods), None)
    reshaped = _reshaped(dictionary, name)
    if other is None and reshaped is not None:
        return L1KeyError(error.message, hint=reshaped)
    other = other or nearest(name, methods)
    if other is None:
        return error
    hint = Hint(f"a method is called with brackets: .{other}()", repairs=(Rename(name, other, called=True),))
    return L1KeyError(error.message, hint=hint)
