"""Stepping through the cases of a filter, person by person."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import numpy as np

from greatfear.errors import Fault
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry
from greatfear.web.pages.filtering import Filtering
from greatfear.web.parts import Block, Link, Links, Notice


def with_filter(entry: Entry, person: str, address: at.Cases, case: int) -> str:
    """Return the address of a person that remembers the filter one came from, and the case."""
    return linker(entry, address)(person, case) if person else ""


CASE = str(secrets.randbits(60) | 1 << 60)
"""Stands for the number of a case in an address from which many are written; no filter holds it."""


def linker(entry: Entry, address: at.Cases) -> Callable[[str, int], str]:
    """Return what writes the address of a person that remembers a filter: a page has fifty of one filter."""

    def written(person: str) -> str:
        held = str(address.to(show=int(CASE), after=-1, form="html", plain=0, all=())).partition("?")[2]
        return str(at.Person(name=entry.name, id=person, in_=held))

    pattern = written(at.SLOTS[0])

    def link(person: str, case: int) -> str:
        if not person:
            return ""
        return (at.filled(pattern, person) if "." not in person else written(person)).replace(CASE, str(case), 1)

    return link


def neighbours(entry: Entry, index: Index, address: at.Person) -> tuple[tuple[Block, ...], dict[str, str]]:
    """Return the links to the previous and the next case of the filter, and the keys that follow them."""
    if not address.in_:
        return (), {}
    came = at.page_at(str(at.Cases(name=entry.name)), address.in_)
    assert isinstance(came, at.Cases)
    if not 0 <= came.show < len(index.forest) or index.id_of(int(index.forest.person[came.show])) != address.id:
        allowed = "a filter of cases with show=, a case of this person"
        raise at.AddressError([Fault("address: in", repr(address.in_), allowed)], "address")
    filtering = Filtering.of(came, index.cases, entry.opened.epoch, "cases")
    order = None if came.sort == "time" else index.order_of(came.sort)
    place = int(np.flatnonzero(index.cases.order == came.show)[0])
    position = place if order is None else int(np.flatnonzero(order == place)[0])
    found = {
        "previous": index.cases.before(filtering.chosen, position, order),
        "next": next(iter(index.cases.page(filtering.chosen, 1, position, order)), -1),
    }
    links, keys = [], {}
    for (words, there), key in zip(found.items(), "[]", strict=True):
        if there >= 0:
            case = int(index.cases.order[there if order is None else int(order[there])])
            row = int(index.forest.person[case])
            person = index.id_of(row)
            keys[key] = with_filter(entry, person, came, case)
            links.append(Link(keys[key], f"{words} ( {key} )", index.name_of(row)))
    back = Link(str(came.to(after=position - 1 if position else -1)), "back to the cases", filtering.in_words())
    if not links:
        return (Links((back,), style="row"), Notice("This is the only case of the filter.")), keys
    return (Links((back, *links), style="row"),), keys
