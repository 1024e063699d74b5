"""What a sham organisation is at one time: its people, the trust in it, what has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.draws import Purpose, forth, subkey
from greatfear.scenario.model import Scenario
from greatfear.scenario.sham import Target, Visit
from greatfear.simulation.families.sham_readers import PAPER, readers_report
from greatfear.simulation.rules import day_of
from greatfear.simulation.truth_sham import SHAM_EVENTS, SHAM_ROLES
from greatfear.world.layout import World
from greatfear.world.named import named_addresses
from greatfear.world.people import INVENTED, TARGETS, member_address

AGENT, MEMBER, PROVOKED, INVENTED_ROLE, _ABROAD = range(len(SHAM_ROLES))
PERSON = np.dtype(
    [
        ("address", "i8"),
        ("by", "i8"),
        ("since", "f8"),
        ("reported", "f8"),
        ("found_out", "f8"),
        ("role", "i1"),
        ("free", "i1"),
    ]
)
EVENT = np.dtype([("time", "f8"), ("address", "i8"), ("trust", "f8"), ("kind", "i1")])
_TALLY = ("ended", "arrests", "credited_member", "credited_provoked", "credited_invented", "struck", "trust_lost")
SERIES = ("day", "trust", "members", "provoked", "invented", "held_back", "belief")


class ShamState:
    """One sham under way. Trust, a number from 0 to 1 for each leader, is all that the other side knows of it.

    Parameters
    ----------
    scenario : Scenario
    world : World
    number : int
        Which of the scenario's shams.
    """

    def __init__(self, scenario: Scenario, world: World, number: int) -> None:
        self.rule = rule = scenario.shams[number]
        self.number, self.world, self.epoch = number, world, scenario.time.start
        ids = [region.id for region in scenario.population.regions]
        names = [organisation.id for organisation in scenario.population.organisations]
        self.region = ids.index(rule.region) if rule.region else 0
        self.leaders = [names.index(leader.organisation) for leader in rule.leaders]
        self.network = names.index(rule.network) if rule.network else -1
        self.begins = day_of(rule.start, self.epoch, 0)
        self.trust = np.array([leader.trust.value for leader in rule.leaders])
        addresses = named_addresses(scenario, world).tolist()
        self.named = dict(zip([one.id for one in scenario.persons], addresses, strict=True))
        """Addresses of persons with names."""
        self.people, self.events, self.papers = np.zeros(0, PERSON), np.zeros(0, EVENT), np.zeros(0, PAPER)
        self.series: NDArray[np.float64] = np.zeros((0, len(SERIES)))
        self.tally = np.zeros(len(_TALLY))
        self.tally[0] = -1
        self.place: dict[int, int] = {}

    # Who belongs to it

    def first_people(self) -> None:
        """Enter the agents, and members of the network on which it is built."""
        w, key = self.world, self.world.keys[Purpose.SHAM_AGENT]
        size = int(w.region["size"][self.region])
        own, other = (np.uint64(subkey(key, 2 * self.number + part)) for part in (0, 1))
        for one in self.rule.named:
            self.enter(self.named[one], AGENT, self.begins, -1)
        for k in range(min(int(self.rule.agents.value) - len(self.rule.named), size)):
            self.enter((self.region << 32) | int(forth(own, k, size)), AGENT, self.begins, -1)
        members = int(w.organisation["members"][self.network]) if self.network >= 0 else 0
        for k in range(min(int(self.rule.initial.value), members)):
            member = int(member_address(w, self.network, int(forth(other, k, members))))
            self.enter(member, MEMBER, self.begins, -1)

    def enter(self, address: int, role: int, since: float, by: int) -> None:
        """Enter a person once; the first role stays."""
        if address in self.place:
            return
        self.place[address] = self.people.size
        row = np.zeros(1, PERSON)
        row[0] = (address, by, since, np.nan, np.nan, role, 1)
        self.people = np.concatenate([self.people, row])

    def agents(self) -> NDArray[np.int64]:
        """Return the places of agents who are free and not found out."""
        p = self.people
        return np.flatnonzero((p["role"] == AGENT) & (p["free"] == 1) & np.isnan(p["found_out"]))

    def drawn_in(self) -> NDArray[np.int64]:
        """Return the places of persons who were drawn in and are free."""
        p = self.people
        return np.flatnonzero(((p["role"] == MEMBER) | (p["role"] == PROVOKED)) & (p["free"] == 1))

    def count(self, role: int) -> int:
        """Return how many ever had a role."""
        return int((self.people["role"] == role).sum())

    def abroad(self, k: int) -> int:
        """Return the address of the k-th person abroad: targets, then visitors; a person with a name has one address."""
        person = self.known_abroad[k].person
        if person:
            return int(self.named[person])
        return (self.region << 32) | (TARGETS + (self.number << 16) + k)

    @property
    def known_abroad(self) -> list[Target | Visit]:
        """Return targets and then visitors."""
        return [*self.rule.targets, *self.rule.visits]

    def invented(self, k: int) -> int:
        """Return the address of the k-th invented member."""
        return (self.region << 32) | (INVENTED + (self.number << 24) + k)

    # Trust

    def runs(self, day: int) -> bool:
        """Return whether it has begun and not ended."""
        return self.begins <= day and self.tally[0] < 0

    def mean_trust(self) -> float:
        """Return the mean trust of its leaders; 1 where it has none to convince."""
        return float(self.trust.mean()) if self.trust.size else 1.0

    def gain(self, share: float) -> None:
        """Let all leaders trust it more: by a share of what is missing."""
        self.trust += share * (1.0 - self.trust)

    def lose(self, share: float) -> None:
        """Let all leaders trust it less: by a share of what there is."""
        self.trust *= 1.0 - share

    def held(self, o: int) -> float:
        """Return the share of the plans of organisation o that it holds back."""
        if self.people.size == 0 or self.tally[0] >= 0:
            return 0.0
        shares = [
            leader.restraint.value * trust
            for leader, trust, place in zip(self.rule.leaders, self.trust.tolist(), self.leaders, strict=True)
            if place == o
        ]
        return max(shares, default=0.0)

    def made_up(self, o: int, day: int, held_attempts: float) -> float:
        """Return the attempts a day by which organisation o makes up, after the exposure, for what was held back."""
        if self.tally[0] < 0:
            return 0.0
        return sum(
            leader.released.value * held_attempts / max(leader.release.value, 1.0)
            for leader, place in zip(self.rule.leaders, self.leaders, strict=True)
            if place == o and self.tally[0] <= day < self.tally[0] + leader.release.value
        )

    # What has happened

    def note(self, time: float, kind: str, address: int = -1) -> None:
        """Note an event with the trust after it."""
        row = np.zeros(1, EVENT)
        row[0] = (time, address, self.mean_trust(), SHAM_EVENTS.index(kind))
        self.events = np.concatenate([self.events, row])

    def score(self, name: str) -> float:
        """Return a count of the tally."""
        return float(self.tally[_TALLY.index(name)])

    def add(self, name: str, more: float) -> None:
        """Add to a count of the tally."""
        self.tally[_TALLY.index(name)] += more

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {name: getattr(self, name) for name in ("trust", "people", "events", "series", "tally", "papers")}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        for name in self.saved():
            setattr(self, name, saved[name])
        self.place = {int(address): k for k, address in enumerate(self.people["address"])}

    def names(self) -> dict[int, str]:
        """Return code names of those it reported, in the order of reporting, and the names of persons abroad."""
        p = self.people
        told = np.flatnonzero(~np.isnan(p["reported"]) & (p["role"] <= INVENTED_ROLE))
        order = told[np.argsort(p["reported"][told], kind="stable")]
        code = {int(p["address"][k]): f"{self.rule.name or self.rule.id} no. {n + 1}" for n, k in enumerate(order)}
        return code | {self.abroad(k): one.name or one.id for k, one in enumerate(self.known_abroad)}

    def report(self) -> dict[str, Any]:
        """Return what it did, in the terms of a historian."""
        ended, events = int(self.score("ended")), self.events
        abroad = {self.abroad(k): one.id for k, one in enumerate(self.known_abroad)}
        abroad |= {address: name for name, address in self.named.items()}
        told = [
            {
                "time": float(e["time"]),
                "kind": SHAM_EVENTS[e["kind"]],
                "who": abroad.get(int(e["address"])),
                "trust": float(e["trust"]),
            }
            for e in events
        ]
        return {
            "id": self.rule.id,
            "agents": self.count(AGENT),
            "members_found": self.count(MEMBER),
            "provoked": self.count(PROVOKED),
            "invented": self.count(INVENTED_ROLE),
            "agents_found_out": int((~np.isnan(self.people["found_out"])).sum()),
            "exposed_on": None if ended < 0 else ended,
            "belief_added": sum(self.score(f"credited_{kind}") for kind in ("member", "provoked", "invented")),
            "belief_inflated": self.score("credited_provoked") + self.score("credited_invented") - self.score("struck"),
            "belief_struck": self.score("struck"),
            "trust_lost": self.score("trust_lost"),
            "events": told,
            "columns": list(SERIES),
            "series": self.series.tolist(),
            "readers": readers_report(self.rule, self.papers),
        }
