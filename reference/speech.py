"""The slow clear twin, part two: who speaks today, whom they name, and what is written down of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reference import draws
from reference.naming import BASES, SHARES, Pair, log_probabilities, names_in_order, shares, utility, without
from reference.state import (
    ACCIDENTS,
    ALARM,
    CONFESSION,
    DENOUNCED,
    DENOUNCER,
    DENUNCIATIONS,
    EACH,
    HOUR,
    MOTIVE,
    NAMED,
    NAMES,
    PLACE,
    POOL,
    REPORTED,
    REPORTER,
    REPORTS,
    SABOTAGE,
    SUSPICION,
    Case,
    Record,
)  # fmt: skip
from reference.world import Person, address

POOLS = {"notorious": 128, "doomed": 256, "stranger": 512}
"""Numbers of the pools in the addresses of draws."""
MOST_NAMES = 32
NOT_CONTACTS = {"prompted", "notorious", "doomed", "stranger"}
"""Ways to come to mind that make nobody a contact; every other tie does, also of a kind that the scenario defines."""


@dataclass
class Speech:
    """One speaker of today, and the names given."""

    person: Person
    channel: str
    number: int
    motive: str
    sitting: int = -1
    names: list[tuple[Person, float, bool, list[float]]] = field(default_factory=list)
    """Who was named, the log-probability, and whether the name was held out."""


Candidates = dict[Person, tuple[set[str], float]]
"""What ties the speaker to each candidate, and the log weight of the candidate."""


@dataclass(frozen=True)
class Today:
    """What holds for all speakers of a day."""

    day: int
    pressure: float
    targeted: frozenset[str]


def all_speeches(record: Record, day: int) -> list[Speech]:
    """Return today's speakers: denouncers and informers by region, then those who are questioned."""
    leads, speeches = record.scenario.leads, []
    for r, (size, desk) in enumerate(zip(record.world.size, record.desks, strict=True)):
        rule, informers = leads.denunciation, record.world.informers[r]
        mean = min(
            rule.rate.value * size * math.exp(min(rule.fear.value * desk.fear, 50.0)), max(0.01, rule.rate.value) * size
        )
        for turn in range(draws.poisson(record.key[DENUNCIATIONS], r, day, 0, mean)):
            person = (r, draws.integer(record.key[DENOUNCER], r, day, turn, size))
            if _may_speak(record, day, person):
                speeches.append(Speech(person, "denunciation", day * 65536 + turn, _motive(record, r, day, turn)))
        for turn in range(draws.poisson(record.key[REPORTS], r, day, 0, leads.informers.rate.value * len(informers))):
            person = informers[draws.integer(record.key[REPORTER], r, day, turn, len(informers))]
            if _may_speak(record, day, person):
                speeches.append(Speech(person, "report", day * 65536 + turn, "reward"))
    for case in record.sittings.get(day, []):
        speeches.append(Speech(case.person, "interrogation", case.sat, "pressed", record.n_sittings))
        record.n_sittings += 1
        case.sat += 1
    return speeches


def _may_speak(record: Record, day: int, person: Person) -> bool:
    """Where a scenario says what its outcomes do, nobody comes forward who is held or gone."""
    case = record.by_person.get(person)
    if not record.scenario.outcomes or case is None or case.status == "free":
        return True
    return case.status != "held" and case.until <= day


def _motive(record: Record, r: int, day: int, turn: int) -> str:
    shares, u = record.scenario.leads.denunciation.motives, record.uniform(MOTIVE, r, day, turn)
    if u < shares.conviction.value:
        return "conviction"
    return "self-protection" if u < shares.conviction.value + shares.self_protection.value else "malice"


def give_names(record: Record, speech: Speech, today: Today) -> None:
    """Let one speaker name others, knowing only what was said before today."""
    count = record.scenario.naming.count
    mean = count.at_rest.value + (count.under_pressure.value - count.at_rest.value) * today.pressure
    candidates = {person: (set(ties), 0.0) for person, ties in record.world.contacts[speech.person].items()}
    k, purpose = 1, DENOUNCED
    if speech.channel == "report":
        candidates = _worth_reporting(record, speech, candidates)
    if speech.channel == "interrogation":
        _add_pools(record, speech, candidates, today.day)
        if count.rule == "each":
            speech.names = _name_each(record, speech, candidates, mean)
            return
        k, purpose = min(_how_many(record, speech, mean), MOST_NAMES), NAMED
    if candidates and k > 0:
        speech.names = _choose(record, speech, candidates, (k, purpose, today))


def _how_many(record: Record, speech: Speech, mean: float) -> int:
    count, who = record.scenario.naming.count, address(speech.person)
    if count.rule == "poisson":
        return draws.poisson(record.key[NAMES], who, 0, speech.number, mean)
    law = (mean, count.dispersion.value)
    return draws.negative_binomial(record.key[NAMES], who, 0, speech.number, law)


def _name_each(
    record: Record, speech: Speech, candidates: Candidates, mean: float
) -> list[tuple[Person, float, bool, list[float]]]:
    """Name every contact with the same probability."""
    return [
        (other, math.log(min(mean, 1.0)), "prompted" in ties, [0.0] * len(BASES))
        for other, (ties, _) in candidates.items()
        if ties - NOT_CONTACTS and record.uniform(EACH, speech.person, address(other), speech.number) < mean
    ]


def _worth_reporting(record: Record, speech: Speech, candidates: Candidates) -> Candidates:
    """Keep the contacts an informer may name: members if there are any, else everybody, each with a chance."""
    rule, who = record.scenario.leads.informers, speech.person
    members = {person: entry for person, entry in candidates.items() if person in record.world.organisation}
    if members:
        informers, size = len(record.world.informers[who[0]]), record.world.size[who[0]]
        talk = math.exp(-rule.caution.value * 1000.0 * informers / size)
        return members if record.uniform(REPORTED, who, 0, speech.number) < rule.true.value * talk else {}
    chance = _shifted(rule.false.value, rule.fear.value, record.desks[who[0]].fear)
    return candidates if record.uniform(ALARM, who, 0, speech.number) < chance else {}


def _shifted(chance: float, effect: float, fear: float) -> float:
    """Return a chance whose log-odds fear has moved."""
    if effect == 0 or not 0 < chance < 1:
        return chance
    return 1 / (1 + math.exp(-(math.log(chance / (1 - chance)) + effect * fear)))


def _add_pools(record: Record, speech: Speech, candidates: Candidates, day: int) -> None:
    """Add prompts, the notorious, the doomed and strangers; who comes in by a pool carries its weight."""
    pools, r = record.scenario.naming.pools, speech.person[0]
    desk, size = record.desks[r], record.world.size[r]

    def add(person: Person, tie: str, weight: float) -> None:
        if person != speech.person:
            candidates.setdefault(person, (set(), weight))[0].add(tie)

    for person in desk.prompts[: pools.prompted]:
        add(person, "prompted", 0.0)
    recent = [person for since, person in desk.notorious if since >= day - pools.notorious_days]
    sentenced = [person for _, person in desk.doomed]
    for tie, pool, asked in (("notorious", recent, pools.notorious), ("doomed", sentenced, pools.doomed)):
        for turn in range(min(asked, len(pool))):
            count = speech.number * 64 + turn
            u = draws.integer(record.key[POOL], address(speech.person), POOLS[tie], count, len(pool))
            place = turn if len(pool) <= asked else u
            add(pool[place], tie, math.log(len(pool) / asked) if len(pool) > asked else 0.0)
    for turn in range(pools.strangers):
        count = speech.number * 64 + turn
        local = draws.integer(record.key[POOL], address(speech.person), POOLS["stranger"], count, size)
        add((r, local), "stranger", math.log(size / pools.strangers) if size > pools.strangers else 0.0)


def _choose(
    record: Record, speech: Speech, candidates: Candidates, how: tuple[int, int, Today]
) -> list[tuple[Person, float, bool, list[float]]]:
    """Choose by utility plus Gumbel, and say how probable each name was."""
    k, purpose, today = how
    world, theta = record.world, {text: q.value for text, q in record.scenario.naming.theta.items()}
    strata = [stratum.id for stratum in record.scenario.population.strata]
    utilities, scores = [], []
    pressure = float(np.float32(today.pressure)) if speech.channel == "interrogation" else 0.0
    bare: dict[str, list[float]] = {basis: [] for basis in BASES}
    for other, (ties, weight) in candidates.items():
        known = set(ties)
        if world.stratum[other] == world.stratum[speech.person]:
            known.add("same-stratum")
        if strata[world.stratum[other]] in today.targeted:
            known.add("targeted")
        rows = [record.by_person[p].row if p in record.by_person else -1 for p in (speech.person, other)]
        pair = Pair(rows[0], rows[1], frozenset(known), world.seniority[world.stratum[other]], today.day)
        utilities.append(utility(theta, record.past, pair, pressure) + weight)
        for basis in BASES:
            bare[basis].append(utility(without(theta, basis), record.past, pair, pressure) + weight)
        number = speech.number
        scores.append(utilities[-1] + draws.gumbel(record.key[purpose], address(speech.person), address(other), number))
    chosen, people = names_in_order(scores, k), list(candidates)
    logp = log_probabilities(utilities, chosen)
    share = shares(utilities, bare, chosen)
    return [(people[c], logp[k], "prompted" in candidates[people[c]][0], share[k]) for k, c in enumerate(chosen)]


def write_down(record: Record, speech: Speech, today: Today) -> None:
    """Write the act of a sitting and the statements of one speaker."""
    is_sitting = speech.channel == "interrogation"
    hour = record.uniform(
        HOUR, speech.person, today.day, ("denunciation", "report", "interrogation").index(speech.channel)
    )
    time = today.day + hour
    if is_sitting:
        _write_sitting(record, speech, time, today.pressure)
    if not speech.names:
        return
    speaker = record.case(speech.person)
    for name, logp, held_out, share in speech.names:
        fields: dict[str, Any] = {
            "time": time, "channel": speech.channel, "pressure": today.pressure if is_sitting else math.nan,
            "prompted": int(held_out) if is_sitting else -1, "sitting": speech.sitting, "office": speech.person[0],
            "logp": logp, "motive": speech.motive, **dict(zip(SHARES, share, strict=True)),
        }  # fmt: skip
        record.write_statement(today.day, speaker, record.case(name), fields)


def _write_sitting(record: Record, speech: Speech, time: float, pressure: float) -> None:
    rule, case = record.scenario.offices.confession, record.case(speech.person)
    member = 1.0 if speech.person in record.world.organisation else 0.0
    odds = rule.base.value + rule.pressure.value * pressure + rule.member.value * member
    confessed = record.uniform(CONFESSION, speech.person, 0, case.sat) < 1 / (1 + math.exp(-odds))
    record.n_confessions += confessed
    outcome = "confessed" if confessed else "denied"
    record.write_act("interrogation", case, time, outcome=outcome, pressure=pressure, sitting=speech.sitting)


def let_accidents_happen(record: Record, day: int) -> None:
    """Let accidents happen; one that is read as sabotage opens leads against persons of the unit."""
    rule = record.scenario.leads.accidents
    for r, size in enumerate(record.world.size):
        for turn in range(draws.poisson(record.key[ACCIDENTS], r, day, 0, rule.rate.value * size * 1e-6)):
            if record.uniform(SUSPICION, r, day, turn) < _shifted(
                rule.suspicion.value, rule.fear.value, record.desks[r].fear
            ):
                _blame(record, (r, turn), day)


def _blame(record: Record, where: tuple[int, int], day: int) -> None:
    (r, turn), unit = where, record.scenario.population.unit
    size = record.world.size[r]
    base = draws.integer(record.key[PLACE], r, day, turn, -(-size // unit)) * unit
    count = min(unit, size - base)
    key = draws.subkey(draws.subkey(record.key[SABOTAGE], base + r), day * 64 + turn)
    for m in range(min(record.scenario.leads.accidents.subjects, count)):
        fields: dict[str, Any] = {
            "time": day + record.uniform(HOUR, r, day, 100 + turn), "channel": "accident", "pressure": math.nan,
            "prompted": -1, "sitting": -1, "office": r, "logp": math.nan, "motive": "none",
            **dict.fromkeys(SHARES, 0.0),
        }  # fmt: skip
        subject: Case = record.case((r, base + draws.forth(key, m, count)))
        record.write_statement(day, None, subject, fields)
