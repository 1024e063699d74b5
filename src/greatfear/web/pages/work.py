"""Jobs while they are done: how far they are, and how to stop them and to go on."""

from __future__ import annotations

import datetime as dt

import numpy as np

from greatfear.plots.marks.lines import Line, panel
from greatfear.web import address as at
from greatfear.web.jobs import Job
from greatfear.web.lab import Lab
from greatfear.web.pages.ensembles import fan
from greatfear.web.parts import Block, Fact, Facts, Figure, Link, Links, Notice, Page, Table, cell

_STATES = {
    "waiting": "waits for its turn",
    "running": "is being done",
    "done": "done",
    "stopped": "stopped",
    "failed": "failed",
}


def job(lab: Lab, address: at.JobPage) -> Page:
    """Return a job: how far it is, its weeks so far, and links to its result."""
    found = lab.jobs.as_it_stands(address.id)
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
        blocks += fan(found, at.EnsemblePage(id=found.id))
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
