"""What an archive holds, and where to look first."""

from __future__ import annotations

import numpy as np

from greatfear.plots.findings import findings, many
from greatfear.web import address as at
from greatfear.web.index import Index
from greatfear.web.lab import Entry, IndexPendingError, Lab, PendingError
from greatfear.web.pages.filtering import Filtering, facet_label
from greatfear.web.pages.frame import archive_page
from greatfear.web.pages.timeline import described, window_of
from greatfear.web.parts import Block, Fact, Facts, Link, Links, Notice, Page, Prose, Table, cell


def overview(lab: Lab, address: at.Overview) -> Page:
    """Return what an archive holds. Counts of rows stand in the manifest and are shown before the index is ready."""
    entry = lab.entry(address.name)
    tables = entry.opened.manifest.tables
    links = {"persons": at.Persons(name=entry.name), "statements": at.Statements(name=entry.name)}
    facts = Facts(
        tuple(
            Fact(tables[name].rows, name, str(links.get(name, "")))
            for name in ("persons", "statements", "acts", "ties", "sources")
        )
    )
    try:
        index = entry.index()
    except IndexPendingError as pending:
        share = f"{pending} This page reloads by itself."
        return archive_page(
            entry, address, _title(entry), blocks=(facts, Notice(share), *_provenance(entry)), refresh=2
        )
    told, is_ready = _findings(entry, index)
    blocks = (told, facts, _look(entry, index), *_strip(entry, index), *_kinds(entry, index), *_provenance(entry))
    return archive_page(entry, address, _title(entry), blocks=blocks, refresh=0 if is_ready else 2)


def _findings(entry: Entry, index: Index) -> tuple[Block, bool]:
    """Return the paragraph that a report begins with; until it is worked out, the page does not wait for it."""
    try:
        found = described(entry, window_of(entry.opened))
    except PendingError as pending:
        return Notice(f"{pending}"), False
    words = " ".join(findings(found, int(index.forest.depth.max(initial=0))))
    return Prose((words,), key="findings"), True


def _title(entry: Entry) -> str:
    return entry.opened.manifest.title or entry.name


def _strip(entry: Entry, index: Index) -> tuple[Block, ...]:
    """Return the histogram of cases, or of statements where there are no cases."""
    if len(index.cases):
        filtering = Filtering.of(at.Cases(name=entry.name), index.cases, entry.opened.epoch, "cases")
    elif len(index.statements):
        filtering = Filtering.of(at.Statements(name=entry.name), index.statements, entry.opened.epoch, "statements")
    else:
        return (Notice("This archive holds no cases and no statements."),)
    return filtering.time()


def _look(entry: Entry, index: Index) -> Links:
    """Return what the index finds worth a look."""
    links = [*_chains(entry, index), *_most(entry, index), *_sitting(entry, index)]
    undated = len(index.statements) - index.statements.n_dated
    if undated:
        words = f"{undated:,} of {len(index.statements):,}"
        links.append(Link(str(at.Statements(name=entry.name)), "Statements without a date", words))
    return Links((*links, *_doubtful(entry, index)), title="Look here", style="cards")


def _chains(entry: Entry, index: Index) -> list[Link]:
    """Return the longest chain and the largest tree, where one case led to another."""
    chains = index.forest
    if not len(chains) or chains.depth.max() == 0:
        return []
    deepest = int(np.argmax(chains.depth))
    person = index.id_of(int(chains.person[deepest]))
    sizes = index.store.arrays["cases.tree"]
    widest = int(np.argmax(sizes))
    root = str(int(chains.root[widest]))
    long = f"{many(int(chains.depth[deepest]), 'naming')} back to its root: {index.called(int(chains.person[deepest]))}"
    return [
        Link(str(at.Why(name=entry.name, id=person)), "The longest chain", long),
        Link(
            str(at.Tree(name=entry.name, case=root)), "The largest tree", f"{int(sizes[widest]):,} cases from one root"
        ),
    ]


def _most(entry: Entry, index: Index) -> list[Link]:
    """Return who was named most, and who named most."""
    links = []
    for words, counts in (("Named most often", index.n_against), ("Named others most often", index.n_by)):
        if len(counts) and counts.max() > 0:
            most = int(np.argmax(counts))
            note = f"{index.name_of(most)}: {many(int(counts[most]), 'statement')}"
            links.append(Link(str(at.Person(name=entry.name, id=index.id_of(most))), words, note))
    return links


def _sitting(entry: Entry, index: Index) -> list[Link]:
    """Return the sitting that yielded most names."""
    sitting = index.store.number("statements.sitting")
    held = sitting[sitting >= 0]
    if not len(held):
        return []
    counts = np.bincount(held)
    most = int(np.argmax(counts))
    row = int(np.argmax(sitting == most))
    who = int(index.store.number("statements.speaker")[row])
    speaker = index.id_of(who)
    words = f"{many(int(counts[most]), 'statement')} in one sitting" + (f" of {index.called(who)}" if speaker else "")
    return [
        Link(
            str(at.Person(name=entry.name, id=speaker)) if speaker else str(at.Statements(name=entry.name)),
            "Most names in one sitting",
            words,
        )
    ]


def _doubtful(entry: Entry, index: Index) -> list[Link]:
    """Return the statements that the recorder doubts."""
    names = [name for name in index.statements.facets.get("certainty", ()) if name in ("possible", "dubious", "false")]
    if not names:
        return []
    chosen = at.Statements(name=entry.name, filter=at.Filter.of({"certainty": names}, {}))
    n = index.statements.select({"certainty": names}, {}, None, None).n
    return [Link(str(chosen), "Statements in doubt", f"{n:,} are possible, dubious or false")]


_TITLES = {"cause": "What the cases rest on", "root": "Where their chains begin"}


def _kinds(entry: Entry, index: Index) -> list[Block]:
    """Return cases by what they rest on and by their root, linked to the filtered cases."""
    blocks: list[Block] = []
    cube = index.cases
    everything = cube.select({}, {}, None, None)
    for name in ("cause", "root", "region"):
        if name not in cube.facets:
            continue
        counts = everything.counts[name].tolist()
        values = [*cube.facets[name], ""]
        rows = [
            (
                cell(value or "not recorded", str(at.Cases(name=entry.name, filter=at.Filter.of({name: [value]}, {})))),
                cell(n),
                cell(n / max(len(cube), 1)),
            )
            for value, n in zip(values, counts, strict=True)
            if n
        ]
        blocks.append(
            Table(
                name,
                (facet_label(name), "cases", "share"),
                tuple(rows),
                title=_TITLES.get(name) or f"Cases by {facet_label(name)}",
                numeric=("cases", "share"),
                is_folded=len(rows) > 12,
            )
        )
    return blocks


def _provenance(entry: Entry) -> tuple[Block, ...]:
    """Return where the archive comes from, how to make it again, and the hashes of its tables."""
    manifest = entry.opened.manifest
    given = manifest.provenance
    blocks: list[Block] = []
    if given.get("command"):
        blocks.append(Prose((str(given["command"]),), title="Make it again", is_code=True))
    rows = tuple(
        (cell(name), cell(one.rows), cell(one.sha256 if entry.path else "in memory"))
        for name, one in manifest.tables.items()
    )
    blocks.append(
        Table("tables", ("table", "rows", "SHA-256"), rows, title="Tables", numeric=("rows",), is_folded=True)
    )
    return tuple(blocks)
