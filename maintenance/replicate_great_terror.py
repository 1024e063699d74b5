"""Makes the replicates from which the intervals of the great-terror comparison are read.

    python maintenance/replicate_great_terror.py --replicates 20 --seed 1938

Writes replicates.csv into the catalogue entry, one row per replicate and quantity, after lines that say how it was
made.
"""

from __future__ import annotations

import argparse
import csv
import io
import time
from importlib.metadata import version
from pathlib import Path

from greatfear import catalogue
from greatfear.compare.record_quantities import quantities
from greatfear.record.archive import Archive
from greatfear.scenario import digest
from greatfear.simulate.process import start
from greatfear.simulate.tables import archive_streams, whole

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror"


def main() -> None:
    """Simulate every replicate and write what it counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1938)
    options = parser.parse_args()
    scenario = catalogue.scenario("great-terror")
    out = io.StringIO()
    out.write(
        f"# script: maintenance/replicate_great_terror.py --replicates {options.replicates} --seed {options.seed}\n"
    )
    out.write(f"# greatfear: {version('greatfear')}; scenario: great-terror, sha256 {digest(scenario)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["replicate", "seed", "quantity", "value"])
    for replicate in range(options.replicates):
        begun = time.perf_counter()
        process = start(scenario, options.seed, replicate)
        process.advance(process.n_days)
        archive = Archive.from_tables(
            whole(archive_streams(process)),
            epoch=scenario.time.start,
            end=scenario.time.end,
            kind="simulated",
            title="",
            provenance={},
        )
        for name, value in quantities(archive).items():
            table.writerow([replicate, options.seed, name, f"{value:.10g}"])
        print(replicate, f"{time.perf_counter() - begun:.0f} s", flush=True)
    (ENTRY / "replicates.csv").write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
