"""Cases by what they go back to."""

from __future__ import annotations

from typing import Any

import numpy as np

from greatfear.describe.columns import Calendar, Dated
from greatfear.describe.why_forest import ROOTS, Forest, n_distinct
from greatfear.show.table import Table

UNKNOWN_ROOTS = ("interrogation", "none", "unknown", "cut")
"""Roots that are not recorded: somebody was questioned, and why is not known."""


_WITHOUT_CAUSE = ("none", "unknown")
"""Roots of cases for which the record gives no cause at all."""


def has_causes(chains: Forest) -> bool:
    """Whether the record gives a cause for at least one case."""
    return not len(chains) or not np.isin(chains.direct, [ROOTS.index(name) for name in _WITHOUT_CAUSE]).all()


def roots(chains: Forest) -> Table:
    """Return cases by what they rest on themselves and what their chain goes back to, with the number of origins."""
    n = len(ROOTS)
    key = chains.direct.astype(np.int64) * n + chains.root_kind()
    counts = np.bincount(key, minlength=n * n)
    found = [k for k in np.argsort(-counts, kind="stable").tolist() if counts[k]]
    distinct = [n_distinct(chains.origin[key == k]) for k in found]
    is_known = [ROOTS[k % n] not in UNKNOWN_ROOTS for k in found]
    has_cause = [ROOTS[k % n] not in _WITHOUT_CAUSE for k in found]
    columns: dict[str, list[Any]] = {
        "rests_on": [ROOTS[k // n] for k in found],
        "root": [ROOTS[k % n] for k in found],
        "cases": counts[found].tolist(),
        "share": (counts[found] / max(len(chains), 1)).tolist(),
        "origins_low": [
            (most if known else 0) if cause else float("nan")
            for most, known, cause in zip(distinct, is_known, has_cause, strict=True)
        ],
        "origins_high": [most if cause else float("nan") for most, cause in zip(distinct, has_cause, strict=True)],
    }
    about = (
        "cases by direct cause and by the root of their chain; origins are distinct roots, at least and at most: a root "
        "that is not recorded may go back to any of the others, and no number is given where no cause is recorded"
    )
    return Table("roots", about, columns)


def origin_totals(chains: Forest) -> dict[str, float | int]:
    """Return the bounds on the independent origins of all cases.

    At most, every root that is not recorded is an origin of its own. At least, they all go back to recorded ones, or to
    one where none is recorded. Where no case has a recorded cause, nothing is known of origins: both are NaN.
    """
    unknown = np.isin(chains.root_kind(), [ROOTS.index(name) for name in UNKNOWN_ROOTS])
    if len(chains) and not has_causes(chains):
        return {"origins_low": np.nan, "origins_high": np.nan, "cases_of_unknown_root": len(chains)}
    known = n_distinct(chains.origin[~unknown])
    return {
        "origins_low": max(known, int(len(chains) > 0)),
        "origins_high": n_distinct(chains.origin),
        "cases_of_unknown_root": int(unknown.sum()),
    }


def roots_by_window(chains: Forest, calendar: Calendar, when: Dated, by: str) -> Table:
    """Return cases by window, direct cause and root."""
    n = len(ROOTS)
    window = calendar.window_of(when, by)
    labels = [*calendar.windows(by)[0], "undated"]
    window[window < 0] = len(labels) - 1
    key = window * (n * n) + chains.direct.astype(np.int64) * n + chains.root_kind()
    counts = np.bincount(key, minlength=1)
    found = np.flatnonzero(counts)
    columns: dict[str, list[Any]] = {
        "window": [labels[k // (n * n)] for k in found.tolist()],
        "rests_on": [ROOTS[k // n % n] for k in found.tolist()],
        "root": [ROOTS[k % n] for k in found.tolist()],
        "cases": counts[found].tolist(),
    }
    return Table("roots_by_window", f"cases by {by}, direct cause and root", columns)


def chain_lengths(chains: Forest) -> Table:
    """Return cases by the number of namings between them and their root."""
    counts = np.bincount(chains.depth, minlength=1)
    found = np.flatnonzero(counts)
    columns: dict[str, list[Any]] = {"namings": found.tolist(), "cases": counts[found].tolist()}
    return Table("chain_lengths", "cases by namings between them and their root", columns)
