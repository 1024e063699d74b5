"""greatfear recover coverage, aliases and copies: who is missing from all lists, which names are one person, who copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.recover import FolderOption, PurposeOption, tell

__all__ = ["PARTS", "aliases", "copies", "coverage"]


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
    by: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Answer each part of the persons as well, as in stratum or region."),
    ] = None,
    partitions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="aliases-partitions.csv of recover aliases, where LISTS has the columns record and list: answer over draws.",
        ),
    ] = None,
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
        result = found(
            lists, claim=claim, show=show, seed=seed, n_boot=boot, by=by, partitions=partitions, purpose=purpose
        )
    tell(result, output, as_json=json)


def aliases(
    names: Annotated[
        Path,
        typer.Argument(
            metavar="NAMES",
            help="CSV file (record, name, and any of source, born, sex, place, unit, heading), or archive.",
        ),
    ],
    no_duplicates: Annotated[
        list[str] | None,
        typer.Option("--no-duplicates", metavar="SOURCE", help="A source that names nobody twice; may be repeated."),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Partitions to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of starts and draws.")] = 1,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Tell which names are one person: Slavic names in eight writings, a probability for each pair; nothing is merged.

    For example:

      greatfear recover aliases records.csv --no-duplicates list-03 -o names
    """
    from greatfear.recover import aliases as found

    with stage("comparing names"):
        result = found(names, seed=seed, draws=draws, no_duplicates=no_duplicates or (), purpose=purpose)
    tell(result, output, as_json=json)


def copies(
    statements: Annotated[
        Path,
        typer.Argument(
            metavar="STATEMENTS",
            help="Archive with details, or CSV file (key, day, speaker, subject, heard_from, and a column for each detail).",
        ),
    ],
    persons: Annotated[
        Path | None,
        typer.Option("--persons", metavar="FILE", help="CSV file with id and place or unit, beside a CSV file."),
    ] = None,
    share: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH", help="Share of copies as a range, where nothing but names is told; as in 0.1:0.5."
        ),
    ] = None,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Infer which statements repeat an earlier one, from what they tell, and how many independent roots each person has.

    For example:

      greatfear recover copies statements.csv --persons persons.csv -o copies
    """
    from greatfear.recover import copies as found
    from greatfear.recover.ranges import range_of

    given = range_of(share, "--share", "0.1:0.5", has_ends=True)
    with stage("weighing sources"):
        result = found(statements, persons=persons, share=given, purpose=purpose)
    tell(result, output, as_json=json)


PARTS: dict[str, Callable[..., None]] = {"coverage": coverage, "aliases": aliases, "copies": copies}
"""The parts about lists and names; each is a command below ``greatfear recover``."""
