"""Refusals of membership on archives of new seeds: ``python -m verification.recover_heldout [--kinds ...] [--rows FILE]``.

The whole decision with all defaults, also probabilities that were withheld, on archives of `verification.recover_sets`. FILE
is written row by row and taken up again where it ends.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from greatfear.recover.shares_fit import fit_shares
from greatfear.recover.veracity_ask import free_classes
from greatfear.recover.veracity_checks import slope_of
from greatfear.recover.veracity_fit import Effort
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_result import _Answer
from verification.recover_membership import auroc
from verification.recover_sets import KNOWN, make_archive

__all__ = ["main", "one_archive", "summary"]

RANGE = (0.014, 0.026)
_HEAD = ("kind", "archives", "cannot tell", "in part", "tells", "refused wrongly", "printed wrongly", "failed checks", "AUROC",
         "AP", "slope", "expected")  # fmt: skip


def one_archive(kind: str, seed: int, *, part: float = 1.0) -> dict[str, Any]:
    """Return what was answered on one archive, with the truth; `part` of the persons, members and sittings of the full size."""
    sizes = {"persons": round(5000 * part), "members": round(100 * part), "sittings": round(4300 * part)}
    made = make_archive(kind, seed, **sizes)
    begun = time.process_time()
    shared = fit_shares(made.archive, draws=False)
    is_free = free_classes(shared.design.sittings.classes, "pressure=0", "mutual")
    found = _Answer(made.archive, shared, Question(*RANGE), is_free, effort=Effort(), seed=seed)
    seconds = time.process_time() - begun
    y, p = made.member[shared.design.person], found.fitted.member
    failed = [check.name for check in found.checks if not check.passed]
    hits = y[np.argsort(-p, kind="stable")]
    true = np.bincount(made.basis, minlength=4) / len(made.basis)
    return {
        "kind": kind, "seed": seed, "part": part, "verdict": found.verdict, "failed": "; ".join(failed),
        "number": "" if found.number is None else "archive" if found.number.passed else "user",
        "information": found.power.own, "bar": found.power.bar, "auroc": auroc(y, p), "slope": slope_of(y, p),
        "ap": float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits > 0].mean()), "expected": float(p.sum()),
        "members": float(y.sum()), "gain": _gain(y, p), "ece": _ece(y, p),
        "suggestion": float(found.fitted.parts[:, 1].mean() - true[1]),
        "repetition": float(found.fitted.parts[:, 2].mean() - true[2]),
        "again_slope": found.power.slope, "seconds": seconds,
    }  # fmt: skip


def _gain(y: Any, p: Any) -> float:
    """Return the bits a person by which probabilities are better than the middle of the range said of everybody."""
    flat, q = float(np.sqrt(RANGE[0] * RANGE[1])), np.clip(p, 1e-6, 1 - 1e-6)
    return float((y * np.log2(q / flat) + (1 - y) * np.log2((1 - q) / (1 - flat))).mean())


def _ece(y: Any, p: Any) -> float:
    """Return the calibration error over twenty bins of equal size."""
    bins = np.array_split(np.argsort(p, kind="stable"), 20)
    return float(sum(len(b) / len(y) * abs(y[b].mean() - p[b].mean()) for b in bins))


def rows_of(kinds: Sequence[str], seeds: Sequence[int], part: float, file: Path | None) -> list[dict[str, str]]:
    """Return all rows, those of the file first; what is new is written to it as it is found."""
    known = list(csv.DictReader(file.open(newline=""))) if file and file.is_file() else []
    done = {(row["kind"], int(row["seed"]), float(row["part"])) for row in known}
    for seed in seeds:
        for kind in kinds:
            if (kind, seed, part) in done:
                continue
            row = {name: str(value) for name, value in one_archive(kind, seed, part=part).items()}
            known.append(row)
            if file:
                with file.open("a", newline="") as opened:
                    out = csv.DictWriter(opened, list(row))
                    if opened.tell() == 0:
                        out.writeheader()
                    out.writerow(row)
    return known


def is_good(row: Mapping[str, str]) -> bool:
    """Whether probabilities beat one number for everybody, and their sum is right within a factor of 1.5."""
    count = float(row["expected"]) / float(row["members"])
    return float(row["gain"]) > 0 and 1 / 1.5 <= count <= 1.5 and float(row["slope"]) >= 0.8


def summary(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield the table of the study as lines of Markdown."""
    yield f"| {' | '.join(_HEAD)} |"
    yield "|" + " --- |" * len(_HEAD)
    for kind in KNOWN:
        mine = [row for row in rows if row["kind"] == kind]
        if not mine:
            continue
        verdicts = [sum(row["verdict"] == v for row in mine) for v in ("cannot tell", "tells in part", "tells")]
        wrong = sum(row["verdict"] != "tells" and kind != "blind" and is_good(row) for row in mine)
        printed = sum(row["verdict"] == "tells" and (kind == "blind" or not is_good(row)) for row in mine)
        names = [name for row in mine for name in row["failed"].split("; ") if name]
        failed = ", ".join(f"{name} {names.count(name)}" for name in sorted(set(names))) or "none"
        means = [np.mean([float(row[name]) for row in mine]) for name in ("auroc", "ap", "slope", "expected")]
        cells = [kind, len(mine), *verdicts, wrong, printed, failed, *(f"{m:.3g}" for m in means)]
        yield "| " + " | ".join(map(str, cells)) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(prog="python -m verification.recover_heldout", description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KNOWN), default=list(KNOWN))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(601, 611)))
    parser.add_argument("--part", type=float, default=1.0, help="part of the full size of 5,000 persons")
    parser.add_argument("--rows", type=Path, help="CSV file of rows")
    given = parser.parse_args(arguments)
    print("\n".join(summary(rows_of(given.kinds, given.seeds, given.part, given.rows))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
