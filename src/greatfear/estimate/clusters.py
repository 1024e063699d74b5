"""Standard errors that allow events of one sender, or of one sitting, to depend on one another."""

from __future__ import annotations

from typing import Literal

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.deciding import Explained, first_of_sitting
from greatfear.estimate.events import Bools, Events, Floats, Ints
from greatfear.estimate.probabilities import shares
from greatfear.estimate.tabulating import Table

Cluster = Literal["none", "sender", "sitting"]


def check_cluster(cluster: str, *, is_timed: bool) -> None:
    """Refuse a word that is none of the choices, and sittings where waiting times count.

    Raises
    ------
    FaultList
        With the choices.
    """
    if cluster not in ("none", "sender", "sitting"):
        raise FaultList([Fault("cluster", repr(cluster), "'none', 'sender' or 'sitting'")], "model")
    if cluster == "sitting" and is_timed:
        fix = "use cluster='sender': waiting times belong to senders, not to sittings"
        raise FaultList([Fault("cluster", "'sitting' in a model in which time counts", "'sender'", fix)], "model")


def clustered(
    table: Table, fit: tuple[Floats, Floats, Bools], cluster: str, events: Events, *, is_timed: bool
) -> tuple[Floats, int]:
    """Return the sandwich covariance and the number of clusters.

    Parameters
    ----------
    table : Table
        Of the fit.
    fit : tuple
        Estimates, model-based covariance and which parameters are free.
    cluster : str
        ``"sender"`` or ``"sitting"``.
    events : Events
    is_timed : bool
        Whether waiting times count.

    Raises
    ------
    FaultList
        With fewer clusters than free parameters plus one.

    References
    ----------
    Liang, Zeger (1986), doi:10.1093/biomet/73.1.13; the factor G / (G - 1) for G clusters is that of Cameron, Gelbach, Miller
    (2011), doi:10.1198/jbes.2010.07136.
    """
    theta, covariance, is_free = fit
    score, group = _of_rows(table, theta) if is_timed else _of_events(table, theta, cluster, events)
    _, place = np.unique(group, return_inverse=True)
    total = np.array([np.bincount(place.ravel(), column) for column in score.T]).T * is_free
    count, n_free = len(total), int(is_free.sum())
    if count <= n_free:
        got = f"{count} {cluster}s for {n_free} coefficients"
        raise FaultList([Fault("cluster", got, f"at least {n_free + 1}, better 30 or more")], "model")
    meat = total.T @ total * count / (count - 1)
    return np.asarray(covariance @ meat @ covariance, np.float64), count


def _of_events(table: Table, theta: Floats, cluster: str, events: Events) -> tuple[Floats, Ints]:
    """Return the score of each event, and the sender or sitting that it belongs to."""
    share, _ = shares(table, theta)
    begin = table.start[:-1][np.diff(table.start) > 0]
    mean = np.add.reduceat(table.x * share[:, None], begin, axis=0)
    place = np.searchsorted(begin, table.start[table.sets_of_events()])
    score = table.x[table.chosen] - mean[place]
    sender = table.pair[table.chosen] // table.n_actors
    if cluster == "sender":
        return score, sender
    number = table.number
    own = Explained(number, events.time[number], sender, events.receiver[number], 0.0, 0.0)
    return score, first_of_sitting(events, own)


def _of_rows(table: Table, theta: Floats) -> tuple[Floats, Ints]:
    """Return the score of each row of waiting time and of each event, and the sender of each."""
    exposure = np.repeat(table.exposure, np.diff(table.start))
    expected = exposure * table.weight * np.exp(table.x @ theta)
    score = np.concatenate([-expected[:, None] * table.x, table.x[table.chosen]])
    sender = table.pair // table.n_actors
    return score, np.concatenate([sender, sender[table.chosen]])
