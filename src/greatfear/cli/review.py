"""greatfear review: what later review and a count of deaths in custody would have shown of a run."""

from __future__ import annotations

from typing import Annotated

import typer

from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer

__all__ = ["review"]


def review(
    run: ArchiveArgument,
    cleared_groundless: Annotated[
        float, typer.Option(help="Chance that a case without ground is cleared when it is looked at, 0 to 1.")
    ] = 1.0,
    cleared_real: Annotated[
        float, typer.Option(help="Chance that the case of a real member is cleared when it is looked at, 0 to 1.")
    ] = 0.0,
    prison_factor: Annotated[
        float, typer.Option(help="Mortality before sentence, in multiples of that of the camps in the same year.")
    ] = 1.0,
    deaths: Annotated[
        int | None,
        typer.Option(help="Say by what factor mortality in custody must be larger for this many deaths in all."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Ask a simulated run what review and a count of deaths in custody would have shown, with what they assume.

    This opens the truth of the run, which nothing that estimates can read. The waves of review are those of 1954-61, 1962-83
    and 1988-89; mortality in camps is that of the Soviet certificate, year by year.

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
