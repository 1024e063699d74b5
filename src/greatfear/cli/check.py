"""greatfear check: all faults of scenario files and archives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from greatfear.cli.choosing import is_archive, open_archive, open_scenario
from greatfear.cli.options import JsonOption
from greatfear.cli.show import FAULT, answer
from greatfear.errors import FaultList, GreatFearError


def check(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...", help="Scenario files, scenarios of the catalogue by id, or folders of archives."
        ),
    ],
    json: JsonOption = False,
) -> None:
    """List every fault of scenarios and archives: where it is, what was found, and what is allowed.

    A scenario is read and all its values are checked. The files of an archive are compared with the hashes in its manifest,
    and its tables with the record format. The exit code is 1 if there is a fault.

    For example:

      greatfear check my-village.yaml
      greatfear check runs/great-terror
    """
    found = {name: _faults(name) for name in what}
    lines = []
    for name, faults in found.items():
        lines += [f"{name}: {len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}"]
        lines += [f"  {fault['text']}" for fault in faults]
    is_sound = not any(found.values())
    checked = [{"name": name, "faults": faults} for name, faults in found.items()]
    answer("\n".join(lines), {"sound": is_sound, "checked": checked}, as_json=json)
    if not is_sound:
        raise typer.Exit(FAULT)


def _faults(name: str) -> list[dict[str, Any]]:
    """Return the faults of one scenario or archive as plain data."""
    try:
        if is_archive(Path(name)):
            faults = open_archive(Path(name), verify=True, is_warned=False).check()
        else:
            open_scenario(name)
            faults = []
    except FaultList as error:
        faults = list(error.faults)
    except GreatFearError as error:
        return [{"text": str(error), **error.to_dict()}]
    return [{"text": str(fault), **fault.to_dict()} for fault in faults]
