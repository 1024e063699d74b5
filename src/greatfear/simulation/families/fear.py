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
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_FORGOTTEN = 0.05
"""Below this many arrests a unit is forgotten: three times the decay after one arrest."""
_MONTH = 30


@by_reference
class Fears(NamedTuple):
    """Frightened units for the kernel: before, what was seen, and after; each list of units ascends."""

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
        self.unit, self.felt = np.zeros(0, np.int64), np.zeros(0)
        self.spare = np.zeros(0, np.int64), np.zeros(0)
        """Room for the units after a day; it changes places with that of the units before."""
        self.seen = np.zeros(0, np.int64), np.zeros(0)
        """Units in which something was seen since the last morning, and how much."""
        self.counted = np.zeros(3, np.int64)
        """Acts and statements read so far; denouncers moved."""
        self.series: list[list[float]] = []
        self.room = 256

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
            self.seen = self._weighed(arrested, struck)
            moved = self._moved(process, day)
            process.moved = np.concatenate((process.moved, moved))
            self.counted[2] += moved.size
        if day % _MONTH == 0:
            mean = float((office["fear"] * size).sum() / size.sum())
            self.series.append([day, mean, float(office["fear"].max()), self.unit.size, int(self.counted[2])])

    def _read(self, process: Process) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the unit of each arrest, and of each accident read as sabotage, since the last morning."""
        state, meter = process.state, process.state.meter
        acts, said = state.acts[self.counted[0] : meter[N_ACTS]], state.log[self.counted[1] : meter[N_STATEMENTS]]
        self.counted[:2] = meter[N_ACTS], meter[N_STATEMENTS]
        arrested = unit_of(process.world, state.people["id"][acts["person"][acts["kind"] == ARREST]])
        struck = said[said["channel"] == ACCIDENT]
        first = np.unique(struck["time"], return_index=True)[1]  # one accident opens several leads at one time
        return arrested, unit_of(process.world, state.people["id"][struck["subject"][first]])

    def _weighed(
        self, arrested: NDArray[np.int64], struck: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the units in which something was seen, ascending, and how much."""
        seen = np.concatenate((arrested, struck)) if self.accident else arrested
        weight = np.repeat([1.0, self.accident], [arrested.size, seen.size - arrested.size])
        new, where = np.unique(seen, return_inverse=True)
        return new, np.bincount(where, weights=weight, minlength=new.size).astype(np.float64)

    def _moved(self, process: Process, day: int) -> NDArray[np.int64]:
        """Let fear of units fade and rise, and return the persons whom it moves today."""
        room = self.unit.size + self.seen[0].size
        if self.spare[0].size < room:
            self.spare = np.empty(2 * room, np.int64), np.empty(2 * room)
        while True:
            persons = np.empty(self.room, np.int64)
            n, m = kernels.frighten(process.world, process.state, process.rules, self._fears(persons), day)
            if m <= self.room:
                break
            self.room = 2 * int(m)
        before = self.unit, self.felt
        self.unit, self.felt = self.spare[0][:n], self.spare[1][:n]
        self.spare = _whole(before[0]), _whole(before[1])
        return persons[:m]

    def _fears(self, persons: NDArray[np.int64]) -> Fears:
        return Fears(
            self.unit, self.felt, *self.seen, *self.spare, persons, self.weight, self.linear, self.keep, _FORGOTTEN
        )

    def calls(self, process: Process) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the kernel that this family calls where units are frightened, with arguments of the right types."""
        fears = self._fears(np.empty(0, np.int64))
        return [(kernels.frighten, (process.world, process.state, process.rules, fears, 0))] if self.weight else []

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: what happened today frightens tomorrow."""

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        series = np.array(self.series, np.float64).reshape(-1, 5)
        return {"unit": self.unit, "felt": self.felt, "counted": self.counted, "series": series}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.unit, self.felt, self.counted = saved["unit"], saved["felt"], saved["counted"].copy()
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
    """Return the fear U of each unit; 0 where units have none."""
    found = np.zeros(unit.size)
    for family in process.families:
        if isinstance(family, FearFamily) and family.unit.size:
            place = np.minimum(np.searchsorted(family.unit, unit), family.unit.size - 1)
            found = np.where(family.unit[place] == unit, family.felt[place], 0.0)
    return found


def _whole(column: NDArray[Any]) -> NDArray[Any]:
    """Return the room of which a column is the first part."""
    return column if column.base is None else np.asarray(column.base)
