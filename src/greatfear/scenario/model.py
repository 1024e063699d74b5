"""The resolved form of a scenario: everything explicit, every number with its grounds."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from greatfear.scenario.campaign import Board, Centre, Chief, Halt, Operation, Order, Route
from greatfear.scenario.custody import Mortality
from greatfear.scenario.documents import Service
from greatfear.scenario.fear import Fear
from greatfear.scenario.outcomes import MOST_OUTCOMES, Outcome
from greatfear.scenario.papers import Papers
from greatfear.scenario.persons import NamedPerson, own_tie_kinds
from greatfear.scenario.population import Id, Population
from greatfear.scenario.process import Leads, Naming, Offices
from greatfear.scenario.quantity import LATER, Part
from greatfear.scenario.sham import Sham
from greatfear.scenario.votes import Votes
from greatfear.scenario.words import Words
from greatfear.show.face import Json
from greatfear.show.wording import Wording

FORMAT: Literal["greatfear-scenario/1"] = "greatfear-scenario/1"


class SourceEntry(Part):
    """A source that claims refer to by its key."""

    citation: str
    year: int | None = None
    doi: str = ""
    url: str = ""
    licence: str = ""
    note: str = ""


class Span(Part):
    """The period simulated, half-open: [start, end)."""

    start: dt.date
    end: dt.date


class Scenario(Part):
    """A supposed history: persons, ties, offices and rules.

    Examples
    --------
    >>> from greatfear.scenario import from_dict
    >>> span = {"start": "1900-01-01", "end": "1900-02-01"}
    >>> population = {"regions": [{"id": "a", "name": "A", "persons": 100}], "strata": [{"id": "all", "share": 1}]}
    >>> from_dict({"id": "x", "title": "X", "time": span, "population": population}).population.household
    4
    """

    format: Literal["greatfear-scenario/1"] = FORMAT
    id: Id
    title: str
    about: str = Field("", description="what is supposed, in a paragraph")
    sources: dict[Id, SourceEntry] = Field(default_factory=dict)
    time: Span
    population: Population
    naming: Naming = Naming()
    leads: Leads = Leads()
    offices: Offices = Offices()
    operations: list[Operation] = Field(default_factory=list, max_length=60)
    orders: list[Order] = Field(default_factory=list, max_length=200)
    boards: Annotated[list[Board], Field(max_length=60)] = []
    routes: list[Route] = Field(default_factory=list, max_length=200)
    chiefs: list[Chief] = Field(default_factory=list, max_length=100)
    centre: Centre = Centre()
    halt: Halt = Halt()
    shams: list[Sham] = Field(default_factory=list, max_length=10)
    papers: Papers = Papers()
    fear: Fear = Fear()
    votes: Votes = Votes()
    documents: list[Service] = Field(default_factory=list, max_length=100)
    words: Words = Field(Words(), json_schema_extra=LATER)
    outcomes: list[Outcome] = Field(default_factory=list, max_length=MOST_OUTCOMES, json_schema_extra=LATER)
    persons: list[NamedPerson] = Field(default_factory=list, max_length=500, json_schema_extra=LATER)
    mortality: Mortality = Field(Mortality(), json_schema_extra=LATER)
    metadata: dict[str, Any] = Field(default_factory=dict, description="the one place where any key may stand")

    def __repr__(self) -> str:
        """Return id, title and period on one line."""
        days = (self.time.end - self.time.start).days
        return f"<Scenario {self.id!r}: {self.title}; {self.time.start} to {self.time.end}, {days:,} days>"

    def __str__(self) -> str:
        """Return the same line; `explain` returns what the scenario supposes."""
        return repr(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.explain())}</pre>"

    @property
    def tie_kinds(self) -> list[str]:
        """Return the kinds of ties that are the scenario's own, in alphabetical order."""
        return own_tie_kinds([row.kind for row in self.population.ties.rows], self.persons)

    @property
    def own_words(self) -> dict[str, dict[str, str]]:
        """Return the words that differ from the standard ones, by group and code, with those of the scenario's own outcomes."""
        own = self.words.own()
        named = {one.id: one.name or one.id.replace("-", " ") for one in self.outcomes}
        return own | ({"outcomes": own.get("outcomes", {}) | named} if named else {})

    @property
    def wording(self) -> Wording:
        """Return the words for what is printed, and what the scenario's own outcomes do to a person."""
        return Wording(self.own_words, {one.id: one.effect for one in self.outcomes})

    def alter(self, changes: Mapping[str, object]) -> Scenario:
        """Return a new scenario with other values at dotted paths; see `greatfear.scenario.altering.alter`."""
        from greatfear.scenario.altering import alter

        return alter(self, changes)

    def explain(self) -> str:
        """Return what the scenario means; see `greatfear.scenario.explaining.explain`."""
        from greatfear.scenario.explaining import explain

        return explain(self)

    def cite(self) -> str:
        """Return every number with what it rests on; see `greatfear.scenario.citing.cite`."""
        from greatfear.scenario.citing import cite

        return cite(self)

    def resolve(self) -> dict[str, Json]:
        """Return the resolved form as plain objects; see `greatfear.scenario.resolving.resolve`."""
        from greatfear.scenario.resolving import resolve

        return resolve(self)

    def odd(self) -> str:
        """Return the ODD protocol text; see `greatfear.scenario.odd_text.odd`."""
        from greatfear.scenario.odd_text import odd

        return odd(self)
