"""Columns of the record as Arrow data: types, nulls, and tables made from arrays, scalars and coded categories.

A column is given as an array, a list, a single value that holds for every row, or a pair of codes and categories.
A single value costs no memory: one block of it is made and referred to as often as needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault, FaultList
from greatfear.record.schema import TABLES
from greatfear.record.table import Column, Table

BLOCK_ROWS = 131_072
"""Rows of a block: of a Parquet row group, and of the shared block of a constant column."""

_CATEGORY = pa.dictionary(pa.int32(), pa.string())
_TYPES: dict[str, pa.DataType] = {
    "int8": pa.int8(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "category": _CATEGORY,
}
_ID_DIGITS = 8


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type in which `column` is written.

    Parameters
    ----------
    column : Column
        A column of `greatfear.record.schema`.

    Returns
    -------
    pyarrow.DataType
        A category is a dictionary of strings with 32-bit codes.
    """
    return _TYPES[column.type]


def arrow_field(column: Column) -> pa.Field:
    """Return the Arrow field of `column`; it is nullable only where an absent value stands for unknown."""
    return pa.field(column.name, arrow_type(column), column.null == "absent")


def arrow_schema(table: Table, attributes: Sequence[pa.Field] = (), without: Sequence[str] = ()) -> pa.Schema:
    """Return the Arrow schema of `table`, followed by the attribute columns of this archive.

    Parameters
    ----------
    table : Table
        A table of `greatfear.record.schema`.
    attributes : sequence of pyarrow.Field
        Further columns; only an open table (persons) has any.
    without : sequence of str
        Columns that an older version of the format did not have.

    Returns
    -------
    pyarrow.Schema
        Columns that know no absent value are marked as not nullable: their null is -1 or NaN, or they have none.
    """
    own = [arrow_field(column) for column in table.columns if column.name not in without]
    return pa.schema([*own, *attributes])


def null_value(column: Column) -> int | float | None:
    """Return the value that stands for "unknown" in `column`.

    Returns
    -------
    int, float or None
        -1 for references and codes, NaN for measures, None (absent) for text.

    Raises
    ------
    KeyError
        Where the column knows no null; ask ``column.null`` first.
    """
    return {"-1": -1, "NaN": math.nan, "absent": None}[column.null]


def null_column(column: Column, n_rows: int) -> pa.ChunkedArray:
    """Return `n_rows` times the null of `column`, in the type in which it is read."""
    value, kind = null_value(column), arrow_type(column)
    block = pa.nulls(n_rows, kind) if value is None else pa.repeat(pa.scalar(value, kind), n_rows)
    return pa.chunked_array([block], type=kind)


def table_named(name: str) -> Table:
    """Return the table of the archive called `name`.

    Raises
    ------
    greatfear.errors.FaultList
        Where there is no such table.
    """
    if name not in TABLES:
        raise FaultList([Fault("table", repr(name), ", ".join(TABLES))], "record")
    return TABLES[name]


def table_from_columns(table: str | Table, columns: Mapping[str, Any], n_rows: int) -> pa.Table:
    """Make a table of the record from arrays, constants and coded categories.

    A column that is not given is filled with its null. The row number (the first column) is counted where it is not
    given, and so is the id of persons ("P00000042"). Values are brought to the types of the format; a value that does
    not fit its type is a fault. Requirements between columns are not looked at: see `greatfear.record.checks.check`.

    Parameters
    ----------
    table : str or Table
        A table of `greatfear.record.schema` by name, or another table that is laid out as those are.
    columns : mapping of str to column
        A column is one of: a NumPy array of `n_rows` values; a list, or a pyarrow array; one number, text or None that
        holds for every row (takes no memory); a pair ``(codes, categories)`` of an integer array (-1: absent) and a
        sequence of texts. Further columns are allowed only where the table is open (persons).
    n_rows : int
        Number of rows.

    Returns
    -------
    pyarrow.Table
        Columns in the order of the format. Codes keep the width in which they were given.

    Raises
    ------
    greatfear.errors.FaultList
        Every column that is unknown, missing without a null, of the wrong length, or that does not fit its type.
    """
    table = table_named(table) if isinstance(table, str) else table
    faults: list[Fault] = []
    made: dict[str, pa.ChunkedArray] = {}
    for field in _fields(table, columns, faults):
        place = f"{table.name}: column {field.name}"
        try:
            made[field.name] = _made(field, table, columns, n_rows)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            got = str(error).splitlines()[0] if str(error) else type(error).__name__
            faults.append(Fault(place, got, f"{n_rows} values of type {field.type}, or one for all rows"))
    if faults:
        raise FaultList(faults, f"table {table.name}")
    return pa.table(made)


def _fields(table: Table, columns: Mapping[str, Any], faults: list[Fault]) -> list[Column]:
    """Return the columns to make, own first; note columns that are unknown."""
    own = {column.name for column in table.columns}
    further = [key for key in columns if key not in own]
    if further and not table.open:
        faults += [Fault(f"{table.name}: column {key}", "an unknown column", ", ".join(sorted(own))) for key in further]
        further = []
    return [*table.columns, *(Column(key, "attribute", "attribute", null="absent") for key in further)]


def _made(field: Column, table: Table, columns: Mapping[str, Any], n_rows: int) -> pa.ChunkedArray:
    """Return one column from what was given for it, or from its default."""
    if field.name not in columns:
        return _default(field, table, n_rows)
    given = columns[field.name]
    target = None if field.type == "attribute" else arrow_type(field)
    if given is None or isinstance(given, str | bytes | int | float | np.generic):
        if given is None and field.null not in ("absent", "never"):
            given = null_value(field)
        return _constant(given, target, n_rows, field.null == "absent")
    if isinstance(given, tuple) and len(given) == 2 and not isinstance(given[0], str | int | float):
        column = _coded(*given)
    else:
        column = _plain(given, target)
    if len(column) != n_rows:
        raise ValueError(f"{len(column)} values")
    if field.null != "absent" and column.null_count:
        raise ValueError(f"{column.null_count} absent values")
    return column


def _default(field: Column, table: Table, n_rows: int) -> pa.ChunkedArray:
    """Return the column that stands where none was given."""
    if field is table.columns[0] and not field.refers and field.name == table.name.removesuffix("s"):
        return pa.chunked_array([pa.array(np.arange(n_rows, dtype=np.int32))])
    if table.name == "persons" and field.name == "id":
        return pa.chunked_array([_person_ids(n_rows)])
    if field.null == "never":
        raise ValueError("no column (it has no null)")
    return _constant(null_value(field), arrow_type(field), n_rows, field.null == "absent")


def _constant(value: Any, target: pa.DataType | None, n_rows: int, may_be_absent: bool) -> pa.ChunkedArray:
    """Return `n_rows` times `value`, as views of one block."""
    if value is None and not may_be_absent:
        raise ValueError("an absent value")
    if isinstance(value, np.generic):
        value = value.item()
    if target is None:
        target = _CATEGORY if value is None or isinstance(value, str) else pa.scalar(value).type
    is_whole = n_rows >= BLOCK_ROWS
    block = (
        _shared_block(value, target, BLOCK_ROWS, repr(value)) if is_whole else _constant_block(value, target, n_rows)
    )
    blocks = [block] * (n_rows // BLOCK_ROWS) if n_rows >= BLOCK_ROWS else []
    rest = n_rows % BLOCK_ROWS
    return pa.chunked_array([*blocks, *([block.slice(0, rest)] if rest else [])], type=block.type)


@lru_cache(maxsize=32)
def _shared_block(value: Any, target: pa.DataType, n_rows: int, _written: str) -> pa.Array:
    """Return one block of a constant, made once for all tables; as it is written, since 0.0 equals -0.0."""
    return _constant_block(value, target, n_rows)


def _constant_block(value: Any, target: pa.DataType, n_rows: int) -> pa.Array:
    """Return one block of a constant."""
    if not pa.types.is_dictionary(target):
        return pa.repeat(pa.scalar(value, target), n_rows)
    codes = pa.repeat(pa.scalar(None if value is None else 0, pa.int8()), n_rows)
    texts = pa.array([] if value is None else [value], pa.string())
    return pa.DictionaryArray.from_arrays(codes, texts)


def _coded(codes: Any, categories: Sequence[str]) -> pa.ChunkedArray:
    """Return a column from codes (-1: absent) and the texts they stand for."""
    codes = np.asarray(codes)
    if codes.dtype.kind not in "iu":
        raise TypeError(f"codes of type {codes.dtype}")
    if codes.size and (codes.min() < -1 or codes.max() >= len(categories)):
        raise ValueError(f"codes from {codes.min()} to {codes.max()} for {len(categories)} categories")
    absent = codes < 0
    signed = codes if codes.dtype.kind == "i" else codes.astype(np.int32)
    indices = pa.array(signed, mask=absent if absent.any() else None)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, pa.array(list(categories), pa.string()))])


def _plain(given: Any, target: pa.DataType | None) -> pa.ChunkedArray:
    """Return a column from an array or list, cast without loss (measures may be rounded to their width)."""
    if not isinstance(given, pa.ChunkedArray):
        given = pa.chunked_array([given if isinstance(given, pa.Array) else _array(given, target)])
    if target is None or given.type == target:
        return given
    if pa.types.is_dictionary(target):
        return given if _is_category(given.type) else given.cast(pa.string()).dictionary_encode()
    if pa.types.is_string(target) and _is_category(given.type):
        return given
    return given.cast(target, safe=not pa.types.is_floating(target))


def _array(given: Any, target: pa.DataType | None) -> pa.Array:
    """Return a list or NumPy array as Arrow; NaN stays NaN, None is absent."""
    if isinstance(given, np.ndarray) and given.dtype.kind in "iufb":
        return pa.array(np.ascontiguousarray(given))
    values = given.tolist() if isinstance(given, np.ndarray) else list(given)
    if target is not None and pa.types.is_integer(target):
        return pa.array(values)  # cast without loss by the caller; made as integers here, 0.5 would become 0
    return pa.array(values, pa.string() if target is not None and pa.types.is_dictionary(target) else target)


def _is_category(kind: pa.DataType) -> bool:
    """Whether `kind` is a dictionary of strings."""
    return bool(pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))


def _person_ids(n_rows: int) -> pa.Array:
    """Return "P00000000", "P00000001", ... for `n_rows` persons."""
    if n_rows > 10**_ID_DIGITS:
        return pc.binary_join_element_wise("P", pa.array(np.arange(n_rows)).cast(pa.string()), "")
    width = _ID_DIGITS + 1
    letters = np.empty((n_rows, width), dtype=np.uint8)
    letters[:, 0] = ord("P")
    rest = np.arange(n_rows, dtype=np.uint32)
    for place in range(width - 1, 0, -1):
        rest, digit = np.divmod(rest, np.uint32(10))
        letters[:, place] = digit + ord("0")
    offsets = pa.py_buffer(np.arange(n_rows + 1, dtype=np.int32) * np.int32(width))
    return pa.StringArray.from_buffers(n_rows, offsets, pa.py_buffer(letters))
