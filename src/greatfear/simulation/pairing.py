"""Two runs of the same world side by side: person by person through their addresses, and row by row by region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greatfear.describe.columns import Coded, coded, numbers
from greatfear.errors import Fault, FaultList
from greatfear.simulation.run import Run

FATES = ("accused", "arrested", "sentenced", "death")
"""What is compared of a person: accused (by somebody else or for an accident), arrested, sentenced but not released, to death."""

_TWO = ("base", "changed")
_SAID = ("time", "speaker", "subject", "channel", "prompted", "pressure")
_DONE = ("time", "person", "kind", "cause", "outcome", "operation", "board", "evidence", "pressure")
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def pair_persons(base: Run, changed: Run) -> pa.Table:
    """Return every person who was accused, arrested or sentenced in either run.

    Parameters
    ----------
    base, changed : Run
        Of the same seed and replicate, and of the same regions.

    Returns
    -------
    pyarrow.Table
        One row per person, by address: address, person (id), region, stratum; for each of `FATES` whether it befell the person
        in the one and in the other run (``accused_base``, ``accused_changed``); days of the first accusation and of the
        arrest in each, NaN where there was none.

    Raises
    ------
    FaultList
        If the regions differ: an address would mean somebody else.
    """
    _same_regions(base, changed)
    runs = (base, changed)
    addresses = [_addresses(run) for run in runs]
    every = np.union1d(*addresses)
    columns: dict[str, Any] = {"address": every}
    row_in = [np.searchsorted(every, own) for own in addresses]
    for name in ("id", "region", "stratum"):
        columns["person" if name == "id" else name] = _texts(runs, row_in, name, every.size)
    fates = [_fates(run) for run in runs]
    for name in (*FATES, "accused_day", "arrested_day"):
        for which, place, fate in zip(_TWO, row_in, fates, strict=True):
            own = fate[name]
            column = np.zeros(every.size, bool) if own.dtype == bool else np.full(every.size, np.nan)
            column[place] = own
            columns[f"{name}_{which}"] = column
    table = pa.table(columns)
    keep = np.zeros(every.size, bool)
    for name in FATES:
        keep |= columns[f"{name}_base"] | columns[f"{name}_changed"]
    return table.filter(pa.array(keep))


def counts_of(persons: pa.Table) -> dict[str, int]:
    """Return, for each of `FATES`, in how many persons both runs agree and how many it befell in one of them only."""
    found = {}
    for name in FATES:
        one, two = (np.asarray(persons.column(f"{name}_{which}").to_numpy()) for which in _TWO)
        found[f"{name}_both"] = int((one & two).sum())
        found[f"{name}_only_base"] = int((one & ~two).sum())
        found[f"{name}_only_changed"] = int((~one & two).sum())
    return found


def first_differences(base: Run, changed: Run) -> pa.Table:
    """Return, for each region, the first row in which two runs differ, and whether it came across from another region.

    The rows of a region are the acts on its persons and the statements by or about them; they are compared by the addresses of
    the persons, times, channels, kinds, causes, outcomes, operations, boards and evidence, not by row numbers.

    Returns
    -------
    pyarrow.Table
        One row per region: region; rows_base, rows_changed; differing (rows that only one run has); day (with its fraction) of
        the first, NaN where there is none; run that has it; what it is; crossed_from, the other region where the first difference
        is a statement between two regions, empty where none crossed: then something shared by the country brought it, or
        the changed rule itself.
    """
    _same_regions(base, changed)
    regions = [region.id for region in base.scenario.population.regions]
    tables = [(_said(run), _done(run)) for run in (base, changed)]
    only = [_only(tables[0], tables[1], "base"), _only(tables[1], tables[0], "changed")]
    rows = pa.concat_tables([each for pair in only for each in pair])
    one, two = (np.asarray(rows.column(name).to_numpy()) for name in ("here", "there"))
    held = [[_held(table, r) for r in range(len(regions))] for table in tables]
    found = [
        {"region": name, "rows_base": held[0][r], "rows_changed": held[1][r]}
        | _first(rows.filter(pa.array((one == r) | (two == r))), r, regions)
        for r, name in enumerate(regions)
    ]
    return pa.Table.from_pylist(found)


def _same_regions(base: Run, changed: Run) -> None:
    one, two = ([region.id for region in run.scenario.population.regions] for run in (base, changed))
    if one != two:
        fix = "change a rule, not the list of regions"
        raise FaultList([Fault("population.regions", ", ".join(two[:5]), ", ".join(one[:5]), fix)], "what if")


def _addresses(run: Run) -> Ints:
    return np.asarray(numbers(run.truth["members"], "address"), np.int64)


def _texts(runs: tuple[Run, Run], row_in: list[Any], name: str, n: int) -> pa.Array:
    """Return a text of every person, from whichever run knows the person."""
    values = np.full(n, "", object)
    for run, place in zip(runs, row_in, strict=True):
        values[place] = (
            run.archive.table("persons", [name]).column(name).cast(pa.string()).to_numpy(zero_copy_only=False)
        )
    return pa.array(values, pa.string())


def _fates(run: Run) -> dict[str, Any]:
    """Return what befell each person of a run, and when first."""
    n = run.archive.n_rows("persons")
    said = run.archive.table("statements", ["time", "speaker", "subject"])
    acts = run.archive.table("acts", ["time", "person", "kind", "outcome"])
    subject, by_others = numbers(said, "subject"), numbers(said, "speaker") != numbers(said, "subject")
    person, kind, outcome = numbers(acts, "person"), coded(acts, "kind"), coded(acts, "outcome")
    sentence, arrest = kind.equals("sentence"), kind.equals("arrest")
    found: dict[str, Any] = {
        "accused_day": _earliest(subject[by_others], numbers(said, "time")[by_others], n),
        "arrested_day": _earliest(person[arrest], numbers(acts, "time")[arrest], n),
        "sentenced": np.zeros(n, bool),
        "death": np.zeros(n, bool),
    }
    found["sentenced"][person[sentence & ~outcome.equals("released")]] = True
    found["death"][person[sentence & outcome.among(run.archive.words.deaths)]] = True
    return found | {name: ~np.isnan(found[f"{name}_day"]) for name in ("accused", "arrested")}


def _earliest(person: Ints, time: Floats, n: int) -> Floats:
    """Return the earliest time of each person, NaN where there is none."""
    first = np.full(n, np.inf)
    np.minimum.at(first, person, time)
    return np.where(np.isfinite(first), first, np.nan)


def _said(run: Run) -> pa.Table:
    """Return the statements by addresses; ``here`` and ``there`` are the regions of subject and speaker."""
    table, address = run.archive.table("statements", list(_SAID)), np.append(_addresses(run), -1)
    speaker, subject = (address[numbers(table, name)] for name in ("speaker", "subject"))
    columns = {"table": _same(table, "statement"), "time": table["time"], "person": subject, "other": speaker}
    columns |= {"words": _words(table, ("channel",)), "number": numbers(table, "prompted").astype(np.int64)}
    here, there = subject >> 32, np.where(speaker >= 0, speaker >> 32, subject >> 32)
    return pa.table(columns | {"pressure": _pressure(table), "here": here, "there": there})


def _done(run: Run) -> pa.Table:
    """Return the acts by addresses, in the same columns as the statements."""
    table, address = run.archive.table("acts", list(_DONE)), _addresses(run)
    person = address[numbers(table, "person")]
    columns = {"table": _same(table, "act"), "time": table["time"], "person": person, "other": np.full(person.size, -1)}
    columns |= {"words": _words(table, ("kind", "cause", "outcome", "operation", "board"))}
    columns |= {"number": numbers(table, "evidence").astype(np.int64), "pressure": _pressure(table)}
    return pa.table(columns | {"here": person >> 32, "there": person >> 32})


def _same(table: pa.Table, word: str) -> pa.Array:
    return pa.repeat(pa.scalar(word), table.num_rows)


def _words(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    """Return categories joined to one text; absent ones are left out."""
    parts: list[Coded] = [coded(table, name) for name in names]
    texts = [np.array([*part.names, ""], object)[part.codes] for part in parts]
    joined = pc.binary_join_element_wise(*(pa.array(text, pa.string()) for text in texts), " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, " +", " "))


def _pressure(table: pa.Table) -> Ints:
    """Return pressure in millionths, -1 for none: a key that NaN would spoil."""
    return np.nan_to_num(numbers(table, "pressure").astype(float) * 1e6, nan=-1).round().astype(np.int64)


def _only(own: tuple[pa.Table, pa.Table], other: tuple[pa.Table, pa.Table], run: str) -> list[pa.Table]:
    """Return the rows that only one of two runs has."""
    found = []
    for mine, theirs in zip(own, other, strict=True):
        keys = mine.column_names
        left = mine.join(theirs.select(keys), keys=keys, join_type="left anti").select(keys)
        found.append(left.append_column("run", _same(left, run)))
    return found


def _held(tables: tuple[pa.Table, pa.Table], region: int) -> int:
    """Return how many rows of a run belong to a region."""
    return sum(
        int(((numbers(table, "here") == region) | (numbers(table, "there") == region)).sum()) for table in tables
    )


def _first(rows: pa.Table, region: int, regions: list[str]) -> dict[str, Any]:
    """Return the first of the differing rows of a region; of several at one moment, a statement that crossed."""
    if not rows.num_rows:
        return {"differing": 0, "day": float("nan"), "run": "", "what": "", "crossed_from": ""}
    time = np.asarray(rows.column("time").to_numpy())
    earliest = rows.filter(pa.array(time == time.min())).to_pylist()
    first = min(earliest, key=lambda row: (row["here"] == row["there"], row["table"], row["run"], row["person"]))
    other = first["there"] if first["here"] == region else first["here"]
    return {
        "differing": rows.num_rows,
        "day": float(time.min()),
        "run": first["run"],
        "what": _told(first),
        "crossed_from": regions[other] if other != region else "",
    }


def _told(row: dict[str, Any]) -> str:
    """Return a row in words."""
    words = " ".join(word for word in row["words"].split() if word != "none")
    speaker = f"{_name(row['other'])} names " if row["table"] == "statement" and row["other"] >= 0 else ""
    return f"{words}: {speaker}{_name(row['person'])}"


def _name(address: int) -> str:
    """Return the id under which a person stands in an archive."""
    return f"P{address >> 32:03d}-{address & 0xFFFFFFFF:08d}"
