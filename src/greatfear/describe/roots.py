"""Cases by what they go back to."""

from __future__ import annotations

from typing import Any

import numpy as np

from greatfear.describe.columns import Calendar, Dated, Frame
from greatfear.describe.why_forest import ROOTS, Forest, n_distinct

__all__ = ["chain_lengths", "roots", "roots_by_window"]

_CHAIN = "interrogation"


def roots(chains: Forest) -> Frame:
    """Return cases by what they rest on themselves and what their chain goes back to, with the number of origins."""
    n = len(ROOTS)
    key = chains.direct.astype(np.int64) * n + chains.root_kind()
    counts = np.bincount(key, minlength=n * n)
    found = [k for k in np.argsort(-counts, kind="stable").tolist() if counts[k]]
    origins = [n_distinct(chains.origin[key == k]) for k in found]
    columns: dict[str, list[Any]] = {
        "rests_on": [ROOTS[k // n] for k in found],
        "root": [ROOTS[k % n] for k in found],
        "cases": counts[found].tolist(),
        "share": (counts[found] / max(len(chains), 1)).tolist(),
        "origins": origins,
    }
    return Frame("roots", "cases by direct cause and by the root of their chain; origins are distinct roots", columns)


def roots_by_window(chains: Forest, calendar: Calendar, acts: Dated, by: str) -> Frame:
    """Return cases by window, direct cause and root."""
    n = len(ROOTS)
    window = calendar.window_of(Dated(acts.day[chains.act], acts.grain[chains.act]), by)
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
    return Frame("roots_by_window", f"cases by {by}, direct cause and root", columns)


def chain_lengths(chains: Forest) -> Frame:
    """Return cases by the number of namings between them and their root."""
    counts = np.bincount(chains.depth, minlength=1)
    found = np.flatnonzero(counts)
    columns: dict[str, list[Any]] = {"namings": found.tolist(), "cases": counts[found].tolist()}
    return Frame("chain_lengths", "cases by namings between them and their root", columns)
