"""Runs and rules for the tests of papers, and how a run that went through papers is read back through its links."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from greatfear.scenario.papers import Papers
from greatfear.scenario.quantity import Part
from greatfear.simulation.papers import letters, spelling, words
from greatfear.simulation.run import Run
from reference.papers import Papers as Twin

EPOCH = dt.date(1937, 1, 1)
LANGUAGE = {
    "words": words, "transliterate": letters.transliterate, "misheard": spelling.misheard, "mistyped": spelling.mistyped,
}  # fmt: skip
EVERYTHING: dict[str, Any] = {
    "names": {
        "recorded": 0.9, "schemes": {"iso9": 0.1, "loc": 0.15, "german": 0.2, "polish": 0.2}, "no_patronymic": 0.2,
        "initials": 0.3, "diminutive": 0.2, "misheard": 0.3, "mistyped": 0.3, "split": 0.4, "spellings": 2, "joined": 0.4,
    },
    "agents": {"covered": 0.7, "changes": 9, "joined": 0.3, "two_sides": 0.5, "both": 0.6, "delay": 5},
    "dates": {"day": 0.6, "month": 0.5, "year": 0.4, "unknown": 0.3},
    "losses": {
        "fires": [
            {"regions": ["north"], "start": "1937-02-01", "end": "1937-02-20", "share": 0.5},
            {"start": "1937-03-01", "end": "1937-03-09", "share": 0.7},
        ],
        "statements": {"denunciation": 0.7, "interrogation": 0.8, "document": 0.9, "accident": 0.5},
        "acts": {"none": 0.9, "death": 0.7, "confessed": 0.8},
    },
    "copies": {"rate": 0.3, "delay": 7, "stated": 0.4},
}  # fmt: skip


def plain_rules(part: Any) -> Any:
    """Return rules as dictionaries of numbers and dates."""
    if hasattr(part, "value"):
        return part.value
    if isinstance(part, list):
        return [plain_rules(each) for each in part]
    if isinstance(part, Part):
        return {name: plain_rules(getattr(part, name)) for name in type(part).model_fields}
    return part


def twin_of(run: Run, rules: Papers) -> dict[str, Any]:
    """Return what the plain twin says."""
    rows = {name: run.archive.table(name).to_pylist() for name in ("statements", "acts", "ties")}
    given = {
        **rows,
        "people": run.truth["members"].to_pylist(),
        "offices": run.archive.table("offices")["region"].to_pylist(),
    }
    return Twin(given, plain_rules(rules), EPOCH, (run.seed, run.replicate, rules.draw), LANGUAGE).written()


def known(time: float) -> float | None:
    return None if math.isnan(time) else time


def linked(papered: Run) -> dict[str, Any]:
    """Return a run that went through papers in the words of the twin: every row by who stands behind it."""
    archive, truth = papered.archive, papered.truth
    entries = [(e["made"], e["kind"], e["side"], e["number"]) for e in truth["entries"].to_pylist()] + [None]
    names = archive.table("persons")["name"].to_pylist()
    written = {row["statement"]: row for row in truth["written_statements"].to_pylist()}
    made_acts = truth["written_acts"].to_pylist()
    statements = [
        (written[s["statement"]]["made"], known(s["time"]), s["precision"], s["channel"], s["office"], entries[s["speaker"]],
         entries[s["subject"]], written[s["statement"]]["copy_of"], written[s["statement"]]["copied"], s["source"] >= 0)
        for s in archive.table("statements").to_pylist()
    ]  # fmt: skip
    acts = [
        (link["made"], known(a["time"]), a["precision"], entries[a["person"]][0],
         written[a["statement"]]["made"] if a["statement"] >= 0 else -1)
        for link, a in zip(made_acts, archive.table("acts").to_pylist(), strict=True)
    ]  # fmt: skip
    return {
        "statements": statements,
        "acts": acts,
        "lost": {row["made"]: row["lost_by"] for row in truth["lost_statements"].to_pylist()},
        "lost_acts": {row["made"]: row["lost_by"] for row in truth["lost_acts"].to_pylist()},
        "entries": dict(zip(entries[:-1], names, strict=True)),
        "aliases": {(entries[a["person"]][0], a["alias"], a["kind"]) for a in archive.table("aliases").to_pylist()},
    }
