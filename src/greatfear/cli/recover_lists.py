"""greatfear recover coverage: how many persons are missing from all lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.recover import FolderOption, PurposeOption, tell

__all__ = ["PARTS", "coverage"]


def coverage(
    lists: Annotated[
        Path,
        typer.Argument(
            metavar="LISTS",
            help="CSV file (a column of 0 and 1 for each list, with `count` or a row a person; or person, list), or archive.",
        ),
    ],
    claim: Annotated[
        float | None, typer.Option(min=0, help="A number of all persons that somebody names: what would it need?")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Give the models' numbers also where the lists cannot tell.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the bootstrap and of the chains.")] = 1,
    boot: Annotated[int, typer.Option(min=0, help="Bootstrap tables; below 20: none.")] = 200,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate how many persons stand on no list: every model that exists, each with its assumption in a sentence.

    For example:

      greatfear recover coverage lists.csv --claim 6000 -o coverage
    """
    from greatfear.recover import coverage as found

    with stage("fitting models"):
        result = found(lists, claim=claim, show=show, seed=seed, n_boot=boot, purpose=purpose)
    tell(result, output, as_json=json)


PARTS: dict[str, Callable[..., None]] = {"coverage": coverage}
"""The parts about lists and names; each is a command below ``greatfear recover``."""
