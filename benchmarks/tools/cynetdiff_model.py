"""CyNetDiff: the independent cascade model in Cython. It tells who is reached in which step, not by whom."""

import array

import numpy as np
from cynetdiff.models import IndependentCascadeModel
from tools.numpy_csr import build as compressed

PACKAGE, WHO = "cynetdiff", False


def build(n, ends, first):
    """Return (starts, contacts, first); the probability is given with the model."""
    indptr, contacts, first = compressed(n, ends, first)
    starts, edges = (array.array("I", part.astype(np.uint32).tobytes()) for part in (indptr[:-1], contacts))
    return starts, edges, first.tolist()


def run(model, p, seed):
    """Advance step by step, reading who is new."""
    starts, contacts, first = model
    cascade = IndependentCascadeModel(starts, contacts, activation_prob=p, rng=np.random.default_rng(seed))
    cascade.set_seeds(first)
    step, accused, number, new = [], [], 0, first
    while new:
        step += [number] * len(new)
        accused += new
        cascade.advance_model()
        number, new = number + 1, list(cascade.get_newly_activated_nodes())
    return step, None, accused
