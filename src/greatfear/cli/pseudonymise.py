"""greatfear pseudonymise: an archive with pseudonyms in place of names, ids and free texts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption, ReplaceOption
from greatfear.cli.show import answer


def pseudonymise(
    archive: ArchiveArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the new archive.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="PATH", help="Key file; created if it does not exist.  [default: DIR.key]"),
    ] = None,
    dates: Annotated[
        str, typer.Option("--dates", metavar="GRAIN", help="Keep dates to the day, month or year.")
    ] = "day",
    regions: Annotated[bool, typer.Option("--regions", help="Also replace the names of regions.")] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", metavar="NAME", help="Attribute of persons to keep. Repeat the option for more attributes."
        ),
    ] = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
) -> None:
    """Replace names, ids and free texts by pseudonyms, and say what could still identify a person.

    Equal texts get equal pseudonyms. With the key, anyone can find the pseudonym of a name: keep the key apart from the
    archive, or delete it. The truth of a simulated run is not copied.

    For example:

      greatfear pseudonymise archives/letters -o archives/letters-for-sharing --dates month
    """
    from greatfear.record.pseudonyms import case_of, left_open, pseudonymised
    from greatfear.record.writing import write_archive

    found = open_archive(archive, is_warned=False)
    place = key or output.with_name(f"{output.name}.key")
    tables = pseudonymised(found, _key(place), dates=dates, regions=regions, keep=keep or ())
    listed = found.manifest.provenance.get("sources", [])
    sources = [{key: value for key, value in one.items() if key != "note"} for one in listed]
    write_archive(
        output, tables, epoch=found.epoch, end=found.end, kind=found.kind, title=f"{found.manifest.title} (pseudonyms)",
        provenance={"activity": "pseudonymise", "dates": dates, "sources": sources, **case_of(found)}, replace=replace,
    )  # fmt: skip
    still = left_open(tables)
    text = "\n".join(
        [f"archive: {output}", f"key: {place} (keep it apart, or delete it)", "", "What could still identify:"]
    )
    answer(
        "\n".join([text, *(f"- {line}" for line in still)]),
        {"output": output, "key": place, "open": still},
        as_json=json,
    )


def _key(place: Path) -> bytes:
    """Return the key in a file, which only the user can read; it is made where it is absent."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    return place.read_bytes().strip()
