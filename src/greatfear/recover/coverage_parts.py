"""Coverage where one table is not enough: over draws of who is who, stratum by stratum, and lists that cite one another."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from greatfear.describe.columns import coded, numbers
from greatfear.errors import Fault, FaultList
from greatfear.recover.coverage_models.answer import Answer, answer
from greatfear.recover.coverage_models.lists import (
    ListCounts,
    lists_from_columns,
    lists_from_file,
    lists_from_members,
    members_of,
)
from greatfear.recover.coverage_models.models import all_models
from greatfear.recover.coverage_models.refusing import reasons_to_refuse
from greatfear.recover.ledger_words import count
from greatfear.recover.result import Check, Result, shown

if TYPE_CHECKING:
    from greatfear.archive import Archive

Columns = dict[str, list[Any]]
Partitions = Result | Mapping[str, Sequence[object]] | str | os.PathLike[str]
_DRAWS = 20
_LEAST_CITED = 20
_LEVEL = 0.001


def columns_of(path: Path) -> Columns:
    """Return the columns of a CSV file of lists; what is wrong with it, `lists_from_file` says."""
    with path.open(newline="", encoding="utf-8-sig") as opened:
        rows = [row for row in csv.reader(opened) if row]
    head = [name.strip() for name in rows[0]] if rows else []
    if any(len(row) != len(head) for row in rows) or len(set(head)) < len(head):
        lists_from_file(path)
    return {name: [row[k].strip() for row in rows[1:]] for k, name in enumerate(head)}


def counts_of_columns(table: Mapping[str, Sequence[Any]]) -> ListCounts:
    """Return the counts of columns person and list, or of columns of 0 and 1."""
    if {"person", "list"} <= set(table):
        return lists_from_members(members_of(table))
    return lists_from_columns({name: list(column) for name, column in table.items()})


def members_of_archive(archive: Archive) -> list[tuple[str, str]]:
    """Return pairs (row number of the person, list) of the mentions whose person is known."""
    table = archive.table("mentions", ["person", "list"])
    person, names = numbers(table, "person").tolist(), table.column("list").to_pylist()
    return [(str(p), str(n)) for p, n in zip(person, names, strict=True) if p >= 0]


def _labels(partitions: Partitions) -> dict[str, list[str]]:
    """Return for each record its cluster in each draw."""
    if isinstance(partitions, Result):
        table = partitions.tables.get("partitions", pa.table({})).to_pydict()
    elif isinstance(partitions, Mapping):
        table = {name: list(column) for name, column in partitions.items()}
    else:
        path = Path(partitions)
        if not path.is_file():
            fault = Fault(str(path), "no such file", "aliases-partitions.csv, as recover aliases -o FOLDER writes it")
            raise FaultList([fault], "partitions")
        table = columns_of(path)
    draws = sorted(name for name in table if name.startswith("draw"))
    if "record" not in table or not draws:
        fault = Fault("partitions", f"columns {', '.join(table) or 'none'}", "record, draw_00, draw_01, ...",
                      "give the table partitions of greatfear.recover.aliases")  # fmt: skip
        raise FaultList([fault], "partitions")
    step = max(len(draws) // _DRAWS, 1)
    chosen = [table[name] for name in draws[::step][:_DRAWS]]
    return {str(key): [str(column[k]) for column in chosen] for k, key in enumerate(table["record"])}


def _entries(lists: Archive | Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """Return for each entry its record, what it is called where no draw holds it, and its list."""
    if isinstance(lists, Mapping):
        if not {"record", "list"} <= set(lists):
            fault = Fault("lists", f"columns {', '.join(lists)}", "record and list", "one row for each entry of a list")
            raise FaultList([fault], "coverage")
        return [(str(r), str(r), str(x)) for r, x in zip(lists["record"], lists["list"], strict=True)]
    table = lists.table("mentions", ["person", "list"])
    ids = lists.table("persons", ["id"]).column("id").to_pylist()
    rows = zip(numbers(table, "person").tolist(), table.column("list").to_pylist(), strict=True)
    return [(f"mentions {k}", ids[p] if p >= 0 else f"mentions {k}", str(x)) for k, (p, x) in enumerate(rows)]


def over_draws(
    lists: Archive | Mapping[str, Sequence[Any]], partitions: Partitions, seed: int
) -> tuple[ListCounts, pa.Table, str]:
    """Return the counts of the first draw, a row for each draw, and a sentence on how far the answer depends on who is who."""
    labels, entries = _labels(partitions), _entries(lists)
    n_draws = len(next(iter(labels.values())))
    rows, first = [], None
    known: dict[tuple[object, ...], Answer] = {}
    for draw in range(n_draws):
        members = [
            (labels[record][draw] if record in labels else labels[other][draw] if other in labels else other, name)
            for record, other, name in entries
        ]
        counts = lists_from_members(members)
        first = first or counts
        key = (counts.names, counts.cells.tobytes())
        if key not in known:
            known[key] = _answered(counts, seed)
        said = known[key]
        rows.append({"draw": draw, "persons_on_lists": counts.n_observed, **_numbers(said)})
    table = pa.Table.from_pylist(rows)
    told = [row for row in rows if math.isfinite(row["smallest"])]
    if not told or first is None:
        return (
            first or ListCounts((), np.zeros(1, np.int64)),
            table,
            "In no draw do the lists say how many are missing.",
        )
    on = sorted(row["persons_on_lists"] for row in rows)
    ends = [(row["smallest"], row["largest"]) for row in told]
    low, high = [a for a, _ in ends], [b for _, b in ends]
    words = (
        f"Who is who is uncertain: over {n_draws} draws {on[0]:,} to {on[-1]:,} persons stand on the lists. The estimates of the "
        f"models that stand run from {min(low):,.0f} to {max(high):,.0f}; the means of both ends over draws are "
        f"{np.mean(low):,.0f} and {np.mean(high):,.0f}."
    )
    return first, table, words


def _answered(counts: ListCounts, seed: int) -> Answer:
    """Return the answer of quick fits: no bootstrap, short chains."""
    refused = reasons_to_refuse(counts)
    return answer(counts, [] if refused else all_models(counts, seed=seed, n_boot=0, effort=0.1))


def _numbers(said: Answer) -> dict[str, Any]:
    return {
        "smallest": said.smallest,
        "largest": said.largest,
        "low": said.low,
        "high": said.high,
        "verdict": said.verdict,
    }


def over_strata(lists: Archive | Mapping[str, Sequence[Any]], by: str, seed: int) -> tuple[pa.Table, str]:
    """Return a row for each stratum, and a sentence that adds them up.

    Raises
    ------
    greatfear.errors.FaultList
        There is no such column.
    """
    rows = []
    for value, counts in _by_stratum(lists, by):
        said = _answered(counts, seed)
        reason = "; ".join(said.reasons[:1])
        rows.append({by: value, "persons_on_lists": counts.n_observed, **_numbers(said), "reason": reason})
    told = [row for row in rows if row["verdict"] != "cannot tell"]
    silent = [row for row in rows if row["verdict"] == "cannot tell"]
    text = f"By {by}: "
    if told:
        low, high = (sum(row[end] for row in told) for end in ("smallest", "largest"))
        where = f"in {count(len(told), 'part')} of {len(rows)}"
        text += f"{where} the models that stand add up to {low:,.0f} to {high:,.0f} persons{'; ' if silent else '. '}"
    if silent:
        n = sum(row["persons_on_lists"] for row in silent)
        text += f"{count(len(silent), 'part')} with {count(n, 'person')} on the lists cannot tell. "
    return pa.Table.from_pylist(
        rows
    ), text + "Within a stratum persons are more alike, so the assumptions are easier to defend."


def _by_stratum(lists: Archive | Mapping[str, Sequence[Any]], by: str) -> list[tuple[str, ListCounts]]:
    """Return the counts of each stratum, by name."""
    if isinstance(lists, Mapping):
        if by not in lists:
            raise FaultList([Fault("by", repr(by), f"a column of the lists: {', '.join(lists)}")], "coverage")
        values = [str(value) for value in lists[by]]
        rest = {name: column for name, column in lists.items() if name != by}
        parts = {}
        for value in sorted(set(values)):
            keep = [k for k, one in enumerate(values) if one == value]
            parts[value] = counts_of_columns({name: [column[k] for k in keep] for name, column in rest.items()})
        return list(parts.items())
    persons = lists.table("persons")
    if by not in persons.column_names:
        raise FaultList([Fault("by", repr(by), f"a column of persons: {', '.join(persons.column_names)}")], "coverage")
    value_of = [str(value) if value is not None else "not recorded" for value in persons.column(by).to_pylist()]
    members: dict[str, list[tuple[str, str]]] = {}
    for person, name in members_of_archive(lists):
        members.setdefault(value_of[int(person)], []).append((person, name))
    return [(value, lists_from_members(found)) for value, found in sorted(members.items())]


def cited_lists(lists: Archive | Mapping[str, Sequence[Any]]) -> list[Check]:
    """Return a check for each list that looks as if it was made from another one.

    Of a table with the column ``cites`` the entries are counted that cite another list on which the person stands. Of an
    archive it is tested whether those whom persons of one list named stand on another list more often than others who were
    named (Fisher's exact test, one-sided, 0.001, at least 20 such persons).
    """
    return _cited_in_table(lists) if isinstance(lists, Mapping) else _cited_in_archive(lists)


def _cited_in_table(table: Mapping[str, Sequence[Any]]) -> list[Check]:
    if not {"person", "list", "cites"} <= set(table):
        return []
    on: dict[str, set[str]] = {}
    for person, name in members_of(table):
        on.setdefault(person, set()).add(name)
    entries = zip(table["person"], table["list"], table["cites"], strict=True)
    second = [(str(p), str(x), str(c or "").strip()) for p, x, c in entries if len(on[str(p)]) > 1]
    cite = [c for p, x, c in second if c and c != x and c in on[p]]
    share = len(cite) / max(len(second), 1)
    means = "No entry cites another list on which the person stands."
    if cite:
        means = (
            f"{len(cite):,} of {len(second):,} entries of persons on two lists or more cite another of these lists: the lists "
            "were made from one another, and the true number is larger than the models say."
        )
    return [Check("entries that cite another list", share, 0.1, share <= 0.1, means)]


def _cited_in_archive(archive: Archive) -> list[Check]:
    from scipy.stats import fisher_exact

    table = archive.table("mentions", ["person", "list"])
    person, name = numbers(table, "person"), coded(table, "list")
    n = archive.n_rows("persons")
    said = archive.table("statements", ["speaker", "subject"])
    speaker, subject = numbers(said, "speaker"), numbers(said, "subject")
    use = (speaker >= 0) & (subject >= 0) & (speaker != subject)
    on = np.zeros((len(name.names), n), bool)
    on[name.codes[person >= 0], person[person >= 0]] = True
    named = np.zeros(n, bool)
    named[subject[use]] = True
    checks = []
    for a, one in enumerate(name.names):
        by_one = np.zeros(n, bool)
        by_one[subject[use & on[a][np.maximum(speaker, 0)]]] = True
        for b, two in enumerate(name.names):
            # Those who stand on the first list themselves are left out: they may be on both for other reasons.
            asked = named & ~on[a]
            cells = [[int((asked & x & y).sum()) for y in (on[b], ~on[b])] for x in (by_one, ~by_one)]
            if a == b or sum(cells[0]) < _LEAST_CITED or sum(cells[1]) < _LEAST_CITED:
                continue
            p = float(fisher_exact(cells, alternative="greater").pvalue)
            if p < _LEVEL:
                shares = [row[0] / sum(row) for row in cells]
                means = (
                    f"of those whom persons of list {one} named, {shares[0]:.0%} stand on list {two}, of others who were named "
                    f"{shown(100 * shares[1])} %: list {two} looks as if it was made from their statements, and the true number "
                    "is larger than the models say."
                )
                checks.append(Check(f"list {two} follows list {one}", p, _LEVEL, False, means))
    return checks
