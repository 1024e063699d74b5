"""One partition to print: records joined while, on average, they are likelier one person than two."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_LEAST = 0.02


def join(
    n: int, pairs: npt.NDArray[np.int32], together: npt.NDArray[np.float64], cut: float = 0.5
) -> npt.NDArray[np.int32]:
    """Return labels: the likeliest pairs first, two clusters are joined if the mean chance over their pairs reaches the cut.

    With a cut of one half a wrong link costs as much as a missed one.
    """
    label = np.arange(n, dtype=np.int32)
    members: dict[int, list[int]] = {}
    near: dict[int, dict[int, float]] = {}
    kept = np.flatnonzero(together >= _LEAST)
    for a, b, p in zip(pairs[kept, 0].tolist(), pairs[kept, 1].tolist(), together[kept].tolist(), strict=True):
        near.setdefault(a, {})[b] = p
        near.setdefault(b, {})[a] = p
    order = kept[np.lexsort((pairs[kept, 1], pairs[kept, 0], -together[kept]))]
    for a, b in pairs[order].tolist():
        one, two = int(label[a]), int(label[b])
        if one == two:
            continue
        left, right = members.get(one, [one]), members.get(two, [two])
        if near[one].get(two, 0.0) < cut * len(left) * len(right):
            continue
        keep, go = (one, two) if (len(left), -one) >= (len(right), -two) else (two, one)
        members[keep] = members.get(keep, [keep]) + members.pop(go, [go])
        label[members[keep]] = keep
        for other, p in near.pop(go).items():
            near[other].pop(go, None)
            if other != keep:
                near[keep][other] = near[keep].get(other, 0.0) + p
                near[other][keep] = near[keep][other]
    first = np.full(n, n, np.int64)
    np.minimum.at(first, label, np.arange(n))
    return first[label].astype(np.int32)


def stays(label: npt.NDArray[np.int32], draws: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Return for each record the share of draws in which its cluster is exactly the one that is printed."""
    size = np.bincount(label, minlength=len(label))[label]
    out = np.zeros(len(label))
    for row in draws:
        both = label.astype(np.int64) * (len(label) + 1) + row
        place, count = np.unique(both, return_inverse=True, return_counts=True)[1:]
        drawn = np.bincount(row, minlength=len(label))[row]
        out += (count[place] == size) & (drawn == size)
    return out / max(len(draws), 1)
