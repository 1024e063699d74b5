"""Intake of real archives: tables and a small column map become an archive and a report that explains every row."""

from greatfear.intake_tables.guess import guess, unread_columns
from greatfear.intake_tables.mapping import ColumnMap, read_map
from greatfear.intake_tables.profile import TableProfile, profile
from greatfear.intake_tables.raw import RawTable, read_tables
from greatfear.intake_tables.report import IntakeReport, Notes, RowNote, TableReport
from greatfear.intake_tables.run import Intake, intake

__all__ = [
    "ColumnMap",
    "Intake",
    "IntakeReport",
    "RawTable",
    "Notes",
    "RowNote",
    "TableProfile",
    "TableReport",
    "guess",
    "intake",
    "profile",
    "read_map",
    "read_tables",
    "unread_columns",
]
