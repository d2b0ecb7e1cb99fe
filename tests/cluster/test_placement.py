from __future__ import annotations

import pytest

from l1kernel.cluster.node import parse_node
from l1kernel.cluster.placement import place, prefer
from l1kernel.errors import ClusterError

NODES = [parse_node(spec) for spec in ("node-1:a:4:8192", "node-2:b:2:4096", "gpu-1:c:8:16384:GPU")]


def test_anywhere_means_every_node_that_is_large_enough() -> None:
    assert place("auto", {}, NODES).nodes == ("node-1", "node-2", "gpu-1")
    assert place("auto", {"MEMORY": 5000}, NODES).nodes == ("node-1", "gpu-1")
    assert place("auto", {}, NODES).resources == {"CPU": 1}


def test_a_name_and_a_tag_add_their_resource() -> None:
    assert place("node-2", {}, NODES).resources == {"CPU": 1, "node:node-2": 1}
    assert place("GPU", {}, NODES).nodes == ("gpu-1",)
    assert place("GPU", {}, NODES).resources == {"CPU": 1, "GPU": 1}


@pytest.mark.parametrize("target", ["node-9", "gpu", "nowhere", ""])
def test_an_unknown_target_is_an_error_with_the_known_ones(target: str) -> None:
    with pytest.raises(ClusterError) as caught:
        place(target, {}, NODES)
    assert "node-1, node-2, gpu-1" in str(caught.value.hint)
    assert "tags: GPU" in str(caught.value.hint)


@pytest.mark.parametrize("wanted", [{"CPU": 9}, {"MEMORY": 1e9}, {"TPU": 1}, {"CPU": 5, "MEMORY": 20000}])
def test_needs_that_no_node_meets_are_refused_at_once(wanted: dict[str, float]) -> None:
    with pytest.raises(ClusterError, match=next(reversed(wanted))) as caught:
        place("auto", wanted, NODES)
    assert "node-1 with CPU 4" in str(caught.value.hint)


def test_without_nodes_the_hint_adds_one() -> None:
    with pytest.raises(ClusterError, match="no nodes yet") as caught:
        place("auto", {}, [])
    assert "cluster_add_node" in str(caught.value.hint)


def test_the_node_to_avoid_is_avoided_only_where_others_are_online() -> None:
    placement = place("auto", {}, NODES)
    assert prefer(placement, {"node-1"}, {"node-1", "node-2"}) == ("node-2",)
    assert prefer(placement, {"node-1"}, {"node-1"}) == ()
    assert prefer(placement, (), {"node-1", "node-2"}) == ()
