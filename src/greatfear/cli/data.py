"""greatfear data: fetch a registered data set and take it in as an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.show import answer

__all__ = ["data"]


def data(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Data set, as in `greatfear list data`.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write the archive into this folder.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Cite a data set, or take it in as an archive; its files are fetched once, from their authors, and checked.

    Files that lie in a folder already are read from there if GREATFEAR_DATA names it.

    For example:

      greatfear data giaveno-1335 -o archives/giaveno
    """
    from greatfear.catalogue.datasets import dataset, take_in

    entry = dataset(name)
    told = {"name": name, "title": entry.title, "citation": entry.cite(), "output": output}
    if output is None:
        answer(f"{entry.title}\n{entry.cite()}", told, as_json=json)
        return
    from greatfear.record.writing import write_archive

    taken = take_in(name)
    archive = taken.archive
    write_archive(
        output,
        dict(taken.tables),
        epoch=archive.epoch,
        end=archive.end,
        kind="real",
        title=archive.manifest.title,
        provenance=archive.manifest.provenance,
    )
    text = f"{taken.report}\n\n{entry.cite()}\narchive: {output}"
    answer(text, told | {"report": taken.report.to_dict()}, as_json=json)
