"""NetworkX holds the graph, plain Python runs the cascade."""

import random

import networkx as nx

PACKAGE, WHO = "networkx", True


def build(n, ends, first):
    """Return (graph, first)."""
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((i, j) for i, row in enumerate(ends.tolist()) for j in row)
    return graph, first.tolist()


def run(model, p, seed):
    """Name person by person, from a list that grows."""
    graph, first = model
    draw, contacts = random.Random(seed).random, graph.adj
    seen, log = set(first), [(0, -1, i) for i in first]
    for step, _, i in log:
        for j in contacts[i]:
            if j not in seen and draw() < p:
                seen.add(j)
                log.append((step + 1, i, j))
    return tuple(zip(*log, strict=True))
