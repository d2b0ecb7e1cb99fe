"""On which nodes a task may run: pure rules over declarations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from l1kernel.cluster.node import NodeSpec, node_resource
from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import ClusterError

ANYWHERE = "auto"


@dataclass(frozen=True, slots=True)
class Placement:
    """The nodes that would do, and the Dask resources that keep the task to them."""

    nodes: tuple[str, ...]
    resources: Mapping[str, float]


def place(target: str, wanted: Mapping[str, float], nodes: Collection[NodeSpec]) -> Placement:
    """Where a task for ``target`` (a node's name, a tag, or auto) that needs ``wanted`` may run.

    Raises ClusterError, listing what is known, for an unknown target and for needs that no node can meet.
    """
    if not nodes:
        raise ClusterError("The cluster has no nodes yet", hint='add one: cluster_add_node("node-1:localhost:2:1024")')
    resources = {"CPU": 1.0, **wanted}
    chosen, extra = _targeted(target, nodes)
    resources.update(extra)
    able = tuple(spec.name for spec in chosen if _offers(spec, resources))
    if not able:
        raise ClusterError(_unmet(target, resources, chosen), hint=_offer_hint(chosen))
    return Placement(able, resources)


def prefer(placement: Placement, avoid: Collection[str], online: Collection[str]) -> tuple[str, ...]:
    """The online nodes to prefer when ``avoid`` should be left out; empty where there is no such choice."""
    if not avoid:
        return ()
    return tuple(name for name in placement.nodes if name in online and name not in avoid)


def _targeted(target: str, nodes: Collection[NodeSpec]) -> tuple[list[NodeSpec], dict[str, float]]:
    if target == ANYWHERE:
        return list(nodes), {}
    named = [spec for spec in nodes if spec.name == target]
    if named:
        return named, {node_resource(target): 1.0}
    tagged = [spec for spec in nodes if target in spec.tags]
    if tagged:
        return tagged, {target: 1.0}
    names = [spec.name for spec in nodes]
    tags = sorted({tag for spec in nodes for tag in spec.tags})
    known = f"known nodes: {', '.join(names)}" + (f"; tags: {', '.join(tags)}" if tags else "")
    near = did_you_mean(target, [*names, *tags])
    raise ClusterError(f"No node and no tag is called '{target}'", hint=near.and_more(known) if near else known)


def _offers(spec: NodeSpec, resources: Mapping[str, float]) -> bool:
    offered = spec.resources()
    return all(offered.get(name, 0.0) >= amount for name, amount in resources.items())


def _unmet(target: str, resources: Mapping[str, float], chosen: Collection[NodeSpec]) -> str:
    where = "No node" if target == ANYWHERE else f"No node for '{target}'"
    best = {name: max(spec.resources().get(name, 0.0) for spec in chosen) for name in resources}
    short = [
        f"{name} {amount:g} (at most {best[name]:g} is there)"
        for name, amount in resources.items()
        if best[name] < amount
    ]
    needs = ", ".join(short) or ", ".join(f"{name} {amount:g}" for name, amount in resources.items())
    return f"{where} has {needs}"


def _offer_hint(chosen: Collection[NodeSpec]) -> str:
    return "nodes: " + "; ".join(
        f"{spec.name} with CPU {spec.cpus}, MEMORY {spec.memory_mb}"
        + (f", {', '.join(f'{tag} {spec.cpus}' for tag in spec.tags)}" if spec.tags else "")
        for spec in chosen
    )
