"""Arguments and options that several commands share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "BelieveOption",
    "ArchiveArgument",
    "JsonOption",
    "OutputOption",
    "ReplaceOption",
    "ScenarioArgument",
    "WhatIfOption",
]


def scenario_ids(incomplete: str) -> list[str]:
    """Return the ids of the catalogue that begin so, for the shell, and scenario files of this folder."""
    from greatfear.catalogue import scenarios

    files = sorted(str(file) for ending in ("yaml", "yml") for file in Path().glob(f"*.{ending}"))
    return [name for name in [*scenarios(), *files] if name.startswith(incomplete)]


def data_set_ids(incomplete: str) -> list[str]:
    """Return the ids of the data sets that begin so, for the shell."""
    from greatfear.catalogue.datasets import dataset_names

    return [name for name in dataset_names() if name.startswith(incomplete)]


ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="Id in the catalogue (see `greatfear list`), or a YAML or JSON file.",
        autocompletion=scenario_ids,
    ),
]
ArchiveArgument = Annotated[
    Path, typer.Argument(metavar="ARCHIVE", help="Folder of a run or of a real archive that was taken in.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on standard output.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write there instead of printing.")
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Put the result in the place of another finished archive that stands there.")
]
BelieveOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--believe",
        metavar="RUN",
        help="Tell the centre on the first day what the shams of this finished run reported; may be given again. Noted in the "
        "provenance.",
    ),
]
WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="PATH=VALUE",
        help="Alter the scenario first, as in `offices.*.pressure=0.2`; may be given again. Noted in the provenance.",
    ),
]
