"""Files of tables. A relative path starts at the session's folder, beside the notebook or script."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from l1kernel.diagnostics import nearest
from l1kernel.errors import Hint, L1FileNotFoundError, L1RuntimeError, L1TypeError, L1ValueError, Rename
from l1kernel.runtime.printing import brief
from l1kernel.runtime.registry import builtin
from l1kernel.runtime.session import Session
from l1kernel.runtime.values import article, type_name
from l1kernel.stdlib.arguments import text_of
from l1kernel.stdlib.tables import table


@builtin("read_csv", area="files")
def read_csv(session: Session, path: Any, separator: Any = ",") -> Any:
    """Read a CSV file, whose first line names the columns, as a table."""
    import pandas as pd

    place = resolved(session, path, "read_csv")
    separator = text_of(separator, "The separator of read_csv")
    if len(separator) != 1:
        raise L1ValueError("The separator of a CSV file is one character", hint='separator = ";"')
    with _opening(place, path, "rb") as file, warnings.catch_warnings():
        if b"\0" in file.read(65_536):
            raise _broken(path, "CSV", "it does not hold text")
        file.seek(0)
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(file, sep=separator, index_col=False, low_memory=False)
        except pd.errors.EmptyDataError:
            raise L1ValueError(f"{path} is empty", hint="its first line should name the columns") from None
        except pd.errors.ParserError as error:
            raise _broken(path, "CSV", _csv_reason(str(error))) from None
        except pd.errors.ParserWarning:
            raise _broken(path, "CSV", "its lines have more fields than its first line names") from None
        except UnicodeDecodeError:
            raise _broken(path, "CSV", "its text is not UTF-8") from None


def _csv_reason(text: str) -> str:
    """pandas says ``Expected 3 fields in line 4, saw 5`` or ``EOF inside string starting at row 2``."""
    words = text.replace(",", " ").split()
    if "Expected" in words and "saw" in words:
        at = words.index("Expected")
        return f"line {words[at + 5]} has {words[words.index('saw') + 1]} fields instead of {words[at + 1]}"
    if "EOF inside string" in text:
        return "a quoted text in it never ends"
    return "its lines do not fit together"


@builtin("read_parquet", area="files")
def read_parquet(session: Session, path: Any) -> Any:
    """Read a Parquet file as a table."""
    import pandas as pd
    import pyarrow

    place = resolved(session, path, "read_parquet")
    with _opening(place, path, "rb") as file:
        try:
            frame = pd.read_parquet(file)
        except (pyarrow.ArrowException, OSError, ValueError, EOFError):
            raise _broken(path, "Parquet", "it is damaged, or of another kind") from None
    return frame if isinstance(frame.index, pd.RangeIndex) else _with_index_as_columns(frame)


def _with_index_as_columns(frame: Any) -> Any:
    """L1's tables are numbered; a named index that another program wrote is a column."""
    named = all(name is not None and name not in frame.columns for name in frame.index.names)
    return frame.reset_index(drop=not named)


@builtin("write_csv", area="files")
def write_csv(session: Session, data: Any, path: Any) -> None:
    """Write a table to a CSV file, its first line the names of the columns."""
    data, path = _path_last(data, path)
    frame, place = _frame(data, "write_csv"), resolved(session, path, "write_csv", to_write=True)
    with _replacing(place, path) as file:
        frame.to_csv(file, index=False, lineterminator="\n")


@builtin("write_parquet", area="files")
def write_parquet(session: Session, data: Any, path: Any) -> None:
    """Write a table to a Parquet file."""
    import pyarrow

    data, path = _path_last(data, path)
    frame, place = _frame(data, "write_parquet"), resolved(session, path, "write_parquet", to_write=True)
    with _replacing(place, path) as file:
        try:
            frame.to_parquet(file, index=False)
        except (pyarrow.ArrowException, ValueError, TypeError):
            raise L1ValueError(
                "A column of the table holds values of different types", hint="Parquet columns have one type each"
            ) from None


def _path_last(data: Any, path: Any) -> tuple[Any, Any]:
    """The data and the path, in whichever order they were given."""
    return (path, data) if isinstance(data, str) and not isinstance(path, str) else (data, path)


def _frame(data: Any, of: str) -> Any:
    if type_name(data) == "DataFrame":
        return data
    if isinstance(data, (dict, list)):
        return table(data)
    raise L1TypeError(f"{of} needs a DataFrame, not {article(type_name(data))}", hint="make one with table({...})")


class Scratch:
    """A folder that takes what a session writes in place of the program's own, and is read first: for trial runs."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def instead_of(self, place: Path, *, to_write: bool) -> Path:
        """Where the file of that place is written, or read if it was written before; the place itself without one."""
        if self._folder is None:
            return place
        stand_in = self._folder / quote(os.path.abspath(place), safe="")
        return stand_in if to_write or stand_in.exists() else place


def resolved(session: Session, path: Any, of: str, *, to_write: bool = False) -> Path:
    """The place of a path that a program gave, starting at the session's folder."""
    text = text_of(path, of)
    if not text or "\0" in text:
        raise L1ValueError(f"{of} needs the name of a file")
    return session.resource(Scratch, Scratch).instead_of(session.folder / text, to_write=to_write)


@contextmanager
def _opening(place: Path, path: str, mode: str) -> Iterator[Any]:
    """The open file; what the system says about it in L1's words."""
    try:
        file = place.open(mode)
    except FileNotFoundError:
        raise missing_file(place, path) from None
    except IsADirectoryError:
        raise L1RuntimeError(f"{path} is a folder, not a file") from None
    except PermissionError:
        raise L1RuntimeError(f"{path} may not be opened by this account") from None
    except OSError as error:
        raise L1RuntimeError(f"{brief(path)} cannot be opened: {error.strerror}") from None
    with file:
        yield file


@contextmanager
def _replacing(place: Path, path: str) -> Iterator[Any]:
    """A file to write that takes the place of the old one only when it is whole."""
    if place.is_dir():
        raise L1RuntimeError(f"{path} is a folder, not a file")
    unfinished = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with _opening(unfinished, path, "wb") as file:
            yield file
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def missing_file(place: Path, path: str) -> L1FileNotFoundError:
    """The error for a file that is not there, with a near name in that folder, or what else is there, as hint."""
    folder = place.parent
    if not folder.is_dir():
        return L1FileNotFoundError(f"No file {path}", hint=f"there is no folder {folder}")
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith("."))
    near = nearest(place.name, names)
    if near is not None:
        right = Rename(path, Path(path).with_name(near).as_posix())
        return L1FileNotFoundError(f"No file {path}", hint=Hint(f"did you mean {near}?", repairs=(right,)))
    alike = [name for name in names if Path(name).suffix == place.suffix][:10]
    listed = f"; its {place.suffix} files: {', '.join(alike)}" if alike else ""
    return L1FileNotFoundError(f"No file {path}", hint=f"it was looked for in {folder}{listed}")


def _broken(path: str, kind: str, why: str) -> L1ValueError:
    return L1ValueError(f"{path} is no proper {kind} file: {why}", hint="open it in an editor and look")
