"""Item 11: one more person in another region changes no row of this one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from greatfear.simulation.run import Run, simulate
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, arrests, codes, first_accused, scenario

_SOURCE = "MODEL.md sections 2 and 14 (11); Salmon et al. (2011), 10.1145/2063384.2063405"


def _run(other: int, seed: int, other_first: bool) -> Run:
    """Return a run of two regions; the other one has `other` persons."""
    here, there = ("here", 3000), ("there", other)
    regions = dict([there, here] if other_first else [here, there])
    operation = {"start": str(EPOCH), "end": str(EPOCH + 60), "strata": ["one"], "hazard": 0.002}
    return simulate(
        scenario(
            60,
            regions,
            orders=first_accused(15, ["here"]) | {"others": {**first_accused(15, ["there"])["first-accused"]}},
            operations={"register": operation},
            naming={
                "count": {"rule": "poisson", "at_rest": 1.2, "under_pressure": 1.2},
                "pools": {"strangers": 8, "notorious": 4},
                "theta": {"kin": 1, "accused(transform=log1p)": 0.5},
            },
            leads={
                "denunciation": {"rate": 1e-4, "fear": 0.01},
                "informers": {"rate": 0.01, "false": 0.5},
                "accidents": {"rate": 100},
            },
            population={
                "household": 4,
                "unit": 40,
                "contacts": {"unit": 4, "region": 4, "country": 0},
                "strata": {"one": {"share": 0.3, "listed": 0.5}, "people": {"share": 0.7}},
                "informers": 0.02,
            },
            boards={"court": {"delay": 10, "outcomes": {"camp": 0.6, "death": 0.1}}},
            routes=[{"board": "court"}],
        ),
        seed=seed,
    )


def rows(run: Run, region: str) -> list[tuple[object, ...]]:
    """Return all rows of a region: persons, statements, acts, with persons by what they are and not by row number."""
    place = codes(run, "persons", "region", [region]) == 0
    local = run.truth["members"].column("address").to_numpy() & 0xFFFFFFFF
    stratum = run.archive.table("persons").column("stratum").to_pylist()
    people = sorted(("person", int(local[i]), stratum[i]) for i in np.flatnonzero(place))
    statements, acts = run.archive.table("statements"), run.archive.table("acts")
    keep = statements.select(["time", "speaker", "subject", "channel"]).to_pylist()
    said = [
        (
            "statement",
            s["time"],
            int(local[s["speaker"]]) if s["speaker"] >= 0 else -1,
            int(local[s["subject"]]),
            s["channel"],
        )
        for s in keep
        if place[s["subject"]]
    ]
    columns = ["time", "person", "kind", "cause", "operation", "outcome", "evidence"]
    done = [
        ("act", *(x if name != "person" else int(local[x]) for name, x in act.items()))
        for act in acts.select(columns).to_pylist()
        if place[act["person"]]
    ]
    return [*people, *sorted(said), *sorted(done, key=repr)]


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on common random numbers."""
    for seed, other_first in zip(draw.seeds(7, 2 * draw.size), (False, True) * draw.size, strict=True):
        base, more = _run(2000, seed, other_first), _run(2001, seed, other_first)
        one, two = rows(base, "here"), rows(more, "here")
        elsewhere = rows(_run(2000, seed + 1, other_first), "here")
        shifted = [*two[:-1], (*two[-1][:-1], "changed")]
        yield Finding(
            "M11",
            f"one more person in another region, listed {'before' if other_first else 'after'}: no row changes here",
            _SOURCE,
            f"identity; rows shown ({int(arrests(base).person.size)} arrests in all)",
            float(len(one)),
            float(len(two)),
            float(one == two and len(one) > 500),
            {"another seed": float(one == elsewhere), "one cell changed": float(one == shifted)},
        )
