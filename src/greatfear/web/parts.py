"""What pages are made of: facts, tables, figures, facets, chains. Everything a page shows is in here, also for JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from greatfear.show.plain import plain
from greatfear.show.wording import plural

BANNER = "To be accused is not to be guilty: these are records of accusations, and the persons in them were people."
"""Stands on every page and in every export."""

Value = str | int | float | bool | None


class Cell(NamedTuple):
    """One value of a table, with a link where there is more to see. A tuple: pages make thousands of them."""

    value: Value
    href: str = ""
    note: str = ""
    mark: str = ""
    """A class of style, such as "doubt"."""
    name: str = ""
    """Name of the person whose id is the value; it is shown above the id."""


def cell(value: Any, href: str = "", note: str = "", mark: str = "", name: str = "") -> Cell:
    """Return a cell; numbers of NumPy become numbers of Python."""
    if type(value) not in _PLAIN and hasattr(value, "item"):
        value = value.item()
    if value != value:  # noqa: PLR0124  NaN
        value = None
    return _made(Cell, (value, href, note, mark, "" if name == value else name))


def cells(values: Iterable[Value]) -> list[Cell]:
    """Return cells of plain values that say no more than the values; see `cell`."""
    return [_made(Cell, (one if one == one else None, "", "", "", "")) for one in values]  # noqa: PLR0124  NaN


_PLAIN = (int, str, float, type(None))
_made = tuple.__new__
"""Makes a named tuple in one step: pages make thousands of cells."""


class Block:
    """A part of a page; the template draws it by `kind`."""

    kind: str = ""


@dataclass(frozen=True)
class Fact:
    """A number with its words; the words say what is counted."""

    value: Value
    words: str
    href: str = ""


def counted(n: int, words: str, href: str = "") -> Fact:
    """Return a count with its words, in the singular where it is one: ``case of this person / cases of this person``."""
    one, _, several = (part.strip() for part in words.partition("/"))
    return Fact(n, one if n == 1 else several or plural(one), href)


@dataclass(frozen=True)
class Facts(Block):
    """The main numbers, large."""

    facts: tuple[Fact, ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Prose(Block):
    """A heading with paragraphs."""

    text: tuple[str, ...]
    title: str = ""
    key: str = ""
    is_code: bool = False
    copy: str = ""
    """Words of a button that copies the text; the block is folded, as it says in other form what the page shows."""
    kind: str = field(default="prose", init=False)


@dataclass(frozen=True)
class Notice(Block):
    """Something a reader must know: what is missing, what is in doubt, what went wrong and how to mend it."""

    text: str
    tone: str = "note"
    links: tuple[Link, ...] = ()
    kind: str = field(default="notice", init=False)


@dataclass(frozen=True)
class Link:
    """An address with its words."""

    href: str
    text: str
    note: str = ""
    is_here: bool = False
    svg: str = ""
    do: str = ""
    """What a button asks the lab to do: a job as JSON, or ``stop:ID`` and ``go-on:ID``."""


@dataclass(frozen=True)
class Links(Block):
    """Addresses worth a look."""

    links: tuple[Link, ...]
    title: str = ""
    style: str = "list"
    kind: str = field(default="links", init=False)


@dataclass(frozen=True)
class Table(Block):
    """Rows of cells under headings; `numeric` names the columns that are set flush right."""

    key: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    title: str = ""
    numeric: tuple[str, ...] = ()
    note: str = ""
    pages: tuple[Link, ...] = ()
    is_folded: bool = False
    heads: Mapping[str, str] = field(default_factory=dict)
    """Address that sorts by a column, by the column."""
    chosen: int = -1
    kind: str = field(default="table", init=False)

    def name_columns(self) -> list[tuple[str, int]]:
        """Return what the names of persons are called in JSON and CSV, each with the place of the column of ids."""
        held = [k for k in range(len(self.columns)) if any(row[k].name for row in self.rows)]
        called = [("name" if self.columns[k] == "person" else f"{self.columns[k]} name", k) for k in held]
        return [(name, k) for name, k in called if name not in self.columns]

    def to_dict(self) -> dict[str, Any]:
        """Return the rows as dictionaries of their values, with the names of persons beside their ids."""
        rows = [{name: one.value for name, one in zip(self.columns, row, strict=True)} for row in self.rows]
        for name, at in self.name_columns():
            for told, row in zip(rows, self.rows, strict=True):
                told[name] = row[at].name or None
        links = [[one.href for one in row] for row in self.rows] if any(c.href for r in self.rows for c in r) else []
        notes = sorted({one.note for row in self.rows for one in row if one.note})
        return {"key": self.key, "title": self.title, "columns": list(self.columns), "rows": rows, "links": links,
                "notes": notes, "note": self.note, "pages": as_plain(self.pages)}  # fmt: skip


@dataclass(frozen=True)
class Figure(Block):
    """A drawing with its words and the numbers behind it."""

    key: str
    title: str
    svg: str
    numbers: Table | None = None
    note: str = ""
    brush: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    """What a reader can do with it on the screen; it is not printed."""
    narrow: str = ""
    """The same drawing for a narrow screen, where shrinking would make its texts too small."""
    kind: str = field(default="figure", init=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the figure without its drawing, which says no more."""
        return {
            "key": self.key,
            "title": self.title,
            "note": self.note,
            "numbers": as_plain(self.numbers),
            "brush": dict(self.brush),
        }


class Choice(NamedTuple):
    """One value of a facet: its rows, their share of the largest, and the addresses that add or exclude it."""

    value: str
    n: int
    share: float
    href: str
    not_href: str
    state: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the value as plain data."""
        return self._asdict()


@dataclass(frozen=True)
class Facet(Block):
    """One facet with its values."""

    key: str
    title: str
    choices: tuple[Choice, ...]
    n_values: int
    all_href: str = ""
    kind: str = field(default="facet", init=False)


@dataclass(frozen=True)
class Chip:
    """One condition of a filter, and the address without it."""

    text: str
    href: str


@dataclass(frozen=True)
class Input:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    type: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    note: str = ""
    limits: tuple[float, float, float] | None = None
    """Lowest and highest value and step of a slider."""


@dataclass(frozen=True)
class Form(Block):
    """Fields that make an address."""

    action: str
    inputs: tuple[Input, ...]
    button: str
    method: str = "get"
    hidden: tuple[tuple[str, str], ...] = ()
    title: str = ""
    style: str = ""
    kind: str = field(default="form", init=False)


@dataclass(frozen=True)
class Editor(Block):
    """The text of a scenario to write in, with its faults and what it means."""

    parent: str
    text: str
    faults: tuple[str, ...]
    explain: str
    kind: str = field(default="editor", init=False)


@dataclass(frozen=True)
class Step:
    """One step of a lesson."""

    words: str
    href: str
    question: str
    answer: str


@dataclass(frozen=True)
class Lesson(Block):
    """The steps of a lesson."""

    steps: tuple[Step, ...]
    kind: str = field(default="lesson", init=False)


@dataclass(frozen=True)
class Listing(Block):
    """A nested list, such as a chain of cases from a person back to the root."""

    title: str
    items: tuple[Chain, ...]
    key: str = "chain"
    kind: str = field(default="listing", init=False)


@dataclass(frozen=True)
class Sides(Block):
    """Two columns to compare, one beside the other; on a narrow screen one beneath the other."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    key: str = "sides"
    kind: str = field(default="sides", init=False)


@dataclass(frozen=True)
class Chain:
    """One step of a nested list: a heading with its link, the words beneath, and what follows from it."""

    head: str
    href: str
    words: str
    below: tuple[Chain, ...] = ()
    mark: str = ""
    person: str = ""
    name: str = ""


@dataclass(frozen=True)
class Page:
    """One page.

    Parameters
    ----------
    title : str
        Heading of the page.
    address : str
        Where it stands.
    archive, kind, about : str
        Title of the archive; ``"simulated"``, ``"real"`` or empty; how it came about (seed, epoch).
    blocks, side, beside : tuple of Block
        The main column, the facets at its left, and a panel at its right.
    chips : tuple of Chip
        The filter, condition by condition.
    count : tuple of int
        Rows shown and rows there are; empty where nothing is filtered.
    """

    title: str
    address: str
    blocks: tuple[Block, ...] = ()
    archive: str = ""
    kind: str = ""
    about: str = ""
    nav: tuple[Link, ...] = ()
    side: tuple[Block, ...] = ()
    beside: tuple[Block, ...] = ()
    close: str = ""
    chips: tuple[Chip, ...] = ()
    count: tuple[int, int, str] | None = None
    forms: tuple[Link, ...] = ()
    banner: str = BANNER
    status: int = 200
    refresh: int = 0
    steps: Mapping[str, str] = field(default_factory=dict)
    """Addresses by key of the keyboard."""
    script: str = ""
    person: str = ""
    """Id of the person whom the page is about; `name` is the name on record."""
    name: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what the page shows as plain dictionaries and lists, ready for JSON."""
        left_out = {"status", "refresh", "steps", "close", "script"} | (set() if self.person else {"person", "name"})
        return {
            one.name: as_plain(getattr(self, one.name)) for one in dataclasses.fields(self) if one.name not in left_out
        }


def as_plain(value: Any) -> Any:
    """Return a part as JSON has it; drawings are left out, unknown measures are null."""
    own = getattr(value, "to_dict", None)
    if callable(own) and not isinstance(value, Page):
        return as_plain(own())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.name not in ("svg", "narrow")]
        return {name: as_plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): as_plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(part) for part in value]
    return plain(value)


def rows_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of plain values as rows of cells."""
    return tuple(tuple(one if isinstance(one, Cell) else cell(one) for one in row) for row in rows)
