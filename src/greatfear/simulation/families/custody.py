"""Deaths in custody: before the sentence, found when the case comes up, and in camps, on the day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws import Purpose, uniform
from greatfear.scenario.model import Scenario
from greatfear.scenario.process import Step
from greatfear.simulation.codes import (
    CAMP,
    DEATH_ACT,
    FOREVER,
    JUDGED,
    N_ACTS,
    NO_CAUSE,
    NO_OUTCOME,
    RELEASE,
    SENTENCE,
)
from greatfear.simulation.state import make_room
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

Floats = NDArray[np.float64]
_BEFORE, _IN_CAMP, _HOUR = 0, 1, 2
"""What is drawn of a person: the death before the sentence, that in a camp, and the hour of its day."""
_YEAR = 365.25
_DUE = np.dtype([("day", "i4"), ("row", "i4")])


class CustodyFamily:
    """Reads the sentences of each day: some of those judged had died before, and those sent to camps may die there."""

    name = "custody"

    def __init__(self, scenario: Scenario, world: World) -> None:
        rule, days = scenario.mortality, (scenario.time.end - scenario.time.start).days
        self.key = world.keys[Purpose.DEATH_IN_CUSTODY]
        self.held, self.camp = (_summed(steps, scenario, days) for steps in (rule.held, rule.camp))
        self.read_to, self.due = np.zeros(1, np.int64), np.zeros(0, _DUE)
        """Acts read so far; deaths in camps to come."""
        self.counts = np.zeros((2, days), np.int64)
        """Deaths before the sentence and in camps, by day."""

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: deaths are written in the evening."""

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Let those die who were judged today and had died before, and those whose day in a camp has come."""
        state = process.state
        today = np.arange(self.read_to[0], state.meter[N_ACTS])
        kind = state.acts["kind"][today]
        judged = today[(kind == SENTENCE) | (kind == RELEASE)]
        self._before(process, day, judged)
        in_camp = judged[(state.acts["kind"][judged] == SENTENCE) & (state.acts["outcome"][judged] == CAMP)]
        self._sent(process, day, state.acts["person"][in_camp])
        dead = self.due["row"][self.due["day"] == day]
        self.due = self.due[self.due["day"] > day]
        self._write(process, day, dead)
        self.read_to[0] = process.state.meter[N_ACTS]

    def _before(self, process: Process, day: int, judged: NDArray[np.int64]) -> None:
        """Turn the sentence of a person who had died since the arrest into a death."""
        acts, people = process.state.acts, process.state.people
        row = acts["person"][judged]
        passed = self.held[day] - self.held[np.clip(people["arrested"][row], 0, day)]
        if not passed.any():
            return
        died = judged[-np.log1p(-self._drawn(people["id"][row], _BEFORE)) < passed]
        acts["kind"][died], acts["outcome"][died], acts["board"][died] = DEATH_ACT, NO_OUTCOME, -1
        dead = acts["person"][died]
        people["status"][dead], people["until"][dead] = JUDGED + NO_OUTCOME, FOREVER
        self.counts[0, day] += died.size

    def _sent(self, process: Process, day: int, row: NDArray[np.int32]) -> None:
        """Note on which day those who were sent to a camp today will die there, if at all within the run."""
        last = self.camp[-1] - self.camp[day]
        if not row.size or last <= 0:
            return
        wait = -np.log1p(-self._drawn(process.state.people["id"][row], _IN_CAMP))
        dies = wait < last
        when = np.searchsorted(self.camp, self.camp[day] + wait[dies], side="left")
        new = np.zeros(when.size, _DUE)
        new["day"], new["row"] = np.maximum(when - 1, day + 1), row[dies]
        self.due = np.concatenate([self.due, new[new["day"] < self.counts.shape[1]]])

    def _write(self, process: Process, day: int, dead: NDArray[np.int32]) -> None:
        """Write the deaths of a day in camps."""
        if not dead.size:
            return
        state = process.state = make_room(process.state, 0, 0, dead.size)
        first = int(state.meter[N_ACTS])
        acts, people = state.acts[first : first + dead.size], state.people[dead]
        acts["time"], acts["person"] = day + self._drawn(people["id"], _HOUR), dead
        acts["kind"], acts["cause"], acts["statement"] = DEATH_ACT, NO_CAUSE, -1
        acts["source"], acts["board"], acts["outcome"] = people["source"], -1, NO_OUTCOME
        acts["pressure"], acts["sitting"], acts["evidence"] = math.nan, -1, -1
        acts["office"] = people["id"] >> 32
        state.people["until"][dead] = FOREVER  # nobody comes back from there
        state.meter[N_ACTS] += dead.size
        self.counts[1, day] += dead.size

    def _drawn(self, persons: NDArray[np.int64], what: int) -> Floats:
        """Return a draw for each person."""
        return np.array([uniform(self.key, int(person), what, 0) for person in persons])

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {"read_to": self.read_to, "due": self.due, "counts": self.counts}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.read_to, self.due, self.counts = saved["read_to"].copy(), saved["due"], saved["counts"].copy()

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return nothing: the record tells these deaths."""
        return {}

    def report(self) -> dict[str, Any]:
        """Return how many died before the sentence and in camps, over the run and in runs of thirty days."""
        before, camp = (int(count) for count in self.counts.sum(axis=1))
        starts = np.arange(0, self.counts.shape[1], 30)
        by_period = np.add.reduceat(self.counts, starts, axis=1).T.tolist()
        return {
            "before_sentence": before, "in_camps": camp, "columns": ["day", "before_sentence", "in_camps"],
            "series": [[int(day), *counts] for day, counts in zip(starts, by_period, strict=True)],
        }  # fmt: skip


def _summed(steps: Sequence[Step], scenario: Scenario, days: int) -> Floats:
    """Return deaths per person from the first day to each day: shape (days + 1,)."""
    rate = np.zeros(days)
    for step in steps:
        rate[max(0, (step.since - scenario.time.start).days) :] = step.value.value
    return np.concatenate([[0.0], np.cumsum(rate / _YEAR)])


def supposed(scenario: Scenario, world: World) -> CustodyFamily | None:
    """Return the family where the scenario lets anybody die in custody."""
    rule = scenario.mortality
    return CustodyFamily(scenario, world) if any(step.value.value for step in [*rule.held, *rule.camp]) else None
