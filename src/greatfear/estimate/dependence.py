"""What a fit assumes about events of one sender: that they are independent, that errors are shared, or that tastes differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from greatfear.errors import Fault, FaultList
from greatfear.estimate.clusters import check_cluster, clustered
from greatfear.estimate.events import Events
from greatfear.estimate.fit import Fit
from greatfear.estimate.varying import check_varying, fit_varying

if TYPE_CHECKING:
    from greatfear.estimate.deciding import Request
    from greatfear.estimate.tabulating import Table


def check_dependence(request: Request, cluster: str, varying: tuple[str, ...] = ()) -> None:
    """Refuse settings that a model cannot have.

    Raises
    ------
    FaultList
        With the choices.
    """
    check_cluster(cluster, is_timed=request.is_timed)
    check_varying(varying, request.formula.names)
    if varying and cluster != "none":
        fix = "choose one: varying coefficients already allow for senders who differ"
        raise FaultList([Fault("cluster and varying", "both", "one of them", fix)], "model")


def with_dependence(fit: Fit, table: Table, events: Events, cluster: str, varying: tuple[str, ...] = ()) -> Fit:
    """Return a fit whose errors, or whose coefficients, allow for events of one sender that depend on one another."""
    if varying:
        return _varied(fit, table, varying)
    if cluster == "none":
        return fit
    is_timed = fit.timing == "interval"
    own = (fit.theta, fit.covariance, fit.is_free)
    covariance, count = clustered(table, own, cluster, events, is_timed=is_timed)
    return replace(
        fit,
        covariance=covariance,
        n_clusters=count,
        dependence=f"standard errors clustered by {cluster}: {count} {cluster}s",
    )


def _varied(fit: Fit, table: Table, varying: tuple[str, ...]) -> Fit:
    """Return the fit with coefficients that vary from sender to sender."""
    mixed = fit_varying(table, varying, fit.theta, fit.is_free)
    told = (
        f"coefficients of {', '.join(varying)} vary between {mixed.n_senders} senders; `sd` is their standard deviation"
    )
    return replace(
        fit,
        names=(*fit.names, *(f"sd({name})" for name in varying)),
        theta=mixed.theta,
        covariance=mixed.covariance,
        is_free=np.concatenate([fit.is_free, np.ones(len(varying), np.bool_)]),
        loglik=mixed.loglik,
        converged=fit.converged and mixed.converged,
        iterations=mixed.iterations,
        max_score=mixed.max_score,
        dependence=told,
        n_clusters=mixed.n_senders,
    )
