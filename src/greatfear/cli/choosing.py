"""From what was typed to a scenario or an archive."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from greatfear.cli.show import note
from greatfear.errors import Fault, FaultList, GreatFearError

if TYPE_CHECKING:
    from greatfear.archive import Archive
    from greatfear.scenario.model import Scenario


def open_scenario(name: str, what_if: Sequence[str] | None = None, believing: Sequence[Path] | None = None) -> Scenario:
    """Return the scenario of the catalogue or the file called `name`, altered; `believing` are runs whose files it is told."""
    from greatfear.catalogue.entry import as_scenario

    found = as_scenario(name)
    found = found.alter(changes_of(what_if)) if what_if else found
    for run in believing or ():
        from greatfear.simulation.carrying import believe

        found = believe(found, run)
    return found


def changes_of(what_if: Sequence[str], option: str = "--what-if", also: str = "") -> dict[str, Any]:
    """Return ``["a.b=0.2"]`` as ``{"a.b": 0.2}``; a value is JSON where it can be, text otherwise.

    Faults name the option, and what else it allows.
    """
    faults, changes = [], {}
    for item in what_if:
        key, sign, value = item.partition("=")
        if not (sign and key.strip()):
            faults.append(Fault(option, repr(item), f"PATH=VALUE, as in offices.*.pressure=0.2{also}"))
            continue
        try:
            changes[key.strip()] = json.loads(value)
        except ValueError:
            changes[key.strip()] = value.strip()
    if faults:
        raise FaultList(faults, "command line")
    return changes


def is_archive(path: Path) -> bool:
    """Whether a path is a folder, hence to be read as an archive."""
    return path.is_dir()


def open_archive(path: Path, *, verify: bool = False, is_warned: bool = True) -> Archive:
    """Return the archive in a folder; with `verify`, every byte is compared with the manifest.

    Where persons in it may be alive, a sentence on standard error says so.
    """
    from greatfear.archive import read

    found = read(path, verify=verify)
    if is_warned:
        warn_of_living(found)
    return found


def warn_of_living(archive: Archive) -> None:
    """Say on standard error that persons in an archive may be alive, where it is one of living memory."""
    from greatfear.describe.living import warning

    with contextlib.suppress(GreatFearError):  # damaged: the command says so
        words = warning(archive)
        if words:
            note(words)


def refuse_itself(scenario: str, output: Path | None) -> None:
    """Refuse to write over the scenario that is read."""
    if output is not None and output.exists() and Path(scenario).exists() and output.samefile(scenario):
        raise typer.BadParameter(f"{output} is the scenario itself; name a new file", param_hint="--output")
