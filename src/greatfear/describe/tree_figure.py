"""A chain of accusations drawn as a tree, from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.canvas import GREY, INK, PALETTE, as_it_stands, figure, titled
from greatfear.describe.why_tree import Tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WORDS = {
    "register": "register", "order": "order", "denunciation": "denunciation", "report": "informer's report",
    "accident": "accident", "document": "document", "sham": "sham", "interrogation": "naming", "none": "no ground recorded",
    "unknown": "ground unknown", "cut": "circle, cut here",
}  # fmt: skip


def places(tree: Tree) -> dict[str, tuple[float, float]]:
    """Return a place for every node: its level, and a height such that leaves do not meet.

    The first edge that ends in a node hangs it; leaves get lines of their own, other nodes the middle of what hangs from
    them.
    """
    hangs: dict[str, list[str]] = {}
    held: set[str] = set()
    level = {node.key: node.level for node in tree.nodes}
    for edge in tree.edges:
        if edge.end not in held and level[edge.start] < level[edge.end]:
            held.add(edge.end)
            hangs.setdefault(edge.start, []).append(edge.end)
    height: dict[str, float] = {}
    tops = [node.key for node in tree.nodes if node.key not in held]
    order: list[str] = []
    stack = list(reversed(tops))
    while stack:
        key = stack.pop()
        order.append(key)
        stack += reversed(hangs.get(key, []))
    line = 0
    for key in order:
        if key not in hangs:
            height[key] = float(line)
            line += 1
    for key in reversed(order):
        if key in hangs:
            height[key] = sum(height[child] for child in hangs[key]) / len(hangs[key])
    return {key: (level[key], height[key]) for key in order}


@as_it_stands
def draw_tree(tree: Tree, *, ax: Axes | None = None) -> Figure:
    """Return the tree as a figure: the root on the left, each line from the one who spoke to the one who was named."""
    place = places(tree)
    lines = max((y for _, y in place.values()), default=0) + 1
    levels = int(max((x for x, _ in place.values()), default=0)) + 1
    drawn, (axes,) = figure((min(max(1.25 * levels + 1, 6), 12), max(0.26 * lines + 0.6, 1.6)), ax=ax)
    for edge in tree.edges:
        (x0, y0), (x1, y1) = place[edge.start], place[edge.end]
        middle = x1 - 0.35
        axes.plot([x0, middle, middle, x1], [y0, y0, y1, y1], color=GREY, linewidth=0.8, zorder=1)
    for node in tree.nodes:
        x, y = place[node.key]
        colour = {"root": PALETTE[3], "subject": INK}.get(node.kind, PALETTE[0])
        words = _WORDS.get(node.label, node.label) if node.kind == "root" else tree.called(node)
        axes.plot([x], [y], "s" if node.kind == "root" else "o", color=colour, markersize=5, zorder=2)
        axes.annotate(
            words, (x, y), xytext=(0, 4), textcoords="offset points", ha="center", va="bottom", fontsize=7,
            weight="bold" if node.kind != "person" else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85}, zorder=3,
        )  # fmt: skip
    axes.set(xlim=(-0.6, levels - 0.4), ylim=(lines - 0.5, -0.9), yticks=[], xticks=range(levels))
    axes.set_xticklabels(["root", *map(str, range(1, levels))])
    axes.set_xlabel("persons from the root")
    axes.spines["left"].set_visible(False)
    if tree.note:
        titled(axes, tree.note)
    return drawn  # type: ignore[no-any-return]
