"""The manual without a network: the help of every command and how the lab is used."""

from __future__ import annotations

from greatfear.errors import Fault
from greatfear.web import address as at
from greatfear.web.lab import Lab
from greatfear.web.parts import Block, Link, Links, Page, Prose

_LAB = """Every page is an address: copy it, and another person with the same archive sees the same page. Add .json to a path
for its numbers, .csv or .parquet for all its rows, .svg for its figure, .bib for its citation.

A click on a value of a facet keeps the rows with this value; a click with Shift, or the sign beside it, leaves them out. Drag
across the histogram to choose dates, or set two dates. The conditions stand above; a click removes one.

Cases are arrests; in an archive without arrests, summonses. A case follows from the case of the person who gave the name under
interrogation. What has no such parent is a root.

Independent origins: statements that descend from one another count once. An unknown root is not an origin; where the record
does not settle the number, the page shows bounds.

A page shows “not recorded” or a dash for what the record does not say. That is not zero."""


def manual(lab: Lab, address: at.Manual) -> Page:
    """Return the manual: how to use the lab, and the help of one command."""
    from greatfear.web.help import commands

    known = commands()
    if address.page and address.page not in known:
        raise at.AddressError([Fault("address: page", repr(address.page), ", ".join(known))], "address")
    links = Links(
        tuple(Link(str(at.Manual(page=name)), name, is_here=name == address.page) for name in known),
        title="Commands",
        style="row",
    )
    blocks: list[Block] = (
        [] if address.page else [Prose(tuple(" ".join(part.split()) for part in _LAB.split("\n\n")), title="The lab")]
    )
    blocks.append(links)
    if address.page:
        blocks.append(Prose((known[address.page],), title=f"greatfear {address.page}", is_code=True))
    return Page(
        title="Manual", address=str(address), blocks=tuple(blocks), forms=(Link(str(address.to(form="json")), "JSON"),)
    )
