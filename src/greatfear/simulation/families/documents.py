"""Papers from abroad: forged ones, real leaks, and copies that the office takes for further witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws import Purpose, exponential, forth, integer, poisson, subkey, uniform
from greatfear.scenario.documents import Service
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import ARREST, BY_STATEMENT, DOCUMENT, FOREVER, N_ACTS, NO_MOTIVE
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.rules import day_of
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World
from greatfear.world.people import stratum_member

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_LEAK, _BELIEVED, _SEEN, _HOUR, _WHOM, _PLACE = range(6)
"""Draws about one paper: added to 64 times its running number."""
_COLUMNS = ("day", "service", "forged", "copy_of", "believed", "recognised", "statement", "address")


class DocumentsFamily:
    """Papers so far, and copies on their way."""

    name = "documents"

    def __init__(self, scenario: Scenario, world: World) -> None:
        epoch = scenario.time.start
        self.services = [service for service in scenario.documents if service.rate.value > 0]
        self.span = [(day_of(s.start, epoch, 0), day_of(s.end, epoch, FOREVER)) for s in self.services]
        self.sizes = [_sizes(scenario, world, service) for service in self.services]
        self.papers: list[list[int]] = []
        """Rows in the order of `_COLUMNS`."""
        self.due: list[list[int]] = []
        """Copies on their way: day, original, running number."""
        self.told: list[list[int]] = []
        """Statement, forged: of what was passed on."""
        self.counted = np.zeros(3, np.int64)
        """Acts read so far; arrests that rest on forged papers and on leaks."""

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Receive today's papers and copies, and pass on what is believed."""
        first = len(self.papers)
        for g, (service, (start, end)) in enumerate(zip(self.services, self.span, strict=True)):
            if start <= day < end:
                number = int(poisson(process.world.keys[Purpose.PAPERS], g, day, 0, service.rate.value))
                for turn in range(number):
                    self._receive(process.world, g, day, turn)
        for row in [row for row in self.due if row[0] == day]:
            self._arrive(process.world, row)
        self.due = [row for row in self.due if row[0] > day]
        self._pass_on(process, day, self.papers[first:])

    def _receive(self, world: World, g: int, day: int, turn: int) -> None:
        """Enter one original, and send its copies on their way."""
        service, key, paper = self.services[g], world.keys[Purpose.PAPER], len(self.papers)
        leak = uniform(key, g, day, 64 * turn + _LEAK) < service.leaks.value
        address = _member(world, g, day, turn) if leak else self._target(world, g, day, turn)
        believed = uniform(key, g, day, 64 * turn + _BELIEVED) < service.belief.value
        self.papers.append([day, g, int(not leak), -1, int(believed), 0, -1, address])
        copies = world.keys[Purpose.COPIES]
        for copy in range(int(poisson(copies, g, day, 64 * turn, service.copies.value))):
            delay = 1 + int(service.delay.value * exponential(copies, g, day, 64 * turn + 1 + copy % 63))
            self.due.append([day + delay, paper, copy])

    def _target(self, world: World, g: int, day: int, turn: int) -> int:
        """Return the person against whom a forgery is aimed."""
        service, key = self.services[g], world.keys[Purpose.PAPER]
        who, whom, count = g, day, turn
        if service.targets:  # the same person for the same slot on every day
            who, whom, count = g, 1 << 40, int(integer(key, g, day, 64 * turn + _WHOM, service.targets))
        return _person(world, self.sizes[g], (who, whom, count))

    def _arrive(self, world: World, row: list[int]) -> None:
        """Enter one copy of a paper."""
        day, original, copy = row
        _, g, forged, _, _, _, _, address = self.papers[original]
        service, key = self.services[g], world.keys[Purpose.COPIES]
        recognised = uniform(key, original, _SEEN, copy) < service.recognised.value
        believed = not recognised and uniform(key, original, _BELIEVED, copy) < service.belief.value
        self.papers.append([day, g, forged, original, int(believed), int(recognised), -1, address])

    def _pass_on(self, process: Process, day: int, papers: list[list[int]]) -> None:
        """Tell what is believed to the office of the subject's region, without a speaker."""
        told = [row for row in papers if row[4]]
        n = len(told)
        if not n:
            return
        key, first = process.world.keys[Purpose.PAPER], len(self.papers) - len(papers)
        hours = np.array([uniform(key, first + k, 1 << 41, _HOUR) for k in range(n)])
        subjects = np.array([row[-1] for row in told], np.int64)
        channel, motive = np.full(n, DOCUMENT, np.int8), np.full(n, NO_MOTIVE, np.int8)
        rows = tell(process, day, Told(np.full(n, -1, np.int64), subjects, channel, hours, motive))
        for row, statement in zip(told, rows.tolist(), strict=True):
            row[6] = statement
            self.told.append([statement, row[2]])

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Count today's arrests that rest on a paper."""
        meter = process.state.meter
        acts = process.state.acts[self.counted[0] : meter[N_ACTS]]
        self.counted[0] = meter[N_ACTS]
        rests_on = acts["statement"][(acts["kind"] == ARREST) & (acts["cause"] == BY_STATEMENT)]
        if rests_on.size and self.told:
            told = np.array(self.told, np.int64)
            for forged in (1, 0):
                self.counted[2 - forged] += int(np.isin(rests_on, told[told[:, 1] == forged, 0]).sum())

    def _table(self) -> NDArray[np.int64]:
        return np.array(self.papers, np.int64).reshape(-1, len(_COLUMNS))

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {"papers": self._table(), "due": np.array(self.due, np.int64).reshape(-1, 3), "counted": self.counted}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.papers, self.due = saved["papers"].tolist(), saved["due"].tolist()
        self.told = [[row[6], row[2]] for row in self.papers if row[6] >= 0]
        self.counted = saved["counted"].copy()

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return every paper with its source, whether it was forged, and what it was copied from."""
        table = self._table()
        columns: dict[str, Any] = {"paper": np.arange(table.shape[0], dtype=np.int32)}
        for k, name in enumerate(_COLUMNS):
            kind = (
                np.int64 if name == "address" else np.int8 if name in ("forged", "believed", "recognised") else np.int32
            )
            columns[name] = table[:, k].astype(kind)
        columns["service"] = (table[:, 1].astype(np.int32), [service.id for service in self.services])
        return {"foreign_papers": truth_table("foreign_papers", columns, table.shape[0])}

    def report(self) -> dict[str, Any]:
        """Return what came and was believed, and how many origins the archive shows where Truth knows fewer."""
        table = self._table()
        told = table[table[:, 6] >= 0]
        source = np.where(told[:, 3] >= 0, told[:, 3], np.flatnonzero(table[:, 6] >= 0))
        names = [service.id for service in self.services]
        return {
            "papers": table.shape[0],
            "originals": int((table[:, 3] < 0).sum()),
            "forged": int(table[:, 2].sum()),
            "believed": told.shape[0],
            "believed_forged": int(told[:, 2].sum()),
            "persons_named": int(np.unique(told[:, 7]).size),
            "origins_by_the_archive": told.shape[0],
            "origins_in_truth": int(np.unique(source).size),
            "arrests_resting_on_forged": int(self.counted[1]),
            "arrests_resting_on_leaks": int(self.counted[2]),
            "by_service": {name: int((table[:, 1] == g).sum()) for g, name in enumerate(names)},
        }


def supposed(scenario: Scenario, world: World) -> DocumentsFamily | None:
    """Return the family where a scenario supposes papers."""
    given = any(service.rate.value > 0 for service in scenario.documents)
    return DocumentsFamily(scenario, world) if given else None


def _sizes(scenario: Scenario, world: World, service: Service) -> NDArray[np.int64]:
    """Return the persons of each region and stratum at whom a service aims (R, S)."""
    people = np.diff(world.cut, axis=1) * world.household
    regions = np.array([not service.regions or r.id in service.regions for r in scenario.population.regions])
    strata = np.array([not service.strata or s.id in service.strata for s in scenario.population.strata])
    sizes: NDArray[np.int64] = people * regions[:, None] * strata[None, :]
    return sizes


def _person(world: World, sizes: NDArray[np.int64], address: tuple[int, int, int]) -> int:
    """Return a person of the given regions and strata, each equally likely."""
    key, ends = world.keys[Purpose.PAPER], np.cumsum(sizes.ravel())
    who, whom, count = address
    if ends[-1] == 0:
        return 0
    for attempt in range(64):  # the last household of a region may be short; such a draw is made again
        place = int(integer(key, who, whom, (1 << 31) + 64 * count + attempt, int(ends[-1])))
        cell = int(np.searchsorted(ends, place, side="right"))
        r, s = divmod(cell, sizes.shape[1])
        person = int(stratum_member(world, r, s, place - (int(ends[cell - 1]) if cell else 0)))
        if person >= 0:
            return person
    return 0


def _member(world: World, g: int, day: int, turn: int) -> int:
    """Return a member of a real organisation, each equally likely."""
    key, ends = world.keys[Purpose.PAPER], np.cumsum(world.organisation["members"])
    place = int(integer(key, g, day, 64 * turn + _PLACE, int(ends[-1])))
    o = int(np.searchsorted(ends, place, side="right"))
    m = place - (int(ends[o - 1]) if o else 0)
    total = int(world.span[o, world.regions])
    flat = int(forth(np.uint64(subkey(world.keys[Purpose.MEMBER], o)), m, total))  # a plain int would lose its type
    r = int(np.searchsorted(world.span[o], flat, side="right")) - 1
    return (r << 32) | (flat - int(world.span[o, r]))
