"""NDlib: the SIR model, in which everybody recovers after one step. It keeps states, not who infected whom."""

import ndlib.models.epidemics as ep
import numpy as np
from ndlib.models.ModelConfig import Configuration
from tools.networkx_python import build

__all__ = ["PACKAGE", "WHO", "build", "run"]

PACKAGE, WHO = "ndlib", False


def run(model, p, seed):
    """Iterate until nobody is infected."""
    graph, first = model
    np.random.seed(seed % 2**32)
    sir, config = ep.SIRModel(graph), Configuration()
    config.add_model_parameter("beta", p)
    config.add_model_parameter("gamma", 1.0)
    config.add_model_initial_configuration("Infected", first)
    sir.set_initial_status(config)
    step, accused, found = [], [], {"node_count": {1: 1}}
    while found["node_count"][1]:
        found = sir.iteration()
        new = [node for node, status in found["status"].items() if status == 1]
        step += [found["iteration"]] * len(new)
        accused += new
    return step, None, accused
