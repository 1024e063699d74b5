"""The graph of an archive, row by row: persons as nodes, statements and ties as edges with the days on which they hold.

Here stands what the graph formats have in common: queries, names and types of attributes, and what a graph cannot hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from greatfear.record.archive import StoredArchive

UNKNOWN_SPEAKER = -1
"""Node of all speakers who are not known, where it is asked for."""
AT_ONCE = 500_000
"""Persons, or statements, that are asked for at once."""
_COUNTS = ("arrests", "named", "first_arrest", "first_named")
_EDGE_TYPES = {
    "relation": "string",
    "kind": "string",
    "statements": "long",
    "first": "string",
    "last": "string",
    "undated": "long",
    "mutual": "boolean",
}
"""Attributes of an edge besides its weight: relation is ``statement`` or ``tie``; first and last are dates."""

_NOT_ON_EDGES = (
    "pressure", "prompted", "sitting", "office", "collective", "heard_from", "copy_of", "circumstance", "certainty", "level",
    "source", "place", "written",
)  # fmt: skip
"""Columns of statements that an edge does not hold."""
_LAST_DAY = """case precision when 'month' then last_day(date) when 'year' then make_date(year(date), 12, 31)
    when 'interval' then cast(date + cast(ceil(time_end) - floor(time) - 1 as integer) as date) else date end"""
_STATEMENTS = f"""
with said as (select speaker as a, subject as b, cast(channel as varchar) as channel, greatest(weight, 1) as times, date,
                     {_LAST_DAY} as until from statements where {{part}}),
pairs as (select a, b, cast(sum(times) as double) as weight, count(*) as statements, min(channel) as kind,
                 min(date) as first, max(until) as last, count(*) filter (where date is null) as undated,
                 count(*) > 1 and (max(channel) = min(channel) and max(date) = min(date) and max(until) = min(until))
                     is distinct from true as varied
          from said group by a, b),
several as (select a, b, string_agg(distinct channel, ' ' order by channel) as kind,
                   list_sort(list(distinct cast(date as varchar) || '/' || cast(until as varchar))
                             filter (where date is not null)) as days
            from said semi join (select a, b from pairs where varied) using (a, b) group by a, b)
select a, b, pairs.weight, 'statement' as relation, pairs.statements,
       case when varied then several.kind else pairs.kind end as kind, cast(pairs.first as varchar) as first,
       cast(pairs.last as varchar) as last, pairs.undated, false as mutual,
       case when varied then several.days
            when first is not null then [cast(first as varchar) || '/' || cast(last as varchar)] end as days
from pairs left join several using (a, b) order by a, b
"""
"""Lists are made only for pairs whose statements differ in channel or day: that takes a third of the time."""
_DAY = """case precision when 'month' then last_day(date) when 'year' then make_date(year(date), 12, 31)
    when 'interval' then cast(date + cast(ceil(time_end) - floor(time) - 1 as integer) as date) else date end"""
_STATEMENTS = f"""
with said as (select speaker, subject, channel, greatest(weight, 1) as times, date, {_LAST_DAY} as until
              from statements where {{part}})
select speaker as a, subject as b, cast(sum(times) as double) as weight, 'statement' as relation, count(*) as statements,
       string_agg(distinct channel, ' ' order by channel) as kind, cast(min(date) as varchar) as first,
       cast(max(until) as varchar) as last, count(*) filter (where date is null) as undated, false as mutual,
       list_sort(list(distinct cast(date as varchar) || '/' || cast(until as varchar)) filter (where date is not null)) as days
from said group by 1, 2 order by 1, 2
"""
_DAY = "cast(date '{epoch}' + cast(floor({column}) as integer) as varchar)"
_TIES = """
select a, b, case when isnan(weight) then 1 else weight end::double as weight, 'tie' as relation,
       null::bigint as statements, kind,
       case when isnan(start) then null else {start} end as first,
       case when isnan("end") then null else {end} end as last, null::bigint as undated, directed = 0 as mutual,
       case when isnan(start) and isnan("end") then []
            else [coalesce(case when isnan(start) then null else {start} end, '') || '/' ||
                  coalesce(case when isnan("end") then null else {end} end, '')] end as days
from ties
"""
_NODES = """
select p.*, coalesce(a.n, 0) as "{arrests}", coalesce(s.n, 0) as "{named}", a.first as "{first_arrest}",
       s.first as "{first_named}"
from (select * from persons where person between {low} and {high}) p
left join (select person, count(*) as n, cast(min(date) as varchar) as first from acts
           where kind = 'arrest' and person between {low} and {high} group by 1) a using (person)
left join (select subject as person, count(*) as n, cast(min(date) as varchar) as first from statements
           where subject between {low} and {high} group by 1) s using (person)
order by p.person
"""


@dataclass(frozen=True, slots=True)
class GraphChoice:
    """What a graph holds.

    Parameters
    ----------
    ties : bool
        Whether ties are edges, each of its kind.
    unknown_speaker : bool
        Whether speakers who are not known are one node, so that their statements are edges too.
    plain : bool
        Whether texts of a CSV file that begin with ``=``, ``+``, ``-`` or ``@`` stay as they are. By default an apostrophe
        comes before them, since a spreadsheet would run them as formulas.
    """

    ties: bool = True
    unknown_speaker: bool = False
    plain: bool = False


def node_types(archive: StoredArchive) -> dict[str, str]:
    """Return the attributes of a node with their types, as GEXF names them: all columns of persons, then counts."""
    schema = _schema(archive, "persons")
    types = {item.name: _type(item.type) for item in schema if item.name not in ("person", "date")}
    types.setdefault("label", "string")
    return types | {_counts(archive)[name]: "long" if name in ("arrests", "named") else "string" for name in _COUNTS}


def edge_types(archive: StoredArchive) -> dict[str, str]:
    """Return the attributes of an edge with their types; `kind_word` where the case has its own words for channels."""
    return _EDGE_TYPES | ({"kind_word": "string"} if archive.words.given.get("channels") else {})


def _counts(archive: StoredArchive) -> dict[str, str]:
    """Return the names of the counts; one that an attribute bears already gets a sign behind it."""
    taken = set(_schema(archive, "persons").names)
    return {name: f"{name}_" if name in taken else name for name in _COUNTS}


def _type(kind: pa.DataType) -> str:
    """Return the type of an attribute."""
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "long"
    return "double" if pa.types.is_floating(kind) else "string"


def node_tables(archive: StoredArchive, choice: GraphChoice) -> Iterator[pa.Table]:
    """Yield the persons some at a time, with the label that each is shown by."""
    counts = _counts(archive)
    with archive.several_queries() as ask:
        for low in range(0, archive.n_rows("persons"), AT_ONCE):
            table = ask(_NODES.format(low=low, high=low + AT_ONCE - 1, **counts))
            names = [table[name].cast(pa.string()) for name in ("label", "name", "id") if name in table.column_names]
            shown = [pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column) for column in names[:-1]]
            label = pc.coalesce(*shown, names[-1])
            kept = table.drop_columns(["label"]) if "label" in table.column_names else table
            yield kept.append_column("label", label)
    if choice.unknown_speaker:
        shown_as = {"label": ["unknown speaker"], "id": ["unknown speaker"]}
        yield pa.table({"person": np.array([UNKNOWN_SPEAKER], dtype=np.int32), **shown_as})


def edge_tables(archive: StoredArchive, choice: GraphChoice) -> Iterator[pa.Table]:
    """Yield statements by speaker and subject, then ties, numbered; `days` lists first and last days, with / between."""
    worded, words, n = "kind_word" in edge_types(archive), archive.words, 0
    for found in _tables_of_edges(archive, choice):
        table = pa.table(found)
        if worded and table.num_rows:
            coded = pc.if_else(pc.equal(table["relation"], "statement"), table["kind"], "").combine_chunks()
            coded = coded.dictionary_encode()
            told = [
                ", ".join(words.renamed("channels", kind.split(" "))) if kind else None
                for kind in coded.dictionary.to_pylist()
            ]
            table = table.append_column("kind_word", pa.array(told, pa.string()).take(coded.indices))
        yield table.append_column("number", pa.array(np.arange(n, n + table.num_rows)))
        n += table.num_rows


def nodes(archive: StoredArchive, choice: GraphChoice) -> Iterator[dict[str, Any]]:
    """Yield the persons with all that is known of them; what is not known is left out."""
    types = node_types(archive)
    for table in node_tables(archive, choice):
        for row in _rows(table):
            yield {"person": row["person"], **_known(row, types)}


def edges(archive: StoredArchive, choice: GraphChoice) -> Iterator[dict[str, Any]]:
    """Yield the edges of `edge_tables` with all that is known of them."""
    types = edge_types(archive)
    for table in edge_tables(archive, choice):
        for row in _rows(table):
            yield {name: row[name] for name in ("a", "b", "weight", "days")} | _known(row, types)


def _tables_of_edges(archive: StoredArchive, choice: GraphChoice) -> Iterator[pa.Table | pa.RecordBatch]:
    """Yield the edges, some speakers at a time, then the ties; what is held does not grow with the archive."""
    epoch = archive.manifest.epoch
    with archive.several_queries() as ask:
        for part in _parts(ask, UNKNOWN_SPEAKER if choice.unknown_speaker else 0):
            yield ask(_STATEMENTS.format(part=part))
    if choice.ties:
        start, end = _DAY.format(epoch=epoch, column="start"), _DAY.format(epoch=epoch, column='"end" - 1')
        yield from archive.batches(_TIES.format(start=start, end=end))


def _parts(ask: Callable[[str], pa.Table], low: int) -> Iterator[str]:
    """Yield conditions that part the statements by speaker, and those of one speaker of many by subject."""
    counts = "select {one}, count(*) from statements where {part} group by 1 order by 1"
    for first, last, n in _spans(ask(counts.format(one="speaker", part=f"speaker >= {low}"))):
        part = f"speaker between {first} and {last}"
        if first < last or n <= AT_ONCE:
            yield part
            continue
        for start, end, _ in _spans(ask(counts.format(one="subject", part=part))):
            yield f"{part} and subject between {start} and {end}"


def _spans(counts: pa.Table) -> Iterator[tuple[int, int, int]]:
    """Yield first and last number of neighbours that have about `AT_ONCE` statements together, and how many they have."""
    if not counts.num_rows:
        return
    numbers, n = (column.to_numpy() for column in counts.columns)
    before = np.cumsum(n) - n
    is_large = n > AT_ONCE
    starts = np.diff(before // AT_ONCE, prepend=-1).astype(bool) | is_large
    starts[1:] |= is_large[:-1]
    ends = np.r_[np.flatnonzero(starts)[1:], len(numbers)]
    for start, end in zip(np.flatnonzero(starts).tolist(), ends.tolist(), strict=True):
        yield int(numbers[start]), int(numbers[end - 1]), int(n[start:end].sum())


def graph_left_out(archive: StoredArchive, choice: GraphChoice) -> dict[str, int]:
    """Return what a graph of this archive leaves out, with counts."""
    n_unknown = archive.sql("select count(*) from statements where speaker < 0").column(0)[0].as_py()
    n_other = archive.sql("select count(*) from acts where kind <> 'arrest'").column(0)[0].as_py()
    found = {
        "statements without a known speaker": 0 if choice.unknown_speaker else n_unknown,
        "ties": 0 if choice.ties else archive.n_rows("ties"),
        archive.words.reworded("acts other than arrests"): n_other,
        f"causes and offices of {archive.words.many('acts', 'arrest')}": archive.n_rows("acts") - n_other,
    }
    found |= _columns_left_out(archive, choice)
    for name in ("offices", "aliases", "sources", "details", "mentions", "labels", "population"):
        found[f"rows of {name}"] = archive.n_rows(name)
    return {what: count for what, count in found.items() if count}


def _columns_left_out(archive: StoredArchive, choice: GraphChoice) -> dict[str, int]:
    """Return how often columns of statements and ties are known that an edge does not hold."""
    found: dict[str, int] = {}
    of_edges = {
        "statements": _NOT_ON_EDGES,
        **({"ties": ("certainty", "level", "source", "place", "written")} if choice.ties else {}),
    }
    for name, columns in of_edges.items():
        kinds = {column.name: column.type for column in _schema(archive, name) if column.name in columns}
        if not kinds or not archive.n_rows(name):
            continue
        known = {
            column: f'"{column}" >= 0' if not _is_text(kind) and not pa.types.is_floating(kind)
            else f'"{column}" is not null' if _is_text(kind) else f'not isnan("{column}")'
            for column, kind in kinds.items()
        }  # fmt: skip
        counts = ", ".join(f"count(*) filter (where {test})" for test in known.values())
        row = archive.sql(f"select {counts} from {name}").to_pylist()[0]
        found |= {f"{column} ({name})": count for column, count in zip(known, row.values(), strict=True)}
    low = UNKNOWN_SPEAKER if choice.unknown_speaker else 0
    speaker, subject = (column.to_numpy() for column in archive.table("statements", ["speaker", "subject"]).columns)
    pairs = (speaker.astype(np.int64) << 32 | subject)[speaker >= low]
    what = "statements that share an edge with others, of which it has the days, the channels and the sum of weights"
    found[what] = len(pairs) - len(np.unique(pairs))
    return found


def _schema(archive: StoredArchive, name: str) -> pa.Schema:
    """Return the columns of a table, of which no row is read."""
    return archive.sql(f"select * from {name} limit 0").schema


def _is_text(kind: pa.DataType) -> bool:
    """Whether a column holds texts, or categories of texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _rows(rows: pa.Table | pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Yield rows, a few thousand at a time as Python values."""
    for start in range(0, rows.num_rows, 8192):
        yield from rows.slice(start, 8192).to_pylist()


def _known(row: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """Return the values that are known: no absent text, no NaN, no -1."""
    return {name: value for name in types if not is_unknown(value := row.get(name))}


def is_unknown(value: Any) -> bool:
    """Whether a value stands for "not known"."""
    if value is None or value == -1:
        return value is None or isinstance(value, int)
    return isinstance(value, float) and math.isnan(value)
