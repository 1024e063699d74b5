"""What an archive supports, and what it cannot tell: each part of `greatfear.recover` as a page."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from greatfear.errors import Fault, GreatFearError, nearest
from greatfear.web import address as at
from greatfear.web.aside import answered
from greatfear.web.lab import Entry, Lab
from greatfear.web.pages.frame import ROWS, archive_page, person_link
from greatfear.web.parts import Block, Cell, Figure, Form, Input, Link, Links, Notice, Page, Prose, Table, cell
from greatfear.web.recovered import Recovered

_LISTED = 50
_NO_PART = {"Check", "Result"}


def parts_of_recover() -> list[str]:
    """Return the parts that need an archive and nothing else."""
    import greatfear.recover as parts

    found = []
    for name in parts.__all__:
        if name in _NO_PART:
            continue
        parameters = list(inspect.signature(getattr(parts, name)).parameters.values())
        if all(one.default is not one.empty for one in parameters[1:]):
            found.append(name)
    return found


def recover(lab: Lab, address: at.Recover) -> Page:
    """Return one part: its verdict, its words, its checks, its tables and figures, and its settings as fields."""
    entry = lab.entry(address.name)
    names = parts_of_recover()
    part = address.part or ("ledger" if "ledger" in names else names[0])
    if part not in names:
        near = nearest(part, names)
        raise at.AddressError(
            [Fault("address: part", repr(part), ", ".join(names), f"write {near[0]}" if near else "")], "address"
        )
    links = tuple(Link(str(at.Recover(name=entry.name, part=name)), name, is_here=name == part) for name in names)
    settings = _settings(part, address.set)
    blocks: list[Block] = [Links(links, style="row"), _form(entry, part, settings)]
    try:
        found = _result(entry, part, settings)
    except GreatFearError as error:  # such as a purpose that must be stated for persons who may live
        blocks.append(Notice(str(error)[:1].upper() + str(error)[1:], "fault"))
    else:
        blocks += _survey(entry, found) if found.parts else _part(entry, found)
    return archive_page(entry, address, f"What the archive supports: {part}", blocks=tuple(blocks), rows_as=ROWS)


def _part(entry: Entry, found: Recovered) -> list[Block]:
    """Return what one part answers."""
    tone = {"tells": "well", "tells in part": "note", "cannot tell": "cannot"}[found.verdict]
    blocks: list[Block] = [
        Notice(f"{found.title} {_VERDICTS[found.verdict]}", tone),
        Prose(tuple(map(_as_fields, found.words))),
    ]
    blocks += [_checks(found)] if found.checks else []
    blocks += [
        Figure(name, title, wide, note=caption, narrow=narrow) for name, title, caption, wide, narrow in found.figures
    ]
    told = [name for k, name in enumerate(found.tables) if k == 0 or found.tables[name].num_rows]
    return blocks + [_table(entry, found, name, k == 0) for k, name in enumerate(told)]


def _survey(entry: Entry, found: Recovered) -> list[Block]:
    """Return the paragraph over all parts, and the verdict of each."""
    rows = tuple(
        (cell(part, str(at.Recover(name=entry.name, part=part))), cell(title), cell(verdict))
        for part, title, verdict in found.parts
    )
    parts = Table("rows", ("part", "question", "verdict"), rows, title="Every part")
    refused = (Prose(found.refusals, title="What the archive cannot tell"),) if found.refusals else ()
    return [Prose(found.words), parts, *refused]


_VERDICTS = {
    "tells": "The archive tells.",
    "tells in part": "The archive tells in part.",
    "cannot tell": "The archive cannot tell.",
}


def _result(entry: Entry, part: str, settings: Mapping[str, Any]) -> Recovered:
    archive = entry.opened
    key = "recover", part, repr(settings)
    found: Recovered = entry.kept(key, lambda: answered(archive, part, settings), f"The part {part}")
    return found


def recovered_rows(entry: Entry, address: at.Recover) -> pa.Table | None:
    """Return all rows of the main table of a part; None where it has none, as the survey."""
    part = address.part or "ledger"
    table = next(iter(_result(entry, part, _settings(part, address.set)).tables.values()), None)
    return table.drop_columns(["person"]) if table is not None and {"person", "id"} <= {*table.column_names} else table


def _adjustable(part: str) -> dict[str, tuple[Any, str]]:
    """Return the settings of a part that a page can hold, with their defaults and their kinds."""
    import greatfear.recover as parts

    signature = inspect.signature(getattr(parts, part))
    return {
        name: (one.default, str(one.annotation))
        for name, one in list(signature.parameters.items())[1:]
        if str(one.annotation) in _READERS
    }


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _pair(text: str) -> tuple[float, float]:
    low, sign, high = text.partition(":")
    if not sign:
        raise ValueError(text)
    return _finite(low), _finite(high)


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


_READERS: dict[str, Callable[[str], Any]] = {
    "int": int, "float": _finite, "float | None": _finite, "tuple[float, float] | None": _pair, "str": str, "str | None": str,
    "bool": _yes,
}  # fmt: skip
"""How a setting is read from an address, by its annotation."""
_SHAPES = {"tuple[float, float] | None": "LOW:HIGH", "bool": "yes or no"}


def _settings(part: str, given: tuple[str, ...]) -> dict[str, Any]:
    """Read settings written as ``name=value``; a fault names what is allowed."""
    known, found, faults = _adjustable(part), {}, []
    for item in given:
        name, _, text = item.partition("=")
        if text == "" and name in known:
            continue
        try:
            found[name] = _READERS[known[name][1]](text)
        except (KeyError, ValueError, OverflowError):
            allowed = (
                ", ".join(f"{key}={_shown(default, kind)}" for key, (default, kind) in known.items()) or "no settings"
            )
            faults.append(Fault("address: set", repr(item), f"as in {allowed}"))
    if faults:
        raise at.AddressError(faults, "address")
    return {name: value for name, value in found.items() if value != known[name][0]}


def _shown(value: Any, kind: str) -> str:
    """Return a setting as it stands in an address."""
    if isinstance(value, tuple):
        return ":".join(f"{part:g}" for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _SHAPES.get(kind, "") if value is None else str(value)


_SLID = {
    "tau": (("365",), (1, 3650, 1)), "prevalence": (("0", "1"), (0, 1, 0.005)), "share": (("0", "1"), (0, 1, 0.005)),
}  # fmt: skip
"""Settings with sliders: where these stand until one is moved, their ends and step. What is not set is not assumed."""
_LABELS = {
    "k": "speakers at least (k)", "purpose": "purpose, in your words", "tau": "memory of an office (tau, days)",
    "n_boot": "tables drawn for the intervals", "effort": "length of the chains, in parts of the usual one",
    "by": "answer also for each (stratum or region)", "claim": "number of persons that somebody names",
    "show": "show the numbers also where the lists cannot tell", "seed": "seed of the draws", "draws": "partitions to draw",
    "share": "share of copies", "question": "member of what? (question)", "prevalence": "share of members (prevalence)",
    "free": "speech that counts as free", "evidence": "what may speak for membership (mutual or all)",
}  # fmt: skip


def _form(entry: Entry, part: str, settings: Mapping[str, Any]) -> Form:
    """Return a field for every setting, some with sliders beside them."""
    inputs = []
    for name, (default, kind) in _adjustable(part).items():
        value = settings.get(name, default)
        text = "" if value is None else _shown(value, kind)
        shape = f" ({_SHAPES[kind]})" if kind in _SHAPES else ""
        label = _LABELS.get(name, name.replace("_", " ")) + shape
        if name in _SLID:
            begun, limits = _SLID[name]
            ends = text.split(":") if text else begun
            words = ("value",) if len(ends) == 1 else ("lowest", "highest")
            inputs.append(
                Input(f"set:{name}", label, text, "slid", tuple(zip(words, ends, strict=False)), limits=limits)
            )
            continue
        inputs.append(Input(f"set:{name}", label, text, "number" if kind == "int" else "text"))
    action, hidden = str(at.Recover(name=entry.name)), (("part", part),)
    return Form(action, tuple(inputs), "Work out again", hidden=hidden, style="row settings")


def _as_fields(words: str) -> str:
    """Return a sentence that names options of the command line with the fields of the page instead."""
    words = re.sub(r"\w+=\([^)]*\), (?=--)", "", words)
    return re.sub(r'--(\w+) ("[^"]*"|[\d.:]*\d)', r"\2 in the field “\1”", words)


def _checks(found: Recovered) -> Table:
    rows = tuple(
        (
            cell("passed" if one.passed else "failed", mark="" if one.passed else "doubt"),
            cell(one.name),
            cell(one.value),
            cell(one.limit),
            cell(one.means),
        )
        for one in found.checks
    )
    return Table(
        "checks",
        ("check", "name", "figure", "limit", "what it means"),
        rows,
        title="Checks",
        numeric=("figure", "limit"),
    )


def _table(entry: Entry, found: Recovered, name: str, is_main: bool) -> Table:
    table = found.tables[name]
    rows = _most_named_first(table).slice(0, _LISTED).to_pylist()
    held = table.column_names
    columns = tuple(c for c in held if not (c == "person" and "id" in held))  # a row number says nothing beside the id
    numeric = tuple(
        _head(c)
        for c in columns
        if any(isinstance(row[c], int | float) and not isinstance(row[c], bool) for row in rows)
    )
    cells = tuple(
        tuple(_person(entry, row[c], columns) if c == "id" else cell(_plain(row[c])) for c in columns) for row in rows
    )
    order = ", most statements first" if "n_statements" in held else ""
    note = (
        f"The first {_LISTED:,} of {table.num_rows:,}{order}.{' CSV holds all.' if is_main else ''}"
        if table.num_rows > _LISTED
        else ""
    )
    about = found.about.get(name, "")
    return Table(
        "rows" if is_main else name, tuple(map(_head, columns)), cells,
        title=f"{name} ({table.num_rows:,})" if rows else "", numeric=numeric, is_folded=not is_main,
        note=" ".join(filter(None, (f"A row is {about}." if about else "", note))),
    )  # fmt: skip


def _most_named_first(table: pa.Table) -> pa.Table:
    """Return the rows that are shown; persons with most statements against them come first."""
    if "n_statements" not in table.column_names or table.num_rows <= 1:
        return table
    order = np.argsort(-table.column("n_statements").to_numpy(), kind="stable")
    return table.take(pa.array(order[:_LISTED]))


def _head(column: str) -> str:
    """Return a column's name as a heading: the id stands for the person, and a number of things for the things."""
    return "person" if column == "id" else column.removeprefix("n_").replace("_", " ")


def _person(entry: Entry, person: Any, columns: tuple[str, ...]) -> Cell:
    """Return the cell of a person by id, with the name where the table has no column of names."""
    if not person:
        return cell(None)
    name = ""
    if "name" not in columns:
        index = entry.index()
        name = index.name_of(index.people.find(str(person)))
    return cell(_plain(person), person_link(entry, str(person)), name=name)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else str(value)
