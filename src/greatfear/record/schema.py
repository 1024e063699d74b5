"""The record format, once: tables, columns, units, nulls and requirements.

The documentation (docs/record.md), the checks and the DuckDB views are made from this file. Real and simulated
archives have the same tables. A later version may add columns and tables, and never removes one. Null is -1 for
references, NaN for measures, and an absent value for text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greatfear.record.table import Column, Table

FORMAT_VERSION = 4
"""Newest version of the record format. A column or table carries the version since which it exists."""
OLDEST_FORMAT = 1
"""Oldest version that is read. A column or table that came later reads as null where an archive lacks it."""

PRECISIONS = ("instant", "day", "month", "year", "interval", "unknown")
CHANNELS = ("denunciation", "report", "interrogation", "document", "accident", "order")
ACT_KINDS = (
    "summons", "arrest", "interrogation", "sentence", "release", "rehabilitation", "flight", "death",
)  # fmt: skip
CAUSES = ("statement", "register", "order", "sham", "none", "unknown")
OUTCOMES = ("death", "camp", "exile", "other", "released", "confessed", "denied", "none")
TIE_KINDS = ("kin", "unit", "acquaintance", "organisation", "congregation")
LEVELS = ("textual", "interpretive", "inferential")
CERTAINTIES = ("certain", "probable", "possible", "dubious", "false")
CIRCUMSTANCES = ("voluntary", "summoned", "in custody", "tortured")
ANSWERS = ("yes", "no")

_TIME = (
    Column(
        "time", "float64", "when, counted from the epoch of the archive; the fraction is the time of day", "days", "NaN"
    ),
    Column("time_end", "float64", "end of the interval (open), where the precision is 'interval'", "days", "NaN"),
    Column("precision", "category", "how exactly the time is known", values=PRECISIONS),
)
_WRITTEN = Column(
    "written", "string", "the date as it stands in the source, where that is not plainly the day, month or year of `time`",
    null="absent", since=3,
)  # fmt: skip
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
        Column(
            "heard_from",
            "int32",
            "person from whom the speaker had heard it, by the speaker's own words",
            null="-1",
            refers="persons",
            since=2,
        ),
        Column(
            "copy_of",
            "int32",
            "statement of which this one is known to be a copy",
            null="-1",
            refers="statements",
            since=2,
        ),
        Column(
            "circumstance",
            "category",
            "in what situation the speaker spoke",
            null="absent",
            values=CIRCUMSTANCES,
            since=2,
        ),
        Column(
            "weight", "int32", "how many times it was said, where one row stands for several", "times", "-1", since=2
        ),
        _WRITTEN,
    ),
    (
        "statement equals the row number",
        "rows are in the order of their day; rows without a time come last",
        "time_end is later than time where the precision is 'interval', NaN elsewhere",
        "time is NaN exactly where the precision is 'unknown'",
        "copy_of is another statement",
        "weight is 1 or more where it is known",
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
            "what came of it: a sentence's penalty, an interrogation's confession; since format 4 also an outcome that the "
            "provenance lists under `outcomes`",
            values=OUTCOMES,
        ),
        Column("pressure", "float32", "pressure applied in an interrogation, 0 to 1", null="NaN"),
        Column("sitting", "int32", "sitting number of an interrogation, as in statements", null="-1"),
        Column("evidence", "int32", "statements by distinct speakers held against the person then", "statements", "-1"),
        *_WHENCE,
        _WRITTEN,
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
        Column(
            "weight", "float32", "how strong it is, or how often the pair stands in the source", null="NaN", since=3
        ),
        Column(
            "written",
            "string",
            "start and end as they stand in the source, where they are not plain days",
            null="absent",
            since=3,
        ),
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

DETAILS = Table(
    "details",
    "one further thing that a statement tells, or that is recorded of an act or a person: wording, charge, circumstance",
    (
        Column(
            "statement",
            "int32",
            "statement that tells it; -1 for a detail of an act or a person",
            "",
            "-1",
            (),
            "statements",
        ),
        Column("kind", "category", "act, object, spot, companion, words, charge ... (open list)"),
        Column("value", "string", "what is told, as the recorder writes it"),
        *_WHENCE,
        Column("act", "int32", "act of which it is recorded", null="-1", refers="acts", since=3),
        Column("person", "int32", "person of whom it is recorded", null="-1", refers="persons", since=3),
    ),
    ("it belongs to one statement, one act or one person",),
    since=2,
)
MENTIONS = Table(
    "mentions",
    "one entry in which a list, roll or file names a person",
    (
        Column("person", "int32", "who is meant; -1 where this is not known", null="-1", refers="persons"),
        Column("list", "category", "list, roll or file in which the entry stands"),
        Column("name", "string", "name as written there", null="absent"),
        *_WHENCE,
    ),
    since=2,
)
LABELS = Table(
    "labels",
    "one answer that later research gives to a question about a person",
    (
        Column("person", "int32", "about whom", refers="persons"),
        Column("question", "category", "what was asked, such as membership in an organisation"),
        Column(
            "answer",
            "category",
            "what was found; absent where it could not be found out",
            null="absent",
            values=ANSWERS,
        ),
        Column("chosen", "category", "how the person was chosen to be looked at, such as random sample", null="absent"),
        *_WHENCE,
    ),
    since=2,
)
POPULATION = Table(
    "population",
    "one published count of all persons of a region and stratum, named in the record or not",
    (
        Column("region", "category", "region; absent: all regions", null="absent"),
        Column("stratum", "category", "stratum; absent: all strata", null="absent"),
        Column("persons", "int64", "number of persons", "persons"),
        Column("start", "float64", "first day for which it holds; NaN: not known", "days", "NaN"),
        Column("end", "float64", "first day for which it no longer holds; NaN: not known", "days", "NaN"),
        *_WHENCE,
    ),
    ("persons is 0 or more", "end is later than start where both are known"),
    since=2,
)

_TABLES = (PERSONS, STATEMENTS, ACTS, TIES, OFFICES, ALIASES, SOURCES, DETAILS, MENTIONS, LABELS, POPULATION)
TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Tables of an archive, in the order in which they are documented and written."""


def format_of(provenance: Mapping[str, Any]) -> int:
    """Return the format in which an archive is written: the oldest that holds all it says, so that older versions read it.

    >>> format_of({}), format_of({"outcomes": {"warned": "stays"}})
    (3, 4)
    """
    return FORMAT_VERSION if provenance.get("outcomes") else FORMAT_VERSION - 1
