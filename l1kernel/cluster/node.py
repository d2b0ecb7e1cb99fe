"""A node: its declaration, checked field by field, and the object that a program holds."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import ClusterError, L1Error, L1TypeError, L1ValueError
from l1kernel.runtime.registry import l1_type
from l1kernel.runtime.values import type_name

FIELDS = ("name", "host", "cpus", "memory_mb", "tags")
FORM = 'write a node as "name:host:cpus:memory_mb" or "name:host:cpus:memory_mb:tag", as "node-1:localhost:2:1024"'
MOST_CPUS = 4096  # a declared CPU is a thread of the worker
MOST_MEMORY_MB = 1 << 30
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9])?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_RESERVED_NAMES = frozenset({"auto"})
_RESERVED_TAGS = frozenset({"auto", "cpu", "memory", "node"})


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """What was declared: ``cpus`` slots, ``memory_mb`` in MiB."""

    name: str
    host: str
    cpus: int
    memory_mb: int
    tags: tuple[str, ...] = ()

    def resources(self) -> dict[str, float]:
        """The node's Dask resources: a tag and the node itself count as many tasks as there are CPUs."""
        slots = float(self.cpus)
        return {
            "CPU": slots,
            "MEMORY": float(self.memory_mb),
            **dict.fromkeys(self.tags, slots),
            node_resource(self.name): slots,
        }


def node_resource(name: str) -> str:
    """The Dask resource that only this node has."""
    return f"node:{name}"


def parse_node(spec: Any) -> NodeSpec:
    """A node from its string or dictionary form. L1ValueError or L1TypeError name the field that is wrong."""
    if isinstance(spec, str):
        parts = spec.split(":")
        if len(parts) < 4:
            raise L1ValueError(f"Node '{spec}' has no field {FIELDS[len(parts)]}", hint=FORM)
        if len(parts) > 5:
            raise L1ValueError(f"Node '{spec}' has {len(parts)} fields, tags is the last of 5", hint=FORM)
        return _checked(dict(zip(FIELDS, [*parts[:4], parts[4:]], strict=True)))
    if isinstance(spec, Mapping):
        for key in spec:
            if key not in FIELDS:
                raise L1ValueError(
                    f"A node has no field '{key}'", hint=did_you_mean(str(key), FIELDS) or _fields_hint()
                )
        for name in FIELDS[:4]:
            if name not in spec:
                raise L1ValueError(f"The node has no field {name}", hint=_fields_hint())
        return _checked({"tags": (), **spec})
    raise L1TypeError(f"A node is a String or a Dictionary, not {type_name(spec)}", hint=FORM)


def _fields_hint() -> str:
    return f"the fields of a node: {', '.join(FIELDS)}"


def _checked(fields: Mapping[str, Any]) -> NodeSpec:
    name = _word("name", fields["name"], _NAME, "letters, digits, '-', '_' and '.'")
    if name.lower() in _RESERVED_NAMES:
        raise L1ValueError(f"A node's name cannot be '{name}'", hint="'auto' means any node that is free")
    host = _word("host", fields["host"], _HOST, "a host name or an IPv4 address")
    cpus = _whole("cpus", fields["cpus"], MOST_CPUS)
    memory = _whole("memory_mb", fields["memory_mb"], MOST_MEMORY_MB)
    tags = fields["tags"]
    if isinstance(tags, str):
        tags = [tags]
    if not isinstance(tags, list | tuple):
        raise L1TypeError(f"Node field tags must be a List of Strings, not {type_name(tags)}", hint=FORM)
    checked = tuple(_word("tags", tag, _TAG, "a letter, then letters, digits, '-' and '_'") for tag in tags)
    for tag in checked:
        if tag.lower() in _RESERVED_TAGS:
            raise L1ValueError(f"Node field tags cannot hold '{tag}'", hint="this word has a meaning of its own here")
    return NodeSpec(name, host, cpus, memory, tuple(dict.fromkeys(checked)))


def _word(field_name: str, value: Any, pattern: re.Pattern[str], of: str) -> str:
    if not isinstance(value, str):
        raise L1TypeError(f"Node field {field_name} must be a String, not {type_name(value)}", hint=FORM)
    if not pattern.fullmatch(value):
        raise L1ValueError(f"Node field {field_name} cannot be '{value}'", hint=f"{field_name} is made of {of}")
    return value


def _whole(field_name: str, value: Any, most: int) -> int:
    wanted = f"Node field {field_name} must be a whole number from 1 to {most}"
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        number = int(value)
    elif isinstance(value, str | bool) or type_name(value) not in ("Integer", "Float"):
        error: type[L1Error] = L1ValueError if isinstance(value, str) else L1TypeError
        raise error(f"{wanted}, not {_shown(value)}", hint=FORM)
    elif value != value or abs(value) == float("inf") or value != int(value):
        raise L1ValueError(f"{wanted}, not {value}", hint=FORM)
    else:
        number = int(value)
    if not 1 <= number <= most:
        raise L1ValueError(f"{wanted}, not {number}", hint=FORM)
    return number


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else type_name(value)


@l1_type("Node", fields=("name", "host", "cpus", "memory_mb", "tags", "status", "pid"), methods=("kill",))
@dataclass(eq=False)
class Node:
    """A node of the session. ``status`` is starting, online, lost, failed or removed.

    ``memory_limit`` is what its worker may really use, in bytes, once it is known. The cluster alone changes a Node.
    """

    spec: NodeSpec
    status: str = "starting"
    pid: int | None = None
    address: str | None = None
    memory_limit: int | None = None
    losses: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def host(self) -> str:
        return self.spec.host

    @property
    def cpus(self) -> int:
        return self.spec.cpus

    @property
    def memory_mb(self) -> int:
        return self.spec.memory_mb

    @property
    def tags(self) -> list[str]:
        return list(self.spec.tags)

    def kill(self) -> None:
        """Kill the node's worker process at once, as a crash would: a lesson in what the cluster then does."""
        pid = self.pid
        if pid is None:
            raise ClusterError(f"Node '{self.name}' has no running worker to kill (it is {self.status})")
        self.status, self.pid = "lost", None
        os.kill(pid, signal.SIGKILL)

    def __reduce__(self) -> Any:
        raise ClusterError(f"Node '{self.name}' cannot travel to a task", hint=f'pass its name, "{self.name}"')

    def l1_text(self) -> str:
        tags = f", {', '.join(self.tags)}" if self.tags else ""
        return f"<Node {self.name}: {self.status}, {self.cpus} CPUs, {self.memory_mb} MB{tags}>"

    def l1_bundle(self) -> dict[str, str]:
        from l1kernel.cluster.html import render

        return {"text/plain": self.l1_text(), "text/html": render("node.html.j2", node=self)}
