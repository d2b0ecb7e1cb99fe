"""L1 programs beside the same programs in Python: as a cell beside a module, and inside a function beside a function.

CPU time, so that whatever else the machine does is left out; ours and Python's run in turns. A cell's time includes
that it is parsed and compiled, as a module's does.
"""

from __future__ import annotations

import math
import statistics
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass

import l1kernel.library  # noqa: F401  registers the built-ins
from benchmarks.report import Row, report
from l1kernel.runtime.output import CapturedOutput
from l1kernel.runtime.session import Session

ROUNDS = 5
CELL_GOAL, CELL_MEAN, FUNCTION_GOAL, HELPER_GOAL = 1.25, 0.8, 1.25, 2.0
UNKNOWN_GOAL = 3.0  # where nothing is known of a list that a function is given, each element is tested


@dataclass(frozen=True, slots=True)
class Program:
    """One program in both languages; each leaves its answer in ``result``. ``function_goal``: inside a function."""

    name: str
    l1: str
    python: str
    function_goal: float = FUNCTION_GOAL


PROGRAMS = [
    Program(
        "fib(27)",
        """
        function fib(n) {
            if (n < 2) { return n }
            return fib(n - 1) + fib(n - 2)
        }
        let result = fib(27)
        """,
        """
        def fib(n):
            if n < 2:
                return n
            return fib(n - 1) + fib(n - 2)
        result = fib(27)
        """,
    ),
    Program(
        "while loop of 3,000,000",
        """
        let i = 0
        let result = 0
        while i < 3_000_000 {
            result += i
            i += 1
        }
        """,
        """
        i = 0
        result = 0
        while i < 3_000_000:
            result += i
            i += 1
        """,
    ),
    Program(
        "sieve of 200,000",
        """
        let n = 200_000
        let prime = [true] * (n + 1)
        let p = 2
        while p * p <= n {
            if prime[p] {
                let k = p * p
                while k <= n {
                    prime[k] = false
                    k += p
                }
            }
            p += 1
        }
        let result = 0
        for i in 2..n { if prime[i] { result += 1 } }
        """,
        """
        n = 200_000
        prime = [True] * (n + 1)
        p = 2
        while p * p <= n:
            if prime[p]:
                k = p * p
                while k <= n:
                    prime[k] = False
                    k += p
            p += 1
        result = 0
        for i in range(2, n):
            if prime[i]:
                result += 1
        """,
    ),
    Program(
        "300,000 string appends",
        """
        let text = ""
        for i in 300_000 { text += "ab" }
        let result = text.length
        """,
        """
        text = ""
        for i in range(300_000):
            text += "ab"
        result = len(text)
        """,
    ),
    Program(
        "500,000 dictionary counts",
        """
        let words = ["red", "green", "blue", "red", "gold"] * 100_000
        let counts = {}
        for word in words {
            if word in counts { counts[word] += 1 } else { counts[word] = 1 }
        }
        let result = counts["red"]
        """,
        """
        words = ["red", "green", "blue", "red", "gold"] * 100_000
        counts = {}
        for word in words:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
        result = counts["red"]
        """,
    ),
    Program(
        "matrix product by loops",
        """
        let n = 100
        let a = []
        let b = []
        let c = []
        for i in 0..n {
            let left = []
            let right = []
            for j in 0..n {
                left.append(i + j)
                right.append(i - j)
            }
            a.append(left)
            b.append(right)
            c.append([0] * n)
        }
        for i in 0..n {
            for j in 0..n {
                let total = 0
                for k in 0..n { total += a[i][k] * b[k][j] }
                c[i][j] = total
            }
        }
        let result = c[n - 1][1]
        """,
        """
        n = 100
        a = []
        b = []
        c = []
        for i in range(n):
            left = []
            right = []
            for j in range(n):
                left.append(i + j)
                right.append(i - j)
            a.append(left)
            b.append(right)
            c.append([0] * n)
        for i in range(n):
            for j in range(n):
                total = 0
                for k in range(n):
                    total += a[i][k] * b[k][j]
                c[i][j] = total
        result = c[n - 1][1]
        """,
    ),
    Program(
        "200,000 method calls",
        """
        let xs = []
        let text = "Some Text"
        for i in 100_000 {
            xs.push(i)
            text.upper()
        }
        let result = xs.length
        """,
        """
        xs = []
        text = "Some Text"
        for i in range(100_000):
            xs.append(i)
            text.upper()
        result = len(xs)
        """,
        HELPER_GOAL,
    ),
]

MORE = [
    Program(
        "counts with get",
        """
        let words = ["red", "green", "blue", "red", "gold"] * 40_000
        let counts = {}
        for word in words { counts[word] = counts.get(word, 0) + 1 }
        let result = counts["red"]
        """,
        """
        words = ["red", "green", "blue", "red", "gold"] * 40_000
        counts = {}
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        result = counts["red"]
        """,
        HELPER_GOAL,
    ),
    Program(
        "fields of dictionaries",
        """
        let points = map(0..200, i => {x: i, y: i + 1})
        let result = 0
        for r in 500 {
            for p in points {
                result += p.x + p.y
                p.x = r
            }
        }
        """,
        """
        points = [{"x": i, "y": i + 1} for i in range(200)]
        result = 0
        for r in range(500):
            for p in points:
                result += p["x"] + p["y"]
                p["x"] = r
        """,
        HELPER_GOAL,
    ),
    Program(
        "functions of a dictionary",
        """
        function make() {
            let held = {n: 0}
            return {add: x => { held.n += x }, value: () => held.n}
        }
        let counter = make()
        for i in 200_000 { counter.add(1) }
        let result = counter.value()
        """,
        """
        def make():
            held = {"n": 0}
            def add(x):
                held["n"] += x
            return {"add": add, "value": lambda: held["n"]}
        counter = make()
        for i in range(200_000):
            counter["add"](1)
        result = counter["value"]()
        """,
        HELPER_GOAL,
    ),
    Program(
        "divisions",
        """
        let result = 0.0
        for i in 1..300_000 { result += 1 / i - i / 3 }
        """,
        """
        result = 0.0
        for i in range(1, 300_000):
            result += 1 / i - i / 3
        """,
        HELPER_GOAL,
    ),
    Program(
        "bubble sort of a parameter",
        """
        function sort_(xs) {
            let n = len(xs)
            for i in n {
                for j in 0..(n - i - 1) {
                    if xs[j] > xs[j + 1] {
                        let t = xs[j]
                        xs[j] = xs[j + 1]
                        xs[j + 1] = t
                    }
                }
            }
            return xs
        }
        let result = sort_(map(0..500, i => (i * 7919) % 500))[3]
        """,
        """
        def sort_(xs):
            n = len(xs)
            for i in range(n):
                for j in range(n - i - 1):
                    if xs[j] > xs[j + 1]:
                        t = xs[j]
                        xs[j] = xs[j + 1]
                        xs[j + 1] = t
            return xs
        result = sort_([(i * 7919) % 500 for i in range(500)])[3]
        """,
        UNKNOWN_GOAL,
    ),
    Program(
        "words of a text",
        """
        let text = "one,two,three,four"
        let result = 0
        for i in 50_000 {
            for word in text.split(",") { if word.length > 3 and word.starts_with("t") { result += 1 } }
        }
        """,
        """
        text = "one,two,three,four"
        result = 0
        for i in range(50_000):
            for word in text.split(","):
                if len(word) > 3 and word.startswith("t"):
                    result += 1
        """,
        HELPER_GOAL,
    ),
]


def main() -> bool:
    """Measure in turns and print the tables; whether every goal is met."""
    verdicts = []
    for title, programs in (("Language (CPU time)", PROGRAMS), ("Language, more programs", MORE)):
        cells = [
            Row(f"{p.name}, cell", *_measured(p, inside=False), CELL_GOAL if programs is PROGRAMS else p.function_goal)
            for p in programs
        ]
        ratios = [row.ratio for row in cells]
        mean = Row("geometric mean of the cells", math.prod(ratios) ** (1 / len(ratios)), 1.0, CELL_MEAN, "x")
        functions = [Row(f"{p.name}, function", *_measured(p, inside=True), p.function_goal) for p in programs]
        verdicts.append(report(title, [*cells, *([mean] if programs is PROGRAMS else []), *functions]))
    return all(verdicts)


def _measured(program: Program, *, inside: bool) -> tuple[float, float]:
    """Milliseconds of L1 and of Python, medians."""
    l1, python = (textwrap.dedent(text).strip() for text in (program.l1, program.python))
    if inside:
        l1 = f"function main() {{\n{l1}\nreturn result\n}}\nlet result = main()"
        python = f"def main():\n{textwrap.indent(python, '    ')}\n    return result\nresult = main()"
    ours, theirs = [], []
    for _ in range(ROUNDS):
        mine, answer = _timed(lambda: _run_l1(l1))
        other, expected = _timed(lambda: _run_python(python))
        assert answer == expected, f"{program.name}: {answer} is not {expected}"
        ours.append(mine)
        theirs.append(other)
    return statistics.median(ours), statistics.median(theirs)


def _timed(run: Callable[[], object]) -> tuple[float, object]:
    begin = time.process_time()
    answer = run()
    return (time.process_time() - begin) * 1000, answer


def _run_l1(text: str) -> object:
    session = Session(CapturedOutput())
    outcome = session.run(text, name="cell")
    assert outcome.error is None, str(outcome.error)
    return session.globals["result"]


def _run_python(text: str) -> object:
    variables: dict[str, object] = {}
    exec(compile(text, "module", "exec"), variables)
    return variables["result"]


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
