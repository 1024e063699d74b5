"""What happened to the persons with names in a run: acts, statements against them, who named them, and the record beside it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.record.schema import ACT_KINDS, CAUSES, CHANNELS
from greatfear.scenario.persons import NamedPerson
from greatfear.simulation.boards import outcomes_of
from greatfear.simulation.codes import ARREST, N_ACTS, N_STATEMENTS, RELEASE, SENTENCE, SITTING

if TYPE_CHECKING:
    from greatfear.simulation.process import Process


def what_happened(process: Process, persons: list[NamedPerson], rows: np.ndarray) -> list[dict[str, Any]]:
    """Return one mapping per person: who the person was, what the run did, and what the record says."""
    state = process.state
    acts, log = state.acts[: state.meter[N_ACTS]], state.log[: state.meter[N_STATEMENTS]]
    names = {int(row): person.name for row, person in zip(rows, persons, strict=True)}
    boards = [board.id for board in process.scenario.boards]
    epoch = process.scenario.time.start
    return [
        {
            **_about(person, persons),
            **_done(acts[acts["person"] == row], epoch, boards, outcomes_of(process.scenario)),
            **_named_by(log[log["subject"] == row], acts[(acts["person"] == row) & (acts["kind"] == ARREST)], names),
            "record": person.fate.model_dump(mode="json"),
        }
        for row, person in zip(rows.tolist(), persons, strict=True)
    ]


def _about(person: NamedPerson, persons: list[NamedPerson]) -> dict[str, Any]:
    """Return what the scenario says of a person."""
    names = {one.id: one.name for one in persons}
    ties = [(tie.kind, names[tie.to]) for tie in person.ties]
    ties += [(tie.kind, one.name) for one in persons for tie in one.ties if tie.to == person.id]
    return {
        "id": person.id,
        "name": person.name,
        "attributes": dict(person.attributes),
        "source": person.source,
        "place": person.place,
        "ties": [{"kind": kind, "to": name} for kind, name in sorted(set(ties))],
        "is_dated": person.arrested is not None,
    }


def _done(acts: np.ndarray, epoch: dt.date, boards: list[str], outcomes: list[str]) -> dict[str, Any]:
    """Return the first arrest, the first sitting, and the sentence or release of a person."""
    arrests, sittings = acts[acts["kind"] == ARREST], acts[acts["kind"] == SITTING]
    ends = acts[(acts["kind"] == SENTENCE) | (acts["kind"] == RELEASE)]
    end = ends[-1] if ends.size else None
    return {
        "arrested": _date(arrests, epoch),
        "cause": CAUSES[arrests[0]["cause"]] if arrests.size else None,
        "questioned": _date(sittings, epoch),
        "answer": outcomes[sittings[0]["outcome"]] if sittings.size else None,
        "judged": _date(ends, epoch),
        "outcome": None if end is None else outcomes[end["outcome"]],
        "board": None if end is None or end["board"] < 0 else boards[end["board"]],
        "end": None if end is None else ACT_KINDS[end["kind"]],
    }


def _date(acts: np.ndarray, epoch: dt.date) -> str | None:
    """Return the date of the first of some acts."""
    return str(epoch + dt.timedelta(days=int(acts[0]["time"]))) if acts.size else None


def _named_by(log: np.ndarray, arrests: np.ndarray, names: dict[int, str]) -> dict[str, Any]:
    """Return how many statements and speakers named a person, before the arrest and in all, and which of them have names."""
    arrested = float(arrests[0]["time"]) if arrests.size else np.inf
    before = log[log["time"] < arrested]
    known = sorted({names[row] for row in log["speaker"].tolist() if row in names})
    return {
        "statements_before_arrest": int(before.size),
        "speakers_before_arrest": int(np.unique(before["speaker"][before["speaker"] >= 0]).size),
        "statements": int(log.size),
        "speakers": int(np.unique(log["speaker"][log["speaker"] >= 0]).size),
        "in_custody_statements": int((log["channel"] == CHANNELS.index("interrogation")).sum()),
        "named_by": known,
    }
