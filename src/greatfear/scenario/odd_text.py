# ruff: noqa: E501  prose
"""The ODD protocol of a scenario (Overview, Design concepts, Details), made from its values."""

from __future__ import annotations

from greatfear.scenario.citing import cite
from greatfear.scenario.explaining import explain
from greatfear.scenario.explaining_centre import is_idle
from greatfear.scenario.model import Scenario
from greatfear.show.wording import counted


def _entities(scenario: Scenario) -> str:
    """Return what there is in the scenario, and no more."""
    population = scenario.population
    informed = population.informers.value > 0 and scenario.leads.informers.rate.value > 0
    roles = [*["informer"] * informed, *["member of a real organisation"] * bool(population.organisations)]
    traits = [
        "region",
        *["stratum"] * (len(population.strata) > 1),
        *["household"] * (population.household > 1),
        "unit",
    ]
    powers = [
        *["boards"] * bool(scenario.boards),
        *["operations and orders"] * bool(scenario.operations or scenario.orders),
    ]
    powers += [*["chiefs"] * bool(scenario.chiefs), *["the centre"] * (not is_idle(scenario))]
    named = " Persons with names are in the record from the first day." if scenario.persons else ""
    kept = "only persons who enter the record have state: who named them, and each arrest, sitting and sentence"
    return (
        f"Persons ({', '.join(traits)}{'; ' if roles else ''}{' or '.join(roles)}), offices (one per region: "
        f"arrests, prison places, pressure, evidence rule){', ' if powers else ''}{', '.join(powers)}.{named} Fixed attributes of a person are\n"
        f"computed from the seed and never stored; {kept}.\n"
        f"One step is one day. Times in the record are real-valued days since {scenario.time.start}."
    )


def _process(scenario: Scenario) -> str:
    """Return the steps of a day, those of mechanisms only where they are supposed."""
    population, leads = scenario.population, scenario.leads
    informed = population.informers.value > 0 and leads.informers.rate.value > 0
    sources = [
        *["denunciations"] * bool(leads.denunciation.rate.value), *["informers' reports"] * informed,
        *["accidents"] * bool(leads.accidents.rate.value),
    ]  # fmt: skip
    steps = ["fear is updated"]
    if scenario.shams:
        steps.append(
            "shams approach, meet, watch and lure persons, make arrests and report, also to foreign services that tell one another"
        )
    if any(one.plans.hazard.value for one in population.organisations):
        steps.append("real organisations with plans attempt what is not held back")
    steps += [f"{_listed(sources)} make statements"] if sources else []
    arrests = "offices make arrests from leads in order of score, up to capacity and prison places, if the evidence rule is met"
    arrests += ", from the registers of running operations" if scenario.operations else ""
    arrests += ", and from orders" if scenario.orders else ""
    arrests += ", persons with names on the day given for them" if any(one.arrested for one in scenario.persons) else ""
    steps += [arrests, "each arrest leads to one sitting after the wait: confession, then names"]
    if scenario.boards:
        steps.append("cases come to a sentence by the first route that fits, subject to the capacity of the board")
    if any(one.limits for one in scenario.operations):
        steps.append("requests and grants change limits")
    if not is_idle(scenario):
        steps.append("the belief of the centre, chiefs and the halt are updated")
    return f"Every day, in this order: {'; '.join(steps)}. All sittings of a day see the state at the end of the day before."


def _listed(words: list[str]) -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _concepts(scenario: Scenario) -> dict[str, str]:
    """Return the design concepts, those of mechanisms only where they are supposed."""
    shams, centred, papers = bool(scenario.shams), not is_idle(scenario), not scenario.papers.is_off
    listed = bool(scenario.operations or scenario.orders)
    basic = "Accusation as a cascade of naming under pressure"
    emerge = ["sizes and chains of cases", "root causes", *["the belief of the centre"] * centred]
    adapt = "Denunciation and suspicion answer to fear"
    senses = ["A sham sees the contacts of its people; the other side vets whom it meets."] if shams else []
    senses += ["A person under pressure sees contacts, names that are held out, and who is notorious or gone for good."]
    population = scenario.population
    bodies = [
        *["households"] * (population.household > 1),
        "units",
        *["strata"] * (len(population.strata) > 1),
        "regions",
    ]
    bodies += [*["organisations"] * bool(population.organisations)]
    seen = "The archive: statements, acts, ties, offices. The truth of the world is written apart."
    lies = (
        " Papers lie between: copies, code names, spellings, dates that lose precision, losses by fire and selection."
    )
    return {
        "Basic principles": f"{basic}, kept apart from lists drawn to meet numbers." if listed else f"{basic}.",
        "Emergence": f"{_listed(emerge)} emerge; limits and dates are input.".capitalize(),
        "Adaptation": f"{adapt}; requests for more places answer to zeal."
        if any(o.limits for o in scenario.operations)
        else f"{adapt}.",
        "Objectives": "None: no actor maximises anything"
        + ("; leaders abroad hold plans back as far as they trust a sham." if shams else "."),
        "Learning": "The centre updates a belief from names and arrests; nobody else learns." if centred else "None.",
        "Prediction": "None.",
        "Sensing": " ".join(senses),
        "Interaction": "Through statements only: an arrest may follow a name, and its sitting gives further names.",
        "Stochasticity": "Every draw is addressed by seed, replicate, purpose and persons: variants compare person by person.",
        "Collectives": f"{_listed(bodies)}.".capitalize(),
        "Observation": seen + (lies if papers else ""),
    }


def odd(scenario: Scenario) -> str:
    """Return the ODD protocol text of `scenario` in Markdown: the seven elements, with its values, in the words of the case.

    References
    ----------
    Grimm et al. (2020), The ODD protocol, JASSS 23(2) 7, 10.18564/jasss.4259.
    """
    told = scenario.wording.reworded
    purpose = scenario.about.strip() or "To see what archive these rules and offices would leave behind."
    concepts = "\n".join(f"- **{name}.** {told(text)}" for name, text in _concepts(scenario).items())
    patterns = told("Patterns to be met: sizes of cases, spread over time and regions, outcomes.")
    elements = [
        f"# ODD protocol: {scenario.title}\n\nAfter Grimm et al. (2020), 10.18564/jasss.4259.",
        f"## 1. Purpose and patterns\n\n{purpose}\n\n{patterns}",
        f"## 2. Entities, state variables and scales\n\n{told(_entities(scenario))}\n\n{told(_scales(scenario))}",
        f"## 3. Process overview and scheduling\n\n{told(_process(scenario))}",
        f"## 4. Design concepts\n\n{concepts}",
        f"## 5. Initialization\n\n{told(_start(scenario))}",
        f"## 6. Input data\n\nDated inputs and numbers, with what they rest on:\n\n```text\n{cite(scenario)}```",
        f"## 7. Submodels\n\n```text\n{explain(scenario)}```",
    ]
    return "\n\n".join(elements) + "\n"


def _start(scenario: Scenario) -> str:
    """Return what there is on the first day."""
    strata = scenario.population.strata
    lines = [f"On {scenario.time.start} nobody is accused."]
    lines += [f"Strata: {', '.join(stratum.name for stratum in strata)}."] if len(strata) > 1 else []
    lines += ["Registers hold the listed shares."] if any(stratum.listed.value for stratum in strata) else []
    if not is_idle(scenario):
        lines.append(f"The centre believes in {counted(scenario.centre.prior.value, 'enemy', ',.0f')}.")
    return " ".join(lines)


def _scales(scenario: Scenario) -> str:
    """Return the scales of the scenario in one sentence."""
    persons = int(sum(region.persons.value for region in scenario.population.regions))
    days = (scenario.time.end - scenario.time.start).days
    n = len(scenario.population.regions)
    return f"Scales: {counted(persons, 'person', ',')}, {counted(n, 'region')}, {counted(days, 'day', ',')}."
