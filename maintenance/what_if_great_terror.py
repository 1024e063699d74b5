"""Runs the great-terror scenario and the same world with one rule changed, and writes docs/what-if-terror.md from both.

    python maintenance/what_if_great_terror.py --replicates 3

With a scale the country is that many times smaller (smaller.py), and counts are counted up again. The file of Operation Trust is
carried from a run of operation-trust with the seed 1921.

Writes what-if-pairs.csv into the entry and the table of the page; with --page only the page, from the file that is there.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kept_runs import SEED, rows
from smaller import smaller
from stamps import stamp

from greatfear import catalogue
from greatfear.scenario.model import Scenario
from greatfear.simulation.carrying import believe
from greatfear.simulation.run import simulate
from greatfear.simulation.what_ifs import spelt_out

FILE = Path(catalogue.__file__).parent / "entries" / "great-terror" / "what-if-pairs.csv"
PAGE = Path(__file__).parents[1] / "docs" / "what-if-terror.md"
MARK = "<!-- table: written by maintenance/what_if_great_terror.py -->\n"
TRUST = "the file of Operation Trust in 1936"
PAIRS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("great-terror", "as it is", {}),
    ("great-terror", "no pressure before the halt", {"no-pressure-before": "1938-11-17"}),
    ("great-terror", "credulity 0: the centre knows the rate of false confessions", {"centre.credulity": 0}),
    ("great-terror", "belief drives nothing", {"centre.belief_drives": 0}),
    ("great-terror", TRUST, {}),
    ("great-terror", "deaths in custody, at the rates of the certificate", {"deaths-in-custody": True}),
    ("great-terror-fear", "as it is: onset with the plenum of 1937", {}),
    ("great-terror-fear", "onset on 1 January 1936", {"centre.prior_date": "1936-01-01"}),
)
"""Scenario, words, and what is changed; a pair is compared with the last row that changes nothing."""

COUNTED = {
    "arrests": "arrests", "named": "on what a questioned person said", "register": "from registers",
    "named_1937_spring": "on statements, April to June 1937", "named_1937_autumn": "on statements, October to December 1937",
    "statements": "statements", "sentences": "sentences", "deaths": "death sentences", "custody": "died in custody",
    "belief_february": "believed at large, 24 February 1937",
    "belief_1937": "believed at large, end of 1937", "belief_halt": "believed at large at the halt",
}  # fmt: skip


def world(name: str, words: str, changes: dict[str, Any], scale: int, trust: Path) -> Scenario:
    """Return the scenario of one history."""
    scenario = catalogue.scenario(name)
    if changes:
        scenario = scenario.alter(spelt_out(scenario, changes))
    if words == TRUST:
        scenario = believe(scenario, trust)  # before the country is made smaller, so that the file is, too
    return scenario if scale == 1 else smaller(scenario, scale)


def head(scale: int, replicates: int, seed: int) -> str:
    """Return the lines above the rows: script, version and scenarios."""
    options = f"--replicates {replicates} --seed {seed}{f' --scale {scale}' if scale > 1 else ''}"
    lines = [f"# script: maintenance/what_if_great_terror.py {options}"]
    lines.append(f"# greatfear: {version('greatfear')}")
    names = dict.fromkeys([*(name for name, _, _ in PAIRS), "operation-trust"])
    told = {name: catalogue.scenario(name) for name in names}
    lines += [f"# {stamp(one)}" for name, one in told.items()]
    return "\n".join(lines) + "\n"


def simulate_all(scale: int, replicates: int, seed: int, kept: Path | None) -> None:
    """Write the file: one row per history and replicate."""
    with tempfile.TemporaryDirectory() as folder, FILE.open("w", encoding="utf-8", newline="") as out:
        trust = Path(folder) / "trust"
        simulate(catalogue.scenario("operation-trust"), seed=1921).write(trust)
        out.write(head(scale, replicates, seed) + ",".join(["scenario", "what", "replicate", *COUNTED]) + "\n")
        for name, words, changes in PAIRS:
            place = name if not changes and words != TRUST else f"{name} {words}".replace(" ", "-").replace(":", "")
            for row in rows(world(name, words, changes, scale, trust), place, replicates, seed, kept):
                values = (f"{scale * row[key]:.0f}" for key in COUNTED)
                csv.writer(out, lineterminator="\n").writerow([name, words, row["replicate"], *values])
            out.flush()


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of the file."""
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def page_table(text: str) -> str:
    """Return the table of the page: means over the replicates, and the change of each pair in per cent, smallest to largest."""
    found = rows_of(text)
    of = {(row["what"], row["replicate"]): row for row in found}
    seeds = list(dict.fromkeys(row["replicate"] for row in found))
    whats = [words for _, words, _ in PAIRS if all((words, seed) in of for seed in seeds)]
    lines = ["| | " + " | ".join(whats) + " |", "|---|" + "---:|" * len(whats)]
    for key, words in COUNTED.items():
        cells, base = [], ""
        for what in whats:
            base = what if what.startswith("as it is") else base
            values = [float(of[what, seed][key]) for seed in seeds]
            cells.append(_cell(values, [float(of[base, seed][key]) for seed in seeds], what == base))
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(values: list[float], bases: list[float], is_base: bool) -> str:
    """Return a mean, with the spread over replicates of a base, or the change of each pair."""
    mean = f"{sum(values) / len(values):,.0f}"
    if is_base:
        return f"{mean} ({min(values):,.0f} to {max(values):,.0f})"
    if not all(bases):
        return mean
    changes = [100 * (value / base - 1) for value, base in zip(values, bases, strict=True)]
    return f"{mean} ({sum(changes) / len(changes):+.1f}%; {min(changes):+.1f} to {max(changes):+.1f})"


def main() -> None:
    """Simulate unless told not to, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--replicates", type=int, default=3)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kept", type=Path, help="folder that keeps finished replicates, shared with the other pages")
    parser.add_argument("--page", action="store_true", help="write the page from the file that is there")
    options = parser.parse_args()
    if not options.page:
        simulate_all(options.scale, options.replicates, options.seed, options.kept)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    after = rest.partition("\n\n")[2]
    PAGE.write_text(f"{before}{MARK}{page_table(FILE.read_text(encoding='utf-8'))}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
