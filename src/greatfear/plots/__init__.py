"""Figures of results, each a matplotlib figure; with ``ax=`` the first panel is drawn into axes of yours.

Most results draw themselves by ``.plot()``. A figure stands for itself in a notebook; ``figure.savefig("x.svg")`` writes it.

Examples
--------
>>> import greatfear as gf
>>> run = gf.simulate("naming-cascade", seed=1)
>>> len(gf.plots.draw_series(run.archive.describe()).axes)
4
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.facade import lazily

if TYPE_CHECKING:
    from greatfear.describe.series_figure import draw_series as draw_series
    from greatfear.describe.tree_figure import draw_tree as draw_tree
    from greatfear.estimate.figures import draw_influence as draw_influence
    from greatfear.estimate.figures import draw_nested as draw_nested
    from greatfear.estimate.figures import draw_outliers as draw_outliers
    from greatfear.estimate.figures import draw_replay as draw_replay
    from greatfear.estimate.figures import draw_rescaling as draw_rescaling
    from greatfear.estimate.side_by_side import draw_coefficients as draw_coefficients
    from greatfear.simulation.what_if_figure import draw_what_if as draw_what_if

_HOMES = {
    "draw_coefficients": "greatfear.estimate.side_by_side",
    "draw_influence": "greatfear.estimate.figures",
    "draw_nested": "greatfear.estimate.figures",
    "draw_outliers": "greatfear.estimate.figures",
    "draw_replay": "greatfear.estimate.figures",
    "draw_rescaling": "greatfear.estimate.figures",
    "draw_series": "greatfear.describe.series_figure",
    "draw_tree": "greatfear.describe.tree_figure",
    "draw_what_if": "greatfear.simulation.what_if_figure",
}
"""The public names and the modules they come from."""

__all__ = sorted(_HOMES)  # noqa: PLE0605  the names stand once, beside their homes
__getattr__, __dir__ = lazily(__name__, _HOMES)
