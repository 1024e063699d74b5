"""Addresses of the pages: the address is all that a page depends on.

Reading and writing an address are inverse. Keys stand in a fixed order, defaults are left out, and a key that no page
knows is a fault with the nearest name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, ClassVar, Self
from urllib.parse import quote, unquote

from greatfear.errors import Fault, FaultList, nearest

FORMS = ("html", "json", "csv", "parquet", "svg", "png", "bib", "gexf", "graphml")
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

    NONE: ClassVar[Filter]

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


Filter.NONE = Filter()


@dataclass(frozen=True)
class Address:
    """A page and everything it depends on. Subclasses name the path, with fields in braces."""

    PATH: ClassVar[str] = ""

    form: str = field(default="html", kw_only=True)

    def __str__(self) -> str:
        """Return the address as a browser sends it."""
        path = "/".join(_written(part, self) for part in self.PATH.split("/"))
        path += "" if self.form == "html" and not _needs_ending(path) else f".{self.form}"
        query = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in self._query())
        return f"{path}?{query}" if query else path

    def to(self, **changes: Any) -> Self:
        """Return the address with some fields changed."""
        return dataclasses.replace(self, **changes)

    def hold_to(self, **allowed: Iterable[str]) -> None:
        """Raise all faults at once where a field has a value that its page does not know."""
        known = {name: list(values) for name, values in allowed.items()}
        faults = [
            Fault(f"address: {name}", repr(getattr(self, name)), ", ".join(values))
            for name, values in known.items()
            if getattr(self, name) not in values
        ]
        if faults:
            raise AddressError(faults, "address")

    def _query(self) -> list[tuple[str, str]]:
        found = []
        for name, key, default in self._defaults():
            value = getattr(self, name)
            if value == default:
                continue
            found += [(key, _text(part)) for part in (value if isinstance(value, tuple) else (value,))]
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
    @cache
    def _keys(cls) -> list[dataclasses.Field[Any]]:
        return [one for one in dataclasses.fields(cls) if one.name != "form" and f"{{{one.name}}}" not in cls.PATH]

    @classmethod
    @cache
    def _defaults(cls) -> list[tuple[str, str, Any]]:
        """Return the fields that stand in the query but for the filter: name, key, default."""
        return [(one.name, _key(one.name), one.default) for one in cls._keys() if one.name != "filter"]

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
            if key.startswith("set:") and "set" in known:  # a field of a form sends its name with its value
                values["set"] = (*values.get("set", ()), f"{key.removeprefix('set:')}={text}")
            elif key in known:
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
    return _quoted(str(getattr(address, part[1:-1]))) if part.startswith("{") else part


@lru_cache(20_000)
def _quoted(text: str) -> str:
    """Return a text with its octets escaped; pages print hundreds of addresses of the same few texts."""
    return quote(text, safe="")


SLOTS = ("\x01first\x01", "\x01second\x01")
"""Values that stand in for others in an address from which many are written by `filled`."""


def filled(pattern: str, *values: str) -> str:
    """Return an address with its slots filled; a page writes hundreds that differ in one or two values only.

    Examples
    --------
    >>> filled("/a/x/cases?region=%01first%01", "Moscow oblast")
    '/a/x/cases?region=Moscow%20oblast'
    """
    for slot, value in zip(SLOTS, values, strict=False):
        pattern = pattern.replace(_quoted(slot), _quoted(value), 1)
    return pattern


@lru_cache(20_000)
def pair(key: str, value: str) -> str:
    """Return a key with its value as a piece of a query, with the sign that divides it from the next."""
    return f"{quote(key, safe='')}={quote(value, safe='')}&"


def _needs_ending(path: str) -> bool:
    """Return whether a path would be read as another form, or be taken for a step up."""
    last = path.rpartition("/")[2]
    return (last.rpartition(".")[2] in FORMS and "." in last) or (bool(last) and not last.strip("."))


def fits(want: str, got: str, parts: dict[str, str]) -> bool:
    """Return whether one piece of a path fits, and keep what it names."""
    if not want.startswith("{"):
        return want == got
    parts[want[1:-1]] = unquote(got)
    return got != ""
