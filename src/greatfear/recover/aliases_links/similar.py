"""Surnames that differ by a slip: one or two sounds left out, added, changed or exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_links.slipping import slip_distances

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
    return _near_enough(words, np.array(sorted(found), np.int64).reshape(-1, 2))


def _near_enough(words: Sequence[str], pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return the pairs of words that are few enough slips apart, with their distance; `slip_distance` for many pairs."""
    length = np.array([len(word) for word in words], np.int64)
    longest = int(length.max(initial=1))
    letters = np.zeros((len(words), longest), np.int32)
    for row, word in enumerate(words):
        letters[row, : len(word)] = [ord(letter) for letter in word]
    shorter = np.minimum(length[pairs[:, 0]], length[pairs[:, 1]])
    most = np.where(shorter >= _LONG, 2, 1).astype(np.int64)
    out = np.zeros(len(pairs), np.int64)
    slip_distances(letters, length, pairs, most, np.zeros((3, longest + 1), np.int64), out)
    near = out <= most
    found: npt.NDArray[np.int32] = np.c_[pairs[near], out[near]].astype(np.int32)
    return found
