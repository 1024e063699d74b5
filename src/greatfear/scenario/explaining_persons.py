"""Persons with names, in words."""

from __future__ import annotations

from greatfear.scenario.model import Scenario
from greatfear.scenario.persons import NamedPerson


def persons_in_words(scenario: Scenario) -> str:
    """Return who has a name and what is given about each person; empty where nobody has."""
    lines = [f"  {_person(scenario, person)}" for person in scenario.persons]
    return "\n".join(["Persons with names (everybody else is a number):", *lines]) if lines else ""


def _person(scenario: Scenario, person: NamedPerson) -> str:
    """Return the line of one person."""
    names = {one.id: one.name for one in scenario.persons}
    words = [", ".join(f"{key} {value}" for key, value in person.attributes.items())]
    words.append("lives abroad" if person.abroad else "")
    ties = [f"{names[tie.to]} ({tie.kind})" for tie in person.ties]
    words.append(f"knows {', '.join(ties)}" if ties else "")
    words.append(f"arrested on {person.arrested} under {person.under} (given)" if person.arrested else "")
    words.append(f"first questioned on {person.questioned} (given)" if person.questioned else "")
    words.append(f"sentenced on {person.tried} at the earliest (given)" if person.tried else "")
    words.append(f"the name is held out in sittings from {person.held_out} on" if person.held_out else "")
    said = "; ".join(word for word in words if word)
    return f"{person.name}: {said}." if said else f"{person.name}."
