"""How accusation works: naming, leads, offices."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from greatfear.scenario.population import Id, Share
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed

Coefficient = Annotated[Quantity, Unit("", -50, 50)]
Rate = Annotated[Quantity, Unit("per day", 0, 1e6)]
Days = Annotated[Quantity, Unit("days", 0, 1e5)]


class Step(Part):
    """From a date on, a value holds until the next step."""

    since: dt.date
    value: Quantity


class NameCount(Part):
    """How many names a pressed person gives.

    ``negative-binomial`` and ``poisson``: mean ``at_rest + (under_pressure - at_rest) * pressure``. ``each``: every contact
    is named with the probability given by the same formula (Reed-Frost).
    """

    rule: Literal["negative-binomial", "poisson", "each"] = "negative-binomial"
    at_rest: Annotated[Quantity, Unit("names", 0, 32)] = assumed(0.5, "few names without pressure")
    under_pressure: Annotated[Quantity, Unit("names", 0, 32)] = assumed(2.0, "some names under full pressure")
    dispersion: Annotated[Quantity, Unit("size r", 1e-3, 1e6)] = assumed(1.0, "geometric spread: few name many")


class Pools(Part):
    """Who besides contacts comes to mind: drawn from pools, each candidate carrying the log of pool over draws."""

    prompted: int = Field(0, ge=0, le=16, description="names held out by the interrogator, from the best open leads")
    notorious: int = Field(0, ge=0, le=16, description="persons accused lately in the region")
    notorious_days: int = Field(90, ge=1, le=10_000, description="how long an accusation is remembered")
    doomed: int = Field(0, ge=0, le=16, description="persons of the region who were sentenced already")
    strangers: int = Field(0, ge=0, le=64, description="anybody of the region")


class Naming(Part):
    """Whom a pressed person names: formula terms and their coefficients, the same object that `estimate` fits."""

    count: NameCount = NameCount()
    theta: dict[str, Coefficient] = Field(
        default_factory=dict,
        description="term in formula form, such as 'kin' or 'accused(window=30, transform=log1p)', to coefficient",
    )
    pools: Pools = Pools()


class Motives(Part):
    """Shares of motives among denouncers; the rest is malice. Kept in Truth, the process does not read them."""

    conviction: Share = assumed(0.4, "no measurement exists")
    self_protection: Share = assumed(0.4, "no measurement exists")


class Denunciation(Part):
    """Denunciations by anybody: rate `rate * exp(fear * F)` per person and day."""

    rate: Annotated[Quantity, Unit("per person and day", 0, 1)] = assumed(0.0, "no denunciations")
    fear: Coefficient = assumed(0.0, "fear does not move denouncers")
    motives: Motives = Motives()


class Informers(Part):
    """Reports by informers; each names a real member it knows with `true`, else gives a false alarm with `false`.

    Where people know of informers they talk less: `true` is multiplied by exp(-caution * informers per thousand persons of
    the region).
    """

    rate: Annotated[Quantity, Unit("reports per informer and day", 0, 10)] = assumed(0.0, "no reports")
    true: Share = assumed(0.5, "informers see half of what they could")
    false: Share = assumed(0.1, "a tenth of reports without a member are alarms")
    fear: Coefficient = assumed(0.0, "fear raises the odds of a false alarm; log-odds per unit of F")
    caution: Annotated[Quantity, Unit("per informer in a thousand persons", 0, 1e3)] = assumed(
        0.0, "people talk as freely among many informers as among few"
    )


class Accidents(Part):
    """Accidents by region, read as sabotage with a probability that grows with fear.

    A share `sabotage` of them is real: a person of the unit, or a member of the organisation `by`, did it. Truth keeps who. When
    an accident is read as sabotage, that person is among the suspects with probability `seen`; the other suspects are chosen
    from the unit as after any accident. With `sabotage` 0 nobody did anything, and the office still sees accidents.
    """

    rate: Annotated[Quantity, Unit("per million persons and day", 0, 1e4)] = assumed(0.0, "no accidents")
    sabotage: Share = assumed(0.0, "no accident is real sabotage")
    suspicion: Share = assumed(0.1, "a tenth of accidents are read as sabotage without fear")
    fear: Coefficient = assumed(0.0, "log-odds of suspicion per unit of F")
    subjects: int = Field(2, ge=1, le=16, description="persons of the unit against whom leads are opened")
    by: Id | None = Field(
        None,
        description="organisation whose members do the sabotage; absent: a person of the unit",
        json_schema_extra=LATER,
    )
    seen: Share = assumed(0.0, "a person who did it is suspected no more often than others of the unit", later=True)


class Weights(Part):
    """What a statement adds to the score of a lead, by channel."""

    denunciation: Annotated[Quantity, Unit("points", 0, 1e3)] = assumed(1.0, "the unit of the scale")
    report: Annotated[Quantity, Unit("points", 0, 1e3)] = assumed(1.0, "as a denunciation")
    interrogation: Annotated[Quantity, Unit("points", 0, 1e3)] = assumed(1.0, "as a denunciation")
    accident: Annotated[Quantity, Unit("points", 0, 1e3)] = assumed(1.0, "as a denunciation")
    document: Annotated[Quantity, Unit("points", 0, 1e3)] = assumed(1.0, "as a denunciation")


class Leads(Part):
    """What brings persons to the notice of an office before anybody is pressed."""

    denunciation: Denunciation = Denunciation()
    informers: Informers = Informers()
    accidents: Accidents = Accidents()
    weights: Weights = Weights()
    memory: Annotated[Quantity, Unit("days", 1, 1e5)] = assumed(180, "a statement's weight falls by e in half a year")


class Confession(Part):
    """Log-odds of confessing: `base + pressure * c + member * (1 if a real member)`."""

    base: Coefficient = assumed(-2.0, "few confess without pressure")
    pressure: Coefficient = assumed(3.0, "pressure makes most confess")
    member: Coefficient = assumed(0.5, "a real member has more to confess")


class Staff(Part):
    """Who does the work: one staff per region, in investigator-days, shared by lists and by cases with interrogation.

    A region has ``investigators * drafts * zeal^eagerness`` days of work a day. Filing an arrest takes `filing`; a person who is
    questioned takes `case_at_rest` without pressure and `case_pressed` under full pressure, in proportion in between. Lists are
    served first, but cannot take the share `kept`; orders are carried out on their day in any case. With `investigators` 0 no
    staff is counted, and `offices.arrests` alone limits.
    """

    investigators: Annotated[Quantity, Unit("investigators per 100,000 persons", 0, 1e5)] = assumed(
        0.0, "no staff is counted"
    )
    drafts: list[Step] = Field(default_factory=list, description="factor on the investigators; 1 before the first step")
    eagerness: Coefficient = assumed(
        1.0, "an eager chief gets longer days out of the same staff, in proportion to zeal"
    )
    filing: Days = assumed(0.2, "several arrests a day are written up by one investigator")
    case_at_rest: Days = assumed(20, "a case that is investigated")
    case_pressed: Days = assumed(3, "a confession is taken by force")
    kept: Share = assumed(0.2, "a fifth of the staff is kept for cases")


class Offices(Part):
    """What every regional office can do; steps give the dates from which a value holds.

    Arrests, prison places and investigators are counted per 100,000 persons of the region. With ``per: office`` they are counted
    per office, as suits a small world: arrests a day, places and investigators of each office.
    """

    arrests: Annotated[Quantity, Unit("arrests from leads per 100,000 persons and day", 0, 1e5)] = assumed(
        1e5, "no limit of capacity"
    )
    per: Literal["100,000 persons", "office"] = Field(
        "100,000 persons",
        description="by what `arrests`, `custody` and `staff.investigators` are counted: persons of the region, or offices",
        json_schema_extra=LATER,
    )
    pressure: list[Step] = Field(default_factory=list, description="pressure in interrogations, 0 to 1")
    evidence: list[Step] = Field(
        default_factory=list, description="statements by distinct speakers before an arrest, 1 to 100"
    )
    wait: Days = assumed(1, "days from arrest to the sitting")
    pressed: Share = assumed(1.0, "everybody arrested on a lead is asked for names")
    custody: Annotated[Quantity, Unit("places per 100,000 persons", 0, 1e5)] = assumed(1e5, "no limit of prison places")
    staff: Staff = Staff()
    confession: Confession = Confession()
    fear_decay: Annotated[Quantity, Unit("days", 1, 1e5)] = assumed(60, "fear fades by e in two months")
