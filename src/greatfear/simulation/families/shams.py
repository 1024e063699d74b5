"""Sham organisations: the family of all shams of a run, its tables and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.scenario.model import Scenario
from greatfear.simulation.families.sham_course import evening, morning
from greatfear.simulation.families.sham_state import ShamState
from greatfear.simulation.kernels.index import find
from greatfear.simulation.truth_schema import truth_table
from greatfear.simulation.truth_sham import SHAM_EVENTS, SHAM_ROLES
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process


def supposed(scenario: Scenario, world: World) -> Shams | None:
    """Return the family where the scenario supposes a sham."""
    return Shams(scenario, world) if scenario.shams else None


def shams_of(families: Sequence[Any]) -> list[ShamState]:
    """Return the shams among the families of a run."""
    return [sham for family in families if isinstance(family, Shams) for sham in family.shams]


class Shams:
    """All shams of a run, each with a state of its own."""

    name = "shams"

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.shams = [ShamState(scenario, world, number) for number in range(len(scenario.shams))]

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Let each sham have its day."""
        running = [sham.runs(day) for sham in self.shams]
        for sham in self.shams:
            morning(sham, process, day)
        ended = [sham for sham, ran in zip(self.shams, running, strict=True) if ran and not sham.runs(day)]
        for one in ended:
            self._doubt(one, day)

    def _doubt(self, exposed: ShamState, day: int) -> None:
        """Let what became known of one sham cost the others trust, as far as they still run."""
        share = exposed.rule.defection.others.value
        for other in self.shams:
            if share > 0 and other is not exposed and other.runs(day):
                before = other.mean_trust()
                other.lose(share)
                other.add("trust_lost", before - other.mean_trust())
                other.note(day, "doubted")

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Let each sham learn who of its people was arrested today."""
        for sham in self.shams:
            evening(sham, process, day)

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""
        return {f"{sham.number}.{key}": array for sham in self.shams for key, array in sham.saved().items()}

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""
        for sham in self.shams:
            start = f"{sham.number}."
            sham.restore({key.removeprefix(start): saved[key] for key in saved if key.startswith(start)})

    def names(self) -> dict[int, str]:
        """Return the names under which shams write persons, by address: code names, and names of persons abroad."""
        return {address: name for sham in self.shams for address, name in sham.names().items()}

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return the tables ``sham_persons`` and ``sham_events``."""
        index, ids = process.state.rows, [sham.rule.id for sham in self.shams]
        people = np.concatenate([sham.people for sham in self.shams])
        events = np.concatenate([sham.events for sham in self.shams])
        of_person, of_event = (
            np.repeat(np.arange(len(ids)), [getattr(sham, part).size for sham in self.shams])
            for part in ("people", "events")
        )

        def rows(addresses: NDArray[np.int64]) -> NDArray[np.int32]:
            return np.array([find(index, int(x)) if x >= 0 else -1 for x in addresses], np.int32)

        persons = {
            "sham": (of_person, ids),
            "person": rows(people["address"]),
            "address": people["address"],
            "role": (people["role"], SHAM_ROLES),
            "since": people["since"],
            "reported": people["reported"],
            "found_out": people["found_out"],
            "by": people["by"],
        }
        happened = {
            "sham": (of_event, ids),
            "time": events["time"],
            "kind": (events["kind"], SHAM_EVENTS),
            "person": rows(events["address"]),
            "trust": events["trust"],
        }
        return {
            "sham_persons": truth_table("sham_persons", persons, people.size),
            "sham_events": truth_table("sham_events", happened, events.size),
            **self._papers(rows),
        }

    def _papers(self, rows: Callable[[NDArray[np.int64]], NDArray[np.int32]]) -> dict[str, pa.Table]:
        """Return the table ``sham_papers`` where a sham has readers."""
        told = [(sham, sham.papers[sham.papers["statement"] >= 0]) for sham in self.shams if sham.rule.readers]
        if not told:
            return {}
        ids = [f"{sham.rule.id}/{reader.id}" for sham, _ in told for reader in sham.rule.readers]
        first = np.cumsum([0, *(len(sham.rule.readers) for sham, _ in told)])
        papers = np.concatenate([part for _, part in told])
        base = np.repeat(first[:-1], [part.size for _, part in told])
        columns = {
            "statement": papers["statement"].astype(np.int32),
            "reader": ((base + papers["reader"]).astype(np.int32), ids),
            "told_by": (np.where(papers["told_by"] >= 0, base + papers["told_by"], -1).astype(np.int32), ids),
            "person": rows(papers["subject"]),
            "believed": papers["believed"],
        }
        return {"sham_papers": truth_table("sham_papers", columns, papers.size)}

    def report(self) -> dict[str, Any]:
        """Return what each sham did."""
        return {"shams": [sham.report() for sham in self.shams]}
