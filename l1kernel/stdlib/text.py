"""Strings. Positions count code points from 0."""

from __future__ import annotations

import string
from typing import Any

from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.language.compiler.natives import Native
from l1kernel.runtime.formatting import formatted
from l1kernel.runtime.limits import LIST_ITEM, refuse_large
from l1kernel.runtime.printing import to_text
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.values import as_integer
from l1kernel.stdlib.arguments import items_of, text_of

CHARACTER = 4  # bytes, where one of the text is beyond Latin
_SLOT = 8  # bytes of a list's item that is there anyway, as CPython's one-letter texts are


@builtin("upper", area="text", example='"abc".upper()', methods=("String",), natives=[Native("str", "upper")])
def upper(text: Any) -> str:
    """Give the text in capital letters."""
    return text_of(text, "upper").upper()


@builtin("lower", area="text", example='"ABC".lower()', methods=("String",), natives=[Native("str", "lower")])
def lower(text: Any) -> str:
    """Give the text in small letters."""
    return text_of(text, "lower").lower()


@builtin("trim", area="text", example='"  a b ".trim()', methods=("String",), natives=[Native("str", "strip")])
def trim(text: Any) -> str:
    """Give the text without blanks and line ends at both ends."""
    return text_of(text, "trim").strip()


@builtin(
    "split",
    area="text",
    example='"a,b,c".split(",")',
    methods=("String",),
    natives=[Native("str", "split"), Native("str", "split", ("text",))],
)
def split(text: Any, separator: Any = None) -> list[str]:
    """Cut the text at each separator: at blanks without one, into characters with ""."""
    whole = text_of(text, "split")
    if separator is None:
        return whole.split()
    border = text_of(separator, "The separator of split")
    if border:
        return whole.split(border)
    refuse_large(len(whole), "items", size=_SLOT if whole.isascii() else LIST_ITEM)
    return list(whole)


@builtin("join", area="text", example='join(["a", "b"], ", ")', methods=("String", "List"))
def join(parts: Any, separator: Any = "") -> str:
    """Put the parts together with the separator between them: join(parts, ", ") or ", ".join(parts)."""
    if isinstance(parts, str):
        parts, separator = separator, parts
    between = text_of(separator, "The separator of join")
    texts = [part if isinstance(part, str) else to_text(part) for part in items_of(parts, "join")]
    refuse_large(sum(map(len, texts)) + len(between) * len(texts), "characters", size=CHARACTER)
    return between.join(texts)


@builtin("replace", area="text", example='"banana".replace("a", "o")', methods=("String",))
def replace(text: Any, old: Any, new: Any) -> str:
    """Give the text with each `old` in it made `new`."""
    whole, part, instead = text_of(text, "replace"), text_of(old, "replace"), text_of(new, "replace")
    if not part:
        raise L1ValueError(
            "replace cannot look for an empty text", hint='to put something between: join(split(s, ""), "-")'
        )
    if len(instead) > len(part):
        longer = whole.count(part) * (len(instead) - len(part))
        refuse_large(len(whole) + longer, "characters", size=CHARACTER)
    return whole.replace(part, instead)


@builtin(
    "starts_with",
    area="text",
    example='"hello".starts_with("he")',
    methods=("String",),
    natives=[Native("str", "startswith", ("text",))],
)
def starts_with(text: Any, start: Any) -> bool:
    """Whether the text begins with `start`."""
    return text_of(text, "starts_with").startswith(text_of(start, "starts_with"))


@builtin(
    "ends_with",
    area="text",
    example='"photo.png".ends_with(".png")',
    methods=("String",),
    natives=[Native("str", "endswith", ("text",))],
)
def ends_with(text: Any, end: Any) -> bool:
    """Whether the text stops with `end`."""
    return text_of(text, "ends_with").endswith(text_of(end, "ends_with"))


@builtin("substring", area="text", example='substring("hello", 1, 3)', methods=("String",))
def substring(text: Any, start: Any, end: Any = None) -> str:
    """Give the characters from `start` up to but without `end`; negative ones count from the end."""
    first = as_integer(start, "The start of substring")
    last = None if end is None else as_integer(end, "The end of substring")
    return text_of(text, "substring")[first:last]


@builtin("format", area="text", example='format("{} is {:.1f} m", "Ada", 1.725)', methods=("String",))
def format_(template: Any, *values: Any, **named: Any) -> str:
    """Fill the {} of a template in order, or by number {0} or name {x}; format(number, ".2f") shapes one number."""
    if not isinstance(template, str) or (len(values) == 1 and not named and not set(template) & set("{}")):
        if len(values) != 1 or named:
            raise L1TypeError("format needs a template or one value and its format", hint='format(3.14159, ".2f")')
        return formatted(template, text_of(values[0], "The format of format"))
    return _filled(template, values, named)


def _filled(template: str, values: tuple[Any, ...], named: dict[str, Any], *, inner: bool = False) -> str:
    """Only positions and names: Python's own ``str.format`` would walk into the host's attributes.

    A format may have fields of its own (``{:{width}}``), and these no others: they are ``inner``.
    """
    parts: list[str] = []
    following = 0
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        raise L1ValueError("The template has a brace without its partner", hint="write {{ for a brace itself") from None
    for text, field, spec, conversion in fields:
        parts.append(text)
        if field is None:
            continue
        if inner and spec and "{" in spec:
            raise L1ValueError("A template nests no deeper than a field in a field's format")
        if conversion:
            raise L1ValueError(
                f"A template has no conversion !{conversion}", hint="convert the value before: to_string(x)"
            )
        if field == "":
            field, following = str(following), following + 1
        found = _field(field, values, named)
        parts.append(formatted(found, _filled(spec, values, named, inner=True) if spec and "{" in spec else spec or ""))
    return "".join(parts)


def _field(field: str, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if field.isdecimal():
        if int(field) < len(values):
            return values[int(field)]
        raise L1ValueError(f"The template asks for value {int(field) + 1}, but there are {len(values)}")
    if field in named:
        return named[field]
    raise L1ValueError(f"The template asks for {field!r}, which is not given", hint='format("{x}", x = 1)')
