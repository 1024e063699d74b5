"""greatfear what-if: the same world with one rule changed, person by person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greatfear.cli.choosing import changes_of, open_scenario
from greatfear.cli.options import JsonOption, ScenarioArgument
from greatfear.cli.replicates import command_again, counting, replicates_of
from greatfear.cli.show import Stopped, answer

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario
    from greatfear.simulation.counterfactual import Counterfactual


def what_if(
    scenario: ScenarioArgument,
    change: Annotated[
        list[str],
        typer.Option(
            metavar="PATH=VALUE",
            help="What to change: a path as in `offices.*.pressure=0.2`, or one of no-pressure-before=DATE, two-statements, "
            "no-limits, halt-on=DATE, no-registers, deaths-in-custody. Repeat the option: all changes apply together.",
        ),
    ],
    seed: Annotated[
        int | None, typer.Option(help="Random seed, 0 to 2^63 - 1. Default: a random one, which is printed.")
    ] = None,
    replicates: Annotated[
        str, typer.Option(metavar="N", help="How many pairs of runs; or which ones, as in 900-999.")
    ] = "1",
    workers: Annotated[
        int | None, typer.Option(min=0, help="Number of processes; default: one per core. 0 uses this process only.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address of a Dask scheduler; its workers simulate.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Folder for persons.csv, regions.csv, the table and the figure."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Simulate the same world with and without a change, and compare who was accused, arrested or sentenced.

    Both runs use the same random numbers, so they differ only by the change and its consequences. With several replicates
    the command prints the means, their errors, and how much smaller the variance is than with independent seeds. With a
    folder, finished pairs are saved, and the same command continues after an interruption.

    For example:

      greatfear what-if witch-hunt --change two-statements --seed 1 --replicates 100
      greatfear what-if great-terror --change no-pressure-before=1937-08-01 --seed 1937 -o runs/no-pressure
    """
    chosen = open_scenario(scenario)
    number = secrets.randbits(31) if seed is None else seed
    options = {"workers": workers, "cluster": cluster, "out": output, "seed": number}
    pair = _compare(chosen, _changes(change), replicates_of(replicates), options)
    files = {} if output is None else _write(pair, output)
    told = "\n".join([str(pair), *(f"{name}: {path}" for name, path in files.items())])
    answer(told, pair.to_dict() | {"files": files} if json else {}, as_json=json)


def _changes(words: Sequence[str]) -> dict[str, Any]:
    """Return the changes that were typed; named ones may stand alone."""
    from greatfear.simulation.what_ifs import WHAT_IFS

    alone = {word: None for word in words if word in WHAT_IFS}
    also = f"; or one of {', '.join(WHAT_IFS)}"
    return alone | changes_of([word for word in words if word not in WHAT_IFS], "--change", also)


def _compare(chosen: Scenario, changes: dict[str, Any], numbers: list[int], options: dict[str, Any]) -> Counterfactual:
    """Simulate with progress; an interruption says how to go on."""
    from greatfear.simulation.counterfactual import counterfactual

    try:
        with counting() as follow:
            return counterfactual(chosen, changes, replicates=numbers, progress=follow, **options)
    except KeyboardInterrupt:
        out = options["out"]
        kept = f"finished pairs are kept in {out}" if out else "nothing is kept without -o DIR"
        raise Stopped(f"stopped; {kept}; to go on: {command_again(options['seed'])}") from None


def _write(pair: Counterfactual, folder: Path) -> dict[str, str]:
    """Write persons, regions and figure beside the table of replicates."""
    from greatfear.canvas import save
    from greatfear.landing import land
    from greatfear.simulation.row_folder import csv_of
    from greatfear.simulation.what_if_figure import draw_what_if

    tables = {"persons": pair.persons, "regions": pair.regions}
    for name, table in tables.items():
        land(folder / f"{name}.csv", csv_of(table))
    figure = save(draw_what_if(pair), folder / "what-if.png")
    return (
        {"table": str(folder / "table.csv")}
        | {name: str(folder / f"{name}.csv") for name in tables}
        | {"figure": str(figure)}
    )
