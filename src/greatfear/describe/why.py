"""The chain behind a case, back to its root, and every statement against a person with where it came from."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from greatfear.describe.columns import Readable
from greatfear.describe.origins import Bounds, Leads, bounds, leads_of
from greatfear.describe.why_ancestry import ancestry
from greatfear.describe.why_forest import ROOTS, Forest, spoken_in
from greatfear.describe.why_rows import Rows, SqlRows
from greatfear.describe.why_text import as_html, as_text, date_text
from greatfear.describe.why_tree import Tree, tree_of
from greatfear.errors import WrongArgumentError, is_whole
from greatfear.show.wording import Wording, counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Step:
    """One case of a chain: who was arrested, when, and on what.

    Parameters
    ----------
    person, date : str
        Id of the person; date as exactly as it is known, ``"undated"`` where it is not.
    act : int
        Row number in acts.
    cause, operation : str
        As in acts; the operation is empty where there is none.
    statement : int
        Row number of the statement it rests on; -1 for none.
    speaker, channel, said : str
        Who made that statement (empty: unknown or an office), by which channel, and when.
    """

    person: str
    date: str
    act: int
    cause: str
    operation: str
    statement: int
    speaker: str
    channel: str
    said: str


@dataclass(frozen=True, slots=True)
class Said:
    """One statement against the person, and where it goes back to.

    Parameters
    ----------
    statement : int
        Row number in statements.
    date, speaker, channel : str
        As in `Step`.
    pressure : float or None
        Pressure on the speaker, 0 to 1; None where unknown.
    source, place, level, certainty : str
        Where it stands and how sure the recorder is; empty where not given.
    root : str
        What it goes back to, one of `greatfear.describe.why_forest.ROOTS`.
    origin : int
        Number of its origin where every unknown root counts as one, counted from 1.
    chain : tuple of str
        Ids of the persons between the statement and its root, the speaker first.
    """

    statement: int
    date: str
    speaker: str
    channel: str
    pressure: float | None
    source: str
    place: str
    level: str
    certainty: str
    root: str
    origin: int
    chain: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Why:
    """Why a person became a case, as far as the archive says.

    Parameters
    ----------
    person : str
        Id.
    about : dict of str to str
        Name, region, stratum and unit, where recorded.
    case : str
        Kind of act counted as a case: ``"arrest"`` or ``"summons"``.
    chains : tuple of tuple of Step
        One chain for each case of the person, from it back to the root.
    roots : tuple of str
        What each chain goes back to.
    acts : tuple of dict
        Everything an office did to the person.
    statements : tuple of Said
        Statements against the person in the order of the record; the first `limit` of `n_statements`.
    n_statements, n_speakers : int
        All statements against the person, and by how many known speakers.
    origins_low, origins_high : int
        Bounds on the independent origins of these statements; those that descend from one another count once. At most:
        each unknown root is one origin. At least: it is joined to the earliest statement that speaker or office could
        have known of.
    unknown_roots : dict of str to int
        Statements whose root is not recorded, by kind of root (`greatfear.describe.roots.UNKNOWN_ROOTS`).
    notes : tuple of str
        What a reader must know, such as a circle that was cut.
    words : Wording
        Words of the case, with which the answer is printed; the fields hold codes.
    names : dict of str to str
        Name of each person quoted, by id, where one is recorded.

    Examples
    --------
    >>> import datetime as dt
    >>> from greatfear.archive import Archive
    >>> from greatfear.record.columns import table_from_columns
    >>> persons = table_from_columns("persons", {"id": ["P0001"]}, 1)
    >>> why(Archive.from_tables({"persons": persons}, epoch=dt.date(1335, 1, 1)), "P0001").n_statements
    0
    """

    person: str
    about: dict[str, str]
    case: str
    chains: tuple[tuple[Step, ...], ...]
    roots: tuple[str, ...]
    acts: tuple[dict[str, Any], ...]
    statements: tuple[Said, ...]
    n_statements: int
    n_speakers: int
    origins_low: int
    origins_high: int
    unknown_roots: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    words: Wording = field(default_factory=Wording)
    names: dict[str, str] = field(default_factory=dict)

    def called(self, person: str) -> str:
        """Return how a person is called in text: the name with the id, or the id alone."""
        name = self.names.get(person)
        return f"{name} ({person})" if name else person

    def __repr__(self) -> str:
        """Return person, cases and statements on one line."""
        cases, statements = counted(len(self.chains), "case"), counted(self.n_statements, "statement", ",")
        return f"<Why {self.person!r}: {cases}, {statements} by {counted(self.n_speakers, 'speaker', ',')}>"

    def __str__(self) -> str:
        """Return the answer as plain text."""
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the chains behind the person's cases; drawn into `ax` where axes are given."""
        from greatfear.describe.tree_figure import draw_tree

        return draw_tree(self.tree(), ax=ax)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain dictionaries and lists, ready for JSON."""
        slots = {kind: tuple(kind.__dataclass_fields__) for kind in (Step, Said)}

        def plain(value: Any) -> Any:
            if isinstance(value, Step | Said):
                return {name: plain(getattr(value, name)) for name in slots[type(value)]}
            if isinstance(value, tuple | list):
                return [plain(part) for part in value]
            if isinstance(value, dict):
                return {name: plain(part) for name, part in value.items()}
            return value

        found = {name: plain(getattr(self, name)) for name in self.__dataclass_fields__ if name != "words"}
        return found | ({"words": plain(dict(self.words.given))} if self.words else {})

    def tree(self) -> Tree:
        """Return persons and namings behind the case as nodes and edges, for a figure."""
        return tree_of(self)


def why(
    archive: Readable,
    person: str | int,
    *,
    limit: int = 100,
    chains: Forest | None = None,
    rows: Rows | None = None,
) -> Why:
    """Return the chain behind a case back to its root, and all statements against the person.

    Parameters
    ----------
    archive : Archive
        Simulated or real.
    person : str or int
        Id of the person, as in the column ``id`` of persons, or the row number.
    limit : int
        How many statements to list; all are counted.
    chains : Forest, optional
        ``forest(archive)``, if it is at hand; it need not be built again for every question.
    rows : Rows, optional
        Gives the rows to quote, if they are at hand; they are asked from the archive otherwise.

    Raises
    ------
    UnknownNameError
        If nobody in the archive has this id; the message gives the nearest ids.
    """
    if isinstance(person, bool) or not isinstance(person, (str, SupportsIndex)):
        raise WrongArgumentError("why: person", person, "the id of a person, or the number of a row")
    if not is_whole(limit, 0, 2**31):
        raise WrongArgumentError("why: limit", limit, "a whole number, 0 or more")
    rows = rows or SqlRows(archive)
    row = rows.person(person)
    number = int(row["person"])
    told = rows.against(number)
    spoken = spoken_in(told)
    against = np.zeros(0, np.int32) if spoken.row is None else spoken.row
    chains = chains or ancestry(archive, np.append(spoken.speaker, number))
    low, high = chains.span(np.array([number]))
    cases = chains.order[low[0] : high[0]]
    leads = leads_of(told, spoken, chains)
    origins = _Origins.of(leads, bounds(_alone(leads), 1, rows.near(spoken.speaker)))
    shown = against[:limit]
    # Read in place: a whole forest is not copied for one chain.
    parent = memoryview(np.ascontiguousarray(chains.parent))  # type: ignore[arg-type]
    walks = {int(case): _walk(parent, int(case)) for case in [*cases, *origins.case[:limit]] if case >= 0}
    look = _Look.up(rows, archive.epoch, chains, walks, shown)
    speakers = spoken.speaker
    return Why(
        person=str(row["id"]),
        about={name: str(row[name]) for name in _ABOUT if row[name]},
        case=chains.kind,
        chains=tuple(tuple(look.step(case) for case in walks[int(first)]) for first in cases),
        roots=tuple(ROOTS[code] for code in chains.direct[chains.root[cases]].tolist()),
        acts=_acts_of(rows, archive.epoch, number),
        statements=tuple(look.said(int(s), k, origins, walks) for k, s in enumerate(shown)),
        n_statements=len(against),
        n_speakers=len(np.unique(speakers[speakers >= 0])),
        origins_low=origins.low,
        origins_high=int(origins.number.max(initial=0)),
        unknown_roots=origins.unknown,
        notes=_notes(chains, walks, len(against), limit),
        words=getattr(archive, "words", Wording()),
        names=look.names | ({str(row["id"]): str(row["name"])} if row["name"] else {}),
    )


_ABOUT = ("name", "region", "stratum", "unit")


def _walk(parent: memoryview[int], case: int) -> list[int]:
    """Return the cases from `case` back to its root; circles were cut when the forest was built."""
    walked = [case]
    while (case := parent[case]) >= 0:
        walked.append(case)
    return walked


def _alone(leads: Leads) -> Leads:
    """Return the statements against one person with that person numbered 0."""
    return replace(leads, subject=np.zeros(len(leads.subject), np.int64))


@dataclass(frozen=True, slots=True)
class _Origins:
    """For each statement against a person: the speaker's case (-1: none), kind of root, number of the origin from 1."""

    case: npt.NDArray[np.integer[Any]]
    root: list[str]
    number: npt.NDArray[np.int64]
    low: int
    unknown: dict[str, int]

    @classmethod
    def of(cls, leads: Leads, found: Bounds) -> _Origins:
        _, first, number = np.unique(found.origin, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(1, len(first) + 1)
        root = [leads.names[code] for code in leads.root.tolist()]
        unknown = Counter(name for name, is_known in zip(root, leads.is_known.tolist(), strict=True) if not is_known)
        return cls(leads.case, root, rank[number], int(found.low[0]), dict(sorted(unknown.items())))


@dataclass(frozen=True, slots=True)
class _Look:
    """The rows of the tables that an answer quotes, by number."""

    epoch: dt.date
    chains: Forest
    acts: dict[int, dict[str, Any]]
    statements: dict[int, dict[str, Any]]
    ids: dict[int, str]
    sources: dict[int, str]
    names: dict[str, str]

    @classmethod
    def up(
        cls, rows: Rows, epoch: dt.date, chains: Forest, walks: dict[int, list[int]], shown: npt.NDArray[Any]
    ) -> _Look:
        cases = sorted({case for walk in walks.values() for case in walk})
        on = chains.statement[cases] if cases else np.zeros(0, np.int32)
        acts = rows.rows("acts", chains.act[cases].tolist() if cases else [])
        said = rows.rows("statements", [*on.tolist(), *shown.tolist()])
        persons = {row["speaker"] for row in said.values()} | {row["person"] for row in acts.values()}
        ids = rows.rows("persons", persons)
        sources = rows.rows("sources", {row["source"] for row in said.values()})
        return cls(
            epoch, chains, acts, said,
            {key: row["id"] for key, row in ids.items()}, {key: row["id"] for key, row in sources.items()},
            {row["id"]: row["name"] for row in ids.values() if row["name"]},
        )  # fmt: skip

    def step(self, case: int) -> Step:
        """Return a case as a step of a chain."""
        act = self.acts[int(self.chains.act[case])]
        said = self.statements.get(act["statement"], {})
        return Step(
            person=self.ids.get(act["person"], ""),
            date=date_text(self.epoch, act),
            act=act["act"],
            cause=act["cause"] or "unknown",
            operation=act["operation"] or "",
            statement=act["statement"],
            speaker=self.ids.get(said.get("speaker", -1), ""),
            channel=said.get("channel") or "",
            said=date_text(self.epoch, said) if said else "",
        )

    def said(self, statement: int, place: int, origins: _Origins, walks: dict[int, list[int]]) -> Said:
        """Return a statement with its chain."""
        row = self.statements[statement]
        case = int(origins.case[place])
        chain = (
            [self.ids[int(self.chains.person[c])] for c in walks[case]]
            if case >= 0
            else [self.ids.get(row["speaker"], "")]
        )
        pressure = row["pressure"]
        return Said(
            statement=statement,
            date=date_text(self.epoch, row),
            speaker=self.ids.get(row["speaker"], ""),
            channel=row["channel"] or "",
            pressure=None if pressure is None or math.isnan(pressure) else round(float(pressure), 6),
            source=self.sources.get(row["source"], ""),
            place=row["place"] or "",
            level=row["level"] or "",
            certainty=row["certainty"] or "",
            root=origins.root[place],
            origin=int(origins.number[place]),
            chain=tuple(name for name in chain if name),
        )


def _acts_of(rows: Rows, epoch: dt.date, number: int) -> tuple[dict[str, Any], ...]:
    """Return everything done to the person, in the order of the record."""
    keep = ("act", "kind", "cause", "operation", "board", "outcome")
    return tuple({"date": date_text(epoch, row)} | {name: row[name] for name in keep} for row in rows.acts_of(number))


def _notes(chains: Forest, walks: dict[int, list[int]], n_statements: int, limit: int) -> tuple[str, ...]:
    """Return what must be said about the answer."""
    notes = []
    cut = set(chains.cut.tolist()) & {case for walk in walks.values() for case in walk}
    if cut:
        notes.append(
            "In this archive some cases led to one another in a circle; the circle was cut at its earliest case."
        )
    if n_statements > limit:
        notes.append(f"{n_statements - limit:,} further statements are counted but not listed.")
    if chains.kind != "arrest":
        notes.append("The archive records no arrests; a case is a summons.")
    return tuple(notes)
