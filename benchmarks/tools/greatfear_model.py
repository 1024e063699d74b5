"""greatfear: the scenario `names_1`, run by `greatfear.cascade` (contacts from the scenario; `ends` is not read)."""

from greatfear.catalogue import scenario
from greatfear.simulation.cascade import prepare

PACKAGE, WHO, OWN_RING = "greatfear", True, True


def names_1(n, persons_first=10, p=0.25):
    """Return NAMES-1 as a scenario: `naming-cascade` on a rewired ring."""
    return scenario("naming-cascade").alter(
        {
            "time.end": "2001-01-01",
            "population.ties.rule": "small-world",
            "population.ties.neighbours": 10,
            "population.ties.rewiring": 0.25,
            "population.regions.place.persons": n,
            "orders.first-accused.persons": persons_first,
            "naming.count.at_rest": p,
            "naming.count.under_pressure": p,
        }
    )


def build(n, ends, first):
    """Return the scenario."""
    return names_1(n)


def start(model, p, seed):
    """Return the world; it is built, not run, and counted so."""
    return prepare(model, seed)


def run(model, p, seed):
    """Run the cascade."""
    found = model.run()
    return found.step, found.accuser, found.accused
