"""Every page of the lab by its address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qsl

from greatfear.web.address_base import FORMS, SLOTS, Address, AddressError, Filter, NoSuchPageError, filled, fits, pair

__all__ = [
    "FORMS", "PAGES", "SLOTS", "Address", "AddressError", "Cases", "Compare", "EnsemblePage", "Filter", "Filtered", "Home",
    "Intake", "JobPage", "Lesson", "Manual", "Map", "Model", "Naming", "NoSuchPageError", "OfArchive", "Overview",
    "Papers", "Person", "Persons", "Record", "Recover", "ScenarioPage", "Source", "Sources", "Sql", "Statements",
    "Time", "Tree", "WhatIf", "Why", "Workbench", "filled", "page_at", "pair",
]  # fmt: skip


def page_at(path: str, query: str = "") -> Address:
    """Return the page at a path as the browser sent it, its octets still escaped.

    Raises
    ------
    NoSuchPageError
        No page has such a path.
    AddressError
        Keys or values in the query are not understood; all are told.
    """
    stem, dot, ending = path.rpartition(".")
    form = ending if dot and ending in FORMS and "/" not in ending else "html"
    if dot and ending in FORMS:
        path = stem
    given = path.split("/")
    for page in PAGES:
        wanted = page.PATH.split("/")
        if len(wanted) != len(given):
            continue
        parts: dict[str, str] = {}
        if all(fits(want, got, parts) for want, got in zip(wanted, given, strict=True)):
            return page.read(parts, form, parse_qsl(query, keep_blank_values=True))
    raise NoSuchPageError(path)


@dataclass(frozen=True)
class Home(Address):
    """The first screen."""

    PATH: ClassVar[str] = "/"


@dataclass(frozen=True)
class OfArchive(Address):
    """A page of one archive."""

    name: str = ""


@dataclass(frozen=True)
class Overview(OfArchive):
    """What an archive holds."""

    PATH: ClassVar[str] = "/a/{name}"


@dataclass(frozen=True)
class Filtered(OfArchive):
    """A page whose rows are filtered by dates and facets."""

    from_: dt.date | None = None
    until: dt.date | None = None
    filter: Filter = Filter.NONE


@dataclass(frozen=True)
class Cases(Filtered):
    """Cases under facets."""

    PATH: ClassVar[str] = "/a/{name}/cases"
    sort: str = "time"
    after: int = -1
    show: int = -1
    all: tuple[str, ...] = ()
    plain: int = 0


@dataclass(frozen=True)
class Statements(Filtered):
    """Statements under facets."""

    PATH: ClassVar[str] = "/a/{name}/statements"
    after: int = -1
    all: tuple[str, ...] = ()
    plain: int = 0


@dataclass(frozen=True)
class Persons(OfArchive):
    """Persons by id and name."""

    PATH: ClassVar[str] = "/a/{name}/persons"
    q: str = ""
    how: str = "start"
    sort: str = "id"
    after: int = -1
    plain: int = 0


@dataclass(frozen=True)
class Person(OfArchive):
    """One person."""

    PATH: ClassVar[str] = "/a/{name}/person/{id}"
    id: str = ""
    in_: str = ""


@dataclass(frozen=True)
class Why(OfArchive):
    """The chain behind a person's case."""

    PATH: ClassVar[str] = "/a/{name}/why/{id}"
    id: str = ""


@dataclass(frozen=True)
class Tree(OfArchive):
    """All cases that hang from one root."""

    PATH: ClassVar[str] = "/a/{name}/tree/{case}"
    case: str = ""
    axis: str = "levels"


@dataclass(frozen=True)
class Naming(Filtered):
    """Who named whom, by group."""

    PATH: ClassVar[str] = "/a/{name}/naming"
    by: str = ""
    show: str = "number"
    order: str = "size"
    size: int = 16


@dataclass(frozen=True)
class Time(OfArchive):
    """Everything that is counted by time, on one axis."""

    PATH: ClassVar[str] = "/a/{name}/time"
    by: str = ""
    from_: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Map(Filtered):
    """Cases by territory and month."""

    PATH: ClassVar[str] = "/a/{name}/map"
    month: str = ""
    measure: str = "cases"
    parts: str = "whole"


@dataclass(frozen=True)
class Sources(OfArchive):
    """The sources with what rests on each."""

    PATH: ClassVar[str] = "/a/{name}/sources"


@dataclass(frozen=True)
class Source(OfArchive):
    """The rows that rest on one source, in the order of the document."""

    PATH: ClassVar[str] = "/a/{name}/source/{id}"
    id: str = ""
    after: int = -1


@dataclass(frozen=True)
class Intake(OfArchive):
    """What became of the rows of the tables that were taken in."""

    PATH: ClassVar[str] = "/a/{name}/intake"
    reason: str = ""
    table: str = ""
    after: int = -1
    plain: int = 0


@dataclass(frozen=True)
class Record(OfArchive):
    """A simulated archive beside the published record."""

    PATH: ClassVar[str] = "/a/{name}/record"
    sort: str = "order"


@dataclass(frozen=True)
class Papers(OfArchive):
    """What was written, survived and was lost."""

    PATH: ClassVar[str] = "/a/{name}/papers"
    from_: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Sql(OfArchive):
    """One SELECT over the tables."""

    PATH: ClassVar[str] = "/a/{name}/sql"
    q: str = ""
    plain: int = 0


@dataclass(frozen=True)
class Recover(OfArchive):
    """What an archive supports, one part at a time."""

    PATH: ClassVar[str] = "/a/{name}/recover"
    part: str = ""
    set: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model(OfArchive):
    """A model of who names whom, fitted here."""

    PATH: ClassVar[str] = "/a/{name}/model"
    choice: str = ""
    beside: str = ""


@dataclass(frozen=True)
class ScenarioPage(Address):
    """A scenario: what it means, and every number with its ground."""

    PATH: ClassVar[str] = "/s/{id}"
    id: str = ""


@dataclass(frozen=True)
class Compare(Address):
    """Two archives side by side, or three."""

    PATH: ClassVar[str] = "/compare"
    a: str = ""
    b: str = ""
    c: str = ""


@dataclass(frozen=True)
class Workbench(Address):
    """A scenario being written."""

    PATH: ClassVar[str] = "/workbench"
    from_: str = "witch-hunt"


@dataclass(frozen=True)
class JobPage(Address):
    """A job while it is done, and where its result stands."""

    PATH: ClassVar[str] = "/job/{id}"
    id: str = ""


@dataclass(frozen=True)
class WhatIf(Address):
    """The same world with and without a change, person by person."""

    PATH: ClassVar[str] = "/what-if/{id}"
    id: str = ""
    which: str = "only_changed"
    fate: str = "arrested"
    after: int = -1
    show: str = ""


@dataclass(frozen=True)
class EnsemblePage(Address):
    """Many replicates of one scenario as a fan."""

    PATH: ClassVar[str] = "/ensemble/{id}"
    id: str = ""
    of: str = "arrests"
    lines: int = 0
    one: int = -1


@dataclass(frozen=True)
class Lesson(Address):
    """A lesson for a class, step by step over real pages."""

    PATH: ClassVar[str] = "/lesson/{number}"
    number: str = ""
    archive: str = ""


@dataclass(frozen=True)
class Manual(Address):
    """The manual, without a network."""

    PATH: ClassVar[str] = "/manual"
    page: str = ""


PAGES: tuple[type[Address], ...] = (
    Home, Overview, Cases, Statements, Persons, Person, Why, Tree, Naming, Time, Map, Sources, Source, Intake, Record, Papers,
    Sql, Recover, Model, ScenarioPage, Compare, Workbench, JobPage, WhatIf, EnsemblePage, Lesson, Manual,
)  # fmt: skip
"""Every kind of page."""
