"""Tables from files, and models: real Parquet, real scikit-learn."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from l1kernel.errors import L1TypeError, L1ValueError
from l1kernel.stdlib.analysis import analyze, analyze_dataset, calculate_stats, process_chunk
from l1kernel.stdlib.models import aggregate_models, evaluate_model, train


def test_a_table_written_is_read_again(shows: Callable[[str], str], tmp_path: Path) -> None:
    program = """
        let t = table({city: ["Rom", null], size: [1, 2], share: [0.5, null]})
        write_csv(t, "t.csv"); write_parquet("t.parquet", t)
        print(read_csv("t.csv")); print(read_parquet("t.parquet")["city"])
    """
    assert shows(program).splitlines() == [
        "   city  size  share",
        "0  Rom      1    0.5",
        "1  null     2    nan",
        "(2 rows, 3 columns)",
        '["Rom", null]',
    ]
    assert (tmp_path / "t.csv").read_text() == "city,size,share\nRom,1,0.5\n,2,\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ValueError: f.csv is empty"),
        (b"a,b\n1,2\n1,2,3\n", "ValueError: f.csv is no proper CSV file: line 3 has 3 fields instead of 2"),
        (b"a,b\n1,2,3\n1,2,3\n", "ValueError: f.csv is no proper CSV file: "),
        (b'a,b\n"1,2\n3,4\n', "ValueError: f.csv is no proper CSV file: a quoted text in it never ends"),
        (b"a,b\n\xff\xfe,1\n", "ValueError: f.csv is no proper CSV file: its text is not UTF-8"),
        (b"PK\x03\x04\x00\x00\x00", "ValueError: f.csv is no proper CSV file: it does not hold text"),
    ],
)
def test_a_broken_csv_file_is_refused(
    content: bytes, message: str, shows: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    assert shows('read_csv("f.csv")').startswith(message)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"a,b\n1,2\n"])
def test_a_broken_parquet_file_is_refused(content: bytes, shows: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "f.parquet").write_bytes(content)
    assert shows('read_parquet("f.parquet")').startswith("ValueError: f.parquet is no proper Parquet file")


def test_a_truncated_parquet_file_is_refused(shows: Callable[[str], str], tmp_path: Path) -> None:
    pd.DataFrame({"a": range(1000)}).to_parquet(tmp_path / "f.parquet")
    whole = (tmp_path / "f.parquet").read_bytes()
    (tmp_path / "f.parquet").write_bytes(whole[: len(whole) // 2])
    assert "no proper Parquet file" in shows('read_parquet("f.parquet")')


def test_a_missing_file_names_what_is_near(shows: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "sales_2026.csv").write_text("a\n1\n")
    shown = shows('read_csv("sale_2026.csv")')
    assert shown.startswith("FileNotFoundError: No file sale_2026.csv at line 1, column 1")
    assert "did you mean sales_2026.csv?" in shown
    assert "its .csv files: sales_2026.csv" in shows('read_csv("x.csv")')
    assert "there is no folder" in shows('read_csv("no/such/x.csv")')
    assert shows('read_csv(".")').startswith("RuntimeError: . is a folder, not a file")
    assert shows('write_csv({a: [1]}, "no/such.csv")').startswith("FileNotFoundError")
    assert shows('read_csv("http://example.invalid/x.csv")').startswith("FileNotFoundError")


def test_what_csv_files_of_the_world_hold(shows: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_bytes("\ufeffnäme,n\r\nÄ,1\r\n\r\n".encode())
    assert shows('print(read_csv("bom.csv").rows())') == '[{"näme": "Ä", "n": 1}]'
    (tmp_path / "semi.csv").write_text("a;b\n1;2\n")
    assert shows('print(read_csv("semi.csv", separator = ";").rows())') == '[{"a": 1, "b": 2}]'
    (tmp_path / "head.csv").write_text("a,b\n")
    assert shows('print(len(read_csv("head.csv")))') == "0"


def test_a_failed_write_leaves_the_old_file(shows: Callable[[str], str], tmp_path: Path) -> None:
    shows('write_parquet({a: [1]}, "t.parquet")')
    old = (tmp_path / "t.parquet").read_bytes()
    assert shows('write_parquet({a: [1, "x"]}, "t.parquet")').startswith("ValueError: A column of the table holds")
    assert (tmp_path / "t.parquet").read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["t.parquet"]


def table_of(count: int, seed: int) -> pd.DataFrame:
    numbers = np.random.default_rng(seed)
    inputs = numbers.normal(size=(count, 3))
    label = np.where(inputs @ [1.5, -2.0, 0.5] > 0, "yes", "no")
    return pd.DataFrame(inputs, columns=["a", "b", "c"]).assign(label=label)


def test_models_learn_vote_and_travel() -> None:
    parts = [table_of(300, seed) for seed in range(3)]
    models = [pickle.loads(pickle.dumps(train(part))) for part in parts]
    ensemble = aggregate_models(models)
    test = table_of(300, 9)
    assert evaluate_model(ensemble, test) > 0.9
    assert (ensemble.kind, ensemble.samples, ensemble.classes) == ("ensemble of 3", 900, ["no", "yes"])
    shuffled = test[["label", "c", "a", "b"]]
    assert evaluate_model(ensemble, shuffled) == evaluate_model(ensemble, test)


def test_an_ensemble_votes_with_probabilities_and_over_all_classes() -> None:
    left = train(pd.DataFrame({"x": [0, 1, 2, 3], "label": ["a", "a", "b", "b"]}))
    right = train(pd.DataFrame({"x": [0, 1, 4, 5], "label": ["a", "a", "c", "c"]}))
    ensemble = aggregate_models([left, right])
    assert ensemble.classes == ["a", "b", "c"]
    inputs = np.array([[0.0], [2.6], [9.0]])
    chances = np.zeros((3, 3))
    chances[:, [0, 1]] += left.members[0].predict_proba(inputs)
    chances[:, [0, 2]] += right.members[0].predict_proba(inputs)
    expected = [ensemble.classes[at] for at in chances.argmax(axis=1)]
    assert ensemble.predict(pd.DataFrame(inputs, columns=["x"])) == expected


def test_columns_in_another_order_vote_alike() -> None:
    frame = table_of(200, 1)
    model, other = train(frame), train(frame[["c", "label", "b", "a"]])
    together = aggregate_models([model, other])
    assert together.predict(frame) == model.predict(frame)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("aggregate_models([])", "ValueError: There is no model to aggregate"),
        ("aggregate_models([1])", "TypeError: Item 0 of the list is an Integer, not a Model"),
        ("aggregate_models([train_model(t), train_model(u)])", "ValueError: Model 1 learnt label from y; model 0"),
        ("train_model(table({x: [1, 2], label: [1, 1]}))", 'ValueError: The column "label" holds only the value 1'),
        ("train_model(table({x: [1, 2], y: [1, 1]}))", 'ValueError: The table has no column "label" or "target"'),
        ("train_model(table({x: [1, 2], label: [1, null]}))", 'ValueError: The column "label" has 1 missing'),
        ("train_model(table({x: [1, 2], label: [0.5, 0.7]}))", 'ValueError: The column "label" holds measurements'),
        ('train_model(table({x: ["a", "b"], label: [1, 0]}))', 'TypeError: The column "x" does not hold numbers'),
        ("train_model(table({label: [1, 0]}))", 'ValueError: The table has only the column "label"'),
        ("evaluate_model(train_model(t), u)", "ValueError: The table lacks the columns x"),
        ("evaluate_model(train_model(t), table({x: [1]}))", 'ValueError: The table has no column "label"'),
        ("evaluate_model(train_model(t), head(t, 0))", "ValueError: The table to evaluate on has no rows"),
        ("evaluate_model(5, t)", "TypeError: evaluate_model needs a Model, not an Integer"),
        ("train_model(t).members", "TypeError: A Model has no member 'members'"),
    ],
)
def test_models_say_what_they_miss(program: str, message: str, shows: Callable[[str], str]) -> None:
    tables = "let t = table({x: [1, 2], label: [1, 0]})\nlet u = table({y: [1, 2], label: [1, 0]})\n"
    assert shows(tables + program).startswith(message)


SALES = pd.DataFrame({"product": ["A", "B", "A"], "count": 2, "revenue": [1, 2, 3], "price": [0.5, None, 1.5]})


def test_analyze_counts_rows_and_adds_up_columns() -> None:
    assert analyze(SALES) == {"count": 3, "revenue": 6, "price": 2.0}
    assert analyze([1, 2, 3]) == analyze(1, 2, 3) == {"count": 3, "sum": 6}
    assert analyze(np.full(4, 2**62)) == {"count": 4, "sum": 2**64}


def test_statistics_leave_missing_values_out() -> None:
    stats = calculate_stats(SALES)
    assert list(stats) == ["count", "revenue", "price"]
    assert stats["price"] == {"count": 2, "mean": 1.0, "std": 0.5, "min": 0.5, "max": 1.5, "median": 1.0}
    assert calculate_stats([1, None, 3])["count"] == 2
    described = analyze_dataset(SALES)
    assert described["rows"] == 3
    assert described["columns"]["product"] == {"type": "String", "missing": 0}
    assert described["columns"]["price"]["missing"] == 1


def test_a_chunk_is_standardised_and_keeps_its_length() -> None:
    made = process_chunk(np.arange(250_000))
    assert len(made) == 250_000
    assert abs(made.mean()) < 1e-9
    assert abs(made.std() - 1) < 1e-9
    assert list(process_chunk([0.1, 0.1, 0.1])) == [0, 0, 0]
    assert list(process_chunk(SALES)["product"]) == ["A", "B", "A"]


@pytest.mark.parametrize("work", [analyze, calculate_stats, analyze_dataset, process_chunk])
def test_without_data_there_is_a_clear_error(work: Callable[..., object]) -> None:
    with pytest.raises(L1ValueError, match="no data given"):
        work()
    with pytest.raises(L1TypeError, match="Cannot analyse a String"):
        work("text")
