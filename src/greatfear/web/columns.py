"""Rows of plain values, kept by column: a page writes hundreds of them without making a cell of each value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from greatfear.web.parts import Cell, Value, cells

Row = tuple[Cell, ...]


class Columns(Sequence[Row]):
    """The rows of a table of values that say no more than themselves; who asks for a row gets cells."""

    def __init__(self, *columns: Sequence[Value]) -> None:
        self.columns = columns

    @cached_property
    def _rows(self) -> list[Row]:
        return list(zip(*map(cells, self.columns), strict=True))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Row]:
        """Return the rows as cells, one after another."""
        return iter(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """Return a row as cells."""
        return self._rows[place]
