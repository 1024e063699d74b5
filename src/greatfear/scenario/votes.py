"""Meetings at which hands are raised: private support and public vote apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from greatfear.scenario.found import Found
from greatfear.scenario.mechanism import Mechanism, MechanismRow, Report, ordered
from greatfear.scenario.population import Id, Share
from greatfear.scenario.process import Coefficient
from greatfear.scenario.quantity import Part, Quantity, Unit, assumed
from greatfear.scenario.references import refer
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

Support = Annotated[Quantity, Unit("units of support", -1000, 1000)]


class Votes(Part):
    """Meetings of units that vote on a resolution, after Kuran.

    A person supports it in private with s, drawn once from Normal(support, spread). A hand is raised where
    `s + fear * F + unit_fear * U + social * share > threshold`, with the share of hands that are up; hands go up until no
    further one follows.
    """

    rate: Annotated[Quantity, Unit("meetings per unit and day", 0, 1)] = assumed(0.0, "no meetings")
    since: dt.date | None = Field(None, description="first day of meetings; absent: the first day")
    until: dt.date | None = Field(None, description="first day without; absent: the end")
    support: Support = assumed(0.0, "the scale begins at the mean private support")
    spread: Annotated[Quantity, Unit("units of support", 1e-6, 1000)] = assumed(1.0, "the unit of the scale")
    by_stratum: dict[Id, Support] = Field(default_factory=dict, description="mean support of strata that differ")
    threshold: Support = assumed(0.0, "a hand is raised by anyone who supports more than not")
    fear: Coefficient = assumed(0.0, "the region's fear moves no hand")
    unit_fear: Coefficient = assumed(0.0, "arrests in the unit move no hand")
    social: Annotated[Quantity, Unit("units of support", 0, 1000)] = assumed(0.0, "nobody looks at the others")
    first: Share = assumed(0.0, "no hands are up before the question is put")
    report_no: Share = assumed(0.0, "the minutes name nobody who kept the hand down")
    named: Annotated[Quantity, Unit("persons denounced per meeting", 0, 32)] = assumed(
        0.0, "nobody is named from the floor"
    )


def _check(scenario: Scenario) -> Iterator[Found]:
    votes, strata = scenario.votes, [stratum.id for stratum in scenario.population.strata]
    yield from refer(votes.by_stratum, strata, "stratum", ("votes", "by_stratum"), keys=True)
    yield from ordered(votes.since, votes.until, ("votes", "until"))


def _words(scenario: Scenario) -> str:
    votes = scenario.votes
    if not votes.rate.value:
        return ""
    lines = [f"Votes: {counted(votes.rate.value, 'meeting', 'g')} per unit and day."]
    lines.append(
        f"  Private support is Normal({votes.support.value:g}, {votes.spread.value:g}); a hand is raised where"
    )
    lines.append(
        f"  s + {votes.fear.value:g} F + {votes.unit_fear.value:g} U + {votes.social.value:g} share > {votes.threshold.value:g}."
    )
    if votes.report_no.value or votes.named.value:
        lines.append(
            f"  Minutes name {votes.report_no.value:g} of those against; {votes.named.value:g} are denounced at each meeting."
        )
    return "\n".join(lines)


def _rows(told: Report) -> Iterator[MechanismRow]:
    yield MechanismRow("votes", "meetings", told["meetings"], "meetings")
    yield MechanismRow("votes", "hands up", told["reported_share"], "share")
    yield MechanismRow("votes", "private support of those present", told["private_share"], "share", True)
    yield MechanismRow("votes", "named in minutes for keeping the hand down", told["named_in_minutes"], "statements")
    yield MechanismRow("votes", "denounced from the floor", told["named_from_the_floor"], "statements")


VOTES = Mechanism("votes", checks=(((("votes",), ("population", "strata")), _check),), words=_words, rows=_rows)
