"""Looks at the finished tables: ids that are names of others, texts for "not known", words after a death."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns_blocks import Coming, RecordTables
from greatfear.intake_tables.marks import UNKNOWN_WORDS
from greatfear.intake_tables.oddities_made import mirrored
from greatfear.show.wording import counted

Numbers = npt.NDArray[Any]
_FEW = 3
_MOST_SEXES = 2
_STAND_INS = (999, 9999, 99999)
"""Numbers that often stand for "not known"."""
_UNKNOWN = pa.array(sorted(UNKNOWN_WORDS), pa.string())
_LENGTH = {"month": 31.0, "year": 366.0}


def odd_record(tables: Mapping[str, pa.Table]) -> list[str]:
    """Return the remarks on the tables of an archive that was taken in."""
    people = tables["persons"]
    return [
        *mirrored(_some(tables, "ties", ("a", "b", "directed", "kind"))),
        *_names_as_ids(people),
        *_attributes(people),
        *_about_themselves(tables, people),
        *_after_death(tables),
    ]


def _names_as_ids(people: pa.Table) -> list[str]:
    """Return a remark where an id is the name of another person: names stand where ids should, or the other way round."""
    ids, names = people.column("id").combine_chunks(), _texts(people.column("name"))
    if names.null_count == len(names):
        return []
    odd = pc.and_(pc.is_in(ids, value_set=names.drop_null()), pc.fill_null(pc.not_equal(ids, names), True))
    found = ids.filter(odd).to_pylist()
    if not found:
        return []
    shown = ", ".join(
        f"{name!r} is the name of {ids[pc.index(names, name).as_py()].as_py()!r}" for name in found[:_FEW]
    )
    told = f"the id of {counted(len(found), 'person')} is the name of another one ({shown}); if they are the same, "
    return [told + "make 'aliases' of the names"]


def _texts(column: pa.ChunkedArray) -> pa.StringArray:
    """Return a column as plain texts."""
    return column.cast(pa.string()).combine_chunks()


def _attributes(people: pa.Table) -> list[str]:
    """Return a remark where a trait of persons holds a text for "not known", a stand-in, or many words for sexes."""
    remarks = []
    for field in people.schema:
        column = people.column(field.name)
        is_text = pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)
        if field.name in ("id", "person") or not (is_text or pa.types.is_integer(field.type)):
            continue
        if not is_text:
            odd = pc.is_in(column, value_set=pa.array(_STAND_INS).cast(field.type, safe=False))
        else:
            odd = pc.is_in(pc.utf8_lower(_texts(column)), value_set=_UNKNOWN)
        n_odd = pc.sum(odd).as_py() or 0
        if n_odd:
            text = _first(column, odd)
            told = f"{field.name}: {counted(n_odd, 'person')} with {text!r}, which was kept as a value; "
            remarks.append(f"{told}if it says that nothing is known, declare it (missing: ['', '{text}'])")
        if field.name == "sex":
            ways = [way for way in pc.unique(_texts(column)).to_pylist() if way is not None]
            if len(ways) > _MOST_SEXES:
                shown = ", ".join(map(repr, ways[:6]))
                remarks.append(f"sex is written in {len(ways)} ways ({shown}); declare what each means (values)")
    return remarks


def _first(column: pa.ChunkedArray, odd: pa.ChunkedArray) -> object:
    """Return the first odd value."""
    return column.filter(odd)[0].as_py()


def _blocks(tables: Mapping[str, pa.Table], name: str, columns: Sequence[str]) -> Iterator[list[Numbers]]:
    """Yield some columns of numbers; those of a table that is not made yet in blocks."""
    for block in _tables(tables, name, columns):
        yield [block.column(column).to_numpy() for column in columns]


def _tables(tables: Mapping[str, pa.Table], name: str, columns: Sequence[str]) -> Iterable[pa.Table]:
    """Return a table, or blocks of some columns of one that is not made yet."""
    rows = tables.rows()[name] if isinstance(tables, RecordTables) else tables[name]
    return rows.blocks(columns) if isinstance(rows, Coming) else [rows]


def _some(tables: Mapping[str, pa.Table], name: str, columns: Sequence[str]) -> pa.Table:
    """Return some columns of a table."""
    return pa.concat_tables([block.select(columns) for block in _tables(tables, name, columns)]).unify_dictionaries()


def _about_themselves(tables: Mapping[str, pa.Table], people: pa.Table) -> list[str]:
    """Return a remark where persons speak of themselves."""
    n_own, first = 0, list[int]()
    for speaker, subject in _blocks(tables, "statements", ("speaker", "subject")):
        own = speaker[(speaker == subject) & (speaker >= 0)]
        n_own += len(own)
        first += own[: _FEW - len(first)].tolist()
    if not n_own:
        return []
    names = dict.fromkeys(people.column("id")[at].as_py() for at in first)
    shown = ", ".join(map(repr, names))
    return [f"{counted(n_own, 'statement')} of persons about themselves ({shown}): do they accuse themselves?"]


def _after_death(tables: Mapping[str, pa.Table]) -> list[str]:
    """Return a remark where a person speaks, or is arrested, after a death that the tables tell."""
    acts, people = _some(tables, "acts", ("kind", "person", "time", "time_end", "precision")), tables["persons"]
    kinds = _texts(acts.column("kind"))
    is_death = pc.equal(kinds, "death").to_numpy(zero_copy_only=False)
    if not is_death.any():
        return []
    died = np.full(people.num_rows, np.inf)
    time, person = acts.column("time").to_numpy(), acts.column("person").to_numpy()
    length = np.ones(acts.num_rows)
    for precision, days in _LENGTH.items():
        length[pc.equal(_texts(acts.column("precision")), precision).to_numpy(zero_copy_only=False)] = days
    last = np.fmax(np.floor(time) + length, acts.column("time_end").to_numpy())
    sure = is_death & np.isfinite(last)
    np.minimum.at(died, person[sure], last[sure])
    late: list[int] = []
    for speaker, when in _blocks(tables, "statements", ("speaker", "time")):
        late += speaker[(speaker >= 0) & (when >= died[speaker])].tolist()
    held = pc.is_in(kinds, value_set=pa.array(["arrest", "interrogation"])).to_numpy(zero_copy_only=False)
    arrested = person[held & (time >= died[person])].tolist()
    remarks = []
    for what, whose in (("statement", late), ("arrest or interrogation / arrests or interrogations", arrested)):
        if whose:
            names = dict.fromkeys(people.column("id")[at].as_py() for at in whose[:_FEW])
            remarks.append(f"{counted(len(whose), what)} after the death of the person ({', '.join(map(repr, names))})")
    return remarks
