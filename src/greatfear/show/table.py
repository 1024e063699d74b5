"""A table of results: columns, their units, what a row is, and a note."""

from __future__ import annotations

import csv
import html
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from greatfear.show.grid import grid, number
from greatfear.sources import latex_text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Cell: TypeAlias = Any
"""What a cell may hold: text, a number or a flag, of Python or NumPy; NaN and None are unknown."""

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of results. It prints itself and converts to what other tools read.

    Parameters
    ----------
    name : str
        A short name, one word where possible.
    about : str
        What a row is, and what the numbers count.
    columns : mapping of str to sequence
        Columns of equal length; NaN and None are unknown.
    units : dict of str to str
        Unit of a column, where it has one.
    note : str
        A sentence that must stand below the table.

    Examples
    --------
    >>> months = Table("months", "arrests by month", {"month": ["1937-08", "1937-09"], "arrests": [1204, None]})
    >>> print(months)
    months: arrests by month
      month    arrests
      1937-08    1,204
      1937-09        -
    >>> months["arrests"]
    [1204, None]
    """

    name: str
    about: str
    columns: Mapping[str, Sequence[Cell]]
    units: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values()), []))

    def __getitem__(self, column: str) -> Sequence[Cell]:
        """Return a column."""
        return self.columns[column]

    def __repr__(self) -> str:
        """Return name and size on one line."""
        return f"<Table {self.name!r}: {len(self)} rows, columns {', '.join(self.columns)}>"

    def __str__(self) -> str:
        """Return the table as text, at most twelve rows of it."""
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html(most=_SHOWN)

    def only(self, *columns: str) -> Table:
        """Return the table with some of its columns."""
        return replace(self, columns={name: self.columns[name] for name in columns})

    def rows(self) -> list[dict[str, Cell]]:
        """Return the rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self._rows()]

    def to_text(self, *, most: int | None = _SHOWN) -> str:
        """Return the table as text; at most `most` rows, and how many more there are (None: all rows)."""
        lines = [f"{self.name.replace('_', ' ')}: {self.about}" if self.about else self.name]
        cells = [[number(value) for value in row] for row in self._rows(most)]
        lines += grid([self._heads(), *cells], left=self._left())
        lines += [f"  ... {len(self) - most:,} more rows"] if most is not None and len(self) > most else []
        return "\n".join(lines + ([self.note] if self.note else []))

    def to_html(self, *, most: int | None = None) -> str:
        """Return the table as HTML; everything that comes from data is escaped."""
        left = self._left()

        def line(cells: list[str], tag: str) -> str:
            align = ["" if k in left else ' style="text-align:right"' for k in range(len(cells))]
            parts = (f"<{tag}{a}>{html.escape(cell)}</{tag}>" for a, cell in zip(align, cells, strict=True))
            return f"<tr>{''.join(parts)}</tr>"

        body = "".join(line([number(value) for value in row], "td") for row in self._rows(most))
        more = f" ({len(self) - most:,} more rows)" if most is not None and len(self) > most else ""
        caption = f"<caption>{html.escape(self.about or self.name)}{more}</caption>"
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return f"<table>{caption}<thead>{line(self._heads(), 'th')}</thead><tbody>{body}</tbody></table>{note}"

    def to_latex(self) -> str:
        """Return the table as a LaTeX tabular; characters that LaTeX reads otherwise are escaped."""
        align = "".join("l" if k in self._left() else "r" for k in range(len(self.columns)))
        lines = [rf"\begin{{tabular}}{{{align}}}", r"\hline", self._latex(self._heads()), r"\hline"]
        lines += [self._latex([number(value) for value in row]) for row in self._rows()]
        if self.note:
            lines += [r"\hline", rf"\multicolumn{{{len(align)}}}{{l}}{{{latex_text(self.note)}}} \\"]
        return "\n".join([*lines, r"\hline", r"\end{tabular}"])

    def to_csv(self) -> str:
        """Return the table as comma-separated text with a head; unknown cells are empty, numbers are not rounded."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([None if _is_unknown(value) else value for value in row] for row in self._rows())
        return out.getvalue()

    def to_dict(self) -> dict[str, object]:
        """Return name, what a row is, units, note and rows as plain data; unknown cells are None."""
        rows = [{name: None if _is_unknown(value) else value for name, value in row.items()} for row in self.rows()]
        return {"name": self.name, "about": self.about, "units": dict(self.units), "note": self.note, "rows": rows}

    def to_json(self) -> str:
        """Return `to_dict` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_arrow(self) -> pa.Table:
        """Return the table as Arrow, with what a row is, units and note in its metadata."""
        import pyarrow as pa

        about = {"about": self.about, "note": self.note, "units": json.dumps(dict(self.units))}
        return pa.table(dict(self.columns)).replace_schema_metadata(about)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the rows to any library that reads Arrow (polars, DuckDB, pandas)."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return the table as a pandas frame.

        Raises
        ------
        greatfear.errors.MissingExtraError
            pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            from greatfear.errors import MissingExtraError

            raise MissingExtraError("pandas", "frames", "to_pandas") from error
        return pd.DataFrame(dict(self.columns))

    def _rows(self, most: int | None = None) -> Iterator[tuple[Cell, ...]]:
        return iter(list(zip(*(column[:most] for column in self.columns.values()), strict=True)))

    def _heads(self) -> list[str]:
        heads = [name.replace("_", " ") for name in self.columns]
        units = [self.units.get(name, "") for name in self.columns]
        return [f"{head} ({unit})" if unit else head for head, unit in zip(heads, units, strict=True)]

    def _left(self) -> set[int]:
        """Return the positions of the columns of text."""
        return {
            k for k, column in enumerate(self.columns.values()) if all(isinstance(v, str) or v is None for v in column)
        }

    def _latex(self, cells: list[str]) -> str:
        return " & ".join(map(latex_text, cells)) + r" \\"


def _is_unknown(value: Cell) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))
