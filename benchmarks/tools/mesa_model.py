"""Mesa: persons are agents with a list of contacts; all agents are activated in every step, as in Mesa's own examples."""

import mesa

PACKAGE, WHO = "mesa", True


class Person(mesa.Agent):
    """Names contacts in the step after the accusation."""

    def __init__(self, model):
        super().__init__(model)
        self.contacts, self.accused_in = [], -1

    def ask(self):
        """Name each contact once."""
        model = self.model
        if self.accused_in != model.now:
            return
        for other in self.contacts:
            if other.accused_in < 0 and model.random.random() < model.p:
                other.accused_in = model.now + 1
                model.log.append((model.now + 1, self.unique_id, other.unique_id))


class Names(mesa.Model):
    """The cascade."""

    def __init__(self, n, ends, first):
        super().__init__(seed=1)
        people = self.people = list(Person.create_agents(self, n))
        for person, row in zip(people, ends.tolist(), strict=True):
            for j in row:
                person.contacts.append(people[j])
                people[j].contacts.append(person)
        self.now, self.p, self.log = 0, 0.0, [(0, 0, people[i].unique_id) for i in first.tolist()]
        for i in first.tolist():
            people[i].accused_in = 0

    def step(self):
        """Activate everybody."""
        self.agents.do("ask")
        self.now += 1


def build(n, ends, first):
    """Return the model."""
    return Names(n, ends, first)


def run(model, p, seed):
    """Step to extinction."""
    model.p = p
    model.random.seed(seed)
    before = 0
    while len(model.log) > before:
        before = len(model.log)
        model.step()
    return tuple(zip(*((step, i - 1, j - 1) for step, i, j in model.log), strict=True))
