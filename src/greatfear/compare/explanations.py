"""What rival explanations of one history predict differently: numbers of one archive on which their pages disagree."""

from __future__ import annotations

import math

from greatfear.compare.record_quantities import Queryable

__all__ = ["EXPLANATIONS", "PREDICTED", "account_quantities"]

EXPLANATIONS = (
    "great-terror",
    "great-terror-fear",
    "great-terror-limits",
    "great-terror-elimination",
    "great-terror-conspiracy",
    "great-terror-disinformation",
)
"""The base and its five variants, in the order of the table."""

PREDICTED = {
    "register_share": "cases drawn from registers",
    "statement_share": "cases that rest on a statement",
    "document_share": "cases that rest on a paper",
    "chosen_share": "cases in the strata of the operations",
    "line_share": "cases in the strata of the national lines",
    "official_share": "cases among officials",
    "names_1938": "persons first named in a sitting of 1938",
    "fall": "sentences of 1939 over those of 1938",
    "death_share": "death sentences among sentences of 1937-38",
}
"""Columns of `account_quantities`, in words; shares, and persons per sitting."""

_CASES = """
select count(*) as cases,
       count(*) filter (where cause = 'register') as register,
       count(*) filter (where cause = 'statement') as statement,
       count(*) filter (where s.channel = 'document') as document,
       count(*) filter (where p.stratum in ('former-kulak', 'clergy-former', 'criminal-record', 'prisoner')
                        or p.stratum like 'line-%') as chosen,
       count(*) filter (where p.stratum like 'line-%') as line,
       count(*) filter (where p.stratum = 'official') as official
from acts a join persons p on p.person = a.person left join statements s on s.statement = a.statement
where a.kind = 'arrest'
"""
_NAMES = """
select count(*) filter (where n = 1 and channel = 'interrogation' and year(date) = 1938) as first
from (select channel, date, row_number() over (partition by subject order by statement) as n from statements)
"""
_ACTS = """
select count(*) filter (where kind = 'interrogation' and year(date) = 1938) as sittings,
       count(*) filter (where kind = 'sentence' and year(date) = 1938) as before,
       count(*) filter (where kind = 'sentence' and year(date) = 1939) as after,
       count(*) filter (where kind = 'sentence' and year(date) in (1937, 1938)) as sentences,
       count(*) filter (where kind = 'sentence' and year(date) in (1937, 1938) and outcome = 'death') as deaths
from acts
"""


def account_quantities(archive: Queryable) -> dict[str, float]:
    """Return the numbers of an archive on which the explanations of the Great Terror disagree.

    Parameters
    ----------
    archive : Archive
        Of `great-terror` or a variant of it.

    Returns
    -------
    dict of str to float
        The keys of `PREDICTED`; NaN where there is nothing to divide by.

    Examples
    --------
    >>> import greatfear as gf
    >>> run = gf.simulate(gf.catalogue.scenario("naming-cascade"), seed=1)
    >>> account_quantities(run.archive)["document_share"]
    0.0
    """
    cases, names, acts = (archive.sql(query).to_pylist()[0] for query in (_CASES, _NAMES, _ACTS))
    shares = ("register", "statement", "document", "chosen", "line", "official")
    found = {f"{name}_share": _ratio(cases[name], cases["cases"]) for name in shares}
    return found | {
        "names_1938": _ratio(names["first"], acts["sittings"]),
        "fall": _ratio(acts["after"], acts["before"]),
        "death_share": _ratio(acts["deaths"], acts["sentences"]),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
