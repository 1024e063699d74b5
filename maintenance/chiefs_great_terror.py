"""Runs the entry great-terror-chiefs many times on a smaller country, and writes when chiefs fell.

    python maintenance/chiefs_great_terror.py --replicates 50 --scale 20 --seed 1936

The country is made smaller (smaller.py): shares stay and chance grows, so that the spread of the dates is somewhat wider than in
the whole country. Writes dismissals.csv into the entry.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
from importlib.metadata import version
from pathlib import Path

from smaller import smaller
from stamps import stamp

from greatfear import catalogue
from greatfear.simulation.codes import ARREST, DEATH, N_ACTS
from greatfear.simulation.process import start

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror-chiefs"


def main() -> None:
    """Simulate every replicate and write who fell when, and for what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=50)
    parser.add_argument("--scale", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1936)
    options = parser.parse_args()
    whole = catalogue.scenario("great-terror-chiefs")
    scenario = smaller(whole, options.scale)
    out = io.StringIO()
    command = f"--replicates {options.replicates} --scale {options.scale} --seed {options.seed}"
    out.write(f"# script: maintenance/chiefs_great_terror.py {command}\n")
    out.write(f"# greatfear: {version('greatfear')}; {stamp(whole)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["replicate", "fall", "date", "why", "arrests", "deaths"])
    for replicate in range(options.replicates):
        process = start(scenario, options.seed, replicate)
        process.advance(process.n_days)
        fallen = process.centre.memory["fallen"]
        acts = process.state.acts[: int(process.state.meter[N_ACTS])]
        arrests, deaths = int((acts["kind"] == ARREST).sum()), int((acts["outcome"] == DEATH).sum())
        rows = [(k + 1, scenario.time.start + dt.timedelta(days=int(f["day"])), f["why"]) for k, f in enumerate(fallen)]
        for fall, date, why in rows or [(0, "", "")]:
            table.writerow([replicate, fall, date, why, arrests, deaths])
        print(replicate, [(str(date), why) for _, date, why in rows], arrests, deaths, flush=True)
        (ENTRY / "dismissals.csv").write_text(
            out.getvalue(), encoding="utf-8"
        )  # a call that is stopped leaves what it has


if __name__ == "__main__":
    main()
