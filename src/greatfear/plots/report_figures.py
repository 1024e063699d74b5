"""The sections of the report that draw an archive; the drawings are those of the lab."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from greatfear.describe.description import Description
from greatfear.describe.why_forest import Forest
from greatfear.describe.why_tree import Tree, chain_tree
from greatfear.plots.drawn import Drawn, Windows, in_one_window, over_time, reproduction, rests_on, years
from greatfear.plots.marks.bars import bars
from greatfear.plots.marks.grid import Square, logarithmic, tiles
from greatfear.plots.marks.tree import Node
from greatfear.plots.marks.tree import tree as draw_tree
from greatfear.plots.markup import table
from greatfear.plots.points import Point
from greatfear.plots.report_matrix import matrix_block
from greatfear.plots.tiles import TILES, fits, short_name
from greatfear.show.wording import Wording

Section = tuple[str, str, str]


def _block(drawn: Drawn, words: Wording) -> str:
    """Return a drawing with its title, its note and the numbers behind it, under heads in the words of the case."""
    heads, numeric = tuple(map(words.reworded, drawn.heads)), tuple(range(1, len(drawn.heads)))
    cells = [
        tuple(
            f"{value:+.0%}" if head == "error" and value is not None else value
            for head, value in zip(drawn.heads, row, strict=True)
        )
        for row in drawn.rows
    ]
    return (
        f'<figure><h3>{html.escape(drawn.title)}</h3><div class="drawn">{drawn.svg}</div>'
        f"<figcaption>{html.escape(drawn.note)}</figcaption>"
        f"<details><summary>the numbers</summary>{table(heads, cells, numeric)}</details></figure>"
    )


def series_section(found: Description, points: Sequence[Point]) -> Section:
    """Return what happened over time, and by year beside published numbers."""
    windows = Windows.legible(found, found.by)
    if windows is None:
        return "series", "Over time", ""
    text = "".join(_block(one, found.words) for one in over_time(windows))
    text += "".join(f"<p>{html.escape(words)}</p>" for words in in_one_window(windows))
    beside = years(found, points)
    text += f'<div class="columns">{"".join(_block(one, found.words) for one in beside)}</div>' if beside else ""
    return "series", "Over time", text


def places_section(found: Description) -> Section:
    """Return cases, or statements where there are no cases, by region."""
    rows = found.frames["regions"].rows()
    what = "cases" if any(row["cases"] for row in rows) else "namings"
    values = {row["region"]: int(row[what]) for row in rows if row["region"] != "absent"}
    ordered = sorted(((name, n) for name, n in values.items() if n), key=lambda pair: -pair[1])
    if len(ordered) < 2:
        return "places", "", ""
    own = found.words.one("places", "region") if "region" in found.words.given.get("places", {}) else "territory"
    title = f"{what.capitalize()} by {own}"
    if fits({name: float(n) for name, n in values.items()}):
        top = max(values.values())
        squares = {
            name: Square(logarithmic(n, top), f"{name}: {n:,} {what}", text=f"{short_name(name)}|{n:,}")
            for name, n in values.items()
        }
        note = (
            "A tile for each territory of Order 00447 and one for the camps; not to scale. Darker: more (logarithmic)."
        )
        svg = tiles("places-tiles", (title, note), dict(TILES), squares)
    else:
        left = len(ordered) - 30
        note = "" if own != "territory" else "By region of residence."
        note += f" {left:,} smaller {found.words.many('places', 'region')} stand in the table only." if left > 0 else ""
        svg = bars("places-bars", (title, note), [(name, float(n)) for name, n in ordered[:30]])
    return (
        "places",
        f"By {own}",
        _block(Drawn("places", title, svg, note, ("region", what), tuple(ordered)), found.words),
    )


def naming_section(found: Description) -> Section:
    """Return how far cases led to cases, and deponents to new persons."""
    windows = Windows.legible(found, found.by)
    drawn = reproduction(found, windows) if windows is not None else []
    return "naming", "Naming", "".join(_block(one, found.words) for one in drawn)


def roots_section(found: Description) -> Section:
    """Return what cases rest on, and what their chains go back to, with the whole table."""
    rows = found.frames["roots"].rows()
    if not rows:
        return "roots", "", ""
    drawn = rests_on(found)
    heads = ("rests on", "root of its chain", found.cases_are, "share", "origins at least", "origins at most")
    cells = [
        (
            found.words.root(row["rests_on"]),
            found.words.root(row["root"]),
            row["cases"],
            row["share"],
            row["origins_low"],
            row["origins_high"],
        )
        for row in rows
    ]
    whole = table(heads, cells, (2, 3, 4, 5))
    matrix = matrix_block(found)
    if not drawn:
        return "roots", "What cases rest on", whole + matrix
    text = f'<div class="columns">{"".join(_block(one, found.words) for one in drawn)}</div>'
    return (
        "roots",
        "What cases rest on",
        f"{text}<details><summary>ground and root together</summary>{whole}</details>{matrix}",
    )


def chain_section(archive: Any, chains: Forest) -> Section:
    """Return one chain of accusations, chosen to be long and still legible."""
    found = chain_tree(archive, chains)
    if found is None:
        return "chain", "", ""
    nodes = nodes_of(found)
    who = "arrested" if chains.kind == "arrest" else "summoned"
    words, nodes = archive.words, nodes_of(found)
    if words:
        case, how = words.one("acts", chains.kind), words.one("channels", "interrogation")
        note = f"From the root at the left. Each {case} rests on the word of the person to the left ({how})."
        nodes = [_with_root(node, words.root(node.head)) if node.is_marked else node for node in nodes]
    else:
        note = f"From the root at the left. Each person was {who} on the word of the person to the left, "
        note += "given under interrogation."
    note += f" {found.note}" if found.note else ""
    svg = draw_tree("chain-tree", ("A chain of accusations", note), nodes)
    caption = f'<figure><div class="drawn">{svg}</div><figcaption>{html.escape(note)}</figcaption></figure>'
    return "chain", "A chain of accusations", caption


def _with_root(node: Node, word: str) -> Node:
    """Return the root of a chain with the word of the case, on two lines where it is long."""
    first, *rest = textwrap.wrap(word, 14) or [""]
    return replace(node, head=first, words=" ".join(rest))


def nodes_of(found: Tree) -> list[Node]:
    """Return the nodes of a chain, parents first; a node hangs from the first edge that ends in it."""
    level = {node.key: node.level for node in found.nodes}
    above: dict[str, tuple[str, str]] = {}
    for edge in found.edges:
        if level[edge.start] < level[edge.end]:
            above.setdefault(edge.end, (edge.start, edge.label))
    ordered = sorted(found.nodes, key=lambda node: node.level)
    place = {node.key: k for k, node in enumerate(ordered)}
    return [
        Node(
            place[above[node.key][0]] if node.key in above else -1,
            found.called(node), above[node.key][1] if node.key in above else "", "", is_marked=node.kind == "root",
        )
        for node in ordered
    ]  # fmt: skip
