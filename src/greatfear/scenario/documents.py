"""Papers from abroad: forged and real ones, who is believed, and copies that are taken for further witnesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from greatfear.scenario.found import Found, Path
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report, ordered
from greatfear.scenario.population import Id, Share
from greatfear.scenario.process import Days, Rate
from greatfear.scenario.quantity import Part, Quantity, Unit, assumed
from greatfear.scenario.references import refer
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario


class Service(Part):
    """A foreign service, or anybody else who passes papers to the office.

    A paper that is believed becomes a statement without a speaker, on the channel of documents. Its copies come by other
    ways; anyone who does not see that they are copies counts each as one more independent statement.
    """

    id: Id
    name: str = ""
    start: dt.date | None = Field(None, description="absent: the first day")
    end: dt.date | None = Field(None, description="first day without papers; absent: the end")
    rate: Rate = assumed(0.0, "no papers")
    strata: list[Id] = Field(default_factory=list, description="against whom forgeries are aimed; empty: any stratum")
    regions: list[Id] = Field(default_factory=list, description="where these live; empty: anywhere")
    targets: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="forgeries are aimed at this many chosen persons; 0: at anybody of the strata",
    )
    leaks: Share = assumed(0.0, "every paper is forged; a leak names a real member of a real organisation")
    belief: Share = assumed(1.0, "the centre believes every paper")
    copies: Annotated[Quantity, Unit("further copies of a paper", 0, 100)] = assumed(0.0, "one paper comes once")
    delay: Days = assumed(10, "mean days until a copy arrives")
    recognised: Share = assumed(0.0, "no copy is seen to be one")


def _services(scenario: Scenario) -> Iterator[Found]:
    regions = [region.id for region in scenario.population.regions]
    strata = [stratum.id for stratum in scenario.population.strata]
    for i, service in enumerate(scenario.documents):
        here: Path = ("documents", i)
        yield from refer(service.regions, regions, "region", (*here, "regions"))
        yield from refer(service.strata, strata, "stratum", (*here, "strata"))
        yield from ordered(service.start, service.end, (*here, "end"))
        if service.leaks.value > 0 and not scenario.population.organisations:
            got = f"{service.leaks.value:g}, with no real organisation"
            yield Found((*here, "leaks"), got, "0", "add an organisation under population, or leave leaks out")


def _words(scenario: Scenario) -> str:
    papers = [_service(service) for service in scenario.documents if service.rate.value]
    return "\n".join(["Papers:", *papers]) if papers else ""


def _service(service: Service) -> str:
    aim = f"{service.targets} chosen persons" if service.targets else "anybody"
    of = ", ".join(service.strata) or "any stratum"
    return (
        f"  {service.name or service.id}: {counted(service.rate.value, 'paper', 'g')} a day against {aim} of {of}, a share of"
        f" {service.leaks.value:g} real; believed with probability {service.belief.value:g};"
        f" {counted(service.copies.value, 'copy', 'g')} each, {service.recognised.value:g} of them seen to be copies."
    )


def _rows(told: Report) -> Iterator[MechanismRow]:
    yield MechanismRow("papers", "received", told["papers"], "papers", True)
    yield MechanismRow("papers", "believed", told["believed"], "statements")
    yield MechanismRow("papers", "believed though forged", told["believed_forged"], "statements", True)
    yield MechanismRow("papers", "origins as the archive shows them", told["origins_by_the_archive"], "origins")
    yield MechanismRow("papers", "origins in truth, copies taken together", told["origins_in_truth"], "origins", True)
    yield MechanismRow("papers", "arrests that rest on forged ones", told["arrests_resting_on_forged"], "arrests", True)
    yield MechanismRow("papers", "arrests that rest on real leaks", told["arrests_resting_on_leaks"], "arrests", True)


_READS: tuple[Path, ...] = (
    ("documents",), ("population", "strata"), ("population", "regions"), ("population", "organisations"),
)  # fmt: skip
DOCUMENTS = Mechanism(
    "documents", checks=((_READS, _services),), words=_words, rows=_rows, title=("papers", "papers from abroad")
)
