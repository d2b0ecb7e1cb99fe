"""The tables that Lark makes of grammar/l1.lark: found, built, kept.

A wheel carries the tables ready made (hatch_build.py). A checkout builds them once and keeps them in the user's
cache folder. They are JSON: loading them runs nothing, and Lark itself is imported only to build them.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

# part of the cache's key, with the grammar's text: raise it when the form of the tables or the pinned Lark changes
FORMAT = "3"
INSIDE_FSTRING = 20
END_OF_TEXT = "$END"
START = "program"

_PACKAGE = Path(__file__).resolve().parent.parent


class Terminal(NamedTuple):
    """``core`` is a regular expression, or with ``literal`` the text itself; ``look`` is the look-ahead behind it."""

    name: str
    core: str
    look: str | None
    literal: bool
    inside: bool
    ignored: bool


class Rule(NamedTuple):
    """``origin`` is the number of the nonterminal that ``size`` symbols become.

    ``kept`` lists the symbols handed to the action, as (index, spliced). ``spliced``: the value is a list that the
    rule around it takes apart. ``transparent``: a single child stands for the rule itself.
    """

    origin: int
    size: int
    action: str
    kept: tuple[tuple[int, bool], ...]
    spliced: bool
    transparent: bool


class Tables(NamedTuple):
    """``shifts[state]`` is terminal, action, terminal, action, ...: an action >= 0 goes to that state, another
    one reduces by rule ``~action``. ``gotos[state]`` is nonterminal, state, ... in the same way.

    Terminals stand in the order in which the lexer prefers them; the last one is the end of the text.
    """

    terminals: tuple[Terminal, ...]
    rules: tuple[Rule, ...]
    nonterminals: tuple[str, ...]
    shifts: list[list[int]]
    gotos: list[list[int]]
    start: int
    end: int


def grammar_folder() -> Path:
    """The folder of l1.lark: inside the package in a wheel, beside it in a checkout or an editable install."""
    inside = _PACKAGE / "grammar"
    return inside if (inside / "l1.lark").is_file() else _PACKAGE.parent / "grammar"


@cache
def load_tables() -> Tables:
    """The tables of the grammar as it stands on disk, from the first place that has them; else they are built."""
    folder = grammar_folder()
    text = (folder / "l1.lark").read_text(encoding="utf-8")
    key = _key(text)
    packaged = _read(folder / "l1.tables.json", key)
    if packaged is not None:
        return packaged
    kept = _cache_file(key)
    known = _read(kept, key) if kept is not None else None
    if known is not None:
        return known
    built = serialise_tables(text)
    if kept is not None:
        _keep(kept, built)
    return _decode(built.partition("\n")[2])


@cache
def keywords() -> frozenset[str]:
    """The reserved words, as the grammar has them; ``project`` is none, as its look-ahead shows."""
    return frozenset(t.core for t in load_tables().terminals if t.literal and t.core.isalpha() and not t.look)


def serialise_tables(grammar: str) -> str:
    """The tables as the text of a file: a line that proves them whole and of this grammar, then JSON."""
    payload = json.dumps(_build(grammar), separators=(",", ":"))
    return f"{_proof(_key(grammar), payload)}\n{payload}"


def make_lark(grammar: str, **options: Any) -> Any:
    """The grammar as a Lark parser of its own: what the tables are made of, and their judge in tests."""
    from lark import Lark

    return Lark(grammar, parser="lalr", lexer="contextual", start=START, maybe_placeholders=False, **options)


def _key(grammar: str) -> str:
    """A checksum: what it guards against is chance, and importing hashlib takes as long as reading the tables."""
    text = f"{FORMAT}\n{grammar}".encode()
    return f"{zlib.crc32(text):08x}-{len(text)}"


def _proof(key: str, payload: str) -> str:
    return f"{key}-{zlib.crc32(payload.encode()):08x}-{len(payload)}"


def _cache_file(key: str) -> Path | None:
    try:
        return _cache_folder() / "l1kernel" / f"grammar-{key}.json"
    except (OSError, RuntimeError):  # no home at all
        return None


def _cache_folder() -> Path:
    """The user's; on Linux said here, as importing platformdirs takes longer than to read the tables."""
    if sys.platform == "linux":
        given = os.environ.get("XDG_CACHE_HOME", "")
        return Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    from platformdirs import user_cache_path

    return user_cache_path()


def _read(path: Path, key: str) -> Tables | None:
    try:
        proof, _, payload = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return _decode(payload) if proof == _proof(key, payload) else None


def _keep(path: Path, text: str) -> None:
    """Write the cache whole or not at all; a home that cannot be written to is no error."""
    import tempfile

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix="unfinished-")
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(unfinished, path)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)


def _decode(payload: str) -> Tables:
    data = json.loads(payload)
    return Tables(
        terminals=tuple(Terminal(*fields) for fields in data["terminals"]),
        rules=tuple(
            Rule(origin, size, action, tuple((index, spliced) for index, spliced in kept), spliced, transparent)
            for origin, size, action, kept, spliced, transparent in data["rules"]
        ),
        nonterminals=tuple(data["nonterminals"]),
        shifts=data["shifts"],
        gotos=data["gotos"],
        start=data["start"],
        end=data["end"],
    )


# --- building: the only part that needs Lark --------------------------------------------------------------------


def _build(grammar: str) -> dict[str, Any]:
    from lark.parsers.lalr_analysis import Shift

    lark = make_lark(grammar)
    table = lark.parser.parser._parse_table
    ordered = sorted(lark.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    terminals = [_terminal(terminal, terminal.name in lark.ignore_tokens) for terminal in ordered]
    terminals.append((END_OF_TEXT, "", None, True, False, False))
    numbers = {terminal[0]: number for number, terminal in enumerate(terminals)}
    nonterminals = sorted({str(rule.origin.name) for rule in lark.rules} | {str(start) for start in table.start_states})
    rules: dict[Any, int] = {}
    shifts: list[list[int]] = []
    gotos: list[list[int]] = []
    # Lark numbers the states by chance: by the order in which they are reached, the same grammar gives the same bytes
    order = {table.start_states[START]: 0}
    reached = list(order)
    for state in reached:
        row: list[int] = []
        going: list[int] = []
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action is Shift:
                if argument not in order:
                    order[argument] = len(order)
                    reached.append(argument)
                argument = order[argument]
            else:
                argument = ~rules.setdefault(argument, len(rules))
            if symbol in numbers:
                row += [numbers[symbol], argument]
            else:
                going += [nonterminals.index(symbol), argument]
        shifts.append(row)
        gotos.append(going)
    return {
        "terminals": terminals,
        "rules": [_rule(rule, nonterminals) for rule in rules],
        "nonterminals": nonterminals,
        "shifts": shifts,
        "gotos": gotos,
        "start": 0,
        "end": order[table.end_states[START]],
    }


def _terminal(terminal: Any, ignored: bool) -> tuple[str, str, str | None, bool, bool, bool]:
    """Name, core, look-ahead, literal, inside, ignored."""
    inside = terminal.priority >= INSIDE_FSTRING
    if terminal.pattern.type == "str":
        return terminal.name, terminal.pattern.value, None, True, inside, ignored
    core, ahead, rest = terminal.pattern.to_regexp().partition("(?=")
    literal = re.fullmatch(r"\w+|\\?[^\w\s]", core) is not None
    return terminal.name, core.lstrip("\\") if literal else core, ahead + rest or None, literal, inside, ignored


def _rule(rule: Any, nonterminals: list[str]) -> tuple[int, int, str, list[tuple[int, bool]], bool, bool]:
    """Origin, size, action, kept, spliced, transparent; as Lark shapes its trees."""
    origin = str(rule.origin.name)
    kept = [
        (index, not symbol.is_term and symbol.name.startswith("_"))
        for index, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)
    ]
    spliced = origin.startswith("_")
    transparent = rule.options.expand1 and not rule.alias
    return nonterminals.index(origin), len(rule.expansion), str(rule.alias or origin), kept, spliced, transparent
