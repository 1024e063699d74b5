"""python-igraph: it has no cascade, but the same law: keep each tie with probability p and search breadth first.

A tie is used in one direction only, by anyone who is accused first, so one draw for each tie is enough. A person who stands
for the office is tied to the first accused.
"""

import igraph
import numpy as np

PACKAGE, WHO = "igraph", True


def build(n, ends, first):
    """Return (graph, first); person n is the office."""
    one = np.repeat(np.arange(n), ends.shape[1])
    return igraph.Graph(n=n + 1, edges=np.stack((one, ends.ravel()), axis=1)), first.tolist()


def run(model, p, seed):
    """Thin the graph and search it."""
    graph, first = model
    office = graph.vcount() - 1
    kept = np.flatnonzero(np.random.default_rng(seed).random(graph.ecount()) < p)
    thin = graph.subgraph_edges(kept.tolist(), delete_vertices=False)
    thin.add_edges([(office, i) for i in first])
    order, layers, parents = thin.bfs(office)
    accused, parents = np.array(order), np.array(parents)
    step = np.repeat(np.arange(len(layers) - 1), np.diff(layers)) - 1
    accuser = parents[accused]
    return step[1:], np.where(accuser == office, -1, accuser)[1:], accused[1:]
