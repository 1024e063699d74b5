"""Points of a published record, as figures need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greatfear.errors import Fault, FaultList


@dataclass(frozen=True, slots=True)
class Point:
    """One published number.

    Parameters
    ----------
    quantity : str
        ``"arrests"``, ``"sentences"`` or ``"deaths"``.
    window : str
        Year, month or day as an ISO date cut to that length.
    value : float
        Persons.
    source : str
        Where it stands.
    """

    quantity: str
    window: str
    value: float
    source: str = ""


_COLUMNS = {"total_sentenced": "sentences", "death": "deaths", "arrested": "arrests"}


def points_of(record: Any) -> list[Point]:
    """Return the points of a record.

    Parameters
    ----------
    record : None, iterable of Point, or table by year
        A table is an iterable of mappings with ``year`` and any of ``total_sentenced``, ``death``, ``arrested``, such as
        ``catalogue.record("ussr-sentences")``; or mappings with the fields of `Point`.

    Raises
    ------
    FaultList
        If a row is none of these.
    """
    if record is None:
        return []
    cited = getattr(record, "cite", None)
    source = "; ".join(cited().splitlines()) if callable(cited) else ""
    found: list[Point] = []
    faults: list[Fault] = []
    rows: Iterable[Any] = record
    for number, row in enumerate(rows):
        if isinstance(row, Point):
            found.append(row)
        elif isinstance(row, Mapping) and "quantity" in row:
            found.append(Point(row["quantity"], str(row["window"]), float(row["value"]), row.get("source", "")))
        elif isinstance(row, Mapping) and "year" in row:
            values = {kind: row.get(column) for column, kind in _COLUMNS.items()}
            found += [Point(k, str(row["year"]), float(v), source) for k, v in values.items() if v is not None]
        else:
            faults.append(Fault(f"record row {number}", repr(row)[:60], "a row with 'year' or with 'quantity'"))
    if faults:
        raise FaultList(faults, "record")
    return found
