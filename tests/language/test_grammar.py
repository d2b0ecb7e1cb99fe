"""The grammar has no conflicts, our loop agrees with Lark, and the tables are found, kept and made again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lark import Token, Tree
from lark.parsers.lalr_analysis import LALR_Analyzer

from l1kernel.language import grammar
from l1kernel.language.lalr import Grammar, Parser
from l1kernel.language.newlines import Newlines

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = sorted((ROOT / "tests").rglob("*.l1"), key=lambda path: path.as_posix())
OURS = sorted((Path(__file__).parent / "programs").glob("*.l1"))


def grammar_text() -> str:
    return (ROOT / "grammar" / "l1.lark").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lark() -> Any:
    return grammar.make_lark(grammar_text())


def test_the_grammar_has_no_conflicts(lark: Any) -> None:
    LALR_Analyzer(lark.parser.parser_conf, strict=True).compute_lalr()


def test_a_conflict_would_be_seen() -> None:
    rule = "?negation: comparison\n"
    ambiguous = grammar_text().replace(rule, rule + '         | negation "and" negation -> both\n')
    with pytest.raises(Exception, match="Shift/Reduce conflict"):
        LALR_Analyzer(grammar.make_lark(ambiguous).parser.parser_conf, strict=True).compute_lalr()


def plain(value: Any) -> Any:
    """A tree of Lark's, or of ours, as nested tuples."""
    if isinstance(value, Tree):
        return str(value.data), tuple(plain(child) for child in value.children)
    return str(value) if isinstance(value, Token) else value


def our_tree(text: str) -> Any:
    tables = grammar.load_tables()
    make = {rule.action: None for rule in tables.rules}
    actions: Any = {name: lambda _, parts, start, end, name=name: (name, tuple(parts)) for name in make}
    return Parser(Grammar(tables), actions).run(text, None, Newlines())


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_loop_makes_the_trees_that_lark_makes(lark: Any, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = our_tree(text)
    judge = lark.parse_interactive()
    for kind, start, end in ours.tokens:
        judge.feed_token(Token(kind, text[start:end]))
    assert ours.value == plain(judge.feed_eof())


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_tokens_are_those_of_the_grammar(lark: Any, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    terminals = {terminal.name: re.compile(terminal.pattern.to_regexp()) for terminal in lark.terminals}
    last = 0
    for kind, start, end in our_tree(text).tokens:
        match = terminals[kind].match(text, start)
        assert match is not None
        assert match.end() == end, (kind, text[start:end])
        between = text[last:start].strip()
        assert between == "" or between[0] in "#/;"
        last = end


def test_every_rule_of_the_grammar_is_used_by_a_program() -> None:
    names = {rule.action for rule in grammar.load_tables().rules if not rule.spliced}
    seen: set[str] = set()

    def walk(tree: Any) -> None:
        if isinstance(tree, tuple) and len(tree) == 2 and isinstance(tree[1], tuple):
            seen.add(tree[0])
            for child in tree[1]:
                walk(child)

    for path in OURS:
        walk(our_tree(path.read_text(encoding="utf-8")).value)
    transparent = {rule.action for rule in grammar.load_tables().rules if rule.transparent}
    assert names - seen - transparent == set()


LOAD = """
import sys
sys.path.insert(0, {folder!r})
from l1kernel.language.parse import parse
from l1kernel.language.source import Source
program = parse(Source("print(1 + 2)", "cell", "cell"))
print(len(program.statements), "lark" in sys.modules)
"""


def load(folder: Path, home: Path) -> str:
    """What a process says that parses with the package in ``folder``: statements, whether Lark was needed."""
    keep = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "PYTHONPATH"))}
    command = [sys.executable, "-I", "-c", LOAD.format(folder=str(folder))]
    done = subprocess.run(
        command, env=keep | {"HOME": str(home)}, capture_output=True, text=True, timeout=60, cwd=home.parent
    )
    assert done.stderr == ""
    return done.stdout.strip()


def cached(home: Path) -> Path:
    (path,) = [path for path in home.rglob("grammar-*") if path.is_file()]
    return path


def test_a_checkout_builds_the_tables_once_and_keeps_them_privately(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert load(ROOT, home) == "1 True"
    assert load(ROOT, home) == "1 False"
    assert cached(home).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"{}", b"[" * 100_000], ids=["empty", "bytes", "other", "deep"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: bytes) -> None:
    home = tmp_path / "home"
    home.mkdir()
    load(ROOT, home)
    whole = cached(home).read_bytes()
    cached(home).write_bytes(whole[: len(whole) // 2] if damage == b"{}" else damage)
    assert load(ROOT, home) == "1 True"
    assert cached(home).read_bytes() == whole


def test_a_home_that_cannot_hold_a_cache_is_no_error(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file where a folder should be", encoding="utf-8")
    assert load(ROOT, home) == "1 True"


def test_packaged_tables_need_neither_lark_nor_cache(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "l1kernel", tmp_path / "site" / "l1kernel", ignore=shutil.ignore_patterns("__pycache__"))
    packaged = tmp_path / "site" / "l1kernel" / "grammar"
    packaged.mkdir()
    shutil.copy(ROOT / "grammar" / "l1.lark", packaged)
    (packaged / "l1.tables.json").write_text(grammar.serialise_tables(grammar_text()), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    assert load(tmp_path / "site", home) == "1 False"
    assert list(home.rglob("*")) == []


def test_tables_of_another_grammar_are_not_used(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "l1kernel", tmp_path / "site" / "l1kernel", ignore=shutil.ignore_patterns("__pycache__"))
    packaged = tmp_path / "site" / "l1kernel" / "grammar"
    packaged.mkdir()
    changed = grammar_text() + "\n// changed\n"
    (packaged / "l1.lark").write_text(changed, encoding="utf-8")
    (packaged / "l1.tables.json").write_text(grammar.serialise_tables(grammar_text()), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    assert load(tmp_path / "site", home) == "1 True"
