"""A scenario: what it means in words, and every number with its ground; and the workbench in which one is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.parts import Block, Editor, Form, Input, Link, Links, Notice, Page, Prose, Table, cell
from greatfear.web.workbench import checked, text_of

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario

_GROUND = ("source", "place", "reason", "level", "certainty", "assumption", "calibrated_to")


def scenario_page(lab: Lab, address: at.ScenarioPage) -> Page:
    """Return a scenario of the catalogue: the explanation, its numbers with their grounds, and its ODD text."""
    from greatfear.catalogue import scenario
    from greatfear.scenario.odd_text import odd

    found = scenario(address.id)
    table = _numbers(found)
    links = Links(
        (
            Link(str(at.Workbench(from_=address.id)), "Change a number: open it in the workbench"),
            Link("", "Simulate it here", do=_do(kind="run", scenario=address.id)),
            Link("", "Twenty replicates as a fan", do=_do(kind="ensemble", scenario=address.id, replicates=20)),
        ),
        style="row",
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        links,
        Prose((found.explain(),), is_code=True, title="What it means"),
        table,
        Prose((odd(found),), title="ODD text", is_code=True),
    )
    return Page(
        title=found.title,
        address=str(address),
        blocks=blocks,
        forms=(Link(str(address.to(form="json")), "JSON"),),
        about="scenario",
    )


def _numbers(found: Scenario) -> Table:
    """Return every number with its ground."""
    from greatfear.scenario.citing import grounds_table

    rows = [row for row in grounds_table(found) if row["kind"] != "default"]
    cells = tuple(
        (
            cell(row["path"]),
            cell(_plain(row["value"])),
            cell(row["unit"] or None),
            cell(row["kind"], mark="doubt" if row["kind"] == "assumption" else ""),
            cell(_words(row) or None),
        )
        for row in rows
    )
    n = {kind: sum(row["kind"] == kind for row in rows) for kind in ("claim", "calibrated", "assumption", "setting")}
    words = (
        f"{n['claim']:,} claims with a source, {n['calibrated']:,} calibrated, {n['assumption']:,} assumptions, "
        f"{n['setting']:,} settings."
    )
    heads = ("number", "value", "unit", "kind", "ground")
    return Table("numbers", heads, cells, title="Every number, and what it rests on", numeric=("value",), note=words,
                 is_folded=len(rows) > _MANY)  # fmt: skip


_MANY = 400
"""Numbers beyond which the table is folded: it would be dozens of screens, and a hundred sheets of paper."""


def _words(row: dict[str, Any]) -> str:
    """Return what a number rests on, with its range."""
    from greatfear.scenario.ranges import range_words

    words = [str(row[key]) for key in _GROUND if row.get(key)]
    return "; ".join(words + ([range_words(row["range"])] if row.get("range") else []))


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _do(**asked: object) -> str:
    import json

    return json.dumps(asked)


def workbench(lab: Lab, address: at.Workbench) -> Page:
    """Return the workbench: the text of a scenario, its faults, and what it means."""
    text = text_of(address.from_)
    found = checked(text, address.from_)
    editor = Editor(address.from_, text, tuple(fault["text"] for fault in found["faults"]), found["explain"])
    names = tuple((name, name) for name in lab.scenarios)
    form = Form(
        str(at.Workbench(from_="witch-hunt")),
        (Input("from", "Begin with", address.from_, "select", names),),
        "Open",
        style="row",
    )
    note = Notice("Nothing is written until you run it. A number without a source counts as an assumption.")
    return Page(
        title="Workbench",
        address=str(address),
        blocks=(form, note, editor),
        script="editor.js",
        about="scenario being written",
    )
