"""Fits the free parameters of the great-terror scenario to 1936, 1937 and the reports of 7 February 1938, and to nothing later.

A design of runs to 8 February 1938, of a country of a tenth of the size (smaller.py), covers the ranges below (Latin
hypercube, in logarithms). An emulator, linear in
the logarithms, is fitted to each output. History matching then asks where in the ranges no target is missed by more than three
deviations (those of the record and of the model, stated below, and the emulator's own). The share of the ranges left is
told, and by how much each target is missed at the best point, so that targets that cannot be met together are seen. The best
point is run and joins the design, and the emulator is fitted again, close points counting more. Values go into scenario.yaml, the
whole course into calibration.json beside it.

    python maintenance/calibrate_great_terror.py --design 18 --refine 6 --scale 10 --seed 1936
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from smaller import smaller

from greatfear import catalogue
from greatfear.archive import Archive
from greatfear.comparison.record_quantities import quantities
from greatfear.scenario.model import Scenario
from greatfear.simulation.process import start
from greatfear.simulation.tables import archive_streams, whole

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror"
END = dt.date(1938, 2, 8)
ORDER = "operations.order-00447"
LINES = {"polish": 0.00098, "german": 0.00026, "harbin": 0.0006, "latvian": 0.00205, "other-lines": 0.0014}
PARAMETERS: dict[str, tuple[float, float]] = {
    "operations.regular.hazard": (4.6e-5, 5.8e-5),
    "operations.regular.hazards.0.value": (0.4e-5, 2e-5),
    "boards.court.outcomes.death": (0.010, 0.014),
    f"{ORDER}.requests.probability": (0.08, 0.3),
    f"{ORDER}.requests.first": (0.3, 1.0),
    f"{ORDER}.first_ahead": (0.4, 1.0),
    f"{ORDER}.surge": (1.1, 1.6),
    f"{ORDER}.pace": (30, 55),
    "boards.troika.delay": (10, 35),
    "boards.troika.second_wait": (1, 60),
    **{f"operations.{line}.hazard": (value * 0.7, value * 1.3) for line, value in LINES.items()},
}
"""Range of each parameter."""
AFTER = {line: 1.0 if line == "harbin" else 0.5 for line in LINES}
"""Rate of a line from February 1938 on, over that before: half, but for the line that was widened then (Potapova 2020)."""

SHARES = {"Polish": "polish", "German": "german", "Harbin": "harbin", "Latvian": "latvian"}
OTHER_BY_FEBRUARY = 0.6
"""Share of the other lines that was arrested by 7 February: a guess."""
DEVIATION = {
    "sentenced-1936": 0.03,
    "deaths-1936": 0.05,
    "sentenced-1937": 0.04,
    "deaths-1937": 0.04,
    "arrests-1937": 0.04,
}
"""Relative deviation of the record and the model; dated reports 0.07, sentences of the first ten days and lines 0.1."""


def targets() -> dict[str, float]:
    """Return the figures of the record that are fitted."""
    years = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    found = {"sentenced-1936": years[1936]["total_kgb"], "deaths-1936": years[1936]["death_kgb"]}
    found |= {"sentenced-1937": years[1937]["total_kgb"], "deaths-1937": years[1937]["death_kgb"]}
    monthly = [r["value"] for r in catalogue.record("ussr-monthly") if r["series"] == "arrests in calendar year"]
    found["arrests-1937"] = monthly[0]
    kinds = {"arrested": "arrests", "sentenced": "sentenced", "sentenced, first category": "deaths"}
    for row in catalogue.record("order-00447-time"):
        if row["series"] in kinds and row["readings"] != "not-checked" and row["period_end"] <= "1938-01-01":
            found[f"order-00447-{kinds[row['series']]}-{row['period_end']}"] = row["value"]
    lines = list(catalogue.record("lines-time"))
    totals = {row["scope"]: row["value"] for row in lines if row["series"] == "sentenced"}
    for row in lines:
        if row["period_end"] == "1938-02-07" and row["scope"] in SHARES:
            found[f"february-{SHARES[row['scope']]}"] = row["value"] / 100 * totals[row["scope"]]
    found["february-other-lines"] = OTHER_BY_FEBRUARY * totals["other lines"]
    return {name: float(value) for name, value in found.items()}


def deviation(name: str) -> float:
    """Return the relative deviation that a target may have."""
    early = name.endswith(("sentenced-1937-08-15", "deaths-1937-08-15")) or name.startswith("february")
    return DEVIATION.get(name, 0.1 if early else 0.07)


def altered(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return the scenario with the parameters changed, the later rates of the lines with them."""
    after = {f"operations.{line}.hazards.0.value": values[f"operations.{line}.hazard"] * AFTER[line] for line in LINES}
    return scenario.alter(values | after)


def simulated(scenario: Scenario, seed: int, scale: int) -> dict[str, float]:
    """Return the quantities up to 7 February 1938, counted up to the whole country."""
    process = start(smaller(scenario, scale), seed)
    process.advance((END - scenario.time.start).days)
    archive = Archive.from_tables(
        whole(archive_streams(process)), epoch=scenario.time.start, end=scenario.time.end, kind="simulated", title="",
        provenance={},
    )  # fmt: skip
    counted = archive.sql("select operation, count(*) as n from acts where kind = 'arrest' group by all").to_pylist()
    by_line = {f"february-{row['operation']}": float(row["n"]) for row in counted if row["operation"] in LINES}
    return {name: scale * value for name, value in (quantities(archive) | by_line).items()}


def hypercube(n: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Return n points of the unit cube, each parameter once in each n-th part."""
    cells = np.array([generator.permutation(n) for _ in PARAMETERS]).T
    return (cells + generator.random(cells.shape)) / n


def emulator(
    x: NDArray[np.float64], y: NDArray[np.float64], near: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """Return coefficients and spread of the residuals of a linear emulator (ridge), close runs counting more."""
    weight = np.exp(-((x - near) ** 2).sum(axis=1) / 1.5)[:, None] + 0.15
    design = np.hstack([np.ones((len(x), 1)), x - near])
    ridge = 0.05 * np.eye(design.shape[1])
    ridge[0, 0] = 1e-6
    coefficients = np.linalg.solve(design.T @ (weight * design) + ridge, design.T @ (weight * y))
    left = y - design @ coefficients
    return coefficients, np.sqrt((weight * left**2).sum(axis=0) / weight.sum())


def search(
    emulated: tuple[NDArray[np.float64], ...], near: NDArray[np.float64], wanted: NDArray[np.float64],
    spread: NDArray[np.float64], generator: np.random.Generator,
) -> tuple[NDArray[np.float64], float]:  # fmt: skip
    """Return the point with the least sum of squared misses, and the share of the ranges where no miss is above three."""
    coefficients, own = emulated

    def misses(points: NDArray[np.float64]) -> NDArray[np.float64]:
        lines = np.hstack([np.ones((len(points), 1)), points - near])
        return (lines @ coefficients - wanted) / np.sqrt(spread**2 + own**2)

    cloud = generator.random((40_000, len(near)))
    share = float((np.abs(misses(cloud)).max(axis=1) < 3).mean())
    best, width = cloud[np.argmin((misses(cloud) ** 2).sum(axis=1))], 0.2
    for _ in range(60):
        around = np.clip(best + width * generator.standard_normal((2_000, len(near))), 0, 1)
        around[0], width = best, width * 0.93
        best = around[np.argmin((misses(around) ** 2).sum(axis=1))]
    return best, share


def fit(n_design: int, n_refine: int, scale: int, seed: int) -> dict[str, object]:
    """Run the design and the refinements; return values, misses and the whole course."""
    scenario, wanted, generator = catalogue.scenario("great-terror"), targets(), np.random.default_rng(seed)
    names, low, high = list(wanted), *np.log(np.array(list(PARAMETERS.values()))).T
    log_wanted = np.log(np.array(list(wanted.values())))
    spread = np.array([deviation(name) for name in names])
    points, outputs, course = [], [], []

    def run(point: NDArray[np.float64]) -> None:
        values = {k: float(f"{v:.4g}") for k, v in zip(PARAMETERS, np.exp(low + point * (high - low)), strict=True)}
        found = simulated(altered(scenario, values), seed + len(points) % 3, scale)
        points.append(point)
        outputs.append(np.log([max(found.get(name, 0.0), 1.0) for name in names]))
        miss = (outputs[-1] - log_wanted) / spread
        course.append({"values": values, "simulated": {n: round(found.get(n, 0.0)) for n in names}})
        print(f"{len(points)}: sum of squared misses {float((miss**2).sum()):.0f}", flush=True)

    for point in hypercube(n_design, generator):
        run(point)
    near, share = np.full(len(PARAMETERS), 0.5), 1.0
    for _ in range(n_refine):
        emulated = emulator(np.array(points), np.array(outputs), near)
        near, share = search(emulated, near, log_wanted, spread, generator)
        run(near)
    sums = [float((((out - log_wanted) / spread) ** 2).sum()) for out in outputs]
    best = int(np.argmin(sums))
    miss = (outputs[best] - log_wanted) / spread
    return {
        "script": f"maintenance/calibrate_great_terror.py --design {n_design} --refine {n_refine} --scale {scale} --seed {seed}",
        "ranges": PARAMETERS, "targets": wanted, "deviation": dict(zip(names, spread.tolist(), strict=True)),
        "values": course[best]["values"], "misses": {n: round(float(m), 2) for n, m in zip(names, miss, strict=True)},
        "share of the ranges where the emulator misses no target by more than three deviations": share, "course": course,
    }  # fmt: skip


def written(text: str, values: dict[str, float]) -> str:
    """Return the scenario file with the values in it."""
    for old, new in _edits(values):
        text, n = re.subn(old, lambda match, new=new: match.group(1) + new, text, count=1, flags=re.S)
        if n != 1:
            raise SystemExit(f"scenario.yaml: {old} was found {n} times; once is expected")
    return text


def _edits(values: dict[str, float]) -> Iterator[tuple[str, str]]:
    """Yield, for each parameter, what stands before its number in the file, and the number."""
    number = r"[^,}]+"
    for path, value in values.items():
        part, name, *rest = path.split(".")
        block = rf"(\n{part}:(?=\n).*?\n  {name}:\n(?:    .*?\n)*?"
        keys = [key for key in rest if key not in ("value", "0")]
        tail = r"      - \{since: \S+ value: \{value: " if keys[-1] == "hazards" else rf" +{keys[-1]}: \{{value: "
        yield rf"{block}{tail}){number}", f"{value:g}"
        if name in LINES:
            later = r"    hazards: \[\{since: \S+ value: \{value: "
            yield rf"{block}{later}){number}", f"{value * AFTER[name]:g}"


def main() -> None:
    """Fit, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--design", type=int, default=18)
    parser.add_argument("--refine", type=int, default=6)
    parser.add_argument("--scale", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1936)
    options = parser.parse_args()
    found = fit(options.design, options.refine, options.scale, options.seed)
    (ENTRY / "calibration.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    file = ENTRY / "scenario.yaml"
    file.write_text(written(file.read_text(encoding="utf-8"), found["values"]), encoding="utf-8")  # type: ignore[arg-type]
    print(json.dumps({key: found[key] for key in ("values", "misses")}, indent=1))


if __name__ == "__main__":
    main()
