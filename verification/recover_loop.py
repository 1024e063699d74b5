"""The closed loop of `recover` on the simulator: ``python -m verification.recover_loop [--archives 200] [--rows FILE]``.

The simulator chooses names by its own rule (`docs/model.md`), not by the model that `recover` fits, so this shows what happens
when that model is wrong in the way of a real archive. A village of 300 with a circle of 15 is simulated over a grid: how much a
member's word for a fellow member weighs (none, some, much), whether pressure wipes that out (coercion), how much names count
that the court holds out or has heard (suggestion), and how many papers survive (coverage). Of each archive the answer is kept
with the truth; also probabilities that were withheld, to see whether that was right.

FILE is written row by row and taken up again where it ends. ``--figure FILE`` draws what was found.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import greatfear as gf
from greatfear.catalogue import scenario
from greatfear.recover.shares_fit import fit_shares
from greatfear.recover.shares_range import share_ranges
from greatfear.recover.veracity_ask import free_classes
from greatfear.recover.veracity_checks import slope_of
from greatfear.recover.veracity_fit import Effort
from greatfear.recover.veracity_messages import Question
from greatfear.recover.veracity_result import _Answer

PERSONS, MEMBERS = 300, 15
RANGE = (0.025, 0.1)
GRID = tuple(product((0.0, 2.5, 4.0), ("free", "coerced"), (0.0, 2.0), (1.0, 0.5)))
"""Weight of fellow membership, coercion, weight of prompts, share of papers kept."""
EFFORT = Effort(chains=2, sweeps=700, burn=250, short=8, replays=20, nulls=10, again=5)
"""Shorter than the defaults; upper 5 per cent points of 10 archives are their largest."""
_HONEST = (0.8, 1.25)


def one_archive(number: int, seed: int) -> dict[str, Any]:
    """Return one row: the setting, what was answered, and the truth."""
    weight, speech, prompts, kept = GRID[number % len(GRID)]
    changes: dict[str, Any] = {
        "population.regions.village.persons": PERSONS, "naming.count.under_pressure": 5, "naming.count.at_rest": 1,
        "population.organisations": [{"id": "circle", "members": MEMBERS, "fellows": 6}], "offices.arrests": 150,
        "naming.theta.organisation": weight, "naming.theta.organisation:pressure": -weight if speech == "coerced" else 0.0,
        "naming.theta.prompted": prompts, "naming.theta.inertia": 1.0, "papers.losses.statements.interrogation": kept,
        "papers.losses.statements.denunciation": kept,
    }  # fmt: skip
    run = gf.simulate(scenario("witch-hunt").alter(changes), seed=seed * 10_000 + number)
    archive, truth = run.archive, run.truth
    row: dict[str, Any] = {"number": number, "weight": weight, "speech": speech, "prompts": prompts, "kept": kept,
                           "statements": archive.n_rows("statements")}  # fmt: skip
    shared = fit_shares(archive, seed=number)
    row |= _shares(shared, truth["namings"], archive)
    is_free = free_classes(shared.design.sittings.classes, "none", "mutual")
    found = _Answer(archive, shared, Question(*RANGE), is_free, effort=EFFORT, seed=number)
    member = (np.array(truth["members"].column("member").to_pylist()) >= 0).astype(float)[shared.design.person]
    p = found.fitted.member
    drawn = np.concatenate([chain.trace["members"] for chain in found.fitted.chains])
    low, high = np.quantile(drawn, [0.05, 0.95])
    failed = [check.name for check in found.checks if not check.passed]
    row |= {
        "verdict": found.verdict, "members": member.sum(), "expected": p.sum(), "least": low, "most": high,
        "auroc": _auroc(member, p), "slope": slope_of(member, p), "gain": _gain(member, p),
        "d1": any(name.startswith("D1") for name in failed), "d2": any(name.startswith("D2") for name in failed),
        "power": "D3 power" in failed, "calibration": "D3 calibration" in failed,
    }  # fmt: skip
    row |= {f"p{k}": float(v) for k, v in enumerate(_binned(member, p))}
    return row


def _shares(shared: Any, namings: Any, archive: Any) -> dict[str, float]:
    """Return found and true shares of repetition and of names that the office held out, or that others had said."""
    ranges = share_ranges(archive, shared)[None]
    numbers = np.array(archive.table("statements", ["statement"]).column("statement").to_pylist())
    mine = np.isin(np.array(namings.column("statement").to_pylist()), numbers[np.unique(shared.design.row)])
    names = ("prompted", "heard", "repeated", "known")
    told = {name: np.array(namings.column(f"share_{name}").to_pylist(), float) for name in names}
    truth = {name: float(np.nanmean(values[mine])) for name, values in told.items()}
    found: dict[str, float] = {"known": truth["known"]}
    for name, parts, true in (
        ("echo", ("suggestion", "hearsay"), truth["prompted"] + truth["heard"]),
        ("repetition", ("repetition",), truth["repeated"]),
    ):  # fmt: skip
        value, low, high = (sum(ranges[part][c] for part in parts) for c in range(3))
        found |= {name: value, f"{name}_low": low, f"{name}_high": high, f"{name}_true": true}
    return found


def _auroc(y: Any, p: Any) -> float:
    from scipy.stats import rankdata

    n = y.sum()
    return float((rankdata(p)[y > 0].sum() - n * (n + 1) / 2) / (n * (len(y) - n)))


def _gain(y: Any, p: Any) -> float:
    """Return the bits a person by which the probabilities are better than the middle of the range said of everybody."""
    flat, q = math.sqrt(RANGE[0] * RANGE[1]), np.clip(p, 1e-6, 1 - 1e-6)
    told = y * np.log2(q / flat) + (1 - y) * np.log2((1 - q) / (1 - flat))
    return float(told.mean())


_EDGES = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0])


def _binned(y: Any, p: Any) -> Iterator[float]:
    """Yield persons, sum of probabilities and members by band of probability."""
    band = np.clip(np.searchsorted(_EDGES, p, side="right") - 1, 0, len(_EDGES) - 2)
    for k in range(len(_EDGES) - 1):
        yield from (float((band == k).sum()), float(p[band == k].sum()), float(y[band == k].sum()))


def rows_of(archives: int, seed: int, file: Path | None) -> list[dict[str, str]]:
    """Return all rows, those of the file first; what is new is written to it as it is found."""
    known = list(csv.DictReader(file.open(newline=""))) if file and file.is_file() else []
    done = {int(row["number"]) for row in known}
    for number in range(archives):
        if number in done:
            continue
        row = {name: str(value) for name, value in one_archive(number, seed).items()}
        known.append(row)
        if file:
            with file.open("a", newline="") as opened:
                out = csv.DictWriter(opened, list(row))
                if opened.tell() == 0:
                    out.writeheader()
                out.writerow(row)
    return known


def summary(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the tables of the study as lines of Markdown."""
    head = "circle named | speech | prompts | papers kept | archives | tells | in part | cannot tell | AUROC | slope, pooled"
    lines = [f"| {head} |", "|" + " --- |" * (head.count("|") + 1)]
    for cell in GRID:
        mine = [row for row in rows if _cell(row) == cell]
        if not mine:
            continue
        verdicts = [sum(row["verdict"] == v for row in mine) for v in ("tells", "tells in part", "cannot tell")]
        auroc = np.mean([float(row["auroc"]) for row in mine])
        words = {0.0: "no more", 2.5: "more", 4.0: "much more"}[cell[0]]
        head = f"| {words} | {cell[1]} | {cell[2]:g} | {cell[3]:g} | {len(mine)} | "
        lines.append(head + " | ".join(map(str, verdicts)) + f" | {auroc:.2f} | {pooled_slope(mine):.2f} |")
    lines += ["", *_intervals(rows), "", *_refusals(rows)]
    return lines


def _cell(row: Mapping[str, str]) -> tuple[float, str, float, float]:
    return float(row["weight"]), row["speech"], float(row["prompts"]), float(row["kept"])


def pooled_slope(rows: Sequence[Mapping[str, str]]) -> float:
    """Return the calibration slope over all persons of some archives, from their bands of probability."""
    n, p, y = (
        np.array([[float(row[f"p{3 * k + c}"]) for k in range(len(_EDGES) - 1)] for row in rows]) for c in range(3)
    )
    n, p, y = n.ravel(), p.ravel(), y.ravel()
    keep = n > 0
    mean = np.clip(p[keep] / n[keep], 1e-6, 1 - 1e-6)
    outcome = np.concatenate(
        [np.r_[np.ones(int(a)), np.zeros(int(b - a))] for a, b in zip(y[keep], n[keep], strict=True)]
    )
    return slope_of(outcome, np.repeat(mean, n[keep].astype(int)))


def _intervals(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield how often 90 % intervals hold the truth."""
    yield "| interval or range | holds the truth | mean error |"
    yield "| --- | --- | --- |"
    real = [row for row in rows if float(row["weight"]) > 0]
    holds = np.mean([float(r["least"]) <= float(r["members"]) <= float(r["most"]) for r in real])
    off = np.mean([abs(math.log(float(r["expected"]) / float(r["members"]))) for r in real])
    yield f"| number of members, where the circle is named more | {holds:.0%} | factor {math.exp(off):.2f} |"
    for name, words in (("echo", "share of names held out or heard"), ("repetition", "share of names said before")):
        holds = np.mean([float(r[f"{name}_low"]) <= float(r[f"{name}_true"]) <= float(r[f"{name}_high"]) for r in rows])
        off = np.mean([float(r[name]) - float(r[f"{name}_true"]) for r in rows])
        yield f"| {words} | {holds:.0%} | {off:+.2f} |"


def _refusals(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield how often each check withheld probabilities, and whether these were worse than one number for everybody."""
    yield "| reason to withhold | archives | rightly | wrongly |"
    yield "| --- | --- | --- | --- |"
    reasons = {"d1": "D1 chains do not agree", "d2": "D2 the fit fails", "power": "D3 cannot tell, or in part",
               "calibration": "D3 slope in archives from the fit"}  # fmt: skip
    for key, words in reasons.items():
        mine = [row for row in rows if row[key] == "True"]
        wrongly = sum(is_good(row) for row in mine)
        yield f"| {words} | {len(mine)} | {len(mine) - wrongly} | {wrongly} |"
    alone = [
        row for row in rows if row["d1"] == "True" and not any(row[key] == "True" for key in reasons if key != "d1")
    ]
    wrongly = sum(is_good(row) for row in alone)
    yield f"| D1 alone | {len(alone)} | {len(alone) - wrongly} | {wrongly} |"
    withheld = [row for row in rows if row["verdict"] != "tells"]
    wrongly = sum(is_good(row) for row in withheld)
    yield f"| any | {len(withheld)} | {len(withheld) - wrongly} | {wrongly} |"
    printed = [row for row in rows if row["verdict"] == "tells"]
    good = sum(is_good(row) for row in printed)
    yield f"| none: printed | {len(printed)} | {good} | {len(printed) - good} |"


def is_good(row: Mapping[str, str]) -> bool:
    """Whether probabilities were better than one number for everybody, and the count within a factor of 1.5."""
    count = float(row["expected"]) / float(row["members"])
    return float(row["gain"]) > 0 and 1 / 1.5 <= count <= 1.5


def draw(rows: Sequence[Mapping[str, str]], file: Path) -> None:
    """Draw expected members and honesty of the probabilities, by verdict."""
    from greatfear.canvas import GREY, PALETTE, figure, save, titled

    drawn, (count, honest) = figure((8.0, 3.2), (1, 2))
    colours = {"tells": PALETTE[2], "tells in part": PALETTE[1], "cannot tell": GREY}
    for place, (verdict, colour) in enumerate(colours.items()):
        mine = [row for row in rows if row["verdict"] == verdict]
        if not mine:
            continue
        spot = [float(row["weight"]) + (place - 1) * 0.22 + 0.08 * math.sin(7.0 * k) for k, row in enumerate(mine)]
        label = f"{verdict} ({len(mine)})"
        count.plot(
            spot, [float(row["expected"]) for row in mine], "o", color=colour, markersize=3, alpha=0.7, label=label
        )
        bands = [[sum(float(row[f"p{3 * k + c}"]) for row in mine) for c in range(3)] for k in range(len(_EDGES) - 1)]
        some = [(p / n, y / n) for n, p, y in bands if n >= 20]
        honest.plot(*zip(*some, strict=True), "o-", color=colour, markersize=4, linewidth=1.2)
    count.axhline(MEMBERS, color=PALETTE[0], linewidth=1, linestyle="--")
    count.set(xticks=[0, 2.5, 4], xlabel="weight of fellow membership", ylabel="members expected", ylim=(0, None))
    count.legend(frameon=False, fontsize=7)
    titled(count, f"{MEMBERS} members are there")
    honest.plot([0, 1], [0, 1], color=PALETTE[0], linewidth=1, linestyle="--")
    honest.set(xlabel="probability found, printed or withheld", ylabel="share of members", xlim=(0, 1), ylim=(0, 1))
    titled(honest, "Honest on the dashed line")
    save(drawn, file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m verification.recover_loop", description=__doc__)
    parser.add_argument("--archives", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=Path, help="CSV file of rows")
    parser.add_argument("--figure", type=Path, help="file of the figure")
    given = parser.parse_args(arguments)
    rows = rows_of(given.archives, given.seed, given.rows)
    print("\n".join(summary(rows)))
    if given.figure:
        draw(rows, given.figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
