"""Write docs/reference.md from the registered built-ins and object types: ``make reference``."""

from __future__ import annotations

import inspect
from collections import defaultdict
from pathlib import Path

import l1kernel.library  # noqa: F401  registers the built-ins
from l1kernel.runtime.registry import Builtin, builtins

PAGE = Path(__file__).with_name("reference.md")
HEAD = "# Built-ins\n\nMade by `make reference` from the code; `help(name)` shows the same in a notebook.\n"


def page() -> str:
    """The text of the reference page, areas and names in alphabetical order."""
    areas: dict[str, list[Builtin]] = defaultdict(list)
    for name, record in builtins().items():
        if name == record.name:
            areas[record.area].append(record)
    parts = [HEAD]
    for area in sorted(areas):
        parts.append(f"\n## {area}\n")
        parts += [_entry(record) for record in sorted(areas[area], key=lambda record: record.name)]
    return "".join(parts)


def _entry(record: Builtin) -> str:
    lines = [f"\n### {record.name}\n", f"`{record.name}{_parameters(record)}`\n", record.doc]
    if record.aliases:
        lines.append("\nAlso: " + ", ".join(f"`{name}`" for name in record.aliases))
    if record.methods:
        lines.append("\nA method of: " + ", ".join(record.methods))
    if record.example:
        lines.append(f"\n```l1\n{record.example}\n```")
    return "\n".join(lines) + "\n"


def _parameters(record: Builtin) -> str:
    parameters = record.signature.parameters.values()
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(inspect.Signature(bare))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
