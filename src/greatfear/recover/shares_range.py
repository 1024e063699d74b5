"""Ranges of shares: over three forms of the model, and over the chance of who spoke.

Draws of the rates hold the noise of the sampler alone. In simulated villages, whose rule of naming is another one, such intervals
held the truth in 3 and 23 of 100 archives. So the least and the greatest value of three forms are given. In two, each part brings
names of its own, side by side; in one of these some persons talk more, and some are better known, than others. In the third,
every naming is a choice among all persons, and what had been said multiplies a person's weight; a share is what would have
fallen on other persons. Namings of one speaker hang together in all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.recover.ledger_echo import echo_by_group
from greatfear.recover.ledger_rows import read_namings
from greatfear.recover.shares_fit import ShareFit, class_shares

Floats = npt.NDArray[np.float64]
_PARTS = ("suggestion", "repetition", "hearsay", "other")
_NORMAL = 1.645


def share_ranges(archive: Archive, fit: ShareFit) -> dict[int | None, dict[str, tuple[float, float, float]]]:
    """Return for each class of circumstance with namings, and for all (None), each part's share and its range.

    The bounds are not a number where only one form could be fitted: one form says nothing of its own error.
    """
    design = fit.design
    classes = len(design.sittings.classes)
    group = np.full(archive.n_rows("statements"), -1)
    group[design.row] = design.cls[design.naming]
    other = echo_by_group(read_namings(archive), group, classes)
    found: dict[int | None, dict[str, tuple[float, float, float]]] = {}
    for cls in [None, *np.unique(design.cls).tolist()]:
        mean, low, high = _side_by_side(fit, cls)
        _, low_too, high_too = _side_by_side(fit, cls, varied=True)
        low, high = np.minimum(low, low_too), np.maximum(high, high_too)
        choice = other[-1 if cls is None else cls]
        for k, part in enumerate(_PARTS[:2]):
            _, least, most = choice.get(part, (np.nan, np.nan, np.nan))
            low[k], high[k] = np.minimum(low[k], least), np.maximum(high[k], most)
        # What is left for other is what the first three leave.
        low[3], high[3] = min(low[3], 1.0 - high[:3].sum()), max(high[3], 1.0 - low[:3].sum())
        low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
        if not choice:
            low[:], high[:] = np.nan, np.nan
        found[cls] = {part: (float(mean[k]), float(low[k]), float(high[k])) for k, part in enumerate(_PARTS)}
    return found


def _side_by_side(fit: ShareFit, cls: int | None, *, varied: bool = False) -> tuple[Floats, Floats, Floats]:
    """Return the shares of the form in which parts add up, and 90 % intervals: draws of the rates, and speakers at random."""
    design = fit.design
    mean, draws = class_shares(fit, cls, varied=varied)
    rows = np.ones(len(design.cls), bool) if cls is None else design.cls == cls
    chain = fit.varied if varied else fit.chain
    parts = (fit.learned if chain is None else chain).parts[rows, 1:]
    place = np.unique(design.speaker[rows], return_inverse=True)[1]
    apart = np.stack([np.bincount(place, parts[:, k] - parts[:, k].mean()) for k in range(4)], axis=1)
    wide = _NORMAL * np.sqrt(draws.var(axis=0) + np.sort(apart**2, axis=0).sum(axis=0) / rows.sum() ** 2)
    return mean, mean - wide, mean + wide
