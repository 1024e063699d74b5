"""The replicates of a scenario as a fan of quantiles, each with a page of its own, and the spread of its variants."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np

from greatfear.errors import Fault
from greatfear.plots.findings import many
from greatfear.plots.marks.lines import Line, Span, panel
from greatfear.web import address as at
from greatfear.web.jobs import Job
from greatfear.web.lab import Lab
from greatfear.web.pages.record import days_of
from greatfear.web.parts import Block, Fact, Facts, Figure, Link, Links, Notice, Page, Table, cell


def ensemble(lab: Lab, address: at.EnsemblePage) -> Page:
    """Return the replicates of a scenario as a fan of quantiles."""
    found = lab.jobs.as_it_stands(address.id)
    asked = found.asked
    _check(address, found)
    words = "only the fan" if address.lines else "every replicate as a line"
    links = Links(
        (
            Link(str(address.to(of="arrests")), "arrests", is_here=address.of == "arrests"),
            Link(str(address.to(of="statements")), "statements", is_here=address.of == "statements"),
            Link(str(address.to(lines=1 - min(address.lines, 1))), words),
        ),
        style="row",
    )  # fmt: skip
    blocks: list[Block] = [links]
    if found.rows:
        blocks += [*fan(found, address), *_one(found, address), *_variants(lab, found, address.of)]
    else:
        blocks.append(Notice("No replicate is finished yet."))
    title = f"{many(len(found.rows), 'replicate')} of {asked['name']}"
    return Page(
        title=title, address=str(address), blocks=tuple(blocks), kind="simulated",
        archive=str(found.result.get("title", asked["name"])),
        about=f"simulated, seed {asked['seed']}", forms=(Link(str(address.to(form="json")), "JSON"),),
    )  # fmt: skip


def _check(address: at.EnsemblePage, found: Job) -> None:
    faults = []
    if address.of not in ("arrests", "statements"):
        faults.append(Fault("address: of", repr(address.of), "arrests, statements"))
    if not -1 <= address.one < len(found.rows):
        faults.append(Fault("address: one", str(address.one), _finished(found)))
    if faults:
        raise at.AddressError(faults, "address")


def _finished(found: Job) -> str:
    n = len(found.rows)
    return f"the number of a finished replicate, 0 to {n - 1:,}" if n else "nothing: no replicate is finished yet"


_SHARES = (5, 25, 50, 75, 95)
_PALE, _CHOSEN = "#8a8678", "#8c3d00"


def fan(found: Job, address: at.EnsemblePage) -> list[Block]:
    """Return the quantiles of a count by week over the replicates, with a line for each where the address says so."""
    of = address.of
    values = np.array([row[of] for row in found.rows], float)
    quantiles = np.percentile(values, _SHARES, axis=0)
    epoch = _epoch(found)
    days = [7.0 * k for k in range(values.shape[1])]
    lines = [
        Line(days, quantiles[2].tolist(), "median", quantiles[0].tolist(), quantiles[4].tolist()),
        Line(days, quantiles[2].tolist(), "median", quantiles[1].tolist(), quantiles[3].tolist()),
    ]
    drawn = [k for k in range(len(values)) if address.lines and k != address.one]
    lines += [
        Line(days, values[k].tolist(), f"replicate {k}", colour=_PALE, href=str(address.to(one=k))) for k in drawn
    ]
    if address.one >= 0:  # last, so that no other lies over it
        lines.append(Line(days, values[address.one].tolist(), f"replicate {address.one}", colour=_CHOSEN, dash="6 4"))
    title = f"{of.capitalize()} by week: median, half and nine tenths of the replicates"
    title = title if len(values) > 1 else f"{of.capitalize()} by week in the only replicate"
    rows = tuple(
        tuple(map(cell, (int(day // 7) + 1, *(float(q) for q in column))))
        for day, column in zip(days, quantiles.T, strict=True)
    )
    heads = ("week", *(f"{share} per cent" for share in _SHARES))
    table = Table("fan", heads, rows, numeric=heads, is_folded=True)
    spans, words = _published(found, epoch) if of == "arrests" else ([], "")
    about = f"{many(len(values), 'replicate')} over {many(values.shape[1], 'week')}.{words}"
    svg = panel(
        "fan-figure", (title, about), lines, (0, 7 * values.shape[1]), epoch=epoch, height=220, is_dated=bool(found.result),
        spans=spans,
    )  # fmt: skip
    about += f" Dashed: replicate {address.one}." if address.one >= 0 else ""
    hint = "A click on a line shows its replicate." if drawn else ""
    return [
        _totals(values.sum(1), of), Figure("fan", title, svg, numbers=table, note=about, hint=hint), _replicates(found, address),
    ]  # fmt: skip


def _epoch(found: Job) -> dt.date:
    """Return the first day of the scenario; of an unfinished ensemble it is not told, and weeks are counted."""
    return dt.date.fromisoformat(found.result["epoch"]) if found.result else dt.date(2001, 1, 1)


def _one(found: Job, address: at.EnsemblePage) -> list[Block]:
    """Return the replicate that was chosen, week by week, with a button that writes it as an archive."""
    if address.one < 0:
        return []
    row, asked = found.rows[address.one], found.asked
    facts = Facts(
        tuple(Fact(int(sum(row[of])), f"{of} in replicate {address.one}") for of in ("arrests", "statements"))
    )
    heads = ("week", "arrests", "statements")
    weeks = enumerate(zip(row["arrests"], row["statements"], strict=True), 1)
    cells = tuple((cell(week), cell(int(a)), cell(int(s))) for week, (a, s) in weeks)
    job = {"kind": "run", "scenario": asked["scenario"], "seed": asked["seed"], "replicate": int(row["replicate"])}
    links = (
        Link(
            "", f"Write replicate {address.one} as an archive", "its persons, statements and chains", do=json.dumps(job)
        ),
        Link(str(address.to(one=-1)), "All replicates"),
    )
    title = f"Replicate {address.one}, week by week"
    return [facts, Links(links, style="row"), Table("one", heads, cells, title=title, numeric=heads, is_folded=True)]


def _variants(lab: Lab, found: Job, of: str) -> list[Block]:
    """Return the totals of every finished ensemble of the same history, where this lab holds several."""
    base = _base(found)
    all_ = [
        job for job in lab.jobs.all.values() if job.asked["kind"] == "ensemble" and job.state == "done" and job.rows
    ]
    held = [job for job in all_ if _base(job) == base]
    if len({job.asked["name"] for job in held}) < 2:
        return []
    rows = []
    for job in sorted(held, key=lambda job: (job.asked["name"], job.id)):
        totals = np.array([sum(row[of]) for row in job.rows], float)
        page = str(at.EnsemblePage(id=job.id, of=of))
        shares = [float(value) for value in np.percentile(totals, _SHARES)]
        rows.append((cell(job.asked["name"], page), cell(job.asked["seed"]), cell(len(totals)), *map(cell, shares)))
    heads = ("scenario", "seed", "replicates", *(f"{share} per cent" for share in _SHARES))
    note = "Ensembles of this lab. What differs between rows of one scenario is chance; between scenarios it is also the rule."
    title = f"Spread by variant: {of} in all"
    return [Table("variants", heads, tuple(rows), title=title, numeric=heads[2:], note=note)]


def _base(job: Job) -> str:
    """Return the scenario of the catalogue that a scenario is a variant of, else its own name."""
    from greatfear.catalogue.entry import base_of, scenarios

    name = str(job.asked["name"])
    return base_of(name) if name in scenarios() else name


def _published(found: Job, epoch: dt.date) -> tuple[list[Span], str]:
    """Return the published arrests, each over the days it counts as a mean by week, where the scenario has such a record."""
    from greatfear.catalogue.entry import base_of, scenarios

    name = found.asked["name"]
    if not found.result or name not in scenarios() or base_of(name) != "great-terror":
        return [], ""
    from greatfear.comparison.record_values import known_values

    spans, sources = [], set()
    for one in known_values(("ussr-monthly",)):
        window = days_of(one.key)
        if window is None or not math.isfinite(one.value):
            continue
        first, last = window
        weekly = 7 * one.value / (last - first).days
        days = f"{first} to {last - dt.timedelta(1)}"
        told = f"{days}: {one.value:,.0f} arrests as published, {weekly:,.0f} a week on average ({one.source})"
        spans.append(Span((first - epoch).days, (last - epoch).days, weekly, told))
        sources.add(one.source)
    told = "; ".join(sorted(sources))
    words = f" Black lines: the published arrests, each over the days that it counts, as a mean by week ({told})."
    return spans, words if spans else ""


def _totals(totals: np.ndarray[tuple[int, ...], np.dtype[np.float64]], of: str) -> Facts:
    """Return median and ends of the totals of the replicates."""
    if len(totals) == 1:
        return Facts((Fact(int(totals[0]), f"{of} in the only replicate: one tells nothing of chance"),))
    low, middle, high = (float(v) for v in np.percentile(totals, (5, 50, 95)))
    words = (f"{of} in the median replicate", "5 per cent have fewer", "5 per cent have more")
    return Facts(tuple(Fact(value, text) for value, text in zip((middle, low, high), words, strict=True)))


def _replicates(found: Job, address: at.EnsemblePage) -> Table:
    """Return the totals of every replicate, each with a link to it."""
    heads = ("replicate", "arrests", "statements")
    rows = tuple(
        (cell(k, str(address.to(one=k))), cell(int(sum(row["arrests"]))), cell(int(sum(row["statements"]))))
        for k, row in enumerate(found.rows)
    )
    return Table("replicates", heads, rows, title="Every replicate", numeric=heads, is_folded=True)
