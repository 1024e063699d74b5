"""The registry of statistics: one row for each, from which simulation, estimation, claims and documentation are made.

To add a statistic: add a row here, its value in `statistics` (and, if it needs a new count, a cell here and a line in `note`),
and its plain twin in reference/naming.py. Nothing else. The codes that kernels read are the places of the rows.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from greatfear.errors import nearest
from greatfear.naming import facts

_ESTEVEZ = "Estévez, Salihović, Sgourev (2024), 10.1093/pnasnexus/pgae340"
_BUTTS = "Butts (2008), 10.1111/j.1467-9531.2008.00203.x"
_HARRIS = "Harris, The Great Fear (2016)"

IDENTITY: Final = 0
LOG1P: Final = 1
SQRT: Final = 2
BINARY: Final = 3
TRANSFORMS = {"identity": IDENTITY, "log1p": LOG1P, "sqrt": SQRT, "binary": BINARY}

BASES = ("known", "prompted", "repeated", "heard", "other")
"""On what a naming can rest: the speaker knows the candidate as a fellow member, was given the name, repeats it, or others had
named the candidate; anything else."""

PERSON_CELLS = (("named", "i4"), ("speakers", "i4"), ("subjects", "i4"), ("first_in", "i4"), ("doomed", "i1"))
"""What a history keeps of each person; see `greatfear.naming.history.History`."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """One row of a registry: a number for (speaker i, candidate j, history).

    Parameters
    ----------
    name : str
        Name in formulas.
    definition : str
        In terms of sender i, receiver j, third persons k and l; x is 1 for a tie, z and w are attributes.
    code : int
        What kernels read; of the naming rule, the place in this registry.
    about, unit : str
        What it measures, in words, and in which unit.
    low, high : float
        Range before any transform.
    arguments : tuple of str
        What each argument names: ``"attribute"`` or ``"network"``.
    defaults : tuple of str
        What an argument that is left out stands for, by place; the empty name is the network of the events.
    options : tuple of str
        Options besides `transform`.
    reads : str
        What must be kept to compute it. ``"fact"``: a bit that the caller sets; ``"rank"``: a number that the caller gives;
        ``"counts"``, ``"pairs"``, ``"lists"``: what the history keeps.
    fact : int
        The bit of `greatfear.naming.facts` that it reads, 0 for none.
    in_archive : str
        How an archive's network or attribute says it: ``"tie"``, ``"same"`` (equal values), ``"flag"`` (candidate's value is
        more than 0), ``"value"`` (candidate's value), ``"settles"`` (flag that the history keeps); empty: it needs none.
    basis : str
        On which of `BASES` a naming rests, as far as this statistic brings it about.
    reference : str
    aliases : tuple of str
        Other names that are read for it.
    alone : str
        Name of the statistic that this one is without an argument; empty for none.
    is_of_one : bool
        Whether it measures one person, so that a rate model may have it (of the sender).
    is_global : bool
        Whether a change among other persons can alter it.
    is_moving : bool
        Whether it changes as time passes, with no event.
    history_code : int
        Of a statistic that can be computed from networks or from the history: its code for the latter, else -1.
    """

    name: str
    definition: str
    code: int = -1
    about: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    arguments: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    reads: str = ""
    fact: int = 0
    in_archive: str = ""
    basis: str = "other"
    reference: str = ""
    aliases: tuple[str, ...] = ()
    alone: str = ""
    is_of_one: bool = False
    is_global: bool = False
    is_moving: bool = False
    history_code: int = -1


def _tied(name: str, fact: int, about: str, basis: str = "other", reference: str = _ESTEVEZ) -> Statistic:
    """Return a statistic that is 1 where a tie of its own kind joins speaker and candidate."""
    definition = f"1 if i and j are tied by `{name}`"
    row = Statistic(name, definition, about=about, unit="0 or 1", reads="fact", fact=fact, in_archive="tie")
    return replace(row, arguments=("network",), defaults=(name,), basis=basis, reference=reference)


def _of_attribute(row: Statistic, in_archive: str) -> Statistic:
    """Return a statistic that reads, in an archive, the attribute of its own name."""
    return replace(row, arguments=("attribute",), defaults=(row.name,), in_archive=in_archive)


_ROWS = (
    _tied("kin", facts.KIN, "candidate is kin of the speaker"),
    _tied("unit", facts.UNIT, "same workplace or village, and acquainted there"),
    _of_attribute(
        Statistic("stratum", "1 if z_i = z_j", about="same stratum", unit="0 or 1", reads="fact", fact=facts.SAME_STRATUM,
                  reference="homophily, " + _BUTTS),
        "same",
    ),
    _tied("acquaintance", facts.ACQUAINTANCE, "acquainted outside the unit"),
    _tied("organisation", facts.ORGANISATION, "fellow member of a real organisation", "known"),
    _tied("prompted", facts.PROMPTED, "name was held out by the interrogator", "prompted", _HARRIS),
    Statistic(
        "accused", "number of earlier statements that name j", about="statements that named the candidate before",
        unit="statements", high=1e9, options=("window",), reads="counts", basis="heard", reference=_ESTEVEZ, is_of_one=True,
    ),
    _of_attribute(
        Statistic("doomed", "1 if j was sentenced, died or fled", about="already sentenced, dead or fled", unit="0 or 1",
                  reads="counts", reference=_ESTEVEZ, is_of_one=True),
        "settles",
    ),
    Statistic("reciprocity", "1 if j has named i", about="candidate has named the speaker", unit="0 or 1", reads="pairs",
              reference=_BUTTS, aliases=("recip",)),
    Statistic("inertia", "1 if i has named j", about="speaker has named the candidate before", unit="0 or 1", reads="pairs",
              basis="repeated", reference=_BUTTS),
    Statistic(
        "two_path", "number of k who named both i and j", about="persons who named both speaker and candidate",
        unit="persons", high=1e9, reads="lists", basis="heard", reference=_ESTEVEZ, aliases=("commonSender",),
    ),
    _of_attribute(
        Statistic("targeted", "1 if z_j > 0", about="candidate's stratum is under a running operation", unit="0 or 1",
                  reads="fact", fact=facts.TARGETED, reference=_HARRIS, is_of_one=True),
        "flag",
    ),
    _of_attribute(
        Statistic("seniority", "z_j", about="rank of the candidate's stratum", unit="0 to 1", reads="rank",
                  reference=_HARRIS, is_of_one=True),
        "value",
    ),
)  # fmt: skip
STATISTICS: dict[str, Statistic] = {row.name: replace(row, code=code) for code, row in enumerate(_ROWS)}
"""The statistics of the naming rule, by name."""

PRESSURE = Statistic(
    "pressure", "c, the pressure of the sitting", about="multiplies a statistic, as in `organisation:pressure`",
    unit="0 to 1", reads="pressure", reference=_HARRIS,
)  # fmt: skip
"""The factor that lets a coefficient depend on the pressure of the sitting; outside of a sitting it is 0."""

TIE = Statistic(
    "tie", "1 if i and j are tied by the kind that is named", code=1000,
    about="a kind of tie of your own, as in `tie(godparent)`",
    unit="0 or 1", arguments=("network",), reads="fact", in_archive="tie", reference=_ESTEVEZ, alone="inertia",
)  # fmt: skip
"""Ties of a kind that a scenario defines itself; without a kind, the tie of an earlier naming."""

SAME = Statistic(
    "same", "1 if z_i = z_j", code=1001, about="equal values of an attribute of your own, as in `same(department)`",
    unit="0 or 1", arguments=("attribute",), reads="own", in_archive="same", reference="homophily, " + _BUTTS,
)  # fmt: skip
"""Equal values of an attribute that a scenario defines itself."""

ALTER = Statistic(
    "alter", "z_j", code=1002, about="the candidate's value of an attribute of your own, as in `alter(years)`",
    unit="of the attribute", low=-1e9, high=1e9, arguments=("attribute",), reads="own", in_archive="value", reference=_BUTTS,
)  # fmt: skip
"""The candidate's value of a number that a scenario defines itself."""

NAMES: Mapping[str, Statistic] = ChainMap({row.name: row for row in (TIE, PRESSURE, SAME, ALTER)}, STATISTICS)
"""What may stand in `naming.theta`."""


def find_statistic(name: str, known: Mapping[str, Statistic]) -> Statistic | None:
    """Return the row of a name or alias, also with underscores for capitals (``common_sender``); None for none."""
    head, *rest = name.split("_")
    wanted = {name, head + "".join(part.capitalize() for part in rest)}
    return known.get(name) or next((row for row in known.values() if wanted & {row.name, *row.aliases}), None)


def nearest_names(name: str, known: Mapping[str, Statistic]) -> list[str]:
    """Return the names and aliases most like a name, best first."""
    return nearest(name, [*known, *(alias for row in known.values() for alias in row.aliases)])
