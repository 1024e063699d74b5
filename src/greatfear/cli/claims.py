"""greatfear claims: what the source article asserts, what scholarship says, and who has it from whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.options import JsonOption
from greatfear.cli.show import answer, note
from greatfear.errors import Fault, FaultList


def claims(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Ids of claims (C41), or topics of chains. Default: all."),
    ] = None,
    chains: Annotated[
        bool, typer.Option("--chains", help="Show who heard it from whom, and how many independent origins there are.")
    ] = False,
    table: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Read your own table of chains: topic, asserter, heard_from, ...")
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --chains and one topic: draw the chains (SVG, PNG or PDF)."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the claims of the source article, or show from whom each asserter heard them.

    For example:

      greatfear claims C31 C41
      greatfear claims C41 --chains --figure chains.svg
      greatfear claims --chains --table my-claims.csv
    """
    if chains or table is not None:
        _chains(ids or [], table, figure, json)
        return
    if figure is not None:
        raise FaultList([Fault("--figure", "no --chains", "--figure together with --chains")], "options")
    from greatfear.catalogue import claims as listed

    found = listed(ids=ids or None)
    text = "\n\n".join(
        f"{one.id} ({one.status}): {one.claim}\n  asserted by: {one.asserted_by}\n  scholarship: {one.scholarship}"
        for one in found
    )
    rows = [{name: getattr(one, name) for name in one.__dataclass_fields__} for one in found]
    answer(text, {"claims": rows}, as_json=json)


def _chains(names: list[str], table: Path | None, figure: Path | None, as_json: bool) -> None:
    """Print the chains of the topics asked for, and draw them where a file is named."""
    from greatfear.catalogue.hearsay import hearsay, topics

    found = [hearsay(name, table) for name in names] or list(topics(table).values())
    if figure is not None:
        if len(found) != 1:
            raise FaultList([Fault("--figure", f"{len(found)} topics", "one topic for one figure")], "options")
        from greatfear.canvas import save

        save(found[0].plot(), figure)
        note(f"written: {figure}")
    answer("\n\n".join(map(str, found)), {"chains": [one.to_dict() for one in found]}, as_json=as_json)
