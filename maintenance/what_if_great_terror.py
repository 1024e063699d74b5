"""Runs the great-terror scenario and the same world with one rule changed, and writes docs/what-if-terror.md from both.

    python maintenance/what_if_great_terror.py --scale 10 --seed 3

With a scale the country is that many times smaller (smaller.py), and counts are counted up again.

Writes what-if-pairs.csv into the entry and the table of the page; with --page only the page, from the file that is there.
"""

from __future__ import annotations

import argparse
import csv
import io
from importlib.metadata import version
from pathlib import Path
from typing import Any

from smaller import smaller

from greatfear import catalogue
from greatfear.scenario import digest
from greatfear.simulation.run import simulate
from greatfear.simulation.what_ifs import spelt_out

FILE = Path(catalogue.__file__).parent / "entries" / "great-terror" / "what-if-pairs.csv"
PAGE = Path(__file__).parents[1] / "docs" / "what-if-terror.md"
MARK = "<!-- table: written by maintenance/what_if_great_terror.py -->\n"
PAIRS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("great-terror", "as it is", {}),
    ("great-terror", "no pressure before the halt", {"no-pressure-before": "1938-11-17"}),
    ("great-terror", "credulity 0: the centre knows the rate of false confessions", {"centre.credulity": 0}),
    ("great-terror", "belief drives nothing", {"centre.belief_drives": 0}),
    ("great-terror-fear", "as it is: onset with the plenum of 1937", {}),
    ("great-terror-fear", "onset on 1 January 1936", {"centre.prior_date": "1936-01-01"}),
)
"""Scenario, words, and what is changed; a pair is compared with the last row that changes nothing."""

COUNTED = {
    "arrests": "arrests", "named": "on what a questioned person said", "register": "from registers",
    "named_1937_spring": "on statements, April to June 1937", "named_1937_autumn": "on statements, October to December 1937",
    "statements": "statements", "sentences": "sentences", "deaths": "death sentences",
    "belief_1937": "believed at large, end of 1937", "belief_halt": "believed at large at the halt",
}  # fmt: skip
_ARRESTS = """
select count(*) as arrests, count(*) filter (where s.channel = 'interrogation') as named,
       count(*) filter (where cause = 'register') as register,
       count(*) filter (where cause = 'statement' and quarter(a.date) = 2 and year(a.date) = 1937) as named_1937_spring,
       count(*) filter (where cause = 'statement' and quarter(a.date) = 4 and year(a.date) = 1937) as named_1937_autumn
from acts a left join statements s on s.statement = a.statement where a.kind = 'arrest'
"""
_SENTENCES = """
select count(*) as sentences, count(*) filter (where outcome = 'death') as deaths from acts where kind = 'sentence'
"""


def counted(name: str, changes: dict[str, Any], scale: int, seed: int) -> dict[str, float]:
    """Return what one history comes to, counted up to the whole country."""
    scenario = catalogue.scenario(name)
    if changes:
        scenario = scenario.alter(spelt_out(scenario, changes))
    run = simulate(smaller(scenario, scale), seed=seed)
    found: dict[str, float] = {}
    for query in (_ARRESTS, _SENTENCES):
        found |= run.archive.sql(query).to_pylist()[0]
    found["statements"] = run.archive.n_rows("statements")
    for key, day in (("belief_1937", 730), ("belief_halt", 1051)):
        found[key] = [row[1] for row in run.centre["series"] if row[0] <= day][-1]
    return {key: scale * value for key, value in found.items()}


def simulated(scale: int, seed: int) -> str:
    """Return the file: one row per history."""
    out = io.StringIO()
    out.write(
        f"# script: maintenance/what_if_great_terror.py --scale {scale} --seed {seed}\n# greatfear: {version('greatfear')}\n"
    )
    for name in dict.fromkeys(name for name, _, _ in PAIRS):
        out.write(f"# scenario: {name}, sha256 {digest(catalogue.scenario(name))}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["scenario", "what", *COUNTED])
    for name, words, changes in PAIRS:
        found = counted(name, changes, scale, seed)
        table.writerow([name, words, *(f"{found[key]:.0f}" for key in COUNTED)])
        print(words, flush=True)
    return out.getvalue()


def page_table(text: str) -> str:
    """Return the table of the page: counts as they are, and the change in per cent of the history that it is a pair with."""
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    lines = ["| | " + " | ".join(row["what"] for row in rows) + " |", "|---|" + "---:|" * len(rows)]
    for key, words in COUNTED.items():
        cells, base = [], 0.0
        for row in rows:
            value = float(row[key])
            is_base = row["what"].startswith("as it is")
            base = value if is_base else base
            change = "" if is_base or not base else f" ({100 * (value / base - 1):+.0f}%)"
            cells.append(f"{value:,.0f}{change}")
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Simulate unless told not to, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=10)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--page", action="store_true", help="write the page from the file that is there")
    options = parser.parse_args()
    if not options.page:
        FILE.write_text(simulated(options.scale, options.seed), encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    after = rest.partition("\n\n")[2]
    PAGE.write_text(f"{before}{MARK}{page_table(FILE.read_text(encoding='utf-8'))}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
