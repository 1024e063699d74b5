"""Twin of the ledger: who was named by whom, filter by filter, in plain Python over lists of rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

Row = Mapping[str, Any]


def kept(statements: Sequence[Row], acts: Sequence[Row], name: str) -> list[Row]:
    """Return the namings that pass a filter. Rows have time (day or None), speaker, subject, office, prompted, pressure."""
    rows = [r for r in statements if r["speaker"] >= 0 and r["speaker"] != r["subject"]]
    return [r for r in rows if _passes(r, rows, acts, name)]


def _passes(row: Row, rows: Sequence[Row], acts: Sequence[Row], name: str) -> bool:
    if name == "free":
        return all(_passes(row, rows, acts, part) for part in ("untortured", "unprompted", "unsummoned"))
    if name == "untortured":
        return not (row["pressure"] >= 0.9) and not _after(row, acts, ("interrogation",), row["speaker"], 0.9)
    if name == "both untortured":
        return _passes(row, rows, acts, "untortured") and not _after(row, acts, ("interrogation",), row["subject"], 0.9)
    if name == "unsummoned":
        return not _after(row, acts, ("summons", "arrest"), row["speaker"], -1.0)
    if name == "unprompted":
        return bool(row["prompted"] != 1)
    if name == "first by speaker":
        return _is_first(row, [r for r in rows if (r["speaker"], r["subject"]) == (row["speaker"], row["subject"])])
    if name == "new to the office":
        return _is_first(row, [r for r in rows if (r["office"], r["subject"]) == (row["office"], row["subject"])])
    return True


def _after(row: Row, acts: Iterable[Row], kinds: Sequence[str], person: int, least: float) -> bool:
    """Whether such an act was, or may have been, on or before the day of the naming."""
    mine = (act for act in acts if act["person"] == person and act["kind"] in kinds)
    hard = (act for act in mine if least < 0 or act["pressure"] >= least)
    return any(act["time"] is None or row["time"] is None or act["time"] <= row["time"] for act in hard)


def _is_first(row: Row, alike: Sequence[Row]) -> bool:
    days = [r["time"] for r in alike if r["time"] is not None]
    return row["time"] is not None and row["time"] == min(days)


def n_speakers(rows: Sequence[Row]) -> dict[int, int]:
    """Return how many speakers stand against each person."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row["subject"]].add(row["speaker"])
    return {subject: len(speakers) for subject, speakers in found.items()}


def n_joined(rows: Sequence[Row], kin: set[tuple[int, int]]) -> dict[int, int]:
    """Return how many groups of speakers stand against each person when recorded kin count as one."""
    found = {}
    for subject in {row["subject"] for row in rows}:
        group = {row["speaker"]: {row["speaker"]} for row in rows if row["subject"] == subject}
        for a, b in combinations(list(group), 2):
            if (a, b) in kin or (b, a) in kin:
                joined = group[a] | group[b]
                group.update(dict.fromkeys(joined, joined))
        found[subject] = len({frozenset(members) for members in group.values()})
    return found


def to_strike(heads: Mapping[int, int], k: int) -> int:
    """Return the least number of persons to strike so that fewer than k speakers are left; `heads`: speaker to head."""
    for size in range(len(heads) + 1):
        for struck in combinations(sorted(set(heads.values())), size):
            if sum(head not in struck for head in heads.values()) < k:
                return size
    return math.inf  # type: ignore[return-value]
