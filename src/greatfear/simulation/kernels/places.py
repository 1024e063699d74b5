"""Kernels: terms and places of operations, and the requests for more places."""

from __future__ import annotations

from greatfear.draws import Purpose, uniform
from greatfear.draws._jit import lean_kernel

_REQUEST, _ANSWER = int(Purpose.REQUEST), int(Purpose.ANSWER)


@lean_kernel
def running(rules, today, g, r):
    """Return whether operation g is in one of its terms today, and has begun in region r."""
    return today.running[g] > 0 and today.day >= rules.campaigns.starts[g, r]


@lean_kernel
def open_places(desk, g, r, category):
    """Return how many places of a limit are open; an office that exceeded it has none."""
    return max(0, desk.places[g, r, category] - desk.used[g, r, category])


@lean_kernel
def is_open(state, rules, today, g, r):
    """Return whether operation g takes cases of its strata in region r today: it runs, has a list and, if limited, places."""
    campaigns, desk = rules.campaigns, state.desk
    if not running(rules, today, g, r) or campaigns.cut[g, r, -1] == 0:
        return False
    return campaigns.source[g].limited == 0 or open_places(desk, g, r, 0) + open_places(desk, g, r, 1) > 0


@lean_kernel
def ask(world, state, rules, today):
    """Let regions that have used most of their places ask for more, and the centre answer after its delay.

    `today.favour` multiplies the chance that a request is granted.
    """
    campaigns, desk, day = rules.campaigns, state.desk, today.day
    for g in range(campaigns.operations):
        if not campaigns.source[g].limited or today.halted:
            continue
        threshold, chance, size, first, granted, delay, until = campaigns.ask[g]
        for r in range(world.regions):
            line, places = desk.line[g, r], desk.places[g, r, 0] + desk.places[g, r, 1]
            # the answer to an earlier request comes today: more places, shared out between the categories
            if line.answer == day:
                line.answer = -1
                if uniform(world.keys[_ANSWER], r, g, day) < granted * today.favour:
                    more = max(1, int(size * places))
                    one = int(round(more * first))  # noqa: RUF046  compiled round gives a float
                    desk.places[g, r, 0] += one
                    desk.places[g, r, 1] += more - one
            # a region asks when few places are left and no answer is on its way
            elif (
                day < until
                and line.answer < 0
                and places > 0
                and campaigns.may_ask[g, r]
                and running(rules, today, g, r)
            ):
                used = desk.used[g, r, 0] + desk.used[g, r, 1]
                asks = uniform(world.keys[_REQUEST], r, g, day) < min(1.0, chance * today.zeal)
                if used >= threshold * places and asks:
                    line.answer = day + max(1, int(delay))
