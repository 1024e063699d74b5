"""A guess as text: the map in YAML, each line with how sure it is and why."""

from __future__ import annotations

import json
from typing import Any

from greatfear.intake_tables.guess import Guess
from greatfear.intake_tables.guess_columns import Line

_HEAD = (
    "# A proposal: read each line before use. Also sure and likely lines can be wrong; unsure ones need your decision."
)


def guess_text(guess: Guess) -> str:
    """Return the proposed map in YAML with a remark at each line that has one, and what was not understood."""
    lines = [_HEAD]
    for key, value in guess.map.items():
        if key != "tables":
            lines.append(_line("", key, value, guess.lines.get((key,))))
    lines.append("tables:" if guess.map["tables"] else "tables: []")
    for number, entry in enumerate(guess.map["tables"]):
        lines += _table(guess, number, entry)
    for name, left in guess.left.items():
        if left:
            lines += [f"# {name}: no rule reads these columns:", *(f"#   {_clean(column)}" for column in left)]
    lines += [f"# {name}: {_clean(remark)}" for name, remarks in guess.told.items() for remark in remarks]
    return "\n".join(lines) + "\n"


def _table(guess: Guess, number: int, entry: dict[str, Any]) -> list[str]:
    """Return the lines of one table."""
    lines: list[str] = []
    for key, value in entry.items():
        if key != "makes":
            lines.append(_line("  - " if not lines else "    ", key, value, guess.lines.get(("tables", number, key))))
    remark = guess.lines.get(("tables", number, "makes"))
    lines.append(f"    makes:{_remark(remark)}")
    for at, rule in enumerate(entry["makes"]):
        for i, (key, value) in enumerate(rule.items()):
            indent = "      - " if i == 0 else "        "
            lines.append(_line(indent, key, value, guess.lines.get(("tables", number, "makes", at, key))))
    return lines


def _line(indent: str, key: str, value: Any, line: Line | None) -> str:
    """Return one line of YAML; JSON is YAML too."""
    return f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}{_remark(line)}"


def _remark(line: Line | None) -> str:
    """Return a remark at the end of a line."""
    return f"  # {line.certainty}: {_clean(line.why)}" if line else ""


def _clean(text: str) -> str:
    """Return a text that stays within its line."""
    return " ".join(text.split())
