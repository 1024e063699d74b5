"""Writes the tables of docs/great-terror.md and of the entry's README from runs of the great-terror scenario.

    python maintenance/tables_great_terror.py RUN --before RUN_OF_AN_EARLIER_SCENARIO

The earlier run is read once; its column is kept in before.csv beside the entry, so that later calls need RUN alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from pathlib import Path

import greatfear as gf
from greatfear import catalogue
from greatfear.archive import Archive
from greatfear.comparison import against_record
from greatfear.comparison.record_quantities import quantities
from greatfear.comparison.summing_up import best_and_worst, factor, judged

ENTRY = Path(catalogue.__file__).parent / "entries" / "great-terror"
PAGE = Path(__file__).parents[1] / "docs" / "great-terror.md"
_SHARES = """
select p.stratum, count(*) as cases, avg(cast(s.channel is not distinct from 'interrogation' as integer)) as named,
       avg(cast(a.cause = 'register' as integer)) as register
from acts a join persons p on p.person = a.person left join statements s on s.statement = a.statement
where a.kind = 'arrest' group by 1 order by 3 desc
"""
_OPERATIONS = _SHARES.replace("p.stratum", "coalesce(a.operation, 'none: by name alone') as stratum")
_TIE = re.compile(r"<!-- (\w+): written by .*? -->\n.*?\n<!-- end -->", re.S)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table of the page; the first column is words."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def before_values(run: Path | None) -> dict[str, float]:
    """Return what the earlier scenario came to, from the run or from the file that was kept."""
    file = ENTRY / "before.csv"
    if run is not None:
        found = quantities(gf.read(run))
        lines = ["# one run of the scenario before, seed 3\nquantity,value\n"]
        file.write_text("".join([*lines, *(f"{key},{value:.10g}\n" for key, value in found.items())]), encoding="utf-8")
    if not file.is_file():
        return {}
    rows = csv.DictReader(line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {row["quantity"]: float(row["value"]) for row in rows}


class _Rows:
    """A run without its manifest: words of the scenario may have changed since it was made, its numbers must not."""

    def __init__(self, archive: Archive) -> None:
        self.sql = archive.sql


def compared(archive: Archive, before: dict[str, float]) -> str:
    """Return the comparison, before and after, by group, and what it comes to."""
    found = against_record(_Rows(archive))
    parts = []
    for group in dict.fromkeys(row.group for row in found):
        rows = []
        for row in found:
            if row.group == group and not math.isnan(row.record):
                old = before.get(row.key, math.nan) / row.record - 1 if row.record else math.nan
                number = f"{row.record:,.0f}" if row.unit == "persons" else f"{row.record:.3g}"
                own = f"{row.simulated:,.0f}" if row.unit == "persons" else f"{row.simulated:.3g}"
                rows.append((row.quantity, number, _percent(old), own, _percent(row.error), row.role))
        if group != "the source article":
            heads = (group, "record", "error before", "simulated now", "error now", "role")
            parts.append(table(heads, rows))
    held = judged(found)
    for role in ("prediction", "partly calibrated"):
        rows_of = [row for row in held if row.role == role]
        now = sum(factor(row) <= 1.25 for row in rows_of)
        old = sum(_factor(before.get(row.key, math.nan), row.record) <= 1.25 for row in rows_of)
        parts.append(f"Within a factor of 1.25: {now} of {len(rows_of)} rows with the role *{role}* ({old} before).")
    best, worst = best_and_worst(found)
    parts.append("Worst: " + "; ".join(f"{row.quantity} ({_percent(row.error)})" for row in worst) + ".")
    parts.append("Best: " + "; ".join(f"{row.quantity} ({_percent(row.error)})" for row in best) + ".")
    return "\n\n".join(parts)


def _factor(one: float, two: float) -> float:
    return max(one / two, two / one) if one > 0 and two > 0 else math.inf


def _percent(error: float) -> str:
    return "–" if math.isnan(error) else f"{100 * error:+.0f}%"


def conflicts() -> str:
    """Return what the history matching said: misses at the best point, in deviations."""
    told = json.loads((ENTRY / "calibration.json").read_text(encoding="utf-8"))
    share = told["share of the ranges where the emulator misses no target by more than three deviations"]
    rows = sorted(told["misses"].items(), key=lambda item: -abs(item[1]))
    cells = [
        (name, f"{told['targets'][name]:,.0f}", f"{100 * told['deviation'][name]:.0f}%", f"{miss:+.1f}")
        for name, miss in rows
    ]
    words = (
        f"{len(told['values'])} numbers were fitted to {len(rows)} figures of 1936, 1937 and 7 February 1938 "
        f"(`{told['script']}`, a tenth of the country). "
        "By the emulator, no target is missed by more than three of its deviations on "
        f"{100 * share:.2g} per cent of the ranges. At the point that was kept:"
    )
    return words + "\n\n" + table(("target", "record", "deviation allowed", "missed by, in deviations"), cells)


def belief(run: Path) -> str:
    """Return belief, arrests and limits by quarter."""
    told, centre = (json.loads((run / f"{name}.json").read_text(encoding="utf-8")) for name in ("offices", "centre"))
    column = {name: k for k, name in enumerate(told["columns"])}
    quarters: dict[str, list[list[object]]] = {}
    for row in told["series"]:
        year, month = str(row[column["month"]]).split("-")
        quarters.setdefault(f"{year}, {(int(month) - 1) // 3 + 1}", []).append(row)
    rows = []
    for k, (quarter, months) in enumerate(quarters.items()):
        before = [line[1] for line in centre["series"] if line[0] <= (k + 1) * 91.3]
        sums = [sum(row[column[name]] for row in months) for name in ("arrests_on_leads", "arrests_from_lists")]  # type: ignore[misc]
        bound = [
            sum(row[column[f"bound_{name}"]] for row in months) / len(months)  # type: ignore[misc]
            for name in ("staff", "custody")
        ]
        believed = f"{before[-1]:,.0f}" if before else "–"
        rows.append((quarter, believed, f"{sums[0]:,}", f"{sums[1]:,}", *(f"{share:.0%}" for share in bound)))
    heads = (
        "quarter",
        "believed at large at its end",
        "arrests on leads",
        "from lists",
        "staff bound",
        "prison places bound",
    )
    whole = ", ".join(f"{name} {share:.1%}" for name, share in told["bound"].items())
    return table(heads, rows) + f"\n\nShare of office-days on which a limit bound, over the four years: {whole}."


def shares(archive: Archive) -> str:
    """Return the share of cases on naming by stratum and by operation."""
    parts = []
    for head, query in (("stratum", _SHARES), ("operation or order", _OPERATIONS)):
        rows = [
            (row["stratum"], f"{row['cases']:,}", f"{row['named']:.0%}", f"{row['register']:.0%}")
            for row in archive.sql(query).to_pylist()
        ]
        parts.append(table((head, "cases", "on what a questioned person said", "from card files"), rows))
    return "\n\n".join(parts)


def matrix(archive: Archive) -> str:
    """Return the case matrix, numbers below a hundredth as a dot."""
    described = archive.describe()
    rows = described["case_matrix"].rows()
    names = [name for name in rows[0] if name.startswith("to ")]
    cells = [
        (str(row["of"]), f"{row['cases']:,}", *("·" if row[name] < 0.01 else f"{row[name]:.2f}" for name in names))
        for row in rows
    ]
    radius = described.totals["arrests_per_case_by_stratum"]
    told = f"\n\nArrests per case over all strata: {described.totals['arrests_per_case']:.2f}; spectral radius {radius:.2f}."
    return table(("of", "cases", *(name[3:] for name in names)), cells) + told


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--before", type=Path)
    options = parser.parse_args()
    archive = gf.read(options.run)
    made = {
        "compared": compared(archive, before_values(options.before)), "conflicts": conflicts(), "belief": belief(options.run),
        "shares": shares(archive), "matrix": matrix(archive),
    }  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    script = "written by maintenance/tables_great_terror.py"
    text = _TIE.sub(lambda m: f"<!-- {m.group(1)}: {script} -->\n\n{made[m.group(1)]}\n\n<!-- end -->", text)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
