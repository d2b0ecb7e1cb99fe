"""Token soup, damaged good programs, random good programs, and random values through every built-in."""

from __future__ import annotations

import pytest
from attack import FOUND, TOKENS, check, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from l1kernel.runtime.registry import Builtin, builtins

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
pytestmark = pytest.mark.filterwarnings("ignore:The recursion limit will not be reset")  # a session raises it


def often(count: int) -> settings:
    """That many examples, the same in every run."""
    return settings(max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)


@often(600)
@given(st.lists(st.tuples(st.sampled_from(TOKENS), st.sampled_from(["", " ", " ", "\n", ";"])), max_size=40))
def test_token_soup(tokens: list[tuple[str, str]]) -> None:
    check("".join(token + blank for token, blank in tokens))


@often(300)
@given(st.text(max_size=200) | st.text("{}()[]\"'\\fx1.:=,;#/*+-<>&| \n", max_size=200))
def test_any_characters(text: str) -> None:
    check(text)


DAMAGES = st.lists(
    st.tuples(
        st.integers(0, 2_999),
        st.sampled_from(["delete", "insert", "replace", "copy", "swap", "cut"]),
        st.integers(1, 30),
        st.sampled_from(TOKENS),
    ),
    min_size=1,
    max_size=5,
)


@often(500)
@given(st.integers(0, 10**6), DAMAGES)
def test_damaged_programs(choice: int, damages: list[tuple[int, str, int, str]]) -> None:
    programs = seeds()
    text = programs[choice % len(programs)]
    for place, how, length, token in damages:
        at = place % (len(text) + 1)
        part = text[at : at + length]
        if how == "delete":
            text = text[:at] + text[at + length :]
        elif how == "insert":
            text = text[:at] + token + text[at:]
        elif how == "replace":
            text = text[:at] + token + text[at + length :]
        elif how == "copy":
            text = text[:at] + part + text[at:]
        elif how == "swap":
            text = text[: at + length] + text[:at][-length:] + text[at + length :]
        else:
            text = text[:at]
    check(text)


# --- good programs ----------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "f", "g", "xs", "d", "n", "len", "print", "sum", "end", "e", "None", "ﬁ", "fi"])
LITERALS = st.sampled_from(
    [
        "0", "1", "-1", "2", "2.5", "-0.0", "1e308", "1e-320", "10 ** 20", "2 ** 64", "true", "false", "null", '""',
        '"abc"', "'é😀'", '"12"', "[]", "[1, 2, 3]", '[1.5, "a", null]', "[[1, 2], [3, 4]]", "{}", "{a: 1, b: [2]}",
        "1..4", "5..2", "0..=3", "range(5, 0, -2)", "x => x", "(a, b) => a", "() => 1", "print", "len", "pi",
        "array([1, 2, 3])", "array([1.5, 2.5])", "array([])", "zeros([2, 2])", 'array(["a", "b"])', "zeros([0, 3])",
        "array([true, false])", "array([2 ** 63 - 1])", "array([2 ** 70])", 'table({a: [1, 2], b: ["x", "y"]})',
        "table({})", "table({a: [1, null]}).a", 'KeyError("k")', 'OwnError("m")', "to_float('nan')", "to_float('inf')",
        'table({a: [[1], {b: 2}]})', "array(1..4)[0]", '"a" * 50', "[0] * 50", "group_by",
    ]
)  # fmt: skip
BINARY = ["+", "-", "*", "/", "%", "**", "==", "!=", "<", ">=", "and", "or", "in", "not in", "..", "..="]
MEMBERS = ["length", "a", "keys", "append", "sort", "map", "upper", "message", "columns", "foo", "get", "sum", "shape"]


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner | st.tuples(NAMES, inner).map(" = ".join), max_size=3).map(", ".join)
    called = st.sampled_from(sorted(set(builtins()) - UNCALLED))
    return st.one_of(
        st.tuples(inner, st.sampled_from(BINARY), inner).map(lambda p: f"({' '.join(p)})"),
        st.tuples(st.sampled_from(["-", "+", "not "]), inner).map(lambda p: f"({p[0]}{p[1]})"),
        st.tuples(called | NAMES, arguments).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, st.sampled_from(MEMBERS), arguments).map(lambda p: f"({p[0]}).{p[1]}({p[2]})"),
        st.tuples(inner, st.sampled_from(MEMBERS)).map(lambda p: f"({p[0]}).{p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]})[{p[1]}:{p[2]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        st.tuples(NAMES, inner).map(lambda p: f"({p[0]} => {p[1]})"),
        st.tuples(inner, st.sampled_from([".2f", ">10", "d", ",", "x", "%", "e", "08.3", "s", "^+#020_b", ""])).map(
            lambda p: f'f"{{({p[0]}):{p[1]}}}"' if '"' not in p[0] else p[0]
        ),
        st.lists(inner, max_size=3).map(lambda p: f"[{', '.join(p)}]"),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(
            lambda p: "{" + ", ".join(f"{name}: {value}" for name, value in p) + "}"
        ),
    )


UNCALLED = {"distributed_init", "cluster_add_node", "cluster_submit_task", "cluster_map", "write_csv", "write_parquet"}
EXPRESSIONS = st.recursive(LITERALS | NAMES, larger, max_leaves=6)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.lists(inner, max_size=3).map("\n".join)
    either = st.tuples(block, st.booleans()).map(lambda p: f" {{\n{p[0]}\n}}" if p[1] else f":\n{p[0]}\nend")
    return st.one_of(
        st.tuples(EXPRESSIONS, either).map(lambda p: f"if ({p[0]}){p[1]}"),
        st.tuples(EXPRESSIONS, block, block).map(lambda p: f"if {p[0]}:\n{p[1]}\nelse:\n{p[2]}\nend"),
        st.tuples(NAMES, EXPRESSIONS, either).map(lambda p: f"for {p[0]} in {p[1]}{p[2]}"),
        st.tuples(NAMES, NAMES, EXPRESSIONS, either).map(lambda p: f"for {p[0]}, {p[1]} in {p[2]}{p[3]}"),
        st.tuples(EXPRESSIONS, block).map(lambda p: f"while ({p[0]}) {{\n{p[1]}\nbreak\n}}"),
        st.tuples(NAMES, NAMES, either).map(lambda p: f"function {p[0]}({p[1]}, z = 1){p[2]}"),
        st.tuples(block, NAMES, block, block).map(
            lambda p: f"try {{\n{p[0]}\n}} catch ({p[1]}) {{\n{p[2]}\n}} finally {{\n{p[3]}\n}}"
        ),
    )


SIMPLE = st.one_of(
    EXPRESSIONS,
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"let {p[0]} = {p[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"const {p[0]} = {p[1]}"),
    st.tuples(NAMES, st.sampled_from(["=", "+=", "*=", "-=", "/=", "**="]), EXPRESSIONS).map(" ".join),
    st.tuples(NAMES, EXPRESSIONS, EXPRESSIONS).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(NAMES, EXPRESSIONS, EXPRESSIONS).map(lambda p: f"{p[0]}[{p[1]}:] = {p[2]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]}.a = {p[1]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda p: f"let {p[0]}, {p[1]} = {p[2]}"),
    st.tuples(EXPRESSIONS).map(lambda p: f"throw {p[0]}"),
    st.tuples(EXPRESSIONS).map(lambda p: f"print({p[0]})"),
    st.sampled_from(["throw", "raise", "break", "continue"]),
)
STATEMENTS = st.recursive(SIMPLE, compound, max_leaves=6)


@often(300)
@given(st.lists(STATEMENTS, min_size=1, max_size=5).map("\n".join))
def test_good_programs(text: str) -> None:
    check(text)


# --- built-ins --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record", [r for n, r in sorted(builtins().items()) if n not in UNCALLED], ids=lambda r: r.name
)
def test_a_builtin_takes_anything(record: Builtin) -> None:
    known = [*record.signature.parameters, "expressions", "session", "other"]

    @often(12)
    @given(
        st.lists(LITERALS, max_size=4),
        st.dictionaries(st.sampled_from(known), LITERALS, max_size=2),
        st.booleans(),
    )
    def call(positional: list[str], named: dict[str, str], as_method: bool) -> None:
        given_ = [*positional, *(f"{name} = {value}" for name, value in named.items())]
        if as_method and positional:
            check(f"({positional[0]}).{record.name}({', '.join(given_[1:])})")
        else:
            check(f"{record.name}({', '.join(given_)})")

    call()


@pytest.mark.parametrize("file", sorted(FOUND.glob("*.l1")), ids=lambda file: file.stem)
def test_what_was_found_once(file: object) -> None:
    check(file.read_bytes().decode("utf-8"))  # type: ignore[attr-defined]
