"""Lists of persons that a scenario gives by number, as the kernels read them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from greatfear.scenario.campaign import Operation, Order
from greatfear.scenario.model import Scenario
from greatfear.world.layout import World


def given_lists(
    scenario: Scenario, world: World, cut: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the given list of each source and region begins (-1: drawn), and the addresses on all of them, in order.

    Parameters
    ----------
    cut : int64 array, shape (sources, regions, strata + 1)
        Cumulated numbers of persons on each list; those of given lists are written in.
    """
    first, addresses = np.full(cut.shape[:2], -1, np.int64), []
    starts = world.region["start"].astype(np.int64)
    n = 0
    every: list[Operation | Order] = [*scenario.operations, *scenario.orders]
    for g, each in enumerate(every):
        if each.listed is None:
            continue
        numbers = np.array(each.listed, np.int64)
        region = np.searchsorted(starts, numbers, "right") - 1
        for r in range(world.regions):
            here = numbers[region == r]
            first[g, r], cut[g, r] = n, 0
            cut[g, r, -1] = here.size
            addresses.append((np.int64(r) << 32) | (here - starts[r]))
            n += here.size
    return first, np.concatenate([np.zeros(0, np.int64), *addresses])
