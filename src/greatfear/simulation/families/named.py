"""Persons with names: in the record from the first day, arrested, questioned and tried on the dates that the scenario gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.scenario.model import Scenario
from greatfear.scenario.persons import NamedPerson
from greatfear.simulation.codes import FREE, HELD, IN_NO_CHAIN
from greatfear.simulation.families.named_dates import SITTINGS, TRIALS, postpone
from greatfear.simulation.families.named_report import what_happened
from greatfear.simulation.kernels import arrest
from greatfear.simulation.kernels.index import find_or_add
from greatfear.simulation.rules import day_of
from greatfear.simulation.state import make_room
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World
from greatfear.world.named import named_addresses

if TYPE_CHECKING:
    from greatfear.simulation.process import Process


class NamedFamily:
    """The persons whom the scenario names, in its order; `moved` says whose trial has been put on its day."""

    name = "named"

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.persons, self.epoch, self.world = scenario.persons, scenario.time.start, world
        self.address = named_addresses(scenario, world)
        sources = [*(each.id for each in scenario.operations), *(each.id for each in scenario.orders)]
        self.source = [sources.index(person.under) if person.under else -1 for person in self.persons]
        self.moved = np.zeros(len(self.persons), np.int8)
        self.told: list[dict[str, Any]] = []
        self.held_out = any(person.held_out for person in self.persons)

    def day(self, person: NamedPerson, which: str, absent: int = -1) -> int:
        """Return the day of one of a person's dates, `absent` where there is none."""
        return day_of(getattr(person, which), self.epoch, absent)

    def rows(self, process: Process) -> NDArray[np.int64]:
        """Return the rows of these persons in the record."""
        process.state = make_room(process.state, self.address.size, 0, self.address.size)
        return np.array([find_or_add(self.world, process.state, one) for one in self.address], np.int64)

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Enter the persons on the first day, and arrest those whose day it is."""
        if day == 0:
            self.rows(process)
        for k, person in enumerate(self.persons):
            arrested = self.day(person, "arrested")
            if arrested == day:
                self._arrest(process, day, k)
            elif arrested > day:
                # the day is given: no lead brings it forward; a lead whose score is not the person's is stale
                process.state.people["score"][self.rows(process)[k]] = -np.inf

    def _arrest(self, process: Process, day: int, k: int) -> None:
        """Arrest one person by the order, and put the first sitting on its day."""
        row = int(self.rows(process)[k])
        is_free = process.state.people[row]["status"] == FREE
        state, who = process.state, self.address[k : k + 1]
        arrest.take_named(self.world, state, process.rules, day, who, self.source[k])
        questioned = self.day(self.persons[k], "questioned")
        if is_free and questioned > day:
            postpone(state, row, day, questioned, SITTINGS)

    def before_sittings(self, process: Process, day: int) -> None:
        """Hold out names to those who are questioned today, before the best leads of the office."""
        if not self.held_out:
            return
        rows, state = self.rows(process), process.state
        status = state.people["status"][rows]
        names = [
            row
            for k, (row, person) in enumerate(zip(rows.tolist(), self.persons, strict=True))
            if 0 <= self.day(person, "held_out") <= day and status[k] in (FREE, HELD)
        ]
        room = process.rules.prompted
        if not names or room == 0:
            return
        # where there are more names than room, every day begins with the next one
        turn = day % len(names)
        first = (names[turn:] + names[:turn])[:room]
        for r in range(self.world.regions):
            office = state.desk.office[r]
            others = [row for row in state.desk.prompt[r, : office["prompt_count"]].tolist() if row not in first]
            kept = (first + others)[:room]
            state.desk.prompt[r, : len(kept)] = kept
            office["prompt_count"] = len(kept)

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Put trials on their days, and on the last day read what happened to everybody."""
        rows = self.rows(process)
        for k, person in enumerate(self.persons):
            tried = self.day(person, "tried")
            one = process.state.people[rows[k]]
            # the sitting sets the day of the sentence; only then can it be moved
            if tried > day and not self.moved[k] and one["status"] == HELD and one["sat"] > 0:
                self.moved[k] = 1
                if one["after"] != IN_NO_CHAIN:
                    postpone(process.state, int(rows[k]), day, tried, TRIALS)
        if day == process.n_days - 1:
            self.told = what_happened(process, self.persons, rows)

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {"moved": self.moved}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.moved = saved["moved"].copy()

    def names(self) -> dict[int, str]:
        """Return the names by address."""
        return {int(one): person.name for one, person in zip(self.address, self.persons, strict=True)}

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return which row of the record is which person of the scenario."""
        columns = {
            "person": self.rows(process).astype(np.int32),
            "named": (np.arange(len(self.persons), dtype=np.int32), [person.id for person in self.persons]),
            "name": [person.name for person in self.persons],
            "address": self.address,
        }
        return {"named_persons": truth_table("named_persons", columns, len(self.persons))}

    def report(self) -> dict[str, Any]:
        """Return what is known of each person, and what happened in the run beside what the record says."""
        return {"epoch": str(self.epoch), "persons": self.told}


def supposed(scenario: Scenario, world: World) -> NamedFamily | None:
    """Return the family where a scenario names persons."""
    return NamedFamily(scenario, world) if scenario.persons else None
