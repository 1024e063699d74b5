"""Tables that stand in files beside a scenario: ``ties: {rule: table, file: ties.csv}``. The resolved form holds their rows."""

from __future__ import annotations

import csv
from pathlib import Path

from greatfear.errors import Fault, ScenarioError
from greatfear.scenario.written import Written

__all__ = ["with_files"]

_COLUMNS = ("a", "b", "kind")
_MOST_BYTES = 20_000_000
_MOST_FAULTS = 20


def with_files(tree: Written, folder: Path | None, name: str) -> Written:
    """Return a tree in which the ties of a file beside the scenario stand as rows.

    Parameters
    ----------
    tree : Written
        Of the scenario; changed.
    folder : Path or None
        Of the scenario's file; None where it is no file.
    name : str
        Of the scenario, for messages.

    Raises
    ------
    ScenarioError
        With the faults of the file.
    """
    population = tree.get("population")
    ties = population.get("ties") if population is not None else None
    file = ties.get("file") if ties is not None else None
    if ties is None or file is None or not isinstance(ties.value, dict):
        return tree
    place = f"{name} line {file.line}: population.ties.file"
    if ties.get("rows") is not None:
        raise ScenarioError([Fault(place, "both file and rows", "one of them")], name)
    if folder is None or not isinstance(file.value, str):
        got = f"{file.value!r} in a scenario that is no file" if folder is None else repr(file.value)
        raise ScenarioError([Fault(place, got, "the name of a CSV file beside the scenario's own file")], name)
    rows = _rows(folder / file.value, place, name)
    del ties.value["file"]
    line = file.line
    ties.value["rows"] = Written([Written({k: Written(v, line) for k, v in row.items()}, line) for row in rows], line)
    return tree


def _rows(path: Path, place: str, name: str) -> list[dict[str, str | int]]:
    """Return the ties of a CSV file with the columns a, b and, if wanted, kind."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "text that is not UTF-8"
        raise ScenarioError([Fault(place, f"{path.name}: {why}", "a CSV file beside the scenario")], name) from None
    if len(data) > _MOST_BYTES:
        raise ScenarioError([Fault(place, f"{path.name}: more than {_MOST_BYTES:,} bytes", "a smaller file")], name)
    reader = csv.DictReader(text.splitlines(), skipinitialspace=True)
    heads = [head.strip() for head in reader.fieldnames or []]
    reader.fieldnames = heads
    if not {"a", "b"} <= set(heads) <= set(_COLUMNS):
        got = f"{path.name} with the columns {', '.join(heads) or 'none'}"
        raise ScenarioError([Fault(place, got, "the columns a and b, and perhaps kind")], name)
    rows: list[dict[str, str | int]] = []
    faults: list[Fault] = []
    for row in reader:
        where = f"{path.name} line {reader.line_num}"
        numbers = [str(row[end] or "").strip() for end in ("a", "b")]
        if None in row or not all(number.isdecimal() for number in numbers):
            faults.append(
                Fault(
                    where, repr(",".join(str(v) for v in row.values())[:80]), "two persons by number from 0, and a kind"
                )
            )
            continue
        kind = str(row.get("kind") or "").strip()
        rows.append({"a": int(numbers[0]), "b": int(numbers[1])} | ({"kind": kind} if kind else {}))
    if faults:
        more = (
            [Fault(path.name, f"{len(faults) - _MOST_FAULTS} more faults", "none")]
            if len(faults) > _MOST_FAULTS
            else []
        )
        raise ScenarioError([*faults[:_MOST_FAULTS], *more], name)
    return rows
