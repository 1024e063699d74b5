"""greatfear data: list, fetch, take in and cite registered data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption, ReplaceOption, data_set_ids
from greatfear.cli.progress import stage
from greatfear.cli.show import answer
from greatfear.errors import UnknownNameError


def data(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="list, get or cite.")],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="Name of a data set, as in `greatfear data list`.", autocompletion=data_set_ids
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="get: write an archive into this folder.")
    ] = None,
    replace: ReplaceOption = False,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="cite: print a BibTeX entry.")] = False,
    json: JsonOption = False,
) -> None:
    """List the known data sets, get one (download, check, convert), or cite it.

    `get` downloads the files once, from their authors, and checks them. If you have the files already, set GREATFEAR_DATA to
    their folder. With -o, `get` also turns the data set into an archive and says what became of every row.

    For example:

      greatfear data list
      greatfear data get giaveno-1335 -o archives/giaveno
      greatfear data cite giaveno-1335 --bibtex
    """
    if action not in ("list", "get", "cite"):
        raise UnknownNameError("action", action, ["list", "get", "cite"])
    if action == "list":
        _list(as_json=json)
        return
    if name is None:
        raise typer.BadParameter(f"{action} needs a NAME; `greatfear data list` gives them", param_hint="NAME")
    if action == "cite":
        _cite(name, bibtex=bibtex, as_json=json)
    else:
        _get(name, output, replace=replace, as_json=json)


def _list(*, as_json: bool) -> None:
    from greatfear.catalogue.datasets import dataset, dataset_names

    rows = [
        {"name": entry.name, "title": entry.title, "licence": entry.source.licence, "files": list(entry.files)}
        for entry in map(dataset, dataset_names())
    ]
    lines = [f"{row['name']:<20} {row['title']}; licence: {row['licence']}" for row in rows]
    answer("\n".join(lines), {"data": rows}, as_json=as_json)


def _cite(name: str, *, bibtex: bool, as_json: bool) -> None:
    from greatfear.catalogue.datasets import dataset

    entry = dataset(name)
    text = entry.source.bibtex() if bibtex else f"{entry.title}\n{entry.cite()}"
    told = {"name": entry.name, "title": entry.title, "citation": entry.cite(), "bibtex": entry.source.bibtex()}
    answer(text, told, as_json=as_json)


def _get(name: str, output: Path | None, *, replace: bool, as_json: bool) -> None:
    from greatfear.catalogue.datasets import dataset, fetch, take_in

    entry = dataset(name)
    with stage("fetching"):
        files = fetch(name)
    told = {"name": entry.name, "files": files, "citation": entry.cite(), "output": output}
    if output is None:
        lines = "\n".join(f"{path}" for path in files.values())
        answer(f"{lines}\n\n{entry.cite()}", told, as_json=as_json)
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
        replace=replace,
    )
    text = f"{taken.report}\n\n{entry.cite()}\narchive: {output}"
    answer(text, told | {"report": taken.report.to_dict()}, as_json=as_json)
