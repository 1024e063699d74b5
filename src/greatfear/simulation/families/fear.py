"""Fear by unit, accidents and war scares.

The region's fear F is the core's; accidents and scares are added to it. The fear U of a unit is kept for units in which
somebody was arrested lately, so that its cost follows cases, not population.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import ACCIDENT, ARREST, N_ACTS, N_STATEMENTS
from greatfear.simulation.kernels import fear as kernels
from greatfear.simulation.rules import day_of, steps_by_day
from greatfear.simulation.threads import in_blocks
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_Seen = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Units, and how much."""
_FORGOTTEN = 0.05
"""Below this many arrests a unit is forgotten: three times the decay after one arrest."""
_MONTH = 30
_SIDE_BY_SIDE = 20_000
"""With fewer frightened units a second thread takes longer to call than it saves."""


@by_reference
class Fears(NamedTuple):
    """Room for frightened units before, for what was seen, and for units after; each list of units ascends."""

    unit: NDArray[np.int64]
    """Address of each frightened unit: region << 32 | number."""
    felt: NDArray[np.float64]
    """Arrests seen in it, as far as they have not faded."""
    new: NDArray[np.int64]
    more: NDArray[np.float64]
    units: NDArray[np.int64]
    felts: NDArray[np.float64]
    persons: NDArray[np.int64]
    """Output: who denounces today beyond those whom the region's fear moves."""
    weight: float
    """What one arrest does."""
    linear: bool
    """Whether the rate is multiplied by 1 + weight * felt, else by exp(weight * felt)."""
    keep: float
    """What is left of fear after a day."""
    least: float
    """A unit with less is forgotten."""


class Frightened:
    """The frightened units of some regions, in the order of their addresses. Room is laid out again only when it grows."""

    def __init__(self, weight: float, linear: bool, keep: float) -> None:
        self.rule = weight, linear, keep
        self.n, self.seen, self.moved = 0, 0, np.zeros(0, np.int64)
        self._lay_out(np.zeros(0, np.int64), np.zeros(0), 256, 256, 256)

    def _lay_out(self, unit: NDArray[np.int64], felt: NDArray[np.float64], units: int, seen: int, persons: int) -> None:
        """Make room for these numbers of units, seen units and persons; rooms before and after change places from day to day."""
        before, after = ((np.empty(units, np.int64), np.empty(units)) for _ in range(2))
        self.n = unit.size
        before[0][: self.n], before[1][: self.n] = unit, felt
        beside = np.empty(seen, np.int64), np.empty(seen)
        who = np.empty(persons, np.int64)
        weight, linear, keep = self.rule
        self.today = Fears(*before, *beside, *after, who, weight, linear, keep, _FORGOTTEN)
        self.tomorrow = Fears(*after, *beside, *before, who, weight, linear, keep, _FORGOTTEN)

    @property
    def unit(self) -> NDArray[np.int64]:
        """Address of each frightened unit."""
        return self.today.unit[: self.n]

    @property
    def felt(self) -> NDArray[np.float64]:
        """Arrests seen in it, as far as they have not faded."""
        return self.today.felt[: self.n]

    def see(self, new: NDArray[np.int64], more: NDArray[np.float64]) -> None:
        """Note the units in which something was seen, ascending, and how much."""
        here, self.seen = self.today, new.size
        if self.n + self.seen > here.unit.size or self.seen > here.new.size:
            self._grow(2 * (self.n + self.seen), 2 * self.seen, 0)
            here = self.today
        here.new[: self.seen], here.more[: self.seen] = new, more

    def _grow(self, units: int, seen: int, persons: int) -> None:
        """Make room for at least these numbers, and keep what is there."""
        here, what = self.today, (self.today.new[: self.seen], self.today.more[: self.seen])
        room = max(here.unit.size, units), max(here.new.size, seen), max(here.persons.size, persons)
        self._lay_out(self.unit, self.felt, *room)
        self.today.new[: what[0].size], self.today.more[: what[1].size] = what

    def restore(self, unit: NDArray[np.int64], felt: NDArray[np.float64]) -> None:
        """Take up units and their fear."""
        here = self.today
        self._lay_out(unit, felt, max(here.unit.size, 2 * unit.size), here.new.size, here.persons.size)

    def pass_day(self, process: Process, day: int) -> None:
        """Let fear fade and rise by what was seen, and find the persons whom it moves today."""
        given = process.world, process.state, process.rules
        while True:
            n, m = kernels.frighten(*given, self.today, self.n, self.seen, day)
            if m <= self.today.persons.size:
                break
            self._grow(0, 0, 2 * int(m))
        self.n, self.moved = int(n), self.today.persons[:m]
        self.today, self.tomorrow = self.tomorrow, self.today


class FearFamily:
    """The frightened units, in the order of their addresses."""

    name = "fear"

    def __init__(self, scenario: Scenario, world: World) -> None:
        fear, epoch = scenario.fear, scenario.time.start
        self.weight, self.linear, self.accident = fear.unit.value, fear.rule == "linear", fear.accident.value
        self.keep = float(np.exp(-1.0 / scenario.offices.fear_decay.value))
        ids = [region.id for region in scenario.population.regions]
        self.scares = [
            (day_of(one.start, epoch, 0), one.days, one.fear.value, np.array([not one.regions or i in one.regions for i in ids]))
            for one in fear.scares
        ]  # fmt: skip
        n = (scenario.time.end - epoch).days
        self.expected = fear.expected.value * steps_by_day(fear.expectation, epoch, n, 0.0)
        """What the expectation of an invasion adds on each day."""
        people = np.cumsum(world.region["size"][:-1])
        self.second = int(np.searchsorted(people, people[-1] / 2)) + 1
        """First region of the second half; about half of the people live in each."""
        self.halves = tuple(Frightened(self.weight, self.linear, self.keep) for _ in range(2))
        self.counted = np.zeros(3, np.int64)
        """Acts and statements read so far; denouncers moved."""
        self.series: list[list[float]] = []

    @property
    def unit(self) -> NDArray[np.int64]:
        """Address of each frightened unit."""
        return np.concatenate([half.unit for half in self.halves])

    @property
    def felt(self) -> NDArray[np.float64]:
        """Arrests seen in it, as far as they have not faded."""
        return np.concatenate([half.felt for half in self.halves])

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Let fear fade and rise by what was seen yesterday, and move persons of frightened units to denounce."""
        office, size = process.state.desk.office, process.world.region["size"][:-1]
        arrested, struck = self._read(process)
        for start, days, more, where in self.scares:
            if start <= day < start + days:
                office["fear"] += more * where
        if self.expected[day]:
            office["fear"] += self.expected[day]
        if struck.size and self.accident:
            office["fear"] += 1000.0 * self.accident * np.bincount(struck >> 32, minlength=size.size) / size
        if self.weight:
            for half, seen in self._by_half(*self._weighed(arrested, struck)):
                half.see(*seen)
            moved = self._moved(process, day)
            process.moved = np.concatenate((process.moved, moved))
            self.counted[2] += moved.size
        if day % _MONTH == 0:
            mean = float((office["fear"] * size).sum() / size.sum())
            self.series.append(
                [day, mean, float(office["fear"].max()), sum(half.n for half in self.halves), int(self.counted[2])]
            )

    def _read(self, process: Process) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the unit of each arrest, and of each accident read as sabotage, since the last morning."""
        state, meter = process.state, process.state.meter
        acts, said = state.acts[self.counted[0] : meter[N_ACTS]], state.log[self.counted[1] : meter[N_STATEMENTS]]
        self.counted[:2] = meter[N_ACTS], meter[N_STATEMENTS]
        arrested = unit_of(process.world, state.people["id"][acts["person"][acts["kind"] == ARREST]])
        struck = said[np.flatnonzero(said["channel"] == ACCIDENT)]
        # one accident opens several leads at one time, one after another
        first = np.flatnonzero(np.diff(struck["time"], prepend=-1.0))
        return arrested, unit_of(process.world, state.people["id"][struck["subject"][first]])

    def _weighed(
        self, arrested: NDArray[np.int64], struck: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the units in which something was seen, ascending, and how much."""
        both = np.concatenate((arrested, struck)) if self.accident and struck.size else arrested
        seen = np.sort(both)
        first = np.flatnonzero(np.diff(seen, prepend=-1))
        new = seen[first]
        if both is arrested:
            return new, np.diff(first, append=seen.size).astype(np.float64)
        weight = np.repeat([1.0, self.accident], [arrested.size, struck.size])
        return new, np.bincount(np.searchsorted(new, both), weights=weight, minlength=new.size).astype(np.float64)

    def _moved(self, process: Process, day: int) -> NDArray[np.int64]:
        """Let fear of units fade and rise, and return the persons whom it moves today; no region depends on another."""
        block = 1 if sum(half.n for half in self.halves) > _SIDE_BY_SIDE else 2

        def pass_day(first: int, last: int) -> None:
            for half in self.halves[first:last]:
                half.pass_day(process, day)

        in_blocks(pass_day, 2, block)
        return np.concatenate([half.moved for half in self.halves])

    def _by_half(self, unit: NDArray[np.int64], felt: NDArray[np.float64]) -> list[tuple[Frightened, _Seen]]:
        """Return the halves, each with its part of these ascending units."""
        at = self.cut(unit)
        return list(zip(self.halves, ((unit[:at], felt[:at]), (unit[at:], felt[at:])), strict=True))

    def cut(self, unit: NDArray[np.int64]) -> int:
        """Return how many of ascending units lie in the first half."""
        return int(np.searchsorted(unit, self.second << 32))

    def calls(self, process: Process) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the kernel that this family calls where units are frightened, with arguments of the right types."""
        given = process.world, process.state, process.rules, self.halves[0].today, 0, 0, 0
        return [(kernels.frighten, given)] if self.weight else []

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: what happened today frightens tomorrow."""

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        series = np.array(self.series, np.float64).reshape(-1, 5)
        return {"unit": self.unit, "felt": self.felt, "counted": self.counted, "series": series}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        unit, felt, self.counted = saved["unit"], saved["felt"], saved["counted"].copy()
        for half, part in self._by_half(unit, felt):
            half.restore(*part)
        self.series = [
            [int(day), mean, most, int(units), int(moved)] for day, mean, most, units, moved in saved["series"].tolist()
        ]

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return nothing: fear writes no table of its own."""
        return {}

    def report(self) -> dict[str, Any]:
        """Return fear by month: mean and largest of the regions, frightened units, denouncers moved so far."""
        columns = ["day", "mean_fear", "largest_fear", "frightened_units", "denouncers_moved"]
        return {"denouncers_moved": int(self.counted[2]), "columns": columns, "series": self.series}


def supposed(scenario: Scenario, world: World) -> FearFamily | None:
    """Return the family where a scenario supposes fear beyond arrests in the region."""
    fear = scenario.fear
    expects = fear.expected.value > 0 and bool(fear.expectation)
    return FearFamily(scenario, world) if fear.unit.value or fear.accident.value or fear.scares or expects else None


def unit_of(world: World, person: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the address of the unit of each person: region << 32 | number."""
    return (person >> 32 << 32) | (person & 0xFFFFFFFF) // world.unit


def felt_in(process: Process, unit: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the fear U of units, which ascend by region; 0 where units have none."""
    found = np.zeros(unit.size)
    for family in process.families:
        if isinstance(family, FearFamily):
            at = family.cut(unit)
            for half, own in zip(family.halves, (slice(at), slice(at, None)), strict=True):
                if half.n:
                    place = np.minimum(np.searchsorted(half.unit, unit[own]), half.n - 1)
                    found[own] = np.where(half.unit[place] == unit[own], half.felt[place], 0.0)
    return found
