"""Mesa, helped: only those who are asked in a step are activated, from a set kept beside the model's own."""

from mesa.agent import AgentSet
from tools import mesa_model

PACKAGE, WHO = "mesa", True


class Names(mesa_model.Names):
    """The cascade, which knows whom to ask."""

    def step(self):
        """Activate those accused in the last step."""
        asked = [self.people[j - 1] for _, _, j in self.log[self.done :]]
        self.done = len(self.log)
        AgentSet(asked, random=self.random).do("ask")
        self.now += 1


def build(n, ends, first):
    """Return the model."""
    model = Names(n, ends, first)
    model.done = 0
    return model


run = mesa_model.run
