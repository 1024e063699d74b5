"""Dates of long tables: each different date is read once; rows keep a code, and columns are made at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.intake_tables.columns import Bools, Ints, Valued, taken, times_of
from greatfear.intake_tables.date_style import Moment
from greatfear.intake_tables.fields import Field, When
from greatfear.intake_tables.making import as_written
from greatfear.intake_tables.making_events import doubt
from greatfear.intake_tables.values import CellError, Reader, shown
from greatfear.record.schema import CERTAINTIES, PRECISIONS

if TYPE_CHECKING:
    from greatfear.intake_tables.columns_rules import Asked

_UNKNOWN = PRECISIONS.index("unknown")
_PRECISIONS = pa.array(PRECISIONS, pa.string())


@dataclass(frozen=True, slots=True)
class Dated:
    """When rows were: a code for each row, and what each code means.

    Parameters
    ----------
    codes : ndarray of int, shape (rows,)
    time, end, after : ndarray of float
        By code, in days; NaN where not known.
    precision : ndarray of int
        By code: places in `PRECISIONS`.
    written : pyarrow.StringArray
        By code.
    """

    codes: Ints
    time: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]
    precision: npt.NDArray[np.int8]
    written: pa.StringArray

    @classmethod
    def of(cls, codes: Ints, moments: Sequence[Any]) -> Dated:
        """Return the dates of rows from their codes; what is no date is unknown."""
        known = [moment if isinstance(moment, Moment) else None for moment in moments]
        time, end, after = (
            np.array([getattr(m, name) if m else np.nan for m in known], float) for name in ("time", "end", "after")
        )
        return cls(
            codes, time, end, after,
            np.array([PRECISIONS.index(m.precision) if m else _UNKNOWN for m in known], np.int8),
            pa.array([m.written if m else None for m in known], pa.string()),
        )  # fmt: skip

    @classmethod
    def together(cls, several: Sequence[Dated]) -> Dated:
        """Return the dates of several parts, one below the other."""
        if len(several) == 1:
            return several[0]
        first, codes = 0, []
        for dated in several:
            codes.append(dated.codes.astype(np.int32) + first)
            first += len(dated.time)
        time, end, after, precision = (
            np.concatenate([getattr(dated, name) for dated in several])
            for name in ("time", "end", "after", "precision")
        )
        written = pa.concat_arrays([dated.written for dated in several])
        return cls(np.concatenate(codes), time, end, after, precision, written)

    def each(self, name: str) -> npt.NDArray[Any]:
        """Return time, end, after or precision of each row."""
        found: npt.NDArray[Any] = getattr(self, name)[self.codes]
        return found

    def days(self) -> npt.NDArray[np.float64]:
        """Return the day of each code; infinity where it is not known."""
        return np.where(np.isnan(self.time), np.inf, np.floor(self.time))

    def columns(self) -> dict[str, Any]:
        """Return the columns of the record by code; one that is the same in all rows is a single value."""
        used = np.flatnonzero(times_of(self.codes, len(self.time)))
        found: dict[str, Any] = {}
        for name, of_code in (("time", self.time), ("time_end", self.end)):
            some = of_code[used]
            is_one = len(some) > 0 and (np.isnan(some).all() or (some == some[0]).all())
            found[name] = float(some[0]) if is_one else of_code
        one = np.unique(self.precision[used])
        found["precision"] = PRECISIONS[one[0]] if len(one) == 1 else _PRECISIONS.take(pa.array(self.precision))
        if self.written.take(pa.array(used)).null_count < len(used):
            found["written"] = self.written
        return found


def columns_of_field(item: Field) -> tuple[str, ...]:
    """Return the columns of a field."""
    return item.columns or (() if item.column is None else (item.column,))


def moments(asked: Asked, dates: Sequence[When] | None, *, is_bounded: bool = True) -> tuple[Valued | None, Bools]:
    """Return the dates of all records, and which records are left out because they lie outside the archive."""
    nothing = np.zeros(asked.columns.n_rows, bool)
    if not dates:
        return None, nothing
    by_source = any(source.dates is not None for source in asked.store.map.sources)
    item = asked.rule.source if by_source else None
    names = list(
        dict.fromkeys(
            [
                *(column for when in dates for column in _columns_of_date(when)),
                *(columns_of_field(item) if item else ()),
            ]
        )
    )

    def read(reader: Reader) -> Any:
        if by_source:
            source = reader.text(item)
            at = (
                asked.store.sources.get(source, -1)
                if source is not None
                else 0
                if len(asked.store.sources) == 1
                else -1
            )
            reader.source_dates = asked.store.map.sources[at].dates if at >= 0 else None
        return reader.moment(dates), as_written(dates, reader)

    both = asked.of(names, read)
    valued = Valued(both.codes, [value if isinstance(value, CellError) else value[0] for value in both.values])
    asked.live.take(valued)
    if not is_bounded:
        return valued, nothing
    written = [("date", "") if isinstance(value, CellError) else value[1] for value in both.values]
    return valued, _outside(asked, valued, written)


def _columns_of_date(when: When) -> list[str]:
    """Return the columns of a date."""
    counts = (when.days, when.seconds, when.excel, when.excel_1904)
    named = (when.column, *counts, when.year, when.month, when.day)
    return [column for column in named if isinstance(column, str)]


def _outside(asked: Asked, valued: Valued, written: Sequence[tuple[str, str]]) -> Bools:
    """Note the records with dates outside the archive; return those that are left out."""
    checked = asked.store.map
    high = (checked.end - checked.epoch).days if checked.end else float("inf")
    span = f"from {checked.epoch}" + (f" to before {checked.end}" if checked.end else " on")
    outside = np.array(
        [
            isinstance(m, Moment) and m.precision != "unknown" and not (m.after > 0 and m.time < high)
            for m in valued.values
        ],
        bool,
    )
    if checked.outside == "fault":
        fix = "write 'outside: note' or 'outside: leave out' to take the rest"
        asked.live.check(
            valued.codes, outside,
            lambda code: CellError(written[code][0], shown(written[code][1]), f"a date of the archive, {span}", fix=fix),
        )  # fmt: skip
        return np.zeros(len(valued.codes), bool)
    found = asked.live.rows & outside[valued.codes]
    for row in np.flatnonzero(found).tolist():
        column, text = written[valued.codes[row]]
        asked.live.account.reason(row, f"a date outside the archive ({column}: {text[:40]}); the archive runs {span}")
    return found if checked.outside == "leave out" else np.zeros(len(found), bool)


def dates_of(valued: Valued | None, own: Valued | None, rows: Ints) -> dict[str, Any]:
    """Return when some records were, and how certain they are; `own` is the certainty of the rule."""
    codes = np.zeros(len(rows), np.int8) if valued is None else taken(valued.codes, rows)
    values = [None] if valued is None else valued.values
    return {"when": Dated.of(codes, values), "certainty": _certain(codes, values, own, rows)}


def _certain(codes: Ints, values: Sequence[Any], own: Valued | None, rows: Ints) -> Any:
    """Return the certainty of rows as codes, or a single value where all have the same."""
    known = [value.certainty if isinstance(value, Moment) else None for value in values]
    words = [word if isinstance(word, str) else None for word in own.values] if own is not None else [None]
    pairs = np.array([[_certainty(word, written) for written in known] for word in words], np.int8)
    if pairs.size and (pairs == pairs.flat[0]).all():
        return None if pairs.flat[0] < 0 else CERTAINTIES[pairs.flat[0]]
    return pairs[0][codes] if own is None else pairs[own.codes[rows], codes]


def _certainty(own: str | None, written: str | None) -> int:
    """Return the code of the lower one of two certainties; -1 where none is known."""
    word = doubt(own, written)
    return -1 if word is None else CERTAINTIES.index(word)
