"""greatfear export: an archive for other programs."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer

if TYPE_CHECKING:
    from greatfear.archive import Archive


def export(
    archive: ArchiveArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PATH", help="File to write; a folder for csv.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="graphml, gexf, csv or prov. Default: by the ending of the file name."
        ),
    ] = None,
    unknown_speaker: Annotated[
        bool, typer.Option("--unknown-speaker", help="In a graph, add one node that stands for all unknown speakers.")
    ] = False,
    no_ties: Annotated[bool, typer.Option("--no-ties", help="In a graph, leave out the ties.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="csv: put no apostrophe before texts that begin with = + - or @.")
    ] = False,
    pseudonymous: Annotated[
        bool,
        typer.Option(
            "--pseudonymous",
            help="Replace names, ids and free texts by pseudonyms, leave out attributes, and keep no key.",
        ),
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that exists.")] = False,
    json: JsonOption = False,
) -> None:
    """Export an archive as GEXF with dates (for Gephi), GraphML, CSV or W3C PROV-JSON, and count what the format leaves out.

    For example:

      greatfear export runs/witch-hunt-1 -o witch-hunt.gexf
      greatfear export runs/witch-hunt-1 --format csv -o tables/
    """
    from greatfear.record.export import export as write
    from greatfear.record.export import form_of, left_out
    from greatfear.record.export_graph import GraphChoice

    if output.exists() and not replace and (output.is_file() or any(output.iterdir())):
        raise typer.BadParameter(
            f"{output} is there already; name a new place, or say --replace", param_hint="--output"
        )
    found = open_archive(archive, is_warned=not pseudonymous)
    still: list[str] = []
    if pseudonymous:
        found, still = _with_pseudonyms(found)
    chosen, choice = (
        form or form_of(output),
        GraphChoice(ties=not no_ties, unknown_speaker=unknown_speaker, plain=plain),
    )
    with stage(f"writing {chosen}"):
        path = write(found, output, chosen, choice=choice)
    lost = left_out(found, chosen, choice)
    lines = [f"written: {path}", *(f"  left out, {what}: {count:,}" for what, count in lost.items())]
    lines += ["What could still identify:", *(f"- {line}" for line in still)] if pseudonymous else []
    data = {"archive": str(archive), "format": chosen, "output": str(path), "left_out": lost}
    data |= {"open": still} if pseudonymous else {}
    answer("\n".join(lines), data, as_json=json)


def _with_pseudonyms(found: Archive) -> tuple[Archive, list[str]]:
    """Return the archive with pseudonyms of a key that is drawn and forgotten, and what could still identify a person."""
    from greatfear.archive import Archive
    from greatfear.record.pseudonyms import case_of, left_open, pseudonymised

    tables = pseudonymised(found, secrets.token_bytes(32))
    hidden = Archive.from_tables(
        tables, epoch=found.epoch, end=found.end, kind=found.kind, title=f"{found.manifest.title} (pseudonyms)",
        provenance=case_of(found),
    )  # fmt: skip
    return hidden, left_open(tables)
