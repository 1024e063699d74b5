"""AgentPy: agents on its network; in every step those accused in the last one are selected."""

import agentpy as ap
from tools.networkx_python import build as graph_of

PACKAGE, WHO = "agentpy", True


class Names(ap.Model):
    """The cascade."""

    def setup(self):
        """Put everybody on the network."""
        graph, first = self.p.world
        self.people = ap.AgentList(self, graph.number_of_nodes())
        self.network = self.people.network = ap.Network(self, graph)
        self.network.add_agents(self.people, self.network.nodes)
        self.people.accused_in = -1
        self.log = []
        for i in first:
            self.people[i].accused_in = 0
            self.log.append((0, 0, self.people[i].id))

    def step(self):
        """Let those accused in the last step name contacts."""
        now, before = self.t, len(self.log)
        for person in self.people.select(self.people.accused_in == now - 1):
            for other in self.network.neighbors(person):
                if other.accused_in < 0 and self.random.random() < self.p.chance:
                    other.accused_in = now
                    self.log.append((now, person.id, other.id))
        if len(self.log) == before:
            self.stop()


def build(n, ends, first):
    """Return the graph; AgentPy makes its agents in `start`."""
    return graph_of(n, ends, first)


def start(model, p, seed):
    """Return a model with its agents; it is built, not run, and counted so."""
    names = Names({"world": model, "chance": p, "steps": 10_000, "seed": seed})
    names.sim_setup(steps=10_000, seed=seed)
    return names


def run(model, p, seed):
    """Step to extinction."""
    while model.running:
        model.sim_step()
    offset = model.people[0].id
    return tuple(zip(*((t, i - offset if i else -1, j - offset) for t, i, j in model.log), strict=True))
