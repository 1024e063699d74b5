"""``greatfear intake``: tables and a column map become an archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.errors import Fault, GreatFearError, IntakeError

if TYPE_CHECKING:
    from greatfear.record.intake import IntakeReport

__all__ = ["intake_command"]


def intake_command(
    tables: Annotated[list[Path], typer.Argument(help="CSV or Excel files, or folders of them.")],
    column_map: Annotated[
        Path | None, typer.Option("--map", help="Column map (YAML or JSON), see docs/intake.md.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the archive.")] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Propose a column map and stop.")] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave rows with faults out instead of refusing all.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Turn tables into an archive, and say of every row what became of it."""
    try:
        if guess:
            typer.echo(_guessed(tables, as_json))
            return
        if column_map is None:
            raise typer.BadParameter("a column map is needed; --guess proposes one", param_hint="--map")
        report = _taken(tables, column_map, output, leave_out=leave_out)
    except GreatFearError as error:
        typer.echo(json.dumps(error.to_dict(), ensure_ascii=False) if as_json else str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(report.to_dict(), ensure_ascii=False) if as_json else str(report))


def _guessed(tables: list[Path], as_json: bool) -> str:
    """Return a proposed map as text."""
    from greatfear.record.intake import guess
    from greatfear.scenario.yaml_text import dump_yaml

    proposal = guess(tables)
    return json.dumps(proposal, ensure_ascii=False) if as_json else dump_yaml(proposal)


def _taken(tables: list[Path], column_map: Path, output: Path | None, *, leave_out: bool) -> IntakeReport:
    """Take the tables in, write the archive where a folder is given, and return the report."""
    from greatfear.catalogue.datasets import map_from_text
    from greatfear.record.intake import intake
    from greatfear.record.writing import write_archive

    try:
        text = column_map.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IntakeError([Fault(str(column_map), str(error), "a readable column map (YAML or JSON)")], "map") from None
    taken = intake(tables, map_from_text(text, column_map.name), on_fault="leave out" if leave_out else "refuse")
    if output is not None:
        write_archive(
            output,
            taken.tables,
            epoch=taken.map.epoch,
            end=taken.map.end,
            kind="real",
            title=taken.map.title,
            provenance={"intake": taken.report.to_dict()["tables"]},
            files={"intake.json": _bytes(taken.report.to_dict())},
        )
    return taken.report


def _bytes(report: object) -> bytes:
    """Return the report as the file that lies beside the archive."""
    return json.dumps(report, ensure_ascii=False, indent=1).encode()
