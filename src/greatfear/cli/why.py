"""greatfear why: the chain behind a case, back to its root."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.show import answer, note


def why(
    archive: ArchiveArgument,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Id of the person, as in the table persons.")],
    limit: Annotated[int, typer.Option(min=0, help="How many statements against the person to list.")] = 100,
    figure: Annotated[
        Path | None,
        typer.Option("--figure", metavar="FILE", help="Draw the chain and save it as a PNG, SVG or PDF file."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Explain how a person became a case: the chain of statements back to its root, and who said what.

    For example:

      greatfear why runs/great-terror P00012345 --figure chain.svg
    """
    found = open_archive(archive).why(person, limit=limit)
    if figure is not None:
        from greatfear.canvas import save
        from greatfear.describe.tree_figure import draw_tree
        from greatfear.errors import UnknownNameError

        if figure.suffix not in (".png", ".svg", ".pdf"):
            raise UnknownNameError("kind of figure", figure.suffix, [".png", ".svg", ".pdf"])
        note(f"written: {save(draw_tree(found.tree()), figure)}")
    answer(str(found), found.to_dict(), as_json=json)
