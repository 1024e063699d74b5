"""Finds the header of a table, names its columns, and brings matrices into rows."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from greatfear.errors import Fault
from greatfear.intake_tables.cell_signs import cleaned
from greatfear.intake_tables.marks import DITTO, UNKNOWN_WORDS, without_no_data
from greatfear.intake_tables.numbers import FLAGS
from greatfear.intake_tables.raw import Grid, RawTable, Record
from greatfear.show.wording import counted

if TYPE_CHECKING:
    from greatfear.intake_tables.mapping import TableMap

MEMBERS_APART = "\n"
"""What stands between the members of one event of an incidence matrix."""
SPOILT = "the header cannot be used"
_MOST_COLUMNS = 4096
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_Row = tuple[list[str], str]
_NOT_KNOWN = UNKNOWN_WORDS - {"-", ".", "*", "нет"} | {"na"}
_NOTHING = _NOT_KNOWN | {word for word, flag in FLAGS.items() if flag == 0}


def with_header(name: str, grid: Grid, how: TableMap | None) -> RawTable:
    """Return header and records; a header with a fault makes every record faulty."""
    remarks = list(grid.remarks)
    numbered = list(enumerate(grid.rows, 1))
    faults: list[Fault] = []
    if grid.header is not None:
        numbered = [(row + 1, item) for row, item in numbered]  # as in a file, where the header is row 1
        header = grid.header
    else:
        header, numbered, faults = _header(name, numbered, how, remarks)
        if len(header) > _MOST_COLUMNS:
            faults = [Fault(f"{name} row 1", f"{len(header):,} columns", f"up to {_MOST_COLUMNS:,} columns")]
            header = ()
        if not header:
            empty = tuple(Record(row, (), "the table has no header") for row, _ in numbered)
            return RawTable(name, (), empty, tuple(faults), tuple(remarks))
    header = tuple(_clean(cell, []) or f"column {i}" for i, cell in enumerate(header, 1))
    faults += _twice(name, header)
    numbered = _without_footer(numbered, how, remarks)
    changed: list[int] = []
    records = [_record(row, item, header, changed, spoilt=bool(faults)) for row, item in numbered]
    if changed:
        remarks.append(f"{counted(len(changed), 'cell')} brought to the composed Unicode form (NFC)")
    if how is not None:
        remarks += _unknown_in(records, how)
        records, header, more = _arranged(records, header, how)
        faults += [Fault(f"{name}: {place}", got, allowed) for place, got, allowed in more]
    return RawTable(name, header, tuple(records), tuple(faults), tuple(remarks))


def _header(
    name: str, numbered: list[tuple[int, _Row]], how: TableMap | None, remarks: list[str]
) -> tuple[tuple[str, ...], list[tuple[int, _Row]], list[Fault]]:
    """Return the names of the columns, the rows below them, and what is wrong with the header."""
    skip = how.skip if how else 0
    if how is not None and isinstance(how.header, int):
        skip = how.header - 1
    if not skip and numbered and "".join(numbered[0][1][0]).strip().lower().startswith("sep="):
        skip = 1  # how a spreadsheet is told the delimiter
    if skip:
        remarks.append(f"rows above the header, not read: {min(skip, len(numbered))}")
    numbered = numbered[skip:]
    if how is not None and how.header == "none":
        width = max((len(cells) for _, (cells, _) in numbered), default=0)
        names = how.columns or tuple(f"column {i}" for i in range(1, width + 1))
        return names, numbered, []
    if not numbered or not any(cell.strip() for cell in numbered[0][1][0]):
        return (), numbered[1:], [Fault(f"{name} row {skip + 1}", "no header", "names of columns in the first row")]
    row, (cells, fault) = numbered[0]
    faults = [Fault(f"{name} row {row}", fault, "a readable header")] if fault else []
    if how is None or not isinstance(how.header, int):
        faults += no_names(f"{name} row {row}", cells, [cells for _, (cells, _) in numbered[1:6]])
    if how is not None and how.columns:
        if len(how.columns) != len(cells):
            faults.append(
                Fault(f"{name} row {row}", f"{len(cells)} columns", f"{len(how.columns)}, as 'columns' names them")
            )
        cells = list(how.columns)
    return tuple(cells), numbered[1:], faults


def no_names(place: str, cells: list[str], below: list[list[str]]) -> list[Fault]:
    """Return a fault where the first row holds values or a title and no names of columns."""
    known = [cell.strip() for cell in cells if cell.strip()]
    if len(known) == 1 and any(sum(bool(c.strip()) for c in row) > 1 for row in below):
        return [
            Fault(
                place,
                f"one cell ({known[0][:60]!r}), as a title has",
                "names of columns",
                "write the row of the names (header: 2)",
            )
        ]
    if all(_NUMBER.fullmatch(cell) for cell in known) or any(_DAY.fullmatch(cell) for cell in known):
        mend = "write 'header: none' with 'columns' where the first row is data; 'header: 1' where these are names"
        return [Fault(place, f"values ({', '.join(known)[:60]})", "names of columns", mend)]
    return []


def _twice(name: str, header: tuple[str, ...]) -> list[Fault]:
    """Return the names of columns that stand twice."""
    twice = sorted(column for column, n in Counter(header).items() if n > 1)
    return [
        Fault(
            f"{name} row 1: {column}",
            "the same name twice",
            "a different name for every column",
            "mend the table, or name all columns in the map (columns)",
        )
        for column in twice
    ]


def _without_footer(
    numbered: list[tuple[int, _Row]], how: TableMap | None, remarks: list[str]
) -> list[tuple[int, _Row]]:
    """Return the rows without those at the foot."""
    if how is None or not how.footer:
        return numbered
    remarks.append(f"rows at the foot, not read: {min(how.footer, len(numbered))}")
    return numbered[: -how.footer]


def _record(row: int, item: _Row, header: tuple[str, ...], changed: list[int], *, spoilt: bool) -> Record:
    """Return one record with what is wrong with it."""
    cells, fault = item
    texts = tuple(_clean(cell, changed) for cell in cells)
    if spoilt:
        fault = SPOILT
    elif not fault and not any(texts):
        return Record(row, (), "")
    elif not fault and len(texts) != len(header):
        told = f"{counted(len(texts), 'cell')} under {counted(len(header), 'name')} of columns"
        fault = f"{told} (a delimiter within a text belongs in quotation marks)"
    elif not fault and any("\ufffd" in text or "\0" in text for text in texts):
        fault = "characters that are not in the encoding (another one? declare 'encoding', such as windows-1252)"
    return Record(row, texts, fault)


def _clean(text: str, changed: list[int]) -> str:
    """Return a cell without blanks at its ends and unseen signs, in composed Unicode form; one in another form is counted."""
    found = cleaned(text)
    if not (found.isascii() or unicodedata.is_normalized("NFC", text)):
        changed.append(1)
    return found


def _arranged(
    records: list[Record], header: tuple[str, ...], how: TableMap
) -> tuple[list[Record], tuple[str, ...], list[tuple[str, str, str]]]:
    """Return the records filled down, or a matrix as rows."""
    faults: list[tuple[str, str, str]] = []
    if how.shape == "rows" and (how.ditto or how.fill is not None):  # before a note or a total gets cells from above
        records = without_no_data(records, len(header))
    if how.ditto:
        marks = DITTO if how.ditto == "common" else frozenset(mark.casefold() for mark in how.ditto)
        records = _repeated(records, marks)
    if how.fill is not None:
        wanted = header if how.fill == "down" else how.fill
        faults += [("fill", f"no column {name!r}", ", ".join(header)) for name in wanted if name not in header]
        records = _filled(records, [header.index(name) for name in wanted if name in header])
    if how.shape == "adjacency":
        return _pairs(records, header), ("from", "to", "weight"), faults
    if how.shape == "incidence":
        return _events(records, header), ("event", "members"), faults
    return records, header, faults


def _filled(records: list[Record], columns: list[int]) -> list[Record]:
    """Return the records with empty cells filled by what stands above."""
    above: dict[int, str] = {}
    made = []
    for record in records:
        if record.fault or not record.cells:
            made.append(record)
            continue
        cells = list(record.cells)
        for column in columns:
            cells[column] = above[column] = cells[column] or above.get(column, "")
        made.append(Record(record.row, tuple(cells), "", record.part))
    return made


def _repeated(records: list[Record], marks: frozenset[str]) -> list[Record]:
    """Return the records with ditto marks replaced by what stands above them; with nothing above, the row has a fault."""
    above: tuple[str, ...] = ()
    made = []
    for record in records:
        if record.fault or not record.cells:
            made.append(record)
            continue
        cells = tuple(
            above[i] if above and cell and cell.casefold() in marks else cell for i, cell in enumerate(record.cells)
        )
        lone = not above and any(cell.casefold() in marks for cell in record.cells)
        made.append(Record(record.row, cells, "a ditto mark with nothing above it" if lone else "", record.part))
        above = cells
    return made


def _is_zero(text: str) -> bool:
    """Whether a cell of a matrix says that there is nothing, or that nothing is known."""
    return text in ("", "0", "0.0", "-", ".") or text.casefold() in _NOTHING


def _unknown_in(records: list[Record], how: TableMap) -> list[str]:
    """Return a remark where cells of a matrix say that nothing is known."""
    if how.shape == "rows":
        return []
    sound = [record for record in records if record.cells and not record.fault]
    count = sum(cell.casefold() in _NOT_KNOWN for record in sound for cell in record.cells[1:])
    return [f"{count} cells of the matrix say that nothing is known (?, NA) and were read as 0"] if count else []


def _pairs(records: list[Record], header: tuple[str, ...]) -> list[Record]:
    """Return one record for each cell of an adjacency matrix that is not 0: row name, column name, value."""
    made = []
    for record in records:
        if record.fault or not record.cells:
            made.append(record)
            continue
        own, *values = record.cells
        cells = [(name, value) for name, value in zip(header[1:], values, strict=True) if not _is_zero(value)]
        made += [Record(record.row, (own, name, value), "", f"column {name}") for name, value in cells]
        if not cells:
            made.append(Record(record.row, (), ""))
    return made


def _events(records: list[Record], header: tuple[str, ...]) -> list[Record]:
    """Return one record for each event (column) of an incidence matrix: its name and its members."""
    sound = [record for record in records if record.cells and not record.fault]
    made = [record for record in records if record.fault]
    for column, name in enumerate(header[1:], 1):
        members = [record.cells[0] for record in sound if not _is_zero(record.cells[column])]
        made.append(Record(1, (name, MEMBERS_APART.join(members)), "", f"column {name}"))
    return made
