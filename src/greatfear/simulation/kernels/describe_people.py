"""Kernel: attributes of the persons of the record, for the truth."""

from __future__ import annotations

from greatfear.draws._jit import lean_kernel
from greatfear.world.people import is_informer, member_of


@lean_kernel
def describe_people(world, ids, n, members, informers):
    """Write the organisation (-1: none) and whether an informer, for the first n persons."""
    for row in range(n):
        members[row] = member_of(world, ids[row])[0] if world.organisation.size > 0 else -1
        informers[row] = 1 if is_informer(world, ids[row]) else 0
