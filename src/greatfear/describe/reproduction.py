"""How many cases a case leads to: arrests per case, four ways that must not be confused.

*Arrests per case* is the only number R for which cases = origins / (1 - R). It is counted by cohort: of all cases of a
window, how many further cases rest on what these persons said. Late cohorts are cut short, since what they led to had
not happened when the archive ends; the correction divides by the share of delays that could have been seen. The
*instantaneous* number compares the cases of a window with those that could have led to them (Cori et al.). The *bounds*
hold over all attributions where several persons had named one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Calendar, Coded, Dated, distinct
from greatfear.describe.naming import rate_interval
from greatfear.describe.roots import has_causes
from greatfear.describe.why_forest import Forest
from greatfear.show.table import Table

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]

PRIOR_SHAPE, PRIOR_SCALE = 1.0, 5.0
"""Gamma prior of the instantaneous number, as in Cori et al. (2013): mean 5, standard deviation 5."""
_MOST_STRATA = 12
_FEWEST = 10


@dataclass(frozen=True, slots=True)
class Links:
    """Cases in days, and which case led to which.

    Parameters
    ----------
    day : ndarray of float64, shape (cases,)
        Days since the epoch; NaN where the date is unknown.
    parent : ndarray of int, shape (cases,)
        Case that led to this one; -1 for a root.
    pairs : ndarray of int, shape (pairs, 2)
        Every (case, earlier case) in which the person of the earlier case had named the person of the case, each once.
    end : float
        Last day of the archive.
    has_causes : bool
        Whether any case has a recorded cause; where none has, nothing is known of what a case led to.
    """

    day: Floats
    parent: Ints
    pairs: Ints
    end: float
    has_causes: bool = True


def links_of(chains: Forest, named: tuple[Ints, Ints, Floats], end: float) -> Links:
    """Return the links between cases.

    Parameters
    ----------
    chains : Forest
        The cases.
    named : tuple of (speaker, subject, time)
        Namings under interrogation of single persons by known speakers.
    end : float
        Last day of the archive; delays are cut off there.
    """
    speaker, subject, time = named
    source = chains.case_of(speaker, time)
    low, high = chains.span(subject)
    parts = []
    for step in range(int((high - low).max(initial=0))):
        place = low + step
        inside = (place < high) & (source >= 0)
        case = chains.order[np.minimum(place, max(len(chains.order) - 1, 0))]
        # The naming came before the case, and nobody leads to his own case.
        inside &= (chains.time[case] >= time) & (case != source)
        parts.append(np.column_stack([case[inside], source[inside]]))
    pairs = np.concatenate(parts) if parts else np.zeros((0, 2), np.int64)
    held = np.flatnonzero(chains.parent >= 0)
    pairs = np.concatenate([pairs, np.column_stack([held, chains.parent[held]])]).astype(np.int64)
    # a pair is sorted as one number, since both cases have numbers of at most 31 bits
    both = distinct(pairs[:, 0] << 32 | pairs[:, 1])
    pairs = np.column_stack([both >> 32, both & 0x7FFFFFFF])
    return Links(np.floor(chains.time), chains.parent, pairs, end, has_causes(chains))


def delay_distribution(delay: Floats, window: Floats) -> tuple[Floats, Floats]:
    """Return the distribution function of delays that are seen only if they fit into a window, as (values, F).

    The product-limit estimate for right truncation: going down from the longest delay, F falls at each delay u by the share
    of delays u among those not longer than u that could have been seen at u. F is 1 at the longest delay; longer delays
    than the longest window are never seen, and F says nothing of them.

    Parameters
    ----------
    delay : ndarray of float
        Seen delays, 0 or more.
    window : ndarray of float, same length
        The longest delay that could have been seen in each case; not below `delay`.

    References
    ----------
    D. Lynden-Bell (1971), MNRAS 155, 95-118, 10.1093/mnras/155.1.95; J. F. Lawless (1994), Canadian Journal of Statistics
    22, 15-31, 10.2307/3315820.
    """
    values, count = np.unique(delay, return_counts=True)
    if not len(values):
        return np.zeros(0), np.zeros(0)
    not_longer = np.cumsum(count)
    cut = np.searchsorted(np.sort(window), values, side="left")  # windows that end before this delay
    could = np.maximum(not_longer - cut, count)
    # Where fewer than this could have been seen, one delay would decide all shorter ones: F is taken as 1 there.
    keep = np.where(could >= _FEWEST, 1 - count / could, 1.0)
    below = np.concatenate([np.cumprod(keep[::-1])[::-1], [1.0]])  # F just below each value, then F at the longest
    return values, below[1:]


def share_seen(values: Floats, distribution: Floats, room: Floats) -> Floats:
    """Return F(room): the share of delays that fit into each room; 1 where no delay is known."""
    if not len(values):
        return np.ones(len(room))
    place = np.searchsorted(values, room, side="right")
    return np.concatenate([[0.0], distribution])[place]


def cori(led: Ints, cases: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return events and total infectiousness by day, of which the instantaneous number is the ratio.

    Parameters
    ----------
    led : ndarray of int, shape (days,)
        Cases of each day that rest on earlier cases (all cases, where an archive has no links).
    cases : ndarray of int, shape (days,)
        All cases of each day.
    weights : ndarray of float
        Share of delays of 1, 2, ... days; sums to 1.

    Returns
    -------
    tuple of ndarray
        `led` as float, and the sum over s of weights[s] cases[t - s].

    References
    ----------
    A. Cori, N. M. Ferguson, C. Fraser, S. Cauchemez (2013), Am. J. Epidemiology 178, 1505-1512, 10.1093/aje/kwt133.
    """
    if not len(weights):
        return led.astype(float), np.zeros(len(cases))
    # By Fourier transforms of numpy: importing scipy.signal for one sum takes longer than all else in a description.
    room = 1 << (len(cases) + len(weights)).bit_length()
    transformed = np.fft.rfft(cases, room) * np.fft.rfft(np.concatenate([[0.0], weights]), room)
    full = np.fft.irfft(transformed, room)[: len(cases)]
    return led.astype(float), np.where(full < 1e-9, 0.0, full)


def reproduction(links: Links, calendar: Calendar, when: Dated, by: str) -> Table:
    """Return arrests per case by window: observed, corrected for the end of the archive, instantaneous, and its bounds."""
    labels = calendar.windows(by)[0]
    n = len(labels)
    window = calendar.window_of(when, by)
    parent = np.where(links.parent >= 0, window[np.maximum(links.parent, 0)], -1)
    cases = np.bincount(window[window >= 0], minlength=n)
    led = np.bincount(parent[parent >= 0], minlength=n)
    values, seen = _delays(links)
    room = share_seen(values, seen, np.where(np.isnan(links.day), -1, links.end - links.day))
    expected = np.bincount(window[window >= 0], weights=room[window >= 0], minlength=n)
    low, high = rate_interval(led.astype(float), expected.astype(float), _spread(links, window, n))
    fewest, shared, most = _attributed(links, window, n)
    columns: dict[str, list[Any]] = {"window": labels, "cases": cases.tolist(), "led_to": led.tolist()}
    columns |= {
        "R_case": _ratio(led, cases).tolist(),
        "R_case_corrected": _ratio(led, expected).tolist(),
        "R_low": low.tolist(),
        "R_high": high.tolist(),
        "share_in": _ratio(expected, cases).tolist(),
    }
    columns |= _instant(links, calendar, when, by, (values, seen))
    columns |= {
        "R_least": _ratio(fewest, cases).tolist(),
        "R_shared": _ratio(shared, cases).tolist(),
        "R_most": _ratio(most, cases).tolist(),
    }
    if not links.has_causes:
        columns |= {name: [np.nan] * n for name in columns if name not in ("window", "cases")}
    about = f"cases that a case led to, by {by} of the first; corrected for the end of the archive, with 95% limits"
    note = (
        "R_case counts what is on record; R_case_corrected divides by share_in, the share of delays that had run out when "
        "the archive ends (below 0.5 it rests on little). R_instant compares with the cases that could have led to those of "
        "the window. R_least, R_shared and R_most hold over all attributions where several had named one person."
    )
    return Table("reproduction", about, columns, note=note)


def case_totals(links: Links) -> dict[str, float]:
    """Return arrests per case over the whole archive: on record, and corrected for its end."""
    n, led = len(links.day), int((links.parent >= 0).sum())
    if not n or not links.has_causes:
        return {"arrests_per_case": np.nan, "arrests_per_case_corrected": np.nan}
    values, seen = _delays(links)
    room = share_seen(values, seen, links.end - links.day[~np.isnan(links.day)])
    dated = int(np.isfinite(links.day[links.parent[links.parent >= 0]]).sum())
    corrected = dated / room.sum() if len(room) and room.sum() else np.nan
    return {"arrests_per_case": led / n, "arrests_per_case_corrected": float(corrected)}


def case_matrix(links: Links, group: Coded, person: Ints) -> tuple[Table, float]:
    """Return the cases of each group that a case of each group led to, and the largest eigenvalue of that matrix.

    The matrix is the next-generation matrix of a branching process of several types; its largest eigenvalue is the number
    R of the whole (O. Diekmann, J. A. P. Heesterbeek, J. A. J. Metz 1990, 10.1007/BF00178324).
    """
    names = list(group.names)
    code = group.codes[person]
    size = np.bincount(code[code >= 0], minlength=len(names))
    kept = [int(k) for k in np.argsort(-size, kind="stable")[:_MOST_STRATA] if size[k]]
    place = np.full(len(names) + 1, -1)
    place[kept] = np.arange(len(kept))
    mine = place[code]
    child = np.flatnonzero(links.parent >= 0)
    pair = np.column_stack([mine[links.parent[child]], mine[child]])
    pair = pair[(pair >= 0).all(axis=1)]
    counts = np.zeros((len(kept), len(kept)))
    np.add.at(counts, (pair[:, 0], pair[:, 1]), 1)
    cases = size[kept]
    matrix = counts / np.maximum(cases, 1)[:, None]
    if not links.has_causes:
        matrix = np.full_like(matrix, np.nan)
    radius = float(np.abs(np.linalg.eigvals(matrix)).max()) if kept and links.has_causes else np.nan
    columns: dict[str, list[Any]] = {"of": [names[k] for k in kept], "cases": cases.tolist()}
    columns |= {f"to {names[k]}": matrix[:, i].tolist() for i, k in enumerate(kept)}
    about = "cases of each group that a case of the group in the first column led to, per case"
    return Table("case_matrix", about, columns), radius


def _ratio(events: Any, base: Any) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(base) > 0, np.asarray(events, float) / base, np.nan)


def _delays(links: Links) -> tuple[Floats, Floats]:
    """Return the distribution of the days between a case and those that it led to."""
    child = np.flatnonzero(links.parent >= 0)
    source = links.parent[child]
    delay, room = links.day[child] - links.day[source], links.end - links.day[source]
    known = np.isfinite(delay) & (delay >= 0)
    return delay_distribution(delay[known], np.maximum(room[known], delay[known]))


def _spread(links: Links, window: Ints, n: int) -> Floats:
    """Return by window how much more than Poisson counts the cases differ in what they led to (1 or more)."""
    each = np.bincount(links.parent[links.parent >= 0], minlength=len(window)).astype(float)
    held = window >= 0
    count = np.maximum(np.bincount(window[held], minlength=n), 1)
    total = np.bincount(window[held], weights=each[held], minlength=n)
    squares = np.bincount(window[held], weights=each[held] ** 2, minlength=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (squares - total * total / count) / np.maximum(count - 1, 1) / (total / count)
    return np.where(np.isfinite(spread), np.maximum(spread, 1.0), 1.0)


def _attributed(links: Links, window: Ints, n: int) -> tuple[Floats, Floats, Floats]:
    """Return by window the cases that only it can have led to, its share of all that it may have, and all of these."""
    case, source = links.pairs[:, 0], links.pairs[:, 1]
    rests = links.parent[case] >= 0  # a case that rests on no naming is nobody's
    case, source = case[rests], source[rests]
    possible = np.bincount(case, minlength=len(window))
    there = window[source] >= 0
    case, at = case[there], window[source[there]]
    shared = np.bincount(at, weights=1 / possible[case], minlength=n)
    both, times = np.unique(case.astype(np.int64) * n + at, return_counts=True)
    at, alone = both % n, times == possible[both // n]
    fewest, most = np.bincount(at[alone], minlength=n), np.bincount(at, minlength=n)
    return fewest.astype(float), shared.astype(float), most.astype(float)


def _instant(
    links: Links, calendar: Calendar, when: Dated, by: str, delays: tuple[Floats, Floats]
) -> dict[str, list[float]]:
    """Return the instantaneous number by window, with its 95% limits."""
    from scipy.special import gammaincinv

    labels, window = calendar.windows(by)
    placed = when.grain == 0
    day = when.day[placed] - calendar.first
    cases = np.bincount(day, minlength=calendar.n_days)
    rests = (links.parent >= 0)[placed]
    led, force = cori(np.bincount(day[rests], minlength=calendar.n_days), cases, _weights(*delays))
    events = np.bincount(window, weights=led, minlength=len(labels))
    total = np.bincount(window, weights=force, minlength=len(labels))
    shape, rate = PRIOR_SHAPE + events, 1 / PRIOR_SCALE + total
    known = total > 0
    low, high = (np.where(known, gammaincinv(shape, q) / rate, np.nan) for q in (0.025, 0.975))
    mean = np.where(known, shape / rate, np.nan)
    return {"R_instant": mean.tolist(), "R_instant_low": low.tolist(), "R_instant_high": high.tolist()}


def _weights(values: Floats, seen: Floats) -> Floats:
    """Return the shares of delays of 1, 2, ... days; a delay of less than a day counts as one."""
    if not len(values):
        return np.zeros(0)
    mass = np.diff(np.concatenate([[0.0], seen]))
    lag = np.maximum(values.astype(np.int64), 1)
    weights = np.bincount(lag, weights=mass)[1:]
    return np.asarray(weights / weights.sum())
