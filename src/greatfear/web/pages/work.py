"""Jobs while they are done, and their results: what-if pairs and ensembles."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import numpy as np

from greatfear.errors import Fault, UnknownNameError
from greatfear.plots.findings import many
from greatfear.plots.marks.calendar import date_of
from greatfear.plots.marks.lines import Line, Span, panel
from greatfear.web import address as at
from greatfear.web.jobs import Job
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.effects import effects, question
from greatfear.web.parts import Block, Fact, Facts, Figure, Link, Links, Notice, Page, Table, cell

__all__ = ["ensemble", "job", "what_if"]

SIZE = 50
FATES = ("accused", "arrested", "sentenced", "death")
WHICH = (("both", "in both"), ("only_base", "only as it was"), ("only_changed", "only with the change"))
_STATES = {
    "waiting": "waits for its turn",
    "running": "is being done",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
}


def _job(lab: Lab, name: str) -> Job:
    if name not in lab.jobs.all:
        raise UnknownNameError("job", name, list(lab.jobs.all))
    return lab.jobs.all[name]


def job(lab: Lab, address: at.JobPage) -> Page:
    """Return a job: how far it is, its weeks so far, and links to its result."""
    found = _job(lab, address.id)
    asked = found.asked
    blocks: list[Block] = [
        Notice(f"This job {_STATES[found.state]}." if found.is_open else f"This job is {_STATES[found.state]}.", "note")
    ]
    if found.error:
        blocks.append(Notice(found.error, "fault"))
    blocks += _controls(lab, found)
    if asked["kind"] == "run":
        blocks += _running(found)
    elif asked["kind"] == "ensemble" and found.rows:
        blocks += _fan(found, "arrests", is_drawn_alone=False)
    else:
        blocks.append(
            Facts(
                (
                    Fact(
                        int(found.progress.get("pairs", found.progress.get("done", 0))),
                        f"of {asked['pairs']:,} pairs finished",
                    ),
                )
            )
        )
    kind = {"run": "Simulation", "ensemble": "Ensemble", "what-if": "What if"}[asked["kind"]]
    return Page(
        title=f"{kind}: {asked['name']}, seed {asked['seed']}", address=str(address), blocks=tuple(blocks), kind="simulated",
        archive=asked["name"], about=f"simulated, seed {asked['seed']}", forms=(Link(str(address.to(form="json")), "JSON"),),
        script="job.js" if found.is_open else "",
    )  # fmt: skip


def _controls(lab: Lab, found: Job) -> list[Block]:
    """Return what can be done with a job."""
    if found.is_open:
        return [Links((Link("", "Stop (what is written stays)", do=f"stop:{found.id}"),), style="row")]
    if found.state in ("stopped", "failed"):
        if lab.jobs.is_saved(found) or found.asked["kind"] == "what-if":
            return [Links((Link("", "Go on", do=f"go-on:{found.id}"),), style="row")]
        words = (
            "Nothing of it was saved: a run saves its state after 20 seconds of work, and this one had worked for less."
        )
        return [
            Notice(words),
            Links((Link("", "Start again from the beginning", do=f"go-on:{found.id}"),), style="row"),
        ]
    kind = found.asked["kind"]
    if kind == "run":
        lab.look_for_runs()
        name = next(
            (e.name for e in lab.entries.values() if e.path is not None and str(e.path) == found.result["folder"]), ""
        )
        return (
            [
                Links(
                    (
                        Link(str(at.Overview(name=name)), "Open the archive"),
                        Link(str(at.Cases(name=name, sort="depth")), "Its cases, the longest chains first"),
                    ),
                    style="row",
                )
            ]
            if name
            else []
        )
    page: at.Address = at.EnsemblePage(id=found.id) if kind == "ensemble" else at.WhatIf(id=found.id)
    return [Links((Link(str(page), "Open the result"),), style="row")]


def _running(found: Job) -> list[Block]:
    """Return day, arrests and statements so far, and the weeks as a growing strip."""
    told = found.progress
    if not told:
        return []
    facts = Facts(
        (
            Fact(int(told["day"]), f"of {told['days']:,} days"), Fact(int(told["arrests"]), "arrests"),
            Fact(int(told["statements"]), "statements"),
        )
    )  # fmt: skip
    n = -(-int(told["days"]) // 7)
    weeks = np.array([*told["weeks"], *[0] * n][:n], np.int64)
    title = "Arrests by week of the simulation"
    rows = tuple((cell(k + 1), cell(int(v))) for k, v in enumerate(weeks.tolist()) if v)
    table = Table("weeks", ("week", "arrests"), rows, numeric=("week", "arrests"), is_folded=True)
    line = Line(list(range(n)), [float(v) for v in weeks], title)
    svg = panel(
        "weeks",
        (title, f"{int(weeks.sum()):,} arrests"),
        [line],
        (0, max(n, 1)),
        epoch=dt.date(2001, 1, 1),
        is_dated=False,
        unit="week",
    )
    return [facts, Figure("weeks", title, svg, numbers=table)]


def ensemble(lab: Lab, address: at.EnsemblePage) -> Page:
    """Return the replicates of a scenario as a fan of quantiles."""
    found = _job(lab, address.id)
    if address.of not in ("arrests", "statements"):
        raise at.AddressError([Fault("address: of", repr(address.of), "arrests, statements")], "address")
    asked = found.asked
    words = "only the fan" if address.lines else "every replicate as a line"
    links = Links(
        (
            Link(str(address.to(of="arrests")), "arrests", is_here=address.of == "arrests"),
            Link(str(address.to(of="statements")), "statements", is_here=address.of == "statements"),
            Link(str(address.to(lines=1 - min(address.lines, 1))), words),
        ),
        style="row",
    )  # fmt: skip
    blocks: list[Block] = [links, *(_fan(found, address.of, is_drawn_alone=bool(address.lines)) if found.rows else ())]
    if not found.rows:
        blocks.append(Notice("No replicate is finished yet."))
    title = f"{many(len(found.rows), 'replicate')} of {asked['name']}"
    return Page(
        title=title, address=str(address), blocks=tuple(blocks), kind="simulated",
        archive=str(found.result.get("title", asked["name"])),
        about=f"simulated, seed {asked['seed']}", forms=(Link(str(address.to(form="json")), "JSON"),),
    )  # fmt: skip


_SHARES = (5, 25, 50, 75, 95)


def _fan(found: Job, of: str, *, is_drawn_alone: bool) -> list[Block]:
    """Return the quantiles of a count by week over the replicates."""
    values = np.array([row[of] for row in found.rows], float)
    quantiles = np.percentile(values, _SHARES, axis=0)
    epoch = dt.date.fromisoformat(found.result["epoch"]) if found.result else dt.date(2001, 1, 1)
    days = [7.0 * k for k in range(values.shape[1])]
    lines = [
        Line(days, quantiles[2].tolist(), "median", quantiles[0].tolist(), quantiles[4].tolist()),
        Line(days, quantiles[2].tolist(), "median", quantiles[1].tolist(), quantiles[3].tolist()),
    ]
    if is_drawn_alone:
        lines += [Line(days, row.tolist(), f"replicate {k}", colour="#8a8678") for k, row in enumerate(values)]
    title = f"{of.capitalize()} by week: median, half and nine tenths of the replicates"
    rows = tuple(
        tuple(map(cell, (int(day // 7) + 1, *(float(q) for q in column))))
        for day, column in zip(days, quantiles.T, strict=True)
    )
    heads = ("week", *(f"{share} per cent" for share in _SHARES))
    table = Table("fan", heads, rows, numeric=heads, is_folded=True)
    spans, words = _published(found, epoch) if of == "arrests" else ([], "")
    about = f"{len(values):,} replicates over {values.shape[1]:,} weeks.{words}"
    svg = panel(
        "fan-figure", (title, about), lines, (0, 7 * values.shape[1]), epoch=epoch, height=220, is_dated=bool(found.result),
        spans=spans,
    )  # fmt: skip
    return [_totals(values.sum(1), of), Figure("fan", title, svg, numbers=table, note=about), _replicates(found)]


def _published(found: Job, epoch: dt.date) -> tuple[list[Span], str]:
    """Return the published arrests, each over the days it counts as a mean by week, where the scenario has such a record."""
    from greatfear.catalogue.entry import base_of, scenarios

    name = found.asked["name"]
    if not found.result or name not in scenarios() or base_of(name) != "great-terror":
        return [], ""
    from greatfear.comparison.record_values import known_values

    spans, sources = [], set()
    for one in known_values(("ussr-monthly",)):
        window = _window_of(one.key)
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


def _window_of(key: str) -> tuple[dt.date, dt.date] | None:
    """Return the days that a published number of arrests counts: the first, and the one after the last.

    Keys are as in ``arrests-1937`` and ``arrests-1938-07-to-1938-10``.
    """
    found = re.fullmatch(r"arrests-(\d{4})(?:-(\d\d)-to-(\d{4})-(\d\d))?", key)
    if found is None:
        return None
    year, month, last_year, last_month = (int(part) if part else 0 for part in found.groups())
    if not month:
        return dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    return dt.date(year, month, 1), dt.date(last_year + last_month // 12, last_month % 12 + 1, 1)


def _totals(totals: np.ndarray[tuple[int, ...], np.dtype[np.float64]], of: str) -> Facts:
    """Return median and ends of the totals of the replicates."""
    low, middle, high = (float(v) for v in np.percentile(totals, (5, 50, 95)))
    words = (f"{of} in the median replicate", "5 per cent have fewer", "5 per cent have more")
    return Facts(tuple(Fact(value, text) for value, text in zip((middle, low, high), words, strict=True)))


def _replicates(found: Job) -> Table:
    """Return the totals of every replicate."""
    heads = ("replicate", "arrests", "statements")
    rows = tuple(
        (cell(int(row["replicate"])), cell(int(sum(row["arrests"]))), cell(int(sum(row["statements"]))))
        for row in found.rows
    )
    return Table("replicates", heads, rows, title="Every replicate", numeric=heads, is_folded=True)


def what_if(lab: Lab, address: at.WhatIf) -> Page:
    """Return two histories: what the change does to every quantity, and who was concerned in both or in one only."""
    found = _job(lab, address.id)
    if not found.result:
        return job(lab, at.JobPage(id=address.id))
    faults = [
        Fault(f"address: {key}", repr(value), ", ".join(allowed))
        for key, value, allowed in (("fate", address.fate, FATES), ("which", address.which, [k for k, _ in WHICH]))
        if value not in allowed
    ]
    if faults:
        raise at.AddressError(faults, "address")
    result = found.result
    title, changes = question(result["changes"])
    blocks = (
        *_fates(address, found, changes), *_histories(lab, result), effects(result), _persons(lab, address, result),
    )  # fmt: skip
    return Page(
        title=title,
        address=str(address),
        blocks=blocks,
        kind="simulated",
        archive=result["title"],
        about=f"simulated, seed {found.asked['seed']}",
        forms=(Link(str(address.to(form="json")), "JSON"),),
    )


def _fates(address: at.WhatIf, found: Job, changes: str) -> tuple[Block, ...]:
    """Return how many persons a fate befell in both histories and in one only, over all pairs."""
    counts = found.result["counts"][address.fate]
    facts = Facts(
        tuple(
            Fact(float(counts[key]), f"{address.fate} {words}", str(address.to(which=key, after=-1)))
            for key, words in WHICH
        )
    )
    links = tuple(Link(str(address.to(fate=fate, after=-1)), fate, is_here=fate == address.fate) for fate in FATES)
    note = (
        f"The change: {changes}. Means over {many(found.asked['pairs'], 'pair')}. Random numbers are shared: the two "
        "histories differ in nothing but the change and what follows from it."
    )
    return Links(links, style="row"), facts, Notice(note)


def _histories(lab: Lab, result: dict[str, Any]) -> list[Block]:
    """Return links to the two archives of the first pair."""
    lab.look_for_runs()
    links = []
    for which, words in (
        ("base", "As it was: the archive of the first pair"),
        ("changed", "With the change: the archive of the first pair"),
    ):
        entry = lab.entry_at(result["folders"][which])
        links.append(Link(str(at.Cases(name=entry.name)), words))
    return [Links(tuple(links), style="row"), *_both(result)]


def _both(result: dict[str, Any]) -> list[Block]:
    """Return the arrests of the first pair by week, both histories on one axis, and the difference beneath."""
    if "weeks" not in result:  # kept by an earlier version
        return []
    base, changed = (np.array(result["weeks"][which]["arrests"], float) for which in ("base", "changed"))
    days, epoch = [7.0 * k for k in range(len(base))], dt.date.fromisoformat(result["epoch"])
    lines = [
        Line(days, np.cumsum(base).tolist(), "as it was"),
        Line(days, np.cumsum(changed).tolist(), "with the change", colour="#8c3d00", dash="6 4"),
    ]
    title = "Arrests so far, in the first pair"
    about = f"As it was: {int(base.sum()):,} (solid). With the change: {int(changed.sum()):,} (dashed)."
    heads = ("week", "as it was", "with the change", "difference")
    rows = tuple(
        (cell(k + 1), cell(int(b)), cell(int(c)), cell(int(c - b)))
        for k, (b, c) in enumerate(zip(base, changed, strict=True))
    )
    table = Table("weeks", heads, rows, numeric=heads, is_folded=True)
    svg = panel("histories", (title, about), lines, (0, 7 * len(base)), epoch=epoch, height=200)
    return [Figure("histories", title, svg, numbers=table, note=about)]


def _persons(lab: Lab, address: at.WhatIf, result: dict[str, Any]) -> Table:
    """Return the persons of the first pair whom a fate befell in both histories or in one only, with both chains to compare."""
    rows = [row for row in result["persons"] if _befell(row, address.fate) == address.which]
    entries = {which: lab.entry_at(result["folders"][which]) for which in ("base", "changed")}
    names = {which: entry.name for which, entry in entries.items()}
    start = max(address.after + 1, 0)
    called = _called(list(entries.values()), [str(row["person"]) for row in rows[start : start + SIZE]])
    cells = []
    for row in rows[start : start + SIZE]:
        links = [
            cell(words, str(at.Why(name=names[which], id=str(row["person"]))))
            if _is(row, which, address.fate)
            else cell(None)
            for which, words in (("base", "why, as it was"), ("changed", "why, with the change"))
        ]
        cells.append(
            (
                cell(row["person"], name=called.get(str(row["person"]), "")),
                *links,
                cell(row["region"]),
                cell(row["stratum"]),
                *(cell(_on(row[f"{fate}_day_{which}"], entries[which])) for fate, which in _DAYS),
            )
        )
    pages = [Link(str(address.to(after=-1)), "first page")] if start else []
    pages += [Link(str(address.to(after=start + SIZE - 1)), "next page")] if start + SIZE < len(rows) else []
    heads = (
        "person",
        "as it was",
        "with the change",
        "region",
        "stratum",
        *(f"{fate}, {_SIDES[which]}" for fate, which in _DAYS),
    )
    words = dict(WHICH)[address.which]
    return Table(
        "rows",
        heads,
        tuple(cells),
        title=f"{many(len(rows), 'person')} {address.fate} {words}, in the first pair",
        pages=tuple(pages),
    )


def _called(entries: list[Entry], persons: list[str]) -> dict[str, str]:
    """Return the names of persons by id, as far as the archives record them."""
    query = "select id, name from persons where name is not null and list_contains(?, id)"
    found = [entry.opened.sql(query, [persons]).to_pylist() for entry in entries if persons]
    return {row["id"]: row["name"] for rows in found for row in rows}


_DAYS = tuple((fate, which) for fate in ("accused", "arrested") for which in ("base", "changed"))
_SIDES = {"base": "as it was", "changed": "with the change"}


def _on(day: Any, entry: Entry) -> str | None:
    """Return the date of a day of the simulation."""
    return None if day is None or not math.isfinite(day) else str(date_of(int(day), entry.opened.epoch))


def _is(row: dict[str, Any], which: str, fate: str) -> bool:
    return bool(row[f"{fate}_{which}"])


def _befell(row: dict[str, Any], fate: str) -> str:
    base, changed = _is(row, "base", fate), _is(row, "changed", fate)
    return "both" if base and changed else "only_base" if base else "only_changed" if changed else ""
