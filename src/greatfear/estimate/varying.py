"""Coefficients that vary from sender to sender: a mixed conditional logit, integrated by adaptive Gauss-Hermite quadrature."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.events import Bools, Floats, Ints
from greatfear.estimate.tabulating import Table

_NODES = {1: 11, 2: 7}
"""Nodes of the quadrature for each of this many varying terms."""
_LEAST = -7.0
"""Log of the smallest standard deviation that is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """What the search found.

    Parameters
    ----------
    theta, covariance : arrays
        Mean coefficients, then standard deviations between senders.
    loglik : float
    converged : bool
    iterations : int
    max_score : float
    n_senders : int
    """

    theta: Floats
    covariance: Floats
    loglik: float
    converged: bool
    iterations: int
    max_score: float
    n_senders: int


def check_varying(varying: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Refuse terms that the formula has not, and more than two.

    Raises
    ------
    FaultList
        With every fault.
    """
    faults = [
        Fault("varying", repr(name), f"a term of the formula: {', '.join(names)}")
        for name in varying
        if name not in names
    ]
    if len(set(varying)) != len(varying) or len(varying) > 2:
        faults.append(Fault("varying", f"{len(varying)} terms", "one term, or two different ones"))
    if faults:
        raise FaultList(faults, "model")


@dataclass(frozen=True, slots=True, eq=False)
class _Senders:
    """The rows of a table by set, the sets by sender."""

    x: Floats
    log_weight: Floats
    begin: Ints
    of_row: Ints
    """Set of each row."""
    count: Floats
    """Events of each set."""
    sender: Ints
    """Place of the sender of each set."""
    chosen: Floats
    """Sum of the statistics of the chosen, by set."""
    varying: Ints
    """Columns whose coefficient varies."""

    @property
    def n_senders(self) -> int:
        return int(self.sender.max()) + 1

    def moments(self, theta: Floats, more: Floats) -> tuple[Floats, Floats, Floats]:
        """Return by sender: log-likelihood, score, and covariance of the varying statistics summed over events.

        Parameters
        ----------
        theta : array, shape (columns,)
        more : array, shape (senders, varying)
            What is added to the coefficients of the varying columns.
        """
        z = self.x[:, self.varying]
        u = self.x @ theta + self.log_weight + np.einsum("rk,rk->r", z, more[self.sender[self.of_row]])
        top = np.maximum.reduceat(u, self.begin)
        share = np.exp(u - top[self.of_row])
        total = np.add.reduceat(share, self.begin)
        share /= total[self.of_row]
        mean = np.add.reduceat(self.x * share[:, None], self.begin, axis=0)
        own = np.einsum("sk,k->s", self.chosen, theta) + np.einsum(
            "sk,sk->s", self.chosen[:, self.varying], more[self.sender]
        )
        loglik = own - self.count * (top + np.log(total))
        square = np.add.reduceat(z[:, :, None] * z[:, None, :] * share[:, None, None], self.begin, axis=0)
        m = mean[:, self.varying]
        spread = (square - m[:, :, None] * m[:, None, :]) * self.count[:, None, None]
        return (
            self._by_sender(loglik),
            self._by_sender(self.chosen - self.count[:, None] * mean),
            self._by_sender(spread),
        )

    def _by_sender(self, values: Floats) -> Floats:
        found = np.zeros((self.n_senders, *values.shape[1:]))
        np.add.at(found, self.sender, values)
        return found


def fit_varying(table: Table, varying: tuple[str, ...], start: Floats, is_free: Bools) -> Mixed:
    """Return mean coefficients and standard deviations between senders at the maximum of the marginal likelihood.

    Each sender has an own coefficient of each varying term, normal around the mean and independent of the others.

    Parameters
    ----------
    table : Table
        Of a choice.
    varying : tuple of str
        One or two of its columns.
    start : array, shape (columns,)
        Estimates without variation; fixed ones stay.
    is_free : array of bool, shape (columns,)

    References
    ----------
    Liu, Pierce (1994), doi:10.1093/biomet/81.3.624, for the quadrature; Revelt, Train (1998), doi:10.1162/003465398557735, for
    the model.
    """
    from scipy.optimize import minimize

    senders = _senders(table, varying)
    free, q = np.flatnonzero(is_free), len(varying)

    def split(values: Floats) -> tuple[Floats, Floats]:
        theta = start.copy()
        theta[free] = values[: free.size]
        return theta, np.exp(values[free.size :])

    def minus(values: Floats) -> tuple[float, Floats]:
        theta, spread = split(values)
        loglik, by_theta, by_log_spread = _marginal(senders, theta, spread)
        return -loglik, -np.concatenate([by_theta[free], by_log_spread])

    first = np.concatenate([start[free], np.full(q, np.log(0.5))])
    bounds = [(None, None)] * free.size + [(_LEAST, 3.0)] * q
    end = minimize(
        minus, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"gtol": 1e-6, "ftol": 1e-13, "maxiter": 300}
    )
    theta, spread = split(end.x)
    covariance = _covariance(minus, end.x, (free, start.size), spread)
    largest = float(np.abs(end.jac[: free.size]).max(initial=0.0))
    converged = bool(largest < 1e-3 * max(1.0, abs(end.fun)) ** 0.5)
    return Mixed(
        np.concatenate([theta, spread]),
        covariance,
        -float(end.fun),
        converged,
        int(end.nit),
        largest,
        senders.n_senders,
    )


def _senders(table: Table, varying: tuple[str, ...]) -> _Senders:
    """Return the parts of a table that hold events."""
    used = np.flatnonzero(np.diff(table.start) > 0)
    begin = table.start[used]
    of_row = np.repeat(np.arange(used.size), np.diff(table.start)[used])
    chosen = np.zeros((used.size, table.x.shape[1]))
    place = np.searchsorted(used, table.sets_of_events())
    np.add.at(chosen, place, table.x[table.chosen])
    _, sender = np.unique(table.pair[begin] // table.n_actors, return_inverse=True)
    columns = np.array([table.names.index(name) for name in varying])
    count = np.bincount(place, minlength=used.size).astype(np.float64)
    return _Senders(table.x, np.log(table.weight), begin, of_row, count, sender.ravel(), chosen, columns)


def _marginal(senders: _Senders, theta: Floats, spread: Floats) -> tuple[float, Floats, Floats]:
    """Return the marginal log-likelihood, and its derivatives by coefficients and by the logs of the standard deviations."""
    mode, root = _modes(senders, theta, spread)
    z, weight = np.polynomial.hermite.hermgauss(_NODES[spread.size])
    parts = []
    for nodes in itertools.product(range(z.size), repeat=spread.size):
        at = z[list(nodes)]
        u = mode + np.sqrt(2.0) * root @ at
        loglik, score, _ = senders.moments(theta, spread * u)
        log_part = loglik - 0.5 * (u**2).sum(axis=1) + at @ at + np.log(weight[list(nodes)]).sum()
        parts.append((log_part, score, score[:, senders.varying] * u * spread))
    log_parts = np.stack([part[0] for part in parts])
    top = log_parts.max(axis=0)
    total = np.exp(log_parts - top).sum(axis=0)
    own = np.exp(log_parts - top) / total
    size = np.log(np.abs(np.linalg.det(root))) - 0.5 * spread.size * np.log(np.pi)
    by_theta = np.einsum("ns,nsk->k", own, np.stack([part[1] for part in parts]))
    by_spread = np.einsum("ns,nsk->k", own, np.stack([part[2] for part in parts]))
    return float((top + np.log(total) + size).sum()), by_theta, by_spread


def _modes(senders: _Senders, theta: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return for each sender the most probable deviation in standard deviations, and the root of its covariance."""
    q = spread.size
    u, eye = np.zeros((senders.n_senders, q)), np.eye(q)
    for _ in range(25):
        _, score, square = senders.moments(theta, spread * u)
        gradient = score[:, senders.varying] * spread - u
        curvature = square * np.outer(spread, spread) + eye
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        u += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-6:
            break
    return u, np.linalg.cholesky(np.linalg.inv(curvature))


def _covariance(
    minus: Callable[[Floats], tuple[float, Floats]], end: Floats, shape: tuple[Ints, int], spread: Floats
) -> Floats:
    """Return the inverse of the observed information: of mean coefficients (0 where fixed) and of standard deviations."""
    step, (free, n_columns) = 1e-4, shape
    columns = [(minus(end + step * unit)[1] - minus(end - step * unit)[1]) / (2 * step) for unit in np.eye(end.size)]
    information = np.array(columns)
    information = (information + information.T) / 2
    inside = np.concatenate([np.ones(free.size, np.bool_), end[free.size :] > _LEAST + 1e-6])
    own = np.zeros_like(information)
    own[np.ix_(inside, inside)] = np.linalg.inv(information[np.ix_(inside, inside)])
    # from the log of a standard deviation to itself
    scale = np.concatenate([np.ones(free.size), spread])
    place = np.concatenate([free, n_columns + np.arange(spread.size)])
    covariance = np.zeros((n_columns + spread.size,) * 2)
    edge = n_columns + np.flatnonzero(~inside[free.size :])
    covariance[np.ix_(place, place)] = own * np.outer(scale, scale)
    covariance[edge, edge] = np.nan  # at the edge of what is possible there is no error of this kind
    return covariance
