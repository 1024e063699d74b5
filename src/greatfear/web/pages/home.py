"""The first screen: three questions, your archives, the scenarios."""

from __future__ import annotations

import json

from greatfear.errors import AlteredArchiveError
from greatfear.plots.findings import many
from greatfear.web import address as at
from greatfear.web.jobs import Job
from greatfear.web.lab import Entry, Lab, has_data
from greatfear.web.pages.frame import period
from greatfear.web.pages.lessons import LESSONS
from greatfear.web.parts import Block, Cell, Link, Links, Notice, Page, Table, cell

_SEED = 7
_CHAIN = (
    '<svg aria-hidden="true" viewBox="0 0 220 84"><g fill="#fff" stroke="#1d1d1b" stroke-width="1.5"><rect '
    'x="4" y="30" width="44" height="22"/>'
    '<rect x="86" y="8" width="44" height="22"/><rect x="86" y="54" width="44" height="22"/><rect x="168" '
    'y="54" width="44" height="22" fill="#f2e6c9"/>'
    '</g><path d="M48 41C66 41 66 19 86 19M48 41C66 41 66 65 86 65M130 65H168" fill="none" stroke="#8a8678" '
    'stroke-width="1.5"/></svg>'
)
_FOLIO = (
    '<svg aria-hidden="true" viewBox="0 0 220 84"><path d="M52 4H150L168 22V80H52Z" fill="#fff" '
    'stroke="#1d1d1b" stroke-width="1.5"/>'
    '<path d="M66 26H140M66 38H154M66 50H148M66 62H130" stroke="#8a8678" stroke-width="2"/><path d="M66 38H104" '
    'stroke="#1f5a7a" stroke-width="3"/></svg>'
)
_TWO = (
    '<svg aria-hidden="true" viewBox="0 0 220 84"><path d="M6 74C60 70 80 14 120 12S180 52 214 60" fill="none" '
    'stroke="#1f5a7a" stroke-width="2.5"/>'
    '<path d="M6 74C60 72 90 52 130 50S190 64 214 68" fill="none" stroke="#8c3d00" stroke-width="2.5" '
    'stroke-dasharray="5 4"/></svg>'
)
"""Pictures of what a question is about; they show no data."""


def home(lab: Lab, address: at.Home) -> Page:
    """Return the first screen."""
    lab.look_for_runs()
    blocks: tuple[Block, ...] = (_start(lab), _archives(lab), _data(lab), _jobs(lab), _scenarios(lab), _further())
    return Page(title="Who accused whom, and on whose word?", address=str(address), blocks=blocks)


def _done(lab: Lab, kind: str) -> Job | None:
    """Return a finished job of the village, which is opened instead of simulated again."""
    village = (job for job in lab.jobs.all.values() if job.asked["name"] == "witch-hunt")
    return next((job for job in village if job.state == "done" and job.asked["kind"] == kind), None)


def _start(lab: Lab) -> Links:
    """Return the three questions to start with."""
    village, pair = _done(lab, "run"), _done(lab, "what-if")
    unpressed = {
        "kind": "what-if",
        "scenario": "witch-hunt",
        "seed": _SEED,
        "pairs": 5,
        "changes": {"offices.*.pressure": 0},
    }
    first = Link(
        str(at.JobPage(id=village.id)) if village else "", "Why was this person accused?",
        f"A witch-hunt in a village of 320 persons, simulated now (seed {_SEED}): follow any accusation to its root.",
        svg=_CHAIN, do="" if village else json.dumps({"kind": "run", "scenario": "witch-hunt", "seed": _SEED}),
    )  # fmt: skip
    third = Link(
        str(at.WhatIf(id=pair.id)) if pair else "", "What if nobody had been pressed?",
        "The same village twice, with pressure and without: who was accused in both, who in one only.",
        svg=_TWO, do="" if pair else json.dumps(unpressed),
    )  # fmt: skip
    return Links((first, _giaveno(lab), third), title="Start with a question", style="cards")


def _giaveno(lab: Lab) -> Link:
    """Return the card of the inquisition at Giaveno; it is opened where the files are at hand."""
    question = "What did a real inquisition write down?"
    words = "Giaveno 1335: 351 persons, 1,070 statements, as the inquisitor's notary wrote them down."
    name = next((entry.name for entry in lab.entries.values() if entry.name.startswith("giaveno")), "")
    if name:
        return Link(str(at.Overview(name=name)), question, words, svg=_FOLIO)
    if has_data("giaveno-1335"):
        return Link("/", question, f"{words} It is being opened; reload this page.", svg=_FOLIO)
    how = "Not on this computer yet. A click fetches it from its authors' repository (six small tables)."
    return Link("", question, f"{words} {how}", svg=_FOLIO, do="get:giaveno-1335")


def _archives(lab: Lab) -> Table:
    rows = tuple(_row(entry) for entry in lab.entries.values())
    return Table(
        "archives", ("archive", "kind", "persons", "statements", "acts", "period"), rows, title="Your archives",
        numeric=("persons", "statements", "acts"),
        note="" if rows else "None yet. Give one on the command line: greatfear lab FOLDER. Runs in the folder "
                             f"{lab.runs or 'runs'} are listed too.",
    )  # fmt: skip


def _row(entry: Entry) -> tuple[Cell, ...]:
    """Return one archive of the list; one that is damaged, altered or gone with its error, beside which the others work."""
    try:
        if entry.error:
            raise AlteredArchiveError(entry.error)
        manifest = entry.opened.manifest
    except AlteredArchiveError as error:
        name = cell(entry.name, note=str(error), mark="doubt")
        return name, cell("damaged"), *(cell(None) for _ in range(3)), cell("")
    counts = (manifest.tables[name].rows for name in ("persons", "statements", "acts"))
    title = manifest.title or entry.name
    seed = manifest.provenance.get("seed")
    kind = manifest.kind + (f", seed {seed}" if seed is not None else "")
    return (cell(title, str(at.Overview(name=entry.name))), cell(kind), *map(cell, counts), cell(period(entry)))


def _data(lab: Lab) -> Links:
    """Return the registered data sets: open ones as links, the others with a button that takes them in."""
    from greatfear.catalogue.datasets import dataset, dataset_names

    held = {entry.data: entry.name for entry in lab.entries.values() if entry.data}
    links = []
    for one in map(dataset, dataset_names()):
        if not one.map:
            continue
        where = (
            "on this computer"
            if has_data(one.name)
            else f"to be fetched, {many(len(one.files), 'file')}, from its authors"
        )
        note = f"{where}; licence: {one.source.licence}"
        href = str(at.Overview(name=held[one.name])) if one.name in held else ""
        links.append(Link(href, one.title, note, do="" if href else f"get:{one.name}"))
    return Links(tuple(links), title="Real archives", style="list")


def _jobs(lab: Lab) -> Block:
    rows = tuple(
        (cell(job.id, str(at.JobPage(id=job.id))), cell(job.asked["kind"]), cell(job.state))
        for job in lab.jobs.all.values()
    )
    return (
        Table("jobs", ("job", "kind", "state"), rows, title="Jobs")
        if rows
        else Notice("Nothing has been simulated here yet.")
    )


def _scenarios(lab: Lab) -> Links:
    links = tuple(Link(str(at.ScenarioPage(id=name)), title) for name, title in lab.scenarios.items())
    return Links(links, title="Scenarios", style="list")


def _further() -> Links:
    lessons = tuple(
        Link(str(at.Lesson(number=number)), f"Lesson {number}: {title}") for number, (title, _) in LESSONS.items()
    )
    return Links(
        (
            *lessons,
            Link(str(at.Compare()), "Two or three archives side by side"),
            Link(str(at.Workbench()), "Workbench: write a scenario"),
            Link(str(at.Manual()), "Manual"),
            Link(str(at.Manual(page="intake")), "Take in your own tables"),
        ),
        title="Further",
    )
