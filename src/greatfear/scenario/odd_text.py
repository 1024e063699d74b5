# ruff: noqa: E501  prose
"""The ODD protocol of a scenario (Overview, Design concepts, Details), made from its values."""

from __future__ import annotations

from greatfear.scenario.citing import cite
from greatfear.scenario.explaining import explain
from greatfear.scenario.model import Scenario

__all__ = ["odd"]

_ENTITIES = """Persons (region, stratum, household, unit; informer or member of a real organisation), offices (one per region:
arrests, custody, pressure, evidence rule), boards, operations and orders, chiefs, and the centre. Persons with names, where
the scenario gives them, are in the record from the first day. Fixed attributes of a
person are computed from the seed and never stored; only persons who enter the record have state: accused, arrested,
pressed, sentenced. One step is one day. Times in the record are real-valued days since {start}."""

_PROCESS = """Every day, in this order: fear is updated; shams, where supposed,
approach, meet, watch, lure, arrest and report, also to foreign services that tell one another; real organisations with plans attempt what is not held back; denunciations, informers' reports and accidents make statements;
offices arrest from leads in order of score up to capacity and custody places if the evidence rule is met, from the
registers of running operations, and from orders, persons with names on the day given for them; those arrested are put through one sitting after the wait: confession,
then names; cases are sentenced by the first route that fits, subject to the capacity of the board; requests and grants
change limits; the belief of the centre, chiefs and the halt are updated. All sittings of a day see the state at the end
of the day before."""

_CONCEPTS = {
    "Basic principles": "Accusation as a cascade of naming under pressure, kept apart from lists drawn to meet numbers.",
    "Emergence": "Sizes and chains of cases, root causes and the belief of the centre emerge; limits and dates are input.",
    "Adaptation": "Denunciation and suspicion answer to fear; requests for more places answer to zeal.",
    "Objectives": "None: no actor maximises anything; leaders abroad hold plans back as far as they trust a sham.",
    "Learning": "The centre updates a belief from names and arrests; nobody else learns.",
    "Prediction": "None.",
    "Sensing": "A sham sees the contacts of its people; the other side vets whom it meets. A pressed person sees contacts, what the interrogator holds out, and who is notorious or already sentenced.",
    "Interaction": "Through statements only: who is named may be arrested and name others.",
    "Stochasticity": "Every draw is addressed by seed, replicate, purpose and persons: variants compare person by person.",
    "Collectives": "Households, units, strata, regions and organisations.",
    "Observation": "The archive: statements, acts, ties, offices. The truth of the world is written apart. Papers can lie\n"
    "between: copies, code names, spellings, dates that lose precision, losses by fire and selection.",
}


def odd(scenario: Scenario) -> str:
    """Return the ODD protocol text of `scenario` in Markdown: the seven elements, with its values.

    References
    ----------
    Grimm et al. (2020), The ODD protocol, JASSS 23(2) 7, 10.18564/jasss.4259.
    """
    purpose = scenario.about.strip() or "To see what archive these rules and offices would leave behind."
    concepts = "\n".join(f"- **{name}.** {text}" for name, text in _CONCEPTS.items())
    strata = ", ".join(stratum.name for stratum in scenario.population.strata)
    elements = [
        f"# ODD protocol: {scenario.title}\n\nAfter Grimm et al. (2020), 10.18564/jasss.4259.",
        f"## 1. Purpose and patterns\n\n{purpose}\n\nPatterns to be met: sizes of cases, spread over time and regions, outcomes.",
        f"## 2. Entities, state variables and scales\n\n{_ENTITIES.format(start=scenario.time.start)}\n\n{_scales(scenario)}",
        f"## 3. Process overview and scheduling\n\n{_PROCESS}",
        f"## 4. Design concepts\n\n{concepts}",
        f"## 5. Initialization\n\nOn {scenario.time.start} nobody is accused. Strata: {strata}. Registers hold the listed shares. The centre believes in {scenario.centre.prior.value:,.0f} enemies.",
        f"## 6. Input data\n\nDated inputs and numbers, with what they rest on:\n\n```text\n{cite(scenario)}```",
        f"## 7. Submodels\n\n```text\n{explain(scenario)}```",
    ]
    return "\n\n".join(elements) + "\n"


def _scales(scenario: Scenario) -> str:
    """Return the scales of the scenario in one sentence."""
    persons = int(sum(region.persons.value for region in scenario.population.regions))
    days = (scenario.time.end - scenario.time.start).days
    return f"Scales: {persons:,} persons, {len(scenario.population.regions)} regions, {days:,} days."
