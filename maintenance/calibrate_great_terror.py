"""Fits the five free parameters of the great-terror scenario to 1936 and 1937, and to nothing later.

Each parameter has one target; a step multiplies the parameter by (target / simulated) to a power that damps it. The
loop runs the scenario at full size to the end of 1937 with several seeds, since requests for more places grow by chance from
region to region, and compares means. Values go into scenario.yaml, the whole course into calibration.json.

    python maintenance/calibrate_great_terror.py --rounds 6 --seeds 37 38 39
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from pathlib import Path

from greatfear import catalogue
from greatfear.archive import Archive
from greatfear.comparison.record_quantities import quantities
from greatfear.scenario.model import Scenario
from greatfear.simulation.process import start
from greatfear.simulation.tables import archive_streams, whole

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror"
PARAMETERS = {
    "fitted-regular": ("operations.regular.hazard", "sentenced-1936", 1.0),
    "fitted-court": ("boards.court.outcomes.death", "deaths-1936", 1.0),
    "fitted-requests": ("operations.order-00447.requests.probability", "arrests-1937", 1.6),
    "fitted-first": ("operations.order-00447.requests.first", "deaths-1937", 1.3),
    "fitted-delay": ("boards.troika.delay", "sentenced-1937", -2.0),
}
"""By ground: path of the parameter, quantity it is fitted to, power of the step."""


def simulated(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return the quantities of 1936 and 1937."""
    process = start(scenario, seed)
    process.advance((dt.date(1938, 1, 1) - scenario.time.start).days)
    archive = Archive.from_tables(
        whole(archive_streams(process)),
        epoch=scenario.time.start,
        end=scenario.time.end,
        kind="simulated",
        title="",
        provenance={},
    )
    return quantities(archive)


def targets() -> dict[str, float]:
    """Return the figures of the record that are fitted."""
    years = {row["year"]: row for row in catalogue.record("ussr-sentences")}
    arrests = [r["value"] for r in catalogue.record("ussr-monthly") if r["series"] == "arrests in calendar year"]
    return {
        "sentenced-1936": float(years[1936]["total_kgb"]),
        "deaths-1936": float(years[1936]["death_kgb"]),
        "sentenced-1937": float(years[1937]["total_kgb"]),
        "deaths-1937": float(years[1937]["death_kgb"]),
        "arrests-1937": float(arrests[0]),
    }


def main() -> None:
    """Fit, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seeds", type=int, nargs="+", default=[37, 38, 39])
    options = parser.parse_args()
    text = (ENTRY / "scenario.yaml").read_text(encoding="utf-8")
    values = {ground: float(re.search(rf"value: ([^,]+), ground: {ground}\}}", text).group(1)) for ground in PARAMETERS}
    scenario, wanted, course = catalogue.scenario("great-terror"), targets(), []
    for turn in range(options.rounds):
        changed = scenario.alter({PARAMETERS[ground][0]: value for ground, value in values.items()})
        each = [simulated(changed, seed) for seed in options.seeds]
        found = {name: sum(one[name] for one in each) / len(each) for name in wanted}
        course.append({"values": dict(values), "simulated": {name: round(value) for name, value in found.items()}})
        print(turn, {k: f"{found[k]:,.0f} of {v:,.0f}" for k, v in wanted.items()}, values, flush=True)
        if turn + 1 < options.rounds:
            for ground, (_, name, power) in PARAMETERS.items():
                step = min(2.0, max(0.5, (wanted[name] / max(found[name], 1.0)) ** power))
                values[ground] = float(f"{values[ground] * step:.4g}")
            values["fitted-first"] = min(values["fitted-first"], 1.0)
    for ground, value in values.items():
        text = re.sub(rf"value: [^,]+, ground: {ground}\}}", f"value: {value:g}, ground: {ground}}}", text)
    (ENTRY / "scenario.yaml").write_text(text, encoding="utf-8")
    record = {
        "script": "maintenance/calibrate_great_terror.py",
        "seeds": options.seeds,
        "targets": wanted,
        "course": course,
    }
    (ENTRY / "calibration.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
