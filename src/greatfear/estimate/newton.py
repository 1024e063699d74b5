"""Newton's method on a concave log-likelihood: halved steps, a stated end, and a refusal of what cannot be told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from greatfear.errors import GreatFearError
from greatfear.estimate.events import Bools, Floats
from greatfear.estimate.kernels.likelihood import add_rows, choice_likelihood, interval_likelihood, vary_within
from greatfear.estimate.tabulating import Table

_FLAT = 1e-6
"""Share of its information at the start below which a term has lost itself."""

Moment = tuple[float, Floats, Floats]
"""Log-likelihood, score and expected information."""


class NotIdentifiedError(GreatFearError):
    """Effects that the events cannot tell apart, or that never vary."""


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """Where Newton's method ended.

    Parameters
    ----------
    theta, information
        Estimates, and expected information there.
    loglik, max_score : float
        Log-likelihood and largest absolute score of the free parameters.
    iterations : int
    converged : bool
    boundless : tuple of str
        Terms whose estimate runs away without end: all events, or none, have what they say.
    """

    theta: Floats
    information: Floats
    loglik: float
    max_score: float
    iterations: int
    converged: bool
    boundless: tuple[str, ...] = ()


def likelihood(table: Table, theta: Floats, *, is_timed: bool) -> Moment:
    """Return log-likelihood, score and expected information.

    Parameters
    ----------
    table : Table
    theta : array, shape (columns,)
    is_timed : bool
        Whether the time between events counts (exposure), or only which alternative was chosen.
    """
    p = theta.size
    score = np.zeros(p)
    add_rows(table.x, table.chosen, score)
    total = float(score @ theta)
    information = np.zeros((p, p))
    if is_timed:
        total += interval_likelihood(table.x, table.weight, table.start, table.exposure, theta, score, information)
    else:
        total += choice_likelihood(table.x, table.weight, table.start, table.events, theta, score, information)
    return total, score, information


def check_varies(table: Table, is_free: Bools) -> None:
    """Refuse free columns that are the same for all alternatives of every set.

    Raises
    ------
    NotIdentifiedError
        Naming the terms.
    """
    varies = np.zeros(len(table.names), np.bool_)
    vary_within(table.x, table.start, varies)
    _refuse_flat([name for name, free, v in zip(table.names, is_free, varies, strict=True) if free and not v])


def climb(
    moment: Callable[[Floats], Moment], start: Floats, is_free: Bools, names: tuple[str, ...], tolerance: float = 1e-7
) -> Climb:
    """Return the maximum of a concave log-likelihood over its free parameters.

    Parameters
    ----------
    moment : callable
        Log-likelihood, score and information at theta.
    start : array
        First theta; parameters that are not free stay there.
    is_free : array of bool
    names : tuple of str
        For messages.
    tolerance : float
        Ends when no score is larger, or larger than this multiple of its standard deviation (the root of its information):
        estimates then lie within as many standard errors of the maximum. Of very many events the score is a sum whose
        rounding alone can exceed any fixed number.

    Raises
    ------
    NotIdentifiedError
        If the information is singular; the message names the terms.
    """
    theta, free = start.copy(), np.flatnonzero(is_free)
    loglik, score, information = moment(theta)
    _check_identified(information[np.ix_(free, free)], [names[k] for k in free])
    first = np.diag(information)
    for iteration in range(60):
        largest = float(np.abs(score[free]).max(initial=0.0))
        if largest <= tolerance or _in_deviations(score[free], np.diag(information)[free]) <= tolerance:
            # far out the likelihood is flat, and a small score says nothing
            boundless = tuple(names[k] for k in free if information[k, k] < _FLAT * first[k])
            return Climb(theta, information, loglik, largest, iteration, not boundless, boundless)
        step = np.zeros(theta.size)
        step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
        for halving in range(30):
            after = moment(theta + step / 2**halving)
            if np.isfinite(after[0]) and after[0] >= loglik - 1e-10 * (1 + abs(loglik)):
                break
        theta = theta + step / 2**halving
        loglik, score, information = after
        if np.linalg.cond(information[np.ix_(free, free)]) > 1e14:
            break
    return Climb(theta, information, loglik, float(np.abs(score[free]).max(initial=0.0)), iteration + 1, False)


def _in_deviations(score: Floats, information: Floats) -> float:
    """Return the largest score in units of its standard deviation; infinity where there is no information."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.abs(score) / np.sqrt(information)
    return float(np.where(information > 0, size, np.inf).max(initial=0.0))


def _check_identified(information: Floats, names: list[str]) -> None:
    """Refuse terms that never vary within a set, or that others repeat."""
    if not names:
        return
    size = np.sqrt(np.diag(information))
    _refuse_flat([name for name, length in zip(names, size, strict=True) if not length > 1e-9])
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values[0] < 1e-11:
        mixed = [name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 1e-3]
        raise NotIdentifiedError(f"cannot be told apart: {', '.join(mixed)}. Leave one out or fix it")


def _refuse_flat(names: list[str]) -> None:
    if names:
        raise NotIdentifiedError(f"never varies within a risk set: {', '.join(names)}. Leave it out or fix it")
