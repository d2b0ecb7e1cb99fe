"""Text to code beside Python's own ``ast.parse`` and ``compile`` of the same program written in Python.

CPU time, in turns: what else the machine does weighs on both.
"""

from __future__ import annotations

import ast
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import Row, report

LINES = 1000
ROUNDS = 15
STARTS = 11
ROOT = Path(__file__).resolve().parents[1]

# one unit of the long program; NN is its number
L1_UNIT = """
# Sales of a region: read, cleaned, summed up
function clean_NN(rows, limit = 100) {
    let kept = []
    for row in rows {
        if row["amount"] == null or row["amount"] < 0 { continue }
        let name = row["name"].strip().lower()
        if len(name) > limit {
            name = name[0:limit] + "..."
        } elif name == "" {
            name = "unknown"
        }
        kept.append({name: name, amount: row["amount"] * 1.2, day: row["day"]})
    }
    return kept
}

function summary_NN(rows):
    let totals = {}
    for i, row in enumerate(rows):
        let key = row["name"]
        totals[key] = totals.get(key, 0) + row["amount"]
        if i % 100 == 0 and i > 0:
            print(f"{i} rows, {len(totals)} names, {totals[key]:.2f}")
        end
    end
    return sorted(totals.items(), key = pair => -pair[1])
end

let region_NN = [{name: " Ada ", amount: 12.5, day: 3}, {name: "Grace", amount: 1 + 2 * 3, day: -1}]
let best_NN = map(summary_NN(clean_NN(region_NN, limit = 20)), (pair) => pair[0])
let count_NN = 0
while count_NN < 10 {
    count_NN += 1
    try {
        print("best of", count_NN, best_NN[count_NN], not best_NN)
    } catch (e) {
        print("none: " + e.message)
    }
}
"""
PYTHON_UNIT = """
# Sales of a region: read, cleaned, summed up
def clean_NN(rows, limit=100):
    kept = []
    for row in rows:
        if row["amount"] is None or row["amount"] < 0: continue
        name = row["name"].strip().lower()
        if len(name) > limit:
            name = name[0:limit] + "..."
        elif name == "":
            name = "unknown"

        kept.append({"name": name, "amount": row["amount"] * 1.2, "day": row["day"]})

    return kept


def summary_NN(rows):
    totals = {}
    for i, row in enumerate(rows):
        key = row["name"]
        totals[key] = totals.get(key, 0) + row["amount"]
        if i % 100 == 0 and i > 0:
            print(f"{i} rows, {len(totals)} names, {totals[key]:.2f}")


    return sorted(totals.items(), key=lambda pair: -pair[1])


region_NN = [{"name": " Ada ", "amount": 12.5, "day": 3}, {"name": "Grace", "amount": 1 + 2 * 3, "day": -1}]
best_NN = map(lambda pair: pair[0], summary_NN(clean_NN(region_NN, limit=20)))
count_NN = 0
while count_NN < 10:
    count_NN += 1
    try:
        print("best of", count_NN, best_NN[count_NN], not best_NN)
    except Exception as e:
        print("none: " + str(e))


"""
L1_CELL = """\
let prices = {apple: 1.2, pear: 0.8, plum: 2.5}
let basket = ["apple", "pear", "apple", "cherry"]
let total = 0
for fruit in basket:
    if fruit in prices:
        total = total + prices[fruit]
    else:
        print("no price for " + fruit)
    end
end
"""
PYTHON_CELL = """\
prices = {"apple": 1.2, "pear": 0.8, "plum": 2.5}
basket = ["apple", "pear", "apple", "cherry"]
total = 0
for fruit in basket:
    if fruit in prices:
        total = total + prices[fruit]
    else:
        print("no price for " + fruit)


"""
FIRST_PARSE = """
# of the standard library: what every front end has loaded by then
import dataclasses, enum, hashlib, json, pathlib, re, time, typing
begin = time.process_time()
from l1kernel.language.parse import parse
from l1kernel.language.source import Source
parse(Source("print(1 + 1)", "cell", "cell 1"))
print((time.process_time() - begin) * 1000)
"""


def main() -> bool:
    """Measure in turns and print the table; whether every goal is met."""
    rows = [
        _row(f"{LINES} lines, parsed and compiled", _repeated(L1_UNIT), _repeated(PYTHON_UNIT), 12.0, 1),
        _row("a cell of 10 lines", L1_CELL, PYTHON_CELL, 15.0, 50),
        Row("parser ready from its cache, beside 30 ms", statistics.median(_start() for _ in range(STARTS)), 30.0, 1.0),
    ]
    return report("Parser (beside ast.parse and compile of the same program in Python)", rows)


def _repeated(unit: str) -> str:
    lines = unit.strip("\n").count("\n") + 2
    return "".join(unit.replace("NN", str(number)) for number in range(LINES // lines))


def _row(name: str, ours: str, theirs: str, goal: float, times: int) -> Row:
    """``times`` is how often one measurement does it."""
    mine = [(_seconds(_compile_l1, ours, times), _seconds(_compile_python, theirs, times)) for _ in range(ROUNDS)]
    return Row(name, statistics.median(m for m, _ in mine) * 1000, statistics.median(t for _, t in mine) * 1000, goal)


def _seconds(compiled: Callable[[str], object], text: str, times: int) -> float:
    begin = time.process_time()
    for _ in range(times):
        compiled(text)
    return (time.process_time() - begin) / times


def _compile_l1(text: str) -> object:
    """As a Session does it: parse, resolve, compile."""
    import l1kernel.library  # noqa: F401  registers the built-ins
    from l1kernel.language.compile import compile_program
    from l1kernel.language.parse import parse
    from l1kernel.language.resolve import resolve
    from l1kernel.language.source import Source
    from l1kernel.runtime.registry import builtins

    source = Source(text, "cell", "cell 1")
    program = parse(source)
    return compile_program(program, resolve(program, (), builtins(), source=source), source)


def _compile_python(text: str) -> object:
    return compile(ast.parse(text), "cell", "exec")


def _start() -> float:
    """Milliseconds of CPU that a fresh process takes from its first import of L1 to its first parse."""
    keep = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", FIRST_PARSE]
    done = subprocess.run(command, cwd=ROOT, env=keep, capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
