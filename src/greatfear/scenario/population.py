"""Who lives in the supposed world: regions, strata, households, units, ties, organisations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from greatfear.scenario.plans import Plans
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed

BUILT_IN_TIES = ("kin", "unit", "acquaintance", "organisation")
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Share = Annotated[Quantity, Unit("share", 0, 1)]
Count = Annotated[Quantity, Unit("persons", 0, whole=True)]


class Region(Part):
    """A territory with one office."""

    id: Id
    name: str = Field("", description="name as printed in the sources; the id where empty")
    group: str = Field("", description="republic or other group the region belongs to")
    persons: Annotated[Quantity, Unit("persons", 2, 2e9, whole=True)]
    shares: dict[Id, Share] = Field(default_factory=dict, description="stratum shares that differ here")


class Stratum(Part):
    """A part of society; a household has one stratum."""

    id: Id
    name: str = ""
    share: Share
    seniority: Share = assumed(0.0, "no rank")
    listed: Share = assumed(0.0, "nobody of the stratum stands on a register before the first event")


class Contacts(Part):
    """How many people a person knows besides the household; all acquaintance is mutual."""

    unit: int = Field(4, ge=0, le=40, description="acquaintances in the same unit; even")
    region: int = Field(4, ge=0, le=40, description="acquaintances in the same region; even")
    country: int = Field(2, ge=0, le=40, description="acquaintances anywhere; even")


class StateTies(Part):
    """Ties along which cases of the state security spread: the head of each household of these strata serves the state.

    He knows `workplace` colleagues in an apparatus of `apparatus` heads of the region, and is tied by patronage to `patronage`
    heads of the region and to `country` heads anywhere. All ties are mutual. Others of the household have no such ties.
    """

    strata: list[Id] = Field(
        default_factory=list, description="strata whose heads of household serve the state; empty: none"
    )
    apparatus: int = Field(20, ge=2, le=100_000, description="heads of household in one apparatus")
    workplace: int = Field(0, ge=0, le=40, description="colleagues known in the apparatus; even")
    patronage: int = Field(0, ge=0, le=40, description="ties of patronage in the region; even")
    country: int = Field(0, ge=0, le=40, description="ties of patronage anywhere in the country; even")


class Organisation(Part):
    """A real organisation; its members know some fellow members."""

    id: Id
    members: Count
    regions: list[Id] = Field(default_factory=list, description="where its members live; empty: everywhere")
    fellows: int = Field(2, ge=0, le=40, description="fellow members each member knows; even")
    abroad: bool = Field(False, description="true: its members live abroad and come only for an attempt")
    plans: Plans = Plans()


class TieRow(Part):
    """One explicit tie between two persons, numbered from 0 over the regions in order."""

    a: int = Field(ge=0)
    b: int = Field(ge=0)
    kind: Id = Field("acquaintance", description="kin, unit, acquaintance, organisation, or a kind of your own")


class Ties(Part):
    """Where ties come from.

    ``computed``: never stored, a keyed permutation answers who knows whom. ``small-world``: a stored Watts-Strogatz ring
    with households as kin. ``table``: exactly the rows given.
    """

    rule: Literal["computed", "small-world", "table"] = "computed"
    neighbours: int = Field(10, ge=2, le=200, description="small-world: ring neighbours of each person; even")
    rewiring: Share = assumed(0.1, "share of ring ties rewired at random; small-world only")
    rows: list[TieRow] = Field(default_factory=list, description="table: the ties")

    @property
    def own_kinds(self) -> list[str]:
        """Return the kinds of these ties that are the scenario's own, in alphabetical order; persons with names may have more."""
        return sorted({row.kind for row in self.rows} - set(BUILT_IN_TIES))


class Population(Part):
    """Persons, their strata, households, units and contacts."""

    regions: Annotated[list[Region], Field(min_length=1, max_length=1000)]
    strata: list[Stratum] = Field(
        default_factory=list, max_length=60, description="absent: one stratum `everybody`, to which all belong"
    )
    household: int = Field(
        4,
        ge=1,
        le=32,
        description="persons in a household, kin to one another; `none` or 1: nobody is kin by household",
    )
    unit: int = Field(40, ge=1, le=100_000, description="persons in a workplace or village; a multiple of household")
    contacts: Contacts = Contacts()
    ties: Ties = Ties()
    state: StateTies = StateTies()
    informers: Share = assumed(0.0, "no informers")
    attributes: dict[Id, Any] = Field(
        default_factory=dict,
        description="attributes of your own: a value for each person, in the order of their numbers",
        json_schema_extra=LATER,
    )
    organisations: list[Organisation] = Field(default_factory=list, max_length=20)
