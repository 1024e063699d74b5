"""From the state of a finished run to the tables of the record and of the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greatfear.naming import facts
from greatfear.record.columns import table_from_columns
from greatfear.record.schema import ACT_KINDS, CAUSES, OUTCOMES
from greatfear.simulate.kernels.describe_people import describe_people
from greatfear.simulate.process import Process

__all__ = ["archive_tables", "truth_tables"]

_CHANNELS = ("denunciation", "report", "interrogation", "accident", "document")
_MOTIVES = ("pressed", "conviction", "self-protection", "malice", "reward", "none")


def archive_tables(process: Process) -> dict[str, pa.Table]:
    """Return the tables of the archive of a run."""
    scenario = process.scenario
    regions = scenario.population.regions
    sources = [(key, source) for key, source in scenario.sources.items()]
    return {
        "persons": _persons(process),
        "statements": _statements(process),
        "acts": _acts(process),
        "ties": _ties(process),
        "offices": table_from_columns(
            "offices",
            {
                "id": [r.id for r in regions],
                "name": [r.name for r in regions],
                "region": [r.id for r in regions],
                "kind": "region",
            },
            len(regions),
        ),
        "sources": table_from_columns(
            "sources",
            {
                "id": [key for key, _ in sources],
                "citation": [s.citation for _, s in sources],
                "doi": [s.doi or None for _, s in sources],
            },
            len(sources),
        ),
    }


def truth_tables(process: Process) -> dict[str, pa.Table]:
    """Return what was so in the simulated world, beside the archive: for everybody, then family by family."""
    families = [family.truth(process) for family in process.families]
    return _common_truth(process) | {name: table for tables in families for name, table in tables.items()}


def _common_truth(process: Process) -> dict[str, pa.Table]:
    state, n, m = process.state, int(process.state.meter[0]), int(process.state.meter[1])
    members, informers = _described(process)
    return {
        "members": table_from_columns(
            "members",
            {
                "person": np.arange(n, dtype=np.int32),
                "member": members,
                "informer": informers,
                "address": state.people["id"][:n],
            },
            n,
        ),
        "namings": table_from_columns(
            "namings",
            {
                "statement": np.arange(m, dtype=np.int32),
                "logp": state.log["logp"][:m],
                "true_lead": state.log["true_lead"][:m],
                "motive": (state.log["motive"][:m], _MOTIVES),
            },
            m,
        ),
    }


def _described(process: Process) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    n = int(process.state.meter[0])
    members, informers = np.empty(n, np.int32), np.empty(n, np.int8)
    describe_people(process.world, process.state.people["id"][:n].copy(), n, members, informers)
    return members, informers


def _numbered(prefix: str, region: NDArray[Any], number: NDArray[Any], width: int) -> pa.Array:
    """Return texts such as P003-00001234."""
    first = pc.utf8_lpad(pa.array(region).cast(pa.string()), 3, "0")
    second = pc.utf8_lpad(pa.array(number).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pc.binary_join_element_wise(prefix, first, ""), second, "-")


def _persons(process: Process) -> pa.Table:
    people, n = process.state.people, int(process.state.meter[0])
    population = process.scenario.population
    region, local = (people["id"][:n] >> 32).astype(np.int16), (people["id"][:n] & 0xFFFFFFFF).astype(np.int64)
    strata = people["stratum"][:n]
    columns = {
        "id": _numbered("P", region, local, 8),
        "region": (region, [r.id for r in population.regions]),
        "stratum": (strata, [s.id for s in population.strata]),
        "unit": _numbered("U", region, local // population.unit, 6),
        "seniority": process.world.seniority[strata].astype(np.float32),
    }
    return table_from_columns("persons", columns, n)


def _statements(process: Process) -> pa.Table:
    log, m = process.state.log, int(process.state.meter[1])
    columns = {
        "time": log["time"][:m],
        "precision": "instant",
        "speaker": log["speaker"][:m],
        "subject": log["subject"][:m],
        "channel": (log["channel"][:m], _CHANNELS),
        "pressure": log["pressure"][:m],
        "prompted": log["prompted"][:m],
        "sitting": log["sitting"][:m],
        "office": log["office"][:m].astype(np.int32),
        "level": "textual",
        "certainty": "certain",
    }
    return table_from_columns("statements", columns, m)


def _acts(process: Process) -> pa.Table:
    acts, k = process.state.acts, int(process.state.meter[2])
    scenario = process.scenario
    columns = {
        "time": acts["time"][:k],
        "precision": "instant",
        "person": acts["person"][:k],
        "kind": (acts["kind"][:k], ACT_KINDS),
        "office": acts["office"][:k].astype(np.int32),
        "cause": (acts["cause"][:k], CAUSES),
        "statement": acts["statement"][:k],
        "operation": (
            acts["source"][:k],
            [*(each.id for each in scenario.operations), *(each.id for each in scenario.orders)],
        ),
        "board": (acts["board"][:k], [board.id for board in scenario.boards]),
        "outcome": (acts["outcome"][:k], OUTCOMES),
        "pressure": acts["pressure"][:k],
        "sitting": acts["sitting"][:k],
        "evidence": acts["evidence"][:k],
        "level": "textual",
        "certainty": "certain",
    }
    return table_from_columns("acts", columns, k)


def _ties(process: Process) -> pa.Table:
    """Return explicit ties, one row per pair and kind; none where ties are computed."""
    world = process.world
    if world.indptr.size == 0:
        return table_from_columns("ties", {"a": [], "b": [], "kind": [], "directed": []}, 0)
    one = np.repeat(np.arange(world.indptr.size - 1), np.diff(world.indptr))
    two = world.region["start"][world.tie["person"] >> 32] + (world.tie["person"] & 0xFFFFFFFF)
    kinds = (
        ("kin", facts.KIN),
        ("unit", facts.UNIT),
        ("acquaintance", facts.ACQUAINTANCE),
        ("organisation", facts.ORGANISATION),
    )
    parts = [
        (one[keep], two[keep], code)
        for code, (_, bit) in enumerate(kinds)
        if (keep := (one < two) & (world.tie["bits"] & bit > 0)).any()
    ]
    a = np.concatenate([p[0] for p in parts] or [np.zeros(0, np.int64)])
    columns = {
        "a": a.astype(np.int32),
        "b": np.concatenate([p[1] for p in parts] or [np.zeros(0, np.int64)]).astype(np.int32),
        "kind": (
            np.concatenate([np.full(p[0].size, p[2], np.int8) for p in parts] or [np.zeros(0, np.int8)]),
            [k for k, _ in kinds],
        ),
        "directed": 0,
    }
    return table_from_columns("ties", columns, a.size)
