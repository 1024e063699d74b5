"""Names to compare: of a table, a CSV file, or an archive's persons, aliases and mentions."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import Fault, FaultList, nearest

if TYPE_CHECKING:
    from greatfear.archive import Archive

COLUMNS = ("record", "name", "source", "born", "sex", "place", "unit", "heading")
_ALSO = {"list": "source", "id": "record", "region": "place", "year of birth": "born"}
_IGNORED = {"date"}


@dataclass(frozen=True)
class Names:
    """A table of names, with links that are known beforehand.

    Parameters
    ----------
    table : dict of str to list of str
        Columns of `COLUMNS`; ``record`` and ``name`` are there.
    must, cannot : list of (str, str)
        Pairs of records that are one person, or two.
    persons : dict of str to int
        Row of the archive's persons by record, where there is an archive.
    """

    table: dict[str, list[str]]
    must: list[tuple[str, str]] = field(default_factory=list)
    cannot: list[tuple[str, str]] = field(default_factory=list)
    persons: dict[str, int] = field(default_factory=dict)


def names_from_file(path: str | os.PathLike[str]) -> Names:
    """Return the names of a CSV file with the columns ``record``, ``name`` and any other of `COLUMNS`.

    Raises
    ------
    greatfear.errors.FaultList
        There is no such file, or columns are missing.
    """
    path = Path(path)
    if not path.is_file():
        raise FaultList(
            [Fault(str(path), "no such file", "a CSV file of names, or an archive", "Check the path")], "names"
        )
    with path.open(newline="", encoding="utf-8-sig") as opened:
        rows = list(csv.reader(opened))
    head = [name.strip() for name in rows[0]] if rows else []
    body = [row for row in rows[1:] if row]
    ragged = [str(k) for k, row in enumerate(body, 2) if len(row) != len(head)]
    if ragged:
        place = f"{path.name} line {', '.join(ragged[:3])}"
        raise FaultList([Fault(place, f"other than {len(head)} cells", "one cell for each column")], "names")
    return names_from_table({name: [row[k] for row in body] for k, name in enumerate(head)}, path.name)


def names_from_table(table: Mapping[str, Sequence[object]], where: str = "table") -> Names:
    """Return the names of columns in memory.

    Raises
    ------
    greatfear.errors.FaultList
        Columns are missing, a record stands twice, or a name is empty.
    """
    columns = {_ALSO.get(name, name): [_text(value) for value in column] for name, column in table.items()}
    faults = [
        Fault(where, f"no column {name!r}", f"columns {', '.join(COLUMNS)}", _hint(name, list(columns)))
        for name in ("record", "name")
        if name not in columns
    ]
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        got = ", ".join(f"{name} {n}" for name, n in lengths.items())
        faults.append(Fault(where, f"columns of unequal length: {got}", "as many values in each column"))
    if not faults and not columns["record"]:
        faults.append(Fault(where, "no rows", "a row for each record of a name"))
    if not faults:
        keys = columns["record"]
        seen: set[str] = set()
        twice = [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
        if twice:
            faults.append(Fault(f"{where} column 'record'", f"{twice[0]!r} more than once", "a key for each row"))
        empty = [key for key, name in zip(keys, columns["name"], strict=True) if not name]
        if empty:
            faults.append(
                Fault(f"{where} column 'name', record {empty[0]}", f"nothing, in {len(empty)} rows", "a name")
            )
    if faults:
        raise FaultList(faults, "names")
    return Names({name: column for name, column in columns.items() if name in COLUMNS})


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124  not-a-number differs from itself


def _hint(name: str, columns: list[str]) -> str:
    near = nearest(name, columns)
    return f"Rename {near[0]!r}" if near else ""


def names_from_archive(archive: Archive) -> Names:
    """Return the names of an archive: persons, their aliases, and mentions.

    An alias and a mention of a known person are that person. Speaker and subject of one statement are two persons.
    """
    persons = archive.table("persons")
    ids = persons.column("id").to_pylist()
    table: dict[str, list[str]] = {name: [] for name in COLUMNS}
    extra = set(persons.column_names)
    for row in persons.to_pylist():
        if _text(row["name"]):
            _add(table, row["id"], row["name"], {
                "source": row.get("list") if "list" in extra else "", "born": row.get("born"), "sex": row["sex"],
                "place": row["region"], "unit": row["unit"], "heading": row.get("heading"),
            })  # fmt: skip
    must: list[tuple[str, str]] = []
    rows = {key: k for k, key in enumerate(ids)}
    named = set(table["record"])
    for kind, written, listed in (("aliases", "alias", "kind"), ("mentions", "name", "list")):
        for k, row in enumerate(archive.table(kind).to_pylist()):
            if not _text(row[written]):
                continue
            key = f"{kind} {k}"
            is_code = kind == "aliases" and row["kind"] == "code name"
            _add(
                table,
                key,
                row[written],
                {"source": row[listed] if kind == "mentions" else "", "heading": "agent" if is_code else ""},
            )
            if row["person"] >= 0:
                rows[key] = row["person"]
                if ids[row["person"]] in named:
                    must.append((ids[row["person"]], key))
    return Names(table, must, _talked(archive, ids, named), rows)


def _add(table: dict[str, list[str]], key: str, name: str, more: Mapping[str, object]) -> None:
    table["record"].append(key)
    table["name"].append(name)
    for column in COLUMNS[2:]:
        table[column].append(_text(more.get(column)))


def _talked(archive: Archive, ids: list[str], named: set[str]) -> list[tuple[str, str]]:
    """Return speakers and subjects of statements: nobody who names another is that other."""
    told = archive.table("statements", ["speaker", "subject"])
    pairs = np.stack([np.asarray(told.column(name)) for name in ("speaker", "subject")], axis=1)
    pairs = np.unique(np.sort(pairs[(pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])], axis=1), axis=0)
    return [(ids[a], ids[b]) for a, b in pairs.tolist() if ids[a] in named and ids[b] in named]
