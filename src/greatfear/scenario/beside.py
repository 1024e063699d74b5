"""Tables in files beside a scenario: ``ties: {rule: table, file: ties.csv}``. The resolved form holds their rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from greatfear.errors import Fault, ScenarioError
from greatfear.scenario.written import Scalar, Written
from greatfear.scenario.yaml_text import core_scalar

_COLUMNS = ("a", "b", "kind")
_MOST_BYTES = 20_000_000
_MOST_FAULTS = 20
_SEPARATORS = (",", ";", "\t")


def with_files(tree: Written, folder: Path | None, name: str) -> Written:
    """Return a tree in which tables of files beside the scenario stand written out.

    Files may give `population.ties`, `population.attributes`, and every table of the language (``table: {file: limits.csv}``).
    Columns are separated by commas, by semicolons or by tabs; a mark of byte order at the start is left out.

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
        With the faults of all files.
    """
    files = _Files(folder, name, [])
    population = tree.get("population")
    ties = population.get("ties") if population is not None else None
    if ties is not None and ties.get("file") is not None and isinstance(ties.value, dict):
        _with_ties(ties, files)
    attributes = population.get("attributes") if population is not None else None
    if attributes is not None and attributes.get("file") is not None and isinstance(attributes.value, dict):
        _with_attributes(attributes, files)
    _with_tables(tree, (), files)
    if files.faults:
        raise ScenarioError(files.faults, name)
    return tree


@dataclass(frozen=True)
class _Files:
    """The folder of the scenario, its name in messages, and what is wrong with the files so far."""

    folder: Path | None
    name: str
    faults: list[Fault]

    def note(self, faults: Sequence[Fault], of: str) -> None:
        """Note faults of one file, the first few of them, and how many more there are."""
        self.faults.extend(faults[:_MOST_FAULTS])
        if len(faults) > _MOST_FAULTS:
            self.faults.append(Fault(of, f"{len(faults) - _MOST_FAULTS} more faults", "none"))

    def beside(self, owner: Written, path: str, others: str) -> tuple[Path, str] | None:
        """Return the file that a part names, and its place for messages, None with a fault; the key is taken away."""
        assert isinstance(owner.value, dict)
        file = owner.value.pop("file")
        place = f"{self.name} line {file.line}: {path}.file"
        if others:
            self.faults.append(Fault(place, f"both file and {others}", "one of them"))
        elif self.folder is None or not isinstance(file.value, str):
            got = f"{file.value!r} in a scenario that is no file" if self.folder is None else repr(file.value)
            self.faults.append(Fault(place, got, "the name of a CSV file beside the scenario's own file"))
        else:
            return self.folder / file.value, place
        return None

    def read(self, path: Path, place: str) -> tuple[list[str], list[tuple[int, list[str]]]] | None:
        """Return heads and cells of a CSV file, each row with its line; None with the faults of one that has no table."""
        text = self._text(path, place)
        if text is None:
            return None
        separator = _separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        rows = []
        try:
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            self.faults.append(
                Fault(f"{path.name} line {reader.line_num}", f"no row of a table ({error})", "a CSV file")
            )
            return None
        rows = [(line, row) for line, row in rows if any(row)]
        heads = rows[0][1] if rows else []
        if not heads or not all(heads) or len(set(heads)) < len(heads):
            got = f"{path.name} with the heads {', '.join(heads)}" if heads else f"{path.name}, which is empty"
            self.faults.append(Fault(place, got, "a name for each column in the first row, each once"))
            return None
        allowed = f"{len(heads)}, one for each column"
        odd = [(line, row) for line, row in rows[1:] if len(row) != len(heads)]
        faults = [Fault(f"{path.name} line {line}", f"{len(row)} cells", allowed) for line, row in odd]
        if separator == ";":
            faults += [
                Fault(f"{path.name} line {line}", cell, "a number with a point", f"write {cell.replace(',', '.')}")
                for line, row in rows[1:]
                for cell in row
                if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", cell)
            ]
        self.note(faults, path.name)
        return heads, [(line, row) for line, row in rows[1:] if len(row) == len(heads)]

    def _text(self, path: Path, place: str) -> str | None:
        """Return the text of a file beside the scenario."""
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
            text = data.decode("utf-8-sig")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "text that is not UTF-8"
            fix = "" if isinstance(error, OSError) else "save it as UTF-8"
            self.faults.append(Fault(place, f"{path.name}: {why}", "a CSV file beside the scenario", fix))
            return None
        if len(data) > _MOST_BYTES:
            self.faults.append(Fault(place, f"{path.name}: more than {_MOST_BYTES:,} bytes", "a smaller file"))
            return None
        return text


def _separator(text: str) -> str:
    """Return what separates the columns: the sign that the first row has, a comma before others."""
    first = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
    return next((sign for sign in _SEPARATORS if sign in first), ",")


def _with_ties(ties: Written, files: _Files) -> None:
    """Put the rows of a file of ties into the tree."""
    assert isinstance(ties.value, dict)
    line = ties.value["file"].line
    given = files.beside(ties, "population.ties", "rows" if ties.get("rows") is not None else "")
    found = None if given is None else files.read(*given)
    if given is None or found is None:
        return
    (path, place), (heads, cells) = given, found
    if not {"a", "b"} <= set(heads) <= set(_COLUMNS):
        got = f"{path.name} with the columns {', '.join(heads)}"
        files.faults.append(Fault(place, got, "the columns a and b, and perhaps kind"))
        return
    rows, faults, seen = [], [], dict[tuple[int, int, str], int]()
    for at, row in cells:
        cell = dict(zip(heads, row, strict=True))
        where, told = f"{path.name} line {at}", repr(",".join(row)[:80])
        if not (cell["a"].isdecimal() and cell["b"].isdecimal()):
            faults.append(Fault(where, told, "two persons by number from 0, and a kind"))
            continue
        a, b, kind = int(cell["a"]), int(cell["b"]), cell.get("kind", "")
        before = seen.setdefault((min(a, b), max(a, b), kind), at)
        if before != at:
            faults.append(Fault(where, f"{told}, the tie of line {before} again", "each tie once, in either direction"))
        rows.append({"a": Written(a, line), "b": Written(b, line)} | ({"kind": Written(kind, line)} if kind else {}))
    files.note(faults, path.name)
    ties.value["rows"] = Written([Written(row, line) for row in rows], line)


def _with_attributes(attributes: Written, files: _Files) -> None:
    """Put the columns of a file of persons into the tree; a column `person` gives their numbers, else they stand in order."""
    assert isinstance(attributes.value, dict)
    line = attributes.value["file"].line
    before = len(files.faults)
    given = files.beside(
        attributes, "population.attributes", ", ".join(key for key in attributes.value if key != "file")
    )
    found = None if given is None else files.read(*given)
    if given is None or found is None or len(files.faults) > before:
        return
    (path, _), (heads, rows) = given, found
    if "person" in heads:
        at = heads.index("person")
        faults = _of_numbers(path.name, [(number, row[at]) for number, row in rows])
        files.note(faults, path.name)
        if faults:
            return
        rows = sorted(rows, key=lambda row: int(row[1][at]))
    for k, head in enumerate(heads):
        if head != "person":
            values = [_cell(row[k]) for _, row in rows]
            if any(isinstance(value, str) for value in values):  # a text among numbers: all are texts
                values = [row[k] or None for _, row in rows]
            attributes.value[head] = Written([Written(value, line) for value in values], line)


def _of_numbers(name: str, given: Sequence[tuple[int, str]]) -> list[Fault]:
    """Return the faults of a column that must hold each number from 0 on once."""
    allowed, seen, faults = f"each person once, by number from 0 to {len(given) - 1}", dict[str, int](), []
    for line, text in given:
        number = str(int(text)) if text.isdecimal() else text
        if not text.isdecimal() or int(text) >= len(given):
            faults.append(Fault(f"{name} line {line}", f"the person {text!r}", allowed))
        elif number in seen:
            faults.append(
                Fault(f"{name} line {line}", f"the person {number} again, as in line {seen[number]}", allowed)
            )
        seen.setdefault(number, line)
    missing = [str(number) for number in range(len(given)) if str(number) not in seen]
    if missing:
        told = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        faults.append(
            Fault(name, f"no row for the person {told}" if len(missing) == 1 else f"no rows for {told}", allowed)
        )
    return faults


def _with_tables(node: Written, path: tuple[str, ...], files: _Files) -> None:
    """Put the rows of files into every table of the tree that names one."""
    if isinstance(node.value, list):
        for k, item in enumerate(node.value):
            _with_tables(item, (*path, str(k)), files)
    if not isinstance(node.value, dict):
        return
    for key, inner in node.value.items():
        if key == "table" and isinstance(inner.value, dict) and inner.get("file") is not None:
            line = inner.value["file"].line
            others = ", ".join(one for one in ("columns", "rows") if inner.get(one) is not None)
            given = files.beside(inner, ".".join((*path, "table")), others)
            heads, cells = (None if given is None else files.read(*given)) or ([], [])
            inner.value["columns"] = Written([Written(head, line) for head in heads], line)
            rows = [Written([Written(_cell(cell), line) for cell in row], line) for _, row in cells]
            inner.value["rows"] = Written(rows, line)
        elif key == "listed" and inner.get("file") is not None:
            _with_list(inner, ".".join((*path, key)), files)
        elif path or key != "metadata":
            _with_tables(inner, (*path, key), files)


def _with_list(listed: Written, path: str, files: _Files) -> None:
    """Put the persons of a file into the tree, in its order: the column `person` has their numbers."""
    assert isinstance(listed.value, dict)
    line = listed.value["file"].line
    given = files.beside(listed, path, ", ".join(key for key in listed.value if key != "file"))
    found = None if given is None else files.read(*given)
    if given is None or found is None:
        return
    (file, place), (heads, rows) = given, found
    if "person" not in heads:
        files.faults.append(
            Fault(place, f"{file.name} with the columns {', '.join(heads)}", "a column person, and others")
        )
        return
    cells = [(at, row[heads.index("person")]) for at, row in rows]
    faults = [
        Fault(f"{file.name} line {at}", repr(cell), "a person by number from 0")
        for at, cell in cells
        if not cell.isdecimal()
    ]
    files.note(faults, file.name)
    listed.value = [Written(int(cell), line) for _, cell in cells if cell.isdecimal()]


def _cell(text: str) -> Scalar:
    """Return a cell as YAML would read it; an empty one is not given."""
    try:
        return core_scalar(text)
    except ValueError:
        return text
