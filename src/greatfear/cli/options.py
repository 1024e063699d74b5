"""Arguments and options that several commands share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
        help="A scenario of the catalogue by its id (see `greatfear list`), or a YAML or JSON file.",
        autocompletion=scenario_ids,
    ),
]
ArchiveArgument = Annotated[
    Path, typer.Argument(metavar="ARCHIVE", help="Folder of a run, or of an archive made by `greatfear intake`.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="PATH", help="Write to this file instead of printing.")
]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Replace the finished archive that is in this folder.")]
BelieveOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--believe",
        metavar="RUN",
        help="The centre gets, on the first day, what the sham organisations of this finished run reported. Repeat the "
        "option for more runs. The provenance records it.",
    ),
]
WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="PATH=VALUE",
        help="Change the scenario first, as in `offices.*.pressure=0.2`. Repeat the option for more changes. The provenance "
        "records them.",
    ),
]
