"""Closed forms: two lists, and the table without the interaction of all lists."""

from __future__ import annotations

import math

from greatfear.recover.coverage_models.lists import ListCounts


def lincoln_petersen(n_first: int, n_second: int, n_both: int) -> float:
    """Return the number of all persons from two independent lists; infinite where no person stands on both."""
    return n_first * n_second / n_both if n_both else math.inf


def chapman(n_first: int, n_second: int, n_both: int) -> tuple[float, float]:
    """Return the number of all persons from two independent lists and its standard error.

    Chapman (1951); the variance by Seber (1970), 10.1093/biomet/57.3.599 (reviewed in Sadinle 2009,
    10.1080/03610910903168595).
    """
    total = (n_first + 1) * (n_second + 1) / (n_both + 1) - 1
    spread = (n_first + 1) * (n_second + 1) * (n_first - n_both) * (n_second - n_both)
    return total, math.sqrt(spread / ((n_both + 1) ** 2 * (n_both + 2)))


def no_highest_order(lists: ListCounts) -> tuple[float, float] | None:
    """Return the number on no list and the standard error of its logarithm, if no K-way interaction exists.

    n_0 is the product of the counts of combinations of an odd number of lists over that of an even number. None where some
    combination is empty: then no estimate exists.
    """
    seen = lists.cells[1:].tolist()
    if min(seen) <= 0:
        return None
    signs = [1 if h.bit_count() % 2 else -1 for h in range(1, len(lists.cells))]
    log = sum(sign * math.log(n) for sign, n in zip(signs, seen, strict=True))
    return math.exp(log), math.sqrt(sum(1 / n for n in seen))
