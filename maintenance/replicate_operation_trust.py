"""Makes the replicates from which the intervals of the reports on shams are read.

    python maintenance/replicate_operation_trust.py --replicates 50 --seed 1921
    python maintenance/replicate_operation_trust.py --entry trust-and-syndicate --replicates 50 --seed 1921

Writes replicates.csv into the catalogue entry, one row per replicate and quantity, after lines that say how it was
made. A date is a day since the epoch of the scenario, nan where the event did not happen.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import time
from importlib.metadata import version
from pathlib import Path

from stamps import stamp

from greatfear import catalogue
from greatfear.comparison.sham_quantities import sham_quantities
from greatfear.simulation.process import start

ENTRIES = Path(catalogue.__file__).parent / "entries"


def main() -> None:
    """Simulate every replicate and write what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1921)
    parser.add_argument("--entry", default="operation-trust")
    options = parser.parse_args()
    scenario = catalogue.scenario(options.entry)
    dates = [f"day-{one.id}" for sham in scenario.shams for one in (*sham.targets, *sham.visits)]
    out = io.StringIO()
    entry = "" if options.entry == "operation-trust" else f" --entry {options.entry}"
    script = f"maintenance/replicate_operation_trust.py{entry} --replicates {options.replicates} --seed {options.seed}"
    out.write(f"# script: {script}\n")
    out.write(f"# greatfear: {version('greatfear')}; {stamp(scenario)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["replicate", "seed", "quantity", "value"])
    for replicate in range(options.replicates):
        begun = time.perf_counter()
        process = start(scenario, options.seed, replicate)
        process.advance(process.n_days)
        found = dict.fromkeys(dates, math.nan) | sham_quantities({f.name: f.report() for f in process.families})
        for name, value in sorted(found.items()):
            table.writerow([replicate, options.seed, name, f"{value:.10g}"])
        print(replicate, f"{time.perf_counter() - begun:.1f} s", flush=True)
        # after each replicate, so that an interruption costs the rest alone
        (ENTRIES / options.entry / "replicates.csv").write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
