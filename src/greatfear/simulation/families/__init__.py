"""Mechanism families beside the core: each takes part in the day, keeps its own state, and is absent where it has no say.

A family is built only for a scenario that supposes it, so that a run without it does no work for it and draws nothing. It
writes through `tell`, the same way into the record that denouncers and informers have. Its draws are addressed by purposes
of its own: switching it off moves no draw of the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greatfear.scenario.mechanisms import MECHANISMS
from greatfear.scenario.model import Scenario
from greatfear.world.layout import World

if TYPE_CHECKING:
    from greatfear.simulation.process import Process

__all__ = ["FAMILIES", "BeforeSittings", "Family", "Prepared", "families_of"]


class Family(Protocol):
    """A mechanism that takes part in the day."""

    name: str
    """Names its state in a saved run and its file in a run folder."""

    def morning(self, process: Process, day: int, halted: bool) -> None:
        """Act before today's arrests: what is told now can lead to an arrest today."""

    def evening(self, process: Process, day: int, halted: bool) -> None:
        """Act after today's sentences, before the centre reckons."""

    def saved(self) -> dict[str, NDArray[Any]]:
        """Return all that must be saved to go on."""

    def restore(self, saved: Mapping[str, NDArray[Any]]) -> None:
        """Take up what was saved."""

    def truth(self, process: Process) -> dict[str, pa.Table]:
        """Return its tables of the truth, each named in `greatfear.simulation.truth_schema.TRUTH_TABLES`."""

    def report(self) -> dict[str, Any]:
        """Return what it did, for ``<name>.json`` in the run folder."""


@runtime_checkable
class BeforeSittings(Protocol):
    """A family that acts between the day's arrests and the day's sittings."""

    def before_sittings(self, process: Process, day: int) -> None:
        """Act before those in custody are questioned."""


@runtime_checkable
class Prepared(Protocol):
    """A family of large scenarios, whose kernels are compiled before the first day; those of others when they are called."""

    def calls(self, process: Process) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the kernels that it calls every day, each with arguments of the right types."""


@runtime_checkable
class Naming(Protocol):
    """A family that writes persons under names: code names, or names of persons abroad."""

    def names(self) -> dict[int, str]:
        """Return names by address."""


Builder: TypeAlias = Callable[[Scenario, World], Family | None]


def _builder(name: str) -> Builder:
    """Return the function `supposed` of the module of a family."""
    built: Builder = import_module(f"{__name__}.{name}").supposed
    return built


FAMILIES: tuple[Builder, ...] = tuple(_builder(one.name) for one in MECHANISMS)
"""Builders in the order in which families act; each returns None where the scenario does not suppose the family.

The list of families is `greatfear.scenario.mechanisms.MECHANISMS`: the half of a family that acts is in the module of its name.
"""


def families_of(scenario: Scenario, world: World) -> tuple[Family, ...]:
    """Return the families that a scenario supposes.

    Examples
    --------
    >>> from greatfear.scenario import load
    >>> from greatfear.world.layout import build_world
    >>> text = "{id: x, title: X, time: [1936-01-01, 1937-01-01], population: {regions: {r: 9}, strata: {s: 1}}}"
    >>> scenario = load(text)
    >>> families_of(scenario, build_world(scenario, 1))
    ()
    """
    built = (build(scenario, world) for build in FAMILIES)
    return tuple(family for family in built if family is not None)


def names_of(families: tuple[Family, ...]) -> dict[int, str]:
    """Return the names under which families write persons, by address; those of persons with names, the last family, stand."""
    return {address: name for one in families if isinstance(one, Naming) for address, name in one.names().items()}


def qualified(families: tuple[Family, ...]) -> dict[str, NDArray[np.generic]]:
    """Return the saved arrays of all families, each under ``family.<name>.<key>``."""
    return {f"family.{one.name}.{key}": array for one in families for key, array in one.saved().items()}


def restore_all(families: tuple[Family, ...], saved: Mapping[str, NDArray[Any]]) -> None:
    """Give each family back what it saved."""
    for one in families:
        start = f"family.{one.name}."
        one.restore({key.removeprefix(start): saved[key] for key in saved if key.startswith(start)})
