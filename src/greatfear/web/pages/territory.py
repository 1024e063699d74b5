"""Cases by territory: tiles for the regions of Order 00447, bars elsewhere, and a table by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault
from greatfear.plots.marks.grid import Square, grid, logarithmic, narrow_tiles, side_by_side, small_tiles, tiles
from greatfear.plots.marks.svg import shown
from greatfear.plots.tiles import TILES, fits, short_name
from greatfear.show.wording import plural
from greatfear.web import address as at
from greatfear.web.cube import Cube
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.filtering import Filtering
from greatfear.web.pages.frame import FIGURE, ROWS, archive_page
from greatfear.web.pages.limits import MEASURES, limits_of, measured
from greatfear.web.parts import Block, Figure, Link, Links, Notice, Page, Table, cell

Counts = npt.NDArray[np.integer[Any]]


def territory(lab: Lab, address: at.Map) -> Page:
    """Return the cases that pass the filter by region, and by region and month."""
    entry = lab.entry(address.name)
    index = entry.index()
    cube, what = (index.cases, "cases") if len(index.cases) else (index.statements, "statements")
    filtering = Filtering.of(address, cube, entry.opened.epoch, what, words=entry.opened.words)
    limits = limits_of(entry)
    _check(address, bool(limits))
    blocks: list[Block] = [*filtering.time(), *filtering.nothing()]
    if "region" in cube.facets:
        blocks += _maps(entry, address, filtering, limits)
    else:
        words = "No person of this archive has a region; the column that would give one is `region` of persons."
        blocks.append(Notice(words))
    return archive_page(
        entry, address, f"{what.capitalize()} by {_place(entry)}", blocks=tuple(blocks), side=filtering.facets(),
        chips=filtering.chips(),
        count=(filtering.chosen.n, len(cube), what), rows_as=(*ROWS, *FIGURE), steps=_keys(address),
    )  # fmt: skip


def _maps(
    entry: Entry, address: at.Map, filtering: Filtering, limits: Mapping[str, Mapping[str, tuple[float, float]]]
) -> list[Block]:
    """Return the map that the address asks for, with what one may choose, and the largest counts."""
    cube, what = filtering.cube, filtering.what
    months, counts = _by_month(cube, filtering)
    if address.month and address.month not in months:
        allowed = f"a month from {months[0]} to {months[-1]}" if months else "no month"
        raise at.AddressError([Fault("address: month", repr(address.month), allowed)], "address")
    blocks: list[Block] = [_choice(address, bool(limits)), _step(address, months)]
    if address.measure != "cases":
        blocks += _limits(address, cube, limits)
    elif address.parts == "quarter":
        blocks += _quarters(cube, (months, counts), what, entry)
    else:
        column = counts[:, months.index(address.month)] if address.month else filtering.chosen.counts["region"][:-1]
        values = {name: int(n) for name, n in zip(cube.facets["region"], column, strict=True)}
        blocks.append(_figure(entry, address, values, what))
    return [*blocks, *_highest(entry, address, cube, (months, counts), what)]


def _by_month(cube: Cube, filtering: Filtering) -> tuple[list[str], Counts]:
    """Return the months, and the rows that pass by region and month; rows not dated to a month are left out."""
    first, width = cube.months
    n = len(cube.facets["region"])
    if not width:
        return [], np.zeros((n, 0), np.int64)
    counts = cube.by_month(filtering.chosen, "region")
    used = np.flatnonzero(counts.any(0))
    if not len(used):
        return [], np.zeros((n, 0), np.int64)
    low, high = int(used[0]), int(used[-1]) + 1
    return [str(np.datetime64(first + k, "M")) for k in range(low, high)], counts[:, low:high]


def _keys(address: at.Map) -> dict[str, str]:
    """Return the keys that step from month to month."""
    if not address.month:
        return {}
    month, one = np.datetime64(address.month, "M"), np.timedelta64(1, "M")
    return {"[": str(address.to(month=str(month - one))), "]": str(address.to(month=str(month + one)))}


def _step(address: at.Map, months: list[str]) -> Links:
    """Return the links to the months."""
    if not months or len(months) > 120:
        return Links(())
    chosen = [Link(str(address.to(month="")), "whole range", is_here=not address.month)]
    pattern = str(address.to(month=at.SLOTS[0]))
    links = (*chosen, *(Link(at.filled(pattern, month), month, is_here=month == address.month) for month in months))
    return Links(links, style="months")


def _check(address: at.Map, has_limits: bool) -> None:
    measures = [key for key, _ in MEASURES] if has_limits else ["cases"]
    allowed = (("measure", address.measure, measures), ("parts", address.parts, ["whole", "quarter"]))
    faults = [
        Fault(f"address: {key}", repr(value), ", ".join(known)) for key, value, known in allowed if value not in known
    ]
    if faults:
        raise at.AddressError(faults, "address")


def _choice(address: at.Map, has_limits: bool) -> Links:
    """Return what the map may show, and in how many parts."""
    bare = address.to(month="", parts="whole", measure="cases")
    links = [
        Link(str(bare), "one map", is_here=address.measure == "cases" and address.parts == "whole"),
        Link(str(bare.to(parts="quarter")), "a map for each quarter", is_here=address.parts == "quarter"),
    ]
    if has_limits:
        links += [Link(str(bare.to(measure=key)), words, is_here=address.measure == key) for key, words in MEASURES[1:]]
    return Links(tuple(links), style="row")


def _limits(address: at.Map, cube: Cube, limits: Mapping[str, Mapping[str, tuple[float, float]]]) -> list[Block]:
    """Return a map for each operation that has limits, with all three numbers in the table."""
    blocks: list[Block] = []
    for operation, given in limits.items():
        held = {"operation": [operation]} if operation in cube.facets.get("operation", ()) else {}
        counts = (
            cube.select(held, {}, None, None).counts["region"]
            if held
            else np.zeros(len(cube.facets["region"]) + 1, int)
        )
        cases = {name: int(n) for name, n in zip(cube.facets["region"], counts, strict=False)}
        values = measured(address.measure, given, cases)
        top = max(values.values(), default=0)
        words = dict(MEASURES)[address.measure]
        title = f"{operation}: {words}, by territory"
        squares = {
            name: Square(logarithmic(value, top) if address.measure != "filled" else value / (top or 1),
                         f"{name}: {shown(value)}", "", f"{short_name(name)}|{shown(value)}")
            for name, value in values.items()
        }  # fmt: skip
        rows = tuple(
            tuple(map(cell, (name, cases.get(name, 0), *given[name], measured("filled", given, cases).get(name))))
            for name in sorted(given, key=lambda name: -values.get(name, 0))
        )
        heads = ("region", "cases", "limit at first", "granted later", "cases over all limits")
        table = Table(
            f"limits-{operation}", heads, rows, title="The same as a table", numeric=heads[1:], is_folded=True,
            note="Limits of both categories, in persons, as the scenario gives them. Grants that arose in the simulation are "
            "not among them.",
        )  # fmt: skip
        if squares and fits(values):
            note = "Darker: more. Hatched: no limit is given."
            key, about = f"map-{operation}", (title, note)
            svg, narrow = tiles(key, about, TILES, squares), narrow_tiles(f"{key}-narrow", about, TILES, squares)
            blocks.append(Figure(key, title, svg, numbers=table, note=note, narrow=narrow))
        else:
            blocks.append(table)
    return blocks


def _quarters(cube: Cube, counted: tuple[list[str], Counts], what: str, entry: Entry) -> list[Block]:
    """Return regions against quarters as a grid: small multiples that can be read row by row, all on one scale."""
    months, counts = counted
    if not counts.size:
        return []
    unit, keys = _spans(months)
    quarters = list(dict.fromkeys(keys))
    place = np.array([quarters.index(key) for key in keys])
    sums = np.stack([counts[:, place == k].sum(1) for k in range(len(quarters))], 1)
    order = [k for k in np.argsort(-sums.sum(1), kind="stable").tolist() if sums[k].any()]
    names, top = [cube.facets["region"][k] for k in order], int(sums.max())
    title = f"{what.capitalize()} by {_place(entry)} and {unit}"
    one, many = (entry.opened.words.one("places", "region"), entry.opened.words.many("places", "region"))
    rows = tuple((cell(name), *map(cell, sums[k].tolist())) for name, k in zip(names, order, strict=True))
    table = Table("rows", (one, *quarters), rows, title="The same as a table", numeric=tuple(quarters), is_folded=True)
    spans = f"{len(quarters):,} {unit if len(quarters) == 1 else plural(unit)}"
    about = f"{len(names):,} {many} and {spans}; darker: more (logarithmic, one scale for all)."
    if fits(dict.fromkeys(names, 1.0)):
        shares = [
            {name: logarithmic(int(sums[i, k]), top) for name, i in zip(names, order, strict=True)}
            for k in range(len(quarters))
        ]
        maps = [small_tiles(quarter, held, TILES) for quarter, held in zip(quarters, shares, strict=True)]
        svg, narrow = side_by_side("map", (title, about), maps), side_by_side("map-narrow", (title, about), maps, 2)
        return [Figure("map", title, svg, numbers=table, note=about, narrow=narrow)]
    cells = [[Square(logarithmic(int(n), top), f"{name}, {q}: {int(n):,}") for q, n in zip(quarters, sums[i], strict=True)]
             for name, i in zip(names[:80], order, strict=False)]  # fmt: skip
    svg = grid("map", (title, about), (names[:80], quarters), cells, axes=(one, unit))
    narrow = ""
    if len(quarters) > _NARROW:  # a narrow screen has room to go down: a row each quarter
        turned = [list(column) for column in zip(*cells[:_NARROW], strict=True)]
        told = f"The {_NARROW} with most." if len(names) > _NARROW else ""
        narrow = grid(
            "map-narrow", (title, about), (quarters, names[:_NARROW]), turned, axes=(unit, one), margin=88, note=told
        )
    return [Figure("map", title, svg, numbers=table, note=about, narrow=narrow)]


def _spans(months: list[str]) -> tuple[str, list[str]]:
    """Return the finest span of time that gives no more columns than can be drawn, and the span of each month."""
    years = [int(month[:-3]) for month in months]
    for unit, keys in (
        ("quarter", [f"{month[:-3]} Q{(int(month[-2:]) + 2) // 3}" for month in months]),
        ("year", [str(year) for year in years]),
        ("decade", [f"{year // 10 * 10}s" for year in years]),
    ):
        if len(set(keys)) <= _COLUMNS:
            return unit, keys
    return "century", [f"{year // 100 * 100}s" for year in years]


_COLUMNS, _NARROW = 60, 10
"""Spans of time side by side on a wide screen, and columns on a narrow one."""


def _figure(entry: Entry, address: at.Map, values: dict[str, int], what: str) -> Figure:
    """Return tiles where the regions have them, else bars as a table with their numbers."""
    top = max(values.values(), default=0)
    period = f" in {address.month}" if address.month else ""
    title = f"{what.capitalize()} by {_place(entry)}{period}"
    rows = sorted(((name, n) for name, n in values.items() if n), key=lambda pair: -pair[1])
    one = entry.opened.words.one("places", "region")
    pattern = _cases(entry, address, at.SLOTS[0])
    table = Table(
        "rows", (one, what), tuple((cell(name, at.filled(pattern, name)), cell(n)) for name, n in rows),
        title="The same as a table", numeric=(what,), is_folded=len(rows) > 20,
    )  # fmt: skip
    if fits({name: float(n) for name, n in values.items()}):
        squares = {
            name: Square(
                logarithmic(n, top), f"{name}: {n:,} {what}", at.filled(pattern, name), f"{short_name(name)}|{n:,}"
            )
            for name, n in values.items()
        }
        about = f"A tile for each territory of Order 00447; {len(rows):,} of {len(TILES):,} hold {what}."
        note = (
            "Darker: more (logarithmic). Schematic: neither size nor border is to scale. Hatched: not in this archive."
        )
        svg = tiles("map", (title, about), TILES, squares)
        narrow = narrow_tiles("map-narrow", (title, about), TILES, squares)
        return Figure("map", title, svg, numbers=table, note=note, narrow=narrow)
    from greatfear.plots.marks.bars import bars

    about = f"{len(rows):,} {entry.opened.words.many('places', 'region')}, the largest first."
    return Figure("map", title, bars("map", (title, about), rows[:30]), numbers=table, note=about)


def _place(entry: Entry) -> str:
    """Return what a page calls a region: territory, or the word of the case."""
    words = entry.opened.words
    return words.one("places", "region") if words.given.get("places", {}).get("region") else "territory"


def _cases(entry: Entry, address: at.Map, region: str) -> str:
    held = address.filter.included() | {"region": [region]}
    chosen = at.Filter.of(held, address.filter.excluded())
    if not address.month:
        return str(at.Cases(name=entry.name, from_=address.from_, until=address.until, filter=chosen))
    month = np.datetime64(address.month, "M")
    first, last = (
        month.astype("datetime64[D]").item(),
        ((month + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")).item(),
    )
    return str(at.Cases(name=entry.name, from_=first, until=last, filter=chosen))


def _highest(
    entry: Entry,
    address: at.Map,
    cube: Cube,
    counted: tuple[list[str], Counts],
    what: str,
) -> list[Block]:
    """Return the months and territories with the largest counts."""
    months, counts = counted
    if not counts.size or not counts.any():
        return []
    order = np.argsort(-counts, axis=None, kind="stable")[:10]
    rows = []
    for k in order.tolist():
        i, j = divmod(k, len(months))
        if counts[i, j]:
            name = cube.facets["region"][i]
            rows.append(
                (cell(name, _cases(entry, address.to(month=months[j]), name)), cell(months[j]), cell(int(counts[i, j])))
            )
    n = int(counts.sum())
    where = entry.opened.words.one("places", "region")
    note = f"Over {n:,} {what} with a {where} and a month."
    return [
        Table(
            "highest",
            (where, "month", what),
            tuple(rows),
            title=f"The largest counts of one month and {_place(entry)}",
            numeric=(what,),
            note=note,
        )
    ]
