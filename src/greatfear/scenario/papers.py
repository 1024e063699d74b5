"""What lies between what was done and the archive that survived: names, code names, dates, copies, losses."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from greatfear.scenario.population import Id, Share
from greatfear.scenario.process import Days
from greatfear.scenario.quantity import LATER, Part, Quantity, Unit, assumed


class Schemes(Part):
    """Shares of entries whose Cyrillic names were transliterated so; the rest follows BGN/PCGN."""

    iso9: Share = assumed(0.0, "nothing in ISO 9")
    loc: Share = assumed(0.0, "nothing in the Library of Congress form")
    german: Share = assumed(0.0, "nothing in German spelling")
    polish: Share = assumed(0.0, "nothing in Polish spelling")


class Names(Part):
    """How the names of persons are written; every form is drawn once per entry."""

    recorded: Share = assumed(0.0, "no names are written, persons bear numbers only")
    schemes: Schemes = Schemes()
    no_patronymic: Share = assumed(0.0, "the patronymic is never dropped; share of entries")
    initials: Share = assumed(0.0, "given name and patronymic are never mere initials; share of entries")
    diminutive: Share = assumed(0.0, "no diminutives; share of entries that spell the given name out")
    misheard: Share = assumed(0.0, "no surname is misheard; share of entries")
    mistyped: Share = assumed(0.0, "no surname is mistyped; share of entries")
    split: Share = assumed(
        0.0, "everybody has one entry; share of statements that write the subject in a further spelling"
    )
    spellings: int = Field(3, ge=1, le=16, description="further spellings a person can have")
    joined: Share = assumed(0.5, "half of the further spellings stand in the archive's own index as aliases")


class Agents(Part):
    """Informers who report under code names, and those of them who serve a second side."""

    covered: Share = assumed(0.0, "informers report under their own names; share of informers with a code name")
    changes: Annotated[Quantity, Unit("changes of code name per year", 0, 365)] = assumed(0.0, "a code name stays")
    joined: Share = assumed(0.0, "no key to the code names survives; share of code names in the archive's own index")
    two_sides: Share = assumed(0.0, "nobody serves two sides; share of covered agents")
    both: Share = assumed(0.5, "the other side hands on half of what such an agent reports, under its own code name")
    delay: Days = assumed(30, "mean days until the other side's paper arrives; exponential")


class Dates(Part):
    """How far each paper loses its date; each share is of the papers that lost the step before."""

    day: Share = assumed(0.0, "every hour is known; share of papers left with the day")
    month: Share = assumed(0.0, "of these, share left with the month")
    year: Share = assumed(0.0, "of these, share left with the year")
    unknown: Share = assumed(0.0, "of these, share left without a date")


class Fire(Part):
    """One loss of the papers of a period from the files of some offices, half-open: [start, end)."""

    regions: list[Id] = Field(default_factory=list, description="offices whose files burnt; empty: all")
    start: dt.date
    end: dt.date
    share: Share = assumed(1.0, "everything of the period burnt")


class KeptStatements(Part):
    """Probability that a paper with statements was kept, by channel."""

    denunciation: Share = assumed(1.0, "all kept")
    report: Share = assumed(1.0, "all kept")
    interrogation: Share = assumed(1.0, "all kept")
    document: Share = assumed(1.0, "all kept")
    accident: Share = assumed(1.0, "all kept")
    order: Share = assumed(1.0, "all kept")


class KeptActs(Part):
    """Probability that the paper of an act was kept, by what came of it; `none` is an arrest or a summons."""

    death: Share = assumed(1.0, "all kept")
    camp: Share = assumed(1.0, "all kept")
    exile: Share = assumed(1.0, "all kept")
    other: Share = assumed(1.0, "all kept")
    released: Share = assumed(1.0, "all kept")
    confessed: Share = assumed(1.0, "all kept")
    denied: Share = assumed(1.0, "all kept")
    none: Share = assumed(1.0, "all kept")
    own: dict[Id, Share] = Field(
        default_factory=dict, description="of the outcomes that the scenario lists; else all", json_schema_extra=LATER
    )


class Losses(Part):
    """What did not survive: by fire, and by those who chose what to keep."""

    fires: list[Fire] = Field(default_factory=list, max_length=60)
    statements: KeptStatements = KeptStatements()
    acts: KeptActs = KeptActs()


class Copies(Part):
    """Statements copied into another file, and copies of copies (at most 6 in a row)."""

    rate: Share = assumed(0.0, "nothing is copied; probability that a statement, or a copy, is copied once more")
    delay: Days = assumed(30, "mean days from a paper to its copy; exponential")
    signed: Share = assumed(0.5, "half of the copies say who spoke")
    stated: Share = assumed(0.0, "no copy says that it is one; share that name the file they were taken from")
    elsewhere: Share = assumed(1.0, "every copy lies in the file of another office, where there is one")


class Papers(Part):
    """What lies between what was done and the archive that survived; by default nothing does."""

    names: Names = Names()
    agents: Agents = Agents()
    dates: Dates = Dates()
    losses: Losses = Losses()
    copies: Copies = Copies()
    volumes: int = Field(
        0,
        ge=0,
        le=10_000,
        description="volumes into which what survived is bound; 0: loose papers",
        json_schema_extra=LATER,
    )
    draw: int = Field(0, ge=0, le=1_000_000_000, description="another number gives the same run other papers")

    @property
    def is_off(self) -> bool:
        """Whether the archive is exactly what was written."""
        kept = (*_values(self.losses.statements), *_values(self.losses.acts))
        first = (self.names.recorded, self.agents.covered, self.dates.day, self.copies.rate)
        return (
            not self.volumes and not self.losses.fires and all(v == 1 for v in kept) and not any(q.value for q in first)
        )


def _values(part: Part) -> list[float]:
    given = [getattr(part, name) for name in type(part).model_fields]
    return [float(one) for each in given for one in (each.values() if isinstance(each, dict) else [each])]
