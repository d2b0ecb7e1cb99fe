from __future__ import annotations

import pytest
from mutations import mutations, outcome

from l1kernel.cluster.task_spec import FIELDS, parse_spec, read_options, split_options
from l1kernel.errors import L1TypeError, L1ValueError

RIGHT = 'task-1:function:analyze:[1, "a:b", {"c": [2]}]:node-1:3:300'


def test_colons_inside_the_arguments_are_fine() -> None:
    spec = parse_spec(RIGHT)
    assert spec.args == (1, "a:b", {"c": [2]})
    assert (spec.id, spec.type, spec.name, spec.node) == ("task-1", "function", "analyze", "node-1")
    assert (spec.priority, spec.timeout) == (3, 300.0)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("t", "type"),
        ("t:function", "name"),
        ("t:function:f", "args"),
        ("t:function:f:[]", "node"),
        ("t:function:f:[]:auto", "priority"),
        ("t:function:f:[]:auto:3", "timeout"),
        (":function:f:[]:auto:3:1", "id"),
        ("a b:function:f:[]:auto:3:1", "id"),
        ("t:funktion:f:[]:auto:3:1", "type"),
        ("t:function::[]:auto:3:1", "name"),
        ("t:function:f:[1:auto:3:1", "args"),
        ("t:function:f:{}:auto:3:1", "args"),
        ("t:function:f:[NaN]:auto:3:1", "args"),
        ("t:function:f:[]x:auto:3:1", "args"),
        ("t:function:f:[]::3:1", "node"),
        ("t:function:f:[]:auto:0:1", "priority"),
        ("t:function:f:[]:auto:11:1", "priority"),
        ("t:function:f:[]:auto:high:1", "priority"),
        ("t:function:f:[]:auto:3:0", "timeout"),
        ("t:function:f:[]:auto:3:-1", "timeout"),
        ("t:function:f:[]:auto:3:soon", "timeout"),
        ("t:function:f:[]:auto:3:1:2", "timeout"),
        ("t:function:f:" + "[" * 100_000 + ":auto:3:1", "args"),
    ],
)
def test_a_bad_field_is_named(text: str, field: str) -> None:
    with pytest.raises((L1ValueError, L1TypeError), match=rf"\b{field}\b"):
        parse_spec(text)


def test_a_wrong_type_has_a_suggestion() -> None:
    with pytest.raises(L1ValueError) as caught:
        parse_spec("t:funktion:f:[]:auto:3:1")
    assert caught.value.hint == "did you mean 'function'?"


def test_a_mutated_task_is_what_it_says_or_refused() -> None:
    for text in mutations(RIGHT, 200, seed=5):
        spec, error = outcome(parse_spec, text)
        if error is not None:
            assert any(field in error.message for field in FIELDS), text
            continue
        assert text.startswith(f"{spec.id}:{spec.type}:{spec.name}:")
        tail = text.rsplit(":", 3)[1:]
        assert [spec.node, spec.priority, spec.timeout] == [tail[0], int(tail[1]), float(tail[2])]


def test_a_last_dictionary_is_options_only_if_all_its_keys_are() -> None:
    assert split_options((1, {"timeout": 5})) == ((1,), {"timeout": 5})
    assert split_options((1, {"price": 5})) == ((1, {"price": 5}), None)
    assert split_options((1, {})) == ((1, {}), None)
    with pytest.raises(L1ValueError, match="no option 'max_retry'") as caught:
        split_options((1, {"max_retry": 5, "timeout": 1}))
    assert caught.value.hint == "did you mean 'max_retries'?"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"max_retries": -1}, "max_retries"),
        ({"timeout": 0}, "timeout"),
        ({"priority": 11}, "priority"),
        ({"id": "a b"}, "id"),
        ({"args": 5}, "args"),
        ({"function": 5}, "function"),
        ({"resources": {"MEMORY": "much"}}, "resources"),
        ({"resources": {"MEMORY": -5}}, "resources"),
        ({"checkpoint": "yes"}, "checkpoint"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], name: str) -> None:
    with pytest.raises((L1ValueError, L1TypeError), match=name):
        read_options(options)
