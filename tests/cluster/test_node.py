from __future__ import annotations

import pytest
from mutations import mutations, outcome

from l1kernel.cluster.node import FIELDS, NodeSpec, parse_node
from l1kernel.errors import L1TypeError, L1ValueError

RIGHT = "node-1:10.1.2.3:4:8192:GPU"


def test_a_string_says_all_five_fields() -> None:
    assert parse_node(RIGHT) == NodeSpec("node-1", "10.1.2.3", 4, 8192, ("GPU",))
    assert parse_node("a:localhost:1:256") == NodeSpec("a", "localhost", 1, 256)


def test_a_dictionary_says_the_same() -> None:
    fields = {"name": "node-1", "host": "10.1.2.3", "cpus": 4.0, "memory_mb": 8192, "tags": ["GPU"]}
    assert parse_node(fields) == parse_node(RIGHT)


def test_resources_hold_the_slots_of_node_and_tag() -> None:
    assert parse_node(RIGHT).resources() == {"CPU": 4, "MEMORY": 8192, "GPU": 4, "node:node-1": 4}


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("", "host"),
        ("node-1", "host"),
        ("node-1:localhost", "cpus"),
        ("node-1:localhost:4", "memory_mb"),
        (":localhost:4:8192", "name"),
        ("no de:localhost:4:8192", "name"),
        ("auto:localhost:4:8192", "name"),
        ("node-1::4:8192", "host"),
        ("node-1:local host:4:8192", "host"),
        ("node-1:localhost:-4:8192", "cpus"),
        ("node-1:localhost:0:8192", "cpus"),
        ("node-1:localhost:4.5:8192", "cpus"),
        ("node-1:localhost:٤:8192", "cpus"),
        ("node-1:localhost:1_0:8192", "cpus"),
        ("node-1:localhost:99999:8192", "cpus"),
        ("node-1:localhost:4:lots", "memory_mb"),
        ("node-1:localhost:4:", "memory_mb"),
        ("node-1:localhost:4:8192:", "tags"),
        ("node-1:localhost:4:8192:CPU", "tags"),
        ("node-1:localhost:4:8192:a b", "tags"),
        ("node-1:localhost:4:8192:GPU:more", "tags"),
        ({"host": "h", "cpus": 1, "memory_mb": 1}, "name"),
        ({"name": "a", "host": "h", "cpus": True, "memory_mb": 1}, "cpus"),
        ({"name": "a", "host": "h", "cpus": float("nan"), "memory_mb": 1}, "cpus"),
        ({"name": "a", "host": "h", "cpus": 1, "memory_mb": [1]}, "memory_mb"),
        ({"name": "a", "host": "h", "cpus": 1, "memory_mb": 1, "tags": 5}, "tags"),
        ({"name": 5, "host": "h", "cpus": 1, "memory_mb": 1}, "name"),
    ],
)
def test_a_bad_field_is_named(spec: object, field: str) -> None:
    with pytest.raises((L1ValueError, L1TypeError), match=rf"\b{field}\b"):
        parse_node(spec)


def test_an_unknown_field_has_a_suggestion() -> None:
    with pytest.raises(L1ValueError, match="no field 'cpu'") as caught:
        parse_node({"name": "a", "host": "h", "cpu": 1, "memory_mb": 1})
    assert caught.value.hint == "did you mean 'cpus'?"


def test_a_mutated_node_is_what_it_says_or_refused() -> None:
    for text in mutations(RIGHT, 200, seed=3):
        spec, error = outcome(parse_node, text)
        if error is not None:
            assert any(field in error.message for field in FIELDS), text
            continue
        said = ":".join([spec.name, spec.host, str(spec.cpus), str(spec.memory_mb), *spec.tags])
        parts = text.split(":")
        parts[2:4] = [str(int(part)) for part in parts[2:4]]  # leading zeros are allowed
        assert said == ":".join(parts)
