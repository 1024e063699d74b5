"""Twin of `greatfear.describe.origins`: bounds on the origins of statements against one person, by walking, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

KNOWN = ("register", "order", "denunciation", "report", "accident", "sham")


class Told(NamedTuple):
    """One statement against the person; `key` names what it goes back to, `root` of which kind that is."""

    key: int
    root: str
    time: float | None
    office: int
    is_prompted: bool = False


def bounds(told: Sequence[Told], near: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
    """Return the number of origins at least and at most. `near`: statements whose speakers are kin or of one unit."""
    offices_known = all(one.office >= 0 for one in told)

    def of_one_office(a: int, b: int) -> bool:
        return not offices_known or told[a].office == told[b].office

    def could_be_earlier(a: int, b: int) -> bool:
        """Whether statement a may have been made before b, or at the same time."""
        first, second = told[a].time, told[b].time
        return first is None or second is None or first <= second

    n = len(told)
    sure, possible = set(), set()
    for a, one in enumerate(told):
        for b, other in enumerate(told):
            if a == b:
                continue
            if one.key == other.key:
                sure.add((a, b))
            if (
                one.is_prompted
                and of_one_office(a, b)
                and b == _first(told, a, offices_known)
                and could_be_earlier(b, a)
            ):
                sure.add((a, b))
            is_near = (a, b) in near or (b, a) in near
            if one.root not in KNOWN and could_be_earlier(b, a) and (of_one_office(a, b) or is_near):
                possible.add((a, b))
    group = _groups(n, sure)
    return _least(told, group, possible), len(set(group))


def _least(told: Sequence[Told], group: list[int], possible: set[tuple[int, int]]) -> int:
    """Return the least number of origins: recorded ones, and one for each ring that could know of nothing else."""
    recorded = {group[a] for a, one in enumerate(told) if one.root in KNOWN}
    reach = {(g, g) for g in group} | {(group[a], group[b]) for a, b in possible if group[a] not in recorded}
    for middle in set(group):
        reach |= {(a, b) for a in group for b in group if (a, middle) in reach and (middle, b) in reach}
    rings = set()
    for g in set(group) - recorded:
        seen = {b for a, b in reach if a == g}
        if all((b, g) in reach for b in seen):
            rings.add(frozenset(seen))
    return len(recorded) + len(rings)


def _first(told: Sequence[Told], a: int, offices_known: bool) -> int:
    """Return the first statement that the office of statement a heard; of equal times, a recorded root, then by row."""
    heard = [b for b, other in enumerate(told) if not offices_known or other.office == told[a].office]
    return min(heard, key=lambda b: (told[b].time is None, told[b].time or 0.0, told[b].root not in KNOWN, b))


def _groups(n: int, links: set[tuple[int, int]]) -> list[int]:
    """Return the number of the group of each of n things."""
    group = list(range(n))
    for a, b in links:
        old, new = group[a], group[b]
        group = [new if g == old else g for g in group]
    return group
