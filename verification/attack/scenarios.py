"""Scenarios with anything in any place, and damaged bytes: a scenario that can be read again, or an error in words."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from greatfear.scenario import from_dict, load, to_json
from verification.attack.maps import altered
from verification.attack.tools import outcome

SPEC = Path(__file__).resolve().parents[2] / "spec" / "valid"
_PIECES = (
    b":",
    b"[",
    b"{",
    b"}",
    b"\t",
    b"\n",
    b"&a ",
    b"*a",
    b"- ",
    b"'",
    b"null",
    b"1e999",
    b"\xff",
    b"!!python/name:os ",
)


class UnlikeError(Exception):
    """A scenario that is another one when it is read again."""


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Alter resolved scenarios as trees, and human forms as bytes."""
    trees = [json.loads(file.read_bytes()) for file in sorted(SPEC.glob("*.resolved.json"))]
    texts = [file.read_bytes() for file in sorted(SPEC.glob("*.yaml"))]
    for _ in range(count):
        if draw.random() < 0.6:
            tree = altered(draw.choice(trees), draw)
            yield outcome(lambda given=tree: _read(from_dict, given), f"tree {str(tree)[:600]}")  # type: ignore[misc]
        else:
            data = damaged(draw.choice(texts), draw)
            yield outcome(lambda given=data: _read(load, given), f"bytes {data[:600]!r}")  # type: ignore[misc]


def damaged(text: bytes, draw: random.Random) -> bytes:
    """Return bytes of which one to four pieces are replaced."""
    data = bytearray(text)
    for _ in range(draw.randint(1, 4)):
        at = draw.randint(0, len(data))
        data[at : at + draw.randint(0, 4)] = draw.choice([*_PIECES, draw.randbytes(draw.randint(0, 3))])
    return bytes(data)


def _read(read: Any, given: Any) -> None:
    if not isinstance(given, dict | bytes):
        given = {"id": given}
    scenario = read(given)
    text = to_json(scenario)
    if to_json(load(text)) != text:
        raise UnlikeError(scenario.id)
