"""The record format, once: tables, columns, units, nulls and requirements.

The documentation (docs/record.md), the checks and the DuckDB views are made from this file. Real and simulated archives
have the same tables. Null is -1 for references, NaN for measures, and an absent value for text.
"""

from __future__ import annotations

from dataclasses import replace

from greatfear.record.schema_sham import SHAM_EVENTS, SHAM_ROLES, SHAM_TABLES
from greatfear.record.table import Column, Table

__all__ = ["FORMAT_VERSION", "SHAM_EVENTS", "SHAM_ROLES", "TABLES", "TRUTH_TABLES", "Column", "Table"]

FORMAT_VERSION = 1
"""Version of the record format; a reader refuses what is newer."""

PRECISIONS = ("instant", "day", "month", "year", "interval", "unknown")
CHANNELS = ("denunciation", "report", "interrogation", "document", "accident", "order")
ACT_KINDS = (
    "summons", "arrest", "interrogation", "sentence", "release", "rehabilitation", "flight", "death",
)  # fmt: skip
CAUSES = ("statement", "register", "order", "sham", "none", "unknown")
OUTCOMES = ("death", "camp", "exile", "other", "released", "confessed", "denied", "none")
TIE_KINDS = ("kin", "unit", "acquaintance", "organisation", "congregation")
LEVELS = ("textual", "interpretive", "inferential")
MOTIVES = ("pressed", "conviction", "self-protection", "malice", "reward", "none")
CERTAINTIES = ("certain", "probable", "possible", "dubious", "false")

_TIME = (
    Column(
        "time", "float64", "when, counted from the epoch of the archive; the fraction is the time of day", "days", "NaN"
    ),
    Column("time_end", "float64", "end of the interval (open), where the precision is 'interval'", "days", "NaN"),
    Column("precision", "category", "how exactly the time is known", values=PRECISIONS),
)
_WHENCE = (
    Column("source", "int32", "source in which this stands", null="-1", refers="sources"),
    Column("place", "string", "place in that source: folio, page, line, file", null="absent"),
    Column("level", "category", "how the row stands to the text", null="absent", values=LEVELS),
    Column("certainty", "category", "how sure the recorder is", null="absent", values=CERTAINTIES),
)

PERSONS = Table(
    "persons",
    "one person who is mentioned in the record (not the whole population); it may be an invented one",
    (
        Column("person", "int32", "row number, counted from 0"),
        Column("id", "string", "stable name of the row outside; unique"),
        Column("name", "string", "name as written in the source", null="absent"),
        Column("region", "category", "region of residence", null="absent"),
        Column("stratum", "category", "social stratum", null="absent"),
        Column("unit", "string", "workplace or village", null="absent"),
        Column("sex", "category", "sex as recorded", null="absent"),
        Column("seniority", "float32", "rank, 0 (none) to 1 (highest)", null="NaN"),
    ),
    ("person equals the row number", "id is unique and not empty"),
    open=True,
)
STATEMENTS = Table(
    "statements",
    "one naming of one subject by one speaker to an office",
    (
        Column("statement", "int32", "row number, counted from 0"),
        *_TIME,
        Column(
            "speaker", "int32", "who spoke; -1 for an office, a paper or an unknown person", null="-1", refers="persons"
        ),
        Column("subject", "int32", "who was named", refers="persons"),
        Column("channel", "category", "the way on which it reached the office", values=CHANNELS),
        Column("pressure", "float32", "pressure on the speaker, 0 (none) to 1", null="NaN"),
        Column("prompted", "int8", "1 if the office had held the name out to the speaker, 0 if not", null="-1"),
        Column(
            "sitting",
            "int32",
            "sitting that yielded it; statements of one sitting share a number and a time",
            null="-1",
        ),
        Column("office", "int32", "office that received it", null="-1", refers="offices"),
        Column("collective", "string", "collective name that was expanded to this subject", null="absent"),
        *_WHENCE,
    ),
    (
        "statement equals the row number",
        "rows are in the order of their day; rows without a time come last",
        "time_end is later than time where the precision is 'interval', NaN elsewhere",
        "time is NaN exactly where the precision is 'unknown'",
    ),
)
ACTS = Table(
    "acts",
    "one thing an office did to one person, with what it rests on",
    (
        Column("act", "int32", "row number, counted from 0"),
        *_TIME,
        Column("person", "int32", "to whom", refers="persons"),
        Column("kind", "category", "what was done", values=ACT_KINDS),
        Column("office", "int32", "by whom", null="-1", refers="offices"),
        Column("cause", "category", "what it rests on", values=CAUSES),
        Column(
            "statement", "int32", "the statement it rests on, where the cause is one", null="-1", refers="statements"
        ),
        Column("operation", "category", "campaign, order or line under which it was done", null="absent"),
        Column("board", "category", "court or board that decided", null="absent"),
        Column(
            "outcome",
            "category",
            "what came of it: a sentence's penalty, an interrogation's confession",
            values=OUTCOMES,
        ),
        Column("pressure", "float32", "pressure applied in an interrogation, 0 to 1", null="NaN"),
        Column("sitting", "int32", "sitting number of an interrogation, as in statements", null="-1"),
        Column("evidence", "int32", "statements by distinct speakers held against the person then", "statements", "-1"),
        *_WHENCE,
    ),
    (
        "act equals the row number",
        "rows are in the order of their day; rows without a time come last",
        "time_end is later than time where the precision is 'interval', NaN elsewhere",
        "time is NaN exactly where the precision is 'unknown'",
        "statement is -1 unless the cause is 'statement'",
        "a statement that causes an act is not later than the end of the act's day, month, year or interval",
    ),
)
TIES = Table(
    "ties",
    "one typed relation between two persons over [start, end)",
    (
        Column("a", "int32", "one person; for a directed tie the one it starts from", refers="persons"),
        Column("b", "int32", "the other person", refers="persons"),
        Column("kind", "category", "kin, unit, acquaintance, ... (open list)"),
        Column("directed", "int8", "1 if it runs from a to b only, 0 if mutual"),
        Column("start", "float64", "first day on which it holds; NaN: always", "days", "NaN"),
        Column("end", "float64", "first day on which it no longer holds; NaN: never ends", "days", "NaN"),
        *_WHENCE,
    ),
    ("a and b differ", "end is later than start where both are known"),
)
OFFICES = Table(
    "offices",
    "one power that arrests, presses and records",
    (
        Column("office", "int32", "row number, counted from 0"),
        Column("id", "string", "stable name outside; unique"),
        Column("name", "string", "name as printed", null="absent"),
        Column("region", "category", "region it covers", null="absent"),
        Column("kind", "category", "region, centre, court, board ... (open list)", null="absent"),
    ),
    ("office equals the row number", "id is unique"),
)
ALIASES = Table(
    "aliases",
    "one further name under which a person stands in the record",
    (
        Column("person", "int32", "whose", refers="persons"),
        Column("alias", "string", "the name, code name or spelling"),
        Column("kind", "category", "spelling, code name, maiden name ... (open list)", null="absent"),
        *_WHENCE,
    ),
)
SOURCES = Table(
    "sources",
    "one document, edition or data set",
    (
        Column("source", "int32", "row number, counted from 0"),
        Column("id", "string", "short key; unique"),
        Column("citation", "string", "full reference"),
        Column("doi", "string", "DOI", null="absent"),
        Column("url", "string", "address", null="absent"),
        Column("licence", "string", "terms of use", null="absent"),
        Column("note", "string", "what to know about it", null="absent"),
    ),
    ("source equals the row number", "id is unique"),
)

TABLES: dict[str, Table] = {table.name: table for table in (PERSONS, STATEMENTS, ACTS, TIES, OFFICES, ALIASES, SOURCES)}
"""Tables of an archive, in the order in which they are documented and written."""


COPIED = ("copy", "other side")
LOST_BY = ("fire", "selection")
ENTRY_KINDS = ("own", "spelling", "code name")
_MADE = Column("made", "int32", "number of the row in the run, before papers; copies are numbered after the rest")
_COPY = (
    Column("copy_of", "int32", "number of the statement it was taken from, as in `made`", null="-1"),
    Column("copied", "category", "how it came from there", null="absent", values=COPIED),
)


def _lost(table: Table, *further: Column) -> Table:
    """Return the table of the rows of `table` that did not survive: as they were, numbered as in the run."""
    own = tuple(replace(column, refers="") if column.refers in _RENUMBERED else column for column in table.columns[1:])
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
        "one statement of the archive with what was so",
        (Column("statement", "int32", "row number", refers="statements"), _MADE, _TRUE_TIME, *_COPY),
        optional=True,
    ),
    Table(
        "written_acts",
        "one act of the archive with what was so",
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
    ),
    _lost(ACTS),
)
"""Tables that link an archive that went through papers with what was so."""

_WHERE = (Column("day", "int32", "day, counted from the epoch of the archive", "days"),)
FAMILY_TABLES = (
    Table(
        "meetings",
        "one meeting of a unit that voted, with what was so in private",
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
        "one person of the record with what was so in the simulated world",
        (
            Column("person", "int32", "row number in the archive's persons", refers="persons"),
            Column("member", "int32", "organisation the person really belonged to, counted from 0", null="-1"),
            Column("informer", "int8", "1 if the person was an informer"),
            Column("address", "int64", "number of the person in the simulated population"),
        ),
    ),
    "namings": Table(
        "namings",
        "one statement with what was so in the simulated world",
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
        ),
    ),
    **SHAM_TABLES,
    **{table.name: table for table in _PAPERS},
    **{table.name: table for table in FAMILY_TABLES},
}
"""Tables of the truth folder; no function that estimates can open them."""
