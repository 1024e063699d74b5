"""greatfear export: an archive for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer

__all__ = ["export"]


def export(
    archive: ArchiveArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PATH", help="File to write; for csv a folder.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="graphml, gexf, csv or prov; from the file's ending if absent."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write an archive as GraphML or GEXF (for Gephi), CSV, or W3C PROV-JSON.

    For example:

      greatfear export runs/witch-hunt-1 -o witch-hunt.gexf
      greatfear export runs/witch-hunt-1 --format csv -o tables/
    """
    from greatfear.record.export import export as write

    found = open_archive(archive)
    chosen = form or _form_of(output)
    with stage(f"writing {chosen}"):
        path = write(found, output, chosen)
    answer(f"written: {path}", {"archive": str(archive), "format": chosen, "output": str(path)}, as_json=json)


def _form_of(path: Path) -> str:
    """Return the form that a file's ending means."""
    endings = {".graphml": "graphml", ".gexf": "gexf", ".json": "prov", "": "csv"}
    return endings.get(path.suffix, path.suffix.lstrip("."))
