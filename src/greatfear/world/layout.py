"""From a scenario to the arrays that answer who lives where and who knows whom.

A person is an address: region << 32 | number within the region. Every fixed attribute is a function of (seed, address), so
that a person more in one region changes nothing in another. Country-wide ties run over slots: regions laid end to end, each
padded by up to a sixteenth, so that a small change of one region leaves the others in place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, purpose_key
from greatfear.draws._reference import by_reference
from greatfear.scenario.model import Scenario
from greatfear.scenario.population import Population
from greatfear.world.explicit import TIE, explicit_ties
from greatfear.world.named import with_named_ties

REGION = np.dtype([(name, "i8") for name in ("size", "start", "slot", "households", "informers")])
HEAD = np.dtype([("count", "i8"), ("slot", "i8")])
ORGANISATION = np.dtype([("members", "i8"), ("fellows", "i8")])


@by_reference
class World(NamedTuple):
    """Arrays of a world: R regions, S strata, O organisations.

    `region` holds R + 1 records: persons (size), first flat number (start; it counts persons over the regions in order),
    first slot (slot), households, informers; the last one only bounds start and slot.
    """

    region: NDArray[np.void]
    regions: int
    cut: NDArray[np.int64]
    """Household quotas (R, S + 1): shuffled households cut[r, s] to cut[r, s + 1] - 1 are of stratum s."""
    listed: NDArray[np.int64]
    """Persons on a register before the first event (R, S)."""
    seniority: NDArray[np.float64]
    span: NDArray[np.int64]
    """Where members may live: cumulated persons of the regions allowed (O, R + 1); all 0 for an organisation abroad."""
    organisation: NDArray[np.void]
    """Members, and half of the fellows each knows (O)."""
    indptr: NDArray[np.int64]
    """Explicit ties: those of flat person p are indptr[p] to indptr[p + 1] - 1; empty if ties are computed."""
    tie: NDArray[np.void]
    """Person and bits of each explicit tie."""
    keys: NDArray[np.uint64]
    """Key of every purpose."""
    household: int
    unit: int
    half_unit: int
    half_region: int
    half_country: int
    head: NDArray[np.void]
    """Heads of household who serve the state, and their first slot, by region (R + 1); the last one bounds the slots."""
    head_cut: NDArray[np.int64]
    """Cumulated heads by stratum (R, S + 1); no more of a stratum that does not serve the state."""
    apparatus: int
    half_workplace: int
    half_patronage: int
    half_far: int
    known: NDArray[np.int64]
    """Addresses of persons with names who have ties that the scenario gives, ascending."""
    known_from: NDArray[np.int64]
    """Those ties of the k-th of them are known_from[k] to known_from[k + 1] - 1 of `known_tie`."""
    known_tie: NDArray[np.void]

    @property
    def persons(self) -> int:
        """Return how many persons live in this world."""
        return int(self.region["size"].sum())


def all_keys(seed: int, replicate: int) -> NDArray[np.uint64]:
    """Return the key of every purpose, indexed by its number."""
    keys = np.zeros(max(Purpose) + 1, np.uint64)
    for purpose in Purpose:
        keys[purpose] = purpose_key(seed, replicate, int(purpose))
    return keys


def build_world(scenario: Scenario, seed: int, replicate: int = 0, *, with_ties: bool = True) -> World:
    """Return the world of a scenario under a seed; without ties, nobody asks for contacts where they are stored."""
    population = scenario.population
    size = np.array([int(region.persons.value) for region in population.regions], np.int64)
    households = -(-size // population.household)
    cut = _cuts(population, households)
    share = np.array([stratum.listed.value for stratum in population.strata])
    listed = np.round(np.diff(cut, axis=1) * population.household * share).astype(np.int64)
    span, organisation = _organisations(population, size)
    keys = all_keys(seed, replicate)
    indptr, tie = (
        explicit_ties(population, size, keys, scenario.tie_kinds)
        if with_ties
        else (np.zeros(0, np.int64), np.zeros(0, TIE))
    )
    contacts, state = population.contacts, population.state
    head, head_cut = _heads(population, cut)
    world = World(
        _regions(population, size, households), size.size, cut, listed,
        np.array([stratum.seniority.value for stratum in population.strata]),
        span, organisation, indptr, tie, keys,
        population.household, population.unit, contacts.unit // 2, contacts.region // 2, contacts.country // 2,
        head, head_cut, state.apparatus, state.workplace // 2, state.patronage // 2, state.country // 2,
        np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0, TIE),
    )  # fmt: skip
    return with_named_ties(world, scenario)


def _heads(population: Population, cut: NDArray[np.int64]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """Return how many heads of household serve the state in each region, with their slots, and their numbers by stratum."""
    serves = np.array([stratum.id in population.state.strata for stratum in population.strata])
    head_cut = np.concatenate(
        [np.zeros((cut.shape[0], 1), np.int64), np.cumsum(np.diff(cut, axis=1) * serves, axis=1)], axis=1
    )
    head = np.zeros(cut.shape[0] + 1, HEAD)
    head["count"][:-1] = head_cut[:, -1]
    head["slot"] = _slots(head_cut[:, -1]) if serves.any() else 0
    return head, head_cut


def _regions(population: Population, size: NDArray[np.int64], households: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the records of the regions and the one that bounds them."""
    region = np.zeros(size.size + 1, REGION)
    region["size"][:-1], region["households"][:-1] = size, households
    region["start"] = np.concatenate(([0], np.cumsum(size)))
    region["slot"] = _slots(size)
    region["informers"][:-1] = np.round(size * population.informers.value)
    return region


def _cuts(population: Population, households: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return household quotas per region and stratum; a region's own shares replace, the rest is rescaled to fill up."""
    base = {stratum.id: stratum.share.value for stratum in population.strata}
    rows = []
    for region, count in zip(population.regions, households, strict=True):
        own = {key: quantity.value for key, quantity in region.shares.items()}
        rest = sum(share for key, share in base.items() if key not in own)
        scale = (1.0 - sum(own.values())) / rest if rest > 0 else 0.0
        shares = np.array([own.get(key, share * scale) for key, share in base.items()])
        rows.append(np.concatenate(([0], np.round(np.cumsum(shares) / shares.sum() * count))))
    return np.array(rows, np.int64)


def _slots(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first slot of each region; blocks are padded to multiples of about a sixteenth of their size."""
    grain = np.array([1 << max(0, int(n).bit_length() - 5) for n in size], np.int64)
    return np.concatenate(([0], np.cumsum(-(-size // grain) * grain)))


def _organisations(population: Population, size: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Return where members may live, and how many there are and half of the fellows each knows."""
    ids = [region.id for region in population.regions]
    span = np.zeros((len(population.organisations), size.size + 1), np.int64)
    table = np.zeros(len(population.organisations), ORGANISATION)
    for row, organisation in enumerate(population.organisations):
        home = not organisation.abroad
        allowed = np.array([home and (not organisation.regions or name in organisation.regions) for name in ids])
        span[row, 1:] = np.cumsum(np.where(allowed, size, 0))
        members = int(organisation.members.value)
        table[row] = min(members, int(span[row, -1])) if home else members, organisation.fellows // 2
    return span, table
