"""An archive with pseudonyms in place of names, ids and free texts, made with a key that is kept apart.

Equal texts get equal pseudonyms, so that who named whom, repeated wording and shared places stay visible. Without the key
nobody can compute the pseudonym of a known name.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.errors import Fault, FaultList
from greatfear.record.archive import StoredArchive
from greatfear.record.schema import TABLES

TEXTS: dict[str, tuple[str, ...]] = {
    "persons": ("id", "name", "unit"),
    "statements": ("collective", "place", "written"),
    "acts": ("place", "written"),
    "ties": ("place", "written"),
    "aliases": ("alias", "place"),
    "details": ("value", "place"),
    "mentions": ("name", "place"),
    "labels": ("place",),
    "population": ("place",),
}
"""Columns whose texts are replaced; notes on sources and, unless they are asked for, attributes of persons are left out."""
DATES = ("day", "month", "year")
_LEAST_KEY = 16


def case_of(archive: StoredArchive) -> dict[str, object]:
    """Return what a copy must say of its case: its words, and its own outcomes with what each does to a person."""
    provenance = archive.manifest.provenance
    return {key: provenance[key] for key in ("words", "outcomes") if key in provenance}


def pseudonymised(
    archive: StoredArchive, key: bytes, *, dates: str = "day", regions: bool = False, keep: Sequence[str] = ()
) -> dict[str, pa.Table]:
    """Return the tables of an archive with pseudonyms.

    Parameters
    ----------
    archive : StoredArchive
        On disk or in memory.
    key : bytes
        At least 16 random bytes; the same key gives the same pseudonyms.
    dates : {"day", "month", "year"}
        How finely dates are told.
    regions : bool
        Whether names of regions are replaced too.
    keep : sequence of str
        Attributes of persons to keep as they are; all others are left out.

    Raises
    ------
    greatfear.errors.FaultList
        A key that is too short, a grain of dates or an attribute that there is not.
    """
    attributes = archive.table("persons").column_names
    own = [column.name for column in TABLES["persons"].columns]
    faults = [Fault("key", f"{len(key)} bytes", f"at least {_LEAST_KEY}")] if len(key) < _LEAST_KEY else []
    faults += [Fault("dates", repr(dates), ", ".join(DATES))] if dates not in DATES else []
    further = [name for name in attributes if name not in own]
    faults += [Fault("keep", repr(name), ", ".join(further) or "no attribute") for name in keep if name not in further]
    if faults:
        raise FaultList(faults, "pseudonymise")
    tables = {name: archive.table(name) for name in TABLES}
    tables["persons"] = tables["persons"].drop_columns([name for name in further if name not in keep])
    for name, table in tables.items():
        hidden, made = list(TEXTS.get(name, ())), table
        hidden += ["region"] if regions and "region" in table.column_names else []
        for column in hidden:
            made = _replaced(made, column, _Names(key, _kind(column)))
        made = _coarse(made, archive.epoch, dates) if "precision" in table.column_names else made
        tables[name] = _coarse_period(made, archive.epoch, dates) if "start" in table.column_names else made
    tables["sources"] = _without(tables["sources"], "note")  # who copied what from whom
    return tables


def left_open(tables: dict[str, pa.Table]) -> list[str]:
    """Return what could still identify persons, each as a sentence."""
    shown = [name for name in tables["persons"].column_names if name not in ("person", "id", "name")]
    groups = tables["persons"].select(shown).group_by(shown).aggregate([([], "count_all")]) if shown else None
    alone = 0 if groups is None else sum(1 for n in groups.column("count_all").to_pylist() if n == 1)
    return [
        f"{alone:,} of {tables['persons'].num_rows:,} persons are the only ones with their {', '.join(shown)}.",
        "Who named whom, and how often, is unchanged: somebody who knows a part of the network may recognise it.",
        "Dates of arrests and sentences may be known from published lists: --dates month or year makes them coarser.",
        "Rows stay in their order, which may be that of names or of exact dates.",
        "The title, offices, boards, operations, lists, questions, regions (without --regions) and sources keep their names.",
    ]


def _kind(column: str) -> str:
    """Return what a text is, so that a name has one pseudonym in every table."""
    return {"alias": "name", "unit": "unit", "value": "text", "collective": "text"}.get(column, column)


class _Names:
    """Pseudonyms of one kind of text."""

    def __init__(self, key: bytes, kind: str) -> None:
        self._key, self._kind = key, kind

    def of(self, text: str) -> str:
        """Return the pseudonym of a text: its kind, and sixteen letters that follow from the key."""
        made = hmac.new(self._key, f"{self._kind}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return f"{self._kind}-{base64.b32encode(made[:10]).decode().lower()}"


def _replaced(table: pa.Table, column: str, names: _Names) -> pa.Table:
    """Return the table with the texts of one column replaced; absent texts stay absent."""
    texts = table.column(column).cast(pa.string()).combine_chunks()
    coded = texts.dictionary_encode() if not isinstance(texts, pa.ChunkedArray) else texts.chunk(0).dictionary_encode()
    told = pa.array([names.of(text) for text in coded.dictionary.to_pylist()], pa.string())
    made = told.take(coded.indices)
    return table.set_column(table.column_names.index(column), pa.field(column, pa.string()), made)


def _without(table: pa.Table, column: str) -> pa.Table:
    """Return the table with nothing in one column of texts."""
    return table.set_column(table.column_names.index(column), column, pa.nulls(table.num_rows, pa.string()))


def _coarse_period(table: pa.Table, epoch: dt.date, dates: str) -> pa.Table:
    """Return the table with the starts and ends of periods moved outward to those of months or years."""
    if dates == "day":
        return table
    unit, zero = {"month": "M", "year": "Y"}[dates], np.datetime64(epoch, "D")
    for name, later in (("start", 0), ("end", 1)):
        days = np.array(table.column(name).to_numpy())
        known = np.isfinite(days)
        whole = np.where(known, (np.ceil if later else np.floor)(np.where(known, days, 0)) - later, 0).astype(
            "timedelta64[D]"
        )
        moved = ((zero + whole).astype(f"datetime64[{unit}]") + np.array(later, f"timedelta64[{unit}]")).astype(
            "datetime64[D]"
        ) - zero
        column = pa.array(np.where(known, moved.astype(float), days))
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _coarse(table: pa.Table, epoch: dt.date, dates: str) -> pa.Table:
    """Return the table with dates told no finer than by month or year."""
    if dates == "day":
        return table
    unit = {"month": "M", "year": "Y"}[dates]
    zero = np.datetime64(epoch, "D")
    time, end = (np.array(table.column(name).to_numpy()) for name in ("time", "time_end"))
    precision = np.array(table.column("precision").cast(pa.string()).to_pylist(), object)
    known = np.isfinite(time)
    whole = np.where(known, np.floor(np.where(known, time, 0)), 0).astype("timedelta64[D]")
    first = (((zero + whole).astype(f"datetime64[{unit}]")).astype("datetime64[D]") - zero).astype(float)
    spans = known & (precision == "interval")
    last = np.where(spans, np.ceil(np.where(spans, end, 0)) - 1, 0).astype("timedelta64[D]")
    after = (
        ((zero + last).astype(f"datetime64[{unit}]") + np.array(1, f"timedelta64[{unit}]")).astype("datetime64[D]")
        - zero
    ).astype(float)
    finer = known & ~spans & np.isin(precision, ("instant", "day") if dates == "month" else ("instant", "day", "month"))
    precision[finer] = dates
    columns: dict[str, Any] = {
        "time": pa.array(np.where(known, first, time)),
        "time_end": pa.array(np.where(spans, after, end)),
        "precision": pa.array(precision.tolist(), pa.string()).dictionary_encode(),
    }
    for name, made in columns.items():
        table = table.set_column(table.column_names.index(name), name, made)
    return table
