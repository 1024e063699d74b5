"""Kernels: who speaks today: denouncers, informers, and those brought to a sitting."""

from __future__ import annotations

import math

from greatfear.draws import Purpose, integer, poisson, uniform
from greatfear.draws._jit import lean_kernel
from greatfear.simulation.kernels.index import find
from greatfear.world.people import informer_address

__all__ = ["DENUNCIATION", "DOCUMENT", "INTERROGATION", "REPORT", "count_speakers", "feel", "list_speakers"]

DENUNCIATION, REPORT, INTERROGATION, ACCIDENT, DOCUMENT = 0, 1, 2, 3, 4
_DENUNCIATIONS, _DENOUNCER = int(Purpose.DENUNCIATIONS), int(Purpose.DENOUNCER)
_REPORTS, _REPORTER = int(Purpose.REPORTS), int(Purpose.REPORTER)
_MOTIVE = int(Purpose.MOTIVE)
SITTINGS = 3


@lean_kernel
def feel(world, desk, rules):
    """Let fear fade and rise by yesterday's arrests per thousand persons; then forget the count."""
    for r in range(world.regions):
        desk.office[r].fear = (
            desk.office[r].fear * rules.fear_keep + 1000.0 * desk.office[r].arrests_today / world.region[r].size
        )
        desk.office[r].arrests_today = 0


@lean_kernel
def count_speakers(world, desk, rules, day, counts):
    """Write how many denounce (counts[0, r]) and report (counts[1, r]) today, and return the sum with today's sittings."""
    total = desk.calendar[day].sit_count
    for r in range(world.regions):
        mean = (
            rules.denounce_rate * world.region[r].size * math.exp(min(rules.denounce_fear * desk.office[r].fear, 50.0))
        )
        mean = min(mean, 0.01 * world.region[r].size)  # nobody can hear more than a hundredth of a region in a day
        counts[0, r] = poisson(world.keys[_DENUNCIATIONS], r, day, 0, mean)
        counts[1, r] = poisson(world.keys[_REPORTS], r, day, 0, rules.report_rate * world.region[r].informers)
        total += counts[0, r] + counts[1, r]
    return total


@lean_kernel
def list_speakers(world, people, index, desk, meter, rules, day, counts, said):
    """Fill today's speakers: denouncers and informers by region, then sittings; return how many."""
    n = 0
    for r in range(world.regions):
        for turn in range(counts[0, r]):
            local = integer(world.keys[_DENOUNCER], r, day, turn, world.region[r].size)
            u = uniform(world.keys[_MOTIVE], r, day, turn)
            motive = 1 if u < rules.conviction else 2 if u < rules.conviction + rules.self_protection else 3
            n = _speaker(said, n, index, (r << 32) | local, DENUNCIATION, day * 65536 + turn, motive)
        for turn in range(counts[1, r]):
            m = integer(world.keys[_REPORTER], r, day, turn, world.region[r].informers)
            n = _speaker(said, n, index, informer_address(world, r, m), REPORT, day * 65536 + turn, 4)
    row = desk.calendar[day].sit_head
    while row >= 0:
        n = _speaker(said, n, index, people[row].id, INTERROGATION, people[row].sat, 0)
        said.sitting[n - 1] = meter[SITTINGS]
        meter[SITTINGS] += 1
        people[row].sat += 1
        row = people[row].after
    return n


@lean_kernel
def _speaker(said, n, index, person, channel, number, motive):
    said.person[n] = person
    said.row[n] = find(index, person)
    said.channel[n] = channel
    said.number[n] = number
    said.motive[n] = motive
    said.sitting[n] = -1
    return n + 1
