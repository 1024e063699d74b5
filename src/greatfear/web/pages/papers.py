"""What was written, survived and was lost, in a simulated run that went through papers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from greatfear.errors import Fault
from greatfear.plots.marks.calendar import date_of
from greatfear.plots.marks.lines import Line, panel
from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.pages.frame import FIGURE, archive_page, dates_in_words
from greatfear.web.parts import Block, Chip, Fact, Facts, Figure, Notice, Page, Table, cell


def papers(lab: Lab, address: at.Papers) -> Page:
    """Return the archive beside the truth; only where the lab may open the truth."""
    entry = lab.entry(address.name)
    path = entry.path
    # a run whose scenario has papers says so in its truth, an archive that went through them later in its provenance
    linked = path is not None and (path / "truth" / "written_statements.parquet").is_file()
    if path is None or not (linked or "papers" in entry.opened.manifest.provenance):
        return archive_page(
            entry,
            address,
            "Papers",
            blocks=(
                Notice(
                    "This archive did not go through papers: nothing is recorded of what was written down, lost or kept."
                ),
            ),
        )
    if not lab.truth:
        words = "This page opens the truth of a simulated run. Start the lab with --truth to see it."
        return archive_page(entry, address, "Papers", blocks=(Notice(words),))
    from greatfear.simulation.papers.account import account, fates_by_day

    _check(address)
    found = entry.kept(("papers",), lambda: account(path), "The account of the papers").to_dict()
    days = entry.kept(("papers by day",), lambda: fates_by_day(path), "The fates of the papers by day")
    facts = Facts(tuple(Fact(int(n), name.replace("_", " ")) for name, n in found["counts"].items()))
    tables = tuple(_table(name, found[name]) for name in ("dates", "persons", "copies") if found[name])
    over = _over_time(days, address, entry.opened.epoch)
    is_cut = bool(address.from_ or address.until)
    whole = (Notice("What stands above is of the chosen dates; what follows is of the whole run."),) if is_cut else ()
    return archive_page(
        entry,
        address,
        "Papers: the archive beside the truth",
        chips=_chips(address),
        rows_as=FIGURE,
        blocks=(
            Notice("These pages show the truth of a simulated world; no archive holds it.", "truth"),
            *((*over, *whole, facts) if is_cut else (facts, *over)),
            *tables,
        ),
    )


def _check(address: at.Papers) -> None:
    if address.from_ and address.until and address.from_ > address.until:
        faults = [Fault("address: until", str(address.until), f"a date not before {address.from_}")]
        raise at.AddressError(faults, "address")


def _chips(address: at.Papers) -> tuple[Chip, ...]:
    if not (address.from_ or address.until):
        return ()
    return (Chip(dates_in_words(address.from_, address.until), str(address.to(from_=None, until=None))),)


def _over_time(rows: tuple[dict[str, Any], ...], address: at.Papers, epoch: dt.date) -> list[Block]:
    """Return what was kept and lost by week, and within the chosen dates what it was lost by."""
    if not rows:
        return [Notice("Nothing was written in this run.")]
    first, last = rows[0]["day"], rows[-1]["day"] + 1
    low = max(first, (address.from_ - epoch).days) if address.from_ else first
    high = min(last, (address.until - epoch).days + 1) if address.until else last
    inside = [row for row in rows if low <= row["day"] < high]
    lost = Counter[tuple[str, str, str]]()
    for row in inside:
        lost[row["table"], row["what"], row["lost_by"]] += row["n"]
    n_lost = sum(n for (_, _, by), n in lost.items() if by)
    n = sum(lost.values())
    words = (
        f"{n - n_lost:,} of {n:,} rows were kept, {n_lost:,} were lost: {dates_in_words(address.from_, address.until)}."
    )
    words = words if n else "Nothing was written in these dates."
    cells = tuple(
        (*map(cell, key), cell(k))
        for key, k in sorted(lost.items(), key=lambda one: (one[0][0] == "acts", one[0])) if key[2]
    )  # fmt: skip
    table = Table("lost", ("table", "what", "lost by", "n"), cells, title="Lost", numeric=("n",))
    return [_weeks(rows, (low, high), (first, last), epoch), Notice(words), *([table] if cells else [])]


def _weeks(rows: tuple[dict[str, Any], ...], chosen: tuple[int, int], span: tuple[int, int], epoch: dt.date) -> Figure:
    """Return the rows kept and lost by week, drawn over the chosen days; dragging chooses others."""
    low, high = chosen if chosen[0] < chosen[1] else span
    weeks = range(-(-(high - low) // 7))
    counts = {"kept": [0.0] * len(weeks), "lost": [0.0] * len(weeks)}
    for row in rows:
        if low <= row["day"] < high:
            counts["lost" if row["lost_by"] else "kept"][(row["day"] - low) // 7] += row["n"]
    days = [low + 7.0 * k for k in weeks]
    lines = [Line(days, counts["kept"], "kept"), Line(days, counts["lost"], "lost", colour="#8c3d00", dash="6 4")]
    title, about = "Statements and acts by the week they were written", "Solid: in the archive. Dashed: lost."
    dates = [str(date_of(int(day), epoch)) for day in days]
    cells = tuple(
        (cell(date), cell(int(kept)), cell(int(lost)))
        for date, kept, lost in zip(dates, counts["kept"], counts["lost"], strict=True)
    )
    numbers = Table("weeks", ("week of", "kept", "lost"), cells, numeric=("kept", "lost"), is_folded=True)
    svg = panel("papers", (title, about), lines, (low, high), epoch=epoch, height=160)
    brush = {"first": low, "last": high, "epoch": epoch.isoformat(), "step": 7}
    return Figure("papers", title, svg, numbers=numbers, note=about, brush=brush, hint="Drag to choose dates.")


def _table(name: str, rows: list[dict[str, Any]]) -> Table:
    columns = tuple(rows[0])
    cells = tuple(tuple(cell(_plain(row[key])) for key in columns) for row in rows)
    return Table(
        name,
        columns,
        cells,
        title=name.capitalize(),
        numeric=tuple(c for c in columns if isinstance(rows[0][c], int | float)),
    )


def _plain(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
