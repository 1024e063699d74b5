"""greatfear run: simulate a scenario, compare it with the record, write the report."""

from __future__ import annotations

import secrets
import shlex
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greatfear.cli.choosing import open_scenario
from greatfear.cli.options import BelieveOption, JsonOption, ReplaceOption, ScenarioArgument, WhatIfOption
from greatfear.cli.progress import following, stage
from greatfear.cli.replicates import command_again
from greatfear.cli.show import Stopped, note, say, say_json
from greatfear.show.wording import Wording, counted
from greatfear.simulation.peak_memory import peak_memory_mb

if TYPE_CHECKING:
    from greatfear.comparison.against_record import Comparison
    from greatfear.comparison.sham_story import ShamStory
    from greatfear.scenario.model import Scenario
    from greatfear.simulation.run import Run


def run(
    scenario: ScenarioArgument,
    seed: Annotated[
        int | None, typer.Option(help="Random seed, 0 to 2^63 - 1. Default: a random one, which is recorded.")
    ] = None,
    replicate: Annotated[int, typer.Option(help="Number of the replicate of this seed. Any number costs one run.")] = 0,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder of the run.  [default: runs/ID-SEED]")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Number of threads; default: all cores. Results do not depend on it.")
    ] = None,
    chunk_days: Annotated[
        int | None, typer.Option(min=1, help="Days between two saved states. Results do not depend on it.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--afresh", help="Continue an unfinished run of this folder, or start again from the first day."
        ),
    ] = True,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html into the run folder.")] = True,
    replace: ReplaceOption = False,
    what_if: WhatIfOption = None,
    believe: BelieveOption = None,
    json: JsonOption = False,
) -> None:
    """Simulate a scenario, compare it with the published record, and write a report.

    The same scenario, seed and replicate give the same archive, byte for byte, with any number of threads and after any
    interruption. If a run was stopped, give the same command again: it continues from the last saved state.

    For example:

      greatfear run great-terror --seed 1937 -o runs/great-terror
      greatfear run witch-hunt --seed 1 --what-if "offices.pressure=0.2" --json
      greatfear run great-terror --seed 3 --believe runs/operation-trust-3
    """
    begun = time.perf_counter()
    chosen = open_scenario(scenario, what_if, believe)
    number = secrets.randbits(31) if seed is None else seed
    folder = output or Path("runs") / f"{chosen.id}-{number}"
    if not resume:
        _forget(folder)
    options = {"replicate": replicate, "out": folder, "threads": threads, "chunk_days": chunk_days, "replace": replace}
    done = _simulate(chosen, number, options)
    compared, story, page, seconds_of_report = _report(done, folder, is_wanted=report)
    seconds = _seconds(done, report=seconds_of_report, total=time.perf_counter() - begun)
    closing = _closing(done, folder, seconds, page)
    if json:
        told = {"story": story.to_dict()} if story else {}
        say_json(closing | {"comparison": compared.to_dict() if compared else None} | told)
    else:
        say(_text(closing, compared, story))


def _forget(folder: Path) -> None:
    """Remove the saved state of an unfinished run."""
    from greatfear.simulation.survival import forget

    forget(folder)


def _simulate(chosen: Scenario, seed: int, options: dict[str, Any]) -> Run:
    """Simulate with progress; an interruption says what is kept and how to go on."""
    from greatfear.simulation.run import simulate
    from greatfear.simulation.survival import partial_folder, state_file

    folder = options["out"]
    kept = partial_folder(folder)
    if state_file(folder).exists():
        note(f"an unfinished run is in {kept}: going on from its last saved state")
    try:
        with following(chosen.time.start) as follow:
            return simulate(chosen, seed, progress=follow, **options)
    except KeyboardInterrupt:
        is_saved = state_file(folder).exists()
        state = f"the last saved state is kept in {kept}" if is_saved else "no state had been saved yet"
        raise Stopped(f"stopped; {state}; to {'go on' if is_saved else 'begin again'}: {command_again(seed)}") from None


def _report(
    done: Run, folder: Path, *, is_wanted: bool
) -> tuple[Comparison | None, ShamStory | None, Path | None, float]:
    """Return the comparison with the record, the story of a sham (where there are such), the page, and the seconds spent."""
    from greatfear.cli.report import comparison_for, story_of, write_page

    begun = time.perf_counter()
    try:
        with stage("comparing with the record and writing the report"):
            compared = comparison_for(done.archive, done.scenario.id)
            story = story_of(done.families, done.scenario)
            path, given = folder / "report.html", (compared, done.scenario, story)
            page = None
            if is_wanted:
                page = write_page(done.archive, path, *given, families=done.parts)
    except KeyboardInterrupt:
        whole = f"stopped; the run is whole in {folder}"
        raise Stopped(f"{whole}; to write its report: greatfear report {shlex.quote(str(folder))}") from None
    return compared, story, page, time.perf_counter() - begun


def _seconds(done: Run, *, report: float, total: float) -> dict[str, float]:
    """Return where the time went; `compile` is 0 when all kernels came from the cache."""
    parts = {**done.seconds, "report": report, "total": total}
    return {name: round(value, 3) for name, value in parts.items()}


def _closing(done: Run, folder: Path, seconds: dict[str, float], page: Path | None) -> dict[str, Any]:
    """Return what a run closes with."""
    from greatfear.comparison.mechanisms import mechanism_rows

    archive = done.archive
    counted = (
        "select year(date) as year, outcome, count(*) as n from acts where kind = 'sentence' group by all order by year"
    )
    by_year: dict[str, dict[str, int]] = {}
    for row in archive.sql(counted).to_pylist():
        by_year.setdefault(str(row["year"]), {})[row["outcome"]] = row["n"]
    deaths = archive.words.deaths
    arrests = archive.sql("select count(*) as n from acts where kind = 'arrest'").to_pylist()[0]["n"]
    return {
        "scenario": done.scenario.id,
        "seed": done.seed,
        "replicate": done.replicate,
        "folder": str(folder),
        "words": done.scenario.own_words,
        "persons": int(sum(region.persons.value for region in done.scenario.population.regions)),
        "persons_recorded": archive.n_rows("persons"),
        "arrests": arrests,
        "statements": archive.n_rows("statements"),
        "sentences": {year: sum(counts.values()) for year, counts in by_year.items()},
        "deaths": {year: sum(n for code, n in counts.items() if code in deaths) for year, counts in by_year.items()},
        "outcomes": by_year,
        "effects": dict(archive.words.effects),
        "mechanisms": [asdict(row) | {"text": str(row)} for row in mechanism_rows(done.parts, archive.words)],
        "seconds": seconds,
        "peak_memory_mb": peak_memory_mb(),
        "report": None if page is None else str(page),
    }


def _sentences(n: int, words: Wording) -> str:
    """Return a number of sentences in the words of the case."""
    return f"{n:,} {(words.one if n == 1 else words.many)('acts', 'sentence')}"


def _decided(closing: dict[str, Any], year: str, words: Wording) -> str:
    """Return how many of a year's sentences were death, or each outcome where the case has its own."""
    if not words.effects:
        return f"{closing['deaths'][year]:,} of them {words.one('outcomes', 'death')}"
    counts: dict[str, int] = closing["outcomes"][year]
    order = sorted(counts, key=[*words.effects, *counts].index)
    return ", ".join(f"{counts[code]:,} {words.one('outcomes', code)}" for code in order)


def _text(closing: dict[str, Any], compared: Comparison | None, story: ShamStory | None = None) -> str:
    """Return the closing words for a reader."""
    sentences, seconds = closing["sentences"], closing["seconds"]
    words = Wording.of(closing["words"], closing["effects"])
    people = (words.one if closing["persons"] == 1 else words.many)("roles", "person")
    arrests = (words.one if closing["arrests"] == 1 else words.many)("acts", "arrest")
    run_of = f"{closing['scenario']}, seed {closing['seed']}, replicate {closing['replicate']}"
    lines = [
        f"{run_of}: {closing['persons']:,} {people}, {closing['persons_recorded']:,} of them in the record",
        f"{closing['arrests']:,} {arrests}, {counted(closing['statements'], 'statement', ',')}",
        *(f"{year}: {_sentences(sentences[year], words)}, {_decided(closing, year, words)}" for year in sentences),
    ]
    if closing["mechanisms"]:
        lines += ["", *(row["text"] for row in closing["mechanisms"])]
    if compared is not None:
        lines += ["", "Beside the published record:", str(compared)]
    if story is not None:
        lines += ["", "The sham, and the truth of the simulated world:", str(story)]
    spent = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items() if value >= 0.05)
    peak = closing["peak_memory_mb"]
    memory = "" if peak is None else f"; peak memory {peak:,} MB"
    lines += ["", f"seconds: {spent}{memory}", f"archive: {closing['folder']}"]
    return "\n".join([*lines, *([f"report: {closing['report']}"] if closing["report"] else [])])
