"""greatfear cite: every number of a scenario with its source; the sources of an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import is_archive, open_archive, open_scenario
from greatfear.cli.options import JsonOption, WhatIfOption
from greatfear.cli.show import answer


def cite(
    what: Annotated[
        str, typer.Argument(metavar="SCENARIO|ARCHIVE", help="Scenario (id or file), or folder of an archive.")
    ],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print the sources as BibTeX.")] = False,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Also list the defaults of the scenario language.")
    ] = False,
    what_if: WhatIfOption = None,
    json: JsonOption = False,
) -> None:
    """List every number of a scenario with its source, the place in it, the reason and the level; or cite an archive.

    For example:

      greatfear cite great-terror
      greatfear cite great-terror --bibtex > great-terror.bib
    """
    if is_archive(Path(what)):
        text = open_archive(Path(what)).cite()
        answer(text, {"archive": what, "text": text}, as_json=json)
        return
    from greatfear.scenario import citing

    found = open_scenario(what, what_if)
    text = citing.bibtex(found) if bibtex else citing.cite(found, defaults=defaults)
    numbers = [row for row in citing.grounds_table(found) if defaults or row["kind"] != "default"]
    sources = {key: entry.model_dump(mode="json") for key, entry in found.sources.items()}
    answer(text, {"scenario": found.id, "sources": sources, "numbers": numbers}, as_json=json)
