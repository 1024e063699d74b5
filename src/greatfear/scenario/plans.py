"""What a real organisation attempts: hazard, outcome, and what follows an attempt."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from greatfear.scenario.quantity import Part, Quantity, Unit, assumed

_Odds = Annotated[Quantity, Unit("log-odds", -50, 50)]
_Share = Annotated[Quantity, Unit("share", 0, 1)]


class Plans(Part):
    """Plans of a real organisation: attempts at rate `hazard * active members * (1 - restraint)`, and what follows them.

    Log-odds of success: `base + size * ln(1 + active members) + elite * share of the most senior + help * foreign_help`.
    """

    hazard: Annotated[Quantity, Unit("attempts per active member and day", 0, 1)] = assumed(0.0, "makes no plans")
    base: _Odds = assumed(-2.0, "most attempts fail")
    size: _Odds = assumed(0.0, "size does not matter")
    elite: _Odds = assumed(0.0, "rank does not matter")
    help: _Odds = assumed(0.0, "help from abroad does not matter")
    foreign_help: _Share = assumed(0.0, "no help from abroad")
    party: int = Field(1, ge=1, le=1000, description="members who take part in an attempt")
    seen: _Share = assumed(0.0, "nobody who takes part is seen by an office")
    bystanders: int = Field(
        0, ge=0, le=16, description="others of the place who are taken for members after an attempt"
    )
    lost: _Share = assumed(0.0, "anyone who takes part can take part again")
    alarm: Annotated[Quantity, Unit("enemies per attempt", 0, 1e6)] = assumed(
        0.0, "the centre believes what it believed"
    )
    fear: Annotated[Quantity, Unit("points of fear per attempt", 0, 1e3)] = assumed(0.0, "nobody is afraid of attempts")
