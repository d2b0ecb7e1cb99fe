"""Where Python's own operator stands in for a helper, and where it must not."""

import pytest

import l1kernel.stdlib  # noqa: F401
from l1kernel.language.compile import compile_program
from l1kernel.language.compiler.loops import is_loop
from l1kernel.language.parse import parse
from l1kernel.language.resolve import resolve
from l1kernel.language.source import Source
from l1kernel.runtime.attributes import library

BUILTINS = ("len", "range", "print", "map", "max")


def helpers(text: str, known: tuple[str, ...] = (), rebound: tuple[str, ...] = ()) -> set[str]:
    """The helpers that the top level of a program and its functions call."""
    source = Source(text, "cell", "cell 1")
    program = parse(source)
    resolution = resolve(program, known, BUILTINS, source=source, rebound=rebound)
    codes = [compile_program(program, resolution, source, library=library()).code]
    found: set[str] = set()
    while codes:
        code = codes.pop()
        found |= {name for name in code.co_names if name.startswith("$") and not name[1:].isdigit()}
        codes += [constant for constant in code.co_consts if hasattr(constant, "co_names")]
    found = {name for name in found if not is_loop(name)}
    return found - {"$value", "$function", "$iterate", "$range", "$keep", "$locals", "$bound", "$missing", "$len"}


@pytest.mark.parametrize(
    "text",
    [
        "let xs = [1, 2]\nlet i = 0\nwhile i < 2 { xs[i] = xs[i] + 1\ni += 1 }",
        "let xs = [0] * 5\nfor i in 5 { xs[i] = i * i }",
        "let xs = [0]\nfor (let i = 0; i < 1; i += 1) { xs[i] += 2 }",
        "let d = {}\nfor i in range(9) { let k = i % 3\nif k in d { d[k] += 1 } else { d[k] = 1 } }",
        "function f(n) { let xs = [1]\nlet i = len(xs) - 1\nreturn xs[i] }",
        "function f() { let d = {}\nreturn fn(k) { d[k] = 1 } }",
        "let x = 7\nx % 2",
        "let xs, ys = [[1], [2]]\nxs[0]",
        "let a = []\nfor i in 3 { let row = []\nfor j in 3 { row.append(i * j) }\na.append(row) }\na[0][1] * a[2][1]",
        "function f() { let m = [[1], [2]]\nlet row = m[0]\nrow[0] = 3\nreturn m[0][0] * 12345678 }",
        'let words = ["a"]\nlet d = {}\nfor w in words { if w in d { d[w] += 1 } else { d[w] = 1 } }',
        "let m = map(range(3), i => map(range(3), j => i * j + 1))\nm[0][1] * m[1][2]",
        "function f() { let xs = [1]\nprint(xs, len(xs))\nreturn xs[0] * xs[0] }",
    ],
)
def test_known_lists_dictionaries_and_counters_need_no_helper(text: str) -> None:
    assert helpers(text) == set()


@pytest.mark.parametrize(
    ("text", "helper"),
    [
        ("function f(xs) { return xs[0] }", "$item"),
        ("function f(a, b) { return a * b }", "$mul"),
        ("function f(k) { return 1 in k }", "$in"),
        ("let xs = [1]\nlet i = 1.0\nxs[i]", "$item"),
        ("let xs = [1]\nxs[4 / 2]", "$item"),
        ("let xs = [1]\nxs[len(xs)]", "$item"),
        ("let xs = [1]\nxs = df\nxs[0]", "$item"),
        ("let xs = [1]\nfunction f() { xs = df }\nxs[0]", "$item"),
        ("let xs = [1]\nfunction f() { return xs[0] }", "$item"),
        ("function g() { let xs = [1]\nfunction f() { xs = df }\nreturn xs[0] }", "$item"),
        ("let xs, ys = pair\nxs[0]", "$item"),
        ("for xs in df { xs[0] }", "$item"),
        ("try { } catch (xs) { xs[0] }", "$item"),
        ("let n = df\nlet xs = [0] * n\nxs[0]", "$item"),
        ("let x = 10\nloop { x = x * x }", "$mul"),
        ("function f(g) { let xs = [1]\ng(xs)\nreturn xs[0] * xs[0] }", "$mul"),
        ("function f(g) { let xs = [1]\nlet ys = [xs]\ng(ys)\nreturn xs[0] * xs[0] }", "$mul"),
        ("function f(g) { let xs = [1]\ng = () => xs.append(df)\ng()\nreturn xs[0] * xs[0] }", "$mul"),
        ("function f() { let xs = [1]\nlet ys = xs\nys.append(df)\nreturn xs[0] * xs[0] }", "$mul"),
        ("function f() { let m = [[1]]\nfor row in m { row[0] = df }\nreturn m[0][0] * m[0][0] }", "$mul"),
        ("function f() { let m = [[1]]\nfor k, row in {a: m[0]} { row[0] = df }\nreturn m[0][0] * m[0][0] }", "$mul"),
        ("function f() { let m = [[1]]\nlet a, b = m + m\na[0] = df\nreturn m[0][0] * m[0][0] }", "$mul"),
        ("function f() { let m = [[1]]\nlet n = m[0:1]\nn[0].push(df)\nreturn m[0][0] * m[0][0] }", "$mul"),
        ("function f() { let m = [[1]]\nmax(m).push(df)\nreturn m[0][0] * m[0][0] }", "$mul"),
        ("function f() { let m = [1]\nlet d = {upper: x => x}\nd.upper(m).push(df)\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = [1]\nlet n = map([m], x => x)\nn[0].push(df)\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = [1]\nmap([1], x => m.push(df))\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = map([1, df], x => x)\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = map(5, i => { if i > 3 { return df }\nreturn i })\nreturn m[0] * m[0] }", "$mul"),
        ("function f(o) { let m = [1]\no.append(m)\nreturn m[0] * m[0] }", "$mul"),
        ("function f(c) { let m = [1]\nlet n = c ? m : [df]\nn[0] = df\nreturn m[0] * m[0] }", "$mul"),
        ("function f(c) { let m = [1]\nlet n = c or m\nn[0] = df\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = [1]\nlet k = () => m.push(df)\nreturn [m, k, m[0] * m[0]] }", "$mul"),
        ("function f() { let m = [1]\nlet d = {}\nd.get(1, m).push(df)\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let m = [1]\nm[0:1] = df\nreturn m[0] * m[0] }", "$mul"),
        ("function f() { let x = 2\nlet xs = [x]\nloop { x = xs[0] * x\nxs[0] = x } }", "$mul"),
        ('let s = "ab"\nlet n = 2.0\ns * n', "$mul"),
    ],
)
def test_what_is_not_sure_is_left_to_the_helper(text: str, helper: str) -> None:
    assert helper in helpers(text)


def test_a_global_of_an_earlier_cell_is_known_only_once_this_one_has_bound_it() -> None:
    assert helpers("let xs = [1]\nxs[0]", known=("xs",)) == set()
    assert "$item" in helpers("xs[0]\nlet xs = [1]", known=("xs",))
    assert "$item" in helpers("if true { xs = [1] }\nxs[0]", known=("xs",))
    assert "$item" in helpers("for i in 0 { }\nlet xs = [1]\nxs[i]", known=("i",))


def test_a_global_that_an_earlier_function_rebinds_is_unknown() -> None:
    assert "$item" in helpers("let xs = [1]\nxs[0]", known=("xs",), rebound=("xs",))
