"""By what cases and statements can be filtered: one coded column for each facet, with labels a reader understands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Coded
from greatfear.describe.why_forest import ROOTS, Forest
from greatfear.record.schema import TABLES
from greatfear.show.wording import Wording
from greatfear.web.store import Store

LABELS = {
    "cause": "rests on", "root": "root of its chain", "operation": "operation", "region": "region", "stratum": "stratum",
    "sex": "sex", "depth": "namings back to the root", "below": "cases that follow",
    "against": "statements against the person",
    "evidence": "statements held at the arrest", "origins": "independent origins, at most",
    "outcome": "outcome", "board": "court or board",
    "channel": "channel", "pressure": "pressure on the speaker", "prompted": "name held out to the speaker", "office": "office",
    "speaker": "speaker", "source": "source", "level": "level", "certainty": "certainty",
    "collective": "collective name expanded", "led": "a case rests on it",
}  # fmt: skip
"""What each facet is called on a page; attributes of persons bear their own names."""

_MOST_VALUES = 120
_STEPS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 1000)


def case_facets(store: Store, chains: Forest) -> dict[str, Coded]:
    """Return the facets of the cases; those about which the archive says nothing are left out."""
    act, person = chains.act, chains.person
    against = np.diff(store.arrays["against.first"])
    found = {
        "cause": _at(store.coded("acts.cause"), act),
        "root": _used(Coded(chains.root_kind().astype(np.int16), ROOTS)),
        "operation": _at(store.coded("acts.operation"), act),
        **_of_persons(store, person),
        "evidence": _counted(store.number("acts.evidence")[act]),
        "depth": _counted(chains.depth, alone=24),
        "below": _counted(store.arrays["cases.below"]),
        "against": _counted(against[person]) if len(person) else _nothing(),
        "origins": _counted(store.arrays["persons.origins"][person]) if len(person) else _nothing(),
        **_sentence(store, chains),
    }
    return {name: facet for name, facet in found.items() if len(facet.names)}


def statement_facets(store: Store) -> dict[str, Coded]:
    """Return the facets of the statements; those about which the archive says nothing are left out."""
    subject, speaker = store.number("statements.subject"), store.number("statements.speaker")
    offices = _names(store, "offices")
    sources = _names(store, "sources")
    rests = np.zeros(len(subject), np.int8)
    acts = store.number("acts.statement")
    rests[acts[(acts >= 0) & (acts < len(rests))]] = 1
    found = {
        "channel": store.coded("statements.channel"),
        "speaker": Coded((speaker >= 0).astype(np.int8), ("unknown or an office", "a person")),
        "led": Coded(rests, ("no", "yes")),
        "pressure": _shares(store.number("statements.pressure")),
        "prompted": Coded(store.number("statements.prompted"), ("no", "yes")),
        **_of_persons(store, subject),
        **_of_speakers(store, speaker),
        "office": Coded(store.number("statements.office"), offices),
        "collective": store.coded("statements.collective"),
        "source": Coded(store.number("statements.source"), sources),
        "level": store.coded("statements.level"),
        "certainty": store.coded("statements.certainty"),
    }
    return {name: facet for name, coded in found.items() if 0 < len((facet := _used(coded)).names) <= _MOST_VALUES}


def in_words(facets: dict[str, Coded], words: Wording) -> dict[str, Coded]:
    """Return facets whose values have the words of the case."""
    told = {
        "cause": words.root, "root": words.root,
        "outcome": lambda code: words.one("outcomes", code), "channel": lambda code: words.one("channels", code),
    }  # fmt: skip
    return {
        name: Coded(facet.codes, tuple(map(told[name], facet.names))) if words and name in told else facet
        for name, facet in facets.items()
    }


def _nothing() -> Coded:
    return Coded(np.zeros(0, np.int8), ())


def _names(store: Store, table: str) -> tuple[str, ...]:
    """Return the ids of the rows of a small table."""
    return tuple(str(store.value(f"{table}.id", row)) for row in range(store.n_rows(table)))


def _of_persons(store: Store, person: npt.NDArray[Any]) -> dict[str, Coded]:
    """Return region, stratum, sex and the attributes of the persons concerned."""
    own = {column.name for column in TABLES["persons"].columns}
    attributes = [name for name in store.meta["columns"]["persons"] if name not in own]
    found = {}
    for name in ("region", "stratum", "sex", *attributes):
        column = _attribute(store, f"persons.{name}")
        if 0 < len(column.names) <= _MOST_VALUES:
            facet = _at(column, person)
            key = f"person_{name}" if name in LABELS and name not in ("region", "stratum", "sex") else name
            if len(facet.names) and facet.names != ("everybody",):
                found[key] = facet
    return found


def _of_speakers(store: Store, speaker: npt.NDArray[Any]) -> dict[str, Coded]:
    """Return the same facets for the speakers, under names that begin with ``by_``."""
    if not len(speaker) or speaker.max() < 0:
        return {}
    return {f"by_{name}": facet for name, facet in _of_persons(store, speaker).items() if len(facet.names) > 1}


def _attribute(store: Store, key: str) -> Coded:
    """Return a column of persons as categories; whole numbers of few values count as such."""
    if key in store.meta["names"] or key in store.texts:
        return store.coded(key)
    values = store.number(key)
    if values.dtype.kind not in "iu" or not len(values):
        return _nothing()
    known, codes = np.unique(values, return_inverse=True)
    return Coded(codes.astype(np.int32), tuple(map(str, known.tolist()))) if len(known) <= 12 else _nothing()


def _at(column: Coded, rows: npt.NDArray[Any]) -> Coded:
    """Return a column at some rows, without the values that do not occur there."""
    return (
        _used(Coded(np.where(rows >= 0, column.codes[np.maximum(rows, 0)], -1), column.names))
        if len(rows)
        else _nothing()
    )


def _used(column: Coded) -> Coded:
    """Return a column without the values that do not occur, the frequent ones first."""
    if not len(column.names):
        return column
    counts = np.bincount(column.codes + np.int64(1), minlength=len(column.names) + 1)[1:]
    order = [k for k in np.argsort(-counts, kind="stable").tolist() if counts[k]]
    place = np.full(len(column.names) + 1, -1, np.int16)
    place[order] = np.arange(len(order))
    return Coded(place[column.codes], tuple(column.names[k] for k in order))


def _counted(values: npt.NDArray[Any], alone: int = 6) -> Coded:
    """Return whole numbers as steps: each alone up to `alone`, ranges where there are larger ones; -1 is unknown."""
    top = int(values.max(initial=-1))
    if top < 0:
        return _nothing()
    edges = list(range(top + 2)) if top <= alone else [step for step in _STEPS if step <= top] + [top + 1]
    names = tuple(_range(low, high) for low, high in pairwise(edges))
    codes = np.searchsorted(np.array(edges), np.arange(top + 1), side="right").astype(np.int16) - 1
    found = np.where(values >= 0, codes[np.maximum(values, 0)], np.int16(-1))
    return _kept_in_order(Coded(found, names))


def _range(low: int, high: int) -> str:
    return str(low) if high == low + 1 else f"{low} to {high - 1:,}"


def _shares(values: npt.NDArray[Any]) -> Coded:
    """Return measures from 0 to 1 in fifths; NaN is unknown."""
    known = np.isfinite(values)
    codes = np.where(known, np.clip(np.floor(np.where(known, values, 0) * 5), 0, 4), -1).astype(np.int16)
    return _kept_in_order(Coded(codes, ("0 to 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "0.8 to 1")))


def _kept_in_order(column: Coded) -> Coded:
    """Return a column without the values that do not occur, in their own order."""
    counts = np.bincount(column.codes + np.int64(1), minlength=len(column.names) + 1)[1:]
    place = np.full(len(column.names) + 1, -1, np.int16)
    place[np.flatnonzero(counts)] = np.arange(np.count_nonzero(counts))
    return Coded(place[column.codes], tuple(name for name, n in zip(column.names, counts, strict=True) if n))


def _sentence(store: Store, chains: Forest) -> dict[str, Coded]:
    """Return penalty and board of the first sentence of each person at or after the case."""
    kind = store.coded("acts.kind")
    rows = np.flatnonzero(kind.equals("sentence"))
    if not len(rows) or not len(chains):
        return {}
    person, time = store.number("acts.person")[rows], store.number("acts.time")[rows]
    of_case = _first_after(chains, rows, person, time)
    columns: Sequence[tuple[str, Coded]] = [(name, store.coded(f"acts.{name}")) for name in ("outcome", "board")]
    return {
        name: _used(Coded(np.where(of_case >= 0, column.codes[of_case], -1), column.names)) for name, column in columns
    }


def _first_after(
    chains: Forest, rows: npt.NDArray[Any], person: npt.NDArray[Any], time: npt.NDArray[Any]
) -> npt.NDArray[np.int64]:
    """Return for each case the row of the person's first sentence that is not earlier; -1 where there is none."""
    size = int(max(person.max(), chains.person.max())) + 1
    if np.bincount(person, minlength=1).max() <= 1:
        held = np.full(size, -1, np.int64)
        held[person] = np.arange(len(person))
        place = held[chains.person]
    else:
        late = np.nan_to_num(time, nan=np.inf)
        order = np.lexsort((late, person))
        # One search over (person, time): each case beside the sentences of its person.
        both = np.lexsort(
            (
                np.r_[np.ones(len(person)), np.zeros(len(chains))],
                np.r_[late, np.nan_to_num(chains.time, nan=-np.inf)],
                np.r_[person, chains.person],
            )
        )
        is_sentence = both < len(person)
        behind = np.cumsum(is_sentence)  # sentences up to here: the next one stands at this place of `order`
        at = np.empty(len(chains), np.int64)
        at[both[~is_sentence] - len(person)] = np.minimum(behind[~is_sentence], len(order) - 1)
        place = np.where(person[order[at]] == chains.person, order[at], -1)
    begun = ~(time[place] < chains.time)
    return np.where((place >= 0) & begun, rows[place], -1)
