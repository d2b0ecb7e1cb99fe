"""A text file that is given a new text and keeps the rest: line ends, byte order mark, last line, permissions."""

from __future__ import annotations

import difflib
import errno
import os
import shutil
import tempfile
from pathlib import Path

NO_FILE = "it is no regular file"
_BOM = "\ufeff"


def plain_text(raw: str) -> str:
    """The text with ``\\n`` line ends and without byte order mark."""
    return raw.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")


def in_the_manner_of(raw: str, text: str) -> str:
    """``text`` as the file of ``raw`` would hold it: each line keeps its end, a new one takes the usual."""
    old = raw.removeprefix(_BOM).splitlines(keepends=True)
    ends = [line[len(line.rstrip("\r\n")) :] for line in old]
    usual = max(set(ends) - {""}, key=ends.count, default="\n")
    if text.endswith("\n") and ends and not ends[-1]:
        text = text[:-1]
    new = text.split("\n")
    new_ends = [usual] * (len(new) - 1) + [""]
    before = [line.rstrip("\r\n") for line in old]
    for tag, i, end, j, stop in difflib.SequenceMatcher(None, before, new, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and end - i == stop - j):
            new_ends[j : min(stop, len(new) - 1)] = [
                kept or usual for kept in ends[i : i + min(stop, len(new) - 1) - j]
            ]
    mark = _BOM if raw.startswith(_BOM) else ""
    return mark + "".join(line + end for line, end in zip(new, new_ends, strict=True))


def difference(before: str, after: str, name: str) -> str:
    """The unified diff of two texts, as ``diff -u`` and ``patch`` know it; empty where they are the same."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` in the place of the file's, all of it or nothing; permissions stay, a link stays a link.

    Raises OSError; PermissionError also for a file that is marked read-only. What is no regular file, a pipe or a
    device, is never replaced.
    """
    path = path.resolve()
    if not path.is_file():
        raise OSError(errno.EINVAL, NO_FILE, str(path))
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise PermissionError(13, "it is read-only", str(path))
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        shutil.copymode(path, unfinished)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
