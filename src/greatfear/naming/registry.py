"""The registry of statistics: name, code, unit, range, what it reads, reference. Data, not code."""

from __future__ import annotations

from dataclasses import dataclass

from greatfear.naming import statistics as codes

__all__ = ["STATISTICS", "TRANSFORMS", "Statistic"]

_ESTEVEZ = "Estévez, Salihović, Sgourev (2024), 10.1093/pnasnexus/pgae340"
_BUTTS = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x"
_HARRIS = "Harris, The Great Fear (2016)"
TRANSFORMS = {"identity": codes.IDENTITY, "log1p": codes.LOG1P, "sqrt": codes.SQRT, "binary": codes.BINARY}


@dataclass(frozen=True, slots=True)
class Statistic:
    """One row of the registry.

    Parameters
    ----------
    name, code
        Name in formulas and integer in kernels.
    about, unit, low, high
        What it measures and its range (before any transform).
    reads : str
        ``"ties"``, ``"pairs"``, ``"lists"`` or ``"counts"``: what must be kept to compute it.
    reference : str
    windowed : bool
        Whether it takes ``window=`` days.
    """

    name: str
    code: int
    about: str
    unit: str
    low: float
    high: float
    reads: str
    reference: str
    windowed: bool = False


_ROWS = (
    Statistic("kin", codes.KIN, "candidate is kin of the speaker", "0 or 1", 0, 1, "ties", _ESTEVEZ),
    Statistic("unit", codes.UNIT, "same workplace or village, and acquainted there", "0 or 1", 0, 1, "ties", _ESTEVEZ),
    Statistic("stratum", codes.STRATUM, "same stratum", "0 or 1", 0, 1, "ties", "homophily, " + _BUTTS),
    Statistic("acquaintance", codes.ACQUAINTANCE, "acquainted outside the unit", "0 or 1", 0, 1, "ties", _ESTEVEZ),
    Statistic(
        "organisation", codes.ORGANISATION, "fellow member of a real organisation", "0 or 1", 0, 1, "ties", _ESTEVEZ
    ),
    Statistic("prompted", codes.PROMPTED, "name was held out by the interrogator", "0 or 1", 0, 1, "ties", _HARRIS),
    Statistic(
        "accused",
        codes.ACCUSED,
        "statements that named the candidate before",
        "statements",
        0,
        1e9,
        "counts",
        _ESTEVEZ,
        True,
    ),
    Statistic("doomed", codes.DOOMED, "already sentenced, dead or fled", "0 or 1", 0, 1, "counts", _ESTEVEZ),
    Statistic("reciprocity", codes.RECIPROCITY, "candidate has named the speaker", "0 or 1", 0, 1, "pairs", _BUTTS),
    Statistic("inertia", codes.INERTIA, "speaker has named the candidate before", "0 or 1", 0, 1, "pairs", _BUTTS),
    Statistic(
        "two_path", codes.TWO_PATH, "persons who named both speaker and candidate", "persons", 0, 1e9, "lists", _ESTEVEZ
    ),
    Statistic(
        "targeted", codes.TARGETED, "candidate's stratum is under a running operation", "0 or 1", 0, 1, "ties", _HARRIS
    ),
    Statistic("seniority", codes.SENIORITY, "rank of the candidate's stratum", "0 to 1", 0, 1, "ties", _HARRIS),
)
STATISTICS: dict[str, Statistic] = {row.name: row for row in _ROWS}
