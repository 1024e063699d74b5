"""greatfear compare: runs beside the published record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import JsonOption
from greatfear.cli.show import note, say, say_json
from greatfear.errors import GreatFearError

if TYPE_CHECKING:
    from greatfear.comparison.against_record import Comparison


def compare(
    archives: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...", help="Folders of runs of the Great Terror; with --record of any run or archive."
        ),
    ],
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            help="A record of your own: CSV with series, value, period_start, period_end, scope.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the comparison as an HTML page.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compare runs with the published record: by year, date, line and region. The worst and the best rows come first.

    Records exist for the Great Terror and its variants. If the scenario of a run was changed, the intervals of the
    catalogue scenario are not shown. Several runs are shown side by side.

    With --record any run or archive is compared with a table of your own, one count per row: what is counted (series: arrests,
    sentenced, sentenced to death, released, accused, statements), how many (value), when (period_start and period_end, or
    year) and where (scope: a region, stratum, operation or board of the archive). The command lists rows without a counterpart.

    For example:

      greatfear compare runs/great-terror -o compared.html
      greatfear compare runs/witch-hunt --record own.csv
    """
    found = {str(folder): _compared(folder, record) for folder in archives}
    if output is not None:
        note(f"written: {_write(found, output)}")
    if json:
        say_json({"runs": {name: one.to_dict() for name, one in found.items()}})
    else:
        say(str(next(iter(found.values()))) if len(found) == 1 else _side_by_side(found))


def _compared(folder: Path, record: Path | None) -> Comparison:
    """Return one run beside the record; say what to do where there is no record of its history."""
    from greatfear.cli.report import comparison_for

    archive = open_archive(folder)
    if record is not None:
        from greatfear.comparison.own_record import against_file

        return against_file(archive, record)
    told = archive.manifest.provenance.get("scenario")
    name = str(told.get("id", "")) if isinstance(told, dict) else ""
    compared = comparison_for(archive, name)
    if compared is None:
        raise GreatFearError(
            f"{folder}: no published record of {'scenario ' + name if name else 'this archive'} is in the catalogue; "
            "it holds records for runs of great-terror and its variants, made by `greatfear run great-terror`. "
            "A record of your own can be given: `--record FILE`, a CSV with the columns series and value"
        )
    return compared


def _side_by_side(found: dict[str, Comparison]) -> str:
    """Return the errors of several runs as one table, a column per run."""
    from greatfear.show.grid import grid

    first = next(iter(found.values()))
    head = ("error: simulated over record, less one", "record", *found)
    body = [
        (row.quantity, f"{row.record:,.4g}" if row.unit != "persons" else f"{row.record:,.0f}",
         *(f"{one[row.key].error:+.0%}" for one in found.values()))
        for row in first
        if row.error == row.error
    ]  # fmt: skip
    told = [f"{name}: {line}" for name, one in found.items() for line in one.sentences()]
    return "\n".join([*grid([head, *body], left=(0,), indent=""), "", *told])


def _write(found: dict[str, Comparison], path: Path) -> Path:
    """Write one page with a section per run."""
    from greatfear.plots.report_record import record_page

    return record_page(found, path)
