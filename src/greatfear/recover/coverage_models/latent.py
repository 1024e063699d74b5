"""Latent classes: four chains of the sampler, and whether they agree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from greatfear.draws import Purpose, purpose_key
from greatfear.recover.coverage_models.latent_kernel import latent_chain
from greatfear.recover.coverage_models.lists import ListCounts

N_CHAINS = 4
_CLASSES, _PRIOR = 10, 0.25
_BURN, _KEPT, _THIN = 8_000, 1_000, 24

Floats = npt.NDArray[np.float64]


def draw_classes(lists: ListCounts, *, seed: int = 1, effort: float = 1.0) -> Floats:
    """Return draws of the number on no list, a row a chain.

    Parameters
    ----------
    lists : ListCounts
    seed : int
    effort : float
        Multiplies the length of the chains.
    """
    key = np.uint64(purpose_key(seed, 0, int(Purpose.LATENT)))
    out = np.zeros((N_CHAINS, _KEPT))
    thin, burn = max(1, round(_THIN * effort)), max(100, round(_BURN * effort))
    for chain in range(N_CHAINS):
        latent_chain(key, chain, lists.cells, lists.n_lists, (_CLASSES, burn, thin, _PRIOR, _PRIOR), out[chain])
    return out


def split_r_hat(draws: Floats) -> float:
    """Return the split R-hat of a quantity, each chain cut in two halves (Gelman et al. 2013, Bayesian Data Analysis, 11.4)."""
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, -half:]])
    within = parts.var(axis=1, ddof=1).mean()
    between = half * parts.mean(axis=1).var(ddof=1)
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt(((half - 1) / half * within + between / half) / within))
