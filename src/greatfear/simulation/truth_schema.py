"""The tables of the truth of a simulated world, beside its archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from greatfear.errors import Fault, FaultList
from greatfear.naming.registry import BASES
from greatfear.record.columns import table_from_columns
from greatfear.record.schema import ACTS, STATEMENTS
from greatfear.record.table import Column, Table
from greatfear.simulation.truth_sham import SHAM_TABLES

MOTIVES = ("pressed", "conviction", "self-protection", "malice", "reward", "none")
COPIED = ("copy", "other side")
LOST_BY = ("fire", "selection")
ENTRY_KINDS = ("own", "spelling", "code name")
_BASIS = (
    Column(
        "basis",
        "category",
        "what the choice of this name rests on most: the speaker knew the subject as a fellow member; the office held out "
        "the name; the speaker had named the subject before; others had named the subject; anything else",
        null="absent",
        values=BASES,
        since=2,
    ),
    *(
        Column(
            f"share_{basis}",
            "float32",
            f"share of '{basis}' in the choice, 0 to 1: 1 - P(choice without these terms) / P(choice)"
            if basis != "other"
            else "share of all other terms in the choice, 0 to 1",
            null="NaN",
            since=2,
        )
        for basis in BASES
    ),
)
"""What a naming rests on, in the truth about it."""
_MADE = Column("made", "int32", "number of the row in the run, before papers; copies are numbered after the rest")
_COPY = (
    Column("copy_of", "int32", "number of the statement it was taken from, as in `made`", null="-1"),
    Column("copied", "category", "how it came from there", null="absent", values=COPIED),
)


def _lost(table: Table, *further: Column) -> Table:
    """Return the table of the rows of `table` that did not survive: as they were, numbered as in the run."""
    taken = {column.name for column in further}
    kept = [column for column in table.columns[1:] if column.name not in taken]
    own = tuple(replace(column, refers="") if column.refers in _RENUMBERED else column for column in kept)
    by = Column("lost_by", "category", "what it was lost by", values=LOST_BY)
    row = f"one row of {table.name} that did not survive, as it was made; persons and statements are numbered as in `made`"
    return Table(f"lost_{table.name}", row, (_MADE, by, *own, *further), optional=True)


_RENUMBERED = ("persons", "statements")


_TRUE_TIME = Column("time", "float64", "when it really was", "days", "NaN")
_PAPERS = (
    Table(
        "people",
        "one person of the run, recorded or not",
        (
            _MADE,
            Column("person", "int32", "entry under the person's own name", null="-1", refers="persons"),
            Column("member", "int32", "as in members", null="-1"),
            Column("informer", "int8", "as in members"),
            Column("address", "int64", "as in members"),
        ),
        optional=True,
    ),
    Table(
        "entries",
        "one entry of the archive's persons with who stands behind it",
        (
            Column("person", "int32", "row number in the archive's persons", refers="persons"),
            _MADE,
            Column("kind", "category", "under what the person stands there", values=ENTRY_KINDS),
            Column("side", "int8", "side served under a code name: 0 own, 1 other", null="-1"),
            Column("number", "int32", "number of the spelling or code name", null="-1"),
        ),
        optional=True,
    ),
    Table(
        "written_statements",
        "one statement of the archive with the truth",
        (Column("statement", "int32", "row number", refers="statements"), _MADE, _TRUE_TIME, *_COPY),
        optional=True,
    ),
    Table(
        "written_acts",
        "one act of the archive with the truth",
        (
            Column("act", "int32", "row number", refers="acts"),
            _MADE,
            _TRUE_TIME,
            Column("statement", "int32", "number of the statement it rests on, as in `made`", null="-1"),
        ),
        optional=True,
    ),
    _lost(
        STATEMENTS,
        *_COPY,
        Column("logp", "float64", "as in namings", "nats", "NaN"),
        Column("true_lead", "int8", "as in namings"),
        Column("motive", "category", "as in namings", values=MOTIVES),
        *_BASIS,
    ),
    _lost(ACTS),
)
"""Tables that link an archive that went through papers with the truth."""

_WHERE = (Column("day", "int32", "day, counted from the epoch of the archive", "days"),)
FAMILY_TABLES = (
    Table(
        "meetings",
        "one meeting of a unit that voted, with the private support",
        (
            Column("meeting", "int32", "row number, counted from 0"),
            *_WHERE,
            Column("region", "category", "region of the unit"),
            Column("unit", "int64", "number of the unit within the region"),
            Column("present", "int32", "persons present", "persons"),
            Column("hands_up", "int32", "persons who raised a hand: the reported vote", "persons"),
            Column("private_support", "int32", "persons present who supported it in private", "persons"),
        ),
        optional=True,
    ),
    Table(
        "foreign_papers",
        "one paper that reached the centre from a service, or one copy of it",
        (
            Column("paper", "int32", "row number, counted from 0"),
            *_WHERE,
            Column("service", "category", "who sent it"),
            Column("forged", "int8", "1 if it was forged, 0 if it was a leak about a real organisation"),
            Column("copy_of", "int32", "paper of which it is a copy", null="-1"),
            Column("believed", "int8", "1 if the centre believed it"),
            Column("recognised", "int8", "1 if it was seen to be a copy, and laid aside"),
            Column("statement", "int32", "the statement it became", null="-1", refers="statements"),
            Column("address", "int64", "number of its subject in the simulated population"),
        ),
        optional=True,
    ),
    Table(
        "judges",
        "one judge on one day on which the board decided cases",
        (
            *_WHERE,
            Column("board", "category", "court or board"),
            Column("person", "int32", "who judged", refers="persons"),
            Column("cases", "int32", "cases decided that day", "persons"),
            Column("arrested_later", "int8", "1 if the judge was arrested later"),
        ),
        optional=True,
    ),
)
"""Tables of the truth that only mechanism families write."""

TRUTH_TABLES: dict[str, Table] = {
    "members": Table(
        "members",
        "one person of the record with the truth of the simulated world",
        (
            Column("person", "int32", "row number in the archive's persons", refers="persons"),
            Column("member", "int32", "organisation the person really belonged to, counted from 0", null="-1"),
            Column("informer", "int8", "1 if the person was an informer"),
            Column("address", "int64", "number of the person in the simulated population"),
        ),
    ),
    "namings": Table(
        "namings",
        "one statement with the truth of the simulated world",
        (
            Column("statement", "int32", "row number in the archive's statements", refers="statements"),
            Column(
                "logp",
                "float64",
                "log-probability of this choice, given the speaker, the history and the names before",
                "nats",
                "NaN",
            ),
            Column("true_lead", "int8", "1 if the subject really was a member"),
            Column("motive", "category", "why it was said", values=MOTIVES),
            *_BASIS,
        ),
    ),
    **SHAM_TABLES,
    **{table.name: table for table in _PAPERS},
    **{table.name: table for table in FAMILY_TABLES},
}
"""Tables of the truth folder; no function that estimates can open them."""


def truth_table(name: str, columns: Mapping[str, Any], n_rows: int) -> pa.Table:
    """Make a table of the truth from columns; see `greatfear.record.columns.table_from_columns`."""
    return table_from_columns(TRUTH_TABLES[name], columns, n_rows)


def in_order(truth: Mapping[str, Any]) -> dict[Table, Any]:
    """Return the rows by table, in the order of the schema; a table that every run has may lack rows.

    Raises
    ------
    FaultList
        A table that the truth does not have.
    """
    faults = [Fault("truth", repr(name), ", ".join(TRUTH_TABLES)) for name in truth if name not in TRUTH_TABLES]
    if faults:
        raise FaultList(faults, "truth")
    return {table: truth.get(name) for name, table in TRUTH_TABLES.items() if name in truth or not table.optional}
