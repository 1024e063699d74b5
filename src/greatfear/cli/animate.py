"""greatfear animate: a small world in motion, as GIF or film."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.show import answer

__all__ = ["animate"]


def animate(
    archive: ArchiveArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A .gif, or an .mp4 with ffmpeg.  [default: ARCHIVE/animation.gif]"
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days of one frame; enough for about 150 frames if absent.")] = None,
    speed: Annotated[float, typer.Option(help="Frames per second, 0.2 to 30.")] = 6.0,
    json: JsonOption = False,
) -> None:
    """Draw a small archive in motion: who named whom, day by day, and who was arrested and sentenced by then.

    Persons stand on a ring, those of one unit beside one another; an arrow goes from who speaks to who is named. Archives of
    at most 3,000 persons, and rows with a date to the day.

    For example:

      greatfear run witch-hunt --seed 1 -o runs/village
      greatfear animate runs/village -o village.gif --days 7
    """
    from greatfear.plots.animation import animation

    target = output or archive / "animation.gif"
    written = animation(open_archive(archive), target, days=days, frames_per_second=speed)
    answer(f"animation: {written}", {"animation": str(written)}, as_json=json)
