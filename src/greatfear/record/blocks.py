"""Brings rows to the record format and into blocks of a fixed number of rows, whatever the batches they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greatfear.errors import Fault, FaultList
from greatfear.record.columns import BLOCK_ROWS, arrow_schema, null_value
from greatfear.record.table import Column, Table


def conform_fields(table: Table, rows: Any) -> tuple[pa.Schema, Iterable[pa.Table]]:
    """Return the schema in which `rows` are written, and the rows as an iterable of tables.

    Parameters
    ----------
    table : Table
        The table of the format.
    rows : pyarrow.Table, iterable of batches, or None
        The rows; the first batch decides which attributes (further columns of an open table) there are.

    Raises
    ------
    greatfear.errors.FaultList
        Columns that the table does not know, or attributes of a type that the format does not hold.
    """
    batches = iter([rows] if isinstance(rows, pa.Table) else rows if rows is not None else [])
    first = next(batches, None)
    if first is None:
        return arrow_schema(table), []
    own = {column.name for column in table.columns}
    _refuse_doubles(table, first.schema.names)
    attributes = [_attribute(field) for field in first.schema if field.name not in own]
    _refuse(table, attributes)
    return arrow_schema(table, attributes), (_as_table(batch) for batch in chain([first], batches))


def blocks_of(table: Table, schema: pa.Schema, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of `batches` in the types of `schema`, in blocks of `BLOCK_ROWS` rows, the last one shorter.

    Raises
    ------
    greatfear.errors.FaultList
        Columns without a null that are missing, values that do not fit their type, absent values where none may be.
    """
    waiting: list[pa.Table] = []
    n_waiting = 0
    for rows in batches:
        batch = _filled(table, schema, rows)
        start = 0
        while n_waiting + batch.num_rows - start >= BLOCK_ROWS:
            take = BLOCK_ROWS - n_waiting
            yield _block(table, schema, [*waiting, batch.slice(start, take)])
            waiting, n_waiting, start = [], 0, start + take
        if start < batch.num_rows:
            waiting.append(batch.slice(start))
            n_waiting += batch.num_rows - start
    if waiting:
        yield _block(table, schema, waiting)


def conform(table: Table, rows: Any) -> pa.Table:
    """Return all rows as one table in the types of the format."""
    schema, batches = conform_fields(table, rows)
    blocks = list(blocks_of(table, schema, batches))
    return pa.concat_tables(blocks).unify_dictionaries() if blocks else schema.empty_table()


def _as_table(batch: Any) -> pa.Table:
    return pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch


def _attribute(field: pa.Field) -> pa.Field:
    """Return the field of a further column as it is written."""
    kind = field.type
    if pa.types.is_dictionary(kind) and _is_text(kind.value_type):
        kind = pa.dictionary(pa.int32(), pa.string())
    elif _is_text(kind):
        kind = pa.string()
    return pa.field(field.name, kind, True)


def _refuse_doubles(table: Table, names: list[str]) -> None:
    """Refuse a name that two columns bear."""
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        faults = [Fault(f"{table.name}: column {name}", "two columns of this name", "one") for name in double]
        raise FaultList(faults, f"table {table.name}")


def _refuse(table: Table, attributes: list[pa.Field]) -> None:
    """Refuse columns that this table cannot have."""
    faults = []
    for field in attributes:
        place, kind = f"{table.name}: column {field.name}", field.type
        simple = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
        if not table.open:
            faults.append(Fault(place, "an unknown column", ", ".join(column.name for column in table.columns)))
        elif not (simple or pa.types.is_string(kind) or kind == pa.dictionary(pa.int32(), pa.string())):
            faults.append(Fault(place, f"type {kind}", "integers, floats, true or false, text, or a category"))
    if faults:
        raise FaultList(faults, f"table {table.name}")


def _filled(table: Table, schema: pa.Schema, batch: pa.Table) -> pa.Table:
    """Return the batch with the columns of the schema in order, missing ones filled with their null."""
    own = {column.name: column for column in table.columns}
    _refuse_doubles(table, batch.column_names)
    unknown = [name for name in batch.column_names if name not in schema.names]
    faults = [
        Fault(f"{table.name}: column {name}", "not in the first batch", ", ".join(schema.names)) for name in unknown
    ]
    columns = []
    for field in schema:
        column = own.get(field.name)
        if field.name in batch.column_names:
            columns.append(batch.column(field.name))
        elif column is not None and column.null != "never":
            value = null_value(column)
            columns.append(
                pa.nulls(batch.num_rows, field.type)
                if value is None
                else pa.repeat(pa.scalar(value, field.type), batch.num_rows)
            )
        else:
            faults.append(Fault(f"{table.name}: column {field.name}", "no column (it has no null)", str(field.type)))
    if faults:
        raise FaultList(faults, f"table {table.name}")
    return pa.table(columns, names=schema.names)


def _block(table: Table, schema: pa.Schema, parts: list[pa.Table]) -> pa.Table:
    """Return the parts as one block in the types of the schema, each column in one piece."""
    own = {column.name: column for column in table.columns}
    columns, faults = [], []
    for index, field in enumerate(schema):
        try:
            pieces = [chunk for part in parts for chunk in part.column(index).chunks]
            columns.append(_one_piece(field, own.get(field.name), pieces))
        except (pa.ArrowException, TypeError, ValueError) as error:
            faults.append(Fault(f"{table.name}: column {field.name}", str(error).splitlines()[0], str(field.type)))
    if faults:
        raise FaultList(faults, f"table {table.name}")
    return pa.Table.from_arrays(columns, schema=schema)


def _one_piece(field: pa.Field, column: Column | None, pieces: list[pa.Array]) -> pa.Array:
    """Return the pieces as one array of the field's type."""
    if pa.types.is_dictionary(field.type):
        made = _category(pieces)
    else:
        cast = [_cast(piece, field.type) for piece in pieces]
        made = cast[0] if len(cast) == 1 else pa.concat_arrays(cast) if cast else pa.array([], field.type)
    if made.null_count and not field.nullable:
        if column is not None and column.null == "NaN":
            return pc.fill_null(made, float("nan"))
        raise ValueError(f"{made.null_count} absent values")
    return made


def _cast(piece: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return the piece in another type; nothing but the width of measures may be lost."""
    return piece if piece.type == kind else piece.cast(kind, safe=not pa.types.is_floating(kind))


def _category(pieces: list[pa.Array]) -> pa.DictionaryArray:
    """Return coded texts whose codes follow the order of the texts used in this block, and nothing else."""
    if len(pieces) == 1 and (made := _single(pieces[0])) is not None:
        return made
    coded = [
        piece if pa.types.is_dictionary(piece.type) else piece.cast(pa.string()).dictionary_encode() for piece in pieces
    ]
    used = [_used(piece) for piece in coded]
    texts = sorted({text for _, some in used for text in some})
    number = {text: code for code, text in enumerate(texts)}
    codes = [
        _recoded(piece, places, [number[text] for text in some])
        for piece, (places, some) in zip(coded, used, strict=True)
    ]
    indices = pa.concat_arrays(codes) if codes else pa.array([], pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string()))


def _single(piece: pa.Array) -> pa.DictionaryArray | None:
    """Return a piece that has one text in all rows, or none in any; else None."""
    if not pa.types.is_dictionary(piece.type) or not len(piece):
        return None
    if piece.null_count == len(piece):
        return pa.DictionaryArray.from_arrays(pa.nulls(len(piece), pa.int32()), pa.array([], pa.string()))
    if piece.null_count or len(piece.dictionary) != 1 or piece.dictionary.null_count:
        return None
    return pa.DictionaryArray.from_arrays(piece.indices.cast(pa.int32()), piece.dictionary.cast(pa.string()))


def _used(piece: pa.DictionaryArray) -> tuple[np.ndarray[Any, Any], list[str]]:
    """Return the codes that occur in the piece, and their texts."""
    codes = piece.indices.drop_null().to_numpy(zero_copy_only=False)
    places = np.flatnonzero(np.bincount(codes, minlength=1)[: len(piece.dictionary)])
    texts = piece.dictionary.take(pa.array(places)).to_pylist()
    if None in texts:
        raise ValueError("an absent text among the categories")
    return places, texts


def _recoded(piece: pa.DictionaryArray, places: np.ndarray[Any, Any], codes: list[int]) -> pa.Array:
    """Return the indices of the piece with the code at each of `places` replaced."""
    new = np.zeros(max(len(piece.dictionary), 1), dtype=np.int32)
    new[places] = codes
    if piece.null_count == 0:
        return pa.array(new[piece.indices.to_numpy(zero_copy_only=False)])
    absent = piece.is_null().to_numpy(zero_copy_only=False)
    return pa.array(new[piece.indices.fill_null(0).to_numpy(zero_copy_only=False)], mask=absent)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
