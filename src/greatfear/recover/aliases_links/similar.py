"""Surnames that differ by a slip: one or two sounds left out, added, changed or exchanged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_links.slipping import rests_of, slip_distances

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


def slips(words: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return rows (a, b, distance) of the words at most two slips apart, a < b; two slips for words of six sounds or more.

    Words that are near share what is left when as many sounds are struck from each. Of more pairs than can be looked at, those
    with the rarest rests are.
    """
    length = np.array([len(word) for word in words], np.int64)
    letters = np.zeros((len(words), int(length.max(initial=1))), np.int32)
    for row, word in enumerate(words):
        letters[row, : len(word)] = [ord(letter) for letter in word]
    # A code name has no slips: its number is its key.
    may = np.array([len(word) >= 4 and word[0] != "#" for word in words], bool)
    times = np.where(may, np.where(length >= _LONG + 1, 2, 1), 0).astype(np.int64)
    many = np.where(may, 1 + length + np.where(times == 2, length * (length - 1) // 2, 0), 0)
    code, owner = np.zeros(int(many.sum()), np.uint64), np.zeros(int(many.sum()), np.int64)
    rests_of(letters, length, times, np.cumsum(many) - many, code, owner)
    return _near_enough(letters, length, _sharing(code, owner, len(words)))


def _sharing(code: npt.NDArray[np.uint64], owner: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Return pairs of words with a rest in common."""
    order = np.lexsort((owner, code))
    code, owner = code[order], owner[order]
    new = np.ones(len(code), bool)
    new[1:] = (code[1:] != code[:-1]) | (owner[1:] != owner[:-1])
    code, owner = code[new], owner[new]
    start = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
    size = np.diff(np.r_[start, len(code)])
    keep = np.flatnonzero(size > 1)
    keep = keep[np.lexsort((owner[start[keep]], size[keep]))]
    keep = keep[np.cumsum(size[keep] * (size[keep] - 1) // 2) <= 4 * _MOST_PAIRS]
    found = []
    for many in np.unique(size[keep]).tolist():
        rows = owner[start[keep[size[keep] == many]][:, None] + np.arange(many)]
        one, two = np.triu_indices(many, 1)
        found.append(np.unique(rows[:, one].ravel() * np.int64(n) + rows[:, two].ravel()))
    key = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    pairs: npt.NDArray[np.int64] = np.c_[key // max(n, 1), key % max(n, 1)]
    return pairs


def _near_enough(
    letters: npt.NDArray[np.int32], length: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Return the pairs of words that are few enough slips apart, with their distance; `slip_distance` for many pairs."""
    shorter = np.minimum(length[pairs[:, 0]], length[pairs[:, 1]])
    most = np.where(shorter >= _LONG, 2, 1).astype(np.int64)
    out = np.zeros(len(pairs), np.int64)
    slip_distances(letters, length, pairs, most, np.zeros((3, letters.shape[1] + 1), np.int64), out)
    near = out <= most
    found: npt.NDArray[np.int32] = np.c_[pairs[near], out[near]].astype(np.int32)
    return found
