"""All numbers of a run of the Great Terror that the pages of the documentation show, so that one set of runs serves them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.comparison.explanations import account_quantities
from greatfear.comparison.record_quantities import quantities

if TYPE_CHECKING:
    from greatfear.simulation.run import Run

_ARRESTS = """
select count(*) filter (where s.channel = 'interrogation') as named,
       count(*) filter (where cause = 'register') as register,
       count(*) filter (where cause = 'statement' and quarter(a.date) = 2 and year(a.date) = 1937) as named_1937_spring,
       count(*) filter (where cause = 'statement' and quarter(a.date) = 4 and year(a.date) = 1937) as named_1937_autumn
from acts a left join statements s on s.statement = a.statement where a.kind = 'arrest'
"""
_CUSTODY = "select count(*) as custody from acts where kind = 'death'"
_DAYS = {"belief_february": 420, "belief_1937": 730, "belief_halt": 1051}
"""24 February 1937, the end of 1937 and the day before the halt, in days since 1 January 1936."""


def run_numbers(run: Run) -> dict[str, float]:
    """Return what is set beside the record, where explanations disagree, and what the pairs of what-if compare."""
    found: dict[str, float] = quantities(run.archive) | account_quantities(run.archive)
    for query in (_ARRESTS, _CUSTODY):
        found |= run.archive.sql(query).to_pylist()[0]
    for key, day in _DAYS.items():
        found[key] = ([row[1] for row in run.centre["series"] if row[0] <= day] or [0.0])[-1]
    return found
