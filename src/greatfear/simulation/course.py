"""What offices could do and what kept them from more, day by day: told by month, over the run, and as numbers of an ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.codes import LIMITS
from greatfear.simulation.process import Process

BOUND_WORDS = {
    "arrests": "the capacity for arrests on leads",
    "staff": "the staff, in investigator-days",
    "custody": "prison places",
    "registers": "registers that were used up",
    "places": "limits whose places were used up",
    "boards": "boards with a queue of cases",
}
"""Limits by name, in words."""
BOUND_SHORT = {
    "arrests": "capacity",
    "staff": "staff",
    "custody": "prison places",
    "registers": "registers",
    "places": "places of limits",
    "boards": "boards",
}
"""Limits by name, for the head of a column."""
COURSE = (
    "month",
    "arrests_on_leads",
    "days_waited",
    "open_leads",
    "arrests_from_lists",
    *(f"bound_{name}" for name in BOUND_WORDS),
)
"""Columns of the series: month, arrests on leads, mean days from the first statement to the arrest, persons named who are free
at the end of the month, arrests from registers and orders, and for each limit the share of office-days (board-days) it bound."""


def course(process: Process) -> dict[str, Any]:
    """Return the course of a run: shares of office-days on which each limit bound, over all days and by month.

    An office-day counts for a limit where the office had somebody to arrest (on a lead, from a list) and this limit kept it from
    it. Boards count board-days with a queue.
    """
    days = process.state.desk.calendar[: process.day]
    epoch = np.datetime64(process.scenario.time.start, "D")
    month = (epoch + np.arange(days.size).astype("timedelta64[D]")).astype("datetime64[M]")
    offices, boards = process.world.regions, max(1, process.rules.boards.table.size)
    series = [_row(days[month == one], str(one), offices, boards) for one in np.unique(month)]
    return {
        "bound": dict(zip(BOUND_WORDS, _bound(days, offices, boards), strict=True)),
        "days": int(days.size),
        "bound_days": _bound_days(days),
        "open_leads": int(days["open_leads"][-1]) if days.size else 0,
        "columns": list(COURSE),
        "series": series,
    }


def _bound(days: NDArray[np.void], offices: int, boards: int) -> list[float]:
    """Return the share of office-days that each limit bound, and of board-days with a queue."""
    n = max(1, days.size)
    shares = [float(days["bound"][:, k].sum()) / (n * offices) for k in range(len(LIMITS))]
    return [round(share, 6) for share in [*shares, float(days["boards"].sum()) / (n * boards)]]


def _bound_days(days: NDArray[np.void]) -> dict[str, int]:
    """Return on how many days each limit bound in at least one office, and on how many a board had a queue."""
    counts = [int(np.count_nonzero(days["bound"][:, k])) for k in range(len(LIMITS))]
    return dict(zip(BOUND_WORDS, [*counts, int(np.count_nonzero(days["boards"]))], strict=True))


def _row(days: NDArray[np.void], month: str, offices: int, boards: int) -> list[Any]:
    """Return one month of the series."""
    taken = int(days["on_leads"].sum())
    waited = round(float(days["waited"].sum()) / taken, 3) if taken else None
    return [
        month,
        taken,
        waited,
        int(days["open_leads"][-1]),
        int(days["listed"].sum()),
        *_bound(days, offices, boards),
    ]
