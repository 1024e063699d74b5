"""The chain behind a case back to its root, and the tree of all cases from one root."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.describe.why import Said, Step, Why
from greatfear.describe.why_forest import ROOTS
from greatfear.describe.why_text import date_text
from greatfear.errors import UnknownNameError
from greatfear.plots.marks.svg import shown
from greatfear.plots.marks.tree import Node, indented
from greatfear.plots.marks.tree import tree as draw
from greatfear.plots.marks.tree_dated import dated_tree
from greatfear.show.wording import Wording
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import FIGURE, ROWS, about, archive_page, person_link, without_unknown
from greatfear.web.pages.person import found
from greatfear.web.parts import (
    BANNER,
    Block,
    Cell,
    Chain,
    Fact,
    Facts,
    Figure,
    Link,
    Links,
    Listing,
    Notice,
    Page,
    Prose,
    Table,
    cell,
    cells,
    counted,
)

_GROUNDS = {
    "register": "drawn from a register", "order": "named on an order", "sham": "named in the file of a sham organisation",
    "none": "the record gives no ground", "unknown": "the ground is not known",
    "statement": "rests on a statement that is not on record",
}  # fmt: skip
_DRAWN, _LISTED = 60, 500
"""Cases of a tree that are drawn, and that its table lists."""
Ints = npt.NDArray[np.integer[Any]]


def why(lab: Lab, address: at.Why) -> Page:
    """Return the chain behind each case of a person, and every statement against the person with its origin."""
    entry = lab.entry(address.name)
    index = entry.index()
    row = found(index, address.id)
    answer = index.why(address.id)
    facts = Facts(
        (
            counted(answer.n_statements, "statement against this person / statements against this person"),
            counted(answer.n_speakers, "known speaker"),
            Fact(_bounds(answer.origins_low, answer.origins_high), "independent origins"),
            counted(len(answer.chains), "case of this person / cases of this person"),
        )
    )
    blocks: list[Block] = [facts, *_unknown(answer)]
    for chain, root, case in zip(answer.chains, answer.roots, index.cases_of(row).tolist(), strict=True):
        blocks += [chain_of(entry, answer, chain, root), _tree_link(entry, index, case)]
    if not answer.chains:
        blocks.append(
            Notice(
                f"No {_case(answer)} of this person is on record. "
                "The statements below led, as far as the record says, to nothing."
            )
        )
    blocks += [without_unknown(index, _said(entry, answer), "statements")] if answer.statements else []
    blocks += [Notice(note) for note in answer.notes]
    back = Links((Link(person_link(entry, address.id), "The whole record of this person"),), style="row")
    cited = f"{entry.opened.manifest.title or entry.name} ({about(entry)}), {address}. {BANNER}"
    plain = Prose(
        (str(answer), "", cited), title="The same as plain text", key="plain", is_code=True, copy="copy as text"
    )
    return archive_page(
        entry, address, f"Why was {index.called(row)} accused?", blocks=(back, plain, *blocks),
        person=address.id, name=index.store.value("persons.name", row) or "",
    )  # fmt: skip


def _bounds(low: int, high: int) -> int | str:
    """Return one number where the record settles it, else the bounds."""
    return high if low == high else f"{low:,} to {high:,}"


def _unknown(answer: Why) -> list[Block]:
    """Say which roots the record does not give, and what the bounds mean."""
    if not answer.unknown_roots:
        return []
    listed = ", ".join(f"{n:,} ({name})" for name, n in answer.unknown_roots.items())
    return [
        Notice(
            f"The record does not give the root of some statements: {listed}. An unknown root does not count as an "
            "origin. The upper bound counts each as one. For the lower bound, each goes back to the earliest statement "
            "that the speaker or the office could have known of."
        )
    ]


def chain_of(entry: Entry, answer: Why, chain: tuple[Step, ...], root: str) -> Listing:
    """Return a chain as a nested list: the case, what it rests on, and so on back to its root."""
    words = answer.words
    below: tuple[Chain, ...] = (Chain(f"Root: {words.root(root)}", "", _root_words(root, words), mark="root"),)
    for step in reversed(chain):
        head, name = f"{step.date} · {_case(answer)} of {answer.called(step.person)}", answer.names.get(step.person, "")
        link = person_link(entry, step.person)
        below = (Chain(head, link, _ground(answer, step), below, person=step.person, name=name),)
    n = len(chain) - 1
    when = "without a date" if chain[0].date == "undated" else f"of {chain[0].date}"
    title = f"The {_case(answer)} {when}: {shown(n)} naming{'' if n == 1 else 's'} back to its root"
    return Listing(title, below)


def _case(answer: Why) -> str:
    return answer.words.one("acts", answer.case)


def _ground(answer: Why, step: Step) -> str:
    """Return in words what a case rests on."""
    own = answer.words
    channel, speaker = own.one("channels", step.channel), answer.called(step.speaker)
    if not step.channel:
        is_own = step.cause in own.given.get("routes", {})
        words = own.one("routes", step.cause) if is_own else _GROUNDS.get(step.cause, step.cause)
    elif step.channel == "interrogation":
        how = f"in {channel}" if channel != step.channel else "under interrogation"
        words = f"named {how} by {speaker or 'a person who is not on record'}, {step.said}"
    else:
        words = f"{channel} of {step.said}, {'by ' + speaker if speaker else 'speaker not on record'}"
    return f"{words} (operation: {step.operation})" if step.operation else words


def _root_words(root: str, own: Wording) -> str:
    """Return what it means that a chain begins with this root."""
    told = _ROOTS.get(root)
    if told is None:
        return f"The chain begins with a {own.root(root)}."
    if root == "interrogation" and own.one("channels", root) != root:
        return told.replace("under interrogation", f"in {own.one('channels', root)}")
    return told


_ROOTS = {
    "register": "The case was drawn from a register. It rests on no statement.",
    "order": "The case rests on an order. It rests on no statement.",
    "interrogation": "The speaker gave the name under interrogation, and no earlier case of the speaker is on record.",
    "unknown": "The record does not say what the case rests on. This is not an origin: it is a gap.",
    "none": "The record gives no ground.",
    "cut": "In the record, these cases led to one another in a circle. The circle was cut at its earliest case.",
}


def _tree_link(entry: Entry, index: Index, case: int) -> Links:
    size = int(index.store.arrays["cases.tree"][case])
    links = (
        (Link(str(at.Tree(name=entry.name, case=str(case))), "Open as a tree", f"{size:,} cases go back to this root"),)
        if size > 1
        else ()
    )
    return Links(links, style="row")


def _said(entry: Entry, answer: Why) -> Table:
    """Return every statement against the person with its origin."""
    columns = (
        "origin",
        "date",
        "speaker",
        "channel",
        "pressure",
        "goes back to",
        "through",
        "source",
        "place",
        "level",
        "certainty",
    )
    rows = tuple(_said_row(entry, answer, said) for said in answer.statements)
    return Table(
        "said", columns, rows, title=f"Statements against {answer.called(answer.person)} ({answer.n_statements:,})",
        numeric=("origin", "pressure"),
        note="Statements with the same origin number descend from one another or from one source; they count once as evidence.",
    )  # fmt: skip


def _said_row(entry: Entry, answer: Why, said: Said) -> tuple[Cell, ...]:
    through, words = " ← ".join(map(answer.called, said.chain[1:])) or None, answer.words
    return (
        cell(said.origin), cell(said.date),
        cell(said.speaker or "not recorded", person_link(entry, said.speaker), name=answer.names.get(said.speaker, "")),
        cell(words.one("channels", said.channel)), cell(said.pressure), cell(words.root(said.root)), cell(through),
        cell(said.source or None), cell(said.place or None),
        cell(said.level or None), cell(said.certainty or None),
    )  # fmt: skip


def tree(lab: Lab, address: at.Tree) -> Page:
    """Return all cases that hang from the root of a case; up to sixty are drawn, the deeper ones folded."""
    entry = lab.entry(address.name)
    index = entry.index()
    chains = index.forest
    case = int(address.case) if address.case.isascii() and address.case.isdecimal() else -1
    if not 0 <= case < len(chains):
        raise UnknownNameError("case", address.case, [f"0 to {len(chains) - 1:,}"] if len(chains) else [])
    address.hold_to(axis=AXES)
    root = int(chains.root[case])
    cases = np.flatnonzero(chains.root == root)
    cases = cases[np.lexsort((chains.time[cases], chains.depth[cases]))]
    deepest = int(chains.depth[cases].max())
    facts = Facts(
        (
            counted(len(cases), "case goes back to this root / cases go back to this root"),
            counted(deepest, "naming from the root to the deepest case / namings from the root to the deepest case"),
            counted(len(np.unique(chains.person[cases])), "person"),
        )
    )
    named = _Named(index, cases[:_LISTED])
    ground, words = ROOTS[int(chains.direct[root])], index.archive.words
    blocks: tuple[Block, ...] = (
        facts, Notice(_root_words(ground, words)), _axes(address),
        _drawing(entry, index, (cases, named), case, address.axis), _listed(entry, index, cases, named),
    )  # fmt: skip
    begins = "A chain whose root is not on record" if ground == "unknown" else f"A chain from one {words.root(ground)}"
    title = f"{begins}: {index.called(int(chains.person[root]))}"
    return archive_page(entry, address, title, blocks=blocks, rows_as=(*ROWS, *FIGURE))


AXES = {"levels": "by level", "time": "by date"}


def _axes(address: at.Tree) -> Links:
    """Return the two ways to lay a tree out."""
    links = (Link(str(address.to(axis=key)), words, is_here=key == address.axis) for key, words in AXES.items())
    return Links(tuple(links), style="row")


def _drawing(entry: Entry, index: Index, shown_: tuple[Ints, _Named], marked: int, axis: str) -> Figure:
    """Return the tree as a figure; cases beyond the sixtieth are folded into the nearest case above that is drawn."""
    chains, (cases, names) = index.forest, shown_
    drawn = {case: k for k, case in enumerate(cases[:_DRAWN].tolist())}
    folded = [0] * len(drawn)
    above = dict(zip(cases.tolist(), chains.parent[cases].tolist(), strict=True))
    for case in cases[_DRAWN:].tolist():
        while case not in drawn:
            case = above[case]  # noqa: PLW2901  climbs to what is drawn
        folded[drawn[case]] += 1
    why_of = str(at.Why(name=entry.name, id=at.SLOTS[0]))
    nodes = []
    for case, k in drawn.items():
        key = names.ids[k]
        nodes.append(
            Node(
                drawn.get(above[case], -1), names.names[k], names.dates[k],
                at.filled(why_of, key) if "." not in key else str(at.Why(name=entry.name, id=key)),
                folded[k], case == marked, names.called(k),
            )
        )  # fmt: skip
    title = "Who was arrested on whose word" if chains.kind == "arrest" else "Who was summoned on whose word"
    if index.archive.words:
        title = f"Whose word led to each {index.archive.words.one('acts', chains.kind)}"
    begins = "earliest" if axis == "time" else "root"
    where = (
        f"from the {begins} at the left; a line leads from each case to the cases of the persons who were named in it."
    )
    about = f"{len(drawn):,} of {len(cases):,} cases, {where}"
    note = about if len(drawn) < len(cases) else where[0].upper() + where[1:]
    if axis == "levels":
        words, small = (title, about), indented("tree-narrow", (title, about), nodes)
        return Figure("tree", title, draw("tree", words, nodes), note=note, narrow=small)
    days = [float(chains.time[case]) for case in drawn]
    note += " A case without a day stands at the day of the case above it." if not np.isfinite(days).all() else ""
    wide, narrow = (
        dated_tree(key, (title, about), nodes, days, index.archive.epoch, wide=points)
        for key, points in (("tree", 620), ("tree-narrow", 110))
    )
    return Figure("tree", title, wide, note=note, narrow=narrow)


class _Named:
    """Ids and names of the persons of some cases, and the dates of the cases."""

    def __init__(self, index: Index, cases: npt.NDArray[np.integer[Any]]) -> None:
        store, chains = index.store, index.forest
        person, act = (np.where(cases >= 0, held[cases], -1) for held in (chains.person, chains.act))
        self.ids = [key or "" for key in store.values("persons.id", person)]
        found = zip(store.values("persons.name", person), self.ids, strict=True)
        self.names = [name or key for name, key in found]
        dates = [store.values(f"acts.{key}", act) for key in ("time", "time_end", "precision")]
        rows = (dict(zip(("time", "time_end", "precision"), row, strict=True)) for row in zip(*dates, strict=True))
        self.dates = [date_text(index.archive.epoch, row) for row in rows]

    def called(self, k: int) -> str:
        """Return the name of a person with the id, or the id alone."""
        name, key = self.names[k], self.ids[k]
        return key if name == key else f"{name} ({key})"

    def cell(self, entry: Entry, k: int) -> Cell:
        """Return the cell of a person, empty for nobody."""
        return cell(self.ids[k], person_link(entry, self.ids[k]), name=self.names[k]) if self.ids[k] else cell(None)


def _listed(entry: Entry, index: Index, cases: Ints, named: _Named) -> Table:
    """Return the cases of a tree as a table, level by level."""
    chains, shown_ = index.forest, cases[:_LISTED]
    # A case stands behind the case above it, so what is listed holds both.
    persons = {case: named.cell(entry, k) for k, case in enumerate(shown_.tolist())} | {-1: cell(None)}
    numbers = zip(
        cells(chains.depth[shown_].tolist()), cells(index.store.arrays["cases.below"][shown_].tolist()), strict=True
    )
    rows = [
        (depth, date, persons[case], persons[above], below)
        for (depth, below), date, case, above in zip(
            numbers, cells(named.dates), shown_.tolist(), chains.parent[shown_].tolist(), strict=True
        )
    ]
    note = f"The first {_LISTED} of {len(cases):,}." if len(cases) > _LISTED else ""
    return Table(
        "cases",
        ("depth", "date", "person", "named by", "below"),
        tuple(rows),
        numeric=("depth", "below"),
        note=note,
        title="The same as a table",
    )
