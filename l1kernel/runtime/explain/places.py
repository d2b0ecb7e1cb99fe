"""What was meant by a position or key that is not there, told from the loop and the statement around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from l1kernel import errors
from l1kernel.errors import Hint, L1Error
from l1kernel.language import nodes
from l1kernel.language.source import Source, Span
from l1kernel.runtime.explain.find import find_node, nodes_of, nodes_within, text_of
from l1kernel.runtime.explain.repairs import call_of, edit, inserting, replacing

_LOOPS = nodes.For | nodes.CFor | nodes.While


def clearer_hint(error: L1Error, source: Source, span: Span) -> Hint | None:
    """A hint that names the slip around ``a[i]`` at ``span``; None where nothing around it tells one."""
    if isinstance(error, errors.L1KeyError):
        return _first_time(source, span)
    index = _index_at(source, span)
    if index is None:
        return None
    return _element_as_position(index, source) or (
        _one_too_far(index, source) if isinstance(error, errors.L1IndexError) else None
    )


def _index_at(source: Source, span: Span) -> nodes.Index | None:
    found = find_node(source, span)
    if isinstance(found, nodes.AugmentedAssign):
        found = found.target
    single = isinstance(found, nodes.Index) and len(found.indices) == 1
    return found if single and isinstance(found, nodes.Index) else None


def _around(node: nodes.Node, source: Source) -> Iterator[nodes.Node]:
    """The loops around a node, the innermost first."""
    loops = [
        part
        for part in nodes_of(source)
        if isinstance(part, _LOOPS) and part.span.start <= node.span.start and node.span.end <= part.span.end
    ]
    yield from sorted(loops, key=lambda loop: loop.span.end - loop.span.start)


# --- positions --------------------------------------------------------------------------------------------------


def _element_as_position(index: nodes.Index, source: Source) -> Hint | None:
    """``for x in xs { xs[x] }``: the loop's variable is the element itself."""
    for loop in _around(index, source):
        if not isinstance(loop, nodes.For) or len(loop.names) != 1:
            continue
        name, place = loop.names[0].id, index.indices[0]
        same = text_of(source, loop.iterable) == text_of(source, index.target)
        if same and isinstance(place, nodes.Name) and place.id == name:
            words = f"'{name}' is already the element, not its position: write {name}"
            return Hint(words, (replacing(source, index, name),))
    return None


def _one_too_far(index: nodes.Index, source: Source) -> Hint | None:
    """A loop that counts to the length of what it looks into, or looks one further than it counts."""
    container, place = text_of(source, index.target), index.indices[0]
    if _is_length(place, container, source):
        last = f"{source.text[place.span.start : place.span.end]} - 1"
        return Hint(f"positions count from 0, so the last one is {last}", (replacing(source, place, last),))
    for loop in _around(index, source):
        if isinstance(loop, nodes.For):
            found = _counted(loop, index, container, source)
        else:
            assert isinstance(loop, nodes.CFor | nodes.While)
            found = _tested(loop.test, place, container, source)
        if found is not None:
            return found
    return None


def _is_length(node: nodes.Node | None, container: str, source: Source) -> bool:
    """Whether an expression is ``len(xs)``, ``xs.len()`` or ``xs.length`` of the container."""
    if node is None:
        return False
    text = text_of(source, node).replace(" ", "")
    whole = container.replace(" ", "")
    return text in (f"len({whole})", f"{whole}.len()", f"{whole}.length")


def _tested(test: nodes.Expression | None, place: nodes.Node, container: str, source: Source) -> Hint | None:
    """``while i <= len(xs)``."""
    if not isinstance(test, nodes.Compare) or test.operators != ("<=",):
        return None
    counter, end = test.first, test.rest[0]
    if not isinstance(counter, nodes.Name) or not _is_length(end, container, source):
        return None
    if text_of(source, place) != counter.id:
        return None
    start = source.text.index("<=", counter.span.end)
    less = source.text[counter.span.start : start] + "<" + source.text[start + 2 : end.span.end]
    sign = (edit(source, start, start + 2, "<"),)
    return Hint(f"the last position is one less than the length: {less}", (sign,))


def _counted(loop: nodes.For, index: nodes.Index, container: str, source: Source) -> Hint | None:
    """``for i in range(len(xs) + 1)``, ``for i in 1..=len(xs)``, ``xs[i + 1]``."""
    ends = _ends(loop.iterable)
    if ends is None or len(loop.names) != 1:
        return None
    first, stop, closed = ends
    name, place = loop.names[0].id, index.indices[0]
    text = text_of(source, place).replace(" ", "")
    beyond = isinstance(stop, nodes.Binary) and stop.operator == "+" and text_of(source, stop.right) == "1"
    bare = stop.left if isinstance(stop, nodes.Binary) and beyond else stop
    if not _is_length(bare, container, source):
        return None
    starts_at_one = isinstance(first, nodes.Constant) and first.value == 1
    if text == name and (beyond or closed) and starts_at_one:
        return Hint(
            f"positions count from 0, so the {name}-th is {container}[{name} - 1]",
            (replacing(source, place, f"{name} - 1"),),
        )
    if text == name and (beyond or closed):
        shorter = _shorter(loop.iterable, stop, bare, source)
        return Hint(
            f"the last position is one less than the length: {shorter}", (replacing(source, loop.iterable, shorter),)
        )
    if re.fullmatch(rf"{re.escape(name)}\+1", text) and not (beyond or closed):
        return _next_one(loop, index, name, stop, container, source)
    return None


def _next_one(
    loop: nodes.For, index: nodes.Index, name: str, stop: nodes.Expression, container: str, source: Source
) -> Hint:
    """``xs[i + 1]``: beside ``xs[i]`` the loop is to end one earlier, alone it was meant to be ``xs[i]``."""
    here = f"{container}[{name}]"
    looked_at = {text_of(source, part) for statement in loop.body for part in nodes_within(statement)}
    if here in looked_at:
        earlier = f"{source.text[stop.span.start : stop.span.end]} - 1"
        return Hint(
            f"the last one has none behind it, so stop one earlier: {earlier}", (replacing(source, stop, earlier),)
        )
    return Hint(f"positions count from 0: {here}", (replacing(source, index.indices[0], name),))


def _ends(iterable: nodes.Expression) -> tuple[nodes.Expression | None, nodes.Expression, bool] | None:
    """Where a loop's range begins and stops, and whether the stop belongs to it; None of any other iterable."""
    if isinstance(iterable, nodes.RangeLiteral):
        return iterable.start, iterable.stop, iterable.closed
    if not isinstance(iterable, nodes.Call):
        return (None, iterable, False) if isinstance(iterable, nodes.Binary | nodes.Attribute) else None
    given = [argument.value for argument in iterable.arguments]
    called = iterable.callee.id if isinstance(iterable.callee, nodes.Name) else ""
    if called == "range" and len(given) in (1, 2):
        return (given[0] if len(given) == 2 else None), given[-1], False
    return (None, iterable, False) if called == "len" else None


def _shorter(iterable: nodes.Expression, stop: nodes.Expression, bare: nodes.Expression, source: Source) -> str:
    text, start = source.text, iterable.span.start
    head, tail = text[start : stop.span.start], text[stop.span.end : iterable.span.end]
    return head.replace("..=", "..") + text[bare.span.start : bare.span.end] + tail


# --- keys -------------------------------------------------------------------------------------------------------


def _first_time(source: Source, span: Span) -> Hint | None:
    """``counts[word] = counts[word] + 1`` and ``groups[key].append(x)``, met with a key for the first time."""
    index = _index_at(source, span)
    if index is None or isinstance(index.indices[0], nodes.Constant):  # one that is written out is misspelt
        return None
    whole = text_of(source, index)
    container, key = text_of(source, index.target), text_of(source, index.indices[0])
    for part in nodes_of(source):
        if not (part.span.start <= index.span.start and index.span.end <= part.span.end):
            continue
        if isinstance(part, nodes.AugmentedAssign) and part.target is index and part.operator in "+-*":
            begin = _start_of(part.value, part.operator, source)
            written = f"{whole} = {container}.get({key}, {begin}) {part.operator} {_text(part.value, source)}"
            return Hint(f"begin with {begin} where the key is new: {written}", (replacing(source, part, written),))
        if isinstance(part, nodes.Assign) and text_of(source, part.target) == whole and part.target is not index:
            other = _other_operand(part.value, index)
            if other is None:
                continue
            begin = _start_of(other[1], other[0], source)
            got = f"{container}.get({key}, {begin})"
            return Hint(f"begin with {begin} where the key is new: {got}", (replacing(source, index, got),))
    return _new_list(index, source)


def _other_operand(value: nodes.Expression, index: nodes.Index) -> tuple[str, nodes.Expression] | None:
    if not isinstance(value, nodes.Binary):
        return None
    if value.left is index:
        return value.operator, value.right
    return (value.operator, value.left) if value.right is index else None


def _start_of(other: nodes.Expression, operator: str, source: Source) -> str:
    """What leaves ``other`` as it is: 0, "" or [], and 1 for a product."""
    if isinstance(other, nodes.ListLiteral):
        return "[]"
    if isinstance(other, nodes.FString) or (isinstance(other, nodes.Constant) and isinstance(other.value, str)):
        return '""'
    return "1" if operator == "*" else "0"


def _new_list(index: nodes.Index, source: Source) -> Hint | None:
    """``groups[key].append(x)``."""
    member = next(
        (part for part in nodes_of(source) if isinstance(part, nodes.Attribute) and part.target is index), None
    )
    call = None if member is None else call_of(source, member)
    if member is None or member.name not in ("append", "push") or call is None:
        return None
    statement = next(
        (part for part in nodes_of(source) if isinstance(part, nodes.ExpressionStatement) and part.value is call), None
    )
    if statement is None:
        return None
    whole, container = text_of(source, index), text_of(source, index.target)
    written = f"if {text_of(source, index.indices[0])} not in {container} {{ {whole} = [] }}"
    line = source.line_text(statement.span.line)
    indent = line[: len(line) - len(line.lstrip())]
    place = statement.span.start
    return Hint(f"begin with [] where the key is new: {written}", (inserting(source, place, f"{written}\n{indent}"),))


def _text(node: nodes.Node, source: Source) -> str:
    return source.text[node.span.start : node.span.end]
