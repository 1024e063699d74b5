"""Surnames that differ by a slip: one or two sounds left out, added, changed or exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

__all__ = ["slip_distance", "slips"]

_LONG = 6
_MOST_PAIRS = 2_000_000


def slip_distance(a: str, b: str, most: int = 2) -> int:
    """Return the number of slips between two words (left out, added, changed, neighbours exchanged); most + 1 if more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        before, row = row, new
        if min(row) > most:
            return most + 1
    return row[-1]


def _shortened(word: str, times: int) -> set[str]:
    """Return a word and what is left when up to `times` of its sounds are struck."""
    out = {word}
    for count in range(1, times + 1):
        out |= {
            "".join(x for k, x in enumerate(word) if k not in struck)
            for struck in combinations(range(len(word)), count)
        }
    return out


def slips(words: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return rows (a, b, distance) of the words at most two slips apart, a < b; two slips for words of six sounds or more.

    Words that are near share what is left when as many sounds are struck from each.
    """
    by_rest: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        if len(word) >= 4 and word[0] != "#":  # a code name has no slips: its number is its key
            for rest in _shortened(word, 2 if len(word) >= _LONG + 1 else 1):
                by_rest.setdefault(rest, []).append(number)
    found: set[tuple[int, int]] = set()
    for group in by_rest.values():
        if len(group) > 1:
            found.update((a, b) for k, a in enumerate(group) for b in group[k + 1 :])
        if len(found) > _MOST_PAIRS:
            break
    rows = []
    for a, b in sorted(found):
        most = 2 if min(len(words[a]), len(words[b])) >= _LONG else 1
        distance = slip_distance(words[a], words[b], most)
        if distance <= most:
            rows.append((a, b, distance))
    return np.array(rows, np.int32).reshape(-1, 3)
