"""Kernel: the board before which a case comes."""

from __future__ import annotations

from greatfear.draws import Purpose, uniform
from greatfear.draws._jit import lean_kernel

_ROUTE = int(Purpose.ROUTE)


@lean_kernel
def board_of(world, state, rules, day, row):
    """Return the board of the first route that fits a case on a day, -1 for none."""
    routes, one = rules.routes, state.people[row]
    for k in range(routes.table.size):
        route = routes.table[k]
        # column 0 of the sources is for cases that belong to none
        fits = routes.source[k, one.source + 1] and routes.stratum[k, one.stratum] and route.since <= day < route.until
        fits = fits and (route.confessed == 0 or one.confessed > 0)
        if fits and (route.share >= 1.0 or uniform(world.keys[_ROUTE], one.id, k, 0) < route.share):
            return route.board
    return -1
