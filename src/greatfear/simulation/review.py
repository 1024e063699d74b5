"""Review, rehabilitation and deaths in custody of a finished run: what later counts would have shown, and on what assumptions.

Nothing here changes a run. Review is a measurement with noise and selection: who is looked at, and how often a case without
ground is cleared. Deaths in custody are expected numbers: persons held, times the mortality of the year.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.archive import Archive, read
from greatfear.describe.columns import numbers
from greatfear.errors import Fault, FaultList
from greatfear.record.side_files import as_written, json_beside
from greatfear.show.table import Table
from greatfear.simulation.truth import read_truth

SENTENCED_1921_1953 = 4_060_306
"""Persons sentenced for crimes against the state, 1921 to 1953 (series of Popov): whom the waves could look at."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of review, as the record counts it: persons cleared and persons refused."""

    years: str
    cleared: int
    refused: int
    note: str

    @property
    def share(self) -> float:
        """Return the share cleared of those who were looked at."""
        return self.cleared / (self.cleared + self.refused)


WAVES = (
    Wave("1954-61", 737_182, 208_448, "case by case, by commissions and courts"),
    Wave("1962-83", 157_055, 22_754, "case by case, mostly on request"),
    Wave("1988-89", 844_740, 11_842, "largely by a statute that annulled whole classes of decisions"),
)
"""Claim C34: Petrov in a stored manual, read once."""

CAMP_MORTALITY = {1936: 0.0211, 1937: 0.0242, 1938: 0.0535, 1939: 0.031, 1940: 0.0272}
"""Deaths in camps and colonies by year, as a share of the mean number held: certificate of the Gulag on 1930-56 (GARF f. 9414),
stored in a quotation, read once."""


@dataclass(frozen=True)
class Review:
    """What review and the count of deaths would have shown of a run.

    Parameters
    ----------
    title : str
    sentenced, members : int
        Persons sentenced, and how many of them belonged to a real organisation (truth).
    organisations : Table
        Real organisations of the scenario: members in the world, and members among those sentenced.
    waves, supposed, deaths : Table
        Review by wave; what the cleared share says of groundless cases under several suppositions; deaths.
    assumptions : tuple of str
        What these numbers rest on.
    """

    title: str
    sentenced: int
    members: int
    organisations: Table
    waves: Table
    supposed: Table
    deaths: Table
    assumptions: tuple[str, ...]

    def __str__(self) -> str:
        """Return all tables as text."""
        real = f"{self.members:,} of them members of a real organisation (truth)"
        head = f"{self.title}: {self.sentenced:,} persons sentenced, {real}"
        shown = (*((self.organisations,) if len(self.organisations) else ()), self.waves, self.supposed, self.deaths)
        tables = [table.to_text(most=None) for table in shown]
        return "\n\n".join([head, *tables, "What this assumes:", "\n".join(f"- {line}" for line in self.assumptions)])

    def to_dict(self) -> dict[str, Any]:
        """Return all as plain data."""
        tables = {name: getattr(self, name).rows() for name in ("organisations", "waves", "supposed", "deaths")}
        return {"title": self.title, "sentenced": self.sentenced, "members": self.members, **tables,
                "assumptions": list(self.assumptions)}  # fmt: skip


def review(
    run: str | os.PathLike[str],
    *,
    cleared_groundless: float = 1.0,
    cleared_real: float = 0.0,
    prison_factor: float = 1.0,
    deaths_wanted: int | None = None,
) -> Review:
    """Return what review and the count of deaths would have shown of a finished run.

    Parameters
    ----------
    run : path
        Folder of a run with its truth.
    cleared_groundless, cleared_real : float
        Chance, 0 to 1, that a case without ground is cleared when looked at, and that the case of a real member is.
    prison_factor : float
        Mortality of those held before sentence, in multiples of that of the camps in the same year; 0 or more.
    deaths_wanted : int, optional
        A number of deaths in all: the answer says by what factor mortality in custody would have to be larger.

    Raises
    ------
    IncompleteRunError
        If the run has no truth.
    FaultList
        If a number is out of range, nobody was sentenced, or the run is of another time or case.
    """
    _check(cleared_groundless, cleared_real, prison_factor, deaths_wanted)
    folder = Path(run)
    archive, truth = read(folder), read_truth(folder)
    _check_case(archive, folder)
    sentenced = _sentenced(archive)
    if not sentenced.size:
        raise FaultList([Fault(str(folder), "a run in which nobody was sentenced", "a run with sentences")], "review")
    belongs = np.asarray(truth["members"].column("member"))[sentenced]
    member = belongs >= 0
    return Review(
        archive.manifest.title, int(sentenced.size), int(member.sum()), _organisations(archive, belongs),
        _waves(int(sentenced.size), int(member.sum()), cleared_groundless, cleared_real),
        _supposed(), _deaths(archive, prison_factor, deaths_wanted),
        _assumptions(cleared_groundless, cleared_real, prison_factor),
    )  # fmt: skip


def groundless(share_cleared: float, cleared_groundless: float, cleared_real: float) -> float:
    """Return the share of groundless cases that gives a share of cleared ones; NaN where review cannot tell, or no share does.

    The estimate of Rogan and Gladen (1978) for a test with known error rates.
    """
    gap = cleared_groundless - cleared_real
    if gap <= 0:
        return math.nan
    found = (share_cleared - cleared_real) / gap
    return found if -1e-9 <= found <= 1 + 1e-9 else math.nan


def _check(groundless_share: float, real_share: float, factor: float, wanted: int | None) -> None:
    """Refuse numbers out of range, all at once."""
    faults = [
        Fault(name, f"{value:g}", "a number from 0 to 1")
        for name, value in (("cleared-groundless", groundless_share), ("cleared-real", real_share))
        if not 0 <= value <= 1
    ]
    if not 0 <= factor < math.inf:
        faults.append(Fault("prison-factor", f"{factor:g}", "a number, 0 or more"))
    if wanted is not None and wanted < 1:
        faults.append(Fault("deaths", f"{wanted:,}", "a whole number, 1 or more"))
    if faults:
        raise FaultList(faults, "review")


def _check_case(archive: Archive, folder: Path) -> None:
    """Refuse runs of other times and cases: the waves of review and the mortality are those of the Soviet Union."""
    fix = "the waves of review and the mortality are those of the Soviet Union"
    faults = []
    if not 1917 <= archive.epoch.year <= 1953:
        faults.append(
            Fault(str(folder), f"a run that begins in {archive.epoch.year}", "one that begins in 1917 to 1953", fix)
        )
    own = archive.words.given.get("outcomes", {})
    if own:
        words = ", ".join(archive.words.one("outcomes", code) for code in own)
        faults.append(
            Fault(str(folder), f"a case with outcomes of its own ({words})", "a case of death, camp and exile", fix)
        )
    if faults:
        raise FaultList(faults, "review")


def _sentenced(archive: Archive) -> NDArray[np.int64]:
    """Return the rows of the persons who were sentenced."""
    found = archive.sql("select distinct person from acts where kind = 'sentence' order by person")
    return numbers(found, "person").astype(np.int64)


def _organisations(archive: Archive, belongs: NDArray[np.int64]) -> Table:
    """Return the real organisations of the scenario; `belongs` is the organisation of each person sentenced, -1 for none."""
    with as_written(archive, "scenario.json"):
        told = (json_beside(archive, "scenario.json") or {"population": {}})["population"]
        rows = [
            (one["id"], int(one["members"]["value"]), int((belongs == number).sum()))
            for number, one in enumerate(told.get("organisations") or ())
        ]
    names = ("organisation", "members", "sentenced")
    about = "real organisations that the scenario supposes: their members in the world, and those among the persons sentenced"
    note = "Nobody else is a member: who joined a sham, or was invented by one, counts as a case without ground."
    return Table("organisations", about, {name: [row[k] for row in rows] for k, name in enumerate(names)}, note=note)


def _waves(sentenced: int, members: int, groundless_share: float, real_share: float) -> Table:
    """Return the waves applied to a run: how many looked at, cleared, refused; the record's share beside it."""
    left, others, rows = float(SENTENCED_1921_1953), sentenced - members, []
    real, false = float(members), float(others)
    for wave in WAVES:
        seen = (wave.cleared + wave.refused) / left
        cleared = seen * (false * groundless_share + real * real_share)
        looked = seen * (false + real)
        share = cleared / looked if looked else math.nan
        spread = 1.645 * math.sqrt(looked * share * (1 - share)) if looked else math.nan
        rows.append(
            (
                wave.years,
                round(looked),
                round(cleared),
                round(spread),
                round(looked - cleared),
                share,
                wave.share,
                wave.note,
            )
        )
        # who was cleared is not looked at again
        false, real = false * (1 - seen * groundless_share), real * (1 - seen * real_share)
        left -= wave.cleared
    names = ("years", "looked_at", "cleared", "plus_or_minus", "refused", "share_cleared", "record", "how")
    about = "waves of review, expected in this run (nine in ten lie within plus or minus), and the share in the record"
    return Table("waves", about, {name: [row[k] for row in rows] for k, name in enumerate(names)})


def _supposed() -> Table:
    """Return what the shares of the record say of groundless cases, for several error rates of review."""
    rows = [
        (wave.years, sure, slip, groundless(wave.share, sure, slip))
        for wave in WAVES
        for sure, slip in ((1.0, 0.0), (1.0, 0.5), (0.9, 0.0), (0.8, 0.0), (0.79, 0.5))
    ]
    names = ("years", "groundless_cleared", "real_cleared", "groundless_share")
    about = "what the record's share of cleared cases says of the share that had no ground, if review clears so; - cannot be"
    note = "A statute clears by class of decision, so that the wave of 1988-89 says little about single cases."
    return Table("supposed", about, {name: [row[k] for row in rows] for k, name in enumerate(names)}, note=note)


def _deaths(archive: Archive, factor: float, wanted: int | None) -> Table:
    """Return deaths by sentence and expected deaths in custody, and what a wanted number would ask for."""
    count = "select count(distinct person) as n from acts where list_contains(?, outcome) and kind = 'sentence'"
    shot = int(archive.sql(count, [list(archive.words.deaths)]).to_pylist()[0]["n"])
    prison, camp = _held(archive, camps=False), _held(archive, camps=True)
    rates = _rates(sorted({*prison, *camp}))
    died = int(archive.sql("select count(*) as n from acts where kind = 'death'").to_pylist()[0]["n"])
    in_prison = sum(years * factor * rates[year] for year, years in prison.items())
    in_camp = sum(years * rates[year] for year, years in camp.items())
    rows: list[tuple[str, float]] = [
        ("sentenced to death", shot),
        ("person-years before sentence", sum(prison.values())),
        ("person-years in camps after sentence, until the end of the run", sum(camp.values())),
        ("expected deaths before sentence", in_prison),
        ("expected deaths in camps", in_camp),
        ("deaths in all", shot + in_prison + in_camp),
    ]
    if died:  # the run has deaths of its own; the expected ones stand beside them
        rows[-1:] = [("died in custody, in the run itself", died), ("deaths in all, in the run itself", shot + died)]
    if wanted is not None:
        if wanted < shot:
            allowed = f"at least the {shot:,} who were sentenced to death in this run"
            raise FaultList([Fault("deaths", f"{wanted:,}", allowed)], "review")
        needed = (wanted - shot) / (in_prison + in_camp) if in_prison + in_camp > 0 else math.nan
        rows.append((f"factor on mortality in custody that {wanted:,} deaths in all would need", needed))
    about = "deaths by sentence, and expected deaths in custody of those whom the run arrested"
    return Table("deaths", about, {"what": [row[0] for row in rows], "number": [round(row[1], 2) for row in rows]})


def _rates(years: Sequence[int]) -> dict[int, float]:
    """Return the mortality of each year; of years without one, that of the nearest year."""
    return {year: CAMP_MORTALITY[min(CAMP_MORTALITY, key=lambda known: (abs(known - year), known))] for year in years}


def _held(archive: Archive, *, camps: bool) -> dict[int, float]:
    """Return person-years by year: from arrest to the sentence or release, or in camps from the sentence to the end."""
    end = (archive.end - archive.epoch).days if archive.end is not None else None
    ends = "kind in ('sentence', 'release')"
    camp = "select min(time) as since, cast(null as double) as until from acts where kind = 'sentence' and outcome = 'camp'"
    arrests = "select person, min(time) as since from acts where kind = 'arrest' group by person"
    decided = f"select person, min(time) as until from acts where {ends} group by person"
    before = f"select a.since, s.until from ({arrests}) a left join ({decided}) s using (person)"
    query = f"{camp} group by person" if camps else before
    found = archive.sql(query).to_pydict()
    since = np.array([x if x is not None else np.nan for x in found["since"]], float)
    last = float(end) if end is not None else float(np.nanmax(since, initial=0.0))
    until = np.array([x if x is not None else last for x in found["until"]], float)
    years: dict[int, float] = {}
    first_year = archive.epoch.year
    for year in range(first_year, first_year + int(last // 365) + 2):
        low, high = ((archive.epoch.replace(year=y, month=1, day=1) - archive.epoch).days for y in (year, year + 1))
        days = np.clip(np.minimum(until, high) - np.maximum(since, low), 0, None)
        if np.nansum(days) > 0:
            years[year] = float(np.nansum(days)) / 365.25
    return years


def _assumptions(groundless_share: float, real_share: float, factor: float) -> tuple[str, ...]:
    """Return what the numbers rest on."""
    looked = (
        "Each wave looks at persons of the run in the share in which it looked at all persons sentenced in 1921-53 "
        f"({SENTENCED_1921_1953:,}) who were not cleared yet, members or not; in truth requests decided who was looked at."
    )
    camps = (
        "Mortality in camps is that of the certificate on 1930-56 in the year concerned; it leaves out persons who were released "
        "dying, and transports."
    )
    counted = (
        "Only persons whom the run arrests are counted, and only until its end: deaths of prisoners sentenced before, which the "
        "higher totals of the literature include, are not."
    )
    return (
        f"Review clears a case without ground with probability {groundless_share:g}, that of a real member with {real_share:g}.",
        looked,
        "The record's numbers of the waves rest on one reading; they hold cases of all years from 1921 on.",
        camps,
        f"Mortality before sentence is {factor:g} times that of the camps: no series was found.",
        counted,
    )
