"""Who named whom, by group: a matrix of counts, of shares, or of ratios to chance with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault
from greatfear.plots.marks.grid import Square, grid, logarithmic
from greatfear.plots.marks.svg import shown
from greatfear.plots.tiles import TILES, fits
from greatfear.show.wording import Wording
from greatfear.web import address as at
from greatfear.web.columns import Columns
from greatfear.web.cube import Cube
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.filtering import Filtering, facet_label
from greatfear.web.pages.frame import FIGURE, ROWS, archive_page
from greatfear.web.parts import Block, Figure, Form, Input, Notice, Page, Table

SHOWS = (
    ("number", "statements"), ("row", "share of the speakers' row"), ("column", "share of the subjects' column"),
    ("ratio", "ratio to chance"),
)  # fmt: skip
ORDERS = (("size", "by size"), ("name", "by name"), ("alike", "alike beside alike"))
MAP = ("map", "as on the map")
"""An order for territories that have a tile: from north to south, and from west to east within a row."""
_OTHER, _UNKNOWN = "all others", "not recorded"


@dataclass(frozen=True)
class _Matrix:
    """Counts by group of the speaker (rows) and of the subject (columns)."""

    names: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    @property
    def expected(self) -> npt.NDArray[np.float64]:
        """Counts that would be if speakers chose subjects regardless of group."""
        total = max(int(self.counts.sum()), 1)
        return np.outer(self.counts.sum(1), self.counts.sum(0)) / total


def naming(lab: Lab, address: at.Naming) -> Page:
    """Return the matrix of namings between the groups of one column."""
    entry = lab.entry(address.name)
    index = entry.index()
    cube = index.statements
    groups = [name.removeprefix("by_") for name in cube.facets if name.startswith("by_")]
    by = address.by or next((name for name in ("region", "stratum", "sex", *groups) if name in groups), "")
    orders = _orders(cube, by)
    _check(address, groups, orders)
    filtering = Filtering.of(address, cube, entry.opened.epoch, "statements", words=entry.opened.words)
    parts: list[Block] = [*filtering.time()]
    if not by:
        parts.append(
            Notice(
                "This archive has no group of persons to compare: no region, stratum, sex or attribute with two "
                "values or more, or no known speakers."
            )
        )
    else:
        whole = _counts(filtering, by)
        parts += [
            _form(address, (groups, by, orders), entry.opened.words),
            *_drawn(entry, address, by, whole),
        ]
    return archive_page(
        entry, address, _heading(entry, by), blocks=tuple(parts), side=(),
        chips=filtering.chips(), count=(filtering.chosen.n, len(cube), "statements"), rows_as=(*ROWS, *FIGURE),
    )  # fmt: skip


def _heading(entry: Entry, by: str) -> str:
    return f"Who named whom, by {facet_label(by, entry.opened.words)}" if by else "Who named whom"


Choices = tuple[tuple[str, str], ...]


def _orders(cube: Cube, by: str) -> Choices:
    """Return the orders that groups can have; that of the map where most of them have a tile."""
    is_mapped = by == "region" and fits(dict.fromkeys(cube.facets.get(by, ()), 1.0))
    return (*ORDERS, MAP) if is_mapped else ORDERS


def _check(address: at.Naming, groups: list[str], orders: Choices) -> None:
    faults = [
        Fault(f"address: {key}", repr(value), ", ".join(allowed) or "nothing: the archive has no groups")
        for key, value, allowed in (
            ("by", address.by or (groups or [""])[0], groups or [""]),
            ("show", address.show, [key for key, _ in SHOWS]),
            ("order", address.order, [key for key, _ in orders]),
        )
        if value not in allowed
    ]
    if not 2 <= address.size <= 80:
        faults.append(Fault("address: size", str(address.size), "a number from 2 to 80"))
    if faults:
        raise at.AddressError(faults, "address")


def _counts(filtering: Filtering, by: str) -> _Matrix:
    """Return the counts of all groups; a group that is not recorded is one too."""
    cube: Cube = filtering.cube
    sides = f"by_{by}", by
    held = [(_UNKNOWN, *cube.facets.get(side, ())) for side in sides]
    names = tuple(dict.fromkeys((*held[0][1:], *held[1][1:], _UNKNOWN)))
    place = {name: k for k, name in enumerate(names)}
    # A statement without a known speaker is nobody's naming.
    spoke = cube.codes[list(cube.facets).index("speaker")] == cube.facets["speaker"].index("a person")
    shape = len(held[0]), len(held[1])
    found = np.bincount(cube.pairs(sides), filtering.chosen.weights * spoke, minlength=shape[0] * shape[1])
    counts = np.zeros((len(names), len(names)), np.int64)
    counts[np.ix_(*([place[name] for name in side] for side in held))] = found.reshape(shape)
    return _Matrix(names, counts)


def _arranged(whole: _Matrix, address: at.Naming) -> _Matrix:
    """Return the largest groups in the order asked for, the rest as one."""
    size = whole.counts.sum(0) + whole.counts.sum(1)
    ranked = [k for k in np.argsort(-size, kind="stable").tolist() if size[k]]
    kept, rest = ranked[: address.size], ranked[address.size :]
    if address.order == "name":
        kept = sorted(kept, key=lambda k: whole.names[k])
    elif address.order == "map":
        kept = sorted(kept, key=lambda k: (*TILES.get(whole.names[k], (99, 99))[::-1], whole.names[k]))
    elif address.order == "alike" and len(kept) > 2:
        share = whole.counts[np.ix_(kept, kept)] / np.maximum(whole.counts[kept].sum(1, keepdims=True), 1)
        first = np.linalg.svd(share - share.mean(0))[0][:, 0]
        kept = [kept[k] for k in np.argsort(first, kind="stable")]
    groups = [[k] for k in kept] + ([rest] if rest else [])
    names = tuple(whole.names[k] for k in kept) + ((_OTHER,) if rest else ())
    member = np.zeros((len(groups), len(whole.names)), np.int64)
    for k, group in enumerate(groups):
        member[k, group] = 1
    return _Matrix(names, member @ whole.counts @ member.T)


def _form(address: at.Naming, offered: tuple[list[str], str, Choices], words: Wording) -> Form:
    groups, by, orders = offered
    held = [(k, v) for k, v in address._query() if k not in ("by", "show", "order")]
    inputs = (
        Input("by", "Groups", by, "select", tuple((name, facet_label(name, words)) for name in groups)),
        Input("show", "Show", address.show, "select", SHOWS),
        Input("order", "Order", address.order, "select", orders),
    )
    return Form(str(at.Naming(name=address.name)), inputs, "Show", hidden=tuple(held), style="row")


def ratio_limits(count: npt.NDArray[np.int64], expected: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return counts over expected with their 95 per cent intervals (Garwood 1936), a row each; NaN where nothing is expected."""
    limits = np.array([_garwood(n) for n in count.ravel().tolist()]).reshape(*count.shape, 2)
    found = np.concatenate([count[..., None].astype(np.float64), limits], axis=-1)
    over = np.where(expected > 0, expected, np.nan)
    return np.asarray(found / over[..., None])


@lru_cache(20_000)
def _garwood(n: int) -> tuple[float, float]:
    """Return the 95 per cent interval of a count."""
    from scipy.special import gammaincinv

    return float(gammaincinv(n, 0.025)) if n else 0.0, float(gammaincinv(n + 1, 0.975))


def _drawn(entry: Entry, address: at.Naming, by: str, whole: _Matrix) -> list[Block]:
    """Return the matrix as a figure, with the numbers behind it."""
    total = int(whole.counts.sum())
    if not total:
        return [Notice("No statement in this range has a known speaker.")]
    matrix = _arranged(whole, address)
    about = (
        f"{total:,} statements by known speakers; rows are the speakers' groups, columns those of the persons named."
    )
    note = (
        "Darker: more (logarithmic). A cell leads to its statements."
        if address.show == "number"
        else "Darker: larger. A cell leads to its statements."
    )
    if address.show == "ratio":
        note += (
            " Ratio to chance: over the number expected if speakers chose regardless of group. Interval: 95 "
            "per cent, Garwood (1936)."
        )
    title = f"{dict(SHOWS)[address.show].capitalize()}, by {facet_label(by, entry.opened.words)}"
    pattern = _pattern(entry, address, by)
    svg = _grid("matrix", (title, about), matrix, (address.show, pattern))
    narrow = ""
    if len(matrix.names) > _NARROW + 1:
        few = _arranged(whole, address.to(size=_NARROW))
        told = f"The {_NARROW} groups with most statements, and all others."
        narrow = _grid("matrix-narrow", (title, about), few, (address.show, pattern), margin=88, note=told)
    return [Figure("matrix", title, svg, numbers=_numbers(matrix), note=f"{about} {note}", narrow=narrow)]


_NARROW = 10
"""Groups of a matrix that are legible on a narrow screen."""


def _grid(key: str, words: tuple[str, str], matrix: _Matrix, look: tuple[str, str], **more: Any) -> str:
    """Return a matrix as a drawing; `look` is what a cell shows, and the address that it leads to."""
    show, pattern = look
    values, darkest = _values(matrix, show)
    rows = zip(matrix.names, values.tolist(), matrix.counts.tolist(), strict=True)
    cells = [_line(matrix.names, row, (show, darkest, pattern)) for row in rows]
    return grid(key, words, (matrix.names, matrix.names), cells, axes=("speaker", "named"), **more)


def _values(matrix: _Matrix, show: str) -> tuple[npt.NDArray[np.float64], float]:
    counts = matrix.counts.astype(float)
    if show == "row":
        counts = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    elif show == "column":
        counts = counts / np.maximum(counts.sum(0, keepdims=True), 1)
    elif show == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            counts = np.where(matrix.expected > 0, counts / matrix.expected, np.nan)
    return counts, float(np.nanmax(counts, initial=0))


def _line(
    names: tuple[str, ...], row: tuple[str, list[float], list[int]], look: tuple[str, float, str]
) -> list[Square]:
    """Return the cells of one group of speakers; `look` is what a cell shows, its largest value, and its address."""
    (speaker, values, counts), (show, darkest, pattern) = row, look
    head, _, tail = at.filled(pattern, "" if speaker == _UNKNOWN else speaker).partition(quote(at.SLOTS[1], safe=""))
    squares = []
    for named, value, count in zip(names, values, counts, strict=True):
        share = None if value != value else value / (darkest or 1)  # noqa: PLR0124  NaN
        words = f"{speaker} named {named}: {count:,} statements"
        if show == "number":
            share = logarithmic(value, darkest)
        elif share is not None:
            words += f" ({shown(value)})"
        is_one = count and _OTHER not in (speaker, named)
        href = head + ("" if named == _UNKNOWN else quote(named, safe="")) + tail if is_one else ""
        squares.append(Square(share, words, href))
    return squares


def _pattern(entry: Entry, address: at.Naming, by: str) -> str:
    """Return the address of the statements of a cell, with slots for the groups of its row and its column."""
    held = address.filter.included() | {f"by_{by}": [at.SLOTS[0]], by: [at.SLOTS[1]]}
    chosen = at.Filter.of(held, address.filter.excluded())
    return str(at.Statements(name=entry.name, from_=address.from_, until=address.until, filter=chosen))


def _numbers(matrix: _Matrix) -> Table:
    i, j = np.nonzero(matrix.counts)
    count = matrix.counts[i, j]
    shares = count / matrix.counts.sum(1)[i], count / matrix.counts.sum(0)[j]
    ratios = ratio_limits(count, matrix.expected[i, j]).T
    names = ([matrix.names[k] for k in side.tolist()] for side in (i, j))
    rows = Columns(*names, *(column.tolist() for column in (count, *shares, *ratios)))
    numeric = ("statements", "of row", "of column", "to chance", "low", "high")
    return Table(
        "rows",
        ("speaker", "named", *numeric),
        rows,
        title="The numbers behind it",
        numeric=numeric,
        is_folded=True,
    )
