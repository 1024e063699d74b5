"""EoN: the discrete SIR model with its full data, which holds the transmissions."""

import random

import EoN
from tools.networkx_python import build

__all__ = ["PACKAGE", "WHO", "build", "run"]

PACKAGE, WHO = "EoN", True


def run(model, p, seed):
    """Run to extinction and read the transmissions."""
    graph, first = model
    draw = random.Random(seed).random
    found = EoN.discrete_SIR(graph, lambda u, v: draw() < p, (), initial_infecteds=first, return_full_data=True)
    return tuple(zip(*((t + 1, -1 if u is None else u, v) for t, u, v in found.transmissions()), strict=True))
