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

__all__ = ["PARTS", "FolderOption", "PurposeOption", "everything", "ledger", "origins", "shares", "tell", "veracity"]

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="Write tables (CSV, Parquet), figures and words into this folder."
    ),
]
PurposeOption = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What the answer is for; asked of archives that end less than 80 years ago."),
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
    k: Annotated[int, typer.Option("--k", min=1, help="Number of speakers that counts as confirmed.")] = 2,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Count who was named, by how many, and how the list shrinks if one asks more of the testimony. No model, no truth.

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
    """Bound the independent origins of the statements against each person: at least, and at most. As recorded.

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
            metavar="DAYS", help="Days after which a word weighs 1/e in an office's memory; learned if absent."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws behind the intervals.")] = 0,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Say how much of the archive suggestion, repetition and hearsay explain: how much is its own echo.

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
    question: Annotated[str, typer.Option(metavar="TEXT", help="Membership of what.")] = "",
    prevalence: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH", help="Least and greatest share of members; never a default."),
    ] = None,
    free: Annotated[
        str,
        typer.Option(metavar="WHICH", help="Which speech is free, as in pressure=0|channel=denunciation."),
    ] = "none",
    evidence: Annotated[
        str,
        typer.Option(help="mutual: only naming of one another; all: being named may speak for membership everywhere."),
    ] = "mutual",
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    output: FolderOption = None,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask who was a member: probabilities only where the record passes all checks, else the reason why not.

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
        str, typer.Option(metavar="TEXT", help="Membership of what; without it membership is not asked.")
    ] = "",
    prevalence: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="Least and greatest share of members; never a default.")
    ] = None,
    free: Annotated[
        str, typer.Option(metavar="WHICH", help="Which speech is free, as in pressure=0|channel=denunciation.")
    ] = "none",
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    purpose: PurposeOption = None,
    json: JsonOption = False,
) -> None:
    """Run every part that the archive allows, say what was refused and why, and write a report.

    This is what `greatfear recover ARCHIVE` does. The report is one HTML page beside its tables and figures.

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
