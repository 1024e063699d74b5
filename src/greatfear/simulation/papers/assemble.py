"""The tables of the archive that survived, renumbered so that no reference breaks, and of the truth that leads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greatfear.describe.columns import numbers as column
from greatfear.naming.registry import BASES
from greatfear.record.columns import table_from_columns
from greatfear.record.schema import CHANNELS, PRECISIONS
from greatfear.scenario.papers import Papers
from greatfear.simulation.papers.entries import CODE_NAME, Aliases, Entries, rows_of
from greatfear.simulation.papers.numbers import Floats, Ints, Numbers
from greatfear.simulation.papers.sheets import Sheets
from greatfear.simulation.papers.spelling import code_names, is_named, spelled_names
from greatfear.simulation.truth_schema import COPIED, ENTRY_KINDS, LOST_BY, TRUTH_TABLES, truth_table

Tables = Mapping[str, pa.Table]
_SHARES = tuple(f"share_{basis}" for basis in BASES)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of sheets: by what each was lost (-1: not), those that survive in their order, dates as written."""

    lost: Ints
    order: Ints
    time: Floats
    precision: Ints


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that decides how the tables look; `speakers` and `subjects` are keys of entries."""

    sheets: Sheets
    speakers: Ints
    subjects: Ints
    statements: Kept
    acts: Kept
    aliases: Aliases
    entries: Entries
    address: Ints
    disguised: bool

    def new_rows(self) -> Ints:
        """Return the row of every sheet in the archive's statements; -1 where it was lost."""
        rows = np.full(len(self.sheets), -1, np.int64)
        rows[self.statements.order] = np.arange(len(self.statements.order))
        return rows


def assembled(parts: Parts, tables: Tables, truth: Tables, numbers: Numbers, rules: Papers) -> tuple[Tables, Tables]:
    """Return the tables of the archive and of the truth."""
    order = parts.statements.order
    speaker, subject = (rows_of(key[order], parts.aliases, parts.entries) for key in (parts.speakers, parts.subjects))
    dated = (parts.statements.time[order], parts.statements.precision[order])
    statements, acts = (
        _statements(parts, order, dated, (speaker, subject), tables, volumes=rules.volumes),
        _acts(parts, tables["acts"]),
    )
    if rules.dates.day.value > 0:
        said, sat = _sittings(statements, acts)
        statements, acts = _with(statements, "statements", {"sitting": said}), _with(acts, "acts", {"sitting": sat})
    written = {
        **tables,
        "persons": _persons(parts, tables["persons"], numbers, rules),
        "statements": statements,
        "acts": acts,
        "ties": _with(tables["ties"], "ties", {n: parts.entries.own[column(tables["ties"], n)] for n in ("a", "b")}),
        "aliases": _aliases(parts, tables.get("aliases"), numbers, rules),
        "sources": _sources(parts, tables),
    }
    return written, _truth(parts, tables, truth)


def _with(table: pa.Table, name: str, columns: Mapping[str, Any]) -> pa.Table:
    """Return a table of the record with some columns replaced."""
    kept = {other: table.column(other) for other in table.column_names if other not in columns}
    return table_from_columns(TRUTH_TABLES.get(name, name), {**kept, **columns}, table.num_rows)


def _statements(
    parts: Parts, rows: Ints, dated: tuple[Floats, Ints], who: tuple[Ints, Ints], tables: Tables, *, volumes: int = 0
) -> pa.Table:
    """Return the statements on some sheets, with the given dates, speakers and subjects."""
    sheets, made = parts.sheets.take(rows), tables["statements"]
    new = sheets.copied >= 0
    columns: dict[str, Any] = {
        "statement": np.arange(len(rows), dtype=np.int32),
        "time": dated[0],
        "precision": (dated[1].astype(np.int8), PRECISIONS),
        "speaker": who[0].astype(np.int32),
        "subject": who[1].astype(np.int32),
        "channel": (sheets.channel.astype(np.int8), CHANNELS),
        "office": sheets.office.astype(np.int32),
        **{name: made.column(name).take(pa.array(sheets.root)) for name in made.column_names if name not in _OWN},
    }
    if new.any():
        for name, nothing in (("pressure", np.nan), ("prompted", -1), ("sitting", -1)):
            columns[name] = np.where(new, nothing, columns[name].to_numpy()).astype(columns[name].to_numpy().dtype)
    if volumes:
        columns["place"] = _bound(len(rows), volumes)
    if sheets.stated.any():
        columns |= _whence(parts, sheets, tables, columns)
    columns |= _renumbered(parts, columns)
    return table_from_columns("statements", columns, len(rows))


def _bound(n: int, volumes: int) -> pa.Array:
    """Return volume and sheet of each of n statements, in the order in which they lie.

    Volumes are equally thick, within a sheet.
    """
    volume = [k * volumes // n if n >= volumes else k for k in range(n)]
    first: dict[int, int] = {}
    for k, one in enumerate(volume):
        first.setdefault(one, k)
    return pa.array([f"vol. {one + 1}, sheet {k - first[one] + 1}" for k, one in enumerate(volume)], pa.string())


def _renumbered(parts: Parts, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the further references of statements to persons and statements by the archive's own numbers."""
    rows: dict[str, NDArray[Any]] = {"heard_from": parts.entries.own, "copy_of": parts.new_rows()}
    old = {name: columns[name].to_numpy() for name in rows if name in columns}
    return {
        name: np.where(each >= 0, rows[name][np.maximum(each, 0)], -1).astype(np.int32)
        for name, each in old.items()
        if (each >= 0).any()
    }


_OWN = ("statement", "time", "precision", "speaker", "subject", "channel", "office")


def _whence(parts: Parts, sheets: Sheets, tables: Tables, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return source and place of copies that say that they are copies."""
    offices = [str(name) for name in tables["offices"].column("name").to_pylist()]
    taken_from = parts.sheets.office[sheets.copy_of]
    texts = pa.array([f"copy; the original in the papers of {name}" for name in offices] + ["copy"])
    told = texts.take(pa.array(np.where(taken_from >= 0, taken_from, len(offices))))
    files = tables["sources"].num_rows + np.where(sheets.office >= 0, sheets.office, -1 - tables["sources"].num_rows)
    return {
        "source": np.where(sheets.stated, files, columns["source"].to_numpy()).astype(np.int32),
        "place": pc.if_else(pa.array(sheets.stated), _after(columns["place"], told), _one(columns["place"])),
    }


def _after(place: Any, told: pa.Array) -> pa.Array:
    """Return what copies say of themselves, behind volume and sheet where what survived is bound."""
    bound = _one(place)
    return pc.if_else(
        pc.fill_null(pc.starts_with(bound, "vol. "), False), pc.binary_join_element_wise(bound, told, "; "), told
    )


def _one(column: Any) -> pa.Array:
    """Return a column as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _sources(parts: Parts, tables: Tables) -> pa.Table:
    """Return the sources, with the papers of every office where some copy says that it lies in them."""
    sources, offices = tables["sources"], tables["offices"]
    if not parts.sheets.stated[parts.statements.order].any():
        return sources
    names = zip(offices.column("id").to_pylist(), offices.column("name").to_pylist(), strict=True)
    files = [(f"papers-{key}", f"Papers of the office of {name} (simulated)") for key, name in names]
    columns = {"source": np.arange(sources.num_rows, sources.num_rows + len(files), dtype=np.int32)}
    more = {"id": [key for key, _ in files], "citation": [text for _, text in files]}
    made = table_from_columns("sources", {**columns, **more}, len(files))
    return pa.concat_tables([sources.select(made.column_names), made], promote_options="permissive")


def _acts(parts: Parts, acts: pa.Table) -> pa.Table:
    """Return the acts that survive; one whose statement was lost rests on -1."""
    order = parts.acts.order
    rests_on = column(acts, "statement")[order]
    columns = {
        "act": np.arange(len(order), dtype=np.int32),
        "time": parts.acts.time[order],
        "precision": (parts.acts.precision[order].astype(np.int8), PRECISIONS),
        "person": parts.entries.own[column(acts, "person")[order]].astype(np.int32),
        "statement": np.where(rests_on >= 0, parts.new_rows()[rests_on], -1).astype(np.int32),
    }
    rest = acts.drop_columns(list(columns)).take(pa.array(order))
    return table_from_columns("acts", {**{n: rest.column(n) for n in rest.column_names}, **columns}, len(order))


def _sittings(statements: pa.Table, acts: pa.Table) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the sittings of statements and acts, numbered by their first row: the run's numbers tell the order of days."""
    sitting = np.concatenate([column(statements, "sitting"), column(acts, "sitting")]).astype(np.int32)
    sat = np.flatnonzero(sitting >= 0)
    old, first, place = np.unique(sitting[sat], return_index=True, return_inverse=True)
    number = np.empty(len(old), np.int32)
    number[np.argsort(first)] = np.arange(len(old))
    sitting[sat] = number[place]
    return sitting[: len(statements)], sitting[len(statements) :]


def _persons(parts: Parts, persons: pa.Table, numbers: Numbers, rules: Papers) -> pa.Table:
    """Return the entries of the archive; a code name tells nothing but the region."""
    entries = parts.entries
    code = entries.kind == CODE_NAME
    own, told = pa.array(entries.made), pa.array(entries.made, mask=code)
    columns: dict[str, Any] = {
        name: persons.column(name).take(own if name in ("id", "region") else told)
        for name in persons.column_names
        if name != "person"
    }
    columns["seniority"] = columns["seniority"].fill_null(np.nan)
    columns["name"] = pc.coalesce(columns["name"].combine_chunks(), _written_names(parts, numbers, rules))
    if parts.disguised:
        del columns["id"]
    return table_from_columns("persons", columns, len(entries.made))


def _written_names(parts: Parts, numbers: Numbers, rules: Papers) -> pa.Array:
    """Return the name of every entry as written; absent where none was recorded."""
    entries, address = parts.entries, parts.address[parts.entries.made]
    code = entries.kind == CODE_NAME
    named = np.flatnonzero(~code & is_named(numbers, address, rules.names))
    spelled = spelled_names(numbers, address[named], np.maximum(entries.number[named], 0), rules.names)
    covers = np.flatnonzero(code)
    covered = code_names(numbers, address[covers], entries.side[covers], entries.number[covers])
    place = np.full(len(code), -1, np.int64)
    place[named], place[covers] = np.arange(len(named)), len(named) + np.arange(len(covers))
    return pa.concat_arrays([spelled, covered]).take(pa.array(place, mask=place < 0))


def _aliases(parts: Parts, before: pa.Table | None, numbers: Numbers, rules: Papers) -> pa.Table:
    """Return the aliases that the archive's own index joins, after those that the run had."""
    aliases = parts.aliases
    rows = np.flatnonzero(aliases.joined)
    made, kind, number = aliases.made[rows], aliases.kind[rows], aliases.number[rows]
    address, code = parts.address[made], kind == CODE_NAME
    spelled = spelled_names(numbers, address[~code], number[~code], rules.names)
    covered = code_names(numbers, address[code], aliases.side[rows][code], number[code])
    back = np.argsort(np.concatenate([np.flatnonzero(~code), np.flatnonzero(code)]))
    columns = {
        "person": parts.entries.own[made].astype(np.int32),
        "alias": pa.concat_arrays([spelled, covered]).take(pa.array(back)),
        "kind": (kind.astype(np.int8), ENTRY_KINDS),
    }
    table = table_from_columns("aliases", columns, len(rows))
    if before is None or not before.num_rows:
        return table
    moved = _with(before, "aliases", {"person": parts.entries.own[column(before, "person")].astype(np.int32)})
    return pa.concat_tables([moved.select(table.column_names), table], promote_options="permissive")


def _truth(parts: Parts, tables: Tables, truth: Tables) -> dict[str, pa.Table]:
    """Return the run's own truth by the new numbers, and the links."""
    entries, order = parts.entries, parts.statements.order
    sheets = parts.sheets.take(order)
    made_acts = parts.acts.order
    links = {
        "people": _people(parts, truth["members"]),
        "entries": {
            "made": entries.made.astype(np.int32), "kind": (entries.kind.astype(np.int8), ENTRY_KINDS),
            "side": entries.side.astype(np.int8), "number": entries.number.astype(np.int32),
        },
        "written_statements": {"made": order.astype(np.int32), "time": sheets.time, **_copies(sheets)},
        "written_acts": {
            "made": made_acts.astype(np.int32), "time": column(tables["acts"], "time")[made_acts],
            "statement": column(tables["acts"], "statement")[made_acts].astype(np.int32),
        },
        "lost_statements": _lost_statements(parts, tables, truth["namings"]),
        "lost_acts": _lost_acts(parts, tables["acts"]),
    }  # fmt: skip
    made = {
        name: each if isinstance(each, pa.Table) else truth_table(name, _numbered(name, each), len(each["made"]))
        for name, each in links.items()
    }
    members = truth["members"].take(pa.array(entries.made))
    own = {
        "members": _with(members, "members", {"person": np.arange(len(entries.made), dtype=np.int32)}),
        "namings": _namings(truth["namings"], sheets),
    }
    others = {name: _moved(name, table, parts) for name, table in truth.items() if name not in own}
    return {**own, **others, **made}


def _numbered(name: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns with the row number of the archive in front."""
    first = TRUTH_TABLES[name].columns[0].name
    return {first: np.arange(len(columns["made"]), dtype=np.int32), **columns} if first != "made" else dict(columns)


def _copies(sheets: Sheets) -> dict[str, Any]:
    return {"copy_of": sheets.copy_of.astype(np.int32), "copied": (sheets.copied.astype(np.int8), COPIED)}


def _people(parts: Parts, members: pa.Table) -> dict[str, Any]:
    """Return the persons of the run, each with the row of the own entry."""
    return {
        "made": np.arange(len(parts.address), dtype=np.int32),
        "person": parts.entries.own.astype(np.int32),
        **{name: members.column(name) for name in ("member", "informer", "address")},
    }


def _namings(namings: pa.Table, sheets: Sheets) -> pa.Table:
    """Return the truth about each statement of the archive; nobody chose the words of a copy."""
    new = sheets.copied >= 0
    taken = namings.take(pa.array(sheets.root))
    motive = pc.if_else(pa.array(new), "none", taken.column("motive").cast(pa.string()).combine_chunks())
    columns = {
        "statement": np.arange(len(new), dtype=np.int32),
        "logp": np.where(new, np.nan, column(taken, "logp")),
        "motive": motive.dictionary_encode(),
    }
    columns |= {name: np.where(new, np.float32(np.nan), column(taken, name)) for name in _SHARES}
    basis = taken.column("basis").cast(pa.string()).combine_chunks()
    columns["basis"] = pc.if_else(pa.array(new), pa.scalar(None, pa.string()), basis).dictionary_encode()
    return _with(taken, "namings", columns)


def _lost_statements(parts: Parts, tables: Tables, namings: pa.Table) -> pa.Table:
    """Return the statements that did not survive, as they were made."""
    rows = np.flatnonzero(parts.statements.lost >= 0)
    sheets = parts.sheets.take(rows)
    precision = np.full(len(rows), PRECISIONS.index("instant"))
    subject = column(tables["statements"], "subject")[sheets.root]
    table = _statements(parts, rows, (sheets.time, precision), (sheets.speaker, subject), tables)
    rest = _namings(namings, sheets).drop_columns(["statement"])
    by = parts.statements.lost[rows].astype(np.int8)
    columns = {"made": rows.astype(np.int32), "lost_by": (by, LOST_BY), **_copies(sheets)}
    columns["heard_from"] = tables["statements"].column("heard_from").take(pa.array(sheets.root))
    for each in (table.drop_columns(["statement", "heard_from", "copy_of"]), rest):
        columns |= {name: each.column(name) for name in each.column_names}
    return truth_table("lost_statements", columns, len(rows))


def _lost_acts(parts: Parts, acts: pa.Table) -> pa.Table:
    """Return the acts that did not survive, as they were made."""
    rows = np.flatnonzero(parts.acts.lost >= 0)
    table = acts.take(pa.array(rows)).drop_columns(["act"])
    columns = {"made": rows.astype(np.int32), "lost_by": (parts.acts.lost[rows].astype(np.int8), LOST_BY)}
    return truth_table("lost_acts", columns | {n: table.column(n) for n in table.column_names}, len(rows))


def _moved(name: str, table: pa.Table, parts: Parts) -> pa.Table:
    """Return a further table of the truth with its references by the new numbers; what was lost becomes -1."""
    acts = np.full(len(parts.acts.lost), -1, np.int64)
    acts[parts.acts.order] = np.arange(len(parts.acts.order))
    rows: dict[str, NDArray[Any]] = {"persons": parts.entries.own, "statements": parts.new_rows(), "acts": acts}
    columns = {}
    for each in TRUTH_TABLES[name].columns:
        if each.refers in rows:
            old = column(table, each.name)
            columns[each.name] = np.where(old >= 0, rows[each.refers][old], -1).astype(np.int32)
    return _with(table, name, columns)
