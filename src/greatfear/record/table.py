"""What a table of the record format is: its columns, their units and nulls, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Column name; a reference to another table bears that table's singular.
    type : str
        Arrow type: ``int32``, ``int8``, ``float32``, ``float64``, ``string``, or ``category`` (dictionary of strings).
    about : str
        What the value means.
    unit : str
        Unit, or empty for none.
    null : str
        How an unknown value is written: ``"-1"``, ``"NaN"``, ``"absent"``, or ``"never"`` where none may be.
    values : tuple of str
        All values allowed in a category; empty where any text is.
    refers : str
        Table whose first column this one refers to.
    since : int
        Version of the record format in which the column appeared. A column that came after the first version may be
        absent from a file, and then reads as null: so its null is never ``"never"`` unless its table came with it.
    """

    name: str
    type: str
    about: str
    unit: str = ""
    null: str = "never"
    values: tuple[str, ...] = ()
    refers: str = ""
    since: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, its columns, and what must hold."""

    name: str
    row: str
    columns: tuple[Column, ...]
    requirements: tuple[str, ...] = ()
    open: bool = False
    """True where further columns (attributes) may follow those listed."""
    optional: bool = False
    """True where a run has the table only if the scenario asks for what it holds."""
    since: int = 1
    """Version of the record format in which the table appeared; an older archive reads as one in which it is empty."""

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)
