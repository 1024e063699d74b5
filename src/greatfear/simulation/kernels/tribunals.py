"""Kernels: who sits in judgment today, and that the accused come to know it."""

from __future__ import annotations

from greatfear.draws import Purpose, forth, subkey
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.kernels.index import find, find_or_add
from greatfear.world.people import stratum_member

__all__ = ["make_known", "make_spoken_of", "seat"]

_BENCH = int(Purpose.BENCH)
FREE, RELEASED = 0, 6
RING = 4096


@lean_kernel
def seat(world, people, index, meter, board, stratum, judges):
    """Write the rows of a board's judges: the first who are free, in an order of the board's own; return how many.

    Whoever is arrested gives way to the next; so the bench changes only where a judge falls.

    Parameters
    ----------
    board, stratum : int
        Numbers of the board and of the stratum from which it is filled.
    judges : int64 array, shape (n,)
        Output: rows of the record.
    """
    n, total = 0, 0
    for r in range(world.regions):
        total += (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household
    key = subkey(world.keys[_BENCH], board)
    for turn in range(total):
        if n == judges.size:
            break
        place, r = forth(key, turn, total), 0
        while place >= (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household:
            place -= (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household
            r += 1
        person = stratum_member(world, r, stratum, place)
        row = find(index, person) if person >= 0 else -1
        if person < 0 or (row >= 0 and people[row].status != FREE and people[row].status != RELEASED):
            continue
        judges[n] = find_or_add(world, people, index, meter, person)
        n += 1
    return n


@lean_kernel
def make_known(people, desk, day, judges):
    """Let the judges be persons of whom one has heard, each in the own region."""
    for k in range(judges.size):
        r = people[judges[k]].id >> 32
        place = desk.office[r].notorious_count % RING
        desk.notorious[r, place] = judges[k]
        desk.notorious_day[r, place] = day
        desk.office[r].notorious_count += 1


@lean_kernel
def make_spoken_of(world, people, desk, condemned, fear):
    """Let persons sentenced in public come to mind, and frighten, in every region."""
    for r in range(world.regions):
        desk.office[r].fear += fear * condemned.size
        for k in range(condemned.size):
            if people[condemned[k]].id >> 32 != r:
                desk.doomed[r, desk.office[r].doomed_count % RING] = condemned[k]
                desk.office[r].doomed_count += 1
