"""Papers from abroad: forged and real ones, who is believed, and copies that are taken for further witnesses."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from greatfear.scenario.population import Id, Share
from greatfear.scenario.process import Days, Rate
from greatfear.scenario.quantity import Part, Quantity, Unit, assumed

__all__ = ["Service"]


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
