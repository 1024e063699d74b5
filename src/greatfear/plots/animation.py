"""A small world in motion: who named whom, day by day, and what became of them, as GIF or film."""

from __future__ import annotations

import datetime as dt
import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.archive import Archive
from greatfear.canvas import GREY, INK, PALETTE, figure, film
from greatfear.describe.columns import coded, numbers
from greatfear.errors import Fault, FaultList, GreatFearError
from greatfear.show.wording import Wording

MOST_PERSONS, MOST_FRAMES = 3000, 600
_FADES = 5
"""For how many frames a naming remains to be seen."""


@dataclass(frozen=True)
class _World:
    """Where persons stand, and what happens to them on which day."""

    place: NDArray[np.float64]
    said: NDArray[np.int64]
    """day, speaker, subject of each naming."""
    held: NDArray[np.float64]
    done: NDArray[np.float64]
    """Day of the first arrest, and of the first sentence; infinity for none."""
    spared: NDArray[np.bool_]
    first: int
    last: int
    epoch: dt.date
    words: Wording


def animation(
    archive: Archive, path: str | Path, *, days: int | None = None, frames_per_second: float = 6, size: float = 6.0
) -> Path:
    """Write an animation of an archive: each frame shows the namings of some days, and who was arrested and sentenced by then.

    Parameters
    ----------
    archive : Archive
        Simulated or real, of at most 3,000 persons; only rows with a date to the day are shown.
    path : path
        File to write: ``.gif``, or ``.mp4`` where the program ffmpeg is installed.
    days : int, optional
        Days of one frame; as many as give about 150 frames if absent.
    frames_per_second : float
        Speed, 0.2 to 30.
    size : float
        Width and height in inches at 100 dots each, 2 to 12.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FaultList
        If the archive is too large or has nothing with a date, or arguments are out of range.
    GreatFearError
        If ffmpeg ends with an error, such as a missing encoder.
    """
    target = Path(path)
    _check(archive, target, days, frames_per_second, size)
    world = _read(archive)
    span = world.last - world.first + 1
    step = days or max(1, math.ceil(span / 150))
    n_frames = math.ceil(span / step)
    if n_frames > MOST_FRAMES:
        raise FaultList(
            [
                Fault(
                    "days", str(step), f"days enough for {MOST_FRAMES} frames", f"write {math.ceil(span / MOST_FRAMES)}"
                )
            ],
            "animation",
        )
    drawn, (axes,) = figure((size, size + 0.5))
    try:
        return film(drawn, lambda frame: _frame(axes, world, frame, step), n_frames, target, frames_per_second)
    except subprocess.CalledProcessError as error:
        told = [line for line in str(error.stderr or "").splitlines() if line.strip()]
        why = told[-1].strip() if told else f"it ended with the code {error.returncode}"
        raise GreatFearError(f"{target.name}: ffmpeg could not write the film ({why}). Write a .gif instead") from error


def _check(archive: Archive, target: Path, days: int | None, speed: float, size: float) -> None:
    """Refuse what cannot be drawn, all at once."""
    faults = []
    if target.suffix.lower() not in (".gif", ".mp4"):
        faults.append(Fault("path", target.name, "a name that ends in .gif or .mp4"))
    elif target.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        faults.append(Fault("path", target.name, "a name that ends in .gif", "or install ffmpeg, which writes .mp4"))
    if archive.n_rows("persons") > MOST_PERSONS:
        fix = "animate a smaller world, or draw `greatfear report`"
        faults.append(Fault("archive", f"{archive.n_rows('persons'):,} persons", f"at most {MOST_PERSONS:,}", fix))
    if days is not None and days < 1:
        faults.append(Fault("days", str(days), "1 or more"))
    if not 0.2 <= speed <= 30:
        faults.append(Fault("frames_per_second", f"{speed:g}", "0.2 to 30"))
    if not 2 <= size <= 12:
        faults.append(Fault("size", f"{size:g}", "2 to 12 inches"))
    if faults:
        raise FaultList(faults, "animation")


def _read(archive: Archive) -> _World:
    """Return what is drawn; persons stand in a ring, those of one unit beside one another."""
    n = archive.n_rows("persons")
    said, acts = archive.table("statements"), archive.table("acts")
    when, kind = _days(said), coded(acts, "kind")
    known = when >= 0
    rows = np.column_stack([when, numbers(said, "speaker"), numbers(said, "subject")])[known].astype(np.int64)
    held, done = np.full(n, np.inf), np.full(n, np.inf)
    day, person = _days(acts), numbers(acts, "person")
    for name, out in (("arrest", held), ("sentence", done), ("release", done)):
        use = kind.equals(name) & (day >= 0)
        np.minimum.at(out, person[use], day[use])
    spared = np.zeros(n, bool)
    spared[person[kind.equals("release")]] = True
    dated = np.concatenate([rows[:, 0], day[day >= 0]])
    if not dated.size:
        fault = Fault("archive", "no row with a date to the day", "statements or acts with such dates")
        raise FaultList([fault], "animation")
    end = int(dated.max())
    return _World(_ring(archive, n), rows, held, done, spared, int(dated.min()), end, archive.epoch, archive.words)


def _days(table: Any) -> NDArray[np.float64]:
    """Return the day of each row, -1 where it is not known to the day."""
    time, precision = numbers(table, "time"), coded(table, "precision")
    fine = (precision.equals("instant") | precision.equals("day")) & np.isfinite(time)
    return np.where(fine, np.floor(np.where(fine, time, 0)), -1)


def _ring(archive: Archive, n: int) -> NDArray[np.float64]:
    """Return places on a ring, in the order of region, unit and number."""
    persons = archive.table("persons", ["region", "unit"]).to_pylist()
    order = sorted(range(n), key=lambda k: (persons[k]["region"] or "", persons[k]["unit"] or "", k))
    angle = np.empty(n)
    angle[order] = 2 * np.pi * np.arange(n) / max(n, 1)
    return np.column_stack([np.sin(angle), np.cos(angle)])


def _frame(axes: Any, world: _World, frame: int, step: int) -> None:
    """Draw one frame from nothing."""
    axes.clear()
    axes.set_axis_off()
    axes.set(xlim=(-1.08, 1.08), ylim=(-1.22, 1.12), aspect="equal")
    begin = world.first + frame * step
    now = begin + step - 1
    size = max(3.0, min(60.0, 9000 / max(len(world.place), 1)))
    groups = (
        (world.held > now, "#D9D9D9", "free"),
        (
            (world.held <= now) & (world.done > now),
            PALETTE[1],
            world.words.one("acts", "arrest") if world.words else "arrested",
        ),
        (
            (world.done <= now) & ~world.spared,
            PALETTE[3],
            "sentenced" if not world.words else world.words.one("acts", "sentence"),
        ),
        ((world.done <= now) & world.spared, PALETTE[2], world.words.one("outcomes", "released")),
    )
    for rows, colour, told in groups:
        axes.scatter(
            *world.place[rows].T, s=size, color=colour, label=f"{told}: {int(rows.sum()):,}", zorder=3, linewidths=0
        )
    age = (now - world.said[:, 0]) // step
    for k in np.flatnonzero((age >= 0) & (age < _FADES) & (world.said[:, 1] >= 0)):
        one, two = world.place[world.said[k, 1]], world.place[world.said[k, 2]]
        fade = 0.75 * (1 - age[k] / _FADES)
        axes.annotate(
            "", two, one, arrowprops={"arrowstyle": "->", "color": PALETTE[0], "alpha": fade, "linewidth": 0.9}
        )
    dates = [(world.epoch + dt.timedelta(days=int(day))).isoformat() for day in (begin, min(now, world.last))]
    axes.text(0, 1.08, dates[0] if step == 1 else f"{dates[0]} to {dates[1]}", ha="center", color=INK, fontsize=11)
    axes.legend(loc="lower center", ncols=4, frameon=False, fontsize=8, handletextpad=0.1, columnspacing=1.0)
    axes.text(0, -1.09, "an arrow: named in these days; faint: shortly before", ha="center", color=GREY, fontsize=7.5)
