"""What the answer about names says in sentences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_names.records import Records
from greatfear.recover.aliases_names.schemes import PLAIN
from greatfear.recover.ledger_words import count

NAMESAKES = 0.01
"""An allowance that nothing in the records can replace: the chance that two who agree in all that is recorded are namesakes."""
MOST_REPEATED = 3_000_000
"""Pairs of rows that are equal in everything recorded, above which nothing is compared."""


def repeated_rows(table: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the sentences of a refusal where too many rows say the same; empty elsewhere."""
    columns = [column for name, column in table.items() if name != "record"]
    groups = Counter(zip(*columns, strict=True))
    if sum(n * (n - 1) // 2 for n in groups.values()) <= MOST_REPEATED:
        return []
    n_rows, extra = sum(groups.values()), sum(groups.values()) - len(groups)
    row, n = groups.most_common(1)[0]
    words = next((value for value in row if value), "")
    first = (
        f"{extra:,} of {n_rows:,} records repeat another one in every column; one of them ({words}) stands {n:,} times."
    )
    second = (
        "Whether such rows are one entry copied or namesakes, nothing in them can tell. Take the repeated rows out, or give the "
        "years, places or units that tell these persons apart."
    )
    return [first, second]


def bits_of(values: npt.NDArray[np.int32]) -> float:
    """Return how many bits a value gives on average."""
    share = np.bincount(values[values >= 0]) / max((values >= 0).sum(), 1)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def too_little(records: Records) -> list[str]:
    """Return the sentences of a refusal: names alone, and too common."""
    n = len(records)
    by_surname: dict[int, set[int]] = {}
    for s, g in zip(records.surname.tolist(), records.given_initials.tolist(), strict=True):
        if g:
            by_surname.setdefault(s, set()).add(g)
    shared = {s for s, firsts in by_surname.items() if any(a & b == 0 for a in firsts for b in firsts)}
    share = float(np.isin(records.surname, sorted(shared)).mean())
    alone = (
        f"There are {n:,} names and nothing else: no year of birth, no place, no unit. A surname gives "
        f"{abs(bits_of(records.surname)):.1f} bits here, and {math.log2(n):.1f} would be needed to single out a record."
    )
    return [
        alone,
        f"{share:.0%} of the records bear a surname that more than one person owns.",
        "Which of these names are one person, they cannot tell. Years of birth, places or units would change that.",
    ]


def alias_words(
    records: Records, chance: npt.NDArray[np.float64], label: npt.NDArray[np.int32], share: npt.NDArray[np.float64]
) -> list[str]:
    """Return the sentences of an answer."""
    first = _how_many(records, chance, len(np.unique(label)), int((share < 0.5).sum()))
    second = (
        "Nothing is merged in the archive. Analyses that depend on who is who should be repeated over the draws of the table "
        "partitions."
    )
    third = (
        f"Two who agree in all that is recorded may still be namesakes; for that, 1 in {1 / NAMESAKES:.0f} is allowed in "
        "every probability."
    )
    return [first, second, third, _writings(records)]


def _how_many(records: Records, chance: npt.NDArray[np.float64], n_persons: int, unresolved: int) -> str:
    """Return how many persons and pairs there are."""
    expected = float(chance.sum())
    if n_persons == len(records) and not unresolved:
        rest = f"; {expected:,.1f} pairs are still expected to be one" if expected >= 0.05 else ""
        return f"No two of the {len(records):,} names are likely to be one person{rest}."
    about = (
        "fewer than one pair of records is"
        if expected < 0.5
        else f"{count(round(expected), 'pair')} of records {'is' if round(expected) == 1 else 'are'}"
    )
    doubt = (
        f"{count(unresolved, 'record is', 'records are')} unresolved: in half of the draws or more the cluster is another one."
        if unresolved
        else "The cluster of every record stays the same in most draws."
    )
    return f"{len(records):,} names stand for about {count(n_persons, 'person')}; {about} expected to be one person. {doubt}"


def _writings(records: Records) -> str:
    """Return in which writings the names were read."""
    counts: dict[str, int] = {}
    for scheme in records.schemes.values():
        counts[scheme] = counts.get(scheme, 0) + 1
    strange = counts.pop(PLAIN, 0)
    found = ", ".join(f"{scheme} ({count(n, 'source')})" for scheme, n in sorted(counts.items()))
    text = f"Writings found: {found}." if found else ""
    if strange:
        where = "The names" if not found else f"The names of {count(strange, 'source')}"
        text += (
            f"{' ' if text else ''}{where} fit no writing of Slavic names: each letter was read as it stands, and diminutives "
            "and variants of names in other languages are not known here."
        )
    return text
