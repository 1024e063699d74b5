"""greatfear papers: what the archive of a run says beside the truth."""

from __future__ import annotations

from typing import Annotated

import typer

from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer


def papers(
    run: ArchiveArgument,
    person: Annotated[
        str | None, typer.Option(metavar="ID", help="Say which real person this entry of the archive is.")
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="How many persons, sets of copies or statements to show.")] = 8,
    json: JsonOption = False,
) -> None:
    """Compare the archive of a simulated run with the truth: lost rows, dates, aliases, copies.

    This opens the truth of the run, which no estimator can read. The scenario of the run must have a section `papers`.

    For example:

      greatfear papers runs/great-terror
      greatfear papers runs/great-terror --person P00000042
    """
    from greatfear.simulation.papers.account import account, account_of_person

    with stage("opening the truth"):
        found = account(run, limit=top) if person is None else account_of_person(run, person, limit=top)
    answer(str(found), {"opens": "truth", **found.to_dict()}, as_json=json)
