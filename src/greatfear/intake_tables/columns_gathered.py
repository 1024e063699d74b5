"""Gathers long tables from blocks of rows: texts become codes beside the reading; rows that are no data are noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.columns import Bools, Coded, Columns, TooOdd
from greatfear.intake_tables.columns_arranged import arranged, without_foot
from greatfear.intake_tables.columns_codes import Block, coded_texts, shortened
from greatfear.intake_tables.mapping import TableMap
from greatfear.intake_tables.marks import TOTAL_HEAD, is_note, is_total

_HELD = 64 * 2**20
_FIRST_BYTES = np.array([chr(byte).lower() in "gsietzro\t\n\v\f\r c" or byte >= 0x80 for byte in range(256)])
"""With which bytes words of totals may begin; letters beyond ASCII are looked at whole."""


def foot(last: list[Any], n_rows: int, width: int) -> dict[int, str]:
    """Return the rows at the foot that are notes; more than fit into the rows given need the other way."""
    found: dict[int, str] = {}
    for back, cells in enumerate(reversed(last), 1):
        known = [cell for cell in cells if cell]
        if not known:
            continue
        if width < 2 or len(known) > 1 or not is_note(known[0]):
            return found
        found[n_rows - back] = "note"
    if found and len(last) < n_rows:
        raise TooOdd("a long foot")
    return found


@dataclass(frozen=True, slots=True)
class How:
    """Which columns of a table are read, the sign between its cells, and how its map arranges it."""

    wanted: set[str]
    delimiter: str
    entry: TableMap | None


class _Texts:
    """Texts of all columns, turned into codes beside the reading, so that they need little memory."""

    def __init__(self, pool: ThreadPoolExecutor, names: Sequence[str]) -> None:
        self.pool = pool
        self.held: dict[str, list[Block]] = {column: [] for column in names}
        self.coming: dict[str, list[Future[list[pa.DictionaryArray]]]] = {column: [] for column in names}
        self.n_bytes = 0

    def add(self, blocks: Sequence[Block]) -> None:
        """Take the next block of each column."""
        for held, block in zip(self.held.values(), blocks, strict=True):
            held.append(block)
        self.n_bytes += sum(block.nbytes for block in blocks)
        if self.n_bytes > _HELD:
            self._encode()

    def _encode(self) -> None:
        """Begin to turn what is held into codes, once what was held before is done."""
        for column, coming in self.coming.items():
            if coming:
                coming[-1].result()
            coming.append(self.pool.submit(coded_texts, self.held[column]))
            self.held[column] = []
        self.n_bytes = 0

    def coded(self, delimiter: str) -> dict[str, Coded]:
        """Return the columns."""
        self._encode()

        def close(coming: list[Future[list[pa.DictionaryArray]]]) -> Coded:
            return Coded.of(pa.chunked_array([piece for one in coming for piece in one.result()]), delimiter)

        for coming in self.coming.values():
            coming[-1].result()  # closing waits for it: not in a thread that it may need
        return dict(zip(self.coming, self.pool.map(close, self.coming.values()), strict=True))


def gathered(name: str, header: tuple[str, ...], batches: Iterator[pa.RecordBatch], how: How) -> Columns:
    """Return the columns that are read, as codes; rows that hold nothing or totals are noted."""
    with ThreadPoolExecutor(2) as pool:
        return _in_pool(pool, name, header, batches, how)


def _in_pool(
    pool: ThreadPoolExecutor, name: str, header: tuple[str, ...], batches: Iterator[pa.RecordBatch], how: How
) -> Columns:
    """Return the columns that are read; texts are turned into codes by threads of a pool."""
    names = sorted(how.wanted) or [header[0]]
    footer = how.entry.footer if how.entry is not None else 0
    head: list[tuple[str, ...]] = []
    texts = _Texts(pool, names)
    made = Columns(name, header, {}, 0)
    empty: list[int] = []
    last = list[tuple[str, ...]]()
    for batch in batches:
        rows, totals = _odd_rows(batch, names)
        empty += [made.n_rows + row for row in rows]
        made.faults |= {made.n_rows + row: "total" for row in totals}
        texts.add([shortened(batch.column(header.index(column))) for column in names])
        made.n_rows += batch.num_rows
        last = [*last, *_rows(batch, range(max(batch.num_rows - 50 - footer, 0), batch.num_rows))][-50 - footer :]
        head = head or _rows(batch, range(min(batch.num_rows, 50)))
    if not made.n_rows:
        raise TooOdd("no rows")
    made.faults |= foot(last[: len(last) - footer], made.n_rows - footer, len(header))
    made.empty = np.array(empty, np.int64)
    made.columns = texts.coded(how.delimiter)
    without_foot(made, footer)
    if how.entry is not None and (how.entry.ditto or how.entry.fill is not None):
        arranged(made, how.entry, head)
    return made


def _odd_rows(batch: pa.RecordBatch, names: list[str]) -> tuple[list[int], list[int]]:
    """Return the rows of a block in which no cell holds anything, and those whose first word is one of totals."""
    short = np.ones(batch.num_rows, bool)
    for column in names:
        if not short.any():
            break
        short &= _each_text(batch.column(column), lambda texts: pc.less(pc.binary_length(texts), 1))
    empty = [row for row in np.flatnonzero(short).tolist() if not any(_rows(batch, [row])[0])]
    maybe = _each_text(batch.column(0), _may_be_total)
    if not maybe.any():
        return empty, []
    rows = np.flatnonzero(maybe).tolist()
    return empty, [row for row in rows if is_total(next((cell for cell in _rows(batch, [row])[0] if cell), ""))]


def _each_text(column: pa.Array, test: Callable[[pa.Array], pa.Array]) -> Bools:
    """Return what a test says of each row, asked once of each different text where the column holds codes."""
    is_coded = pa.types.is_dictionary(column.type)
    found: Bools = test(column.dictionary if is_coded else column).to_numpy(zero_copy_only=False)
    return found.take(column.indices.to_numpy(zero_copy_only=False)) if is_coded else found


def _may_be_total(texts: pa.StringArray) -> pa.BooleanArray:
    """Return which texts hold nothing, or begin as words of totals do; most are told by their first byte."""
    ends, data = texts.buffers()[1:]
    starts = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if data is None or not data.size:
        return pa.array(np.ones(len(texts), bool))
    first = np.frombuffer(data, np.uint8)[np.minimum(starts[:-1], data.size - 1)]
    maybe = _FIRST_BYTES[first] | (starts[1:] == starts[:-1])
    at = np.flatnonzero(maybe)
    if len(at):
        some = texts.take(pa.array(at))
        said = pc.or_(pc.match_substring_regex(some, TOTAL_HEAD), pc.less(pc.binary_length(some), 1))
        maybe[at] = said.to_numpy(zero_copy_only=False)
    return pa.array(maybe)


def _rows(batch: pa.RecordBatch, rows: Any) -> list[tuple[str, ...]]:
    """Return the cells of some rows, without blanks at their ends."""
    return [tuple((column[row].as_py() or "").strip() for column in batch.columns) for row in rows]
