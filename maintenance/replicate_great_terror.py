"""Makes the replicates from which the intervals of the great-terror comparison are read.

    python maintenance/replicate_great_terror.py --replicates 20 --seed 1938

Writes replicates.csv into the catalogue entry, one row per replicate and quantity, after lines that say how it was
made.
"""

from __future__ import annotations

import argparse
import csv
import io
from importlib.metadata import version
from pathlib import Path

from kept_runs import SEED, rows
from stamps import stamp

from greatfear import catalogue

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror"


def main() -> None:
    """Simulate every replicate and write what it counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kept", type=Path, help="folder that keeps finished replicates, shared with the other pages")
    options = parser.parse_args()
    scenario = catalogue.scenario("great-terror")
    found = rows(scenario, "great-terror", options.replicates, options.seed, options.kept)
    names = [name for name in found[0] if "-" in name or name in ("slowing", "wives")]
    out = io.StringIO()
    out.write(
        f"# script: maintenance/replicate_great_terror.py --replicates {options.replicates} --seed {options.seed}\n"
    )
    out.write(f"# greatfear: {version('greatfear')}; {stamp(scenario)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["replicate", "seed", "quantity", "value"])
    for row in found:
        for name in names:
            table.writerow([row["replicate"], options.seed, name, f"{row[name]:.10g}"])
    (ENTRY / "replicates.csv").write_text(out.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
