"""What is known before any comparison: records that are one person, records that are two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from greatfear.recover.aliases_links.candidates import Candidates

_SURE = 40.0


def with_links(
    found: Candidates, must: npt.NDArray[np.int32], cannot: npt.NDArray[np.int32]
) -> tuple[Candidates, npt.NDArray[np.int8]]:
    """Return the candidates with links that were given, and for each pair 1 (one person), -1 (two persons) or 0.

    Parameters
    ----------
    found : Candidates
    must, cannot : int32 (k, 2)
        Pairs of records, in any order.

    Notes
    -----
    A link that is no candidate becomes one. Evidence of a pair that is one person is far above all other evidence; minus
    infinity marks two that can never be in one cluster.
    """
    n = len(found.known)
    have = found.pairs[:, 0].astype(np.int64) * n + found.pairs[:, 1]
    given = np.sort(np.concatenate([must, cannot]).reshape(-1, 2), axis=1).astype(np.int64)
    state = np.r_[np.ones(len(must), np.int8), np.full(len(cannot), -1, np.int8)]
    keys, first = np.unique(given[:, 0] * n + given[:, 1], return_index=True)
    state, given = state[first], given[first]
    new = ~np.isin(keys, have)
    pairs = np.concatenate([found.pairs, given[new].astype(np.int32)])
    grown = {
        "pairs": pairs,
        "odds": np.r_[found.odds, np.zeros(new.sum())],
        "codes": np.r_[found.codes, np.zeros(new.sum(), np.int32)],
        "evidence": np.concatenate([found.evidence, np.zeros((int(new.sum()), found.evidence.shape[1]))]),
    }
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    out = replace(found, **{name: value[order] for name, value in grown.items()})
    at = np.searchsorted(out.pairs[:, 0].astype(np.int64) * n + out.pairs[:, 1], keys)
    said = np.zeros(len(order), np.int8)
    said[at] = state
    out.evidence[said == 1, 0] = _SURE
    out.evidence[said == -1, :] = -np.inf
    out.odds[said == 1], out.odds[said == -1] = _SURE, -_SURE
    return out, said
