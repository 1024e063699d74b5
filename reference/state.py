"""What the slow clear twin of the process remembers: a case for each person of the record, statements, acts, desks."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field
from typing import Any

from reference import draws
from reference.naming import Past
from reference.world import Person, World, address

DENUNCIATIONS, DENOUNCER, DENOUNCED, MOTIVE, REPORTS, REPORTER, REPORTED, ALARM = 20, 21, 22, 23, 24, 25, 26, 27
ACCIDENTS, PLACE, SUSPICION, SABOTAGE = 28, 29, 30, 31
QUOTA, CATEGORY, REQUEST, ANSWER, PRESSED, HANDED_OVER = 41, 42, 43, 44, 45, 48
CONFESSION, NAMES, NAMED, POOL, EACH, ROUTE, DELAY, SENTENCE, REVIEW, SUCCESSOR, HOUR = (
    61, 62, 63, 64, 65, 80, 81, 82, 83, 84, 90,
)  # fmt: skip
CHANNELS = ("denunciation", "report", "interrogation", "accident")


@dataclass
class Case:
    """A person of the record, by row; status is free, held, or the outcome."""

    row: int
    person: Person
    stratum: int
    score: float = -math.inf
    status: str = "free"
    until: float = 0
    """From this day on a person who was judged is back."""
    first: int = -1
    arrested: int = -1
    source: int = -1
    category: int = -1
    sat: int = 0
    filed: bool = False


@dataclass
class Desk:
    """One regional office."""

    fear: float = 0.0
    arrests_today: int = 0
    held: int = 0
    list_debt: float = 0.0
    case_debt: float = 0.0
    leads: list[tuple[float, int]] = field(default_factory=list)
    """Leads, best first: minus the score, and the statement."""
    prompts: list[Person] = field(default_factory=list)
    notorious: list[tuple[int, Person]] = field(default_factory=list)
    doomed: list[tuple[int, Person]] = field(default_factory=list)


@dataclass
class Line:
    """What one source of arrests has in one region: its list, the turn, today's quota, limits, the day of an answer."""

    people: list[Person | None]
    turn: int = 0
    quota: int = 0
    places: list[int] = field(default_factory=lambda: [0, 0])
    used: list[int] = field(default_factory=lambda: [0, 0])
    answer: int = -1

    @property
    def open(self) -> list[int]:
        """Return the open places by category."""
        return [max(0, self.places[c] - self.used[c]) for c in (0, 1)]


class Record:
    """The whole state of a run, and the three ways to write into it."""

    def __init__(self, scenario: Any, seed: int, replicate: int) -> None:
        self.scenario = scenario
        self.world = World(scenario, seed, replicate)
        self.key = self.world.key
        self.cases: list[Case] = []
        self.by_person: dict[Person, Case] = {}
        self.statements: list[dict[str, Any]] = []
        self.acts: list[dict[str, Any]] = []
        self.past = Past()
        self.desks = [Desk() for _ in self.world.size]
        self.sources = [*scenario.operations, *scenario.orders]
        self.n_operations = len(scenario.operations)
        self.lines: list[list[Line]] = []
        self.sittings: dict[int, list[Case]] = {}
        self.hearings: dict[int, list[Case]] = {}
        self.queues: list[list[Case]] = [[] for _ in scenario.boards]
        self.n_sittings = 0
        self.n_filed = self.n_off_file = self.n_off_register = self.n_confessions = 0
        if scenario.population.ties.rule != "computed":
            for person in self.world.people:
                self.case(person)

    def day_of(self, date: Any, absent: int) -> int:
        """Return the day number of a date."""
        return absent if date is None else (date - self.scenario.time.start).days

    def case(self, person: Person) -> Case:
        """Return the case of a person, entering the person first if need be."""
        if person not in self.by_person:
            self.by_person[person] = Case(len(self.cases), person, self.world.stratum[person])
            self.cases.append(self.by_person[person])
        return self.by_person[person]

    def uniform(self, purpose: int, who: Person | int, whom: int, count: int) -> float:
        """Return an addressed uniform number; who is a person or a region."""
        return draws.uniform(self.key[purpose], who if isinstance(who, int) else address(who), whom, count)

    def against(self, case: Case) -> int:
        """Return how many speakers named somebody."""
        return self.past.speakers_against(case.row)

    def write_statement(self, day: int, speaker: Case | None, subject: Case, fields: dict[str, Any]) -> None:
        """Write a statement; anyone who is named first becomes notorious, and a lead if free."""
        number = len(self.statements)
        real = subject.person in self.world.organisation
        names = {"speaker": speaker.row if speaker else -1, "subject": subject.row, "true_lead": int(real)}
        self.statements.append({**names, **fields})
        desk = self.desks[subject.person[0]]
        if subject.first < 0:
            subject.first = number
            desk.notorious.append((day, subject.person))
        if fields["channel"] in self.scenario.centre.counts and not subject.filed:
            subject.filed = True
            self.n_filed += subject.status == "free"
        self.past.said.append((day, speaker.row if speaker else None, subject.row))
        weight = getattr(self.scenario.leads.weights, fields["channel"]).value
        if subject.status == "free" and weight > 0:
            subject.score = _log_of_sum(subject.score, math.log(weight) + day / self.scenario.leads.memory.value)
            bisect.insort(desk.leads, (-subject.score, number))

    def write_act(self, kind: str, case: Case, time: float, **fields: Any) -> None:
        """Write an act."""
        blank = {
            "cause": "none", "statement": -1, "operation": case.source, "board": -1, "outcome": "none",
            "pressure": math.nan, "sitting": -1, "evidence": self.against(case), "office": case.person[0],
        }  # fmt: skip
        self.acts.append({"time": time, "person": case.row, "kind": kind, **blank, **fields})


def _log_of_sum(a: float, b: float) -> float:
    """Return log(exp(a) + exp(b))."""
    if a == -math.inf:
        return b
    return max(a, b) + math.log1p(math.exp(min(a, b) - max(a, b)))
