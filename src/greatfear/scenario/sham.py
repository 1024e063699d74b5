"""A sham organisation: one that an office asserts and that never was; its growth, its friends abroad, its end."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from greatfear.scenario.population import Count, Id, Share
from greatfear.scenario.process import Days, Rate
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed


class Growth(Part):
    """How a sham grows: each approach goes to one contact, who joins with a probability."""

    approaches: Rate = assumed(0.0, "approaches nobody")
    drawn: Share = assumed(1.0, "anyone who was drawn in approaches others as often as an agent does, without knowing")
    member: Share = assumed(0.5, "half of the real members join")
    other: Share = assumed(0.05, "one in twenty of the others is provoked into joining")
    arrests: Annotated[Quantity, Unit("arrests per drawn-in person and day", 0, 1)] = assumed(0.0, "all are left free")


class Leader(Part):
    """The leader of a real organisation, who trusts the sham and meanwhile holds plans back."""

    organisation: Id
    trust: Share = assumed(0.0, "does not trust it yet")
    restraint: Share = assumed(0.0, "holds nothing back")
    released: Share = assumed(0.0, "what was held back is given up after the exposure")
    release: Days = assumed(60, "days over which what was held back is made up for")
    person: Id | None = Field(None, description="person with a name who leads it", json_schema_extra=LATER)


class InnerLine(Part):
    """Meetings with the leaders, and the counter-intelligence that vets anyone who comes to them."""

    contacts: Rate = assumed(0.0, "no meetings")
    gain: Share = assumed(0.0, "a meeting does not move trust")
    found_out: Share = assumed(0.0, "nobody is found out")
    warning: Share = assumed(0.5, "half of the trust is lost when an agent is found out")
    arrest: Share = assumed(0.0, "an arrest of a drawn-in person costs no trust")


class Visit(Part):
    """A journey of somebody from abroad that the office watches from beginning to end; a dated input."""

    id: Id
    name: str = ""
    start: dt.date
    days: int = Field(1, ge=1, le=10_000)
    gain: Share = assumed(0.0, "what is seen does not move trust")
    person: Id | None = Field(None, description="person with a name who travels", json_schema_extra=LATER)


class Target(Part):
    """A person abroad whom the sham tries to bring over the border."""

    id: Id
    name: str = ""
    rate: Annotated[Quantity, Unit("attempts per day", 0, 1)] = assumed(0.0, "no attempts")
    success: Share = assumed(0.1, "one attempt in ten succeeds at full trust")
    cost: Share = assumed(0.0, "an arrest of the target costs no trust")
    since: dt.date | None = Field(None, description="first day of attempts; absent: from the start of the sham")
    until: dt.date | None = Field(None, description="first day without attempts; absent: the end of the sham")
    person: Id | None = Field(None, description="person with a name who is lured", json_schema_extra=LATER)
    ends: Days = assumed(
        0, "an arrest of the target does not give the sham away; else days until it is known", later=True
    )


class Legend(Part):
    """What is reported upward: persons drawn in, and members who were invented."""

    every: int = Field(30, ge=1, le=1000, description="days between two reports")
    factor: Annotated[Quantity, Unit("invented members per person reported", 0, 100)] = assumed(
        0.0, "nobody is invented"
    )
    struck: Share = assumed(0.0, "nothing of it is struck from the belief of the centre after the exposure")


class Defection(Part):
    """How the sham ends: an agent goes over and the file becomes known; afterwards nobody abroad trusts it."""

    hazard: Annotated[Quantity, Unit("per day", 0, 1)] = assumed(0.0, "nobody defects")
    date: dt.date | None = Field(None, description="a dated defection: an input")
    arrested: Share = assumed(0.0, "drawn-in persons are left free after the exposure")
    person: Id | None = Field(None, description="agent with a name who goes over", json_schema_extra=LATER)
    others: Share = assumed(0.0, "what becomes known of one sham casts no doubt on another", later=True)


class Reader(Part):
    """A foreign service that is given the reports of the sham, by a way of its own, and does not know of the others' ways.

    Each report reaches it with probability `share`, after `delay` days on average. It believes in a person once `enough` papers
    that look independent name the person: its own, and those that the other services tell it, each with probability `told`.
    All these papers go back to one report. Each time that a service comes to believe, the leaders trust the sham more, by `gain`.
    """

    id: Id
    name: str = ""
    share: Share = assumed(1.0, "it is given every report")
    delay: Days = assumed(30, "mean days until a report reaches it; exponential")
    told: Share = assumed(0.0, "the services tell one another nothing")
    enough: int = Field(2, ge=1, le=20, description="papers that look independent before it believes")
    gain: Share = assumed(0.0, "what a service believes does not move the leaders")


class Sham(Part):
    """A sham organisation of an office."""

    id: Id
    name: str = ""
    start: dt.date
    region: Id | None = Field(None, description="region of its office and agents; absent: the first")
    agents: Count = assumed(1, "one agent")
    named: list[Id] = Field(
        default_factory=list, description="persons with names among its agents", json_schema_extra=LATER
    )
    network: Id | None = Field(None, description="real organisation on whose members it is built; absent: from nothing")
    initial: Count = assumed(0, "no member of that organisation is drawn in at the start")
    growth: Growth = Growth()
    leaders: list[Leader] = Field(default_factory=list, max_length=20)
    inner_line: InnerLine = InnerLine()
    visits: list[Visit] = Field(default_factory=list, max_length=100)
    targets: list[Target] = Field(default_factory=list, max_length=100)
    legend: Legend = Legend()
    defection: Defection = Defection()
    readers: list[Reader] = Field(default_factory=list, max_length=20, json_schema_extra=LATER)
