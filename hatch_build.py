"""The parser's tables are made when a wheel is built, so that no reader waits for Lark to make them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put grammar/l1.tables.json beside the packaged grammar; an editable install reads the checkout's cache."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from l1kernel.language.grammar import serialise_tables
        finally:
            sys.path.remove(str(root))
        grammar = (root / "grammar" / "l1.lark").read_text(encoding="utf-8")
        self._folder = tempfile.TemporaryDirectory(prefix="l1kernel-")
        tables = Path(self._folder.name) / "l1.tables.json"
        tables.write_text(serialise_tables(grammar), encoding="utf-8")
        build_data["force_include"][str(tables)] = "l1kernel/grammar/l1.tables.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary copy."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
