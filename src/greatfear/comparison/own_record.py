"""A run or archive beside a record of the user's own: a CSV file with a count a row, in the columns of the records."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greatfear.comparison.against_record import Comparison, ComparisonRow
from greatfear.errors import Fault, FaultList, GreatFearError
from greatfear.record.side_files import json_beside

if TYPE_CHECKING:
    from greatfear.archive import Archive

_SENTENCE = "a.kind = 'sentence' and a.outcome <> 'released'"
_WORDS = {
    "a.kind = 'arrest'": ("arrests", "arrested", "arrest"),
    _SENTENCE: ("sentenced", "sentences", "convicted", "convictions"),
    f"{_SENTENCE} and a.outcome = 'death'": (
        "sentenced to death", "death sentences", "death", "deaths", "executed", "executions", "shot",
    ),
    f"{_SENTENCE} and a.outcome = 'camp'": ("sentenced to camps", "camp sentences", "camp", "camps"),
    f"{_SENTENCE} and a.outcome = 'exile'": ("exiled", "exile"),
    "a.outcome = 'released'": ("released", "releases", "acquitted"),
    "a.kind = 'interrogation'": ("interrogations", "interrogated", "questioned"),
    "a.kind = 'death'": ("died in custody", "deaths in custody"),
    "statements": ("statements", "accusations", "namings"),
    "accused": ("accused", "named"),
}  # fmt: skip
COUNTED = {word: what for what, words in _WORDS.items() for word in words}
"""What a series may count, and the condition on acts, or the table, that counts it."""

_WHOLE = ("", "all", "all-regions", "all-bodies", "whole", "country", "everywhere", "ussr")
_SAID = re.compile(r"since \d+ \w+ \d{4}|in calendar year|\bthe\b|\boutcomes\b|\(.*?\)")
_PARTS = re.compile(r":|,|\bunder\b|\bby\b|\bof\b|\bin\b|\bamong\b")
_NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
"""1.200 may be twelve hundred or one and a fifth."""
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_NAMED = ("region", "operation", "board", "stratum")


@dataclass(frozen=True)
class _Wanted:
    """One row of the file: what is counted, where, from which day to before which day."""

    line: int
    words: str
    series: str
    scope: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    value: float
    unit: str
    source: str
    note: str


def against_file(archive: Archive, file: Path) -> Comparison:
    r"""Return an archive beside a record of the user's own.

    The file is a CSV table with a row for each count: ``series`` says what is counted (arrests, sentenced, sentenced to death,
    released, accused, statements ...; "arrests under Order 00447" names an operation, too), ``value`` how many, ``period_start``
    and ``period_end`` from which to which day, both included, or ``year``, and ``scope`` where: a region, a group of regions, a
    stratum, an operation or a board of the archive. ``unit``, ``source`` and ``note`` are shown. A table with a column ``year``
    and one column for each series is read, too.

    Parameters
    ----------
    archive : Archive
        A run or an archive.
    file : Path
        The record.

    Returns
    -------
    Comparison
        A row for each count that the archive has a counterpart of; `Comparison.not_compared` says which have none, and why.

    Raises
    ------
    greatfear.errors.FaultList
        A value is no number, or a date none; or columns are missing.
    greatfear.errors.GreatFearError
        No row can be compared.

    Examples
    --------
    >>> import tempfile
    >>> import greatfear as gf
    >>> run = gf.simulate(gf.catalogue.scenario("naming-cascade"), seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "own.csv"
    ...     _ = file.write_text("series,value\narrests,12\nbaptisms,3\n")
    ...     found = against_file(run.archive, file)
    >>> [row.quantity for row in found], found.not_compared
    (['arrests'], ('line 3, baptisms: nothing that is counted, and nothing in the archive, is called baptisms',))
    """
    names = _names(archive)
    rows, untold = [], []
    for wanted in _read(file):
        query, told = _condition(archive, wanted, names)
        if not query:
            untold.append(f"line {wanted.line}, {wanted.words}: {told}")
            continue
        found = float(archive.sql(query).to_pylist()[0]["n"])
        error = found / wanted.value - 1 if wanted.value else math.nan
        rows.append(
            ComparisonRow(
                f"line-{wanted.line}", wanted.words, wanted.unit, found, math.nan, math.nan, wanted.value, error, "own record",
                source=wanted.source, note="; ".join(filter(None, (told, wanted.note))), group="own record",
            )
        )  # fmt: skip
    if not rows:
        told = "\n  ".join(untold[:10]) or "it has no rows"
        raise GreatFearError(f"{file}: no row can be compared with the archive.\n  {told}\n{_HOW}")
    return Comparison(tuple(rows), not_compared=tuple(untold))


_HOW = (
    "A row needs a series (one of: " + ", ".join(words[0] for words in _WORDS.values()) + ") and a value; "
    "scope may name a region, stratum, operation or board of the archive."
)


def _read(file: Path) -> Iterator[_Wanted]:
    """Yield the rows of the file; every fault is told at once."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            lines = [(k, line) for k, line in enumerate(opened, start=1) if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise GreatFearError(f"{file}: not readable as a table in UTF-8 ({error})") from error
    first = lines[0][1] if lines else ""
    mark = max(",;\t", key=first.count)
    table = csv.DictReader([line for _, line in lines], delimiter=mark)
    heads = [str(head).strip().lower() for head in table.fieldnames or ()]
    table.fieldnames = heads
    numbers = [k for k, _ in lines[1:]]
    wide = [] if "series" in heads else [head for head in heads if head.replace("_", " ") in COUNTED]
    if not ("series" in heads and "value" in heads) and not ("year" in heads and wide):
        got = ", ".join(heads) or "nothing"
        fix = (
            "the columns of `greatfear catalogue` records: series, value, period_start, period_end, scope, unit, source"
        )
        raise FaultList(
            [Fault(f"{file} line 1", got, "columns series and value, or year and a column a series", fix)], str(file)
        )
    faults: list[Fault] = []
    found = []
    for number, cells in zip(numbers, table, strict=False):
        row = {key: (cell or "").strip() for key, cell in cells.items() if isinstance(key, str)}
        for series, value in [(head, row[head]) for head in wide] if wide else [(row["series"], row["value"])]:
            one = _row(f"{file} line {number}", row | {"series": series, "value": value, "line": str(number)}, faults)
            found += [one] if one else []
    if faults:
        raise FaultList(faults, str(file))
    yield from found


def _row(place: str, row: Mapping[str, str], faults: list[Fault]) -> _Wanted | None:
    """Return a row, or None where its value is empty or it has a fault, which is added."""
    told = row["value"].replace(" ", "").replace("_", "")
    if not told:
        return None
    if not _NUMBER.fullmatch(told) or _POINTED.fullmatch(told):
        faults.append(Fault(f"{place}: value", repr(row["value"]), "a number, 0 or more, as in 1200, 1,200 or 0.5"))
        return None
    value = float(told.replace(",", ""))
    begun = row.get("period_start") or row.get("year") or row.get("date") or ""
    ended = row.get("period_end") or begun
    days = [_day(begun, last=False), _day(ended, last=True)]
    for name, said, day in zip(("period_start", "period_end"), (begun, ended), days, strict=True):
        if said and day is None:
            faults.append(
                Fault(f"{place}: {name}", repr(said), "a day, month or year, as in 1937-08-15, 1937-08 or 1937")
            )
    if days[0] and days[1] and days[0] >= days[1]:
        faults.append(Fault(f"{place}: period_end", repr(ended), f"a day not before {begun}"))
    scope = [row.get(name, "") for name in ("scope", *_NAMED)]
    name = row["series"].replace("_", " ")
    span = begun if begun == ended else f"{begun} to {ended}"
    words = ", ".join(part for part in (*scope, name, span) if part)
    return _Wanted(
        int(row["line"]), words, name.lower(), tuple(scope), days[0], days[1], value, row.get("unit") or "persons",
        row.get("source", ""), row.get("note", ""),
    )  # fmt: skip


def _day(text: str, *, last: bool) -> dt.date | None:
    """Return the first day of a day, month or year, or with `last` the day after it."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        begun = dt.date(year or 0, month or 1, day or 1)
        if not last:
            return begun
        if day:
            return begun + dt.timedelta(days=1)
        return dt.date(begun.year + (month in (None, 12)), 1 if month in (None, 12) else begun.month + 1, 1)
    except (ValueError, OverflowError):
        return None


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.strip().lower()).strip("-")


def _names(archive: Archive) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return what a scope may say, with the column and the values that it stands for; ids first, then names and groups."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for column, source in (
        ("p.region", "persons"),
        ("p.stratum", "persons"),
        ("a.operation", "acts"),
        ("a.board", "acts"),
    ):
        for row in archive.sql(f"select distinct {column[2:]} as one from {source}").to_pylist():
            if row["one"] is not None:
                found.setdefault(_slug(str(row["one"])), (column, (str(row["one"]),)))
    told = json_beside(archive, "scenario.json") if getattr(archive, "path", None) else None
    groups: dict[str, list[str]] = {}
    for column, one in _parts_of(told):
        found.setdefault(_slug(str(one.get("name", ""))), (column, (str(one["id"]),)))
        if column == "p.region" and one.get("group"):
            groups.setdefault(_slug(str(one["group"])), []).append(str(one["id"]))
    for group, regions in groups.items():
        found.setdefault(group, ("p.region", tuple(regions)))
    return found


def _parts_of(told: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parts of a scenario that have names, each with the column that its id stands in."""
    whole = told if isinstance(told, dict) else {}
    population = whole.get("population")
    inner = population if isinstance(population, dict) else {}
    lists = (
        ("p.region", inner.get("regions")), ("p.stratum", inner.get("strata")), ("a.operation", whole.get("operations")),
        ("a.operation", whole.get("orders")), ("a.board", whole.get("boards")),
    )  # fmt: skip
    for column, ones in lists:
        yield from ((column, one) for one in ones or () if isinstance(one, dict) and "id" in one)


def _condition(archive: Archive, wanted: _Wanted, names: Mapping[str, tuple[str, tuple[str, ...]]]) -> tuple[str, str]:
    """Return the query that counts a row with what it counts, or no query with why it cannot be counted."""
    counted, named = [], [scope for scope in wanted.scope if _slug(scope) not in _WHOLE]
    for part in _said(wanted.series):
        if part in COUNTED:
            counted.append(COUNTED[part])
        elif _slug(part) not in _WHOLE:
            named.append(part)
    found = [names.get(_slug(part)) or names.get(_slug(part).removesuffix("s")) for part in named]
    columns = [one for one in found if one is not None]
    unknown = [part for part, one in zip(named, found, strict=True) if one is None]
    if unknown:
        return "", f"nothing that is counted, and nothing in the archive, is called {' or '.join(unknown)}"
    if not counted:
        return "", f"it does not say what is counted ({', '.join(words[0] for words in _WORDS.values())})"
    of_statements = "statements" in counted or "accused" in counted
    if of_statements and any(column.startswith("a.") for column, _ in columns):
        return "", "statements belong to no operation and no board"
    if wanted.since or wanted.until:
        end = archive.end or dt.date.max
        if (wanted.since and wanted.since >= end) or (wanted.until and wanted.until <= archive.epoch):
            return "", f"the archive runs from {archive.epoch} to {end}"
    where = [f"{column[2:]} {' or '.join(values)}" for column, values in columns]
    return _query(
        counted, columns, wanted, of_statements=of_statements
    ), f"counted: {'; '.join(['all', *where][bool(where) :])}"


def _said(series: str) -> list[str]:
    """Return the parts of what a series says: what is counted, and what qualifies it."""
    if series in COUNTED:
        return [series]
    return [part.strip() for part in _PARTS.split(_SAID.sub(" ", series)) if part.strip()]


def _query(
    counted: list[str], columns: list[tuple[str, tuple[str, ...]]], wanted: _Wanted, *, of_statements: bool
) -> str:
    """Return the query of a row."""
    source, who = ("statements", "subject") if of_statements else ("acts", "person")
    if "accused" in counted:  # each person once, on the first day
        source = "(select subject, min(date) as date from statements group by 1)"
    tests = [] if of_statements else [f"({what})" for what in counted]
    tests += [f"{column} in ({', '.join(map(_quoted, values))})" for column, values in columns]
    tests += [f"a.date >= date '{wanted.since}'"] if wanted.since else []
    tests += [f"a.date < date '{wanted.until}'"] if wanted.until else []
    where = f" where {' and '.join(tests)}" if tests else ""
    return f"select count(*) as n from {source} a left join persons p on p.person = a.{who}{where}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
