"""The figure of chains of hearsay: a level for each step, the asserters above, what they rest on below."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from greatfear.canvas import GREY, INK, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.catalogue.hearsay import Hearsay

__all__ = ["draw"]


def draw(chains: Hearsay, ax: Axes | None = None) -> Figure:
    """Draw the chains into axes, or into a new figure."""
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
    ax.set_title("\n".join(lines), loc="left", fontsize=8)
    ax.set_axis_off()
    ax.set_xlim(left - 0.6, right + 0.6)
    ax.set_ylim(bottom - 0.5, 0.5)
    return ax.figure  # type: ignore[return-value]


def _names(chains: Hearsay, places: dict[str, tuple[float, float]], ax: Axes) -> None:
    """Write each name in its box; the boxes at the ends of chains say whether they are known origins."""
    years = {report.asserter: report.year for report in reversed(chains.reports)}
    ends = chains.roots()
    for name, place in places.items():
        box = {
            "boxstyle": "round,pad=0.35",
            "facecolor": "#BFE3F7" if ends.get(name) else "white",
            "edgecolor": INK,
            "linestyle": "--" if ends.get(name) is False else "-",
            "linewidth": 1.4 if name in ends else 0.8,
        }
        year = f"\n{years[name]}" if years.get(name) is not None else ""
        text = ax.text(*place, textwrap.fill(name, 18) + year, ha="center", va="center", fontsize=8, bbox=box)
        text.set_in_layout(False)  # the layout would shrink the axes to make room for what stands inside them


def _places(chains: Hearsay) -> dict[str, tuple[float, float]]:
    """Return a place for each name: as deep as its longest way from an asserter whom nobody quotes."""
    sources = chains.sources
    depth = dict.fromkeys(sources, 0)
    for _ in sources:  # a ring of asserters ends after as many rounds as there are names
        for name, from_whom in sources.items():
            for source in from_whom:
                depth[source] = max(depth[source], min(depth[name] + 1, len(sources)))
    levels: dict[int, list[str]] = {}
    for name in sources:
        levels.setdefault(depth[name], []).append(name)
    found = {}
    for level, (_, names) in enumerate(sorted(levels.items())):
        for k, name in enumerate(names):
            found[name] = (k - (len(names) - 1) / 2, -float(level))
    return found
