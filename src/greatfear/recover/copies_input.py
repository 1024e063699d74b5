"""Statements with what they tell: of an archive, a table or a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import coded, numbers
from greatfear.errors import Fault, FaultList
from greatfear.recover.copies_model import Texts
from greatfear.recover.veracity_canonical import canonical_order, mixed

if TYPE_CHECKING:
    from greatfear.archive import Archive

_OWN = ("key", "day", "speaker", "subject", "heard_from")


@dataclass(frozen=True, eq=False)
class Statements:
    """Statements in the order of `Texts`, with their keys and the ids of persons.

    Parameters
    ----------
    texts : Texts
    keys : list of str
    persons : list of str
        Id by number.
    n_left_out : int
        Statements without a day or a speaker; nothing can be inferred of them.
    """

    texts: Texts
    keys: list[str]
    persons: list[str]
    n_left_out: int


def table_of_file(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Return the columns of a CSV file.

    Raises
    ------
    greatfear.errors.FaultList
        There is no such file, or a line has too few or too many cells.
    """
    path = Path(path)
    if not path.is_file():
        raise FaultList([Fault(str(path), "no such file", "a CSV file, or an archive", "Check the path")], "statements")
    with path.open(newline="", encoding="utf-8-sig") as opened:
        rows = [row for row in csv.reader(opened) if row]
    head = [name.strip() for name in rows[0]] if rows else []
    ragged = [str(k) for k, row in enumerate(rows[1:], 2) if len(row) != len(head)]
    if ragged:
        place = f"{path.name} line {', '.join(ragged[:3])}"
        raise FaultList([Fault(place, f"other than {len(head)} cells", "one cell for each column")], "statements")
    return {name: [row[k].strip() for row in rows[1:]] for k, name in enumerate(head)}


def statements_of_table(
    table: Mapping[str, Sequence[object]], persons: Mapping[str, Sequence[object]] | None = None
) -> Statements:
    """Return the statements of columns ``key``, ``day``, ``speaker``, ``subject``, perhaps ``heard_from``; every other column is
    a detail. `persons` has ``id`` and perhaps ``place`` and ``unit``.

    Raises
    ------
    greatfear.errors.FaultList
        Columns are missing, or a day is no number.
    """  # noqa: D205
    columns = {name: ["" if v is None else str(v).strip() for v in column] for name, column in table.items()}
    if "key" in columns and len({len(column) for column in columns.values()}) == 1:
        order = sorted(range(len(columns["key"])), key=lambda k: columns["key"][k])  # the order of rows changes nothing
        columns = {name: [column[k] for k in order] for name, column in columns.items()}
    faults = [
        Fault("statements", f"no column {name!r}", f"columns {', '.join(_OWN[:4])}")
        for name in _OWN[:4]
        if name not in columns
    ]
    day = _days(columns.get("day", []), faults)
    keys = columns.get("key", [])
    if len(set(keys)) < len(keys):
        faults.append(Fault("statements column 'key'", "a key more than once", "a key for each row"))
    if faults:
        raise FaultList(faults, "statements")
    numbers: dict[str, int] = {}
    speaker = _numbered(columns["speaker"], numbers)
    subject = _numbered(columns["subject"], numbers)
    cited = _numbered(columns.get("heard_from", [""] * len(keys)), numbers)
    kinds = tuple(sorted(name for name in columns if name not in _OWN))
    told = (
        np.stack([_codes_of(columns[name]) for name in kinds], axis=1) if kinds else np.zeros((len(keys), 0), np.int32)
    )
    near = _near(numbers, persons)
    return _ordered((keys, list(numbers)), (day, speaker, cited, subject, told), near, kinds)


def _days(values: Sequence[str], faults: list[Fault]) -> npt.NDArray[np.float64]:
    out = np.full(len(values), np.nan)
    wrong = []
    for k, value in enumerate(values):
        try:
            out[k] = float(value) if value else np.nan
        except ValueError:
            wrong.append((k, value))
    if wrong:
        place = f"statements column 'day', row {wrong[0][0]}"
        faults.append(
            Fault(place, f"{wrong[0][1]!r}, and {len(wrong) - 1} more like it", "a number of days, or nothing")
        )
    return out


def _numbered(values: Sequence[str], known: dict[str, int]) -> npt.NDArray[np.int32]:
    return np.array([known.setdefault(value, len(known)) if value else -1 for value in values], np.int32)


def _near(numbers: Mapping[str, int], persons: Mapping[str, Sequence[object]] | None) -> npt.NDArray[np.int32]:
    """Return place, unit and family of each person by number; a table of persons may have a column ``family``."""
    out = np.full((len(numbers), 3), -1, np.int32)
    if persons is None:
        return out
    ids = [str(key) for key in persons.get("id", [])]
    for column, names in enumerate((("place", "region"), ("unit",), ("family",))):
        values = next((persons[name] for name in names if name in persons), None)
        if values is None:
            continue
        known: dict[str, int] = {}
        for key, value in zip(ids, values, strict=True):
            if key in numbers and value not in (None, ""):
                out[numbers[key], column] = known.setdefault(str(value), len(known))
    return out


def statements_of_archive(archive: Archive) -> Statements:
    """Return the statements of an archive with their details; region and unit of the speakers say who was near whom."""
    table = archive.table("statements", ["time", "speaker", "subject", "heard_from"])
    time, speaker, subject, cited = (
        np.asarray(table.column(name)) for name in ("time", "speaker", "subject", "heard_from")
    )
    details = archive.table("details", ["statement", "kind", "value"])
    kind = details.column("kind").to_pylist()
    kinds = tuple(sorted({k for k in kind if k}))
    told = np.full((len(time), len(kinds)), -1, np.int32)
    codes = _codes_of([value or "" for value in details.column("value").to_pylist()])
    for row, name, code in zip(details.column("statement").to_pylist(), kind, codes.tolist(), strict=True):
        if row >= 0 and name and code >= 0:
            told[row, kinds.index(name)] = code
    persons = archive.table("persons", ["id", "region", "unit"]).to_pydict()
    place = {key: k for k, key in enumerate(persons["id"])}
    keys = [str(k) for k in range(len(time))]
    columns = (
        time.astype(np.float64),
        speaker.astype(np.int32),
        cited.astype(np.int32),
        subject.astype(np.int32),
        told,
    )
    near = _near(place, persons)
    near[:, 2] = _families(archive)
    return _ordered((keys, persons["id"]), columns, near, kinds)


_LARGEST_FAMILY = 20
"""Persons joined by recorded kin; a larger group is no family that talks at one table, and counts as none."""


def _families(archive: Archive) -> npt.NDArray[np.int32]:
    """Return for each person the family, as kin joined by kin; -1 for those without recorded kin."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = archive.n_rows("persons")
    ties = archive.table("ties", ["a", "b", "kind"])
    rows = np.flatnonzero(coded(ties, "kind").equals("kin"))
    ends = (numbers(ties, "a")[rows], numbers(ties, "b")[rows])
    label = connected_components(coo_array((np.ones(len(rows)), ends), shape=(n, n)), directed=False)[1]
    size = np.bincount(label, minlength=1)[label] if n else label
    return np.where((size > 1) & (size <= _LARGEST_FAMILY), label, -1).astype(np.int32)


Columns = tuple[
    npt.NDArray[np.float64], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]
]


def _ranks(
    n_persons: int,
    said: tuple[npt.NDArray[np.float64], npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]],
    near: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    """Return the place of each person in an order that depends on what was said, not on rows or ids."""
    day, speaker, subject, told = said
    what = mixed(day, *told.T)
    order, _ = canonical_order(mixed((near >= 0).sum(axis=1)), [(speaker, subject, what)])
    rank = np.empty(n_persons, np.int64)
    rank[order] = np.arange(n_persons)
    return rank


def _codes_of(values: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return numbers for texts in the order of the texts; -1 for an empty one."""
    known = {value: k for k, value in enumerate(sorted(set(values) - {""}))}
    return np.array([known.get(value, -1) for value in values], np.int32)


def _ordered(
    names: tuple[list[str], list[str]], columns: Columns, near: npt.NDArray[np.int32], kinds: tuple[str, ...]
) -> Statements:
    """Return statements by subject and day; those without a day, a speaker or a subject are left out and counted."""
    keys, persons = names
    day, speaker, cited, subject, told = columns
    use = np.flatnonzero(np.isfinite(day) & (speaker >= 0) & (subject >= 0))
    rank = _ranks(len(persons), (day[use], speaker[use], subject[use], told[use]), near)
    order = use[np.lexsort((*told[use].T[::-1], rank[speaker[use]], day[use], rank[subject[use]]))]
    own = subject[order]
    begins = np.r_[True, own[1:] != own[:-1]] if len(own) else np.zeros(0, bool)
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1].astype(np.int64) if len(own) else np.zeros(0, np.int64)
    texts = Texts(
        day[order],
        speaker[order],
        cited[order],
        own,
        np.ascontiguousarray(told[order]),
        near[speaker[order]],
        first,
        kinds,
    )
    return Statements(texts, [keys[k] for k in order], persons, len(keys) - len(order))
