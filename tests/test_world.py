"""The world that is not stored answers as one that is written out in full; acquaintance is mutual."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greatfear.naming import facts
from greatfear.scenario.model import Scenario
from greatfear.world import people
from greatfear.world.contacts import contacts, most_contacts
from greatfear.world.layout import World, build_world
from reference import world as plain

BITS = {"kin": facts.KIN, "unit": facts.UNIT, "acquaintance": facts.ACQUAINTANCE, "organisation": facts.ORGANISATION}
STRATA = [{"id": "a", "share": 0.5, "listed": 0.3}, {"id": "b", "share": 0.3}, {"id": "c", "share": 0.2, "listed": 1.0}]


def scenario(sizes: list[int], **population: Any) -> Scenario:
    regions = [{"id": f"r{r}", "persons": n} for r, n in enumerate(sizes)]
    span = {"start": "1900-01-01", "end": "1900-02-01"}
    population = {"regions": regions, "strata": STRATA, "household": 4, "unit": 12, **population}
    return Scenario.model_validate({"id": "x", "title": "x", "time": span, "population": population})


def kernel_contacts(world: World) -> dict[int, dict[int, int]]:
    room = int(most_contacts(world))
    ids, bits, found = np.empty(room, np.int64), np.empty(room, np.int64), {}
    for r in range(world.regions):
        for local in range(int(world.region["size"][r])):
            n = contacts(world, (r << 32) | local, ids, bits)
            assert len(set(ids[:n].tolist())) == n, "somebody is a contact twice"
            found[(r << 32) | local] = dict(zip(ids[:n].tolist(), bits[:n].tolist(), strict=True))
    return found


def one_sided(found: dict[int, dict[int, int]]) -> list[tuple[int, int]]:
    """Return the ties that the other end does not have, or has with other bits."""
    return [(i, j) for i, ties in found.items() for j, bits in ties.items() if i == j or found[j].get(i) != bits]


def twin_contacts(world: plain.World) -> dict[int, dict[int, int]]:
    return {
        plain.address(i): {plain.address(j): sum(BITS[kind] for kind in kinds) for j, kinds in ties.items()}
        for i, ties in world.contacts.items()
    }


LAYOUTS: dict[str, Scenario] = {
    "one region": scenario([101]),
    "padded": scenario([97, 33, 150], contacts={"unit": 2, "region": 2, "country": 6}),
    "tiny": scenario([2, 3, 7], contacts={"unit": 6, "region": 6, "country": 6}),
    "alone": scenario([60, 41], household=1, unit=1, contacts={"unit": 4, "region": 0, "country": 2}),
    "servants of the state": scenario(
        [101, 60, 7], state={"strata": ["a", "c"], "apparatus": 5, "workplace": 2, "patronage": 4, "country": 4}
    ),
    "fellows": scenario([80, 90], organisations=[{"id": "o", "members": 25, "fellows": 4}]),
    "fellows of one region": scenario(
        [80, 90], organisations=[{"id": "o", "members": 3, "fellows": 6, "regions": ["r1"]}]
    ),
    "small world": scenario([30, 45], ties={"rule": "small-world", "neighbours": 6, "rewiring": 0.2}),
    "table": scenario(
        [5, 9],
        ties={
            "rule": "table",
            "rows": [{"a": 0, "b": 7}, {"a": 7, "b": 0, "kind": "kin"}, {"a": 2, "b": 3}, {"a": 4, "b": 4}],
        },
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("seed", [0, 5])
def test_contacts_are_mutual_and_those_of_the_twin(name: str, seed: int) -> None:
    found = kernel_contacts(build_world(LAYOUTS[name], seed))
    assert one_sided(found) == []
    assert found == twin_contacts(plain.World(LAYOUTS[name], seed))


def test_a_one_sided_tie_is_seen() -> None:
    found = kernel_contacts(build_world(LAYOUTS["padded"], 0))
    other = next(iter(found[0]))
    found[0][other] |= 64
    assert sorted(one_sided(found)) == sorted([(0, other), (other, 0)])
    del found[0][other]
    assert one_sided(found) == [(other, 0)]


def test_contacts_are_as_many_as_asked_for() -> None:
    world = build_world(LAYOUTS["padded"], 3)
    found = kernel_contacts(world)
    most = max(map(len, found.values()))
    assert most <= most_contacts(world)
    # 3 kin, 2 of the unit, 2 of the region, 6 of the country, less what coincides
    assert 11 < np.mean([len(ties) for ties in found.values()]) <= 13


@given(st.lists(st.integers(2, 60), min_size=1, max_size=3), st.integers(0, 2**31), st.sampled_from([1, 3, 4]))
@settings(max_examples=12)
def test_any_layout_is_mutual_and_its_twin(sizes: list[int], seed: int, household: int) -> None:
    made = scenario(sizes, household=household, unit=12, contacts={"unit": 4, "region": 2, "country": 4})
    found = kernel_contacts(build_world(made, seed))
    assert one_sided(found) == []
    assert found == twin_contacts(plain.World(made, seed))


@pytest.fixture(scope="module")
def both() -> tuple[World, plain.World]:
    made = scenario(
        [203, 150],
        informers=0.07,
        organisations=[{"id": "o", "members": 30}, {"id": "p", "members": 12, "regions": ["r1"]}],
    )
    return build_world(made, 8), plain.World(made, 8)


def test_attributes_are_those_of_the_twin(both: tuple[World, plain.World]) -> None:
    world, twin = both
    for person in twin.people:
        at = plain.address(person)
        assert (people.region_of(at), people.local_of(at)) == person
        assert people.stratum_of(world, at) == twin.stratum[person]
        assert people.is_informer(world, at) == (person in twin.informers[person[0]])
        assert people.member_of(world, at)[0] == twin.organisation.get(person, -1)
    for r, listed in enumerate(twin.informers):
        assert [people.informer_address(world, r, m) for m in range(len(listed))] == [plain.address(p) for p in listed]


def test_a_household_has_one_stratum_and_quotas_are_met(both: tuple[World, plain.World]) -> None:
    world, twin = both
    by_household: dict[tuple[int, int], set[int]] = {}
    for r, local in twin.people:
        by_household.setdefault((r, local // 4), set()).add(int(people.stratum_of(world, (r << 32) | local)))
    assert all(len(strata) == 1 for strata in by_household.values())
    for r in range(2):
        counts = Counter(next(iter(s)) for (region, _), s in by_household.items() if region == r)
        assert [counts[s] for s in range(3)] == np.diff(world.cut[r]).tolist()
        assert np.abs(np.diff(world.cut[r]) / world.region["households"][r] - [0.5, 0.3, 0.2]).max() < 0.02


def test_members_are_as_many_as_supposed(both: tuple[World, plain.World]) -> None:
    world, twin = both
    orgs = [int(people.member_of(world, plain.address(person))[0]) for person in twin.people]
    assert orgs.count(0) == 30
    assert 0 < orgs.count(1) <= 12
    assert all(person[0] == 1 for person, o in zip(twin.people, orgs, strict=True) if o == 1)


@pytest.mark.parametrize("whole", [False, True])
def test_a_list_holds_each_person_once_and_only_its_strata(both: tuple[World, plain.World], whole: bool) -> None:
    world, twin = both
    for r in range(2):
        counts = [0] * 3
        for s in (0, 2):
            counts[s] = int(np.diff(world.cut[r])[s] * world.household) if whole else int(world.listed[r, s])
        cut = np.concatenate(([0], np.cumsum(counts)))
        walked = [int(people.walk_list(world, 4, r, cut, turn, whole)) for turn in range(cut[-1])]
        named = [person for person in walked if person >= 0]
        assert len(set(named)) == len(named)
        assert len(walked) - len(named) < world.household, "only the last household is short"
        assert {int(people.stratum_of(world, person)) for person in named} == {0, 2}
        assert {person >> 32 for person in named} == {r}
        expected = [-1 if p is None else plain.address(p) for p in twin.walk_list(4, r, counts, whole)]
        assert walked == expected
        assert walked != [-1 if p is None else plain.address(p) for p in twin.walk_list(5, r, counts, whole)]
        assert counts[1] == 0
        if not whole:
            assert counts == [twin.listed(r, 0), 0, twin.listed(r, 2)]


def test_a_person_more_elsewhere_changes_nobody_here() -> None:
    sizes = {"unit": 4, "region": 4, "country": 0}
    before = kernel_contacts(build_world(scenario([50, 120], contacts=sizes), 4))
    after = kernel_contacts(build_world(scenario([51, 120], contacts=sizes), 4))
    here = [i for i in before if i >> 32 == 1]
    assert [before[i] for i in here] == [after[i] for i in here]
    assert [before[i] for i in before if i >> 32 == 0] != [after[i] for i in before if i >> 32 == 0]


def test_a_person_more_in_the_padding_moves_few_ties_of_the_country() -> None:
    before = kernel_contacts(build_world(scenario([1000, 1200]), 4))
    after = kernel_contacts(build_world(scenario([1001, 1200]), 4))
    changed = [i for i in before if i >> 32 == 1 and before[i] != after[i]]
    assert len(changed) <= 4  # the newcomer steps between one pair in each permutation
