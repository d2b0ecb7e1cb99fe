"""Commands that readers bring from Python notebooks, ``%time``, ``!ls``, ``print?``: why they fail, in words of L1.

Nothing looks for them before a cell runs: in L1 ``!ready`` is a value. They are named only where a cell has failed.
"""

from __future__ import annotations

import copy

from l1kernel.errors import L1Error

_INSTALLERS = ("pip", "conda", "mamba", "uv", "apt")
_TIMERS = ("time", "timeit")
_BUILT_IN = "everything L1 offers is built in: help() lists it"


def explained(error: L1Error) -> L1Error:
    """The error of a cell, with a hint of its own where the line that failed is such a command."""
    if error.location is None or error.frames or error.type not in ("SyntaxError", "NameError"):
        return error
    found = _command(error.location.text.strip())
    if found is None:
        return error
    message, hint = found
    error = copy.copy(error)
    error.hint = hint
    if error.type == "SyntaxError":
        error.message = message
    return error


def _command(line: str) -> tuple[str, str] | None:
    """What is wrong with the line and what to do instead, None where it is no such command."""
    sign, words = line[:1], line.lstrip("%!?").split()
    word = words[0] if words else ""
    asked = line.strip("?").strip()
    if word in _INSTALLERS and (sign in ("%", "!") or words[1:2] == ["install"]):
        return "A cell installs nothing", _BUILT_IN
    if sign == "%" and word in _TIMERS:
        return "L1 has no '%' commands", "take the time before and after: let start = time()"
    if sign == "%":
        return "L1 has no '%' commands", f"leave it out; {_BUILT_IN}"
    if sign == "!" and word.isidentifier():
        return "L1 has no '!' commands", "L1 runs no programs of this machine; files are read with read_csv(path)"
    if asked != line and asked.replace(".", "").isidentifier():
        return "L1 has no '?' for help", f"write help({asked.rpartition('.')[2]})"
    return None
