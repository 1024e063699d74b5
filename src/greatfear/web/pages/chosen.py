"""The case chosen on the page of cases, beside the table."""

from __future__ import annotations

from greatfear.errors import Fault
from greatfear.plots.findings import many
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry
from greatfear.web.pages.person import lanes_of
from greatfear.web.pages.stepping import with_filter
from greatfear.web.pages.why import chain_of
from greatfear.web.parts import Block, Link, Links, Prose


def chosen_case(entry: Entry, index: Index, address: at.Cases) -> tuple[Block, ...]:
    """Return the chain of the chosen case and the lanes of its person; nothing where none is chosen."""
    if address.show == -1:
        return ()
    if not 0 <= address.show < len(index.forest):
        allowed = f"a case from 0 to {len(index.forest) - 1:,}" if len(index.forest) else "no case: there is none"
        raise at.AddressError([Fault("address: show", str(address.show), allowed)], "address")
    row = int(index.forest.person[address.show])
    person = index.id_of(row)
    answer = index.why(person)
    place = index.cases_of(row).tolist().index(address.show)
    links = [
        Link(with_filter(entry, person, address, address.show), "The whole record"),
        Link(str(at.Why(name=entry.name, id=person)), "Every statement with its origin"),
    ]
    size = int(index.store.arrays["cases.tree"][address.show])
    links += (
        [Link(str(at.Tree(name=entry.name, case=str(address.show))), "As a tree", f"{size:,} cases")]
        if size > 1
        else []
    )
    low, high = answer.origins_low, answer.origins_high
    origins = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    words = (
        f"{many(answer.n_statements, 'statement')} by {many(answer.n_speakers, 'known speaker')}; "
        f"independent origins: {origins}."
    )
    return (
        Prose((words,), title=index.called(row)),
        Links(tuple(links), style="row"),
        chain_of(entry, answer, answer.chains[place], answer.roots[place]),
        *lanes_of(index, row),
    )
