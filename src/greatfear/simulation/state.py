"""What a run remembers: arrays that grow by doubling, and can be saved and read back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.draws.table import LOAD
from greatfear.naming.history import History, grown, new_history, pairs_that_fit
from greatfear.naming.registry import BASES
from greatfear.simulation.codes import LIMITS, METER, N_ACTS, N_PEOPLE, N_STATEMENTS, PROMPTS, RING
from greatfear.simulation.kernels.index import refill

_AHEAD = 16
"""Tables grow to this multiple of what is needed."""
_MAPPED = 1 << 18
"""For how many persons the map has room at the start, and for twice as many pairs, unless tables begin with less; maps are used
all over, and grow with those who come."""


PERSON = np.dtype(
    [("id", "i8"), ("score", "f8"), ("first", "i4"), ("arrested", "i4"), ("evidence", "i4"), ("sat", "i4"), ("after", "i4"),
     ("until", "i4"), ("source", "i2"), ("status", "i1"), ("category", "i1"), ("stratum", "i1"), ("confessed", "i1"),
     ("filed", "i1")], align=True,
)  # fmt: skip
"""A person of the record: one cache line."""
SLOT = np.dtype([("key", "i8"), ("row", "i4")], align=True)
"""Entry of the map from address + 1 to row; key 0 is empty."""
STATEMENT = np.dtype(
    [("time", "f8"), ("logp", "f8"), ("key", "f8"), ("speaker", "i4"), ("subject", "i4"), ("child", "i4"), ("sibling", "i4"),
     ("pressure", "f4"), ("sitting", "i4"), ("office", "i2"), ("channel", "i1"), ("prompted", "i1"), ("motive", "i1"),
     ("true_lead", "i1")], align=True,
)  # fmt: skip
"""A statement, and the node of the heap of leads that it is (key, child, sibling)."""
ACT = np.dtype(
    [("time", "f8"), ("person", "i4"), ("statement", "i4"), ("sitting", "i4"), ("evidence", "i4"), ("pressure", "f4"),
     ("source", "i2"), ("board", "i2"), ("office", "i2"), ("kind", "i1"), ("cause", "i1"), ("outcome", "i1")], align=True,
)  # fmt: skip
OFFICE = np.dtype(
    [("fear", "f8"), ("arrests_today", "i8"), ("held", "i8"), ("prompt_count", "i8"), ("notorious_count", "i8"),
     ("doomed_count", "i8"), ("root", "i8"), ("denouncers", "i8"), ("reporters", "i8"), ("accidents", "i8"),
     ("bound", "i8"), ("list_debt", "f8"), ("case_debt", "f8")],
)  # fmt: skip
"""An office: three counts of today, the limits that bound it today, and investigator-days that it owes."""
LINE = np.dtype([("pointer", "i8"), ("quota", "i8"), ("answer", "i8")])
DAY = np.dtype(
    [("sit_count", "i8"), ("judge_count", "i8"), ("sit_head", "i4"), ("judge_head", "i4"), ("open_leads", "i8"),
     ("on_leads", "i8"), ("listed", "i8"), ("waited", "f8"), ("bound", "i4", (len(LIMITS),)), ("boards", "i4")]
)  # fmt: skip
"""A day: its calendar; and its course: persons named who are free, arrests on leads with the days they had waited, arrests from
lists, offices held by each limit, boards with a queue."""
QUEUE = np.dtype([("count", "i8"), ("head", "i4"), ("tail", "i4")])


@by_reference
class Desk(NamedTuple):
    """What offices hold: R offices, G sources of arrests (O operations), B boards, D days."""

    office: NDArray[np.void]
    line: NDArray[np.void]
    """Turn of the list, today's quota, day of the centre's answer (G, R)."""
    places: NDArray[np.int64]
    """Places of a limit by category (O, R, 2)."""
    used: NDArray[np.int64]
    calendar: NDArray[np.void]
    queue: NDArray[np.void]
    prompt: NDArray[np.int32]
    """Persons held out to those who are questioned today (R, 16)."""
    notorious: NDArray[np.int32]
    notorious_day: NDArray[np.int32]
    doomed: NDArray[np.int32]


@by_reference
class State(NamedTuple):
    """All that a run must keep to go on."""

    people: NDArray[np.void]
    rows: NDArray[np.void]
    log: NDArray[np.void]
    acts: NDArray[np.void]
    desk: Desk
    history: History
    meter: NDArray[np.int64]
    """Counters; their places stand in `greatfear.simulation.codes`."""
    faded: NDArray[np.int64]
    """Statements that have left each window."""
    share: NDArray[np.float32]
    """What share each basis has in the choice of each statement (statements, bases); 0 where nobody chose."""


def _slots(n: int) -> int:
    return 1 << max(8, (2 * n - 1).bit_length())


def new_state(shape: dict[str, int], kept: int, room: dict[str, int]) -> State:
    """Return an empty state.

    Parameters
    ----------
    shape : dict
        regions, sources, operations, boards, days, windows.
    kept : int
        What the history keeps: 1 pairs, 2 pairs and lists.
    room : dict
        people, statements, acts: room at the start.
    """
    persons, pairs = min(room["people"], _MAPPED), min(room["statements"], 2 * _MAPPED)
    r, g, o, b, d = (shape[key] for key in ("regions", "sources", "operations", "boards", "days"))
    ring = [np.zeros((r, RING), np.int32) for _ in range(3)]
    desk = Desk(
        np.zeros(r, OFFICE), np.zeros((g, r), LINE), np.zeros((o, r, 2), np.int64), np.zeros((o, r, 2), np.int64),
        np.zeros(d + 1, DAY), np.zeros(b, QUEUE), np.zeros((r, PROMPTS), np.int32), *ring,
    )  # fmt: skip
    desk.office["root"], desk.line["answer"] = -1, -1
    desk.calendar["sit_head"], desk.calendar["judge_head"] = -1, -1
    desk.queue["head"], desk.queue["tail"] = -1, -1
    return State(
        np.zeros(room["people"], PERSON),
        np.zeros(_slots(persons), SLOT),
        np.zeros(room["statements"], STATEMENT),
        np.zeros(room["acts"], ACT),
        desk,
        new_history(
            room["people"], room["statements"], shape["windows"], pairs=kept >= 1, lists=kept == 2, different=pairs
        ),
        np.zeros(len(METER), np.int64),
        np.zeros(max(1, shape["windows"]), np.int64),
        np.zeros((room["statements"], len(BASES)), np.float32),
    )


def make_room(state: State, people: int, statements: int, acts: int) -> State:
    """Return the state with room for this many more rows; the same object if there is enough.

    Tables that are filled from the start get room far ahead: pages of them that are not yet used take no memory, so that
    growing seldom costs nothing. Maps are used all over, and get room for what is near.
    """
    more = {N_PEOPLE: people, N_STATEMENTS: statements, N_ACTS: acts}
    want = [int(state.meter[place]) + count for place, count in more.items()]
    have = [state.people.size, state.log.size, state.acts.size]
    size = [h if w <= h else _AHEAD * w + 16 for w, h in zip(want, have, strict=True)]
    index, history = state.rows, _remembering(state.history, want[0], want[1], statements)
    if want[0] > LOAD * index.size:
        index = np.zeros(_larger(index.size, want[0]), SLOT)
        refill(index, state.people, state.meter[N_PEOPLE])
    if size == have and index is state.rows and history is state.history:
        return state
    rows = [_longer(a, n) for a, n in zip((state.people, state.log, state.acts), size, strict=True)]
    share = _longer(state.share, size[1])
    return state._replace(people=rows[0], rows=index, log=rows[1], acts=rows[2], history=history, share=share)


def _larger(slots: int, want: int) -> int:
    """Return how many slots a map of addresses gets that has too few: fourfold, as all move once, or double if it is large."""
    return max(_slots(want), min(4 * slots, max(2 * slots, 1 << 22)))


def _remembering(history: History, people: int, statements: int, more: int) -> History:
    """Return a history with room for this many people and statements, `more` of them new; the same object if there is enough."""
    kept, fit, pairs = int(history.size[1]), pairs_that_fit(history), int(history.size[0]) + more
    is_full = kept > 0 and fit < pairs
    persons, lists = history.person.size, history.statement.size
    if not is_full and persons >= people and (kept < 2 or lists >= statements):
        return history
    persons = persons if persons >= people else _AHEAD * people
    lists = lists if kept < 2 or lists >= statements else _AHEAD * statements
    return grown(history, persons, lists, max(2 * fit, pairs) if is_full else fit)


def _longer(array: NDArray[Any], n: int) -> NDArray[Any]:
    if len(array) == n:
        return array
    longer = np.zeros((n, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer
