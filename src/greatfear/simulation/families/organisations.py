"""Real organisations: their plans, the attempts that come of them, and what follows an attempt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws import Purpose, integer, poisson, uniform
from greatfear.scenario.model import Scenario
from greatfear.scenario.plans import Plans
from greatfear.simulation.codes import ACCIDENT, N_MEMBERS_ARRESTED, NO_MOTIVE
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.kernels.approach import list_members, mark_arrested
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

ATTEMPT = np.dtype(
    [("time", "f8"), ("chance", "f8"), ("organisation", "i4"), ("active", "i4"), ("party", "i4"), ("seen", "i4"),
     ("place", "i4"), ("succeeded", "i1"), ("held", "f8")],
)  # fmt: skip


def supposed(scenario: Scenario, world: World) -> Organisations | None:
    """Return the family where some organisation has members and makes plans."""
    plans = np.array([one.plans.hazard.value > 0 for one in scenario.population.organisations], np.bool_)
    return Organisations(scenario, world) if np.any(plans & (world.organisation["members"] > 0)) else None


class Organisations:
    """All real organisations of a run; member m of organisation o is at ``first[o] + m`` of the arrays."""

    name = "organisations"

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.rules = scenario.population.organisations
        self.regions = [region.id for region in scenario.population.regions]
        size = world.organisation["members"]
        self.first = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
        self.address = np.zeros(self.first[-1], np.int64)
        self.senior = np.zeros(self.first[-1], np.bool_)
        for o in range(size.size):
            list_members(world, o, self.address[self._of(o)], self.senior[self._of(o)])
        self.free = np.ones(self.first[-1], np.int8)
        self.known = np.zeros(1, np.int64)
        self.held_days, self.held_attempts = np.zeros(size.size), np.zeros(size.size)
        self.attempts = np.zeros(0, ATTEMPT)

    def _of(self, o: int) -> slice:
        return slice(int(self.first[o]), int(self.first[o + 1]))

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Let each organisation attempt what its hazard and those who hold it back leave."""
        arrested = int(process.state.meter[N_MEMBERS_ARRESTED])
        if arrested != self.known[0]:
            self.known[0] = arrested
            mark_arrested(process.state, self.address, self.free)
        for o, rule in enumerate(self.rules):
            active = int(self.free[self._of(o)].sum())
            rate, held = rule.plans.hazard.value * active, _held_back(process, o)
            made_up = _made_up(process, o, day, float(self.held_attempts[o])) if active else 0.0
            self.held_days[o] += active * held
            self.held_attempts[o] += rate * held
            key = process.world.keys[Purpose.ATTEMPTS]
            for turn in range(int(poisson(key, o, day, 0, rate * (1.0 - held) + made_up))):
                self._attempt(process, day, o, turn, held)

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: an attempt is made in the morning."""

    def _attempt(self, process: Process, day: int, o: int, turn: int, held: float) -> None:
        """Make one attempt: who takes part, whether it succeeds, what is seen of it, what it costs."""
        plans, keys = self.rules[o].plans, process.world.keys
        free = np.flatnonzero(self.free[self._of(o)]) + int(self.first[o])
        if free.size == 0:
            return
        chance = _chance(plans, free.size, float(self.senior[free].mean()))
        party = _some(keys[Purpose.PARTY], (o, day, turn), free, plans.party)
        who = self.address[party]
        seen = [uniform(keys[Purpose.SEEN], int(x), day, 2 * turn) < plans.seen.value for x in who]
        lost = [uniform(keys[Purpose.SEEN], int(x), day, 2 * turn + 1) < plans.lost.value for x in who]
        self.free[party[lost]] = 0
        place = self._place(process, o, day, turn, int(who[0]))
        size = int(process.world.region["size"][place])
        others = [
            (place << 32) | int(integer(keys[Purpose.PARTY], o, day, turn * 2048 + 1024 + k, size))
            for k in range(plans.bystanders)
        ]
        hour = uniform(keys[Purpose.SUCCESS], o, day, 2 * turn + 1)
        _see(process, day, hour, np.array([*who[seen], *others], np.int64))
        process.state.desk.office["fear"][place] += plans.fear.value
        process.centre.memory["belief"] += plans.alarm.value
        row = np.zeros(1, ATTEMPT)
        row[0] = (
            day + hour, chance, o, free.size, party.size, sum(seen), place,
            uniform(keys[Purpose.SUCCESS], o, day, 2 * turn) < chance, held,
        )  # fmt: skip
        self.attempts = np.concatenate([self.attempts, row])

    def _place(self, process: Process, o: int, day: int, turn: int, person: int) -> int:
        """Return the region of an attempt: that of the first who takes part, for an organisation abroad one of its list."""
        rule = self.rules[o]
        if not rule.abroad:
            return person >> 32
        allowed = [k for k, name in enumerate(self.regions) if not rule.regions or name in rule.regions]
        return allowed[int(integer(process.world.keys[Purpose.PARTY], o, day, turn * 2048 + 1023, len(allowed)))]

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {
            "free": self.free, "known": self.known, "held_days": self.held_days, "held_attempts": self.held_attempts,
            "attempts": self.attempts,
        }  # fmt: skip

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        for name in self.saved():
            setattr(self, name, saved[name])

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return the tables ``organisations`` and ``attempts``."""
        n, rows = len(self.rules), self.attempts
        active = [int(self.free[self._of(o)].sum()) for o in range(n)]
        organisations = {
            "organisation": np.arange(n, dtype=np.int32),
            "id": [rule.id for rule in self.rules],
            "members": np.diff(self.first).astype(np.int32),
            "active": np.array(active, np.int32),
            "held_days": self.held_days,
            "held_attempts": self.held_attempts,
        }
        attempts: dict[str, Any] = {name: rows[name] for name in ATTEMPT.names or () if name != "place"}
        attempts |= {"attempt": np.arange(rows.size, dtype=np.int32), "region": (rows["place"], self.regions)}
        return {
            "organisations": truth_table("organisations", organisations, n),
            "attempts": truth_table("attempts", attempts, rows.size),
        }

    def report(self) -> dict[str, Any]:
        """Return what each organisation did."""
        return {
            "organisations": [
                {
                    "id": rule.id,
                    "members": int(self.first[o + 1] - self.first[o]),
                    "active": int(self.free[self._of(o)].sum()),
                    "held_days": float(self.held_days[o]),
                    "held_attempts": float(self.held_attempts[o]),
                    "attempts": [
                        {
                            "time": float(row["time"]),
                            "succeeded": bool(row["succeeded"]),
                            "region": self.regions[row["place"]],
                        }
                        for row in self.attempts[self.attempts["organisation"] == o]
                    ],
                }
                for o, rule in enumerate(self.rules)
            ]
        }


def _held_back(process: Process, o: int) -> float:
    """Return the share of an organisation's plans that the shams its leader trusts hold back."""
    from greatfear.simulation.families.shams import shams_of

    return 1.0 - math.prod(1.0 - sham.held(o) for sham in shams_of(process.families))


def _made_up(process: Process, o: int, day: int, held_attempts: float) -> float:
    """Return the attempts a day by which an organisation makes up for what was held back."""
    from greatfear.simulation.families.shams import shams_of

    return sum(sham.made_up(o, day, held_attempts) for sham in shams_of(process.families))


def _chance(plans: Plans, active: int, elite: float) -> float:
    """Return the probability that an attempt succeeds."""
    odds = plans.base.value + plans.size.value * math.log1p(active) + plans.elite.value * elite
    return 1.0 / (1.0 + math.exp(-(odds + plans.help.value * plans.foreign_help.value)))


def _some(key: Any, when: tuple[int, int, int], among: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return up to `count` of `among`, drawn without replacement."""
    left, (o, day, turn) = among.tolist(), when
    chosen = [left.pop(int(integer(key, o, day, turn * 2048 + k, len(left)))) for k in range(min(count, len(left)))]
    return np.array(chosen, np.int64)


def _see(process: Process, day: int, hour: float, subject: NDArray[np.int64]) -> None:
    """Let the office open leads, as after an accident, against those it has seen or thinks it has seen."""
    n = subject.size
    channel, motive = np.full(n, ACCIDENT, np.int8), np.full(n, NO_MOTIVE, np.int8)
    tell(process, day, Told(np.full(n, -1, np.int64), subject, channel, np.full(n, hour), motive))
