"""Tribunals: judges who are persons of the record and can be drawn in, and public trials of which everybody hears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.draws import Purpose, uniform
from greatfear.scenario.model import Scenario
from greatfear.simulation.codes import ARREST, FREE, HELD, N_ACTS, RELEASE, REPORT, SELF_PROTECTION, SENTENCE
from greatfear.simulation.families.telling import Told, tell
from greatfear.simulation.kernels import tribunals as kernels
from greatfear.simulation.kernels.index import find_or_add
from greatfear.simulation.state import make_room
from greatfear.simulation.truth_schema import truth_table
from greatfear.world.layout import World
from greatfear.world.named import named_addresses

if TYPE_CHECKING:
    from greatfear.simulation.process import Process


class TribunalsFamily:
    """Days on which a board with judges sat, and what came of public trials."""

    name = "tribunals"

    def __init__(self, scenario: Scenario, world: World) -> None:
        strata = [stratum.id for stratum in scenario.population.strata]
        self.boards = scenario.boards
        named = named_addresses(scenario, world).tolist()
        self.address = dict(zip([one.id for one in scenario.persons], named, strict=True))
        self.bench = [strata.index(board.bench) if board.judges else -1 for board in scenario.boards]
        self.seen = np.zeros(1, np.int64)
        self.sat: list[list[int]] = []
        """Day, board, row of a judge, cases decided that day."""
        self.cases = np.zeros((len(scenario.boards), 2), np.int64)
        """Sentenced and released, by board."""
        self.reported = np.zeros(2, np.int64)
        """Judges reported by a fellow judge, judges arrested."""

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Do nothing: boards sit after the day's arrests."""

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Seat the judges of the boards that decided today, and let public trials be heard of."""
        state = process.state
        acts = state.acts[self.seen[0] : state.meter[N_ACTS]]
        self.seen[0] = state.meter[N_ACTS]
        if self.sat:
            self.reported[1] += np.isin(acts["person"][acts["kind"] == ARREST], [row[2] for row in self.sat]).sum()
        decided = acts[(acts["kind"] == SENTENCE) | (acts["kind"] == RELEASE)]
        for b in np.unique(decided["board"]).tolist():
            own = decided[decided["board"] == b]
            condemned = own["person"][own["kind"] == SENTENCE].astype(np.int64)
            self.cases[b] += (condemned.size, own.size - condemned.size)
            board = self.boards[b]
            if board.kind == "public" and condemned.size:
                kernels.make_spoken_of(process.world, state, condemned, board.fear.value)
            if board.judges:
                self._sit(process, day, b, own.size)

    def _sit(self, process: Process, day: int, b: int, cases: int) -> None:
        """Let the judges of one board sit; a fellow judge may report one of them."""
        board, world = self.boards[b], process.world
        state = process.state = make_room(process.state, board.judges + 2 * len(board.sits), 0, 0)
        judges = self._bench(process, day, b)
        n = judges.size
        kernels.make_known(state, day, judges)
        self.sat += [[day, b, row, cases] for row in judges.tolist()]
        ids = state.people["id"][judges]
        key = world.keys[Purpose.SUSPECTED]
        fallen = [k for k in range(n) if n > 1 and uniform(key, int(ids[k]), day, b) < board.suspicion.value]
        if fallen:
            subject = ids[fallen].astype(np.int64)
            speaker = ids[[(k + 1) % n for k in fallen]].astype(np.int64)
            channel, motive = np.full(len(fallen), REPORT, np.int8), np.full(len(fallen), SELF_PROTECTION, np.int8)
            hours = np.array([uniform(key, int(one), day, 64 + b) for one in subject])
            tell(process, day, Told(speaker, subject, channel, hours, motive))
            self.reported[0] += len(fallen)

    def _bench(self, process: Process, day: int, b: int) -> NDArray[np.int64]:
        """Return the rows of a board's judges: those with names who are free, and others of the stratum."""
        board, world, state = self.boards[b], process.world, process.state
        named = np.array([find_or_add(world, state, self.address[one]) for one in board.sits], np.int64)
        one = state.people[named]
        first = named[(one["status"] == FREE) | ((one["status"] != HELD) & (one["until"] <= day))]
        others = np.full(board.judges + len(board.sits), -1, np.int64)
        others = others[: int(kernels.seat(world, state, day, b, self.bench[b], others))]
        judges: NDArray[np.int64] = np.concatenate((first, others[~np.isin(others, named)]))[: board.judges]
        return judges

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        sat = np.array(self.sat, np.int64).reshape(-1, 4)
        return {"seen": self.seen, "sat": sat, "cases": self.cases, "reported": self.reported}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        self.seen, self.cases, self.reported = (saved[key].copy() for key in ("seen", "cases", "reported"))
        self.sat = saved["sat"].tolist()

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return who sat in judgment when, and what became of them by the end of the run."""
        sat, people = np.array(self.sat, np.int64).reshape(-1, 4), process.state.people
        columns = {
            "day": sat[:, 0].astype(np.int32),
            "board": (sat[:, 1].astype(np.int32), [board.id for board in self.boards]),
            "person": sat[:, 2].astype(np.int32),
            "cases": sat[:, 3].astype(np.int32),
            "arrested_later": (people["arrested"][sat[:, 2]] >= sat[:, 0]).astype(np.int8),
        }
        return {"judges": truth_table("judges", columns, sat.shape[0])}

    def report(self) -> dict[str, Any]:
        """Return the boards: who judged, on what evidence, with what delay and outcome."""
        sat = np.array(self.sat, np.int64).reshape(-1, 4)
        boards = {
            board.id: {
                "kind": board.kind,
                "evidence": board.evidence,
                "confession": board.confession,
                "least_delay_days": board.least.value,
                "mean_delay_days": board.delay.value,
                "judges": board.judges,
                "persons_who_judged": int(np.unique(sat[sat[:, 1] == b, 2]).size),
                "sentenced": int(self.cases[b, 0]),
                "released": int(self.cases[b, 1]),
            }
            for b, board in enumerate(self.boards)
        }
        reported, arrested = self.reported.tolist()
        return {"judges_reported_by_fellows": reported, "judges_arrested_later": arrested, "boards": boards}


def supposed(scenario: Scenario, world: World) -> TribunalsFamily | None:
    """Return the family where a board has judges or holds public trials."""
    supposed = any(board.judges or board.kind == "public" for board in scenario.boards)
    return TribunalsFamily(scenario, world) if supposed else None
