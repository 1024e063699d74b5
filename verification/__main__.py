"""Run the verification and print its table: ``python -m verification [--full] [--seed N] [--json]``."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from verification.findings import FAMILY, PLANTED_LEVEL, Draw, Finding, verdicts

SUBJECTS = (
    *(
        "reed_frost",
        "branching",
        "polya",
        "newcomers",
        "registers",
        "feedback",
        "centre",
        "operations",
        "layers",
        "reproduction",
        "common_numbers",
    ),
    *("papers", "shams", "contagion", "hands", "accusers", "relational"),
)
"""One module per subject, each with `findings(draw)`."""

_FULL = 8
"""How many times the repetitions of the small form the full one makes."""


def gather(draw: Draw, subjects: Sequence[str] = SUBJECTS) -> Iterator[Finding]:
    """Yield all findings, subject by subject."""
    for subject in subjects:
        yield from importlib.import_module(f"verification.{subject}").findings(draw)


def unseen(findings: Sequence[Finding]) -> list[str]:
    """Return the planted errors that a test did not reject."""
    return [
        f"{finding.claim}: {error} (p = {p:.1e})"
        for finding in findings
        for error, p in finding.planted.items()
        if not p <= PLANTED_LEVEL  # nor is a p that is no number a rejection
    ]


def table(findings: Sequence[Finding], stands: Sequence[bool]) -> str:
    """Return the report as text: a block per claim."""
    lines = []
    for finding, stand in zip(findings, stands, strict=True):
        errors = ", ".join(f"{error} (p = {p:.0e})" for error, p in finding.planted.items())
        lines += [
            f"{'holds' if stand else 'FAILS':6} {finding.subject:6} {finding.claim}",
            f"{'':14}expected {finding.expected:.6g}  found {finding.found:.6g}  p = {finding.p:.3g}  ({finding.statistic})",
            f"{'':14}source: {finding.source}",
            f"{'':14}planted: {errors}",
        ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, print, and return 0 if every claim holds and every planted error was rejected."""
    parser = argparse.ArgumentParser(prog="python -m verification", description="The model against theory.")
    parser.add_argument("--full", action="store_true", help=f"{_FULL} times the repetitions of the small form")
    parser.add_argument("--seed", type=int, help="repeat a verification; without it the seeds are fresh")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--subject", choices=SUBJECTS, action="append", help="verify this subject only; may be repeated"
    )
    options = parser.parse_args(arguments)
    size = _FULL if options.full else 1
    draw = Draw(size=size) if options.seed is None else Draw(options.seed, size)
    begun = time.perf_counter()
    findings = list(gather(draw, options.subject or SUBJECTS))
    stands, missed = verdicts(findings), unseen(findings)
    seconds = round(time.perf_counter() - begun, 1)
    command = f"python -m verification --seed {draw.seed}" + " --full" * options.full
    if options.json:
        rows = [asdict(finding) | {"holds": stand} for finding, stand in zip(findings, stands, strict=True)]
        report = {"family": FAMILY, "repeat": command, "seconds": seconds, "planted_not_seen": missed, "claims": rows}
        print(json.dumps(report, indent=1, ensure_ascii=False))
    else:
        print(table(findings, stands))
        print(
            f"\n{sum(stands)} of {len(stands)} claims hold; family-wise rate of false alarms {FAMILY:g} (Holm); {seconds} s"
        )
        print(f"planted errors rejected: {'all' if not missed else 'NOT ALL: ' + '; '.join(missed)}")
        print(f"repeat with: {command}")
    return 0 if all(stands) and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
