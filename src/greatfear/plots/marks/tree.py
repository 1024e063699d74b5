"""Cases that hang from one root, levels from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greatfear.plots.marks.svg import ACCENT, INK, RULE, esc, frame, number

_WIDE, _HIGH = 168, 40


@dataclass(frozen=True, slots=True)
class Node:
    """One case: its place in the list, that of its parent (-1: the root itself), two lines of words, a link."""

    parent: int
    head: str
    words: str
    href: str
    folded: int = 0
    is_marked: bool = False
    whole: str = ""
    """The first line at full length, with the id of the person; shown on pointing."""


def tree(key: str, words: tuple[str, str], nodes: Sequence[Node]) -> str:
    """Return a drawing of a tree; parents stand before their children in `nodes`."""
    below: list[list[int]] = [[] for _ in nodes]
    level = [0] * len(nodes)
    for k, node in enumerate(nodes):
        if node.parent >= 0:
            below[node.parent].append(k)
            level[k] = level[node.parent] + 1
    rows = _rows(below)
    width = (max(level, default=0) + 1) * _WIDE + 12
    height = (max(rows, default=0) + 1) * _HIGH + 10
    lines = "".join(
        _line((level[node.parent], rows[node.parent]), (level[k], rows[k]))
        for k, node in enumerate(nodes)
        if node.parent >= 0
    )
    boxes = "".join(_box(node, (level[k] * _WIDE + 4, rows[k] * _HIGH + 4)) for k, node in enumerate(nodes))
    body = f'<path d="{lines}" fill="none" stroke="{RULE}" stroke-width="1.2"/>{boxes}'
    return frame(key, words, height, body, width=str(width), role="group")


def _rows(below: list[list[int]]) -> list[float]:
    """Return the row of every node: leaves one after another, a parent beside its first child.

    So the root stands at the top left, where a narrow screen begins.
    """
    rows = [0.0] * len(below)
    free = 0
    for k in _leaves_first(below):
        if below[k]:
            rows[k] = rows[below[k][0]]
        else:
            rows[k], free = float(free), free + 1
    return rows


def _leaves_first(below: list[list[int]]) -> list[int]:
    """Return the nodes so that children come before their parent, in the order of the list."""
    found: list[int] = []
    waiting = [(0, False)] if below else []
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            found.append(node)
            continue
        waiting.append((node, True))
        waiting += [(child, False) for child in reversed(below[node])]
    return found


def _line(start: tuple[int, float], end: tuple[int, float]) -> str:
    x1, y1 = start[0] * _WIDE + 146, start[1] * _HIGH + 20
    x2, y2 = end[0] * _WIDE + 4, end[1] * _HIGH + 20
    return f"M{x1} {number(y1)}C{x1 + 12} {number(y1)} {x2 - 12} {number(y2)} {x2} {number(y2)}"


def _box(node: Node, place: tuple[float, float], wide: float = 142) -> str:
    x, y = place
    fill, width = ("#f2e6c9", 2) if node.is_marked else ("#ffffff", 1)
    more = f" +{node.folded:,}" if node.folded else ""
    box = (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="32" rx="3" fill="{fill}" stroke="{INK}" '
        f'stroke-width="{width}"/>'
        f'<text x="{number(x + 6)}" y="{number(y + 13)}" font-size="11.5" fill="{ACCENT if node.href else INK}">'
        f"{esc(_short(node.head, int(wide / 7.1)))}{more}</text>"
        f'<text x="{number(x + 6)}" y="{number(y + 26)}" font-size="10.5" fill="{INK}">'
        f"{esc(_short(node.words, int(wide / 5.4)))}</text>"
    )
    title = f"<title>{esc(f'{node.whole or node.head}: {node.words}')}</title>"
    return f'<a href="{esc(node.href)}">{title}{box}</a>' if node.href else f"<g>{title}{box}</g>"


_NARROW, _STEP, _ROW = 352, 14, 40


def indented(key: str, words: tuple[str, str], nodes: Sequence[Node]) -> str:
    """Return the same tree for a narrow screen: a row a case, further to the right the further from the root."""
    level: list[int] = []
    for node in nodes:
        level.append(level[node.parent] + 1 if node.parent >= 0 else 0)
    step = min(_STEP, 140 / max(*level, 1))
    rows = branches(nodes)
    lines = "".join(
        f"M{number(step * level[node.parent] + 8)} {rows[node.parent] * _ROW + 36}V{rows[k] * _ROW + 20}"
        f"H{number(step * level[k] + 2)}"
        for k, node in enumerate(nodes)
        if node.parent >= 0
    )
    boxes = "".join(
        _box(node, (step * level[k] + 2, rows[k] * _ROW + 4), _NARROW - step * level[k] - 4)
        for k, node in enumerate(nodes)
    )
    body = f'<path d="{lines}" fill="none" stroke="{RULE}" stroke-width="1.2"/>{boxes}'
    return frame(key, words, len(nodes) * _ROW + 8, body, width=str(_NARROW), role="group")


def branches(nodes: Sequence[Node]) -> list[int]:
    """Return the row of every node: each branch in rows that follow one another, below its root."""
    below: list[list[int]] = [[] for _ in nodes]
    for k, node in enumerate(nodes):
        if node.parent >= 0:
            below[node.parent].append(k)
    rows, waiting, free = [0] * len(nodes), [k for k, node in enumerate(nodes) if node.parent < 0][::-1], 0
    while waiting:
        k = waiting.pop()
        rows[k], free = free, free + 1
        waiting += reversed(below[k])
    return rows


def _short(words: str, most: int = 20) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
