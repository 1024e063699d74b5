"""From a table of statements (pandas, polars, Arrow) to events, without an archive."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Bools, Events, Exclusion, Floats, Ints

if TYPE_CHECKING:
    import pyarrow as pa

_SUBJECTS, _SPEAKERS = ("subject", "receiver"), ("speaker", "sender")


class Frame(Protocol):
    """A table of pandas, polars, Arrow or any library that hands on Arrow data."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the rows as a stream of Arrow."""
        ...


def events_from_frame(frame: Frame) -> Events:
    """Return the rows of a table as events; see `greatfear.estimate.NamingModel.fit`.

    Parameters
    ----------
    frame
        Columns `time` (a number of days, or dates), `speaker` (or `sender`) and `subject` (or `receiver`), each a name or a
        number; optional `pressure` and `sitting`. Rows without a time or subject, or of a person who names itself, are left out
        and counted.

    Raises
    ------
    FaultList
        With every column that is missing or cannot be read.
    """
    import pyarrow as pa

    table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    faults: list[Fault] = []
    names = {
        what: next((name for name in known if name in table.column_names), "")
        for what, known in (("time", ("time",)), ("speaker", _SPEAKERS), ("subject", _SUBJECTS))
    }
    for what, name in names.items():
        if not name:
            faults.append(Fault("the table", f"the columns {', '.join(table.column_names)}", f"a column {what!r}"))
    if faults:
        raise FaultList(faults, "events")
    time, epoch_of = _times(table.column(names["time"]), faults)
    if faults:
        raise FaultList(faults, "events")
    speaker, subject = (table.column(names[what]).to_pylist() for what in ("speaker", "subject"))
    actors = sorted({who for who in (*speaker, *subject) if who is not None}, key=str)
    number = {who: k for k, who in enumerate(actors)} | {None: -1}
    i, j = (np.array([number[who] for who in column], np.int64) for column in (speaker, subject))
    kept, left_out = _kept(time, i, j)
    order = np.flatnonzero(kept)[np.argsort(time[kept], kind="stable")]
    nobody = np.full(table.num_rows, -1.0)
    more = {name: _numbers(table.column(name)) for name in ("pressure", "sitting") if name in table.column_names}
    sitting = np.nan_to_num(more.get("sitting", nobody), nan=-1).astype(np.int64)
    return Events(
        len(actors), time[order], i[order], j[order], actors=tuple(map(str, actors)), left_out=left_out,
        sitting=sitting[order], pressure=more["pressure"][order] if "pressure" in more else np.zeros(0), epoch=epoch_of,
    )  # fmt: skip


def _kept(time: Floats, i: Ints, j: Ints) -> tuple[Bools, tuple[Exclusion, ...]]:
    """Return which rows are events, and why others are not."""
    wrong = {"without a time": ~np.isfinite(time), "without a known subject": j < 0}
    wrong |= {"in which speaker and subject are one person": i == j}
    kept, gone = np.ones(time.size, np.bool_), []
    for reason, is_wrong in wrong.items():
        count = int((kept & is_wrong).sum())
        gone += [Exclusion("row", reason, count)] if count else []
        kept &= ~is_wrong
    return kept, tuple(gone)


def _times(column: pa.ChunkedArray, faults: list[Fault]) -> tuple[Floats, dt.date | None]:
    """Return times in days, and the date of day 0: the first date, where they are dates; text is read as ISO dates."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _numbers(column), None
    try:
        days = np.asarray(pc.cast(column, pa.date32()).cast(pa.int32()).cast(pa.float64()).to_numpy(), np.float64)
    except pa.ArrowInvalid as error:
        got = f"times that are no dates ({str(error).splitlines()[0]})"
        faults.append(Fault("the column time", got, "numbers of days, dates, or text such as 1335-01-20"))
        return np.zeros(0), None
    first = float(np.nanmin(days)) if np.isfinite(days).any() else 0.0
    return days - first, dt.date(1970, 1, 1) + dt.timedelta(days=first)


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return a column as numbers, NaN where it is absent."""
    return np.asarray(column.cast("float64").to_numpy(), np.float64)
