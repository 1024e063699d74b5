"""The day: its steps in order, and the loop over days. The kernels do the work, this file says when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.errors import GreatFearError
from greatfear.naming import Terms
from greatfear.scenario.model import Scenario
from greatfear.simulation.centre import Centre
from greatfear.simulation.families import Family, families_of
from greatfear.simulation.kernels import arrest, hear, judge, plan
from greatfear.simulation.kernels.fear import add_denouncers
from greatfear.simulation.kernels.index import enter_all
from greatfear.simulation.kernels.speak import speak, speak_in_turn
from greatfear.simulation.rules import Boards, Campaigns, Days, Routes, Rules, compile_rules, day_of
from greatfear.simulation.state import State, make_room, new_state
from greatfear.world.contacts import most_contacts
from greatfear.world.layout import World, build_world

__all__ = ["Process", "start"]

_MOST_NAMES = 32
"""No sitting yields more names than this, except by the rule `each`."""

_SIDE_BY_SIDE = 256
"""Speakers of a day from which on they are handled by all threads; the result is the same."""


class Said(NamedTuple):
    """Today's speakers and the names they give; a buffer used anew every day."""

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

    @classmethod
    def of(cls, speakers: int, names: int) -> Said:
        """Return a buffer for so many speakers and names each."""
        n, both = speakers, (speakers, names)
        return cls(
            np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int8), np.zeros(n, np.int64), np.zeros(n, np.int8),
            np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(both, np.int64), np.zeros(both, np.int8),
            np.zeros(both, np.int64), np.zeros(both),
        )  # fmt: skip


@dataclass
class Process:
    """A run under way: the fixed parts, and the state that moves from day to day."""

    scenario: Scenario
    world: World
    terms: Terms
    rules: Rules
    campaigns: Campaigns
    boards: Boards
    routes: Routes
    days: Days
    centre: Centre
    state: State
    faded: NDArray[np.int64]
    room: int
    names: int
    day: int = 0
    said: Said = field(default_factory=lambda: Said.of(0, 1))
    families: tuple[Family, ...] = ()
    moved: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Persons whom a family moves to denounce somebody today."""

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
        halted = self.centre.halted(day, int(self.state.meter[5]))
        zeal, halt = self.centre.zeal(day), self.scenario.halt
        pressure = (
            min(float(self.days.pressure[day]), halt.pressure.value) if halted else float(self.days.pressure[day])
        )
        evidence = max(int(self.days.evidence[day]), halt.evidence) if halted else int(self.days.evidence[day])
        plan.feel(self.world, self.state.desk, self.rules)
        for family in self.families:
            family.morning(self, day, halted)
        self._arrest(day, zeal, evidence, halt.arrests.value if halted else 1.0, halted)
        self._speak(day, pressure, halted)
        self._judge(day, halted)
        arrest.ask(self.world, self.campaigns, self.state.desk, day, zeal, halted, self.centre.favour(day))
        for family in self.families:
            family.evening(self, day, halted)
        self.centre.reckon(day, self.state)

    def _arrest(self, day: int, zeal: float, evidence: int, factor: float, halted: bool) -> None:
        self._grant(day)
        w, s = self.world, self.state
        drawn = arrest.quotas(w, self.campaigns, s.desk, day, zeal, halted)
        capacity = min(
            int((w.region["size"] * (self.rules.arrests * factor * 1e-5)).sum()) + w.regions, int(s.meter[0])
        )
        s = self.state = make_room(s, drawn + 1, 0, drawn + capacity + 1)
        arrest.arrest_all(
            w, s.people, s.rows, s.log, s.acts, s.history, s.desk, s.meter, self.rules, self.campaigns, self.boards,
            self.routes, day, evidence, factor, halted,
        )  # fmt: skip

    def _grant(self, day: int) -> None:
        """Enter the documented changes of limits that bear today's date."""
        epoch, desk = self.scenario.time.start, self.state.desk
        ids = [region.id for region in self.scenario.population.regions] if day == 0 or self._grant_days(day) else []
        for g, operation in enumerate(self.scenario.operations if ids else ()):
            if day == 0:
                for name, limit in operation.limits.items():
                    desk.places[g, ids.index(name)] = int(limit.first.value), int(limit.second.value)
            for grant in operation.grants:
                if day_of(grant.date, epoch, 0) == day:
                    desk.places[g, ids.index(grant.region)] += np.array(
                        [int(grant.first.value), int(grant.second.value)]
                    )

    def _grant_days(self, day: int) -> bool:
        epoch = self.scenario.time.start
        return any(day_of(x.date, epoch, 0) == day for operation in self.scenario.operations for x in operation.grants)

    def _speak(self, day: int, pressure: float, halted: bool) -> None:
        w, s, r = self.world, self.state, self.rules
        hear.fade_windows(s.log, s.history, self.terms.windows, self.faded, day, s.meter[1])
        counts, struck = np.zeros((2, w.regions), np.int64), np.zeros(w.regions, np.int64)
        total = plan.count_speakers(w, s.desk, r, day, counts)
        moved, self.moved = self.moved, self.moved[:0]
        total += moved.size
        if total > self.said.person.size:
            self.said = Said.of(max(int(total), 2 * self.said.person.size), self.names)
        listed = plan.list_speakers(w, s.people, s.rows, s.desk, s.meter, r, day, counts, self.said)
        add_denouncers(w, s.rows, r, day, moved, listed, self.said)
        speakers = speak if total >= _SIDE_BY_SIDE else speak_in_turn
        speakers(
            w, s.people, s.rows, s.desk, s.history, self.terms, r, self._targeted(day, halted), day, pressure, self.room, 0,
            total, self.said,
        )  # fmt: skip
        self._refuse_unknown(total)
        accidents = hear.count_accidents(w, r, day, struck)
        said = int(self.said.found[:total].sum()) + accidents * r.accident_subjects
        s = self.state = make_room(s, said + int(total), said, int(total))
        hear.hear(w, s.people, s.rows, s.log, s.acts, s.history, s.desk, s.meter, r, day, pressure, total, self.said)
        if accidents:
            hear.strike_all(w, s.people, s.rows, s.log, s.history, s.desk, s.meter, r, day, struck)

    def _refuse_unknown(self, total: int) -> None:
        """Stop where a statistic of the naming rule has no value, which a row of the registry without its kernel has not."""
        if (self.said.found[:total] < 0).any():
            terms = ", ".join(self.scenario.naming.theta)
            raise GreatFearError(
                f"a statistic among {terms} has no value: naming/statistics.py has no branch for its code"
            )

    def _targeted(self, day: int, halted: bool) -> NDArray[np.int8]:
        """Return which strata are under a running operation."""
        c, n = self.campaigns, self.campaigns.operations
        source = c.source[:n]
        running = (source["start"] <= day) & (day < source["end"]) & (source["takes_leads"] > 0)
        covered = np.zeros(c.covers.shape[1], np.int8)
        if not halted:
            covered[c.covers[:n][running].any(axis=0)] = 1
        return covered

    def _judge(self, day: int, halted: bool) -> None:
        s = self.state = make_room(
            self.state, 0, 0, int(self.state.desk.calendar["judge_count"][day] + self.state.desk.queue["count"].sum())
        )
        judge.after_sittings(self.world, s.people, s.desk, self.boards, self.routes, day)
        s = self.state = make_room(s, 0, 0, int(s.desk.calendar["judge_count"][day] + s.desk.queue["count"].sum()))
        rerouted = bool(np.any(self.routes.table["since"] == day) or np.any(self.routes.table["until"] == day))
        halted_on = self.centre.memory["halted_on"]
        review = (self.rules.review, float(halted_on if halted else -1))
        judge.judge(
            self.world, s.people, s.acts, s.history, s.desk, s.meter, self.boards, self.routes, day, review, rerouted
        )


def start(scenario: Scenario, seed: int, replicate: int = 0) -> Process:
    """Return the process of a scenario before its first day."""
    world = build_world(scenario, seed, replicate)
    terms, rules, campaigns, boards, routes, days = compile_rules(scenario, world)
    contacts = int(most_contacts(world))
    n_sources, regions = campaigns.source.size, world.regions
    shape = {
        "regions": regions, "sources": n_sources, "operations": campaigns.operations, "boards": boards.table.size,
        "days": days.zeal.size, "windows": terms.windows.size,
    }  # fmt: skip
    persons = world.persons
    small = world.indptr.size > 0
    first_room = persons if small else min(persons, 1 << 18)
    state = new_state(
        shape, rules.history_kept, {"people": first_room + 1, "statements": 2 * first_room, "acts": 2 * first_room}
    )
    if small:
        enter_all(world, state.people, state.rows, state.meter)
    room = contacts + rules.prompted + rules.notorious + rules.doomed + rules.strangers + 1
    names = max(contacts, 1) if rules.count_rule == 2 else min(room, _MOST_NAMES)
    centre = Centre.of(scenario, days, world)
    faded = np.zeros(max(1, terms.windows.size), np.int64)
    return Process(
        scenario,
        world,
        terms,
        rules,
        campaigns,
        boards,
        routes,
        days,
        centre,
        state,
        faded,
        room,
        names,
        said=Said.of(1, names),
        families=families_of(scenario, world),
    )
