"""Kernels: who sits in judgment today, and that the accused come to know it."""

from __future__ import annotations

from greatfear.draws import Purpose, forth, subkey
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.codes import RING
from greatfear.simulation.kernels.index import find, find_or_add, is_present
from greatfear.world.people import stratum_member

_BENCH = int(Purpose.BENCH)


@lean_kernel
def seat(world, state, day, board, stratum, judges):
    """Write the rows of a board's judges: the first who are free, in an order of the board's own; return how many.

    A person who is arrested gives way to the next; so the bench changes only where a judge falls.

    Parameters
    ----------
    board, stratum : int
        Numbers of the board and of the stratum from which it is filled.
    judges : int64 array, shape (n,)
        Output: rows of the record.
    """
    # households of the stratum stand in order of regions; the last one of a region may not be full
    n, total = 0, 0
    for r in range(world.regions):
        total += (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household
    key = subkey(world.keys[_BENCH], board)
    for turn in range(total):
        if n == judges.size:
            break
        # the region of a place in that order
        place, r = forth(key, turn, total), 0
        while place >= (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household:
            place -= (world.cut[r, stratum + 1] - world.cut[r, stratum]) * world.household
            r += 1
        # nobody lives there, or the person is held or was sentenced: the next one in the order
        person = stratum_member(world, r, stratum, place)
        row = find(state.rows, person) if person >= 0 else -1
        if person < 0 or not is_present(state.people, row, day):
            continue
        judges[n] = find_or_add(world, state, person)
        n += 1
    return n


@lean_kernel
def make_known(state, day, judges):
    """Let the judges be persons of whom one has heard, each in the own region."""
    for k in range(judges.size):
        r = state.people[judges[k]].id >> 32
        office, place = state.desk.office[r], state.desk.office[r].notorious_count % RING
        state.desk.notorious[r, place], state.desk.notorious_day[r, place] = judges[k], day
        office.notorious_count += 1


@lean_kernel
def make_spoken_of(world, state, condemned, fear):
    """Let persons sentenced in public come to mind, and frighten, in every region."""
    for r in range(world.regions):
        office = state.desk.office[r]
        office.fear += fear * condemned.size
        # the own region has entered the sentenced already
        for k in range(condemned.size):
            if state.people[condemned[k]].id >> 32 != r:
                state.desk.doomed[r, office.doomed_count % RING] = condemned[k]
                office.doomed_count += 1
