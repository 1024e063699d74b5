"""How far earlier words explain the choice of names: each preference set to nothing in turn.

Every naming is a choice among all persons of the archive. A person weighs more if anybody had named the person on an earlier
day (fame), more if this office had heard the name, more if this speaker had said it. These three are yes or no, so the sum
over all persons is a sum over a few kinds of persons, and the likelihood is exact at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.recover.ledger_rows import Namings
from greatfear.recover.veracity_canonical import mixed

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]

TERMS = {
    "fame": "anybody had named the person on an earlier day",
    "office": "this office had heard the name on an earlier day",
    "repetition": "this speaker had named the person on an earlier day",
}
_KINDS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], float)
"""Kinds of persons, by the three terms: a name that an office heard or a speaker said is a name that somebody had named."""
_LEAST = 20
_DRAWS, _MOST = 100, 100_000
_NORMAL = 1.645
_WIDE = 12.0


@dataclass(frozen=True, slots=True)
class _Choices:
    """For each dated naming: how many persons of each kind could be named, the kind of the one who was, speaker and row."""

    count: Floats
    kind: Ints
    speaker: Ints
    row: Ints

    def taken(self, rows: Any) -> _Choices:
        """Return some of the namings."""
        return _Choices(self.count[rows], self.kind[rows], self.speaker[rows], self.row[rows])


def _first_days(key: Ints, day: Floats) -> tuple[Ints, Floats]:
    """Return distinct keys and the first day of each."""
    order = np.lexsort((day, key))
    starts = np.r_[True, key[order][1:] != key[order][:-1]]
    return key[order][starts], day[order][starts]


def _looked_up(table: tuple[Ints, Floats], key: Ints) -> Floats:
    """Return the first day of each wanted key; infinity where it does not occur."""
    place = np.minimum(np.searchsorted(table[0], key), len(table[0]) - 1)
    return np.where(table[0][place] == key, table[1][place], np.inf)


def _many_before(owner: Ints, since: Floats, asked: Ints, day: Floats) -> Floats:
    """Return how many entries of each asked owner began before the day."""
    moments = np.unique(np.r_[since, day])
    width = np.int64(len(moments) + 1)
    key = np.sort(owner * width + np.searchsorted(moments, since))
    until = np.searchsorted(key, asked * width + np.searchsorted(moments, day))
    return np.asarray(until - np.searchsorted(key, asked * width), np.float64)


def _choices(namings: Namings, most: int = _MOST) -> _Choices:
    """Return what could have been chosen, naming by naming; days are the finest order that is used.

    Of a large record, the namings of some days are looked at, all of which have the whole record before them. The rows are in
    an order that does not depend on that of the archive.
    """
    keep = ~np.isnan(namings.day)
    day, n = np.floor(namings.day[keep]), np.int64(max(namings.n_persons, 1))
    i, j = namings.speaker[keep].astype(np.int64), namings.subject[keep].astype(np.int64)
    office = np.unique(namings.office[keep], return_inverse=True)[1].astype(np.int64)
    famous, heard, said = _first_days(j, day), _first_days(office * n + j, day), _first_days(i * n + j, day)
    some = _some_days(day, most)
    day, i, j, office = day[some], i[some], j[some], office[some]
    is_famous, is_heard, is_said = (
        _looked_up(table, key) < day for table, key in ((famous, j), (heard, office * n + j), (said, i * n + j))
    )
    n_famous = _many_before(np.zeros(len(famous[0]), np.int64), famous[1], np.zeros(len(day), np.int64), day)
    n_heard, n_said = _many_before(heard[0] // n, heard[1], office, day), _many_before(said[0] // n, said[1], i, day)
    n_both = _both(said, (i, office, day), heard, n)
    count = np.c_[n - 1 - n_famous, n_famous - n_heard - n_said + n_both, n_heard - n_both, n_said - n_both, n_both]
    kind = np.where(is_heard & is_said, 4, np.where(is_said, 3, np.where(is_heard, 2, np.where(is_famous, 1, 0))))
    # A speaker cannot name oneself, but may be among those whom others had named.
    mine = np.where(_looked_up(heard, office * n + i) < day, 2, np.where(_looked_up(famous, i) < day, 1, 0))
    rows = np.arange(len(day))
    count[rows, 0] += 1.0
    count[rows, mine] -= 1.0
    order = np.lexsort((kind, *count.T, day))
    return _Choices(count[order], kind[order], i[order], namings.row[keep][some][order])


def _some_days(day: Floats, most: int) -> npt.NDArray[np.bool_]:
    """Return which namings are looked at: those of days in an order of chance, until there are enough."""
    days, place, sizes = np.unique(day, return_inverse=True, return_counts=True)
    order = np.argsort(mixed(days), kind="stable")
    before = np.cumsum(sizes[order]) - sizes[order]
    return np.asarray(np.isin(place, order[before < most]))


def _both(
    said: tuple[Ints, Floats], asked: tuple[Ints, Ints, Floats], heard: tuple[Ints, Floats], n: np.int64
) -> Floats:
    """Return for each naming how many names this speaker had said and this office had heard."""
    speaker, office, day = asked
    offices = np.int64(office.max(initial=0) + 1)
    pairs = np.unique(speaker * offices + office)
    owner = pairs // offices
    low, high = np.searchsorted(said[0], owner * n), np.searchsorted(said[0], (owner + 1) * n)
    source = np.repeat(np.arange(len(pairs)), high - low)
    ends = np.cumsum(high - low)
    place = np.arange(len(source)) - np.repeat(ends - (high - low), high - low) + np.repeat(low, high - low)
    since = np.maximum(said[1][place], _looked_up(heard, (pairs[source] % offices) * n + said[0][place] % n))
    known = np.isfinite(since)
    return _many_before(source[known], since[known], np.searchsorted(pairs, speaker * offices + office), day)


def _told_apart(choices: _Choices) -> list[int]:
    """Return the terms that the record tells apart: before one office, fame is what the office had heard."""
    named_elsewhere = choices.count[:, 1].any() or choices.count[:, 3].any()
    return [term for term in range(3) if term != 0 or named_elsewhere]


def _fitted(choices: _Choices) -> tuple[Floats, Floats]:
    """Return the preferences (natural logarithms) and their covariance, speakers taken as independent of one another."""
    theta, wide = np.zeros(3), 1.0 / _WIDE**2
    chosen = _KINDS[choices.kind]
    fixed = np.ones(3)
    fixed[_told_apart(choices)] = 0.0
    for _ in range(50):
        share, mean = _expected(choices, theta)
        spread = (_KINDS * share.sum(axis=0)[:, None]).T @ _KINDS - mean.T @ mean
        bread = spread + wide * np.eye(3) + 1e12 * np.diag(fixed)
        step = np.linalg.solve(bread, (chosen - mean).sum(axis=0) - wide * theta)
        theta = theta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    place = np.unique(choices.speaker, return_inverse=True)[1]
    score = np.stack([np.bincount(place, (chosen - _expected(choices, theta)[1])[:, a]) for a in range(3)], axis=1)
    score = score[np.lexsort(tuple(score.T))]
    inverse = np.linalg.inv(bread)
    return theta, inverse @ (score.T @ score + wide * np.eye(3)) @ inverse


def _expected(choices: _Choices, theta: Floats) -> tuple[Floats, Floats]:
    """Return the chance of each kind, naming by naming, and the expected terms."""
    weight = choices.count * np.exp(_KINDS @ theta)
    share = weight / weight.sum(axis=1, keepdims=True)
    return share, share @ _KINDS


def _explained(choices: _Choices, theta: Floats, term: int, without_terms: list[int] | None = None) -> Floats:
    """Return for each naming whether it has the term, less the chance that it had it with this preference set to nothing.

    With `without_terms`, these preferences are set to nothing instead.

    The mean is the share of namings that would have fallen on other persons.
    """
    without = theta.copy()
    without[[term] if without_terms is None else without_terms] = 0.0
    return np.asarray(_KINDS[choices.kind][:, term] - _expected(choices, without)[1][:, term])


def _error(choices: _Choices, gained: Floats, from_others: float) -> float:
    """Return the standard error of a mean share: namings of one speaker hang together; the other preferences are estimates."""
    place = np.unique(choices.speaker, return_inverse=True)[1]
    apart = np.bincount(place, gained - gained.mean())
    return float(np.sqrt(np.sort(apart**2).sum() / len(gained) ** 2 + from_others))


def _is_shown(namings: Namings) -> bool:
    """Whether there are enough dated namings, on two days and by two speakers: one speaker shows no spread among speakers."""
    dated = ~np.isnan(namings.day)
    several = all(len(np.unique(column[dated])) > 1 for column in (namings.day, namings.speaker))
    return several and int(dated.sum()) >= _LEAST


def echo_table(namings: Namings) -> pa.Table | None:
    """Return how many namings meet each preference, its size, and what it explains; None with too few days or one speaker.

    Returns
    -------
    pyarrow.Table
        `times`: how many times likelier such a person is named than another of whom nothing else differs; `explained`: share
        of the dated namings that would have fallen on other persons without the preference; below 0 where such persons were
        avoided. Intervals hold 90 %.
    """
    if not _is_shown(namings):
        return None
    choices = _choices(namings)
    theta, covariance = _fitted(choices)
    draws = np.random.default_rng(20_250_101).multivariate_normal(theta, covariance, _DRAWS, method="eigh")
    some, rows = _some(choices), []
    for term in _told_apart(choices):
        name, condition = list(TERMS.items())[term]
        gained = _explained(choices, theta, term)
        moved = float(np.var([_explained(some, draw, term).mean() for draw in draws]))
        share, wide = float(gained.mean()), _NORMAL * _error(choices, gained, moved)
        around = _NORMAL * float(np.sqrt(covariance[term, term]))
        rows.append({
            "preference": name, "namings": int(_KINDS[choices.kind][:, term].sum()), "times": float(np.exp(theta[term])),
            "times_low": float(np.exp(theta[term] - around)), "times_high": float(np.exp(theta[term] + around)),
            "explained": share, "explained_low": share - wide, "explained_high": share + wide, "condition": condition,
        })  # fmt: skip
    return pa.Table.from_pylist(rows)


def echo_by_group(namings: Namings, group: Ints, n_groups: int) -> list[dict[str, tuple[float, float, float]]]:
    """Return what earlier words explain by this form of the model, with 90 % intervals, for each group and last for all.

    Parameters
    ----------
    group : array over the statements of the archive
        Number of a group, or -1.

    Returns
    -------
    list of dict
        ``suggestion``: fame and what the office had heard, both set to nothing; ``repetition``. Empty where a group has
        fewer than 20 dated namings.
    """
    nothing: list[dict[str, tuple[float, float, float]]] = [{} for _ in range(n_groups + 1)]
    if not _is_shown(namings):
        return nothing
    choices = _choices(namings)
    of = group[choices.row]
    every = [*(choices.taken(of == g) for g in range(n_groups)), choices]
    return [_moved(some) if len(some.kind) >= _LEAST else {} for some in every]


def _moved(choices: _Choices) -> dict[str, tuple[float, float, float]]:
    """Return the shares that would have fallen on other persons, and their intervals."""
    theta, covariance = _fitted(choices)
    draws = np.random.default_rng(20_250_101).multivariate_normal(theta, covariance, _DRAWS, method="eigh")
    some, heard = _some(choices), _told_apart(choices)[0]
    found = {}
    for name, terms in (("suggestion", [0, 1]), ("repetition", [2])):
        column = heard if name == "suggestion" else 2
        gained = _explained(choices, theta, column, terms)
        moved = float(np.var([_explained(some, draw, column, terms).mean() for draw in draws]))
        share, wide = float(gained.mean()), _NORMAL * _error(choices, gained, moved)
        found[name] = (share, share - wide, share + wide)
    return found


def _some(choices: _Choices, most: int = 2_000) -> _Choices:
    """Return every k-th naming, enough for the width of an interval."""
    step = max(len(choices.kind) // most, 1)
    return choices.taken(slice(None, None, step))


def echo_words(table: pa.Table | None) -> str:
    """Return the table in one sentence; empty where there is none."""
    if table is None:
        return ""
    told = [f"{_WORDS[row['preference']]}, {_share(row['explained'])} ({_share(row['explained_low'])} to "
            f"{_share(row['explained_high'])}{_LESS if row['explained_high'] < -0.005 else ''})"
            for row in table.to_pylist()]  # fmt: skip
    return (
        "How far earlier words moved namings, beyond what falls on such persons anyway, as a share of the dated namings, "
        f"one reason set aside at a time: {'; '.join(told)}."
    )


_WORDS = {
    "fame": "that somebody had named the person before",
    "office": "that the office had heard the name",
    "repetition": "that the speaker had said it before",
}


_LESS = "; below zero: such persons were named less than others"


def _share(value: float) -> str:
    return f"{value + 0.0 if abs(value) >= 0.005 else 0.0:.0%}"
