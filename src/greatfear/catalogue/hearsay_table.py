"""Tables of hearsay: the steps from asserters to sources, read from a CSV file with all its faults at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from greatfear.errors import Fault, FaultList

BASES = ("told", "document", "own knowledge", "unknown")
"""How an asserter knew: from somebody, from a paper, by himself, or not recorded."""
_NEEDED = ("topic", "asserter", "heard_from")
_OPTIONAL = ("claims", "year", "basis", "reading", "source", "note")
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_NOT_KNOWN = frozenset(
    {
        "?", "??", "-", "--", "–", "—", ".", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "unknown", "unclear", "not known",
        "not recorded", "no source", "unknown source", "anonymous", "anon", "nobody", "somebody", "someone", "rumour", "rumor",
    }
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = -3000, 2200


@dataclass(frozen=True, slots=True)
class Report:
    """One step: an asserter, and from whom or what he has it.

    Parameters
    ----------
    topic : str
        What is asserted, as a key.
    asserter : str
        Who asserts it.
    heard_from : str
        From whom, or from which paper; empty where that is not recorded or he knew it himself.
    basis : str
        One of `BASES`.
    year : int or None
        Year of the assertion.
    claims, reading, source, note : str
        Ids of claims of the catalogue; whether the step was read in a text; where it stands; what a reader must know.
    """

    topic: str
    asserter: str
    heard_from: str
    basis: str
    year: int | None = None
    claims: str = ""
    reading: str = ""
    source: str = ""
    note: str = ""


def read_reports(text: str, name: str) -> tuple[list[Report], list[str]]:
    """Return the steps of a table and what of it was not read.

    Parameters
    ----------
    text : str
        A table with commas, semicolons, tabs or vertical bars; heads may have capitals and spaces.
    name : str
        For messages.

    Raises
    ------
    FaultList
        Columns or rows that cannot be read, all at once.
    """
    rows = list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    heads = [_plain(head) for head in rows[0]] if rows else []
    faults = list(_wrong_heads(heads, name)) if heads else []
    if faults:
        raise FaultList(faults, name)
    reports = []
    for number, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            reports += _report(heads, cells, f"{name} row {number}", faults)
    if not reports and not faults:
        faults.append(Fault(name, "no row", "at least one step"))
    if faults:
        raise FaultList(faults, name)
    extra = [head for head in heads if head and head not in (*_NEEDED, *_OPTIONAL)]
    return reports, [f"columns that were not read: {', '.join(extra)}"] if extra else []


def text_of(path: Path) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with its mark.

    Raises
    ------
    FaultList
        There is no such file, or it holds other bytes.
    """
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        raise FaultList([Fault(str(path), "no such file", "a CSV file")], str(path)) from None
    except OSError as error:
        raise FaultList(
            [Fault(str(path), f"a file that cannot be read ({error.strerror})", "a CSV file")], str(path)
        ) from error
    encoding = "utf-16" if found[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return found.decode(encoding)
    except UnicodeDecodeError as error:
        line = found[: error.start].count(b"\n") + 1
        got, fix = f"bytes in line {line} that are not UTF-8", "save the table as CSV in UTF-8"
        raise FaultList([Fault(str(path), got, "a CSV file in UTF-8", fix)], str(path)) from error


def _separator(text: str) -> str:
    """Return the separator with which the first line has most of the needed heads; a comma where none has any."""
    first = text.split("\n", 1)[0]
    heads = {mark: [_plain(head) for head in first.strip("\r").split(mark)] for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: sum(head in heads[mark] for head in (*_NEEDED, *_OPTIONAL)))


def _plain(head: str) -> str:
    """Return a head in small letters, with underscores."""
    return "_".join(head.strip().strip('"').lower().replace("-", " ").replace("_", " ").split())


def _wrong_heads(heads: Sequence[str], name: str) -> Iterator[Fault]:
    """Yield columns that are missing, that stand twice, and heads that are near a known one."""
    known = (*_NEEDED, *_OPTIONAL)
    for column in _NEEDED:
        if column not in heads:
            marks = " or ".join(f"{words}s" for words in _SEPARATORS.values())
            yield Fault(name, "no column " + column, f"the columns {', '.join(_NEEDED)}, between {marks}")
    for head in dict.fromkeys(heads):
        if head in known and heads.count(head) > 1:
            yield Fault(name, f"the column {head} {heads.count(head)} times", "each column once")
        near = get_close_matches(head, known, 1, 0.75) if head and head not in known else []
        if near and near[0] not in heads:
            yield Fault(name, f"the column {head!r}", ", ".join(known), f"did you mean {near[0]}?")


def _report(heads: Sequence[str], cells: Sequence[str], place: str, faults: list[Fault]) -> list[Report]:
    """Return a row as a step; what is wrong with it is added to `faults`, and then there is none."""
    row = dict(zip(heads, cells, strict=False))
    cell = {key: " ".join(str(row.get(key) or "").split()) for key in (*_NEEDED, *_OPTIONAL)}
    basis = cell["basis"].lower() or ("told" if cell["heard_from"] else "unknown")
    found = list(_wrong(cell, basis, place))
    if len(cells) > len(heads) and any(more.strip() for more in cells[len(heads) :]):
        fix = "put a text that holds the separator into quotation marks"
        found.append(Fault(place, f"{len(cells)} cells under {len(heads)} heads", "a cell for each head", fix))
    faults += found
    year = int(cell["year"]) if cell["year"] and not found else None
    kept = {key: cell[key] for key in ("topic", "asserter", "heard_from", "claims", "reading", "source", "note")}
    return [] if found else [Report(basis=basis, year=year, **kept)]


def _wrong(cell: Mapping[str, str], basis: str, place: str) -> Iterable[Fault]:
    """Yield what is wrong with the cells of a row."""
    for column, words in (("topic", "a topic"), ("asserter", "an asserter")):
        if not cell[column]:
            yield Fault(place, f"no {column}", f"{words} in each row")
    for column, text in cell.items():
        if not text.isprintable():
            yield Fault(f"{place}: {column}", repr(text)[:60], "a text without control characters")
    if basis not in BASES:
        yield Fault(f"{place}: basis", repr(cell["basis"]), f"one of {', '.join(BASES)}")
    year = cell["year"]
    is_year = year.lstrip("-").isdecimal() and len(year) < 6 and _FIRST_YEAR <= int(year) <= _LAST_YEAR
    if year and not is_year:
        fix = "put what is not certain into the column note"
        yield Fault(f"{place}: year", repr(year), "a year as a whole number, or nothing", fix)
    source = cell["heard_from"]
    if source and source == cell["asserter"]:
        yield Fault(f"{place}: heard_from", "the asserter himself", "somebody else, or the basis 'own knowledge'")
    for column in ("asserter", "heard_from"):
        if cell[column].lower() in _NOT_KNOWN:
            fix = "leave it empty" if column == "heard_from" else "name who asserts it, if only by a place or a paper"
            why = "a word for 'not known', under which all such rows would share one person"
            yield Fault(f"{place}: {column}", repr(cell[column]), f"a name ({cell[column]!r} is {why})", fix)
    if basis == "own knowledge" and source:
        yield Fault(f"{place}: basis", "'own knowledge' beside a source", "one of the two")
    if basis == "document" and not source:
        fix = "name the paper in heard_from, or give the basis unknown"
        yield Fault(f"{place}: basis", "'document' without a paper", "the name of the paper", fix)


def remarks(reports: Sequence[Report]) -> list[str]:
    """Return what a reader of the steps of one topic should know: equal rows, names that are nearly one, years out of order."""
    found = []
    twice = len(reports) - len(dict.fromkeys(reports))
    if twice:
        found.append(
            f"{twice} row{'s repeat' if twice > 1 else ' repeats'} another one and count{'' if twice > 1 else 's'} once"
        )
    spelt: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for r in reports for name in (r.asserter, r.heard_from) if name):
        spelt.setdefault(name.casefold().replace(".", "").replace(" ", ""), []).append(name)
    found += [f"{' and '.join(names)} count as different persons" for names in spelt.values() if len(names) > 1]
    first: dict[str, int] = {}
    for r in reports:
        if r.year is not None:
            first[r.asserter] = min(r.year, first.get(r.asserter, r.year))
    found += [
        f"{r.asserter} ({r.year}) has it from {r.heard_from}, whose own assertion is of {first[r.heard_from]}: it was passed on "
        "before it was published, or a year is wrong"
        for r in dict.fromkeys(reports)
        if r.year is not None and r.year < first.get(r.heard_from, r.year)
    ]
    return found


def in_depth(sources: Mapping[str, list[str]]) -> list[str]:
    """Return the names so that each stands before its sources, as far as there are no rings."""
    seen: set[str] = set()
    order = []
    for start in sources:
        waiting = [(start, False)]
        while waiting:
            name, is_done = waiting.pop()
            if is_done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                waiting.append((name, True))
                waiting += [(source, False) for source in sources[name] if source not in seen]
    return order[::-1]
