"""What a scenario means, in words: who lives there, what happens period by period, and what is merely assumed."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from greatfear.scenario.campaign import Board
from greatfear.scenario.citing import grounds_table
from greatfear.scenario.explaining_campaign import campaigns_in_words, days, runs_in, work_in_words
from greatfear.scenario.explaining_centre import centre_in_words, is_idle
from greatfear.scenario.mechanisms import MECHANISMS
from greatfear.scenario.model import Scenario
from greatfear.scenario.papers_words import papers_in_words
from greatfear.scenario.process import Step
from greatfear.scenario.ranges import range_words
from greatfear.scenario.tribunals import trial
from greatfear.show.wording import Wording, counted, unit_beside


def explain(scenario: Scenario) -> str:
    """Return what `scenario` means: society, naming, leads, offices, and each period between dated changes."""
    blocks = [_head(scenario), _society(scenario), _naming(scenario), _leads(scenario), work_in_words(scenario)]
    blocks += [_effects(scenario)] if scenario.outcomes else []
    blocks += [_boards(scenario), campaigns_in_words(scenario)]
    blocks += [one.words(scenario) for one in MECHANISMS if one.words]
    centre = "" if scenario.wording and is_idle(scenario) else centre_in_words(scenario)
    blocks += [_timeline(scenario), centre, papers_in_words(scenario.papers), _assumed(scenario)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _head(scenario: Scenario) -> str:
    about = f"\n{scenario.about.strip()}" if scenario.about else ""
    long = counted((scenario.time.end - scenario.time.start).days, "day", ",")
    return (
        f"{scenario.title} ({scenario.id})\n{scenario.time.start} to {scenario.time.end}, end excluded: {long}.{about}"
    )


def _society(scenario: Scenario) -> str:
    population = scenario.population
    persons = int(sum(region.persons.value for region in population.regions))
    count = len(population.regions)
    words = scenario.wording
    people, where = (
        (words.one if persons == 1 else words.many)("roles", "person"),
        words.many("places", "region") if count != 1 else words.one("places", "region"),
    )
    lines = [f"Society: {persons:,} {people} in {count} {where}."]
    units = words.many("places", "unit") if words else "units (workplaces, villages)"
    homes = f"{words.many('places', 'household').capitalize()} of {population.household}, {units}"
    if population.household == 1:
        homes = units.capitalize() if words else f"Nobody is kin by household, {units}"
    lines.append(f"  {homes} of {population.unit}.")
    for stratum in population.strata if len(population.strata) > 1 or not words else ():
        listed = f", {stratum.listed.value:.4g} of them on a register beforehand" if stratum.listed.value else ""
        lines.append(f"  {stratum.name}: share {stratum.share.value:.4g}{listed}.")
    contacts, ties = population.contacts, population.ties
    if ties.rule == "computed":
        lines.append(
            f"  Each knows {contacts.unit} in the unit, {contacts.region} in the region, {contacts.country} anywhere."
        )
    elif ties.rule == "table":
        lines.append(f"  Ties: a table of {counted(len(ties.rows), 'row')}.")
    else:
        lines.append(
            f"  Ties: a ring on which each has {counted(ties.neighbours, 'neighbour')}; "
            f"a share of {ties.rewiring.value:.4g} is rewired at random."
        )
    state = population.state
    if state.strata and state.workplace + state.patronage + state.country:
        lines.append(
            f"  Heads of household of {', '.join(state.strata)} serve the state: "
            f"each knows {counted(state.workplace, 'colleague')}"
        )
        lines.append(f"  and is tied by patronage to {state.patronage} in the region and {state.country} anywhere.")
    lines.extend(
        f"  A real organisation {o.id}: {counted(o.members.value, 'member', ',.0f')}." for o in population.organisations
    )
    return lines[0] + "\n" + words.reworded("\n".join(lines[1:]))


def _naming(scenario: Scenario) -> str:
    count = scenario.naming.count
    what = "probability of each contact" if count.rule == "each" else "mean names per sitting"
    lines = [
        f"Naming ({count.rule}): {what} {count.at_rest.value:g} without pressure, {count.under_pressure.value:g} at pressure 1."
    ]
    terms = [f"{term} {quantity.value:+g}" for term, quantity in scenario.naming.theta.items()]
    lines.append(
        f"  Choice of a name, coefficients: {', '.join(terms) if terms else 'none, so that all candidates are equally likely'}."
    )
    pools = scenario.naming.pools
    given = [
        f"{getattr(pools, key)} {key}"
        for key in ("prompted", "notorious", "doomed", "strangers")
        if getattr(pools, key)
    ]
    if given:
        lines.append(f"  Candidates besides contacts: {', '.join(given)}.")
    return scenario.wording.reworded("\n".join(lines))


def _leads(scenario: Scenario) -> str:
    leads = scenario.leads
    lines = ["Leads:"]
    if leads.denunciation.rate.value:
        fear = f", times exp({leads.denunciation.fear.value:g} F) with fear F" if leads.denunciation.fear.value else ""
        rate = leads.denunciation.rate.value
        said = scenario.wording.many("channels", "denunciation").capitalize()
        lines.append(f"  {said}: {rate:g} per person and day ({rate * 365.25:.3g} a year){fear}.")
    if leads.informers.rate.value and scenario.population.informers.value:
        share = scenario.population.informers.value
        lines.append(
            f"  Informers: a share of {share:g}; {counted(leads.informers.rate.value, 'report', 'g')} each per day."
        )
        if leads.informers.caution.value:
            less = f"exp(-{leads.informers.caution.value:g} x informers per thousand persons)"
            lines.append(f"  Members hide from informers: reports fall by the factor {less}.")
    if leads.accidents.rate.value:
        lines.append(f"  Accidents: {leads.accidents.rate.value:g} per million persons and day.")
    lines.append(
        f"  A statement loses weight with its age: after {counted(leads.memory.value, 'day', 'g')}, 37 % is left."
    )
    return scenario.wording.reworded("\n".join(lines))


def _boards(scenario: Scenario) -> str:
    if not scenario.boards:
        return "No boards: nobody is sentenced."
    lines = ["Boards, in the order of their routes:"]
    names, words = {board.id: board for board in scenario.boards}, scenario.wording
    for route in scenario.routes:
        board = names[route.board]
        which = ", ".join([*route.operations, *route.strata]) or "any case"
        which += " with a confession" if route.confessed else ""
        when = (f" from {route.since}" if route.since else "") + (f" until {route.until}" if route.until else "")
        shares = _outcomes(board, words)
        lines.append(f"  {board.name}: {which}{when}; {shares}; mean delay {days(board.delay.value)}{trial(board)}.")
    return "\n".join(lines)


def _effects(scenario: Scenario) -> str:
    """Return what the outcomes of the case's own do to a person."""
    words = scenario.wording
    told = {"stays": "stays in place", "gone": "is gone for good", "dies": "dies"}
    lines = ["Outcomes of the case:"]
    for one in scenario.outcomes:
        effect = told.get(one.effect, f"is away for {counted(math.ceil(one.days.value), 'day')}")
        lines.append(f"  {words.one('outcomes', one.id)}: the {words.one('roles', 'person')} {effect}.")
    return "\n".join(lines)


def _outcomes(board: Board, words: Wording) -> str:
    """Return the shares of outcomes of a board; a case with words of its own leaves out what its boards never decide."""
    codes = ("death", "camp", "exile", "other")
    name = {code: words.one("outcomes", code) for code in codes}
    rule = f"first category {name['death']}, second {name['camp']}; " if board.by_category else ""
    shares = {code: getattr(board.outcomes, code).value for code in codes}
    shares |= {code: share.value for code, share in board.outcomes.own.items()}
    name |= {code: words.one("outcomes", code) for code in board.outcomes.own}
    shown = [f"{name[code]} {share:g}" for code, share in shares.items() if share or not words]
    if words:
        shown.append(f"{words.one('outcomes', 'released')} {max(0.0, 1 - sum(shares.values())):g}")
    return rule + ", ".join(shown)


def periods(scenario: Scenario) -> list[tuple[dt.date, dt.date]]:
    """Return the periods between dated changes of pressure, evidence, chiefs, operations and the halt."""
    begin, end = scenario.time.start, scenario.time.end
    dates = {step.since for steps in (scenario.offices.pressure, scenario.offices.evidence) for step in steps}
    dates |= {chief.since for chief in scenario.chiefs}
    dates |= {date for one in scenario.operations for date in (one.start, one.end)}
    dates |= {date for one in scenario.operations for term in one.prolongations for date in (term.decided, term.until)}
    dates |= {step.since for step in scenario.offices.staff.drafts}
    dates |= {scenario.halt.date} if scenario.halt.date else set()
    inner = sorted(date for date in dates if begin < date < end)
    return list(zip([begin, *inner], [*inner, end], strict=True))


def _timeline(scenario: Scenario) -> str:
    lines, named = ["Period by period:"], scenario.wording
    for start, end in periods(scenario):
        running = [one.name for one in scenario.operations if runs_in(one, start)]
        halted = scenario.halt.date is not None and start >= scenario.halt.date
        pressure = scenario.halt.pressure.value if halted else _held(scenario.offices.pressure, start, 0)
        evidence = scenario.halt.evidence if halted else _held(scenario.offices.evidence, start, 1)
        chief = next((one for one in reversed(scenario.chiefs) if one.since <= start), None)
        an_arrest = f"before {named.one('acts', 'arrest')}" if named else "before an arrest"
        words = [
            f"pressure {pressure:g} of 1",
            f"{evidence:g} statement{'s' if evidence != 1 else ''} {an_arrest}",
        ]
        if chief:
            words.append(f"{named.one('roles', 'chief')} {chief.name} (zeal {chief.zeal.value:g})")
        if scenario.operations or halted or not named:
            words.append("halted" if halted else f"running: {', '.join(running)}" if running else "no operation")
        lines.append(f"  {start} to {end}: {'; '.join(words)}.")
    return "\n".join(lines)


def _in_range(row: dict[str, Any]) -> str:
    """Return the range of a number in words, and whether the number stands at an end of it."""
    at = next((f", at its {end} end" for end, k in (("lower", 0), ("upper", 1)) if row["value"] == row["range"][k]), "")
    return f", {range_words(row['range'])}{at}"


def _held(steps: list[Step], date: dt.date, otherwise: float) -> float:
    """Return the value that holds on a date."""
    return next((step.value.value for step in reversed(steps) if step.since <= date), otherwise)


def _assumed(scenario: Scenario) -> str:
    rows = grounds_table(scenario)
    kinds = ("claim", "calibrated", "assumption", "bare", "setting", "default")
    numbers = {kind: sum(row["kind"] == kind for row in rows) for kind in kinds}
    names = {"calibrated": "calibrated / calibrated", "bare": "bare / bare"}
    counts = ", ".join(counted(n, names.get(kind, kind)) for kind, n in numbers.items() if n)
    bare = [
        f"  {row['path']} = {row['value']:g} {unit_beside(row['value'], row['unit'])}".rstrip()
        for row in rows
        if row["kind"] == "bare"
    ]
    altered = [f"  {note['path']}: {note['from']} -> {note['to']}" for note in scenario.metadata.get("altered", [])]
    lines = [f"What the numbers rest on: {counts}."]
    ranged = [row for row in rows if row.get("range")]
    if ranged:
        lines.append("Numbers that are uncertain, with their range (a sweep without bounds runs through it):")
        lines += [
            f"  {row['path']} = {row['value']:g} {unit_beside(row['value'], row['unit'])}".rstrip() + _in_range(row)
            for row in ranged
        ]
    lines += ["Numbers without a source (they count as assumptions):", *bare] if bare else []
    lines += ["Changed from the original:", *altered] if altered else []
    return "\n".join(lines)
