"""An archive: what was written and survived, and what can be read off it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from greatfear.errors import FaultList
from greatfear.record.archive import StoredArchive
from greatfear.record.reading import open_folder
from greatfear.show.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from greatfear.describe.description import Description
    from greatfear.describe.why import Why
    from greatfear.describe.why_forest import Forest
    from greatfear.record.joined import WithTables

__all__ = ["Archive", "read"]


@dataclass(frozen=True, eq=False, repr=False)
class Archive(StoredArchive):
    """Tables of one archive, real or simulated; nothing done with it changes it.

    Times are days from `epoch`; null is -1 for references, NaN for measures, an absent value for text (docs/record.md).
    Made by `greatfear.read` (a folder) or `Archive.from_tables` (memory), not by hand.

    Examples
    --------
    >>> import datetime as dt
    >>> from greatfear.record.columns import table_from_columns
    >>> persons = table_from_columns("persons", {"name": ["Anna", "Jean"]}, 2)
    >>> archive = Archive.from_tables({"persons": persons}, epoch=dt.date(1600, 1, 1))
    >>> archive.sql("select count(*) as n from persons").to_pylist()
    [{'n': 2}]
    """

    def _repr_html_(self) -> str:
        """Return title, period and the number of rows of each table, for a notebook."""
        entries = {name: entry.rows for name, entry in self.manifest.tables.items() if entry.rows}
        period = (
            f"{self.manifest.epoch} to {self.manifest.end}" if self.manifest.end else f"from {self.manifest.epoch} on"
        )
        about = f"{self.manifest.title} ({self.kind}), {period}"
        return Table("archive", about, {"table": list(entries), "rows": list(entries.values())}).to_html()

    def plot(self, *, ax: Axes | None = None) -> Figure:
        """Return a figure of the cases by month and by year; drawn into `ax` where axes are given."""
        return self.describe().plot(ax=ax)

    def describe(self, *, by: str = "month", top: int = 10, case: str | None = None) -> Description:
        """Return what the archive shows, in numbers.

        Parameters
        ----------
        by : {"day", "month", "year"}
            Unit of the windows in the tables by time.
        top : int
            How many persons to list among those who name, and are named, most.
        case : str, optional
            What counts as a case: a kind of act (``"arrest"``, ``"summons"``, ``"sentence"`` ...), or ``"statement"``: the
            first statement by somebody else against a person. Default: arrests, or summonses where no arrest is recorded.

        See Also
        --------
        greatfear.describe.description.describe
        """
        from greatfear.describe.description import describe

        return describe(self, by=by, top=top, case=case)

    def why(self, person: str | int, *, limit: int = 100) -> Why:
        """Return the chain behind a person's case, back to its root, and the statements against the person.

        Parameters
        ----------
        person : str or int
            Id of the person (column ``id`` of persons), or the row number.
        limit : int
            How many statements to list; all are counted.

        Raises
        ------
        greatfear.errors.UnknownNameError
            Nobody in the archive has this id; the message names the nearest.

        See Also
        --------
        greatfear.describe.why.why
        """
        from greatfear.describe.why import why

        return why(self, person, limit=limit, chains=self._chains)

    @cached_property
    def _chains(self) -> Forest:
        """All cases with their parents: built for the first question, and kept."""
        from greatfear.describe.why_forest import forest

        return forest(self)

    def with_aliases(self, result: WithTables, *, draw: int = 0) -> Archive:
        """Return a view in which the records that are one person in one draw of `greatfear.recover.aliases` are one person.

        References of all tables lead to the first row of each person; rows of persons stay. This archive does not change.

        Parameters
        ----------
        result : greatfear.recover.Result
            Of ``gf.recover.aliases(archive)``.
        draw : int
            Which of its partitions, from 0.

        Raises
        ------
        greatfear.errors.UnknownNameError
            There is no such draw.
        """
        from greatfear.record.joined import joined_tables

        return Archive.from_tables(
            joined_tables(self, result.tables["partitions"], draw),
            epoch=self.epoch,
            end=self.end,
            kind=self.kind,
            title=self.manifest.title,
            provenance=dict(self.manifest.provenance) | {"aliases": {"draw": draw}},
        )


def read(path: str | os.PathLike[str], *, verify: bool = False, strict: bool = False) -> Archive:
    """Open a run folder, simulated or real.

    Size, footer and columns of every table are checked; rows are read when they are asked for. Each file is hashed when
    its rows are first asked for, so that a damaged one is never read; ``verify=True`` hashes all files at once.

    Parameters
    ----------
    path : path
        The folder that holds ``manifest.json``.
    verify : bool
        Check the SHA-256 of every listed file too.
    strict : bool
        Check also every requirement of the record format, as `Archive.check` does.

    Returns
    -------
    Archive

    Raises
    ------
    greatfear.errors.NotAnArchiveError
        There is no such folder, or it is not one of ours.
    greatfear.errors.IncompleteRunError
        Writing was never finished, or a listed table is missing.
    greatfear.errors.AlteredArchiveError
        Something is not as it was written.
    greatfear.errors.NewerFormatError
        Written by a newer greatfear, in a format that this version does not know.
    greatfear.errors.OlderFormatError
        Written by an older greatfear, in a format that this version no longer reads.
    greatfear.errors.FaultList
        Strict reading found breaches of the record format.

    Examples
    --------
    >>> read("no/such/folder")
    Traceback (most recent call last):
    ...
    greatfear.errors.NotAnArchiveError: no/such/folder: no such folder. Check the path...
    """
    archive = open_folder(path, Archive, verify=verify or strict)
    faults = archive.check() if strict else []
    if faults:
        raise FaultList(faults, str(path))
    return archive
