"""greatfear intake: tables and a column map become an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer, note
from greatfear.errors import Fault, IntakeError

if TYPE_CHECKING:
    from greatfear.intake_tables import IntakeReport

__all__ = ["intake"]


def intake(
    tables: Annotated[list[Path], typer.Argument(metavar="TABLES...", help="CSV or Excel files, or folders of them.")],
    column_map: Annotated[
        Path | None, typer.Option("--map", metavar="PATH", help="Column map (YAML or JSON), see the page on intake.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write the archive into this folder.")
    ] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Propose a column map and stop.")] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave rows with faults out instead of refusing all.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Turn tables into an archive, and say of every row what became of it.

    For example:

      greatfear intake letters.csv people.xlsx --guess > map.yaml
      greatfear intake letters.csv people.xlsx --map map.yaml -o archives/letters
    """
    if guess:
        from greatfear.intake_tables import guess as propose
        from greatfear.intake_tables import read_tables, unread_columns
        from greatfear.scenario.yaml_text import dump_yaml

        read = read_tables(tables)
        proposal = propose(read)
        answer("" if json else dump_yaml(proposal), proposal, as_json=json)
        known = {entry["table"] for entry in proposal["tables"]}
        for name, columns in unread_columns(proposal, read).items():
            note(f"{name}: {'no rule reads' if name in known else 'no rule could be guessed for'} {', '.join(columns)}")
        return
    if column_map is None:
        raise typer.BadParameter("a column map is needed; --guess proposes one", param_hint="--map")
    with stage("reading"):
        report = _taken(tables, column_map, output, leave_out=leave_out)
    text = str(report) if output is None else f"{report}\narchive: {output}"
    answer(text, report.to_dict() | {"output": output}, as_json=json)


def _taken(tables: list[Path], column_map: Path, output: Path | None, *, leave_out: bool) -> IntakeReport:
    """Take the tables in, write the archive where a folder is given, and return the report."""
    import json as as_json

    from greatfear.catalogue.datasets import map_from_text
    from greatfear.intake_tables import intake as take_in
    from greatfear.record.writing import write_archive

    try:
        text = column_map.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IntakeError([Fault(str(column_map), str(error), "a readable column map (YAML or JSON)")], "map") from None
    taken = take_in(tables, map_from_text(text, column_map.name), on_fault="leave out" if leave_out else "refuse")
    report = taken.report.to_dict()
    if output is not None:
        write_archive(
            output,
            taken.tables,
            epoch=taken.map.epoch,
            end=taken.map.end,
            kind="real",
            title=taken.map.title,
            provenance=taken.provenance() | {"inputs": _inputs(tables)},
            files={"intake.json": as_json.dumps(report, ensure_ascii=False, indent=1).encode()},
        )
    return taken.report


def _inputs(tables: list[Path]) -> list[dict[str, str]]:
    """Return name and hash of every file that was read."""
    import hashlib

    files = [path for given in tables for path in (sorted(given.iterdir()) if given.is_dir() else [given])]
    return [
        {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in files if path.is_file()
    ]
