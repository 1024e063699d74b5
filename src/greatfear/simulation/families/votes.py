"""Votes in meetings: private support and public expression apart, with a tipping point between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import FOREVER
from greatfear.simulation.families.fear import felt_in
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.kernels import votes as kernels
from greatfear.simulation.rules import day_of
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_MONTH = 30


@by_reference
class Meetings(NamedTuple):
    """What a scenario supposes of meetings, for the kernels."""

    mean: NDArray[np.float64]
    """Mean private support, one for all or by stratum."""
    spread: float
    social: float
    """Weight of the share of hands that are up."""
    threshold: float
    first: float
    """Share of hands that are up at first."""
    in_minutes: float
    """Share of those against whom the minutes name."""
    from_floor: float
    """Mean number of persons named from the floor."""


class VotesFamily:
    """Meetings held so far."""

    name = "votes"

    def __init__(self, scenario: Scenario, world: World) -> None:
        votes, epoch = scenario.votes, scenario.time.start
        self.rate = votes.rate.value
        self.fear, self.unit_fear = votes.fear.value, votes.unit_fear.value
        self.since, self.until = day_of(votes.since, epoch, 0), day_of(votes.until, epoch, FOREVER)
        strata = [stratum.id for stratum in scenario.population.strata] if votes.by_stratum else [""]
        self.rule = Meetings(
            mean=np.array([votes.by_stratum.get(name, votes.support).value for name in strata]),
            spread=votes.spread.value,
            social=votes.social.value,
            threshold=votes.threshold.value,
            first=votes.first.value,
            in_minutes=votes.report_no.value,
            from_floor=votes.named.value,
        )
        self.regions = [region.id for region in scenario.population.regions]
        self.rows = np.zeros((0, 6), np.int64)
        """Meetings: day, region, unit, present, hands up, supporters in private."""
        self.told = np.zeros(2, np.int64)
        """Named in the minutes, named from the floor."""
        self.fresh: list[NDArray[np.int64]] = []

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Hold today's meetings; what is said there can lead to an arrest today."""
        if not self.since <= day < self.until:
            return
        world, state = process.world, process.state
        units = self._called(world, day)
        if not units.size:
            return
        region = units >> 32
        pressure = self.fear * state.desk.office["fear"][region]
        if self.unit_fear:
            pressure = pressure + self.unit_fear * felt_in(process, units)
        votes = np.zeros((units.size, 3), np.int64)
        self._hold(process, day, (units, pressure, votes))
        head = np.column_stack((np.full(units.size, day), region, units & 0xFFFFFFFF))
        self.fresh.append(np.column_stack((head, votes)))

    def calls(self, process: Process) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the kernels that this family calls, each with arguments of the right types."""
        whole, real, world = np.zeros(0, np.int64), np.zeros(0), process.world
        table = np.zeros((0, 4), np.int64)
        held = (world, process.state, self.rule, 0, (whole, real, table[:, :3].copy()), table, real)
        return [(kernels.hold_meetings, held), (kernels.call_meetings, (world, self.rate, 0, whole, whole))]

    def _called(self, world: World, day: int) -> NDArray[np.int64]:
        """Return the units that meet today."""
        counts, room = np.zeros(world.regions, np.int64), 64
        while True:
            units = np.empty(room, np.int64)
            n = int(kernels.call_meetings(world, self.rate, day, counts, units))
            if n <= room:
                return units[:n]
            room = n

    def _hold(
        self, process: Process, day: int, meetings: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]
    ) -> None:
        """Hold the meetings and tell whom they name."""
        world, state, room = process.world, process.state, 64
        while True:
            told, hours = np.empty((room, 4), np.int64), np.empty(room)
            n = int(kernels.hold_meetings(world, state, self.rule, day, meetings, told, hours))
            if n <= room:
                break
            room = n
        if n:
            told = told[:n]
            channel, motive = told[:, 2].astype(np.int8), told[:, 3].astype(np.int8)
            tell(process, day, Told(told[:, 0].copy(), told[:, 1].copy(), channel, hours[:n], motive))
            from_floor = int((told[:, 0] >= 0).sum())
            self.told += (n - from_floor, from_floor)

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: meetings are held in the morning."""

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {"rows": self._all(), "told": self.told}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.rows, self.told, self.fresh = saved["rows"], saved["told"].copy(), []

    def _all(self) -> NDArray[np.int64]:
        """Return all meetings held so far."""
        if self.fresh:
            self.rows, self.fresh = np.concatenate((self.rows, *self.fresh)), []
        return self.rows

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return the meetings with the private support."""
        rows = self._all()
        columns = {
            "meeting": np.arange(rows.shape[0], dtype=np.int32),
            "day": rows[:, 0].astype(np.int32),
            "region": (rows[:, 1].astype(np.int32), self.regions),
            "unit": rows[:, 2],
            "present": rows[:, 3].astype(np.int32),
            "hands_up": rows[:, 4].astype(np.int32),
            "private_support": rows[:, 5].astype(np.int32),
        }
        return {"meetings": truth_table("meetings", columns, rows.shape[0])}

    def report(self) -> dict[str, Any]:
        """Return the reported vote, and beside it the private support, by month."""
        rows = self._all()
        sums = np.zeros((int(rows[:, 0].max()) // _MONTH + 1 if rows.size else 0, 4), np.int64)
        month = rows[:, 0] // _MONTH
        for column, values in enumerate((np.ones_like(month), rows[:, 3], rows[:, 4], rows[:, 5])):
            np.add.at(sums[:, column], month, values)
        series = [
            [k * _MONTH, *row, row[2] / max(row[1], 1), row[3] / max(row[1], 1)] for k, row in enumerate(sums.tolist())
        ]
        present, up, private = (int(rows[:, k].sum()) for k in (3, 4, 5))
        return {
            "meetings": rows.shape[0],
            "present": present,
            "reported_share": up / max(present, 1),
            "private_share": private / max(present, 1),
            "named_in_minutes": int(self.told[0]),
            "named_from_the_floor": int(self.told[1]),
            "columns": ["day", "meetings", "present", "hands_up", "private_support", "reported_share", "private_share"],
            "series": series,
        }


def supposed(scenario: Scenario, world: World) -> VotesFamily | None:
    """Return the family where a scenario supposes meetings."""
    return VotesFamily(scenario, world) if scenario.votes.rate.value else None
