"""greatfear digest: the SHA-256 by which a scenario or an archive is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from greatfear.cli.choosing import is_archive, open_archive, open_scenario
from greatfear.cli.options import JsonOption, WhatIfOption
from greatfear.cli.show import answer


def digest(
    what: Annotated[
        list[str],
        typer.Argument(metavar="WHAT...", help="Scenarios (ids or files), or folders of archives."),
    ],
    what_if: WhatIfOption = None,
    json: JsonOption = False,
) -> None:
    """Print the SHA-256 (a fingerprint) of scenarios and archives.

    For a scenario it is the hash of the text that `resolve --json` prints. A run folder holds the same text as scenario.json.
    Two files with the same meaning have the same hash. For an archive it is the hash of its manifest, which holds the
    hashes of all its files.

    For example:

      greatfear digest witch-hunt
      greatfear digest my-village.yaml runs/my-village
    """
    found = {name: _digest(name, what_if) for name in what}
    answer("\n".join(f"{value}  {name}" for name, value in found.items()), {"sha256": found}, as_json=json)


def _digest(name: str, what_if: list[str] | None) -> str:
    """Return the hash of one scenario or archive."""
    if is_archive(Path(name)):
        return open_archive(Path(name), verify=True, is_warned=False).digest
    from greatfear.scenario.resolving import digest as digest_of

    return digest_of(open_scenario(name, what_if))
