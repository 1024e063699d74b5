"""Candidate pairs of records, with their log odds of being one person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_links.comparing import (
    N_PATTERNS,
    score_pairs,
    score_within,
    tally_pairs,
    tally_within,
)
from greatfear.recover.aliases_links.learning import (
    N_BUCKETS,
    N_KINDS,
    Learned,
    learn,
    learn_again,
    levels_of,
    ratios,
    surname_odds,
)
from greatfear.recover.aliases_links.similar import slips
from greatfear.recover.aliases_names.records import Records

Floats = npt.NDArray[np.float64]
_LEAST, _LEAST_OF_MANY, _MANY = -7.0, -5.0, 20_000
"""Log odds from which a pair is a candidate; above the third, in number of records, only the likelier ones are."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of records that may be one person.

    Parameters
    ----------
    pairs : int32 (m, 2)
        Records a < b.
    odds : float64 (m,)
        Log odds that the two are one person, each pair taken alone.
    codes : int32 (m,)
        Kind of surnames (ten thousands) and pattern.
    evidence : float64 (m, 5)
        Log likelihood ratio by column (surname, names, sex, year of birth, place and unit): one person against two records
        chosen at random.
    known : bool (n, 5)
        Which columns a record has.
    learned : Learned
    hist : int64 (kinds, buckets, patterns)
        Counts of the patterns of all pairs that were compared.
    bearers : int64 (surnames,)
        Records by surname.
    """

    pairs: npt.NDArray[np.int32]
    odds: Floats
    codes: npt.NDArray[np.int32]
    evidence: Floats
    known: npt.NDArray[np.bool_]
    learned: Learned
    hist: npt.NDArray[np.int64]
    bearers: npt.NDArray[np.int64]

    @property
    def n_compared(self) -> int:
        """Pairs that were compared."""
        return int(self.hist.sum())


def find_candidates(records: Records, *, seed: int = 1, least: float | None = None) -> Candidates:
    """Return the candidate pairs: same surname, or surnames one or two slips apart, and given names that can be one."""
    if least is None:
        least = _LEAST_OF_MANY if len(records) > _MANY else _LEAST
    named = np.flatnonzero(records.surname >= 0).astype(np.int32)
    order = named[np.argsort(records.surname[named], kind="stable")]
    start = np.searchsorted(records.surname[order], np.arange(len(records.surnames) + 1)).astype(np.int64)
    near = slips(records.surnames)
    f = (
        records.given, records.given_initials, records.patronymic, records.patronymic_initials, records.sex, records.born,
        records.place, records.unit,
    )  # fmt: skip
    hist = np.zeros((N_KINDS, N_BUCKETS, N_PATTERNS), np.int64)
    tally_within(f, order, start, hist)
    tally_pairs(f, order, start, near, hist)
    learned = learn(hist, _typical_sizes(np.diff(start)), seed)
    tables = _rarities(records)
    nothing = (np.zeros((0, 2), np.int32), np.zeros(0), np.zeros(0, np.int32))
    one = score_within(f, order, start, learned.evidence, tables, least, nothing)
    two = score_pairs(f, order, start, near, learned.evidence, tables, least, nothing)
    pairs, odds, codes = np.zeros((one + two, 2), np.int32), np.zeros(one + two), np.zeros(one + two, np.int32)
    if one:
        score_within(f, order, start, learned.evidence, tables, least, (pairs[:one], odds[:one], codes[:one]))
    if two:
        score_pairs(f, order, start, near, learned.evidence, tables, least, (pairs[one:], odds[one:], codes[one:]))
    by = np.lexsort((pairs[:, 1], pairs[:, 0]))
    made = Candidates(
        pairs[by], odds[by], codes[by], np.zeros((len(by), 5)), _known(records), learned, hist, np.diff(start)
    )
    return _with_evidence(records, made)


def learn_from_partitions(
    records: Records, found: Candidates, together: Floats, said: npt.NDArray[np.int8]
) -> Candidates:
    """Return the candidates with their evidence learned once more, from the chance of each pair over partitions.

    Pairs that were given (`said` is not 0) teach nothing, and keep their evidence.
    """
    kind, pattern = found.codes // 10_000, found.codes % 10_000
    learned = learn_again(found.hist, _typical_sizes(found.bearers), (kind, pattern), np.where(said == 0, together, 0))
    out = _with_evidence(records, replace(found, learned=learned))
    out.evidence[said != 0], out.odds[said != 0] = found.evidence[said != 0], found.odds[said != 0]
    return out


def _with_evidence(records: Records, found: Candidates) -> Candidates:
    """Return the candidates with log odds and evidence by column as learned."""
    a, b = found.pairs[:, 0], found.pairs[:, 1]
    columns = _by_column(records, found.pairs, found.codes, (found.learned, _rarities(records)))
    bearers = np.maximum(found.bearers[records.surname[a]], found.bearers[records.surname[b]])
    sizes = _typical_sizes(found.bearers)
    bucket = np.log2(np.maximum(bearers, 1)).astype(np.int64)
    alone = surname_odds(found.learned.reach, sizes)[found.codes // 10_000, bucket]
    odds = alone + columns[:, 1:].sum(axis=1)
    n = max(len(records), 1)
    partners = 2 * float((1 / (1 + np.exp(-odds))).sum()) / n
    columns[:, 0] = alone - np.log(max(partners, 1e-6) / n)
    return replace(found, odds=odds, evidence=columns)


def _by_column(
    records: Records,
    pairs: npt.NDArray[np.int32],
    codes: npt.NDArray[np.int32],
    what: tuple[Learned, tuple[Floats, ...]],
) -> Floats:
    """Return the evidence of each pair by column; the first, of the surname, is left 0."""
    learned, (rare_given, rare_first, rare_father, rare_second, rare_place, rare_unit) = what
    pattern = codes % 10_000
    levels = levels_of(pattern)
    out = np.zeros((len(pairs), 5))
    for column, ratio in enumerate(ratios(learned.meet, learned.part)):
        out[:, column + 1] = ratio[levels[:, column]]
    a, b = pairs[:, 0], pairs[:, 1]
    given, father = levels[:, 0] // 4, levels[:, 0] % 4
    place, unit = levels[:, 3] // 3, levels[:, 3] % 3
    out[:, 1] += np.where(given == 1, rare_given[records.given[a, 0]], 0)
    out[:, 1] += np.where(given == 2, rare_first[_bit(records.given_initials[a] & records.given_initials[b])], 0)
    out[:, 1] += np.where(father == 1, rare_father[records.patronymic[a]], 0)
    out[:, 1] += np.where(
        father == 2, rare_second[_bit(records.patronymic_initials[a] & records.patronymic_initials[b])], 0
    )
    out[:, 4] += np.where(place == 1, rare_place[records.place[a]], 0) + np.where(
        unit == 1, rare_unit[records.unit[a]], 0
    )
    return out


def _bit(mask: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the place of the highest bit; 0 for an empty set."""
    return np.log2(np.maximum(mask, 1)).astype(np.int64)


def _known(records: Records) -> npt.NDArray[np.bool_]:
    """Return which columns each record has."""
    return np.stack(
        [
            records.surname >= 0,
            (records.given_initials != 0) | (records.patronymic_initials != 0),
            records.sex >= 0,
            records.born >= 0,
            (records.place >= 0) | (records.unit >= 0),
        ],
        axis=1,
    )


def _typical_sizes(bearers: npt.NDArray[np.int64]) -> Floats:
    """Return for each bucket the mean number of records with a surname, weighed by pairs."""
    n = np.maximum(bearers, 1).astype(np.float64)
    bucket = np.log2(n).astype(np.int64)
    weight = n * (n - 1) + 1e-9
    mean = np.bincount(bucket, weight * n, N_BUCKETS) / np.maximum(np.bincount(bucket, weight, N_BUCKETS), 1e-12)
    return np.where(mean > 0, mean, 1.5 * 2.0 ** np.arange(N_BUCKETS))


def _rarities(records: Records) -> tuple[Floats, ...]:
    """Return for each value of a column what its rarity adds to the evidence when two records agree on it."""
    first, second = _bit(records.given_initials), _bit(records.patronymic_initials)
    return (
        _rarity(records.given[:, 0]),
        _rarity(np.where(records.given_initials > 0, first, -1), 32),
        _rarity(records.patronymic),
        _rarity(np.where(records.patronymic_initials > 0, second, -1), 32),
        _rarity(records.place),
        _rarity(records.unit),
    )


def _rarity(values: npt.NDArray[np.integer], size: int = 1) -> Floats:
    """Return log(mean share of an agreeing value / share of this value); one pseudo-record each."""
    known = values[values >= 0]
    counts = np.bincount(known, minlength=size).astype(np.float64)
    if not len(known):
        return np.zeros(max(len(counts), size))
    share = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    out: Floats = np.log((share**2).sum() / share)
    return out
