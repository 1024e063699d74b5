"""Every statement and act as a sheet of paper: those of the run, what the other side handed on, and copies of copies.

Statements are numbered as in the run; what was made from them is numbered after. The address of a sheet comes from what it
says (speaker, subject, channel, day), so that one more sheet elsewhere moves no random number here. The statements of one
sitting and its interrogation are one sheet: they burn and lose their date together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.describe.columns import coded, numbers
from greatfear.draws import Purpose
from greatfear.record.schema import ACT_KINDS, CHANNELS
from greatfear.scenario.papers import Agents, Copies
from greatfear.simulation.papers.numbers import Addresses, Floats, Ints, Numbers

COPY, OTHER_SIDE = 0, 1
MOST_COPIES = 6
_NOBODY = 1 << 42
"""Stands for no speaker; addresses of persons are smaller."""
_KIND_BIT = 43
_ACT = 7 << _KIND_BIT


@dataclass(frozen=True, slots=True)
class Sheets:
    """Statements as sheets, one entry each; references count persons as in the run.

    Parameters
    ----------
    root : ndarray
        Statement of the run that it repeats (itself, for one of the run).
    copy_of : ndarray
        Sheet it was made from; -1.
    copied : ndarray
        `COPY`, `OTHER_SIDE`, or -1.
    other_side : ndarray of bool
        Whether it came through the other side, itself or what it was copied from.
    time, speaker, channel, office : ndarray
        As in statements; channel as a place in `CHANNELS`.
    stated : ndarray of bool
        Whether it says that it is a copy.
    at, sheet : Addresses
        Of the statement, and of the sheet it stands on.
    """

    root: Ints
    copy_of: Ints
    copied: Ints
    other_side: NDArray[np.bool_]
    time: Floats
    speaker: Ints
    channel: Ints
    office: Ints
    stated: NDArray[np.bool_]
    at: Addresses
    sheet: Addresses

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self.root)

    def take(self, rows: Ints) -> Sheets:
        """Return some of the statements."""
        return Sheets(*(getattr(self, name).take(rows) for name in self.__dataclass_fields__))

    def with_more(self, more: Sheets) -> Sheets:
        """Return these statements, then others."""
        return Sheets(*(_joined(getattr(self, name), getattr(more, name)) for name in self.__dataclass_fields__))


def codes_in(table: pa.Table, column: str, values: tuple[str, ...]) -> Ints:
    """Return a category as places in `values`; -1 for an absent one."""
    column_codes = coded(table, column)
    places = np.array([*(values.index(name) for name in column_codes.names), -1], np.int64)
    return places[column_codes.codes]


def own_sheets(statements: pa.Table, address: Ints) -> Sheets:
    """Return the statements of the run as sheets."""
    n = statements.num_rows
    speaker, subject = (numbers(statements, name).astype(np.int64) for name in ("speaker", "subject"))
    time, channel = numbers(statements, "time"), codes_in(statements, "channel", CHANNELS)
    who = np.full(n, _NOBODY, np.int64)
    who[speaker >= 0] = address[speaker[speaker >= 0]]
    kind = (channel + 1) << _KIND_BIT
    at = Addresses(who, address[subject] | kind, _day(time))
    sitting = numbers(statements, "sitting").astype(np.int64)
    nothing, no = np.full(n, -1, np.int64), np.zeros(n, np.bool_)
    office = numbers(statements, "office").astype(np.int64)
    sheet = _by_sitting(at, kind, sitting)
    return Sheets(np.arange(n), nothing, nothing, no, time, speaker, channel, office, no, at, sheet)


def act_addresses(acts: pa.Table, address: Ints) -> Addresses:
    """Return the addresses of the acts' sheets; an interrogation stands on the sheet of its sitting."""
    kind = codes_in(acts, "kind", ACT_KINDS)
    pressed = (kind == ACT_KINDS.index("interrogation")) & (numbers(acts, "sitting") >= 0)
    whom = np.where(pressed, (CHANNELS.index("interrogation") + 1) << _KIND_BIT, _ACT + kind + 1)
    return Addresses(address[numbers(acts, "person")], whom, _day(numbers(acts, "time")))


def is_covered(numbers_: Numbers, address: Ints, rules: Agents) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which informers report under a code name, and which of these serve a second side."""
    zero = np.zeros(len(address), np.int64)
    drawn = numbers_.four(Purpose.SIDES, Addresses(address, zero, zero))
    covered = drawn[:, 0] < rules.covered.value
    return covered, covered & (drawn[:, 1] < rules.two_sides.value)


def all_sheets(
    own: Sheets, numbers_: Numbers, two_sided: NDArray[np.bool_], rules: tuple[Agents, Copies, int]
) -> Sheets:
    """Return the run's own sheets, then those of the other side, then copies, generation by generation.

    Parameters
    ----------
    own : Sheets
    numbers_ : Numbers
    two_sided : ndarray of bool
        Which statements are reports of an agent of two sides.
    rules : Agents, Copies, int
        The last is the number of offices.
    """
    agents, copies, n_offices = rules
    sheets = own.with_more(_handed_on(own, numbers_, np.flatnonzero(two_sided), agents))
    latest, first = sheets, 0
    for generation in range(1, MOST_COPIES + 1):
        latest = _copied(latest, numbers_, (copies, generation, n_offices), first)
        if not len(latest):
            break
        first = len(sheets)
        sheets = sheets.with_more(latest)
    return sheets


def _handed_on(own: Sheets, numbers_: Numbers, rows: Ints, rules: Agents) -> Sheets:
    """Return what the other side hands on of the reports in `rows`."""
    drawn = numbers_.four(Purpose.HANDED_ON, own.at.take(rows))
    keep = drawn[:, 0] < rules.both.value
    rows, waits = rows[keep], -np.log(drawn[keep, 1]) * rules.delay.value
    made = own.take(rows)
    n, document = len(rows), CHANNELS.index("document")
    subject = made.at.whom & ((1 << _KIND_BIT) - 1)
    at = replace(made.at, whom=subject | (document + 1) << _KIND_BIT)
    return replace(
        made, copy_of=rows, copied=np.full(n, OTHER_SIDE), other_side=np.ones(n, np.bool_), time=made.time + waits,
        channel=np.full(n, document), at=at, sheet=at,
    )  # fmt: skip


def _copied(sheets: Sheets, numbers_: Numbers, rules: tuple[Copies, int, int], first: int) -> Sheets:
    """Return the copies made of some sheets, the first of which is number `first`."""
    copies, generation, n_offices = rules
    who = (sheets.at.who & ((1 << _KIND_BIT) - 1)) | generation << _KIND_BIT
    at = replace(sheets.at, who=who)
    drawn = numbers_.four(Purpose.COPY, at)
    rows = np.flatnonzero(drawn[:, 0] < copies.rate.value)
    made, at, drawn = sheets.take(rows), at.take(rows), drawn[rows]
    more = numbers_.four(Purpose.COPIED, at)
    office = made.office
    if n_offices > 1:
        step = 1 + np.asarray(more[:, 1] * (n_offices - 1), np.int64)
        office = np.where((more[:, 2] < copies.elsewhere.value) & (office >= 0), (office + step) % n_offices, office)
    return replace(
        made,
        copy_of=first + rows,
        copied=np.full(len(rows), COPY),
        time=made.time - np.log(drawn[:, 1]) * copies.delay.value,
        speaker=np.where(drawn[:, 2] < copies.signed.value, made.speaker, -1),
        channel=np.full(len(rows), CHANNELS.index("document")),
        office=office,
        stated=more[:, 0] < copies.stated.value,
        at=at,
        sheet=at,
    )


def _by_sitting(at: Addresses, kind: Ints, sitting: Ints) -> Addresses:
    """Return the address of the sheet of every statement: of its sitting's first one where it has a sitting."""
    sat = np.flatnonzero(sitting >= 0)
    _, first, place = np.unique(sitting[sat], return_index=True, return_inverse=True)
    first = sat[first]
    spoken = at.who[first] != _NOBODY
    whom = np.where(spoken, kind[first], at.whom[first])
    sheet = Addresses(at.who.copy(), at.whom.copy(), at.count.copy())
    sheet.who[sat], sheet.whom[sat], sheet.count[sat] = at.who[first][place], whom[place], at.count[first][place]
    return sheet


def _day(time: Floats) -> Ints:
    """Return days as the counts of addresses, 0 to 2^32 - 1; an unknown time counts as day 2^32 - 1."""
    return np.where(np.isnan(time), 0xFFFFFFFF, np.nan_to_num(np.floor(time))).astype(np.int64) & 0xFFFFFFFF


def _joined(one: Any, two: Any) -> Any:
    if isinstance(one, Addresses) and isinstance(two, Addresses):
        return Addresses(*(np.concatenate([getattr(one, n), getattr(two, n)]) for n in ("who", "whom", "count")))
    return np.concatenate([one, two])
