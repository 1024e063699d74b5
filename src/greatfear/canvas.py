"""Drawing surface: matplotlib is used through this file only, without a display and without global state."""

from __future__ import annotations

import functools
import inspect
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from greatfear.landing import landing, refuse_other

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C", "#F0E442")
"""Colours that remain apart for colour-blind readers.

References
----------
M. Okabe, K. Ito (2008), Color Universal Design, https://jfly.uni-koeln.de/color/
"""

INK, GREY = "#222222", "#767676"

_PLAIN: dict[str, Any] = {"text.parse_math": False, "text.usetex": False}
"""A text is never mathematics, nor given to TeX: names of persons and places may hold any letters."""

_STYLE: dict[str, Any] = _PLAIN | {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.6,
}


_P = ParamSpec("_P")
_R = TypeVar("_R")
_GIVEN: ContextVar[Any] = ContextVar("axes", default=None)


@contextmanager
def onto(ax: Any) -> Iterator[None]:
    """Draw into these axes, wherever `figure` is called without axes of its own; None changes nothing."""
    token = _GIVEN.set(ax)
    try:
        yield
    finally:
        _GIVEN.reset(token)


def as_it_stands(draw: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let what a function writes into axes of the user (`ax`) be text as it stands, as in figures of our own.

    A name such as ``$5 and $6`` is no mathematics. Texts that the user wrote into the axes before stay what they are.
    """
    signature = inspect.signature(draw)

    @functools.wraps(draw)
    def drawn(*args: _P.args, **named: _P.kwargs) -> _R:
        given = signature.bind(*args, **named).arguments.get("ax")
        ax = _GIVEN.get() if given is None else given
        before = {} if ax is None else {text: text.get_text() for text in _texts(ax)}
        made = draw(*args, **named)
        for text in () if ax is None else _texts(ax):
            if before.get(text) != text.get_text():
                _let_stand(text)
        return made

    return drawn


def _texts(drawn: Any) -> list[Any]:
    """Return all texts within axes or a figure: titles, labels, ticks, legend, marks."""
    from matplotlib.text import Text

    return list(drawn.findobj(Text))


def _let_stand(text: Any) -> None:
    """Let a text be drawn as it stands: no mathematics, no TeX."""
    text.set_parse_math(False)
    text.set_usetex(False)


def figure(
    size: tuple[float, float], shape: tuple[int, int] = (1, 1), *, ax: Any = None, **grid: Any
) -> tuple[Any, list[Any]]:
    """Return a figure and its axes, row by row; where axes are given, these alone and their figure.

    Parameters
    ----------
    size : (float, float)
        Width and height in inches.
    shape : (int, int)
        Rows and columns of axes.
    ax : matplotlib axes, optional
        Where to draw instead of a new figure: only the first panel is drawn then.
    **grid
        Passed to `matplotlib.figure.Figure.subplots`.
    """
    import matplotlib as mpl

    ax = _GIVEN.get() if ax is None else ax
    if ax is not None:
        return ax.figure, [ax]
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        drawn = _shown()(figsize=size, layout="constrained")
        axes = drawn.subplots(*shape, squeeze=False, **grid)
    return drawn, list(axes.ravel())


@functools.cache
def _shown() -> Any:
    """Return the class of figures: one that a notebook shows by itself, whether or not it was told to draw inline."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    class ShownFigure(Figure):
        """A figure that a notebook shows when it stands last in a cell, and whose texts are drawn as they stand."""

        def draw(self, renderer: Any) -> None:
            for text in _texts(self):
                _let_stand(text)
            with mpl.rc_context(_PLAIN):  # type: ignore[arg-type]
                super().draw(renderer)

        def _repr_png_(self) -> bytes:
            file = io.BytesIO()
            self.savefig(file, format="png", dpi=110)
            return file.getvalue()

    return ShownFigure


def titled(axes: Any, words: str) -> None:
    """Set the title of one set of axes, flush left."""
    axes.set_title(words, loc="left", fontsize=9.5, fontweight="bold")


def mark(label: str, **style: Any) -> Any:
    """Return an entry of a legend.

    Parameters
    ----------
    label : str
    **style
        Passed to `matplotlib.lines.Line2D`.
    """
    from matplotlib.lines import Line2D

    return Line2D([], [], label=label, **style)


def thousands(axes: Any, which: str = "y") -> None:
    """Write the numbers on an axis with their thousands apart."""
    from matplotlib.ticker import FuncFormatter

    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value == int(value) else f"{value:g}"))


def calendar_axis(axes: Any) -> None:
    """Write dates on the horizontal axis as briefly as they can be read."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def ratio_axis(axes: Any) -> None:
    """Let the horizontal axis show ratios: a half is as far from 1 as twice, and numbers are written out."""
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def svg(drawn: Any, name: str, alt: str) -> str:
    """Return a figure as an SVG element that can stand in a page.

    Parameters
    ----------
    drawn : matplotlib Figure
    name : str
        Name of the figure; keeps the ids of several figures in one page apart.
    alt : str
        What the figure shows, for readers who do not see it.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(_STYLE | {"svg.hashsalt": name}):  # type: ignore[arg-type]
        drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    # Ids are unique within a figure only; a page holds several.
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    label = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def save(drawn: Any, path: str | Path, dots_per_inch: int = 150) -> Path:
    """Write a figure to a file; the ending gives the format (png, svg, pdf)."""
    import matplotlib as mpl

    target = Path(path)
    refuse_other(target)
    ending = target.suffix.removeprefix(".") or None
    # The same figure gives the same bytes: no date, and ids that depend on the name of the file alone.
    style = _STYLE | {"svg.hashsalt": target.name}
    dateless = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(ending or "")
    with landing(target) as temporary, mpl.rc_context(style):  # type: ignore[arg-type]
        drawn.savefig(temporary, dpi=dots_per_inch, format=ending, metadata=dateless)
    return target


def film(drawn: Any, draw: Callable[[int], None], n_frames: int, path: Path, frames_per_second: float) -> Path:
    """Write frames that `draw` makes of a figure into a GIF, or with ffmpeg into an MP4 (the ending decides).

    Raises
    ------
    subprocess.CalledProcessError
        If ffmpeg ends with an error, such as a missing encoder.
    """
    import matplotlib as mpl
    from matplotlib.animation import FFMpegWriter, PillowWriter

    is_gif = path.suffix.lower() == ".gif"
    refuse_other(path, *(() if is_gif else (b"\0\0\0",)))
    writer = (PillowWriter if is_gif else FFMpegWriter)(fps=frames_per_second)  # type: ignore[arg-type]
    drawn.set_layout_engine("none")
    for axes in drawn.axes:
        axes.set_position((0.01, 0.01, 0.98, 0.98))
    with landing(path) as temporary, mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        named = temporary.with_suffix(path.suffix)  # the writers go by the ending
        try:
            with writer.saving(drawn, str(named), 100):
                for frame in range(n_frames):
                    draw(frame)
                    writer.grab_frame()
            named.replace(temporary)
        except OSError as error:
            error.filename = str(path) if error.filename == str(named) else error.filename
            raise
        finally:
            named.unlink(missing_ok=True)
    return path


@functools.lru_cache(4096)
def ramp(share: float) -> tuple[str, str]:
    """Return a fill from light (0) to dark (1) and the ink that is legible on it."""
    place = min(max(share, 0.0), 1.0) * (len(_STOPS) - 1)
    low = min(int(place), len(_STOPS) - 2)
    (r, g, b), (red, green, blue), part = _STOPS[low], _STOPS[low + 1], place - low
    fill = f"#{round(r + (red - r) * part):02x}{round(g + (green - g) * part):02x}{round(b + (blue - b) * part):02x}"
    return fill, "#ffffff" if share > 0.5 else INK


_STOPS: Sequence[tuple[int, int, int]] = ((242, 246, 250), (158, 202, 225), (49, 130, 189), (8, 48, 107))
"""Colours of the ramp at equal steps."""
