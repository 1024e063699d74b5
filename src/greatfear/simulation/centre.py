"""The centre: what it believes, whom it dismisses, when it stops. Runs once a period or a day, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, uniform
from greatfear.scenario.explaining_centre import drives
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import FOREVER, METER
from greatfear.simulation.rules import Days, day_of
from greatfear.simulation.state import State
from greatfear.world.layout import World

COUNTED = ("arrests", "filed", "off_file", "off_register", "confessions")
"""Counters of the state that the centre reads at the end of a period, each as what is new since the last one."""
SERIES = (
    "day",
    "belief",
    "arrests",
    "named",
    "members_at_large",
    "off_file",
    "off_register",
    "confessions",
    "clipped",
    "zeal",
)
"""Columns of its series; `named` are persons filed, `clipped` is by how many enemies the belief would have gone below 0."""


@dataclass
class Centre:
    """Belief, zeal and halt of one run; `memory` is all that must be saved to go on."""

    scenario: Scenario
    days: Days
    keys: NDArray[np.uint64]
    population: int
    members: int
    seniors: int
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, days: Days, world: World) -> Centre:
        """Return the centre of a scenario before the first day."""
        people = np.diff(world.cut, axis=1) * world.household
        seniors = int(people[:, world.seniority >= 1.0].sum())
        centre = cls(scenario, days, world.keys, world.persons, int(world.organisation["members"].sum()), seniors)
        centre.memory = {
            "belief": 0.0, "zeal": None, "halted_on": None, "slack": 0, "dismissals": 0, "clipped_periods": 0, "fallen": [],
            "counted": dict.fromkeys(COUNTED, 0), "series": [],
        }  # fmt: skip
        centre.told(-1)
        return centre

    def told(self, day: int) -> None:
        """Add to the belief what is told on a day: the prior and reports; with -1, what holds before the first day."""
        rule, epoch = self.scenario.centre, self.scenario.time.start
        rows = [(day_of(rule.prior_date, epoch, 0), rule.prior.value)]
        rows += [(day_of(one.date, epoch, 0), one.enemies.value) for one in rule.reports]
        self.memory["belief"] += sum(enemies for date, enemies in rows if (date or -1) == day)

    def _ratio(self, day: int, power: float) -> float:
        """Return belief over its reference, both with one enemy more, to a power; 1 where nothing was told yet.

        With one more, a belief of 0 makes a centre slack, not blind: no power of 0 stops all work.
        """
        rule = self.scenario.centre
        reference = rule.reference.value or rule.prior.value
        if not power or reference <= 0 or day < day_of(rule.prior_date, self.scenario.time.start, 0):
            return 1.0
        return float(((self.memory["belief"] + 1.0) / (reference + 1.0)) ** power)

    def zeal(self, day: int) -> float:
        """Return the zeal of the day: that of the chief, times what belief adds."""
        own = self.memory["zeal"]
        zeal = float(self.days.zeal[day] if own is None else own)
        return zeal * self._ratio(day, self.scenario.centre.belief_drives.value)

    def favour(self, day: int) -> float:
        """Return the factor on the chance that a request is granted."""
        return self._ratio(day, self.scenario.centre.grants_follow.value)

    def halted(self, day: int, arrests: int) -> bool:
        """Return whether the halt is in force, noting the day on which it came."""
        if self.memory["halted_on"] is None:
            halt = self.scenario.halt
            dated = day >= day_of(halt.date, self.scenario.time.start, FOREVER)
            if dated or arrests > halt.cost_bound.value * self.population:
                self.memory["halted_on"] = day
        return self.memory["halted_on"] is not None

    def reckon(self, day: int, state: State) -> None:
        """Update belief at the end of a period, and dismiss the chief if the rule says so."""
        if (day + 1) % self.scenario.centre.period:
            return
        memory, meter = self.memory, dict(zip(METER, state.meter.tolist(), strict=True))
        new = {name: meter[name] - memory["counted"][name] for name in COUNTED}
        memory["counted"] = {name: meter[name] for name in COUNTED}
        at_large = self.members - meter["members_arrested"]
        clipped = self._learn(new, at_large)
        memory["clipped_periods"] += clipped > 0
        row = [day + 1, memory["belief"], new["arrests"], new["filed"], at_large, new["off_file"], new["off_register"]]
        memory["series"].append([*row, new["confessions"], clipped, self.zeal(day)])
        if self.scenario.centre.dismissal.active:
            self._judge_chief(day, new["off_file"] + new["off_register"], meter["senior_arrests"])

    def _is_unspoken(self) -> bool:
        """Return whether the scenario says nothing of a centre: no prior, no report, nothing that belief could drive."""
        rule = self.scenario.centre
        return not (rule.prior.value or rule.reports or rule.belief_drives.value or rule.dismissal.active)

    def _learn(self, new: dict[str, int], at_large: int) -> float:
        """Change the belief by what a period brought; return by how much it would have gone below 0.

        A draw from a register tells nothing about suspects: without a person filed, a confession or an arrest from the file
        the belief stays what it is, whatever the credulity.
        """
        rule, memory = self.scenario.centre, self.memory
        if not (new["filed"] or new["confessions"] or new["off_file"]):
            return 0.0
        c = rule.credulity.value
        read = rule.gamma.value * new["filed"] + rule.claimed.value * new["confessions"] - new["off_file"]
        change = c * read + (1 - c) * rule.learning.value * (at_large - memory["belief"])
        clipped = max(0.0, -(memory["belief"] + change))
        memory["belief"] = max(0.0, memory["belief"] + change)
        return float(clipped)

    def _judge_chief(self, day: int, found: int, senior_arrests: int) -> None:
        """Dismiss for too few arrests over some months, or for too many among the most senior."""
        rule, memory, period = self.scenario.centre.dismissal, self.memory, self.scenario.centre.period
        monthly = found * 30.0 / period
        memory["slack"] = memory["slack"] + 1 if monthly < rule.tolerance.value * memory["belief"] else 0
        too_few = memory["slack"] * period >= 30 * rule.months
        too_many = self.seniors > 0 and senior_arrests > rule.too_many.value * self.seniors and not memory.get("purged")
        if not (too_few or too_many):
            return
        low, high = (rule.mild_low, rule.mild_high) if too_many else (rule.zeal_low, rule.zeal_high)
        zeal = low.value + uniform(self.keys[Purpose.SUCCESSOR], day, 0, 0) * (high.value - low.value)
        memory.update(zeal=zeal, slack=0, dismissals=memory["dismissals"] + 1)
        memory["purged"] = bool(too_many) or bool(memory.get("purged"))
        why = "too many" if too_many else "too few"
        memory["fallen"].append(
            {"day": day + 1, "why": why, "arrests_a_month": monthly, "belief": memory["belief"], "successor": zeal}
        )
        if too_many and rule.halts and memory["halted_on"] is None:
            memory["halted_on"] = day + 1

    def to_dict(self) -> dict[str, Any]:
        """Return what the centre believed and did, for the run folder."""
        rest = {k: v for k, v in self.memory.items() if k not in ("series", "counted")}
        told = [
            {
                "name": one.name or one.id,
                "date": str(one.date),
                "enemies": one.enemies.value,
                "ground": one.enemies.assumption,
            }
            for one in self.scenario.centre.reports
        ]
        return {
            **rest,
            **({"reports": told} if told else {}),
            **({"unspoken": True} if self._is_unspoken() else {}),
            "drives": drives(self.scenario.centre),
            "columns": list(SERIES),
            "series": self.memory["series"],
        }
