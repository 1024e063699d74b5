"""A slow clear twin of the world that is not stored: everybody is listed, and every tie is entered from both ends.

Built from the resolved scenario. Persons are pairs (region, number); `address` is their number in draws.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate, combinations, pairwise
from typing import Any

from reference import draws

STATE_WORK, STATE_PATRONS, STATE_FAR = 10, 11, 12
STRATUM, INFORMER, MEMBER, UNIT_TIES, REGION_TIES, COUNTRY_TIES = 1, 2, 3, 4, 5, 6
LISTED, REWIRE, REGISTER = 8, 9, 40
NAMED_PERSON = 127

Person = tuple[int, int]
Turn = tuple[int, int, int]
"""When a contact comes to mind: the kind of tie, the number of the permutation, and whether forth (0) or back (1)."""


def address(person: Person) -> int:
    """Return the number by which a person enters draws and tables."""
    return person[0] * 2**32 + person[1]


class World:
    """Everybody of a small scenario: strata, informers, members, contacts and registers, all written out."""

    def __init__(self, scenario: Any, seed: int, replicate: int = 0) -> None:
        self.scenario = scenario
        self.population = p = scenario.population
        self.key = {purpose: draws.purpose_key(seed, replicate, purpose) for purpose in range(130)}
        self.size = [int(region.persons.value) for region in p.regions]
        self.people: list[Person] = [(r, local) for r, n in enumerate(self.size) for local in range(n)]
        self.households = [-(-n // p.household) for n in self.size]
        self.cut = [self._cut(r) for r in range(len(self.size))]
        self.stratum = self._strata()
        self.seniority = [stratum.seniority.value for stratum in p.strata]
        self.informers = [
            [self._turned(INFORMER, r, r, m) for m in range(round(n * p.informers.value))]
            for r, n in enumerate(self.size)
        ]
        self.lists = [self._members(o) for o in range(len(p.organisations))]
        self.organisation: dict[Person, int] = {}
        for o, members in enumerate(self.lists):
            for person in members:
                self.organisation.setdefault(person, o)
        self.contacts: dict[Person, dict[Person, set[str]]] = {person: defaultdict(set) for person in self.people}
        self._turn: dict[tuple[Person, Person], Turn] = {}
        self._tie_everybody()
        for person, known in self.contacts.items():
            order = sorted(known, key=lambda other: self._turn[person, other])
            self.contacts[person] = {other: known[other] for other in order}

    def _turned(self, purpose: int, number: int, r: int, m: int) -> Person:
        return r, draws.forth(draws.subkey(self.key[purpose], number), m, self.size[r])

    def _cut(self, r: int) -> list[int]:
        """Return the household quotas of a region: its own shares stand, the others fill up the rest."""
        p = self.population
        base = {stratum.id: stratum.share.value for stratum in p.strata}
        own = {name: share.value for name, share in p.regions[r].shares.items()}
        rest = sum(share for name, share in base.items() if name not in own)
        scale = (1 - sum(own.values())) / rest if rest > 0 else 0.0
        shares = [own.get(name, share * scale) for name, share in base.items()]
        sums = list(accumulate(shares))
        return [0, *(round(part / sums[-1] * self.households[r]) for part in sums)]

    def _strata(self) -> dict[Person, int]:
        """Return the stratum of everybody: households are shuffled and dealt out by quota."""
        found = {}
        for r, cut in enumerate(self.cut):
            for s, (first, last) in enumerate(pairwise(cut)):
                for place in range(first, last):
                    household = draws.forth(draws.subkey(self.key[STRATUM], r), place, self.households[r])
                    for m in range(self.population.household):
                        found[r, household * self.population.household + m] = s
        return {person: found[person] for person in self.people}

    def _members(self, o: int) -> list[Person]:
        organisation = self.population.organisations[o]
        ids = [region.id for region in self.population.regions]
        if organisation.abroad:
            return []
        home = [person for person in self.people if not organisation.regions or ids[person[0]] in organisation.regions]
        n = min(int(organisation.members.value), len(home))
        return [home[draws.forth(draws.subkey(self.key[MEMBER], o), m, len(home))] for m in range(n)]

    def _know(self, a: Person, b: Person, kind: str, turn: Turn) -> None:
        if a != b:
            self.contacts[a][b].add(kind)
            self._turn[a, b] = min(turn, self._turn.get((a, b), turn))

    def _tie(self, pair: tuple[Person, Person], kind: str, layer: int, m: int) -> None:
        """Tie two persons by a permutation; the first meets the second going forth."""
        self._know(*pair, kind, (layer, m, 0))
        self._know(*pair[::-1], kind, (layer, m, 1))

    def _tie_in_order(self, a: Person, b: Person, kind: str) -> None:
        """Tie two persons who come to each other's mind in the order of addresses."""
        self._know(a, b, kind, (0, *b))
        self._know(b, a, kind, (0, *a))

    def _tie_everybody(self) -> None:
        rule = self.population.ties.rule
        if rule == "computed":
            self._tie_households_and_units()
            self._tie_regions_and_country()
        elif rule == "table":
            for row in self.population.ties.rows:
                self._tie_in_order(self.people[row.a], self.people[row.b], row.kind)
        else:
            self._tie_ring()
        self._tie_state()
        self._tie_named()
        self._tie_fellows()

    def _tie_state(self) -> None:
        """Tie the heads of household who serve the state: colleagues in blocks, patronage in the region and anywhere."""
        p, state = self.population, self.population.state
        names = [stratum.id for stratum in p.strata]
        heads: list[list[Person]] = []
        for r, cut in enumerate(self.cut):
            places = [m for s, (a, b) in enumerate(pairwise(cut)) for m in range(a, b) if names[s] in state.strata]
            key = draws.subkey(self.key[STRATUM], r)
            heads.append([(r, draws.forth(key, place, self.households[r]) * p.household) for place in places])
        slots: list[Person | None] = []
        for r, here in enumerate(heads):
            for first in range(0, len(here), state.apparatus):
                block = here[first : first + state.apparatus]
                self._tie_all(block, (STATE_WORK, r, first // state.apparatus), state.workplace // 2, "unit", 5)
            self._tie_all(here, (STATE_PATRONS, r), state.patronage // 2, "acquaintance", 6)
            grain = 2 ** max(0, len(here).bit_length() - 5)
            padding = -(-len(here) // grain) * grain - len(here)
            slots += [*here, *([None] * padding)]
        for m in range(state.country // 2):
            key = draws.subkey(self.key[STATE_FAR], m)
            for at, person in enumerate(slots):
                there = draws.forth(key, at, len(slots))
                while person and not slots[there]:
                    there = draws.forth(key, there, len(slots))
                if person:
                    self._tie((person, slots[there] or person), "acquaintance", 7, m)

    def _tie_all(self, people: list[Person], key: tuple[int, ...], turns: int, kind: str, layer: int) -> None:
        """Tie everybody of a list to the next one under this many keyed permutations."""
        base = self.key[key[0]]
        for number in key[1:]:
            base = draws.subkey(base, number)
        for m in range(turns):
            for a, person in enumerate(people):
                self._tie((person, people[draws.forth(draws.subkey(base, m), a, len(people))]), kind, layer, m)

    def _tie_households_and_units(self) -> None:
        p = self.population
        for r, n in enumerate(self.size):
            for first in range(0, n, p.household):
                for a, b in combinations(range(first, min(first + p.household, n)), 2):
                    self._tie_in_order((r, a), (r, b), "kin")
            for first in range(0, n, p.unit):
                count = min(p.unit, n - first)
                key = draws.subkey(draws.subkey(self.key[UNIT_TIES], r), first // p.unit)
                for m in range(p.contacts.unit // 2):
                    for a in range(count):
                        there = first + draws.forth(draws.subkey(key, m), a, count)
                        self._tie(((r, first + a), (r, there)), "unit", 1, m)

    def _tie_regions_and_country(self) -> None:
        p = self.population
        for r, n in enumerate(self.size):
            for m in range(p.contacts.region // 2):
                key = draws.subkey(draws.subkey(self.key[REGION_TIES], r), m)
                for a in range(n):
                    self._tie(((r, a), (r, draws.forth(key, a, n))), "acquaintance", 2, m)
        slots: list[Person | None] = []
        for r, n in enumerate(self.size):
            grain = 2 ** max(0, n.bit_length() - 5)
            slots += [(r, a) if a < n else None for a in range(-(-n // grain) * grain)]
        for m in range(p.contacts.country // 2):
            key = draws.subkey(self.key[COUNTRY_TIES], m)
            for here, person in enumerate(slots):
                there = draws.forth(key, here, len(slots))
                while person and not slots[there]:
                    there = draws.forth(key, there, len(slots))
                if person:
                    self._tie((person, slots[there] or person), "acquaintance", 3, m)

    def _tie_ring(self) -> None:
        """Tie a Watts-Strogatz ring, and households as kin."""
        ties, n, h = self.population.ties, len(self.people), self.population.household
        for a in range(n):
            for step in range(1, min(ties.neighbours, n - 1) // 2 + 1):
                b = (a + step) % n
                if draws.uniform(self.key[REWIRE], a, step, 0) < ties.rewiring.value:
                    b = draws.integer(self.key[REWIRE], a, step, 1, n - 1)
                    b += b >= a
                self._tie_in_order(self.people[a], self.people[b], "acquaintance")
        for first in range(0, n, h):
            for a, b in combinations(range(first, min(first + h, n)), 2):
                self._tie_in_order(self.people[a], self.people[b], "kin")

    def _tie_named(self) -> None:
        """Tie persons with names as the scenario says; each takes the place of somebody of the region and stratum."""
        p, home = self.population, [one for one in self.scenario.persons if not one.abroad]
        ids, strata = [region.id for region in p.regions], [stratum.id for stratum in p.strata]
        self.named: dict[str, Person] = {}
        for one in home:
            r = ids.index(one.region) if one.region else 0
            s = strata.index(one.stratum) if one.stratum else 0
            room = (self.cut[r][s + 1] - self.cut[r][s]) * p.household
            key = draws.subkey(draws.subkey(self.key[NAMED_PERSON], r), s)
            order = [self.stratum_member(r, s, draws.forth(key, turn, room)) for turn in range(room)]
            taken = set(self.named.values())
            self.named[one.id] = next(person for person in order if person and person not in taken)
        for one in home:
            for tie in one.ties:
                a, b = self.named[one.id], self.named[tie.to]
                self._know(a, b, tie.kind, (8, 0, address(b)))
                self._know(b, a, tie.kind, (8, 0, address(a)))

    def _tie_fellows(self) -> None:
        """Tie members to their nearest on the ring of members; anyone who is in two organisations looks to the first only."""
        for o, members in enumerate(self.lists):
            for m, person in enumerate(members):
                if self.organisation[person] != o:
                    continue
                for step in range(1, self.population.organisations[o].fellows // 2 + 1):
                    for side, other in enumerate((m - step, m + step)):
                        self._know(person, members[other % len(members)], "organisation", (8, step, side))

    def listed(self, r: int, s: int) -> int:
        """Return how many persons of a stratum stand on the register of a region."""
        whole = (self.cut[r][s + 1] - self.cut[r][s]) * self.population.household
        return round(whole * self.population.strata[s].listed.value)

    def stratum_member(self, r: int, s: int, m: int) -> Person | None:
        """Return the m-th person of a stratum, None where the last household is not full."""
        h = self.population.household
        household = draws.forth(draws.subkey(self.key[STRATUM], r), self.cut[r][s] + m // h, self.households[r])
        person = (r, household * h + m % h)
        return person if person in self.stratum else None

    def walk_list(self, source: int, r: int, counts: list[int], whole: bool) -> list[Person | None]:
        """Return a list of an office in its order: lines by stratum, shuffled; some lines are empty."""
        lines: list[Person | None] = []
        for s, count in enumerate(counts):
            room = (self.cut[r][s + 1] - self.cut[r][s]) * self.population.household
            key = draws.subkey(draws.subkey(self.key[LISTED], r), s)
            places = [place if whole else draws.forth(key, place, room) for place in range(count)]
            lines += [self.stratum_member(r, s, place) for place in places]
        key = draws.subkey(draws.subkey(self.key[REGISTER], source), r)
        return [lines[draws.forth(key, turn, len(lines))] for turn in range(len(lines))]
