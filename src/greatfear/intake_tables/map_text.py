"""Reads a column map from a file or a text, YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from greatfear.errors import Fault, IntakeError, ScenarioError
from greatfear.scenario.written import plain
from greatfear.scenario.yaml_text import read_yaml


def map_from_file(path: Path) -> dict[str, Any]:
    """Return the column map of a file.

    Raises
    ------
    greatfear.errors.IntakeError
        The file cannot be read, or holds no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise IntakeError([Fault(str(path), why, "a column map (YAML or JSON)", "check the path")], "map") from None
    return map_from_text(text, path.name)


def map_from_text(text: str, name: str) -> dict[str, Any]:
    """Return the column map of a text.

    Raises
    ------
    greatfear.errors.IntakeError
        The text is neither YAML nor JSON, or holds no mapping.

    Examples
    --------
    >>> map_from_text("format: 1", "x.yaml")
    {'format': 1}
    """
    try:
        found = plain(read_yaml(text, name))
    except ScenarioError as error:
        raise IntakeError(error.faults, name) from None
    if not isinstance(found, dict):
        raise IntakeError([Fault(name, type(found).__name__, "a mapping with format, epoch and tables")], name)
    return found
