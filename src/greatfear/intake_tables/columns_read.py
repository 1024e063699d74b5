"""Long tables of statements, read in columns: each different text of a column is read once, by the same reader.

A row of such a table is an index into what its texts mean. Only maps that make one statement of each row, from plain
columns or constants, are read so; all others are read row by row. Both ways give the same archive and the same report.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.conditions import holds
from greatfear.intake_tables.encodings import decode, find_delimiter
from greatfear.intake_tables.mapping import ColumnMap, TableMap
from greatfear.intake_tables.marks import is_ditto, no_name
from greatfear.intake_tables.rules import Statements
from greatfear.intake_tables.values import CellError, Reader

if TYPE_CHECKING:
    from greatfear.intake_tables.fields import Field

__all__ = ["Coded", "Long", "Read", "TooOdd", "long_table", "read_long"]

LONG_BYTES = 12_000_000
"""From this size on a file is read in columns, where its map allows it."""
_LONGEST_WORD = 25
_BLOCK = 4 * 2**20
_HELD = 256 * 2**20
_PLAIN = ("subject", "speaker", "channel", "pressure", "prompted", "weight", "circumstance", "level", "certainty")
_IDLE = ("sitting", "office", "collective", "key", "heard_from", "copy_of", "details", "place", "source")


Read: TypeAlias = "tuple[tuple[str, ...], dict[str, Coded], int, list[int]]"
"""Header, columns by what they are for, number of rows, rows that hold nothing."""


class TooOdd(Exception):  # noqa: N818  no fault of the table: it is read row by row instead
    """The file has rows that need the reading row by row (other numbers of cells, bytes that are no UTF-8)."""


@dataclass(frozen=True, slots=True)
class Long:
    """A long table with the one rule that is applied to it."""

    path: Path
    entry: TableMap
    rule: Statements
    delimiter: str


@dataclass(slots=True)
class Coded:
    """One column: a code for each row, the different texts, and what each means (a value, or the fault of it)."""

    blocks: list[pa.Array] = field(default_factory=list)
    codes: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def encode(self) -> None:
        """Turn the blocks of texts that were added into codes, so that they need little memory."""
        texts = [block for block in self.blocks if not pa.types.is_dictionary(block.type)]
        if texts:
            coded = [block for block in self.blocks if pa.types.is_dictionary(block.type)]
            self.blocks = [*coded, *_one_block(pa.chunked_array(texts).dictionary_encode().chunks)]

    def close(self, read: Callable[[str], Any]) -> None:
        """Bring the blocks to one list of texts, and read each of them."""
        self.encode()
        whole = pa.chunked_array(self.blocks).unify_dictionaries()
        self.blocks.clear()
        self.texts = [_plain(text) for text in whole.chunk(0).dictionary.to_pylist()] if whole.num_chunks else []
        self.codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in whole.chunks])
        self.values = [read(text) for text in self.texts]


def _one_block(chunks: list[pa.DictionaryArray]) -> list[pa.DictionaryArray]:
    """Return blocks that share their texts as one; else each block's texts would be compared again."""
    first = chunks[0].dictionary if chunks else None
    if first is None or any(len(chunk.dictionary) != len(first) for chunk in chunks):
        return chunks
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks])
    return [pa.DictionaryArray.from_arrays(pa.array(codes), first)]


def _plain(text: str | None) -> str:
    """Return a cell without blanks at its ends, in composed Unicode form."""
    text = (text or "").strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def long_table(tables: Any, checked: ColumnMap) -> Long | None:
    """Return the long table of an intake, or None where it is read row by row."""
    paths = (
        [tables]
        if isinstance(tables, str | Path)
        else list(tables.values())
        if isinstance(tables, dict)
        else list(tables)
    )
    if len(paths) != 1 or len(checked.tables) != 1 or not isinstance(paths[0], str | Path):
        return None
    path, entry = Path(paths[0]), checked.tables[0]
    if not path.is_file() or path.suffix.lower() not in (".csv", ".tsv") or path.stat().st_size < LONG_BYTES:
        return None
    name = next(iter(tables)) if isinstance(tables, dict) else path.stem
    if entry.table != name or not _is_plain(checked, entry):
        return None
    rule = entry.makes[0]
    with path.open("rb") as file:
        head = file.read(200_000)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or not isinstance(rule, Statements):
        return None
    text = decode(head[: head.rfind(b"\n") + 1], None).text
    return Long(path, entry, rule, entry.delimiter or find_delimiter(text))


def _is_plain(checked: ColumnMap, entry: TableMap) -> bool:
    """Whether a map makes one statement of each row, from plain columns or constants."""
    reading = (
        entry.encoding,
        entry.quote,
        entry.sheet,
        entry.header,
        entry.columns,
        entry.skip,
        entry.footer,
        entry.fill,
        entry.ditto,
        entry.numbers or checked.numbers,
    )
    if any(reading) or entry.shape != "rows" or entry.join or checked.presume or checked.unnamed:
        return False
    if len(entry.makes) != 1 or len(checked.offices) > 1 or checked.unknown_persons != "add":
        return False
    rule = entry.makes[0]
    if not isinstance(rule, Statements) or len(rule.when) != 1 or any(getattr(rule, name) for name in _IDLE):
        return False
    fields = [getattr(rule, name) for name in _PLAIN if getattr(rule, name) is not None]
    if any(item.columns or item.split for item in fields):
        return False
    times = rule.time or ()
    return len({when.name for when in times}) <= 1 and all(when.column is not None for when in times)


def read_long(long: Long, style_of: Any, missing: frozenset[str]) -> Read:
    """Return header, columns by what they are for, the number of rows, and the rows that hold nothing.

    Raises
    ------
    TooOdd
        The file is to be read row by row.
    """
    header: tuple[str, ...] = ()
    n_rows = n_bytes = 0
    empty: list[int] = []
    wanted = _readers(long, style_of, missing)
    blocks: dict[str, Coded] = {column: Coded() for column, _ in wanted.values()}
    for batch in _batches(long):
        header = tuple(batch.schema.names)
        if blocks.keys() - set(header) or len(set(header)) != len(header):
            raise TooOdd("columns")
        empty += [n_rows + row for row in _empty_rows(batch, list(blocks))]
        for column, coded in blocks.items():
            coded.blocks.append(batch.column(header.index(column)))
        n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
        if n_bytes > _HELD:
            n_bytes = 0
            _encode(blocks)
    if not n_rows:
        raise TooOdd("no rows")
    _encode(blocks)
    made: dict[str, Coded] = {}
    for key, (column, read) in wanted.items():
        first = next((other for other in made if wanted[other][0] == column), None)
        if first is None:
            blocks[column].close(read)
            made[key] = blocks[column]
        else:  # a column that is read for two purposes is coded once
            base = made[first]
            made[key] = Coded([], base.codes, base.texts, [read(text) for text in base.texts])
    if any(
        is_ditto(text) or no_name(text) for coded in made.values() for text in coded.texts if len(text) < _LONGEST_WORD
    ):
        raise TooOdd("cells that are no data")
    return header, made, n_rows, empty


def _empty_rows(batch: pa.RecordBatch, columns: list[str]) -> list[int]:
    """Return the rows of a block in which no cell holds anything."""
    short = functools.reduce(pc.and_, [pc.less(pc.binary_length(batch.column(name)), 1) for name in columns])
    rows = np.flatnonzero(short.to_numpy(zero_copy_only=False))
    return [
        int(row)
        for row in rows
        if not any((cell.as_py() or "").strip() for cell in (c[int(row)] for c in batch.columns))
    ]


def _encode(blocks: dict[str, Coded]) -> None:
    """Turn the texts of all columns into codes, two columns at a time."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Coded.encode, blocks.values()))


def _batches(long: Long) -> Iterator[pa.RecordBatch]:
    """Yield blocks of texts; a row with another number of cells, an empty one, or bad bytes stop it."""
    import pyarrow.csv as pacsv

    parse = pacsv.ParseOptions(delimiter=long.delimiter, newlines_in_values=False, ignore_empty_lines=False)
    names = _header(long)
    types = pacsv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=False,
        check_utf8=True,
        include_columns=names,
    )
    try:
        with pacsv.open_csv(long.path, pacsv.ReadOptions(block_size=_BLOCK), parse, types) as reader:
            yield from reader
    except pa.ArrowException as error:
        raise TooOdd(str(error)) from None


def _header(long: Long) -> list[str]:
    """Return the header as it stands; names with blanks around them or twice need the other way."""
    with long.path.open("rb") as file:
        line = file.readline(100_000).decode("utf-8-sig", errors="replace").rstrip("\r\n")
    names = [name[1:-1] if name[:1] == name[-1:] == '"' else name for name in line.split(long.delimiter)]
    if any(not name.strip() or name != name.strip() or '"' in name for name in names):
        raise TooOdd("header")
    return names


def _readers(long: Long, style_of: Any, missing: frozenset[str]) -> dict[str, tuple[str, Callable[[str], Any]]]:
    """Return, by what it is for, each column with the function that reads one of its texts."""
    rule = long.rule
    found: dict[str, tuple[str, Callable[[str], Any]]] = {}
    for name in _PLAIN:
        item: Field | None = getattr(rule, name)
        if item is not None and item.column is not None:
            read = _reader(item.column, _value_of(name, item), missing, style_of)
            is_plain = name in ("subject", "speaker") and item == type(item)(column=item.column)
            found[name] = (item.column, _quick(read, missing) if is_plain else read)
    if rule.time:
        column = rule.time[0].name
        found["time"] = (column, _reader(column, lambda reader: reader.moment(rule.time), missing, style_of))
    for column, test in rule.when[0].items():
        found[f"when {column}"] = (column, _condition(column, test, missing))
    return found


def _condition(column: str, test: Any, missing: frozenset[str]) -> Callable[[str], Any]:
    """Return a function that tells whether a text meets a condition."""
    return lambda text: holds(({column: test},), {column: text}, missing)


def _quick(read: Callable[[str], Any], missing: frozenset[str]) -> Callable[[str], Any]:
    """Return a function that takes a text of plain letters as it is; names are the longest list."""
    return lambda text: text if text.isascii() and "\0" not in text and text not in missing else read(text)


def _reader(
    column: str, value: Callable[[Reader], Any], missing: frozenset[str], style_of: Any
) -> Callable[[str], Any]:
    """Return a function from a text to its value, or to the fault of it."""

    def read(text: str) -> Any:
        if (not text.isascii() and "\ufffd" in text) or "\0" in text:
            raise TooOdd("bytes")
        try:
            return value(Reader({column: text}, missing, style_of))
        except CellError as error:
            return error

    return read


def _value_of(name: str, item: Field) -> Callable[[Reader], Any]:
    """Return how the value of a field is read, as the reading row by row does."""
    from greatfear.intake_tables.making_events import CIRCUMSTANCES
    from greatfear.record.schema import CERTAINTIES, CHANNELS, LEVELS

    allowed = {"channel": CHANNELS, "circumstance": CIRCUMSTANCES, "level": LEVELS, "certainty": CERTAINTIES}
    if name in ("subject", "channel"):
        return lambda reader: reader.needed(item, allowed.get(name, ()))
    if name == "pressure":
        return lambda reader: reader.number(item, 0, 1)
    if name == "prompted":
        return lambda reader: reader.flag(item)
    if name == "weight":
        return lambda reader: reader.integer(item, 1)
    return lambda reader: reader.text(item, allowed.get(name, ()))
