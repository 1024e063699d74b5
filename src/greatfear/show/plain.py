"""Results as JSON has them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path

from greatfear.show.face import Json


def plain(value: object) -> Json:
    """Return a value as JSON has it: numbers that are not finite become null, those of numpy Python's, dates and paths text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, dt.date | Path):
        return str(value)
    if hasattr(value, "tolist") and not isinstance(value, str | bytes):
        value = value.tolist()  # of numpy: a number, or an array
        return plain(value) if isinstance(value, list) else plain_number(value)
    return plain_number(value)


def plain_number(value: object) -> Json:
    """Return a value with NaN and the infinite numbers as null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
