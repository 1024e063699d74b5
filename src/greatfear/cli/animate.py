"""greatfear animate: a small world in motion, as GIF or film."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.show import answer


def animate(
    archive: ArchiveArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A .gif file, or an .mp4 file (needs ffmpeg).  [default: ARCHIVE/animation.gif]",
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days in one frame; default: about 150 frames in all.")] = None,
    speed: Annotated[float, typer.Option(help="Frames per second, 0.2 to 30.")] = 6.0,
    json: JsonOption = False,
) -> None:
    """Animate a small archive: who named whom, day by day, and who was arrested and sentenced by then.

    Persons are points on a ring, with persons of one unit side by side. An arrow goes from the speaker to the person named.
    The archive may hold at most 3,000 persons. Only rows with a date known to the day are drawn.

    For example:

      greatfear run witch-hunt --seed 1 -o runs/village
      greatfear animate runs/village -o village.gif --days 7
    """
    from greatfear.plots.animation import animation

    target = output or archive / "animation.gif"
    written = animation(open_archive(archive), target, days=days, frames_per_second=speed)
    answer(f"animation: {written}", {"animation": str(written)}, as_json=json)
