"""Queries that try to leave the tables of an archive; see `verification.attack.queries`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import greatfear as gf
from greatfear.archive import Archive, read
from greatfear.record.query import QueryError
from greatfear.simulation.run import simulate
from verification.attack.queries import ATTACKS
from verification.attack.tools import content

SECRET = "password-4711"


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Ask each query of one archive, in any order; of a count above their number, ask them again."""
    simulate(gf.catalogue.scenario("naming-cascade"), draw.randrange(2**31), out=place / "run")
    (place / "secret.txt").write_text(SECRET)
    archive, left = read(place / "run"), []
    for _ in range(count):
        left = left or draw.sample(ATTACKS, len(ATTACKS))
        yield harm(archive, left.pop(), place)


def harm(archive: Archive, query: str, place: Path) -> str:
    """Return what a query reached that it must not; an empty text where it reached nothing."""
    before = content(place)
    try:
        found = str(archive.sql(query.replace("{place}", place.as_posix()), seconds=0.5, megabytes=200).to_pylist())
    except QueryError as error:
        found = str(error)
    except Exception as error:  # noqa: BLE001  what must not happen
        return f"{query[:200]}: {type(error).__name__}: {error}"
    if SECRET in found or SECRET.rpartition("-")[2] in found:
        return f"{query[:200]}: gave the secret away"
    if content(place) != before:
        return f"{query[:200]}: wrote"
    locked = archive.sql("select current_setting('enable_external_access') as x").to_pylist() == [{"x": False}]
    return "" if locked else f"{query[:200]}: opened the door"
