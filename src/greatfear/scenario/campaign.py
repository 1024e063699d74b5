"""Campaigns from above and what judges the arrested: operations, orders, boards, routes, chiefs, the centre, the halt."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from greatfear.scenario.population import Count, Id, Share
from greatfear.scenario.process import Coefficient, Days, Step
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed

File = Literal["suspects", "register", "none"]
CHANNELS = ("denunciation", "report", "interrogation", "accident", "document")
"""Channels of statements in the order of their codes."""


class Limit(Part):
    """Places for one region: first category (death) and second (camp)."""

    first: Count
    second: Count


class Grant(Part):
    """A documented change of a limit, given as input."""

    date: dt.date
    region: Id
    first: Count = assumed(0, "no change of this category")
    second: Count = assumed(0, "no change of this category")


class Requests(Part):
    """When a region asks for more, and what the centre answers."""

    threshold: Share = assumed(0.9, "asks when nine tenths are used")
    probability: Annotated[Quantity, Unit("per day and unit of zeal", 0, 1)] = assumed(0.0, "no requests")
    size: Annotated[Quantity, Unit("share of the places held so far", 0, 10)] = assumed(0.25, "a quarter more")
    first: Share = assumed(0.5, "half of what is asked for is first category")
    granted: Share = assumed(0.9, "refusals are hardly known")
    delay: Days = assumed(5, "days until the answer")
    until: dt.date | None = Field(
        None, description="first day on which no region asks any more; absent: the operation's end"
    )
    regions: list[Id] = Field(default_factory=list, description="regions that ask; empty: all")


class Prolongation(Part):
    """A decision that lengthens the term of an operation: from `decided` on it runs until the later end."""

    decided: dt.date
    until: dt.date


class Operation(Part):
    """A campaign that draws persons from registers to meet a number, or at a rate.

    With `limits`, the office draws `zeal * open places / pace` persons a day; without, each listed person is drawn at rate
    `hazard * zeal`. A person arrested on a lead counts as a case of the first running operation that covers the stratum and
    has `takes_leads`; with `takes_named`, an operation takes in whom its own cases were the first to name, whatever the
    stratum. The term is `end`, or the last `until` of the prolongations that were decided by then; between a term
    that has run out and the decision nobody is drawn. With `first_ahead`, that share of new cases goes into the first category
    as long as it has places, the others in proportion to open places. With `from_custody`, that share of persons of the strata
    who were arrested otherwise is handed over to a running operation when they come up for sentence.
    """

    id: Id
    name: str = ""
    start: dt.date
    end: dt.date
    prolongations: list[Prolongation] = Field(default_factory=list, max_length=30)
    strata: Annotated[list[Id], Field(min_length=1)]
    regions: list[Id] = Field(default_factory=list, description="empty: all")
    starts: dict[Id, dt.date] = Field(default_factory=dict, description="regions that start later")
    limits: dict[Id, Limit] = Field(default_factory=dict)
    grants: list[Grant] = Field(default_factory=list)
    requests: Requests = Requests()
    pace: Annotated[Quantity, Unit("days", 1, 1e5)] = assumed(60, "open places are filled by e in two months")
    hazard: Annotated[Quantity, Unit("per listed person and day", 0, 1)] = assumed(0.0, "draws come from limits only")
    hazards: list[Step] = Field(
        default_factory=list, description="hazard by date; before the first step `hazard` holds"
    )
    first_ahead: Share = assumed(0.0, "categories are filled in proportion to their open places")
    from_custody: Share = assumed(0.0, "nobody is taken over from other cases")
    surge: Annotated[Quantity, Unit("factor", 0, 1e3)] = assumed(1.0, "no rush at the start")
    surge_days: Days = assumed(0, "no rush at the start")
    takes_leads: bool = True
    takes_named: bool = Field(
        False,
        description="whether it takes in whom its own cases name first, whatever the stratum",
        json_schema_extra=LATER,
    )
    pressed: Share = assumed(1.0, "everybody arrested is asked for names")
    file: File = Field("register", description="what its draws come off: suspects (the belief), register, none")
    listed: Any = Field(
        None,
        description="the persons on its list, by number, in the order of the list; absent: drawn from the registers",
        json_schema_extra=LATER,
    )


class Order(Part):
    """A list from above: a number of persons of a stratum, spread over days and over regions by population."""

    id: Id
    name: str = ""
    start: dt.date
    days: int = Field(1, ge=1, le=100_000)
    persons: Count
    strata: Annotated[list[Id], Field(min_length=1)]
    regions: list[Id] = Field(default_factory=list, description="empty: all")
    file: File = Field("suspects", description="what its arrests come off: suspects (the belief), register, none")
    listed: Any = Field(
        None,
        description="the persons on its list, by number, in the order of the list; absent: drawn from the strata",
        json_schema_extra=LATER,
    )


class Outcomes(Part):
    """Shares of outcomes; the rest is released.

    In a file, an outcome that the scenario lists under `outcomes` stands beside the others: ``{warned: 0.3}``.
    """

    death: Share = assumed(0.0, "none")
    camp: Share = assumed(0.0, "none")
    exile: Share = assumed(0.0, "none")
    other: Share = assumed(0.0, "none")
    own: dict[Id, Share] = Field(
        default_factory=dict, description="shares of the outcomes that the scenario lists", json_schema_extra=LATER
    )


class Board(Part):
    """A court or board: who judges, on what evidence, with what delay.

    The evidence is `evidence` statements, or a confession where that is ``enough``, or both where it is ``needed``. With
    `judges`, that number of persons of the stratum `bench` who are free sit on each day; the accused come to know them,
    and they can be named like others of whom one has heard. A ``public`` trial is heard of in every region: it adds `fear`
    there, and those sentenced come to mind everywhere.
    """

    id: Id
    name: str = ""
    kind: Literal["board", "court", "closed", "public", "summary"] = "board"
    delay: Days = assumed(30, "mean days from arrest to sentence, exponential")
    least: Days = assumed(1, "least days from arrest to sentence")
    second_wait: Days = assumed(
        0, "both categories wait alike; else further mean days of the second category", later=True
    )
    capacity: Annotated[Quantity, Unit("sentences per day", 0, 1e9)] = assumed(1e9, "no backlog")
    evidence: int = Field(0, ge=0, le=100, description="statements by distinct speakers needed; with fewer: released")
    by_category: bool = Field(False, description="first category: death, second: camp; outcomes are for cases without")
    outcomes: Outcomes = Outcomes()
    confession: Literal["none", "enough", "needed"] = Field(
        "none", description="none: statements alone count; enough: a confession will do; needed: without one released"
    )
    judges: int = Field(0, ge=0, le=30, description="persons of the record who sit in judgment")
    bench: str = Field("", description="stratum of the judges")
    sits: list[Id] = Field(
        default_factory=list, description="persons with names who are judges before others", json_schema_extra=LATER
    )
    suspicion: Share = assumed(
        0.0, "no judge is reported by a fellow judge; else the chance per judge and day of sentences"
    )
    fear: Annotated[Quantity, Unit("units of F per person sentenced in public", 0, 100)] = assumed(
        0.0, "a trial frightens nobody"
    )


class Route(Part):
    """The first route that fits a case on the day of its sentence names the board."""

    board: Id
    operations: list[Id] = Field(default_factory=list, description="empty: any, and cases of none")
    strata: list[Id] = Field(default_factory=list, description="empty: any")
    since: dt.date | None = None
    until: dt.date | None = None
    share: Share = assumed(1.0, "all cases that fit")
    confessed: bool = Field(
        False, description="only persons who confessed, as a public trial with prepared confessions takes"
    )


class Chief(Part):
    """Who heads the offices from a date on, and how eager."""

    name: str
    since: dt.date
    zeal: Annotated[Quantity, Unit("factor", 0, 100)]


class Dismissal(Part):
    """When a chief falls of the model's own accord; off where chiefs are dated.

    Too few: arrests of persons on file and draws of operations, per month, stay below `tolerance` times the belief for
    `months`. Too many: `too_many` of the most senior stratum have been arrested. The zeal of the successor is uniform from
    `zeal_low` to `zeal_high` after too few, from `mild_low` to `mild_high` after too many.
    """

    active: bool = False
    tolerance: Annotated[Quantity, Unit("arrests per month / belief", 0, 1)] = assumed(0.02, "too few below this")
    months: int = Field(6, ge=1, le=120)
    too_many: Annotated[Quantity, Unit("share of the most senior stratum arrested", 0, 1)] = assumed(
        0.5, "damage bound"
    )
    zeal_low: Annotated[Quantity, Unit("factor", 0, 100)] = assumed(0.5, "successor's zeal, uniform from here")
    zeal_high: Annotated[Quantity, Unit("factor", 0, 100)] = assumed(3.0, "to here")
    mild_low: Annotated[Quantity, Unit("factor", 0, 100)] = assumed(0.5, "after too many: uniform from here")
    mild_high: Annotated[Quantity, Unit("factor", 0, 100)] = assumed(3.0, "to here")
    halts: bool = Field(
        False, description="a chief who falls for too many takes the campaigns with him: the halt begins"
    )


class Report(Part):
    """What a service told the centre on a day: a number of further enemies, as the file of a sham organisation does."""

    id: Id
    name: str = ""
    date: dt.date
    enemies: Count


class Centre(Part):
    """What the centre believes about enemies at large, B, once a period; kept by file.

    The file of suspects: B <- max(0, B + credulity * (gamma * persons filed + claimed * confessions - arrested from the file)
    + (1 - credulity) * learning * (true - B)). A person is filed when named while free through a channel of `counts`. Those
    who come off B are persons on file and persons of orders and operations with `file: suspects`. Draws of operations with
    `file: register` come off the register's count, those with `file: none` off nothing. `true` is the number of real members
    at large: a centre of credulity 0 knows the false-confession rate and closes in on it. A period without a person filed,
    a confession or an arrest from the file teaches nothing. The prior and each report are added on their dates.
    """

    prior: Count = assumed(0, "believes in no enemies")
    prior_date: dt.date | None = Field(None, description="day on which the prior was told; absent: the first day")
    reports: list[Report] = Field(default_factory=list, max_length=100)
    reference: Count = assumed(0, "the prior")
    credulity: Share = assumed(1.0, "takes confessions at face value")
    gamma: Annotated[Quantity, Unit("enemies per name", 0, 100)] = assumed(1.0, "each new name is a new enemy")
    claimed: Annotated[Quantity, Unit("enemies per confession", 0, 100)] = assumed(
        0.0, "a confession stands for no member of an organisation beyond those it names"
    )
    counts: list[Id] = Field(
        default_factory=lambda: list(CHANNELS),
        description="channels through which a name is filed: denunciation, report, interrogation, accident, document",
    )
    learning: Share = assumed(0.25, "a centre that can judge evidence corrects a quarter of its error per period")
    period: int = Field(30, ge=1, le=1000, description="days between two updates")
    belief_drives: Coefficient = assumed(0.0, "zeal is multiplied by ((B + 1) / (reference + 1)) to this power")
    grants_follow: Coefficient = assumed(
        0.0, "the chance of a grant is multiplied by ((B + 1) / (reference + 1)) to this power"
    )
    dismissal: Dismissal = Dismissal()


class Halt(Part):
    """The end from above; afterwards these hold and every operation is over."""

    date: dt.date | None = Field(None, description="absent: never, unless arrests reach the bound")
    cost_bound: Annotated[Quantity, Unit("share of the population arrested", 0, 1)] = assumed(1.0, "no bound")
    arrests: Annotated[Quantity, Unit("factor on the capacity for arrests", 0, 1)] = assumed(0.1, "little work is left")
    pressure: Share = assumed(0.2, "pressure is forbidden but for exceptions")
    evidence: int = Field(2, ge=1, le=100)
    review: Share = assumed(0.3, "share of open cases released on review")
