"""Moving a sitting or a trial to a later day: taking a person out of one chain of the calendar and entering another."""

from __future__ import annotations

from greatfear.simulation.codes import IN_NO_CHAIN, LAST_OF_CHAIN
from greatfear.simulation.state import State

SITTINGS, TRIALS = ("sit_head", "sit_count"), ("judge_head", "judge_count")
"""The two chains of a day: its head and its count."""


def postpone(state: State, row: int, day: int, until: int, chain: tuple[str, str]) -> bool:
    """Move a person to a later day of a chain; return false where the person is in no such chain after today, or later already.

    Parameters
    ----------
    state : State
    row : int
        Row of the person.
    day, until : int
        Today; the day to which the person is moved. A day past the end is never reached.
    chain : tuple of str
        `SITTINGS` or `TRIALS`.
    """
    calendar, last = state.desk.calendar, state.desk.calendar.size - 1
    at = next((d for d in range(day, last + 1) if row in _members(state, int(calendar[d][chain[0]]))), -1)
    if at < 0 or at >= min(until, last):
        return False
    _take_out(state, row, at, chain)
    _put_in(state, row, min(until, last), chain)
    return True


def _members(state: State, head: int) -> list[int]:
    """Return the rows of a chain."""
    rows, row = [], head
    while row >= 0:
        rows.append(row)
        row = int(state.people[row]["after"])
    return rows


def _take_out(state: State, row: int, day: int, chain: tuple[str, str]) -> None:
    """Take a person out of the chain of a day."""
    head, count = chain
    calendar, people = state.desk.calendar, state.people
    rows = _members(state, int(calendar[day][head]))
    place = rows.index(row)
    following = people[row]["after"]
    if place == 0:
        calendar[day][head] = -1 if following == LAST_OF_CHAIN else following
    else:
        people[rows[place - 1]]["after"] = following
    calendar[day][count] -= 1
    people[row]["after"] = IN_NO_CHAIN


def _put_in(state: State, row: int, day: int, chain: tuple[str, str]) -> None:
    """Enter a person at the head of the chain of a day."""
    head, count = chain
    before = int(state.desk.calendar[day][head])
    state.people[row]["after"] = before if before >= 0 else LAST_OF_CHAIN
    state.desk.calendar[day][head] = row
    state.desk.calendar[day][count] += 1
