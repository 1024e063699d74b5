"""What ties a speaker to a candidate, as bits of one number: set by the code that knows the world or the archive."""

from __future__ import annotations

from typing import Final

KIN: Final = 1
UNIT: Final = 2
ACQUAINTANCE: Final = 4
ORGANISATION: Final = 8
PROMPTED: Final = 16
SAME_STRATUM: Final = 32
TARGETED: Final = 64
NOTORIOUS_POOL: Final = 128
DOOMED_POOL: Final = 256
STRANGER_POOL: Final = 512
FIRST_OWN: Final = 1 << 16
"""Bit of the first kind of tie that is a scenario's own; the others follow."""
MOST_OWN: Final = 16
CONTACT: Final = KIN | UNIT | ACQUAINTANCE | ORGANISATION | (FIRST_OWN << MOST_OWN) - FIRST_OWN
