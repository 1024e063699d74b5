"""The most memory that this process has held."""

from __future__ import annotations

import sys


def peak_memory_mb() -> int | None:
    """Return the peak of resident memory in MiB; None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))  # bytes on macOS, KiB elsewhere
