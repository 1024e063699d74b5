"""A starter: a commented scenario that runs, with its tables beside it; an invented firm, or a copy of an entry."""

from __future__ import annotations

import re
from pathlib import Path

from greatfear.catalogue.entry import scenario
from greatfear.catalogue.resources import folder
from greatfear.errors import Fault, FaultList
from greatfear.landing import land
from greatfear.scenario.resolving import to_yaml

_DEPARTMENTS = ("sales", "works", "offices", "stores")


def start_scenario(name: str, *, like: str | None = None) -> list[Path]:
    """Write a starter scenario and the tables that it reads, and return the files.

    Parameters
    ----------
    name : str
        Of the file, with or without ``.yaml``; its last part becomes the id.
    like : str, optional
        Id of an entry of the catalogue to copy; the invented firm if absent.

    Raises
    ------
    FaultList
        If the name makes no id, or a file of that name is there already.
    UnknownNameError
        If the catalogue has no such entry; the message names the nearest.
    """
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    key = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    if not key or len(key) > 60:
        fault = Fault("NAME", repr(name)[:80], "a name with letters a to z or digits, as in firm or north-office")
        raise FaultList([fault], "new")
    texts = {path: _firm(key, path.stem)} if like is None else _copy(like, key, path)
    if like is None:
        texts[path.with_name(f"{path.stem}-people.csv")] = _people()
        texts[path.with_name(f"{path.stem}-ties.csv")] = _ties()
    there = [file for file in texts if file.exists()]
    if there:
        fix = "choose another name, or move the file away"
        raise FaultList([Fault(str(file), "a file that is there already", "a new name", fix) for file in there], "new")
    path.parent.mkdir(parents=True, exist_ok=True)
    return [land(file, text.encode("utf-8")) for file, text in texts.items()]


def _firm(key: str, stem: str) -> str:
    """Return the text of the firm with its own id and the names of its tables."""
    text = folder("starters").joinpath("firm.yaml").read_text(encoding="utf-8")
    text = text.replace("id: firm\n", f"id: {key}\n", 1)
    return text.replace("firm-people.csv", f"{stem}-people.csv").replace("firm-ties.csv", f"{stem}-ties.csv")


def _copy(like: str, key: str, path: Path) -> dict[Path, str]:
    """Return the text of an entry under another id, and the tables that it reads; an entry that alters another one in full."""
    found = scenario(like)  # an unknown id is told, with the nearest
    file = folder("entries").joinpath(like, "scenario.yaml")
    text = file.read_text(encoding="utf-8") if file.is_file() else to_yaml(found)
    head = f"# Begun as a copy of the entry {like} of the catalogue; its sources and grounds stand as they were.\n"
    text = head + re.sub(r"(?m)^id: .*$", f"id: {key}", text, count=1)
    texts = {}
    for table in re.findall(r"\bfile: ([\w.-]+\.csv)\b", text) if file.is_file() else ():
        beside = path.with_name(f"{path.stem}-{table}")
        text = text.replace(f"file: {table}", f"file: {beside.name}")
        texts[beside] = folder("entries").joinpath(like, table).read_text(encoding="utf-8")
    return {path: text, **texts}


def _people() -> str:
    """Return the table of the people of the firm: 500 rows, in the order of their numbers."""
    rows = ["person,department,years"]
    for person in range(500):
        years = (person * 7919 % 97) ** 2 // 470  # most have been there for a few years, some for twenty
        rows.append(f"{person},{_DEPARTMENTS[person // 10 % 4]},{years}")
    return "\n".join(rows) + "\n"


def _ties() -> str:
    """Return the ties of the firm: neighbours within a team know one another, and persons of different teams have lunch."""
    rows = ["a,b,kind"]
    for person in range(500):
        team = person - person % 10
        rows += [f"{person},{team + (person + step) % 10},acquaintance" for step in (1, 2, 3)]
        # 37 places on is another team; the one who is there and the person stand at the same site but for a few.
        rows.append(f"{person},{(person + 37) % 500},lunch")
    return "\n".join(rows) + "\n"
