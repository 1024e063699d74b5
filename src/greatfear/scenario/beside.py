"""Tables in files beside a scenario: ``ties: {rule: table, file: ties.csv}``. The resolved form holds their rows."""

from __future__ import annotations

import csv
from pathlib import Path

from greatfear.errors import Fault, ScenarioError
from greatfear.scenario.written import Scalar, Written
from greatfear.scenario.yaml_text import core_scalar

__all__ = ["with_files"]

_COLUMNS = ("a", "b", "kind")
_MOST_BYTES = 20_000_000
_MOST_FAULTS = 20


def with_files(tree: Written, folder: Path | None, name: str) -> Written:
    """Return a tree in which tables of files beside the scenario stand written out.

    Files may give `population.ties`, `population.attributes`, and every table of the language (``table: {file: limits.csv}``).

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
    if ties is not None and ties.get("file") is not None and isinstance(ties.value, dict):
        _with_ties(ties, folder, name)
    attributes = population.get("attributes") if population is not None else None
    if attributes is not None and attributes.get("file") is not None and isinstance(attributes.value, dict):
        _with_attributes(attributes, folder, name)
    _with_tables(tree, (), folder, name)
    return tree


def _beside(owner: Written, where: tuple[str, str], folder: Path | None, others: str) -> tuple[Path, str]:
    """Return the file that a part names, and its place for messages; the key is taken away."""
    name, path = where
    assert isinstance(owner.value, dict)
    file = owner.value["file"]
    place = f"{name} line {file.line}: {path}.file"
    if others:
        raise ScenarioError([Fault(place, f"both file and {others}", "one of them")], name)
    if folder is None or not isinstance(file.value, str):
        got = f"{file.value!r} in a scenario that is no file" if folder is None else repr(file.value)
        raise ScenarioError([Fault(place, got, "the name of a CSV file beside the scenario's own file")], name)
    del owner.value["file"]
    return folder / file.value, place


def _with_ties(ties: Written, folder: Path | None, name: str) -> None:
    """Put the rows of a file of ties into the tree."""
    assert isinstance(ties.value, dict)
    line = ties.value["file"].line
    path, place = _beside(ties, (name, "population.ties"), folder, "rows" if ties.get("rows") is not None else "")
    rows = _rows(path, place, name)
    ties.value["rows"] = Written([Written({k: Written(v, line) for k, v in row.items()}, line) for row in rows], line)


def _with_attributes(attributes: Written, folder: Path | None, name: str) -> None:
    """Put the columns of a file of persons into the tree; a column `person` gives their numbers, else they stand in order."""
    assert isinstance(attributes.value, dict)
    line = attributes.value["file"].line
    others = ", ".join(key for key in attributes.value if key != "file")
    path, place = _beside(attributes, (name, "population.attributes"), folder, others)
    heads, cells = _read_csv(path, place, name)
    if "person" in heads:
        at = heads.index("person")
        numbers = [row[at] for row in cells]
        if sorted(numbers) != sorted(map(str, range(len(cells)))):
            allowed = f"each person once, by number from 0 to {len(cells) - 1}"
            raise ScenarioError([Fault(place, f"the column person of {path.name}", allowed)], name)
        cells = sorted(cells, key=lambda row: int(row[at]))
    for k, head in enumerate(heads):
        if head != "person":
            values = [_cell(row[k]) for row in cells]
            if any(isinstance(value, str) for value in values):  # a text among numbers: all are texts
                values = [row[k] or None for row in cells]
            attributes.value[head] = Written([Written(value, line) for value in values], line)


def _with_tables(node: Written, path: tuple[str, ...], folder: Path | None, name: str) -> None:
    """Put the rows of files into every table of the tree that names one."""
    if isinstance(node.value, list):
        for k, item in enumerate(node.value):
            _with_tables(item, (*path, str(k)), folder, name)
    if not isinstance(node.value, dict):
        return
    for key, inner in node.value.items():
        if key == "table" and isinstance(inner.value, dict) and inner.get("file") is not None:
            line = inner.value["file"].line
            others = ", ".join(one for one in ("columns", "rows") if inner.get(one) is not None)
            file, place = _beside(inner, (name, ".".join((*path, "table"))), folder, others)
            heads, cells = _read_csv(file, place, name)
            inner.value["columns"] = Written([Written(head, line) for head in heads], line)
            rows = [Written([Written(_cell(cell), line) for cell in row], line) for row in cells]
            inner.value["rows"] = Written(rows, line)
        elif path or key != "metadata":
            _with_tables(inner, (*path, key), folder, name)


def _cell(text: str) -> Scalar:
    """Return a cell as YAML would read it; an empty one is not given."""
    try:
        return core_scalar(text)
    except ValueError:
        return text


def _read_csv(path: Path, place: str, name: str) -> tuple[list[str], list[list[str]]]:
    """Return heads and cells of a CSV file whose rows all have as many cells as there are heads."""
    text = _text_of(path, place, name)
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), skipinitialspace=True)]
    rows = [row for row in rows if any(row)]
    heads = rows[0] if rows else []
    faults = []
    if not heads or not all(heads) or len(set(heads)) < len(heads):
        faults.append(
            Fault(
                place, f"{path.name} with the heads {', '.join(heads) or 'none'}", "a name for each column, each once"
            )
        )
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(heads):
            faults.append(Fault(f"{path.name} row {number}", f"{len(row)} cells", f"{len(heads)}, one for each column"))
    if faults:
        raise ScenarioError(faults[:_MOST_FAULTS], name)
    return heads, rows[1:]


def _text_of(path: Path, place: str, name: str) -> str:
    """Return the text of a file beside the scenario."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "text that is not UTF-8"
        raise ScenarioError([Fault(place, f"{path.name}: {why}", "a CSV file beside the scenario")], name) from None
    if len(data) > _MOST_BYTES:
        raise ScenarioError([Fault(place, f"{path.name}: more than {_MOST_BYTES:,} bytes", "a smaller file")], name)
    return text


def _rows(path: Path, place: str, name: str) -> list[dict[str, str | int]]:
    """Return the ties of a CSV file with the columns a, b and, if wanted, kind."""
    text = _text_of(path, place, name)
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
