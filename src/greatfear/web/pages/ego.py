"""The persons around one person: who named whom, one and two namings away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from greatfear.plots.findings import many
from greatfear.plots.marks.ego import Spot, Tie, shortened
from greatfear.plots.marks.ego import ego as draw
from greatfear.web.index import Index
from greatfear.web.lab import Entry
from greatfear.web.pages.frame import person_cell, person_link
from greatfear.web.parts import Block, Figure, Table, cell

_DRAWN = 60
_LISTED = 200


def ego(entry: Entry, index: Index, row: int) -> list[Block]:
    """Return the figure and the table of the persons one naming away; beyond sixty persons, groups are drawn."""
    near = _near(index, row)
    if not near:
        return []
    links = {person: _near(index, person) for person in near} if len(near) <= _DRAWN else {}
    far = sorted({other for found in links.values() for other in found} - set(near) - {row}, key=index.id_of)
    first, second, ties = _rings(entry, index, (row, near, far), links)
    drawn = sum(spot.n == 1 for spot in (*first, *second))
    total = len(near) + len(far)
    about = f"{many(len(near), 'person')} one naming away"
    about += f", {len(far):,} two." if links else "; the second step is not drawn."
    note = (
        f"{about} An arrow points to the person named; a thick line: each named the other. Places follow from the ids."
    )
    if drawn < total:
        note += f" {drawn:,} of {total:,} are drawn one by one, the others as groups with their numbers."
    title = "Who named whom around this person"
    figure = Figure("ego", title, draw("ego", (title, about), (index.name_of(row), first, second), ties), note=note)
    return [figure, _table(entry, index, row, near)]


def _near(index: Index, row: int) -> list[int]:
    """Return the persons who named this one or were named, in the order of their ids."""
    speaker, subject = (index.store.number(f"statements.{key}") for key in ("speaker", "subject"))
    found = {int(p) for p in speaker[index.group("against", row)]} | {int(p) for p in subject[index.group("by", row)]}
    return sorted(found - {-1, row}, key=index.id_of)


def _pairs(index: Index, person: int) -> set[int]:
    """Return whom a person named."""
    return {int(p) for p in index.store.number("statements.subject")[index.group("by", person)]}


def _rings(
    entry: Entry, index: Index, people: tuple[int, list[int], list[int]], links: dict[int, list[int]]
) -> tuple[list[Spot], list[Spot], list[Tie]]:
    """Return the spots of both rings and the lines between them."""
    row, near, far = people
    if not links:
        return _sides(index, row, near)
    first = [_spot(entry, index, person) for person in near]
    place = {row: 0} | {person: k for k, person in enumerate(near, 1)}
    if len(near) + len(far) <= _DRAWN:
        second = [_spot(entry, index, person) for person in far]
        place |= {person: k for k, person in enumerate(far, 1 + len(near))}
    else:
        second = _groups(index, far)
    named = {person: _pairs(index, person) for person in place}
    ties = []
    for one, others in named.items():
        for other in sorted(others & set(place), key=index.id_of):
            is_both = one in named[other]
            if one != other and not (is_both and place[one] > place[other]):
                ties.append(Tie(place[one], place[other], "both" if is_both else "named"))
    return first, second, ties


def _spot(entry: Entry, index: Index, person: int) -> Spot:
    name, key = index.name_of(person), index.id_of(person)
    return Spot(name, name if name == key else f"{name} ({key})", person_link(entry, key))


def _sides(index: Index, row: int, near: list[int]) -> tuple[list[Spot], list[Spot], list[Tie]]:
    """Return a large ring as groups: those who named the person, those the person named, those of whom both is so."""
    named = _pairs(index, row)
    spoke = {int(p) for p in index.store.number("statements.speaker")[index.group("against", row)]}
    spots, ties = [], []
    for people, end, kind in (
        ([p for p in near if p in spoke and p not in named], 0, "named"),
        ([p for p in near if p in spoke and p in named], 0, "both"),
        ([p for p in near if p not in spoke], 1, "named"),
    ):
        for spot in _groups(index, people, 6):
            spots.append(spot)
            ties.append(Tie(0, len(spots), kind) if end else Tie(len(spots), 0, kind))
    return spots, [], ties


def _groups(index: Index, people: Iterable[int], most: int = 12) -> list[Spot]:
    """Return persons as groups of the first column that tells them apart; the largest `most`, then the others."""
    listed = list(people)
    counts = Counter({"persons": len(listed)} if listed else {})
    for column in _columns(index):
        found = Counter(str(index.store.value(f"persons.{column}", person) or "not recorded") for person in listed)
        if len(found) > 1 and not all(name.isdecimal() for name in found if name != "not recorded"):
            counts = found
            break
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = sum(n for _, n in ordered[most:])
    ordered = ordered[:most] + ([("others", rest)] if rest else [])
    return [Spot(f"{shortened(name, 12)}: {n:,}", f"{many(n, 'person')}: {name}", n=max(n, 2)) for name, n in ordered]


def _columns(index: Index) -> list[str]:
    """Return region, stratum, then the other columns of persons that make groups of this archive."""
    facets = [name.removeprefix("person_") for name in index.statements.facets if not name.startswith("by_")]
    held = [
        name
        for name in index.store.meta["columns"]["persons"]
        if name in facets and name not in ("region", "stratum", "sex")
    ]
    return ["region", "stratum", *held, "sex"]


def _table(entry: Entry, index: Index, row: int, near: list[int]) -> Table:
    """Return the persons who named this person or were named by them, with how often."""
    speaker, subject = (index.store.number(f"statements.{key}") for key in ("speaker", "subject"))
    spoke = Counter(np.asarray(speaker[index.group("against", row)]).tolist())
    heard = Counter(np.asarray(subject[index.group("by", row)]).tolist())
    ordered = sorted(near, key=lambda person: (-spoke[person] - heard[person], index.id_of(person)))
    rows = []
    for person in ordered[:_LISTED]:
        head = person_cell(entry, index, person)
        rows.append((head, *(cell(index.store.value(f"persons.{c}", person)) for c in ("region", "stratum")),
                     cell(spoke[person]), cell(heard[person])))  # fmt: skip
    columns = ("person", "region", "stratum", "named this person", "named by this person")
    note = f"The first {_LISTED:,} of {len(near):,}." if len(near) > _LISTED else ""
    return Table(
        "around",
        columns,
        tuple(rows),
        title=f"One naming away ({len(near):,})",
        numeric=columns[3:],
        note=note,
        is_folded=True,
    )
