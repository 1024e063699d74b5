"""Plain twins of aliases: partitions one by one, cluster weights from first principles, slips by search."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np


def partitions(n: int) -> Iterator[list[list[int]]]:
    """Yield every partition of 0..n-1 as a list of sorted clusters."""
    if n == 0:
        yield []
        return
    for rest in partitions(n - 1):
        for k in range(len(rest)):
            yield [[*cluster, n - 1] if x == k else cluster for x, cluster in enumerate(rest)]
        yield [*rest, [n - 1]]


def cluster_evidence(
    members: Sequence[int], ratios: dict[tuple[int, int], np.ndarray], known: np.ndarray, unlisted: np.ndarray
) -> float:
    """Return the evidence within a cluster: record by record, column by column, the mean ratio to those that are there."""
    total = 0.0
    for place, m in enumerate(members):
        for f in range(known.shape[1]):
            others = [j for j in members[:place] if known[j, f]]
            if known[m, f] and others:
                values = [ratios[j, m][f] if (j, m) in ratios else unlisted[f] for j in others]
                total += math.log(sum(values) / len(values))
    return total


def posterior(
    n: int, ratios: dict[tuple[int, int], np.ndarray], known: np.ndarray, unlisted: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    """Return the chance of each pair to be together, over all partitions."""
    found = list(partitions(n))
    weights = [
        sum(prior[len(c)] + cluster_evidence(c, ratios, known, unlisted) for c in clusters) for clusters in found
    ]
    share = np.exp(np.array(weights) - max(weights))
    share /= share.sum()
    both = np.zeros((n, n))
    for p, clusters in zip(share, found, strict=True):
        for cluster in clusters:
            for a in cluster:
                for b in cluster:
                    if a != b:
                        both[a, b] += p
    return both


def one_slip_away(word: str, letters: str) -> set[str]:
    """Return every word that one slip makes of a word."""
    out = set()
    for k in range(len(word) + 1):
        out |= {word[:k] + x + word[k:] for x in letters}
        if k < len(word):
            out.add(word[:k] + word[k + 1 :])
            out |= {word[:k] + x + word[k + 1 :] for x in letters}
        if k + 1 < len(word):
            out.add(word[:k] + word[k + 1] + word[k] + word[k + 2 :])
    return out - {word}
