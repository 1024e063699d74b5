"""Foreign services that read the reports of a sham: papers that reach them by several ways, and all go back to one report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, exponential, uniform
from greatfear.scenario.sham import Sham
from greatfear.simulation.codes import DOCUMENT, N_STATEMENTS, NO_MOTIVE
from greatfear.simulation.families.telling import Told, tell

if TYPE_CHECKING:
    from greatfear.simulation.families.sham_state import ShamState
    from greatfear.simulation.process import Process

PAPER = np.dtype(
    [("day", "i8"), ("subject", "i8"), ("statement", "i8"), ("reader", "i4"), ("told_by", "i4"), ("believed", "i1")]
)
"""A paper: day on which it arrives, person, row of the statement (-1: under way), who receives it, from whom (-1: the sham),
whether the reader believes in the person from then on."""
_TOLD = 1 << 16


def send(sham: ShamState, day: int, subjects: list[int]) -> None:
    """Let reports of today go to each service by its own way."""
    key = sham.world.keys[Purpose.READERS]
    for k, reader in enumerate(sham.rule.readers):
        way = _way(sham, k)
        for who in subjects:
            if uniform(key, who, way, 0) < reader.share.value:
                _under_way(sham, day + _delay(sham, k, who, way), who, k, -1)


def deliver(sham: ShamState, process: Process, day: int) -> None:
    """Hand over the papers of today, let services tell one another, and let those believe who have enough."""
    due = np.flatnonzero((sham.papers["day"] == day) & (sham.papers["statement"] < 0))
    if due.size == 0:
        return
    subjects = sham.papers["subject"][due].copy()
    rows = _file(sham, process, day, subjects)
    sham.papers["statement"][due] = rows
    for place in due.tolist():
        who, k, told_by = (int(sham.papers[place][name]) for name in ("subject", "reader", "told_by"))
        if told_by < 0:
            _tell_others(sham, day, who, k)
        _believe(sham, day, place)


def _way(sham: ShamState, k: int) -> int:
    """Return the number of the way from a sham to a service."""
    return (sham.number << 8) | k


def _delay(sham: ShamState, k: int, who: int, way: int) -> int:
    """Return after how many days a paper arrives, one at least."""
    mean = sham.rule.readers[k].delay.value
    return 1 + int(mean * exponential(sham.world.keys[Purpose.READERS], who, way, 1))


def _under_way(sham: ShamState, day: int, who: int, reader: int, told_by: int) -> None:
    """Note a paper that will arrive."""
    row = np.zeros(1, PAPER)
    row[0] = (day, who, -1, reader, told_by, 0)
    sham.papers = np.concatenate([sham.papers, row])


def _file(sham: ShamState, process: Process, day: int, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
    """Write papers as statements without a speaker, in no office of this country; return their rows."""
    n, key = subjects.size, sham.world.keys[Purpose.READERS]
    first = int(process.state.meter[N_STATEMENTS])
    hours = np.array([uniform(key, int(who), first + k, 2) for k, who in enumerate(subjects)])
    told = Told(
        np.full(n, -1, np.int64), subjects, np.full(n, DOCUMENT, np.int8), hours, np.full(n, NO_MOTIVE, np.int8)
    )
    rows = tell(process, day, told, opens_leads=False)
    process.state.log["office"][rows] = -1
    return rows


def _tell_others(sham: ShamState, day: int, who: int, k: int) -> None:
    """Let a service pass on what it was given, as its own knowledge."""
    key = sham.world.keys[Purpose.READERS]
    for other, reader in enumerate(sham.rule.readers):
        way = _TOLD + (_way(sham, k) << 8) + other
        if other != k and uniform(key, who, way, 0) < reader.told.value:
            _under_way(sham, day + _delay(sham, other, who, way), who, other, k)


def _believe(sham: ShamState, day: int, place: int) -> None:
    """Let the receiver of a paper believe in the person, where it has papers enough; each looks independent to it."""
    paper = sham.papers[place]
    own = (sham.papers["reader"] == paper["reader"]) & (sham.papers["subject"] == paper["subject"])
    if sham.papers["believed"][own].any():
        return
    reader = sham.rule.readers[int(paper["reader"])]
    if int((own & (sham.papers["statement"] >= 0)).sum()) >= reader.enough:
        sham.papers["believed"][place] = 1
        if sham.runs(day):
            sham.gain(reader.gain.value)


def readers_report(rule: Sham, papers: NDArray[Any]) -> list[dict[str, Any]]:
    """Return what each service was given and came to believe, and how many origins stand behind it."""
    came = papers[papers["statement"] >= 0]
    rows = []
    for k, reader in enumerate(rule.readers):
        own = came[came["reader"] == k]
        believed = own[own["believed"] == 1]["subject"]
        behind = own[np.isin(own["subject"], believed)]
        rows.append(
            {
                "id": reader.id,
                "name": reader.name or reader.id,
                "papers": int(own.size),
                "told_by_others": int((own["told_by"] >= 0).sum()),
                "persons": int(np.unique(own["subject"]).size),
                "persons_believed": int(believed.size),
                "papers_behind_belief": int(behind.size),
                "origins_behind_belief": int(believed.size),
            }
        )
    return rows
