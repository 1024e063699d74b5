"""Real sabotage: which accidents somebody caused, who it was, and whether the office suspects that person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws import Purpose, integer, uniform
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import ACCIDENT, ACCIDENT_TURNS, FREE, HOUR_OF_ACCIDENT, N_STATEMENTS, NO_MOTIVE
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.kernels.index import find
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World
from greatfear.world.people import member_address

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_ACCIDENT = np.dtype([("day", "i4"), ("region", "i4"), ("turn", "i4"), ("who", "i8"), ("read", "i1"), ("seen", "i1")])


class AccidentsFamily:
    """Every accident with what it was; without real sabotage there is no such family, and the office sees the same accidents."""

    name = "accidents"

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.rule, self.world = scenario.leads.accidents, world
        names = [one.id for one in scenario.population.organisations]
        self.by = names.index(self.rule.by) if self.rule.by else -1
        self.rows, self.read_to = np.zeros(0, _ACCIDENT), np.zeros(1, np.int64)
        """Accidents so far; statements read so far."""
        self.regions = [region.id for region in scenario.population.regions]
        self.arrested = [0, 0, 0]
        """Persons suspected after an accident who were arrested; of these, who had done sabotage; all who had done sabotage."""

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: accidents happen while the day's statements are heard."""

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Decide what today's accidents were, and let those be suspected whom somebody saw."""
        read = self._read_today(process, day)
        counts = process.state.desk.office["accidents"].tolist()
        rows, seen = [], []
        for r, count in enumerate(counts):
            for turn in range(count):
                who, is_read = self._saboteur(r, day, turn), turn in read.get(r, ())
                is_seen = is_read and who >= 0 and self._draw(r, day, turn, 2) < self.rule.seen.value
                rows.append((day, r, turn, who, is_read, is_seen))
                seen += [who] if is_seen else []
        if rows:
            self.rows = np.concatenate([self.rows, np.array(rows, _ACCIDENT)])
        if seen:
            n = len(seen)
            hours = np.array([self._draw(who >> 32, day, k, 3) for k, who in enumerate(seen)])
            told = Told(
                np.full(n, -1, np.int64), np.array(seen, np.int64), np.full(n, ACCIDENT, np.int8), hours,
                np.full(n, NO_MOTIVE, np.int8),
            )  # fmt: skip
            tell(process, day, told)
        self.read_to[0] = process.state.meter[N_STATEMENTS]
        if day == process.n_days - 1:
            self._count(process)

    def _draw(self, r: int, day: int, turn: int, what: int) -> float:
        """Return a draw for one accident."""
        return float(uniform(self.world.keys[Purpose.SABOTEUR], r, day * ACCIDENT_TURNS + turn, what))

    def _saboteur(self, r: int, day: int, turn: int) -> int:
        """Return the address of the person who caused an accident, -1 where nobody did."""
        if self._draw(r, day, turn, 0) >= self.rule.sabotage.value:
            return -1
        key, number = self.world.keys[Purpose.SABOTEUR], day * ACCIDENT_TURNS + turn
        if self.by >= 0:
            members = int(self.world.organisation[self.by]["members"])
            return int(member_address(self.world, self.by, int(integer(key, r, number, 4, members))))
        # the unit in which it happened, as the kernel that opens leads there draws it
        size, unit = int(self.world.region["size"][r]), self.world.unit
        base = unit * int(integer(self.world.keys[Purpose.PLACE], r, day, turn, -(-size // unit)))
        return (r << 32) | (base + int(integer(key, r, number, 4, min(unit, size - base))))

    def _read_today(self, process: Process, day: int) -> dict[int, set[int]]:
        """Return which accidents of today were read as sabotage: turns by region, as the statements of today show."""
        state = process.state
        today = state.log[self.read_to[0] : state.meter[N_STATEMENTS]]
        today = today[(today["channel"] == ACCIDENT) & (today["time"] >= day)]
        found: dict[int, set[int]] = {}
        for r in np.unique(today["office"]).tolist():
            times = np.unique(today["time"][today["office"] == r])
            found[r] = self._turns(process, r, day, times)
        return found

    def _turns(self, process: Process, r: int, day: int, times: NDArray[np.float64]) -> set[int]:
        """Return the turns of a region's accidents that bear one of these times."""
        key, count = self.world.keys[Purpose.HOUR], int(process.state.desk.office[r]["accidents"])
        return {t for t in range(count) if (day + uniform(key, r, day, HOUR_OF_ACCIDENT + t)) in times}

    def _count(self, process: Process) -> None:
        """Count who of those suspected after accidents was arrested, and who of them had done something."""
        state = process.state
        log = state.log[: state.meter[N_STATEMENTS]]
        suspects = np.unique(log["subject"][log["channel"] == ACCIDENT])
        taken = suspects[state.people["status"][suspects] != FREE]
        did = np.unique(self.rows["who"][self.rows["who"] >= 0])
        known = {int(find(state.rows, int(one))) for one in did}
        self.arrested = [int(taken.size), int(np.isin(taken, list(known)).sum()), int(did.size)]

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {"rows": self.rows, "read_to": self.read_to}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.rows, self.read_to = saved["rows"], saved["read_to"].copy()

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return every accident with what it was."""
        rows = self.rows
        person = [int(find(process.state.rows, int(who))) if who >= 0 else -1 for who in rows["who"]]
        columns = {
            "day": rows["day"].astype(np.int32),
            "region": (rows["region"].astype(np.int32), self.regions),
            "is_sabotage": (rows["who"] >= 0).astype(np.int8),
            "read": rows["read"],
            "seen": rows["seen"],
            "person": np.array(person, np.int32),
            "address": rows["who"],
        }
        return {"accidents": truth_table("accidents", columns, rows.size)}

    def report(self) -> dict[str, Any]:
        """Return how many accidents were sabotage, how many were read so, and who was arrested for them."""
        real, read = self.rows["who"] >= 0, self.rows["read"] > 0
        suspects, right, saboteurs = self.arrested
        return {
            "accidents": int(self.rows.size),
            "sabotage": int(real.sum()),
            "read_as_sabotage": int(read.sum()),
            "sabotage_read_as_such": int((real & read).sum()),
            "accidents_read_wrongly": int((~real & read).sum()),
            "saboteurs": saboteurs,
            "suspects_arrested": suspects,
            "saboteurs_among_them": right,
        }


def supposed(scenario: Scenario, world: World) -> AccidentsFamily | None:
    """Return the family where accidents happen and the scenario says something of real sabotage."""
    rule = scenario.leads.accidents
    supposed = rule.sabotage.value > 0 or rule.seen.value > 0 or rule.by is not None
    return AccidentsFamily(scenario, world) if rule.rate.value > 0 and supposed else None
