"""The figure of chains of hearsay: a level for each step, the asserters above, what they rest on below."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from greatfear.canvas import GREY, INK, as_it_stands, figure
from greatfear.catalogue.hearsay_table import in_depth
from greatfear.errors import Fault, FaultList

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.catalogue.hearsay import Hearsay

MOST = 120
"""Names in one figure; more cannot be read."""


@as_it_stands
def draw(chains: Hearsay, ax: Axes | None = None) -> Figure:
    """Draw the chains into axes, or into a new figure.

    Raises
    ------
    FaultList
        If there are more names than a figure can show.
    """
    if len(chains.sources) > MOST:
        fix = "read the table, or draw a part of the rows"
        raise FaultList(
            [Fault(chains.topic, f"{len(chains.sources):,} names", f"at most {MOST} in a figure", fix)], "figure"
        )
    places = _places(chains)
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    bottom = min(y for _, y in places.values())
    inches = max(6.0, 1.9 * (right - left + 1))
    if ax is None:
        _, (ax,) = figure((inches, 2.0 - 0.8 * bottom))
    for asserter, sources in chains.sources.items():
        for source in sources:
            line = {"arrowstyle": "->", "color": GREY, "shrinkA": 16, "shrinkB": 18}
            ax.annotate("", places[source], places[asserter], arrowprops=line).set_in_layout(False)
    _names(chains, places, ax)
    title = f"{chains.topic.replace('-', ' ')}: {chains.bounds_in_words()}"
    key = "filled: a known origin; dashed: not recorded how he knew; an arrow points to the source"
    lines = [textwrap.fill(text, int(15 * inches)) for text in (title, key)]
    ax.set_title("\n".join(lines), loc="left", fontsize=8, parse_math=False)
    ax.set_axis_off()
    ax.set_xlim(left - 0.6, right + 0.6)
    ax.set_ylim(bottom - 0.5, 0.5)
    return ax.figure  # type: ignore[return-value]


def _names(chains: Hearsay, places: dict[str, tuple[float, float]], ax: Axes) -> None:
    """Write each name in its box; the boxes at the ends of chains say whether they are known origins."""
    years, ends = chains.years, _ends(chains)
    for name, place in places.items():
        box = {
            "boxstyle": "round,pad=0.35",
            "facecolor": "#BFE3F7" if ends.get(name) else "white",
            "edgecolor": INK,
            "linestyle": "--" if ends.get(name) is False else "-",
            "linewidth": 1.4 if name in ends else 0.8,
        }
        said = textwrap.fill(textwrap.shorten(name, 70, placeholder=" ..."), 18) + (
            f"\n{years[name]}" if name in years else ""
        )
        text = ax.text(*place, said, ha="center", va="center", fontsize=8, bbox=box, parse_math=False)
        text.set_in_layout(False)  # the layout would shrink the axes to make room for what stands inside them


def _ends(chains: Hearsay) -> dict[str, bool]:
    """Return the ends of chains and whether they are known; all members of a ring are ends that are not."""
    return dict.fromkeys(chains.rings, False) | chains.roots()


def _places(chains: Hearsay) -> dict[str, tuple[float, float]]:
    """Return a place for each name: as deep as its longest way from an asserter whom nobody quotes; a ring is cut once."""
    sources = chains.sources
    depth, drawn = dict.fromkeys(sources, 0), set[str]()
    for name in in_depth(sources):
        drawn.add(name)
        for source in sources[name]:
            if source not in drawn:
                depth[source] = max(depth[source], depth[name] + 1)
    levels: dict[int, list[str]] = {}
    for name in sources:
        levels.setdefault(depth[name], []).append(name)
    found = {}
    for level, (_, names) in enumerate(sorted(levels.items())):
        for k, name in enumerate(names):
            found[name] = (k - (len(names) - 1) / 2, -float(level))
    return found
