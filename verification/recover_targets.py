"""Targets of `recover` on sets with known truth: reached or missed, and by how much.

``python -m verification.recover_targets [coverage|aliases|copies|members ...] [--data FOLDER] [--json]``. FOLDER holds
``lists``, ``aliases`` and ``origins`` as in shared data; truth is read here only, never by `recover`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """One target: what is asked, the limit, what was found."""

    part: str
    name: str
    limit: str
    found: float
    reached: bool


def at_least(part: str, name: str, found: float, limit: float) -> Target:
    """Return a target that asks for a figure of at least `limit`."""
    return Target(part, name, f">= {limit:g}", found, found >= limit)


def at_most(part: str, name: str, found: float, limit: float) -> Target:
    """Return a target that asks for a figure of at most `limit`."""
    return Target(part, name, f"<= {limit:g}", found, found <= limit)


def within(part: str, name: str, found: float, low: float, high: float) -> Target:
    """Return a target that asks for a figure between two others."""
    return Target(part, name, f"{low:g} to {high:g}", found, low <= found <= high)


def coverage_targets(data: Path) -> Iterator[Target]:
    """Yield the targets on made and published lists."""
    from verification.recover_lists import targets

    yield from targets(data / "lists")


def aliases_targets(data: Path) -> Iterator[Target]:
    """Yield the targets on names."""
    from verification.recover_names import targets

    yield from targets(data / "aliases")


def copies_targets(data: Path) -> Iterator[Target]:
    """Yield the targets on inferred copies."""
    from verification.recover_copies import targets

    yield from targets(data / "origins")


def members_targets(_: Path) -> Iterator[Target]:
    """Yield the targets on archives with a known circle, of other seeds than the shared ones."""
    from verification.recover_membership import targets

    yield from targets()


SUBJECTS: dict[str, Callable[[Path], Iterator[Target]]] = {
    "coverage": coverage_targets,
    "aliases": aliases_targets,
    "copies": copies_targets,
    "members": members_targets,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 0 if every target is reached, 1 if some are missed."""
    parser = argparse.ArgumentParser(prog="python -m verification.recover_targets", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[[], *SUBJECTS], help="parts; all where none is named")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GREATFEAR_DATA", ".")) / "recover")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    found: list[Target] = []
    for subject in options.subjects or SUBJECTS:
        for target in SUBJECTS[subject](options.data):
            found.append(target)
            if not options.json:
                state = "reached" if target.reached else "MISSED"
                print(f"{state:8} {target.part:9} {target.name:66} {target.found:10.4g}   ({target.limit})", flush=True)
    if options.json:
        print(json.dumps([asdict(target) for target in found], indent=1))
    else:
        print(f"{sum(target.reached for target in found)} of {len(found)} targets reached")
    return 0 if all(target.reached for target in found) else 1


if __name__ == "__main__":
    sys.exit(main())
