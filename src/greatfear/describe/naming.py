"""Who is named, how often, and how many new persons each deponent brings in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Calendar, Dated, distinct
from greatfear.show.table import Table

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Namings:
    """Statements that name one person (collective names left out), in the order of the record."""

    speaker: Ints
    subject: Ints
    pressed: Bools
    sitting: Ints
    when: Dated
    is_new: Bools
    """Which are the first of their person in the order of the record."""
    surely_new: Bools
    may_be_new: Bools
    """Which are surely the first, and which may be, whatever the days are that are known only to a month or a year."""

    @property
    def by_others(self) -> Bools:
        """Return which namings are not self-accusations."""
        return np.asarray(self.speaker != self.subject)


@dataclass(frozen=True, slots=True)
class Sat:
    """Interrogations: who sat, when, and the number of the sitting."""

    person: Ints
    sitting: Ints
    when: Dated


def first_namings(subject: Ints, n_persons: int) -> Bools:
    """Return which namings are the first of their subject."""
    row = np.arange(len(subject), dtype=np.int32)
    first = np.full(n_persons, -1, np.int32)
    first[subject[::-1]] = row[::-1]
    return np.asarray(first[subject] == row)


def gini(counts: Ints) -> float:
    """Return the Gini coefficient of counts: 0 if all are equal, near 1 if one has all; NaN for none."""
    ordered = np.sort(counts).astype(float)
    n, total = len(ordered), ordered.sum()
    if not total:
        return float("nan")
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * total) - (n + 1) / n)


def concentration(subject: Ints, n_persons: int) -> dict[str, float]:
    """Return how the namings fall on the named: share of the ten most named, share named once, Gini."""
    counts = np.bincount(subject, minlength=n_persons)
    counts = counts[counts > 0]
    n = len(counts)
    if not n:
        return {"namings": 0, "named": 0, "top_ten_share": np.nan, "share_named_once": np.nan, "gini": np.nan}
    top = np.partition(counts, max(n - 10, 0))[-10:]
    return {
        "namings": int(counts.sum()),
        "named": n,
        "top_ten_share": float(top.sum() / counts.sum()),
        "share_named_once": float((counts == 1).mean()),
        "gini": gini(counts),
    }


def rate_interval(events: Floats, base: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return 95% limits of ``events / base`` for counts that vary `spread` times as much as Poisson counts.

    The exact (gamma) limits of a Poisson count, taken at ``events / spread`` and scaled back; spread 1 gives the usual
    limits. NaN where the base is 0.

    References
    ----------
    F. Garwood (1936), Biometrika 28, 437-442, 10.1093/biomet/28.3-4.437; the scaling is that of quasi-likelihood,
    R. W. M. Wedderburn (1974), Biometrika 61, 439-447, 10.1093/biomet/61.3.439.
    """
    from scipy.special import gammaincinv

    scaled = events / spread
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(scaled > 0, gammaincinv(np.maximum(scaled, 1e-9), 0.025), 0.0) * spread / base
        high = gammaincinv(scaled + 1, 0.975) * spread / base
    low[base == 0] = high[base == 0] = np.nan
    return low, high


def deponents(namings: Namings, sat: Sat, calendar: Calendar, by: str, led: Ints) -> Table:
    """Return new names per deponent, and the arrests that followed per deponent, by window of the sitting.

    New names are persons whom nobody had named before. All deponents of the window count, also those who named nobody; one
    who sat in two windows counts in both. This is no reproduction number of cases: most of those named are never arrested,
    and most cases never sit (see `greatfear.describe.reproduction`). The limits allow for deponents differing more than
    Poisson counts do. ``arrests`` counts the arrests that rest on their statements, whenever these came, so that the last
    windows are cut short.

    Parameters
    ----------
    led : ndarray of int32
        For each arrest on a naming under interrogation, the row of that naming in `namings`.
    """
    labels = calendar.windows(by)[0]
    spoke = calendar.window_of(namings.when, by)
    use = namings.pressed & (spoke >= 0) & (namings.speaker >= 0)
    sat_in = calendar.window_of(sat.when, by)
    person = np.concatenate([sat.person[sat_in >= 0], namings.speaker[use]]).astype(np.int64)
    cohorts = _Cohorts.of(person, np.concatenate([sat_in[sat_in >= 0], spoke[use]]), len(labels))
    new = np.flatnonzero(use & namings.is_new & namings.by_others)
    led = led[use[led]]
    columns: dict[str, list[Any]] = {"window": labels, "deponents": cohorts.count.tolist()}
    held = use & namings.by_others
    least, most = fresh_by_window(namings, np.where(held, spoke, -1), len(labels))
    for name, rows in (("new_names", new), ("arrests", led)):
        total, spread = cohorts.events(namings.speaker[rows], spoke[rows])
        low, high = rate_interval(total, cohorts.count.astype(float), spread)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(cohorts.count > 0, total / cohorts.count, np.nan)
        ratio = f"{name}_per_deponent"
        columns |= {name: total.astype(int).tolist(), ratio: rate.tolist()}
        columns |= {f"{ratio}_low": low.tolist(), f"{ratio}_high": high.tolist()}
    columns |= {"new_names_least": least.tolist(), "new_names_most": most.tolist()}
    return Table("deponents", f"new names per deponent, by {by} of the sitting; 95% limits", columns)


@dataclass(frozen=True, slots=True)
class _Cohorts:
    """Pairs of deponent and window. Most persons sit in one window only: `home`; the others are listed."""

    home: Ints
    others: Ints
    n_windows: int
    count: Ints

    @classmethod
    def of(cls, person: Ints, window: Ints, n_windows: int) -> _Cohorts:
        home = np.full(int(person.max(initial=-1)) + 1, -1, np.int32)
        home[person] = window
        away = home[person] != window
        others = distinct(person[away].astype(np.int64) * n_windows + window[away])
        count = np.bincount(home[home >= 0], minlength=n_windows) + np.bincount(others % n_windows, minlength=n_windows)
        return cls(home, others, n_windows, count)

    def events(self, speaker: Ints, window: Ints) -> tuple[Floats, Floats]:
        """Return events by window, and how much more than Poisson they vary between deponents (1 or more)."""
        at_home = self.home[speaker] == window
        mine = np.bincount(speaker[at_home], minlength=len(self.home)).astype(float)
        pairs = speaker[~at_home].astype(np.int64) * self.n_windows + window[~at_home]
        pair, theirs = np.unique(pairs, return_counts=True)
        sat = self.home >= 0
        where = np.concatenate([self.home[sat], pair % self.n_windows])
        each = np.concatenate([mine[sat], theirs.astype(float)])
        total = np.bincount(where, weights=each, minlength=self.n_windows)
        squares = np.bincount(where, weights=each * each, minlength=self.n_windows)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / self.count
            spread = (squares - total * mean) / np.maximum(self.count - 1, 1) / mean
        return total.astype(float), np.where(np.isfinite(spread), np.maximum(spread, 1.0), 1.0)


def fresh_by_window(namings: Namings, window: Ints, n_windows: int) -> tuple[Ints, Ints]:
    """Return by window how many persons are surely named there for the first time, and how many may be.

    A date that is known only to a month or a year does not tell which of two namings came first; `window` is -1 for
    namings that do not count.
    """
    held = window >= 0
    least = np.bincount(window[held & namings.surely_new], minlength=n_windows)
    may = held & namings.may_be_new
    pairs = distinct(namings.subject[may].astype(np.int64) * n_windows + window[may])
    return least, np.bincount(pairs % n_windows, minlength=n_windows)


def new_names(namings: Namings, calendar: Calendar, by: str) -> tuple[dict[str, list[float]], Table]:
    """Return the share of new names in each third of the dated namings, with its bounds, and by window.

    A name is new if the record names that person nowhere before. Self-accusations count as namings. The thirds have equal
    numbers of namings, in the order of the record, in which a date known only to a month or a year counts as its first day;
    the bounds hold for whatever day it was.
    """
    dated = namings.when.grain < 3
    n = int(dated.sum())
    third = np.full(len(dated), -1)
    place = np.arange(n)
    third[dated] = (place >= n // 3).astype(int) + (place >= 2 * n // 3)
    size = np.bincount(third[dated], minlength=3)
    counts = (np.bincount(third[dated & namings.is_new], minlength=3), *fresh_by_window(namings, third, 3))
    thirds = {
        name: [float(k / m) if m else float("nan") for k, m in zip(count, size, strict=True)]
        for name, count in zip(("new", "least", "most"), counts, strict=True)
    }
    labels = calendar.windows(by)[0]
    window = calendar.window_of(namings.when, by)
    held = window >= 0
    total = np.bincount(window[held], minlength=len(labels))
    fresh = np.bincount(window[held & namings.is_new], minlength=len(labels))
    least, most = fresh_by_window(namings, window, len(labels))
    share = np.where(total > 0, fresh / np.maximum(total, 1), np.nan)
    columns = {"window": labels, "namings": total.tolist(), "new": fresh.tolist(), "share_new": share.tolist()}
    columns |= {"new_least": least.tolist(), "new_most": most.tolist()}
    note = (
        ""
        if (namings.surely_new == namings.may_be_new).all()
        else "Some dates are known only to a month, a year or an interval, or not at all: new counts them as their first day, "
        "or last in the record; new_least and new_most hold for whatever day they were."
    )
    return thirds, Table("new_names", f"namings of persons never named before, by {by}", columns, note=note)


def bursts(namings: Namings, sat: Sat) -> Table:
    """Return how many names were given in one sitting: sittings by number of names."""
    pressed = namings.pressed
    number = namings.sitting[pressed & (namings.sitting >= 0)]
    size = int(max(number.max(initial=-1), sat.sitting.max(initial=-1))) + 1
    names = np.bincount(number, minlength=size)
    held = np.zeros(size, bool)
    held[number] = True
    held[sat.sitting[sat.sitting >= 0]] = True
    loose = pressed & (namings.sitting < 0)
    pairs = namings.speaker[loose].astype(np.int64) * (1 << 24) + namings.when.day[loose]
    counts = np.concatenate([names[held], np.unique(pairs, return_counts=True)[1]])
    # An interrogation without a number that left no naming is a sitting of none.
    counts = np.bincount(counts)
    unnumbered = int((sat.sitting < 0).sum())
    if unnumbered and not loose.any():
        counts = np.concatenate([[unnumbered + (counts[0] if len(counts) else 0)], counts[1:]])
    found = np.flatnonzero(counts)
    return Table("bursts", "names given in one sitting", {"names": found.tolist(), "sittings": counts[found].tolist()})
