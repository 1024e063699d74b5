"""docs/benchmarks.md and its figures, written from the results alone: ``python -m benchmarks --page``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import figures, growth, rem
from benchmarks.results import FOLDER, load

DOCS = Path(__file__).resolve().parents[1] / "docs"
_OWN = ("greatfear", "greatfear-whole")
Rows = Sequence[dict[str, Any]]
_COLUMNS = (
    "tool", "version", "million named per CPU s", "greatfear / tool", "run, CPU s", "build, CPU s", "both", "peak MB", "accused",
    "who named whom", "repetitions",
)  # fmt: skip

_HEAD = """# Benchmarks

Written by `make bench` from what it measured; `python -m benchmarks --page` writes it again without measuring. Timings are CPU
time, medians, on a machine that did other work too: read the ratios, which were measured in turn, rather than the seconds.

## NAMES-1: one model in many tools

Reed-Frost naming on a Watts-Strogatz graph: ten contacts, a quarter of the ties moved, every contact named once with probability
0.25, ten first accused, run until nobody new is named; step, accuser and accused are recorded where a tool can. Each repetition
is a process of its own in the tool's own environment, and the tools take turns. *Run* is the cascade with its log, *build* all
that comes before it: agents, graph objects, compressed rows.

- Every tool is given the ties as an array. greatfear makes its own from the scenario, which is part of its build, by the same
  law, except that two ties of one pair count once instead of being drawn again (about a dozen, whatever the size).
- `greatfear` is `gf.cascade`: the accusations of the whole process, held equal to it by tests, and of several against one person
  the first. `greatfear-whole` is `gf.simulate`, which writes every statement, every act and all tables of an archive.
- `numpy` and `numba` are bounds: a plain program for this one model.
- `mesa` activates every agent in every step, as Mesa's own examples do; `mesa-asked` helps it by activating only who is asked.
- `igraph` has no cascade: it thins the graph and searches it, which has the same law.
- Final sizes of all tools must agree within sampling error, and every log is checked: anyone who names was accused in the step
  before, and is tied to the named.

```console
$ python benchmarks/names1.py --n 1000000 --json
$ python benchmarks/names1.py --n 1000000 --only greatfear,numpy
```
"""

_BETTER = """### Where another tool is better, and why

- **Any other model.** Mesa, Starsim, AgentPy, EoN and NDlib run models that greatfear cannot express: moving agents, births,
  continuous infectious periods, interventions. greatfear is fast because it knows the one mechanism that it runs.
- **One graph, many cascades.** CyNetDiff, igraph, NumPy and Numba keep a graph and run again on it at once; greatfear draws a new
  ring for every seed, since ties are part of the world that a seed stands for.
- **Bring your own graph.** igraph and NetworkX have hundreds of other measures of a graph.
"""


def names1_table(rows: Rows, n: int) -> Iterator[str]:
    """Yield the lines of the table of one size, fastest first."""
    found = sorted(
        (row for row in rows if row["n"] == n and "cpu_s" in row), key=lambda row: -int(row["named_per_cpu_s"])
    )
    own = next((row["named_per_cpu_s"] for row in found if row["tool"] == "greatfear"), None)
    yield f"### {n:,} persons\n"
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "| --- | --- |" + " ---: |" * 7 + " --- | ---: |"
    for row in found:
        ratio = f"{own / row['named_per_cpu_s']:.3g}" if own else ""
        both = row["cpu_s"] + row["build_s"]
        yield (
            f"| {row['tool']} | {row['version']} | {row['named_per_cpu_s'] / 1e6:.3g} | {ratio} | {row['cpu_s']:.3g} | "
            f"{row['build_s']:.3g} | {both:.3g} | {_memory(row)} | {row['final_size']:,} | "
            f"{'yes' if row['who_named_whom'] else 'no'} | {row['repeats']} |"
        )
    absent = [row for row in rows if row["n"] == n and row.get("left_out")]
    there = {row["tool"] for row in rows if row["n"] == n}
    missing = ", ".join(sorted({row["tool"] for row in rows} - there))
    yield ""
    if missing:
        yield f"- Not measured at this size: {missing}."
    yield from (f"- {row['tool']} is left out: {row['left_out']}." for row in absent)
    yield from _leaner(found)
    yield ""


def _memory(row: dict[str, Any]) -> str:
    return "not known" if row["rss_mb"] is None else f"{row['rss_mb']:.0f}"


def _leaner(found: Rows) -> Iterator[str]:
    """Yield what others do with less than greatfear at this size."""
    own = next((row for row in found if row["tool"] == "greatfear"), None)
    if own is None:
        return
    others = [row for row in found if row["tool"] not in _OWN]
    less = ", ".join(row["tool"] for row in others if (row["rss_mb"] or 1e9) < (own["rss_mb"] or 0))
    total = own["cpu_s"] + own["build_s"]
    sooner = ", ".join(row["tool"] for row in others if row["cpu_s"] + row["build_s"] < total)
    if less:
        yield f"- Less memory than greatfear, whose libraries (Numba, PyArrow, DuckDB) take about 200 MB: {less}."
    if sooner:
        yield f"- Build and run together in less CPU time than greatfear, which checks a whole scenario first: {sooner}."


def text(folder: Path = FOLDER) -> str:
    """Return the page."""
    names, grown = load("names1", folder), load("growth", folder)
    lines = [_HEAD, *_machines([*names, *grown])]
    if names:
        lines += ["![NAMES-1 by size](images/benchmarks-names1.png)\n"]
        for n in sorted({row["n"] for row in names}, key=lambda n: (n != 1_000_000, n)):
            lines += names1_table(names, n)
    lines += [_BETTER]
    lines += _growth(grown) if grown else []
    lines += _country(load("country", folder))
    lines += _ensemble(load("ensemble", folder))
    lines += _rem(load("rem", folder))
    return "\n".join(lines).rstrip() + "\n"


def _machines(rows: Rows) -> Iterator[str]:
    """Yield each kind of machine the figures come from."""
    kinds = []
    for row in rows:
        here = row["machine"]
        versions = ", ".join(f"{name} {number}" for name, number in here["versions"].items())
        size = f"{here['processor']}, {here['cores']} cores, {here['memory_gb']} GB"
        kind = f"{size}, {here['system']}, Python {here['python']}, {versions}"
        if kind not in kinds:
            kinds.append(kind)
    yield from (f"Measured on: {kind}.\n" for kind in kinds)


def _growth(rows: Rows) -> Iterator[str]:
    yield "## Growth\n"
    yield (
        f"Whole runs of `gf.simulate` on one thread: more and more cases among {growth.AMONG:,} persons, and about "
        f"{growth.OF:,} cases among more and more persons. `python -m benchmarks.growth` measures it.\n"
    )
    yield "![Time and memory by cases and by persons](images/benchmarks-growth.png)\n"
    yield from (f"- {line[0].upper()}{line[1:]}." for line in growth.told(rows))
    yield "\n| persons | cases | statements | CPU s | of these not in the system | peak MB | of these before the run |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in sorted(rows, key=lambda row: (row["series"], row["persons"], row["asked"])):
        if "left_out" in row:
            yield f"| {row['persons']:,} | {row['asked']:,} asked for | left out: {row['left_out']} | | | | |"
        else:
            yield (
                f"| {row['persons']:,} | {row['cases']:,} | {row['statements']:,} | {row['cpu_s']:.3g} | "
                f"{row['user_s']:.3g} | {row['rss_mb']:.0f} | {row['base_mb']:.0f} |"
            )
    yield ""


def _country(rows: Rows) -> Iterator[str]:
    for row in rows:
        yield "## The country run\n"
        yield (
            f"`great-terror`, 162 million persons, written to disk: {row['arrests']:,.0f} arrests, "
            f"{row['statements']:,.0f} statements, {row['acts']:,.0f} acts. Kernels {row['kernels_s']:.1f} s, "
            f"writing {row['writing_s']:.1f} s, in all {row['total_s']:.1f} s by the clock and "
            f"{row['cpu_s']:.1f} s of CPU; peak {row['rss_mb']:.0f} MB. Compiled before; medians of {row['repeats']}. "
            "`python -m benchmarks.country` measures it; [where the time goes](speed.md).\n"
        )


def _ensemble(rows: Rows) -> Iterator[str]:
    if rows:
        yield "## An ensemble\n"
        seconds, first = {row["workers"]: row["wall_s"] for row in rows}, rows[0]
        told = ", ".join(f"{seconds[workers]:.2f} s with {workers}" for workers in sorted(seconds))
        yield (
            f"{first['replicates']} runs of `witch-hunt` by workers, wall time, median of {first['repeats']}: {told}; "
            f"{seconds[1] / seconds[2]:.2f} times faster on two. `python -m benchmarks.ensemble` measures it.\n"
        )


def _rem(rows: Rows) -> Iterator[str]:
    if not rows:
        return
    yield "## Relational event models\n"
    yield from (f"- {_fits(row)}" for row in rows if "controls" not in row)
    yield (
        "\nChoice models of seven effects, two of them closures, with 10 controls drawn for each event, from events to the "
        "result; three ways in which an archive has more events. `python -m benchmarks.rem` measures it.\n"
    )
    yield "![Time of sampled fits by events](images/benchmarks-rem.png)\n"
    yield from (f"- {line[0].upper()}{line[1:]}." for line in rem.told(rows))
    yield "\n| series | events | actors | CPU s | not in the system | µs an event | not in the system | peak MB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in (row for row in rows if "controls" in row):
        yield (
            f"| {row['series']} | {row['events']:,} | {row['actors']:,} | {row['cpu_s']:.3g} | {row['user_s']:.3g} | "
            f"{row['cpu_s'] / row['events'] * 1e6:.1f} | {row['user_s'] / row['events'] * 1e6:.1f} | {row['peak_mb']:,} |"
        )
    yield ""


def _fits(row: dict[str, Any]) -> str:
    if "left_out" in row:
        return f"{row['series']} is left out: {row['left_out']}."
    if row["series"] == "giaveno":
        return f"Giaveno, {row['fits']} fits, from the start of Python and data to tables: {row['cpu_s']:.2f} CPU s."
    size = f"{row['effects']} effects, {row['intervals']:,} intervals, {row['pairs']:,} pairs"
    return f"A dyadic model, {size}: {row['cpu_s']:.2f} CPU s."


def write(docs: Path = DOCS, folder: Path = FOLDER) -> None:
    """Write the page and its figures."""
    (docs / "images").mkdir(parents=True, exist_ok=True)
    names, grown = load("names1", folder), load("growth", folder)
    if names:
        figures.names1(names, docs / "images" / "benchmarks-names1.png")
    if grown:
        figures.growth(grown, docs / "images" / "benchmarks-growth.png")
    fits = [row for row in load("rem", folder) if "controls" in row]
    if fits:
        figures.rem(fits, docs / "images" / "benchmarks-rem.png")
    (docs / "benchmarks.md").write_text(text(folder))
