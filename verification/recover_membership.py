"""Targets of membership on archives of other seeds than the shared ones: belief propagation, rates learned, pooled.

The checks and the sampler of the whole command take minutes an archive; their results stand in docs/recover.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from greatfear.recover.shares_fit import fit_shares
from greatfear.recover.veracity_ask import free_classes
from greatfear.recover.veracity_checks import slope_of
from greatfear.recover.veracity_fit import fit_short, information
from greatfear.recover.veracity_messages import Question
from verification.recover_sets import make_archive
from verification.recover_targets import Target, at_least, at_most, within

SEEDS = (11, 12, 13)
_ASKED = {"middle, all evidence": ("middle", "all"), "middle": ("middle", "mutual"), "informative": ("informative", "mutual"),
          "misrecorded": ("misrecorded", "mutual"), "hard": ("hard", "mutual"), "blind": ("blind", "mutual")}  # fmt: skip


def targets() -> Iterator[Target]:
    """Yield the targets; each archive has 100 members of 5,000 persons, the prevalence is given as 0.014 to 0.026."""
    begun = time.process_time()
    found = {name: _pooled(kind, evidence) for name, (kind, evidence) in _ASKED.items()}
    seconds = (time.process_time() - begun) / (len(SEEDS) * len(_ASKED))
    every, middle = found["middle, all evidence"], found["middle"]
    yield at_least("members", "middle, all evidence: AUROC", every["auroc"], 0.93)
    yield within("members", "middle, all evidence: slope", every["slope"], 0.9, 1.1)
    yield within("members", "middle: slope", middle["slope"], 0.9, 1.1)
    yield at_most("members", "middle: calibration error (20 bins)", middle["ece"], 0.01)
    yield at_most("members", "middle: expected members, relative error", abs(middle["count"] - 1), 0.1)
    yield at_least(
        "members", "middle, against all evidence: ratio of average precision", middle["ap"] / every["ap"], 0.95
    )
    yield at_least("members", "informative: average precision", found["informative"]["ap"], 0.96)
    yield at_least(
        "members",
        "misrecorded against middle: ratio of average precision",
        found["misrecorded"]["ap"] / middle["ap"],
        0.95,
    )
    for kind in ("hard", "blind"):
        gap = middle["information"] - found[kind]["information"]
        yield at_least("members", f"{kind}: information below that of middle", gap, 0.2)
    for part in ("suggestion", "repetition"):
        yield at_most(
            "members", f"error of the share of {part}, largest", max(row[part] for row in found.values()), 0.01
        )
    yield at_most("members", "seconds of processor time an archive", seconds, 60)


def _pooled(kind: str, evidence: str) -> dict[str, float]:
    """Return scores over all seeds together."""
    rows: list[tuple[Any, Any]] = []
    errors, told = [], []
    for seed in SEEDS:
        made = make_archive(kind, seed)
        shared = fit_shares(made.archive, draws=False)
        is_free = free_classes(shared.design.sittings.classes, "pressure=0", evidence)
        found = fit_short(shared.design, is_free, Question(0.014, 0.026), 40)
        rows.append((made.member[shared.design.person], found.member))
        told.append(information(found.member))
        true = np.bincount(made.basis, minlength=4) / len(made.basis)
        errors.append([abs(found.parts[:, k].mean() - true[k]) for k in (1, 2)])
    y, p = (np.concatenate([row[k] for row in rows]) for k in (0, 1))
    bins = np.array_split(np.argsort(p, kind="stable"), 20)
    hits = y[np.argsort(-p, kind="stable")]
    return {
        "auroc": auroc(y, p), "slope": slope_of(y, p), "count": float(p.sum() / y.sum()), "information": float(np.mean(told)),
        "ap": float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits > 0].mean()),
        "ece": float(sum(len(b) / len(y) * abs(y[b].mean() - p[b].mean()) for b in bins)),
        "suggestion": float(np.max(errors, axis=0)[0]), "repetition": float(np.max(errors, axis=0)[1]),
    }  # fmt: skip


def auroc(y: Any, p: Any) -> float:
    """Return the chance that a member has a higher score than another person."""
    from scipy.stats import rankdata

    n = y.sum()
    return float((rankdata(p)[y > 0].sum() - n * (n + 1) / 2) / (n * (len(y) - n)))
