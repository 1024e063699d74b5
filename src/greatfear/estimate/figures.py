"""Figures of fits: waiting times, replayed statistics, odd events, influence, nested models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.canvas import GREY, INK, PALETTE, as_it_stands, figure, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.estimate.events import Events
    from greatfear.estimate.influence import Influence
    from greatfear.estimate.nested import NestedTest
    from greatfear.estimate.probabilities import Probabilities
    from greatfear.estimate.replaying import Replay
    from greatfear.estimate.rescaling import Rescaled

_LABELLED = 5


@as_it_stands
def draw_rescaling(residuals: Rescaled, *, ax: Axes | None = None) -> Figure:
    """Return the spread of rescaled waiting times, and events sent beside events expected by person."""
    drawn, (left, *more) = figure((9, 4.2), (1, 2), ax=ax)
    u = np.sort(residuals.uniform)
    share = np.arange(1, u.size + 1) / u.size
    band = 1.358 / np.sqrt(u.size)
    line = np.linspace(0, 1, 2)
    left.fill_between(line, line - band, line + band, color=PALETTE[6], alpha=0.3, linewidth=0, label="95 % band")
    left.plot(line, line, color=GREY, linewidth=0.8)
    left.step(u, share, where="post", color=PALETTE[0], label="observed")
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="value under the model", ylabel="share of values up to it")
    what = "gaps between events" if residuals.unit is None else f"counts per {residuals.unit:g} day(s)"
    titled(left, f"{what}: distance {residuals.statistic:.3f}, p = {residuals.p:.3g}")
    left.legend(frameon=False, loc="lower right")
    if ax is not None:
        return drawn  # type: ignore[no-any-return]
    (right,) = more
    observed, expected = residuals.observed_by_actor, residuals.expected_by_actor
    top = 1.05 * max(float(observed.max()), float(expected.max()), 1.0)
    right.plot([0, top], [0, top], color=GREY, linewidth=0.8)
    right.plot(expected, observed, "o", color=PALETTE[0], markersize=4, markerfacecolor="none")
    right.set(xlim=(0, top), ylim=(-0.03 * top, top), xlabel="events expected of a person", ylabel="events sent")
    titled(right, f"{int((expected > 0).sum())} persons at risk")
    return drawn  # type: ignore[no-any-return]


@as_it_stands
def draw_replay(replay: Replay, *, ax: Axes | None = None) -> Figure:
    """Return observed statistics beside those of events drawn from the fitted model: numbers above, shares below."""
    rows = replay.to_rows()
    parts = [
        [k for k, row in enumerate(rows) if row["statistic"].startswith("share") is is_share]
        for is_share in (False, True)
    ]
    parts = [part for part in parts if part]
    drawn, panels = figure(
        (8, 1.2 + 0.3 * len(rows)), (len(parts), 1), ax=ax, height_ratios=[len(part) for part in parts]
    )
    for axes, part in zip(panels, parts, strict=False):
        for place, k in enumerate(part):
            low, high = replay.simulated[:, k].min(), replay.simulated[:, k].max()
            axes.plot([low, high], [place, place], color=PALETTE[6], linewidth=1)
            axes.plot([rows[k]["low"], rows[k]["high"]], [place, place], color=PALETTE[0], linewidth=6, alpha=0.45)
            axes.plot(rows[k]["median"], place, "|", color=PALETTE[0], markersize=10)
            is_odd = rows[k]["p"] < 0.05
            axes.plot(
                rows[k]["observed"], place, "D", color=PALETTE[3], markerfacecolor=PALETTE[3] if is_odd else "white"
            )
        axes.set_yticks(range(len(part)), [f"{rows[k]['statistic']}  ({_p(rows[k]['p'])})" for k in part])
        axes.set_ylim(len(part) - 0.4, -0.6)
        axes.set_xlabel("share" if rows[part[0]]["statistic"].startswith("share") else "persons")
    key = {"handles": _replay_key(len(replay.simulated)), "frameon": False}
    if ax is None:
        drawn.legend(loc="outside upper center", ncols=4, **key)
    else:
        ax.legend(**key)
    return drawn  # type: ignore[no-any-return]


def _replay_key(draws: int) -> list[Any]:
    """Return the legend of `draw_replay`."""
    from greatfear.canvas import mark

    return [
        mark(f"{draws} draws: 5 to 95 %", color=PALETTE[0], linewidth=6, alpha=0.45),
        mark("least to most", color=PALETTE[6], linewidth=1),
        mark("observed", marker="D", linestyle="none", color=PALETTE[3], markerfacecolor="white"),
        mark("observed, p < 0.05", marker="D", linestyle="none", color=PALETTE[3]),
    ]


@as_it_stands
def draw_outliers(found: Probabilities, events: Events | None = None, *, ax: Axes | None = None) -> Figure:
    """Return how surprising each event was to the model; with the events by time, and the most surprising by their names."""
    drawn, (axes,) = figure((9, 3.6), ax=ax)
    axes.axhline(0, color=GREY, linewidth=0.8)
    surprise, time = found.surprise, found.number if events is None else events.time[found.number]
    axes.plot(time, surprise, "o", color=PALETTE[0], markersize=4, markerfacecolor="none", alpha=0.7)
    for k in _foremost(surprise, time):
        _label(axes, (time[k], surprise[k]), _names(events, int(found.number[k])))
    axes.set(xlabel="number of the event" if events is None else "time (days)", ylabel="surprise (standard deviations)")
    titled(axes, "minus log-probability less what the model expected, in its own standard deviations")
    return drawn  # type: ignore[no-any-return]


@as_it_stands
def draw_influence(found: Influence, events: Events | None = None, *, ax: Axes | None = None) -> Figure:
    """Return how far each event moves the coefficients, by time, and the largest moves of each coefficient."""
    drawn, (left, *more) = figure((10, 3.6), (1, 2), ax=ax, width_ratios=(1.2, 1))
    distance = found.distance
    left.plot(found.time, distance, "o", color=PALETTE[0], markersize=4, markerfacecolor="none", alpha=0.7)
    for k in _foremost(distance, found.time):
        _label(left, (found.time[k], distance[k]), _names(events, int(found.number[k])))
    left.set(xlabel="time (days)", ylabel="length of the change (standard errors)")
    left.set_ylim(bottom=0)
    titled(left, "by event")
    if ax is not None:
        return drawn  # type: ignore[no-any-return]
    (right,) = more
    by_sender = found.by_sender(int(found.sender.max()) + 1 if events is None else events.n_actors)
    for place, (own, whole) in enumerate(zip(found.change.T, by_sender.T, strict=True)):
        right.plot([whole.min(), whole.max()], [place, place], color=PALETTE[1], linewidth=5, alpha=0.7)
        right.plot([own.min(), own.max()], [place, place], color=PALETTE[0], linewidth=1.6, marker="|", markersize=9)
    right.axvline(0, color=GREY, linewidth=0.8)
    right.set_yticks(range(len(found.names)), found.names)
    right.invert_yaxis()
    right.set_xlabel("change of the coefficient (standard errors)")
    titled(right, "by an event (thin), a sender (thick)")
    return drawn  # type: ignore[no-any-return]


@as_it_stands
def draw_events(events: Events, *, ax: Axes | None = None) -> Figure:
    """Return the number of events up to each time: all, and those that a model explains."""
    drawn, (axes,) = figure((8, 3.4), ax=ax)
    for label, time, colour in (
        ("all events", events.time, PALETTE[6]),
        ("events that a model explains", events.time[events.is_dependent], PALETTE[0]),
    ):
        axes.step(time, np.arange(1, time.size + 1), where="post", color=colour, label=label)
    axes.set(xlabel="time (days)", ylabel="events up to then")
    axes.legend(frameon=False, loc="upper left")
    return drawn  # type: ignore[no-any-return]


@as_it_stands
def draw_nested(tests: Sequence[NestedTest], *, ax: Axes | None = None) -> Figure:
    """Return tests between nested models: the statistic beside what chance reaches in 95 of 100 cases."""
    from scipy.stats import chi2

    drawn, (axes,) = figure((8, 1.2 + 0.45 * len(tests)), ax=ax)
    for place, test in enumerate(tests):
        axes.plot([0, chi2.ppf(0.95, test.df)], [place, place], color=PALETTE[6], linewidth=9, alpha=0.5)
        axes.plot(test.statistic, place, "D", color=PALETTE[0])
        text = f"df {test.df}, {_p(test.p)}"
        axes.annotate(text, (test.statistic, place), xytext=(6, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(range(len(tests)), [f"{', '.join(test.terms)}\n{test.kind}" for test in tests])
    axes.set_ylim(len(tests) - 0.5, -0.5)
    axes.set_xscale("symlog", linthresh=10)
    axes.set_xlim(0, 10 * max(test.statistic for test in tests) + 10)
    axes.set_xlabel("chi-square; grey: what chance reaches in 95 of 100 cases")
    return drawn  # type: ignore[no-any-return]


def _p(value: float) -> str:
    """Return a p-value in words."""
    return f"p = {value:.2f}" if value >= 0.01 else "p < 0.01"


def _foremost(values: Any, time: Any) -> list[int]:
    """Return the places of the largest values, at most one for each time, so that labels do not cover one another."""
    chosen: list[int] = []
    for k in np.argsort(-values, kind="stable").tolist():
        if len(chosen) < _LABELLED and all(abs(time[k] - time[c]) > 0.13 * (np.ptp(time) or 1) for c in chosen):
            chosen.append(k)
    return chosen


def _label(axes: Any, place: tuple[float, float], words: str) -> None:
    """Write a name beside a point."""
    axes.annotate(words, place, xytext=(4, 3), textcoords="offset points", fontsize=7.5, color=INK)


def _names(events: Events | None, number: int) -> str:
    """Return who sent an event to whom; without the events, its number."""
    if events is None:
        return f"event {number}"
    i, j = int(events.sender[number]), int(events.receiver[number])
    return f"{events.actors[i]} > {events.actors[j]}" if events.actors else f"{i} > {j}"
