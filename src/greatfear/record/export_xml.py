"""XML of a graph by columns: each different value of a block is made into text once, and the pieces of all rows are joined.

Memory is that of one block, whatever the length of the graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.record.export_graph import is_unknown

_SPECIAL = re.compile('[\x00-\x1f"&<>\ud800-\udfff\ufffe\uffff]')
"""What a value of XML cannot hold as it is; most values have none of it."""
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 65534, 65535), "�")
_AT_ONCE = 32_768
"""Rows whose text is held at once."""

Piece: TypeAlias = pa.Array | str
"""A part of each row: texts by row, where null is nothing, or the same text in all rows."""


def write_rows(file: IO[bytes], table: pa.Table, pieces: Callable[[pa.Table], list[Piece]]) -> None:
    """Write a line for each row: its pieces joined, without those that are null."""
    for start in range(0, table.num_rows, _AT_ONCE):
        block = pa.table(table.slice(start, _AT_ONCE)).combine_chunks()
        made = pc.binary_join_element_wise(*pieces(block), "\n", "", null_handling="replace", null_replacement="")
        for chunk in made.chunks if isinstance(made, pa.ChunkedArray) else [made]:
            _, offsets, letters = chunk.buffers()  # the texts of all rows stand one behind the other
            ends = np.frombuffer(offsets, np.int32)[[chunk.offset, chunk.offset + len(chunk)]]
            file.write(memoryview(letters)[ends[0] : ends[1]])


def mapped(column: pa.Array | pa.ChunkedArray, form: Callable[[Any], str | None]) -> pa.Array:
    """Return what becomes of each known value; `form` is asked once for each different one."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    values = [None if is_unknown(value) else form(value) for value in coded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(coded.indices)


def attributes(table: pa.Table, names: list[str], form: Callable[[str, Any], str]) -> Iterator[pa.Array]:
    """Yield the text of each attribute of these that the table has."""
    for name in names:
        if name in table.column_names:
            yield mapped(table.column(name), partial(form, name))


def numbers(values: pa.ChunkedArray) -> pa.Array:
    """Return whole numbers as texts."""
    return pc.cast(values, pa.string()).combine_chunks()


def spells(days: pa.ChunkedArray) -> pa.Array:
    """Return the days on which edges hold as GEXF writes them; null where there are none."""
    lists = days.combine_chunks()
    made = mapped(lists.flatten(), _spell)
    ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(lists), 0)).cast(pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    inner = pc.binary_join(pa.ListArray.from_arrays(offsets, made), "")
    known = pc.if_else(pc.equal(inner, ""), pa.scalar(None, pa.string()), inner)
    return pc.binary_join_element_wise("<spells>", known, "</spells>", "")


def _spell(span: str) -> str:
    """Return one span of days."""
    first, _, last = span.partition("/")
    sides = [f'{name}="{day}"' for name, day in (("start", first), ("end", last)) if day]
    return f"<spell {' '.join(sides)}/>"


def text_of(value: Any) -> str:
    """Return a value as XML may hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text.translate(_ILLEGAL) if _SPECIAL.search(text) else text


def quoted(value: Any) -> str:
    """Return a value in quotation marks."""
    text = text_of(value)
    return quoteattr(text) if _SPECIAL.search(text) else f'"{text}"'


def escaped(value: Any) -> str:
    """Return a value between tags."""
    return escape(text_of(value))
