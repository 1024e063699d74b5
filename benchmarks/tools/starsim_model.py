"""Starsim: an SIR disease over a fixed network, with Starsim's own log of infections.

A plain number given as beta would be read per year, and without `init_prev` one in a hundred would be infected first. Anyone who
is infected in a step transmits in the next, once, if the duration is two steps; the first accused transmit at once and
recover after one.
"""

import numpy as np
import starsim as ss

PACKAGE, WHO = "starsim", True
STEPS = 100


class Ring(ss.Network):
    """Ties that stay."""

    def step(self):
        """Change nothing."""


class Naming(ss.SIR):
    """SIR with given first cases."""

    def __init__(self, first, p):
        super().__init__(
            beta=ss.probperday(p), init_prev=ss.bernoulli(p=0), dur_inf=ss.constant(v=2), p_death=ss.bernoulli(p=0)
        )
        self.first = ss.uids(first)

    def init_post(self):
        """Accuse the first."""
        super().init_post()
        self.set_prognoses(self.first, sources=-1)
        self.ti_recovered[self.first] = 1


def build(n, ends, first):
    """Return the world before the model: Starsim wants the probability when it is made, which is part of `run`."""
    one = np.repeat(np.arange(n), ends.shape[1])
    return n, Ring(p1=one, p2=ends.ravel(), beta=np.ones(one.size, np.float32), name="ring"), first


def start(model, p, seed):
    """Return an initialised simulation; it is built, not run, and counted so."""
    n, network, first = model
    disease = Naming(first, p)
    sim = ss.Sim(
        n_agents=n, networks=network, diseases=disease, analyzers=ss.infection_log(), dt=ss.days(1), start="2000-01-01",
        dur=ss.days(STEPS), rand_seed=seed, use_aging=False, verbose=0,
    )  # fmt: skip
    sim.init()
    return sim


def run(sim, p, seed):
    """Step to extinction, and read the log."""
    disease = next(iter(sim.diseases.values()))
    while disease.infected.any() and sim.ti < STEPS:
        sim.run_one_step()
    chunks = disease.infection_log.chunks
    return tuple(
        np.concatenate([np.asarray(column(number, chunk)) for number, chunk in enumerate(chunks)])
        for column in (lambda k, c: np.full(len(c["target"]), k), lambda _, c: c["source"], lambda _, c: c["target"])
    )
