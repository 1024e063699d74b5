"""The filter of a page as facets, chips, a histogram and fields for dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from operator import gt, lt

import numpy as np

from greatfear.errors import Fault, nearest
from greatfear.plots.marks.calendar import date_of
from greatfear.plots.marks.strip import strip
from greatfear.show.wording import Wording
from greatfear.web import address as at
from greatfear.web.columns import Columns
from greatfear.web.cube import Cube, Selection
from greatfear.web.facets import LABELS
from greatfear.web.pages.frame import dates_in_words
from greatfear.web.parts import Block, Chip, Choice, Facet, Figure, Form, Input, Link, Links, Notice, Table
from greatfear.web.when import day_of

_SHOWN = 8
_FACETS = 24
"""Facets that stand open; the others are a link each."""
Side = tuple[tuple[str, tuple[str, ...]], ...]


def facet_label(name: str, words: Wording | None = None) -> str:
    """Return what a facet is called on a page; attributes of persons bear their own names."""
    if words and name in LABELS:
        return words.reworded(LABELS[name])
    if name.startswith("by_"):
        return f"{facet_label(name.removeprefix('by_'), words)} of the speaker"
    return LABELS.get(name, name.removeprefix("person_").replace("_", " "))


@dataclass(frozen=True)
class Filtering:
    """A filter applied to a cube."""

    address: at.Filtered
    cube: Cube
    epoch: dt.date
    chosen: Selection
    what: str
    words: Wording = field(default_factory=Wording)

    @classmethod
    def of(
        cls, address: at.Filtered, cube: Cube, epoch: dt.date, what: str, *, words: Wording | None = None
    ) -> Filtering:
        """Apply the filter of an address; a facet or value that is not there is a fault."""
        _check(address, cube)
        begin = None if address.from_ is None else day_of(address.from_, epoch)
        end = None if address.until is None else day_of(address.until, epoch) + 1
        chosen = cube.select(address.filter.included(), address.filter.excluded(), begin, end)
        return cls(address, cube, epoch, chosen, what, words or Wording())

    @cached_property
    def bare(self) -> at.Filtered:
        """The address at the first row, nobody chosen."""
        found = self.address.to(after=-1) if hasattr(self.address, "after") else self.address
        return found.to(show=-1) if hasattr(found, "show") else found

    def facets(self) -> tuple[Block, ...]:
        """Return the facets with the counts of their values under all other filters: of many values the largest there."""
        names = list(self.cube.facets)
        held = {name for side in (self.address.filter.include, self.address.filter.exclude) for name, _ in side}
        held |= set(getattr(self.address, "all", ()))
        more = [name for name in names[_FACETS:] if name not in held]
        return (*(self._facet(name) for name in names if name not in more), *self._more(more))

    def _more(self, names: list[str]) -> tuple[Block, ...]:
        """Return links to the facets that are left out, since an archive may have hundreds of columns."""
        if not names:
            return ()
        bare = self.bare
        if not isinstance(bare, at.Cases | at.Statements):
            return (Notice(f"{len(names):,} more columns can be chosen on the page of {self.what}."),)
        links = (Link(str(bare.to(all=(*bare.all, name))), facet_label(name, self.words)) for name in names)
        return (Links(tuple(links), title=f"{len(names):,} more columns", style="more"),)

    def _facet(self, name: str) -> Facet:
        counts = self.chosen.counts[name].tolist()
        values = [*self.cube.facets[name], *([""] if counts[-1] else [])]
        numbered = listed = list(zip(values, counts, strict=False))
        keep, drop = (dict(side).get(name, ()) for side in (self.address.filter.include, self.address.filter.exclude))
        if len(numbered) > _SHOWN and name not in getattr(self.address, "all", ()):
            largest = _largest([n for _, n in numbered], _SHOWN)
            listed = [pair for k, pair in enumerate(numbered) if k in largest or pair[0] in (*keep, *drop)]
        choices = self._choices(name, listed, max((n for _, n in numbered), default=0) or 1, (keep, drop))
        rest = len(numbered) - len(listed)
        whole = (
            str(self.bare.to(all=(*getattr(self.address, "all", ()), name)))
            if rest and hasattr(self.address, "all")
            else ""
        )
        return Facet(name, facet_label(name, self.words), choices, len(numbered), whole)

    def _choices(
        self, name: str, listed: list[tuple[str, int]], top: int, held: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> tuple[Choice, ...]:
        """Return the values of a facet with their addresses; `held` are those that are kept and dropped now."""
        keep, drop = held
        hrefs, slot = self._hrefs, at.SLOTS[0]
        with_, without = (
            pattern.partition(at.pair("", slot)[1:-1])
            for pattern in (hrefs.of(name, (*keep, slot), drop), hrefs.of(name, keep, (*drop, slot)))
        )
        found = []
        for value, n in listed:
            state = "in" if value in keep else "out" if value in drop else ""
            if not state:
                words = at.pair("", value)[1:-1]
                found.append(Choice(value, n, n / top, with_[0] + words + with_[2], without[0] + words + without[2]))
                continue
            kept, dropped = (tuple(one for one in side if one != value) for side in held)
            plain = hrefs.of(name, kept, dropped)
            inverse = plain if state == "out" else hrefs.of(name, kept, (*dropped, value))
            found.append(Choice(value, n, n / top, plain, inverse, state))
        return tuple(found)

    @cached_property
    def _hrefs(self) -> _Hrefs:
        return _Hrefs(self.bare)

    def chips(self) -> tuple[Chip, ...]:
        """Return the conditions, each with the address without it."""
        found = []
        if self.address.from_ or self.address.until:
            words = dates_in_words(self.address.from_, self.address.until)
            found.append(Chip(words, str(self.bare.to(from_=None, until=None))))
        for sign, side in (("", self.address.filter.include), ("not ", self.address.filter.exclude)):
            for name, values in side:
                for value in values:
                    words = f"{facet_label(name, self.words)}: {sign}{value or 'not recorded'}"
                    found.append(Chip(words, str(self.bare.to(filter=self.bare.filter.without(name, value)))))
        return tuple(found)

    def in_words(self) -> str:
        """Return the filter as a sentence, for print and for exports."""
        return "; ".join(chip.text for chip in self.chips()) or f"all {self.what}"

    def time(self) -> tuple[Block, ...]:
        """Return the histogram, the fields for dates, and what the dates leave out."""
        undated = len(self.cube) - self.cube.n_dated
        if not self.cube.n_dated:
            if not len(self.cube):
                return ()
            return (
                Notice(
                    f"No {self.what.removesuffix('s')} in this archive has a date; the column that would give one is `time`."
                ),
            )
        blocks: list[Block] = [self._histogram() if len(self.cube.edges) > 2 else self._one_bar(), self._fields()]
        if undated and (self.address.from_ or self.address.until):
            words = (
                f"{self.chosen.n_undated:,} more of these {self.what} have no date; a range of dates leaves them out."
            )
            blocks.append(Notice(words, links=(Link(str(self.bare.to(from_=None, until=None)), "all dates"),)))
        if self.chosen.n_partly:
            blocks.append(
                Notice(
                    f"{self.chosen.n_partly:,} more are dated to a month, a year or an interval that lies "
                    "only partly in this range; they are not counted."
                )
            )
        return tuple(blocks)

    def _histogram(self) -> Figure:
        unit, edges = str(self.cube.meta["unit"]), self.cube.edges
        brush = None
        if self.address.from_ or self.address.until:
            first, last = self.cube.days
            brush = (
                first if self.address.from_ is None else day_of(self.address.from_, self.epoch),
                last if self.address.until is None else day_of(self.address.until, self.epoch) + 1,
            )
        bins, ghost = self.chosen.bins, self.cube.ghost
        title = f"{self.what.capitalize()} by {unit}"
        placed = int(bins.sum())
        note = ""
        if placed != int(ghost.sum()):
            grey = f"Grey: everything, to a scale of its own (highest {int(ghost.max()):,})."
            note = f"Blue, with the scale: what the facets leave. {grey}"
        missing = self.cube.n_passing(self.chosen) - placed
        if missing:
            note += f" {missing:,} cannot be placed in one {unit} and are not drawn."
        days = f"{date_of(int(edges[0]), self.epoch)} to {date_of(int(edges[-1]) - 1, self.epoch)}"
        about = f"{placed:,} {self.what} of {int(ghost.sum()):,}, from {days}."
        return Figure(
            "time", title, strip("time", (title, about), edges, (ghost, bins), epoch=self.epoch, brush=brush),
            numbers=self._numbers(unit), note=note.strip(), hint="Drag across, or set two dates.",
            brush={"first": int(edges[0]), "last": int(edges[-1]), "epoch": self.epoch.isoformat(), "step": 7},
        )  # fmt: skip

    def _one_bar(self) -> Notice:
        """Return in words what would be a histogram of one bar."""
        unit, start, n = str(self.cube.meta["unit"]), self.cube.labels[0], self.cube.n_dated
        held = "day" if unit == "day" else f"{unit} from"
        what = self.what if n != 1 else self.what.removesuffix("s")
        return Notice(f"{n:,} {what} with a date, all on one {held}: {start}." if n > 1 else f"1 {what}, of {start}.")

    def _numbers(self, unit: str) -> Table:
        """Return the bins that hold anything, as a table."""
        held = np.flatnonzero(self.cube.ghost)
        labels = [self.cube.labels[k] for k in held.tolist()]
        rows = Columns(labels, self.chosen.bins[held].tolist(), self.cube.ghost[held].tolist())
        return Table("bins", (f"{unit} from", "chosen", "all"), rows, numeric=("chosen", "all"), is_folded=True)

    def _fields(self) -> Form:
        """Return the fields for dates; they work without JavaScript."""
        held = [(k, v) for k, v in self.bare._query() if k not in ("from", "until")]
        first, last = (date_of(day, self.epoch) for day in (self.cube.days[0], self.cube.days[1] - 1))
        limits = f"{first} to {last}"
        inputs = tuple(
            Input(name, label, str(value or ""), "date-text", note=limits)
            for name, label, value in (("from", "from", self.address.from_), ("until", "to", self.address.until))
        )
        return Form(
            str(at.page_at(str(self.address).partition("?")[0])), inputs, "Set dates", hidden=tuple(held), style="dates"
        )

    def nothing(self) -> tuple[Block, ...]:
        """Return, where nothing passes, which condition to remove and how many rows that would give."""
        if self.chosen.n or not len(self.cube):
            return ()
        links = []
        for chip in self.chips():
            other = at.page_at(*chip.href.partition("?")[::2])
            assert isinstance(other, at.Filtered)
            n = Filtering.of(other, self.cube, self.epoch, self.what).chosen.n
            links.append(Link(chip.href, f"remove “{chip.text}”", f"gives {n:,}"))
        return (Notice(f"No {self.what} pass all of these conditions together.", links=tuple(links)),)


def _largest(counts: list[int], most: int) -> set[int]:
    """Return the places of the largest counts; of equal ones the first.

    Examples
    --------
    >>> sorted(_largest([4, 0, 9, 9, 1], 3))
    [0, 2, 3]
    """
    return set(sorted(range(len(counts)), key=lambda k: -counts[k])[:most])


class _Hrefs:
    """Addresses that differ from one another in the values of one facet; a page has hundreds of them."""

    def __init__(self, address: at.Filtered) -> None:
        whole = str(address.to(filter=at.Filter.NONE))
        self._path = whole + ("&" if "?" in whole else "?")
        self._empty = whole
        self._filter = address.filter
        self._sides: dict[str, list[tuple[str, str]]] = {}

    def of(self, name: str, kept: tuple[str, ...], dropped: tuple[str, ...]) -> str:
        """Return the address with these values of a facet kept and dropped, as `str` of it would write it."""
        if name not in self._sides:
            self._sides[name] = [
                (self._others(sign, side, name, lt), self._others(sign, side, name, gt))
                for sign, side in (("", self._filter.include), ("-", self._filter.exclude))
            ]
        query = ""
        for sign, values, (before, after) in zip(("", "-"), (kept, dropped), self._sides[name], strict=True):
            query += before + "".join(at.pair(sign + name, value) for value in values) + after
        return self._path + query[:-1] if query else self._empty

    @staticmethod
    def _others(sign: str, side: Side, name: str, is_there: Callable[[str, str], bool]) -> str:
        """Return the values of the facets before or behind this one, as they stand in a query."""
        return "".join(at.pair(sign + key, value) for key, values in side if is_there(key, name) for value in values)


def _check(address: at.Filtered, cube: Cube) -> None:
    """Raise where a facet or a value is not in the archive."""
    faults = []
    for name, values in (*address.filter.include, *address.filter.exclude):
        if name not in cube.facets:
            near = nearest(name, list(cube.facets))
            faults.append(
                Fault(
                    "address",
                    f"the key {name!r}",
                    ", ".join(cube.facets) or "no facets",
                    f"write {near[0]}" if near else "leave it out",
                )
            )
            continue
        for value in values:
            if value and value not in cube.facets[name]:
                near = nearest(value, cube.facets[name])
                faults.append(
                    Fault(
                        f"address: {name}",
                        repr(value),
                        ", ".join(cube.facets[name][:20]),
                        f"write {near[0]}" if near else "",
                    )
                )
    if address.from_ and address.until and address.from_ > address.until:
        faults.append(Fault("address: until", str(address.until), f"a date not before {address.from_}"))
    if faults:
        raise at.AddressError(faults, "address")
