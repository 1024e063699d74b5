"""Small scenarios for verification, and how a run is read: arrays of arrests, chains back to the first accused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greatfear.scenario import Scenario, from_dict
from greatfear.simulation.run import Run

EPOCH = np.datetime64("1900-01-01")


def scenario(days: int, regions: Mapping[str, int], **parts: Any) -> Scenario:
    """Return a world without kin, limits or boards, in which everybody named is arrested on the next day.

    Parameters
    ----------
    days : int
        Length of the run.
    regions : mapping of str to int
        Persons by region.
    **parts
        Parts of a scenario in human form; `population` and `offices` are joined with what stands here.
    """
    population = {
        "regions": {name: {"persons": persons} for name, persons in regions.items()},
        "strata": {"people": {"share": 1}},
        "household": 1,
        "unit": 10,
        "contacts": {"unit": 0, "region": 0, "country": 0},
    } | parts.pop("population", {})
    offices = {"arrests": 100_000, "custody": 100_000, "wait": 1, "pressed": 1} | parts.pop("offices", {})
    tree = {
        "format": "greatfear-scenario/1",
        "id": "verification",
        "title": "Verification",
        "time": [str(EPOCH), str(EPOCH + days)],
        "population": population,
        "offices": offices,
    }
    return from_dict(tree | parts, "verification")


def first_accused(persons: int, regions: list[str] | None = None, days: int = 1) -> dict[str, Any]:
    """Return the order that brings the first accused, spread over regions by population."""
    order = {"start": str(EPOCH), "days": days, "persons": persons, "strata": ["people"]}
    return {"first-accused": order | ({"regions": regions} if regions else {})}


@dataclass(frozen=True)
class Arrests:
    """Arrests of a run, in order; every array has one entry per arrest.

    `root` is the arrest at the start of the chain, `generation` its distance, both by following what each arrest rests on.
    """

    day: NDArray[np.int64]
    person: NDArray[np.int64]
    region: NDArray[np.int64]
    by_order: NDArray[np.bool_]
    root: NDArray[np.int64]
    generation: NDArray[np.int64]


def codes(run: Run, table: str, column: str, values: list[str]) -> NDArray[np.int64]:
    """Return a text column as places in `values`."""
    column_chunks = run.archive.table(table).column(column).combine_chunks()
    place = {value: k for k, value in enumerate(values)}
    own = np.array([place.get(text, -1) for text in column_chunks.dictionary.to_pylist()] + [-1], np.int64)
    return own[column_chunks.indices.fill_null(-1).to_numpy()]


def arrests(run: Run) -> Arrests:
    """Return the arrests of a run with their chains."""
    acts, statements = run.archive.table("acts"), run.archive.table("statements")
    kinds = codes(run, "acts", "kind", ["arrest"]) == 0
    person = acts.column("person").to_numpy()[kinds].astype(np.int64)
    cause = codes(run, "acts", "cause", ["statement"])[kinds]
    rests_on = acts.column("statement").to_numpy()[kinds]
    speaker = statements.column("speaker").to_numpy()
    rows = np.full(run.archive.n_rows("persons"), -1, np.int64)
    rows[person] = np.arange(person.size)
    root, generation = np.arange(person.size), np.zeros(person.size, np.int64)
    for row in np.flatnonzero(cause == 0):  # in the order of time: anyone who spoke was arrested before
        before = rows[speaker[rests_on[row]]]
        root[row], generation[row] = root[before], generation[before] + 1
    regions = [region.id for region in run.scenario.population.regions]
    region = codes(run, "persons", "region", regions)[person]
    day = np.floor(acts.column("time").to_numpy()[kinds]).astype(np.int64)
    return Arrests(day, person, region, cause != 0, root, generation)
