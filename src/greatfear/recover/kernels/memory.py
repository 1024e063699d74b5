"""Kernel: what an office remembers of the names it has heard."""

from __future__ import annotations

import math

from greatfear.draws._jit import lean_kernel


@lean_kernel
def remembered_shares(time, office, key, adds, tau, weight, last, total, clock, out):
    """Write for each naming the share of its name among what its office had heard before, old words fading.

    Parameters
    ----------
    time : array, ascending
        Day of each naming.
    office, key : arrays of int
        Office, and number of the pair of office and name; both counted from 0.
    adds : array
        1 where the naming is remembered, 0 where it is only asked for.
    tau : float
        Days after which a word weighs 1/e.
    weight, last : arrays, one place for each key
        Room: weight of the name at the time `last`.
    total, clock : arrays, one place for each office
        Room: weight of all names at the time `clock`.
    out : array
        Output, 0 to 1.
    """
    n = time.size
    begin = 0
    while begin < n:
        end = begin
        # Namings of one moment see the state before it: who spoke first is not known.
        while end < n and time[end] == time[begin]:
            end += 1
        for e in range(begin, end):
            o, k = office[e], key[e]
            heard = weight[k] * math.exp(-(time[e] - last[k]) / tau) if weight[k] > 0.0 else 0.0
            all_heard = total[o] * math.exp(-(time[e] - clock[o]) / tau) if total[o] > 0.0 else 0.0
            out[e] = heard / all_heard if all_heard > 1e-300 else 0.0
        for e in range(begin, end):
            o, k = office[e], key[e]
            if adds[e] == 0.0:
                continue
            weight[k] = weight[k] * math.exp(-(time[e] - last[k]) / tau) + 1.0 if weight[k] > 0.0 else 1.0
            total[o] = total[o] * math.exp(-(time[e] - clock[o]) / tau) + 1.0 if total[o] > 0.0 else 1.0
            last[k], clock[o] = time[e], time[e]
        begin = end
