"""greatfear review: what later review and a count of deaths in custody would have shown of a run."""

from __future__ import annotations

from typing import Annotated

import typer

from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer


def review(
    run: ArchiveArgument,
    cleared_groundless: Annotated[
        float, typer.Option(help="Probability that a review clears a case without ground, 0 to 1.")
    ] = 1.0,
    cleared_real: Annotated[
        float, typer.Option(help="Probability that a review clears the case of a real member, 0 to 1.")
    ] = 0.0,
    prison_factor: Annotated[
        float, typer.Option(help="Mortality before sentence, as a multiple of mortality in the camps in the same year.")
    ] = 1.0,
    deaths: Annotated[
        int | None,
        typer.Option(help="How many times larger must mortality in custody be to give this number of deaths?"),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say what reviews of the cases of a simulated run would have found, and how many persons would have died in custody.

    The answer states what it assumes. It opens the truth of the run, which no estimator can read. The waves of review are
    those of 1954-61, 1962-83 and 1988-89. Mortality in camps is that of the Soviet certificate, year by year.

    For example:

      greatfear review runs/great-terror --deaths 1200000
      greatfear review runs/great-terror --cleared-groundless 0.8 --prison-factor 2
    """
    from greatfear.simulation.review import review as ask

    with stage("opening the truth"):
        found = ask(
            run, cleared_groundless=cleared_groundless, cleared_real=cleared_real, prison_factor=prison_factor,
            deaths_wanted=deaths,
        )  # fmt: skip
    answer(str(found), {"opens": "truth", **found.to_dict()}, as_json=json)
