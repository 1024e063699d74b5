"""Test of fit by simulation: what archives of the fitted model look like, beside the one that was observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.draws import Purpose, purpose_key
from greatfear.errors import Fault, FaultList
from greatfear.estimate.compiling import Compiled, compile_formula
from greatfear.estimate.deciding import Explained, Request, events_within, first_of_sitting
from greatfear.estimate.events import Events, Floats, Ints
from greatfear.estimate.fit import Fit
from greatfear.estimate.fitting import Data, as_events
from greatfear.estimate.kernels.replay import replay
from greatfear.estimate.kernels.sampled import CHOICE, DYAD, RATE
from greatfear.estimate.pressure import by_pressure, pressure_of
from greatfear.estimate.probabilities import Model, check_own
from greatfear.estimate.unknown import has_unknown
from greatfear.show.face import Shown
from greatfear.show.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KINDS = {"choice": CHOICE, "rate": RATE, "dyad": DYAD}
_BINS = (1, 2, 3, 4, 5, 10)
"""Least numbers of namings of the classes that persons are counted in."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Replay(Shown):
    """Statistics of the observed events and of events drawn from the fitted model.

    Parameters
    ----------
    names : tuple of str
    observed : array, shape (statistics,)
    simulated : array, shape (draws, statistics)

    Examples
    --------
    >>> Replay(("a",), np.array([3.0]), np.array([[1.0], [2.0], [4.0], [5.0]])).to_rows()[0]["p"]
    1.0
    """

    names: tuple[str, ...]
    observed: Floats
    simulated: Floats

    def __repr__(self) -> str:
        """Return the numbers of statistics and archives on one line."""
        return f"<Replay: {len(self.names)} statistics of {len(self.simulated):,} archives drawn from the fitted model>"

    def __str__(self) -> str:
        """Return one line per statistic."""
        rows = self.to_rows()
        columns = {
            key: [row[key] for row in rows] for key in ("statistic", "observed", "mean", "low", "median", "high", "p")
        }
        return str(
            Table("replay", "the archive, and archives drawn from the fitted model (mean, 5, 50 and 95 %)", columns)
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row per statistic: observed, mean and 5, 50, 95 % points of the drawn, and p.

        p is the share of draws at least as far out, on the nearer side, doubled; half of equal ones count.
        """
        low, middle, high = np.quantile(self.simulated, [0.05, 0.5, 0.95], axis=0)
        above = (self.simulated > self.observed).mean(axis=0) + 0.5 * (self.simulated == self.observed).mean(axis=0)
        p = np.minimum(1.0, 2 * np.minimum(above, 1 - above))
        columns = (self.observed, self.simulated.mean(axis=0), low, middle, high, p)
        keys = ("observed", "mean", "low", "median", "high", "p")
        return [
            {"statistic": name} | dict(zip(keys, map(float, values), strict=True))
            for name, *values in zip(self.names, *columns, strict=True)
        ]

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of observed statistics beside those of drawn archives; drawn into `ax` where axes are given."""
        from greatfear.estimate.figures import draw_replay

        return draw_replay(self, ax=ax)


def replay_fit(model: Model, events: Data, fit: Fit, *, draws: int = 100, seed: int = 0) -> Replay:
    """Return statistics of events that the fitted model draws at the observed times, beside those of the observed.

    Of a choice, whom: senders and times are as observed, and drawn receivers change the state for what follows. Of a dyadic
    model, which pair, likewise. Of a rate, who sends, one step ahead: each draw sees the observed history, and waiting times
    are tested by `time_rescaling`. Statistics are those of the naming text, which the simulator runs.

    Parameters
    ----------
    model : NamingModel, RateModel or DyadicModel
    events : Events, archive, path of one, or table
    fit : Fit
        Of that model.
    draws, seed : int

    Raises
    ------
    FaultList
        If the fit is of another formula, or there is nothing to draw.

    References
    ----------
    Hunter, Goodreau, Handcock (2008), doi:10.1198/016214507000000446.

    Examples
    --------
    >>> from greatfear.estimate.models import NamingModel
    >>> from greatfear.estimate.events import Events
    >>> events = Events(4, np.arange(6.0), np.array([0, 1, 2, 0, 3, 1]), np.array([1, 0, 0, 1, 2, 3]))
    >>> model = NamingModel("recip")
    >>> replay_fit(model, events, model.fit(events), draws=5).names[0]
    'persons named'
    """
    check_own(model, fit)
    if draws < 1 or seed < 0:
        raise FaultList([Fault("draws", f"{draws}, seed {seed}", "at least 1, seed 0 or more")], "replay")
    known, request = as_events(events), model.request()
    if request.kind not in _KINDS:
        raise FaultList([Fault("model", request.kind, "a choice, rate or dyadic model")], "replay")
    _refuse_unknown(request, known)
    compiled = compile_formula(request.formula, request.risk, known, missing=request.missing)
    found = events_within(request, compiled, known)
    order, group = _frozen_order(known, found, is_choice=request.kind == "choice", ties=request.ties)
    place = _places(compiled, found.number[order], known.time.size)
    drawn = np.empty((found.time.size, 2), np.int64)
    measure = _measures(request.kind, known.n_actors)
    theta, rows = _coefficients(request, known, fit, found.number[order]), []
    for replicate in range(draws):
        key = np.uint64(purpose_key(seed, replicate, int(Purpose.REPLAY)))
        given = (compiled.terms, compiled.rule[0], theta)
        replay(
            *(_KINDS[request.kind], found.time[order], found.sender[order], group, given),
            *(compiled.new_state(), compiled.updates.copy(), place, key, drawn),
        )
        rows.append(list(measure(drawn[drawn[:, 0] >= 0]).values()))
    pairs = np.stack([found.sender, found.receiver], axis=1)[order]
    observed = measure(pairs)
    return Replay(tuple(observed), np.array(list(observed.values())), np.array(rows))


def _coefficients(request: Request, events: Events, fit: Fit, number: Ints) -> Floats:
    """Return the coefficients, in one row for all events, or in a row for each where they depend on pressure."""
    is_by = by_pressure(request.formula)
    if not is_by.any():
        return fit.theta[None]
    return np.where(is_by, pressure_of(request, events)[number][:, None], 1.0) * fit.theta


def _refuse_unknown(request: Request, events: Events) -> None:
    """Refuse to draw where what is drawn would depend on values that are not known."""
    if request.missing != "mean" and has_unknown(request.formula, events):
        fix = "use missing='mean', or leave the term out"
        raise FaultList(
            [Fault("replay", "terms that read unknown attributes", "attributes known of everybody", fix)], "replay"
        )


def _frozen_order(events: Events, found: Explained, *, is_choice: bool, ties: str) -> tuple[Ints, Ints]:
    """Return an order in which events of one state follow one another, and the first of each sitting in that order."""
    order = (
        np.lexsort((np.arange(found.time.size), found.sender, found.time)) if is_choice else np.arange(found.time.size)
    )
    if not is_choice or ties == "breslow":
        return order, np.arange(order.size)
    group = first_of_sitting(events, found)
    order = np.lexsort((np.arange(order.size), group, found.sender, found.time))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return order, place[group[order]]


def _places(compiled: Compiled, number: Ints, n_events: int) -> tuple[Ints, Ints]:
    """Return which updates each explained event causes."""
    caused = compiled.updates["event"].astype(np.int64)
    turn = np.full(n_events + 1, -1)
    turn[number] = np.arange(number.size)
    whose = np.where(caused >= 0, turn[caused], -1)
    which = np.argsort(whose, kind="stable")[(whose < 0).sum() :]
    first = np.concatenate([[0], np.cumsum(np.bincount(whose[whose >= 0], minlength=number.size))])
    return first.astype(np.int64), which.astype(np.int64)


def _measures(kind: str, n: int) -> Callable[[Ints], dict[str, float]]:
    """Return the function from pairs in the order of time to their statistics."""

    def measure(pairs: Ints) -> dict[str, float]:
        sender, receiver = pairs[:, 0], pairs[:, 1]
        found = {} if kind == "choice" else _of_degrees(np.bincount(sender, minlength=n), "sending")
        if kind != "rate":
            found |= _of_degrees(np.bincount(receiver, minlength=n), "named") | _of_history(sender, receiver, n)
        return found

    return measure


def _of_degrees(count: Ints, word: str) -> dict[str, float]:
    """Return how many persons there are, the share of the ten first, and how many persons fall into each class."""
    top = float(np.sort(count)[-10:].sum() / max(count.sum(), 1))
    found = {f"persons {word}": float((count > 0).sum()), f"share of the ten most {word}": top}
    for low, high in zip(_BINS, [*_BINS[1:], None], strict=True):
        label = f"{low}+" if high is None else f"{low}" if high == low + 1 else f"{low}-{high - 1}"
        times = "time" if label == "1" else "times"
        found[f"{word} {label} {times}"] = float(((count >= low) & (count < (high or np.inf))).sum())
    return found


def _of_history(sender: Ints, receiver: Ints, n: int) -> dict[str, float]:
    """Return shares of events that answer, repeat, close a pair of a common sender, or name somebody new."""
    seen: set[tuple[int, int]] = set()
    by_receiver: list[set[int]] = [set() for _ in range(n)]
    answers = repeats = closed = 0
    new = np.zeros(sender.size)
    for e, (i, j) in enumerate(zip(sender.tolist(), receiver.tolist(), strict=True)):
        answers += (j, i) in seen
        repeats += (i, j) in seen
        closed += not by_receiver[i].isdisjoint(by_receiver[j])
        new[e] = not by_receiver[j]
        seen.add((i, j))
        by_receiver[j].add(i)
    size = max(sender.size, 1)
    found = {"share that answers": answers / size, "share that repeats": repeats / size}
    found["share with a common sender"] = closed / size
    thirds = zip(("first", "second", "last"), np.array_split(new, 3), strict=True)
    return found | {
        f"share newly named, {word} third": float(part.mean()) if part.size else 0.0 for word, part in thirds
    }
