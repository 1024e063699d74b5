"""A pure cascade: a scenario in which naming alone decides who is accused, without offices, acts or an archive."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.catalogue.entry import as_scenario
from greatfear.draws import Purpose
from greatfear.draws.batch import ceiling
from greatfear.errors import Fault, ScenarioError
from greatfear.scenario.model import Scenario
from greatfear.show.face import Shown
from greatfear.simulation.families import families_of
from greatfear.simulation.kernels.cascade import cascade as kernel
from greatfear.simulation.rules import Days, Rules, compile_rules
from greatfear.simulation.run import check_numbers
from greatfear.world.explicit import flat_ties
from greatfear.world.layout import World, build_world
from greatfear.world.people import walk_list

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Cascade(Shown):
    """Who was accused first by whom, in the order of the accusations.

    Parameters
    ----------
    step : int32 array, shape (accused,)
        Generation: 0 for the first accused.
    accuser : int32 array, shape (accused,)
        Number of the first person to name the accused; -1 for the first accused.
    accused : int32 array, shape (accused,)
        Number of the person accused, 0 to persons - 1; nobody stands here twice.
    persons : int
        Size of the population.
    seconds : dict
        CPU seconds spent on the world ("build") and on the cascade ("run").
    """

    step: NDArray[np.int32]
    accuser: NDArray[np.int32]
    accused: NDArray[np.int32]
    persons: int
    seconds: dict[str, float] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """Return the size on one line."""
        steps = int(self.step.max()) + 1 if len(self.step) else 0
        return f"<Cascade: {len(self.accused):,} of {self.persons:,} persons accused in {steps} steps>"

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the persons accused in each step; drawn into `ax` where axes are given."""
        from greatfear.canvas import PALETTE, figure, thousands

        drawn, (axes,) = figure((6, 3), ax=ax)
        counts = np.bincount(self.step) if len(self.step) else np.zeros(1, int)
        axes.bar(range(len(counts)), counts, color=PALETTE[0], alpha=0.7)
        axes.set(xlabel="step; 0 are the first accused", ylabel="persons accused")
        thousands(axes)
        return drawn  # type: ignore[no-any-return]

    def to_table(self) -> pa.Table:
        """Return the log as an Arrow table of the three columns."""
        return pa.table({"step": self.step, "accuser": self.accuser, "accused": self.accused})

    def sizes(self) -> NDArray[np.int64]:
        """Return how many persons are accused in each step."""
        return np.bincount(self.step)


@dataclass(frozen=True)
class Grounds:
    """What a cascade needs to know of a scenario under a seed: contacts, chances and the first accused."""

    key: np.uint64
    indptr: NDArray[np.int64]
    contacts: NDArray[np.int32]
    top: NDArray[np.uint64]
    first: NDArray[np.int32]

    def run(self) -> Cascade:
        """Return the cascade."""
        begun = time.process_time()
        n = self.indptr.size - 1
        step, accuser, accused = (np.empty(n, np.int32) for _ in range(3))
        accused[: self.first.size] = self.first
        size = kernel(self.key, self.top, self.indptr, self.contacts, step, accuser, accused, self.first.size)
        seconds = {"run": time.process_time() - begun}
        return Cascade(step[:size], accuser[:size], accused[:size], n, seconds)


def cascade(scenario: Scenario | str | os.PathLike[str], seed: int, *, replicate: int = 0) -> Cascade:
    """Return the cascade of naming of a scenario in which nothing else happens, many times faster than `simulate`.

    The scenario must say so: one region with stored ties, the naming rule `each`, one order of one day for the first
    accused, everybody named is arrested and asked, and neither informers, operations nor a halt. Draws have the same
    addresses as in `simulate`: the same persons name the same persons in the same step. Of several who name one person in a
    step, the log holds the first: those accused in a step are asked in the order of the log, about their contacts in rising
    order. `simulate` writes all statements, and orders those of a day by office.

    Parameters
    ----------
    scenario : Scenario, str or path
        A scenario, the id of one in the catalogue, or a YAML or JSON file.
    seed : int
        0 to 2^63 - 1.
    replicate : int
        0 to 2^32 - 1.

    Returns
    -------
    Cascade

    Raises
    ------
    ScenarioError
        If seed or replicate are out of range, or with every point in which the scenario is more than a cascade.

    References
    ----------
    H. Abbey, An examination of the Reed-Frost theory of epidemics, Human Biology 24 (1952), pp. 201-233.
    Watts, Strogatz (1998), Collective dynamics of small-world networks, 10.1038/30918: the ring of rule `small-world`.

    Examples
    --------
    >>> from greatfear.catalogue import scenario
    >>> ring = {"population.ties.rule": "small-world", "population.ties.rewiring": 0.25}
    >>> found = cascade(scenario("naming-cascade").alter(ring), seed=1)
    >>> int(found.sizes()[0]), len(set(found.accused.tolist())) == found.accused.size
    (40, True)
    """
    begun = time.process_time()
    check_numbers(seed, replicate)
    grounds = prepare(as_scenario(scenario), seed, replicate)
    built = time.process_time() - begun
    found = grounds.run()
    found.seconds["build"] = built
    return found


def prepare(scenario: Scenario, seed: int, replicate: int = 0) -> Grounds:
    """Return the world of a cascade before the first name; `cascade` does this and then runs it.

    Raises
    ------
    ScenarioError
        With every point in which the scenario is more than a cascade.
    """
    world = build_world(scenario, seed, replicate, with_ties=False)
    rules, days = compile_rules(scenario, world)
    campaigns = rules.campaigns
    faults = list(_more_than_a_cascade(scenario, world, rules, days))
    if faults:
        raise ScenarioError(faults, scenario.id)
    indptr, contacts, _ = flat_ties(scenario.population, world.persons, world.keys)
    asked_on = np.arange(int(campaigns.source["start"][0]) + rules.wait, days.pressure.size, 1 + rules.wait)
    chance = rules.at_rest + (rules.under_pressure - rules.at_rest) * days.pressure[asked_on]
    top = np.array([ceiling(float(p)) for p in chance], np.uint64)
    first = _first_accused(world, campaigns.cut[0, 0], int(campaigns.total[0, 0]))
    return Grounds(world.keys[Purpose.EACH], indptr, contacts, top, first)


def _first_accused(world: World, cut: NDArray[np.int64], wanted: int) -> NDArray[np.int32]:
    """Return the first persons on the list of the order, in its keyed order."""
    first: list[int] = []
    for turn in range(int(cut[-1])):
        if len(first) == wanted:
            break
        person = int(walk_list(world, 0, 0, cut, turn, True))
        if person >= 0:
            first.append(person)
    return np.array(first, np.int32)


def _more_than_a_cascade(scenario: Scenario, world: World, rules: Rules, days: Days) -> Iterator[Fault]:
    """Yield a fault for everything in a scenario that acts on a cascade besides naming."""
    population, leads, orders = scenario.population, scenario.leads, scenario.orders
    halt = scenario.halt
    holds = {
        "population.regions": (world.regions, 1),
        "population.organisations": (len(population.organisations), 0),
        "population.ties.rule": (population.ties.rule, "small-world or table"),
        "naming.count.rule": (scenario.naming.count.rule, "each"),
        "operations": (len(scenario.operations), 0),
        "orders": (len(orders), 1),
        "orders[0].days": (orders[0].days if orders else 1, 1),
        "leads.denunciation.rate": (leads.denunciation.rate.value, 0.0),
        "reports of informers per day": (leads.informers.rate.value * float(world.region["informers"].sum()), 0.0),
        "leads.accidents.rate": (leads.accidents.rate.value, 0.0),
        "offices.arrests": (rules.arrests, 1e5),
        "offices.custody": (rules.custody, 1e5),
        "offices.pressed": (rules.pressed, 1.0),
        "offices.evidence": (int(max(days.evidence, default=1)), 1),
        "halt.date": (halt.date, None),
        "halt.cost_bound": (halt.cost_bound.value, 1.0),
    }
    for place, (got, allowed) in holds.items():
        fits = str(got) in str(allowed).split(" or ") if isinstance(allowed, str) else got == allowed
        if not fits:
            yield Fault(place, str(got), str(allowed), "else the office decides too: use simulate")
    for family in families_of(scenario, world):
        yield Fault(family.name, "supposed", "not supposed", "else it takes part too: use simulate")
    if leads.weights.interrogation.value <= 0.0:
        yield Fault("leads.weights.interrogation", "0", "more than 0", "else nobody named is arrested: use simulate")
