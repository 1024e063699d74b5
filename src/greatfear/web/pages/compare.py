"""Two or three archives or runs side by side: the same numbers and figures on one scale, and the record each meets or misses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from greatfear.plots.drawn import Windows, grounds
from greatfear.plots.marks.lines import Line, panel
from greatfear.show.wording import Wording
from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import about
from greatfear.web.pages.record import compared
from greatfear.web.pages.timeline import described, window_of
from greatfear.web.parts import Block, Figure, Form, Input, Link, Links, Notice, Page, Table, cell

_COUNTS = (
    ("persons", "persons on record"), ("statements", "statements"), ("named", "persons named"), ("deponents", "deponents"),
    ("deponents_without_names", "deponents who named nobody"), ("cases", "cases"), ("sentences", "sentences"),
    ("deaths", "sentences to death"), ("origins_low", "independent origins, at least"),
    ("origins_high", "independent origins, at most"),
)  # fmt: skip
_SHARES = (
    ("share_named_once", "share of the named who were named once"), ("top_ten_share", "share of namings on the ten most named"),
    ("new_share_first_third", "new names, first third"), ("new_share_last_third", "new names, last third"),
    ("arrests_per_case_corrected", "cases that a case led to, corrected"),
)  # fmt: skip
_SERIES = (("statements", "Statements"), ("arrests", "Arrests"), ("summonses", "Summonses"), ("sentences", "Sentences"))
_Z = 1.959964


def compare(lab: Lab, address: at.Compare) -> Page:
    """Return two or three archives side by side; without two, a form to choose them."""
    known = [entry for entry in lab.entries.values() if entry.archive is not None]
    options = tuple(
        (entry.name, entry.archive.manifest.title or entry.name) for entry in known if entry.archive is not None
    )
    first_two = [
        name if name else options[k][0] if len(options) > k else "" for k, name in enumerate((address.a, address.b))
    ]
    form = Form(
        str(at.Compare()),
        (
            Input("a", "Left", first_two[0], "select", options), Input("b", "Right", first_two[1], "select", options),
            *((Input("c", "Third", address.c, "select", (("", "none"), *options)),) if len(options) > 2 else ()),
        ),
        "Compare", style="row",
    )  # fmt: skip
    if not (address.a and address.b):
        words = "Choose two archives." if len(options) > 1 else "Open two archives first: greatfear lab FOLDER FOLDER."
        return _page(address, (form, Notice(words)) if options else (Notice(words),))
    entries = [lab.entry(name) for name in (address.a, address.b, address.c) if name]
    swap = Links((Link(str(address.to(a=address.b, b=address.a)), "swap left and right"),), style="row")
    parts = [described(entry, window_of(entry.opened)) for entry in entries]
    told = [entry.opened.words for entry in entries]
    wording = told[0] if all(one.given == told[0].given for one in told) else Wording()
    blocks = [
        form, swap, _who(entries), _totals(parts, wording), *_over_time(entries, parts, wording),
        _grounds(parts), *_record(entries),
    ]  # fmt: skip
    return _page(address, tuple(blocks))


def _page(address: at.Compare, blocks: tuple[Block, ...]) -> Page:
    forms = (Link(str(address.to(form="json")), "JSON"),)
    title = "Three archives side by side" if address.c else "Two archives side by side"
    return Page(title=title, address=str(address), blocks=blocks, forms=forms)


def _who(entries: Sequence[Entry]) -> Table:
    rows = tuple(
        (
            cell(side),
            cell(entry.opened.manifest.title or entry.name, str(at.Overview(name=entry.name))),
            cell(about(entry)),
        )
        for side, entry in zip(_SIDES, entries, strict=False)
    )
    return Table("who", ("side", "archive", "how it came about"), rows)


def _totals(parts: Sequence[Any], wording: Wording) -> Table:
    """Return the totals with the ratio of each to the left one and its interval; in the words that all cases share."""
    sides = _SIDES[: len(parts)]
    rows = []
    for key, words in _COUNTS:
        counts = [_whole(part.totals[key]) for part in parts]
        ratios = [value for other in counts[1:] for value in _ratio(counts[0], other)]
        said = wording.many("outcomes", "death") if key == "deaths" and wording else wording.reworded(words)
        rows.append(tuple(map(cell, (said, *counts, *ratios))))
    for key, words in _SHARES:
        shares = [float(part.totals.get(key, math.nan)) for part in parts]
        is_known = shares[0] > 0
        ratios = [v for other in shares[1:] for v in (other / shares[0] if is_known else math.nan, math.nan, math.nan)]
        rows.append(tuple(map(cell, (wording.reworded(words), *shares, *ratios))))
    over = [name for side in sides[1:] for name in (f"{side} over left", f"{side}: low", f"{side}: high")]
    columns = ("number", *sides, *(over if len(parts) > 2 else ("right over left", "low", "high")))
    note = (
        "Low and high: 95 per cent, as if every count were made of independent events. Chains of naming are not: two runs of "
        "one scenario may differ by more. An ensemble shows by how much."
    )
    return Table("rows", columns, tuple(rows), title="The same numbers", numeric=columns[1:], note=note)


def _whole(value: float) -> int | None:
    """Return a count; None where the record does not tell it."""
    return None if math.isnan(value) else int(value)


def _ratio(left: int | None, right: int | None) -> tuple[float, float, float]:
    """Return the ratio of two counts with its interval, by the normal distribution of its logarithm."""
    if not left or not right:
        return math.nan, math.nan, math.nan
    ratio, spread = right / left, _Z * math.sqrt(1 / left + 1 / right)
    return ratio, ratio * math.exp(-spread), ratio * math.exp(spread)


def _over_time(entries: Sequence[Entry], parts: Sequence[Any], wording: Wording) -> list[Block]:
    """Return the counts of all on one axis; archives without a day in common are laid one over the other by their first day."""
    by = parts[0].by if len({part.by for part in parts}) == 1 else "month"
    found = [described(entry, by) for entry in entries]
    windows = [one for one in (Windows.of(each, by) for each in found) if one is not None]
    if any(one.by != by for one in windows):  # too many for one of them
        by = "year"
        windows = [one for one in (Windows.of(each, by) for each in found) if one is not None]
    if len(windows) < len(entries):
        return [Notice("One of them has no dates, so nothing over time can be compared.")]
    overlaps = max(w.labels[0] for w in windows) <= min(w.labels[-1] for w in windows)
    epoch = min(one.epoch for one in found)
    shifts = [(w.epoch - epoch).days if overlaps else -w.span[0] for w in windows]
    blocks: list[Block] = []
    if not overlaps:
        blocks.append(Notice("They do not all share a time. They are drawn from the first day of each."))
    for key, standard in _SERIES:
        title = wording.reworded(standard.lower()).capitalize()
        counts = [w.counts(key) for w in windows]
        if not any(c.any() for c in counts):
            continue
        lines = [
            Line((w.edges[:-1] + shift).tolist(), c.astype(float).tolist(), name, colour=colour, dash=dash)
            for w, shift, c, (name, colour, dash, _) in zip(windows, shifts, counts, _LOOKS, strict=False)
        ]
        ends = [(w.span[0] + shift, w.span[1] + shift) for w, shift in zip(windows, shifts, strict=True)]
        span = (min(low for low, _ in ends), max(high for _, high in ends))
        told = (
            f"{name.capitalize()} ({look}): {int(c.sum()):,}."
            for c, (name, _, _, look) in zip(counts, _LOOKS, strict=False)
        )
        words = (f"{title} by {by}", " ".join(told))
        svg = panel(key, words, lines, span, epoch=epoch, height=170, is_dated=overlaps)
        blocks.append(Figure(key, words[0], svg, note=words[1], numbers=_numbers(key, windows, counts)))
    return blocks


_LOOKS = (
    ("left", "#1f5a7a", "", "solid"), ("right", "#8c3d00", "6 4", "dashed"), ("third", "#1d1d1b", "2 3", "dotted"),
)  # fmt: skip
_SIDES = tuple(name for name, *_ in _LOOKS)


def _numbers(key: str, windows: Sequence[Windows], counts: Sequence[Any]) -> Table:
    held = [dict(zip(w.labels, c.tolist(), strict=True)) for w, c in zip(windows, counts, strict=True)]
    labels = sorted({label for one in held for label in one})
    rows = tuple((cell(label), *(cell(one.get(label)) for one in held)) for label in labels)
    sides = _SIDES[: len(held)]
    return Table(f"{key}-numbers", ("window", *sides), rows, numeric=sides, is_folded=True)


def _grounds(parts: Sequence[Any]) -> Table:
    """Return the shares of the cases by what they rest on."""
    sums: list[dict[str, int]] = []
    named: dict[str, str] = {}
    for part in parts:
        one: dict[str, int] = {}
        for row in part.frames["roots"].rows():
            one[row["rests_on"]] = one.get(row["rests_on"], 0) + row["cases"]
        sums.append(one)
        named = grounds(part) | named
    totals = [max(sum(one.values()), 1) for one in sums]
    rows = tuple(
        (cell(named.get(name, name)), *(cell(one.get(name, 0) / n) for one, n in zip(sums, totals, strict=True)))
        for name in dict.fromkeys(name for one in sums for name in one)
    )
    sides = _SIDES[: len(sums)]
    return Table("grounds", ("cases rest on", *sides), rows, title="Shares of the cases", numeric=sides)


def _record(entries: Sequence[Entry]) -> list[Block]:
    """Return which published numbers each meets: an error of at most a tenth."""
    found = [one for one in map(compared, entries) if one is not None]
    if len(found) < len(entries):
        return [Notice("The catalogue holds no published record for all of them, so none is compared with one.")]
    held = [{row.key: row for row in one.rows} for one in found]
    rows = []
    for row in found[0].rows:
        each = [one.get(row.key) for one in held]
        known = [one for one in each if one is not None and math.isfinite(one.error)]
        if len(known) == len(each):
            marks = (cell(one.error, mark="doubt" if abs(one.error) > _MET else "") for one in known)
            rows.append((cell(row.quantity), cell(row.record), *marks, cell(row.role)))
    sides = _SIDES[: len(found)]
    met = [
        f"{side} {sum(abs(float(row[k].value)) <= _MET for row in rows):,}"  # type: ignore[arg-type]
        for k, side in enumerate(sides, 2)
    ]
    words = f"Within a tenth of the record, of {len(rows):,}: {', '.join(met)}."
    columns = ("quantity", "record", *(f"error {side}" for side in sides), "role")
    return [
        Table("record", columns, tuple(rows), title="Against the published record", numeric=columns[1:-1], note=words)
    ]


_MET = 0.1
