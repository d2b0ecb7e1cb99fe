"""The session: text in, outcome out; names, blocks, errors, interrupts, imports."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from l1kernel.diagnostics import render
from l1kernel.errors import Interrupted, L1SyntaxError
from l1kernel.runtime.output import CapturedOutput

from .conftest import Cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 1", 2),
        ("", None),
        ("# only a comment", None),
        ("let x = 1", None),
        ('"text"', "text"),
        ("let s = 0\nfor (let i = 0; i < 10; i = i + 1) { if i == 3 { continue }\ns += i }\ns", 42),
        ("let s = 0\nfor (let i = 0; i < 4; i += 1) { try { continue } finally { s += 1 } }\ns", 4),
        ("let s = 0\nfor i in range(0, 4):\n  s = s + i\nend\ns", 6),
        ("let n = 0\nwhile n < 5: n += 1 end\nn", 5),
        ("let n = 0\nloop { n += 1\nif n > 6 { break } }\nn", 7),
        ("for i in 3 { }\ni", 2),
        ("let a, b = [1, 2]\na, b = b, a\n[a, b]", [2, 1]),
        ("let [a, b] = [1, 2]\na + b", 3),
        ("function f() { return 1, 2 }\nf()", [1, 2]),
        ("function f() { }\nf()", None),
        ("function f(a, b = a * 2) { return a + b }\n[f(1), f(1, 1), f(b = 0, a = 5)]", [3, 2, 5]),
        ("function f(xs = []) { xs.append(1); return len(xs) }\nf()\nf()", 1),
        ("let g = n => n < 2 ? n : g(n - 1) + g(n - 2)\ng(10)", 55),
        ("let fs = []\nfor i in 3 { fs.append(x => x + i) }\nfs[0](0)", 2),
        ("map([1, 2], function(x) { let y = x * 2; return y })", [2, 4]),
        ("(x => y => x + y)(1)(2)", 3),
        ('f"{1 + 1} {"x"} {3.14159:.2f} {{}} {[1, true]}"', "2 x 3.14 {} [1, true]"),
        ('let w = 6\nf"{5:>{w}}"', "     5"),
        ("let x = 5\nx -= 1; x *= 3; x /= 4; x **= 2; x %= 5\nx", 4),
        ('project "Demo" { version = 1 }', None),
    ],
)
def test_a_cells_value(value: Callable[[str], Any], text: str, expected: Any) -> None:
    assert value(text) == expected


def test_a_hidden_value_is_not_shown(cells: Cells) -> None:
    assert cells.run("1").shown
    assert not cells.run("1;").shown


# --- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["let t = 0", "function add(n) { t = t + n }", "add(5); add(6)", "t"], 11),
        (["let t = 1", "function f() { let t = 9; return t }", "[f(), t]"], [9, 1]),
        (["let t = 1", "function f() { for t in 5 { } }", "f()", "t"], 1),
        (["let t = 1", "function f() { try { throw 1 } catch (t) { } }", "f()", "t"], 1),
        (["function f() { t = 5; return t }", "f()"], 5),
        (["function c() { let n = 0; return () => { n = n + 1; return n } }", "let k = c()", "k(); k()"], 2),
        (["function f() { return later }", "let later = 3", "f()"], 3),
        (["function f() { return 1 }", "function f() { return 2 }", "f()"], 2),
        (["function norm(xs) { return sum(xs) / len(xs) }", "let sum = 0\nlet len = 1", "norm([2, 4])"], 3),
        (["function norm(xs) { return sum(xs) }", "function sum(xs) { return 7 }", "norm([1])"], 7),
        (["function sum(xs) { return 7 }", "let sum = 0", "sum([1, 2])"], 3),
        (["let zeros = zeros(2)", "len(zeros(6)) + len(zeros)"], 8),
        (["function f() { let max = max([1, 5]); return max }", "f()"], 5),
        (["function f(len) { return len([1]) }", "f(x => 9)"], 9),
        (["function f(len) { return len([1]) }", "f(3)"], 1),
        (['let upper = 5\n"a".upper()'], "A"),
        (["const K = 1", "const K = 2", "K"], 2),
        (["const K = 1", "let K = 2", "K = 3", "K"], 3),
        (
            [
                "let None = 1\nlet True = 2\nlet __debug__ = 4\nlet __builtins__ = 8",
                "None + True + __debug__ + __builtins__",
            ],
            15,
        ),
        (["let print2 = print\nlet e = 5", "e"], 5),
    ],
)
def test_names_across_cells(cells: Cells, texts: list[str], expected: Any) -> None:
    for text in texts[:-1]:
        cells.value(text)
    assert cells.value(texts[-1]) == expected


@pytest.mark.parametrize(
    "texts",
    [
        ["const K = 1\nK = 2"],
        ["const K = 1", "K = 2"],
        ["const K = 1", "K += 1"],
        ["const K = 1", "let x = 0\nx, K = [1, 2]"],
        ["const K = 1", "function f() { K = 2 }\nf()"],
        ["function f() { K = 2 }\nconst K = 1\nf()"],
        ["function f() { const K = 1; K = 2 }\nf()"],
        ["function f() { const K = 1; fn() { K = 2 }() }\nf()"],
    ],
)
def test_a_const_cannot_be_rebound(cells: Cells, texts: list[str]) -> None:
    for text in texts[:-1]:
        cells.value(text)
    error = cells.error(texts[-1])
    assert (error.type, error.message) == ("TypeError", "'K' is a const and cannot be changed")


def test_globals_hold_the_programs_names_and_no_others(cells: Cells) -> None:
    cells.value(
        "let a = 1\nfor i in 3 { }\nlet f = x => x\nfunction g() { }\ntry { throw 1 } catch (e) { }\na, i = i, a\n1"
    )
    assert sorted(cells.session.namespace.names()) == ["a", "e", "f", "g", "i"]
    assert set(cells.session.globals) - set(cells.session.namespace.names()) == {"__builtins__"}


# --- errors -----------------------------------------------------------------------------------------------------


def test_an_error_as_the_reader_sees_it(cells: Cells) -> None:
    assert render(cells.error('let result = "Hello" + 5')) == "\n".join(
        [
            "TypeError: Cannot add String and Integer at line 1, column 22",
            '  1 | let result = "Hello" + 5',
            "    |                      ^",
            "  hint: convert it first: to_string(5)",
        ]
    )


def test_nothing_of_a_cell_with_a_syntax_error_runs(cells: Cells) -> None:
    before = cells.output.text
    assert isinstance(cells.error('print("a")\nreturn 5'), L1SyntaxError)
    assert cells.output.text == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("try { 1 / 0 } catch (e) { print(e) }", "ZeroDivisionError: Division by zero"),
        (
            'try { throw ValidationError("m") } catch (ValidationError as e) { print(e.type, e.message, e.line) }',
            "ValidationError m 1",
        ),
        ("try { [1][5] } catch (KeyError as e) { print(1) } catch (IndexError as e) { print(2) }", "2"),
        ("try { [1][5] } catch (KeyError) { print(1) } catch (IndexError) { print(2) }", "2"),
        ("try { [1][5] } catch (NoSuchError as e) { print(1) } catch { print(2) }", "2"),
        ("try { throw 42 } catch (e) { print(e.type, e.message, e.value) }", "RuntimeError 42 42"),
        ("try { try { 1 / 0 } catch (KeyError as e) { print(1) } } catch (e) { print(e.type) }", "ZeroDivisionError"),
        ("try { try { 1 / 0 } catch (e) { throw } } catch (e) { print(e.type) }", "ZeroDivisionError"),
        ("try { try { 1 / 0 } catch (e) { throw e } } catch (e) { print(e.type) }", "ZeroDivisionError"),
        ("try { try { 1 / 0 } finally { print(1) } } catch (e) { print(2) }", "1\n2"),
        ("try { 1 } catch (e) { print(1) } finally { print(2) }", "2"),
        ('try { raise Name2Error("x") } catch (Error as e) { print(e.type) }', "Name2Error"),
        ('let e = ValueError("made")\ntry { throw e } catch (ValueError as v) { print(v.message) }', "made"),
        ('function f() { try { return 1 } finally { print("last") } }\nprint(f())', "last\n1"),
        ('for i in 3 { try { if i == 1 { continue }\nprint(i) } finally { print("f") } }', "0\nf\nf\n2\nf"),
    ],
)
def test_try(cells: Cells, text: str, expected: str) -> None:
    assert cells.printed(text) == expected + "\n"


def test_a_user_error_ends_the_cell_with_its_own_type(cells: Cells) -> None:
    error = cells.error('let a = 1\n\n\n    throw ValidationError("its message")')
    assert render(error).split("\n")[0] == "ValidationError: its message at line 4, column 5"


def test_exit_cannot_be_caught(cells: Cells) -> None:
    outcome = cells.run("try { exit(3) } catch (e) { print(1) } finally { print(2) }")
    assert outcome.exit_status == 3
    assert cells.output.text == "2\n"


def test_a_text_twice_under_one_name_keeps_both_sources(cells: Cells) -> None:
    cells.session.run("function f() {\n    return nowhere\n}", name="repl", title="input 1")
    error = cells.session.run("f()", name="repl", title="input 2").error
    assert error is not None
    assert error.location is not None
    assert (error.location.source, error.location.text) == ("input 1", "    return nowhere")


def test_numpys_warnings_are_silent(cells: Cells) -> None:
    cells.value("array([1.0, 0.0]) / array([0.0, 0.0])")
    assert cells.output.error_text == ""


def test_a_line_that_probably_means_something_else_is_warned_of(cells: Cells) -> None:
    cells.value("let x = 7 // 2")
    assert "div(7, 2)" in cells.output.error_text
    assert cells.output.error_text.count("\n") == 1


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "function f(n) { return n == 0 ? 0 : 1 + f(n - 1) }\nf(10000)",
        "function f(n) { if (n == 0) { return 0 }\nlet x = n / 2.5\nreturn 1 + f(n - 1) }\nf(10000)",
        "function even(n) { return n == 0 ? 10000 : odd(n - 1) }\nfunction odd(n) { return even(n - 1) }\neven(10000)",
        "let f = n => n == 0 ? 0 : 1 + f(n - 1)\nf(10000)",
        "let d = {}\nd.f = n => n == 0 ? 0 : 1 + d.f(n - 1)\nd.f(9900) + 100",
    ],
)
def test_recursion_to_ten_thousand(cells: Cells, text: str) -> None:
    assert cells.value(text) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "function f(n) { return sorted([n, n], key = f) }\nf(1)",
        "function f(n) { return reduce([n, n], (a, b) => f(a)) }\nf(1)",
        "function f(n) { try { return f(n + 1) } finally { n = 0 } }\nf(1)",
        "function f(n) { try { return f(n + 1) } catch (KeyError as e) { return 1 } }\nf(1)",
        "let xs = []\nfor i in 100000 { xs = [xs] }\nxs == xs",
        "let xs = []\nlet ys = []\nfor i in 100000 { xs = [xs]; ys = [ys] }\nxs == ys",
    ],
)
def test_no_depth_crashes_the_process(cells: Cells, text: str) -> None:
    cells.run(text)
    assert cells.value("1 + 1") == 2


@contextmanager
def interrupt_after(seconds: float) -> Iterator[None]:
    """A SIGINT to this process, as a front end sends it to the kernel."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    "text",
    [
        "while true { }",
        "loop { let x = 1 / 3 }",
        "for i in 10 ** 12 { }",
        "sleep(30)",
        "function f() { while true { } }\ntry { f() } catch (e) { print(1) }",
        "while true { try { throw 1 } catch (e) { } }",
        "function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }\nf(60)",
    ],
)
def test_an_interrupt_stops_the_cell_within_half_a_second(cells: Cells, text: str) -> None:
    cells.value("let kept = 5")
    started = time.monotonic()
    with interrupt_after(0.1):
        error = cells.error(text)
    assert isinstance(error, Interrupted)
    assert time.monotonic() - started < 0.6
    assert cells.output.text == ""
    assert cells.value("kept") == 5


class Interrupting(CapturedOutput):
    """Sends the interrupt once the program has printed: it runs then, however busy the machine is."""

    def write(self, text: str) -> None:
        super().write(text)
        threading.Timer(0.01, signal.raise_signal, [signal.SIGINT]).start()


def test_finally_runs_whole_after_an_interrupt(cells: Cells) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        cells.session.output = Interrupting()
        loop = 'print("in it", end = ""); while true { }'
        error = cells.error(f"let log = []\ntry {{ {loop} }} finally {{ log.append(1); log.append(2) }}")
    finally:
        signal.signal(signal.SIGINT, before)
    assert isinstance(error, Interrupted)
    assert cells.value("log") == [1, 2]


# --- long chains ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["", "function run() { return "])
def test_a_long_sum_is_computed_in_its_order_and_fails_at_its_place(cells: Cells, inside: str) -> None:
    cells.run("let log = []\nfunction f(x) { log.append(x); return x }")
    terms = " - ".join(f"f({i})" for i in range(300))
    end = " }\nrun()" if inside else ""
    assert cells.value(f"{inside}[f(-1), {terms}, f(300)]{end}") == [-1, -sum(range(300)), 300]
    assert cells.value("log") == list(range(-1, 301))
    error = cells.error(f"{inside}{terms} - null - {terms}{end}")
    assert error.location is not None
    assert error.location.column == len(f"{inside}{terms} -")
    assert cells.value("[1]" + ".append(1)" * 300 + ".len()") == 301
    assert not [name for name in cells.session.globals if "$" in name]


# --- imports ----------------------------------------------------------------------------------------------------


def test_a_file_is_imported_once_and_keeps_its_globals(cells: Cells) -> None:
    (cells.session.folder / "tools.l1").write_text(
        'print("loading")\nlet base = 10\nlet _own = 1\n'
        "function plus(n) { return base + n }\nfunction set(n) { base = n }"
    )
    assert cells.printed('import "tools.l1"\nimport "tools.l1"\nlet base = 99') == "loading\n"
    assert cells.value("tools.set(20)\n[tools.plus(1), tools.base, base]") == [21, 20, 99]
    assert cells.value('from "tools.l1" import plus, base\nplus(2)') == 22
    assert cells.error("tools._own").type == "TypeError"
    assert cells.error("tools.pluss(1)").hint == "did you mean 'plus'?"
    assert cells.error('from "tools.l1" import nothing').message == "A Module has no member 'nothing'"


def test_an_imported_file_imports_beside_itself_and_in_a_circle(cells: Cells) -> None:
    folder = cells.session.folder / "lib"
    folder.mkdir()
    (folder / "one.l1").write_text('import "two.l1"\nfunction name() { return "one" + two.name() }')
    (folder / "two.l1").write_text('import "one.l1"\nfunction name() { return "two" }')
    assert cells.value('import "lib/one.l1"\none.name()') == "onetwo"


@pytest.mark.parametrize("name", ["/etc/passwd", "secret.txt", "secret"])
def test_only_an_l1_file_is_imported(cells: Cells, name: str) -> None:
    (cells.session.folder / "secret.txt").write_text("token: 42")
    error = cells.error(f'import "{name}"')
    assert error.message == f'"{name}" is no L1 file'
    assert error.hint == f'such a file ends in .l1: import "{name}.l1"'


def test_an_error_in_a_file_shows_the_files_line(cells: Cells) -> None:
    (cells.session.folder / "bad.l1").write_text("let a = 1\nlet b = a + null\n")
    error = cells.error('import "bad.l1"')
    assert error.location is not None
    assert (error.location.source, error.location.line, error.location.text) == ("bad.l1", 2, "let b = a + null")


def test_a_file_with_a_syntax_error_can_be_mended_and_imported_again(cells: Cells) -> None:
    file = cells.session.folder / "mend.l1"
    file.write_text("let a = ")
    assert cells.error('import "mend.l1"').type == "SyntaxError"
    file.write_text("let a = 5")
    assert cells.value('import "mend.l1"\nmend.a') == 5


def test_a_missing_file_and_a_host_library_are_refused(cells: Cells) -> None:
    assert cells.error('import "nothere.l1"').type == "FileNotFoundError"
    assert cells.error("import numpy").type in ("SyntaxError", "RuntimeError")


# --- the rooms' use of a session --------------------------------------------------------------------------------


def test_a_callback_after_the_cell_runs_once_however_the_cell_ends(cells: Cells) -> None:
    seen: list[int] = []
    cells.session.after_cell(lambda: seen.append(1))
    cells.error("1 / 0")
    cells.value("1")
    assert seen == [1]


def test_a_resource_is_made_once_and_closed_with_the_session(cells: Cells) -> None:
    class Room:
        closed = False

        def close(self) -> None:
            self.closed = True

    room = cells.session.resource(Room, Room)
    assert cells.session.resource(Room, Room) is room
    cells.session.close()
    assert room.closed


def test_a_small_cell_is_quick(cells: Cells) -> None:
    cells.value("1 + 1")
    times = []
    for i in range(50):
        started = time.perf_counter()
        cells.value(f"1 + {i}")
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05  # a deadline: benchmarks measure
