"""Makes the golden archive of the present format: `python tests/make_golden_archive.py`.

Run it once per format, commit what it makes, and never make it again: the files are kept to show that what was written
then can be read now. The village is invented; it has a row in each table and a value in each column.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

from greatfear.record.columns import table_from_columns
from greatfear.record.schema import FORMAT_VERSION
from greatfear.record.writing import write_archive
from greatfear.simulation.truth_schema import in_order, truth_table

GOLDEN = Path(__file__).parent / "golden"
NAN = math.nan


def village(since: int = FORMAT_VERSION) -> dict[str, Any]:
    """Return the tables of a small trial, in a format: two summonses, one denunciation, one sitting with two names."""
    where = {"source": 0, "place": "fol. 3r", "level": "textual", "certainty": "probable"}
    persons = {
        "id": ["anna", "jean", "mara", "ugo"],
        "name": ["Anna of the Mill", "Jean le Long", "Mara", None],
        "region": ["upper valley", "upper valley", "lower valley", None],
        "stratum": ["peasant", "weaver", "peasant", None],
        "unit": ["mill", "loom", "mill", None],
        "sex": ["female", "male", "female", None],
        "seniority": [0.0, 0.5, NAN, NAN],
        "parish": ["St. Lawrence", "St. Lawrence", "St. Mary", None],
    }
    statements = {
        "time": [0.5, 12.25, 12.25, NAN],
        "time_end": NAN,
        "precision": ["instant", "day", "day", "unknown"],
        "speaker": [1, 0, 0, -1],
        "subject": [0, 2, 3, 1],
        "channel": ["denunciation", "interrogation", "interrogation", "document"],
        "pressure": [0.0, 0.75, 0.75, NAN],
        "prompted": [0, 1, 0, -1],
        "sitting": [-1, 0, 0, -1],
        "office": [0, 0, 0, -1],
        "collective": [None, None, "the people of the mill", None],
        **where,
        "heard_from": [2, -1, -1, -1],
        "copy_of": [-1, -1, -1, 0],
        "circumstance": ["voluntary", "tortured", "tortured", None],
        "weight": [3, 1, 1, -1],
        "written": [None, "St. Agnes", "St. Agnes", "without a day"],
    }
    acts = {
        "time": [10.0, 12.0, 20.0, 40.0],
        "time_end": [NAN, NAN, NAN, 70.0],
        "precision": ["day", "day", "month", "interval"],
        "person": [0, 0, 2, 0],
        "kind": ["arrest", "interrogation", "arrest", "sentence"],
        "office": 0,
        "cause": ["statement", "none", "statement", "unknown"],
        "statement": [0, -1, 1, -1],
        "operation": ["visitation of 1600", None, None, None],
        "board": [None, None, None, "bench"],
        "outcome": ["none", "confessed", "none", "admonished" if since >= 4 else "exile"],
        "pressure": [NAN, 0.75, NAN, NAN],
        "sitting": [-1, 0, -1, -1],
        "evidence": [1, -1, 1, -1],
        **where,
        "written": [None, None, "in April", "after the harvest"],
    }
    ties = {
        "a": [0],
        "b": [2],
        "kind": "kin",
        "directed": 0,
        "start": NAN,
        "end": [30.0],
        **where,
        "weight": [2.5],
        "written": "until All Hallows",
    }
    offices = {"id": ["inquisitor"], "name": "Inquisitor", "region": "upper valley", "kind": "court"}
    aliases = {"person": [2], "alias": ["Mara la Rossa"], "kind": "spelling", **where}
    source = {"id": ["register"], "citation": "Register, invented", "doi": "", "url": "", "licence": "CC0", "note": ""}
    sizes = {"persons": 4, "statements": 4, "acts": 4, "ties": 1, "offices": 1, "aliases": 1, "sources": 1}
    made = (persons, statements, acts, ties, offices, aliases, source)
    old = {name: table_from_columns(name, part, n) for (name, n), part in zip(sizes.items(), made, strict=True)}
    return old | testimony(where)


def testimony(where: dict[str, Any]) -> dict[str, Any]:
    """Return the tables that came with format 2."""
    details = {
        "statement": [0, 0, -1, -1], "kind": ["spot", "words", "charge", "trade"], "act": [-1, -1, 0, -1],
        "person": [-1, -1, -1, 1], "value": ["the ford", "she dried the well", "sorcery", "weaver"], **where,
    }  # fmt: skip
    mentions = {"person": [2, -1], "list": "muster of 1599", "name": ["Mara", "Hans"], **where}
    labels = {
        "person": [0, 3], "question": "member of the guild", "answer": ["no", None], "chosen": "all accused", **where,
    }  # fmt: skip
    population = {
        "region": ["upper valley", None], "stratum": None, "persons": [1_200, 3_000_000_000], "start": [0.0, NAN],
        "end": [366.0, NAN], **where,
    }  # fmt: skip
    made = {"details": details, "mentions": mentions, "labels": labels, "population": population}
    return {name: table_from_columns(name, part, 4 if name == "details" else 2) for name, part in made.items()}


def truth() -> dict[str, Any]:
    """Return truth tables for the village, as if it had been simulated."""
    members = {"person": [0, 1, 2, 3], "member": [-1, -1, 0, -1], "informer": [0, 1, 0, 0], "address": [5, 6, 7, 2**40]}
    shares = {"share_known": [0.25, 0.0], "share_prompted": [0.5, NAN], "share_heard": 0.0, "share_other": [0.25, 1.0]}
    namings = {
        "statement": [1, 2], "logp": [-0.5, -1.25], "true_lead": [1, 0], "motive": "pressed",
        "basis": ["prompted", "other"], **shares,
    }  # fmt: skip
    return {"members": truth_table("members", members, 4), "namings": truth_table("namings", namings, 2)}


def write_golden(folder: Path, *, simulated: bool = False) -> Path:
    """Write the village to a folder, as a real archive or as a simulated run."""
    real: dict[str, Any] = {
        "command": "made by hand",
        "sources": [{"key": "register", "citation": "Register, invented"}],
    }
    run = {
        "seed": 1,
        "replicate": 0,
        "scenario": {"id": "village", "sha256": "0" * 64},
        "command": "greatfear run village",
        "outcomes": {"admonished": "stays"},
    }
    return write_archive(
        folder,
        village() if simulated else village(3),
        epoch=dt.date(1600, 1, 1),
        end=dt.date(1601, 1, 1),
        kind="simulated" if simulated else "real",
        title="A village",
        provenance=run if simulated else real,
        truth=in_order(truth()) if simulated else None,
        replace=True,
        files={"scenario.json": b'{"id": "village"}\n'} if simulated else None,
    )


if __name__ == "__main__":
    write_golden(GOLDEN / f"format-{FORMAT_VERSION}-simulated", simulated=True)
