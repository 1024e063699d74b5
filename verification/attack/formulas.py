"""Formulas of any letters and of any words of the grammar: columns, or an error in few words, at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from greatfear.naming.formula import parse_formula
from greatfear.naming.registry import NAMES
from verification.attack.tools import outcome

_WORDS = (
    *NAMES, "1", "0", "+", ":", "*", "(", ")", "(", ")", ",", "=", "window", "halflife", "transform", "type", "ego", "alter",
    "log1p", "sqrt", "'", '"', " ", "\n", "-1", "1e999", "nan", "inf", "30", "true", "weighted", "ignoreRep", "pressure",
    "accused", "same", "sex", "ё", "\x00", "\u202e", "\ud800", "x" * 50, "__import__", "%", "\\", "#", ";", "[", "]", "{", "}",
)  # fmt: skip
_MOST_LETTERS = 6_000


def attack(draw: random.Random, count: int, place: Path) -> Iterator[str]:
    """Parse texts: words of the grammar in any order, sound formulas with damage, and very long ones."""
    names = sorted(NAMES)
    for _ in range(count):
        kind = draw.random()
        if kind < 0.6:
            text = "".join(draw.choices(_WORDS, k=draw.randint(0, 14)))
        elif kind < 0.98:
            text = " + ".join(draw.choices(names, k=draw.randint(1, 5)))
            at = draw.randint(0, len(text))
            text = text[:at] + draw.choice(_WORDS) + text[at + draw.randint(0, 3) :]
        else:
            text = draw.choice(_WORDS) * draw.choice([10, 1_000, 100_000]) + draw.choice(names)
        yield outcome(lambda given=text: parse_formula(given), f"formula {text[:200]!r}", 1.0, _MOST_LETTERS)  # type: ignore[misc]
