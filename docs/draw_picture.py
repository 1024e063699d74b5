"""Draw the README's picture from a run: ``python docs/draw_picture.py runs/great-terror docs/images/great-terror.png``."""

from __future__ import annotations

import sys
from pathlib import Path

import greatfear as gf
from greatfear.canvas import save
from greatfear.cli.report import points_for
from greatfear.describe.series_figure import draw_series
from greatfear.plots.points import points_of


def draw(folder: Path, picture: Path) -> Path:
    """Draw arrests, sentences and death sentences beside the published record."""
    archive = gf.read(folder)
    points = points_of(points_for(gf.against_record(archive)))
    picture.parent.mkdir(parents=True, exist_ok=True)
    drawn = draw_series(archive.describe(), points)
    drawn.set_size_inches(12, 6.5)
    return save(drawn, picture, dots_per_inch=100)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
