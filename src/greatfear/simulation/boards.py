"""Courts and boards as the kernels read them: shares of outcomes, and how long each outcome takes a person away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.record.schema import OUTCOMES
from greatfear.scenario.campaign import Board
from greatfear.scenario.model import Scenario
from greatfear.scenario.outcomes import Outcome
from greatfear.simulation.codes import CONFESSIONS, FIRST_OWN, FOREVER, PENALTIES

BOARD = np.dtype(
    [
        ("delay", "f8"),
        ("least", "f8"),
        ("second_wait", "f8"),
        ("capacity", "f8"),
        ("evidence", "i8"),
        ("by_category", "i8"),
        ("confession", "i8"),
    ]
)


@by_reference
class Boards(NamedTuple):
    """Courts and boards."""

    table: NDArray[np.void]
    """delay, least (days), capacity (per day), evidence (statements), by_category, confession (1 enough, 2 needed)."""
    outcome: NDArray[np.float64]
    """Cumulated shares of death, camp, exile, other and the scenario's own K outcomes (B, 4 + K); the rest is released."""
    absent: NDArray[np.int64]
    """Days for which a person is gone, by code of the outcome: 0 for who stays, `FOREVER` for who does not come back."""


def compile_boards(boards: Sequence[Board], own: Sequence[Outcome]) -> Boards:
    """Return the arrays of the boards, and how long each outcome takes a person away."""
    table, outcome = np.zeros(len(boards), BOARD), np.zeros((len(boards), PENALTIES + len(own)))
    for row, shares, board in zip(table, outcome, boards, strict=True):
        row["delay"], row["least"], row["capacity"] = board.delay.value, board.least.value, board.capacity.value
        row["evidence"], row["by_category"] = board.evidence, board.by_category
        row["second_wait"] = board.second_wait.value
        row["confession"] = CONFESSIONS.index(board.confession)
        o = board.outcomes
        given = [o.own[one.id].value if one.id in o.own else 0.0 for one in own]
        shares[:] = np.cumsum([o.death.value, o.camp.value, o.exile.value, o.other.value, *given])
    return Boards(table, outcome, _absent(own))


def outcomes_of(scenario: Scenario) -> list[str]:
    """Return the outcomes of the record and behind them the scenario's own, in the order of their codes."""
    return [*OUTCOMES, *(one.id for one in scenario.outcomes)]


def _absent(own: Sequence[Outcome]) -> NDArray[np.int64]:
    """Return for how many days each outcome takes a person away."""
    days = {"stays": 0, "gone": FOREVER, "dies": FOREVER}
    absent = np.zeros(FIRST_OWN + len(own), np.int64)
    absent[:PENALTIES] = FOREVER
    absent[FIRST_OWN:] = [days.get(one.effect, math.ceil(one.days.value)) for one in own]
    return absent
