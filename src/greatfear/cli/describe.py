"""greatfear describe: what an archive holds, in numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer


def describe(
    archive: ArchiveArgument,
    by: Annotated[str, typer.Option(help="Time unit of the tables: day, month or year.")] = "month",
    top: Annotated[
        int,
        typer.Option(min=0, help="How many persons to list of those who name most, and of those who are named most."),
    ] = 10,
    case: Annotated[
        str | None,
        typer.Option(
            help="What counts as a case: a kind of act (arrest, summons, sentence ...), or `statement`: the first statement "
            "by another person against somebody. Default: arrest; summons if no arrest is recorded."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Describe an archive in numbers: counts, namings per case (R), new names, concentration, and how cases began.

    For example:

      greatfear describe runs/great-terror --by year
      greatfear describe archives/register --case summons
    """
    found = open_archive(archive)
    with stage("describing"):
        description = found.describe(by=by, top=top, case=case)
    answer(str(description), description.to_dict() if json else {}, as_json=json)
