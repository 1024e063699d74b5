"""Figure of aliases: one cluster as a small graph, with the evidence on its edges and weak bridges dashed."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_links.candidates import Candidates
from greatfear.recover.aliases_names.records import Records
from greatfear.recover.result import Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 3
_MOST = 9
Edge = tuple[int, int, float, float]
"""Two places in the list of names, probability, bits."""


def drawings_of(
    records: Records, found: Candidates, chance: npt.NDArray[np.float64], label: npt.NDArray[np.int32]
) -> tuple[Drawing, ...]:
    """Return the figures of the clusters that are least sure."""
    out = []
    for number, members in enumerate(_doubtful(found, chance, label), 1):
        names = [f"{records.names[k]}{_year(records, k)}" for k in members]
        place = {k: x for x, k in enumerate(members)}
        inside = np.flatnonzero(np.isin(found.pairs[:, 0], members) & np.isin(found.pairs[:, 1], members))
        edges = [
            (
                place[int(found.pairs[e, 0])],
                place[int(found.pairs[e, 1])],
                float(chance[e]),
                float(found.evidence[e].sum()) / math.log(2),
            )
            for e in inside
        ]
        out.append(
            Drawing(
                f"cluster-{number}",
                f"One cluster of {len(names)} names, among the least sure",
                "A line joins two records; its number is the evidence in bits that both are one person, its width the "
                "probability. Dashed: less likely than not.",
                partial(draw_cluster, names, edges),
            )
        )
    return tuple(out)


def _year(records: Records, k: int) -> str:
    return f", {records.born[k]}" if records.born[k] >= 0 else ""


def _doubtful(found: Candidates, chance: npt.NDArray[np.float64], label: npt.NDArray[np.int32]) -> list[list[int]]:
    """Return clusters of three records or more with the most doubt about their own pairs."""
    a, b = found.pairs[:, 0], found.pairs[:, 1]
    inside = label[a] == label[b]
    doubt = np.bincount(label[a[inside]], 1 - chance[inside], len(label))
    sizes = np.bincount(label, minlength=len(label))
    doubt[(sizes < 3) | (sizes > _MOST)] = -1
    best = np.argsort(-doubt, kind="stable")[:_SHOWN]
    return [np.flatnonzero(label == c).tolist() for c in best if doubt[c] > 0]


def draw_cluster(names: list[str], edges: list[Edge]) -> Figure:
    """Draw names in a circle and the pairs between them."""
    from greatfear.canvas import INK, PALETTE, figure

    drawn, (axes,) = figure((7.2, 4.6))
    turn = [2 * math.pi * k / len(names) + math.pi / 2 for k in range(len(names))]
    x, y = [1.5 * math.cos(t) for t in turn], [math.sin(t) for t in turn]
    for a, b, p, bits in edges:
        weak = p < 0.5
        axes.plot(
            [x[a], x[b]],
            [y[a], y[b]],
            "--" if weak else "-",
            color=PALETTE[3] if weak else PALETTE[0],
            linewidth=0.6 + 2.4 * p,
        )
        axes.text(
            x[a] + 0.42 * (x[b] - x[a]), y[a] + 0.42 * (y[b] - y[a]), f"{bits:.0f}", fontsize=7, ha="center", va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    axes.plot(x, y, "o", color=INK, markersize=5)
    for k, name in enumerate(names):
        side = "left" if x[k] > 0.1 else "right" if x[k] < -0.1 else "center"
        shift = 0.06 if x[k] > 0.1 else -0.06 if x[k] < -0.1 else 0
        axes.text(x[k] + shift, y[k] + (0.09 if y[k] >= 0 else -0.09), name, fontsize=8, ha=side, va="center")
    axes.set(xlim=(-3.4, 3.4), ylim=(-1.35, 1.35), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    out: Figure = drawn
    return out
