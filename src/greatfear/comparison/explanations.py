"""What rival explanations of one history predict differently: numbers of one archive on which their pages disagree."""

from __future__ import annotations

import math

from greatfear.archive import Archive
from greatfear.comparison.record_quantities import quantities
from greatfear.describe.description import describe

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
    "denunciations": "denunciations",
    "register_share": "cases drawn from registers",
    "statement_share": "cases that rest on a statement",
    "document_share": "cases that rest on a paper",
    "document_officials": "officials among the cases that rest on a paper",
    "chosen_share": "cases in the strata of the operations",
    "line_share": "cases in the strata of the national lines",
    "official_share": "cases among officials",
    "names_1936": "new names per deponent of 1936",
    "names_1938": "new names per deponent of 1938",
    "R_case_1938": "arrests per case of 1938",
    "peak": "largest month of arrests over the mean month, August 1937 to October 1938",
    "slowing": "arrests a month, July to October 1938 over October 1936 to June 1938",
    "fall": "sentences of 1939 over those of 1938",
    "death_share": "death sentences among sentences of 1937-38",
}
"""Columns of `account_quantities`, in words; a count, shares and ratios, R in persons per deponent."""

_CASES = """
select count(*) as cases,
       count(*) filter (where cause = 'register') as register,
       count(*) filter (where cause = 'statement') as statement,
       count(*) filter (where s.channel = 'document') as document,
       count(*) filter (where s.channel = 'document' and p.stratum = 'official') as document_officials,
       count(*) filter (where p.stratum in ('former-kulak', 'clergy-former', 'criminal-record', 'prisoner')
                        or p.stratum like 'line-%') as chosen,
       count(*) filter (where p.stratum like 'line-%') as line,
       count(*) filter (where p.stratum = 'official') as official
from acts a join persons p on p.person = a.person left join statements s on s.statement = a.statement
where a.kind = 'arrest'
"""
_ACTS = """
select count(*) filter (where kind = 'sentence' and year(date) = 1938) as before,
       count(*) filter (where kind = 'sentence' and year(date) = 1939) as after,
       count(*) filter (where kind = 'sentence' and year(date) in (1937, 1938)) as sentences,
       count(*) filter (where kind = 'sentence' and year(date) in (1937, 1938) and outcome = 'death') as deaths
from acts
"""
_DENUNCIATIONS = "select count(*) as denunciations from statements where channel = 'denunciation'"
_MONTHS = """
select max(arrests) / avg(arrests) as peak
from (select count(*) as arrests from acts
      where kind = 'arrest' and date >= date '1937-08-01' and date < date '1938-11-01' group by year(date), month(date))
"""


def account_quantities(archive: Archive) -> dict[str, float]:
    """Return the numbers of an archive on which the explanations of the Great Terror disagree.

    Rates are those of `greatfear.describe` with windows of a year: persons who were named by nobody before, over the deponents
    whose sittings lie in the year, and cases that a case of the year led to, whenever they came.

    Parameters
    ----------
    archive : Archive
        Of `great-terror` or a variant of it.

    Returns
    -------
    dict of str to float
        The keys of `PREDICTED`; NaN where there is nothing to divide by.
    """
    cases, acts, months = (archive.sql(query).to_pylist()[0] for query in (_CASES, _ACTS, _MONTHS))
    shares = ("register", "statement", "document", "chosen", "line", "official")
    found = {f"{name}_share": _ratio(cases[name], cases["cases"]) for name in shares}
    found |= _reproduction(archive)
    found |= {
        "denunciations": archive.sql(_DENUNCIATIONS).to_pylist()[0]["denunciations"],
        "document_officials": _ratio(cases["document_officials"], cases["document"]),
        "peak": math.nan if months["peak"] is None else months["peak"],
        "slowing": quantities(archive)["slowing"],
        "fall": _ratio(acts["after"], acts["before"]),
        "death_share": _ratio(acts["deaths"], acts["sentences"]),
    }
    return {key: found[key] for key in PREDICTED}


def _reproduction(archive: Archive) -> dict[str, float]:
    """Return new names and arrests per deponent, and arrests per case, in the years that are compared."""
    frames = describe(archive, by="year").frames

    def read(frame: str, column: str, year: str) -> float:
        of_year = {str(name): row for row, name in enumerate(frames[frame]["window"])}
        return float(frames[frame][column][of_year[year]]) if year in of_year else math.nan

    return {
        "names_1936": read("deponents", "new_names_per_deponent", "1936"),
        "names_1938": read("deponents", "new_names_per_deponent", "1938"),
        "R_case_1938": read("reproduction", "R_case", "1938"),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
