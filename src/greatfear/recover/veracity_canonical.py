"""An order of persons that depends on what the record says of them, not on their ids or row numbers.

Random numbers are addressed by this order, so that a result does not change when rows are shuffled or ids renamed.
Persons of whom the record says exactly the same are twins; every answer about them is averaged over them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.integer[Any]]

_ODD, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
ROUNDS = 4
"""How many steps away, along statements and ties, a difference between two persons is still seen."""


def mixed(*columns: npt.NDArray[Any]) -> Words:
    """Return one well-mixed word for each row of some columns (splitmix64)."""
    word = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        value = np.ascontiguousarray(column)
        if value.dtype.kind == "f":
            value = np.where(np.isnan(value), np.inf, value).astype(np.float64).view(np.uint64)
        else:
            value = value.astype(np.int64).view(np.uint64) if value.dtype != np.uint64 else value
        word = (word + _ODD) ^ value
        word = (word ^ (word >> _SHIFT)) * _M1
        word = (word ^ (word >> _SHIFT)) * _M2
        word ^= word >> np.uint64(32)
    return word


def text_words(names: tuple[str, ...]) -> Words:
    """Return a word for each text that depends on the text alone."""
    import hashlib

    digests = (hashlib.sha256(name.encode()).digest()[:8] for name in names)
    return np.array([int.from_bytes(digest, "little") for digest in digests], np.uint64)


def canonical_order(start: Words, edges: list[tuple[Ints, Ints, Words]]) -> tuple[Ints, Ints]:
    """Return the persons in canonical order, and for each place the number of its group of twins.

    Parameters
    ----------
    start : array of words, one for each person
        What is known of the person alone.
    edges : list of (from, to, words)
        Events and ties: each changes the words of both ends, seen from the one and from the other side.
    """
    word = start
    for _ in range(ROUNDS):
        total = mixed(word)
        for first, second, what in edges:
            np.add.at(total, first, mixed(what, word[second]))
            np.add.at(total, second, mixed(what ^ _ODD, word[first]))
        word = mixed(total)
    order = np.argsort(word, kind="stable")
    return order, np.cumsum(np.r_[False, word[order][1:] != word[order][:-1]])
