"""Who has it from whom: claims as a graph from the asserter to the source, and how many origins can stand behind them.

A source that two asserters share counts once. An asserter of whom it is not known how he knew is no origin: he counts as
one at most, and as none at least where another origin is known. So the number of origins is always a pair of bounds.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greatfear.catalogue.resources import folder, rows_of
from greatfear.errors import Fault, FaultList, UnknownNameError
from greatfear.show.face import Json, Shown
from greatfear.show.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BASES", "Hearsay", "Report", "hearsay", "topics"]

BASES = ("told", "document", "own knowledge", "unknown")
"""How an asserter knew: from somebody, from a paper, by himself, or not recorded."""
_NEEDED = ("topic", "asserter", "heard_from")
_OPTIONAL = ("claims", "year", "basis", "reading", "source", "note")


@dataclass(frozen=True, slots=True)
class Report:
    """One step: an asserter, and from whom or what he has it.

    Parameters
    ----------
    topic : str
        What is asserted, as a key.
    asserter : str
        Who asserts it.
    heard_from : str
        From whom, or from which paper; empty where that is not recorded or he knew it himself.
    basis : str
        One of `BASES`.
    year : int or None
        Year of the assertion.
    claims, reading, source, note : str
        Ids of claims of the catalogue; whether the step was read in a text; where it stands; what a reader must know.
    """

    topic: str
    asserter: str
    heard_from: str
    basis: str
    year: int | None = None
    claims: str = ""
    reading: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, repr=False)
class Hearsay(Shown):
    """The chains behind one assertion.

    Parameters
    ----------
    topic : str
    reports : tuple of Report
        The steps.

    Examples
    --------
    >>> dead = hearsay("total-of-the-dead")
    >>> dead.origins_low, dead.origins_high
    (1, 2)
    >>> " < ".join(dead.chain("source article"))
    'source article < Bortman < Berger < Wikipedia < certificate of the registration department'
    """

    topic: str
    reports: tuple[Report, ...]

    def __repr__(self) -> str:
        """Return topic and bounds on one line."""
        return f"<Hearsay {self.topic!r}: {len(self.asserters)} asserters, {self.bounds_in_words()}>"

    @property
    def asserters(self) -> list[str]:
        """Return everybody who asserts or passes on, in the order of the table; papers are left out."""
        return list(dict.fromkeys(report.asserter for report in self.reports))

    @property
    def sources(self) -> dict[str, list[str]]:
        """Return for each asserter from whom or what he has it."""
        found: dict[str, list[str]] = {name: [] for name in self.asserters}
        for report in self.reports:
            if report.heard_from:
                found[report.asserter].append(report.heard_from)
                found.setdefault(report.heard_from, [])
        return {name: list(dict.fromkeys(from_whom)) for name, from_whom in found.items()}

    def roots(self, asserter: str | None = None) -> dict[str, bool]:
        """Return where the chains end, and whether that end is a known origin (a paper, or somebody's own knowledge).

        Parameters
        ----------
        asserter : str, optional
            Only the chains of this asserter.
        """
        sources = self.sources
        reached = self._reached(asserter) if asserter is not None else set(sources)
        known = {r.heard_from for r in self.reports if r.basis == "document"}
        known |= {r.asserter for r in self.reports if r.basis == "own knowledge"}
        also_unknown = {r.asserter for r in self.reports if not r.heard_from and r.basis != "own knowledge"}
        ends = [
            name for name, from_whom in sources.items() if name in reached and (not from_whom or name in also_unknown)
        ]
        return {name: name in known for name in ends}

    @property
    def origins_low(self) -> int:
        """Return the least number of origins: the known ones, or one where none is known."""
        return _low(self.roots())

    @property
    def origins_high(self) -> int:
        """Return the greatest number of origins: each end of a chain counts as one."""
        return len(self.roots())

    def chain(self, asserter: str) -> list[str]:
        """Return the shortest chain from an asserter to the end of a chain.

        Raises
        ------
        UnknownNameError
            Nobody of that name asserts it.
        """
        sources, ends = self.sources, self.roots(asserter)
        before: dict[str, str] = {}
        waiting = deque([asserter])
        while waiting:
            name = waiting.popleft()
            if name in ends and (name != asserter or not sources[name]):
                back = [name]
                while back[-1] != asserter:
                    back.append(before[back[-1]])
                return back[::-1]
            for source in sources[name]:
                if source not in before and source != asserter:
                    before[source] = name
                    waiting.append(source)
        return [asserter]

    def table(self) -> Table:
        """Return a row for each asserter: year, shortest chain, steps, and bounds on the origins behind him."""
        years = {report.asserter: report.year for report in reversed(self.reports)}
        rows = [(name, years[name], self.chain(name), self.roots(name)) for name in self.asserters]
        columns: dict[str, list[Json]] = {
            "asserter": [name for name, *_ in rows],
            "year": [None if year is None else str(year) for _, year, *_ in rows],
            "shortest_chain": [" < ".join(chain) for _, _, chain, _ in rows],
            "steps": [len(chain) - 1 for _, _, chain, _ in rows],
            "origins_low": [_low(ends) for *_, ends in rows],
            "origins_high": [len(ends) for *_, ends in rows],
        }
        return Table(self.topic, "who asserts it, and from whom", columns, note=f"In all: {self.bounds_in_words()}.")

    def bounds_in_words(self) -> str:
        """Return the bounds on the number of origins as words."""
        low, high = self.origins_low, self.origins_high
        unknown = [name for name, is_known in self.roots().items() if not is_known]
        count = f"{low} origin{'s' if low != 1 else ''}" if low == high else f"at least {low}, at most {high} origins"
        return f"{count}; not recorded how these knew: {', '.join(unknown)}" if unknown else count

    def __str__(self) -> str:
        """Return table, and each step with its source."""
        lines = [self.table().to_text(most=None), "", "Steps:"]
        for report in self.reports:
            step = f"from {report.heard_from}" if report.heard_from else f"basis: {report.basis}"
            about = "; ".join(part for part in (report.source, report.reading, report.note) if part)
            lines.append(f"  {report.asserter}, {step} ({about})" if about else f"  {report.asserter}, {step}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Json]:
        """Return bounds, table and steps as plain data."""
        steps = [{name: getattr(report, name) for name in Report.__dataclass_fields__} for report in self.reports]
        bounds = {"origins_low": self.origins_low, "origins_high": self.origins_high, "words": self.bounds_in_words()}
        return {"topic": self.topic, **bounds, "asserters": self.table().to_dict()["rows"], "steps": steps}

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the chains: asserters above, what they rest on below; known origins filled, unknown ones dashed."""
        from greatfear.catalogue.hearsay_figure import draw

        return draw(self, ax)

    def _reached(self, asserter: str) -> set[str]:
        sources = self.sources
        if asserter not in sources:
            raise UnknownNameError("asserter", asserter, list(sources))
        reached, waiting = {asserter}, [asserter]
        while waiting:
            new = [name for name in sources[waiting.pop()] if name not in reached]
            reached.update(new)
            waiting += new
        return reached


def _low(ends: Mapping[str, bool]) -> int:
    return max(1, sum(ends.values())) if ends else 0


def topics(table: str | os.PathLike[str] | None = None) -> dict[str, Hearsay]:
    """Return all chains of a table by topic: of the catalogue, or of a CSV file of the user.

    Parameters
    ----------
    table : path, optional
        A CSV file with the columns topic, asserter and heard_from (empty where nobody is named), and any of claims, year,
        basis (told, document, own knowledge, unknown), reading, source, note.

    Raises
    ------
    FaultList
        Columns or rows that cannot be read.
    """
    rows = rows_of(folder("claims").joinpath("hearsay.csv")) if table is None else _rows_of_file(Path(table))
    name = "hearsay.csv" if table is None else str(table)
    faults = [Fault(name, "no column " + column, f"the columns {', '.join(_NEEDED)}")
              for column in _NEEDED if rows and column not in rows[0]]  # fmt: skip
    if faults:
        raise FaultList(faults, name)
    reports = [_report(row, f"{name} row {number}", faults) for number, row in enumerate(rows, 2)]
    if not rows:
        faults.append(Fault(name, "no row", "at least one step"))
    if faults:
        raise FaultList(faults, name)
    by_topic: dict[str, list[Report]] = {}
    for report in reports:
        by_topic.setdefault(report.topic, []).append(report)
    return {topic: Hearsay(topic, tuple(steps)) for topic, steps in by_topic.items()}


def hearsay(topic: str, table: str | os.PathLike[str] | None = None) -> Hearsay:
    """Return the chains behind one assertion: a topic, or the id of a claim.

    Parameters
    ----------
    topic : str
        Such as ``"total-of-the-dead"`` or ``"C41"``.
    table : path, optional
        See `topics`.

    Raises
    ------
    UnknownNameError
        There is no such topic or claim; the message names the nearest.
    """
    found = topics(table)
    of_claim = {claim: name for name, one in found.items() for r in one.reports for claim in r.claims.split()}
    if topic not in found and topic not in of_claim:
        raise UnknownNameError("topic or claim with chains", topic, [*found, *of_claim])
    return found[topic if topic in found else of_claim[topic]]


def _rows_of_file(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError) as error:
        raise FaultList([Fault(str(path), str(error), "a CSV file in UTF-8 that can be read")], str(path)) from error


def _report(row: Mapping[str, str], place: str, faults: list[Fault]) -> Report:
    """Return a row as a step; what is wrong with it is added to `faults`."""
    cell = {key: str(row.get(key) or "").strip() for key in (*_NEEDED, *_OPTIONAL)}
    basis = cell["basis"] or ("told" if cell["heard_from"] else "unknown")
    faults += _wrong(cell, basis, place)
    year = int(cell["year"]) if cell["year"].lstrip("-").isdigit() else None
    kept = {key: cell[key] for key in ("topic", "asserter", "heard_from", "claims", "reading", "source", "note")}
    return Report(basis=basis, year=year, **kept)


def _wrong(cell: Mapping[str, str], basis: str, place: str) -> Iterable[Fault]:
    if not cell["topic"] or not cell["asserter"]:
        yield Fault(place, "no topic or no asserter", "both")
    if basis not in BASES:
        yield Fault(f"{place}: basis", repr(basis), f"one of {', '.join(BASES)}")
    if cell["year"] and not cell["year"].lstrip("-").isdigit():
        yield Fault(f"{place}: year", repr(cell["year"]), "a year, or nothing")
    if cell["heard_from"] and cell["heard_from"] == cell["asserter"]:
        yield Fault(f"{place}: heard_from", "the asserter himself", "somebody else, or the basis 'own knowledge'")
    if basis == "own knowledge" and cell["heard_from"]:
        yield Fault(f"{place}: basis", "'own knowledge' beside a source", "one of the two")
