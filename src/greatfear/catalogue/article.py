"""Claims of the source article in our paraphrase, with who asserts them and what scholarship says."""

from __future__ import annotations

from dataclasses import dataclass

from greatfear.catalogue.resources import folder, rows_of
from greatfear.errors import UnknownNameError

STATUSES = ("supported", "contradicted", "contested", "unverifiable", "not-checked")
"""What scholarship makes of a claim; said of the single statement, not of the article. ``not-checked``: nobody has looked."""

KINDS = ("quantity", "event", "mechanism", "motive", "reliability")
"""What a claim is about."""


@dataclass(frozen=True, slots=True)
class ArticleClaim:
    """One claim of the source article.

    Parameters
    ----------
    id : str
        ``C01`` and so on.
    claim : str
        What is asserted, in our words.
    asserted_by, chain : str
        Who asserts it, and through which chain of reports.
    kind : str
        One of `KINDS`.
    quantity_low, quantity_high : float or None
        Range, in `unit`; None where the claim has no number.
    unit : str
        Unit of the quantity; empty for none.
    year_from, year_to : int
        Years it speaks of.
    status : str
        One of `STATUSES`.
    scholarship, source, model_use : str
        What scholarship says, where from, and what a model can do with it.

    Examples
    --------
    >>> claims(ids=["C02"])[0].status
    'contradicted'
    """

    id: str
    claim: str
    asserted_by: str
    chain: str
    kind: str
    quantity_low: float | None
    quantity_high: float | None
    unit: str
    year_from: int
    year_to: int
    status: str
    scholarship: str
    source: str
    model_use: str


def claims(
    *, ids: list[str] | None = None, status: str | None = None, kind: str | None = None, year: int | None = None
) -> list[ArticleClaim]:
    """Return the claims that pass every filter given, in the order of their ids.

    Parameters
    ----------
    ids : list of str, optional
        Only these.
    status, kind : str, optional
        Only those of this status (see `STATUSES`) or kind (see `KINDS`).
    year : int, optional
        Only those that speak of this year.

    Raises
    ------
    UnknownNameError
        For an id, status or kind that does not exist.

    Examples
    --------
    >>> len(claims()), len(claims(status="contradicted"))
    (51, 16)
    """
    found = [_claim(row) for row in rows_of(folder("claims").joinpath("claims.csv"))]
    known = [one.id for one in found]
    for name in ids or []:
        _known("claim", name, known)
    if status is not None:
        _known("status of a claim", status, STATUSES)
    if kind is not None:
        _known("kind of claim", kind, KINDS)
    return [
        one
        for one in found
        if (ids is None or one.id in ids)
        and (status is None or one.status == status)
        and (kind is None or one.kind == kind)
        and (year is None or one.year_from <= year <= one.year_to)
    ]


def _known(what: str, name: str, known: list[str] | tuple[str, ...]) -> None:
    """Raise if `name` is not among the known ones."""
    if name not in known:
        raise UnknownNameError(what, name, known)


def _claim(row: dict[str, str]) -> ArticleClaim:
    """Return one row of the file as a claim."""
    low, high = (float(row[key]) if row[key] else None for key in ("quantity_low", "quantity_high"))
    text = {
        key: row[key]
        for key in ("claim", "asserted_by", "chain", "kind", "unit", "status", "scholarship", "source", "model_use")
    }
    return ArticleClaim(
        id=row["claim_id"],
        quantity_low=low,
        quantity_high=high,
        year_from=int(row["year_from"]),
        year_to=int(row["year_to"]),
        **text,
    )
