"""The slow clear twin of the process: a plain loop over days that gives the same statements and acts as the kernels.

It reads the resolved scenario, repeats every rule from its description and takes its numbers from the same addresses.
For a few hundred persons and days.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import Any

from reference.arrests import (
    FAR,
    Hands,
    arrest_all,
    ask,
    await_board,
    board_of,
    hand_over,
    in_term,
    open_lines,
    set_quotas,
)
from reference.speech import Today, all_speeches, give_names, let_accidents_happen, write_down
from reference.state import HOUR, REVIEW, SENTENCE, SUCCESSOR, Case, Record

OUTCOMES = ("death", "camp", "exile", "other", "released")


class Twin:
    """A run of a scenario in plain Python."""

    def __init__(self, scenario: Any, seed: int, replicate: int = 0) -> None:
        self.scenario = scenario
        self.record = Record(scenario, seed, replicate)
        self.n_days = (scenario.time.end - scenario.time.start).days
        self.halted_on: int | None = None
        self.belief = 0.0
        self.counted = [0, 0, 0, 0]
        self.own_zeal: float | None = None
        self.slack = 0
        self.purged = False
        self.effects = {one.id: (one.effect, one.days.value) for one in scenario.outcomes}
        open_lines(self.record)

    def run(self) -> Record:
        """Run all days."""
        for day in range(self.n_days):
            self.one_day(day)
        return self.record

    def _arrested(self) -> list[Case]:
        return [case for case in self.record.cases if case.arrested >= 0]

    def one_day(self, day: int) -> None:
        """Fear, arrests, speakers, what is written, sentences, requests, the centre."""
        record, halt = self.record, self.scenario.halt
        self._told(day)
        halted = self._halted(day)
        zeal = self._zeal(day)
        pressure = self._step(self.scenario.offices.pressure, day, 0.0)
        evidence = int(self._step(self.scenario.offices.evidence, day, 1.0))
        if halted:
            pressure, evidence = min(pressure, halt.pressure.value), max(evidence, halt.evidence)
        self._feel()
        self._grant(day)
        set_quotas(record, day, zeal, halted)
        arrest_all(record, day, evidence, self._hands(day, zeal, pressure, halted), halted)
        self._speak(Today(day, pressure, self._targeted(day, halted)))
        self._judge(day, halted)
        ask(record, day, zeal, halted, self._ratio(day, self.scenario.centre.grants_follow.value))
        self._reckon(day)

    def _hands(self, day: int, zeal: float, pressure: float, halted: bool) -> Hands:
        """Return what the staff can do today."""
        staff, factor = self.scenario.offices.staff, self.scenario.halt.arrests.value if halted else 1.0
        drafts = self._step(staff.drafts, day, 1.0)
        days = staff.investigators.value * drafts * zeal**staff.eagerness.value * factor
        case_days = staff.case_at_rest.value + (staff.case_pressed.value - staff.case_at_rest.value) * pressure
        return Hands(staff.investigators.value > 0, days, staff.filing.value, case_days, factor)

    def _step(self, steps: Any, day: int, before: float) -> float:
        """Return the value of the last step listed whose date has come."""
        for step in steps:
            if max(0, self.record.day_of(step.since, 0)) <= day:
                before = step.value.value
        return before

    def _halted(self, day: int) -> bool:
        halt, people = self.scenario.halt, len(self.record.world.people)
        too_many = len(self._arrested()) > halt.cost_bound.value * people
        if self.halted_on is None and (day >= self.record.day_of(halt.date, FAR) or too_many):
            self.halted_on = day
        return self.halted_on is not None

    def _zeal(self, day: int) -> float:
        """Return the zeal of the chief in office, times what belief adds."""
        zeal = 1.0
        for chief in self.scenario.chiefs:
            if max(0, self.record.day_of(chief.since, 0)) <= day:
                zeal = chief.zeal.value
        zeal = zeal if self.own_zeal is None else self.own_zeal
        return zeal * self._ratio(day, self.scenario.centre.belief_drives.value)

    def _ratio(self, day: int, power: float) -> float:
        """Return belief over its reference to a power, 1 before the prior is told."""
        rule = self.scenario.centre
        reference = rule.reference.value or rule.prior.value
        told = day >= self.record.day_of(rule.prior_date, 0)
        return ((self.belief + 1) / (reference + 1)) ** power if power and reference > 0 and told else 1.0

    def _feel(self) -> None:
        keep = math.exp(-1 / self.scenario.offices.fear_decay.value)
        for desk, size in zip(self.record.desks, self.record.world.size, strict=True):
            desk.fear = desk.fear * keep + 1000 * desk.arrests_today / size
            desk.arrests_today = 0

    def _grant(self, day: int) -> None:
        """Enter the documented changes of limits."""
        ids = [region.id for region in self.scenario.population.regions]
        for operation, lines in zip(self.scenario.operations, self.record.lines, strict=False):
            for grant in operation.grants:
                if self.record.day_of(grant.date, 0) == day:
                    places = lines[ids.index(grant.region)].places
                    places[0] += int(grant.first.value)
                    places[1] += int(grant.second.value)

    def _targeted(self, day: int, halted: bool) -> frozenset[str]:
        """Return the strata under a running operation that takes leads."""
        running = [o for g, o in enumerate(self.scenario.operations) if o.takes_leads and in_term(self.record, g, day)]
        return frozenset() if halted else frozenset(stratum for o in running for stratum in o.strata)

    def _speak(self, today: Today) -> None:
        speeches = all_speeches(self.record, today.day)
        for speech in speeches:
            give_names(self.record, speech, today)
        for speech in speeches:
            write_down(self.record, speech, today)
        let_accidents_happen(self.record, today.day)

    def _judge(self, day: int, halted: bool) -> None:
        """Send on those who sat today, then judge what is due."""
        record, epoch_days = self.record, self.record.day_of
        for case in record.sittings.get(day, []):
            await_board(record, case, day)
        if any(day in (epoch_days(r.since, -FAR), epoch_days(r.until, FAR)) for r in self.scenario.routes):
            for number in range(len(record.queues)):
                waiting, record.queues[number] = record.queues[number], []
                for case in waiting:
                    self._bring(case, day, halted)
        for case in record.hearings.get(day, []):
            self._bring(case, day, halted)
        for number, board in enumerate(self.scenario.boards):
            capacity = board.capacity.value
            if capacity < 1e8:
                for _ in range(int(capacity * (day + 1)) - int(capacity * day)):
                    if record.queues[number]:
                        self._decide(record.queues[number].pop(0), number, day, halted)

    def _bring(self, case: Case, day: int, halted: bool) -> None:
        """Bring a case before its board, or to the end of the line."""
        hand_over(self.record, case, day, halted)
        number = board_of(self.record, case, day)
        if number is None:
            return
        if self.scenario.boards[number].capacity.value >= 1e8:
            self._decide(case, number, day, halted)
        else:
            self.record.queues[number].append(case)

    def _decide(self, case: Case, number: int, day: int, halted: bool) -> None:
        record, desk = self.record, self.record.desks[case.person[0]]
        outcome = self._outcome(case, number)
        before_halt, u = halted and case.arrested < (self.halted_on or 0), record.uniform(REVIEW, case.person, 0, 0)
        if before_halt and u < self.scenario.halt.review.value:
            outcome = "released"
        case.status = outcome
        desk.held -= 1
        effect, days = self.effects.get(outcome, ("stays" if outcome == "released" else "gone", 0))
        gone = effect in ("gone", "dies")
        case.until = math.inf if gone else day + math.ceil(days)
        if gone:
            record.past.doomed.add(case.row)
            desk.doomed.append((day, case.person))
        kind, time = (
            "release" if outcome == "released" else "sentence",
            day + record.uniform(HOUR, case.person, day, 60),
        )
        record.write_act(kind, case, time, board=number, outcome=outcome)

    def _outcome(self, case: Case, number: int) -> str:
        board = self.scenario.boards[number]
        if self.record.against(case) < board.evidence:
            return "released"
        if board.by_category and case.category >= 0:
            return OUTCOMES[case.category]
        u, o = self.record.uniform(SENTENCE, case.person, number, 0), board.outcomes
        own = {name: o.own[name].value if name in o.own else 0.0 for name in self.effects}
        bounds = accumulate([o.death.value, o.camp.value, o.exile.value, o.other.value, *own.values()])
        names = [*OUTCOMES[:4], *own]
        return next((name for name, bound in zip(names, bounds, strict=True) if u < bound), "released")

    def _told(self, day: int) -> None:
        """Add the prior and the reports of a day to the belief."""
        rule, epoch = self.scenario.centre, self.record.day_of
        self.belief += rule.prior.value * (epoch(rule.prior_date, 0) == day)
        self.belief += sum(one.enemies.value for one in rule.reports if epoch(one.date, 0) == day)

    def _reckon(self, day: int) -> None:
        """Update belief at the end of a period, and judge the chief."""
        rule, record = self.scenario.centre, self.record
        if (day + 1) % rule.period:
            return
        counts = [record.n_filed, record.n_confessions, record.n_off_file, record.n_off_register]
        filed, confessed, off_file, off_register = (x - y for x, y in zip(counts, self.counted, strict=True))
        self.counted = counts
        members = sum(len(members) for members in record.world.lists)
        at_large = members - sum(case.person in record.world.organisation for case in self._arrested())
        c = rule.credulity.value
        if filed or confessed or off_file:
            fed = c * (rule.gamma.value * filed + rule.claimed.value * confessed - off_file)
            self.belief = max(0.0, self.belief + (fed + (1 - c) * rule.learning.value * (at_large - self.belief)))
        if rule.dismissal.active:
            self._judge_chief(day, off_file + off_register, self._arrested())

    def _judge_chief(self, day: int, found: int, arrested: list[Case]) -> None:
        world, rule = self.record.world, self.scenario.centre.dismissal
        top = [s for s, rank in enumerate(world.seniority) if rank >= 1]
        household = self.scenario.population.household
        seniors = sum((cut[s + 1] - cut[s]) * household for cut in world.cut for s in top)
        period = self.scenario.centre.period
        self.slack = self.slack + 1 if found * 30 / period < rule.tolerance.value * self.belief else 0
        taken = sum(case.stratum in top for case in arrested)
        too_many = seniors > 0 and taken > rule.too_many.value * seniors and not self.purged
        if self.slack * period >= 30 * rule.months or too_many:
            u = self.record.uniform(SUCCESSOR, day, 0, 0)
            low, high = (rule.mild_low, rule.mild_high) if too_many else (rule.zeal_low, rule.zeal_high)
            self.own_zeal = low.value + u * (high.value - low.value)
            self.slack, self.purged = 0, self.purged or too_many
            if too_many and rule.halts and self.halted_on is None:
                self.halted_on = day + 1
