"""How a value reads when it is printed: ``to_text`` at top level, ``to_repr`` inside a list or dictionary."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from l1kernel.errors import L1Error, L1MemoryError
from l1kernel.runtime.digits import LONG_BITS, long_decimal
from l1kernel.runtime.registry import builtin_of
from l1kernel.runtime.values import Range, is_null, plain, type_name

ARRAY_ITEMS = 1_000  # an array of more prints both its ends
TEXT_LIMIT = 100_000_000  # characters; lists that hold each other can print to more than any memory


def to_text(value: Any) -> str:
    """What ``print`` shows: a String as it is, anything else as it reads back."""
    if isinstance(value, str):
        return value
    name = type_name(value)
    if name == "Array":
        return _array_text(value, lines=True)
    if name == "DataFrame":
        from l1kernel.runtime.frames import frame_text

        return frame_text(value)
    return to_repr(value)


def to_repr(value: Any) -> str:
    """What stands for a value inside a list: a String quoted, tables and arrays on one line."""
    text = _leaf(value)
    return _nested(value) if text is None else text


def quoted(text: str) -> str:
    """A String as L1 source: double quotes and those of JSON's escapes that L1 reads, other Unicode as it is."""
    for control, escape in ("\b", "\\u0008"), ("\f", "\\u000c"):  # L1 has not JSON's short forms of these two
        if control in text:
            return '"' + escape.join([quoted(part)[1:-1] for part in text.split(control)]) + '"'
    return json.dumps(text, ensure_ascii=False)


def integer_text(number: int) -> str:
    """The decimal digits of an Integer of any size.

    Raises:
        L1MemoryError: it has over a million.
    """
    return str(number) if number.bit_length() < LONG_BITS else str(long_decimal(number))


_LEAVES: dict[type, Callable[[Any], str]] = {
    int: integer_text,
    str: quoted,
    float: repr,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
    Range: Range.l1_text,
    range: lambda value: Range(value).l1_text(),
}


def _leaf(value: Any) -> str | None:
    """The text of a value that holds no others, None for a List or Dictionary."""
    write = _LEAVES.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, (list, tuple, dict)):
        return None
    if isinstance(value, L1Error):
        return f"{value.type}: {value.message}"
    own = getattr(type(value), "l1_text", None)
    if own is not None:
        return str(own(value))
    name = type_name(value)
    if name in ("Integer", "Float", "Boolean", "String", "Null"):
        simple = plain(value)
        return repr(simple) if type(simple) not in _LEAVES else _LEAVES[type(simple)](simple)
    if name == "Array":
        return _array_text(value, lines=False)
    if name == "Column":
        return _column_text(value)
    if name == "DataFrame":
        return f"<DataFrame of {len(value)} rows: {', '.join(str(column) for column in value.columns)}>"
    if name in ("DateTime", "Duration"):
        return str(value)
    return _function_text(value) if name == "Function" else f"<{name}>"


def brief(value: Any, width: int = 60) -> str:
    """The beginning of what ``to_repr`` gives, for errors and help: a value of any size costs no more than that."""
    if isinstance(value, str):
        return quoted(value) if len(value) <= width else quoted(value[:width])[:-1] + "..."
    text, size = "", 0
    for piece in _pieces(value) if isinstance(value, (list, tuple, dict)) else (to_repr(value),):
        text += piece[: width + 1]
        size += len(piece)
        if size > width:
            return text[:width] + "..."
    return text


def _nested(root: Any) -> str:
    chunks: list[str] = []
    parts: list[str] = []
    size = 0
    for piece in _pieces(root):
        parts.append(piece)
        if len(parts) > 10_000:
            chunks.append("".join(parts))
            parts.clear()
            size += len(chunks[-1])
            if size > TEXT_LIMIT:
                raise L1MemoryError("This value is too large to print", hint="print a part of it: xs[0:100]")
    return "".join(chunks) + "".join(parts)


def _pieces(root: Any) -> Iterator[str]:
    """The text of a List or Dictionary of any depth, without recursion; one that holds itself shows ``[...]`` there."""
    stack = [(_items(root), _closer(root), id(root))]
    open_ids = {id(root)}
    yield _opener(root)
    while stack:
        items, closer, identity = stack[-1]
        for lead, value in items:
            text = _leaf(value)
            if text is not None:
                yield lead + text
            elif id(value) in open_ids:
                yield f"{lead}{_opener(value)}...{_closer(value)}"
            else:
                yield lead + _opener(value)
                open_ids.add(id(value))
                stack.append((_items(value), _closer(value), id(value)))
                break
        else:
            yield closer
            open_ids.discard(identity)
            stack.pop()


def _opener(value: Any) -> str:
    return "{" if isinstance(value, dict) else "["


def _closer(value: Any) -> str:
    return "}" if isinstance(value, dict) else "]"


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """Each thing held, with the text that stands before it."""
    separator = ""
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{separator}{to_repr(key)}: ", item
            separator = ", "
    else:
        for item in value:
            yield separator, item
            separator = ", "


def _function_text(value: Any) -> str:
    info = getattr(value, "__dict__", {}).get("l1")
    if info is not None:
        name = f" {info.name}" if info.name else ""
        return f"<function{name}({', '.join(info.parameters)})>"
    record = builtin_of(value)
    if record is None:
        return f"<function {getattr(value, '__name__', '')}>"
    return f"<function {record.name}({', '.join(record.signature.parameters)})>"


def parameter_text(parameter: inspect.Parameter) -> str:
    """A parameter of a built-in as L1 writes it: ``digits = 0``, ``values...``."""
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return f"{parameter.name}..."
    if parameter.default is parameter.empty:
        return parameter.name
    return f"{parameter.name} = {to_repr(parameter.default)}"


def _array_text(array: Any, *, lines: bool) -> str:
    """An array of any shape; with ``lines``, each row of a 2-D one on a line of its own."""
    if array.ndim == 0:
        return to_repr(array.item())
    return _array_rows(array, _element_writer(array), ARRAY_ITEMS, 0, lines)


def _array_rows(array: Any, element: Callable[[Any], str], budget: int, depth: int, lines: bool) -> str:
    count = len(array)
    if array.ndim == 1:
        shown, separator = budget, ", "
    else:
        shown = max(2, budget // max(1, array[:1].size))
        separator = ",\n" * lines + "," * (not lines) + " " * (depth + 1 if lines else 1)
    texts: list[str] = []
    for part in _ends(array, shown):
        if part is None:
            texts.append("...")
        elif array.ndim == 1:
            texts.extend(element(item) for item in part)
        else:
            share = max(2, budget // max(1, min(count, shown)))
            texts.extend(_array_rows(row, element, share, depth + 1, lines) for row in part)
    return f"[{separator.join(texts)}]"


def _ends(sequence: Any, shown: int) -> Iterable[Any]:
    """The sequence, or where it has more than ``shown`` items its first and last ones, None between them."""
    if len(sequence) <= shown:
        return (sequence,)
    return sequence[: (shown + 1) // 2], None, sequence[len(sequence) - shown // 2 :]


def _element_writer(array: Any) -> Callable[[Any], str]:
    kind = array.dtype.kind
    if kind == "f":
        import numpy as np

        write: Callable[[Any], str] = repr if array.dtype == np.float64 else str
        value: Callable[[Any], Any] = (lambda item: item.item()) if array.dtype == np.float64 else lambda item: item
        if bool(np.all(np.isfinite(array))) and bool(np.all(np.trunc(array) == array)):
            return lambda item: write(value(item + 0.0)).removesuffix(".0")  # + 0.0 makes -0.0 a 0
        return lambda item: write(value(item))
    if kind in "mMc":
        return str
    return lambda item: to_repr(plain(item))


def _column_text(column: Any) -> str:
    """A table's column, as the array of its values; missing ones of a column without Floats read ``null``."""
    values = column.to_numpy()
    if values.dtype.kind in "iufb":
        return _array_text(values, lines=False)
    texts = []
    for part in _ends(column, ARRAY_ITEMS) if hasattr(column, "tolist") else ():
        texts.extend(["..."] if part is None else [missing_as_null(item) for item in part.tolist()])
    return f"[{', '.join(texts)}]"


def missing_as_null(item: Any) -> str:
    """An element of a column of texts or dates: pandas' mark for a missing one reads ``null``."""
    missing = is_null(item) or (isinstance(item, float) and item != item)
    return "null" if missing else to_repr(plain(item))
