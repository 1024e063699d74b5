"""greatfear recover: what an archive supports, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer, note

if TYPE_CHECKING:
    from greatfear.recover.result import Result

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="Write tables (CSV, Parquet), figures and text to this folder."
    ),
]
PurposeOption = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT", help="What the answer is for. Required if the archive reaches into the last 80 years."
    ),
]


def tell(result: Result, output: Path | None, *, as_json: bool) -> None:
    """Print a result, and write it where a folder is given. A refusal is a result: exit code 0."""
    if output is not None:
        with stage("writing"):
            result.write(output)
        note(f"written: {output}")
    answer(result.summary(), result.to_dict() if as_json else {}, as_json=as_json)


def ledger(
    archive: ArchiveArgument,
    k: Annotated[int, typer.Option("--k", min=1, help="How many speakers confirm a naming.")] = 2,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Count who was named, by how many, and how the list shrinks under stricter conditions. It uses no model and no truth.

    For example:

      greatfear recover ledger archives/giaveno --k 2 -o giaveno-ledger
    """
    from greatfear.recover import ledger as found

    opened = open_archive(archive)
    with stage("counting"):
        result = found(opened, k=k, purpose=purpose)
    tell(result, output, as_json=json)


def origins(
    archive: ArchiveArgument, output: FolderOption = None, purpose: PurposeOption = None, json: JsonOption = False
) -> None:
    """Count the independent origins of the statements against each person: at least and at most, as recorded.

    For example:

      greatfear recover origins archives/giaveno --json
    """
    from greatfear.recover import origins as found

    opened = open_archive(archive)
    with stage("following statements back"):
        result = found(opened, purpose=purpose)
    tell(result, output, as_json=json)


def shares(
    archive: ArchiveArgument,
    tau: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS",
            help="Days after which an office has forgotten most of a name (weight 1/e). Default: estimated.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the intervals.")] = 0,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate how much of the archive is an echo: names that the office suggested, repetition, and hearsay.

    For example:

      greatfear recover shares archives/giaveno -o giaveno-shares
    """
    from greatfear.recover import shares as found

    opened = open_archive(archive)
    with stage("learning rates"):
        result = found(opened, tau=tau, purpose=purpose, seed=seed)
    tell(result, output, as_json=json)


def _prevalence(text: str | None) -> tuple[float, float] | None:
    """Return ``"0.005:0.04"`` as two numbers."""
    from greatfear.recover.ranges import range_of

    return range_of(text, "--prevalence", "0.005:0.04")


def veracity(
    archive: ArchiveArgument,
    question: Annotated[
        str, typer.Option(metavar="TEXT", help="Membership of what? A text, as in 'the circle of officers'.")
    ] = "",
    prevalence: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH", help="Smallest and largest possible share of members. There is no default."),
    ] = None,
    free: Annotated[
        str,
        typer.Option(metavar="WHICH", help="Which statements count as free, as in pressure=0|channel=denunciation."),
    ] = "none",
    evidence: Annotated[
        str,
        typer.Option(help="mutual: only persons who name one another are evidence; all: every naming may be evidence."),
    ] = "mutual",
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask who was a member. It gives probabilities only if the archive passes all checks; otherwise it says why not.

    For example:

      greatfear recover veracity runs/plot --question "the circle of officers" --prevalence 0.005:0.04 --free pressure=0
    """
    from greatfear.recover import veracity as found

    opened = open_archive(archive)
    with stage("asking who was a member"):
        result = found(
            opened,
            question=question,
            prevalence=_prevalence(prevalence),
            free=free,
            evidence=evidence,
            purpose=purpose,
            seed=seed,
        )
    tell(result, output, as_json=json)


def everything(
    archive: ArchiveArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder of the report.  [default: ARCHIVE/recover]"),
    ] = None,
    question: Annotated[
        str, typer.Option(metavar="TEXT", help="Membership of what? Without it, the question is not asked.")
    ] = "",
    prevalence: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH", help="Smallest and largest possible share of members. There is no default."),
    ] = None,
    free: Annotated[
        str,
        typer.Option(metavar="WHICH", help="Which statements count as free, as in pressure=0|channel=denunciation."),
    ] = "none",
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Answer every question that the archive allows, say which it cannot answer and why, and write a report.

    `greatfear recover ARCHIVE` does this. The report is one HTML page; its tables and figures are beside it.

    For example:

      greatfear recover archives/giaveno -o giaveno-recover
    """
    from greatfear.plots.recover_report import write_recover_report
    from greatfear.recover import survey

    opened = open_archive(archive)
    folder = output or archive / "recover"
    with stage("asking what the archive supports"):
        found = survey(
            opened, question=question, prevalence=_prevalence(prevalence), free=free, purpose=purpose, seed=seed
        )
        page = write_recover_report(found, folder, archive=str(archive))
    answer(f"{found.summary()}\n\nreport: {page}", found.to_dict() | {"report": str(page)}, as_json=json)


PARTS: dict[str, Callable[..., None]] = {
    "all": everything,
    "ledger": ledger,
    "origins": origins,
    "shares": shares,
    "veracity": veracity,
}
"""The parts, in the order in which the help lists them; each is a command below ``greatfear recover``."""
