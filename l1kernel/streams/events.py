"""Events on their way through a stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from l1kernel.diagnostics import did_you_mean
from l1kernel.errors import L1KeyError
from l1kernel.runtime.printing import quoted

if TYPE_CHECKING:
    import pandas as pd

VALUE = "value"  # the column of an event that is no dictionary


class Entry(NamedTuple):
    """An event (``item``), its time in seconds, the watermark when it arrived, and its group if ``key_by`` gave one."""

    item: Any
    time: float
    watermark: float
    key: Any = None


class Batch(NamedTuple):
    """Consecutive entries, and the watermark after the last of them: some may have been filtered out."""

    entries: list[Entry]
    watermark: float


class Events(list[Any]):
    """A List of events that also gives a column by its name, ``events["value"]``, as a table does."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Events(found) if isinstance(index, slice) else found

    def l1_column(self, name: str) -> pd.Series:
        """The field of that name in every event. L1KeyError where no event has it."""
        frame = table(self)
        if name in frame.columns:
            return frame[name]
        known = [str(column) for column in frame.columns]
        hint = did_you_mean(name, known) or (f"known fields: {', '.join(known)}" if known else None)
        raise L1KeyError(f"No field {quoted(name)} in the events", hint=hint)


def table(events: Iterable[Any], columns: Sequence[Any] = ()) -> pd.DataFrame:
    """The events as a DataFrame, a row each; ``columns`` are those of an empty one."""
    import pandas as pd

    rows = [event if isinstance(event, dict) else {VALUE: event} for event in events]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
