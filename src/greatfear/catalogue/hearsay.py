"""Who has it from whom: claims as a graph from the asserter to the source, and how many origins can stand behind them.

A source that two asserters share counts once. An asserter of whom it is not known how he knew is no origin: he counts as
one at most, and as none at least where another origin is known. So the number of origins is always a pair of bounds.
"""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from greatfear.catalogue.hearsay_table import Report, in_depth, read_reports, remarks, text_of
from greatfear.catalogue.resources import folder
from greatfear.errors import UnknownNameError
from greatfear.show.face import Json, Shown
from greatfear.show.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Hearsay(Shown):
    """The chains behind one assertion.

    Parameters
    ----------
    topic : str
    reports : tuple of Report
        The steps.
    notes : tuple of str
        What a reader should know of the table: columns that were not read, equal rows, names that are nearly one, years out
        of order.

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
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return topic and bounds on one line."""
        return f"<Hearsay {self.topic!r}: {len(self.asserters)} asserters, {self.bounds_in_words()}>"

    @property
    def asserters(self) -> list[str]:
        """Return everybody who asserts or passes on, in the order of the table; papers are left out."""
        return list(dict.fromkeys(report.asserter for report in self.reports))

    @functools.cached_property
    def sources(self) -> dict[str, list[str]]:
        """Return for each asserter from whom or what he has it."""
        found: dict[str, list[str]] = {name: [] for name in self.asserters}
        for report in self.reports:
            if report.heard_from:
                found[report.asserter].append(report.heard_from)
                found.setdefault(report.heard_from, [])
        return {name: list(dict.fromkeys(from_whom)) for name, from_whom in found.items()}

    @functools.cached_property
    def rings(self) -> dict[str, str]:
        """Return the members of closed rings with the first member of each.

        In a closed ring all have it from one another, and nobody from anybody else.
        """
        return _rings(self.sources)

    def roots(self, asserter: str | None = None) -> dict[str, bool]:
        """Return where the chains end, and whether that end is a known origin (a paper, or somebody's own knowledge).

        Asserters who have it from one another alone are one end that is not known: one of them began, or heard it elsewhere.
        It bears the name of the first of them.

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
        rings = {first for name, first in self.rings.items() if name in reached}
        return {name: name in known for name in ends} | dict.fromkeys(
            (name for name in sources if name in rings), False
        )

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
        sources, ends = self.sources, {*self.roots(asserter), *self.rings}
        before: dict[str, str] = {}
        waiting = deque([asserter])
        while waiting:
            name = waiting.popleft()
            if name in ends and (name != asserter or not sources[name] or name in self.rings):
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
        years = self.years
        rows = [(name, years.get(name), self.chain(name), self.roots(name)) for name in self.asserters]
        columns: dict[str, list[Json]] = {
            "asserter": [name for name, *_ in rows],
            "year": [year for _, year, *_ in rows],
            "shortest_chain": [" < ".join(chain) for _, _, chain, _ in rows],
            "steps": [len(chain) - 1 for _, _, chain, _ in rows],
            "origins_low": [_low(ends) for *_, ends in rows],
            "origins_high": [len(ends) for *_, ends in rows],
        }
        return Table(self.topic, "who asserts it, and from whom", columns, note=f"In all: {self.bounds_in_words()}.")

    @property
    def years(self) -> dict[str, str]:
        """Return the years in which each asserter asserts it, where they are on record."""
        found: dict[str, set[int]] = {}
        for report in self.reports:
            if report.year is not None:
                found.setdefault(report.asserter, set()).add(report.year)
        return {name: ", ".join(map(str, sorted(years))) for name, years in found.items()}

    def bounds_in_words(self) -> str:
        """Return the bounds on the number of origins as words."""
        low, high = self.origins_low, self.origins_high
        unknown = [self._end_in_words(name) for name, is_known in self.roots().items() if not is_known]
        count = f"{low} origin{'s' if low != 1 else ''}" if low == high else f"at least {low}, at most {high} origins"
        return f"{count}; not recorded how these knew: {', '.join(unknown)}" if unknown else count

    def _end_in_words(self, name: str) -> str:
        """Return the name of an end; of a ring, all its members."""
        members = [other for other, first in self.rings.items() if first == name]
        return f"{' and '.join(members)} (from one another)" if members else name

    def __str__(self) -> str:
        """Return table, and each step with its source."""
        lines = [self.table().to_text(most=None), "", "Steps:"]
        for report in self.reports:
            step = f"from {report.heard_from}" if report.heard_from else f"basis: {report.basis}"
            about = "; ".join(part for part in (report.source, report.reading, report.note) if part)
            lines.append(f"  {report.asserter}, {step} ({about})" if about else f"  {report.asserter}, {step}")
        lines += ["", "Notes:", *(f"  {note}." for note in self.notes)] if self.notes else []
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Json]:
        """Return bounds, table and steps as plain data."""
        steps = [{name: getattr(report, name) for name in Report.__dataclass_fields__} for report in self.reports]
        bounds = {"origins_low": self.origins_low, "origins_high": self.origins_high, "words": self.bounds_in_words()}
        told = {"asserters": self.table().to_dict()["rows"], "steps": steps, "notes": list(self.notes)}
        return {"topic": self.topic, **bounds, **told}

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


def _rings(sources: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the members of closed rings with the first member of each, in the order of the table.

    A ring is closed where everybody whom its members reach reaches them too. Each name is met once: who reaches an end that
    is no ring is left out by walking back from all ends.
    """
    back: dict[str, list[str]] = {name: [] for name in sources}
    for name, from_whom in sources.items():
        for source in from_whom:
            back[source].append(name)
    number = dict[str, int]()
    for k, name in enumerate(in_depth(sources)):  # strongly connected groups, by Kosaraju
        waiting = [] if name in number else [name]
        while waiting:
            one = waiting.pop()
            if one not in number:
                number[one] = k
                waiting += [other for other in back[one] if other not in number]
    leaves = {number[name] for name, from_whom in sources.items() if any(number[x] != number[name] for x in from_whom)}
    single = {number[name] for name, from_whom in sources.items() if not from_whom}
    first: dict[int, str] = {}
    for name in sources:
        first.setdefault(number[name], name)
    return {name: first[number[name]] for name in sources if number[name] not in leaves | single}


def topics(table: str | os.PathLike[str] | None = None) -> dict[str, Hearsay]:
    """Return all chains of a table by topic: of the catalogue, or of a CSV file of the user.

    Parameters
    ----------
    table : path, optional
        A CSV file with the columns topic, asserter and heard_from (empty where nobody is named), and any of claims, year,
        basis (told, document, own knowledge, unknown), reading, source, note; between commas, semicolons, tabs or vertical
        bars, in UTF-8.

    Raises
    ------
    FaultList
        Columns or rows that cannot be read, all at once.
    """
    if table is None:
        name, text = "hearsay.csv", folder("claims").joinpath("hearsay.csv").read_text(encoding="utf-8")
    else:
        name, text = str(table), text_of(Path(table))
    reports, unread = read_reports(text, name)
    by_topic: dict[str, list[Report]] = {}
    for report in reports:
        by_topic.setdefault(report.topic, []).append(report)
    found = {
        topic: Hearsay(topic, tuple(dict.fromkeys(steps)), tuple(remarks(steps))) for topic, steps in by_topic.items()
    }
    for first in list(found)[:1]:  # what concerns the table as a whole stands with its first topic
        found[first] = replace(found[first], notes=(*unread, *found[first].notes))
    return found


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
    by_name = {key.casefold(): name for name, key in (*((n, c) for c, n in of_claim.items()), *((n, n) for n in found))}
    if topic.casefold() not in by_name:
        raise UnknownNameError("topic or claim with chains", topic, [*found, *of_claim])
    return found[by_name[topic.casefold()]]
