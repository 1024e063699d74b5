"""Run attacks and say what held: ``python -m verification.attack [SUBJECT...] [--count N] [--seed N] [--json]``."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from verification.attack.tools import CannotAttackError

SUBJECTS = {
    "kills": 105,
    "flips": 1_000,
    "maps": 50_000,
    "scenarios": 5_000,
    "formulas": 100_000,
    "sql": 111,
    "folders": 150,
    "cluster": 20,
    "disks": 60,
    "users": 8,
    "pages": 5_000,
}
"""One module per subject, each with ``attack(draw, count, place)``, and how many attacks its large form makes."""

_MOST_TOLD = 20


@dataclass
class Report:
    """What one subject came to.

    Parameters
    ----------
    subject : str
    seed, count : int
        They repeat it.
    attacks, held : int
        How many were made, and how many of these did no harm.
    failures : list of str
        What went wrong, each in a sentence.
    notes : list of str
        What the reader has to know, such as why nothing could be attacked.
    seconds, cpu_seconds : float
        Time that passed, and time that this process and those it started worked.
    """

    subject: str
    seed: int
    count: int
    attacks: int = 0
    held: int = 0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def repeat(self) -> str:
        return f"python -m verification.attack {self.subject} --count {self.count} --seed {self.seed}"


def _cpu_seconds() -> float:
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def attacked(subject: str, seed: int, count: int, place: Path) -> Report:
    """Make the attacks of one subject in a folder of its own."""
    report, begun, worked = Report(subject, seed, count), time.perf_counter(), _cpu_seconds()
    folder = place / subject
    folder.mkdir()
    try:
        for failure in importlib.import_module(f"verification.attack.{subject}").attack(
            random.Random(seed), count, folder
        ):
            report.attacks += 1
            report.held += not failure
            report.failures += [failure] if failure else []
    except CannotAttackError as error:
        report.notes.append(str(error))
    except KeyboardInterrupt:
        report.notes.append(f"stopped after {report.attacks:,} of {count:,}")
    report.seconds = round(time.perf_counter() - begun, 1)
    report.cpu_seconds = round(_cpu_seconds() - worked, 1)
    return report


def _told(report: Report) -> str:
    spent = f"{report.cpu_seconds} CPU s in {report.seconds} s"
    lines = [f"{report.subject:10} {report.held:,} of {report.attacks:,} held; {spent}; {report.repeat}"]
    lines += [f"  FAILED {failure}" for failure in report.failures[:_MOST_TOLD]]
    more = len(report.failures) - _MOST_TOLD
    lines += [f"  and {more:,} more"] if more > 0 else []
    return "\n".join([*lines, *(f"  {note}" for note in report.notes)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Attack, print, and return 0 if every attack held."""
    parser = argparse.ArgumentParser(prog="python -m verification.attack", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; all if absent")
    parser.add_argument("--count", type=int, help="attacks per subject; the large form if absent")
    parser.add_argument("--seed", type=int, help="repeat; without it the seed is fresh")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.subjects if name not in SUBJECTS]
    if unknown or (options.count is not None and options.count < 1):
        parser.error(f"unknown subjects: {', '.join(unknown)}" if unknown else "--count: at least 1")
    seed = secrets.randbits(31) if options.seed is None else options.seed
    reports = []
    with tempfile.TemporaryDirectory(prefix="greatfear-attack-") as place:
        for subject in options.subjects or SUBJECTS:
            report = attacked(subject, seed, options.count or SUBJECTS[subject], Path(place))
            reports.append(report)
            if not options.json:
                print(_told(report), flush=True)
    if options.json:
        print(json.dumps({"attacks": [asdict(report) | {"repeat": report.repeat} for report in reports]}))
    return 1 if any(report.failures for report in reports) else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # one that is stopped tells what it found until then
    sys.exit(main())
