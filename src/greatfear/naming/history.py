"""What was said before: counts by person, a sparse map of pairs, and lists of who named whom.

Kernels on plain arrays, shared by the simulator and the estimator. Rows are persons of the record, -1 is a person not (yet)
in it, for whom every count is 0. Pairs are kept in an open-addressing map; a whole country of accusations fits in memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._ahead import fetch
from greatfear.draws._jit import lean_kernel, small_kernel
from greatfear.draws._reference import by_reference
from greatfear.draws.table import LOAD, first_slot, slot_of, slots_for
from greatfear.naming.registry import PERSON_CELLS

_PERSON = np.dtype(list(PERSON_CELLS), align=True)
_STATEMENT = np.dtype([("speaker", "i4"), ("next_in", "i4")])
_PAIR = np.dtype([("key", "i8"), ("count", "i4")], align=True)


@by_reference
class History(NamedTuple):
    """Records of one history; few arrays of records, since every array that a kernel hands on costs time and code.

    `person` has, for each row, the statements that name the person (named), distinct speakers that did (speakers; an unknown
    one counts as one more), distinct persons the person named (subjects), whether sentenced, dead or fled (doomed), and one
    more than the latest statement by a new speaker against the person (first_in, 0 for none).
    """

    person: NDArray[np.void]
    recent: NDArray[np.int32]
    """Statements that name the person within window w: shape (windows, persons)."""
    statement: NDArray[np.void]
    """Lists: speaker of a statement, and one more than the next earlier statement by a new speaker against its subject."""
    pair: NDArray[np.void]
    """Open-addressing map: key (speaker << 32 | subject) + 1, 0 where empty, and how often; its size is a power of two."""
    size: NDArray[np.int64]
    """[0]: pairs in the map; [1]: 1 if pairs are kept, 2 if lists are kept as well."""


def new_history(
    persons: int, statements: int, windows: int = 0, *, pairs: bool = True, lists: bool = True, different: int = 0
) -> History:
    """Return an empty history with room for this many persons and statements.

    Parameters
    ----------
    persons, statements : int
        Room; `grown` returns a larger copy.
    windows : int
        How many windowed counts are kept.
    pairs, lists : bool
        Whether to keep who named whom (needed by reciprocity, inertia, two-path) and the lists (two-path).
    different : int
        Room for different pairs, where that shall be less than one for every statement.
    """
    slots = slots_for(different or statements) if pairs or lists else 16
    return History(
        np.zeros(persons, _PERSON),
        np.zeros((windows, persons), np.int32),
        np.zeros(statements if lists else 1, _STATEMENT),
        np.zeros(slots, _PAIR),
        np.array([0, 2 if lists else int(pairs)], np.int64),
    )


def grown(history: History, persons: int, statements: int, different: int = 0) -> History:
    """Return a history with room for this many persons, statements and different pairs; arrays that need not grow stay."""
    kept, pair, size = int(history.size[1]), history.pair, history.size
    slots = slots_for(different or statements) if kept else pair.size
    if slots != pair.size:
        pair, size = np.zeros(slots, _PAIR), np.array([0, kept], np.int64)
    person, recent = _extended(history.person, persons), _extended(history.recent, persons)
    larger = History(person, recent, _extended(history.statement, statements if kept == 2 else 1), pair, size)
    if pair is not history.pair:
        refill_pairs(history.pair, larger)
    return larger


def _extended(array: NDArray[Any], n: int) -> NDArray[Any]:
    """Return an array with n cells along its last axis, the first of them those of a shorter one."""
    if array.shape[-1] == n:
        return array
    longer = np.zeros((*array.shape[:-1], n), array.dtype)
    longer[..., : array.shape[-1]] = array
    return longer


def pairs_that_fit(history: History) -> int:
    """Return how many different pairs the map takes before it must grow; 0 where no pairs are kept."""
    return int(history.pair.size * LOAD) if history.size[1] else 0


@small_kernel
def _pair_key(i, j):
    """Return the key of pair (i, j) in the map."""
    return (np.int64(i) << 32 | np.int64(j)) + 1


@small_kernel
def pair_slot(history, i, j):
    """Return the slot of pair (i, j) in the map, or of the empty cell where it would go."""
    return slot_of(history.pair, _pair_key(i, j))


@small_kernel
def fetch_pair(history, i, j):
    """Ask memory for the cell of a pair that is soon to be looked up; of persons not in the record there is none."""
    if i >= 0 and j >= 0:
        fetch(history.pair, first_slot(history.pair, _pair_key(i, j)))


@small_kernel
def pair_count(history, i, j):
    """Return how often i named j; 0 where either is not in the record."""
    if (
        i < 0 or j < 0 or history.person[i].subjects == 0
    ):  # most persons never spoke: no need to look far away in memory
        return np.int32(0)
    return history.pair[pair_slot(history, i, j)].count


@small_kernel
def fetch_person(history, i):
    """Ask memory for all that is kept of a person and is soon to be read."""
    fetch(history.person, i)
    for window in range(history.recent.shape[0]):
        fetch(history.recent[window], i)


@lean_kernel
def refill_pairs(pairs, larger):
    """Enter all pairs of an old map into the empty map of a larger history."""
    for slot in range(pairs.size):
        key = pairs[slot].key
        if key != 0:
            place = pair_slot(larger, (key - 1) >> 32, (key - 1) & 0xFFFFFFFF)
            larger.pair[place].key = key
            larger.pair[place].count = pairs[slot].count
            larger.size[0] += 1
