"""Asks a public list of known weaknesses about every installed library: ``python -m maintenance.audit [--must]``.

It runs `pip-audit` (``pip install pip-audit``) over the libraries of this environment. 0: none has a known weakness, or
nobody could be asked, which is then said; with ``--must``, as in the weekly workflow, that counts as a failure (2).
1: a weakness is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SECONDS = 300


def known(report: dict[str, Any]) -> list[str]:
    """Return one line for each weakness in a report of pip-audit."""
    return [
        f"{library['name']} {library['version']}: {weakness['id']}"
        f" (mended in {', '.join(weakness['fix_versions']) or 'no version yet'})"
        for library in report["dependencies"]
        for weakness in library.get("vulns", [])
    ]


def asked(words: Sequence[str]) -> dict[str, Any] | str:
    """Return the report that a command writes into the file given as its last word; the reason where it writes none."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "report.json"
        try:
            done = subprocess.run([*words, str(file)], capture_output=True, text=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if not file.exists() or not file.read_text("utf-8"):
            return (done.stderr.strip() or "it said nothing").splitlines()[-1]
        report: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return report


def main(words: Sequence[str]) -> int:
    """Ask, print what is known, and return the exit code."""
    command = [sys.executable, "-P", "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off"]
    report = asked([*command, "--format", "json", "--output"])
    if isinstance(report, str):
        print(f"nothing was checked: {report}", file=sys.stderr)
        return 2 if "--must" in words else 0
    lines = known(report)
    print("\n".join(lines) or f"no known weakness in {len(report['dependencies'])} libraries")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
