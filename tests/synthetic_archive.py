"""A made-up archive of any size, with chains of known shape: for tests of reading and for measuring speed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

CHANNELS = ("denunciation", "report", "interrogation", "document", "accident", "order")
CAUSES = ("statement", "register", "order", "sham", "none", "unknown")
KINDS = ("summons", "arrest", "interrogation", "sentence", "release", "rehabilitation", "flight", "death")
OUTCOMES = ("death", "camp", "exile", "other", "released", "confessed", "denied", "none")
STRATA = ("worker", "peasant", "employee", "former-kulak", "party-elite", "military", "clergy")
PRECISIONS = ("instant", "day", "month", "year", "interval", "unknown")
END = 1461


def coded(codes: np.ndarray, names: tuple[str, ...]) -> pa.DictionaryArray:
    """Return a category column; -1 is an absent value."""
    codes = np.asarray(codes, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))


def _days(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return sorted days of arrest with a hump in the second and third year."""
    hump = rng.normal(740, 150, int(n * 0.9))
    flat = rng.uniform(0, END - 40, n - len(hump))
    return np.sort(np.clip(np.concatenate([hump, flat]), 1, END - 40).astype(np.int64)).astype(float)


def _causes(rng: np.random.Generator, day: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cause, channel of the causing statement and the parent case (-1: none)."""
    n = len(day)
    draw = rng.random(n)
    cause = np.select([draw < 0.45, draw < 0.95], [1, 0], 2)
    channel = np.where(rng.random(n) < 0.6, 2, rng.choice([0, 1, 4], n))
    parent = np.arange(n) - 1 - rng.geometric(1 / (1 + n / 400), n)
    ok = (cause == 0) & (channel == 2) & (parent >= 0)
    ok &= day[np.maximum(parent, 0)] + 2 <= day
    parent = np.where(ok, parent, -1)
    channel = np.where((cause == 0) & (channel == 2) & ~ok, 0, channel)
    return cause, np.where(cause == 0, channel, -1), parent


def synthetic(n: int, *, seed: int = 1, regions: tuple[str, ...] = ("north", "south", "east")) -> dict[str, pa.Table]:
    """Return tables of an archive with `n` cases; the person of case k is number k."""
    rng = np.random.default_rng(seed)
    n_persons = int(n * 2.2)
    day = _days(rng, n)
    cause, channel, parent = _causes(rng, day)
    sat = day + 1
    lead = np.flatnonzero(cause == 0)
    speaker = np.where(parent[lead] >= 0, parent[lead], -1)
    denounced = channel[lead] == 0
    speaker[denounced] = rng.integers(0, n_persons, denounced.sum())
    when = np.where(
        parent[lead] >= 0, sat[np.maximum(parent[lead], 0)], np.maximum(day[lead] - rng.integers(1, 30, len(lead)), 0)
    )
    extra = np.repeat(np.arange(n), rng.negative_binomial(1, 1 / 2.8, n))
    other = (rng.random(len(extra)) ** 3 * n_persons).astype(np.int64)
    keep = other != extra
    extra, other = extra[keep], other[keep]
    parts = {
        "time": np.concatenate([when, sat[extra]]),
        "speaker": np.concatenate([speaker, extra]),
        "subject": np.concatenate([lead, other]),
        "channel": np.concatenate([channel[lead], np.full(len(extra), 2)]),
        "sitting": np.concatenate([np.where(parent[lead] >= 0, parent[lead], -1), extra]),
    }
    order = np.argsort(parts["time"], kind="stable")
    row = np.empty(len(order), np.int64)
    row[order] = np.arange(len(order))
    statement = np.full(n, -1)
    statement[lead] = row[: len(lead)]
    return {
        "statements": _statements({name: column[order] for name, column in parts.items()}),
        "acts": _acts(rng, day, cause, statement),
        "persons": _persons(rng, n_persons, regions),
    }


def _statements(parts: dict[str, np.ndarray]) -> pa.Table:
    n = len(parts["time"])
    nothing = np.full(n, -1, np.int32)
    return pa.table({
        "statement": np.arange(n, dtype=np.int32), **_when(parts["time"]),
        "speaker": parts["speaker"].astype(np.int32), "subject": parts["subject"].astype(np.int32),
        "channel": coded(parts["channel"], CHANNELS),
        "pressure": np.where(parts["channel"] == 2, 0.8, np.nan).astype(np.float32),
        "prompted": np.zeros(n, np.int8), "sitting": parts["sitting"].astype(np.int32), "office": nothing,
        "collective": pa.nulls(n, pa.string()), **_whence(n),
    })  # fmt: skip


def _when(time: np.ndarray) -> dict[str, pa.Array | np.ndarray]:
    return {"time": time, "time_end": np.full(len(time), np.nan), "precision": coded(np.ones(len(time)), PRECISIONS)}


def _whence(n: int) -> dict[str, pa.Array | np.ndarray]:
    absent = np.full(n, -1, np.int32)
    return {
        "source": absent, "place": pa.nulls(n, pa.string()),
        "level": coded(absent, ("textual", "interpretive", "inferential")),
        "certainty": coded(absent, ("certain", "probable", "possible", "dubious", "false")),
    }  # fmt: skip


def _acts(rng: np.random.Generator, day: np.ndarray, cause: np.ndarray, statement: np.ndarray) -> pa.Table:
    n = len(day)
    person = np.tile(np.arange(n, dtype=np.int32), 3)
    time = np.concatenate([day, day + 1, day + 2 + rng.geometric(1 / 30, n)])
    kind = np.repeat([1, 2, 3], n)
    outcome = np.concatenate(
        [np.full(n, 7), np.where(rng.random(n) < 0.7, 5, 6), rng.choice([0, 1, 2, 4], n, p=[0.45, 0.45, 0.02, 0.08])]
    )
    sitting = np.concatenate([np.full(n, -1), np.arange(n), np.full(n, -1)])
    operation = np.where(cause == 1, rng.integers(0, 3, n), np.where(cause == 2, 3, -1))
    order = np.argsort(time, kind="stable")
    order = order[time[order] < END]
    nothing = np.full(len(order), -1, np.int32)
    columns = {
        "person": person, "kind": coded(kind, KINDS), "office": np.full(3 * n, -1, np.int32),
        "cause": coded(np.concatenate([cause, np.full(2 * n, 4)]), CAUSES),
        "statement": np.concatenate([statement, np.full(2 * n, -1)]).astype(np.int32),
        "operation": coded(np.tile(operation, 3), ("order-00447", "national", "families", "lists")),
        "board": coded(np.concatenate([np.full(2 * n, -1), rng.integers(0, 3, n)]), ("troika", "college", "special-board")),
        "outcome": coded(outcome, OUTCOMES),
        "pressure": np.where(kind == 2, 0.8, np.nan).astype(np.float32), "sitting": sitting.astype(np.int32),
        "evidence": np.concatenate([(cause == 0).astype(np.int32), np.full(2 * n, -1, np.int32)]),
    }  # fmt: skip
    taken = pa.table(columns).take(order).combine_chunks()
    head = pa.table({"act": np.arange(len(order), dtype=np.int32), **_when(time[order])})
    table = pa.Table.from_arrays([*head.columns, *taken.columns], [*head.column_names, *taken.column_names])
    for name, column in _whence(len(nothing)).items():
        table = table.append_column(name, pa.array(column) if isinstance(column, np.ndarray) else column)
    return table


def _persons(rng: np.random.Generator, n: int, regions: tuple[str, ...]) -> pa.Table:
    weight = rng.gamma(2, 1, len(regions))
    number = np.arange(n, dtype=np.int32)
    return pa.table({
        "person": number, "id": pa.array([f"P{k:08d}" for k in number.tolist()]), "name": pa.nulls(n, pa.string()),
        "region": coded(rng.choice(len(regions), n, p=weight / weight.sum()), regions),
        "stratum": coded(rng.integers(0, len(STRATA), n), STRATA), "unit": pa.nulls(n, pa.string()),
        "sex": coded(rng.integers(0, 2, n), ("f", "m")), "seniority": np.zeros(n, np.float32),
    })  # fmt: skip
