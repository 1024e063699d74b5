"""Under which entry a person stands: the own name, a further spelling that nobody joined, a code name.

A mention is a number: the person's own row in the run, or a key that holds the person, the kind of the entry and its number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose
from greatfear.scenario.papers import Papers
from greatfear.simulation.papers.numbers import Addresses, Floats, Ints, Numbers
from greatfear.simulation.papers.sheets import Sheets
from greatfear.simulation.truth_schema import ENTRY_KINDS

OWN, SPELLING, CODE_NAME = range(len(ENTRY_KINDS))
_SPELLING_BIT, _CODE_BIT = 1 << 59, 1 << 60
_PERSON_SHIFT, _SIDE_BIT = 20, 1 << 19
_NUMBER = _SIDE_BIT - 1


@dataclass(frozen=True, slots=True)
class Aliases:
    """Further names in use, one entry each: key, person of the run, kind, side, number, and whether the index joins it."""

    key: Ints
    made: Ints
    kind: Ints
    side: Ints
    number: Ints
    joined: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entries:
    """The persons of the archive, in its order: person of the run, kind, side and number of the entry.

    ``own[p]`` is the entry of person p under the own name, -1 for none; ``alias[k]`` that of the k-th alias, joined or not.
    """

    made: Ints
    kind: Ints
    side: Ints
    number: Ints
    own: Ints
    alias: Ints


def speakers_as_written(
    sheets: Sheets, covered: NDArray[np.bool_], root_time: Floats, run: tuple[Numbers, Ints, float]
) -> Ints:
    """Return the key under which each speaker stands; reports of covered agents bear the code name of their day.

    Parameters
    ----------
    sheets : Sheets
    covered : ndarray of bool
        Which statements of the run are reports of a covered agent.
    root_time : ndarray of float64
        Times of the statements of the run.
    run : Numbers, ndarray, float
        Random numbers, numbers of the persons in the population, changes of code name per year.
    """
    numbers, address, per_year = run
    key = sheets.speaker.copy()
    rows = np.flatnonzero(covered[sheets.root] & (sheets.speaker >= 0))
    agent, side = sheets.speaker[rows], sheets.other_side[rows].astype(np.int64)
    at = Addresses(address[agent], side, np.zeros(len(rows), np.int64))
    number = np.minimum(numbers.changes(at, root_time[sheets.root[rows]], per_year), _NUMBER)
    key[rows] = _CODE_BIT | agent << _PERSON_SHIFT | side * _SIDE_BIT | number
    return key


def subjects_as_written(
    sheets: Sheets, subject: Ints, named: NDArray[np.bool_], numbers: Numbers, rules: Papers
) -> Ints:
    """Return the key under which each subject stands; a share of statements uses a further spelling.

    Parameters
    ----------
    sheets : Sheets
    subject : ndarray of int64
        Subjects of the statements of the run.
    named : ndarray of bool
        Which persons' names were recorded; nobody else has spellings.
    numbers : Numbers
    rules : Papers
    """
    key = subject[sheets.root]
    if rules.names.split.value == 0:
        return key
    drawn = numbers.four(Purpose.MENTION, sheets.at)
    rows = np.flatnonzero((drawn[:, 0] < rules.names.split.value) & named[key])
    number = 1 + np.asarray(drawn[rows, 1] * rules.names.spellings, np.int64)
    key[rows] = _SPELLING_BIT | key[rows] << _PERSON_SHIFT | number
    return key


def aliases_in(keys: Ints, address: Ints, numbers: Numbers, rules: Papers) -> Aliases:
    """Return the further names among `keys`, each once, in the order of their keys."""
    key = np.unique(keys[keys >= _SPELLING_BIT])
    is_code = (key & _CODE_BIT) > 0
    made = (key & (_SPELLING_BIT - 1)) >> _PERSON_SHIFT
    side = np.where(is_code, (key & _SIDE_BIT) > 0, -1).astype(np.int64)
    kind, number = np.where(is_code, CODE_NAME, SPELLING).astype(np.int64), key & _NUMBER
    drawn = numbers.one(Purpose.INDEXED, Addresses(address[made], kind * 4 + side + 1, number))
    share = np.where(is_code, rules.agents.joined.value, rules.names.joined.value)
    return Aliases(key, made, kind, side, number, drawn < share)


def entries_of(aliases: Aliases, stands: NDArray[np.bool_], address: Ints, numbers: Numbers | None) -> Entries:
    """Return the entries of the archive: persons who stand in it under their own names, and aliases that nobody joined.

    Parameters
    ----------
    aliases : Aliases
    stands : ndarray of bool
        Which persons of the run have an entry under their own name.
    address : ndarray of int64
        Numbers of the persons in the population.
    numbers : Numbers or None
        Where given, the entries come in an order of chance, which tells nothing of who is who; else in that of the run.
    """
    apart = np.flatnonzero(~aliases.joined)
    mains = np.flatnonzero(stands)
    nothing = np.full(len(mains), -1, np.int64)
    made = np.concatenate([mains, aliases.made[apart]])
    kind = np.concatenate([np.full(len(mains), OWN), aliases.kind[apart]])
    side, number = (np.concatenate([nothing, part[apart]]) for part in (aliases.side, aliases.number))
    order = np.arange(len(made))
    if numbers is not None:
        drawn = numbers.one(Purpose.SHELF, Addresses(address[made], kind * 4 + side + 1, number + 1), 1)
        order = np.argsort(drawn, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    own = np.full(len(stands), -1, np.int64)
    own[mains] = place[: len(mains)]
    alias = own[aliases.made]
    alias[apart] = place[len(mains) :]
    return Entries(made[order], kind[order], side[order], number[order], own, alias)


def rows_of(keys: Ints, aliases: Aliases, entries: Entries) -> Ints:
    """Return the row of the archive's persons for every key; -1 stays."""
    plain = (keys >= 0) & (keys < _SPELLING_BIT)
    found = np.full(len(keys), -1, np.int64)
    found[plain] = entries.own[keys[plain]]
    other = np.flatnonzero(keys >= _SPELLING_BIT)
    found[other] = entries.alias[np.searchsorted(aliases.key, keys[other])]
    return found


def own_persons(keys: Ints, aliases: Aliases) -> Ints:
    """Return the persons whom `keys` mention under their own names, also where the index joins the alias."""
    plain = keys[(keys >= 0) & (keys < _SPELLING_BIT)]
    return np.concatenate([plain, aliases.made[aliases.joined]])
