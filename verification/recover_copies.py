"""Targets of inferred copies: sets with known truth, and a maker of such sets from other seeds and of any size."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from greatfear.recover.copies_result import copies
from verification.recover_names import slope_of
from verification.recover_targets import Target, at_least, at_most, within

_KINDS = ("act", "object", "spot", "words")


def make_statements(
    n: int,
    seed: int,
    *,
    n_subjects: int,
    copied: float = 0.5,
    values: int = 12,
    told: float = 0.8,
    changed: float = 0.15,
) -> tuple[dict[str, list[object]], dict[str, list[object]], dict[str, str | None]]:
    """Return statements as a table, persons with places, and the statement that each one copies.

    Parameters
    ----------
    n, seed, n_subjects : int
    copied : float
        Chance that a statement with an earlier one copies one of them.
    values : int
        Values of a detail, the k-th in proportion to 1 / k.
    told, changed : float
        Chance that a detail is told; that a copied one is changed.
    """
    rng = np.random.default_rng([seed, 31])
    weight = 1 / np.arange(1, values + 1)
    weight /= weight.sum()
    subject = rng.integers(n_subjects, size=n)
    day = np.sort(rng.uniform(0, 400, n))
    full = rng.choice(values, size=(n, len(_KINDS)), p=weight)
    earlier: dict[int, list[int]] = {}
    parent: dict[str, str | None] = {}
    heard = [""] * n
    for e in range(n):
        before = earlier.setdefault(int(subject[e]), [])
        parent[f"{e:07d}"] = None
        if before and rng.random() < copied:
            near = np.exp(-(day[e] - day[before]) / 60)
            q = before[int(np.searchsorted(np.cumsum(near), rng.random() * near.sum()))]
            keep = rng.random(len(_KINDS)) >= changed
            full[e] = np.where(keep, full[q], full[e])
            parent[f"{e:07d}"] = f"{q:07d}"
            heard[e] = f"s{q}" if rng.random() < 0.1 else ""
        before.append(e)
    shown = rng.random((n, len(_KINDS))) < told
    table: dict[str, list[object]] = {
        "key": [f"{e:07d}" for e in range(n)], "day": day.tolist(), "speaker": [f"s{e}" for e in range(n)],
        "subject": [f"x{s}" for s in subject.tolist()], "heard_from": list(heard),
    }  # fmt: skip
    for d, kind in enumerate(_KINDS):
        table[kind] = [
            f"{kind} {v}" if s else "" for v, s in zip(full[:, d].tolist(), shown[:, d].tolist(), strict=True)
        ]
    persons: dict[str, list[object]] = {
        "id": table["speaker"],
        "place": [f"v{v}" for v in rng.integers(12, size=n).tolist()],
    }
    return table, persons, parent


def targets(folder: Path) -> Iterator[Target]:
    """Yield all targets on a folder of sets, each with ``statements.csv``, ``persons.csv`` and ``truth``."""
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        kind = path.name.split("-")[0]
        result = copies(path / "statements.csv", persons=path / "persons.csv")
        truth = {row["key"]: bool(row["copy_of"]) for row in _rows(path / "truth" / "copies.csv")}
        roots = {row["subject"]: int(row["roots"]) for row in _rows(path / "truth" / "subjects.csv")}
        statements, subjects = result.tables["statements"].to_pydict(), result.tables["subjects"].to_pydict()
        y = np.array([truth[key] for key in statements["key"]])
        p = np.array(statements["copy_probability"])
        if kind == "none":
            yield at_most("copies", f"{path.name}: expected copies, share of statements", float(p.mean()), 0.1)
            continue
        error = np.abs(np.array(subjects["roots"]) - [roots[k] for k in subjects["id"]]).mean()
        inside = [a <= roots[k] <= b for k, a, b in zip(subjects["id"], subjects["low"], subjects["high"], strict=True)]
        if kind != "hard":
            yield at_least("copies", f"{path.name}: AUROC", _auroc(y, p), 0.97)
            yield at_most("copies", f"{path.name}: error of the roots a subject", float(error), 0.45)
        if kind != "clear":
            yield within("copies", f"{path.name}: slope", slope_of(y.astype(float), p), 0.9, 1.1)
            yield within(
                "copies",
                f"{path.name}: share of subjects whose interval holds the truth",
                float(np.mean(inside)),
                0.87,
                0.95,
            )
    yield _speed()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _auroc(y: np.ndarray, p: np.ndarray) -> float:
    """Return the chance that a copy has a larger value than another statement, ties by half."""
    _, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = np.bincount(place, np.argsort(np.argsort(p, kind="stable"), kind="stable") + 1) / counts
    n = int(y.sum())
    if n in (0, len(y)):
        return math.nan
    return float((ranks[place][y].sum() - n * (n + 1) / 2) / (n * (len(y) - n)))


def _speed() -> Target:
    table, persons, _ = make_statements(1_000_000, 2, n_subjects=170_000)
    begun = time.process_time()
    copies(table, persons=persons)
    return at_most("copies", "1,000,000 statements: seconds of processor time", time.process_time() - begun, 60)
