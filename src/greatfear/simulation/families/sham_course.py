"""The day of a sham organisation, step by step: approaches, meetings, visits, lures, arrests, reports, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from greatfear.draws import Purpose, integer, poisson, uniform
from greatfear.simulation.codes import FOREVER, FREE, GONE, N_ARRESTS, N_FILED, N_OPEN_NAMED, REPORT, REWARD
from greatfear.simulation.families.sham_readers import deliver, send
from greatfear.simulation.families.sham_state import INVENTED_ROLE, MEMBER, PROVOKED, ShamState
from greatfear.simulation.families.telling import Told, take, tell
from greatfear.simulation.kernels.approach import approach, mark_arrested
from greatfear.simulation.kernels.index import find
from greatfear.simulation.rules import day_of

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

_AT_EXPOSURE = 1 << 24
"""Counts from here on are for draws at the exposure."""


def morning(sham: ShamState, process: Process, day: int) -> None:
    """Let a sham have its day."""
    if day == max(sham.begins, 0) and sham.people.size == 0:
        sham.first_people()
        sham.note(day, "begun")
    deliver(sham, process, day)
    if not sham.runs(day):
        return
    _announce(sham, day)
    if not sham.runs(day):
        return
    _approach(sham, day)
    _meet(sham, day)
    if not sham.runs(day):
        return
    _watch(sham, process, day)
    _lure(sham, process, day)
    _arrest(sham, process, day)
    if (day - sham.begins + 1) % sham.rule.legend.every == 0:
        _report(sham, process, day)
    _defect(sham, process, day)


def evening(sham: ShamState, process: Process, day: int) -> None:
    """Learn who was arrested today, by whomever: each arrest costs trust."""
    if sham.people.size == 0:
        return
    arrests = float(process.state.meter[N_ARRESTS])
    if arrests != sham.score("arrests"):
        sham.add("arrests", arrests - sham.score("arrests"))
        free, at = sham.people["free"].copy(), sham.people["address"].copy()
        own = sham.people["role"] <= PROVOKED
        mark_arrested(process.state, at, free)
        for k in np.flatnonzero((free != sham.people["free"]) & own):
            sham.lose(sham.rule.inner_line.arrest.value if sham.runs(day) else 0.0)
            sham.note(day + 1, "arrest", int(at[k]))
        sham.people["free"] = free
    if (day - sham.begins + 1) % sham.rule.legend.every == 0 and day >= sham.begins:
        held = max((sham.held(o) for o in sham.leaders), default=0.0)
        row = [
            day + 1, sham.mean_trust(), sham.count(MEMBER), sham.count(PROVOKED), sham.count(INVENTED_ROLE), held,
            process.centre.memory["belief"],
        ]  # fmt: skip
        sham.series = np.vstack([sham.series, row])


def _approach(sham: ShamState, day: int) -> None:
    """Let agents, and those drawn in, approach contacts of theirs."""
    rule, agents, drawn = sham.rule.growth, sham.agents(), sham.drawn_in()
    if rule.approaches.value <= 0:
        return
    who = sham.people["address"][np.concatenate([agents, drawn])]
    mean = np.repeat(rule.approaches.value * np.array([1.0, rule.drawn.value]), [agents.size, drawn.size])
    chances = rule.member.value, rule.other.value
    by, whom, organisation, joined = approach(sham.world, sham.number, day, who, mean, *chances)
    for k in np.flatnonzero(joined):
        if int(whom[k]) not in sham.place:
            role = MEMBER if organisation[k] >= 0 else PROVOKED
            sham.enter(int(whom[k]), role, day, int(by[k]))


def _meet(sham: ShamState, day: int) -> None:
    """Let agents meet the leaders abroad, whose Inner Line vets anyone who comes."""
    line, key = sham.rule.inner_line, sham.world.keys
    for turn in range(int(poisson(key[Purpose.SHAM_MEETINGS], sham.number, day, 0, line.contacts.value))):
        agents = sham.agents()
        if agents.size == 0:
            return
        who = agents[int(integer(key[Purpose.SHAM_MEETINGS], sham.number, day, 1 + turn, agents.size))]
        address = int(sham.people["address"][who])
        if uniform(key[Purpose.VETTING], sham.number, day, turn) < line.found_out.value:
            sham.people["found_out"][who] = day
            sham.lose(line.warning.value)
            sham.note(day, "found out", address)
            if agents.size == 1:
                _expose(sham, day)
                return
        else:
            sham.gain(line.gain.value)


def _watch(sham: ShamState, process: Process, day: int) -> None:
    """Watch visitors from abroad: who comes is reported, and what is shown to them makes the sham more trusted."""
    for k, visit in enumerate(sham.rule.visits):
        begins = day_of(visit.start, sham.epoch, 0)
        if day == begins:
            who = sham.abroad(len(sham.rule.targets) + k)
            _tell(sham, process, day, [who])
            sham.note(day, "visit", who)
        if day == begins + visit.days:
            sham.gain(visit.gain.value)


def _lure(sham: ShamState, process: Process, day: int) -> None:
    """Try to bring named persons over the border; who comes is arrested."""
    keys = sham.world.keys
    for k, target in enumerate(sham.rule.targets):
        who = sham.abroad(k)
        since, until = day_of(target.since, sham.epoch, 0), day_of(target.until, sham.epoch, FOREVER)
        if who in sham.place or not since <= day < until or _is_held(process, who):
            continue
        if int(poisson(keys[Purpose.LURE], who, day, 0, target.rate.value)) == 0:
            continue
        if uniform(keys[Purpose.LURED], who, day, 0) < target.success.value * sham.mean_trust():
            sham.enter(who, len(("agent", "member", "provoked", "invented")), day, -1)
            take(process, day, np.array([who], np.int64))
            sham.lose(target.cost.value)
            sham.note(day, "lured", who)
        else:
            sham.note(day, "lure failed", who)


def _is_held(process: Process, who: int) -> bool:
    """Return whether somebody was arrested before, such as on the lure of another sham."""
    row = int(find(process.state.rows, who))
    return row >= 0 and process.state.people["status"][row] != FREE


def _announce(sham: ShamState, day: int) -> None:
    """Let an arrest of a target become known, where that gives the sham away."""
    for k, target in enumerate(sham.rule.targets):
        who = sham.abroad(k)
        if target.ends.value > 0 and who in sham.place:
            taken = sham.people["since"][sham.place[who]]
            if day == int(taken) + round(target.ends.value):
                _expose(sham, day)
                return


def _arrest(sham: ShamState, process: Process, day: int) -> None:
    """Arrest some of those drawn in, while the sham goes on."""
    key, drawn = sham.world.keys[Purpose.SHAM_ARREST], sham.drawn_in()
    wanted = int(poisson(key, sham.number, day, 0, sham.rule.growth.arrests.value * drawn.size))
    left = drawn.tolist()
    chosen = [left.pop(int(integer(key, sham.number, day, 1 + k, len(left)))) for k in range(min(wanted, len(left)))]
    if chosen:
        take(process, day, sham.people["address"][np.array(chosen, np.int64)].copy())


def _report(sham: ShamState, process: Process, day: int) -> None:
    """Report upward who was drawn in since the last report, and invented members beside them."""
    p = sham.people
    for role, name in ((MEMBER, "member"), (PROVOKED, "provoked")):
        new = np.flatnonzero((p["role"] == role) & np.isnan(p["reported"]))
        p["reported"][new] = day
        people = p["address"][new].tolist()
        _credit(sham, process, name, _tell(sham, process, day, people))
        send(sham, day, people)
    told = int((~np.isnan(p["reported"]) & (p["role"] <= PROVOKED)).sum())
    have, want = sham.count(INVENTED_ROLE), int(sham.rule.legend.factor.value * told + 1e-9)
    made = [sham.invented(k) for k in range(have, want)]
    for who in made:
        sham.enter(who, INVENTED_ROLE, day, -1)
        sham.people["reported"][-1] = day
    _credit(sham, process, "invented", _tell(sham, process, day, made))
    send(sham, day, made)


def _credit(sham: ShamState, process: Process, name: str, new: int) -> None:
    """Count what the centre will add to its belief for this many names that are new to it."""
    centre = sham_centre(process)
    sham.add(f"credited_{name}", centre * new)


def sham_centre(process: Process) -> float:
    """Return the enemies that the centre adds to its belief for one new name."""
    rule = process.scenario.centre
    return float(rule.credulity.value * rule.gamma.value)


def _tell(sham: ShamState, process: Process, day: int, subjects: list[int]) -> int:
    """File reports of an agent, on which nobody acts; return how many persons were filed."""
    if not subjects:
        return 0
    before, agents, n = int(process.state.meter[N_FILED]), sham.agents(), len(subjects)
    keys = sham.world.keys
    speaker = np.full(n, -1, np.int64)
    if agents.size:
        turns = [int(integer(keys[Purpose.SHAM_HOUR], who, day, 1, agents.size)) for who in subjects]
        speaker = sham.people["address"][agents[turns]]
    hour = np.array([uniform(keys[Purpose.SHAM_HOUR], who, day, 0) for who in subjects])
    channel, motive = np.full(n, REPORT, np.int8), np.full(n, REWARD, np.int8)
    told = Told(speaker, np.array(subjects, np.int64), channel, hour, motive)
    tell(process, day, told, opens_leads=False)
    return int(process.state.meter[N_FILED]) - before


def _defect(sham: ShamState, process: Process, day: int) -> None:
    """Let an agent go over on the dated day, or by chance; the file becomes known."""
    rule, key = sham.rule.defection, sham.world.keys[Purpose.DEFECTION]
    dated = day == day_of(rule.date, sham.epoch, -1)
    if not dated and uniform(key, sham.number, day, 0) >= rule.hazard.value:
        return
    agents = sham.agents()
    who = (
        int(sham.people["address"][agents[int(integer(key, sham.number, day, 1, agents.size))]]) if agents.size else -1
    )
    named = sham.named.get(rule.person or "", -1)
    who = named if named in sham.people["address"][agents] else who
    sham.note(day, "defection", who)
    if who >= 0:
        _leave(sham, process, who)
    _expose(sham, day)
    struck = sham.rule.legend.struck.value * sham.score("credited_invented")
    memory = process.centre.memory
    memory["belief"] = max(0.0, memory["belief"] - struck)
    sham.add("struck", struck)
    arrest, drawn = sham.world.keys[Purpose.SHAM_ARREST], sham.people["address"][sham.drawn_in()]
    chosen = [uniform(arrest, int(x), day, _AT_EXPOSURE + sham.number) < rule.arrested.value for x in drawn]
    if any(chosen):
        take(process, day, drawn[chosen].copy())


def _leave(sham: ShamState, process: Process, who: int) -> None:
    """Let the agent who goes over leave the country: no office can arrest that person any more."""
    sham.people["free"][sham.place[who]] = 0
    state, row = process.state, int(find(process.state.rows, who))
    if row < 0 or state.people["status"][row] != FREE:  # never in the record, or in custody since this morning
        return
    state.people["status"][row], state.people["until"][row] = GONE, FOREVER
    if state.history.person["named"][row] > 0:
        state.meter[N_OPEN_NAMED] -= 1


def _expose(sham: ShamState, day: int) -> None:
    """End it: nobody abroad trusts it any more, and nothing is held back."""
    sham.lose(1.0)
    sham.tally[0] = day
    sham.note(day, "exposed")
