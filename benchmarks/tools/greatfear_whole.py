"""greatfear: the whole process on NAMES-1, with every statement, every act and all tables of the archive."""

import numpy as np
from tools.greatfear_model import names_1

import greatfear as gf

PACKAGE, WHO, OWN_RING = "greatfear", True, True


def build(n, ends, first):
    """Return the scenario; its world is made in `run`."""
    return names_1(n)


def run(model, p, seed):
    """Simulate, and read the first statement against everybody arrested on one."""
    archive = gf.simulate(model, seed=seed).archive
    acts, statements = archive.table("acts"), archive.table("statements")
    rests_on, person = acts.column("statement").to_numpy(), acts.column("person").to_numpy()
    is_first = np.array([text == "order" for text in acts.column("cause").combine_chunks().dictionary.to_pylist()])
    by_order = is_first[acts.column("cause").combine_chunks().indices.to_numpy()]
    day = np.floor(acts.column("time").to_numpy()).astype(np.int64) // 2
    first, named = np.flatnonzero(by_order), np.flatnonzero(rests_on >= 0)
    accuser = statements.column("speaker").to_numpy()[rests_on[named]]
    return day[np.r_[first, named]], np.r_[np.full(first.size, -1), accuser], person[np.r_[first, named]]
