"""Catalogue entries: a scenario and a text that says what is supposed, what is input and what is free."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from greatfear.catalogue.resources import folder
from greatfear.errors import ScenarioError, UnknownNameError, WrongArgumentError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from greatfear.catalogue.variant import Variant
    from greatfear.scenario.model import Scenario

_FILES = ("scenario.yaml", "variant.yaml")
"""An entry is a scenario of its own, or a variant: another entry with some rules changed."""


def scenarios() -> list[str]:
    """Return the ids of all scenarios of the catalogue, in alphabetical order.

    Examples
    --------
    >>> "great-terror" in scenarios()
    True
    """
    return sorted(
        item.name for item in folder("entries").iterdir() if any(item.joinpath(file).is_file() for file in _FILES)
    )


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
    return _checked(name).model_copy(deep=True)  # a caller who changes a list in it changes only their own


def as_scenario(given: Scenario | Mapping[str, object] | str | os.PathLike[str]) -> Scenario:
    """Return the scenario that a user means: a scenario itself, an id of the catalogue, a file or a dictionary.

    Raises
    ------
    UnknownNameError
        The catalogue has no such id; the message gives the nearest.
    ScenarioError
        With every fault of the file or dictionary.
    WrongArgumentError
        For anything else.
    """
    from greatfear.scenario.model import Scenario
    from greatfear.scenario.reading import load

    if isinstance(given, Scenario):
        return given
    if isinstance(given, Mapping):
        return load(given)
    if not isinstance(given, (str, os.PathLike)):
        raise WrongArgumentError(
            "scenario", given, "a scenario, the id of one in the catalogue, a file or a dictionary"
        )
    path = Path(given)
    if str(given) in scenarios():
        return scenario(str(given))
    if path.is_file() or path.suffix in (".yaml", ".yml", ".json") or len(path.parts) > 1:
        return load(path)
    raise UnknownNameError("scenario", str(given), scenarios())


@functools.lru_cache(maxsize=64)
def _checked(name: str) -> Scenario:
    """Return the scenario of an entry; reading and checking a large one takes a second, so it is kept."""
    from greatfear.scenario import require_grounds

    found = _read(name)
    faults = require_grounds(found)
    if faults:
        raise ScenarioError(faults, f"catalogue entry {name}")
    return found


def base_of(name: str) -> str:
    """Return the id of the entry that a variant changes; of an entry of its own, its own id.

    Raises
    ------
    UnknownNameError
        Where there is no such entry.

    Examples
    --------
    >>> base_of("witch-hunt")
    'witch-hunt'
    """
    variant = _variant(name)
    return name if variant is None else variant.of


def _variant(name: str) -> Variant | None:
    """Return what an entry changes in another one; None where it is a scenario of its own."""
    file = _entry(name).joinpath("variant.yaml")
    if not file.is_file():
        return None
    from greatfear.catalogue.variant import read_variant

    return read_variant(file.read_text(encoding="utf-8"), f"{name}/variant.yaml")


def _read(name: str) -> Scenario:
    """Return the scenario of an entry's own file, or of the entry that it varies."""
    from importlib.resources import as_file

    from greatfear.scenario import load

    variant = _variant(name)
    if variant is not None:
        from greatfear.catalogue.variant import vary

        return vary(_checked(variant.of), variant, name)
    with as_file(_entry(name).joinpath("scenario.yaml")) as path:
        return load(path)


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
