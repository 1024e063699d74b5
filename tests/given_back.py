"""One proof for runs whose naming rule has terms of the user's own: what the archive must give back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from greatfear.estimate import Events, NamingModel, log_probabilities
from greatfear.simulation.run import Run


def assert_given_back(run: Run, events: Events, theta: Mapping[str, float], least: int) -> None:
    """Hold that the estimator, by code of its own, gets the log-probabilities of the truth, and the coefficients.

    `least` is the number of namings that must be exceeded; a change of any coefficient must be seen.
    """
    model = NamingModel(" + ".join(theta), opportunities=tuple(events.networks), ties="plackett-luce")
    truth = run.truth["namings"]["logp"].to_numpy()
    own = np.sort(truth[~np.isnan(truth)])
    assert own.size > least
    np.testing.assert_allclose(np.sort(log_probabilities(model, events, theta)), own, atol=1e-10)
    for term, value in theta.items():
        other = np.sort(log_probabilities(model, events, {**theta, term: value + 0.01}))
        assert np.abs(other - own).max() > 1e-5, term
    fit = model.fit(events)
    gap = (fit.theta - list(theta.values())) / list(fit.standard_errors.values())
    assert np.abs(gap).max() < 4
