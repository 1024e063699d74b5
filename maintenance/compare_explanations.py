"""Runs the base of the Great Terror and its five variants, and writes the page that sets them side by side.

    python maintenance/compare_explanations.py --replicates 4

With a scale the country is that many times smaller (smaller.py), and counts are counted up again.

Writes explanations.csv into the catalogue entry great-terror, one row per scenario and replicate, after lines that say how it was
made, and the table and the figure of docs/explanations.md from it; with --page only these, from the file that is there.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
from importlib.metadata import version
from pathlib import Path

from kept_runs import SEED, rows
from smaller import smaller
from stamps import stamp

from greatfear import catalogue
from greatfear.comparison.explanations import EXPLANATIONS, PREDICTED
from greatfear.scenario.model import Scenario

FILE = Path(catalogue.__file__).parent / "entries" / "great-terror" / "explanations.csv"
PAGE = Path(__file__).parents[1] / "docs" / "explanations.md"
PICTURE = PAGE.parent / "images" / "explanations.png"
MARK = "<!-- table: written by maintenance/compare_explanations.py -->\n"
COUNTED = ("arrests", "deaths", "true_leads", "statements", "belief")


def _world(name: str, scale: int) -> Scenario:
    """Return the country of an account, whole or of a fraction of the size."""
    scenario = catalogue.scenario(name)
    return scenario if scale == 1 else smaller(scenario, scale)


def simulate(replicates: int, scale: int, seed: int, kept: Path | None) -> str:
    """Return the file: every scenario with the same seeds; replicates that lie in `kept` are not simulated again."""
    out = io.StringIO()
    out.write(
        f"# script: maintenance/compare_explanations.py --replicates {replicates} --scale {scale} --seed {seed}\n"
    )
    out.write(f"# greatfear: {version('greatfear')}\n")
    for name in EXPLANATIONS:
        told = catalogue.scenario(name)
        out.write(f"# {stamp(told)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["scenario", "replicate", *COUNTED, *PREDICTED])
    for name in EXPLANATIONS:
        for row in rows(_world(name, scale), name, replicates, seed, kept):
            values = [row[key] * (scale if key in (*COUNTED, "denunciations") else 1) for key in (*COUNTED, *PREDICTED)]
            table.writerow([name, row["replicate"], *(f"{value:.6g}" for value in values)])
    return out.getvalue()


def page_table(text: str) -> str:
    """Return the table of the page: mean and central 90 per cent of the replicates, a column per scenario."""
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    names = {"arrests": "arrests", "deaths": "death sentences", "true_leads": "statements that name a real member"}
    wanted = {**names, "belief": "enemies believed at large at the end", **PREDICTED}
    head = ["", *(name.removeprefix("great-terror-") for name in EXPLANATIONS)]
    head[1] = "base"
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * len(EXPLANATIONS)]
    for key, words in wanted.items():
        cells = []
        for name in EXPLANATIONS:
            values = [float(row[key]) for row in rows if row["scenario"] == name]
            cells.append(_cell(values))
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    count = len({row["replicate"] for row in rows})
    told = (
        "One run of each, with the same seed" if count == 1 else f"Mean, and smallest to largest of {count} replicates"
    )
    script = next(line for line in text.splitlines() if line.startswith("# script: ")).removeprefix("# script: ")
    told += f"; a dash where there is nothing to divide by. Made by `{script}`, file explanations.csv."
    return "\n".join(lines) + f"\n\n{told}\n"


DRAWN = {
    "arrests": "arrests", "deaths": "death sentences", "statement_share": "share of cases on a statement",
    "R_case_1938": "arrests per case of 1938", "slowing": "slowing before the decree", "fall": "sentences of 1939 over 1938",
}  # fmt: skip
RECORDED = {"slowing": 0.53, "fall": 0.115}
"""Published ratios of the record, drawn as lines."""


def draw(text: str) -> None:
    """Draw a dot for each replicate of each account, in six panels."""
    from greatfear.canvas import GREY, INK, PALETTE, figure, save, titled

    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    drawn, panels = figure((9.5, 4.6), (2, 3), sharey=True)
    names = [name.removeprefix("great-terror-") for name in EXPLANATIONS]
    names[0] = "base"
    for axes, (key, words) in zip(panels, DRAWN.items(), strict=True):
        for k, name in enumerate(EXPLANATIONS):
            values = [float(row[key]) for row in rows if row["scenario"] == name]
            axes.plot(values, [-k] * len(values), "o", color=INK if k == 0 else PALETTE[0], markersize=4, alpha=0.7)
        if key in RECORDED:
            axes.axvline(RECORDED[key], color=GREY, linestyle="--", lw=1)
        axes.set_yticks([-k for k in range(len(names))], names)
        axes.set_xlim(0, None)
        if key in COUNTED:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1e6:g} m")
        titled(axes, words)
    save(drawn, PICTURE, dots_per_inch=110)


def _cell(values: list[float]) -> str:
    if any(math.isnan(value) for value in values):
        return "–"
    low, high = min(values), max(values)
    if len(values) == 1:
        return _short(low)
    return f"{_short(sum(values) / len(values))} ({_short(low)} to {_short(high)})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def main() -> None:
    """Simulate unless told not to, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=4)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--kept", type=Path, help="folder that keeps finished replicates, to go on after an interruption"
    )
    parser.add_argument("--page", action="store_true", help="write the page from the file that is there")
    options = parser.parse_args()
    if not options.page:
        FILE.write_text(simulate(options.replicates, options.scale, options.seed, options.kept), encoding="utf-8")
    before = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    text = FILE.read_text(encoding="utf-8")
    PAGE.write_text(before + MARK + page_table(text), encoding="utf-8")
    draw(text)


if __name__ == "__main__":
    main()
