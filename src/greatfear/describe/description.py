"""What an archive holds, in numbers: counts, naming, concentration, roots."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from greatfear.describe.columns import Calendar, Coded, Dated, Readable, coded, dated, numbers
from greatfear.describe.counts import DayCounts, Happened, cases_by_group, counts_by_window, totals_by
from greatfear.describe.naming import (
    Namings,
    Sat,
    bursts,
    concentration,
    deponents,
    first_namings,
    new_names,
)
from greatfear.describe.reproduction import case_matrix, case_totals, links_of, reproduction
from greatfear.describe.roots import chain_lengths, origin_totals, roots, roots_by_window
from greatfear.describe.text import as_html, as_text
from greatfear.describe.why_forest import Forest, Spoken, forest_from
from greatfear.errors import ArchiveError
from greatfear.show.face import Json
from greatfear.show.table import Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Description", "describe"]

Ints = npt.NDArray[np.integer[Any]]


_THIRDS = ("new_share_first_third", "new_share_second_third", "new_share_last_third")


@dataclass(frozen=True, repr=False)
class Description:
    """An archive in numbers.

    Parameters
    ----------
    title, kind : str
        As in the archive's manifest.
    epoch : datetime.date
        Day from which the archive counts its times.
    by : str
        Unit of the windows: ``"day"``, ``"month"`` or ``"year"``.
    case : str
        Kind of act counted as a case: ``"arrest"``, or ``"summons"`` where no arrest is recorded.
    totals : dict of str to number
        Numbers of the whole archive; shares lie between 0 and 1.
    frames : dict of str to Table
        Tables; see ``frames[name].about``.

    Notes
    -----
    Numbers describe what was written down and survived, not what happened.

    Examples
    --------
    >>> from greatfear.archive import Archive
    >>> describe(Archive.from_tables({}, epoch=dt.date(1335, 1, 1))).by
    'month'
    """

    title: str
    kind: str
    epoch: dt.date
    by: str
    case: str
    totals: dict[str, float | int] = field(default_factory=dict)
    frames: dict[str, Table] = field(default_factory=dict)

    @property
    def cases_are(self) -> str:
        """Return the kind of act that counts as a case, in the plural."""
        return "summonses" if self.case == "summons" else f"{self.case}s"

    def __getitem__(self, name: str) -> Table:
        """Return the table called `name`."""
        return self.frames[name]

    def __repr__(self) -> str:
        """Return title, period of the windows and size on one line."""
        return f"<Description of {self.title!r} ({self.kind}), by {self.by}: {len(self.frames)} tables>"

    def __str__(self) -> str:
        """Return the description as plain text."""
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def to_dict(self) -> dict[str, Json]:
        """Return everything as plain dictionaries and lists; NaN becomes None, so that it is valid JSON."""
        head = {
            "title": self.title,
            "kind": self.kind,
            "epoch": self.epoch.isoformat(),
            "by": self.by,
            "case": self.case,
        }
        tables = {name: {"about": frame.about, "rows": _plain(frame.rows())} for name, frame in self.frames.items()}
        return head | {"totals": _plain(self.totals), "tables": tables}

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return the tables as pandas frames.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return {name: table.to_pandas() for name, table in self.frames.items()}


def _plain(value: Any) -> Any:
    """Return `value` with NaN as None and numpy numbers as Python's."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def describe(archive: Readable, *, by: str = "month", top: int = 10) -> Description:
    """Return the numbers of an archive.

    Parameters
    ----------
    archive : Archive
        Simulated or real. Columns are read one table at a time; 5 million statements need about 600 MB while it works.
    by : {"month", "day", "year"}
        Unit of the windows in the tables by time (years are always given too).
    top : int
        How many persons to list among those who name and are named most.

    Returns
    -------
    Description

    Raises
    ------
    ArchiveError
        If `by` is none of the three.
    """
    if by not in ("day", "month", "year"):
        raise ArchiveError(f"describe: by: found {by!r}, but expected one of 'day', 'month', 'year'")
    n_persons = archive.n_rows("persons")
    words = _read_words(archive)
    acts = _read_acts(archive)
    calendar = Calendar.spanning(archive.epoch, words.when, acts.when)
    chains = forest_from(acts.table, words.spoken, n_persons)
    namings, rows = words.namings(n_persons)
    sat = acts.sat()
    manifest = getattr(archive, "manifest", None)
    totals = _totals(archive, words, namings, sat, acts.happened)
    thirds, fresh = new_names(namings, calendar, by)
    totals |= dict(zip(_THIRDS, thirds, strict=True))
    totals |= concentration(namings.subject[namings.by_others], n_persons)
    totals |= {"cases": len(chains), **origin_totals(chains), "circles_cut": len(chains.cut)}
    led = _led(chains, rows, len(words.subject), words.spoken)
    per_case, case_tables = _per_case(archive, chains, (words, acts), calendar, by)
    totals |= per_case
    tables = [
        *_time_tables(words, acts, calendar, by),
        *_group_tables(archive, acts, chains, namings),
        *case_tables,
        deponents(namings, sat, calendar, by, led),
        fresh,
        bursts(namings, sat),
        roots(chains),
        roots_by_window(chains, calendar, acts.when, by),
        chain_lengths(chains),
        _most(archive, namings.speaker[namings.speaker >= 0], top, "top_speakers", "who names most"),
        _most(archive, namings.subject[namings.by_others], top, "top_subjects", "who is named most, by others"),
    ]
    return Description(
        title=str(getattr(manifest, "title", "") or ""),
        kind=str(getattr(archive, "kind", "") or ""),
        epoch=archive.epoch,
        by=by,
        case=chains.kind,
        totals=totals,
        frames={table.name: table for table in tables},
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """Columns of the statements."""

    spoken: Spoken
    subject: Ints
    single: npt.NDArray[np.bool_]
    when: Dated

    def namings(self, n_persons: int) -> tuple[Namings, Ints]:
        """Return the namings of single persons, and their rows."""
        keep = self.single & (self.subject >= 0)
        rows = np.arange(len(keep), dtype=np.int32) if keep.all() else np.flatnonzero(keep).astype(np.int32)
        subject, spoken = self.subject[rows], self.spoken
        pressed = spoken.channel.equals("interrogation")[rows]
        when = Dated(self.when.day[rows], self.when.grain[rows])
        is_new = first_namings(subject, n_persons)
        return Namings(spoken.speaker[rows], subject, pressed, spoken.sitting[rows], when, is_new), rows


@dataclass(frozen=True, slots=True)
class _Acts:
    """Columns of the acts."""

    happened: Happened
    sitting: Ints
    table: pa.Table

    @property
    def when(self) -> Dated:
        return self.happened.when

    def sat(self) -> Sat:
        """Return the interrogations."""
        rows = np.flatnonzero(self.happened.kind.equals("interrogation"))
        when = Dated(self.when.day[rows], self.when.grain[rows])
        return Sat(self.happened.person[rows], self.sitting[rows], when)


def _read_words(archive: Readable) -> _Words:
    columns = ["time", "precision", "speaker", "subject", "sitting", "channel", "collective"]
    table = archive.table("statements", columns)
    spoken = Spoken(
        numbers(table, "time"), numbers(table, "speaker"), numbers(table, "sitting"), coded(table, "channel")
    )
    collective = table.column("collective")
    if collective.null_count == len(collective):
        single = np.ones(len(collective), bool)
    else:
        single = np.asarray(collective.is_null().to_numpy())
    return _Words(spoken, numbers(table, "subject"), single, _when(archive, "statements", table))


def _when(archive: Readable, name: str, table: pa.Table) -> Dated:
    """Return the rows placed in time; ends of intervals are read only where there are intervals."""
    return dated(table, archive.epoch, lambda: archive.table(name, ["time_end"]))


def _read_acts(archive: Readable) -> _Acts:
    columns = [
        "time",
        "precision",
        "person",
        "kind",
        "outcome",
        "operation",
        "board",
        "sitting",
        "cause",
        "statement",
    ]
    table = archive.table("acts", columns)
    happened = Happened(
        numbers(table, "person"), coded(table, "kind"), coded(table, "outcome"),
        coded(table, "operation"), coded(table, "board"), _when(archive, "acts", table),
    )  # fmt: skip
    return _Acts(happened, numbers(table, "sitting"), table)


def _totals(archive: Readable, words: _Words, namings: Namings, sat: Sat, acts: Happened) -> dict[str, float | int]:
    """Return the plain counts."""
    n_persons = archive.n_rows("persons")
    sat_down, spoke = np.zeros(n_persons, bool), np.zeros(n_persons, bool)
    pressed = words.spoken.channel.equals("interrogation") & (words.spoken.speaker >= 0)
    spoke[words.spoken.speaker[pressed]] = True
    sat_down[sat.person] = True
    death = acts.kind.equals("sentence") & acts.outcome.equals("death")
    return {
        "persons": n_persons,
        "statements": len(words.subject),
        "acts": len(acts.person),
        "sentences": int(acts.kind.equals("sentence").sum()),
        "deaths": int(death.sum()),
        "deponents": int((sat_down | spoke).sum()),
        "deponents_without_names": int((sat_down & ~spoke).sum()),
        "namings_of_persons": len(namings.subject),
        "self_accusations": int((~namings.by_others).sum()),
        "collective_statements": int((~words.single).sum()),
        "undated_statements": int((words.when.grain == 3).sum()),
        "undated_acts": int((acts.when.grain == 3).sum()),
    }


def _per_case(
    archive: Readable, chains: Forest, read: tuple[_Words, _Acts], calendar: Calendar, by: str
) -> tuple[dict[str, float], list[Table]]:
    """Return what a case leads to: over the archive, by window, and between strata."""
    words, acts = read
    spoken = words.spoken
    use = spoken.channel.equals("interrogation") & words.single & (spoken.speaker >= 0) & (words.subject >= 0)
    end = getattr(archive, "end", None)
    dates = [part.day[part.grain < 3].max(initial=0) for part in (words.when, acts.when)]
    last = float((end - archive.epoch).days - 1 if end is not None else max(dates))
    when = Dated(acts.when.day[chains.act], acts.when.grain[chains.act])
    links = links_of(chains, (spoken.speaker[use], words.subject[use], spoken.time[use]), last)
    strata = coded(archive.table("persons", ["stratum"]), "stratum")
    matrix, radius = case_matrix(links, strata, chains.person)
    totals = case_totals(links) | {"arrests_per_case_by_stratum": radius}
    return totals, [reproduction(links, calendar, when, by), matrix]


def _led(chains: Forest, rows: Ints, n_statements: int, spoken: Spoken) -> Ints:
    """Return, for each case that rests on a naming under interrogation, the position of that naming among the namings."""
    statement = chains.statement[chains.statement >= 0]
    statement = statement[statement < n_statements]
    statement = statement[spoken.channel.equals("interrogation")[statement]]
    if len(rows) == n_statements:
        return statement
    place = np.full(n_statements, -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    return place[statement][place[statement] >= 0]


def _time_tables(words: _Words, acts: _Acts, calendar: Calendar, by: str) -> list[Table]:
    """Return the tables by time."""
    happened = acts.happened
    sentences = happened.only("sentence")
    channels = DayCounts.of(words.when, words.spoken.channel, calendar)
    kinds = DayCounts.of(happened.when, happened.kind, calendar)
    outcomes = DayCounts.of(sentences.when, sentences.outcome, calendar)
    tables = []
    for unit in dict.fromkeys([by, "year"]):
        said, done, decided = (part.by(unit) for part in (channels, kinds, outcomes))
        tables += [
            counts_by_window(unit, calendar, done, decided, said),
            Table(f"channels_by_{unit}", f"statements by channel and {unit}", said.columns("channel", "statements")),
            Table(f"outcomes_by_{unit}", f"sentences by outcome and {unit}", decided.columns("outcome", "sentences")),
            Table(f"kinds_by_{unit}", f"acts by kind and {unit}", done.columns("kind", "acts")),
        ]
    return tables


def _group_tables(archive: Readable, acts: _Acts, chains: Forest, namings: Namings) -> list[Table]:
    """Return the tables by region, stratum, operation, board, channel, outcome and kind."""
    people = archive.table("persons", ["region", "stratum"])
    happened = acts.happened
    tables = [
        cases_by_group(name, coded(people, name), chains.person, happened, namings.subject)
        for name in ("region", "stratum")
    ]
    sentences = happened.only("sentence")
    case = happened.only(chains.kind)
    parts: list[tuple[str, str, Coded]] = [
        ("kinds", "acts by kind", happened.kind),
        ("outcomes", "sentences by outcome", sentences.outcome),
        ("boards", "sentences by board", sentences.board),
        ("operations", "cases by operation", case.operation),
        ("confessions", "interrogations by outcome", happened.only("interrogation").outcome),
    ]
    return tables + [totals_by(*part) for part in parts]


def _most(archive: Readable, person: Ints, top: int, name: str, about: str) -> Table:
    """Return the persons who occur most often."""
    counts = np.bincount(person, minlength=1)
    best = np.argsort(-counts, kind="stable")[:top] if len(counts) < 10_000 else _largest(counts, top)
    best = best[counts[best] > 0]
    listed = ", ".join(map(str, best.tolist())) or "-1"
    ids = archive.sql(f"select person, id from persons where person in ({listed})").to_pydict()
    named = dict(zip(ids["person"], ids["id"], strict=True))
    return Table(name, about, {"person": [named[k] for k in best.tolist()], "namings": counts[best].tolist()})


def _largest(counts: Ints, top: int) -> Ints:
    """Return the positions of the largest counts, largest first, equal ones by position."""
    bound = np.partition(counts, -top)[-top]
    found = np.flatnonzero(counts >= bound)
    return found[np.argsort(-counts[found], kind="stable")][:top]
