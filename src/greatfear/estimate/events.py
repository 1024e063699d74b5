"""What is observed: events among actors, attributes that may change, and other networks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from greatfear.errors import Fault, FaultList
from greatfear.show.face import Shown
from greatfear.sources import Source

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Changes(NamedTuple):
    """New values of an attribute: at `time[m]` it becomes `value[m]` (NaN: unknown) for `actor[m]`; seen after that time."""

    time: Floats
    actor: Ints
    value: Floats

    @classmethod
    def from_spans(cls, actor: Ints, start: Floats, end: Floats) -> Changes:
        """Return who is there when: 1 over [start, end), 0 elsewhere; spans of one actor do not overlap.

        Parameters
        ----------
        actor : array of int, shape (spans,)
        start, end : array of float, shape (spans,)
            In days; minus infinity for always before, infinity for never after.
        """
        start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
        kept = np.isfinite(end)
        # a change is seen after its time, and a span holds at its very start: so it comes just before
        time = np.nextafter(np.concatenate([end[kept], start]), -np.inf)
        value = np.concatenate([np.zeros(int(kept.sum())), np.ones(start.size)])
        who = np.concatenate([np.asarray(actor)[kept], actor]).astype(np.int64)
        order = np.argsort(time, kind="stable")
        return cls(time[order], who[order], value[order])


class Ties(NamedTuple):
    """Ties i to j of a network, from `start` (minus infinity: always) until undone at `end` (infinity: never)."""

    i: Ints
    j: Ints
    start: Floats
    end: Floats

    @classmethod
    def from_matrix(cls, matrix: npt.NDArray[np.bool_]) -> Ties:
        """Return the ties of a square matrix, there from the beginning."""
        i, j = np.nonzero(matrix)
        return cls(i, j, np.full(i.size, -np.inf), np.full(i.size, np.inf))


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that were left out, and why."""

    what: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Events(Shown):
    """Events among actors numbered from 0, and what else the effects may read.

    Parameters
    ----------
    n_actors : int
    time : array of float, shape (events,)
        In days, in ascending order. All events of one time see the state before it.
    sender, receiver : array of int, shape (events,)
        The sender is -1 where it is not known: such an event only counts as an accusation, and no model explains it.
    is_dependent : array of bool, shape (events,)
        Events that a model explains; the others only change the network.
    attributes : mapping of str to array of float, shape (actors,)
        Values at the start; NaN where unknown.
    changes : mapping of str to Changes
        Changes of attributes; an attribute that is only here starts at 0.
    networks : mapping of str to Ties
        Networks other than that of the events.
    actors : tuple of str
        Names, for tables.
    left_out : tuple of Exclusion
    sitting : array of int, shape (events,)
        Sitting to which an event belongs, -1 for none; events of one sitting have one sender and one time.
    origin : Source or None
        Where the events come from.
    words : mapping of str to tuple of str
        Attributes that are words: their values are places in these lists, which have no order and no distance.
    pressure : array of float, shape (events,)
        Pressure on the sender, 0 to 1: of the sitting, 0 outside of one, NaN where unknown.
    observed : tuple of float or None
        First and last time that the record covers, for models in which time counts; None where that is not known.
    epoch : date or None
        The date of day 0.

    Examples
    --------
    >>> from greatfear.estimate.events import Events
    >>> Events(3, np.array([1.0, 2.0]), np.array([0, 1]), np.array([1, 2])).is_dependent.tolist()
    [True, True]
    """

    n_actors: int
    time: Floats
    sender: Ints
    receiver: Ints
    is_dependent: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    attributes: Mapping[str, Floats] = field(default_factory=dict)
    changes: Mapping[str, Changes] = field(default_factory=dict)
    networks: Mapping[str, Ties] = field(default_factory=dict)
    actors: tuple[str, ...] = ()
    left_out: tuple[Exclusion, ...] = ()
    sitting: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    origin: Source | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pressure: Floats = field(default_factory=lambda: np.zeros(0))
    observed: tuple[float | None, float | None] = (None, None)
    epoch: dt.date | None = None

    def __repr__(self) -> str:
        """Return the numbers of events and actors on one line."""
        return f"<Events: {len(self.time):,} events among {self.n_actors:,} actors>"

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the number of events up to each time; drawn into `ax` where axes are given."""
        from greatfear.estimate.figures import draw_events

        return draw_events(self, ax=ax)

    def __post_init__(self) -> None:
        """Convert arrays and refuse what cannot be events."""
        put = object.__setattr__
        put(self, "time", np.asarray(self.time, np.float64))
        put(self, "sender", np.asarray(self.sender, np.int64))
        put(self, "receiver", np.asarray(self.receiver, np.int64))
        marks = self.is_dependent if len(self.is_dependent) else self.sender >= 0
        put(self, "is_dependent", np.asarray(marks, np.bool_))
        sitting = self.sitting if len(self.sitting) else np.full(len(self.time), -1)
        put(self, "sitting", np.asarray(sitting, np.int64))
        put(
            self,
            "pressure",
            np.asarray(self.pressure if len(self.pressure) else np.full(len(self.time), np.nan), np.float64),
        )
        faults = [*self._faults_of_events(), *self._faults_of_actors()]
        if faults:
            raise FaultList(faults, "events")

    def of(self, is_dependent: Bools) -> Events:
        """Return the same events with others of them dependent; the state stays that of all events."""
        return replace(self, is_dependent=is_dependent)

    def _faults_of_events(self) -> list[Fault]:
        size = len(self.time)
        shapes = {len(self.sender), len(self.receiver), len(self.is_dependent), len(self.sitting), len(self.pressure)}
        if shapes != {size}:
            return [Fault("events", f"columns of {sorted({size, *shapes})} rows", "columns of one length")]
        faults = []
        if size and not np.isfinite(self.time).all():
            faults.append(Fault("events.time", "times that are no number", "finite times in days"))
        elif np.any(np.diff(self.time) < 0):
            faults.append(Fault("events.time", "times that go back", "ascending times", "sort the events by time"))
        for name, column, least in (("sender", self.sender, -1), ("receiver", self.receiver, 0)):
            if size and (column.min() < least or column.max() >= self.n_actors):
                faults.append(Fault(f"events.{name}", "numbers outside", f"{least} to {self.n_actors - 1}"))
        unknown = int((self.is_dependent & (self.sender < 0)).sum())
        if unknown:
            faults.append(
                Fault("events.is_dependent", f"{unknown} events of an unknown sender", "events of known senders")
            )
        own = int((self.sender == self.receiver).sum())
        if own:
            faults.append(Fault("events", f"{own} events of an actor with itself", "sender and receiver that differ"))
        return faults

    def _faults_of_actors(self) -> list[Fault]:
        faults = []
        for name, values in self.attributes.items():
            if np.shape(values) != (self.n_actors,):
                faults.append(Fault(f"attributes.{name}", f"shape {np.shape(values)}", f"shape ({self.n_actors},)"))
        for name, (_, actor, _) in self.changes.items():
            if len(actor) and (np.min(actor) < 0 or np.max(actor) >= self.n_actors):
                faults.append(Fault(f"changes.{name}.actor", "numbers outside", f"0 to {self.n_actors - 1}"))
        for name, ties in self.networks.items():
            both = np.concatenate([ties.i, ties.j])
            if both.size and (both.min() < 0 or both.max() >= self.n_actors):
                faults.append(Fault(f"networks.{name}", "numbers outside", f"0 to {self.n_actors - 1}"))
        return faults
