"""greatfear intake: tables and a column map become an archive."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.options import JsonOption, ReplaceOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer, note
from greatfear.errors import Fault, IntakeError
from greatfear.landing import land, refuse_other

if TYPE_CHECKING:
    from greatfear.intake_tables import ColumnMap, Intake

_CHECKED = 1_000_000
LEFT_OUT = "left-out.csv"
"""Rows of reasons that more rows share than the report lists."""


def intake(
    tables: Annotated[
        list[Path], typer.Argument(metavar="TABLES...", help="CSV, Excel and other tables, or folders of them.")
    ],
    column_map: Annotated[
        Path | None,
        typer.Option("--map", metavar="PATH", help="Column map (YAML or JSON); the page on intake explains it."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write the archive into this folder.")
    ] = None,
    replace: ReplaceOption = False,
    guess: Annotated[bool, typer.Option("--guess", help="Only propose a column map.")] = False,
    profile: Annotated[bool, typer.Option("--profile", help="Only show what each column holds.")] = False,
    leave_out: Annotated[
        bool,
        typer.Option(
            "--leave-out", help="Leave out rows with faults. Without this option, one fault refuses all rows."
        ),
    ] = False,
    faults: Annotated[
        Path | None,
        typer.Option("--faults", metavar="PATH", help="Write all faults and remarks to this new file (JSON)."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Turn tables into an archive. A report says what became of every row.

    For example:

      greatfear intake protocols.xlsx --profile
      greatfear intake letters.csv people.xlsx --guess > map.yaml
      greatfear intake letters.csv people.xlsx --map map.yaml -o archives/letters
    """
    if profile:
        _profile(tables, column_map, as_json=json)
        return
    if guess:
        _guess(tables, as_json=json)
        return
    if column_map is None:
        raise typer.BadParameter("a column map is needed; --guess proposes one", param_hint="--map")
    if faults is not None and faults.exists():
        raise typer.BadParameter(f"{faults} is there already; name a new file", param_hint="--faults")
    from greatfear.intake_tables import read_map

    checked = read_map(column_map)
    with ThreadPoolExecutor(1) as pool:
        inputs = pool.submit(_inputs, tables if output is not None else [])
        with stage("reading"):
            taken = _taken(tables, checked, faults, leave_out=leave_out)
        if output is not None:
            _write(taken, inputs.result(), output, replace=replace)
    text = str(taken.report) if output is None else f"{taken.report}\narchive: {output}"
    answer(text, taken.report.to_dict() | {"output": output}, as_json=json)


def _profile(tables: list[Path], column_map: Path | None, *, as_json: bool) -> None:
    """Print what each column holds; a map tells how the tables are read."""
    from greatfear.intake_tables import profile as make
    from greatfear.intake_tables import read_map

    how = read_map(column_map).entries() if column_map is not None else None
    made = make(tables, how)
    answer("\n\n".join(map(str, made)), {"tables": [table.to_dict() for table in made]}, as_json=as_json)


def _guess(tables: list[Path], *, as_json: bool) -> None:
    """Print a proposed map; each line says how sure it is and why."""
    from greatfear.intake_tables.guess import guess_lines
    from greatfear.intake_tables.guess_text import guess_text

    made = guess_lines(tables)
    reasons = [{"path": list(path), "certainty": line.certainty, "why": line.why} for path, line in made.lines.items()]
    answer(guess_text(made), made.map | {"reasons": reasons, "left": made.left, "told": made.told}, as_json=as_json)
    known = {entry["table"] for entry in made.map["tables"]}
    for name, left in made.left.items():
        if left:
            told = "no rule reads" if name in known else "no rule could be guessed for"
            note(f"{name}: {told} {', '.join(column.partition(' (')[0] for column in left)}")


def _taken(tables: list[Path], checked: ColumnMap, faults: Path | None, *, leave_out: bool) -> Intake:
    """Take the tables in; refuse a result that holds nothing, or that the record format would not allow."""
    from greatfear.intake_tables import intake as take_in

    try:
        taken = take_in(tables, checked, on_fault="leave out" if leave_out else "refuse")
    except IntakeError as error:
        _save(faults, error.to_dict())
        raise
    _save(faults, taken.report.to_dict())
    if taken.report.is_empty:
        note(str(taken.report))
        where = ", ".join(map(str, tables))
        raise IntakeError(
            [Fault(where, "no row that makes anything", "rows that the rules of the map apply to")], "intake"
        )
    few = sum(table.made.get("statements", 0) for table in taken.report.tables) <= _CHECKED
    broken = taken.archive.check() if few else []  # a long table keeps the format by the way it is made
    if broken:
        raise IntakeError(broken, "intake")
    return taken


def _save(path: Path | None, data: dict[str, object]) -> None:
    """Write the full list of faults and remarks into a new file."""
    import json as as_json

    if path is not None:
        text = as_json.dumps(data, ensure_ascii=False, indent=1)
        refuse_other(path, b"{", text=text)
        land(path, text)


def _write(taken: Intake, inputs: list[dict[str, str]], output: Path, *, replace: bool) -> None:
    """Write the archive."""
    import json as as_json

    from greatfear.record.writing import write_archive

    write_archive(
        output,
        taken.rows(),
        epoch=taken.map.epoch,
        end=taken.map.end,
        kind="real",
        title=taken.map.title,
        provenance=taken.provenance() | {"inputs": inputs},
        files={"intake.json": as_json.dumps(taken.report.to_dict(), ensure_ascii=False, indent=1).encode()}
        | ({LEFT_OUT: many} if (many := taken.report.many_rows()) else {}),
        replace=replace,
    )


def _inputs(tables: list[Path]) -> list[dict[str, str]]:
    """Return name and hash of every file that was read."""
    from greatfear.record.writing import hash_file

    files = [path for given in tables for path in (sorted(given.iterdir()) if given.is_dir() else [given])]
    return [{"file": path.name, "sha256": hash_file(path)} for path in files if path.is_file()]
