"""greatfear recover coverage, aliases and copies: who is missing from all lists, which names are one person, who copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.recover import FolderOption, PurposeOption, tell


def coverage(
    lists: Annotated[
        Path,
        typer.Argument(
            metavar="LISTS",
            help="An archive, or a CSV file: a column of 0 and 1 for each list (one row per person, or with a column `count`); "
            "or the columns person and list.",
        ),
    ],
    claim: Annotated[
        float | None, typer.Option(min=0, help="A total that somebody claims: what must hold for it to be true?")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Also show the numbers of the models if the lists cannot tell.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 1,
    boot: Annotated[int, typer.Option(min=0, help="Number of bootstrap tables; fewer than 20: no bootstrap.")] = 200,
    by: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Also answer for each group of persons, as in stratum or region."),
    ] = None,
    partitions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file aliases-partitions.csv of `recover aliases`: answer for each of its draws. LISTS needs the columns "
            "record and list.",
        ),
    ] = None,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate how many persons are on no list, by several models, each with its assumption in a sentence.

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
            help="An archive, or a CSV file with record and name, and perhaps source, born, sex, place, unit, heading.",
        ),
    ],
    no_duplicates: Annotated[
        list[str] | None,
        typer.Option(
            "--no-duplicates",
            metavar="SOURCE",
            help="A source that names nobody twice. Repeat the option for more sources.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="How many possible groupings of the names to draw.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 1,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate which names belong to one person, with a probability for each pair. It changes nothing in the archive.

    It knows Slavic names in eight ways of writing.

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
            help="An archive with details, or a CSV file: key, day, speaker, subject, heard_from, a column for each detail.",
        ),
    ],
    persons: Annotated[
        Path | None,
        typer.Option(
            "--persons",
            metavar="FILE",
            help="CSV file of the persons: id, and place or unit. Only if STATEMENTS is a CSV file.",
        ),
    ] = None,
    share: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH",
            help="Smallest and largest share of copies, as in 0.1:0.5; for statements that give names and no details.",
        ),
    ] = None,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate which statements copy an earlier one, from their details, and how many independent origins each person has.

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
