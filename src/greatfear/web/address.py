"""Addresses of the pages: the address is all that a page depends on.

Reading and writing an address are inverse. Keys stand in a fixed order, defaults are left out, and a key that no page
knows is a fault with the nearest name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode

from greatfear.errors import Fault, FaultList, nearest

__all__ = ["FORMS", "Address", "AddressError", "Filter", "NoSuchPageError", "PAGES", "page_at"]

FORMS = ("html", "json", "csv", "parquet", "svg", "bib", "gexf", "graphml")
"""Endings of an address: the page itself, its numbers, its rows, its figure, its citation, its graph."""


class NoSuchPageError(Exception):
    """No page stands at this path."""


class AddressError(FaultList):
    """Keys or values of an address that no page understands."""


@dataclass(frozen=True)
class Filter:
    """Which values of which facets are asked for, and which are excluded; the value "" is "not recorded".

    Examples
    --------
    >>> Filter.of({"cause": ["statement"]}, {}).with_value("cause", "order").include
    (('cause', ('statement', 'order')),)
    """

    include: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, include: Mapping[str, list[str]], exclude: Mapping[str, list[str]]) -> Self:
        """Make a filter in its one order: facets by name, each value once."""
        parts = [
            tuple((name, tuple(dict.fromkeys(values))) for name, values in sorted(given.items()) if values)
            for given in (include, exclude)
        ]
        return cls(*parts)

    def included(self) -> dict[str, list[str]]:
        """Return the included values by facet."""
        return {name: list(values) for name, values in self.include}

    def excluded(self) -> dict[str, list[str]]:
        """Return the excluded values by facet."""
        return {name: list(values) for name, values in self.exclude}

    def with_value(self, facet: str, value: str, is_excluded: bool = False) -> Filter:
        """Return the filter with a value added; it leaves the other side."""
        bare = self.without(facet, value)
        include, exclude = bare.included(), bare.excluded()
        (exclude if is_excluded else include).setdefault(facet, []).append(value)
        return Filter.of(include, exclude)

    def without(self, facet: str, value: str | None = None) -> Filter:
        """Return the filter without a value, or without a facet."""
        sides = [
            {name: [v for v in values if name != facet or (value is not None and v != value)] for name, values in side}
            for side in (self.include, self.exclude)
        ]
        return Filter.of(*sides)

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return bool(self.include or self.exclude)


@dataclass(frozen=True)
class Address:
    """A page and everything it depends on. Subclasses name the path, with fields in braces."""

    PATH: ClassVar[str] = ""

    form: str = field(default="html", kw_only=True)

    def __str__(self) -> str:
        """Return the address as a browser sends it."""
        path = "/".join(_written(part, self) for part in self.PATH.split("/"))
        path += "" if self.form == "html" and not _needs_ending(path) else f".{self.form}"
        query = urlencode(self._query(), quote_via=quote)
        return f"{path}?{query}" if query else path

    def to(self, **changes: Any) -> Self:
        """Return the address with some fields changed."""
        return dataclasses.replace(self, **changes)

    def _query(self) -> list[tuple[str, str]]:
        found = []
        for one in self._keys():
            value = getattr(self, one.name)
            if value == one.default or isinstance(value, Filter):
                continue
            found += [(_key(one.name), _text(part)) for part in (value if isinstance(value, tuple) else (value,))]
        held = getattr(self, "filter", None)
        if held is not None:
            found += [
                (f"{sign}{name}", v)
                for sign, side in (("", held.include), ("-", held.exclude))
                for name, vs in side
                for v in vs
            ]
        return found

    @classmethod
    def _keys(cls) -> list[dataclasses.Field[Any]]:
        return [one for one in dataclasses.fields(cls) if one.name != "form" and f"{{{one.name}}}" not in cls.PATH]

    @classmethod
    def read(cls, parts: Mapping[str, str], form: str, query: list[tuple[str, str]]) -> Self:
        """Make the address from the parts of its path and its query, or say all that is wrong with it."""
        faults: list[Fault] = []
        values: dict[str, Any] = {**parts, "form": form}
        known = {_key(one.name): one for one in cls._keys() if one.name != "filter"}
        has_filter = any(one.name == "filter" for one in cls._keys())
        include: dict[str, list[str]] = {}
        exclude: dict[str, list[str]] = {}
        for key, text in query:
            if key in known:
                one = known[key]
                try:
                    value = _read(str(one.type), text)
                except ValueError:
                    faults.append(Fault(f"address: {key}", repr(text), _ALLOWED[str(one.type)]))
                    continue
                values[one.name] = (*values.get(one.name, ()), *value) if isinstance(value, tuple) else value
            elif has_filter:
                (exclude if key.startswith("-") else include).setdefault(key.removeprefix("-"), []).append(text)
            else:
                near = nearest(key, list(known))
                faults.append(
                    Fault(
                        "address",
                        f"the key {key!r}",
                        ", ".join(known) or "no keys",
                        f"write {near[0]}" if near else "leave it out",
                    )
                )
        if has_filter:
            values["filter"] = Filter.of(include, exclude)
        if faults:
            raise AddressError(faults, "address")
        return cls(**values)


_ALLOWED = {
    "int": "a whole number",
    "float | None": "a number",
    "dt.date | None": "a date as in 1937-08-05",
}


def _key(name: str) -> str:
    """Return a field's name in an address; a trailing stroke keeps it apart from a word of Python."""
    return name.rstrip("_")


def _read(kind: str, text: str) -> Any:
    """Return a value of an address, read by the type of its field."""
    if kind == "int":
        return int(text)
    if kind == "float | None":
        value = float(text)
        if value - value != 0:
            raise ValueError(text)
        return value
    if kind == "dt.date | None":
        if len(text) != 10:
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    return (text,) if kind.startswith("tuple") else text


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _written(part: str, address: Address) -> str:
    return quote(str(getattr(address, part[1:-1])), safe="") if part.startswith("{") else part


def _needs_ending(path: str) -> bool:
    """Return whether a path would be read as another form, or be taken for a step up."""
    last = path.rpartition("/")[2]
    return (last.rpartition(".")[2] in FORMS and "." in last) or (bool(last) and not last.strip("."))


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
        if all(_fits(want, got, parts) for want, got in zip(wanted, given, strict=True)):
            return page.read(parts, form, parse_qsl(query, keep_blank_values=True))
    raise NoSuchPageError(path)


def _fits(want: str, got: str, parts: dict[str, str]) -> bool:
    """Return whether one piece of a path fits, and keep what it names."""
    if not want.startswith("{"):
        return want == got
    parts[want[1:-1]] = unquote(got)
    return got != ""


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
    filter: Filter = Filter()


@dataclass(frozen=True)
class Cases(Filtered):
    """Cases under facets."""

    PATH: ClassVar[str] = "/a/{name}/cases"
    sort: str = "time"
    after: int = -1
    show: int = -1
    all: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statements(Filtered):
    """Statements under facets."""

    PATH: ClassVar[str] = "/a/{name}/statements"
    after: int = -1
    all: tuple[str, ...] = ()


@dataclass(frozen=True)
class Persons(OfArchive):
    """Persons by id and name."""

    PATH: ClassVar[str] = "/a/{name}/persons"
    q: str = ""
    how: str = "start"
    sort: str = "id"
    after: int = -1


@dataclass(frozen=True)
class Person(OfArchive):
    """One person."""

    PATH: ClassVar[str] = "/a/{name}/person/{id}"
    id: str = ""


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


PAGES: tuple[type[Address], ...] = (Home, Overview, Cases, Statements, Persons, Person, Why, Tree)
"""Every kind of page."""
