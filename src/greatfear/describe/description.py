"""What an archive holds, in numbers: counts, naming, concentration, roots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.cases import case_counts, cases_of, plural_of
from greatfear.describe.columns import Calendar, Coded, Dated, Readable, coded
from greatfear.describe.counts import DayCounts, cases_by_group, counts_by_window, totals_by
from greatfear.describe.material import Acts, Words, first_and_last, read_acts, read_words
from greatfear.describe.naming import Namings, Sat, bursts, concentration, deponents, new_names
from greatfear.describe.newness import Spans
from greatfear.describe.reproduction import case_matrix, case_totals, links_of, reproduction
from greatfear.describe.roots import chain_lengths, origin_totals, roots, roots_by_window
from greatfear.describe.text import as_html, as_text, in_words
from greatfear.describe.why_forest import Forest, Spoken
from greatfear.describe.why_text import day_text
from greatfear.errors import ArchiveError, UnknownNameError, WrongArgumentError, is_whole
from greatfear.show.face import Json
from greatfear.show.plain import plain
from greatfear.show.table import Table
from greatfear.show.wording import Wording

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Ints = npt.NDArray[np.integer[Any]]


_THIRDS = ("first_third", "second_third", "last_third")


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
        What is counted as a case: a kind of act, or ``"statement"`` (the first one by somebody else against a person).
    case_counts : dict of str to int
        How many cases there would be, by what counts as one.
    is_chosen : bool
        Whether the user chose what a case is; else it is an arrest, or a summons where no arrest is recorded.
    dates : tuple of str, optional
        First and last day of all dates; None where nothing is dated.
    totals : dict of str to number
        Numbers of the whole archive; shares lie between 0 and 1.
    frames : dict of str to Table
        Tables; see ``frames[name].about``. Counts by outcome, kind and channel have the words of the case.
    words : Wording
        Words of the case; the standard ones where it has none of its own.

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
    case_counts: dict[str, int] = field(default_factory=dict)
    is_chosen: bool = False
    dates: tuple[str, str] | None = None
    totals: dict[str, float | int] = field(default_factory=dict)
    frames: dict[str, Table] = field(default_factory=dict)
    words: Wording = field(default_factory=Wording)

    @property
    def cases_are(self) -> str:
        """Return what counts as a case, in the plural and in the words of the case."""
        return self.words.many("acts", self.case) if self.words else plural_of(self.case)

    def __getitem__(self, name: str) -> Table:
        """Return the table called `name`."""
        if name not in self.frames:
            raise UnknownNameError("table of the description", name, list(self.frames))
        return self.frames[name]

    def __repr__(self) -> str:
        """Return title, period of the windows and size on one line."""
        return f"<Description of {self.title!r} ({self.kind}), by {self.by}: {len(self.frames)} tables>"

    def __str__(self) -> str:
        """Return the description as plain text."""
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the cases by window and by year; drawn into `ax` where axes are given."""
        from greatfear.describe.series_figure import draw_series

        return draw_series(self, ax=ax)

    def to_dict(self) -> dict[str, Json]:
        """Return everything as plain dictionaries and lists; NaN becomes None, so that it is valid JSON."""
        head: dict[str, Json] = {
            "title": self.title, "kind": self.kind, "epoch": self.epoch.isoformat(), "by": self.by, "case": self.case,
            "case_counts": dict(self.case_counts), "dates": list(self.dates) if self.dates else None,
        }  # fmt: skip
        tables = {name: {"about": frame.about, "rows": plain(frame.rows())} for name, frame in self.frames.items()}
        own = {"words": plain(dict(self.words.given))} if self.words else {}
        return head | own | {"totals": plain(self.totals), "tables": tables}

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return the tables as pandas frames.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return {name: table.to_pandas() for name, table in self.frames.items()}


def describe(archive: Readable, *, by: str = "month", top: int = 10, case: str | None = None) -> Description:
    """Return the numbers of an archive.

    Parameters
    ----------
    archive : Archive
        Simulated or real. Columns are read one table at a time; 5 million statements need about 600 MB while it works.
    by : {"month", "day", "year"}
        Unit of the windows in the tables by time (years are always given too).
    top : int
        How many persons to list among those who name and are named most.
    case : str, optional
        What counts as a case: a kind of act (``"arrest"``, ``"summons"``, ``"sentence"`` ...), or ``"statement"``: the first
        statement by somebody else against a person. Default: arrests, or summonses where no arrest is recorded.

    Returns
    -------
    Description

    Raises
    ------
    ArchiveError
        If `by` is none of the three, or the archive has no such case.
    """
    _check(by, top)
    n_persons = archive.n_rows("persons")
    words = read_words(archive)
    acts = read_acts(archive)
    calendar = Calendar.spanning(archive.epoch, words.when, acts.when)
    chains, when = cases_of(case, words, acts, n_persons)
    namings, rows = words.namings(n_persons)
    sat, manifest = acts.sat(), getattr(archive, "manifest", None)
    totals = _totals(archive, (words, acts), namings, sat)
    thirds, fresh = new_names(namings, calendar, by)
    for prefix, name in (("new_share", "new"), ("new_share_least", "least"), ("new_share_most", "most")):
        totals |= {f"{prefix}_{third}": share for third, share in zip(_THIRDS, thirds[name], strict=True)}
    totals |= concentration(namings.subject[namings.by_others], n_persons)
    totals |= {"cases": len(chains), **origin_totals(chains), "circles_cut": len(chains.cut)}
    led = _led(chains, rows, len(words.subject), words.spoken)
    per_case, case_tables = _per_case(archive, (chains, when), (words, acts), calendar, by)
    totals |= per_case
    tables = [
        *_time_tables(words, acts, calendar, by, _worded(archive).deaths),
        *_group_tables(archive, acts, chains, namings),
        *case_tables,
        deponents(namings, sat, calendar, by, led),
        fresh,
        bursts(namings, sat),
        *_case_tables((chains, when), calendar, by),
        *_most_tables(archive, namings, top),
    ]
    return Description(
        title=str(getattr(manifest, "title", "") or ""),
        kind=str(getattr(archive, "kind", "") or ""),
        epoch=archive.epoch,
        by=by,
        case=chains.kind,
        case_counts=case_counts(words, acts, n_persons),
        is_chosen=case is not None,
        dates=_dates(archive.epoch, words, acts),
        totals=totals,
        **_in_words(archive, tables),
    )


def _in_words(archive: Readable, tables: list[Table]) -> dict[str, Any]:
    """Return the tables and the words of the case that they use."""
    words = _worded(archive)
    return {"frames": {table.name: in_words(table, words) for table in tables}, "words": words}


def _worded(archive: Readable) -> Wording:
    """Return the words of the case, and what its own outcomes do."""
    words: Wording = getattr(archive, "words", Wording())
    return words


def _totals(archive: Readable, read: tuple[Words, Acts], namings: Namings, sat: Sat) -> dict[str, float | int]:
    """Return the plain counts."""
    words, acts_read = read
    acts = acts_read.happened
    n_persons = archive.n_rows("persons")
    sat_down, spoke = np.zeros(n_persons, bool), np.zeros(n_persons, bool)
    pressed = words.spoken.channel.equals("interrogation") & (words.spoken.speaker >= 0)
    spoke[words.spoken.speaker[pressed]] = True
    sat_down[sat.person] = True
    death = acts.kind.equals("sentence") & acts.outcome.among(_worded(archive).deaths)
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
        "undated_statements": _undated(words.days),
        "undated_acts": _undated(acts_read.days),
        "coarse_statements": _coarse(words.days),
        "coarse_acts": _coarse(acts_read.days),
    }


def _undated(days: Spans | None) -> int:
    """Return how many rows have no date at all."""
    return 0 if days is None else int(np.isinf(days[0]).sum())


def _coarse(days: Spans | None) -> int:
    """Return how many rows are dated, but no better than to a month, a year or an interval."""
    return 0 if days is None else int((np.isfinite(days[0]) & (days[1] - days[0] > 1)).sum())


def _check(by: object, top: object) -> None:
    """Refuse a window or a length of lists that does not exist."""
    if by not in ("day", "month", "year"):
        raise ArchiveError(f"describe: by: found {by!r}, but expected 'day', 'month' or 'year'")
    if not is_whole(top, 0, 2**31):
        raise WrongArgumentError("describe: top", top, "a whole number, 0 or more")


def _dates(epoch: dt.date, words: Words, acts: Acts) -> tuple[str, str] | None:
    """Return the first and the last day of all dates."""
    ends = first_and_last((words.when, words.days), (acts.when, acts.days))
    return None if ends is None else (day_text(epoch, ends[0]), day_text(epoch, ends[1]))


def _per_case(
    archive: Readable, cases: tuple[Forest, Dated], read: tuple[Words, Acts], calendar: Calendar, by: str
) -> tuple[dict[str, float], list[Table]]:
    """Return what a case leads to: over the archive, by window, and between strata."""
    chains, when = cases
    words, acts = read
    spoken = words.spoken
    use = spoken.channel.equals("interrogation") & words.single & (spoken.speaker >= 0) & (words.subject >= 0)
    end = getattr(archive, "end", None)
    dates = [part.day[part.grain < 3].max(initial=0) for part in (words.when, acts.when)]
    last = float((end - archive.epoch).days - 1 if end is not None else max(dates))
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


def _time_tables(words: Words, acts: Acts, calendar: Calendar, by: str, deaths: Sequence[str]) -> list[Table]:
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
            counts_by_window(unit, calendar, done, decided, said, deaths=deaths),
            Table(f"channels_by_{unit}", f"statements by channel and {unit}", said.columns("channel", "statements")),
            Table(f"outcomes_by_{unit}", f"sentences by outcome and {unit}", decided.columns("outcome", "sentences")),
            Table(f"kinds_by_{unit}", f"acts by kind and {unit}", done.columns("kind", "acts")),
        ]
    return tables


def _group_tables(archive: Readable, acts: Acts, chains: Forest, namings: Namings) -> list[Table]:
    """Return the tables by region, stratum, operation, board, channel, outcome and kind."""
    people = archive.table("persons", ["region", "stratum"])
    happened = acts.happened
    tables = [
        cases_by_group(
            name, coded(people, name), chains.person, happened, namings.subject, deaths=_worded(archive).deaths
        )
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


def _case_tables(cases: tuple[Forest, Dated], calendar: Calendar, by: str) -> list[Table]:
    """Return the cases by what they go back to."""
    chains, when = cases
    return [roots(chains), roots_by_window(chains, calendar, when, by), chain_lengths(chains)]


def _most_tables(archive: Readable, namings: Namings, top: int) -> list[Table]:
    """Return those who name most, and who are named most."""
    return [
        _most(archive, namings.speaker[namings.speaker >= 0], top, "top_speakers", "who names most"),
        _most(archive, namings.subject[namings.by_others], top, "top_subjects", "who is named most, by others"),
    ]


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
