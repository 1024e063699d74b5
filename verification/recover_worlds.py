"""Small archives made by the model of `recover` itself, with known rates and members."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.archive import Archive
from greatfear.recover.veracity_design import Design, design_of
from greatfear.recover.veracity_rates import Rates
from greatfear.recover.veracity_replay import replayed

EPOCH = dt.date(1700, 1, 1)
PRESSURES = (0.1, 0.4, 0.95)


def empty_world(
    n_persons: int, n_sittings: int, seed: int, *, regions: int = 4, offices: int = 2, kin: int = 0
) -> Archive:
    """Return persons and sittings without a name: who sat when, before which office, under which pressure."""
    rng = np.random.default_rng(seed)
    speaker = rng.integers(0, max(n_persons // 2, 1), n_sittings).astype(np.int32)
    acts = {
        "act": np.arange(n_sittings, dtype=np.int32), "time": np.sort(rng.uniform(0, 300, n_sittings)),
        "precision": ["instant"] * n_sittings, "person": speaker, "kind": ["interrogation"] * n_sittings,
        "office": rng.integers(0, offices, n_sittings).astype(np.int32), "cause": ["unknown"] * n_sittings,
        "outcome": ["none"] * n_sittings, "pressure": rng.choice(PRESSURES, n_sittings).astype(np.float32),
        "sitting": np.arange(n_sittings, dtype=np.int32),
    }  # fmt: skip
    persons = {
        "person": np.arange(n_persons, dtype=np.int32), "id": [f"P{k:05d}" for k in range(n_persons)],
        "region": [f"r{k % regions}" for k in range(n_persons)],
    }  # fmt: skip
    tables: dict[str, Any] = {"persons": pa.table(persons), "acts": pa.table(acts)}
    if kin:
        a = rng.integers(0, n_persons // 2, kin).astype(np.int32)
        ties = {
            "a": a,
            "b": (a + 1 + rng.integers(0, 5, kin)).astype(np.int32),
            "kind": ["kin"] * kin,
            "directed": [0] * kin,
        }
        tables["ties"] = pa.table(ties)
    return Archive.from_tables(tables, epoch=EPOCH)


def rates_for(design: Design, *, knowledge: float = 0.0, omega: float = 1.0, **parts: float) -> Rates:
    """Return the same rates for all classes; parts are named suggestion, repetition, acquaintances, and so on."""
    order = (
        "suggestion",
        "repetition",
        "reciprocity",
        "hearsay",
        "kin",
        "acquaintances",
        "unit",
        "region",
        "everybody",
    )
    classes, ones = len(design.sittings.classes), np.ones(design.n_persons)
    linear = np.tile([parts.get(name, 0.0) for name in order], (classes, 1))
    return Rates(linear, np.full(classes, knowledge), np.array([0.6, 0.4]), np.full(classes, omega), ones, ones.copy())


def history(
    world: Archive, rates: dict[str, float], members: int, seed: int, *, tau: float = 1e6
) -> tuple[Archive, np.ndarray[Any, Any], Design]:
    """Return a drawn archive, who was a member (in the order of the archive), and its design."""
    empty = design_of(world, tau=tau)
    member = np.zeros(empty.n_persons)
    order = np.random.default_rng(seed).permutation(empty.n_persons)[:members]
    member[order] = 1.0
    scale = empty.n_persons / max(members, 1)
    drawn = replayed(empty, rates_for(empty, **rates), member, scale=scale, tau=tau, address=(seed, 0))
    sat = drawn.sittings
    moment = np.argsort(sat.time[drawn.sitting], kind="stable")
    pressure = np.array([PRESSURES[_band(sat.classes[k])] for k in sat.cls[drawn.sitting][moment].tolist()], np.float32)
    number = {time: k for k, time in enumerate(world.table("acts").column("time").to_pylist())}
    said = {
        "statement": np.arange(len(moment), dtype=np.int32), "time": sat.time[drawn.sitting][moment],
        "precision": ["instant"] * len(moment), "speaker": drawn.person[drawn.speaker[moment]].astype(np.int32),
        "subject": drawn.person[drawn.subject[moment]].astype(np.int32), "channel": ["interrogation"] * len(moment),
        "office": sat.office[drawn.sitting][moment].astype(np.int32), "pressure": pressure,
        "sitting": np.array([number[t] for t in sat.time[drawn.sitting][moment].tolist()], np.int32),
    }  # fmt: skip
    tables = {name: world.table(name) for name in ("persons", "acts", "ties")} | {"statements": pa.table(said)}
    truth = np.zeros(empty.n_persons)
    truth[drawn.person] = member
    return Archive.from_tables(tables, epoch=EPOCH), truth, drawn


def _band(words: str) -> int:
    return 0 if "below 0.25" in words else 1 if "0.25 to 0.6" in words else 2
