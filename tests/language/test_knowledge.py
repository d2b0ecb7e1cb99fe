"""What the compiler knows of a program makes it faster and nothing else.

Programs put together at random run twice, as they are and with all knowledge switched off: what they print and the
error they end in are the same. They are rich in what is hard to know: lists within lists and dictionaries under
several names, functions that keep and change them, and values of the wrong type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import l1kernel.stdlib  # noqa: F401
from l1kernel.language.analysis.kinds import Kinds
from l1kernel.language.analysis.known import NOTHING
from l1kernel.language.compiler.native import NativeCompiler
from l1kernel.language.compiler.statements import StatementCompiler
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

Draw = Callable[[st.SearchStrategy[Any]], Any]

# Forms of expressions by the type they mostly give: n number, t text, l list, m list of lists, d dictionary, q any. A
# letter in braces is an expression of that type.
FORMS = {
    "n": [
        "i",
        "c",
        "i",
        "c",
        "0",
        "1",
        "2",
        "-1",
        "3",
        "2.0",
        "0.5",
        "10 ** 20",
        "12345678901",
        "true",
        "<n> + <n>",
        "<n> - <n>",
        "<n> * <n>",
        "<n> / <n>",
        "<n> % <n>",
        "<n> ** 2",
        "-<n>",
        "<l>[<n>]",
        "<d>.k",
        "<d>[<t>]",
        "len(<q>)",
        "<l>.length",
        "<l>.len()",
        "abs(<n>)",
        "min(<n>, <n>)",
        "max(<l>)",
        "round(<n>)",
        "round(<n>, 1)",
        "floor(<n>)",
        "div(<n>, <n>)",
        "sqrt(<n>)",
        "sum(<l>)",
        "<l>.pop()",
        "<l>.pop(<n>)",
        "pop(<l>)",
        "<m>[<n>][<n>]",
        "<d>.get(<t>, <n>)",
        "get(<d>, <t>, <n>)",
        "<n> < <n>",
        "<q> == <q>",
        "<q> in <l>",
        "<t> in <d>",
        "<d>.has(<t>)",
        "<n> ? <n> : <n>",
        "<n> and <n>",
        "<n> or <n>",
        "f(<n>)",
        "min(<l>)",
        "reduce(<l>, (x, y) => x + y)",
        "<n> ? <q> : <n>",
    ],
    "t": [
        "t",
        '"ab"',
        '"k"',
        '"%s"',
        "'a b'",
        "<t> + <t>",
        "<t> * <n>",
        "<t>.upper()",
        "<t>[<n>]",
        "<t>[<n>:]",
        "to_string(<q>)",
        "type_of(<q>)",
        "<t>.replace(<t>, <t>)",
        "<t>.trim()",
        "f'{<q>}'",
        "<t>.split()[0]",
        "replace(<t>, <t>, <t>)",
        "min(<t>, <t>)",
        "substring(<t>, 0, <n>)",
        "<l>.join(<t>)",
        "<n> ? <t> : <q>",
    ],
    "l": [
        "a",
        "a",
        "b[<n>]",
        "[]",
        "[<n>]",
        "[<n>, <n>]",
        "[<q>, <q>]",
        "<l> + <l>",
        "<l> * <n>",
        "<l>[<n>:]",
        "<l>[:<n>]",
        "<d>.k",
        "<m>[<n>]",
        "sorted(<l>)",
        "<l>.sort()",
        "<l>.reverse()",
        "reversed(<l>)",
        "<l>.append(<n>)",
        "push(<l>, <q>)",
        "append(<l>, <q>)",
        "insert(<l>, 0, <n>)",
        "map(<l>, x => x)",
        "<l>.map(v => v * 2)",
        "filter(<l>, x => x)",
        "<t>.split()",
        "keys(<d>)",
        "<d>.values()",
        "concatenate(<l>, <l>)",
        "<n> ? <l> : <l>",
        "<l> or <l>",
        "<l> and <l>",
        "f(<l>)",
        "g(<l>)",
        "<m>.pop()",
        "max(<m>)",
        "min(<l>, <l>)",
        "<d>.get(<t>, <l>)",
        "get(<d>, <t>, <l>)",
        "array(<l>)",
        "remove(<l>, <n>)",
        "0..<n>",
        "<m>.reduce((x, y) => x)",
        "(x => x)(<l>)",
        "<l>.append(value = <n>)",
        "append(items = <l>, value = <n>)",
        "<t>.split(<t>)",
    ],
    "m": [
        "b",
        "b",
        "[<l>]",
        "[<l>, <l>]",
        "<m> + <m>",
        "<m>[<n>:]",
        "zip(<l>, <l>)",
        "enumerate(<l>)",
        "<d>.items()",
        "<m>.append(<l>)",
        "[<l>] * <n>",
        "map(<l>, x => [x])",
        "values(<d>)",
        "sorted(<m>)",
        "<m>.reverse()",
        "<n> ? <m> : <l>",
        "push(<m>, <l>)",
        "insert(<m>, 0, <l>)",
        "f(<m>)",
    ],
    "d": [
        "d",
        "d",
        "{}",
        "{k: <n>}",
        "{k: <l>}",
        "{k: <q>, ab: <q>}",
        "merge(<d>, <d>)",
        "<d>.update(<d>)",
        "update(<d>, <d>)",
        "<n> ? <d> : <d>",
        "<d>.merge(<d>)",
        "f(<d>)",
        "{k: x => x}",
        "{k: a.append}",
        "{append: (x => x)}",
        "{get: (x => x)}",
    ],
}
FORMS["q"] = [form for forms in FORMS.values() for form in forms] + [
    "null",
    "x => x",
    "array([1, 2])",
    "<d>.k(<n>)",
    "<q>.append(<q>)",
]
NAMES = {"a": "l", "b": "m", "c": "n", "d": "d", "i": "n", "t": "t"}


@st.composite
def filled(draw: Draw, form: str, depth: int) -> str:
    parts = re.split("<([a-z])>", form)
    for at in range(1, len(parts), 2):
        kind = parts[at] if draw(st.integers(0, 11)) else "q"
        choices = FORMS[kind]
        if depth <= 0:
            choices = [form for form in choices if "<" not in form] or ["a"]
        inner = draw(filled(draw(st.sampled_from(choices)), depth - 1))
        parts[at] = inner if re.fullmatch(r"\w+|\[.*\]", inner) else f"({inner})"
    return "".join(parts)


def simple(name: str, other: str) -> list[str]:
    kind = NAMES[name]
    return [
        f"let {name} = <{kind}>", f"{name} = <{kind}>", f"{name} = <{kind}>", f"{name} += <{kind}>", f"{name} -= <n>",
        f"{name} *= <n>", f"{name} %= <n>", "a[<n>] = <n>", "a[<n>] += <n>", "b[<n>][<n>] = <n>", "b[<n>][<n>] *= <n>",
        "b[<n>] = <l>", "d.k = <n>", "d.k = <l>", "d[<t>] = <q>", "d[<t>] += <n>", "a[0:<n>] = <l>", "<l>.append(<n>)",
        "<m>.append(<l>)", "push(<l>, <q>)", "<d>.k = <q>", "<l>[<n>] = <q>", "print(<q>)", "print(<n>)",
        f"print({name})",
        "d.k.append(<n>)", "b[0].push(<n>)", f"{name}, {other} = {other}, {name}", f"let {name}, {other} = <l>",
        "a[0], a[1] = a[1], a[0]", f"{name}, {other} = <{kind}>, <q>", "f(<q>)", "g(<l>)", "a.sort()",
        "<l>.insert(0, <q>)",
        "f = x => <q>", "<l>.pop()", "<l>.reverse()", "let a = b[<n>]", "let a = d.k",
    ]  # fmt: skip


@st.composite
def statements(draw: Draw, depth: int = 2, within: bool = False) -> str:
    name, other = draw(st.permutations(list(NAMES)))[:2]

    def full(form: str) -> str:
        text: str = draw(filled(form, 2))
        return text

    def block(size: int = 3, *, inside: bool = within) -> str:
        return "\n".join(draw(st.lists(statements(depth - 1, inside), min_size=1, max_size=size)))

    kind = draw(st.integers(0, 13 if depth else 7))
    if kind <= 5:
        return full(draw(st.sampled_from(simple(name, other))))
    if kind == 6:
        return "try { " + full(draw(st.sampled_from(simple(name, other)))) + " } catch (x) { print(x.message) }"
    if kind == 7:
        return full("return <q>") if within else full("print(<q>)")
    if kind == 8:
        return f"if {full('<q>')} {{\n{block()}\n}} else {{\n{block(1)}\n}}"
    if kind <= 10:
        over = draw(st.sampled_from(["3", "0..2", "range(<n>)", "<l>", "<m>", "<q>", "<t>", "<d>"]))
        return f"for {name} in {full(over)} {{\nguard()\n{block()}\n}}"
    if kind == 11:
        return f"for {name}, {other} in {full(draw(st.sampled_from(['<m>', '<d>', '<q>'])))} {{\nguard()\n{block()}\n}}"
    if kind == 12:
        return f"while {full('<q>')} {{\nguard()\n{block()}\n}}"
    parameters = draw(st.sampled_from([name, "x", f"x, {name} = {full('<q>')}"]))
    body = block(inside=True)
    return f"function {draw(st.sampled_from('fg'))}({parameters}) {{\nguard()\n{body}\n{full('return <q>')}\n}}"


PROGRAMS = st.lists(statements(), min_size=3, max_size=9).map("\n".join)
HEAD = """let rounds = [0]
function guard() { rounds[0] = rounds[0] + 1
if rounds[0] > 25 { throw "enough" } }
function f(x) { return x }
function g(x) { x.append("g")
return x }
"""
SHOW = "\n".join(f"try {{ print({name}) }} catch {{ }}" for name in NAMES)
CELL = "let a = [1, 2]\nlet b = [a, [3]]\nlet c = 5\nlet d = {k: a}\nlet i = 0\nlet t = 'ab'\n"


def in_function(program: str) -> str:
    return "function whole() {\n" + CELL + program + "\n}\nwhole()"


def outcome(cells: list[str]) -> list[object]:
    """What cells print and the errors they end in."""
    session = Session(CapturedOutput())
    found: list[object] = []
    try:
        for at, text in enumerate([HEAD, *cells, SHOW]):
            error = session.run(text, name=f"cell{at}").error
            place = error and error.location and (error.location.line, error.location.column)
            found.append(None if error is None else (error.type, error.message, place))
        return [session.output.text, *found]  # type: ignore[attr-defined]
    finally:
        session.close()


def without_knowledge(cells: list[str]) -> list[object]:
    """As ``outcome``, where every operation is left to the helpers and every variable to the globals."""
    made = StatementCompiler.__init__

    def unknowing(self: StatementCompiler, *arguments: object, **_: object) -> None:
        made(self, *arguments, fast_loops=False)  # type: ignore[arg-type]

    with ExitStack() as stack:
        stack.enter_context(patch.object(Kinds, "of", lambda *_: NOTHING))
        stack.enter_context(patch.object(NativeCompiler, "often", False))
        stack.enter_context(patch.object(StatementCompiler, "__init__", unknowing))
        return outcome(cells)


SURPRISES = {
    "a method as a value": "let a = [1]\nlet p = a.append\np('%s')\na[1] % 2",
    "a default": "let a = [1]\nfunction f(x = a) { x.append('%s') }\nf()\na[1] % 2",
    "a default of a closure": "let a = [1]\nlet f = (x = a) => x.append('%s')\nf()\na[1] % 2",
    "a list given back in a list": "let a = [1]\nlet f = () => [a]\nlet g = f\ng()[0].append('%s')\na[1] % 2",
    "a list given back in a dictionary": "let a = [1]\nlet f = () => ({k: a})\nf().k.append('%s')\na[1] % 2",
    "a dictionary in an array": "let d = {k: 1}\narray([d, d])[0].k = '%s'\nd.k % 2",
    "a dictionary's method as a value": "let d = {}\nlet put = d.update\nput({k: '%s'})\nd.k % 2",
    "a length that is not called": "let xs = [1, 2]\nlet n = xs.len\nxs[n]",
    "a range from what grows": "let x = 10\nfor k in 60 { for i in x..(x + 1) { x = i * i } }",
    "a range from a Float": "let n = 1.0\nfor i in n..9 { print([1, 2, 3][i]) }",
    "a key that is computed": "let d = {}\nd[10 ** 20] += 1",
    "arguments by name": "let a = [1]\nlet b = ['%s']\nappend(value = b, items = a)\na[1][0] % 2",
    "an item of a zipped list": "let a = [1]\nlet z = zip([a], [a])\nz[0][0].append('%s')\na[1] % 2",
    "a list that holds itself": "let a = [1]\na.append(a)\na[1][1].append('%s')\na[2] % 2",
    "a function of a dictionary": "let a = [1]\nlet d = {append: (x => x.append('%s'))}\nd.append(a)\na[1] % 2",
    "a value that was thrown": "let a = [1]\ntry { throw a } catch (e) { e.value.append('%s') }\na[1] % 2",
    "a swap": "let a = [1, '%s']\na[0], a[1] = a[1], a[0]\na[0] % 2",
    "two names of a row": "let m = [[0] * 2] * 2\nm[0][0] = '%s'\nm[1][0] % 2",
}


@pytest.mark.parametrize("program", SURPRISES.values(), ids=SURPRISES)
def test_what_is_stored_by_roundabout_ways_is_seen(program: str) -> None:
    for cells in ([program], ["function whole() {\n" + program + "\n}\nwhole()"]):
        assert outcome(cells) == without_knowledge(cells)
        assert outcome(cells)[2] is not None  # each of them ends in an error


@pytest.mark.filterwarnings("ignore:The recursion limit will not be reset")  # a session raises it, and so it stays
@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(PROGRAMS, PROGRAMS)
def test_knowledge_changes_nothing(first: str, second: str) -> None:
    for cells in ([CELL + first, second], [in_function(first)]):
        assert outcome(cells) == without_knowledge(cells)
