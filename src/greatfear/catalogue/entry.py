"""Catalogue entries: a scenario and a text that says what is supposed, what is input and what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.catalogue.resources import folder
from greatfear.errors import ScenarioError, UnknownNameError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from greatfear.scenario.model import Scenario

__all__ = ["readme", "scenario", "scenarios"]


def scenarios() -> list[str]:
    """Return the ids of all scenarios of the catalogue, in alphabetical order.

    Examples
    --------
    >>> "great-terror" in scenarios()
    True
    """
    return sorted(item.name for item in folder("entries").iterdir() if item.joinpath("scenario.yaml").is_file())


def scenario(name: str) -> Scenario:
    """Return the scenario called `name`, read from its file and checked.

    A catalogue entry is held to more than a user's own file: each number is a complete claim or an assumption.

    Parameters
    ----------
    name : str
        Id as in `scenarios`.

    Returns
    -------
    Scenario
        The resolved scenario.

    Raises
    ------
    UnknownNameError
        Where there is no such entry; the message gives the nearest ones.
    ScenarioError
        With every fault of the file, bare numbers among them.

    Examples
    --------
    >>> scenario("naming-cascade").title
    'A naming cascade: the Reed-Frost chain'
    """
    from importlib.resources import as_file

    from greatfear.scenario import load, require_grounds

    with as_file(_entry(name).joinpath("scenario.yaml")) as path:
        found = load(path)
    faults = require_grounds(found)
    if faults:
        raise ScenarioError(faults, f"catalogue entry {name}")
    return found


def readme(name: str) -> str:
    """Return what stands beside the scenario: what is supposed, what is input, what is free.

    Raises
    ------
    UnknownNameError
        Where there is no such entry.

    Examples
    --------
    >>> readme("naming-cascade").splitlines()[0]
    '# naming-cascade: the Reed-Frost chain'
    """
    return _entry(name).joinpath("README.md").read_text(encoding="utf-8")


def _entry(name: str) -> Traversable:
    """Return the folder of the entry called `name`."""
    if name not in scenarios():
        raise UnknownNameError("scenario", name, scenarios())
    return folder("entries").joinpath(name)
