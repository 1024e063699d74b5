"""How a family writes into the record: statements as columns, entered in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatfear.draws._reference import by_reference
from greatfear.record.schema import CHANNELS
from greatfear.simulation.kernels import arrest, hear
from greatfear.simulation.state import make_room

if TYPE_CHECKING:
    from greatfear.simulation.process import Process


@by_reference
class Told(NamedTuple):
    """Statements of one day, in the order in which they are written.

    Parameters
    ----------
    speaker : int64 array, shape (n,)
        Address of the speaker, -1 for a paper or an unknown person.
    subject : int64 array, shape (n,)
        Address of the person named.
    channel : int8 array, shape (n,)
        Codes of `greatfear.simulation.codes` (REPORT, DOCUMENT, ...).
    hour : float64 array, shape (n,)
        Time of day, 0 to 1 (exclusive).
    motive : int8 array, shape (n,)
        Codes of `greatfear.simulation.codes` (REWARD, NO_MOTIVE, ...).
    """

    speaker: NDArray[np.int64]
    subject: NDArray[np.int64]
    channel: NDArray[np.int8]
    hour: NDArray[np.float64]
    motive: NDArray[np.int8]


def tell(process: Process, day: int, told: Told, *, opens_leads: bool = True) -> NDArray[np.int64]:
    """Write statements to the office of each subject's region; return their rows in the log.

    Each counts in the history, and opens or strengthens the lead against its subject by the weight of its channel, unless
    `opens_leads` is false: then it is filed and nobody acts on it. Leads and history refer to persons of the record, so
    speakers and subjects are entered there.
    """
    n = told.subject.size
    state = process.state = make_room(process.state, 2 * n, n, 0)
    rows = np.empty(n, np.int64)
    rules = process.rules if opens_leads else process.rules._replace(log_weight=np.full(len(CHANNELS), -np.inf))
    hear.tell(process.world, state, rules, day, told, rows)
    return rows


def take(process: Process, day: int, persons: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Arrest persons named in the file of a sham organisation, and return who was still free.

    The act bears the cause ``sham``; the case goes on as any other. Capacity and custody places are not asked.
    """
    taken = np.zeros(persons.size, np.bool_)
    state = process.state = make_room(process.state, persons.size, 0, persons.size)
    arrest.take_all(process.world, state, process.rules, day, persons, taken)
    return taken
