"""From the state of a finished run to the tables of the record and of the truth.

Rows are made a slice at a time, when they are asked for: an archive is written without ever standing in memory as a whole.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greatfear.naming.registry import BASES
from greatfear.record.columns import BLOCK_ROWS, table_from_columns
from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS
from greatfear.scenario.attributes import attribute_kinds
from greatfear.scenario.model import Scenario
from greatfear.simulation.boards import outcomes_of
from greatfear.simulation.codes import N_ACTS, N_PEOPLE, N_STATEMENTS
from greatfear.simulation.families import Naming, names_of
from greatfear.simulation.homes import Beyond, all_at_home, beyond, nobody
from greatfear.simulation.kernels.describe_people import describe_people
from greatfear.simulation.kernels.index import find
from greatfear.simulation.kernels.letters import write_numbered
from greatfear.simulation.process import Process
from greatfear.simulation.truth_schema import MOTIVES, truth_table
from greatfear.world.explicit import tie_bits
from greatfear.world.named import named_addresses, named_ties

_AT_A_TIME = 2 * BLOCK_ROWS


@dataclass(frozen=True)
class Stream:
    """A table whose rows are made a slice at a time.

    Parameters
    ----------
    num_rows : int
        How many rows there are.
    make : callable
        Returns the rows of a slice.
    """

    num_rows: int
    make: Callable[[slice], pa.Table]

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield the rows in batches."""
        for first in range(0, max(self.num_rows, 1), _AT_A_TIME):
            yield self.make(slice(first, min(first + _AT_A_TIME, self.num_rows)))

    def whole(self) -> pa.Table:
        """Return all rows at once."""
        return self.make(slice(0, self.num_rows))


def whole(streams: Mapping[str, Stream]) -> dict[str, pa.Table]:
    """Return every table with all its rows."""
    return {name: stream.whole() for name, stream in streams.items()}


def archive_streams(process: Process) -> dict[str, Stream]:
    """Return the tables of the archive of a run."""
    n, m, k = _counts(process)
    names = names_of(process.families)

    @functools.cache
    def elsewhere() -> Beyond:
        return beyond(process.world, process.state.rows, process.state.people["id"][:n].copy())

    return {
        "persons": Stream(n, lambda rows: _persons(process, rows, elsewhere().part(rows), names)),
        "statements": Stream(m, lambda rows: _statements(process, rows)),
        "acts": Stream(k, lambda rows: _acts(process, rows)),
        **{name: _fixed(table) for name, table in (("ties", _ties(process)), *_headings(process.scenario).items())},
    }


def truth_streams(process: Process) -> dict[str, Stream]:
    """Return the truth of the simulated world, beside the archive: for everybody, then family by family."""
    n, m, _ = _counts(process)
    families = [family.truth(process) for family in process.families]
    return {
        "members": Stream(n, lambda rows: _members(process, rows)),
        "namings": Stream(m, lambda rows: _namings(process, rows)),
        **{name: _fixed(table) for tables in families for name, table in tables.items()},
    }


def early_rows(process: Process) -> dict[str, Callable[[slice], pa.Table | None]]:
    """Return makers of the tables whose rows stand from the day on that wrote them, by name; None for rows that do not."""
    makers: dict[str, Callable[[slice], pa.Table | None]] = {
        "statements": lambda rows: _statements(process, rows),
        "acts": lambda rows: _acts(process, rows),
        "members": lambda rows: _members(process, rows),
        "namings": lambda rows: _namings(process, rows),
    }
    if not any(isinstance(family, Naming) for family in process.families):  # names are known at the end
        makers["persons"] = lambda rows: _settled_persons(process, rows)
    return makers


def rows_now(process: Process) -> dict[str, int]:
    """Return how many rows the tables of `early_rows` have by now."""
    persons, statements, acts = _counts(process)
    return {
        "persons": persons, "members": persons, "statements": statements, "namings": statements, "acts": acts,
    }  # fmt: skip


def _counts(process: Process) -> tuple[int, int, int]:
    """Return how many persons, statements and acts there are."""
    meter = process.state.meter
    return int(meter[N_PEOPLE]), int(meter[N_STATEMENTS]), int(meter[N_ACTS])


def _fixed(table: pa.Table) -> Stream:
    return Stream(table.num_rows, lambda rows: table.slice(rows.start, rows.stop - rows.start))


def _headings(scenario: Scenario) -> dict[str, pa.Table]:
    """Return offices and sources."""
    regions = scenario.population.regions
    sources = dict(sorted(scenario.sources.items()))  # in the order of the resolved form
    offices = {"id": [r.id for r in regions], "name": [r.name for r in regions], "region": [r.id for r in regions]}
    cited = {
        "id": list(sources),
        "citation": [source.citation for source in sources.values()],
        "doi": [source.doi or None for source in sources.values()],
    }
    return {
        "offices": table_from_columns("offices", offices | {"kind": "region"}, len(regions)),
        "sources": table_from_columns("sources", cited, len(sources)),
    }


def _row_numbers(rows: slice) -> NDArray[np.int32]:
    return np.arange(rows.start, rows.stop, dtype=np.int32)


def _members(process: Process, rows: slice) -> pa.Table:
    address = process.state.people["id"][rows].copy()
    members, informers = np.empty(address.size, np.int32), np.empty(address.size, np.int8)
    describe_people(process.world, address, address.size, members, informers)
    columns = {"person": _row_numbers(rows), "member": members, "informer": informers, "address": address}
    return truth_table("members", columns, address.size)


def _namings(process: Process, rows: slice) -> pa.Table:
    log = process.state.log[rows]
    columns = {
        "statement": _row_numbers(rows),
        "logp": log["logp"],
        "true_lead": log["true_lead"],
        "motive": (log["motive"], MOTIVES),
    }
    return truth_table("namings", columns | _bases(log["logp"], process.state.share[rows]), log.size)


def _bases(logp: NDArray[np.float64], share: NDArray[np.float32]) -> dict[str, Any]:
    """Return what each naming rests on; nothing where nobody chose, and anything else where no term speaks for it."""
    is_chosen = ~np.isnan(logp)
    largest = np.where(share.max(axis=1, initial=0.0) > 0, share.argmax(axis=1), BASES.index("other"))
    shares = {f"share_{basis}": np.where(is_chosen, share[:, b], np.float32(np.nan)) for b, basis in enumerate(BASES)}
    return {"basis": (np.where(is_chosen, largest, -1).astype(np.int8), BASES), **shares}


def _numbered(prefix: str, region: NDArray[Any], number: NDArray[Any], width: int) -> pa.Array:
    """Return texts such as P003-00001234."""
    n = region.size
    longest = 2 + sum(max(least, len(str(a.max(initial=0)))) for a, least in ((region, 3), (number, width)))
    letters, offsets = np.empty(n * longest, np.uint8), np.empty(n + 1, np.int32)
    write_numbered(ord(prefix), region.astype(np.int64), number.astype(np.int64), width, letters, offsets)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(letters))


def _settled_persons(process: Process, rows: slice) -> pa.Table | None:
    """Return persons, or None if somebody does not live at home: where such persons are put depends on who is still to come."""
    address = process.state.people["id"][rows].copy()
    return _persons(process, rows, nobody(), {}) if all_at_home(process.world, address) else None


def _persons(process: Process, rows: slice, part: Beyond, names: Mapping[int, str]) -> pa.Table:
    people, population = process.state.people[rows], process.scenario.population
    region, local = (people["id"] >> 32).astype(np.int16), (people["id"] & 0xFFFFFFFF).astype(np.int64)
    strata, abroad = people["stratum"].copy(), np.zeros(people.size, np.bool_)
    local[part.row], strata[part.row], abroad[part.row] = part.local, part.stratum, part.is_abroad
    columns = {
        "person": _row_numbers(rows),
        "id": _numbered("P", region, local, 8),
        "region": (region, [r.id for r in population.regions]),
        "stratum": (strata, [s.id for s in population.strata]),
        "unit": _numbered("U", region, local // population.unit, 6),
        "seniority": process.world.seniority[strata].astype(np.float32),
    }
    if abroad.any():
        columns |= _unplaced(columns, abroad, local)
    columns |= _own_attributes(process, people["id"], abroad)
    if names:
        named = _names(names, people["id"])
        columns["name"] = pc.coalesce(named, columns["name"]) if "name" in columns else named
    columns |= _attributes(process, people["id"])
    return table_from_columns("persons", columns, people.size)


def _attributes(process: Process, address: NDArray[np.int64]) -> dict[str, pa.Array]:
    """Return what the scenario says of persons with names, a column of texts for each attribute."""
    persons = process.scenario.persons
    places = (
        dict(zip(named_addresses(process.scenario, process.world).tolist(), persons, strict=True)) if persons else {}
    )
    keys = sorted({key for person in persons for key in person.attributes})
    known = [(k, places[int(address[k])]) for k in np.flatnonzero(np.isin(address, list(places)))] if keys else []
    columns = {key: np.full(address.size, None, object) for key in keys}
    for k, person in known:
        for key, words in person.attributes.items():
            columns[key][k] = words
    return {key: pa.array(column, pa.string()) for key, column in columns.items()}


def _own_attributes(process: Process, address: NDArray[np.int64], abroad: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the columns of the scenario's own attributes; null for persons who do not live in a region."""
    given = process.scenario.population.attributes
    if not given:
        return {}
    region, local = address >> 32, address & 0xFFFFFFFF
    lives = (local < process.world.region["size"][region]) & ~abroad
    place = np.where(lives, process.world.region["start"][region] + local, 0)
    found: dict[str, Any] = {}
    for name, is_number in attribute_kinds(given).items():
        values = [
            given[name][k] if at_home else None for k, at_home in zip(place.tolist(), lives.tolist(), strict=True)
        ]
        if name == "seniority":
            found[name] = np.array([np.nan if value is None else value for value in values], np.float32)
        elif is_number:
            found[name] = pa.array([None if value is None else float(value) for value in values], pa.float64())
        elif name == "name":
            found[name] = pa.array(values, pa.string())
        else:
            kinds = sorted({value for value in given[name] if value is not None})
            codes = {value: code for code, value in enumerate(kinds)}
            found[name] = (np.array([codes.get(value, -1) for value in values], np.int32), kinds)
    return found


def _names(names: Mapping[int, str], address: NDArray[np.int64]) -> pa.Array:
    """Return the names of those who have one."""
    known = np.array(sorted(names), np.int64)
    place = np.minimum(np.searchsorted(known, address), known.size - 1)
    return pa.array([names[one] for one in known.tolist()], pa.string()).take(
        pa.array(place, mask=known[place] != address)
    )


def _unplaced(columns: Mapping[str, Any], abroad: NDArray[np.bool_], local: NDArray[np.int64]) -> dict[str, Any]:
    """Return columns in which persons abroad have numbers of their own and no region, stratum, unit or rank."""
    where, numbers = pa.array(abroad), pc.utf8_lpad(pa.array(local).cast(pa.string()), 8, "0")
    return {
        "id": pc.if_else(where, pc.binary_join_element_wise("A", numbers, "-"), columns["id"]),
        "unit": pc.if_else(where, pa.scalar(None, pa.string()), columns["unit"]),
        "seniority": np.where(abroad, np.nan, columns["seniority"]).astype(np.float32),
        **{name: (np.where(abroad, -1, columns[name][0]), columns[name][1]) for name in ("region", "stratum")},
    }


def _statements(process: Process, rows: slice) -> pa.Table:
    log = process.state.log[rows]
    columns = {
        "statement": _row_numbers(rows),
        "time": log["time"],
        "precision": "instant",
        "speaker": log["speaker"],
        "subject": log["subject"],
        "channel": (log["channel"], CHANNELS),
        "pressure": log["pressure"],
        "prompted": log["prompted"],
        "sitting": log["sitting"],
        "office": log["office"].astype(np.int32),
        "level": "textual",
        "certainty": "certain",
    }
    return table_from_columns("statements", columns, log.size)


def _acts(process: Process, rows: slice) -> pa.Table:
    acts, scenario = process.state.acts[rows], process.scenario
    columns = {
        "act": _row_numbers(rows),
        "time": acts["time"],
        "precision": "instant",
        "person": acts["person"],
        "kind": (acts["kind"], ACT_KINDS),
        "office": acts["office"].astype(np.int32),
        "cause": (acts["cause"], CAUSES),
        "statement": acts["statement"],
        "operation": (
            acts["source"],
            [*(each.id for each in scenario.operations), *(each.id for each in scenario.orders)],
        ),
        "board": (acts["board"], [board.id for board in scenario.boards]),
        "outcome": (acts["outcome"], outcomes_of(process.scenario)),
        "pressure": acts["pressure"],
        "sitting": acts["sitting"],
        "evidence": acts["evidence"],
        "level": "textual",
        "certainty": "certain",
    }
    return table_from_columns("acts", columns, acts.size)


def _ties(process: Process) -> pa.Table:
    """Return explicit ties, one row per pair and kind; where ties are computed, those of persons with names alone."""
    kinds = tie_bits(process.scenario.tie_kinds)
    parts = [*_stored_ties(process, list(kinds.values())), _named_ties(process, list(kinds))]
    a, b, kind = (np.concatenate([part[k] for part in parts]) for k in range(3))
    columns = {
        "a": a.astype(np.int32),
        "b": b.astype(np.int32),
        "kind": (kind.astype(np.int8), list(kinds)),
        "directed": 0,
    }
    return table_from_columns("ties", columns, a.size)


def _named_ties(process: Process, kinds: list[str]) -> list[NDArray[np.int64]]:
    """Return rows of both persons and place of the kind of the ties that the scenario gives to persons with names."""
    rows = named_ties(process.scenario)
    address = named_addresses(process.scenario, process.world)
    place = np.array([find(process.state.rows, int(one)) for one in address], np.int64)
    one, two = (place[np.array(ends, np.int64)] for ends in ([a for a, _, _ in rows], [b for _, b, _ in rows]))
    return [one, two, np.array([kinds.index(kind) for _, _, kind in rows], np.int64)]


def _stored_ties(process: Process, bits: list[int]) -> list[tuple[NDArray[np.int64], ...]]:
    """Return rows of both persons and place of the kind of the ties that a small world stores, kind by kind."""
    world = process.world
    if world.indptr.size == 0:
        return []
    one = np.repeat(np.arange(world.indptr.size - 1), np.diff(world.indptr))
    two = world.region["start"][world.tie["person"] >> 32] + (world.tie["person"] & 0xFFFFFFFF)
    return [
        (one[keep], two[keep], np.full(int(keep.sum()), code, np.int64))
        for code, bit in enumerate(bits)
        if (keep := (one < two) & (world.tie["bits"] & bit > 0)).any()
    ]
