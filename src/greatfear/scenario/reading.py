"""Reads a scenario from a file or a text and tells all its faults at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greatfear.errors import Fault, ScenarioError, WrongArgumentError
from greatfear.scenario.beside import with_files
from greatfear.scenario.checks import check
from greatfear.scenario.expand import expand
from greatfear.scenario.fill import fill
from greatfear.scenario.found import Found, tell, under
from greatfear.scenario.json_text import looks_like_json, read_json
from greatfear.scenario.model import Scenario
from greatfear.scenario.validate import read_fields
from greatfear.scenario.written import Written, line_at, plain, written
from greatfear.scenario.yaml_text import read_yaml

MOST_BYTES = 20_000_000


def load(source: str | bytes | os.PathLike[str] | Mapping[str, object]) -> Scenario:
    """Return the scenario of a file, a text or a dictionary, in human or resolved form.

    Parameters
    ----------
    source : path, str, bytes or mapping
        A path; or the text itself: bytes, and every str that has a line break or begins with a brace. Files named
        ``*.json`` and texts that begin with a brace and a quote are read as JSON, everything else as YAML.

    Returns
    -------
    Scenario
        Complete: every default and every implied value is written out.

    Raises
    ------
    ScenarioError
        With all faults: file, line, dotted path, what was found, what is allowed, how to fix it.

    Examples
    --------
    >>> text = "{id: x, title: X, time: [1936-01-01, 1937-01-01], population: {regions: {r: 9}, strata: {s: 1}}}"
    >>> load(text).population.household
    4
    """
    if isinstance(source, Mapping):
        return from_dict(source)
    text, name = _text(source)
    as_json = name.lower().endswith(".json") or (name == "scenario" and looks_like_json(text))
    tree = read_json(text, name) if as_json else read_yaml(text, name)
    return build(with_files(tree, _folder(source), name), name)


def _folder(source: str | bytes | os.PathLike[str]) -> Path | None:
    """Return the folder of a file; None for a text."""
    if isinstance(source, bytes) or (isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{"))):
        return None
    return Path(source).parent


def from_dict(given: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """Return the scenario of a mapping in human or resolved form, checked like a file.

    Raises
    ------
    ScenarioError
        With all faults.
    """
    return build(with_files(written(given), None, name), name)


def build(given: Written, name: str) -> Scenario:
    """Return the scenario that a tree says.

    Raises
    ------
    ScenarioError
        With all faults of kinds, fields and references.
    """
    tree, found = expand(given)
    raw = plain(tree)
    if not isinstance(raw, dict):
        raise ScenarioError(tell(found, name, raw), name)
    raw = fill(raw)
    scenario, wrong = read_fields(raw)
    found += [one for one in wrong if not any(under(one.path, earlier.path) for earlier in found)]
    if scenario is not None:
        found += check(scenario, found)
    if found or scenario is None:
        placed = [_with_line(one, tree) for one in found]
        raise ScenarioError(tell(placed, name, raw) or [Fault(name, "faults too many to repair", "a scenario")], name)
    return scenario


def _with_line(one: Found, tree: Written) -> Found:
    """Return a fault with the line of the place nearest to it."""
    return one if one.line else Found(one.path, one.got, one.allowed, one.fix, line_at(tree, one.path))


def _text(source: str | bytes | os.PathLike[str]) -> tuple[str, str]:
    """Return the text of a source, and the name by which faults call it."""
    if isinstance(source, bytes):
        return _decoded(source, "scenario"), "scenario"
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{") or not source.strip()):
        return _decoded(source.encode("utf-8", "surrogatepass"), "scenario"), "scenario"
    if not isinstance(source, (str, os.PathLike)):
        raise WrongArgumentError("scenario", source, "a path, a text or a dictionary")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return _decoded(file.read(MOST_BYTES + 1), path.name), path.name
    except (OSError, ValueError) as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            [Fault(str(source)[:200], why, "a file that can be read", _fix(path))], str(source)[:200]
        ) from None


def _fix(path: Path) -> str:
    """Return how to fix a path that cannot be read; a word alone is probably an id."""
    is_word = not path.suffix and len(path.parts) == 1
    hint = f"; if it is an id of the catalogue, use greatfear.catalogue.scenario({path.name!r})"
    return f"check the path{hint if is_word else ''}"


def _decoded(data: bytes, name: str) -> str:
    """Return bytes as text."""
    if len(data) > MOST_BYTES:
        raise ScenarioError([Fault(name, f"more than {MOST_BYTES:,} bytes", "a smaller file")], name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        got = f"the byte 0x{data[error.start]:02x}, which is not UTF-8"
        fault = Fault(f"{name} line {line}", got, "UTF-8 text", "save the file as UTF-8")
        raise ScenarioError([fault], name) from None
