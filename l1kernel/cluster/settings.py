"""What ``distributed_init`` takes, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from l1kernel.runtime.settings import FLAG, TEXT, Setting, duration, integer, one_of, read_settings

SETTINGS = (
    Setting("scheduler", TEXT, None, 'the address of a running scheduler, "tcp://..." or "tls://..."'),
    Setting("mode", one_of("local", "ssh", "remote"), "local", "where nodes run; this version starts local ones"),
    Setting("replication_factor", integer(1), 1, "copies of each result; this version keeps one"),
    Setting("max_retries", integer(0), 3, "how often a task is tried again after its first attempt"),
    Setting("timeout", duration(positive=True), None, "how long one attempt of a task may run", "s"),
    Setting(
        "checkpoint_interval",
        duration(positive=True),
        None,
        "how often results are saved; this version saves none",
        "s",
    ),
    Setting("checkpoint_dir", TEXT, None, "where results are saved; this version saves none"),
    Setting("linger", duration(), 8.0, "how long a cluster outlives its kernel; this version: not at all", "s"),
    Setting("tls", FLAG, True, "whether the processes of the cluster prove themselves and encrypt"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked settings of a cluster; durations in seconds."""

    scheduler: str | None = None
    mode: str = "local"
    replication_factor: int = 1
    max_retries: int = 3
    timeout: float | None = None
    checkpoint_interval: float | None = None
    checkpoint_dir: str | None = None
    linger: float = 8.0
    tls: bool = True


def parse_settings(config: Mapping[str, Any] | None) -> Settings:
    """A program's configuration, checked. L1TypeError or L1ValueError name the setting that is wrong."""
    return Settings(**read_settings(SETTINGS, config, of="distributed_init"))


def unmet(config: Mapping[str, Any] | None) -> list[str]:
    """A line for each setting that a checked configuration asks for and this version does not follow."""
    given = {name: value for name, value in (config or {}).items() if value is not None}
    happens = {}
    if given.get("replication_factor", 1) > 1:
        happens["replication_factor"] = "one copy of each result is kept, and one that is lost is computed again"
    for name in ("checkpoint_interval", "checkpoint_dir"):
        if name in given:
            happens[name] = "results live as long as this kernel"
    if given.get("linger", 0) != 0:
        happens["linger"] = "the cluster ends together with its kernel"
    return [f"{name} has no effect in this version: {what}" for name, what in happens.items()]
