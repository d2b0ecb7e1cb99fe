"""From what a hint proposes to edits of the source: where the name stands that is misspelt, what is to be wrapped.

A node is known by its span, so the functions here are given nodes and the source; they give a Fix, of one edit mostly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from l1kernel.errors import Edit, Fix, Hint, L1Error, Rename, Reshape, Rewrite, Unmethod
from l1kernel.language import nodes
from l1kernel.language.source import Source
from l1kernel.runtime.explain.find import nodes_of, nodes_within, shift_of, text_of


def edit(source: Source, start: int, end: int, text: str) -> Edit:
    """An edit at offsets of the source, which may be an excerpt, in terms of the whole text."""
    shift = shift_of(source)
    return Edit(start + shift, end + shift, text)


def replacing(source: Source, node: nodes.Node, text: str) -> Fix:
    """Write ``text`` in the place of the node."""
    return (edit(source, node.span.start, node.span.end, text),)


def replaced(source: Source, operands: tuple[nodes.Node, nodes.Node], text: str) -> Fix:
    """Write ``text`` in the place of an operation: from its first operand to its last."""
    return (edit(source, operands[0].span.start, operands[1].span.end, text),)


def inserting(source: Source, offset: int, text: str) -> Fix:
    """Write ``text`` in front of what stands at the offset."""
    return (edit(source, offset, offset, text),)


def rewritten(source: Source, node: nodes.Node, code: str) -> Fix:
    """Write ``code`` in the place of the node, the node's text for its ``x``."""
    inside = bare_text(source.text[node.span.start : node.span.end])
    return replacing(source, node, re.sub(r"\bx\b", lambda _: inside, code))


def bare_text(text: str) -> str:
    """The text of an expression without brackets around the whole of it."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and i < len(text) - 1:
            return text
    return text[1:-1].strip() if text.startswith("(") and depth == 0 else text


def wrapping(source: Source, node: nodes.Node, code: str, words: str = "convert it first") -> Hint:
    """The hint to write ``code`` in the place of a node whose text stands for its ``x``."""
    shown = re.sub(r"\bx\b", lambda _: bare_text(text_of(source, node)), code)
    return Hint(f"{words}: {shown}", (rewritten(source, node, code),))


def placed(
    error: L1Error, source: Source, node: nodes.Node | None, about: nodes.Node | None
) -> Iterator[tuple[Fix | None, str | None]]:
    """The fixes that an error's repairs are, now that it is known where it happened; and what a Reshape comes to.

    ``node`` is the expression at fault, ``about`` the one whose value the error is about.
    """
    for repair in error.repairs:
        if isinstance(repair, Rename):
            yield from ((fix, None) for fix in _renamed(repair, source, node))
        elif isinstance(repair, Rewrite) and about is not None:
            yield rewritten(source, about, repair.code), None
        elif isinstance(repair, Unmethod) and isinstance(node, nodes.Attribute):
            yield _as_function(repair, source, node), None
        elif isinstance(repair, Reshape) and isinstance(node, nodes.Attribute | nodes.Index):
            yield from _reshaped(repair, source, node)


def _renamed(rename: Rename, source: Source, node: nodes.Node | None) -> Iterator[Fix]:
    """In the expression at fault; where the word comes from a variable, wherever it is written as text."""
    if node is not None:
        within = [made for part in nodes_within(node) for made in _spelt(rename, source, part)]
        if within:
            yield (within[0],)
            return
    for part in nodes_of(source):
        if isinstance(part, nodes.Constant) and part.value == rename.written:
            for made in _spelt(rename, source, part):
                yield (made,)


def _spelt(rename: Rename, source: Source, node: nodes.Node) -> Iterator[Edit]:
    """The edits of what the node itself spells so: its name, its member, its text."""
    written, right = rename.written, rename.meant
    span = node.span
    match node:
        case nodes.Name() if node.id == written:
            yield edit(source, span.start, span.end, right)
        case nodes.Attribute() if node.name == written and right.isidentifier():
            yield _member(rename, source, node)
        case nodes.Argument() if node.name == written:
            yield edit(source, span.start, span.start + len(written), right)
        case nodes.Constant() if node.value == written:
            text = source.text[span.start : span.end]
            if text == written:  # a bare key
                yield edit(source, span.start, span.end, right if right.isidentifier() else f'"{right}"')
            elif text[1:-1] == written:
                yield edit(source, span.start + 1, span.end - 1, right)
        case nodes.Constant() if source.text[span.start : span.end] == written:
            yield edit(source, span.start, span.end, right)


def _member(rename: Rename, source: Source, node: nodes.Attribute) -> Edit:
    """The member with brackets behind it or without, as it is meant."""
    call = call_of(source, node)
    end, right = node.name_span.end, rename.meant
    if rename.called is False and call is not None and not call.arguments:
        end = call.span.end
    elif rename.called and call is None:
        right += "()"
    return edit(source, node.name_span.start, end, right)


def _as_function(repair: Unmethod, source: Source, node: nodes.Attribute) -> Fix:
    call = call_of(source, node)
    target = source.text[node.target.span.start : node.target.span.end]
    if repair.bare or call is None:
        text = repair.function if repair.bare else f"{repair.function}({target})"
        return (edit(source, node.span.start, node.span.end, text),)
    comma = ", " if call.arguments else ""
    opening = source.text.index("(", node.span.end) + 1
    return (edit(source, node.span.start, opening, f"{repair.function}({target}{comma}"),)


def _reshaped(repair: Reshape, source: Source, node: nodes.Attribute | nodes.Index) -> Iterator[tuple[Fix | None, str]]:
    call = None if isinstance(node, nodes.Index) else call_of(source, node)
    given = [argument.value for argument in call.arguments] if call is not None else []
    if isinstance(node, nodes.Index):
        given = [index for index in node.indices if isinstance(index, nodes.Expression)]
    parts = {"x": node.target, **dict(zip("ab", given, strict=False))}
    wanted = set(re.findall(r"\b[xab]\b", repair.code))
    texts = {name: source.text[part.span.start : part.span.end] for name, part in parts.items()}
    if repair.code.endswith(":b]") and len(given) == 1:  # an end that is left out
        texts["b"] = ""
    fits = len(given) <= len(wanted) - 1 <= len(texts) - 1
    if not fits:
        texts = {"x": texts["x"], "a": "key", "b": "value"}
    assignable = isinstance(node.target, nodes.Name | nodes.Index | nodes.Attribute)
    code = repair.code if assignable else repair.code.replace(" += ", " + ")
    text = re.sub(r"\b[xab]\b", lambda found: texts[found[0]], code)
    yield replacing(source, call or node, text) if fits else None, text


def call_of(source: Source, callee: nodes.Node) -> nodes.Call | None:
    """The call of this node."""
    return next((part for part in nodes_of(source) if isinstance(part, nodes.Call) and part.callee is callee), None)
