"""The common result of `recover`: tables, words, checks and a verdict. Every part returns one, frozen."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from greatfear.errors import UnknownNameError, nearest
from greatfear.landing import land, landing, refuse_other
from greatfear.show.face import Json
from greatfear.show.plain import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Verdict = Literal["tells", "tells in part", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Check:
    """One condition that was tested, with its figure, its limit and what it means for the reader.

    Parameters
    ----------
    name : str
        Short name, such as ``"D4 whose number"``.
    value, limit : float
        The figure and the limit it is held against; NaN where there is none.
    passed : bool
        Whether the condition holds.
    means : str
        One sentence: what a pass or a failure means for this archive.
    """

    name: str
    value: float
    limit: float
    passed: bool
    means: str

    def __str__(self) -> str:
        """Return the check as one line."""
        figure = "" if math.isnan(self.value) else f" {shown(self.value)}"
        limit = "" if math.isnan(self.limit) else f" (limit {shown(self.limit)})"
        return f"{'passed' if self.passed else 'failed'}  {self.name}{figure}{limit}: {self.means}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure of a result: it is drawn when it is asked for.

    Parameters
    ----------
    name : str
        Name of the file, without its ending.
    title, caption : str
        What the figure shows; how to read it.
    draw : callable
        Returns the matplotlib figure (see `greatfear.canvas`).
    """

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]

    def __reduce__(self) -> tuple[Callable[..., Drawing], tuple[str, str, str, bytes]]:
        """Return how to make it again: what draws is mostly a function inside another, which `pickle` alone does not send."""
        import cloudpickle  # type: ignore[import-untyped]

        return _sent, (self.name, self.title, self.caption, cloudpickle.dumps(self.draw))


def _sent(name: str, title: str, caption: str, draw: bytes) -> Drawing:
    """Return a drawing that was pickled."""
    return Drawing(name, title, caption, pickle.loads(draw))


@dataclass(frozen=True, repr=False)
class Result:
    """What one part of `recover` found, or why it cannot tell.

    Parameters
    ----------
    part : str
        Name of the part, as on the command line: ``"ledger"``.
    title : str
        The question it answers, in words.
    verdict : {"tells", "tells in part", "cannot tell"}
        What the archive supports. A refusal is a normal result.
    words : tuple of str
        Sentences for the reader, the most important first. After a refusal, the first says why.
    tables : mapping of str to pyarrow.Table
        Every table by name; the first is `table`. Column ``id`` holds ids of persons.
    about : mapping of str to str
        For each table, what one row is.
    checks : tuple of Check
    settings : mapping
        Values that repeat the call, ready for JSON.
    drawings : tuple of Drawing
        The figures.

    Examples
    --------
    >>> result = Result("ledger", "Who was named by whom?", "cannot tell", ("The archive holds no statements.",))
    >>> print(result.summary())
    Who was named by whom? The archive cannot tell.
    The archive holds no statements.
    """

    part: str
    title: str
    verdict: Verdict
    words: tuple[str, ...]
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    drawings: tuple[Drawing, ...] = ()

    @property
    def table(self) -> pa.Table:
        """The main table; empty after a refusal."""
        return next(iter(self.tables.values()), pa.table({}))

    def summary(self) -> str:
        """Return verdict, words and checks as plain text."""
        lines = [f"{self.title} {_VERDICTS[self.verdict]}", *self.words]
        if self.checks:
            lines += ["", "Checks:", *(f"  {check}" for check in self.checks)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return title and verdict on one line."""
        return f"<{self.title} {_VERDICTS[self.verdict]}>"

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    def why(self, person: str) -> str:
        """Return in words what this result says about one person.

        Parameters
        ----------
        person : str
            Id, as in the column ``id`` of persons.

        Raises
        ------
        greatfear.errors.UnknownNameError
            No table of this result holds the person.
        """
        lines = [f"{person}:"]
        for name, table in self.tables.items():
            lines += [f"  {name}: {line}" for line in _lines_of(table, person)]
        if len(lines) == 1:
            ids = sorted({str(key) for table in self.tables.values() if "id" in table.column_names
                          for key in table.column("id").to_pylist()})  # fmt: skip
            raise UnknownNameError("person", person, nearest(person, ids) or ids[:3])
        return "\n".join(lines)

    def plot(self, name: str | None = None, *, ax: Axes | None = None) -> Figure:
        """Draw one figure; the first where no name is given.

        Parameters
        ----------
        name : str, optional
            Name of the figure.
        ax : matplotlib axes, optional
            Where to draw instead of a new figure; of a figure with two panels, the first is drawn there.

        Returns
        -------
        matplotlib figure

        Raises
        ------
        greatfear.errors.UnknownNameError
            There is no such figure; the message lists the names.
        """
        known = {drawing.name: drawing for drawing in self.drawings}
        wanted = next(iter(known), "") if name is None else name
        if wanted not in known:
            raise UnknownNameError("figure", wanted, list(known))
        from greatfear.canvas import as_it_stands, onto

        with onto(ax):
            return as_it_stands(known[wanted].draw)()

    def to_dict(self) -> dict[str, Json]:
        """Return everything as plain data, ready for JSON: words, checks, settings and tables by column."""
        checks = [{name: plain(getattr(check, name)) for name in Check.__dataclass_fields__} for check in self.checks]
        return {
            "part": self.part,
            "title": self.title,
            "verdict": self.verdict,
            "words": list(self.words),
            "checks": checks,
            "settings": plain(dict(self.settings)),
            "tables": {name: plain(table.to_pydict()) for name, table in self.tables.items()},
            "about": dict(self.about),
        }

    def write(self, folder: str | Path) -> Path:
        """Write every table as CSV and Parquet, every figure as SVG, the words as text and JSON.

        ``PART.json`` is written last: a folder that holds it is complete.

        Returns
        -------
        pathlib.Path
            The folder.
        """
        import pyarrow.csv
        import pyarrow.parquet

        from greatfear.canvas import save

        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        refuse_other(target / f"{self.part}.json", text='{"part"')
        for name, table in self.tables.items():
            with landing(target / f"{self.part}-{name}.parquet") as part:
                pyarrow.parquet.write_table(table, part)
            with landing(target / f"{self.part}-{name}.csv") as part:
                pyarrow.csv.write_csv(table, part)
        for drawing in self.drawings:
            save(drawing.draw(), target / f"{self.part}-{drawing.name}.svg")
        land(target / f"{self.part}.txt", self.summary() + "\n")
        told = self.to_dict() | {"tables": {name: table.num_rows for name, table in self.tables.items()}}
        text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
        land(target / f"{self.part}.json", text + "\n")
        return target


_VERDICTS = {
    "tells": "The archive tells.",
    "tells in part": "The archive tells in part.",
    "cannot tell": "The archive cannot tell.",
}


def refused(part: str, title: str, reasons: Sequence[str], **more: Any) -> Result:
    """Return the result of a part that cannot answer; `reasons` are sentences, the first the most important.

    Examples
    --------
    >>> refused("veracity", "Who was a member?", ["No statement has a speaker."]).verdict
    'cannot tell'
    """
    return Result(part, title, "cannot tell", tuple(reasons), **more)


def by_id(table: pa.Table) -> pa.Table:
    """Return a table in the order of the column ``id``: no table of persons is ordered by what is said of them."""
    import pyarrow.compute as pc

    return table.take(pc.sort_indices(table, [("id", "ascending")]))


def shown(value: float) -> str:
    """Return a number for a reader.

    Examples
    --------
    >>> shown(12345.0), shown(0.01234), shown(float("nan"))
    ('12,345', '0.0123', 'not known')
    """
    if math.isnan(value):
        return "not known"
    return f"{value:,.0f}" if math.isfinite(value) and value == round(value) else f"{value:,.3g}"


def _lines_of(table: pa.Table, person: str) -> list[str]:
    """Return the rows of a table that concern a person, each as one line."""
    if "id" not in table.column_names:
        return []
    import pyarrow.compute as pc

    rows = table.filter(pc.equal(table.column("id"), person)).to_pylist()
    keep = [name for name in table.column_names if name not in ("id", "person")]
    return [", ".join(f"{name.replace('_', ' ')} {_cell(row[name])}" for name in keep) for row in rows]


def _cell(value: Any) -> str:
    return shown(value) if isinstance(value, float) else str(value)
