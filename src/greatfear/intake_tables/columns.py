"""Columns of long tables: a code for each row and the different texts; what a field means is read once for each text.

This way and the reading row by row give the same archive and the same report. What a table has that only the reading row by
row can tell (`TooOdd`) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.intake_tables.cell_signs import cleaned
from greatfear.intake_tables.values import CellError

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
_SIMPLE = r"^[!-~](?:[ -~]*[!-~])?$"
"""Texts of printable ASCII signs without blanks at their ends: they stay as they are."""


def are_all(rows: Ints, n: int) -> bool:
    """Whether these are all of n rows, in order."""
    ends = len(rows) == n and (not n or (rows[0] == 0 and rows[-1] == n - 1))
    return bool(ends and (rows[1:] > rows[:-1]).all())


def taken(column: npt.NDArray[Any], rows: Ints) -> npt.NDArray[Any]:
    """Return a column at some rows; the column itself where these are all rows in order."""
    return column if are_all(rows, len(column)) else column.take(rows)


_PIECE = 1 << 18
"""Rows that are looked at together: NumPy turns the codes of all rows into wider numbers first."""


def at_codes(values: npt.NDArray[Any], codes: Ints) -> npt.NDArray[Any]:
    """Return the value of each code, in pieces, so that memory for wide codes is used again and again."""
    found = np.empty(len(codes), values.dtype)
    for start in range(0, len(codes), _PIECE):
        found[start : start + _PIECE] = values.take(codes[start : start + _PIECE])
    return found


def times_of(codes: Ints, n: int) -> npt.NDArray[np.int64]:
    """Return how often each of n codes stands in rows, in pieces."""
    if n > _PIECE:
        return np.bincount(codes, minlength=n)
    found = np.zeros(n, np.int64)
    for start in range(0, len(codes), _PIECE):
        found += np.bincount(codes[start : start + _PIECE], minlength=n)
    return found


class TooOdd(Exception):  # noqa: N818  no fault of the table: it is read row by row instead
    """The table has something that needs the reading row by row."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One column: a code for each row, and the different texts, cleaned."""

    codes: Ints
    texts: pa.StringArray

    @classmethod
    def of(cls, column: pa.ChunkedArray, delimiter: str = "\0") -> Coded:
        """Return a column of dictionary-encoded texts; texts that become equal when cleaned get one code."""
        whole = column.unify_dictionaries()
        codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in whole.chunks])
        texts = plain_texts(whole.chunk(0).dictionary.cast(pa.string()), delimiter)
        again = texts.dictionary_encode()
        if len(again.dictionary) < len(texts):
            codes, texts = again.indices.to_numpy(zero_copy_only=False)[codes], again.dictionary
        return cls(codes, texts)


def plain_texts(texts: pa.StringArray, delimiter: str) -> pa.StringArray:
    """Return texts without blanks at their ends, in composed Unicode form."""
    odd = np.flatnonzero(~pc.match_substring_regex(texts, _SIMPLE).to_numpy(zero_copy_only=False))
    if not len(odd):
        return texts
    listed = texts.to_pylist() if len(odd) > len(texts) // 4 else None
    made = {int(i): plain((listed[i] if listed is not None else texts[int(i)].as_py()) or "", delimiter) for i in odd}
    mask = np.zeros(len(texts), bool)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array([made[int(i)] for i in odd], pa.string()))


def plain(text: str, delimiter: str = "\0") -> str:
    """Return a cell without blanks and unseen signs, in composed Unicode form; damage needs the reading row by row."""
    if "\ufffd" in text or "\0" in text or ("\n" in text and text.lstrip(" ").startswith(delimiter)):
        raise TooOdd("bytes")
    return cleaned(text)


@dataclass(frozen=True, slots=True)
class Valued:
    """What a field says in each row: a code, and the different values; a value may be the fault of its texts.

    Parameters
    ----------
    codes : ndarray of int, shape (rows,)
    values : list
        None where nothing is known.
    """

    codes: Ints
    values: Sequence[Any]

    @property
    def faults(self) -> Bools:
        """Which values are faults."""
        if isinstance(self.values, _Texts):
            return np.zeros(len(self.values), bool)
        return np.fromiter((isinstance(value, CellError) for value in self.values), bool, len(self.values))

    def at(self, rows: Any) -> Valued:
        """Return some of the rows."""
        return Valued(taken(self.codes, rows), self.values)

    def array(self, null: Any, kind: Any) -> npt.NDArray[Any]:
        """Return the values of all rows as numbers; `null` where nothing is known."""
        bare = [null if value is None or isinstance(value, CellError) else value for value in self.values]
        return np.array(bare, kind)[self.codes]

    def texts(self) -> pa.StringArray:
        """Return the different values as texts; absent where nothing is known."""
        if isinstance(self.values, _Texts):
            return self.values.array
        return pa.array([value if isinstance(value, str) else None for value in self.values], pa.string())

    def column(self) -> pa.DictionaryArray:
        """Return the texts of all rows, as codes."""
        texts = self.texts()
        codes = pa.array(self.codes.astype(np.int32, copy=False))
        if not texts.null_count:
            return pa.DictionaryArray.from_arrays(codes, texts)
        again = texts.dictionary_encode()
        return pa.DictionaryArray.from_arrays(again.indices.take(codes), again.dictionary)


class _Texts(Sequence[Any]):
    """Texts that stay in Arrow's memory: names can be many."""

    def __init__(self, array: pa.StringArray) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, place: Any) -> Any:
        return self.array[int(place)].as_py()


@dataclass(slots=True)
class Columns:
    """A long table.

    Parameters
    ----------
    name : str
        Name of the table.
    header : tuple of str
        All columns, also those that are not read.
    columns : dict of str to Coded
        Those that rules read.
    n_rows : int
    first : int
        Row of the file in which the first record stands.
    empty : ndarray of int
        Records that hold nothing.
    faults : dict of int to str
        Records that are no data, with what they are.
    remarks : list of str
        How it was read.
    """

    name: str
    header: tuple[str, ...]
    columns: dict[str, Coded]
    n_rows: int
    first: int = 2
    empty: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    faults: dict[int, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    _every: Ints = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)

    def every(self) -> Ints:
        """Return the numbers of all records; one array, which nobody writes to."""
        if len(self._every) != self.n_rows:
            self._every = np.arange(self.n_rows)
        return self._every

    def label(self, record: int) -> str:
        """Return table and row of a record."""
        return f"{self.name} row {record + self.first}"

    def constant(self, value: Any) -> Valued:
        """Return one value for all rows."""
        return Valued(np.zeros(self.n_rows, np.int8), [value])

    def texts(self, column: str, missing: Iterable[str]) -> Valued:
        """Return the texts of a column; nothing where they mean "not known"."""
        coded = self.columns[column]
        unknown = pc.is_in(coded.texts, pa.array(sorted(missing), pa.string()))
        return Valued(coded.codes, _Texts(pc.if_else(unknown, pa.scalar(None, pa.string()), coded.texts)))

    def read(self, names: Sequence[str], read: Callable[[dict[str, str]], Any]) -> Valued:
        """Return what a function makes of the cells of some columns, once for each different set of cells."""
        codes, sets = combined([self.columns[name] for name in names])
        values = []
        for cells in zip(*(texts.to_pylist() for texts in sets), strict=True):
            try:
                values.append(read(dict(zip(names, cells, strict=True))))
            except CellError as error:
                values.append(error)
        return Valued(codes, values)


def combined(columns: Sequence[Coded]) -> tuple[Ints, list[pa.StringArray]]:
    """Return a code for each different set of texts that stands in a row, and the texts of each set by column."""
    if len(columns) == 1:
        return columns[0].codes, [columns[0].texts]
    total = columns[0].codes.astype(np.int64)
    for column in columns[1:]:
        total = total * len(column.texts) + column.codes
        again = pa.array(total).dictionary_encode()  # keeps the numbers small
        total = again.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first = np.full(int(total.max(initial=-1)) + 1, -1, np.int64)
    first[total[::-1]] = np.arange(len(total))[::-1]
    return total, [column.texts.take(pa.array(column.codes[first])) for column in columns]
