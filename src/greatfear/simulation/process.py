"""The day: its steps in order, and the loop over days. The kernels do the work, this file says when."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.errors import GreatFearError
from greatfear.naming.registry import BASES
from greatfear.scenario.model import Scenario
from greatfear.simulation.centre import Centre
from greatfear.simulation.codes import EACH, MOST_NAMES, N_ARRESTS, N_OPEN_NAMED
from greatfear.simulation.families import BeforeSittings, Family, families_of
from greatfear.simulation.kernels import arrest, hear, judge, plan
from greatfear.simulation.kernels.index import enter_all
from greatfear.simulation.kernels.speak import scratch_for, speak
from greatfear.simulation.rules import Days, Rules, Today, compile_rules, day_of
from greatfear.simulation.state import State, make_room, new_state
from greatfear.simulation.threads import in_blocks
from greatfear.world.contacts import most_contacts
from greatfear.world.layout import World, build_world

_SIDE_BY_SIDE = 128
"""Speakers that one thread handles in a row; fewer on a day are not worth a second thread."""
_ROOM = 1 << 22
"""Persons of the record for whom tables have room at the start: pages that are never used cost nothing, growing costs a copy."""


@by_reference
class Said(NamedTuple):
    """Today's speakers and the names they give; the same buffer serves every day."""

    person: NDArray[np.int64]
    row: NDArray[np.int64]
    channel: NDArray[np.int8]
    number: NDArray[np.int64]
    motive: NDArray[np.int8]
    sitting: NDArray[np.int64]
    found: NDArray[np.int64]
    name: NDArray[np.int64]
    held_out: NDArray[np.int8]
    chosen: NDArray[np.int64]
    logp: NDArray[np.float64]
    share: NDArray[np.float32]
    """What share each basis has in each choice: (speakers, names, bases)."""

    @classmethod
    def of(cls, speakers: int, names: int) -> Said:
        """Return a buffer for this many speakers and names each."""
        n, both = speakers, (speakers, names)
        return cls(
            np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int8), np.zeros(n, np.int64), np.zeros(n, np.int8),
            np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(both, np.int64), np.zeros(both, np.int8),
            np.zeros(both, np.int64), np.zeros(both), np.zeros((*both, len(BASES)), np.float32),
        )  # fmt: skip


@dataclass
class Process:
    """A run under way: the fixed parts, and the state that moves from day to day."""

    scenario: Scenario
    world: World
    rules: Rules
    days: Days
    centre: Centre
    state: State
    room: int
    """Most candidates of one speaker."""
    names: int
    """Most names of one sitting."""
    day: int = 0
    said: Said = field(default_factory=lambda: Said.of(0, 1))
    families: tuple[Family, ...] = ()
    moved: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Persons whom a family moves to denounce somebody today."""
    covered: tuple[bytes | None, NDArray[np.int8]] = field(default_factory=lambda: (None, np.zeros(0, np.int8)))
    """Operations that run, as bytes, and which strata they cover."""

    @functools.cached_property
    def before_sittings(self) -> tuple[BeforeSittings, ...]:
        """The families that act between the day's arrests and the day's sittings."""
        return tuple(family for family in self.families if isinstance(family, BeforeSittings))

    @property
    def n_days(self) -> int:
        """Return the length of the run in days."""
        return int(self.days.zeal.size)

    def advance(self, until: int, progress: Callable[[Process], None] | None = None) -> float:
        """Run the days up to `until` (exclusive) and return the seconds spent."""
        begun = time.perf_counter()
        while self.day < min(until, self.n_days):
            self._one_day(self.day)
            self.day += 1
            if progress:
                progress(self)
        return time.perf_counter() - begun

    def _one_day(self, day: int) -> None:
        """Fear, arrests, speakers, what they say, what is written, sentences, the centre: in this order; families around."""
        self.centre.told(day)
        today = self.today(day)
        plan.feel(self.world, self.state, self.rules)
        for family in self.families:
            family.morning(self, day, today.halted)
        self._grant(day)
        self._arrest(today)
        for early in self.before_sittings:
            early.before_sittings(self, day)
        self._speak(today)
        self._judge(today)
        for family in self.families:
            family.evening(self, day, today.halted)
        self.centre.reckon(day, self.state)

    def today(self, day: int) -> Today:
        """Return what holds today; a halt bounds pressure, evidence and arrests."""
        halted, halt, routes = (
            self.centre.halted(day, int(self.state.meter[N_ARRESTS])),
            self.scenario.halt,
            self.rules.routes,
        )
        pressure, evidence = float(self.days.pressure[day]), int(self.days.evidence[day])
        pressure = min(halt.pressure.value, pressure) if halted else pressure
        zeal = float(self.centre.zeal(day))
        rerouted = np.any(routes.table["since"] == day) or np.any(routes.table["until"] == day)
        return Today(
            day=day,
            halted=halted,
            halted_on=float(self.centre.memory["halted_on"] if halted else -1),
            zeal=zeal,
            pressure=pressure,
            evidence=max(halt.evidence, evidence) if halted else evidence,
            arrest_factor=halt.arrests.value if halted else 1.0,
            rerouted=bool(rerouted),
            targeted=self._targeted(day, halted),
            running=self.days.running[day],
            hazard=self.days.hazard[day],
            **self._hands(day, zeal, pressure, halted),
        )

    def _hands(self, day: int, zeal: float, pressure: float, halted: bool) -> dict[str, float]:
        """Return investigator-days per 100,000 persons, and days that the questioning of a person takes."""
        staff, halt = self.scenario.offices.staff, self.scenario.halt
        days = staff.investigators.value * float(self.days.drafts[day]) * zeal**staff.eagerness.value
        rest, full = staff.case_at_rest.value, staff.case_pressed.value
        return {"hands": days * (halt.arrests.value if halted else 1.0), "case_days": rest + (full - rest) * pressure}

    def _targeted(self, day: int, halted: bool) -> NDArray[np.int8]:
        """Return which strata are under a running operation; on most days the same ones as the day before."""
        running = self.days.running[day] > 0
        key = b"" if halted else running.tobytes()
        if key != self.covered[0]:
            c, n = self.rules.campaigns, self.rules.campaigns.operations
            covered = np.zeros(c.covers.shape[1], np.int8)
            if not halted:
                covered[c.covers[:n][running & (c.source["takes_leads"][:n] > 0)].any(axis=0)] = 1
            self.covered = (key, covered)
        return self.covered[1]

    def _arrest(self, today: Today) -> None:
        """Arrest from leads, registers and orders."""
        w, drawn = self.world, int(arrest.quotas(self.world, self.state, self.rules, today))
        own = int((self.rules.reckoned * (self.rules.arrests * today.arrest_factor * 1e-5)).sum()) + w.regions
        capacity = min(own, int(self.state.meter[N_OPEN_NAMED]) + 1)
        self.state = make_room(self.state, drawn + 1, 0, drawn + capacity + 1)
        arrest.arrest_all(w, self.state, self.rules, today)

    def _grant(self, day: int) -> None:
        """Enter the documented changes of limits that bear today's date."""
        epoch, desk = self.scenario.time.start, self.state.desk
        if day > 0 and day not in self._grant_days:
            return
        ids = [region.id for region in self.scenario.population.regions]
        for g, operation in enumerate(self.scenario.operations):
            if day == 0:
                for name, limit in operation.limits.items():
                    desk.places[g, ids.index(name)] = int(limit.first.value), int(limit.second.value)
            for grant in operation.grants:
                if day_of(grant.date, epoch, 0) == day:
                    desk.places[g, ids.index(grant.region)] += np.array(
                        [int(grant.first.value), int(grant.second.value)]
                    )

    @functools.cached_property
    def _grant_days(self) -> frozenset[int]:
        """The days on which a limit changes."""
        epoch = self.scenario.time.start
        return frozenset(day_of(x.date, epoch, 0) for operation in self.scenario.operations for x in operation.grants)

    def _speak(self, today: Today) -> None:
        """Let today's speakers give names, and write down what was said."""
        w, moved = self.world, self.moved
        self.moved = moved[:0]
        total = int(plan.gather(w, self.state, self.rules, today, moved, self.said))
        if total > self.said.person.size:
            self.said = Said.of(max(total, 2 * self.said.person.size), self.names)
            total = int(plan.gather(w, self.state, self.rules, today, moved, self.said))
        given = (w, self.state, self.rules, today)
        in_blocks(lambda *block: speak(*given, scratch_for(self.room), self.said, *block), total, _SIDE_BY_SIDE)
        self._refuse_unknown(total)
        accidents = int(self.state.desk.office["accidents"].sum())
        said = int(self.said.found[:total].sum()) + accidents * self.rules.accident_subjects
        self.state = make_room(self.state, said + total, said, total)
        hear.hear(w, self.state, self.rules, today, total, self.said)

    def _refuse_unknown(self, total: int) -> None:
        """Stop where a statistic of the naming rule has no value, which a row of the registry without its kernel has not."""
        if (self.said.found[:total] < 0).any():
            terms = ", ".join(self.scenario.naming.theta)
            raise GreatFearError(
                f"a statistic among {terms} has no value: naming/statistics.py has no branch for its code"
            )

    def _judge(self, today: Today) -> None:
        """Judge what is due; every case that is due or waits may be decided today."""
        desk = self.state.desk
        cases = int(desk.calendar["judge_count"][today.day] + desk.queue["count"].sum())
        self.state = make_room(self.state, 0, 0, cases)
        if (favour := self.centre.favour(today.day)) != today.favour:
            today = today._replace(favour=favour)
        judge.close_day(self.world, self.state, self.rules, today)
        course = self.state.desk.calendar[today.day]
        course["open_leads"] = self.state.meter[N_OPEN_NAMED]
        course["boards"] = np.count_nonzero(self.state.desk.queue["count"])


def start(scenario: Scenario, seed: int, replicate: int = 0) -> Process:
    """Return the process of a scenario before its first day."""
    world = build_world(scenario, seed, replicate)
    rules, days = compile_rules(scenario, world)
    contacts = int(most_contacts(world))
    shape = {
        "regions": world.regions, "sources": rules.campaigns.source.size, "operations": rules.campaigns.operations,
        "boards": rules.boards.table.size, "days": days.zeal.size, "windows": rules.terms.windows.size,
    }  # fmt: skip
    persons = world.persons
    small = world.indptr.size > 0
    first_room = persons if small else min(persons, _ROOM)
    state = new_state(
        shape, rules.history_kept, {"people": first_room + 1, "statements": 2 * first_room, "acts": 2 * first_room}
    )
    if small:
        enter_all(world, state)
    room = contacts + rules.prompted + rules.notorious + rules.doomed + rules.strangers + 1
    names = max(contacts, 1) if rules.count_rule == EACH else min(room, MOST_NAMES)
    centre = Centre.of(scenario, days, world)
    return Process(
        scenario=scenario,
        world=world,
        rules=rules,
        days=days,
        centre=centre,
        state=state,
        room=room,
        names=names,
        said=Said.of(1, names),
        families=families_of(scenario, world),
    )
