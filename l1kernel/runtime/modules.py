"""An imported L1 file: its globals under one name."""

from __future__ import annotations

from typing import Any

from l1kernel.errors import L1KeyError
from l1kernel.runtime.registry import l1_type


@l1_type("Module")
class Module:
    """``import "lesson.l1"`` binds one to ``lesson``; its members are the file's globals, as they are now."""

    def __init__(self, name: str, variables: dict[str, Any], *, complete: bool = True) -> None:
        self.name = name
        self._variables = variables
        self.complete = complete
        """Whether the file has run to its end: until then files that import each other do not see all of it."""

    def names(self) -> list[str]:
        """The file's globals, those starting with ``_`` left out."""
        return [name for name in self._variables if name.isidentifier() and name[0] != "_"]

    def get(self, name: str, default: Any) -> Any:
        """The value of a global of the file, ``default`` where there is none."""
        return self._variables.get(name, default) if name.isidentifier() and name[0] != "_" else default

    @property
    def variables(self) -> dict[str, Any]:
        """The file's own globals, live."""
        return self._variables

    def l1_text(self) -> str:
        return f"<module {self.name}>"

    def __getstate__(self) -> Any:
        raise L1KeyError("A module travels as its functions")
