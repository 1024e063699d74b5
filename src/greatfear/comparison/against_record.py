"""A simulated archive beside the published record: every quantity with its error, also where it is bad."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from greatfear.catalogue.entry import scenarios
from greatfear.comparison.record_quantities import Queryable, quantities
from greatfear.comparison.record_values import RECORD_IDS, Known, known_values
from greatfear.comparison.summing_up import best_and_worst, is_outside, sentences
from greatfear.errors import UnknownNameError
from greatfear.record.archive import StoredArchive, archive_of
from greatfear.show.face import Shown
from greatfear.show.grid import grid
from greatfear.show.plain import plain

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROLES = ("input", "calibrated", "partly calibrated", "prediction", "other scenario", "own record")
"""How a quantity stands to the scenario: given to it, fitted, a total that contains what was fitted, none of these; or the run is
of another scenario, to which nothing was fitted; or the record is a file of the user's, who alone knows."""


_TOLD = 5
"""Rows not compared that are told one by one."""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One quantity, simulated and recorded.

    Parameters
    ----------
    key, quantity, unit : str
        Short name, name in words, unit.
    simulated : float
        Value in the archive.
    low, high : float
        Fifth and ninety-fifth percentile over the replicates of the catalogue entry; NaN where there are none.
    record : float
        Published value; NaN where there is none of the same scope.
    error : float
        simulated / record - 1; NaN where either is missing.
    role : str
        One of `ROLES`.
    claim, verdict : str
        Id and verdict where the value is one of the source article's own.
    source, note : str
        Where the value was taken from, and remarks.
    group : str
        ``"totals"``, ``"by date"``, ``"by line"``, ``"by region"`` or ``"the source article"``.

    Examples
    --------
    >>> ComparisonRow("a", "arrests", "persons", 90, 80, 100, 100, -0.1, "prediction").error
    -0.1
    """

    key: str
    quantity: str
    unit: str
    simulated: float
    low: float
    high: float
    record: float
    error: float
    role: str
    claim: str = ""
    verdict: str = ""
    source: str = ""
    note: str = ""
    group: str = "totals"

    @property
    def is_outside(self) -> bool:
        """Whether the run lies outside the interval of the replicates."""
        return is_outside(self)


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Rows of a comparison with the record; ``print`` shows them as a table.

    Examples
    --------
    >>> row = ComparisonRow("a", "arrests, 1937", "persons", 90000, 80000, 95000, 100000, -0.1, "calibrated")
    >>> print(Comparison((row,)))
    totals         simulated  90 per cent       record   error  role
    arrests, 1937     90,000  80,000 to 95,000  100,000  -10%   calibrated
    """

    rows: tuple[ComparisonRow, ...]
    n_replicates: int = 0
    is_altered: bool = False
    """Whether the run is of another scenario than the catalogue's entry as it stands."""
    not_compared: tuple[str, ...] = ()
    """Rows of a record of the user's own that the archive has no counterpart of, and why."""

    def __iter__(self) -> Iterator[ComparisonRow]:
        """Yield the rows."""
        return iter(self.rows)

    def __getitem__(self, key: str) -> ComparisonRow:
        """Return the row called `key`."""
        for row in self.rows:
            if row.key == key:
                return row
        raise UnknownNameError("quantity", key, [row.key for row in self.rows])

    def __repr__(self) -> str:
        """Return the number of rows on one line."""
        return f"<Comparison with the record: {len(self.rows)} quantities>"

    def best(self, n: int = 5) -> list[ComparisonRow]:
        """Return the n predictions or partly calibrated rows nearest to the record.

        Examples
        --------
        >>> Comparison(()).best()
        []
        """
        return best_and_worst(self.rows, n)[0]

    def worst(self, n: int = 5) -> list[ComparisonRow]:
        """Return the n predictions or partly calibrated rows farthest from the record, the worst first.

        Examples
        --------
        >>> Comparison(()).worst()
        []
        """
        return best_and_worst(self.rows, n)[1]

    def sentences(self) -> list[str]:
        """Return what a reader must know before the table.

        Examples
        --------
        >>> Comparison((), is_altered=True).sentences()[0].split(":")[0]
        'This run is not of great-terror as it stands in the catalogue'
        """
        told = sentences(self.rows, self.n_replicates, is_altered=self.is_altered)
        return [*told, *self._left_out()]

    def _left_out(self) -> list[str]:
        """Return which rows of the user's record were not compared: the first ten, and how many more."""
        if not self.not_compared:
            return []
        more = len(self.not_compared) - _TOLD
        rest = f"; and {more} more" if more > 0 else ""
        return [f"Not compared: {'; '.join(self.not_compared[:_TOLD])}{rest}."]

    def __str__(self) -> str:
        """Return the table as plain text: worst and best rows first, then every row by group."""
        parts = [(title, rows) for title, rows in (("the worst", self.worst()), ("the best", self.best())) if rows]
        for row in self.rows:
            if row.group not in (title for title, _ in parts):
                parts.append((row.group, [one for one in self.rows if one.group == row.group]))
        tables = [
            "\n".join(grid([(title, *_HEAD), *map(_cells, rows)], left=(0, 2, 3, 4, 5), indent=""))
            for title, rows in parts
        ]
        return "\n\n".join([*tables, *self.sentences()])

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of simulated over recorded values, a line per quantity; drawn into `ax` where axes are given.

        Examples
        --------
        >>> row = ComparisonRow("a", "arrests", "persons", 90, 80, 95, 100, -0.1, "prediction")
        >>> [text.get_text() for text in Comparison((row,)).plot().axes[0].get_yticklabels()]
        ['arrests']
        """
        from greatfear.comparison.drawing import draw

        return draw(self.rows, ax)

    def to_dict(self) -> dict[str, Any]:
        """Return all rows as plain data, for ``--json``; missing numbers are None.

        Examples
        --------
        >>> Comparison(()).to_dict()
        {'n_replicates': 0, 'is_altered': False, 'rows': [], 'not_compared': []}
        """
        rows = [{key: plain(value) for key, value in asdict(row).items()} for row in self.rows]
        told = {"n_replicates": self.n_replicates, "is_altered": self.is_altered, "rows": rows}
        return told | {"not_compared": list(self.not_compared)}

    def to_pandas(self) -> pd.DataFrame:
        """Return all rows as a pandas frame.

        Examples
        --------
        >>> list(Comparison(()).to_pandas().columns)[:4]
        ['key', 'quantity', 'unit', 'simulated']
        """
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows], columns=[field.name for field in fields(ComparisonRow)])


def against_record(archive: Queryable, *record_ids: str, entry: str = "great-terror") -> Comparison:
    """Return the archive beside the published record.

    Parameters
    ----------
    archive : Archive
        Archive of a run of `entry`.
    *record_ids : str
        Records to compare with, of `RECORD_IDS`; none: all of them. The source article's own figures always follow.
    entry : str
        Catalogue entry whose replicates give the intervals, where it has any.

    Returns
    -------
    Comparison
        One row per quantity.

    Raises
    ------
    UnknownNameError
        For a record that has no quantities in common with an archive.

    Examples
    --------
    >>> import pyarrow as pa
    >>> class Empty:
    ...     def sql(self, query):
    ...         return pa.table({"year": [], "month": [], "outcome": [], "operation": [], "cases": []})
    >>> against_record(Empty(), "ussr-sentences")["deaths-1938"].record
    328618.0
    """
    ids = record_ids or RECORD_IDS
    for name in ids:
        if name not in RECORD_IDS:
            raise UnknownNameError("record to compare with", name, RECORD_IDS)
    if not hasattr(archive, "sql"):
        archive_of(archive, StoredArchive)
    if entry not in scenarios():
        raise UnknownNameError("scenario", entry, scenarios())
    altered = _is_altered(archive, entry)
    intervals, n_replicates = ({}, 0) if altered else replicate_intervals(entry)
    simulated = quantities(archive)
    rows = tuple(_row(known, simulated, intervals, altered) for known in known_values(ids))
    return Comparison(rows, n_replicates, altered)


def _is_altered(archive: Any, entry: str) -> bool:
    """Return whether a run is of another scenario than the catalogue's entry as it stands; not, where that is not told."""
    from greatfear.catalogue import scenario
    from greatfear.errors import ScenarioError
    from greatfear.record.side_files import text_beside
    from greatfear.scenario import digest, load
    from greatfear.scenario.resolving import numbers_digest

    manifest = getattr(archive, "manifest", None)
    told = manifest.provenance.get("scenario") if manifest is not None else None
    if not isinstance(told, dict) or "sha256" not in told:
        return False
    if told["sha256"] == digest(scenario(entry)):
        return False
    kept = text_beside(archive, "scenario.json") if getattr(archive, "path", None) else None
    if kept is None:
        return True
    # another version may say the same numbers in other words
    try:
        return numbers_digest(load(kept.encode())) != numbers_digest(scenario(entry))
    except ScenarioError:  # of a version that this one cannot read
        return True


def replicate_intervals(entry: str = "great-terror") -> tuple[dict[str, tuple[float, float]], int]:
    """Return the fifth and ninety-fifth percentile of each quantity over the entry's replicates, and their number.

    The file ``replicates.csv`` of the entry has the columns replicate, seed, quantity, value; lines that begin with
    ``#`` tell its provenance. Without the file there are no intervals.

    Examples
    --------
    >>> replicate_intervals("naming-cascade")
    ({}, 0)
    """
    import numpy as np

    values, n_replicates = replicate_values(entry)
    bounds = {key: np.nanpercentile(found, [5, 95]) for key, found in values.items() if not np.isnan(found).all()}
    return {key: (float(low), float(high)) for key, (low, high) in bounds.items()}, n_replicates


def replicate_values(entry: str) -> tuple[dict[str, list[float]], int]:
    """Return the values of each quantity over the entry's replicates, and how many replicates there are."""
    from greatfear.catalogue.resources import folder

    file = folder("entries").joinpath(entry).joinpath("replicates.csv")
    if not file.is_file():
        return {}, 0
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = lines[0].split(",")
    values: dict[str, list[float]] = {}
    replicates = set()
    for line in lines[1:]:
        row = dict(zip(head, line.split(","), strict=True))
        values.setdefault(row["quantity"], []).append(float(row["value"]))
        replicates.add(row["replicate"])
    return values, len(replicates)


def _row(
    known: Known, simulated: dict[str, float], intervals: dict[str, tuple[float, float]], altered: bool
) -> ComparisonRow:
    """Return one row of the comparison; to an altered scenario nothing was fitted, while what is input stays input."""
    key = known.simulated or known.key
    value = simulated[key]
    low, high = intervals.get(key, (math.nan, math.nan))
    error = value / known.value - 1 if known.value else math.nan
    role = "other scenario" if altered and known.role != "input" else known.role
    return ComparisonRow(
        known.key, known.quantity, known.unit, value, low, high, known.value, error, role, known.claim, known.verdict,
        known.source, known.note, known.group,
    )  # fmt: skip


_HEAD = ("simulated", "90 per cent", "record", "error", "role")


def _cells(row: ComparisonRow) -> tuple[str, ...]:
    """Return the cells of a row of the printed table; a run outside its interval is marked."""
    interval = "" if math.isnan(row.low) else f"{_number(row.low, row.unit)} to {_number(row.high, row.unit)}"
    interval += " (run outside)" if row.is_outside else ""
    error = "" if math.isnan(row.error) else f"{100 * row.error:+.0f}%"
    role = f"{row.role} ({row.claim}: {row.verdict})" if row.claim else row.role
    return (row.quantity, _number(row.simulated, row.unit), interval, _number(row.record, row.unit), error, role)


def _number(value: float, unit: str) -> str:
    """Return a number as a reader wants it in its unit; a dash where there is none."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if unit == "persons" or abs(value) >= 1000 else f"{value:.3g}"
