"""greatfear ensemble: many replicates of a scenario, and of variants of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greatfear.cli.choosing import changes_of, open_scenario
from greatfear.cli.options import BelieveOption, JsonOption, ScenarioArgument
from greatfear.cli.replicates import command_again, counting, replicates_of
from greatfear.cli.report import WITH_RECORD
from greatfear.cli.show import Stopped, answer
from greatfear.errors import Fault, FaultList

if TYPE_CHECKING:
    from greatfear.scenario.model import Scenario
    from greatfear.simulation.ensemble import Ensemble
    from greatfear.simulation.run import Run

AlterOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUE",
        help="Also simulate this variant; separate its changes by `;`. Repeat the option for more variants.",
    ),
]
SweepOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=RANGE",
        help="Vary this parameter: 0:1:5 (five values), 0.01:1:5:log, or 1,2,5. PATH alone takes the range that the "
        "scenario states. Repeat the option for more parameters.",
    ),
]


def ensemble(
    scenario: ScenarioArgument,
    replicates: Annotated[
        str, typer.Option(metavar="N", help="How many replicates; or which ones, as in 900-999, 900-900 or 3,900.")
    ] = "100",
    seed: Annotated[
        int | None, typer.Option(help="Random seed, 0 to 2^63 - 1. Default: a random one, which is recorded.")
    ] = None,
    alter: AlterOption = None,
    sweep: SweepOption = None,
    design: Annotated[
        str,
        typer.Option(
            help="How the points of a sweep are chosen: grid, latin or sobol (the last two take ranges such as 0:1)."
        ),
    ] = "grid",
    runs: Annotated[int | None, typer.Option(help="Number of points of a latin or sobol design.")] = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="Draw this column, such as arrests, and save it as COLUMN.png beside the table."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Number of processes; default: one per core. 0 uses this process only.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Address of a Dask scheduler, as in tcp://host:8786; its workers simulate."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder of the ensemble.  [default: runs/ID-SEED-ensemble]"),
    ] = None,
    keep: Annotated[
        str, typer.Option(help="What to keep of each replicate: summaries, or archives (summaries too).")
    ] = "summaries",
    believe: BelieveOption = None,
    json: JsonOption = False,
) -> None:
    """Simulate many replicates of a scenario and of its variants. Each replicate is one row of numbers.

    Each finished replicate is saved at once. After Ctrl-C or a crash, give the same command again: it continues, and the
    result is the same. The folder holds table.parquet and table.csv. In each replicate, the scenario and its variants use
    the same random numbers.

    For example:

      greatfear ensemble witch-hunt --replicates 200 --seed 1 -o runs/villages
      greatfear ensemble witch-hunt --seed 1 --alter "offices.pressure=0.2" --alter "offices.evidence=2; halt.date=1630-01-01"
      greatfear ensemble witch-hunt --seed 1 --replicates 20 --sweep offices.pressure=0:1:5 --sweep offices.evidence=1,2,3
      greatfear ensemble witch-hunt --seed 1 --replicates 5 --sweep offices.pressure=0:1 --design latin --runs 50 --plot arrests
    """
    chosen = open_scenario(scenario, believing=believe)
    number = secrets.randbits(31) if seed is None else seed
    folder = output or Path("runs") / f"{chosen.id}-{number}-ensemble"
    options: dict[str, Any] = {"workers": workers, "cluster": cluster, "out": folder, "keep": keep, "seed": number}
    options |= {"sweep": sweeps_of(sweep) if sweep else None, "design": design, "runs": runs}
    many = _simulate(chosen, replicates_of(replicates), variants_of(alter or []), options)
    told = f"{many}\n\n{many.n_simulated:,} replicates simulated now; table: {folder / 'table.csv'}"
    drawn = None if plot is None else _draw(many, plot, folder)
    told += "" if drawn is None else f"\nfigure: {drawn}"
    answer(told, (many.to_dict() | {"figure": drawn and str(drawn)}) if json else {}, as_json=json)


def _draw(many: Ensemble, column: str, folder: Path) -> Path:
    """Draw a column of the ensemble beside its table."""
    from greatfear.canvas import save

    return save(many.plot(column), folder / f"{column}.png")


def sweeps_of(texts: Sequence[str]) -> dict[str, str | None]:
    """Return ``["a=0:1:5", "b"]`` as ``{"a": "0:1:5", "b": None}``.

    Raises
    ------
    FaultList
        If a text is no path and range, or a path stands there twice.
    """
    faults: list[Fault] = []
    found: dict[str, str | None] = {}
    for text in texts:
        path, sign, values = text.partition("=")
        path = path.strip()
        if not path or (sign and not values.strip()):
            allowed = "PATH=RANGE, as in offices.pressure=0:1:5, or PATH alone for the range that the scenario states"
            faults.append(Fault("--sweep", repr(text), allowed))
        elif path in found:
            faults.append(
                Fault("--sweep", f"{path} twice", "each parameter once", "write its values as one list: 1,2,5")
            )
        found[path] = values.strip() if sign else None
    if faults:
        raise FaultList(faults, "command line")
    return found


def variants_of(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return ``["a=1; b=2"]`` as ``[{"a": 1, "b": 2}]``."""
    return [changes_of([part for part in text.split(";") if part.strip()], "--alter") for text in texts]


def _simulate(
    chosen: Scenario, numbers: list[int], variants: list[dict[str, Any]], options: dict[str, Any]
) -> Ensemble:
    """Simulate with progress; an interruption says what is kept and how to go on."""
    from greatfear.simulation.ensemble import ensemble
    from greatfear.simulation.working import EnsembleProgress

    done = [0, len(numbers) * (1 + len(variants))]  # until the first report, which knows the points of a sweep

    try:
        with counting() as follow:

            def told(at: EnsembleProgress) -> None:
                done[:] = at.done, at.total
                follow(at)

            return ensemble(chosen, numbers, alter=variants, quantities=_quantities(chosen), progress=told, **options)
    except KeyboardInterrupt:
        kept = f"{done[0]:,} of {done[1]:,} replicates are kept in {options['out']}"
        raise Stopped(f"stopped; {kept}; to go on: {command_again(options['seed'])}") from None


def _quantities(chosen: Scenario) -> Callable[[Run], Mapping[str, float]] | None:
    """Return the function that counts what the published record knows, where there is one."""
    if chosen.id != WITH_RECORD:
        return None
    from greatfear.comparison.record_quantities import of_run

    return of_run
