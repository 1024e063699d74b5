"""The centre: what it believes, whom it dismisses, when it stops. Runs once a period or a day, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, uniform
from greatfear.scenario.model import Scenario
from greatfear.simulation.rules import Days, day_of
from greatfear.simulation.state import METER, State
from greatfear.world.layout import World

__all__ = ["Centre"]

_AT = {name: place for place, name in enumerate(METER)}


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
        prior = scenario.centre.prior.value
        centre.memory = {
            "belief": prior, "zeal": None, "halted_on": None, "slack": 0, "dismissals": 0, "arrests": 0, "named": 0, "series": [],
        }  # fmt: skip
        return centre

    def zeal(self, day: int) -> float:
        """Return the zeal of the day: that of the chief, times what belief adds."""
        own = self.memory["zeal"]
        zeal = float(self.days.zeal[day] if own is None else own)
        power, prior = self.scenario.centre.belief_drives.value, self.scenario.centre.prior.value
        return zeal * (self.memory["belief"] / prior) ** power if power and prior > 0 else zeal

    def halted(self, day: int, arrests: int) -> bool:
        """Return whether the halt is in force, noting the day on which it came."""
        if self.memory["halted_on"] is None:
            halt = self.scenario.halt
            dated = day >= day_of(halt.date, self.scenario.time.start, 1 << 30)
            if dated or arrests > halt.cost_bound.value * self.population:
                self.memory["halted_on"] = day
        return self.memory["halted_on"] is not None

    def reckon(self, day: int, state: State) -> None:
        """Update belief at the end of a period, and dismiss the chief if the rule says so."""
        rule = self.scenario.centre
        if (day + 1) % rule.period:
            return
        memory, meter = self.memory, state.meter
        arrests = int(meter[_AT["arrests"]]) - memory["arrests"]
        named = int(meter[_AT["named_new"]]) - memory["named"]
        memory["arrests"], memory["named"] = int(meter[_AT["arrests"]]), int(meter[_AT["named_new"]])
        c, at_large = rule.credulity.value, self.members - int(meter[_AT["members_arrested"]])
        change = c * (rule.gamma.value * named - arrests) + (1 - c) * rule.learning.value * (
            at_large - memory["belief"]
        )
        memory["belief"] = max(0.0, memory["belief"] + change)
        memory["series"].append([day + 1, memory["belief"], arrests, named, at_large])
        if rule.dismissal.active:
            self._judge_chief(day, arrests, int(meter[_AT["senior_arrests"]]))

    def _judge_chief(self, day: int, arrests: int, senior_arrests: int) -> None:
        """Dismiss for too few arrests over some months, or for too many among the most senior."""
        rule, memory = self.scenario.centre.dismissal, self.memory
        monthly = arrests * 30.0 / self.scenario.centre.period
        memory["slack"] = memory["slack"] + 1 if monthly < rule.tolerance.value * memory["belief"] else 0
        too_many = self.seniors > 0 and senior_arrests > rule.too_many.value * self.seniors and not memory.get("purged")
        if memory["slack"] * self.scenario.centre.period >= 30 * rule.months or too_many:
            u = uniform(self.keys[Purpose.SUCCESSOR], day, 0, 0)
            low, high = rule.zeal_low.value, rule.zeal_high.value
            memory.update(zeal=low + u * (high - low), slack=0, dismissals=memory["dismissals"] + 1)
            memory["purged"] = bool(too_many) or bool(memory.get("purged"))

    def to_dict(self) -> dict[str, Any]:
        """Return what the centre believed and did, for the run folder."""
        columns = ["day", "belief", "arrests", "named", "members_at_large"]
        return {
            **{k: v for k, v in self.memory.items() if k != "series"},
            "columns": columns,
            "series": self.memory["series"],
        }
