"""Two archives or two runs side by side: the same numbers and figures on one scale, and the record each meets or misses."""

from __future__ import annotations

import math
from typing import Any

from greatfear.plots.drawn import Windows, grounds
from greatfear.plots.marks.lines import Line, panel
from greatfear.web import address as at
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import about
from greatfear.web.pages.record import compared
from greatfear.web.pages.timeline import described, window_of
from greatfear.web.parts import Block, Figure, Form, Input, Link, Links, Notice, Page, Table, cell

__all__ = ["compare"]

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
    """Return two archives side by side; without two, a form to choose them."""
    known = [entry for entry in lab.entries.values() if entry.archive is not None]
    options = tuple(
        (entry.name, entry.archive.manifest.title or entry.name) for entry in known if entry.archive is not None
    )
    names = [
        name if name else options[k][0] if len(options) > k else "" for k, name in enumerate((address.a, address.b))
    ]
    form = Form(
        str(at.Compare()),
        (Input("a", "Left", names[0], "select", options), Input("b", "Right", names[1], "select", options)),
        "Compare", style="row",
    )  # fmt: skip
    if not (address.a and address.b):
        words = "Choose two archives." if len(options) > 1 else "Open two archives first: greatfear lab FOLDER FOLDER."
        return _page(address, (form, Notice(words)) if options else (Notice(words),))
    pair = (lab.entry(address.a), lab.entry(address.b))
    swap = Links((Link(str(address.to(a=address.b, b=address.a)), "swap left and right"),), style="row")
    parts = [described(entry, window_of(entry.opened)) for entry in pair]
    blocks = [form, swap, _who(pair), _totals(parts), *_over_time(pair, parts), _grounds(parts), *_record(pair)]
    return _page(address, tuple(blocks))


def _page(address: at.Compare, blocks: tuple[Block, ...]) -> Page:
    forms = (Link(str(address.to(form="json")), "JSON"),)
    return Page(title="Two archives side by side", address=str(address), blocks=blocks, forms=forms)


def _who(pair: tuple[Entry, Entry]) -> Table:
    rows = tuple(
        (
            cell(side),
            cell(entry.opened.manifest.title or entry.name, str(at.Overview(name=entry.name))),
            cell(about(entry)),
        )
        for side, entry in zip(("left", "right"), pair, strict=True)
    )
    return Table("who", ("side", "archive", "how it came about"), rows)


def _totals(parts: list[Any]) -> Table:
    """Return the totals with the ratio right over left and its interval."""
    rows = []
    for key, words in _COUNTS:
        counts = [_whole(part.totals[key]) for part in parts]
        rows.append(tuple(map(cell, (words, *counts, *_ratio(*counts)))))
    for key, words in _SHARES:
        left, right = (float(part.totals.get(key, math.nan)) for part in parts)
        ratio = right / left if left > 0 and math.isfinite(right) else math.nan
        rows.append(tuple(map(cell, (words, left, right, ratio, None, None))))
    columns = ("number", "left", "right", "right over left", "low", "high")
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


def _over_time(pair: tuple[Entry, Entry], parts: list[Any]) -> list[Block]:
    """Return the counts of both on one axis; archives of different epochs are laid one over the other by their first day."""
    by = parts[0].by if parts[0].by == parts[1].by else "month"
    found = [described(entry, by) for entry in pair]
    windows = [Windows.of(one, by) for one in found]
    if windows[0] is None or windows[1] is None:
        return [Notice("One of the two has no dates, so nothing over time can be compared.")]
    both = (windows[0], windows[1])
    overlaps = max(w.labels[0] for w in both) <= min(w.labels[-1] for w in both)
    epoch = min(found[0].epoch, found[1].epoch)
    shifts = [(w.epoch - epoch).days if overlaps else -w.span[0] for w in both]
    blocks: list[Block] = []
    if not overlaps:
        blocks.append(Notice("The two do not share any time. They are drawn from the first day of each."))
    for key, title in _SERIES:
        counts = [w.counts(key) for w in both]
        if not any(c.any() for c in counts):
            continue
        lines = [
            Line((w.edges[:-1] + shift).tolist(), c.astype(float).tolist(), name, colour=colour, dash=dash)
            for w, shift, c, (name, colour, dash) in zip(both, shifts, counts, _LOOKS, strict=True)
        ]
        ends = [(w.span[0] + shift, w.span[1] + shift) for w, shift in zip(both, shifts, strict=True)]
        span = (min(low for low, _ in ends), max(high for _, high in ends))
        words = (
            f"{title} by {by}",
            f"Left (solid): {int(counts[0].sum()):,}. Right (dashed): {int(counts[1].sum()):,}.",
        )
        svg = panel(key, words, lines, span, epoch=epoch, height=170, is_dated=overlaps)
        blocks.append(Figure(key, words[0], svg, note=words[1], numbers=_numbers(key, both, counts)))
    return blocks


_LOOKS = (("left", "#1f5a7a", ""), ("right", "#8c3d00", "6 4"))


def _numbers(key: str, both: tuple[Windows, Windows], counts: list[Any]) -> Table:
    held = [dict(zip(w.labels, c.tolist(), strict=True)) for w, c in zip(both, counts, strict=True)]
    labels = sorted({*held[0], *held[1]})
    rows = tuple((cell(label), *(cell(one.get(label)) for one in held)) for label in labels)
    return Table(f"{key}-numbers", ("window", "left", "right"), rows, numeric=("left", "right"), is_folded=True)


def _grounds(parts: list[Any]) -> Table:
    """Return the shares of the cases by what they rest on."""
    sums: list[dict[str, int]] = []
    for part in parts:
        one: dict[str, int] = {}
        for row in part.frames["roots"].rows():
            one[row["rests_on"]] = one.get(row["rests_on"], 0) + row["cases"]
        sums.append(one)
    named = grounds(parts[1]) | grounds(parts[0])
    totals = [max(sum(one.values()), 1) for one in sums]
    rows = tuple(
        (cell(named.get(name, name)), *(cell(one.get(name, 0) / n) for one, n in zip(sums, totals, strict=True)))
        for name in dict.fromkeys((*sums[0], *sums[1]))
    )
    return Table(
        "grounds", ("cases rest on", "left", "right"), rows, title="Shares of the cases", numeric=("left", "right")
    )


def _record(pair: tuple[Entry, Entry]) -> list[Block]:
    """Return which published numbers each meets: an error of at most a tenth."""
    found = [compared(entry) for entry in pair]
    if found[0] is None or found[1] is None:
        return [Notice("The catalogue holds no published record for both, so neither is compared with one.")]
    right = {row.key: row for row in found[1].rows}
    rows = []
    for row in found[0].rows:
        other = right.get(row.key)
        if other is not None and math.isfinite(row.error) and math.isfinite(other.error):
            marks = tuple(cell(r.error, mark="doubt" if abs(r.error) > _MET else "") for r in (row, other))
            rows.append((cell(row.quantity), cell(row.record), *marks, cell(row.role)))
    met = [sum(abs(float(row[k].value)) <= _MET for row in rows) for k in (2, 3)]  # type: ignore[arg-type]
    words = f"Within a tenth of the record: left {met[0]:,}, right {met[1]:,} of {len(rows):,}."
    columns = ("quantity", "record", "error left", "error right", "role")
    return [
        Table("record", columns, tuple(rows), title="Against the published record", numeric=columns[1:4], note=words)
    ]


_MET = 0.1
