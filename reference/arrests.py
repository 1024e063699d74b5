"""The slow clear twin, part one: who is arrested today and why, and what regions ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from reference import draws
from reference.state import (
    ANSWER,
    CATEGORY,
    DELAY,
    HANDED_OVER,
    HOUR,
    PRESSED,
    QUOTA,
    REQUEST,
    ROUTE,
    Case,
    Line,
    Record,
)
from reference.world import address

FAR = 2**30


def open_lines(record: Record) -> None:
    """Lay out the lists of every operation and order, and the first limits."""
    world, strata = record.world, [stratum.id for stratum in record.scenario.population.strata]
    ids = [region.id for region in record.scenario.population.regions]
    for g, source in enumerate(record.sources):
        whole, lines = g >= record.n_operations, []
        for r, name in enumerate(ids):
            inside = not source.regions or name in source.regions
            counts = [0] * len(strata)
            for s, stratum in enumerate(strata):
                if inside and stratum in source.strata:
                    room = (world.cut[r][s + 1] - world.cut[r][s]) * record.scenario.population.household
                    counts[s] = room if whole else world.listed(r, s)
            lines.append(Line(world.walk_list(g, r, counts, whole)))
            if source.listed is not None:
                before = sum(world.size[:r])
                lines[r].people = [(r, n - before) for n in source.listed if 0 <= n - before < world.size[r]]
            if not whole and name in source.limits:
                limit = source.limits[name]
                lines[r].places = [int(limit.first.value), int(limit.second.value)]
        record.lines.append(lines)


def _first_day(record: Record, g: int, r: int) -> int:
    operation = record.scenario.operations[g]
    late = operation.starts.get(record.scenario.population.regions[r].id)
    return max(record.day_of(operation.start, 0), record.day_of(late, 0))


def in_term(record: Record, g: int, day: int) -> bool:
    """Return whether an operation is in its term, or in a term that was decided by then."""
    operation, day_of = record.scenario.operations[g], record.day_of
    terms = [(-FAR, day_of(operation.end, 0))]
    terms += [(day_of(one.decided, 0), day_of(one.until, 0)) for one in operation.prolongations]
    return day_of(operation.start, 0) <= day and any(decided <= day < until for decided, until in terms)


def runs(record: Record, g: int, r: int, day: int) -> bool:
    """Return whether an operation is under way in a region."""
    return _first_day(record, g, r) <= day and in_term(record, g, day)


def hazard_of(record: Record, g: int, day: int) -> float:
    """Return the hazard of an operation on a day: of the last step that has come, else the one given."""
    operation = record.scenario.operations[g]
    found = operation.hazard.value
    for step in operation.hazards:
        if record.day_of(step.since, 0) <= day:
            found = step.value.value
    return float(found)


def _rounded(record: Record, g: int, r: int, day: int, mean: float) -> int:
    whole = math.floor(mean)
    return whole + (record.uniform(QUOTA, r, g, day) < mean - whole)


def _shares(asked: int, weights: list[int]) -> list[int]:
    """Return whole shares of what an order asks for, largest remainders rounded up."""
    asked = min(asked, sum(weights))
    exact = [asked * w / max(sum(weights), 1) for w in weights]
    shares = [math.floor(x) for x in exact]
    for r in sorted(range(len(exact)), key=lambda r: (shares[r] - exact[r], r))[: asked - sum(shares)]:
        shares[r] += 1
    return shares


def set_quotas(record: Record, day: int, zeal: float, halted: bool) -> None:
    """Set how many persons each source is to draw today in each region."""
    for g, source in enumerate(record.sources):
        lines = record.lines[g]
        for r, line in enumerate(lines):
            left = len(line.people) - line.turn
            if g >= record.n_operations:
                since = day - record.day_of(source.start, 0)
                wanted = 0
                if 0 <= since < source.days:
                    share = _shares(int(source.persons.value), [len(each.people) for each in lines])[r]
                    wanted = share * (since + 1) // source.days - share * since // source.days
            else:
                wanted = 0 if halted or not runs(record, g, r, day) else _wanted(record, (g, r), day, zeal)
            line.quota = min(wanted, left)


def _wanted(record: Record, where: tuple[int, int], day: int, zeal: float) -> int:
    """Return how many an operation under way wants today."""
    g, r = where
    operation, line = record.scenario.operations[g], record.lines[g][r]
    rush = operation.surge.value if day - _first_day(record, g, r) < operation.surge_days.value else 1.0
    if operation.limits:
        free = sum(line.open)
        return min(free, _rounded(record, g, r, day, zeal * rush * free / operation.pace.value))
    left = len(line.people) - line.turn
    return draws.poisson(record.key[QUOTA], r, g, day, hazard_of(record, g, day) * zeal * rush * left)


def arrest_all(record: Record, day: int, evidence: int, hands: Hands, halted: bool) -> None:
    """Arrest on leads in the order of score, lay out prompts, then draw from registers and orders."""
    offices = record.scenario.offices
    for r, (desk, size) in enumerate(zip(record.desks, record.world.size, strict=True)):
        places = max(0, int(offices.custody.value * size * 1e-5) - desk.held)
        capacity = min(places, _rounded(record, 1000, r, day, offices.arrests.value * hands.factor * size * 1e-5))
        need = sum(lines[r].quota * hands.cost(record, g) for g, lines in enumerate(record.lines))
        days = hands.days(size)
        room = (1 - offices.staff.kept.value) * days + desk.list_debt
        left = days - min(need, max(0.0, room)) + desk.case_debt
        for _ in range(capacity):
            case = best_lead(record, r, evidence)
            if not case or (hands.counted and left <= 0):
                break
            desk.leads.pop(0)
            source = _covering(record, r, case, day, halted)
            _take(record, day, case, source, "statement")
            left -= hands.cost(record, source)
            places -= 1
        desk.case_debt = min(0.0, left)
        _lay_out_prompts(record, r, evidence)
        for g in range(len(record.sources)):
            cost, taken = hands.cost(record, g), 0
            for _ in range(min(record.lines[g][r].quota, places)):
                waits = hands.counted and g < record.n_operations and room <= 0
                if waits or not _draw_one(record, day, g, r):
                    break
                taken += 1
                room -= cost
            places -= taken
        desk.list_debt = min(0.0, room)


@dataclass(frozen=True)
class Hands:
    """What the staff can do today: investigator-days per 100,000 persons, days of a case, factor on `offices.arrests`."""

    counted: bool
    per_100000: float
    filing: float
    case_days: float
    factor: float

    def days(self, size: int) -> float:
        """Return today's investigator-days of a region."""
        return self.per_100000 * size * 1e-5

    def cost(self, record: Record, source: int) -> float:
        """Return the expected days of an arrest for a source, -1 for none."""
        pressed = record.scenario.offices.pressed.value
        if 0 <= source < record.n_operations:
            pressed = record.scenario.operations[source].pressed.value
        return float(self.filing + pressed * self.case_days)


def _draw_one(record: Record, day: int, g: int, r: int) -> bool:
    """Walk down a list to the next person who is free, and arrest that person; return whether there was one."""
    line = record.lines[g][r]
    while line.turn < len(line.people):
        person = line.people[line.turn]
        line.turn += 1
        case = record.case(person) if person is not None else None
        if case and case.status == "free":
            _take(record, day, case, g, "register" if g < record.n_operations else "order")
            return True
    return False


def best_lead(record: Record, r: int, evidence: int) -> Case | None:
    """Strike out leads that no longer hold until the best one does."""
    leads = record.desks[r].leads
    while leads:
        minus_score, number = leads[0]
        case = record.cases[record.statements[number]["subject"]]
        if case.status == "free" and -minus_score == case.score and record.against(case) >= evidence:
            return case
        leads.pop(0)
    return None


def _lay_out_prompts(record: Record, r: int, evidence: int) -> None:
    """Note the best open leads for the interrogators; they stay open."""
    desk, kept = record.desks[r], []
    desk.prompts = []
    while len(kept) < record.scenario.naming.pools.prompted:
        case = best_lead(record, r, evidence)
        if not case:
            break
        kept.append(desk.leads.pop(0))
        desk.prompts.append(case.person)
    desk.leads = sorted(desk.leads + kept)


def _own_operation(record: Record, case: Case) -> int:
    """Return the operation of the sitting in which the lead against a person was given, if it takes in whom its cases name."""
    lead = record.statements[case.first]
    if lead["channel"] != "interrogation":
        return -1
    own = record.cases[lead["speaker"]].source
    return own if 0 <= own < record.n_operations and record.scenario.operations[own].takes_named else -1


def _covering(record: Record, r: int, case: Case, day: int, halted: bool) -> int:
    """Return the operation that takes a lead here: that of the case in which it was named, or one of the stratum, or -1."""
    name = record.scenario.population.strata[case.stratum].id
    own = _own_operation(record, case)
    takes = own >= 0 and not halted and runs(record, own, r, day) and record.lines[own][r].people
    if takes and (not record.scenario.operations[own].limits or any(record.lines[own][r].open)):
        return own
    for g, operation in enumerate(record.scenario.operations):
        line = record.lines[g][r]
        fits = operation.takes_leads and name in operation.strata and runs(record, g, r, day) and line.people
        if fits and not halted and (not operation.limits or any(line.open)):
            return g
    return -1


def _take(record: Record, day: int, case: Case, source: int, cause: str) -> None:
    """Arrest a person: the act, the category, and either a sitting or the wait for a board."""
    desk, offices = record.desks[case.person[0]], record.scenario.offices
    case.status, case.arrested, case.source = "held", day, source
    desk.held += 1
    desk.arrests_today += 1
    file = record.sources[source].file if cause in ("register", "order") else "none"
    record.n_off_file += case.filed or file == "suspects"
    record.n_off_register += not case.filed and file == "register"
    statement = case.first if cause == "statement" else -1
    record.write_act("arrest", case, day + record.uniform(HOUR, case.person, day, 50), cause=cause, statement=statement)
    pressed = offices.pressed.value
    if 0 <= source < record.n_operations:
        pressed = record.scenario.operations[source].pressed.value
        if record.scenario.operations[source].limits:
            _categorise(record, case, source)
    if record.uniform(PRESSED, case.person, 0, 0) < pressed:
        record.sittings.setdefault(day + max(1, round(offices.wait.value)), []).insert(0, case)
    else:
        await_board(record, case, day)


def _categorise(record: Record, case: Case, source: int) -> None:
    line = record.lines[source][case.person[0]]
    first, second = line.open
    ahead = record.scenario.operations[source].first_ahead.value
    if first > 0 and record.uniform(CATEGORY, case.person, source, 1) < ahead:
        case.category = 0
        line.used[0] += 1
        return
    case.category = 0 if record.uniform(CATEGORY, case.person, source, 0) * (first + second) < first else 1
    line.used[case.category] += 1


def board_of(record: Record, case: Case, day: int) -> int | None:
    """Return the board of the first route that fits."""
    scenario = record.scenario
    stratum = scenario.population.strata[case.stratum].id
    source = None if case.source < 0 else record.sources[case.source].id
    for k, route in enumerate(scenario.routes):
        fits = (not route.operations or source in route.operations) and (not route.strata or stratum in route.strata)
        if fits and record.day_of(route.since, -FAR) <= day < record.day_of(route.until, FAR):
            share = route.share.value
            if share >= 1 or record.uniform(ROUTE, case.person, k, 0) < share:
                return [board.id for board in scenario.boards].index(route.board)
    return None


def hand_over(record: Record, case: Case, day: int, halted: bool) -> None:
    """Hand a case of leads or of an operation without limits over to a running operation that takes cases from custody."""
    own = record.scenario.operations[case.source] if 0 <= case.source < record.n_operations else None
    if halted or case.source >= record.n_operations or (own and (own.limits or own.from_custody.value > 0)):
        return
    r, name = case.person[0], record.scenario.population.strata[case.stratum].id
    for g, operation in enumerate(record.scenario.operations):
        share, line = operation.from_custody.value, record.lines[g][r]
        if not share or name not in operation.strata or not line.people or not runs(record, g, r, day):
            continue
        if operation.limits and not any(line.open):
            continue
        if record.uniform(HANDED_OVER, case.person, g, 0) < share:
            case.source = g
            if operation.limits:
                _categorise(record, case, g)
            return


def await_board(record: Record, case: Case, day: int) -> None:
    """Set the day of the hearing by the board on which the case would fall today; without a board, none."""
    number = board_of(record, case, day)
    if number is None:
        return
    board: Any = record.scenario.boards[number]
    wait = board.delay.value + (board.second_wait.value if case.category == 1 else 0.0)
    spread = max(wait - board.least.value, 0.0)
    delay = board.least.value + spread * draws.exponential(record.key[DELAY], address(case.person), 0, 0)
    record.hearings.setdefault(max(day + 1, case.arrested + int(min(delay, 1e6))), []).insert(0, case)


def ask(record: Record, day: int, zeal: float, halted: bool, favour: float) -> None:
    """Let regions that have used most of their places ask for more, and the centre answer."""
    for g, operation in enumerate(record.scenario.operations):
        if not operation.limits or halted:
            continue
        rule = operation.requests
        for r, line in enumerate(record.lines[g]):
            places = sum(line.places)
            may_ask = not rule.regions or record.scenario.population.regions[r].id in rule.regions
            if line.answer == day:
                line.answer = -1
                if record.uniform(ANSWER, r, g, day) < rule.granted.value * favour:
                    more = max(1, int(rule.size.value * places))
                    first = round(more * rule.first.value)
                    line.places = [line.places[0] + first, line.places[1] + more - first]
            elif (
                day < record.day_of(rule.until, FAR)
                and line.answer < 0 < places
                and may_ask
                and runs(record, g, r, day)
            ):
                eager = record.uniform(REQUEST, r, g, day) < min(1.0, rule.probability.value * zeal)
                if sum(line.used) >= rule.threshold.value * places and eager:
                    line.answer = day + max(1, int(rule.delay.value))
