"""Persons with names: who they are, whom they know, what was done to them on which day, and what the record says of them."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from greatfear.scenario.population import BUILT_IN_TIES, Id
from greatfear.scenario.quantity import Part


class NamedTie(Part):
    """A tie of a person with a name to another one; all such ties are mutual."""

    to: Id = Field(description="id of the other person")
    kind: Id = Field("acquaintance", description="kin, unit, acquaintance, organisation, or a kind of your own")
    source: str = Field("", description="key of the source that shows the tie")
    place: str = Field("", description="place in that source")


class Fate(Part):
    """What the record says became of a person. The report shows it beside the run; the run never reads it."""

    arrested: dt.date | None = Field(None, description="day of the arrest")
    died: dt.date | None = Field(None, description="day of death")
    what: str = Field("", description="what became of the person, in words")
    source: str = Field("", description="key of a source")
    place: str = Field("", description="place in that source")


class NamedPerson(Part):
    """A person whom the scenario names; everybody else is a number.

    The person takes the place of somebody of the region and stratum, and is in the record from the first day. Dates are
    inputs: on `arrested`, and on no statement before, the person is arrested by the order `under`, is questioned on
    `questioned`, and is sentenced on `tried` at the earliest. From `held_out` on, until the sentence, interrogators
    hold out the name in every sitting.
    """

    id: Id
    name: str = ""
    region: Id | None = Field(None, description="where the person lives; absent: the first region")
    stratum: Id | None = Field(None, description="absent: the first stratum")
    abroad: bool = Field(False, description="true: lives abroad, knows nobody here, and is met by a sham only")
    attributes: dict[Id, str] = Field(default_factory=dict, description="what is known of the person, in words")
    ties: list[NamedTie] = Field(default_factory=list, max_length=40)
    arrested: dt.date | None = Field(None, description="day of the arrest, an input; absent: left to the run")
    under: Id | None = Field(None, description="order by which the person is arrested")
    questioned: dt.date | None = Field(None, description="day of the first sitting; absent: after `offices.wait` days")
    tried: dt.date | None = Field(None, description="earliest day of the sentence; absent: by the board's own delay")
    held_out: dt.date | None = Field(
        None, description="from that day on interrogators hold out the name; absent: never"
    )
    fate: Fate = Fate()
    source: str = Field("", description="key of the source for who the person was")
    place: str = Field("", description="place in that source")


def own_tie_kinds(rows: list[str], persons: list[NamedPerson]) -> list[str]:
    """Return the kinds of ties that are the scenario's own, of tie rows and of persons with names, in alphabetical order."""
    kinds = {*rows, *(tie.kind for person in persons for tie in person.ties)}
    return sorted(kinds - set(BUILT_IN_TIES))
